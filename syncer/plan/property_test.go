package plan_test

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

func TestPlanningTheResultOfAPlanChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		first := w.plan()
		t.Log(rows(&first))
		checkSound(t, w, &first)
		apply(w, &first)
		w.policy.Accept = nil
		second := w.plan()
		if changesProducts(&first) { // lines that take the catalog's price follow it a run later
			t.Log(rows(&second))
			apply(w, &second)
			second = w.plan()
		}
		for i := range second.Changes {
			c := &second.Changes[i]
			if wasHeld(&first, c.Key) {
				continue // it may have waited for what another line let go of or ended
			}
			if c.Action.Writes() || (c.Adopts && c.Action == plan.None) || len(c.Releases) > 0 {
				t.Errorf("the second plan would: %s (%s)\nafter:\n%s", show(c), c.Reason, rows(&first))
			}
		}
	})
}

func changesProducts(p *plan.Plan) bool {
	return slices.ContainsFunc(p.Changes, func(c plan.Change) bool { return c.OfProduct() && c.Action == plan.Update })
}

func wasHeld(p *plan.Plan, key billing.Key) bool {
	return slices.ContainsFunc(p.Changes, func(c plan.Change) bool { return c.Key == key && c.Action == plan.Hold })
}

func rows(p *plan.Plan) string {
	text := ""
	for i := range p.Changes {
		text += "  " + show(&p.Changes[i]) + "\n"
	}
	return text
}

func TestEveryPlanIsSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		p := w.plan()
		t.Log(rows(&p))
		checkSound(t, w, &p)
		checkForeign(t, w, &p)
		checkPermitted(t, w, &p)
		checkHeldSources(t, &p)
		checkUnknown(t, w, &p)
	})
}

// checkForeign: a row writes only to additions that are ours or that it adopts, each addition is written by one row, and what is adopted is not
// another key's.
func checkForeign(t *rapid.T, w *world, p *plan.Plan) {
	owner := map[int]plan.Owned{}
	for _, owned := range w.current.Owned {
		if owned.Ended.IsZero() {
			owner[owned.AdditionID] = owned
		}
	}
	released := map[int]bool{}
	taken := map[int]bool{}
	for i := range p.Changes {
		for _, id := range p.Changes[i].Releases {
			released[id] = true
		}
	}
	for i := range p.Changes {
		c := &p.Changes[i]
		id := c.Addition.ID
		if id == 0 || c.Action == plan.Hold || c.Action == plan.Skip {
			continue
		}
		owned, ours := owner[id]
		if taken[id] || released[id] {
			t.Errorf("addition %d is written twice or written and let go of: %s", id, show(c))
		}
		taken[id] = true
		if !ours && !c.Adopts && c.Action.Writes() {
			t.Errorf("%s writes to an addition that is not ours", show(c))
		}
		if ours && owned.Key.Source != c.Key.Source {
			t.Errorf("%s writes to an addition of %s", show(c), owned.Key)
		}
	}
}

// checkPermitted: on a line that is there only fields that the source writes change, and a price is never written to an agreement that it is not for.
func checkPermitted(t *rapid.T, w *world, p *plan.Plan) {
	for i := range p.Changes {
		c := &p.Changes[i]
		if c.OfProduct() {
			if c.Action.Writes() && c.Action == plan.Create == (c.Product.ID != 0) {
				t.Errorf("%s creates what is there, or changes what is not", show(c))
			}
			continue
		}
		rules := w.source(c.Key.Source)
		differs := func(after decimal.NullDecimal, has decimal.Decimal) bool {
			return after.Valid && !billing.Same(after.Decimal, has)
		}
		if c.Action == plan.Update {
			addition := w.find(c.Agreement.ID, c.Addition.ID)
			for field, changed := range map[billing.Field]bool{
				billing.FieldQuantity: c.After.Quantity.Valid, billing.FieldPrice: c.After.UnitPrice.Valid, billing.FieldCost: c.After.UnitCost.Valid,
				billing.FieldTaxable: c.After.Taxable != nil,
			} {
				if changed && !rules.Writes(field) {
					t.Errorf("%s changes %s, which is not the source's", show(c), field)
				}
			}
			if differs(c.After.UnitPrice, addition.UnitPrice) && rules.PricePer == billing.PerMonth && w.current.Agreements[c.Agreement.ID].Cycle.PeriodsPerYear != 12 {
				t.Errorf("%s writes a month's price to another cycle", show(c))
			}
		}
		if c.Action == plan.Cancel && (c.After.Quantity.Valid || c.After.UnitPrice.Valid || c.After.UnitCost.Valid || c.After.Taxable != nil) {
			t.Errorf("%s ends a line and writes more than that", show(c))
		}
	}
}

