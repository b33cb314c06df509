package plan_test

import (
	"slices"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	"github.com/shopspring/decimal"
)

func TestCycleRules(t *testing.T) {
	given := func(periods int, change func(w *world)) func(w *world) {
		return func(w *world) {
			sells("4.50", "3.25", billing.FieldPrice, billing.FieldCost)(w)
			w.edit(811, func(a *billing.Agreement) { a.Cycle = billing.Cycle{PeriodsPerYear: periods} })
			change(w)
		}
	}
	nothing := func(*world) {}
	perCycle := func(w *world) { w.mail().PricePer = billing.PerCycle }
	noLine := func(w *world) { w.current.Additions, w.current.Owned = map[int][]billing.Addition{}, nil }
	checkRules(t, []rule{
		{"monthly", given(12, nothing), "1001/mbx update price_changed #5 price 4→4.5 cost 3→3.25 delta 5 USD"},
		{"yearly", given(1, nothing), "1001/mbx hold cycle_differs #5 wanted price 4.5 wanted cost 3.25 delta 0.416666666667 USD"},
		{"yearly, accepted all the same", given(1, func(w *world) { w.accept("mail/1001/mbx") }),
			"1001/mbx hold cycle_differs #5 wanted price 4.5 wanted cost 3.25 delta 0.416666666667 USD"},
		{"yearly, and that is what the prices are for", given(1, func(w *world) { perCycle(w) }),
			"1001/mbx update price_changed #5 price 4→4.5 cost 3→3.25 delta 0.416666666667 USD"},
		{"of an unknown rhythm", given(0, nothing), "1001/mbx hold cycle_differs #5 wanted price 4.5 wanted cost 3.25"},
		{"yearly, but nothing would be written", given(1, func(w *world) { w.says("1001", "mbx", "4", "3") }), "1001/mbx none unchanged #5"},
		{"yearly, a cost alone", given(1, func(w *world) { w.says("1001", "mbx", "", "3.25") }),
			"1001/mbx hold cycle_differs #5 wanted cost 3.25"},
		{"yearly, the quantity is held too: it would be invoiced at the wrong price", given(1, func(w *world) { w.counts("1001", "mbx", "12") }),
			"1001/mbx hold cycle_differs #5 wanted quantity 12 wanted price 4.5 wanted cost 3.25 delta 1.166666666667 USD"},
		{"yearly, quantity alone is ours", given(1, func(w *world) { w.writes(); w.counts("1001", "mbx", "12") }),
			"1001/mbx update usage_rose #5 quantity 10→12 delta 0.666666666667 USD"},
		{"yearly, a new line", given(1, noLine),
			"1001/mbx hold cycle_differs wanted quantity 10 wanted price 4.5 wanted cost 3.25 wanted from 2026-11-21 delta 3.75 USD"},
		{"yearly, a new line that keeps the catalog's price", given(1, func(w *world) {
			noLine(w)
			w.writes()
			w.mbx().Price.From = billing.PriceKeep
		}), "1001/mbx create new_line quantity 10 from 2026-11-21 delta 3.333333333333 USD"},
	})
}

