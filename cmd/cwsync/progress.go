package main

import (
	"fmt"
	"sync"
	"time"

	"cwsync/syncer"
)

// progressEvery is the shortest time between two lines of progress.
const progressEvery = 100 * time.Millisecond

const clearLine = "\r\x1b[K"

// progress shows on standard error how far a run is, when that is a terminal and nothing else is printed there. The line is gone when the
// command ends, however it ends.
func (a *app) progress() func(syncer.Event) {
	if !isTerminal(a.err) || dumb() || a.flags.verbose > 0 {
		return nil
	}
	words := map[syncer.Stage]string{
		syncer.StageUsage: "reading usage", syncer.StageSettle: "settling earlier writes",
		syncer.StageCurrent: "reading agreements", syncer.StageApply: "writing changes",
	}
	var lock sync.Mutex
	var last time.Time
	var stage syncer.Stage
	shown := false
	clearIt := func() {
		if shown {
			fmt.Fprint(a.err, clearLine)
		}
		shown = false
	}
	a.quiet = func() {
		lock.Lock()
		defer lock.Unlock()
		clearIt()
	}
	return func(event syncer.Event) {
		lock.Lock()
		defer lock.Unlock()
		now := a.now()
		if event.Done == event.Total {
			clearIt()
			return
		}
		if shown && event.Stage == stage && now.Sub(last) < progressEvery {
			return
		}
		last, stage, shown = now, event.Stage, true
		fmt.Fprintf(a.err, clearLine+"%s: %d of %d", words[event.Stage], event.Done, event.Total)
	}
}
