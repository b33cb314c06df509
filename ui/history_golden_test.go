package ui

import (
	"errors"
	"testing"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/billing"
)

func TestHistoryScreens(t *testing.T) {
	past := func(t *testing.T, names ...string) *historyRig {
		t.Helper()
		r := newHistoryRig(t, pastRunsOf()...)
		press(t, r.app, names...)
		return r
	}
	t.Run("empty", func(t *testing.T) { requireScreens(t, newHistoryRig(t).app) })
	t.Run("list", func(t *testing.T) { requireScreens(t, past(t).app) })
	t.Run("held", func(t *testing.T) { requireScreens(t, past(t, "f").app) })
	t.Run("failed", func(t *testing.T) { requireScreens(t, past(t, "f", "f", "down").app) })
	t.Run("searching", func(t *testing.T) {
		r := past(t, "/")
		typeText(t, r.app, "cont")
		requireScreens(t, r.app)
	})
	t.Run("found", func(t *testing.T) {
		r := past(t, "/")
		typeText(t, r.app, "contoso")
		press(t, r.app, "enter")
		requireScreens(t, r.app)
	})
	t.Run("nothing_found", func(t *testing.T) {
		r := past(t, "/")
		typeText(t, r.app, "nobody")
		press(t, r.app, "enter")
		requireScreens(t, r.app)
	})
	t.Run("run", func(t *testing.T) { requireScreens(t, past(t, "enter", "f").app) })
	t.Run("run_that_failed_in_part", func(t *testing.T) { requireScreens(t, past(t, "down", "down", "down", "enter").app) })
	t.Run("run_without_lines", func(t *testing.T) { requireScreens(t, past(t, "down", "down", "down", "down", "down", "enter").app) })
	t.Run("explained", func(t *testing.T) {
		r := newHistoryRig(t, ofOneLine("3", "3", "5", "8", "8", "12", "", "40", "11", "12", "2", "12.5")...)
		press(t, r.app, "enter", "enter")
		requireScreens(t, r.app)
	})
	t.Run("explained_held", func(t *testing.T) { requireScreens(t, past(t, "enter", "f", "enter").app) })
	t.Run("exporting", func(t *testing.T) { requireScreens(t, past(t, "x").app) })
	t.Run("help", func(t *testing.T) { requireScreens(t, past(t, "?").app) })
	t.Run("reading", func(t *testing.T) {
		r := past(t)
		r.history.list.read = false
		r.history.readRuns()
		requireScreens(t, r.app)
	})
	t.Run("cannot_be_read", func(t *testing.T) {
		r := past(t)
		r.past.err = &syncer.Stop{Exit: syncer.ExitStore, Problem: syncer.Problem{Message: "the database is damaged: page 17 does not add up", Hint: "restore the newest copy of it"}}
		press(t, r.app, "/")
		typeText(t, r.app, "contoso")
		press(t, r.app, "enter")
		requireScreens(t, r.app)
	})
}

func TestUndoScreens(t *testing.T) {
	t.Run("plan", func(t *testing.T) {
		r := newUndoRig(t)
		press(t, r.app, "u")
		requireScreens(t, r.app)
	})
	t.Run("why", func(t *testing.T) {
		r := newUndoRig(t)
		press(t, r.app, "u", "w")
		requireScreens(t, r.app)
	})
	t.Run("held", func(t *testing.T) {
		r := newUndoRig(t)
		r.billing.additions[1001][0].Quantity = dec("410")
		press(t, r.app, "u")
		requireScreens(t, r.app)
	})
	t.Run("decided", func(t *testing.T) {
		r := newUndoRig(t)
		r.billing.additions[1001][0].Quantity = dec("410")
		press(t, r.app, "u", "a")
		r.yes()
		press(t, r.app, "down", "space")
		requireScreens(t, r.app)
	})
	t.Run("asked", func(t *testing.T) {
		r := newUndoRig(t)
		press(t, r.app, "u", "enter")
		requireScreens(t, r.app)
	})
	t.Run("undone", func(t *testing.T) {
		r := newUndoRig(t)
		r.takeBack()
		requireScreens(t, r.app)
	})
	t.Run("undone_in_the_list", func(t *testing.T) {
		r := newUndoRig(t)
		r.takeBack()
		press(t, r.app, "enter")
		requireScreens(t, r.app)
	})
	t.Run("nothing_left", func(t *testing.T) {
		r := newUndoRig(t)
		r.takeBack()
		press(t, r.app, "enter", "end", "u", "enter")
		requireScreens(t, r.app)
	})
	t.Run("cannot_be_undone", func(t *testing.T) {
		r := newUndoRig(t)
		r.profile.runs[0].ExitCode = -1
		r.billing.busy = "process 4711 on host-a since 2026-11-21 06:00:03"
		press(t, r.app, "u")
		requireScreens(t, r.app)
	})
	t.Run("wrote_nothing", func(t *testing.T) {
		r := newHistoryRig(t, pastRunsOf()[5:]...)
		press(t, r.app, "u")
		requireScreens(t, r.app)
	})
	t.Run("reading", func(t *testing.T) {
		r := newUndoRig(t)
		r.history.readUndo("r-1", testNow())
		r.history.undo.reading.shot = snapshot{stage: syncer.StageCurrent, done: 17, total: 41, running: 12 * time.Second}
		requireScreens(t, r.app)
	})
	t.Run("cannot_be_read", func(t *testing.T) {
		r := newUndoRig(t)
		r.billing.readErr = &billing.Failure{Class: billing.ClassUnavailable, Op: "read the agreements", Message: "api-na.myconnectwise.net does not answer: no route to host",
			Hint: "look at the network", Err: errors.New("no route to host")}
		press(t, r.app, "u")
		requireScreens(t, r.app)
	})
}

// takeBack takes the run under the cursor back, up to the summary of the sync.
func (r *historyRig) takeBack() {
	r.t.Helper()
	press(r.t, r.app, "u", "enter")
	r.yes()
}

// yes answers the question, once it takes keys.
func (r *historyRig) yes() {
	r.t.Helper()
	if r.question == nil {
		r.t.Fatalf("nothing is asked:\n%s", see(r.t, r.app))
	}
	r.question.since = r.question.since.Add(-time.Minute)
	press(r.t, r.app, "y")
}
