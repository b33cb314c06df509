package report

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"cwsync/syncer/plan"
	"cwsync/ui/theme"

	"github.com/shopspring/decimal"
)

// Number is a decimal for people: exact, thousands apart, with a minus as wide as a digit.
func Number(d decimal.Decimal) string { return grouped(decimalText(d)) }

// Price is an amount of money for people, exact, with its currency where that is known.
func Price(d decimal.Decimal, currency string) string {
	return withCurrency(grouped(moneyText(d)), currency)
}

// Total is a difference in money for people: signed, rounded to two places, with its currency where that is known.
func Total(d decimal.Decimal, currency string) string {
	text := grouped(totalText(d))
	if d.Round(moneyPlaces).IsPositive() {
		text = "+" + text
	}
	return withCurrency(text, currency)
}

// Totals are differences in several currencies, sorted by currency; empty when there are none.
func Totals(sum map[string]decimal.Decimal) string {
	texts := make([]string, 0, len(sum))
	for _, currency := range slices.Sorted(maps.Keys(sum)) {
		texts = append(texts, Total(sum[currency], currency))
	}
	return strings.Join(texts, ", ")
}

func withCurrency(amount, currency string) string {
	if currency == "" {
		return amount
	}
	return amount + " " + Plain(currency)
}

func grouped(text string) string {
	digits, negative := strings.CutPrefix(text, "-")
	whole, fraction, point := strings.Cut(digits, ".")
	var b strings.Builder
	if negative {
		b.WriteString(theme.Minus)
	}
	for i := range len(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(whole[i])
	}
	if point {
		b.WriteString("." + fraction)
	}
	return b.String()
}

// Count is a number of things, thousands apart.
func Count(n int) string { return Number(decimal.NewFromInt(int64(n))) }

// Counted is a number of things with their name.
func Counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Count(n) + " " + many
}

func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// age says how old something is; empty for what is not in the past.
func age(d time.Duration) string {
	switch {
	case d < 0:
		return ""
	case d < time.Minute:
		return "less than a minute old"
	case d < time.Hour:
		return Counted(int(d/time.Minute), "minute", "minutes") + " old"
	case d < 48*time.Hour:
		return Counted(int(d/time.Hour), "hour", "hours") + " old"
	}
	return Counted(int(d/(24*time.Hour)), "day", "days") + " old"
}

func took(d time.Duration) string {
	if d < time.Minute {
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
	}
	return fmt.Sprintf("%d min %d s", d/time.Minute, d%time.Minute/time.Second)
}

// quantities are the two sides of a row's quantity; empty where the row has none. A line that does not exist yet has 0.
func (r *row) quantities() (before, after string) {
	target := r.target()
	if r.takesOver() && r.Quantity.Valid {
		return "", Number(r.Quantity.Decimal)
	}
	if r.Before.Quantity.Valid {
		before = Number(r.Before.Quantity.Decimal)
	} else if target.Quantity.Valid && r.Addition.ID == 0 {
		before = "0"
	}
	if target.Quantity.Valid {
		after = Number(target.Quantity.Decimal)
	}
	return before, after
}

// target is what the row becomes, or would become if it were not held or left out.
func (r *row) target() plan.Values {
	if r.action == plan.Hold || r.code == plan.LeftOut {
		return r.wanted
	}
	return r.after
}

// otherFields are the fields of a row beside its quantity, each as "name before → after".
func (r *row) otherFields() []string {
	target := r.target()
	texts := []string{
		r.moneyField("unit price", r.Before.UnitPrice, target.UnitPrice),
		r.moneyField("unit cost", r.Before.UnitCost, target.UnitCost),
		field("taxable", yesNo(r.Before.Taxable), yesNo(target.Taxable)),
		field("effective", r.Before.Effective.String(), target.Effective.String()),
		field("ends", r.Before.Cancelled.String(), r.endText(target)),
	}
	return slices.DeleteFunc(texts, func(text string) bool { return text == "" })
}

// endText is when a line ends; of one whose end is taken back without another in its place, that it has none.
func (r *row) endText(target plan.Values) string {
	if r.Reopens() && target.Cancelled.IsZero() {
		return "no end"
	}
	return target.Cancelled.String()
}

func (r *row) moneyField(name string, before, after decimal.NullDecimal) string {
	var from, to string
	if before.Valid {
		from = grouped(moneyText(before.Decimal))
	}
	if after.Valid {
		to = Price(after.Decimal, r.Currency)
	}
	return field(name, from, to)
}

// field leaves out what is not to change: a field without a new value says nothing.
func field(name, before, after string) string {
	switch {
	case after == "":
		return ""
	case before == "":
		return name + " " + after
	}
	return name + " " + before + " " + theme.Arrow + " " + after
}

func yesNo(b *bool) string {
	switch {
	case b == nil:
		return ""
	case *b:
		return "yes"
	}
	return "no"
}
