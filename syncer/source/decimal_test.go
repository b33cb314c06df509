package source

import "testing"

func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		form     Numbers
		in, want string // want "" is a refusal
	}{
		{NumbersPoint, "12", "12"},
		{NumbersPoint, " 12.50 ", "12.5"},
		{NumbersPoint, "-3", "-3"},
		{NumbersPoint, "0.000001", "0.000001"},
		{NumbersPoint, "1,000", ""},
		{NumbersPoint, "1 000", ""},
		{NumbersPoint, "1e3", ""},
		{NumbersPoint, "0x10", ""},
		{NumbersPoint, "1_000", ""},
		{NumbersPoint, "NaN", ""},
		{NumbersPoint, "Inf", ""},
		{NumbersPoint, "+5", ""},
		{NumbersPoint, "5.", ""},
		{NumbersPoint, ".5", ""},
		{NumbersPoint, "1.2.3", ""},
		{NumbersPoint, "--1", ""},
		{NumbersPoint, "", ""},
		{NumbersPoint, "１２", ""}, // full-width digits
		{NumbersPoint, "$5", ""},
		{NumbersPoint, "1234567890123456789012345678901", ""},
		{NumbersComma, "1234,5", "1234.5"},
		{NumbersComma, "1.234,5", "1234.5"},
		{NumbersComma, "1.234.567", "1234567"},
		{NumbersComma, "-1.234", "-1234"},
		{NumbersComma, "12.5", ""},
		{NumbersComma, "1234.567", ""},
		{NumbersComma, "1,234.5", ""},
		{NumbersComma, "1,2,3", ""},
		{NumbersComma, ".123", ""},
		{NumbersComma, "1e3", ""},
		{NumbersGrouped, "1,000", "1000"},
		{NumbersGrouped, "1,234.5", "1234.5"},
		{NumbersGrouped, "1000.25", "1000.25"},
		{NumbersGrouped, "10,00", ""},
		{NumbersGrouped, "1.5,5", ""},
		{NumbersGrouped, ",100", ""},
	} {
		value, err := c.form.Parse(c.in)
		switch {
		case c.want == "" && err == nil:
			t.Errorf("%s: %q is taken for %s", c.form, c.in, value)
		case c.want != "" && (err != nil || value.String() != c.want):
			t.Errorf("%s: %q gives %s, %v; want %s", c.form, c.in, value, err, c.want)
		}
	}
}
