package report

import (
	"cwsync/syncer"
	"cwsync/syncer/plan"
)

// KindCounts counts what a run wrote by what that did to the lines.
type KindCounts struct {
	Raised   int
	Lowered  int
	New      int
	Ended    int
	Other    int // the price, the cost or the tax flag alone
	Products int // of the catalog: created, or changed
}

// RunKinds counts the rows that a run has written.
func RunKinds(r *syncer.Run) KindCounts {
	var counts KindCounts
	s := ofRun(r)
	for i := range s.plan.Changes {
		if row := s.row(i); row.action.Writes() && row.status == syncer.Applied {
			counts.count(&row)
		}
	}
	return counts
}

func (k *KindCounts) count(r *row) {
	if r.OfProduct() {
		k.Products++
		return
	}
	switch r.kind() {
	case "new":
		k.New++
	case "raised":
		k.Raised++
	case "lowered":
		k.Lowered++
	case "ended":
		k.Ended++
	default:
		k.Other++
	}
}

// Held reports whether the row waits for a person, in its plan or in what the run made of it.
func (r Row) Held() bool { return r.of.action == plan.Hold }

// Failed reports whether a run could not write the row, or does not know whether it did.
func (r Row) Failed() bool { return r.of.status == syncer.Failed || r.of.status == syncer.Unknown }
