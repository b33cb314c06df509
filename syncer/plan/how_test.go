package plan_test

import (
	"fmt"
	"strings"
	"testing"

	"cwsync/syncer/billing"
)

// howCase is one combination of the parts of a quantity rule: what it makes of a usage, and in which words. An empty part is not there.
type howCase struct {
	divide, included, minimum string
	round                     billing.Rounding
	usage                     string
	how                       string
}

func (c *howCase) rule() billing.QuantityRule {
	rule := billing.QuantityRule{DivideBy: dec("1"), Round: c.round}
	if c.divide != "" {
		rule.DivideBy = dec(c.divide)
	}
	if c.included != "" {
		rule.Included = dec(c.included)
	}
	if c.minimum != "" {
		rule.Minimum = dec(c.minimum)
	}
	return rule
}

// billed is the quantity at the end of the words.
func (c *howCase) billed() string {
	parts := strings.Split(c.how, " = ")
	return parts[len(parts)-1]
}

func howCases() []howCase {
	const none, up, down, half = billing.RoundNone, billing.RoundUp, billing.RoundDown, billing.RoundHalfUp
	return []howCase{
		{"", "", "", none, "25", "25"},
		{"", "", "", none, "25.500", "25.5"},
		{"", "", "", none, "25.12345649", "25.12345649 = 25.123456"},
		{"", "", "", up, "25", "25, rounded up = 25"},
		{"", "", "", up, "25.1", "25.1, rounded up = 26"},
		{"", "", "", down, "25.9", "25.9, rounded down = 25"},
		{"", "", "", half, "25.5", "25.5, rounded half up = 26"},

		{"10", "", "", none, "25", "25 ÷ 10 = 2.5"},
		{"10", "", "", up, "25", "25 ÷ 10, rounded up = 3"},
		{"10", "", "", down, "25", "25 ÷ 10, rounded down = 2"},
		{"10", "", "", half, "25", "25 ÷ 10, rounded half up = 3"},
		{"3", "", "", none, "25", "25 ÷ 3 = 8.333333"},
		{"0.5", "", "", none, "25", "25 ÷ 0.5 = 50"},
		{"1", "", "", none, "25", "25"},

		{"", "5", "", none, "25", "25 − 5 included = 20"},
		{"", "5", "", up, "24.2", "24.2 − 5 included, rounded up = 20"},
		{"", "5", "", down, "24.2", "24.2 − 5 included, rounded down = 19"},
		{"", "5", "", half, "24.5", "24.5 − 5 included, rounded half up = 20"},
		{"", "0.5", "", none, "25", "25 − 0.5 included = 24.5"},

		{"", "", "30", none, "25", "25, at least 30 = 30"},
		{"", "", "20", none, "25", "25, at least 20 = 25"},
		{"", "", "30.5", up, "25", "25, at least 30.5, rounded up = 31"},
		{"", "", "30.5", down, "25", "25, at least 30.5, rounded down = 30"},
		{"", "", "30.5", half, "25", "25, at least 30.5, rounded half up = 31"},

		{"10", "1", "", none, "25", "25 ÷ 10 − 1 included = 1.5"},
		{"10", "1", "", up, "25", "25 ÷ 10 − 1 included, rounded up = 2"},
		{"10", "1", "", down, "25", "25 ÷ 10 − 1 included, rounded down = 1"},
		{"10", "1", "", half, "25", "25 ÷ 10 − 1 included, rounded half up = 2"},

		{"10", "", "4", none, "25", "25 ÷ 10, at least 4 = 4"},
		{"10", "", "2", up, "25", "25 ÷ 10, at least 2, rounded up = 3"},
		{"10", "", "2.2", down, "21", "21 ÷ 10, at least 2.2, rounded down = 2"},
		{"10", "", "2.5", half, "21", "21 ÷ 10, at least 2.5, rounded half up = 3"},

		{"", "20", "10", none, "25", "25 − 20 included, at least 10 = 10"},
		{"", "20", "3", up, "25.5", "25.5 − 20 included, at least 3, rounded up = 6"},
		{"", "20", "3", down, "25.5", "25.5 − 20 included, at least 3, rounded down = 5"},
		{"", "30", "3", half, "25", "25 − 30 included, at least 3, rounded half up = 3"},

		{"10", "1", "1", none, "25", "25 ÷ 10 − 1 included, at least 1 = 1.5"},
		{"10", "1", "2", up, "25", "25 ÷ 10 − 1 included, at least 2, rounded up = 2"},
		{"10", "1", "1", down, "25", "25 ÷ 10 − 1 included, at least 1, rounded down = 1"},
		{"10", "1", "1", half, "25", "25 ÷ 10 − 1 included, at least 1, rounded half up = 2"},
	}
}

// TestHowOfEveryQuantityRule: each combination of the parts of the rule on a single line, on a line that bundles cover in part, and on merged lines.
func TestHowOfEveryQuantityRule(t *testing.T) {
	for _, c := range howCases() {
		t.Run(c.how, func(t *testing.T) {
			c.check(t, c.usage, c.how, func(w *world) { w.uses("1001", "mbx", c.usage) })
			usage := dec(c.usage)
			if rest, ok := strings.CutPrefix(c.how, usage.String()); ok {
				c.checkCovered(t, rest)
				c.checkMerged(t, rest)
			}
		})
	}
}

