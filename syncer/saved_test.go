package syncer

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"cwsync/syncer/billing"
)

// saved is a rig with a saved plan "p-1" of the file "digest": 1 rises, 2 is created, 3 is adopted as it is, 4 is ours and stays.
func saved(t *testing.T) *rig {
	t.Helper()
	r := newRig(t, 4)
	r.line(1, "10", true)
	r.uses(1, "12")
	r.uses(2, "3")
	r.line(3, "7", false)
	r.uses(3, "7")
	r.line(4, "5", true)
	r.uses(4, "5")
	made, err := r.Preview(t.Context(), Request{})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Plans.SavePlan(t.Context(), made, "digest"); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestASavedPlanIsAppliedExactly(t *testing.T) {
	r := saved(t)
	r.usages["mail"] = billing.Usage{} // is not read any more
	reads := r.calls.count("read mail")
	run, err := r.ApplySaved(t.Context(), "p-1", "digest")
	if err != nil {
		t.Fatal(err)
	}
	wantExit(t, run, ExitDone)
	wantStatuses(t, run, "1 applied", "2 applied", "3 unchanged", "4 unchanged")
	r.quantity(10, "12")
	r.quantity(9001, "3")
	r.owns(10, "12", true, "")
	r.owns(9001, "3", true, "")
	r.owns(30, "7", false, "")
	if r.calls.count("read mail") != reads || r.world.writes != 2 || r.store.plans["p-1"].AppliedBy != run.ID || run.Plan.ID != "p-1" {
		t.Errorf("%d writes, applied by %q", r.world.writes, r.store.plans["p-1"].AppliedBy)
	}
}

func TestASavedPlanIsRefusedWhole(t *testing.T) {
	for name, c := range map[string]struct {
		id, digest string
		spoil      func(*rig)
	}{
		"an unknown id":            {id: "p-9"},
		"an altered file":          {digest: "other"},
		"applied before":           {spoil: func(r *rig) { r.store.plans["p-1"].AppliedBy = "r-1" }},
		"another set-up":           {spoil: func(r *rig) { r.Setup.Connection.Company = "other" }},
		"the set-up was replaced":  {spoil: func(r *rig) { other := *r.Setup; other.Connection.Company = "other"; r.store.document = &other }},
		"too old":                  {spoil: func(r *rig) { r.clock = r.clock.Add(26*time.Hour + time.Second) }},
		"a stale line":             {spoil: func(r *rig) { r.world.person(10, func(a *billing.Addition) { a.Quantity = dec("11") }) }},
		"a line that is gone":      {spoil: func(r *rig) { r.world.remove(10) }},
		"a new open line":          {spoil: func(r *rig) { a := newLine(91, "3"); a.AgreementID = 802; r.world.add(a) }},
		"an adoption that changed": {spoil: func(r *rig) { r.world.person(30, func(a *billing.Addition) { a.Quantity = dec("8") }) }},
		"a line no longer ours":    {spoil: func(r *rig) { delete(r.store.owned, 10) }},
		"what is ours changed": {spoil: func(r *rig) {
			changed := r.store.owned[40]
			changed.Quantity = dec("6")
			r.store.owned[40] = changed
			r.world.person(40, func(a *billing.Addition) { a.Quantity = dec("6") })
		}},
		"an earlier unknown write": {spoil: func(r *rig) {
			r.store.journal = []entry{{Intent: Intent{ID: 1, Key: key(1), Kind: IntentCreate, AgreementID: 801, ProductID: 8, At: r.clock}}}
		}},
		"a crash between two lines": {spoil: func(r *rig) {
			r.store.journal = []entry{{Intent: Intent{ID: 1, Key: key(2), Kind: IntentCreate, AgreementID: 802, ProductID: product, Quantity: dec2("3"), At: r.clock}}}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			r := saved(t)
			if c.spoil != nil {
				c.spoil(r)
			}
			id, digest := "p-1", "digest"
			if c.id != "" {
				id = c.id
			}
			if c.digest != "" {
				digest = c.digest
			}
			run, err := r.ApplySaved(t.Context(), id, digest)
			if run != nil || err == nil {
				t.Fatalf("run %+v", run)
			}
			stop := StopOf(err)
			if stop.Exit != ExitStale || stop.Problem.Code != "stale" || stop.Problem.Hint == "" {
				t.Errorf("exit %d %+v", stop.Exit, stop.Problem)
			}
			if r.world.writes != 0 || r.store.locked || r.linesOf(1) > 1 {
				t.Errorf("%d writes, locked %v", r.world.writes, r.store.locked)
			}
			if used := r.store.plans["p-1"].AppliedBy; used != "" && name != "applied before" {
				t.Errorf("a refused plan counts as used by %s", used)
			}
		})
	}
}

func TestASavedPlanMayBeJustOldEnough(t *testing.T) {
	r := saved(t)
	r.clock = r.clock.Add(26 * time.Hour)
	run, err := r.ApplySaved(t.Context(), "p-1", "digest")
	if err != nil {
		t.Fatal(err)
	}
	wantExit(t, run, ExitDone)
	if effective := r.world.find(9001).Effective; effective != day("2026-11-21") {
		t.Errorf("the plan said 2026-11-21, written is %s", effective)
	}
}

func TestASavedPlanKeepsWhatItsReviewerAccepted(t *testing.T) {
	r := newRig(t, 1)
	r.line(1, "10", true)
	r.uses(1, "1") // falls by 90 %
	made, err := r.Preview(t.Context(), Request{Accept: []string{key(1).String()}})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Plans.SavePlan(t.Context(), made, "digest"); err != nil {
		t.Fatal(err)
	}
	run, err := r.ApplySaved(t.Context(), made.ID, "digest")
	if err != nil {
		t.Fatal(err)
	}
	wantExit(t, run, ExitDone)
	r.quantity(10, "1")
}

func TestASavedPlanOutOfReach(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*rig)
		exit  int
	}{
		"ConnectWise":            {func(r *rig) { r.world.onRead = func(int, bool) error { return errOut } }, ExitTryLater},
		"the store":              {func(r *rig) { r.store.fail["load plan"] = errDisk }, ExitStore},
		"the mark":               {func(r *rig) { r.store.fail["mark"] = errDisk }, ExitStore},
		"another run goes on":    {func(r *rig) { r.store.busy = "somebody" }, ExitBusy},
		"the lock cannot be had": {func(r *rig) { r.Locker = noLock{} }, ExitStore},
	} {
		t.Run(name, func(t *testing.T) {
			r := saved(t)
			c.spoil(r)
			_, err := r.ApplySaved(t.Context(), "p-1", "digest")
			if err == nil || StopOf(err).Exit != c.exit || r.world.writes != 0 || r.store.locked {
				t.Errorf("%v: exit %d, %d writes", err, StopOf(err).Exit, r.world.writes)
			}
		})
	}
}

