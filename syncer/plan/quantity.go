package plan

import (
	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

// divisionPlaces is finer than any usage count can be, so that rounding to whole units after a division is exact.
const divisionPlaces = 40

var (
	zero    = decimal.Decimal{}
	one     = decimal.NewFromInt(1)
	hundred = decimal.NewFromInt(100)
	half    = decimal.New(5, -1)
)

// billed is round(max(minimum, usage ÷ divide_by − included)), in billed units.
func billed(rule billing.QuantityRule, usage decimal.Decimal) decimal.Decimal {
	quantity := usage
	if !rule.DivideBy.IsZero() && !rule.DivideBy.Equal(one) {
		quantity = usage.DivRound(rule.DivideBy, divisionPlaces)
	}
	quantity = decimal.Max(rule.Minimum, quantity.Sub(rule.Included))
	switch rule.Round {
	case billing.RoundUp:
		return quantity.Ceil()
	case billing.RoundDown:
		return quantity.Floor()
	case billing.RoundHalfUp:
		return quantity.Add(half).Floor()
	}
	return quantity.Round(billing.WirePlaces)
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
	text := from + usage.String()
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
	if result := quantity.String(); result != usage.String() || len(text) > len(from)+len(result) {
		text += " = " + result
	}
	return text
}