func (c *howCase) check(t *testing.T, what, want string, given func(w *world)) {
	t.Helper()
	w := newWorld()
	w.mbx().Quantity = c.rule()
	given(w)
	p := w.plan()
	row := &p.Changes[0]
	if row.How != want {
		t.Errorf("%s: how %q, wanted %q", what, row.How, want)
	}
	if got := row.After.Quantity.Decimal.String(); got != c.billed() {
		t.Errorf("%s: bills %s, and its words say %s", what, got, want)
	}
}

// checkCovered: the same usage is what is left over of more of which bundles cover seven.
func (c *howCase) checkCovered(t *testing.T, rest string) {
	t.Helper()
	usage := dec(c.usage)
	all := usage.Add(dec("7"))
	c.check(t, "in bundles", fmt.Sprintf("%s − 7 in bundles = %s%s", all, usage, rest), func(w *world) {
		bundle(w)
		w.uses("1001", "mbx", all.String())
		w.uses("1001", "suite", "7")
	})
}

// checkMerged: the same usage is the sum, or the largest, of that of two lines.
func (c *howCase) checkMerged(t *testing.T, rest string) {
	t.Helper()
	usage := dec(c.usage)
	for how, second := range map[billing.Merge]string{billing.MergeSum: usage.Sub(dec("2")).String(), billing.MergeMax: usage.String()} {
		word := map[billing.Merge]string{billing.MergeSum: "sum", billing.MergeMax: "largest"}[how]
		c.check(t, word, fmt.Sprintf("%s of 2 lines = %s%s", word, usage, rest), func(w *world) {
			mergeTwo(w, how)
			w.service("shared", "").Quantity = c.rule()
			w.uses("1001", "mbx", "2")
			w.uses("1001", "shared", second)
		})
	}
}

// TestHowOfZero: the quantity rule has no say where nothing is used, so the words are those of what made it zero, if anything did.
func TestHowOfZero(t *testing.T) {
	for _, c := range []struct {
		name  string
		given func(w *world)
		want  string
	}{
		{
			name:  "nothing used",
			given: func(w *world) { w.uses("1001", "mbx", "0") },
			want:  "",
		},
		{
			name: "nothing used, whatever the rule",
			given: func(w *world) {
				w.mbx().Quantity.Minimum = dec("5")
				w.uses("1001", "mbx", "0")
			},
			want: "",
		},
		{
			name: "all of it in bundles",
			given: func(w *world) {
				bundle(w)
				w.mbx().Quantity.Minimum = dec("5")
				w.uses("1001", "mbx", "4")
				w.uses("1001", "suite", "9")
			},
			want: "4 − 4 in bundles = 0",
		},
		{
			name: "the sum of nothing",
			given: func(w *world) {
				mergeTwo(w, billing.MergeSum)
				w.uses("1001", "mbx", "0")
				w.uses("1001", "shared", "0")
			},
			want: "sum of 2 lines = 0",
		},
		{
			name: "the largest of nothing",
			given: func(w *world) {
				mergeTwo(w, billing.MergeMax)
				w.uses("1001", "mbx", "0")
				w.uses("1001", "shared", "0")
			},
			want: "largest of 2 lines = 0",
		},
		{
			name: "a line that does not even begin to be billed",
			given: func(w *world) {
				w.mbx().Quantity.Included = dec("30")
				w.uses("1001", "mbx", "25")
			},
			want: "25 − 30 included = 0",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			c.given(w)
			w.ours(5, "1001", "mbx", "3")
			p := w.plan()
			if got := p.Changes[0].How; got != c.want {
				t.Errorf("how %q, wanted %q", got, c.want)
			}
			if got := p.Changes[0].After.Quantity; !got.Valid || !got.Decimal.IsZero() {
				t.Errorf("the line does not go to zero: %s", show(&p.Changes[0]))
			}
		})
	}
}

// TestHowIsOnlyOfLinesThatAreBilled: a line that is switched off, not billed or not in the usage has no quantity that could come about.
func TestHowIsOnlyOfLinesThatAreBilled(t *testing.T) {
	for _, c := range []struct {
		name  string
		given func(w *world)
	}{
		{"switched off", func(w *world) { w.mbx().Sync = false }},
		{"unlinked", func(w *world) { w.linked().Agreement = 0 }},
		{"unmapped", func(w *world) { w.mbx().Product = billing.ProductRef{} }},
		{"on trial", func(w *world) { w.sources["mail"].Usage.Lines[0].Status = billing.StatusTrial }},
		{"without its product", func(w *world) { w.current.Products = nil }},
		{"on a closed agreement", func(w *world) { w.edit(811, func(a *billing.Agreement) { a.Cancelled = true }) }},
		{"of a source that failed", func(w *world) { w.sources["mail"].Problem = "no such file" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			w.uses("1001", "mbx", "12")
			w.ours(5, "1001", "mbx", "10")
			c.given(w)
			p := w.plan()
			if got := p.Changes[0].How; got != "" {
				t.Errorf("how %q", got)
			}
		})
	}
}
