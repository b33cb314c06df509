package plan

import (
	"strconv"

	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

var (
	zero    = decimal.Decimal{}
	one     = decimal.NewFromInt(1)
	two     = decimal.NewFromInt(2)
	hundred = decimal.NewFromInt(100)
)

// billed is round(max(minimum, usage ÷ divide_by − included)), in billed units, exact before it is rounded once. Without rounding to whole units it
// has at most six decimals, half away from zero.
func billed(rule billing.QuantityRule, usage decimal.Decimal) decimal.Decimal {
	divisor := rule.DivideBy
	if divisor.IsZero() {
		divisor = one
	}
	beyond := usage // what is billed, in units of usage
	if !rule.Included.IsZero() {
		beyond = usage.Sub(rule.Included.Mul(divisor))
	}
	quantity := rounded(beyond, divisor, rule.Round)
	if least := rule.Minimum; !least.IsZero() {
		return decimal.Max(rounded(least, one, rule.Round), quantity)
	}
	return quantity
}

// rounded is count ÷ divisor, rounded; 0 for a negative count. The remainder decides, so that no digit of the quotient can be lost.
func rounded(count, divisor decimal.Decimal, rounding billing.Rounding) decimal.Decimal {
	whole := divisor.Equal(one)
	switch {
	case count.Sign() <= 0:
		return zero
	case whole && count.Exponent() >= 0:
		return count
	case rounding != billing.RoundUp && rounding != billing.RoundDown && rounding != billing.RoundHalfUp:
		if whole && count.Exponent() >= -billing.WirePlaces {
			return count
		}
		return count.DivRound(divisor, billing.WirePlaces)
	}
	units, rest := count.QuoRem(divisor, 0)
	if (rounding == billing.RoundUp && rest.Sign() > 0) || (rounding == billing.RoundHalfUp && rest.Mul(two).GreaterThanOrEqual(divisor)) {
		return units.Add(one)
	}
	return units
}

// count is the usage count that a service is billed by; ok is false when the line does not have it.
func count(service *billing.Service, usage *billing.UsageLine) (quantity decimal.Decimal, ok bool) {
	if service.Basis == "" {
		return usage.Quantity, true
	}
	quantity, ok = usage.Counts[service.Basis]
	return quantity, ok
}

// how says in words where a billed quantity comes from.
func how(rule billing.QuantityRule, usage, quantity decimal.Decimal, from string) string {
	text := from + number(usage)
	start := len(text)
	if !rule.DivideBy.IsZero() && !rule.DivideBy.Equal(one) {
		text += " ÷ " + rule.DivideBy.String()
	}
	if !rule.Included.IsZero() {
		text += " − " + rule.Included.String() + " included"
	}
	if !rule.Minimum.IsZero() {
		text += ", at least " + rule.Minimum.String()
	}
	switch rule.Round {
	case billing.RoundUp:
		text += ", rounded up"
	case billing.RoundDown:
		text += ", rounded down"
	case billing.RoundHalfUp:
		text += ", rounded half up"
	}
	if len(text) > start || !quantity.Equal(usage) {
		text += " = " + number(quantity)
	}
	return text
}

// number writes a decimal. Most are small whole numbers, which need not go through big integers.
func number(d decimal.Decimal) string {
	if d.Exponent() == 0 && d.NumDigits() < 19 {
		return strconv.FormatInt(d.IntPart(), 10)
	}
	return d.String()
}