type noLock struct{ Locker }

func (noLock) Lock(context.Context, time.Duration) (func() error, error) {
	return nil, errors.New("no such folder")
}

func TestARefusalSaysWhichLine(t *testing.T) {
	r := saved(t)
	r.world.person(10, func(a *billing.Addition) { a.Quantity = dec("11") })
	_, err := r.ApplySaved(t.Context(), "p-1", "digest")
	if err == nil || !strings.Contains(err.Error(), "mail/1/mbx") || !strings.Contains(err.Error(), "addition 10") {
		t.Errorf("%v", err)
	}
}

// A saved plan settles the unknown write that its reviewer counted as not done, but none that came after the plan.
func TestASavedPlanCarriesWhatWasAcceptedOfAnUnknownWrite(t *testing.T) {
	for name, c := range map[string]struct {
		accept []string
		spoil  func(*rig)
		want   End
	}{
		"accepted":                          {accept: []string{key(1).String()}, want: Rejected},
		"not accepted":                      {want: Lost},
		"another write was lost since then": {accept: []string{key(1).String()}, want: Lost, spoil: func(r *rig) { r.store.journal[0].At = r.clock.Add(time.Second) }},
	} {
		t.Run(name, func(t *testing.T) {
			r := lost(t)
			made, err := r.Preview(t.Context(), Request{Accept: c.accept})
			if err != nil {
				t.Fatal(err)
			}
			if err := r.Plans.SavePlan(t.Context(), made, "digest"); err != nil {
				t.Fatal(err)
			}
			if c.spoil != nil {
				c.spoil(r)
			}
			if _, err := r.ApplySaved(t.Context(), made.ID, "digest"); err != nil {
				t.Fatal(err)
			}
			if got := r.store.journal[0].end; got != c.want {
				t.Errorf("the write is %q, want %q", got, c.want)
			}
		})
	}
}
