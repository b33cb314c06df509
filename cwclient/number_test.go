package cwclient

import (
	"encoding/json"
	"testing"

	"github.com/shopspring/decimal"
)

func TestNumberReadsEveryForm(t *testing.T) {
	tests := map[string]struct {
		in    string
		want  string
		valid bool
	}{
		"integer":      {"1", "1", true},
		"decimal":      {"1.0", "1", true},
		"text":         {`"1.50"`, "1.5", true},
		"exponent":     {"1.5e3", "1500", true},
		"exact":        {"0.1234567890123456789", "0.1234567890123456789", true},
		"negative":     {"-3.25", "-3.25", true},
		"zero":         {"0.00", "0", true},
		"null":         {"null", "0", false},
		"empty text":   {`""`, "0", false},
		"absent":       {"", "0", false},
		"not a number": {`"abc"`, "error", false},
		"boolean":      {"true", "error", false},
		"object":       {"{}", "error", false},
		"a bomb":       {"1e1000000000", "error", false},
		"a small bomb": {"1e-999999", "error", false},
		"too long":     {"1" + "0000000000000000000000000000000000000000000000", "error", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var rec struct {
				N Number `json:"n"`
			}
			doc := `{"n":` + tt.in + `}`
			if tt.in == "" {
				doc = `{}`
			}
			err := json.Unmarshal([]byte(doc), &rec)
			if tt.want == "error" {
				if err == nil {
					t.Errorf("got %v, want an error", rec.N)
				}
				return
			}
			if err != nil || rec.N.Decimal.String() != tt.want || rec.N.Valid != tt.valid {
				t.Errorf("got %v %v, %v; want %s %v", rec.N.Decimal, rec.N.Valid, err, tt.want, tt.valid)
			}
		})
	}
}

func TestZeroNumberCanBeReckonedWith(t *testing.T) {
	var n Number
	if err := json.Unmarshal([]byte("0.0"), &n); err != nil || !n.Valid {
		t.Fatal(n, err)
	}
	if sum := n.Decimal.Add(decimal.RequireFromString("1.5")); sum.String() != "1.5" || !n.Decimal.Equal(decimal.Zero) {
		t.Errorf("got %s", sum)
	}
}

func TestDates(t *testing.T) {
	good := map[string]Date{
		"": "", "2026-01-31T00:00:00Z": "2026-01-31", "2026-01-31": "2026-01-31", "2026-01-31T23:59:59.123Z": "2026-01-31",
		"2026-01-31T00:00:00": "2026-01-31",
	}
	for wire, want := range good {
		if got, err := DateOf(wire); err != nil || got != want {
			t.Errorf("%q: got %q, %v; want %q", wire, got, err, want)
		}
	}
	for _, wire := range []string{"yesterday", "2026-02-30", "2026-01-31T", "2026-13-01T00:00:00Z", "01/31/2026"} {
		if got, err := DateOf(wire); err == nil {
			t.Errorf("%q: got %q, want an error", wire, got)
		}
	}
	if text, err := json.Marshal(Date("2026-01-31")); err != nil || string(text) != `"2026-01-31T00:00:00Z"` {
		t.Errorf("got %s, %v", text, err)
	}
	if _, err := json.Marshal(Date("2026-02-30")); err == nil {
		t.Error("a day that does not exist was written")
	}
}
