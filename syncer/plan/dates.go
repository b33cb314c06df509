package plan

import "cwsync/syncer/billing"

// effectiveDate is when a new line takes effect: today, or the agreement's billing start if that is later, or the next invoice date if today
// is invoiced and the agreement does not prorate; and always after the last day of a line of ours that ended before.
func effectiveDate(agreement *billing.Agreement, today, lastEnded billing.Date) billing.Date {
	day := today
	if agreement.InvoicedOn(today) && !agreement.Prorates {
		day = agreement.NextInvoice
	}
	day = billing.Latest(day, agreement.BillStart)
	if !lastEnded.IsZero() {
		day = billing.Latest(day, lastEnded.AddDays(1))
	}
	return day
}

// cancelDate is the last day of a line that ends: today, or the day before the next invoice date if today is invoiced and the agreement does
// not prorate; never before the line takes effect.
func cancelDate(agreement *billing.Agreement, today, effective billing.Date) billing.Date {
	day := today
	if agreement.InvoicedOn(today) && !agreement.Prorates {
		day = agreement.NextInvoice.AddDays(-1)
	}
	return billing.Latest(day, effective)
}

// oneOff reports whether a line is a single charge: cancelled within one billing period of its effective date.
func oneOff(addition *billing.Addition, cycle billing.Cycle) bool {
	if addition.Cancelled.IsZero() {
		return false
	}
	return !addition.Cancelled.After(periodAfter(addition.Effective, cycle))
}

// periodAfter is one billing period later; an unknown rhythm counts as a month.
func periodAfter(day billing.Date, cycle billing.Cycle) billing.Date {
	switch {
	case cycle.PeriodsPerYear > 12:
		return day.AddDays(364 / cycle.PeriodsPerYear)
	case cycle.PeriodsPerYear > 0:
		return day.AddMonths(12 / cycle.PeriodsPerYear)
	}
	return day.AddMonths(1)
}
