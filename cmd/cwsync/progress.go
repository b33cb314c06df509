package main

import (
	"fmt"
	"sync"
	"time"

	"cwsync/syncer"
)

// progressEvery is the shortest time between two lines of progress.
const progressEvery = 100 * time.Millisecond

// progress shows on standard error how far a run is, when that is a terminal and nothing else is printed there.
func (a *app) progress() func(syncer.Event) {
	if !isTerminal(a.err) || a.flags.verbose > 0 {
		return nil
	}
	words := map[syncer.Stage]string{
		syncer.StageUsage: "reading usage", syncer.StageSettle: "settling earlier writes",
		syncer.StageCurrent: "reading agreements", syncer.StageApply: "writing changes",
	}
	var lock sync.Mutex
	var last time.Time
	return func(event syncer.Event) {
		lock.Lock()
		defer lock.Unlock()
		now := a.now()
		ended := event.Done == event.Total
		if !ended && now.Sub(last) < progressEvery {
			return
		}
		last = now
		fmt.Fprintf(a.err, "\r\x1b[K%s: %d of %d", words[event.Stage], event.Done, event.Total)
		if ended {
			fmt.Fprint(a.err, "\r\x1b[K")
		}
	}
}
