package syncer

import (
	"slices"
	"strings"
	"testing"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

// lost is a rig whose only create was lost without a trace.
func lost(t *testing.T) *rig {
	t.Helper()
	r := newRig(t, 1)
	r.uses(1, "3")
	r.loses(false, 1)
	wantExit(t, r.sync(), ExitUnknown)
	r.world.onWrite = nil
	return r
}

func TestLaterRunsSettleALostCreate(t *testing.T) {
	t.Run("found later: adopted, not created again", func(t *testing.T) {
		r := lost(t)
		r.clock = r.clock.Add(time.Minute)
		r.world.add(newLine(91, "3"))
		run := r.sync()
		wantExit(t, run, ExitDone)
		wantStatuses(t, run, "1 unchanged")
		r.owns(91, "3", true, "")
		if len(run.Warnings) != 1 || !strings.Contains(run.Warnings[0], "is in ConnectWise") || r.world.writes != 1 {
			t.Errorf("warnings %q, %d writes", run.Warnings, r.world.writes)
		}
	})
	t.Run("not before the settle time", func(t *testing.T) {
		r := lost(t)
		for range 4 {
			r.clock = r.clock.Add(70 * time.Second)
			wantExit(t, r.sync(), ExitUnknown)
		}
		if r.world.writes != 1 {
			t.Fatalf("%d writes", r.world.writes)
		}
		r.clock = r.clock.Add(70 * time.Second)
		wantExit(t, r.sync(), ExitDone)
		if r.world.writes != 2 || r.linesOf(1) != 1 {
			t.Errorf("%d writes, %d lines", r.world.writes, r.linesOf(1))
		}
	})
	t.Run("not before two empty read-backs", func(t *testing.T) {
		r := lost(t)
		r.store.journal[0].EmptyReads = 0 // as of a run that could not read back
		r.clock = r.clock.Add(time.Hour)
		wantExit(t, r.sync(), ExitUnknown)
		r.clock = r.clock.Add(time.Second)
		wantExit(t, r.sync(), ExitDone)
		if r.world.writes != 2 {
			t.Errorf("%d writes", r.world.writes)
		}
	})
	t.Run("the settle time counts from when it was lost, not from when it was recorded", func(t *testing.T) {
		r := newRig(t, 1)
		r.uses(1, "3")
		r.world.onWrite = func(write) (bool, error) { r.clock = r.clock.Add(10 * time.Minute); return false, errLost } // it waited in a pause
		wantExit(t, r.sync(), ExitUnknown)
		r.world.onWrite = nil
		wantExit(t, r.sync(), ExitUnknown)
		r.clock = r.clock.Add(4 * time.Minute)
		wantExit(t, r.sync(), ExitUnknown)
		r.clock = r.clock.Add(time.Minute)
		wantExit(t, r.sync(), ExitDone)
		if r.world.writes != 2 {
			t.Errorf("%d writes", r.world.writes)
		}
	})
}

func TestACrashIsALostWrite(t *testing.T) {
	crash := func(t *testing.T, carriedOut bool) *rig {
		r := newRig(t, 1)
		r.uses(1, "3")
		r.store.journal = []entry{{Intent: Intent{ID: 1, RunID: "r-0", Key: key(1), Kind: IntentCreate, AgreementID: 801, ProductID: product,
			Quantity: dec2("3"), Effective: day("2026-11-21"), At: r.clock}}}
		if carriedOut {
			r.world.add(newLine(91, "3"))
		}
		r.clock = r.clock.Add(time.Hour)
		return r
	}
	t.Run("it happened", func(t *testing.T) {
		r := crash(t, true)
		wantExit(t, r.sync(), ExitDone)
		r.owns(91, "3", true, "")
		if r.world.writes != 0 {
			t.Errorf("%d writes", r.world.writes)
		}
	})
	t.Run("it did not", func(t *testing.T) {
		r := crash(t, false)
		wantExit(t, r.sync(), ExitUnknown)
		r.clock = r.clock.Add(6 * time.Minute)
		wantExit(t, r.sync(), ExitDone)
		if r.world.writes != 1 || r.linesOf(1) != 1 {
			t.Errorf("%d writes, %d lines", r.world.writes, r.linesOf(1))
		}
	})
	t.Run("an edit", func(t *testing.T) {
		r := newRig(t, 1)
		r.line(1, "10", true)
		r.uses(1, "12")
		owned := r.store.owned[10]
		r.store.journal = []entry{{Intent: Intent{ID: 1, Key: key(1), Kind: IntentEdit, AgreementID: 801, ProductID: product, AdditionID: 10,
			Version: "v1", Quantity: dec2("12"), At: r.clock, Previous: &owned}}}
		r.world.person(10, func(a *billing.Addition) { a.Quantity = dec("12") })
		wantExit(t, r.sync(), ExitDone)
		r.owns(10, "12", true, "")
		if r.world.writes != 0 {
			t.Errorf("%d writes", r.world.writes)
		}
	})
}

func TestAnUnknownEditOfALineThatIsGoneIsOver(t *testing.T) {
	r := newRig(t, 1)
	r.line(1, "10", true)
	r.uses(1, "12")
	r.loses(false, 1, 2)
	wantExit(t, r.sync(), ExitUnknown)
	r.world.remove(10)
	run := r.sync()
	wantExit(t, run, ExitHeld)
	if run.Plan.Changes[0].Code != plan.DriftDeleted {
		t.Errorf("code %q", run.Plan.Changes[0].Code)
	}
}

func TestAcceptingALostCreate(t *testing.T) {
	t.Run("accepted with an empty read-back", func(t *testing.T) {
		r := lost(t)
		run := r.sync(key(1).String())
		wantExit(t, run, ExitDone)
		wantStatuses(t, run, "1 applied")
		if len(run.Plan.Warnings)+len(run.Plan.Unused) != 0 || !slices.Equal(run.Plan.Accepted, []string{key(1).String()}) || r.linesOf(1) != 1 {
			t.Errorf("warnings %q, accepted %q, unused %q", run.Plan.Warnings, run.Plan.Accepted, run.Plan.Unused)
		}
	})
	t.Run("accepted, but it is there after all", func(t *testing.T) {
		r := lost(t)
		r.world.add(newLine(91, "3"))
		run := r.sync(key(1).String())
		wantExit(t, run, ExitDone)
		if r.world.writes != 1 || r.linesOf(1) != 1 {
			t.Errorf("%d writes", r.world.writes)
		}
	})
	t.Run("accepted, but two could be it", func(t *testing.T) {
		r := lost(t)
		r.world.add(newLine(91, "3"))
		r.world.add(newLine(92, "3"))
		wantExit(t, r.sync(key(1).String()), ExitUnknown)
		if r.world.writes != 1 {
			t.Errorf("%d writes", r.world.writes)
		}
	})
}

func TestALostCreateIsLookedForInEveryWay(t *testing.T) {
	t.Run("another line of ours is not taken for it", func(t *testing.T) {
		r := lost(t)
		r.world.add(newLine(91, "3"))
		r.store.owned[91] = plan.Owned{Key: key(7), AdditionID: 91, AgreementID: 801, ProductID: product, Quantity: dec("3")}
		wantExit(t, r.sync(), ExitUnknown)
		if r.store.owned[91].Key != key(7) {
			t.Errorf("owned as %+v", r.store.owned[91])
		}
	})
	t.Run("a dry run settles nothing", func(t *testing.T) {
		r := lost(t)
		made, err := r.Preview(t.Context(), Request{})
		if err != nil || made.Changes[0].Code != plan.PreviousUnknown || r.store.journal[0].EmptyReads != 1 {
			t.Errorf("%v, %+v", err, r.store.journal[0])
		}
	})
	t.Run("a filter does not leave it out", func(t *testing.T) {
		r := lost(t)
		r.usages["mail"] = billing.Usage{Lines: append(r.usages["mail"].Lines, billing.UsageLine{CustomerID: "other", ServiceID: "mbx", Quantity: dec("1"), Status: billing.StatusActive})}
		r.world.add(newLine(91, "3"))
		run, err := r.Sync(t.Context(), Request{Customers: []string{"other"}})
		if err != nil {
			t.Fatal(err)
		}
		wantExit(t, run, ExitDone)
		r.owns(91, "3", true, "")
	})
	t.Run("the agreement cannot be read: it stays unknown", func(t *testing.T) {
		r := lost(t)
		r.world.onRead = func(int, bool) error { return errOut }
		stop := r.stops(Request{})
		if stop.Exit != ExitUnknown || !strings.Contains(stop.Problem.Message, "still unknown") || !strings.Contains(stop.Problem.Message, "no route") {
			t.Errorf("%+v", stop)
		}
	})
}
