package billing_test

import (
	"strings"
	"testing"
	"time"

	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

func TestParseDecimal(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0", "12": "12", "12.50": "12.5", "-3.25": "-3.25", "007": "7", "0.000001": "0.000001", "-0": "0",
		strings.Repeat("9", 30): strings.Repeat("9", 30), "-" + strings.Repeat("9", 30): "-" + strings.Repeat("9", 30),
		"1." + strings.Repeat("1", 28): "1." + strings.Repeat("1", 28),
	} {
		if got, err := billing.ParseDecimal(text); err != nil || got.String() != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, bad := range []string{"", "-", ".", ".5", "5.", "-.5", "+1", "--1", "1e3", "1E3", "0x10", "1,000", "1.000,5", "1.2.3", " 1", "1 ", "1_000", "NaN", "Inf", "-Inf",
		"Infinity", "١٢", "１２", "1\x00", "1\n", "½", strings.Repeat("9", 31), "1." + strings.Repeat("1", 30), strings.Repeat("9", 1<<20)} {
		if got, err := billing.ParseDecimal(bad); err == nil {
			t.Errorf("%.40q was read as %v", bad, got)
		}
	}
}

func TestParseDecimalKeepsEveryDigit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`-?[1-9][0-9]{0,12}(\.[0-9]{0,12}[1-9])?`).Draw(t, "number")
		if got, err := billing.ParseDecimal(text); err != nil || got.String() != text {
			t.Errorf("%s was read as %v (%v)", text, got, err)
		}
	})
}

func TestParseDecimalNeverPanics(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		if got, err := billing.ParseDecimal(text); err == nil && strings.Trim(text, "-.0123456789") != "" {
			t.Errorf("%q was read as %v", text, got)
		}
	})
}

func TestSame(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"1", "1", true}, {"1", "1.0", true}, {"1.000000", "1", true}, {"1", "1.0000004", true}, {"1", "1.0000005", false}, {"1", "1.000001", false},
		{"0.333333", "0.3333333333", true}, {"-1", "1", false}, {"0", "-0.0000001", true}, {"99999999999999999999", "99999999999999999999", true},
	} {
		a, b := decimal.RequireFromString(c.a), decimal.RequireFromString(c.b)
		if billing.Same(a, b) != c.want || billing.Same(b, a) != c.want {
			t.Errorf("%s and %s the same: wanted %t", c.a, c.b, c.want)
		}
	}
	if !billing.Same(decimal.Decimal{}, decimal.NewFromInt(0)) {
		t.Error("the zero value is not 0")
	}
}

func TestDuration(t *testing.T) {
	for text, want := range map[string]string{"26h": "26h", "30m": "30m", "1h30m": "90m", "90s": "1m30s", "24h0m0s": "24h", "1.5h": "90m", "1500ms": "1.5s"} {
		var d billing.Duration
		if err := d.UnmarshalText([]byte(text)); err != nil || d.String() != want {
			t.Errorf("%q: %s, %v", text, d, err)
			continue
		}
		written, err := d.MarshalText()
		var again billing.Duration
		if err != nil || again.UnmarshalText(written) != nil || again != d {
			t.Errorf("%q was written as %s and read as %s", text, written, again)
		}
	}
	for _, bad := range []string{"", "26", "h", "-1h", "0s", "0", "1 h", "1d", "NaN", "9999999999h", "26h\x00"} {
		d := billing.Duration(time.Hour)
		if err := d.UnmarshalText([]byte(bad)); err == nil || d != billing.Duration(time.Hour) {
			t.Errorf("%q was read as %s", bad, d)
		}
	}
	if got := billing.Duration(0).String(); got != "0s" {
		t.Errorf("no time is %q", got)
	}
}
