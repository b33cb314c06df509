package plan_test

import (
	"slices"
	"testing"

	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

const (
	pricesIdle = "source mail: prices are set up but not written by this version; new lines get the catalog's price"
	costsIdle  = "source mail: costs are set up but not written by this version; new lines get the catalog's cost"
	taxIdle    = "source mail: tax flags are set up but not written by this version; new lines get the product's own"
	pricedRow  = "created at the catalog's price 3.75: the set-up's price is not written by this version"
)

func TestWhatThisVersionDoesNotWriteIsWarnedOf(t *testing.T) {
	writes := func(fields ...billing.Field) func(w *world) {
		return func(w *world) { w.mail().Write = append(w.mail().Write, fields...) }
	}
	for name, c := range map[string]struct {
		given func(w *world)
		plan  []string // warnings of the plan
		row   []string // warnings of the new line
	}{
		"nothing of that": {func(*world) {}, nil, nil},
		"write price":     {writes(billing.FieldPrice), []string{pricesIdle + " (set in write)"}, nil},
		"write cost":      {writes(billing.FieldCost), []string{costsIdle + " (set in write)"}, nil},
		"write taxable":   {writes(billing.FieldTaxable), []string{taxIdle + " (set in write)"}, nil},
		"write all": {writes(billing.FieldTaxable, billing.FieldCost, billing.FieldPrice),
			[]string{costsIdle + " (set in write)", pricesIdle + " (set in write)", taxIdle + " (set in write)"}, nil},
		"a fixed price": {func(w *world) { w.linked().Prices = map[string]decimal.Decimal{"mbx": dec("3")} },
			[]string{pricesIdle + " (set in prices)"}, []string{pricedRow}},
		"a fixed price of another service": {func(w *world) { w.linked().Prices = map[string]decimal.Decimal{"other": dec("3")} },
			[]string{pricesIdle + " (set in prices)"}, nil},
		"a discount": {func(w *world) { w.linked().DiscountPercent = dec("5") }, []string{pricesIdle + " (set in discount_percent)"}, nil},
		"a markup":   {func(w *world) { w.mail().MarkupPercent = dec("15") }, []string{pricesIdle + " (set in markup_percent)"}, nil},
		"price from the source": {func(w *world) { w.mbx().Price.From = billing.PriceSource },
			[]string{pricesIdle + " (set in price)"}, []string{pricedRow}},
		"price from the catalog": {func(w *world) { w.mbx().Price.From = billing.PriceCatalog },
			[]string{pricesIdle + " (set in price)"}, []string{pricedRow}},
		"price with markup": {func(w *world) { w.mbx().Price.From = billing.PriceMarkup; w.mail().MarkupPercent = dec("15") },
			[]string{pricesIdle + " (set in markup_percent, price)"}, []string{pricedRow}},
		"taxable yes": {func(w *world) { w.mbx().Taxable = billing.TaxableYes }, []string{taxIdle + " (set in taxable)"},
			[]string{"created as not taxable, as the product is: the set-up's tax rule is not written by this version"}},
		"taxable no": {func(w *world) { w.mbx().Taxable = billing.TaxableNo; w.current.Products[0].Taxable = true },
			[]string{taxIdle + " (set in taxable)"},
			[]string{"created as taxable, as the product is: the set-up's tax rule is not written by this version"}},
		"create_product": {func(w *world) { w.mbx().CreateProduct = true },
			[]string{"source mail: products are not created by this version; a line whose product is missing is held (set in create_product)"}, nil},
		"update_product": {func(w *world) { w.mbx().UpdateProduct = true },
			[]string{"source mail: products are not updated by this version; their prices and costs stay (set in update_product)"}, nil},
		"a service that is off": {func(w *world) {
			off := w.service("off", "MBX")
			off.Sync, off.CreateProduct, off.Price.From, off.Taxable = false, true, billing.PriceSource, billing.TaxableNo
		}, nil, nil},
		"a customer that is off": {func(w *world) {
			off := w.customer("1002", 250, 812)
			off.Sync, off.DiscountPercent = false, dec("5")
		}, nil, nil},
		"rules that say nothing": {func(w *world) { w.mbx().Price.From, w.mbx().Taxable = "", "" }, nil, nil},
		"several customers and sources, each kind once": {func(w *world) {
			w.customer("1002", 250, 812).DiscountPercent = dec("5")
			w.linked().DiscountPercent = dec("5")
			w.source("backup").MarkupPercent = dec("1")
			w.uses("backup:x", "y", "1")
		}, []string{"source backup" + pricesIdle[len("source mail"):] + " (set in markup_percent)", pricesIdle + " (set in discount_percent)"}, nil},
		"a source that is off": {func(w *world) {
			w.source("backup").MarkupPercent = dec("1")
			w.source("backup").Sync = false
		}, nil, nil},
		"a source that is not asked for": {func(w *world) {
			w.source("backup").MarkupPercent = dec("1")
			w.sources["backup"].NotRead = true
		}, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			w.current.Products[0].Price = dec("3.75")
			w.uses("1001", "mbx", "3")
			c.given(w)
			p := w.plan()
			checkSound(t, w, &p)
			if !slices.Equal(p.Warnings, c.plan) {
				t.Errorf("the plan warns %q\nwanted %q", p.Warnings, c.plan)
			}
			row := p.Changes[len(p.Changes)-1]
			if !slices.Equal(row.Warnings, c.row) {
				t.Errorf("%s warns %q\nwanted %q", show(&row), row.Warnings, c.row)
			}
		})
	}
}

// TestLinesThatGoOnAreNotWarnedOf: an addition that is there keeps its price and tax flag, as it should.
func TestLinesThatGoOnAreNotWarnedOf(t *testing.T) {
	w := newWorld()
	w.mbx().Price.From, w.mbx().Taxable = billing.PriceSource, billing.TaxableNo
	w.uses("1001", "mbx", "12")
	w.ours(5, "1001", "mbx", "10")
	p := w.plan()
	checkText(t, "an update", "rows", told(&p), `
		1001/mbx update usage_rose #5 quantity 10→12 delta 8 USD
			usage rose from 10 to 12
		! `+pricesIdle+` (set in price)
		! `+taxIdle+` (set in taxable)`)
}
