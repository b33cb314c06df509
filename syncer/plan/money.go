package plan

import (
	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

var monthsPerYear = decimal.NewFromInt(12)

// monthly is what a line is worth a month: (quantity − less included) × unit price × periods a year ÷ 12, and nothing unless it is Billable.
func monthly(quantity, lessIncluded, unitPrice decimal.Decimal, bill billing.BillCustomer, cycle billing.Cycle) decimal.Decimal {
	if bill != billing.Billable || cycle.PeriodsPerYear == 0 {
		return zero
	}
	value := quantity.Sub(lessIncluded).Mul(unitPrice)
	if cycle.PeriodsPerYear == 12 {
		return value
	}
	return value.Mul(decimal.NewFromInt(int64(cycle.PeriodsPerYear))).DivRound(monthsPerYear, 2*billing.WirePlaces)
}

// worth is what an addition bills a month as it is.
func worth(addition *billing.Addition, agreement *billing.Agreement) decimal.Decimal {
	return monthly(addition.Quantity, addition.LessIncluded, addition.UnitPrice, addition.Bill, agreement.Cycle)
}