func TestPriceDrift(t *testing.T) {
	given := func(wrote, has, wanted string, change func(w *world)) func(w *world) {
		return func(w *world) {
			sells(wanted, "", billing.FieldPrice)(w)
			w.current.Owned[0].UnitPrice = maybe(wrote)
			w.current.Additions[811][0].UnitPrice = dec(has)
			change(w)
		}
	}
	nothing := func(*world) {}
	const held = "1001/mbx hold drift_price #5 wanted price 4.5 delta 5 USD"
	checkRules(t, []rule{
		{"somebody changed it to something else", given("3.50", "4", "4.50", nothing), held},
		{"somebody changed it to what is wanted", given("3.50", "4.50", "4.50", nothing), "1001/mbx none unchanged #5"},
		{"nobody changed it", given("4", "4", "4.50", nothing), "1001/mbx update price_changed #5 price 4→4.5 delta 5 USD"},
		{"it never was ours", given("", "4", "4.50", nothing), "1001/mbx update price_changed #5 price 4→4.5 delta 5 USD"},
		{"overwritten", given("3.50", "4", "4.50", func(w *world) { w.mail().OnDrift = billing.DriftOverwrite }),
			"1001/mbx update price_changed #5 price 4→4.5 delta 5 USD"},
		{"accepted", given("3.50", "4", "4.50", func(w *world) { w.accept("mail/1001/mbx") }), "1001/mbx update price_changed #5 price 4→4.5 delta 5 USD accepted"},
		{"no longer ours to write", given("3.50", "4", "4.50", func(w *world) { w.writes() }), "1001/mbx none unchanged #5"},
		{"with a new quantity", given("3.50", "4", "4.50", func(w *world) { w.counts("1001", "mbx", "12") }),
			"1001/mbx hold drift_price #5 wanted quantity 12 wanted price 4.5 delta 14 USD"},
		{"of the cost", given("", "4", "4", func(w *world) {
			w.writes(billing.FieldCost)
			w.says("1001", "mbx", "", "3.25")
			w.current.Owned[0].UnitCost = some("2")
		}), "1001/mbx hold drift_price #5 wanted cost 3.25"},
		{"another line's drift", given("3.50", "4", "4.50", func(w *world) {
			w.current.Owned[0].Quantity = dec("9")
			w.counts("1001", "mbx", "11")
		}), "1001/mbx hold drift_quantity #5 wanted quantity 11 wanted price 4.5 delta 9.5 USD"},
	})
}

func TestMergedPrices(t *testing.T) {
	given := func(change func(w *world)) func(w *world) {
		return func(w *world) {
			w.writes(billing.FieldPrice, billing.FieldCost)
			plus := w.service("plus", "MBX")
			plus.Merge, w.mbx().Merge = billing.MergeSum, billing.MergeSum
			plus.Price.From, w.mbx().Price.From = billing.PriceSource, billing.PriceSource
			for _, service := range []string{"mbx", "plus"} {
				line := w.uses("1001", service, "5")
				line.Price, line.Cost = some("4.50"), some("3")
			}
			w.ours(5, "1001", "mbx", "10")
			change(w)
		}
	}
	plus := func(change func(line *billing.UsageLine)) func(w *world) {
		return given(func(w *world) { change(&w.sources["mail"].Usage.Lines[1]) })
	}
	const rest = "\n1001/plus skip merged_into into 1001/mbx"
	const agreed = "1001/mbx update price_changed #5 price 4→4.5 delta 5 USD" + rest
	const clash = "1001/mbx hold claimed_twice #5\n1001/plus hold claimed_twice"
	checkRules(t, []rule{
		{"all the same", given(func(*world) {}), agreed},
		{"other prices", plus(func(line *billing.UsageLine) { line.Price = some("4.60") }),
			"1001/mbx hold claimed_twice #5 wanted price 4.5 delta 5 USD" + rest},
		{"other costs", plus(func(line *billing.UsageLine) { line.Cost = some("3.10") }),
			"1001/mbx hold claimed_twice #5 wanted price 4.5 delta 5 USD" + rest},
		{"one says nothing", plus(func(line *billing.UsageLine) { line.Price, line.Cost = maybe(""), maybe("") }), agreed},
		{"the first says nothing", given(func(w *world) { w.sources["mail"].Usage.Lines[0].Price = maybe("") }), agreed},
		{"one is not used", plus(func(line *billing.UsageLine) { line.Quantity, line.Price = dec("0"), some("9") }),
			"1001/mbx hold guard_drop #5 wanted quantity 5 wanted price 4.5 delta -17.5 USD" + rest},
		{"other prices that are not written", given(func(w *world) {
			w.writes()
			w.sources["mail"].Usage.Lines[1].Price = some("9")
		}), "1001/mbx none unchanged #5" + rest},
		{"another rule", given(func(w *world) { w.service("plus", "").Price.From = billing.PriceCatalog }), clash},
		{"another tax rule", given(func(w *world) { w.service("plus", "").Taxable = billing.TaxableYes }), clash},
		{"other markups", given(func(w *world) {
			w.service("plus", "").Price = billing.PriceRule{From: billing.PriceMarkup, Percent: some("10")}
			w.mbx().Price = billing.PriceRule{From: billing.PriceMarkup, Percent: some("20")}
		}), clash},
		{"two customers, one with a discount", given(func(w *world) {
			w.customer("1002", 250, 811).DiscountPercent = dec("10")
			w.uses("1002", "mbx", "1").Price = some("4.50")
		}), "1001/mbx hold claimed_twice #5 wanted quantity 11 wanted price 4.5 delta 9.5 USD" + rest + "\n1002/mbx skip merged_into into 1001/mbx"},
	})
}

