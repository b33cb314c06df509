package billing

import (
	"time"

	"github.com/shopspring/decimal"
)

// Status is what a source says of a customer's standing for one line.
type Status string

// The statuses that a usage line may carry; an absent one means StatusActive.
const (
	StatusActive    Status = "active"
	StatusTrial     Status = "trial"
	StatusSuspended Status = "suspended"
	StatusClosed    Status = "closed"
)

// UsageLine is one count: how much of one service one customer used.
type UsageLine struct {
	CustomerID   string                     // opaque, never empty
	CustomerName string                     // for people only, never a key
	ServiceID    string                     // opaque, never empty
	ServiceName  string                     // for people only, never a key
	Quantity     decimal.Decimal            // in Unit, never negative
	Counts       map[string]decimal.Decimal // further counts by basis, never negative; nil when the source gives one count only
	Unit         string
	Cost         decimal.NullDecimal // per unit, in Currency; absent means "do not touch"
	Price        decimal.NullDecimal // per unit, in Currency; absent means "do not touch"
	Currency     string              // ISO code such as USD; empty when the source names none
	Status       Status              // never empty: readers fill in StatusActive
	Domain       string
	Period       string
	AsOf         time.Time // when the source counted; zero when it does not say
	Place        int       // 1-based line or item number within what was read, for messages
}

// Usage is all that one source gave at one reading.
type Usage struct {
	Lines  []UsageLine
	AsOf   time.Time // the oldest moment that any line speaks of
	Digest string    // of what was read; equal readings have equal digests
}
