package report

import (
	"strings"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	"github.com/shopspring/decimal"
)

// A customer that is not linked has one cause for all its lines: one line tells what is not billed, and -v shows each.
func TestUnlinkedCustomerIsToldOnce(t *testing.T) {
	line := func(service string, usage int64) plan.Change {
		return plan.Change{
			Key: billing.Key{Source: "mail", Customer: "7", Service: service}, Action: plan.Skip, Code: plan.UnlinkedCustomer,
			Reason:   "the customer is not linked to a company and an agreement",
			Customer: plan.Named{ID: "7", Name: "Coho Winery"}, Service: plan.Named{ID: service, Name: strings.ToUpper(service)},
			Usage: decimal.NewNullDecimal(decimal.NewFromInt(usage)),
		}
	}
	p := &plan.Plan{Changes: []plan.Change{line("archive", 1200), line("backup", 3), line("zero", 0)}}
	for verbose, want := range map[bool][]string{
		false: {"Coho Winery\n", "  · not linked, so not billed: 1,200 ARCHIVE, 3 BACKUP\n", "  · 1 skipped: 1 unlinked customer\n"},
		true:  {"1,200 not billed: the customer is not linked", "3 not billed: the customer is not linked"},
	} {
		var text strings.Builder
		if err := PlanText(&text, p, TextOptions{Verbose: verbose}); err != nil {
			t.Fatal(err)
		}
		for _, part := range want {
			if !strings.Contains(text.String(), part) {
				t.Errorf("verbose %v: no %q in\n%s", verbose, part, text.String())
			}
		}
	}
}
