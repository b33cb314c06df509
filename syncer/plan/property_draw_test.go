package plan_test

import (
	"fmt"
	"slices"
	"strings"

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
