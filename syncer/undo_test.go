package syncer

import (
	"errors"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

// rose is a run that raised a line from 3 to 4.
func rose(t *testing.T) (*rig, *Run) {
	t.Helper()
	r := newRig(t, 1)
	r.line(1, "3", true)
	r.uses(1, "4")
	run := r.sync()
	wantStatuses(t, run, "1 applied")
	return r, run
}

// ended is a run that ended a line of 3.
func ended(t *testing.T) (*rig, *Run) {
	t.Helper()
	r := newRig(t, 1)
	r.Setup.Sources[0].OnZero = billing.ZeroCancel
	r.line(1, "3", true)
	r.uses(1, "0")
	run := r.sync()
	wantStatuses(t, run, "1 applied")
	r.owns(10, "3", true, "2026-11-21")
	return r, run
}

func (r *rig) undo(id string, ask Request) *Run {
	r.t.Helper()
	run, err := r.Undo(r.t.Context(), id, ask)
	if err != nil {
		r.t.Fatalf("undo: %v", err)
	}
	return run
}

func TestUndo(t *testing.T) {
	r, run := rose(t)
	undo := r.undo(run.ID, Request{})
	wantExit(t, undo, ExitDone)
	wantStatuses(t, undo, "1 applied")
	r.quantity(10, "3")
	r.owns(10, "3", true, "")
	intent := r.store.journal[len(r.store.journal)-1].Intent
	if undo.Undoes != run.ID || undo.Plan.Undoes != run.ID || intent.TakesBack == nil || !intent.TakesBack.Quantity.Decimal.Equal(dec("4")) {
		t.Errorf("undoes %q, plan %q, the intent takes back %+v", undo.Undoes, undo.Plan.Undoes, intent.TakesBack)
	}
	again := r.undo(run.ID, Request{})
	wantStatuses(t, again, "1 unchanged")
	wantExit(t, again, ExitDone)
}

func TestUndoOfAnEnd(t *testing.T) {
	r, run := ended(t)
	wantStatuses(t, r.undo(run.ID, Request{}), "1 applied")
	r.owns(10, "3", true, "")
	if line := r.world.find(10); !line.Cancelled.IsZero() {
		t.Errorf("it ends on %s", line.Cancelled)
	}
}

// TestALostReopeningIsSettled: whether an end was taken back is seen by reading, and the line is ours again.
func TestALostReopeningIsSettled(t *testing.T) {
	for name, carriedOut := range map[string]bool{"it happened": true, "it did not": false} {
		t.Run(name, func(t *testing.T) {
			r, run := ended(t)
			r.world.onWrite = func(write) (bool, error) { return carriedOut, errLost }
			undo := r.undo(run.ID, Request{})
			if carriedOut {
				wantStatuses(t, undo, "1 applied")
				r.owns(10, "3", true, "")
				return
			}
			wantStatuses(t, undo, "1 unknown")
			wantExit(t, undo, ExitUnknown)
			r.world.onWrite = nil
			again := r.undo(run.ID, Request{}) // the same is still unknown
			wantStatuses(t, again, "1 held")
			wantExit(t, again, ExitUnknown)
			accepted := r.undo(run.ID, Request{Accept: []string{key(1).String()}})
			wantStatuses(t, accepted, "1 applied")
			if len(accepted.Plan.Unused) > 0 {
				t.Errorf("accepted for nothing: %v", accepted.Plan.Unused)
			}
			r.owns(10, "3", true, "")
		})
	}
}

// TestUndoKeepsAnEarlierEnd: an end that was there before the run is not ours, so the line goes on being ours.
func TestUndoKeepsAnEarlierEnd(t *testing.T) {
	r := newRig(t, 1)
	r.Setup.Sources[0].OnZero = billing.ZeroCancel
	r.line(1, "3", true)
	r.world.person(10, func(a *billing.Addition) { a.Cancelled = day("2027-06-30") })
	r.uses(1, "0")
	run := r.sync()
	wantStatuses(t, r.undo(run.ID, Request{}), "1 applied")
	if line := r.world.find(10); line.Cancelled != day("2027-06-30") {
		t.Errorf("it ends on %s", line.Cancelled)
	}
	r.owns(10, "3", true, "")
}

func TestUndoThatIsReviewed(t *testing.T) {
	r, run := rose(t)
	made, err := r.PreviewUndo(t.Context(), run.ID, Request{})
	if err != nil || made.Undoes != run.ID || r.world.writes != 1 {
		t.Fatalf("plan %+v, %v, %d writes", made, err, r.world.writes)
	}
	applied, err := r.ApplyMade(t.Context(), made)
	if err != nil || applied.Undoes != run.ID {
		t.Fatal(applied, err)
	}
	r.quantity(10, "3")

	r, run = rose(t)
	if made, err = r.PreviewUndo(t.Context(), run.ID, Request{}); err != nil {
		t.Fatal(err)
	}
	r.world.person(10, func(a *billing.Addition) { a.Quantity = dec("9") })
	if applied, err = r.ApplyMade(t.Context(), made); err != nil {
		t.Fatal(err)
	}
	wantStatuses(t, applied, "1 held changed_meanwhile")
	r.quantity(10, "9")
}

func TestUndoRefuses(t *testing.T) {
	r, run := rose(t)
	refused := func(name string, exit int, id string, ask Request) {
		t.Helper()
		for _, do := range []func() error{
			func() error { _, err := r.PreviewUndo(t.Context(), id, ask); return err },
			func() error { _, err := r.Undo(t.Context(), id, ask); return err },
		} {
			if err := do(); err == nil || StopOf(err).Exit != exit {
				t.Errorf("%s: %v, want exit code %d", name, err, exit)
			}
		}
	}
	begun := len(r.store.begun)
	refused("an unknown run", ExitUsage, "r-0", Request{})
	refused("a customer that is not in it", ExitUsage, run.ID, Request{Customers: []string{"2"}})
	refused("a source that is not in it", ExitUsage, run.ID, Request{Sources: []string{"backup"}})
	r.store.fail["past run"] = errDisk
	refused("a store that cannot be read", ExitStore, run.ID, Request{})
	delete(r.store.fail, "past run")
	if len(r.store.begun) != begun {
		t.Error("what was refused is in the history")
	}
	r.store.busy = "process 4711"
	if _, err := r.Undo(t.Context(), run.ID, Request{}); StopOf(err).Exit != ExitBusy {
		t.Errorf("while another run goes on: %v", err)
	}
	if _, err := r.PreviewUndo(t.Context(), run.ID, Request{}); err != nil {
		t.Errorf("a look at a run that is over: %v", err)
	}
	r.store.finished = nil
	var busy *BusyError
	if _, err := r.PreviewUndo(t.Context(), run.ID, Request{}); !errors.As(err, &busy) {
		t.Errorf("a look at a run that goes on: %v", err)
	}
	r.Past = nil
	refused("an engine without a past", ExitUsage, run.ID, Request{})
}

// TestUndoOfWhatWasSettledLater takes back a write that was unknown when its run ended.
func TestUndoOfWhatWasSettledLater(t *testing.T) {
	r := newRig(t, 1)
	r.line(1, "3", true)
	r.uses(1, "4")
	r.world.onWrite = func(write) (bool, error) {
		r.world.onRead = func(int, bool) error { return errOut }
		return true, errLost
	}
	run := r.sync()
	wantExit(t, run, ExitUnknown)
	r.world.onWrite, r.world.onRead = nil, nil
	undo := r.undo(run.ID, Request{})
	wantStatuses(t, undo, "1 applied")
	r.quantity(10, "3")
	if made, err := r.PreviewUndo(t.Context(), run.ID, Request{}); err != nil || made.Changes[0].Action != plan.None {
		t.Errorf("afterwards %+v, %v", made, err)
	}
}

// A reviewer who changes their mind gets another plan of what was read once; reading again is for what changed meanwhile.
func TestPrepareUndoReadsOnce(t *testing.T) {
	r, run := rose(t)
	draft, err := r.PrepareUndo(t.Context(), run.ID, Request{})
	if err != nil {
		t.Fatal(err)
	}
	key := run.Plan.Changes[0].Key.String()
	r.world.find(10).Quantity = dec("9") // nobody looks at it for these
	for name, c := range map[string]struct {
		leftOut []string
		action  plan.Action
	}{"taken back": {nil, plan.Update}, "left out": {[]string{key}, plan.Skip}} {
		made := draft.Plan(nil, c.leftOut)
		if made.Undoes != run.ID || len(made.Changes) != 1 || made.Changes[0].Action != c.action || made.ID == "" || made.SetupDigest != r.Setup.Digest() {
			t.Errorf("%s: %+v", name, made)
		}
	}
	agreement, ok := draft.Agreement(run.Plan.Changes[0].Agreement.ID)
	if said := draft.Plan(nil, nil).Changes[0].Invoicing; !ok || said.Next != agreement.NextInvoice || said.Cycle != agreement.Cycle.Name {
		t.Errorf("the row says %+v of when the agreement %+v is invoiced", said, agreement)
	}
	again, err := r.PreviewUndo(t.Context(), run.ID, Request{})
	if err != nil || again.Changes[0].Action != plan.Hold {
		t.Errorf("read again: %v, %+v", err, again)
	}
	held, err := r.PreviewUndo(t.Context(), run.ID, Request{Accept: []string{key}})
	if err != nil || held.Changes[0].Action != plan.Update || !held.Changes[0].Accepted {
		t.Errorf("accepted: %v, %+v", err, held)
	}
	if _, err := r.PrepareUndo(t.Context(), "r-none", Request{}); StopOf(err).Exit != ExitUsage {
		t.Errorf("a run that is not there: %v", err)
	}
}
