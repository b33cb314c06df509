package billing

import (
	"errors"
	"strings"

	"github.com/shopspring/decimal"
)

// WirePlaces is the number of decimal places at which our exact decimals and ConnectWise's doubles are compared and written.
const WirePlaces = 6

// maxDigits bounds what a person can mean by a number, so that hostile input cannot make arithmetic slow.
const maxDigits = 30

var errDecimal = errors.New("not a decimal number such as 12 or 12.5")

// ParseDecimal reads an exact decimal: an optional minus, digits, and optionally a point followed by digits; at most 30 characters.
// Exponents, signs other than minus, separators, NaN and infinities are errors.
func ParseDecimal(s string) (decimal.Decimal, error) {
	digits := strings.TrimPrefix(s, "-")
	whole, fraction, point := strings.Cut(digits, ".")
	if len(digits) > maxDigits || !allDigits(whole) || (point && !allDigits(fraction)) {
		return decimal.Decimal{}, errDecimal
	}
	value, err := decimal.NewFromString(s)
	if err != nil {
		return decimal.Decimal{}, errDecimal
	}
	return value, nil
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// Same reports whether two decimals are equal at WirePlaces, the precision that ConnectWise's doubles keep.
func Same(a, b decimal.Decimal) bool {
	if a.Equal(b) {
		return true
	}
	return a.Round(WirePlaces).Equal(b.Round(WirePlaces))
}
