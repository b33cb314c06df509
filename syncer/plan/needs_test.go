package plan_test

import (
	"slices"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

// needCase is one rule for what is read from ConnectWise: the agreements with all their additions, and the products by id and by identifier.
type needCase struct {
	name        string
	given       func(w *world)
	agreements  []int
	products    []int
	identifiers []string
}

func checkNeeds(t *testing.T, cases []needCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			c.given(w)
			got := plan.Needs(w.desired(), w.current.Owned, w.policy)
			if !slices.Equal(got.Agreements, c.agreements) {
				t.Errorf("agreements %v, wanted %v", got.Agreements, c.agreements)
			}
			if !slices.Equal(got.Products, c.products) {
				t.Errorf("products %v, wanted %v", got.Products, c.products)
			}
			if !slices.Equal(got.Identifiers, c.identifiers) {
				t.Errorf("identifiers %q, wanted %q", got.Identifiers, c.identifiers)
			}
		})
	}
}

func TestNeedsOfUsage(t *testing.T) {
	checkNeeds(t, []needCase{
		{
			name:        "a usage line needs its agreement and its product",
			given:       func(w *world) { w.uses("1001", "mbx", "1") },
			agreements:  []int{811},
			identifiers: []string{"MBX"},
		},
		{
			name: "a product that the set-up names by id is read by id",
			given: func(w *world) {
				w.uses("1001", "mbx", "1")
				w.mbx().Product = billing.ProductRef{ID: 7}
			},
			agreements: []int{811},
			products:   []int{7},
		},
		{
			name: "a product that is named both ways is read by id",
			given: func(w *world) {
				w.uses("1001", "mbx", "1")
				w.mbx().Product = billing.ProductRef{ID: 7, Identifier: "MBX"}
			},
			agreements: []int{811},
			products:   []int{7},
		},
		{
			name:        "zero usage needs no less: its line may have to end",
			given:       func(w *world) { w.uses("1001", "mbx", "0") },
			agreements:  []int{811},
			identifiers: []string{"MBX"},
		},
	})
}

func TestNeedsOfUsageThatCannotBeBilled(t *testing.T) {
	checkNeeds(t, []needCase{
		{
			name:  "a customer that is not linked needs nothing",
			given: func(w *world) { w.uses("9", "mbx", "1") },
		},
		{
			name: "a customer without an agreement needs nothing",
			given: func(w *world) {
				w.uses("1001", "mbx", "1")
				w.linked().Agreement = 0
			},
		},
		{
			name: "a customer without a company needs nothing",
			given: func(w *world) {
				w.uses("1001", "mbx", "1")
				w.linked().Company = 0
			},
		},
		{
			name:  "a service that is not in the set-up needs nothing",
			given: func(w *world) { w.uses("1001", "new", "1") },
		},
		{
			name: "a service without a product needs nothing",
			given: func(w *world) {
				w.uses("1001", "mbx", "1")
				w.mbx().Product = billing.ProductRef{}
			},
		},
		{
			name: "a mapped service that nobody uses needs nothing",
			given: func(w *world) {
				w.service("idle", "IDLE")
				w.uses("1001", "mbx", "1")
			},
			agreements:  []int{811},
			identifiers: []string{"MBX"},
		},
		{
			name: "a linked customer without usage needs nothing",
			given: func(w *world) {
				w.customer("1002", 250, 812)
				w.uses("1001", "mbx", "1")
			},
			agreements:  []int{811},
			identifiers: []string{"MBX"},
		},
		{
			name: "everything once, agreements and products in order",
			given: func(w *world) {
				w.customer("1002", 250, 799)
				w.service("a", "A")
				w.service("b", "").Product = billing.ProductRef{ID: 30}
				w.service("c", "").Product = billing.ProductRef{ID: 4}
				for _, service := range []string{"mbx", "c", "a", "b"} {
					w.uses("1001", service, "1")
					w.uses("1002", service, "1")
				}
			},
			agreements:  []int{799, 811},
			products:    []int{4, 30},
			identifiers: []string{"A", "MBX"},
		},
	})
}

