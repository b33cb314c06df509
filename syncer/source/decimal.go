package source

import (
	"errors"
	"strings"

	"github.com/shopspring/decimal"

	"cwsync/syncer/billing"
)

// Numbers is how a source writes its numbers.
type Numbers string

// The ways to write a number. Under all of them an exponent, a sign other than minus, a currency or any other character is refused.
const (
	NumbersPoint   Numbers = "point"   // 1234.5, no grouping
	NumbersComma   Numbers = "comma"   // 1234,5 or 1.234,5
	NumbersGrouped Numbers = "grouped" // 1234.5 or 1,234.5
)

// NumberForms lists the ways to write a number.
func NumberForms() []string {
	return []string{string(NumbersPoint), string(NumbersComma), string(NumbersGrouped)}
}

var errNumber = errors.New("is not a decimal number")

// Parse reads an exact decimal as the source writes it; white space around it does not matter.
func (n Numbers) Parse(text string) (decimal.Decimal, error) {
	text = strings.TrimSpace(text)
	group, mark := "", "."
	switch n {
	case NumbersComma:
		group, mark = ".", ","
	case NumbersGrouped:
		group, mark = ",", "."
	}
	if group != "" {
		whole, fraction, marked := strings.Cut(text, mark)
		whole, ok := ungroup(whole, group)
		if !ok || strings.ContainsAny(fraction, ".,") {
			return decimal.Decimal{}, errNumber
		}
		text = whole
		if marked {
			text += "." + fraction
		}
	}
	value, err := billing.ParseDecimal(text)
	if err != nil {
		return decimal.Decimal{}, errNumber
	}
	return value, nil
}

// ungroup removes grouping marks, which must part groups of exactly three digits.
func ungroup(whole, mark string) (string, bool) {
	groups := strings.Split(whole, mark)
	if len(groups) == 1 {
		return whole, true
	}
	if first := strings.TrimPrefix(groups[0], "-"); first == "" || len(first) > 3 {
		return "", false
	}
	for _, group := range groups[1:] {
		if len(group) != 3 {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}
