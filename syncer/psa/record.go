package psa

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"cwsync/cwclient"
	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

// The fields that an edit writes, as the wire names them.
const (
	fieldQuantity  = "quantity"
	fieldUnitPrice = "unitPrice"
	fieldUnitCost  = "unitCost"
	fieldTaxable   = "taxableFlag"
	fieldCancelled = "cancelledDate"
)

// parseRecord reads a complete record, numbers as they were written.
func parseRecord(raw []byte) (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var record map[string]any
	if err := decoder.Decode(&record); err != nil {
		return nil, fmt.Errorf("a record cannot be read: %w", err)
	}
	return record, nil
}

// changedFields names the fields that differ and that ConnectWise does not derive from others, sorted.
func changedFields(old, now map[string]any) []string {
	names := map[string]bool{}
	for _, record := range []map[string]any{old, now} {
		for name := range record {
			if !derived(name) && !sameValue(old[name], now[name]) {
				names[fieldName(name)] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// derived reports whether ConnectWise computes a field of an addition from others, from the agreement or from the calendar.
// additionStatus, which only some servers have, follows from the dates.
func derived(name string) bool {
	switch name {
	case "_info", "billedQuantity", "extPrice", "extCost", "margin", "agreementStatus", "additionStatus":
		return true
	}
	return strings.HasPrefix(name, "prorate") || strings.HasPrefix(name, "extendedProrate")
}

// fieldName is a name of the wire as people may see it: whatever is not a plain name is quoted.
func fieldName(name string) string {
	for _, r := range name {
		if r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return strconv.QuoteToASCII(name)
		}
	}
	return name
}

// sameValue compares two values of records: absent, null and "" are one, numbers are equal at six decimal places, and what a reference
// says about itself in _info does not matter.
func sameValue(a, b any) bool {
	if isEmpty(a) || isEmpty(b) {
		return isEmpty(a) && isEmpty(b)
	}
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && sameObject(a, b)
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, sameValue)
	case json.Number:
		b, ok := b.(json.Number)
		return ok && sameNumber(a, b)
	}
	return a == b // a string or a boolean; b of another kind is not equal
}

func isEmpty(v any) bool { return v == nil || v == "" }

func sameObject(a, b map[string]any) bool {
	for _, object := range []map[string]any{a, b} {
		for name := range object {
			if name != "_info" && !sameValue(a[name], b[name]) {
				return false
			}
		}
	}
	return true
}

func sameNumber(a, b json.Number) bool {
	x, okA := number(a)
	y, okB := number(b)
	if !okA || !okB {
		return a == b
	}
	return billing.Same(x, y)
}

// number is false for one that is too long or too large to reckon with.
func number(text json.Number) (decimal.Decimal, bool) {
	var n cwclient.Number
	if err := n.UnmarshalJSON([]byte(text)); err != nil {
		return decimal.Decimal{}, false
	}
	return n.Decimal, true
}

// without is names less others.
func without(names, others []string) []string {
	return slices.DeleteFunc(names, func(name string) bool { return slices.Contains(others, name) })
}

// optional is an amount for the wire, or none.
func optional(d decimal.NullDecimal) cwclient.Number {
	if !d.Valid {
		return cwclient.Number{}
	}
	return cwclient.NumberOf(wire(d.Decimal))
}
