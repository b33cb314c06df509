package syncer

import (
	"context"
	"io"
	"maps"
	"time"

	"cwsync/syncer/plan"
	"cwsync/syncer/setup"
	"cwsync/syncer/source"
)

// Engine carries usage into ConnectWise for one profile. All fields but Stdin, Products, Shelf, Past, Observe and Requests are needed.
type Engine struct {
	Profile   string
	Setup     *setup.Document
	Catalogue *source.Catalogue
	Secret    func(ctx context.Context, name string) (string, error)
	Stdin     io.Reader // for sources that read standard input; nil: there is none

	Ledger   Ledger
	Catalog  Catalog
	Writer   Writer
	Products Products // nil: no product is created or changed
	Shelf    Shelf    // nil: no product is ours
	Book     Book
	Past     Past // nil: no run is taken back
	Journal  Journal
	Plans    Plans
	Setups   Setups
	Locker   Locker

	Now       func() time.Time
	Zone      func(name string) (*time.Location, error) // of a time zone as the set-up or ConnectWise names it
	NewID     func(prefix string) string                // a new id of a plan or run, sortable by time
	SettleFor time.Duration                             // how long an unknown write stays open
	LockWait  time.Duration
	Workers   int // agreements that are read or written at the same time, at least 1; the client limits requests by itself

	Requests func() map[string]int // sent to ConnectWise so far, by method
	Observe  func(Event)           // told what happens, by several goroutines at once; must return at once
}

// Request is what one preview is asked for.
type Request struct {
	Sources   []string // only these; none: all
	Customers []string // only these; none: all
	Accept    []string // keys, and SOURCE:CODE
	LeftOut   []string // keys
}

// Stage is a part of a run.
type Stage string

// The stages of a run, in order.
const (
	StageUsage   Stage = "usage"   // reading the sources; Total is sources
	StageSettle  Stage = "settle"  // reading back unknown writes; Total is writes
	StageCurrent Stage = "current" // reading ConnectWise; Total is agreements
	StageApply   Stage = "apply"   // writing; Total is changes that write
)

// Event is something that happened in a run.
type Event struct {
	Stage   Stage
	Done    int
	Total   int
	Change  *plan.Change // of StageApply: the row that ended; nil at the start of a stage
	Outcome *Outcome     // of StageApply: what became of it
}

func (e *Engine) observe(event Event) {
	if e.Observe != nil {
		e.Observe(event)
	}
}

// workers is how many agreements are read or written at the same time.
func (e *Engine) workers() int { return max(e.Workers, 1) }

func (e *Engine) requests() map[string]int {
	if e.Requests == nil {
		return map[string]int{}
	}
	return maps.Clone(e.Requests())
}
