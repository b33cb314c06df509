package plan_test

import (
	"slices"
	"strings"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

// newArchive has 1001 use three of what no product is there for, at 2.50.
func newArchive(change ...func(w *world)) func(w *world) {
	return func(w *world) {
		w.creates("arc", "ARC")
		w.uses("1001", "arc", "3").Price = some("2.50")
		for _, do := range change {
			do(w)
		}
	}
}

func TestNewProductRules(t *testing.T) {
	const product, line = "/arc create new_product price 2.5", "\n1001/arc create new_line quantity 3 from 2026-11-21 delta 7.5 USD"
	checkRules(t, []rule{
		{"created with its line", newArchive(), product + line},
		{"one row for many lines", newArchive(func(w *world) {
			w.agreement(812, 250)
			w.customer("1002", 250, 812)
			w.uses("1002", "arc", "1").Price = some("2.50")
		}), product + line + "\n1002/arc create new_line quantity 1 from 2026-11-21 delta 2.5 USD"},
		{"not for a line that bills nothing", newArchive(func(w *world) { w.counts("1001", "arc", "0") }), "1001/arc none unchanged"},
		{"not for a line that is switched off", newArchive(func(w *world) { w.linked().Sync = false }), "1001/arc skip sync_off"},
		{"not for a customer who is not linked", newArchive(func(w *world) { w.linked().Agreement = 0 }), "1001/arc skip unlinked_customer"},
		{"not for a customer who is not asked for", newArchive(func(w *world) {
			w.policy.Customers = []string{"1002"}
			w.agreement(812, 250)
			w.customer("1002", 250, 812)
			w.uses("1002", "mbx", "1")
		}), "1002/mbx create new_line quantity 1 from 2026-11-21 delta 4 USD"},
		{"for a customer who alone is asked for", newArchive(func(w *world) { w.policy.Customers = []string{"1001"} }), product + line},
		{"held with the line on a closed agreement", newArchive(func(w *world) { w.edit(811, func(a *billing.Agreement) { a.Cancelled = true }) }),
			"1001/arc hold agreement_closed"},
		{"left out with its line", newArchive(func(w *world) { w.leaveOut("mail/1001/arc") }),
			"1001/arc skip left_out wanted quantity 3 wanted from 2026-11-21 delta 7.5 USD"},
		{"may not be created", newArchive(func(w *world) { w.service("arc", "").CreateProduct = false }), "1001/arc hold product_missing"},
		{"nothing was looked up", newArchive(func(w *world) { w.current.NewProducts = nil }), "1001/arc hold product_missing"},
		{"cannot be created", newArchive(func(w *world) { w.current.NewProducts.Problem = "ConnectWise has no category" }), "1001/arc hold product_missing"},
		{"an identifier that is too long", newArchive(func(w *world) {
			w.service("arc", "").Product.Identifier = strings.Repeat("a", 76)
		}), "1001/arc hold product_missing"},
		{"is there in other letters", newArchive(func(w *world) { w.product(9, "arc", "3") }), "1001/arc hold product_missing"},
		{"is there with a space", newArchive(func(w *world) { w.product(9, "ARC ", "3") }), "1001/arc hold product_missing"},
		{"an unknown write of it in other letters", newArchive(func(w *world) {
			w.current.Unknown = []plan.Unknown{{Key: billing.Key{Source: "mail", Service: "x"}, Identifier: "arc"}}
		}), "/arc hold previous_unknown wanted price 2.5\n1001/arc hold previous_unknown wanted quantity 3 wanted from 2026-11-21 delta 7.5 USD"},
		{"is there by now", newArchive(func(w *world) { w.product(9, "ARC", "3") }), "1001/arc create new_line quantity 3 from 2026-11-21 delta 9 USD"},
		{"marked up from the cost", newArchive(func(w *world) {
			w.mail().MarkupPercent = dec("15")
			line := w.counts("1001", "arc", "3")
			line.Price, line.Cost = maybe(""), some("2")
		}), "/arc create new_product price 2.3 cost 2\n1001/arc create new_line quantity 3 from 2026-11-21 delta 6.9 USD"},
		{"taxable", newArchive(func(w *world) { w.service("arc", "").Taxable = billing.TaxableYes }),
			product + " taxable true\n1001/arc create new_line quantity 3 taxable true from 2026-11-21 delta 7.5 USD"},
		{"two services that merge", newArchive(func(w *world) {
			w.service("arc", "").Merge = billing.MergeSum
			w.creates("abc", "ARC").Merge = billing.MergeSum
			w.uses("1001", "abc", "2").Price = some("2.50")
		}), "/abc create new_product price 2.5\n1001/abc create new_line quantity 5 from 2026-11-21 delta 12.5 USD\n1001/arc skip merged_into into 1001/abc"},
		{"an unknown write of it", newArchive(func(w *world) {
			w.current.Unknown = []plan.Unknown{{Key: billing.Key{Source: "mail", Service: "arc"}, Identifier: "ARC"}}
		}), "/arc hold previous_unknown wanted price 2.5\n1001/arc hold previous_unknown wanted quantity 3 wanted from 2026-11-21 delta 7.5 USD"},
		{"an unknown write of another", newArchive(func(w *world) {
			w.current.Unknown = []plan.Unknown{{Key: billing.Key{Source: "mail", Service: "x"}, Identifier: "X"}}
		}), product + line},
		{"brought by a source that is held", newArchive(func(w *world) {
			w.sources["mail"].Usage.AsOf = now.AddDate(0, 0, -9)
			w.creates("web:arc", "ARC")
			w.agreement(812, 250)
			w.customer("web:1", 250, 812)
			w.uses("web:1", "arc", "1")
		}), "/arc hold usage_stale wanted price 2.5\n1001/arc hold usage_stale wanted quantity 3 wanted from 2026-11-21 delta 7.5 USD" +
			"\nweb/1/arc hold product_missing wanted quantity 1 wanted from 2026-11-21 delta 2.5 USD"},
	})
}

func TestTextsOfANewProduct(t *testing.T) {
	long := strings.Repeat("Archive of all mail ", 5)
	w := newWorld()
	newArchive(func(w *world) { w.service("arc", "").Name = "  " + long + "\n\x1b" })(w)
	p := w.plan()
	made := p.Changes[0].NewProduct
	if len([]rune(made.Description)) > billing.MaxDescription || !strings.HasPrefix(long, made.Description) || made.CustomerDescription != strings.TrimSpace(long) {
		t.Errorf("description %q, for customers %q", made.Description, made.CustomerDescription)
	}
	if made.TypeID != 1 || made.CategoryID != 4 || made.SubcategoryID != 6 || made.UnitID != 8 || made.Class != "Agreement" || made.Taxable != nil {
		t.Errorf("made %+v", made)
	}
}

func TestWarningsOfANewProduct(t *testing.T) {
	second := func(price string) func(w *world) {
		return func(w *world) {
			w.agreement(812, 250)
			w.customer("1002", 250, 812)
			w.uses("1002", "arc", "1").Price = maybe(price)
		}
	}
	for name, c := range map[string]struct {
		given func(w *world)
		want  string
		line  string
	}{
		"one price":     {newArchive(second("2.50")), "", ""},
		"two prices":    {newArchive(second("2.60")), "the usage does not give all customers the same price and cost (mail/1001/arc, mail/1002/arc); the product gets those of mail/1001/arc", ""},
		"one has none":  {newArchive(second("")), "the usage does not give all customers the same price and cost (mail/1001/arc, mail/1002/arc); the product gets those of mail/1001/arc", ""},
		"no price":      {newArchive(func(w *world) { w.counts("1001", "arc", "3").Price = maybe("") }), "the usage names no price, so the product is created without one: lines that keep the catalog's price are billed 0.00", "the new product has no price, so this line is billed 0.00 until it has one"},
		"its own price": {newArchive(func(w *world) { w.counts("1001", "arc", "3").Price = maybe(""); fixed(w, "arc", "2") }), "the usage names no price, so the product is created without one: lines that keep the catalog's price are billed 0.00", ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			c.given(w)
			p := w.plan()
			if got := strings.Join(p.Changes[0].Warnings, "|"); got != c.want {
				t.Errorf("the product warns %q, wanted %q", got, c.want)
			}
			if got := strings.Join(p.Changes[1].Warnings, "|"); got != c.line {
				t.Errorf("the line warns %q, wanted %q", got, c.line)
			}
		})
	}
}