func TestNeedsOfLinesThatAreNotBilled(t *testing.T) {
	checkNeeds(t, []needCase{
		{
			name: "a switched-off line that is not ours needs its product, as it may stop a merged line",
			given: func(w *world) {
				w.uses("1001", "mbx", "1")
				w.mbx().Sync = false
			},
			identifiers: []string{"MBX"},
		},
		{
			name: "a switched-off line of ours needs its agreement, to say whether it bills",
			given: func(w *world) {
				w.uses("1001", "mbx", "1")
				w.mbx().Sync = false
				w.owns(5, "1001", "mbx", 815, 7, "1")
			},
			agreements:  []int{815},
			identifiers: []string{"MBX"},
		},
		{
			name: "a trial that is not ours needs its product alone",
			given: func(w *world) {
				w.uses("1001", "mbx", "1").Status = billing.StatusTrial
			},
			identifiers: []string{"MBX"},
		},
		{
			name: "a closed line of ours needs its agreement, and the one that it is linked to, where it may have to end",
			given: func(w *world) {
				w.uses("1001", "mbx", "1").Status = billing.StatusClosed
				w.owns(5, "1001", "mbx", 815, 7, "1")
			},
			agreements:  []int{811, 815},
			identifiers: []string{"MBX"},
		},
		{
			name: "an unlinked line of ours needs the agreement that it is on",
			given: func(w *world) {
				w.uses("1001", "mbx", "1")
				w.linked().Agreement = 0
				w.owns(5, "1001", "mbx", 815, 7, "1")
			},
			agreements: []int{815},
		},
		{
			name: "an unmapped line of ours needs the agreement that it is on",
			given: func(w *world) {
				w.uses("1001", "new", "1")
				w.owns(5, "1001", "new", 815, 7, "1")
			},
			agreements: []int{815},
		},
		{
			name: "a source that is switched off: its lines of ours",
			given: func(w *world) {
				w.mail().Sync = false
				w.uses("1001", "mbx", "1")
				w.owns(5, "1001", "mbx", 815, 7, "1")
			},
			agreements:  []int{815},
			identifiers: []string{"MBX"},
		},
	})
}

func TestNeedsOfOurAdditions(t *testing.T) {
	checkNeeds(t, []needCase{
		{
			name: "a line of ours that is absent needs the agreement that it is on",
			given: func(w *world) {
				w.stays()
				w.owns(5, "1001", "mbx", 815, 7, "1")
			},
			agreements: []int{815},
		},
		{
			name: "of a complete source also the agreement and the product that it is mapped to",
			given: func(w *world) {
				w.stays()
				w.mail().Complete = true
				w.owns(5, "1001", "mbx", 815, 7, "1")
			},
			agreements:  []int{811, 815},
			identifiers: []string{"MBX"},
		},
		{
			name: "a mapping that moved needs the old agreement and the new one",
			given: func(w *world) {
				w.uses("1001", "mbx", "1")
				w.owns(5, "1001", "mbx", 815, 7, "1")
			},
			agreements:  []int{811, 815},
			identifiers: []string{"MBX"},
		},
		{
			name: "two additions of one key need both agreements",
			given: func(w *world) {
				w.uses("1001", "mbx", "1")
				w.owns(5, "1001", "mbx", 815, 7, "1")
				w.owns(6, "1001", "mbx", 816, 7, "1")
			},
			agreements:  []int{811, 815, 816},
			identifiers: []string{"MBX"},
		},
		{
			name: "what our own cancel ended needs nothing",
			given: func(w *world) {
				w.stays()
				w.owns(5, "1001", "mbx", 815, 7, "1").Ended = today
			},
		},
		{
			name: "a source that is out of the set-up: its lines of ours",
			given: func(w *world) {
				w.stays()
				w.owns(5, "gone:1", "x", 815, 7, "1")
			},
			agreements: []int{815},
		},
		{
			name: "a source that failed: its lines of ours and no product",
			given: func(w *world) {
				w.sources["mail"].Problem = "no such file"
				w.owns(5, "1001", "mbx", 811, 7, "1")
			},
			agreements: []int{811},
		},
		{
			name:       "a source that gave nothing: its lines of ours and no product",
			given:      func(w *world) { w.owns(5, "1001", "mbx", 811, 7, "1") },
			agreements: []int{811},
		},
	})
}

