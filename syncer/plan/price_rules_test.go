package plan_test

import (
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	"github.com/shopspring/decimal"
)

// priceCase is one way to a price: the rule, what usage and catalog say, the customer's terms, and what becomes of a line that is sold at 4.00.
type priceCase struct {
	name        string
	from        billing.PriceFrom
	percent     string // of the service; empty: the source's
	source      string // the source's markup
	discount    string
	fixed       string
	price, cost string // of the usage
	catalog     string // cost of the catalog's product, which is sold at 4
	want        string // the new price; empty: it stays
	how         string
}

func priceCases() []priceCase {
	const keep, source, catalog, markup = billing.PriceKeep, billing.PriceSource, billing.PriceCatalog, billing.PriceMarkup
	return []priceCase{
		{name: "keep never writes one", from: keep, price: "9", cost: "8.5", how: "10"},
		{name: "keep is not discounted", from: keep, discount: "10", price: "9", how: "10"},
		{name: "a rule that says nothing keeps", price: "9", how: "10"},
		{name: "fixed, whatever the rule", from: keep, fixed: "3.333333", price: "9", want: "3.333333", how: "10; fixed price 3.333333 of customer 1001"},
		{name: "fixed is final", from: source, fixed: "3", discount: "10", price: "9", want: "3", how: "10; fixed price 3.00 of customer 1001"},
		{name: "fixed at nothing", from: source, fixed: "0", price: "9", want: "0", how: "10; fixed price 0.00 of customer 1001"},
		{name: "source", from: source, price: "4.25", want: "4.25", how: "10; price 4.25 of the usage"},
		{name: "source, exact", from: source, price: "4.2555", want: "4.2555", how: "10; price 4.2555 of the usage"},
		{name: "source without a price", from: source, how: "10"},
		{name: "source, discounted", from: source, discount: "10", price: "3.57", want: "3.21", how: "10; price 3.57 of the usage, customer 1001 −10 % = 3.21"},
		{name: "source, all of it", from: source, discount: "100", price: "3.57", want: "0", how: "10; price 3.57 of the usage, customer 1001 −100 % = 0.00"},
		{name: "catalog", from: catalog, discount: "25", want: "3", how: "10; catalog price 4.00, customer 1001 −25 % = 3.00"},
		{name: "catalog that is the same", from: catalog, how: "10; catalog price 4.00"},
		{name: "markup on the usage's cost", from: markup, percent: "15", cost: "3.10", catalog: "9", want: "3.57", how: "10; cost 3.10 + 15 % = 3.57"},
		{name: "markup of the source", from: markup, source: "20", cost: "3.10", want: "3.72", how: "10; cost 3.10 + 20 % = 3.72"},
		{name: "markup of the service before the source's", from: markup, percent: "0", source: "20", cost: "3.10", want: "3.1", how: "10; cost 3.10 + 0 % = 3.10"},
		{name: "markup on the catalog's cost", from: markup, percent: "15", catalog: "3.10", want: "3.57", how: "10; catalog cost 3.10 + 15 % = 3.57"},
		{name: "markup on no cost", from: markup, percent: "15", how: "10"},
		{name: "markup and discount", from: markup, percent: "15", discount: "10", cost: "3.10", want: "3.21",
			how: "10; cost 3.10 + 15 % = 3.57, customer 1001 −10 % = 3.21"},
		{name: "each step is rounded, so that it can be followed", from: markup, percent: "15", discount: "10", cost: "3.05", want: "3.16",
			how: "10; cost 3.05 + 15 % = 3.51, customer 1001 −10 % = 3.16"},
		{name: "fixed, beside markup and discount", from: markup, percent: "15", source: "20", discount: "10", fixed: "2.995", cost: "3.10", catalog: "9", want: "2.995",
			how: "10; fixed price 2.995 of customer 1001"},
		{name: "half a cent of a discount goes up", from: source, discount: "50", price: "4.25", want: "2.13", how: "10; price 4.25 of the usage, customer 1001 −50 % = 2.13"},
		{name: "just below half a cent goes down", from: source, discount: "50", price: "4.2499999", want: "2.12", how: "10; price 4.2499999 of the usage, customer 1001 −50 % = 2.12"},
		{name: "what no markup or discount made is not rounded", from: catalog, how: "10; catalog price 4.00"},
		{name: "a discount of a fraction of a percent", from: markup, percent: "12.5", discount: "0.5", cost: "8", want: "8.96",
			how: "10; cost 8.00 + 12.5 % = 9.00, customer 1001 −0.5 % = 8.96"},
		{name: "half a cent goes up", from: markup, percent: "10", cost: "2.05", want: "2.26", how: "10; cost 2.05 + 10 % = 2.26"},
		{name: "markdown", from: markup, percent: "-10", cost: "3.10", want: "2.79", how: "10; cost 3.10 − 10 % = 2.79"},
	}
}

