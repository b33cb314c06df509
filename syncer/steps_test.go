package syncer

import (
	"slices"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

// moved is customer 1 with a line of ours on agreement 801, linked to agreement 802 now.
func moved(t *testing.T) *rig {
	r := newRig(t, 2)
	r.line(1, "10", true)
	r.Setup.Sources[0].Customers = r.Setup.Sources[0].Customers[:1]
	r.Setup.Sources[0].Customers[0].Company, r.Setup.Sources[0].Customers[0].Agreement = 252, 802
	r.uses(1, "12")
	return r
}

func TestAMovedLineEndsBeforeTheNewOneOpens(t *testing.T) {
	r := moved(t)
	held := r.sync()
	wantExit(t, held, ExitHeld)
	if held.Plan.Changes[0].Code != plan.MappingChanged || r.world.writes != 0 {
		t.Fatalf("code %q, %d writes", held.Plan.Changes[0].Code, r.world.writes)
	}
	run := r.sync(key(1).String())
	wantExit(t, run, ExitDone)
	wantStatuses(t, run, "1 applied", "1 applied")
	if end := r.world.find(10).Cancelled; end != day("2026-11-21") {
		t.Errorf("the old line ends on %q", end)
	}
	r.owns(10, "10", true, "2026-11-21")
	r.owns(9001, "12", true, "")
	sent := r.world.writes
	wantExit(t, r.sync(), ExitDone)
	if r.world.writes != sent {
		t.Error("the next run writes again")
	}
}

func TestTheSecondStepWaitsForTheFirst(t *testing.T) {
	for name, failure := range map[string]error{"refused": errRefused, "lost": errLost, "no right": errNoRight} {
		t.Run(name, func(t *testing.T) {
			r := moved(t)
			r.world.onWrite = func(write) (bool, error) { return false, failure }
			run := r.sync(key(1).String())
			if got := run.Outcomes[1]; got.Status != Held || got.Code != plan.ChangedMeanwhile || len(r.world.additions[802]) != 0 {
				t.Errorf("second step %+v", got)
			}
		})
	}
	t.Run("and does not even adopt", func(t *testing.T) {
		r := moved(t)
		r.world.add(billing.Addition{ID: 50, AgreementID: 802, ProductID: product, ProductIdentifier: "MBX", Quantity: dec("12"), Bill: billing.Billable, Effective: day("2025-01-01")})
		r.world.onWrite = func(write) (bool, error) { return false, errRefused }
		run := r.sync(key(1).String())
		wantStatuses(t, run, "1 failed", "1 held changed_meanwhile")
		if _, ours := r.store.owned[50]; ours {
			t.Error("the new line was adopted although the old one still bills")
		}
		r.world.onWrite = nil
		wantExit(t, r.sync(key(1).String()), ExitDone)
		r.owns(50, "12", false, "")
		r.owns(10, "10", true, "2026-11-21")
	})
}

func TestRowsWaitInAChainAcrossAgreements(t *testing.T) {
	changes := []plan.Change{
		{Action: plan.Cancel}, {Action: plan.Cancel, Step: 1}, {Action: plan.Create, Step: 1}, {Action: plan.Cancel, Step: 1},
		{Action: plan.None}, {Action: plan.Update}, {Action: plan.Hold}, {Action: plan.Create}, {Action: plan.Cancel, Step: 1},
	}
	groups := inOrder(changes)
	want := [][]int{{0, 5, 7}, {1, 8}, {2}, {3}}
	if !slices.EqualFunc(groups, want, slices.Equal[[]int]) {
		t.Errorf("groups %v, want %v", groups, want)
	}
	// Two old lines on agreements of their own end, one after the other, before the new one opens on a third.
	for range 20 {
		r := newRig(t, 3)
		r.line(1, "10", true)
		r.line(2, "10", true)
		second := r.store.owned[20]
		second.Key = key(1)
		r.store.owned[20] = second
		r.Setup.Sources[0].Customers = r.Setup.Sources[0].Customers[:1]
		r.Setup.Sources[0].Customers[0].Company, r.Setup.Sources[0].Customers[0].Agreement = 253, 803
		r.uses(1, "12")
		run := r.sync(key(1).String())
		wantExit(t, run, ExitDone)
		wantStatuses(t, run, "1 applied", "1 applied", "1 applied")
	}
}

func TestADatedChangeOpensBeforeItEnds(t *testing.T) {
	dated := func(t *testing.T) *rig {
		r := newRig(t, 1)
		r.Setup.Sources[0].Services[0].Change = billing.Dated
		r.line(1, "10", true)
		r.uses(1, "12")
		return r
	}
	t.Run("both", func(t *testing.T) {
		r := dated(t)
		run := r.sync()
		wantExit(t, run, ExitDone)
		wantStatuses(t, run, "1 applied", "1 applied")
		r.quantity(9001, "12")
		r.quantity(10, "10")
		r.owns(9001, "12", true, "")
		r.owns(10, "10", true, "2026-11-20")
		sent := r.world.writes
		wantExit(t, r.sync(), ExitDone)
		if r.world.writes != sent {
			t.Error("the next run writes again")
		}
	})
	t.Run("the new line is refused: the old one goes on", func(t *testing.T) {
		r := dated(t)
		r.world.onWrite = func(write) (bool, error) { return false, errRefused }
		run := r.sync()
		wantExit(t, run, ExitFailed)
		wantStatuses(t, run, "1 failed", "1 held changed_meanwhile")
		if !r.world.find(10).Cancelled.IsZero() {
			t.Error("the old line ends")
		}
	})
	t.Run("the end is refused: the next run ends it, and opens nothing", func(t *testing.T) {
		r := dated(t)
		r.world.onWrite = func(w write) (bool, error) {
			if w.n == 2 {
				return false, errRefused
			}
			return true, nil
		}
		wantExit(t, r.sync(), ExitPartial)
		r.world.onWrite = nil
		wantExit(t, r.sync(), ExitDone)
		if r.linesOf(1) != 2 || r.world.find(10).Cancelled != day("2026-11-20") {
			t.Errorf("%d lines, the old one ends on %q", r.linesOf(1), r.world.find(10).Cancelled)
		}
		r.owns(10, "10", true, "2026-11-20")
	})
	t.Run("the end is refused, and usage moves on: both are written", func(t *testing.T) {
		r := dated(t)
		r.world.onWrite = func(w write) (bool, error) {
			if w.n == 2 {
				return false, errRefused
			}
			return true, nil
		}
		wantExit(t, r.sync(), ExitPartial)
		r.world.onWrite = nil
		r.uses(1, "13")
		run := r.sync()
		wantExit(t, run, ExitDone)
		wantStatuses(t, run, "1 applied", "1 applied")
		r.quantity(9001, "13")
		r.owns(9001, "13", true, "")
		r.owns(10, "10", true, "2026-11-20")
	})
	t.Run("the new line is unknown: the old one goes on", func(t *testing.T) {
		r := dated(t)
		r.loses(false, 1)
		run := r.sync()
		wantExit(t, run, ExitUnknown)
		wantStatuses(t, run, "1 unknown", "1 held changed_meanwhile")
	})
}