// checkHeldSources: a held source writes nothing, adopts nothing and lets go of nothing.
func checkHeldSources(t *rapid.T, p *plan.Plan) {
	held := map[string]bool{}
	for _, s := range p.Sources {
		held[s.Name] = s.Held != ""
	}
	for i := range p.Changes {
		c := &p.Changes[i]
		if held[c.Key.Source] && (c.Action.Writes() || (c.Adopts && c.Action == plan.None) || len(c.Releases) > 0) {
			t.Errorf("its source is held: %s", show(c))
		}
	}
}

// checkUnknown: nothing is written on an agreement that waits for an unknown write.
func checkUnknown(t *rapid.T, w *world, p *plan.Plan) {
	for _, unknown := range w.current.Unknown {
		for i := range p.Changes {
			c := &p.Changes[i]
			if !c.Action.Writes() {
				continue
			}
			if unknown.AgreementID == 0 && c.Product.Identifier == unknown.Identifier && (c.OfProduct() || c.Product.ID == 0) {
				t.Errorf("product %s waits: %s", unknown.Identifier, show(c))
			}
			if unknown.AgreementID != 0 && (c.Agreement.ID == unknown.AgreementID || c.Key == unknown.Key) {
				t.Errorf("agreement %d or key %s waits: %s", unknown.AgreementID, unknown.Key, show(c))
			}
		}
	}
}

func TestOneOpenAdditionPerKeyAfterAPlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		p := w.plan()
		apply(w, &p)
		open := map[billing.Key][]int{}
		for _, owned := range w.current.Owned {
			if owned.Ended.IsZero() {
				open[owned.Key] = append(open[owned.Key], owned.AdditionID)
			}
		}
		for key, ids := range open {
			if len(ids) > 1 {
				t.Errorf("%s owns %v after:\n%s", key, ids, rows(&p))
			}
		}
	})
}

func TestInputIsUntouchedAndOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		seed := rapid.Uint64().Draw(t, "seed")
		before := snapshot(t, w)
		first := w.plan()
		if snapshot(t, w) != before {
			t.Errorf("the input was changed")
		}
		again := w.plan()
		if !reflect.DeepEqual(first, again) {
			t.Error("the same input gave another plan")
		}
		shuffle(w, rand.New(rand.NewPCG(seed, seed)))
		shuffled := w.plan()
		if got, want := written(t, shuffled.Changes), written(t, first.Changes); got != want {
			at := 0
			for at < min(len(got), len(want)) && got[at] == want[at] {
				at++
			}
			t.Errorf("another order of the input gave other changes:\n%.300s\n%.300s", got[max(0, at-100):], want[max(0, at-100):])
		}
	})
}

// snapshot is all of the input as bytes.
func snapshot(t *rapid.T, w *world) string {
	bytes, err := json.Marshal([]any{w.desired(), w.current, w.policy})
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes)
}

// written is the changes as bytes.
func written(t *rapid.T, changes []plan.Change) string {
	bytes, err := json.Marshal(changes)
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes)
}

func shuffle(w *world, r *rand.Rand) {
	swap := func(n int, swap func(i, j int)) { r.Shuffle(n, swap) }
	for _, name := range slices.Sorted(maps.Keys(w.sources)) {
		s := w.sources[name]
		lines := s.Usage.Lines
		swap(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		services, customers := s.Rules.Services, s.Rules.Customers
		swap(len(services), func(i, j int) { services[i], services[j] = services[j], services[i] })
		swap(len(customers), func(i, j int) { customers[i], customers[j] = customers[j], customers[i] })
	}
	swap(len(w.names), func(i, j int) { w.names[i], w.names[j] = w.names[j], w.names[i] })
	owned, products := w.current.Owned, w.current.Products
	swap(len(owned), func(i, j int) { owned[i], owned[j] = owned[j], owned[i] })
	swap(len(products), func(i, j int) { products[i], products[j] = products[j], products[i] })
	for _, id := range slices.Sorted(maps.Keys(w.current.Additions)) {
		list := w.current.Additions[id]
		swap(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	}
}