func (c *priceCase) given(w *world) {
	w.writes(billing.FieldPrice)
	rule := billing.PriceRule{From: c.from, Percent: maybe(c.percent)}
	w.mbx().Price = rule
	w.mail().MarkupPercent = maybe(c.source).Decimal
	w.linked().DiscountPercent = maybe(c.discount).Decimal
	if c.fixed != "" {
		w.linked().Prices = map[string]decimal.Decimal{"mbx": dec(c.fixed)}
	}
	w.current.Products[0].Cost = maybe(c.catalog).Decimal
	w.ours(5, "1001", "mbx", "10")
	w.says("1001", "mbx", c.price, c.cost)
}

func TestPriceRules(t *testing.T) {
	for _, c := range priceCases() {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			c.given(w)
			p := w.plan()
			checkSound(t, w, &p)
			row := &p.Changes[0]
			if row.How != c.how {
				t.Errorf("how %q, wanted %q", row.How, c.how)
			}
			if c.want == "" {
				if row.Action != plan.None || row.After.UnitPrice.Valid {
					t.Errorf("it should stay: %s", show(row))
				}
				return
			}
			if row.Code != plan.PriceChanged || !row.After.UnitPrice.Valid || !row.After.UnitPrice.Decimal.Equal(dec(c.want)) {
				t.Errorf("%s, wanted price %s", show(row), c.want)
			}
			if want := dec(c.want).Sub(dec("4")).Mul(dec("10")); !row.MonthlyDelta.Equal(want) {
				t.Errorf("delta %s, wanted %s", row.MonthlyDelta, want)
			}
		})
	}
}

// TestPriceOfANewLine: the same rules make the price of a line that is created, whoever owns the price of lines that are there.
func TestPriceOfANewLine(t *testing.T) {
	for _, c := range priceCases() {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			c.given(w)
			w.writes()
			w.current.Additions, w.current.Owned = map[int][]billing.Addition{}, nil
			p := w.plan()
			row := &p.Changes[0]
			want := maybe(c.want)
			if c.from == billing.PriceCatalog && c.want == "" {
				want = some("4")
			}
			if row.Action != plan.Create || row.After.UnitPrice.Valid != want.Valid || !row.After.UnitPrice.Decimal.Equal(want.Decimal) {
				t.Errorf("%s, wanted price %v", show(row), want)
			}
			worth := dec("40") // at the catalog's price
			if want.Valid {
				worth = want.Decimal.Mul(dec("10"))
			}
			if !row.MonthlyDelta.Equal(worth) {
				t.Errorf("delta %s, wanted %s", row.MonthlyDelta, worth)
			}
		})
	}
}

