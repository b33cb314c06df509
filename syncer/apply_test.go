package syncer

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

func TestARunFromUsageToOwnership(t *testing.T) {
	r := newRig(t, 5)
	r.line(1, "10", true) // rises
	r.line(2, "10", true) // stays
	r.line(3, "7", false) // is adopted as it is
	r.line(4, "5", false) // is adopted and changed
	r.uses(1, "12")
	r.uses(2, "10")
	r.uses(3, "7")
	r.uses(4, "6")
	r.uses(5, "3") // has none yet
	run := r.sync()
	wantExit(t, run, ExitDone)
	wantStatuses(t, run, "1 applied", "2 unchanged", "3 unchanged", "4 applied", "5 applied")
	r.quantity(10, "12")
	r.quantity(40, "6")
	r.quantity(9001, "3")
	r.owns(10, "12", true, "")
	r.owns(20, "10", true, "")
	r.owns(30, "7", false, "")
	r.owns(40, "6", false, "")
	r.owns(9001, "3", true, "")
	if run.Outcomes[4].AdditionID != 9001 {
		t.Errorf("the new line is %d", run.Outcomes[4].AdditionID)
	}
	sent := r.world.writes
	again := r.sync()
	wantExit(t, again, ExitDone)
	if r.world.writes != sent || again.Counts().Unchanged != 5 || len(r.store.changes[1].Owned) != 0 {
		t.Errorf("a second run wrote %d, outcomes %q, learned %+v", r.world.writes-sent, statuses(again), r.store.changes[1])
	}
}

func TestNoWriteLeavesBeforeItsIntentIsRecorded(t *testing.T) {
	r := newRig(t, 3)
	r.serial()
	r.line(1, "10", true)
	r.uses(1, "12")
	r.uses(2, "3")
	r.sync()
	var order []string
	for _, call := range r.calls.list() {
		for _, word := range []string{"lock", "begin", "intend", "send", "settle", "finish", "records", "unlock"} {
			if strings.HasPrefix(call, word) {
				order = append(order, call)
			}
		}
	}
	want := []string{"lock", "begin", "records 801", "intend 1", "send edit 10", "settle 1 done", "records 802", "intend 2", "send create on 802", "settle 2 done", "finish", "unlock"}
	if !slices.Equal(order, want) {
		t.Errorf("order %q\nwant  %q", order, want)
	}
	first := r.store.journal[0]
	if first.RunID == "" || first.Key != key(1) || first.Version != "v1" || !first.Quantity.Decimal.Equal(dec("12")) || first.Previous == nil || !first.Previous.Quantity.Equal(dec("10")) || !first.At.Equal(r.clock) {
		t.Errorf("intent %+v", first)
	}
	// With many at once each still has its own intent before it.
	many := newRig(t, 40)
	many.Workers = 8
	for n := 1; n <= 40; n++ {
		many.uses(n, "1")
	}
	wantExit(t, many.sync(), ExitDone)
	intended, sent := 0, 0
	for _, call := range many.calls.list() {
		if strings.HasPrefix(call, "intend") {
			intended++
		}
		if strings.HasPrefix(call, "send") {
			if sent++; sent > intended {
				t.Fatal("a write left before its intent was recorded")
			}
		}
	}
	if sent != 40 {
		t.Errorf("%d writes", sent)
	}
}

func TestChangedMeanwhile(t *testing.T) {
	for name, c := range map[string]struct {
		own    bool
		have   string // "" for none
		uses   string
		change func(*rig)
	}{
		"the quantity of our line":                {true, "10", "12", func(r *rig) { r.world.person(10, func(a *billing.Addition) { a.Quantity = dec("11") }) }},
		"another field of our line":               {true, "10", "12", func(r *rig) { r.world.person(10, func(a *billing.Addition) { a.Bill = billing.NoCharge }) }},
		"our line is gone":                        {true, "10", "12", func(r *rig) { r.world.remove(10) }},
		"our line has ended":                      {true, "10", "12", func(r *rig) { r.world.person(10, func(a *billing.Addition) { a.Cancelled = day("2026-11-20") }) }},
		"our line bills another product":          {true, "10", "12", func(r *rig) { r.world.person(10, func(a *billing.Addition) { a.ProductID = 8 }) }},
		"a line of the product was opened beside": {true, "10", "12", openAnother},
		"a line was opened where there was none":  {false, "", "3", openAnother},
		"the line to adopt has ended":             {false, "10", "12", func(r *rig) { r.world.person(10, func(a *billing.Addition) { a.Cancelled = day("2026-11-20") }) }},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, 2)
			if c.have != "" {
				r.line(1, c.have, c.own)
			}
			r.uses(1, c.uses)
			r.line(2, "10", true)
			r.uses(2, "11")
			changed := false
			r.world.onRead = func(agreement int, record bool) error {
				if record && agreement == 801 && !changed {
					changed = true
					c.change(r)
				}
				return nil
			}
			run := r.sync()
			wantExit(t, run, ExitHeld)
			wantStatuses(t, run, "1 held changed_meanwhile", "2 applied")
			if run.Outcomes[0].Reason == "" || r.world.writes != 1 || r.store.journal[0].Key != key(2) {
				t.Errorf("reason %q, writes %d", run.Outcomes[0].Reason, r.world.writes)
			}
		})
	}
	t.Run("a foreign product's line does not matter", func(t *testing.T) {
		r := newRig(t, 1)
		r.line(1, "10", true)
		r.uses(1, "12")
		r.world.onRead = func(_ int, record bool) error {
			if record {
				r.world.onRead = nil
				r.world.add(billing.Addition{ID: 99, AgreementID: 801, ProductID: 8, Quantity: dec("1")})
			}
			return nil
		}
		wantExit(t, r.sync(), ExitDone)
	})
}

