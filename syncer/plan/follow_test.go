package plan_test

import (
	"slices"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

// reprices has the usage give product MBX, which is ours and sold at 4.00 in the catalog, a price of 4.50; the lines are billed the catalog's.
func reprices(change ...func(w *world)) func(w *world) {
	return func(w *world) {
		w.writes(billing.FieldPrice)
		w.mbx().UpdateProduct, w.mbx().Price.From = true, billing.PriceCatalog
		w.current.OwnProducts = []plan.OwnProduct{{ID: 7, Identifier: "MBX", Price: some("4")}}
		billsTo("10", "10")(w)
		w.says("1001", "mbx", "4.50", "")
		for _, do := range change {
			do(w)
		}
	}
}

func noLine(w *world) { w.current.Additions, w.current.Owned = map[int][]billing.Addition{}, nil }

// TestLinesFollowTheirProductInOnePlan: a product is written before its lines, so that they are planned by what it becomes.
func TestLinesFollowTheirProductInOnePlan(t *testing.T) {
	const product = "/mbx update price_changed price 4→4.5\n"
	const line, stays = "1001/mbx update price_changed #5 price 4→4.5 delta 5 USD", "1001/mbx none unchanged #5"
	checkRules(t, []rule{
		{"the catalog's price", reprices(), product + line},
		{"less the customer's discount", reprices(func(w *world) { w.linked().DiscountPercent = dec("10") }),
			product + "1001/mbx update price_changed #5 price 4→4.05 delta 0.5 USD"},
		{"with a new quantity", reprices(func(w *world) { w.counts("1001", "mbx", "12") }),
			product + "1001/mbx update usage_rose #5 quantity 10→12 price 4→4.5 delta 14 USD"},
		{"a new line", reprices(noLine), product + "1001/mbx create new_line quantity 10 price 4.5 from 2026-11-21 delta 45 USD"},
		{"a new line that takes what the catalog says", reprices(noLine, func(w *world) { w.mbx().Price.From = billing.PriceKeep }),
			product + "1001/mbx create new_line quantity 10 from 2026-11-21 delta 45 USD"},
		{"a dated change", reprices(func(w *world) { w.mbx().Change = billing.Dated; w.counts("1001", "mbx", "12") }), product + `
			1001/mbx create usage_rose quantity 12 price 4.5 cost 3 taxable false from 2026-11-21 delta 54 USD
			1001/mbx cancel usage_rose #5 until 2026-11-20 delta -40 USD step 1`},
		{"a line that has it already", reprices(func(w *world) { w.current.Additions[811][0].UnitPrice = dec("4.50") }), product + stays},
		{"a line that keeps its price", reprices(func(w *world) { w.mbx().Price.From = billing.PriceKeep }), product + stays},
		{"prices are not ours", reprices(func(w *world) { w.writes() }), product + stays},
		{"a fixed price", reprices(func(w *world) { fixed(w, "mbx", "4") }), product + stays},
		{"the product is left out: so is its price", reprices(func(w *world) { w.policy.LeftOut = []string{"mail//mbx"} }),
			"/mbx skip left_out wanted price 4.5\n" + stays},
		{"somebody changed the product: nothing follows", reprices(func(w *world) { w.current.OwnProducts[0].Price = some("3") }),
			"/mbx hold drift_price wanted price 4.5\n" + stays},
		{"and it was accepted", reprices(func(w *world) { w.current.OwnProducts[0].Price = some("3"); w.accept("mail//mbx") }),
			"/mbx update price_changed price 4→4.5 accepted\n" + line},
		{"an unknown write of the product: nothing follows", reprices(func(w *world) {
			w.current.Unknown = []plan.Unknown{{Key: billing.Key{Source: "mail", Service: "mbx"}, Identifier: "MBX"}}
		}), "/mbx hold previous_unknown wanted price 4.5\n" + stays},
		{"the source is held: both are", reprices(func(w *world) { w.sources["mail"].Usage.AsOf = now.AddDate(0, 0, -9) }),
			"/mbx hold usage_stale wanted price 4.5\n1001/mbx hold usage_stale #5 wanted price 4.5 delta 5 USD"},
		{"accepted drift in a source that is held", reprices(func(w *world) {
			w.current.OwnProducts[0].Price = some("3")
			w.accept("mail//mbx")
			w.sources["mail"].Usage.AsOf = now.AddDate(0, 0, -9)
		}), "/mbx hold usage_stale wanted price 4.5\n1001/mbx hold usage_stale #5 wanted price 4.5 delta 5 USD"},
		{"what the lines move counts for the source's guard", reprices(func(w *world) { w.policy.Guards.MaxMonthlyDelta = some("4.99") }),
			"/mbx hold max_monthly_delta wanted price 4.5\n1001/mbx hold max_monthly_delta #5 wanted price 4.5 delta 5 USD"},
		{"single customers are asked for: no product, and no new price", reprices(func(w *world) { w.only("1001") }), stays},
	})
}

func TestWhoFollowsAndWho(t *testing.T) {
	marked := func(given func(w *world)) []bool {
		w := newWorld()
		given(w)
		p := w.plan()
		var follows []bool
		for i := range p.Changes {
			follows = append(follows, p.Changes[i].Follows)
		}
		return follows
	}
	for name, c := range map[string]struct {
		given func(w *world)
		want  []bool
	}{
		"a new price":                               {reprices(), []bool{false, true}},
		"a new line at the catalog's price":         {reprices(noLine, func(w *world) { w.mbx().Price.From = billing.PriceKeep }), []bool{false, true}},
		"a new line at a price of its own":          {reprices(noLine, func(w *world) { fixed(w, "mbx", "4") }), []bool{false, false}},
		"a quantity alone":                          {reprices(func(w *world) { w.writes(); w.counts("1001", "mbx", "12") }), []bool{false, false}},
		"a line that needs nothing":                 {reprices(func(w *world) { w.current.Additions[811][0].UnitPrice = dec("4.50") }), []bool{false, false}},
		"the old line of a dated change":            {reprices(func(w *world) { w.mbx().Change = billing.Dated; w.counts("1001", "mbx", "12") }), []bool{false, true, false}},
		"a product that stays as it is":             {reprices(func(w *world) { w.says("1001", "mbx", "4", "") }), []bool{false}},
		"a line that is held":                       {reprices(func(w *world) { w.counts("1001", "mbx", "90") }), []bool{false, false}},
		"a line whose product is not to be changed": {reprices(func(w *world) { w.policy.LeftOut = []string{"mail//mbx"} }), []bool{false, false}},
	} {
		if got := marked(c.given); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, wanted %v", name, got, c.want)
		}
	}
}

