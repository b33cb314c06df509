package store

import (
	"errors"
	"testing"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/plan"

	"github.com/shopspring/decimal"
)

func TestUnfinishedRun(t *testing.T) {
	p, _ := begun(t)
	last, ok, err := p.LastRun(t.Context())
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	want := RunSummary{
		ID: "r1", PlanID: "plan-r1", Program: "1.2.3", Started: started, ExitCode: Unfinished,
		Summary: plan.Summary{Create: 1, Update: 1, MonthlyDelta: map[string]decimal.Decimal{}}, // nothing was applied
	}
	wantSame(t, last, want)
	run := must[*syncer.Run](t)(p.Run(t.Context(), "r1"))
	if run.ExitCode != Unfinished || len(run.Outcomes) != 2 || run.Outcomes[0].Status != "" {
		t.Errorf("run %+v", run)
	}
}

// TestOutcomesOfCutOffRun: what a run had no time to record is known from the journal, so that it can be shown and undone.
func TestOutcomesOfCutOffRun(t *testing.T) {
	p := newProfile(t)
	rest := update(5)
	rest.Action, rest.Code = plan.None, plan.Unchanged
	run := newRun("r1", update(1), create(2), update(3), update(4), rest, update(6))
	check(t, p.Begin(t.Context(), run))
	for n, settlement := range map[int]syncer.Settlement{
		1: {End: syncer.Done}, 3: {End: syncer.Rejected, Message: "refused"}, 4: {End: syncer.Lost},
	} {
		id := must[int64](t)(p.Intend(t.Context(), editIntent("r1", n)))
		check(t, p.Settle(t.Context(), id, settlement))
	}
	id := must[int64](t)(p.Intend(t.Context(), createIntent("r1", 2)))
	check(t, p.Settle(t.Context(), id, syncer.Settlement{End: syncer.Done, AdditionID: 1002}))
	want := []syncer.Outcome{
		{Status: syncer.Applied}, {Status: syncer.Applied, AdditionID: 1002},
		{Status: syncer.Failed, Problem: &syncer.Problem{Code: "rejected", Message: "refused"}}, {Status: syncer.Unknown}, {}, {},
	}
	wantSame(t, must[*syncer.Run](t)(p.Run(t.Context(), "r1")).Outcomes, want)
	last, _, err := p.LastRun(t.Context())
	check(t, err)
	wantSame(t, last.Counts, syncer.Counts{Applied: 2, Failed: 1, Unknown: 1, Unchanged: 1})
	if sum := last.Summary; sum.Create != 1 || sum.Update != 4 || sum.None != 1 || !sum.MonthlyDelta["USD"].Equal(applied(run, 0, 1)) {
		t.Errorf("the list says %+v, the run itself %s", sum, applied(run, 0, 1))
	}
}

// applied is the monthly value of some rows of a run.
func applied(run *syncer.Run, rows ...int) (sum decimal.Decimal) {
	for _, i := range rows {
		sum = sum.Add(run.Plan.Changes[i].MonthlyDelta)
	}
	return sum
}

// TestOutcomeSettledLater: a line that was unknown when its run ended is shown and counted as it turned out; the exit code stays.
func TestOutcomeSettledLater(t *testing.T) {
	p, run := begun(t)
	id := must[int64](t)(p.Intend(t.Context(), createIntent("r1", 2)))
	check(t, p.Settle(t.Context(), id, syncer.Settlement{End: syncer.Lost}))
	lost := syncer.Outcome{Status: syncer.Unknown, Problem: &syncer.Problem{Code: "lost", Message: "no answer"}, Warnings: []string{"look"}}
	run.Outcomes, run.ExitCode = []syncer.Outcome{{Status: syncer.Applied}, lost}, 6
	check(t, p.Finish(t.Context(), run, syncer.OwnershipChange{}))
	wantSame(t, must[*syncer.Run](t)(p.Run(t.Context(), "r1")).Outcomes, run.Outcomes)
	check(t, p.Settle(t.Context(), id, syncer.Settlement{End: syncer.Done, AdditionID: 1002}))
	got := must[*syncer.Run](t)(p.Run(t.Context(), "r1"))
	wantSame(t, got.Outcomes[1], syncer.Outcome{Status: syncer.Applied, AdditionID: 1002, Warnings: []string{"look"}})
	last, _, err := p.LastRun(t.Context())
	check(t, err)
	if last.ExitCode != 6 || last.Counts != (syncer.Counts{Applied: 2}) {
		t.Errorf("summary %+v", last)
	}
	lines := must[[]Line](t)(p.LinesOfAddition(t.Context(), 1002, 0))
	if len(lines) != 0 { // the run itself did not know the addition; its journal does
		t.Errorf("lines %v", lines)
	}
	if lines := must[[]Line](t)(p.LinesOfKey(t.Context(), key(2), 0)); len(lines) != 1 || lines[0].Outcome.AdditionID != 1002 {
		t.Errorf("lines %v", lines)
	}
}