func openAnother(r *rig) {
	r.world.add(billing.Addition{ID: 99, AgreementID: 801, ProductID: product, Quantity: dec("4"), Bill: billing.Billable, Effective: day("2026-11-01")})
}

func TestALineThatIsNoLongerOursIsNotWritten(t *testing.T) {
	r := newRig(t, 1)
	r.line(1, "10", true)
	r.uses(1, "12")
	made, err := r.Preview(t.Context(), Request{})
	if err != nil {
		t.Fatal(err)
	}
	delete(r.store.owned, 10)
	run, err := r.locked(t.Context(), func(run *Run) error { run.Plan = made; return nil })
	if err != nil {
		t.Fatal(err)
	}
	wantStatuses(t, run, "1 held changed_meanwhile")
	r.quantity(10, "10")
}

func TestFieldsThatChangedByThemselvesAreReported(t *testing.T) {
	r := newRig(t, 1)
	r.line(1, "10", true)
	r.uses(1, "12")
	r.Writer = nosy{r.world}
	run := r.sync()
	wantExit(t, run, ExitDone)
	if w := run.Outcomes[0].Warnings; len(w) != 1 || !strings.Contains(w[0], "unitPrice") {
		t.Errorf("warnings %q", w)
	}
}

// nosy is a ConnectWise that changes the price with every edit.
type nosy struct{ *fakeWorld }

func (n nosy) EditAddition(ctx context.Context, before billing.Addition, edit billing.AdditionEdit) (billing.WriteResult, error) {
	result, err := n.fakeWorld.EditAddition(ctx, before, edit)
	result.Unexpected = []string{"unitPrice"}
	return result, err
}

func TestWorkersMayBeUnset(t *testing.T) {
	r := newRig(t, 2)
	r.Workers = 0
	r.uses(1, "1")
	r.uses(2, "1")
	wantExit(t, r.sync(), ExitDone)
}

func TestRequestsAreThoseOfTheClient(t *testing.T) {
	r := newRig(t, 1)
	sent := map[string]int{}
	r.Requests = func() map[string]int { return sent }
	r.Observe = func(event Event) {
		if event.Stage == StageUsage {
			sent["GET"] += 4
		}
	}
	for range 2 { // an engine may do several runs
		if run := r.sync(); run.Requests["GET"] != 4 || len(run.Requests) != 1 {
			t.Errorf("%v", run.Requests)
		}
	}
}

func TestAStoppedRunRecordsNoOwnershipOfRowsThatCameToNothing(t *testing.T) {
	r := newRig(t, 2)
	r.serial()
	r.line(1, "10", true)
	r.uses(1, "12")
	r.line(2, "10", true)
	r.uses(2, "12")
	r.world.remove(20) // deleted by a person: the reviewer accepts that
	r.world.onWrite = func(write) (bool, error) { return false, errKeys }
	run := r.sync(key(2).String())
	wantExit(t, run, ExitCredentials)
	r.owns(20, "10", true, "") // not let go of: the new line is not there
	r.world.onWrite = nil
	held := r.sync()
	wantExit(t, held, ExitHeld)
	if held.Plan.Changes[1].Code != plan.DriftDeleted {
		t.Errorf("code %q", held.Plan.Changes[1].Code)
	}
	wantExit(t, r.sync(key(2).String()), ExitDone)
	if _, still := r.store.owned[20]; still || r.linesOf(2) != 1 {
		t.Errorf("owned %v, lines %d", still, r.linesOf(2))
	}
}

func TestErrorsSpeakForThemselves(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		exit int
		code string
	}{
		"a stop":             {&Stop{Exit: ExitStale, Problem: Problem{Code: "stale"}}, ExitStale, "stale"},
		"a busy lock":        {&BusyError{Holder: "x"}, ExitBusy, "busy"},
		"keys":               {errKeys, ExitCredentials, "credentials"},
		"a right":            {errReadRight, ExitCredentials, "permission"},
		"out of reach":       {errOut, ExitTryLater, "unreachable"},
		"throttled":          {errThrottled, ExitTryLater, "throttled"},
		"nonsense":           {errNoSense, ExitFailed, "nonsense"},
		"refused":            {errRefused, ExitFailed, "rejected"},
		"no class":           {&billing.Failure{Message: "misused"}, ExitFailed, "failed"},
		"cancelled":          {cancelled(context.Canceled), ExitCancelled, "cancelled"},
		"cancelled, bare":    {context.Canceled, ExitCancelled, "cancelled"},
		"the store":          {labelled(errDisk), ExitStore, "store"},
		"anything":           {errors.New("x"), ExitFailed, "failed"},
		"a labelled failure": {labelled(errOut), ExitTryLater, "unreachable"},
	} {
		if stop := StopOf(c.err); stop.Exit != c.exit || stop.Problem.Code != c.code {
			t.Errorf("%s: exit %d %q, want %d %q", name, stop.Exit, stop.Problem.Code, c.exit, c.code)
		}
	}
}

func TestALineThatWasOpenBesideOursIsMissed(t *testing.T) {
	r := newRig(t, 1)
	r.line(1, "10", true)
	openAnother(r)
	r.uses(1, "12")
	r.world.onRead = func(_ int, record bool) error {
		if record {
			r.world.remove(99)
		}
		return nil
	}
	run := r.sync()
	wantStatuses(t, run, "1 held changed_meanwhile")
	if !strings.Contains(run.Outcomes[0].Reason, "addition 99") {
		t.Errorf("reason %q", run.Outcomes[0].Reason)
	}
}
