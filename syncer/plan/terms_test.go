package plan_test

import (
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

func TestTermsAreOfRowsThatWriteOrAdopt(t *testing.T) {
	for name, c := range map[string]struct {
		given func(w *world)
		want  []bool // whether the rows have terms, in the order of the plan
	}{
		"a new line":  {func(w *world) { w.uses("1001", "mbx", "3") }, []bool{true}},
		"a change":    {func(w *world) { w.ours(5, "1001", "mbx", "4"); w.uses("1001", "mbx", "3") }, []bool{true}},
		"an adoption": {func(w *world) { w.line(5, "3"); w.uses("1001", "mbx", "3") }, []bool{true}},
		"unchanged":   {func(w *world) { w.ours(5, "1001", "mbx", "3"); w.uses("1001", "mbx", "3") }, []bool{false}},
		"held":        {func(w *world) { w.ours(5, "1001", "mbx", "30"); w.uses("1001", "mbx", "3") }, []bool{false}},
		"left out":    {func(w *world) { w.uses("1001", "mbx", "3"); w.leaveOut("mail/1001/mbx") }, []bool{false}},
		"a dated change": {func(w *world) {
			w.mbx().Change = billing.Dated
			w.ours(5, "1001", "mbx", "4")
			w.uses("1001", "mbx", "3")
		}, []bool{true, true}},
		"a moved mapping": {func(w *world) {
			w.ours(5, "1001", "mbx", "4")
			w.agreement(812, 250)
			w.linked().Agreement = 812
			w.uses("1001", "mbx", "4")
			w.accept("mail/1001/mbx")
		}, []bool{true, true}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			c.given(w)
			p := w.plan()
			if len(p.Changes) != len(c.want) {
				t.Fatalf("%d rows:\n%s", len(p.Changes), rows(&p))
			}
			for i := range p.Changes {
				if row := &p.Changes[i]; (row.Terms != "") != c.want[i] {
					t.Errorf("%s has the terms %q", show(row), row.Terms)
				} else if agreement := w.current.Agreements[row.Agreement.ID]; c.want[i] && row.TermsChanged(&agreement, &w.current.Products[0]) != "" {
					t.Errorf("%s: %s", show(row), row.TermsChanged(&agreement, &w.current.Products[0]))
				}
			}
		})
	}
}

// TestTermsStayTheSame pins a fingerprint: plans are kept with it, and another version of the program applies them.
func TestTermsStayTheSame(t *testing.T) {
	w := newWorld()
	w.invoiced()
	w.uses("1001", "mbx", "3")
	p := w.plan()
	if got := p.Changes[0].Terms; got != "a8404c5fbffa8c84-50ae1e3be129cf35" {
		t.Errorf("the terms are %q", got)
	}
}

// TestALineThatEndsNeedsNoProduct: ending an old line is right whatever became of its product, and the product of an old mapping is not read.
func TestALineThatEndsNeedsNoProduct(t *testing.T) {
	w := newWorld()
	w.ours(5, "1001", "mbx", "4")
	w.product(8, "NEW", "4")
	w.mbx().Product = billing.ProductRef{Identifier: "NEW"}
	w.uses("1001", "mbx", "4")
	w.accept("mail/1001/mbx")
	p := w.plan()
	agreement := w.current.Agreements[811]
	if ends := &p.Changes[0]; ends.Action != plan.Cancel || ends.NeedsProduct() || ends.TermsChanged(&agreement, nil) != "" {
		t.Errorf("%s: %v %q", show(ends), ends.NeedsProduct(), ends.TermsChanged(&agreement, nil))
	}
	if begins := &p.Changes[1]; begins.Action != plan.Create || !begins.NeedsProduct() || begins.TermsChanged(&agreement, nil) == "" {
		t.Errorf("%s: %v %q", show(begins), begins.NeedsProduct(), begins.TermsChanged(&agreement, nil))
	}
}
