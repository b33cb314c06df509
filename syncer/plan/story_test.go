package plan_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

// step is one entry of a technician's log: what happened by that day, what the run of that day plans, and what ConnectWise has when it is done.
type step struct {
	day    string         // of the run; empty: that of the step before
	log    string         // what happened, in words
	given  func(w *world) // the same, done to the world
	rows   string         // the plan as tell writes it: each row, and under it why
	total  string         // what the plan moves a month, in each currency; not looked at where empty
	ledger string         // the additions after the run, as ledger writes them; not looked at where empty
	dry    bool           // the plan is looked at and not applied
	lost   string         // the key at whose write the run dies, without an answer
}

// tell plays a story in the usual world, day after day: each plan is checked row by row and applied, and planning again at once changes nothing.
func tell(t *testing.T, steps []step) {
	t.Helper()
	tellIn(t, newWorld(), steps)
}

func tellIn(t *testing.T, w *world, steps []step) {
	t.Helper()
	for i, s := range steps {
		w.begin(s.day)
		if s.given != nil {
			s.given(w)
		}
		p := w.plan()
		where := fmt.Sprintf("%d. %s %s", i+1, w.current.Today, s.log)
		checkText(t, where, "rows", told(&p), s.rows)
		if s.total != "" {
			checkText(t, where, "total", total(&p), s.total)
		}
		checkSound(t, w, &p)
		switch {
		case s.lost != "":
			w.loses(&p, s.lost)
		case !s.dry:
			apply(w, &p)
			w.last = &p
			checkQuiet(t, where, w, &p)
		}
		if s.ledger != "" {
			checkText(t, where, "ledger", w.ledger(), s.ledger)
		}
		if t.Failed() {
			return
		}
	}
}

// begin starts a day: fresh usage, no filters, nothing accepted or left out.
func (w *world) begin(day string) {
	if day != "" {
		w.current.Today = date(day)
	}
	midnight, err := time.Parse(time.DateOnly, w.current.Today.String())
	if err != nil {
		panic(err)
	}
	w.policy.Now = midnight.Add(6 * time.Hour)
	for name, s := range w.sources {
		if lines, unread := w.unread[name]; unread {
			s.NotRead, s.Usage.Lines = false, lines
		}
		s.Usage.AsOf = midnight.Add(5 * time.Hour)
	}
	w.unread = nil
	w.policy.Accept = nil
	w.policy.LeftOut = nil
	w.policy.Sources = nil
	w.policy.Customers = nil
}

// checkQuiet plans again at once: nothing is left to write, to adopt or to let go of, unless it was held before.
func checkQuiet(t *testing.T, where string, w *world, before *plan.Plan) {
	t.Helper()
	w.policy.Accept = nil
	p := w.plan()
	for i := range p.Changes {
		c := &p.Changes[i]
		if (c.Action.Writes() || len(c.Releases) > 0) && !wasHeld(before, c.Key) {
			t.Errorf("%s: planned again at once it would: %s (%s)", where, show(c), c.Reason)
		}
	}
}

func checkText(t *testing.T, where, what, got, want string) {
	t.Helper()
	if trimmed(got) != trimmed(want) {
		t.Errorf("%s\n%s:\n%s\nwanted:\n%s", where, what, got, want)
	}
}

// trimmed is text without indents and empty lines.
func trimmed(text string) string {
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// told writes a plan as stories expect it: each row as show writes it, under it the reason, then `= ` and how the quantity came about where that is
// more than a number, then `! ` and each warning. Sources that are held come first, warnings of the plan last.
func told(p *plan.Plan) string {
	var b strings.Builder
	for i := range p.Sources {
		if s := &p.Sources[i]; s.Held != "" {
			fmt.Fprintf(&b, "source %s is held: %s\n\t%s\n", s.Name, s.Held, s.Problem)
		}
	}
	for i := range p.Changes {
		c := &p.Changes[i]
		fmt.Fprintf(&b, "%s\n\t%s\n", show(c), c.Reason)
		if strings.Contains(c.How, " ") {
			fmt.Fprintf(&b, "\t= %s\n", c.How)
		}
		for _, warning := range c.Warnings {
			fmt.Fprintf(&b, "\t! %s\n", warning)
		}
	}
	for _, warning := range p.Warnings {
		fmt.Fprintf(&b, "! %s\n", warning)
	}
	for _, entry := range p.Unused {
		fmt.Fprintf(&b, "! accepted for nothing: %s\n", entry)
	}
	return b.String()
}

// total writes what a plan moves a month: `EUR 5, USD -3`.
func total(p *plan.Plan) string {
	sum := p.Summary().MonthlyDelta
	var parts []string
	for _, currency := range slices.Sorted(maps.Keys(sum)) {
		parts = append(parts, strings.TrimSpace(currency+" "+sum[currency].String()))
	}
	return strings.Join(parts, ", ")
}

// ledger writes all additions as a person sees them in ConnectWise: `811 #5 MBX 12 from 2026-11-21 until 2026-12-31, 1001/mbx's`.
func (w *world) ledger() string {
	owners := map[int]string{}
	for _, owned := range w.current.Owned {
		owners[owned.AdditionID] = ", was " + strings.TrimPrefix(owned.Key.String(), "mail/") + "'s"
		if owned.Ended.IsZero() {
			owners[owned.AdditionID] = ", " + strings.TrimPrefix(owned.Key.String(), "mail/") + "'s"
		}
	}
	var b strings.Builder
	for _, agreement := range slices.Sorted(maps.Keys(w.current.Additions)) {
		list := slices.Clone(w.current.Additions[agreement])
		slices.SortFunc(list, func(x, y billing.Addition) int { return x.ID - y.ID })
		for _, a := range list {
			fmt.Fprintf(&b, "%d #%d %s %s from %s", agreement, a.ID, a.ProductIdentifier, a.Quantity, a.Effective)
			if !a.Cancelled.IsZero() {
				fmt.Fprintf(&b, " until %s", a.Cancelled)
			}
			fmt.Fprintf(&b, "%s\n", owners[a.ID])
		}
	}
	return b.String()
}
