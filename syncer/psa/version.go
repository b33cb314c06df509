package psa

import (
	"fmt"
	"hash/fnv"
	"strconv"

	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

// version is the wire's time of the last update, which has whole seconds only, with a hash of the fields that are billed. What ConnectWise
// derives is left out: prorated amounts move by themselves as days go by.
func version(a *billing.Addition, lastUpdated string) string {
	var room [256]byte
	text := strconv.AppendInt(room[:0], int64(a.ID), 10)
	text = strconv.AppendInt(append(text, '|'), int64(a.ProductID), 10)
	for _, amount := range [...]decimal.Decimal{a.Quantity, a.LessIncluded, a.UnitPrice, a.UnitCost} {
		text = appendDecimal(append(text, '|'), amount)
	}
	text = append(append(text, '|'), a.Bill...)
	text = append(append(text, '|'), a.Effective.String()...)
	text = append(append(text, '|'), a.Cancelled.String()...)
	text = strconv.AppendBool(append(text, '|'), a.Taxable)
	hash := fnv.New32a()
	_, _ = hash.Write(text) // a hash never fails
	return fmt.Sprintf("%s.%08x", lastUpdated, hash.Sum32())
}

// appendDecimal writes one form for all equal amounts: 5, 5.0 and 5.0000001 are the same.
func appendDecimal(text []byte, d decimal.Decimal) []byte {
	return append(text, wire(d).String()...)
}

// wire is an amount as it is written to ConnectWise: six decimal places, rounded half up.
func wire(d decimal.Decimal) decimal.Decimal {
	if d.Exponent() >= -billing.WirePlaces {
		return d
	}
	return d.Round(billing.WirePlaces)
}
