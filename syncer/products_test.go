package syncer

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
	"cwsync/syncer/setup"
)

func (w *fakeWorld) ProductTables(context.Context) (billing.ProductTables, error) {
	w.calls.note("tables")
	return w.tables, nil
}

func (w *fakeWorld) CreateProduct(ctx context.Context, n billing.NewProduct) (billing.Product, error) {
	made := billing.Product{Identifier: n.Identifier, Description: n.Description, Class: n.Class, Price: n.Price.Decimal, Cost: n.Cost.Decimal}
	return w.writeProduct(ctx, n.Identifier, func() *billing.Product {
		made.ID = 70 + len(w.products)
		w.products = append(w.products, made)
		return &made
	})
}

func (w *fakeWorld) EditProduct(ctx context.Context, before billing.Product, edit billing.ProductEdit) (billing.Product, error) {
	return w.writeProduct(ctx, before.Identifier, func() *billing.Product {
		product := &w.products[slices.IndexFunc(w.products, func(p billing.Product) bool { return p.ID == before.ID })]
		if edit.Price.Valid {
			product.Price = edit.Price.Decimal
		}
		if edit.Cost.Valid {
			product.Cost = edit.Cost.Decimal
		}
		return product
	})
}

func (w *fakeWorld) writeProduct(ctx context.Context, identifier string, result func() *billing.Product) (billing.Product, error) {
	if err := ctx.Err(); err != nil {
		return billing.Product{}, cancelled(err)
	}
	w.writes++
	op := write{n: w.writes, product: identifier}
	w.calls.note("send %s", op)
	carriedOut, err := true, error(nil)
	if w.onWrite != nil {
		carriedOut, err = w.onWrite(op)
	}
	if !carriedOut {
		return billing.Product{}, err
	}
	product := *result()
	if err != nil {
		return billing.Product{}, err
	}
	return product, nil
}

func (s *fakeStore) OwnProducts(context.Context) ([]plan.OwnProduct, error) {
	return s.ownProducts, nil
}

// newProductRig is a rig whose service is mapped to a product that is missing and may be created; n customers use it.
func newProductRig(t *testing.T, n int) *rig {
	t.Helper()
	r := newRig(t, n)
	r.Products, r.Shelf = r.world, r.store
	service := &r.Setup.Sources[0].Services[0]
	service.Product, service.CreateProduct = billing.ProductRef{Identifier: "ARC"}, true
	r.Setup.Defaults = setup.Defaults{ProductClass: "Agreement", ProductType: "Service", Category: "Cloud", Subcategory: "Email", Unit: "Each"}
	r.world.tables = billing.ProductTables{
		Types: []billing.TableEntry{{ID: 1, Name: "Service"}}, Categories: []billing.TableEntry{{ID: 4, Name: "Cloud"}},
		Subcategories: []billing.Subcategory{{TableEntry: billing.TableEntry{ID: 6, Name: "Email"}, CategoryID: 4}},
		Units:         []billing.TableEntry{{ID: 8, Name: "Each"}},
	}
	for i := 1; i <= n; i++ {
		r.uses(i, "3")
	}
	r.serial()
	return r
}

// sent are the writes, in order.
func (r *rig) sent() []string {
	return slices.DeleteFunc(r.calls.list(), func(call string) bool { return !strings.HasPrefix(call, "send") })
}

func TestAProductComesBeforeItsLines(t *testing.T) {
	r := newProductRig(t, 2)
	run := r.sync()
	wantExit(t, run, ExitDone)
	wantStatuses(t, run, " applied", "1 applied", "2 applied")
	if sent := r.sent(); !slices.Equal(sent, []string{"send product ARC", "send create on 801", "send create on 802"}) {
		t.Errorf("sent %q", sent)
	}
	made := run.Outcomes[0].ProductID
	if made == 0 || run.Outcomes[1].ProductID != made || r.world.additions[801][0].ProductID != made || r.store.owned[run.Outcomes[1].AdditionID].ProductID != made {
		t.Errorf("outcomes %+v", run.Outcomes)
	}
	if len(r.store.ownProducts) != 1 || r.store.ownProducts[0].ID != made {
		t.Errorf("ours %+v", r.store.ownProducts)
	}
	again := r.sync()
	wantExit(t, again, ExitDone)
	wantStatuses(t, again, "1 unchanged", "2 unchanged")
}

// TestIntentOfAProductIsOnDiskFirst: recorded, sent, settled, and only then a line.
func TestIntentOfAProductIsOnDiskFirst(t *testing.T) {
	r := newProductRig(t, 1)
	r.sync()
	calls := r.calls.list()
	at := slices.Index(calls, "send product ARC")
	if at < 1 || calls[at-1] != "intend 1" || calls[at+1] != "settle 1 done" {
		t.Errorf("calls %q", calls)
	}
}