func TestFieldsHaveOwners(t *testing.T) {
	all := func(fields ...billing.Field) func(w *world) {
		return func(w *world) {
			w.mail().Write = fields
			w.mbx().Price.From, w.mbx().Taxable = billing.PriceSource, billing.TaxableYes
			w.ours(5, "1001", "mbx", "10")
			line := w.uses("1001", "mbx", "12")
			line.Price, line.Cost = some("4.50"), some("3.25")
		}
	}
	without := func(change func(w *world)) func(w *world) {
		return func(w *world) {
			all(billing.FieldQuantity, billing.FieldPrice, billing.FieldCost, billing.FieldTaxable)(w)
			change(w)
		}
	}
	checkRules(t, []rule{
		{"quantity", all(billing.FieldQuantity), "1001/mbx update usage_rose #5 quantity 10→12 delta 8 USD"},
		{"price", all(billing.FieldPrice), "1001/mbx update price_changed #5 price 4→4.5 delta 5 USD"},
		{"cost", all(billing.FieldCost), "1001/mbx update cost_changed #5 cost 3→3.25"},
		{"taxable", all(billing.FieldTaxable), "1001/mbx update tax_changed #5 taxable true"},
		{"none", all(), "1001/mbx none unchanged #5"},
		{"all", all(billing.FieldQuantity, billing.FieldPrice, billing.FieldCost, billing.FieldTaxable),
			"1001/mbx update usage_rose #5 quantity 10→12 price 4→4.5 cost 3→3.25 taxable true delta 14 USD"},
		{"all but the quantity", all(billing.FieldPrice, billing.FieldCost, billing.FieldTaxable),
			"1001/mbx update price_changed #5 price 4→4.5 cost 3→3.25 taxable true delta 5 USD"},
		{"cost and tax", all(billing.FieldCost, billing.FieldTaxable), "1001/mbx update cost_changed #5 cost 3→3.25 taxable true"},
		{"no price in the usage is not touched", without(func(w *world) { w.counts("1001", "mbx", "12").Price = maybe("") }),
			"1001/mbx update usage_rose #5 quantity 10→12 cost 3→3.25 taxable true delta 8 USD"},
		{"no cost in the usage is not touched", without(func(w *world) { w.counts("1001", "mbx", "12").Cost = maybe("") }),
			"1001/mbx update usage_rose #5 quantity 10→12 price 4→4.5 taxable true delta 14 USD"},
		{"no usage any more leaves price, cost and tax", without(func(w *world) { w.counts("1001", "mbx", "0"); w.accept("mail/1001/mbx") }),
			"1001/mbx update usage_zero #5 quantity 10→0 delta -40 USD accepted"},
		{"the last of six decimals", without(func(w *world) {
			line := w.counts("1001", "mbx", "10")
			line.Price, line.Cost = some("4.0000004"), some("2.9999996")
			w.current.Additions[811][0].Taxable = true
		}), "1001/mbx none unchanged #5"},
		{"a line that is adopted", without(func(w *world) { w.current.Owned = nil }),
			"1001/mbx update usage_rose #5 adopts quantity 10→12 price 4→4.5 cost 3→3.25 taxable true delta 14 USD"},
		{"a line that bills nothing is worth nothing", without(func(w *world) { w.current.Additions[811][0].Bill = billing.NoCharge }),
			"1001/mbx update usage_rose #5 quantity 10→12 price 4→4.5 cost 3→3.25 taxable true"},
		{"ConnectWise's free units are not paid for", without(func(w *world) { w.current.Additions[811][0].LessIncluded = dec("4") }),
			"1001/mbx update usage_rose #5 quantity 10→12 price 4→4.5 cost 3→3.25 taxable true delta 12 USD"},
	})
}

func TestTaxRules(t *testing.T) {
	given := func(rule billing.Taxable, product, line bool, owns bool) func(w *world) {
		return func(w *world) {
			if owns {
				w.writes(billing.FieldTaxable)
			}
			w.mbx().Taxable = rule
			w.current.Products[0].Taxable = product
			w.uses("1001", "mbx", "10")
			w.ours(5, "1001", "mbx", "10").Taxable = line
		}
	}
	create := func(rule billing.Taxable, product, owns bool) func(w *world) {
		return func(w *world) {
			given(rule, product, false, owns)(w)
			w.current.Additions, w.current.Owned = map[int][]billing.Addition{}, nil
		}
	}
	const same, made = "1001/mbx none unchanged #5", "1001/mbx create new_line quantity 10 from 2026-11-21 delta 40 USD"
	checkRules(t, []rule{
		{"yes, and it is not", given(billing.TaxableYes, false, false, true), "1001/mbx update tax_changed #5 taxable true"},
		{"yes, and it is", given(billing.TaxableYes, false, true, true), same},
		{"no, and it is", given(billing.TaxableNo, true, true, true), "1001/mbx update tax_changed #5 taxable false"},
		{"no, and it is not", given(billing.TaxableNo, true, false, true), same},
		{"as the product, which is", given(billing.TaxableProduct, true, false, true), "1001/mbx update tax_changed #5 taxable true"},
		{"as the product, which is not", given(billing.TaxableProduct, false, true, true), "1001/mbx update tax_changed #5 taxable false"},
		{"yes, but not ours", given(billing.TaxableYes, true, false, false), same},
		{"as the product, but not ours", given(billing.TaxableProduct, true, false, false), same},
		{"a new line, yes", create(billing.TaxableYes, false, false), "1001/mbx create new_line quantity 10 taxable true from 2026-11-21 delta 40 USD"},
		{"a new line, no", create(billing.TaxableNo, true, true), "1001/mbx create new_line quantity 10 taxable false from 2026-11-21 delta 40 USD"},
		{"a new line, as the product", create(billing.TaxableProduct, true, true), made},
	})
}
