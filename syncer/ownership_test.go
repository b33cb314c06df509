package syncer

import (
	"slices"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	"github.com/shopspring/decimal"
)

func TestOurOwnCancelEndsOwnership(t *testing.T) {
	r := newRig(t, 2)
	r.Setup.Sources[0].OnZero = billing.ZeroCancel
	r.line(1, "3", true)
	r.uses(1, "0")
	r.uses(2, "0")
	run := r.sync()
	wantExit(t, run, ExitDone)
	r.owns(10, "3", true, "2026-11-21")
	// The usage comes back: a new line after the old one, which is left alone.
	r.uses(1, "4")
	run = r.sync()
	wantExit(t, run, ExitDone)
	r.owns(9001, "4", true, "")
	if effective := r.world.find(9001).Effective; effective != day("2026-11-22") {
		t.Errorf("the new line takes effect on %s", effective)
	}
}

func TestALineThatAPersonReopensIsOursAgain(t *testing.T) {
	r := newRig(t, 1)
	r.line(1, "3", true)
	ended := r.store.owned[10]
	ended.Ended = day("2026-11-20")
	r.store.owned[10] = ended
	r.uses(1, "3") // the line is open again: adopted as it is
	run := r.sync()
	wantExit(t, run, ExitDone)
	r.owns(10, "3", true, "")
	if again := r.sync(); again.Plan.Changes[0].Adopts {
		t.Error("the line is adopted anew in each run")
	}
}

func TestWhatAPersonChangedToWhatWeWantIsNoDrift(t *testing.T) {
	r := newRig(t, 1)
	r.line(1, "10", true)
	r.uses(1, "12")
	r.world.person(10, func(a *billing.Addition) { a.Quantity = dec("12") })
	wantExit(t, r.sync(), ExitDone)
	r.owns(10, "12", true, "")
}

// A person pointed our line to another product, and the set-up followed: an accepted row that has nothing to write must keep the new product,
// or the line is held as moved every night.
func TestALineOfOursKeepsTheProductItWasPointedTo(t *testing.T) {
	owned := map[int]plan.Owned{5: {Key: key(1), AdditionID: 5, AgreementID: 811, ProductID: 7, Quantity: decimal.NewFromInt(3)}}
	row := plan.Change{
		Key: key(1), Action: plan.None, Agreement: plan.Numbered{ID: 811}, Product: plan.Product{ID: 8}, Addition: plan.Addition{ID: 5},
		Quantity: decimal.NewNullDecimal(decimal.NewFromInt(3)),
	}
	if now, learned := learns(&row, owned); !learned || now.ProductID != 8 {
		t.Errorf("learned %v: %+v", learned, now)
	}
	row.Product.ID = 7
	if now, learned := learns(&row, owned); learned {
		t.Errorf("learned of a line that is as it was: %+v", now)
	}
}

func TestHeldRowsChangeNothingThatIsOurs(t *testing.T) {
	r := newRig(t, 1)
	r.line(1, "10", true)
	r.uses(1, "10")
	r.world.person(10, func(a *billing.Addition) { a.Cancelled = day("2026-11-01") })
	run := r.sync()
	wantExit(t, run, ExitHeld)
	r.owns(10, "10", true, "")
	// Accepted: let go of, and a new line.
	run = r.sync(key(1).String())
	wantExit(t, run, ExitDone)
	if _, ours := r.store.owned[10]; ours {
		t.Error("the cancelled line is still ours")
	}
	r.owns(9001, "10", true, "")
}

func TestAcceptingAnUnlinkedCustomerLetsTheLineGo(t *testing.T) {
	r := newRig(t, 1)
	r.line(1, "10", true)
	r.uses(1, "12")
	r.Setup.Sources[0].Customers = nil
	wantExit(t, r.sync(), ExitHeld)
	r.owns(10, "10", true, "")
	run := r.sync(key(1).String())
	wantExit(t, run, ExitDone)
	if len(r.store.owned) != 0 || r.world.writes != 0 {
		t.Errorf("owned %v, %d writes", r.store.owned, r.world.writes)
	}
}