// TestALineOfAnotherSourceFollowsLater: which source is held is known only when all are planned.
func TestALineOfAnotherSourceFollowsLater(t *testing.T) {
	w := newWorld()
	reprices()(w)
	w.agreement(812, 250)
	w.service("web:site", "MBX").Price.From = billing.PriceCatalog
	w.source("web").Write = []billing.Field{billing.FieldPrice}
	w.customer("web:1", 250, 812)
	w.uses("web:1", "site", "3").Price = some("4.50")
	w.owns(6, "web:1", "site", 812, 7, "3")
	w.lineOn(812, 6, 7, "3")
	p := w.plan()
	checkRows(t, &p, `
		/mbx update price_changed price 4→4.5
		1001/mbx update price_changed #5 price 4→4.5 delta 5 USD
		web/1/site none unchanged #6`)
	want := []string{"source mail changes price or cost of product MBX in this plan: this line follows with the next run"}
	if got := p.Changes[2].Warnings; !slices.Equal(got, want) {
		t.Errorf("warnings %q", got)
	}
	apply(w, &p)
	p = w.plan()
	checkRows(t, &p, `
		1001/mbx none unchanged #5
		web/1/site update price_changed #6 price 4→4.5 delta 1.5 USD`)
}

// TestAPlanThatFollowsIsDoneAtOnce: planned again after it there is nothing to do, and a saved one fits the product as it was.
func TestAPlanThatFollowsIsDoneAtOnce(t *testing.T) {
	w := newWorld()
	reprices()(w)
	p := w.plan()
	if how := p.Changes[1].How; how != "10; catalog price 4.50, as this plan sets it" {
		t.Errorf("how %q", how)
	}
	agreement, product := w.current.Agreements[811], w.current.Products[0]
	if why := p.Changes[1].TermsChanged(&agreement, &product); why != "" {
		t.Errorf("nothing changed: %s", why)
	}
	product.Price = dec("4.50") // somebody else wrote it
	if p.Changes[1].TermsChanged(&agreement, &product) == "" {
		t.Error("the product changed, and nobody notices")
	}
	apply(w, &p)
	p = w.plan()
	checkRows(t, &p, "1001/mbx none unchanged #5")
}