func TestFinish(t *testing.T) {
	p, run := begun(t)
	check(t, own(t, p, "r1", 1, owned(1, "12.5")))
	run.Outcomes = []syncer.Outcome{{Status: syncer.Applied}, {Status: syncer.Failed, Problem: &syncer.Problem{Code: "c", Message: "m", Hint: "h"}}}
	run.Duration, run.ExitCode, run.Problem = 90*time.Second, 3, &syncer.Problem{Code: "throttled", Message: "too many requests"}
	run.Requests, run.Warnings = map[string]int{"GET": 4, "PATCH": 1}, []string{"w"}
	moved := owned(9, "1")
	moved.AdditionID = 1001 // released from its line, and taken by another
	check(t, p.Finish(t.Context(), run, syncer.OwnershipChange{Owned: []plan.Owned{*owned(4, "2"), *moved}, Released: []int{1001, 5555}}))
	wantSame(t, must[*syncer.Run](t)(p.Run(t.Context(), "r1")), run)
	wantSame(t, must[[]plan.Owned](t)(p.Owned(t.Context())), []plan.Owned{*moved, *owned(4, "2")})
	last, _, err := p.LastRun(t.Context())
	check(t, err)
	if last.Finished.IsZero() || last.ExitCode != 3 || last.Duration != 90*time.Second || last.Problem.Code != "throttled" ||
		last.Counts != (syncer.Counts{Applied: 1, Failed: 1}) {
		t.Errorf("summary %+v", last)
	}
}

func TestReleasedStaysInHistory(t *testing.T) {
	p, run := begun(t)
	check(t, own(t, p, "r1", 1, owned(1, "12.5")))
	run.Outcomes = make([]syncer.Outcome, 2)
	check(t, p.Finish(t.Context(), run, syncer.OwnershipChange{Released: []int{1001}}))
	if left := must[[]plan.Owned](t)(p.Owned(t.Context())); len(left) != 0 {
		t.Errorf("still owned: %v", left)
	}
	if lines := must[[]Line](t)(p.LinesOfAddition(t.Context(), 1001, 0)); len(lines) != 1 {
		t.Errorf("%d lines of the released addition", len(lines))
	}
	if writes := must[[]Write](t)(p.WritesOfAddition(t.Context(), 1001, 0)); len(writes) != 1 {
		t.Errorf("%d writes of the released addition", len(writes))
	}
	check(t, p.Begin(t.Context(), newRun("r2", update(1))))
	check(t, own(t, p, "r2", 1, owned(1, "13"))) // ours again
	wantSame(t, must[[]plan.Owned](t)(p.Owned(t.Context())), []plan.Owned{*owned(1, "13")})
}

func TestFinishIsAllOrNothing(t *testing.T) {
	p, run := begun(t)
	run.Outcomes = []syncer.Outcome{{Status: syncer.Applied}, {Status: syncer.Applied}}
	err := p.Finish(t.Context(), run, syncer.OwnershipChange{Owned: []plan.Owned{*owned(1, "1"), {}}})
	if !errors.Is(err, ErrInvalid) {
		t.Fatalf("got %v", err)
	}
	last, _, err := p.LastRun(t.Context())
	if err != nil || last.ExitCode != Unfinished || len(must[[]plan.Owned](t)(p.Owned(t.Context()))) != 0 {
		t.Errorf("a refused end left traces: %+v, %v", last, err)
	}
}

