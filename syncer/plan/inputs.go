package plan

import (
	"time"

	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

// Desired is what the sources say, each with its rules.
type Desired struct {
	Sources []SourceUsage
}

// SourceUsage is one source's usage, or why it could not be read whole.
type SourceUsage struct {
	Rules   *billing.Source
	Usage   billing.Usage
	Problem string // not empty: the source could not be read whole, and Usage is empty
	NotRead bool   // not asked this time: a filter leaves the source out
}

// Current is what ConnectWise and the store say.
type Current struct {
	Today      billing.Date // in the profile's time zone
	Agreements map[int]billing.Agreement
	Additions  map[int][]billing.Addition // by agreement, all of them, cancelled ones too
	Products   []billing.Product          // those that the mappings name, as far as they exist
	Owned      []Owned
	Unknown    []Unknown
	Undone     []Undone

	NewProducts *billing.ProductTemplate // for products that are created; nil: none that may be created is missing
	OwnProducts []OwnProduct
}

// Owned is an addition that a run of ours created or adopted.
type Owned struct {
	Key         billing.Key
	AdditionID  int
	AgreementID int
	ProductID   int
	Quantity    decimal.Decimal     // what we wrote last, or found when we adopted it
	UnitPrice   decimal.NullDecimal // what we wrote last, or found just as we wanted it; absent: the price never was ours
	UnitCost    decimal.NullDecimal // likewise
	Members     []billing.Key       // of a merged line: all that were billed by it then, sorted; nil for a line of one
	Created     bool                // by us; else adopted
	Ended       billing.Date        // not zero: our own cancel ended the ownership, with the line's last day
}

// OwnProduct is a product of the catalog that a run of ours created.
type OwnProduct struct {
	ID         int
	Identifier string
	Price      decimal.NullDecimal // what we wrote last
	Cost       decimal.NullDecimal // what we wrote last
}

// Unknown is a write of which nobody knows yet whether it happened.
type Unknown struct {
	Key         billing.Key
	AgreementID int    // 0: of a product
	Identifier  string // of a product
	Since       time.Time
}

// Undone is a line or a product that an undo put back: it is not written again while it would become the same as before the undo. Of several undos
// one after the other each has its own. Of a product
// the agreement is 0, and the quantity says nothing.
type Undone struct {
	Key         billing.Key
	AgreementID int
	ProductID   int
	Quantity    decimal.Decimal     // what was taken back; zero where the line had been ended
	UnitPrice   decimal.NullDecimal // likewise; absent: not known
	UnitCost    decimal.NullDecimal // likewise
	Taxable     *bool               // likewise
}

// Policy is what a person decided: the guards, what was accepted or left out, and which part of the plan is asked for.
type Policy struct {
	Now       time.Time // for the age of usage
	Guards    billing.Guards
	Accept    []string // keys, and SOURCE:CODE
	LeftOut   []string // keys
	Sources   []string // only these sources; none: all
	Customers []string // only these customers; none: all
}
