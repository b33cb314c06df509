package plan_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"cwsync/syncer/plan"

	"github.com/shopspring/decimal"
)

// rule is one rule of the contract: a world and the rows that must come of it.
type rule struct {
	name  string
	given func(w *world)
	want  string // rows as show writes them, one a line
}

func checkRules(t *testing.T, rules []rule) {
	t.Helper()
	seen := map[string]bool{}
	for _, r := range rules {
		if seen[r.name] {
			t.Errorf("two rules are called %q", r.name)
		}
		seen[r.name] = true
		t.Run(r.name, func(t *testing.T) {
			w := newWorld()
			r.given(w)
			p := w.plan()
			checkRows(t, &p, r.want)
			checkSound(t, w, &p)
		})
	}
}

func checkRows(t *testing.T, p *plan.Plan, want string) {
	t.Helper()
	var rows []string
	for i := range p.Changes {
		rows = append(rows, show(&p.Changes[i]))
	}
	var wanted []string
	for line := range strings.SplitSeq(want, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			wanted = append(wanted, line)
		}
	}
	if !slices.Equal(rows, wanted) {
		t.Errorf("rows:\n  %s\nwanted:\n  %s", strings.Join(rows, "\n  "), strings.Join(wanted, "\n  "))
	}
}

// show writes a row as tests expect it, without what is absent:
// `1001/mbx update usage_rose #5 adopts quantity 10→12 delta 8 USD`.
func show(c *plan.Change) string {
	var b strings.Builder
	b.WriteString(strings.TrimPrefix(c.Key.String(), "mail/"))
	fmt.Fprintf(&b, " %s %s", c.Action, c.Code)
	if c.Addition.ID != 0 {
		fmt.Fprintf(&b, " #%d", c.Addition.ID)
	}
	if c.Adopts {
		b.WriteString(" adopts")
	}
	b.WriteString(values("", c.Before, c.After))
	b.WriteString(values("wanted ", plan.Values{}, c.Wanted))
	if !c.MonthlyDelta.IsZero() {
		b.WriteString(strings.TrimRight(fmt.Sprintf(" delta %s %s", c.MonthlyDelta, c.Currency), " "))
	}
	if c.Into != nil {
		b.WriteString(" into " + strings.TrimPrefix(c.Into.String(), "mail/"))
	}
	if c.Step != 0 {
		fmt.Fprintf(&b, " step %d", c.Step)
	}
	if len(c.Releases) > 0 {
		fmt.Fprintf(&b, " releases %v", c.Releases)
	}
	if c.Accepted {
		b.WriteString(" accepted")
	}
	return b.String()
}

func values(word string, before, after plan.Values) string {
	text := ""
	number := func(name string, x, y decimal.NullDecimal) {
		switch {
		case x.Valid && y.Valid:
			text += fmt.Sprintf(" %s%s %s→%s", word, name, x.Decimal, y.Decimal)
		case y.Valid:
			text += fmt.Sprintf(" %s%s %s", word, name, y.Decimal)
		}
	}
	number("quantity", before.Quantity, after.Quantity)
	number("price", before.UnitPrice, after.UnitPrice)
	number("cost", before.UnitCost, after.UnitCost)
	if after.Taxable != nil {
		text += fmt.Sprintf(" %staxable %t", word, *after.Taxable)
	}
	if !after.Effective.IsZero() {
		text += " " + word + "from " + after.Effective.String()
	}
	if !after.Cancelled.IsZero() {
		if !before.Cancelled.IsZero() {
			text += " was until " + before.Cancelled.String()
		}
		text += " " + word + "until " + after.Cancelled.String()
	}
	return text
}
