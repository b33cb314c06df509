package plan_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// drawWorld makes a world where much goes on at once: two sources, three customers on three agreements, merged and dated services, bundles, lines
// of ours and of others, drift, moved mappings, switches, guards and acceptances.
func drawWorld(t *rapid.T) *world {
	w := newWorld()
	w.sources = map[string]*plan.SourceUsage{}
	w.names = nil
	w.current.Products = nil
	d := drawer{t}
	for i, name := range []string{"P0", "P1", "P2"} {
		product := w.product(i+1, name, d.one("catalog price", "4", "4", "3.21", "0"))
		product.Cost, product.Taxable = dec(d.one("catalog cost", "0", "3", "3.10")), d.often("taxable product")
		if d.rare("our product") {
			w.current.OwnProducts = append(w.current.OwnProducts, plan.OwnProduct{ID: i + 1, Identifier: name, Price: maybe(d.one("product price", "", "4", "9"))})
		}
		product.Inactive = d.rare("inactive product")
		if d.rare("bundle class") {
			product.Class = billing.BundleClass
		}
	}
	for id := 811; id <= 813; id++ {
		w.agreement(id, 250)
		w.edit(id, d.agreement)
	}
	if d.rare("agreement gone") {
		delete(w.current.Agreements, 813)
	}
	if d.often("template") {
		w.template()
	}
	for _, name := range []string{"mail", "web"} {
		d.source(w, name)
	}
	d.additions(w)
	d.policy(w)
	return w
}

type drawer struct{ t *rapid.T }

func (d drawer) one(label string, from ...string) string {
	return rapid.SampledFrom(from).Draw(d.t, label)
}
func (d drawer) rare(label string) bool  { return rapid.IntRange(0, 11).Draw(d.t, label) == 11 }
func (d drawer) often(label string) bool { return rapid.IntRange(0, 2).Draw(d.t, label) > 0 }
func (d drawer) number(label string) string {
	return d.one(label, "0", "1", "2", "3", "5", "8", "13", "30", "2.5")
}

func (d drawer) day(label string) billing.Date {
	return date(d.one(label, "", "", "", "2026-11-10", "2026-11-20", "2026-11-21", "2026-11-22", "2026-11-30", "2026-12-31"))
}

func (d drawer) agreement(a *billing.Agreement) {
	a.Prorates = d.often("prorates")
	a.NextInvoice = d.day("next invoice")
	a.Cycle.PeriodsPerYear = rapid.SampledFrom([]int{12, 12, 4, 1, 52}).Draw(d.t, "cycle")
	a.Cycle.NotRecurring = d.rare("not recurring")
	a.Cancelled = d.rare("cancelled agreement")
	if d.rare("starts later") {
		a.BillStart = date("2026-12-05")
	}
}

func (d drawer) source(w *world, name string) {
	rules := w.source(name)
	rules.Sync = !d.rare("source off")
	rules.Complete = d.often("complete")
	rules.OnMissing = billing.OnMissing(d.one("on missing", "hold", "zero", "cancel"))
	rules.OnZero = billing.OnZero(d.one("on zero", "zero", "cancel"))
	rules.OnDrift = billing.OnDrift(d.one("on drift", "hold", "overwrite"))
	rules.Write = d.fields()
	rules.MarkupPercent = dec(d.one("markup", "0", "15"))
	rules.PricePer = billing.PricePer(d.one("price per", "month", "cycle", "cycle"))
	for i := range 3 {
		service := w.service(fmt.Sprintf("%s:s%d", name, i), fmt.Sprintf("P%d", rapid.IntRange(0, 2).Draw(d.t, "product")))
		service.Merge = billing.Merge(d.one("merge", "none", "sum", "sum", "max"))
		service.Change = billing.ChangeMode(d.one("change", "in_place", "in_place", "dated"))
		service.Sync = !d.rare("service off")
		service.Quantity.Round = billing.Rounding(d.one("round", "none", "up"))
		d.rates(service)
		if d.rare("included") {
			service.Quantity.Included = dec("1")
		}
		if d.rare("bundle") && i > 0 {
			service.Includes = []string{"s0"}
		}
		if d.rare("unmapped") {
			service.Product = billing.ProductRef{}
		}
	}
	for i := range 3 {
		customer := w.customer(fmt.Sprintf("%s:c%d", name, i), 250, rapid.IntRange(811, 813).Draw(d.t, "agreement"))
		customer.Sync = !d.rare("customer off")
		customer.DiscountPercent = dec(d.one("discount", "0", "0", "0", "10"))
		if d.rare("fixed price") {
			customer.Prices = map[string]decimal.Decimal{"s0": dec(d.one("fixed", "2.50", "4"))}
		}
		if d.rare("unlinked") {
			customer.Agreement = 0
		}
		for j := range 3 {
			if d.often("used") {
				line := w.uses(name+":"+customer.ID, fmt.Sprintf("s%d", j), d.number("usage"))
				line.Price, line.Cost = maybe(d.one("usage price", "", "", "4", "4.25")), maybe(d.one("usage cost", "", "", "3", "3.10"))
				line.Status = billing.Status(d.one("status", "active", "active", "active", "trial", "closed"))
			}
		}
	}
	if d.rare("failed") {
		w.sources[name].Problem, w.sources[name].Usage = "cannot be read", billing.Usage{}
	}
}