// TestAllRulesTogether: merge × minimum × markup × discount × dated.
func TestAllRulesTogether(t *testing.T) {
	checkRules(t, []rule{{"a new dated line has the new price", func(w *world) {
		w.writes(billing.FieldPrice, billing.FieldCost)
		w.linked().DiscountPercent = dec("10")
		for _, id := range []string{"mbx", "plus"} {
			service := w.service(id, "MBX")
			service.Merge, service.Change = billing.MergeSum, billing.Dated
			service.Price = billing.PriceRule{From: billing.PriceMarkup, Percent: some("15")}
			service.Quantity = billing.QuantityRule{DivideBy: dec("1"), Minimum: dec("20"), Round: billing.RoundUp}
			w.uses("1001", id, "4.5").Cost = some("3.10")
		}
		w.ours(5, "1001", "mbx", "15").Taxable = true
	}, `
		1001/mbx create usage_rose quantity 20 price 3.21 cost 3.1 taxable true from 2026-11-21 delta 64.2 USD
		1001/mbx cancel usage_rose #5 until 2026-11-20 delta -60 USD step 1
		1001/plus skip merged_into into 1001/mbx`},
		{"the largest of bytes, included, a fixed price, dated", func(w *world) {
			w.writes(billing.FieldPrice)
			fixed(w, "mbx", "0.15")
			w.linked().Prices["plus"], w.linked().DiscountPercent = dec("0.15"), dec("10")
			for id, bytes := range map[string]string{"mbx": "5368709121", "plus": "1073741824"} {
				service := w.service(id, "MBX")
				service.Merge, service.Change, service.Price.From = billing.MergeMax, billing.Dated, billing.PriceSource
				service.Quantity = billing.QuantityRule{DivideBy: dec("1073741824"), Included: dec("1"), Minimum: dec("2"), Round: billing.RoundUp}
				w.uses("1001", id, bytes).Price = some("9")
			}
			w.ours(5, "1001", "mbx", "4")
		}, `
		1001/mbx create usage_rose quantity 5 price 0.15 cost 3 taxable false from 2026-11-21 delta 0.75 USD
		1001/mbx cancel usage_rose #5 until 2026-11-20 delta -16 USD step 1
		1001/plus skip merged_into into 1001/mbx`},
		{"merged, dated and on an agreement that does not prorate: held whole, with its price", func(w *world) {
			w.writes(billing.FieldPrice)
			noProrate(w)
			mergeTwo(w, billing.MergeSum)
			for _, id := range []string{"mbx", "shared"} {
				service := w.service(id, "")
				service.Change, service.Price.From = billing.Dated, billing.PriceSource
				w.uses("1001", id, "6").Price = some("4.50")
			}
			w.ours(5, "1001", "mbx", "10")
		}, `
		1001/mbx hold not_prorated #5 wanted quantity 12 wanted price 4.5 delta 14 USD
		1001/shared skip merged_into into 1001/mbx`},
		{"merged over a bundle, discounted: the member bills what exceeds it", func(w *world) {
			bundle(w)
			w.writes(billing.FieldPrice)
			w.linked().DiscountPercent = dec("10")
			mergeTwo(w, billing.MergeSum)
			for _, id := range []string{"mbx", "shared"} {
				w.service(id, "").Price.From = billing.PriceSource
				w.uses("1001", id, "6").Price = some("4.50")
			}
			w.uses("1001", "suite", "4")
			w.ours(5, "1001", "mbx", "8")
		}, `
		1001/mbx update price_changed #5 price 4→4.05 delta 0.4 USD
		1001/shared skip merged_into into 1001/mbx
		1001/suite create new_line quantity 4 from 2026-11-21 delta 36 USD`},
		{"a price alone changes in place, dated or not", func(w *world) {
			sells("4.50", "", billing.FieldPrice)(w)
			w.mbx().Change = billing.Dated
		}, "1001/mbx update price_changed #5 price 4→4.5 delta 5 USD"},
		{"a dated line that does not own its price keeps it, on a yearly agreement too", func(w *world) {
			sells("4.50", "")(w)
			w.mbx().Change = billing.Dated
			w.edit(811, func(a *billing.Agreement) { a.Cycle.PeriodsPerYear = 1 })
			w.counts("1001", "mbx", "12")
		}, `
		1001/mbx create usage_rose quantity 12 price 4 cost 3 taxable false from 2026-11-21 delta 4 USD
		1001/mbx cancel usage_rose #5 until 2026-11-20 delta -3.333333333333 USD step 1`},
	})
}

