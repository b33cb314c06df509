package main

import (
	"fmt"
	"io"
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
	line := &progressLine{out: a.err, now: a.now}
	a.quiet = line.end
	return line.observe
}

// progressLine is one line of a terminal that says how far a run is. Several goroutines may observe at once.
type progressLine struct {
	out io.Writer
	now func() time.Time

	lock  sync.Mutex
	last  time.Time // when it was written last
	stage syncer.Stage
	shown bool // it is on the screen
}

// observe shows an event: the first of a stage in any case, further ones not too often.
func (p *progressLine) observe(event syncer.Event) {
	words := map[syncer.Stage]string{
		syncer.StageUsage: "reading usage", syncer.StageSettle: "settling earlier writes",
		syncer.StageCurrent: "reading agreements", syncer.StageApply: "writing changes",
	}
	p.lock.Lock()
	defer p.lock.Unlock()
	now := p.now()
	switch {
	case event.Done == event.Total:
		p.clear()
	case !p.shown || event.Stage != p.stage || now.Sub(p.last) >= progressEvery:
		p.last, p.stage, p.shown = now, event.Stage, true
		fmt.Fprintf(p.out, clearLine+"%s: %d of %d", words[event.Stage], event.Done, event.Total)
	}
}

// end takes the line away: a result follows.
func (p *progressLine) end() {
	p.lock.Lock()
	defer p.lock.Unlock()
	p.clear()
}

func (p *progressLine) clear() {
	if p.shown {
		fmt.Fprint(p.out, clearLine)
	}
	p.shown = false
}
