package ui

import (
	"testing"

	"github.com/shopspring/decimal"
)

func TestCounted(t *testing.T) {
	for name, test := range map[string]struct{ n, unit, want string }{
		"one":                        {"1", "user", "1 user"},
		"one, written otherwise":     {"1.00", "user", "1 user"},
		"many":                       {"380", "user", "380 users"},
		"thousands":                  {"12345", "seat", "12,345 seats"},
		"none":                       {"0", "user", "0 users"},
		"less than one":              {"0.5", "licence", "0.5 licences"},
		"more than one, fractional":  {"2.5", "hour", "2.5 hours"},
		"below zero":                 {"-3", "user", "−3 users"},
		"a plural stays one":         {"380", "users", "380 users"},
		"a plural of one":            {"1", "users", "1 user"},
		"one of many boxes":          {"1", "mailboxes", "1 mailbox"},
		"a word in x":                {"2", "mailbox", "2 mailboxes"},
		"a word in ss":               {"2", "address", "2 addresses"},
		"one address":                {"1", "address", "1 address"},
		"one of addresses":           {"1", "addresses", "1 address"},
		"a word in ch":               {"2", "switch", "2 switches"},
		"a word in y":                {"2", "policy", "2 policies"},
		"one of policies":            {"1", "policies", "1 policy"},
		"a word in ay":               {"3", "day", "3 days"},
		"one of days":                {"1", "days", "1 day"},
		"licenses":                   {"1", "licenses", "1 license"},
		"devices":                    {"1", "devices", "1 device"},
		"two words":                  {"4", "backup agent", "4 backup agents"},
		"a unit per another":         {"4", "user per month", "4 users per month"},
		"a unit with a slash":        {"4", "user/month", "4 users/month"},
		"a unit with a remark":       {"4", "mailbox (50 GB)", "4 mailboxes (50 GB)"},
		"an abbreviation":            {"40", "GB", "40 GB"},
		"a small abbreviation":       {"40", "gb", "40 gb"},
		"an abbreviation with month": {"40", "GB per month", "40 GB per month"},
		"mixed letters":              {"8", "vCPU", "8 vCPU"},
		"a noun of German":           {"7", "Benutzer", "7 Benutzer"},
		"another script":             {"7", "ユーザー", "7 ユーザー"},
		"letters of another tongue":  {"7", "licença", "7 licença"},
		"a measure":                  {"7", "each", "7 each"},
		"percent":                    {"7", "%", "7 %"},
		"no unit":                    {"7", "", "7"},
		"blanks":                     {"7", "  ", "7"},
		"hostile":                    {"7", "us\x1b[31mer", "7 users"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := counted(decimal.RequireFromString(test.n), test.unit); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
	if got := counted(380, "user"); got != "380 users" {
		t.Errorf("of an int: %q", got)
	}
}
