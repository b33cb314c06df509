package store

import (
	"strings"
	"testing"

	"cwsync/syncer"
	"cwsync/syncer/plan"
)

func runsOf(lines []Line) string {
	var ids []string
	for _, line := range lines {
		ids = append(ids, line.RunID)
	}
	return strings.Join(ids, " ")
}

// TestHistoryOfUnchangedLine: of the runs that left a line as it was, its history has the newest, as long as nothing came after it.
func TestHistoryOfUnchangedLine(t *testing.T) {
	p := newProfile(t)
	for _, step := range []struct{ id, what, want string }{
		{"r1", "adopt", "r1"},
		{"r2", "", "r2 r1"},
		{"r3", "", "r3 r1"},
		{"r4", "update", "r4 r1"},
		{"r5", "without it", "r4 r1"},
		{"r6", "", "r6 r4 r1"},
		{"r7", "without it", "r6 r4 r1"},
		{"r8", "", "r8 r4 r1"},
		{"r9", "begun only", "r9 r4 r1"},
	} {
		historyStep(t, p, step.id, step.what, step.want)
	}
	lineKey := nightlyRun("", historyRows).Plan.Changes[historyRow].Key
	other := p.store.Profile("branch")
	record(t, other, nightlyRun("b1", historyRows), syncer.OwnershipChange{})
	if lines := must[[]Line](t)(other.LinesOfKey(t.Context(), lineKey, 0)); runsOf(lines) != "b1" {
		t.Errorf("lines of another profile: %s", runsOf(lines))
	}
	lineKey.Service = "none"
	if lines := must[[]Line](t)(p.LinesOfKey(t.Context(), lineKey, 0)); len(lines) != 0 {
		t.Errorf("lines of no line: %v", lines)
	}
}

const historyRow, historyRows = 150, 300

// historyStep records a run and checks the history of one line.
func historyStep(t *testing.T, p *Profile, id, what, want string) {
	t.Helper()
	run, ownership, status := nightlyRun(id, historyRows), syncer.OwnershipChange{}, syncer.Unchanged
	change := run.Plan.Changes[historyRow]
	switch what {
	case "adopt":
		ownership = adopting(run)
	case "update":
		run.Plan.Changes[historyRow].Action, run.Outcomes[historyRow] = plan.Update, syncer.Outcome{Status: syncer.Applied}
	case "without it":
		run.Plan.Changes, run.Outcomes = run.Plan.Changes[:historyRow], run.Outcomes[:historyRow]
	}
	if what == "begun only" {
		check(t, p.Begin(t.Context(), run))
		status = ""
	} else {
		record(t, p, run, ownership)
	}
	byKey := must[[]Line](t)(p.LinesOfKey(t.Context(), change.Key, 0))
	byAddition := must[[]Line](t)(p.LinesOfAddition(t.Context(), change.Addition.ID, 0))
	if runsOf(byKey) != want || runsOf(byAddition) != want {
		t.Errorf("after %s: by key %s, by addition %s, want %s", id, runsOf(byKey), runsOf(byAddition), want)
	}
	if what == "" || what == "begun only" {
		line := Line{RunID: id, Started: run.Started, ExitCode: run.ExitCode, Change: change, Outcome: syncer.Outcome{Status: status}}
		if what != "" {
			line.ExitCode = Unfinished
		}
		wantSame(t, byKey[0], line)
	}
	wantSame(t, must[[]Line](t)(p.LinesOfKey(t.Context(), change.Key, 1)), byKey[:1])
	wantSame(t, must[[]Line](t)(p.LinesOfAddition(t.Context(), change.Addition.ID, 1)), byAddition[:1])
}

// TestHistoryOfSameHash: keys with the same hash keep their histories apart.
func TestHistoryOfSameHash(t *testing.T) {
	p := newProfile(t)
	record(t, p, func() *syncer.Run {
		run := newRun("r1", update(1), update(2), update(3))
		run.Outcomes = []syncer.Outcome{{Status: syncer.Applied}, {Status: syncer.Applied}, {Status: syncer.Applied}}
		return run
	}(), syncer.OwnershipChange{})
	_, err := p.store.writer.ExecContext(t.Context(), "UPDATE changes SET key_hash = (SELECT key_hash FROM changes WHERE position = 1)")
	check(t, err)
	for _, limit := range []int{0, 1} {
		lines := must[[]Line](t)(p.LinesOfKey(t.Context(), key(2), limit))
		if len(lines) != 1 || lines[0].Change.Key != key(2) {
			t.Errorf("lines %v", lines)
		}
	}
}

// TestHistoryOfAdditionThatMoved: an addition's history goes on where it is owned now.
func TestHistoryOfAdditionThatMoved(t *testing.T) {
	p := newProfile(t)
	run := nightlyRun("r1", 20)
	record(t, p, run, adopting(run))
	from, to := nightlyRun("", 20).Plan.Changes[3], nightlyRun("", 20).Plan.Changes[4]
	moved := nightlyRun("r2", 20)
	moved.Plan.Changes[3].Action, moved.Plan.Changes[3].Addition = plan.Skip, plan.Addition{}
	moved.Plan.Changes[4].Addition, moved.Outcomes[3] = from.Addition, syncer.Outcome{Status: syncer.Skipped}
	record(t, p, moved, syncer.OwnershipChange{Owned: []plan.Owned{{Key: to.Key, AdditionID: from.Addition.ID, Quantity: dec("1")}}})
	lines := must[[]Line](t)(p.LinesOfAddition(t.Context(), from.Addition.ID, 0))
	if runsOf(lines) != "r2 r1" || lines[0].Change.Key != to.Key || lines[1].Change.Key != from.Key {
		t.Errorf("lines %v", lines)
	}
}
