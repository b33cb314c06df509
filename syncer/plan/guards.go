package plan

import (
	"fmt"
	"strings"
	"time"

	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

// guard says whether a change of quantity is so large that a person must look at it first: at least the percent and at least the units.
func guard(guards *billing.Guards, before, after decimal.Decimal) (Code, string) {
	switch difference := after.Sub(before); difference.Sign() {
	case -1:
		if reaches(difference.Neg(), before, guards.DropUnits, guards.DropPercent) {
			return GuardDrop, "falls by " + share(difference.Neg(), before) + ": nothing is written until you accept it"
		}
	case 1:
		if reaches(difference, before, guards.RiseUnits, guards.RisePercent) {
			return GuardRise, "rises by " + share(difference, before) + ": nothing is written until you accept it"
		}
	}
	return "", ""
}

// reaches compares without a division, so that a rise from nothing has any percent.
func reaches(difference, before, units, percent decimal.Decimal) bool {
	return difference.GreaterThanOrEqual(units) && difference.Mul(hundred).GreaterThanOrEqual(before.Mul(percent))
}

func share(difference, before decimal.Decimal) string {
	if before.Sign() <= 0 {
		return difference.String() + " units from nothing"
	}
	return difference.Mul(hundred).DivRound(before, 0).String() + " %"
}

// missingShare says why a source is held when too many of the lines that were billed last time are zero or gone now.
func missingShare(guards *billing.Guards, billedBefore, gone int) string {
	if billedBefore == 0 {
		return ""
	}
	limit := guards.MissingPercent.Mul(decimal.NewFromInt(int64(billedBefore)))
	if !decimal.NewFromInt(int64(gone)).Mul(hundred).GreaterThan(limit) {
		return ""
	}
	return fmt.Sprintf("%d of the %d lines billed last time are zero or gone, more than %s %%: look whether the source is complete, or accept it",
		gone, billedBefore, guards.MissingPercent)
}

// stale says why a source is held when its usage is older than the guard allows.
func stale(policy *Policy, usage *billing.Usage) string {
	if usage.AsOf.IsZero() || policy.Guards.MaxAge <= 0 {
		return ""
	}
	age := policy.Now.Sub(usage.AsOf)
	if age <= time.Duration(policy.Guards.MaxAge) {
		return ""
	}
	return fmt.Sprintf("the usage is from %s, %s old, and may be at most %s old: get a newer one, or accept it",
		usage.AsOf.UTC().Format("2006-01-02 15:04 UTC"), Age(age), policy.Guards.MaxAge)
}

// moves says why a source is held when it moves the monthly value by more than the guard allows.
func moves(guards *billing.Guards, delta map[string]decimal.Decimal) string {
	if !guards.MaxMonthlyDelta.Valid {
		return ""
	}
	for _, currency := range sortedKeys(delta) {
		if delta[currency].Abs().GreaterThan(guards.MaxMonthlyDelta.Decimal) {
			return fmt.Sprintf("the monthly value moves by %s, more than %s: look at the changes first, or accept them",
				strings.TrimSpace(delta[currency].StringFixed(2)+" "+currency), guards.MaxMonthlyDelta.Decimal)
		}
	}
	return ""
}
