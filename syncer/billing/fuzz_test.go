package billing_test

import (
	"math/big"
	"regexp"
	"strings"
	"testing"
	"time"

	"cwsync/syncer/billing"
)

var decimalForm = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)

// FuzzParseDecimal: exactly the documented form is read, exactly, and what is written again is the same number.
func FuzzParseDecimal(f *testing.F) {
	for _, seed := range []string{"0", "-0", "12.50", "007", "1e3", "+1", ".5", "5.", "1_0", "0x10", "NaN", "Inf", "١", "1.+5", strings.Repeat("9", 30), strings.Repeat("9", 31)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := billing.ParseDecimal(text)
		well := decimalForm.MatchString(text) && len(strings.TrimPrefix(text, "-")) <= 30
		if (err == nil) != well {
			t.Fatalf("%q: %v, %v", text, got, err)
		}
		if err != nil {
			return
		}
		want, ok := new(big.Rat).SetString(text)
		if !ok || want.Cmp(got.Rat()) != 0 {
			t.Fatalf("%q was read as %s", text, got)
		}
		if again, err := billing.ParseDecimal(got.String()); err != nil || !again.Equal(got) || !billing.Same(again, got) {
			t.Errorf("%s becomes %s (%v)", got, again, err)
		}
	})
}

// FuzzParseDate: a date is read from its one written form and is a real day, which the day after it follows.
func FuzzParseDate(f *testing.F) {
	for _, seed := range []string{"", "2026-11-21", "2024-02-29", "2026-02-29", "0000-01-01", "9999-12-31", "2026-1-1", "2026-11-21T00:00:00Z", "２０２６-11-21", "-001-01-01"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := billing.ParseDate(text)
		_, timeErr := time.Parse(time.DateOnly, text)
		if known := timeErr == nil && !strings.HasPrefix(text, "0000"); (err == nil) != (known || text == "") || d.String() != text && err == nil || d.IsZero() != (err != nil || text == "") {
			t.Fatalf("%q: %v, %v", text, d, err)
		}
		if err == nil && !d.IsZero() && (!d.AddDays(1).After(d) || d.AddDays(1).AddDays(-1) != d || d.AddMonths(1).Before(d)) {
			t.Errorf("%v has no day after it", d)
		}
	})
}

// FuzzParseKey: one key has one written form, two slashes in it and nothing that a terminal obeys; nothing else is read.
func FuzzParseKey(f *testing.F) {
	f.Add("mail/1001/mbx-basic", "mail", "1001", "mbx")
	f.Add("a%2Fb//c%25", "a/b", "", "c%")
	f.Add("a/b%2f/c", "\x1b[2J", "\u009b", "\u0085\xc2")
	f.Add("a/%41/c", "\xc2", "\x80", "%")
	f.Add("a/b%/c", "", "", "")
	f.Fuzz(func(t *testing.T, text, source, customer, service string) {
		if key, err := billing.ParseKey(text); err == nil && key.String() != text {
			t.Errorf("%q was read, and is written %q", text, key)
		}
		key := billing.Key{Source: source, Customer: customer, Service: service}
		written := key.String()
		if again, err := billing.ParseKey(written); err != nil || again != key {
			t.Errorf("%q becomes %q (%v)", key, again, err)
		}
		if strings.Count(written, "/") != 2 {
			t.Errorf("%q has not three parts", written)
		}
		for i := range len(written) {
			if c := written[i]; c < 0x20 || c == 0x7f || c == 0xc2 && i+1 < len(written) && written[i+1] >= 0x80 && written[i+1] < 0xa0 {
				t.Errorf("%q holds a control character", written)
			}
		}
	})
}

// FuzzParseDuration: a span is positive, and is read back from what it is written as.
func FuzzParseDuration(f *testing.F) {
	for _, seed := range []string{"26h", "1h30m", "0", "-1h", "1e9h", "99999999h", "1.5h", "1ns", "2562047h47m16.854775807s", "h"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var d billing.Duration
		if d.UnmarshalText([]byte(text)) != nil {
			if d != 0 {
				t.Errorf("%q leaves %v", text, d)
			}
			return
		}
		var again billing.Duration
		if err := again.UnmarshalText([]byte(d.String())); err != nil || again != d || d <= 0 {
			t.Errorf("%q is %v, and then %v (%v)", text, d, again, err)
		}
	})
}
