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

func TestPickThatIsNotOursWarns(t *testing.T) {
	w := newWorld()
	w.linked().Additions = map[string]int{"mbx": 9}
	w.uses("1001", "mbx", "12")
	w.ours(5, "1001", "mbx", "12")
	w.line(9, "12")
	p := w.plan()
	if len(p.Changes[0].Warnings) != 1 {
		t.Errorf("warnings %q", p.Changes[0].Warnings)
	}
}

func TestNeeds(t *testing.T) {
	for _, c := range []struct {
		name        string
		given       func(w *world)
		agreements  []int
		products    []int
		identifiers []string
	}{
		{"a usage line", func(w *world) { w.uses("1001", "mbx", "1") }, []int{811}, []int{}, []string{"MBX"}},
		{"a product by id", func(w *world) { w.uses("1001", "mbx", "1"); w.mbx().Product = billing.ProductRef{ID: 7} }, []int{811}, []int{7}, []string{}},
		{"an unlinked customer", func(w *world) { w.uses("9", "mbx", "1") }, []int{}, []int{}, []string{}},
		{"an unmapped service", func(w *world) { w.uses("1001", "new", "1") }, []int{}, []int{}, []string{}},
		{"a switched-off line that is not ours needs its product alone", func(w *world) { w.uses("1001", "mbx", "1"); w.mbx().Sync = false }, []int{}, []int{}, []string{"MBX"}},
		{"a switched-off line of ours", func(w *world) {
			w.uses("1001", "mbx", "1")
			w.mbx().Sync = false
			w.owns(5, "1001", "mbx", 811, 7, "1")
		}, []int{811}, []int{}, []string{"MBX"}},
		{"an absent line of ours", func(w *world) { w.stays(); w.owns(5, "1001", "mbx", 815, 7, "1") }, []int{815}, []int{}, []string{}},
		{"an absent line of ours of a complete source", func(w *world) {
			w.stays()
			w.mail().Complete = true
			w.owns(5, "1001", "mbx", 815, 7, "1")
		}, []int{811, 815}, []int{}, []string{"MBX"}},
		{"a moved mapping needs both agreements", func(w *world) { w.uses("1001", "mbx", "1"); w.owns(5, "1001", "mbx", 815, 7, "1") }, []int{811, 815}, []int{}, []string{"MBX"}},
		{"ended ownership needs nothing", func(w *world) { w.stays(); w.owns(5, "1001", "mbx", 815, 7, "1").Ended = today }, []int{}, []int{}, []string{}},
		{"two additions of one key need both agreements", func(w *world) {
			w.uses("1001", "mbx", "1")
			w.owns(5, "1001", "mbx", 815, 7, "1")
			w.owns(6, "1001", "mbx", 816, 7, "1")
		}, []int{811, 815, 816}, []int{}, []string{"MBX"}},
		{"a source out of the set-up", func(w *world) { w.stays(); w.owns(5, "gone:1", "x", 815, 7, "1") }, []int{815}, []int{}, []string{}},
		{"agreements out of scope are not read", func(w *world) {
			w.uses("1001", "mbx", "1")
			w.customer("1002", 250, 812)
			w.uses("1002", "mbx", "1")
			w.owns(5, "1002", "mbx", 812, 7, "1")
			w.policy.Customers = []string{"1001"}
		}, []int{811}, []int{}, []string{"MBX"}},
		{"a member out of scope whose mapping moved into a line in scope", func(w *world) {
			twoCustomers(w, billing.MergeSum)
			w.uses("1001", "mbx", "1")
			w.uses("1002", "mbx", "1")
			w.owns(5, "1002", "mbx", 815, 7, "1")
			w.policy.Customers = []string{"1001"}
		}, []int{811, 815}, []int{}, []string{"MBX"}},
		{"a source that failed: its owned lines", func(w *world) {
			w.sources["mail"].Problem = "no such file"
			w.owns(5, "1001", "mbx", 811, 7, "1")
		}, []int{811}, []int{}, []string{}},
		{"each once and in order", func(w *world) {
			w.customer("1002", 250, 799)
			w.service("a", "A")
			w.uses("1001", "mbx", "1")
			w.uses("1002", "mbx", "1")
			w.uses("1002", "a", "1")
		}, []int{799, 811}, []int{}, []string{"A", "MBX"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			c.given(w)
			got := plan.Needs(w.desired(), w.current.Owned, w.policy)
			if !slices.Equal(got.Agreements, c.agreements) || !slices.Equal(got.Products, c.products) || !slices.Equal(got.Identifiers, c.identifiers) {
				t.Errorf("needs %+v, wanted %v %v %v", got, c.agreements, c.products, c.identifiers)
			}
		})
	}
}

func TestNothingAtAll(t *testing.T) {
	p := plan.Build(plan.Desired{}, plan.Current{Today: today}, plan.Policy{Now: now})
	if len(p.Changes)+len(p.Sources)+len(p.Warnings) != 0 || p.Held() || p.Summary().Pending() != 0 {
		t.Errorf("plan of nothing: %+v", p)
	}
}
