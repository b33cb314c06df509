package report

import (
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

func TestInvoicingInWords(t *testing.T) {
	next := billing.NewDate(2026, 12, 1)
	for _, c := range []struct {
		of         plan.Invoicing
		said, line string
	}{
		{plan.Invoicing{Cycle: "Monthly", Next: next, Invoiced: true}, "next invoice 2026-12-01, today is already invoiced", "monthly, next invoice 2026-12-01, today is already invoiced"},
		{plan.Invoicing{Cycle: "Annual", Next: next}, "next invoice 2026-12-01, today is not invoiced yet", "annual, next invoice 2026-12-01, today is not invoiced yet"},
		{plan.Invoicing{Next: next}, "next invoice 2026-12-01, today is not invoiced yet", "next invoice 2026-12-01, today is not invoiced yet"},
		{plan.Invoicing{Cycle: "Monthly"}, "no next invoice date", "monthly, no next invoice date"},
		{plan.Invoicing{}, "no next invoice date", ""},
	} {
		if got := Invoicing(c.of); got != c.said {
			t.Errorf("%+v: %q", c.of, got)
		}
		if got := (&row{Change: &plan.Change{Invoicing: c.of}}).invoicing(); got != c.line {
			t.Errorf("%+v: %q", c.of, got)
		}
	}
}
