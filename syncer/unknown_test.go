package syncer

import (
	"slices"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

// loses makes the n-th write lose its answer; carried out or not.
func (r *rig) loses(carriedOut bool, numbers ...int) {
	r.world.onWrite = func(w write) (bool, error) {
		if slices.Contains(numbers, w.n) {
			return carriedOut, errLost
		}
		return true, nil
	}
}

// edit is a rig with one line of ours that rises from 10 to 12.
func edit(t *testing.T) *rig {
	t.Helper()
	r := newRig(t, 1)
	r.line(1, "10", true)
	r.uses(1, "12")
	return r
}

func TestALostEditIsSettledByReadingBack(t *testing.T) {
	t.Run("it happened", func(t *testing.T) {
		r := edit(t)
		r.loses(true, 1)
		run := r.sync()
		wantExit(t, run, ExitDone)
		wantStatuses(t, run, "1 applied")
		r.owns(10, "12", true, "")
		if r.world.writes != 1 {
			t.Errorf("%d writes", r.world.writes)
		}
	})
	t.Run("it did not, and is sent once more", func(t *testing.T) {
		r := edit(t)
		r.loses(false, 1)
		run := r.sync()
		wantExit(t, run, ExitDone)
		r.quantity(10, "12")
		if r.world.writes != 2 {
			t.Errorf("%d writes", r.world.writes)
		}
	})
	t.Run("the second one is lost too", func(t *testing.T) {
		r := edit(t)
		r.loses(false, 1, 2, 3)
		run := r.sync()
		wantExit(t, run, ExitUnknown)
		wantStatuses(t, run, "1 unknown")
		if r.world.writes != 2 || r.store.journal[0].EmptyReads != 2 || r.store.journal[0].end != Lost {
			t.Errorf("%d writes, journal %+v", r.world.writes, r.store.journal[0])
		}
		r.owns(10, "10", true, "")
	})
	t.Run("it did not, and the line was changed since", func(t *testing.T) {
		r := edit(t)
		r.world.onWrite = func(write) (bool, error) {
			r.world.person(10, func(a *billing.Addition) { a.Quantity = dec("11") })
			return false, errLost
		}
		run := r.sync()
		wantExit(t, run, ExitUnknown)
		r.quantity(10, "11")
		if r.world.writes != 1 {
			t.Error("the edit was sent over what a person wrote")
		}
		r.world.onWrite = nil
		next := r.sync() // our write no longer matters: the drift is a question
		wantExit(t, next, ExitHeld)
		if next.Plan.Changes[0].Code != plan.DriftQuantity || len(next.Warnings) != 1 || r.store.journal[0].end != Rejected {
			t.Errorf("code %q, warnings %q", next.Plan.Changes[0].Code, next.Warnings)
		}
	})
}

func TestALostEditThatCannotBeSettled(t *testing.T) {
	t.Run("it did not, and the second one is refused: the first may still come", func(t *testing.T) {
		r := edit(t)
		r.world.onWrite = func(w write) (bool, error) {
			if w.n == 1 {
				return false, errLost
			}
			return false, errRefused
		}
		run := r.sync()
		wantExit(t, run, ExitUnknown)
		if r.store.journal[0].end != Lost {
			t.Errorf("journal says %q", r.store.journal[0].end)
		}
	})
	t.Run("no read-back works: nothing more is written", func(t *testing.T) {
		r := newRig(t, 3)
		r.serial()
		for n := 1; n <= 3; n++ {
			r.line(n, "10", true)
			r.uses(n, "12")
		}
		r.world.onWrite = func(write) (bool, error) {
			r.world.onRead = func(int, bool) error { return errOut }
			return false, errLost
		}
		run := r.sync()
		wantExit(t, run, ExitUnknown)
		wantStatuses(t, run, "1 unknown", "2 skipped", "3 skipped")
		if r.world.writes != 1 || run.Problem == nil || run.Problem.Code != "unreachable" {
			t.Errorf("%d writes, problem %+v", r.world.writes, run.Problem)
		}
	})
}

func TestALostCreateIsNeverSentAgain(t *testing.T) {
	for name, c := range map[string]struct {
		there  func(*rig) // what is there when the answer is lost
		status string
		exit   int
		lines  int
	}{
		"exactly one new line":             {func(r *rig) { r.world.add(newLine(91, "3")) }, "1 applied", ExitDone, 1},
		"two new lines":                    {func(r *rig) { r.world.add(newLine(91, "3")); r.world.add(newLine(92, "3")) }, "1 unknown", ExitUnknown, 2},
		"none":                             {func(*rig) {}, "1 unknown", ExitUnknown, 0},
		"one of another quantity":          {func(r *rig) { r.world.add(newLine(91, "4")) }, "1 unknown", ExitUnknown, 1},
		"one that takes effect on another": {func(r *rig) { a := newLine(91, "3"); a.Effective = day("2026-11-01"); r.world.add(a) }, "1 unknown", ExitUnknown, 1},
		"one of another product":           {func(r *rig) { a := newLine(91, "3"); a.ProductID = 8; r.world.add(a) }, "1 unknown", ExitUnknown, 1},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, 1)
			r.uses(1, "3")
			r.world.onWrite = func(write) (bool, error) { c.there(r); return false, errLost }
			run := r.sync()
			wantExit(t, run, c.exit)
			wantStatuses(t, run, c.status)
			if r.world.writes != 1 || r.linesOf(1) != c.lines {
				t.Errorf("%d writes, %d lines", r.world.writes, r.linesOf(1))
			}
			if c.exit == ExitDone {
				r.owns(91, "3", true, "")
				if run.Outcomes[0].AdditionID != 91 {
					t.Errorf("created %d", run.Outcomes[0].AdditionID)
				}
			} else if run.Outcomes[0].Problem == nil || run.Outcomes[0].Problem.Hint == "" {
				t.Error("no hint")
			}
		})
	}
	t.Run("a line that was there before is not taken for it", func(t *testing.T) {
		r := newRig(t, 1)
		old := newLine(91, "3")
		old.Cancelled = day("2026-11-21") // ended: it bills nothing any more
		r.world.add(old)
		r.uses(1, "3")
		r.loses(false, 1)
		wantExit(t, r.sync(), ExitUnknown)
		if known := r.store.journal[0].Known; !slices.Equal(known, []int{91}) {
			t.Errorf("known %v", known)
		}
	})
}

