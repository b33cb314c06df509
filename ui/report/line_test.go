package report

import (
	"slices"
	"testing"

	"cwsync/syncer"
	"cwsync/syncer/plan"
	"cwsync/ui/theme"
)

func TestRowsForLists(t *testing.T) {
	p := everything()
	rows := map[string]Row{}
	for i := range p.Changes {
		rows[p.Changes[i].Key.String()] = PlanRow(&p.Changes[i])
	}
	for key, want := range map[string]struct{ customer, service, sign, before, after, said string }{
		"mail//mbx-arc":     {"Products", "arc mailbox", "+", "", "", "the catalog has no PPE-arc: created from the defaults"},
		"mail/1001/mbx-arc": {"Contoso", "arc mailbox", "+", "0", "40", "no addition yet: created, effective 2026-11-21"},
		"mail/1001/mbx-bus": {"Contoso", "bus mailbox", "~", "402", "405", "adopts addition 9001, usage rose from 402 to 405"},
		"mail/1001/mbx-pro": {"Contoso", "pro mailbox", "~", "1,234.5", "1,200", "usage fell from 1234.5 to 1200"},
		"mail/1001/mbx-zz":  {"Contoso", "zz mailbox", "=", "", "", "unchanged"},
		"mail/2002/mbx-h00": {"Fabrikam", "h00 mailbox", "!", "100", "0", "nothing is written until somebody has looked: this is held for the reason guard_drop"},
		"mail/3003/mbx-s03": {"3003", "s03 mailbox", "·", "", "", "left alone on purpose"},
	} {
		row, ok := rows[key]
		if !ok {
			t.Errorf("%s is not in the plan", key)
			continue
		}
		before, after := row.Quantities()
		sign, _, _ := row.Mark()
		if row.Customer() != want.customer || row.Service() != want.service || sign != want.sign || before != want.before || after != want.after || row.Said() != want.said {
			t.Errorf("%s: %q %q %q %q %q %q", key, row.Customer(), row.Service(), sign, before, after, row.Said())
		}
	}
	if fields := rows["mail/1001/mbx-std"].Fields(); !slices.Equal(fields, []string{"unit price 4.50 → 5.00 USD", "unit cost 3.00 → 3.25 USD", "taxable no → yes"}) {
		t.Errorf("fields %q", fields)
	}
	if warnings := rows["mail/1001/mbx-pro"].Warnings(); len(warnings) != 1 || rows["mail/1001/mbx-pro"].Folds() || !rows["mail/1001/mbx-zz"].Folds() {
		t.Errorf("warnings %q", warnings)
	}
}

func TestALineThatWasLeftOutShowsWhatItWouldBecome(t *testing.T) {
	change := change("Contoso", "1001", "bus", plan.Skip, plan.LeftOut, "left out by the reviewer")
	change.Before, change.Wanted = qty("402"), qty("405")
	row := PlanRow(&change)
	if before, after := row.Quantities(); before != "402" || after != "405" {
		t.Errorf("%q, %q", before, after)
	}
}

func TestRowsOfARun(t *testing.T) {
	risen := with(change("Contoso", "1001", "bus", plan.Update, plan.UsageRose, "usage rose"), qty("402"), qty("405"), "13.5")
	failed := RunRow(&risen, syncer.Outcome{Status: syncer.Failed, Problem: &syncer.Problem{Message: "refused \x1b[31mit", Hint: "tick\nit"}})
	if sign, word, role := failed.Mark(); sign != theme.SignWrong || word != "failed" || role != theme.Wrong || failed.Said() != "refused it" || failed.Hint() != "tick it" {
		t.Errorf("%q %q %q %q", sign, word, failed.Said(), failed.Hint())
	}
	held := RunRow(&risen, syncer.Outcome{Status: syncer.Held, Code: plan.ChangedMeanwhile, Reason: "somebody changed it"})
	if sign, _, _ := held.Mark(); sign != theme.SignHeld || held.Said() != "somebody changed it" || held.Hint() != "" {
		t.Errorf("%q %q", sign, held.Said())
	}
}

func TestWorthOfAPartOfAPlan(t *testing.T) {
	p := everything()
	if got := SummariseRows(p.Changes[2:4]).Worth(); got != "−89.83 USD a month" {
		t.Errorf("%q", got)
	}
	if got := SummariseRows(p.Changes[7:8]).Worth(); got != "held −14.06 USD" {
		t.Errorf("%q", got)
	}
	if got := SummariseRows(p.Changes[2:8]).Worth(); got != "−12.00 EUR, −69.83 USD a month (held −14.06 USD)" {
		t.Errorf("%q", got)
	}
	if got := SummariseRows(p.Changes[6:7]).Worth(); got != "" {
		t.Errorf("%q", got)
	}
	if got := Kinds(&plan.Plan{Changes: p.Changes[1:4]}); got != "1 raised, 1 lowered, 1 new" {
		t.Errorf("%q", got)
	}
}