func TestWarningsOfRates(t *testing.T) {
	for name, c := range map[string]struct {
		given func(w *world)
		want  []string
	}{
		"cost above price":         {sells("4.50", "4.60", billing.FieldPrice), []string{"a unit costs 4.60 and is sold for 4.50"}},
		"cost above ConnectWise's": {func(w *world) { sells("", "4.60")(w); w.mbx().Price.From = billing.PriceKeep }, []string{"a unit costs 4.60 and is sold for 4.00"}},
		"cost as price":            {sells("4.50", "4.50", billing.FieldPrice), nil},
		"neither is ours":          {func(w *world) { billsTo("10", "10")(w); w.current.Additions[811][0].UnitCost = dec("9") }, nil},
		"the line's cost":          {func(w *world) { sells("2", "", billing.FieldPrice)(w) }, []string{"a unit costs 3.00 and is sold for 2.00"}},
		"a cost of another time": {func(w *world) {
			sells("", "4.60")(w)
			w.edit(811, func(a *billing.Agreement) { a.Cycle.PeriodsPerYear = 1 })
		}, nil},
		"a new line sold at a loss": {func(w *world) { w.uses("1001", "mbx", "3").Cost = some("4.01") }, []string{"a unit costs 4.01 and is sold for 4.00"}},
		"a new line whose price is not known": {func(w *world) { w.mbx().Price.From = billing.PriceSource; w.uses("1001", "mbx", "3") },
			[]string{"the usage names no price: created at the catalog's price 4.00"}},
		"a new line without a cost to mark up": {func(w *world) { w.mbx().Price.From = billing.PriceMarkup; w.uses("1001", "mbx", "3") },
			[]string{"neither the usage nor the catalog names a cost to mark up: created at the catalog's price 4.00"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			c.given(w)
			p := w.plan()
			if row := &p.Changes[0]; !slices.Equal(row.Warnings, c.want) {
				t.Errorf("%s warns %q, wanted %q", show(row), row.Warnings, c.want)
			}
		})
	}
}

// TestRatesAreRemembered: a line that already has what is wanted says so, so that a later drift can be told.
func TestRatesAreRemembered(t *testing.T) {
	w := newWorld()
	sells("4", "", billing.FieldPrice, billing.FieldCost)(w)
	p := w.plan()
	if row := &p.Changes[0]; row.Action != plan.None || row.Kept == nil || !row.Kept.UnitPrice.Decimal.Equal(dec("4")) || row.Kept.UnitCost != (decimal.NullDecimal{}) {
		t.Errorf("%s keeps %+v", show(row), row.Kept)
	}
}

func TestTermsOfPrices(t *testing.T) {
	w := newWorld()
	w.mbx().Price.From = billing.PriceCatalog
	w.uses("1001", "mbx", "3")
	p := w.plan()
	agreement, product := w.current.Agreements[811], w.current.Products[0]
	if why := p.Changes[0].TermsChanged(&agreement, &product); why != "" {
		t.Errorf("nothing changed: %s", why)
	}
	product.Price = dec("5")
	if p.Changes[0].TermsChanged(&agreement, &product) == "" {
		t.Error("the catalog's price that the row was decided by changed, and nobody notices")
	}
}
