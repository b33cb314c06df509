package plan_test

import (
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

// What is used and not billed says what the source's own price makes of it, so that nobody has to read the usage again to know.
func TestUnbilledUsageSaysWhatItIsWorth(t *testing.T) {
	for name, test := range map[string]struct {
		given    func(w *world, line *billing.UsageLine)
		monthly  string // empty: not known
		currency string
	}{
		"the source has a price": {func(_ *world, line *billing.UsageLine) {
			line.Price, line.Currency, line.Unit = some("6"), "USD", "user"
		}, "72", "USD"},
		"it has none": {func(_ *world, line *billing.UsageLine) { line.Unit = "user" }, "", ""},
		"the agreement bills once a year": {func(w *world, line *billing.UsageLine) {
			line.Price, line.Currency, line.Unit = some("6"), "EUR", "user"
			w.edit(811, func(a *billing.Agreement) { a.Cycle = billing.Cycle{Name: "Yearly", PeriodsPerYear: 1} })
		}, "6", "EUR"},
		"the agreement is not known": {func(w *world, line *billing.UsageLine) {
			line.Price, line.Currency, line.Unit = some("6"), "USD", "user"
			w.linked().Agreement = 999
		}, "72", "USD"},
	} {
		w := newWorld()
		test.given(w, w.uses("1001", "mbx", "12"))
		w.mbx().Product = billing.ProductRef{}
		p := w.plan()
		row := p.Changes[0]
		if row.Code != plan.UnmappedService || row.Unbilled == nil || row.Unbilled.Unit != "user" {
			t.Errorf("%s: %s with %+v", name, show(&row), row.Unbilled)
			continue
		}
		if got := row.Unbilled; got.Monthly.Valid != (test.monthly != "") || !got.Monthly.Decimal.Equal(maybe(test.monthly).Decimal) || got.Currency != test.currency {
			t.Errorf("%s: %+v", name, *got)
		}
		if !row.MonthlyDelta.IsZero() || len(p.Summary().MonthlyDelta) != 0 {
			t.Errorf("%s: it counts as a change: %s", name, show(&row))
		}
	}
	w := newWorld()
	w.uses("1001", "mbx", "12").Price = some("6")
	if p := w.plan(); p.Changes[0].Unbilled != nil {
		t.Errorf("a line that is billed says that it is not: %+v", *p.Changes[0].Unbilled)
	}
}
