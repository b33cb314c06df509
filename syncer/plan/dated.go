package plan

import (
	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

// datedChange is the old line that ends beside the new one that takes its place.
type datedChange struct {
	addition  *billing.Addition
	agreement *billing.Agreement
	quantity  decimal.Decimal
	price     decimal.Decimal // of the new line
	last      billing.Date
	open      []Addition
}

// splitDated changes a quantity by a new line from today on; where that would lose something, it is held.
func (b *builder) splitDated(g *group, w want, addition *billing.Addition) {
	first := g.carrier()
	agreement := b.agreement(g.target.agreement)
	if why := onlyInPlace(addition, agreement); why != "" {
		b.holdLine(first, NotProrated, why+", or accept to change the quantity in place")
		return
	}
	effective := effectiveDate(agreement, b.current.Today, b.endedOn[g.target])
	values := &first.change.After
	if first.change.Action == Hold {
		values = &first.change.Wanted
	}
	values.Effective = effective
	values.pin(addition)
	first.dated = &datedChange{
		addition: addition, agreement: agreement, quantity: w.quantity, price: values.UnitPrice.Decimal,
		last: billing.Latest(effective.AddDays(-1), addition.Effective), open: b.openOn(g.target),
	}
}

// pin gives a new line the price, cost and tax flag of the one whose place it takes, as far as they do not change as well.
func (v *Values) pin(addition *billing.Addition) {
	if !v.UnitPrice.Valid {
		v.UnitPrice = set(addition.UnitPrice)
	}
	if !v.UnitCost.Valid {
		v.UnitCost = set(addition.UnitCost)
	}
	if v.Taxable == nil {
		taxable := addition.Taxable
		v.Taxable = &taxable
	}
}

// onlyInPlace says why a new line cannot take the place of this one; empty when it can. A new line starts without free units, without an end and
// billable, so a line that has one of these or is not billed would change in more than its quantity.
func onlyInPlace(addition *billing.Addition, agreement *billing.Agreement) string {
	switch {
	case !agreement.Prorates:
		return "a dated change needs an agreement that prorates: tick prorate on it"
	case addition.LessIncluded.Sign() != 0:
		return "a new dated line would lose the " + number(addition.LessIncluded) + " free units of this one: take them away"
	case addition.Bill != billing.Billable:
		return "a new dated line would be billed, and this one is " + string(addition.Bill) + ": make it billable"
	case !addition.Cancelled.IsZero():
		return "a new dated line would lose the end of this one on " + addition.Cancelled.String() + ": take the end away"
	}
	return ""
}

// beginRow opens the new line of a dated change.
func (l *line) beginRow() Change {
	d, row := l.dated, *l.change
	row.Action, row.Addition, row.Adopts = Create, Addition{}, false
	row.Before, row.Quantity, row.Kept = Values{}, decimal.NullDecimal{}, nil
	row.Reason += ": a new line from " + row.After.Effective.String()
	row.MonthlyDelta = monthly(d.quantity, zero, d.price, billing.Billable, d.agreement.Cycle)
	row.Open = d.open
	return row
}

// endRow ends the old line of a dated change; it is written only once the new one is there.
func (l *line) endRow() Change {
	d, row := l.dated, *l.change
	row.Step, row.Action, row.How, row.Warnings, row.Releases, row.Members, row.Kept, row.Follows = 1, Cancel, "", nil, nil, nil, nil, false
	row.Reason = "the new line takes its place: this one ends on " + d.last.String()
	row.Before, row.After = Values{Cancelled: d.addition.Cancelled}, Values{Cancelled: d.last}
	row.MonthlyDelta = worth(d.addition, d.agreement).Neg()
	return row
}
