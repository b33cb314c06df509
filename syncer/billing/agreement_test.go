package billing

import "testing"

func TestWhyAnAgreementCannotBeBilled(t *testing.T) {
	today := NewDate(2026, 11, 21)
	once := Cycle{Name: "One Time", NotRecurring: true}
	for _, c := range []struct {
		name               string
		agreement          Agreement
		closed, unbillable string
	}{
		{"running", Agreement{Start: today, End: today, Status: "Active"}, "", ""},
		{"without dates", Agreement{}, "", ""},
		{"cancelled, nobody knows when", Agreement{Cancelled: true}, "is cancelled", "is cancelled"},
		{"cancelled on a day", Agreement{Cancelled: true, CancelledOn: NewDate(2026, 3, 1)}, "is cancelled since 2026-03-01", "is cancelled since 2026-03-01"},
		{"cancelled by its status", Agreement{Status: "Cancelled"}, "is cancelled", "is cancelled"},
		{"ended yesterday", Agreement{End: today.AddDays(-1), Status: "Expired"}, "ended on 2026-11-20", "ended on 2026-11-20"},
		{"starts tomorrow", Agreement{Start: today.AddDays(1)}, "starts on 2026-11-22", "starts on 2026-11-22"},
		{"expired by its status", Agreement{Status: "Expired"}, "is expired", "is expired"},
		{"inactive", Agreement{Status: "Inactive"}, "is inactive", "is inactive"},
		{"does not recur", Agreement{Cycle: once}, "", "does not recur"},
		{"closed, and does not recur", Agreement{Cycle: once, Status: "Inactive"}, "is inactive", "is inactive"},
	} {
		if got := c.agreement.Closed(today); got != c.closed {
			t.Errorf("%s: closed %q, want %q", c.name, got, c.closed)
		}
		if got := c.agreement.Unbillable(today); got != c.unbillable {
			t.Errorf("%s: unbillable %q, want %q", c.name, got, c.unbillable)
		}
	}
}

func TestWithoutADayOnlyWhatAlwaysHoldsCloses(t *testing.T) {
	for want, a := range map[string]Agreement{"": {Start: NewDate(2026, 1, 1), End: NewDate(2026, 1, 2)}, "is cancelled": {Cancelled: true}, "is inactive": {Status: "Inactive"}} {
		if got := a.Closed(Date{}); got != want {
			t.Errorf("%+v: %q, want %q", a, got, want)
		}
	}
}