func TestUpdateProductRules(t *testing.T) {
	given := func(change ...func(w *world)) func(w *world) {
		return func(w *world) {
			w.mbx().UpdateProduct = true
			w.current.OwnProducts = []plan.OwnProduct{{ID: 7, Identifier: "MBX", Price: some("4")}}
			billsTo("10", "10")(w)
			w.says("1001", "mbx", "4.50", "")
			for _, do := range change {
				do(w)
			}
		}
	}
	const line = "1001/mbx none unchanged #5"
	const row = "/mbx update price_changed price 4→4.5\n"
	checkRules(t, []rule{
		{"follows the price", given(), row + line},
		{"follows the cost", given(func(w *world) { w.says("1001", "mbx", "4", "3.10") }), "/mbx update cost_changed cost 0→3.1\n" + line},
		{"follows both", given(func(w *world) { w.says("1001", "mbx", "4.50", "3.10") }), "/mbx update price_changed price 4→4.5 cost 0→3.1\n" + line},
		{"is as it should be", given(func(w *world) { w.says("1001", "mbx", "4", "") }), line},
		{"the usage says nothing", given(func(w *world) { w.says("1001", "mbx", "", "") }), line},
		{"was not created by us", given(func(w *world) { w.current.OwnProducts = nil }), line},
		{"is not to follow", given(func(w *world) { w.mbx().UpdateProduct = false }), line},
		{"single customers are asked for", given(func(w *world) { w.only("1001") }), line},
		{"customers have different prices", given(func(w *world) {
			w.agreement(812, 250)
			w.customer("1002", 250, 812)
			w.uses("1002", "mbx", "1").Price = some("5")
		}), line + "\n1002/mbx create new_line quantity 1 from 2026-11-21 delta 4 USD"},
		{"marked up", given(func(w *world) {
			w.mbx().Price = billing.PriceRule{From: billing.PriceMarkup, Percent: some("10")}
			w.says("1001", "mbx", "9", "4")
		}), "/mbx update price_changed price 4→4.4 cost 0→4\n" + line},
		{"overwritten", given(func(w *world) { w.current.OwnProducts[0].Price = some("3"); w.mail().OnDrift = billing.DriftOverwrite }), row + line},
		{"an unknown write of it", given(func(w *world) {
			w.current.Unknown = []plan.Unknown{{Key: billing.Key{Source: "mail", Service: "mbx"}, Identifier: "MBX"}}
		}), "/mbx hold previous_unknown wanted price 4.5\n" + line},
		{"of a source that is held", given(func(w *world) { w.sources["mail"].Usage.AsOf = now.AddDate(0, 0, -9) }), "/mbx hold usage_stale wanted price 4.5\n" + line},
	})
}