// fields draws what a source owns.
func (d drawer) fields() []billing.Field {
	fields := []billing.Field{}
	if !d.rare("no quantities") {
		fields = append(fields, billing.FieldQuantity)
	}
	for _, field := range []billing.Field{billing.FieldPrice, billing.FieldCost, billing.FieldTaxable} {
		if !d.often("no " + string(field)) {
			fields = append(fields, field)
		}
	}
	return fields
}

// rates draws how a service comes by price, tax flag and product.
func (d drawer) rates(service *billing.Service) {
	service.Price.From = billing.PriceFrom(d.one("price from", "keep", "keep", "source", "catalog", "markup"))
	if service.Price.From == billing.PriceMarkup && d.rare("own markup") {
		service.Price.Percent = some("20")
	}
	service.Taxable = billing.Taxable(d.one("taxable", "product", "product", "yes", "no"))
	service.UpdateProduct = d.rare("update product")
	if d.rare("new product") || d.rare("another new product") {
		service.Product, service.CreateProduct = billing.ProductRef{Identifier: d.one("new", "N0", "N1")}, !d.rare("must be there")
	}
}

// additions draws lines in ConnectWise: of ours, of nobody, and such as were ours.
func (d drawer) additions(w *world) {
	used := map[billing.Key]bool{}
	for id := 100; id < 100+rapid.IntRange(0, 9).Draw(d.t, "additions"); id++ {
		agreement, product := rapid.IntRange(811, 813).Draw(d.t, "on"), rapid.IntRange(1, 3).Draw(d.t, "of")
		addition := w.lineOn(agreement, id, product, d.number("has"))
		addition.Cancelled = d.day("cancelled")
		if d.rare("effective today") {
			addition.Effective = today
		}
		addition.UnitPrice, addition.Taxable = dec(d.one("has price", "4", "4", "4.25", "2.50")), d.rare("taxable line")
		if d.rare("free units") {
			addition.LessIncluded = dec("1")
		}
		if d.rare("no charge") {
			addition.Bill = billing.NoCharge
		}
		customer, service := d.one("owner", "mail:c0", "mail:c1", "mail:c2", "web:c0", "gone:c0"), d.one("service", "s0", "s1", "s2")
		name, plain := in(customer)
		owner := billing.Key{Source: name, Customer: plain, Service: service}
		if used[owner] || !d.often("ours") {
			continue
		}
		used[owner] = true
		owned := w.owns(id, customer, service, agreement, product, addition.Quantity.String())
		owned.UnitPrice, owned.UnitCost = maybe(d.one("wrote price", "", "4", "2.50")), maybe(d.one("wrote cost", "", "", "3"))
		if d.rare("shared") {
			owned.Members = []billing.Key{owner, {Source: name, Customer: d.one("shared with", "c0", "c1", "c2"), Service: d.one("shared service", "s0", "s1", "s2")}}
		}
		switch d.one("history", "", "", "", "drift", "product", "deleted", "ended") {
		case "drift":
			owned.Quantity = dec(d.number("wrote"))
		case "product":
			owned.ProductID = 1 + product%3
		case "deleted":
			w.current.Additions[agreement] = w.current.Additions[agreement][:len(w.current.Additions[agreement])-1]
		case "ended":
			owned.Ended = today
			addition.Cancelled = today
		}
	}
}

func (d drawer) policy(w *world) {
	if d.rare("stale") {
		w.policy.Now = now.AddDate(0, 0, 2)
	}
	if d.rare("limit") {
		w.policy.Guards.MaxMonthlyDelta = some("10")
	}
	w.policy.Guards.MissingPercent = dec(d.one("missing percent", "30", "100"))
	keys := allKeys(w)
	for _, k := range keys {
		if d.rare("accept "+k) || d.rare("accept again "+k) {
			w.accept(k)
		}
		if d.rare("leave out " + k) {
			w.policy.LeftOut = append(w.policy.LeftOut, k)
		}
	}
	if d.rare("unknown") && len(keys) > 0 {
		waiting := rapid.SampledFrom(keys).Draw(d.t, "unknown key")
		if strings.Contains(waiting, "//") {
			w.current.Unknown = append(w.current.Unknown, plan.Unknown{Key: key(waiting), Identifier: d.one("unknown product", "N0", "N1", "P0")})
		} else {
			waits(w, waiting, rapid.IntRange(811, 813).Draw(d.t, "unknown on"))
		}
	}
	if d.rare("filter") {
		w.policy.Customers = []string{"c0"}
	}
}

func allKeys(w *world) []string {
	var keys []string
	for _, s := range w.sources {
		for _, service := range s.Rules.Services {
			keys = append(keys, billing.Key{Source: s.Rules.Name, Service: service.ID}.String())
		}
		for _, usage := range s.Usage.Lines {
			keys = append(keys, billing.Key{Source: s.Rules.Name, Customer: usage.CustomerID, Service: usage.ServiceID}.String())
		}
	}
	for _, owned := range w.current.Owned {
		keys = append(keys, owned.Key.String())
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

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
