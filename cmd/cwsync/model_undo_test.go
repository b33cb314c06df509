package main

import (
	"context"

	"cwsync/syncer"
	"cwsync/syncer/billing"
)

// takesBack is an undo: of the run before last, or any earlier one, an undo among them.
func (m *model) takesBack(s step) {
	switch s.do {
	case "undo at once":
		m.takesBackAtOnce()
		return
	case "end and undo":
		m.takesBackAnEnd(s)
		return
	}
	runs, err := m.watcher.Profile("default").Runs(m.ctx, 0)
	must(err)
	if len(runs) == 0 {
		return
	}
	down := fall{}
	if s.do == "undo and kill" {
		down = fall{at: s.k % 8, how: fallKill, after: s.n == 1}
	}
	var accept []string
	if s.do == "undo and accept" {
		m.passesUntilSure()
		for _, line := range m.bill {
			accept = append(accept, line.key())
		}
	}
	m.undo(runs[s.k%min(len(runs), 4)].ID, down, accept...)
}

func (m *model) undo(id string, down fall, accept ...string) result {
	return m.engineDo(down, func(ctx context.Context, engine *syncer.Engine) (*syncer.Run, error) {
		return engine.Undo(ctx, id, syncer.Request{Accept: accept})
	})
}

// takesBackAnEnd lets the usage of a line end and takes that back: with a fault or a kill on the way, or once the usage is there again.
func (m *model) takesBackAnEnd(s step) {
	before, there := m.usage[s.n]
	if !there {
		return
	}
	m.passesUntilSure()
	m.sync(fall{}, m.bill[s.n].key())
	m.usage[s.n] = "0"
	ended := m.sync(fall{}, m.bill[s.n].key())
	if ended.run == nil {
		return
	}
	down := fall{}
	switch s.k % 4 {
	case 0:
		m.armStep(step{"fault", s.n, 1 + 2*(s.k/4)})
	case 1:
		down = fall{at: 1 + s.k%3, how: fallKill, after: s.k > 5}
	case 2:
		m.usage[s.n] = before
		m.sync(fall{}, m.bill[s.n].key())
	}
	m.undo(ended.run.ID, down)
	if s.k%4 != 2 {
		m.usage[s.n] = before
		return
	}
	owned, err := m.watcher.Profile("default").Owned(m.ctx)
	must(err)
	var open []int
	for i := range owned {
		line, there := m.world.Addition(owned[i].AdditionID)
		if there && owned[i].Key.String() == m.bill[s.n].key() && owned[i].Ended.IsZero() && m.open(line) {
			open = append(open, line.ID)
		}
	}
	if len(open) > 1 && !m.watch.edited {
		m.watch.breaks("%s is billed by %v once its end is taken back", m.bill[s.n].key(), open)
	}
}

// takesBackAtOnce takes back a run that just ended. The run after that leaves alone what was taken back, and taking it back once more does nothing.
func (m *model) takesBackAtOnce() {
	run := m.sync(fall{})
	if run.run == nil || m.watch.edited {
		return
	}
	undo := m.undo(run.run.ID, fall{})
	if undo.run == nil || m.watch.edited || len(m.watch.waiting()) > 0 {
		return
	}
	back := applied(undo.run)
	again := m.undo(run.run.ID, fall{})
	if again.run == nil || m.watch.edited {
		return
	}
	for key := range applied(again.run) {
		if back[key] {
			m.watch.breaks("%s is taken back twice", key)
		}
	}
	next := m.sync(fall{})
	if next.run == nil || m.watch.edited {
		return
	}
	for key := range applied(next.run) {
		if back[key] {
			m.watch.breaks("%s was taken back and is written again at once: %s", key, problems(next.run))
		}
	}
}

// applied are the keys that a run wrote.
func applied(run *syncer.Run) map[billing.Key]bool {
	keys := map[billing.Key]bool{}
	for i := range run.Outcomes {
		if run.Outcomes[i].Status == syncer.Applied {
			keys[run.Plan.Changes[i].Key] = true
		}
	}
	return keys
}