// TestPricesThatDifferAreTold: a product that stays because the usage disagrees is a warning of the plan.
func TestPricesThatDifferAreTold(t *testing.T) {
	w := newWorld()
	w.mbx().UpdateProduct = true
	w.current.OwnProducts = []plan.OwnProduct{{ID: 7, Identifier: "MBX"}}
	w.uses("1001", "mbx", "1").Price = some("5")
	w.agreement(812, 250)
	w.customer("1002", 250, 812)
	w.uses("1002", "mbx", "1").Price = some("6")
	p := w.plan()
	want := []string{"source mail: product MBX stays as it is: the usage does not give all customers the same price and cost (mail/1001/mbx, mail/1002/mbx)"}
	if !slices.Equal(p.Warnings, want) {
		t.Errorf("warnings %q", p.Warnings)
	}
}

// TestRowsOfProductsAreSorted: a product's row is where its key belongs, before or after lines.
func TestRowsOfProductsAreSorted(t *testing.T) {
	w := newWorld()
	newArchive()(w)
	w.customer("!first", 250, 811)
	w.agreement(812, 250)
	w.customer("!first", 250, 811).Agreement = 812
	w.uses("!first", "arc", "1").Price = some("2.50")
	p := w.plan()
	checkRows(t, &p, `
		!first/arc create new_line quantity 1 from 2026-11-21 delta 2.5 USD
		/arc create new_product price 2.5
		1001/arc create new_line quantity 3 from 2026-11-21 delta 7.5 USD`)
	checkSound(t, w, &p)
}