func TestRunRefuses(t *testing.T) {
	p, run := begun(t)
	if err := p.Begin(t.Context(), newRun("r1")); !errors.Is(err, ErrExists) {
		t.Errorf("a run begun twice: %v", err)
	}
	if err := p.Begin(t.Context(), &syncer.Run{ID: "r2"}); !errors.Is(err, ErrInvalid) {
		t.Errorf("a run without plan: %v", err)
	}
	if err := p.Finish(t.Context(), run, syncer.OwnershipChange{}); !errors.Is(err, ErrInvalid) {
		t.Errorf("an end without outcomes: %v", err)
	}
	if err := p.Finish(t.Context(), newRun("r9"), syncer.OwnershipChange{}); !errors.Is(err, ErrNotFound) {
		t.Errorf("an end of no run: %v", err)
	}
	if _, err := p.Run(t.Context(), "r9"); !errors.Is(err, ErrNotFound) {
		t.Errorf("no run read: %v", err)
	}
	if _, err := p.store.Profile("branch").Run(t.Context(), "r1"); !errors.Is(err, ErrNotFound) {
		t.Errorf("another profile's run read: %v", err)
	}
	run.Outcomes = make([]syncer.Outcome, 2)
	check(t, p.Finish(t.Context(), run, syncer.OwnershipChange{}))
	if err := p.Finish(t.Context(), run, syncer.OwnershipChange{}); !errors.Is(err, ErrFinished) {
		t.Errorf("finished twice: %v", err)
	}
	if _, err := p.Intend(t.Context(), editIntent("r1", 1)); !errors.Is(err, ErrFinished) {
		t.Errorf("a write of a finished run: %v", err)
	}
}

func TestRunsNewestFirst(t *testing.T) {
	p := newProfile(t)
	for i, id := range []string{"b", "c", "a"} {
		run := newRun(id)
		run.Started = started.Add(time.Duration(i) * time.Nanosecond)
		if id == "c" {
			run.Started = started.Add(-time.Hour)
		}
		check(t, p.Begin(t.Context(), run))
	}
	var got string
	for _, run := range must[[]RunSummary](t)(p.Runs(t.Context(), 2)) {
		got += run.ID
	}
	if got != "ab" {
		t.Errorf("newest two: %s", got)
	}
	if _, ok, err := p.store.Profile("other").LastRun(t.Context()); ok || err != nil {
		t.Error("a last run of a profile without runs", err)
	}
}

func TestLines(t *testing.T) {
	p := newProfile(t)
	const rows, heldRow = maxBodyRows + 10, 259
	for _, id := range []string{"r1", "r2"} {
		run := newRun(id)
		for n := range rows {
			run.Plan.Changes = append(run.Plan.Changes, update(n))
			run.Outcomes = append(run.Outcomes, syncer.Outcome{Status: syncer.Applied})
		}
		run.Outcomes[heldRow] = syncer.Outcome{Status: syncer.Held, Code: plan.ChangedMeanwhile, Reason: "why"}
		check(t, p.Begin(t.Context(), run))
		check(t, p.Finish(t.Context(), run, syncer.OwnershipChange{}))
	}
	for n := range rows {
		if n%40 > 1 && n != heldRow && n != rows-1 {
			continue
		}
		lines := must[[]Line](t)(p.LinesOfKey(t.Context(), key(n), 0))
		if len(lines) != 2 || lines[0].RunID != "r2" {
			t.Fatalf("line %d: %v", n, lines)
		}
		wantSame(t, lines[1].Change, update(n))
		byAddition := must[[]Line](t)(p.LinesOfAddition(t.Context(), 1000+n, 1))
		wantSame(t, byAddition, lines[:1])
	}
	held := must[[]Line](t)(p.LinesOfKey(t.Context(), key(heldRow), 1))
	wantSame(t, held[0].Outcome, syncer.Outcome{Status: syncer.Held, Code: plan.ChangedMeanwhile, Reason: "why"})
}

func TestLinesOfCreatedAddition(t *testing.T) {
	p, run := begun(t)
	run.Outcomes = []syncer.Outcome{{Status: syncer.Unchanged}, {Status: syncer.Applied, AdditionID: 4711}}
	check(t, p.Finish(t.Context(), run, syncer.OwnershipChange{}))
	lines := must[[]Line](t)(p.LinesOfAddition(t.Context(), 4711, 0))
	if len(lines) != 1 || lines[0].Change.Key != key(2) {
		t.Errorf("lines %v", lines)
	}
}

func TestWritesOfKey(t *testing.T) {
	p, _ := begun(t)
	id := must[int64](t)(p.Intend(t.Context(), createIntent("r1", 2)))
	writes := must[[]Write](t)(p.WritesOfKey(t.Context(), key(2), 0))
	if len(writes) != 1 || writes[0].End != "" || !writes[0].Settled.IsZero() {
		t.Errorf("writes %+v", writes)
	}
	check(t, p.Settle(t.Context(), id, syncer.Settlement{End: syncer.Rejected, Message: "no"}))
	must[int64](t)(p.Intend(t.Context(), createIntent("r1", 2)))
	writes = must[[]Write](t)(p.WritesOfKey(t.Context(), key(2), 0))
	if len(writes) != 2 || writes[1].End != syncer.Rejected || writes[1].Message != "no" || writes[1].Intent.RunID != "r1" {
		t.Errorf("writes %+v", writes)
	}
}