func newLine(id int, quantity string) billing.Addition {
	return billing.Addition{ID: id, AgreementID: 801, ProductID: product, Quantity: dec(quantity), Bill: billing.Billable, Effective: day("2026-11-21")}
}

// twoServices gives the source a second service: product 8, identifier ARC.
func (r *rig) twoServices() {
	second := r.Setup.Sources[0].Services[0]
	second.ID, second.Product = "zip", billing.ProductRef{Identifier: "ARC"}
	r.Setup.Sources[0].Services = append(r.Setup.Sources[0].Services, second)
	r.world.products = append(r.world.products, billing.Product{ID: 8, Identifier: "ARC"})
	r.store.products["ARC"] = 8
}

func (r *rig) usesZip(quantity string) {
	usage := r.usages["mail"]
	usage.Lines = append(slices.Clone(usage.Lines), billing.UsageLine{CustomerID: "1", ServiceID: "zip", Quantity: dec(quantity), Status: billing.StatusActive, Place: 99})
	r.usages["mail"] = usage
}

func TestTheRestOfAnAgreementWaitsForAnUnknownWrite(t *testing.T) {
	r := newRig(t, 2)
	r.serial()
	r.twoServices()
	r.uses(1, "3")
	r.usesZip("5")
	r.uses(2, "7")
	r.loses(false, 1)
	run := r.sync()
	wantExit(t, run, ExitUnknown)
	wantStatuses(t, run, "1 unknown", "1 held previous_unknown", "2 applied")
	// The next run holds all of that agreement, too, and keeps 6.
	next := r.sync()
	wantExit(t, next, ExitUnknown)
	if next.Plan.Changes[0].Code != plan.PreviousUnknown || next.Plan.Changes[1].Code != plan.PreviousUnknown || r.world.writes != 2 {
		t.Errorf("codes %q %q, %d writes", next.Plan.Changes[0].Code, next.Plan.Changes[1].Code, r.world.writes)
	}
}

func TestAnUnknownWriteOfAnEarlierRunHoldsItsAgreementWhateverThePlanSays(t *testing.T) {
	r := newRig(t, 1)
	r.line(1, "10", true)
	r.uses(1, "12")
	made, err := r.Preview(t.Context(), Request{})
	if err != nil {
		t.Fatal(err)
	}
	other := billing.Key{Source: "mail", Customer: "9", Service: "zip"}
	r.store.journal = append(r.store.journal, entry{Intent: Intent{ID: 1, Key: other, Kind: IntentCreate, AgreementID: 801, ProductID: 8}})
	run, err := r.locked(t.Context(), func(run *Run) error { run.Plan = made; return nil })
	if err != nil {
		t.Fatal(err)
	}
	wantExit(t, run, ExitUnknown)
	wantStatuses(t, run, "1 held previous_unknown")
	r.quantity(10, "10")
}
