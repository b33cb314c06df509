package syncer

import (
	"context"
	"slices"
	"testing"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

// reviewed is a rig with a draft: 1 rises, 2 is created, 3 is adopted as it is, 4 falls to nothing and is held, 5 is ours and stays.
func reviewed(t *testing.T) (*rig, *Draft) {
	t.Helper()
	r := newRig(t, 5)
	r.line(1, "10", true)
	r.uses(1, "12")
	r.uses(2, "3")
	r.line(3, "7", false)
	r.uses(3, "7")
	r.line(4, "100", true)
	r.uses(4, "0")
	r.line(5, "5", true)
	r.uses(5, "5")
	draft, err := r.Prepare(t.Context(), Request{})
	if err != nil {
		t.Fatal(err)
	}
	return r, draft
}

func (r *rig) apply(made *plan.Plan) *Run {
	r.t.Helper()
	run, err := r.ApplyMade(r.t.Context(), made)
	if err != nil {
		r.t.Fatalf("apply: %v", err)
	}
	if r.store.locked {
		r.t.Error("the lock is still held")
	}
	return run
}

func TestADraftIsReadOnceAndPlannedOften(t *testing.T) {
	r, draft := reviewed(t)
	read := len(r.calls.list())
	first := draft.Plan(nil, nil)
	second := draft.Plan([]string{key(4).String()}, []string{key(1).String()})
	third := draft.Plan(nil, nil)
	if got := r.calls.list(); len(got) != read {
		t.Errorf("a plan reads: %q", got[read:])
	}
	actions := func(p *plan.Plan) (all []plan.Action) {
		for i := range p.Changes {
			all = append(all, p.Changes[i].Action)
		}
		return all
	}
	if got := actions(first); !slices.Equal(got, []plan.Action{plan.Update, plan.Create, plan.None, plan.Hold, plan.None}) {
		t.Errorf("first plan %q", got)
	}
	if got := actions(second); !slices.Equal(got, []plan.Action{plan.Skip, plan.Create, plan.None, plan.Update, plan.None}) || second.Changes[0].Code != plan.LeftOut {
		t.Errorf("accepted and left out: %q", got)
	}
	if got := actions(third); !slices.Equal(got, actions(first)) {
		t.Errorf("taken back: %q", got)
	}
	if first.ID == second.ID || first.ID == third.ID || first.Profile != "default" || first.SetupDigest != r.Setup.Digest() || first.Created != r.clock {
		t.Errorf("heads %q, %q, %q", first.ID, second.ID, third.ID)
	}
	if agreement, ok := draft.Agreement(801); !ok || agreement.CompanyID != 251 {
		t.Errorf("agreement %+v", agreement)
	}
	if addition, ok := draft.Addition(801, 10); !ok || !addition.Quantity.Equal(dec("10")) {
		t.Errorf("addition %+v", addition)
	}
	if _, ok := draft.Addition(801, 11); ok {
		t.Error("an addition that is not there")
	}
	if _, ok := draft.Agreement(899); ok {
		t.Error("an agreement that was not read")
	}
}

func TestAReviewedPlanIsApplied(t *testing.T) {
	r, draft := reviewed(t)
	r.usages["mail"] = billing.Usage{} // is not read any more
	read := r.calls.count("read mail")
	run := r.apply(draft.Plan([]string{key(4).String()}, []string{key(2).String()}))
	wantExit(t, run, ExitDone)
	wantStatuses(t, run, "1 applied", "2 skipped", "3 unchanged", "4 applied", "5 unchanged")
	r.quantity(10, "12")
	r.quantity(40, "0")
	r.owns(30, "7", false, "")
	if r.calls.count("read mail") != read || r.world.writes != 2 || r.linesOf(2) != 0 || len(r.store.finished) != 1 {
		t.Errorf("%d writes, %d runs", r.world.writes, len(r.store.finished))
	}
}

func TestWhatChangedSinceTheReviewIsHeld(t *testing.T) {
	held := func(customer string) string { return customer + " held changed_meanwhile" }
	for name, c := range map[string]struct {
		spoil func(*rig)
		want  []string
	}{
		"a line that is to be written": {func(r *rig) { r.world.person(10, func(a *billing.Addition) { a.Quantity = dec("11") }) },
			[]string{held("1"), "2 applied", "3 unchanged", "4 held", "5 unchanged"}},
		"another opened the line that is to be opened": {func(r *rig) { r.line(2, "3", false) },
			[]string{"1 applied", held("2"), "3 unchanged", "4 held", "5 unchanged"}},
		"a line that is to be adopted as it is": {func(r *rig) { r.world.person(30, func(a *billing.Addition) { a.Quantity = dec("8") }) },
			[]string{"1 applied", "2 applied", held("3"), "4 held", "5 unchanged"}},
		"a line that is to be adopted is gone": {func(r *rig) { r.world.remove(30) },
			[]string{"1 applied", "2 applied", held("3"), "4 held", "5 unchanged"}},
		"a line that stays": {func(r *rig) { r.world.person(50, func(a *billing.Addition) { a.Quantity = dec("6") }) },
			[]string{"1 applied", "2 applied", "3 unchanged", "4 held", "5 unchanged"}},
		"a line that is no longer ours": {func(r *rig) { delete(r.store.owned, 10) },
			[]string{held("1"), "2 applied", "3 unchanged", "4 held", "5 unchanged"}},
	} {
		t.Run(name, func(t *testing.T) {
			r, draft := reviewed(t)
			c.spoil(r)
			run := r.apply(draft.Plan(nil, nil))
			wantExit(t, run, ExitHeld)
			wantStatuses(t, run, c.want...)
			if _, ours := r.store.owned[30]; ours != (c.want[2] == "3 unchanged") {
				t.Errorf("line 3 is ours: %v", ours)
			}
		})
	}
}

func TestALineThatAPersonPutRightIsNotedOnlyAsItWasSeen(t *testing.T) {
	r := newRig(t, 1)
	r.line(1, "10", true)
	r.uses(1, "12")
	r.world.person(10, func(a *billing.Addition) { a.Quantity = dec("12") })
	draft, err := r.Prepare(t.Context(), Request{})
	if err != nil {
		t.Fatal(err)
	}
	r.world.person(10, func(a *billing.Addition) { a.Quantity = dec("13") })
	wantStatuses(t, r.apply(draft.Plan(nil, nil)), "1 held changed_meanwhile")
	r.owns(10, "10", true, "")
	draft, err = r.Prepare(t.Context(), Request{})
	if err != nil {
		t.Fatal(err)
	}
	wantStatuses(t, r.apply(draft.Plan([]string{key(1).String()}, nil)), "1 applied")
	r.owns(10, "12", true, "")
}

func TestAnAgreementThatCannotBeReadAgainIsNotNoted(t *testing.T) {
	r, draft := reviewed(t)
	r.world.onRead = func(agreement int, _ bool) error {
		if agreement == 803 {
			return errOut
		}
		return nil
	}
	run := r.apply(draft.Plan(nil, nil))
	wantStatuses(t, run, "1 applied", "2 applied", "3 held changed_meanwhile", "4 held", "5 unchanged")
	if _, ours := r.store.owned[30]; ours || run.Problem == nil {
		t.Errorf("problem %+v", run.Problem)
	}
}

func TestAReviewedPlanIsRefusedWhole(t *testing.T) {
	for name, spoil := range map[string]func(*rig, *plan.Plan){
		"another set-up":  func(r *rig, _ *plan.Plan) { r.Setup.Sources[0].Complete = true },
		"too old":         func(r *rig, _ *plan.Plan) { r.clock = r.clock.Add(26*time.Hour + time.Minute) },
		"another profile": func(_ *rig, p *plan.Plan) { p.Profile = "other" },
	} {
		t.Run(name, func(t *testing.T) {
			r, draft := reviewed(t)
			made := draft.Plan(nil, nil)
			spoil(r, made)
			run, err := r.ApplyMade(t.Context(), made)
			if run != nil || err == nil || StopOf(err).Exit != ExitStale || r.world.writes != 0 || r.store.locked {
				t.Errorf("run %+v, error %v, %d writes", run, err, r.world.writes)
			}
		})
	}
	t.Run("another run goes on", func(t *testing.T) {
		r, draft := reviewed(t)
		r.store.busy = "process 4711"
		if _, err := r.ApplyMade(t.Context(), draft.Plan(nil, nil)); StopOf(err).Exit != ExitBusy {
			t.Errorf("%v", err)
		}
	})
}

func TestAReviewedPlanSettlesUnknownWritesFirst(t *testing.T) {
	r := newRig(t, 2)
	r.serial()
	r.line(2, "10", true)
	r.uses(1, "3")
	r.loses(false, 1)
	wantExit(t, r.sync(), ExitUnknown)
	r.world.onWrite = nil
	r.uses(2, "12")
	draft, err := r.Prepare(t.Context(), Request{})
	if err != nil {
		t.Fatal(err)
	}
	made := draft.Plan([]string{key(1).String()}, nil)
	if made.Changes[0].Code != plan.PreviousUnknown {
		t.Fatalf("%+v", made.Changes[0])
	}
	run := r.apply(made)
	wantExit(t, run, ExitHeld) // settled, and planned by the next review
	wantStatuses(t, run, "1 held", "2 applied")
	if len(run.Warnings) != 1 {
		t.Errorf("warnings %q", run.Warnings)
	}
	if draft, err = r.Prepare(t.Context(), Request{}); err != nil {
		t.Fatal(err)
	}
	wantStatuses(t, r.apply(draft.Plan(nil, nil)), "1 applied", "2 unchanged")
	if r.linesOf(1) != 1 {
		t.Errorf("%d lines", r.linesOf(1))
	}
}

func TestAReviewedRunStopsBetweenTwoWrites(t *testing.T) {
	r, draft := reviewed(t)
	r.serial()
	ctx, cancel := context.WithCancel(t.Context())
	r.Observe = func(event Event) {
		if event.Change != nil {
			cancel()
		}
	}
	run, err := r.ApplyMade(ctx, draft.Plan(nil, nil))
	if err != nil {
		t.Fatal(err)
	}
	wantExit(t, run, ExitCancelled)
	wantStatuses(t, run, "1 applied", "2 skipped", "3 held changed_meanwhile", "4 held", "5 unchanged")
}
