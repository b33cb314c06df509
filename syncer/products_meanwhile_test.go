package syncer

import (
	"context"
	"slices"
	"strings"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

// TestAProductInOtherLetters: ConnectWise takes it for the same, so that ours is neither created nor anything billed by a guess.
func TestAProductInOtherLetters(t *testing.T) {
	for _, there := range []string{"Arc", "ARC ", " arc"} {
		t.Run(there, func(t *testing.T) {
			other := billing.Product{ID: 99, Identifier: there}
			r := newProductRig(t, 1)
			made, err := r.Preview(t.Context(), Request{})
			if err != nil {
				t.Fatal(err)
			}
			r.world.products = append(r.world.products, other)
			run, err := r.ApplyMade(t.Context(), made)
			if err != nil {
				t.Fatal(err)
			}
			wantStatuses(t, run, " held changed_meanwhile", "1 held changed_meanwhile")
			run = r.sync()
			wantExit(t, run, ExitHeld)
			if row := run.Plan.Changes[0]; len(run.Plan.Changes) != 1 || row.Code != plan.ProductMissing || !strings.Contains(row.Reason, "write it in the set-up as it is there") {
				t.Errorf("%s %s", row.Code, row.Reason)
			}
			if r.world.writes != 0 {
				t.Errorf("%d writes", r.world.writes)
			}
		})
	}
}

// TestAProductThatSomebodyElseCreatedMeanwhile: while ours is unknown a person creates one. It is theirs unless it is just as ours was to be, and
// lines are planned by it anew.
func TestAProductThatSomebodyElseCreatedMeanwhile(t *testing.T) {
	r := newProductRig(t, 1)
	lines := r.usages["mail"].Lines
	lines[0].Price = dec2("2")
	r.loses(false, 1)
	r.sync()
	r.world.products = append(r.world.products, billing.Product{ID: 99, Identifier: "ARC", Price: dec("3")})
	run := r.sync()
	wantExit(t, run, ExitDone)
	wantStatuses(t, run, "1 applied")
	if len(r.store.ownProducts) != 0 || r.world.additions[801][0].ProductID != 99 || r.world.writes != 2 {
		t.Errorf("%d writes, ours %+v", r.world.writes, r.store.ownProducts)
	}
	if !slices.ContainsFunc(run.Warnings, func(s string) bool { return strings.Contains(s, "somebody else changed the product or created one") }) {
		t.Errorf("warnings %q", run.Warnings)
	}
}

// TestAnOpenProductHoldsItsLinesAlone: a plan from before the write was lost waits for it, and goes on with all else.
func TestAnOpenProductHoldsItsLinesAlone(t *testing.T) {
	r := newProductRig(t, 2)
	mail := &r.Setup.Sources[0]
	mbx := mail.Services[0]
	mbx.ID, mbx.Product, mbx.CreateProduct = "box", billing.ProductRef{ID: product}, false
	mail.Services = append(mail.Services, mbx)
	usage := r.usages["mail"]
	usage.Lines = append(usage.Lines, billing.UsageLine{CustomerID: "2", ServiceID: "box", Quantity: dec("4"), Status: billing.StatusActive, Place: 9})
	r.usages["mail"] = usage
	made, err := r.Preview(t.Context(), Request{LeftOut: []string{key(2).String()}})
	if err != nil {
		t.Fatal(err)
	}
	r.loses(false, 1)
	r.syncOnly(t, "1")
	run, err := r.ApplyMade(t.Context(), made)
	if err != nil {
		t.Fatal(err)
	}
	wantExit(t, run, ExitUnknown)
	wantStatuses(t, run, " held previous_unknown", "1 held previous_unknown", "2 applied", "2 skipped")
	if sent := r.sent(); len(sent) != 2 || sent[1] != "send create on 802" {
		t.Errorf("sent %q", sent)
	}
}

// syncOnly is a run for one customer.
func (r *rig) syncOnly(t *testing.T, customer string) {
	t.Helper()
	if _, err := r.Sync(t.Context(), Request{Customers: []string{customer}}); err != nil {
		t.Fatal(err)
	}
}

// TestAnOldLineGoesOnWithoutItsNewProduct: a line that is mapped to a product that is missing is not ended before the product is there.
func TestAnOldLineGoesOnWithoutItsNewProduct(t *testing.T) {
	for name, refused := range map[string]bool{"refused": true, "created": false} {
		t.Run(name, func(t *testing.T) {
			r := newProductRig(t, 1)
			r.line(1, "3", true)
			if refused {
				r.world.onWrite = func(w write) (bool, error) { return w.product == "", errRefused }
			}
			run := r.sync(key(1).String())
			if !refused {
				wantStatuses(t, run, " applied", "1 applied", "1 applied")
				return
			}
			wantStatuses(t, run, " failed", "1 held changed_meanwhile", "1 held changed_meanwhile")
			if end := r.world.find(10).Cancelled; !end.IsZero() || r.world.writes != 1 {
				t.Errorf("the old line ends on %s, %d writes", end, r.world.writes)
			}
		})
	}
}

// dear is a ConnectWise that gives new products another price than they were sent with.
type dear struct{ *fakeWorld }

func (w dear) CreateProduct(ctx context.Context, n billing.NewProduct) (billing.Product, error) {
	n.Price = dec2("1000")
	return w.fakeWorld.CreateProduct(ctx, n)
}

func TestAProductThatIsNotAsItWasSent(t *testing.T) {
	r := newProductRig(t, 1)
	lines := r.usages["mail"].Lines
	lines[0].Price = dec2("2")
	r.Products = dear{r.world}
	run := r.sync()
	wantStatuses(t, run, " applied", "1 held changed_meanwhile")
	if warnings := run.Outcomes[0].Warnings; len(warnings) != 1 || !strings.Contains(warnings[0], "another price") || r.world.writes != 1 {
		t.Errorf("%d writes, warnings %q", r.world.writes, warnings)
	}
}
