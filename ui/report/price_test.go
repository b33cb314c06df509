package report

import (
	"strings"
	"testing"

	"cwsync/syncer"
	"cwsync/syncer/plan"
)

// priced is a row whose price falls, with the words of how it came about.
func priced(code plan.Code, reason string) plan.Change {
	row := change("Contoso", "1001", "bus", plan.Update, code, reason)
	row.Before.UnitPrice, row.After.UnitPrice = num("4.5"), num("3.21")
	row.How = "405; cost 3.10 + 15 % = 3.57, Contoso −10 % = 3.21"
	return row
}

func TestHowAPriceCameAboutIsSaid(t *testing.T) {
	const how = "how: 405; cost 3.10 + 15 % = 3.57, Contoso −10 % = 3.21"
	changed := priced(plan.PriceChanged, "the price goes from 4.50 to 3.21")
	held := priced(plan.DriftPrice, "somebody changed the price")
	held.Action, held.Wanted, held.After = plan.Hold, held.After, plan.Values{}
	kept := priced(plan.UsageRose, "usage rose")
	kept.After = plan.Values{Quantity: num("405")}
	for name, c := range map[string]struct {
		row  plan.Change
		said bool
	}{"changed": {changed, true}, "held": {held, true}, "not written": {kept, false}} {
		got := planText(t, &plan.Plan{Changes: []plan.Change{c.row}}, TextOptions{Width: 160})
		if strings.Contains(got, how) != c.said {
			t.Errorf("%s: want said %v:\n%s", name, c.said, got)
		}
	}
}

func TestAPriceIsSaidOnce(t *testing.T) {
	once := priced(plan.PriceChanged, "the price goes from 4.50 to 3.21")
	if said := PlanRow(&once).Said(); said != "the price goes from 4.50 to 3.21" {
		t.Errorf("said %q", said)
	}
	with := priced(plan.UsageRose, "usage rose from 402 to 405")
	if said := PlanRow(&with).Said(); !strings.HasPrefix(said, "unit price 4.50 → 3.21") || !strings.HasSuffix(said, "usage rose from 402 to 405") {
		t.Errorf("said %q", said)
	}
}

// TestProductOfARun: a product that the run created has its id in the report, as has each line that got it.
func TestProductOfARun(t *testing.T) {
	row := change("", "", "arc", plan.Create, plan.NewProduct, "not in the catalog")
	row.Product, row.Addition = plan.Product{Identifier: "ARC"}, plan.Addition{}
	of := rowOf(&row, syncer.Outcome{Status: syncer.Applied, ProductID: 77}, true)
	if w := of.wire(); w.Product.ID != 77 || w.Product.Identifier != "ARC" || w.Addition != nil {
		t.Errorf("product %+v, addition %+v", w.Product, w.Addition)
	}
}
