package plan_test

import (
	"slices"
	"strings"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

// share records who else addition 5 was written for.
func (w *world) share(id int, keys ...string) {
	at := slices.IndexFunc(w.current.Owned, func(o plan.Owned) bool { return o.AdditionID == id })
	for _, text := range keys {
		w.current.Owned[at].Members = append(w.current.Owned[at].Members, key(text))
	}
}

// halfThere is a merged line of 45 for customers 1001 and 1002, of whom only 1001 is in the usage now, with 20.
func halfThere(w *world) {
	twoCustomers(w, billing.MergeSum)
	w.ours(5, "1001", "mbx", "45")
	w.share(5, "mail/1001/mbx", "mail/1002/mbx")
	w.uses("1001", "mbx", "20")
}

func TestAbsentMemberOfAMergedLine(t *testing.T) {
	const stays = "1001/mbx skip not_in_usage #5"
	const falls = "1001/mbx hold guard_drop #5 wanted quantity 20 delta -100 USD"
	checkRules(t, []rule{
		{"of an incomplete source lowers nothing", halfThere, stays},
		{"nor does the largest of them", func(w *world) {
			halfThere(w)
			w.mbx().Merge = billing.MergeMax
		}, stays},
		{"nor does it raise anything", func(w *world) {
			halfThere(w)
			w.counts("1001", "mbx", "46")
		}, stays},
		{"nor does it where the others count nothing", func(w *world) {
			halfThere(w)
			w.mail().OnZero = billing.ZeroCancel
			w.counts("1001", "mbx", "0")
		}, stays},
		{"nor is its line written where the quantity happens to be the same", func(w *world) {
			halfThere(w)
			w.counts("1001", "mbx", "45")
		}, stays},
		{"one of three: the others are part of the one that is left", func(w *world) {
			halfThere(w)
			w.customer("1003", 250, 811)
			w.share(5, "mail/1003/mbx")
			w.uses("1003", "mbx", "5")
		}, stays + `
			1003/mbx skip merged_into into 1001/mbx`},
		{"the one that carried it", func(w *world) {
			twoCustomers(w, billing.MergeSum)
			w.ours(5, "1001", "mbx", "45")
			w.share(5, "mail/1001/mbx", "mail/1002/mbx")
			w.uses("1002", "mbx", "20")
		}, "1002/mbx skip not_in_usage #5"},
		{"of a complete source is not counted", func(w *world) { halfThere(w); w.mail().Complete = true }, falls},
		{"that is there again", func(w *world) {
			halfThere(w)
			w.uses("1002", "mbx", "26")
		}, `1001/mbx update usage_rose #5 quantity 45→46 delta 4 USD
			1002/mbx skip merged_into into 1001/mbx`},
		{"that is there with another status is not absent", func(w *world) {
			halfThere(w)
			w.uses("1002", "mbx", "26").Status = billing.StatusTrial
		}, falls + "\n1002/mbx skip status_not_billed"},
		{"accepting it zeroes nothing", func(w *world) { halfThere(w); w.accept("mail/1001/mbx", "mail/1002/mbx") }, stays},
		{"a filter on the absent one changes nothing", func(w *world) { halfThere(w); w.policy.Customers = []string{"1002"} }, ""},
		{"a filter on the other one takes the line", func(w *world) { halfThere(w); w.policy.Customers = []string{"1001"} }, stays},
		{"all absent: as any absent line", func(w *world) {
			halfThere(w)
			w.sources["mail"].Usage.Lines = nil
			w.uses("1009", "mbx", "1")
		}, `1001/mbx skip not_in_usage #5
			1009/mbx skip unlinked_customer`},
		{"a mapping that moves takes the absent one along: nothing is ended for it", func(w *world) {
			halfThere(w)
			w.product(8, "NEW", "4")
			w.mbx().Product = billing.ProductRef{Identifier: "NEW"}
			w.accept("mail/1001/mbx")
		}, stays},
	})
}

func TestAbsentMemberThatTheSetupLetGo(t *testing.T) {
	const falls = "1001/mbx hold guard_drop #5 wanted quantity 20 delta -100 USD"
	two := func(w *world) *billing.Customer { return w.customer("1002", 0, 0) }
	checkRules(t, []rule{
		{"unlinked", func(w *world) { halfThere(w); two(w).Agreement, two(w).Company = 0, 0 }, falls},
		{"linked to another agreement", func(w *world) { halfThere(w); w.agreement(812, 250); two(w).Agreement = 812 }, falls},
		{"switched off", func(w *world) { halfThere(w); two(w).Sync = false }, falls},
		{"its service switched off for it", func(w *world) { halfThere(w); two(w).ServicesOff = []string{"mbx"} }, falls},
		{"out of the set-up", func(w *world) { halfThere(w); w.mail().Customers = w.mail().Customers[:1] }, falls},
		{"its service unmapped", func(w *world) {
			mergeTwo(w, billing.MergeSum)
			w.ours(5, "1001", "mbx", "45")
			w.share(5, "mail/1001/mbx", "mail/1001/shared")
			w.uses("1001", "mbx", "20")
			w.service("shared", "").Product = billing.ProductRef{}
		}, falls},
		{"its service mapped to another product", func(w *world) {
			mergeTwo(w, billing.MergeSum)
			w.ours(5, "1001", "mbx", "45")
			w.share(5, "mail/1001/mbx", "mail/1001/shared")
			w.uses("1001", "mbx", "20")
			w.product(8, "NEW", "4")
			w.service("shared", "").Product = billing.ProductRef{Identifier: "NEW"}
		}, falls},
		{"its service out of the set-up", func(w *world) {
			w.mbx().Merge = billing.MergeSum
			w.ours(5, "1001", "mbx", "45")
			w.share(5, "mail/1001/mbx", "mail/1001/retired")
			w.uses("1001", "mbx", "20")
		}, falls},
	})
}

func TestAnAbsentMemberIsNamed(t *testing.T) {
	w := newWorld()
	halfThere(w)
	p := w.plan()
	row := &p.Changes[0]
	if !strings.HasPrefix(row.Reason, "mail/1002/mbx is part of this merged line and not in the usage") || !strings.Contains(row.Reason, "complete: true") {
		t.Errorf("reason %q", row.Reason)
	}
	if !slices.Equal(row.Warnings, []string{"the addition goes on billing 45 while a part of it is not in the usage"}) {
		t.Errorf("warnings %q", row.Warnings)
	}
	w.customer("1003", 250, 811)
	w.share(5, "mail/1003/mbx")
	w.personSets(5, "0")
	p = w.plan()
	if row = &p.Changes[0]; !strings.HasPrefix(row.Reason, "mail/1002/mbx and 1 more are part of") || len(row.Warnings) > 0 {
		t.Errorf("reason %q, warnings %q", row.Reason, row.Warnings)
	}
}

func TestARowThatCarriesAMergedLineNamesItsMembers(t *testing.T) {
	for name, c := range map[string]struct {
		given func(w *world)
		want  [][]billing.Key // of each row
	}{
		"a new line":      {func(*world) {}, [][]billing.Key{both, nil}},
		"a change":        {func(w *world) { w.ours(5, "1001", "mbx", "4") }, [][]billing.Key{both, nil}},
		"an adoption":     {func(w *world) { w.line(5, "4") }, [][]billing.Key{both, nil}},
		"unchanged":       {func(w *world) { w.ours(5, "1001", "mbx", "12") }, [][]billing.Key{both, nil}},
		"held":            {func(w *world) { w.ours(5, "1001", "mbx", "90") }, [][]billing.Key{nil, nil}},
		"a dated change":  {func(w *world) { w.mbx().Change = billing.Dated; w.ours(5, "1001", "mbx", "11") }, [][]billing.Key{both, nil, nil}},
		"nothing to bill": {func(w *world) { w.counts("1001", "mbx", "0"); w.counts("1002", "mbx", "0") }, [][]billing.Key{nil, nil}},
		"a line of one":   {func(w *world) { w.silent("1002", "mbx") }, [][]billing.Key{nil}},
		"claimed by both": {func(w *world) { w.mbx().Merge = billing.MergeNone }, [][]billing.Key{nil, nil}},
		"one is switched": {func(w *world) { w.linked().Sync = false }, [][]billing.Key{nil, nil}},
		"a line that ended": {func(w *world) {
			w.counts("1001", "mbx", "0")
			w.counts("1002", "mbx", "0")
			w.mail().OnZero = billing.ZeroCancel
			w.ours(5, "1001", "mbx", "3")
		}, [][]billing.Key{nil, nil}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			twoCustomers(w, billing.MergeSum)
			w.uses("1002", "mbx", "5")
			w.uses("1001", "mbx", "7")
			c.given(w)
			p := w.plan()
			if len(p.Changes) != len(c.want) {
				t.Fatalf("rows:\n%s", rows(&p))
			}
			for i := range p.Changes {
				if !slices.Equal(p.Changes[i].Members, c.want[i]) {
					t.Errorf("%s has the members %v", show(&p.Changes[i]), p.Changes[i].Members)
				}
			}
		})
	}
}

var both = []billing.Key{key("mail/1001/mbx"), key("mail/1002/mbx")}
