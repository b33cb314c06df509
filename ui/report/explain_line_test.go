package report

import (
	"strings"
	"testing"

	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
	"cwsync/ui/theme"

	"github.com/shopspring/decimal"
)

// pastChange is what one run did of a line: it had before, and the run made after of it; empty: absent.
func pastChange(action plan.Action, status syncer.Status, step int, before, after string) Past {
	value := func(text string) decimal.NullDecimal {
		if text == "" {
			return decimal.NullDecimal{}
		}
		return decimal.NewNullDecimal(decimal.RequireFromString(text))
	}
	change := plan.Change{Key: billing.Key{Source: "mail", Customer: "1", Service: "s"}, Action: action, Step: step, Quantity: value(before), After: plan.Values{Quantity: value(after)}}
	return Past{Found: Found{Change: change, Outcome: syncer.Outcome{Status: status}}}
}

func TestQuantitiesOfALine(t *testing.T) {
	product := pastChange(plan.Update, syncer.Applied, 0, "", "")
	product.Change.Key.Customer = ""
	e := &Explanation{History: []Past{ // newest first
		pastChange(plan.Cancel, syncer.Applied, 0, "9", ""), pastChange(plan.Create, syncer.Applied, 0, "", "9"), pastChange(plan.Cancel, syncer.Applied, 1, "8", ""),
		pastChange(plan.Update, syncer.Failed, 0, "8", "11"), pastChange(plan.Hold, syncer.Held, 0, "8", ""), pastChange(plan.Update, syncer.Unknown, 0, "7", "8"), product,
		pastChange(plan.Update, syncer.Applied, 0, "5", "7.5"), pastChange(plan.Hold, syncer.Held, 0, "", ""),
	}}
	var texts []string
	for _, value := range e.Quantities() {
		if !value.Valid {
			texts = append(texts, "?")
			continue
		}
		texts = append(texts, value.Decimal.String())
	}
	if got := strings.Join(texts, " "); got != "? 7.5 ? 8 8 9 0" {
		t.Errorf("the quantities are %s", got)
	}
}

func TestExplainLines(t *testing.T) {
	held := pastChange(plan.Hold, syncer.Held, 0, "8", "")
	held.Change.Code, held.Change.Reason = plan.GuardDrop, strings.Repeat("it falls by more than the set-up allows ", 4)
	e := &Explanation{Key: held.Change.Key, Profile: "contoso", History: []Past{held}, Latest: &held.Found}
	lines, err := ExplainLines(e, 40, theme.None())
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(lines, "\n")
	for _, part := range []string{"As of run", "Rules of the set-up", "Ours", "Runs, newest first", "accept with --accept mail/1/s"} {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in\n%s", part, text)
		}
	}
	for _, line := range lines {
		if Cells(line) > 40 {
			t.Errorf("%d cells: %q", Cells(line), line)
		}
	}
	if !e.Acceptable() {
		t.Error("what is held by a guard may be accepted")
	}
	held.Change.Code = plan.AgreementMissing
	if (&Explanation{Latest: &held.Found}).Acceptable() || (&Explanation{}).Acceptable() {
		t.Error("what cannot be accepted is said to be")
	}
}