// twoLines are a line of 1001 that is new and one of 1002 that is ours elsewhere.
func twoLines(w *world) {
	w.uses("1001", "mbx", "1")
	w.customer("1002", 250, 812)
	w.service("other", "OTHER")
	w.uses("1002", "other", "1")
	w.owns(5, "1002", "other", 815, 8, "1")
}

func TestNeedsOfNarrowedRuns(t *testing.T) {
	checkNeeds(t, []needCase{
		{
			name:        "not narrowed",
			given:       twoLines,
			agreements:  []int{811, 812, 815},
			identifiers: []string{"MBX", "OTHER"},
		},
		{
			name: "agreements of other customers are not read, their products are: two lines may share one",
			given: func(w *world) {
				twoLines(w)
				w.policy.Customers = []string{"1001"}
			},
			agreements:  []int{811},
			identifiers: []string{"MBX", "OTHER"},
		},
		{
			name: "nor those of a source that is not asked",
			given: func(w *world) {
				twoLines(w)
				w.customer("web:w1", 250, 813)
				w.service("web:site", "SITE")
				w.uses("web:w1", "site", "1")
				w.policy.Sources = []string{"web"}
				w.sources["mail"].NotRead = true
				w.sources["mail"].Usage = billing.Usage{}
			},
			agreements:  []int{813},
			identifiers: []string{"SITE"},
		},
		{
			name: "a customer that is not there needs nothing",
			given: func(w *world) {
				twoLines(w)
				w.policy.Customers = []string{"nobody"}
			},
			identifiers: []string{"MBX", "OTHER"},
		},
		{
			name: "leaving a line out narrows nothing: its row says what is held back",
			given: func(w *world) {
				twoLines(w)
				w.policy.LeftOut = []string{"mail/1001/mbx"}
			},
			agreements:  []int{811, 812, 815},
			identifiers: []string{"MBX", "OTHER"},
		},
	})
}

func TestNeedsOfNarrowedRunsOfMergedLines(t *testing.T) {
	checkNeeds(t, []needCase{
		{
			name: "a member of a merged line whose old agreement is elsewhere comes along",
			given: func(w *world) {
				twoCustomers(w, billing.MergeSum)
				w.uses("1001", "mbx", "1")
				w.uses("1002", "mbx", "1")
				w.owns(5, "1002", "mbx", 815, 7, "1")
				w.policy.Customers = []string{"1001"}
			},
			agreements:  []int{811, 815},
			identifiers: []string{"MBX"},
		},
		{
			name: "a switched-off member that is asked for takes the additions of its merged line along",
			given: func(w *world) {
				twoCustomers(w, billing.MergeSum)
				w.linked().Sync = false
				w.uses("1001", "mbx", "1")
				w.uses("1002", "mbx", "1")
				w.owns(5, "1002", "mbx", 811, 7, "1")
				w.policy.Customers = []string{"1001"}
			},
			agreements:  []int{811},
			identifiers: []string{"MBX"},
		},
		{
			name: "a switched-off line that does not merge takes nothing along",
			given: func(w *world) {
				twoCustomers(w, billing.MergeNone)
				w.linked().Sync = false
				w.uses("1001", "mbx", "1")
				w.uses("1002", "mbx", "1")
				w.owns(5, "1002", "mbx", 811, 7, "1")
				w.policy.Customers = []string{"1001"}
			},
			identifiers: []string{"MBX"},
		},
	})
}
