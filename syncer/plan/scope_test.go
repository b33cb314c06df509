package plan_test

import (
	"slices"
	"strings"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

func TestFilters(t *testing.T) {
	given := func(sources, customers []string) func(w *world) {
		return func(w *world) {
			w.policy.Sources, w.policy.Customers = sources, customers
			w.product(9, "SITE", "1")
			w.service("web:site", "SITE")
			w.customer("web:1001", 250, 811)
			w.customer("1002", 250, 812)
			w.agreement(812, 250)
			w.uses("1001", "mbx", "3")
			w.uses("1002", "mbx", "3")
			w.uses("web:1001", "site", "3")
			w.ours(5, "1001", "old", "1")
		}
	}
	mail1 := "1001/mbx hold ambiguous_lines\n1001/old hold unmapped_service #5\n"
	mail2 := "1002/mbx create new_line quantity 3 from 2026-11-21 delta 12 USD\n"
	web := "web/1001/site create new_line quantity 3 from 2026-11-21 delta 3 USD"
	checkRules(t, []rule{
		{"none", given(nil, nil), mail1 + mail2 + web},
		{"one source", given([]string{"web"}, nil), web},
		{"both sources", given([]string{"web", "mail"}, nil), mail1 + mail2 + web},
		{"one customer of every source", given(nil, []string{"1001"}), mail1 + web},
		{"one customer of one source", given([]string{"mail"}, []string{"1002"}), mail2},
		{"a customer that is not there", given(nil, []string{"7"}), ""},
	})
}

func TestRowsAreSortedByTheWrittenKey(t *testing.T) {
	w := newWorld()
	ids := []string{"a", "a-b", "a/b", "a.b", "A", "a%", "aa", "b", "10", "9", "ä", "a b", "abcdefghij", "abcdefghi", "abcdefgh", "abcdefgh/"}
	for _, id := range ids {
		w.uses(id, "mbx", "1")
		w.uses(id, "m", "1")
	}
	p := w.plan()
	var keys []string
	for i := range p.Changes {
		keys = append(keys, p.Changes[i].Key.String())
	}
	if len(keys) != 2*len(ids) || !slices.IsSortedFunc(keys, strings.Compare) {
		t.Errorf("keys %q", keys)
	}
}

func TestRowsSayWhoAndWhat(t *testing.T) {
	w := newWorld()
	line := w.uses("1001", "mbx", "12")
	line.CustomerName, line.ServiceName = "Contoso", "Mailboxes"
	w.ours(5, "1001", "mbx", "10")
	p := w.plan()
	c := p.Changes[0]
	if c.Customer != (plan.Named{ID: "1001", Name: "Contoso"}) || c.Service != (plan.Named{ID: "mbx", Name: "service mbx"}) {
		t.Errorf("customer %+v service %+v", c.Customer, c.Service)
	}
	if c.Company != (plan.Numbered{ID: 250, Name: "company 250"}) || c.Agreement != (plan.Numbered{ID: 811, Name: "agreement 811"}) {
		t.Errorf("company %+v agreement %+v", c.Company, c.Agreement)
	}
	if c.Product != (plan.Product{ID: 7, Identifier: "MBX"}) || c.Addition != (plan.Addition{ID: 5, Version: "v5"}) || c.Quantity.Decimal.String() != "10" || c.Usage.Decimal.String() != "12" {
		t.Errorf("product %+v addition %+v quantity %v usage %v", c.Product, c.Addition, c.Quantity, c.Usage)
	}
	if !slices.Equal(c.Open, []plan.Addition{{ID: 5, Version: "v5"}}) {
		t.Errorf("open %+v", c.Open)
	}
	if p.Today != today {
		t.Errorf("today %s", p.Today)
	}
}

func TestRowsOfLinesOutOfTheSetUpSayWhatIsKnown(t *testing.T) {
	w := newWorld()
	w.stays()
	w.ours(5, "gone:1", "x", "10")
	p := w.plan()
	c := p.Changes[0]
	if c.Agreement != (plan.Numbered{ID: 811, Name: "agreement 811"}) || c.Company != (plan.Numbered{ID: 250, Name: "company 250"}) || c.Product.ID != 7 {
		t.Errorf("agreement %+v company %+v product %+v", c.Agreement, c.Company, c.Product)
	}
}

func TestOpenListsWhatTheWriteWasPlannedAgainst(t *testing.T) {
	w := newWorld()
	w.uses("1001", "mbx", "12")
	w.line(9, "1").Bill = billing.NoCharge
	w.line(8, "1").Cancelled = today
	w.line(6, "1").Cancelled = date("2026-12-31")
	w.ours(5, "1001", "mbx", "10")
	p := w.plan()
	want := []plan.Addition{{ID: 5, Version: "v5"}, {ID: 6, Version: "v6"}, {ID: 9, Version: "v9"}}
	if !slices.Equal(p.Changes[0].Open, want) {
		t.Errorf("open %+v", p.Changes[0].Open)
	}
}

func TestNothingAtAll(t *testing.T) {
	p := plan.Build(plan.Desired{}, plan.Current{Today: today}, plan.Policy{Now: now})
	if len(p.Changes)+len(p.Sources)+len(p.Warnings) != 0 || p.Held() || p.Summary().Pending() != 0 {
		t.Errorf("plan of nothing: %+v", p)
	}
}
