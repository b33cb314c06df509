package syncer

import (
	"slices"
	"strings"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

// newFollowRig is a rig with a product of ours at 4.50 in the catalog that the usage sells for 4.75: customer 1's line takes the catalog's price,
// and so does a new one of customer 2. The product is write 1.
func newFollowRig(t *testing.T) *rig {
	t.Helper()
	r := newRig(t, 2)
	r.Products, r.Shelf = r.world, r.store
	source := &r.Setup.Sources[0]
	source.Write = []billing.Field{billing.FieldQuantity, billing.FieldPrice}
	source.Services[0].UpdateProduct, source.Services[0].Price.From = true, billing.PriceCatalog
	r.store.ownProducts = []plan.OwnProduct{{ID: product, Identifier: "MBX", Price: dec2("4.5")}}
	r.line(1, "3", true)
	r.world.person(10, func(a *billing.Addition) { a.UnitPrice = dec("4.5") })
	r.uses(1, "3")
	r.uses(2, "2")
	lines := r.usages["mail"].Lines
	lines[0].Price, lines[1].Price = dec2("4.75"), dec2("4.75")
	r.serial()
	return r
}

func TestLinesFollowTheirProductInOneRun(t *testing.T) {
	r := newFollowRig(t)
	run := r.sync()
	wantExit(t, run, ExitDone)
	wantStatuses(t, run, " applied", "1 applied", "2 applied")
	if sent := r.sent(); !slices.Equal(sent, []string{"send product MBX", "send edit 10", "send create on 802"}) {
		t.Errorf("sent %q", sent)
	}
	if price := r.world.find(10).UnitPrice; !price.Equal(dec("4.75")) {
		t.Errorf("price %s", price)
	}
	wantStatuses(t, r.sync(), "1 unchanged", "2 unchanged")
	if r.world.writes != 3 {
		t.Errorf("%d writes", r.world.writes)
	}
}

// TestLinesWaitForTheirProduct: where the product is not as they were planned by, nothing of them is written.
func TestLinesWaitForTheirProduct(t *testing.T) {
	t.Run("it was refused", func(t *testing.T) {
		r := newFollowRig(t)
		r.world.onWrite = func(op write) (bool, error) {
			if op.product != "" {
				return false, &billing.Failure{Class: billing.ClassRejected, Message: "no"}
			}
			return true, nil
		}
		run := r.sync()
		wantExit(t, run, ExitFailed)
		wantStatuses(t, run, " failed", "1 held changed_meanwhile", "2 held changed_meanwhile")
		if why := run.Outcomes[1].Reason; !strings.Contains(why, "product MBX was not changed, so this line waits") {
			t.Errorf("reason %q", why)
		}
	})
	t.Run("nobody knows", func(t *testing.T) {
		r := newFollowRig(t)
		r.loses(false, 1, 2) // sent once more, and lost again
		run := r.sync()
		wantExit(t, run, ExitUnknown)
		wantStatuses(t, run, " unknown", "1 held previous_unknown", "2 held previous_unknown")
		if why := run.Outcomes[1].Reason; !strings.Contains(why, "may or may not have been changed") {
			t.Errorf("reason %q", why)
		}
		r.world.products[0].Price = dec("4.75") // it arrives
		run = r.sync()
		wantExit(t, run, ExitDone)
		wantStatuses(t, run, "1 applied", "2 applied")
	})
	t.Run("somebody was there first", func(t *testing.T) {
		r := newFollowRig(t)
		made, err := r.Preview(t.Context(), Request{})
		if err != nil {
			t.Fatal(err)
		}
		r.world.products[0].Price = dec("9")
		run, err := r.ApplyMade(t.Context(), made)
		if err != nil {
			t.Fatal(err)
		}
		wantStatuses(t, run, " held changed_meanwhile", "1 held changed_meanwhile", "2 held changed_meanwhile")
		if r.world.writes != 0 {
			t.Errorf("%d writes", r.world.writes)
		}
	})
}

// TestASavedPlanThatFollows is applied exactly while the product is as it was, and refused whole when it is not.
func TestASavedPlanThatFollows(t *testing.T) {
	r := newFollowRig(t)
	r.keep()
	run, err := r.ApplySaved(t.Context(), "p-1", "digest")
	if err != nil {
		t.Fatal(err)
	}
	wantStatuses(t, run, " applied", "1 applied", "2 applied")

	r = newFollowRig(t)
	r.keep()
	r.world.products[0].Price = dec("4.75") // just what the plan would write, but by somebody else
	r.refused("p-1", "product MBX was changed")
}