func TestALostProductIsSettledByTheCatalog(t *testing.T) {
	t.Run("it was created", func(t *testing.T) {
		r := newProductRig(t, 1)
		r.loses(true, 1)
		run := r.sync()
		wantExit(t, run, ExitDone)
		wantStatuses(t, run, " applied", "1 applied")
		if len(r.world.products) != 2 {
			t.Errorf("products %+v", r.world.products)
		}
	})
	t.Run("nobody knows: its lines wait, and it is never sent again before that is known", func(t *testing.T) {
		r := newProductRig(t, 1)
		r.loses(false, 1)
		run := r.sync()
		wantExit(t, run, ExitUnknown)
		wantStatuses(t, run, " unknown", "1 held previous_unknown")
		run = r.sync()
		wantExit(t, run, ExitUnknown)
		if row := run.Plan.Changes[0]; row.Code != plan.PreviousUnknown || run.Plan.Changes[1].Code != plan.PreviousUnknown {
			t.Errorf("rows %s %s", row.Code, run.Plan.Changes[1].Code)
		}
		if r.world.writes != 1 {
			t.Errorf("%d writes", r.world.writes)
		}
		r.clock = r.clock.Add(10 * time.Minute)
		run = r.sync()
		wantExit(t, run, ExitDone)
		wantStatuses(t, run, " applied", "1 applied")
		if !slices.ContainsFunc(run.Warnings, func(s string) bool { return strings.Contains(s, "mail//mbx that was unknown did not happen") }) {
			t.Errorf("warnings %q", run.Warnings)
		}
	})
	t.Run("it arrives later: it is ours, and lines go on", func(t *testing.T) {
		r := newProductRig(t, 1)
		r.loses(false, 1)
		r.sync()
		r.world.products = append(r.world.products, billing.Product{ID: 99, Identifier: "ARC", Price: dec("2")})
		run := r.sync()
		wantExit(t, run, ExitDone)
		wantStatuses(t, run, "1 applied")
		if r.world.writes != 2 || len(r.store.ownProducts) != 1 || r.store.ownProducts[0].ID != 99 {
			t.Errorf("%d writes, ours %+v", r.world.writes, r.store.ownProducts)
		}
	})
	t.Run("accepted: it counts as not done", func(t *testing.T) {
		r := newProductRig(t, 1)
		r.loses(false, 1)
		r.sync()
		run := r.sync("mail//mbx")
		wantExit(t, run, ExitDone)
		wantStatuses(t, run, " applied", "1 applied")
	})
}

func TestAProductThatIsRefused(t *testing.T) {
	r := newProductRig(t, 2)
	r.world.onWrite = func(w write) (bool, error) { return w.product == "", errRefused }
	run := r.sync()
	wantStatuses(t, run, " failed", "1 held changed_meanwhile", "2 held changed_meanwhile")
	wantExit(t, run, ExitFailed)
	if r.world.writes != 1 {
		t.Errorf("%d writes", r.world.writes)
	}
}

func TestDefaultsThatAreNotThere(t *testing.T) {
	r := newProductRig(t, 1)
	r.Setup.Defaults.Category, r.Setup.Defaults.Unit = "Clouds", "9"
	run := r.sync()
	wantExit(t, run, ExitHeld)
	want := `product ARC is not in ConnectWise's catalog and cannot be created: ConnectWise has no active category "Clouds": set defaults.category to the name or id of one; ` +
		`ConnectWise has no active unit of measure "9": set defaults.unit to the name or id of one`
	if row := run.Plan.Changes[0]; row.Code != plan.ProductMissing || row.Reason != want {
		t.Errorf("%s %s", row.Code, row.Reason)
	}
	problems, err := r.CheckSetup(t.Context())
	if err != nil || len(problems) != 1 || !strings.HasPrefix(problems[0], "products cannot be created: ConnectWise has no active category") {
		t.Errorf("%q %v", problems, err)
	}
}

// TestASavedPlanWithAProduct is refused where the product is there by now, and applied where it is not.
func TestASavedPlanWithAProduct(t *testing.T) {
	for _, there := range []bool{false, true} {
		t.Run(fmt.Sprint(there), func(t *testing.T) {
			r := newProductRig(t, 1)
			made, err := r.Preview(t.Context(), Request{})
			if err != nil {
				t.Fatal(err)
			}
			if err := r.Plans.SavePlan(t.Context(), made, "d"); err != nil {
				t.Fatal(err)
			}
			if there {
				r.world.products = append(r.world.products, billing.Product{ID: 99, Identifier: "ARC"})
			}
			run, err := r.ApplySaved(t.Context(), made.ID, "d")
			switch {
			case there && (err == nil || StopOf(err).Exit != ExitStale || !strings.Contains(StopOf(err).Problem.Message, "was created in the catalog after")):
				t.Errorf("got %v", err)
			case !there && err != nil:
				t.Error(err)
			case !there:
				wantStatuses(t, run, " applied", "1 applied")
			}
		})
	}
}

