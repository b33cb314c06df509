package ui

import (
	"slices"
	"sync"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/plan"

	tea "charm.land/bubbletea/v2"
)

// How often a screen shows how far a run is.
const (
	drawEvery = time.Second / 15 // at most
	drawAtAll = time.Second      // at least, so that a person sees that nothing hangs
)

// How many lines of a run are kept for the screen. All of them are in the run itself.
const (
	keptLanded = 64
	keptErrors = 256
)

// landed is one row with what became of it.
type landed struct {
	change  *plan.Change
	outcome syncer.Outcome
}

// snapshot is how far a run was at one moment.
type snapshot struct {
	stage       syncer.Stage // empty: nothing was heard yet
	done, total int
	counts      syncer.Counts
	landed      []landed      // the last ones, oldest first
	errors      []landed      // the first ones that failed or are unknown
	running     time.Duration // since the first stage began
	writing     time.Duration // since the first write could begin
}

// feed carries how far a run is to the screen. The run only notes what happened, under a lock and without waiting for anybody: however slow the
// terminal is, the run is not slowed. The screen takes a snapshot when it is ready for one.
type feed struct {
	now  func() time.Time
	wake chan struct{} // of capacity one: something happened since the last snapshot
	over chan struct{} // closed when the run has ended

	lock   sync.Mutex
	state  snapshot
	ring   [keptLanded]landed
	rows   int // that landed
	began  time.Time
	writes time.Time
}

func newFeed(now func() time.Time) *feed {
	return &feed{now: now, began: now(), wake: make(chan struct{}, 1), over: make(chan struct{})}
}

// observe notes what happened. Several goroutines of the run call it at once.
func (f *feed) observe(event syncer.Event) {
	f.lock.Lock()
	s := &f.state
	switch {
	case event.Stage != s.stage:
		s.stage, s.done, s.total = event.Stage, event.Done, event.Total
		if event.Stage == syncer.StageApply {
			f.writes = f.now()
		}
	case event.Done >= s.done: // workers may tell of it in another order than it happened
		s.done, s.total = event.Done, event.Total
	}
	if event.Change != nil && event.Outcome != nil {
		f.land(landed{event.Change, *event.Outcome})
	}
	f.lock.Unlock()
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

func (f *feed) land(row landed) {
	f.ring[f.rows%keptLanded] = row
	f.rows++
	counts := &f.state.counts
	switch row.outcome.Status {
	case syncer.Applied:
		counts.Applied++
	case syncer.Failed:
		counts.Failed++
	case syncer.Unknown:
		counts.Unknown++
	case syncer.Held:
		counts.Held++
	case syncer.Unchanged:
		counts.Unchanged++
	case syncer.Skipped:
		counts.Skipped++
	}
	if status := row.outcome.Status; (status == syncer.Failed || status == syncer.Unknown) && len(f.state.errors) < keptErrors {
		f.state.errors = append(f.state.errors, row)
	}
}

// take is a snapshot of this moment.
func (f *feed) take() snapshot {
	f.lock.Lock()
	defer f.lock.Unlock()
	now := f.now()
	shot := f.state
	shot.errors = slices.Clip(shot.errors)
	shot.running = now.Sub(f.began)
	if !f.writes.IsZero() {
		shot.writing = now.Sub(f.writes)
	}
	kept := min(f.rows, keptLanded)
	shot.landed = make([]landed, kept)
	for i := range kept {
		shot.landed[i] = f.ring[(f.rows-kept+i)%keptLanded]
	}
	return shot
}

// end says that the run is over: nobody waits for news of it any more.
func (f *feed) end() { close(f.over) }

// next waits for news, not more often than drawEvery, and gives them as a message; nil once the run is over. Whoever gets the message asks for
// the next one.
func (f *feed) next(tell func(snapshot) tea.Msg) tea.Cmd {
	return func() tea.Msg {
		pause, idle := time.NewTimer(drawEvery), time.NewTimer(drawAtAll)
		defer pause.Stop()
		defer idle.Stop()
		select {
		case <-pause.C:
		case <-f.over:
			return nil
		}
		select {
		case <-f.wake:
		case <-idle.C:
		case <-f.over:
			return nil
		}
		return tell(f.take())
	}
}
