package report

import (
	"time"

	"cwsync/syncer"
	"cwsync/syncer/plan"
)

// Found is one change of a past run.
type Found struct {
	RunID   string
	Started time.Time // of the run
	Undoes  string    // the run that it took back; empty for an ordinary run
	Change  plan.Change
	Outcome syncer.Outcome
}

type foundWire struct {
	RunID   string `json:"run_id"`
	Started string `json:"started"`
	Undoes  string `json:"undoes"`
	runChangeWire
}

func (f *Found) wire() foundWire {
	r := rowOf(&f.Change, f.Outcome, true)
	return foundWire{RunID: f.RunID, Started: timeText(f.Started), Undoes: f.Undoes, runChangeWire: r.runWire()}
}

func foundWires(found []Found) []foundWire {
	wires := make([]foundWire, len(found))
	for i := range found {
		wires[i] = found[i].wire()
	}
	return wires
}

// FoundJSON is the document of changes of past runs, in the order given: of the kind history, with changes where HistoryJSON has runs.
func FoundJSON(profile string, found []Found) ([]byte, error) {
	return DocumentJSON(KindHistory, 0, struct {
		Profile string      `json:"profile"`
		Changes []foundWire `json:"changes"`
	}{profile, foundWires(found)})
}