func TestAProductOfOursFollowsTheUsage(t *testing.T) {
	start := func(t *testing.T) *rig {
		r := newRig(t, 1)
		r.Products, r.Shelf = r.world, r.store
		r.Setup.Sources[0].Services[0].UpdateProduct = true
		r.store.ownProducts = []plan.OwnProduct{{ID: product, Identifier: "MBX", Price: dec2("4.5")}}
		r.line(1, "3", true)
		r.uses(1, "3")
		lines := r.usages["mail"].Lines
		lines[0].Price = dec2("4.75")
		return r
	}
	t.Run("written", func(t *testing.T) {
		r := start(t)
		run := r.sync()
		wantExit(t, run, ExitDone)
		wantStatuses(t, run, " applied", "1 unchanged")
		if !r.world.products[0].Price.Equal(dec("4.75")) || r.store.journal[0].Version != "4.5|0" {
			t.Errorf("product %+v, journal %+v", r.world.products[0], r.store.journal[0])
		}
	})
	t.Run("lost and sent once more", func(t *testing.T) {
		r := start(t)
		r.loses(false, 1)
		wantStatuses(t, r.sync(), " applied", "1 unchanged")
		if r.world.writes != 2 {
			t.Errorf("%d writes", r.world.writes)
		}
	})
	t.Run("lost twice, and settled by a later run", func(t *testing.T) {
		r := start(t)
		r.loses(false, 1, 2)
		wantStatuses(t, r.sync(), " unknown", "1 unchanged")
		r.world.products[0].Price = dec("4.75")
		run := r.sync()
		wantExit(t, run, ExitDone)
		if !slices.ContainsFunc(run.Warnings, func(s string) bool { return strings.Contains(s, "is in ConnectWise") }) {
			t.Errorf("warnings %q", run.Warnings)
		}
	})
	t.Run("somebody was there first", func(t *testing.T) {
		r := start(t)
		made, err := r.Preview(t.Context(), Request{})
		if err != nil {
			t.Fatal(err)
		}
		r.world.products[0].Price = dec("9")
		run, err := r.ApplyMade(t.Context(), made)
		if err != nil {
			t.Fatal(err)
		}
		wantStatuses(t, run, " held changed_meanwhile", "1 unchanged")
	})
}

// TestAPriceThatIsLost is found by a read-back that looks at price, cost and tax flag too.
func TestAPriceThatIsLost(t *testing.T) {
	start := func(t *testing.T) *rig {
		r := newRig(t, 1)
		source := &r.Setup.Sources[0]
		source.Write = []billing.Field{billing.FieldPrice, billing.FieldCost, billing.FieldTaxable}
		source.Services[0].Price.From, source.Services[0].Taxable = billing.PriceSource, billing.TaxableYes
		r.line(1, "3", true)
		r.uses(1, "3")
		lines := r.usages["mail"].Lines
		lines[0].Price, lines[0].Cost = dec2("4.75"), dec2("2")
		return r
	}
	for name, carriedOut := range map[string]bool{"it happened": true, "it did not": false} {
		t.Run(name, func(t *testing.T) {
			r := start(t)
			r.loses(carriedOut, 1)
			wantStatuses(t, r.sync(), "1 applied")
			a := r.world.find(10)
			if !a.UnitPrice.Equal(dec("4.75")) || !a.UnitCost.Equal(dec("2")) || !a.Taxable || !a.Quantity.Equal(dec("3")) {
				t.Errorf("addition %+v", a)
			}
			if owned := r.store.owned[10]; !owned.UnitPrice.Decimal.Equal(dec("4.75")) || !owned.UnitCost.Decimal.Equal(dec("2")) {
				t.Errorf("owned %+v", owned)
			}
			if want := map[bool]int{true: 1, false: 2}[carriedOut]; r.world.writes != want {
				t.Errorf("%d writes", r.world.writes)
			}
		})
	}
	t.Run("a person who sets it is seen, and what we wanted already is learned", func(t *testing.T) {
		r := start(t)
		r.sync()
		r.world.person(10, func(a *billing.Addition) { a.UnitPrice = dec("9") })
		wantStatuses(t, r.sync(), "1 held")
		r.usages["mail"].Lines[0].Price = dec2("9")
		wantStatuses(t, r.sync(), "1 unchanged")
		if owned := r.store.owned[10]; !owned.UnitPrice.Decimal.Equal(dec("9")) {
			t.Errorf("owned %+v", owned)
		}
		r.usages["mail"].Lines[0].Price = dec2("10")
		wantStatuses(t, r.sync(), "1 applied")
	})
}
