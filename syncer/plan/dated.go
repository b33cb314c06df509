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
	taxable := addition.Taxable
	values.Effective = effective
	values.UnitPrice, values.UnitCost, values.Taxable = set(addition.UnitPrice), set(addition.UnitCost), &taxable
	first.dated = &datedChange{
		addition: addition, agreement: agreement, quantity: w.quantity,
		last: billing.Latest(effective.AddDays(-1), addition.Effective), open: b.openOn(g.target),
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
	row.Before, row.Quantity = Values{}, decimal.NullDecimal{}
	row.Reason += ": a new line from " + row.After.Effective.String()
	row.MonthlyDelta = monthly(d.quantity, zero, d.addition.UnitPrice, billing.Billable, d.agreement.Cycle)
	row.Open = d.open
	return row
}

// endRow ends the old line of a dated change; it is written only once the new one is there.
func (l *line) endRow() Change {
	d, row := l.dated, *l.change
	row.Step, row.Action, row.How, row.Warnings, row.Releases, row.Members = 1, Cancel, "", nil, nil, nil
	row.Reason = "the new line takes its place: this one ends on " + d.last.String()
	row.Before, row.After = Values{Cancelled: d.addition.Cancelled}, Values{Cancelled: d.last}
	row.MonthlyDelta = worth(d.addition, d.agreement).Neg()
	return row
}
