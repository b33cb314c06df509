package billing

import (
	"fmt"
	"time"
)

// OnMissing is what becomes of an owned addition whose usage line is gone.
type OnMissing string

// What a source that lists everything may ask for an absent line.
const (
	MissingHold   OnMissing = "hold"
	MissingZero   OnMissing = "zero"
	MissingCancel OnMissing = "cancel"
)

// OnZero is what becomes of an addition whose usage is zero.
type OnZero string

// What zero usage does to an addition.
const (
	ZeroZero   OnZero = "zero"
	ZeroCancel OnZero = "cancel"
)

// OnDrift is what is done where somebody changed what we wrote.
type OnDrift string

// What a run does about drift of quantity or price.
const (
	DriftHold      OnDrift = "hold"
	DriftOverwrite OnDrift = "overwrite"
)

// Field is a field of an addition that a source may own.
type Field string

// The fields that cwsync can write on an existing addition.
const (
	FieldQuantity Field = "quantity"
	FieldPrice    Field = "price"
	FieldCost     Field = "cost"
	FieldTaxable  Field = "taxable"
)

// PricePer is the time that the usage's prices and costs are for.
type PricePer string

// A month, or one billing cycle of the agreement.
const (
	PerMonth PricePer = "month"
	PerCycle PricePer = "cycle"
)

// Merge is how several usage lines that share one product of one agreement become one quantity.
type Merge string

// The ways to merge.
const (
	MergeNone Merge = "none"
	MergeSum  Merge = "sum"
	MergeMax  Merge = "max"
)

// Taxable is where an addition's tax flag comes from.
type Taxable string

// The product's own flag, or a fixed answer.
const (
	TaxableProduct Taxable = "product"
	TaxableYes     Taxable = "yes"
	TaxableNo      Taxable = "no"
)

// PriceFrom is where a unit price comes from.
type PriceFrom string

// The sources of a price; PriceKeep never writes one.
const (
	PriceKeep    PriceFrom = "keep"
	PriceSource  PriceFrom = "source"
	PriceCatalog PriceFrom = "catalog"
	PriceMarkup  PriceFrom = "markup"
)

// Rounding makes whole units.
type Rounding string

// The ways to round; RoundNone keeps fractions.
const (
	RoundNone   Rounding = "none"
	RoundUp     Rounding = "up"
	RoundDown   Rounding = "down"
	RoundHalfUp Rounding = "half_up"
)

// ChangeMode is how a quantity changes: on the same line, or by a new dated line.
type ChangeMode string

// The two ways to change a quantity.
const (
	InPlace ChangeMode = "in_place"
	Dated   ChangeMode = "dated"
)

// Duration is a span of time that reads and writes as Go does (26h, 30m).
type Duration time.Duration

// String is the shortest form: 26h rather than 26h0m0s.
func (d Duration) String() string {
	span := time.Duration(d)
	switch {
	case span == 0:
		return "0s"
	case span%time.Hour == 0:
		return fmt.Sprintf("%dh", span/time.Hour)
	case span%time.Minute == 0:
		return fmt.Sprintf("%dm", span/time.Minute)
	}
	return span.String()
}

// MarshalText writes String.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads a positive span such as 26h or 1h30m.
func (d *Duration) UnmarshalText(text []byte) error {
	span, err := time.ParseDuration(string(text))
	if err != nil || span <= 0 {
		return fmt.Errorf("%q is not a span of time such as 26h or 30m", text)
	}
	*d = Duration(span)
	return nil
}