func TestAMergedLineIsHandedOver(t *testing.T) {
	r := newRig(t, 1)
	r.Setup.Sources[0].Services[0].Merge = billing.MergeSum
	second := r.Setup.Sources[0].Customers[0]
	second.ID = "0"
	r.Setup.Sources[0].Customers = append(r.Setup.Sources[0].Customers, second)
	r.line(1, "10", true)
	r.uses(0, "4")
	r.uses(1, "6")
	run := r.sync() // 0 carries the line now, and the quantity is the same
	wantExit(t, run, ExitDone)
	if owned := r.store.owned[10]; owned.Key != key(0) || !owned.Created {
		t.Errorf("owned as %+v", owned)
	}
	r.uses(0, "")
	r.uses(1, "11")
	r.Setup.Sources[0].Complete = true
	run = r.sync() // 0 is gone, 1 carries it
	if run.Counts().Applied != 1 || r.linesOf(1) != 1 {
		t.Fatalf("outcomes %q, exit %d", statuses(run), run.ExitCode)
	}
	r.quantity(10, "11")
	if owned := r.store.owned[10]; owned.Key != key(1) {
		t.Errorf("owned as %+v", owned)
	}
}

func TestOwnershipFollowsTheOutcome(t *testing.T) {
	owned := map[int]plan.Owned{1: {Key: key(1), AdditionID: 1, Quantity: dec("5"), Created: true}, 2: {Key: key(2), AdditionID: 2, Quantity: dec("5")}}
	row := func(action plan.Action, addition int, releases ...int) plan.Change {
		return plan.Change{Key: key(3), Action: action, Addition: plan.Addition{ID: addition}, Quantity: dec2("5"), Adopts: true, Releases: releases}
	}
	for name, c := range map[string]struct {
		row      plan.Change
		status   Status
		released []int
		learned  []int
	}{
		"a write that is done":                   {row(plan.Create, 0, 1), Applied, []int{1}, nil},
		"a write that may be done":               {row(plan.Create, 0, 1), Unknown, []int{1}, nil},
		"a write that failed":                    {row(plan.Create, 0, 1), Failed, nil, nil},
		"a write that was not tried":             {row(plan.Create, 0, 1), Skipped, nil, nil},
		"a write that was held":                  {row(plan.Create, 0, 1), Held, nil, nil},
		"a held row":                             {row(plan.Hold, 9, 1), Held, nil, nil},
		"a skip that lets go":                    {row(plan.Skip, 1, 1), Skipped, []int{1}, nil},
		"an adoption as it is":                   {row(plan.None, 9), Unchanged, nil, []int{9}},
		"an adoption in the place of another":    {row(plan.None, 9, 1), Unchanged, []int{1}, []int{9}},
		"an adoption that was held":              {row(plan.None, 9, 1), Held, nil, nil},
		"one that is written is not let go of":   {row(plan.Update, 1, 1, 2), Applied, []int{2}, nil},
		"a line of another key of a merged line": {row(plan.None, 2), Unchanged, nil, []int{2}},
	} {
		t.Run(name, func(t *testing.T) {
			run := &Run{Plan: &plan.Plan{Changes: []plan.Change{c.row}}, Outcomes: []Outcome{{Status: c.status}}}
			change := run.ownership(owned)
			var learned []int
			for _, one := range change.Owned {
				learned = append(learned, one.AdditionID)
			}
			if !slices.Equal(change.Released, c.released) || !slices.Equal(learned, c.learned) {
				t.Errorf("released %v, learned %v, want %v and %v", change.Released, learned, c.released, c.learned)
			}
		})
	}
}

func TestAnAdoptionIsNotRecordedWhereTheLineIsSeenToHaveChanged(t *testing.T) {
	r := newRig(t, 1)
	r.twoServices()
	r.line(1, "10", false)
	r.uses(1, "10") // is adopted as it is
	r.usesZip("3")  // makes the run read the agreement anew
	r.world.onRead = func(_ int, record bool) error {
		if record {
			r.world.onRead = nil
			r.world.person(10, func(a *billing.Addition) { a.Quantity = dec("99") })
		}
		return nil
	}
	run := r.sync()
	wantExit(t, run, ExitHeld)
	wantStatuses(t, run, "1 held changed_meanwhile", "1 applied")
	if _, ours := r.store.owned[10]; ours {
		t.Error("a line that was not as planned was adopted")
	}
}
