package billing_test

import (
	"testing"
	"time"

	"cwsync/syncer/billing"

	"pgregory.net/rapid"
)

func mustDate(t *testing.T, s string) billing.Date {
	t.Helper()
	d, err := billing.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestParseDate(t *testing.T) {
	for _, good := range []string{"2026-11-21", "2024-02-29", "0001-01-01", "9999-12-31", "2000-02-29"} {
		if d, err := billing.ParseDate(good); err != nil || d.String() != good {
			t.Errorf("%q: %v, %v", good, d, err)
		}
	}
	if d, err := billing.ParseDate(""); err != nil || !d.IsZero() || d.String() != "" {
		t.Errorf("the empty string: %v, %v", d, err)
	}
	for _, bad := range []string{"2026-2-1", "2026-02-29", "1900-02-29", "2026-13-01", "2026-00-01", "2026-04-31", "0000-01-01", "21.11.2026", "2026-11-21T00:00:00Z",
		" 2026-11-21", "2026-11-21 ", "-2026-11-21", "12026-11-21", "２０２６-11-21", "2026/11/21", "today", "\x00"} {
		if d, err := billing.ParseDate(bad); err == nil || !d.IsZero() {
			t.Errorf("%q was read as %v", bad, d)
		}
	}
}

func TestNewDateNormalises(t *testing.T) {
	if got := billing.NewDate(2026, time.April, 31).String(); got != "2026-05-01" {
		t.Errorf("31 April is %s", got)
	}
}

func TestDateOfIsTheCalendarDateOfTheZone(t *testing.T) {
	moment := time.Date(2026, 11, 21, 23, 30, 0, 0, time.UTC)
	if got := billing.DateOf(moment.In(time.FixedZone("east", 2*3600))).String(); got != "2026-11-22" {
		t.Errorf("two hours east of it is %s", got)
	}
	if got := billing.DateOf(moment.In(time.FixedZone("west", -5*3600))).String(); got != "2026-11-21" {
		t.Errorf("five hours west of it is %s", got)
	}
}

func TestDateOrder(t *testing.T) {
	in := []string{"", "0001-01-01", "2025-12-31", "2026-01-01", "2026-01-31", "2026-02-01", "9999-12-31"}
	for i, a := range in {
		for j, b := range in {
			x, y := mustDate(t, a), mustDate(t, b)
			if x.Before(y) != (i < j) || x.After(y) != (i > j) || (x == y) != (i == j) {
				t.Errorf("%q and %q are in the wrong order", a, b)
			}
		}
	}
}

func TestAddDays(t *testing.T) {
	for _, c := range []struct {
		from string
		days int
		want string
	}{
		{"2026-11-30", 1, "2026-12-01"}, {"2026-12-31", 1, "2027-01-01"}, {"2026-01-01", -1, "2025-12-31"},
		{"2024-02-28", 1, "2024-02-29"}, {"2026-02-28", 1, "2026-03-01"}, {"2026-11-21", 0, "2026-11-21"}, {"2026-11-21", 365, "2027-11-21"},
	} {
		if got := mustDate(t, c.from).AddDays(c.days).String(); got != c.want {
			t.Errorf("%s and %d days is %s, wanted %s", c.from, c.days, got, c.want)
		}
	}
}

func TestAddMonths(t *testing.T) {
	for _, c := range []struct {
		from   string
		months int
		want   string
	}{
		{"2026-11-21", 1, "2026-12-21"}, {"2026-12-21", 1, "2027-01-21"}, {"2026-01-31", 1, "2026-02-28"}, {"2024-01-31", 1, "2024-02-29"},
		{"2026-03-31", 1, "2026-04-30"}, {"2026-03-31", -1, "2026-02-28"}, {"2026-01-15", -1, "2025-12-15"}, {"2026-11-30", 3, "2027-02-28"},
		{"2024-02-29", 12, "2025-02-28"}, {"2026-05-31", 0, "2026-05-31"}, {"2026-10-31", 14, "2027-12-31"},
	} {
		if got := mustDate(t, c.from).AddMonths(c.months).String(); got != c.want {
			t.Errorf("%s and %d months is %s, wanted %s", c.from, c.months, got, c.want)
		}
	}
}

func TestLatest(t *testing.T) {
	none, early, late := billing.Date{}, mustDate(t, "2026-11-20"), mustDate(t, "2026-11-21")
	for name, c := range map[string]struct{ got, want billing.Date }{
		"of nothing": {billing.Latest(), none}, "of no dates": {billing.Latest(none, none), none},
		"in order": {billing.Latest(early, late), late}, "in the other order": {billing.Latest(late, none, early), late},
	} {
		if c.got != c.want {
			t.Errorf("the latest %s is %v", name, c.got)
		}
	}
}

func TestDateTextIsWhatItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := billing.NewDate(2000, 1, 1).AddDays(rapid.IntRange(-700000, 2900000).Draw(t, "days"))
		text, err := first.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var again billing.Date
		if err := again.UnmarshalText(text); err != nil || again != first {
			t.Errorf("%v was written as %s and read as %v (%v)", first, text, again, err)
		}
		if n := rapid.IntRange(-400, 400).Draw(t, "more"); first.AddDays(n).AddDays(-n) != first {
			t.Errorf("%v is not itself after %d days there and back", first, n)
		}
	})
}

func TestUnmarshalOfABadDateLeavesItAsItWas(t *testing.T) {
	d := mustDate(t, "2026-11-21")
	if err := d.UnmarshalText([]byte("yesterday")); err == nil || d.String() != "2026-11-21" {
		t.Errorf("%v, %v", d, err)
	}
}

func TestInvoicedOn(t *testing.T) {
	agreement := billing.Agreement{NextInvoice: mustDate(t, "2026-12-01")}
	for day, want := range map[string]bool{"2026-11-30": true, "2026-12-01": false, "2026-12-02": false} {
		if got := agreement.InvoicedOn(mustDate(t, day)); got != want {
			t.Errorf("%s invoiced: %t", day, got)
		}
	}
	if (billing.Agreement{}).InvoicedOn(mustDate(t, "2026-12-01")) {
		t.Error("an agreement without a next invoice date is invoiced")
	}
}

func TestOpenOn(t *testing.T) {
	addition := billing.Addition{Cancelled: mustDate(t, "2026-11-21")}
	for day, want := range map[string]bool{"2026-11-20": true, "2026-11-21": false, "2026-11-22": false} {
		if got := addition.OpenOn(mustDate(t, day)); got != want {
			t.Errorf("open on %s: %t", day, got)
		}
	}
	if !(billing.Addition{}).OpenOn(mustDate(t, "9999-12-31")) {
		t.Error("a line without an end is not open")
	}
}
