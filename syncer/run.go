package syncer

import (
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	"github.com/shopspring/decimal"
)

// Run is one plan applied.
type Run struct {
	ID       string
	Plan     *plan.Plan
	Started  time.Time
	Duration time.Duration
	Outcomes []Outcome      // one for each change of the plan, in its order
	Requests map[string]int // sent to ConnectWise, by method in capitals
	ExitCode int
	Problem  *Problem // why the run ended early; nil when it did not
	Undoes   string   // the run that this one took back
	Warnings []string // beyond those of the plan

	owned    map[int]plan.Owned // by addition, as it was before the run; nil until it is read
	reviewed bool               // a person looked at the plan before the run began, so that it may be older than the run
}

// Status is what became of one row in a run.
type Status string

// What becomes of a row. The zero value means that the run has not come to it.
const (
	Applied   Status = "applied"
	Failed    Status = "failed"
	Unknown   Status = "unknown"
	Held      Status = "held"
	Unchanged Status = "unchanged"
	Skipped   Status = "skipped"
)

// Outcome is what became of one change.
type Outcome struct {
	Status     Status
	AdditionID int       // of a created line
	ProductID  int       // of a created product, and of a line whose product the same run created
	Code       plan.Code // of a line that was held while applying; empty otherwise
	Reason     string    // likewise
	Problem    *Problem  // of a failed or unknown line
	Warnings   []string  // what a person should look at although it was applied
}

// Problem is an error as people and scripts see it.
type Problem struct {
	Code    string // one word, stable
	Message string // what failed and why
	Hint    string // what to do next; may be empty
}

// Counts are the outcomes of a run by status.
type Counts struct{ Applied, Failed, Unknown, Held, Unchanged, Skipped int }

// Counts counts the outcomes.
func (r *Run) Counts() Counts {
	var c Counts
	for i := range r.Outcomes {
		switch r.Outcomes[i].Status {
		case Applied:
			c.Applied++
		case Failed:
			c.Failed++
		case Unknown:
			c.Unknown++
		case Held:
			c.Held++
		case Unchanged:
			c.Unchanged++
		case Skipped:
			c.Skipped++
		}
	}
	return c
}

// IntentKind is the kind of write.
type IntentKind string

// The kinds of write: to an addition, and to a product of the catalog.
const (
	IntentCreate        IntentKind = "create"
	IntentEdit          IntentKind = "edit"
	IntentCreateProduct IntentKind = "create_product"
	IntentEditProduct   IntentKind = "edit_product"
)

// OfProduct reports whether the write is to a product of the catalog.
func (k IntentKind) OfProduct() bool { return k == IntentCreateProduct || k == IntentEditProduct }

// Intent is one write as it is about to be sent.
type Intent struct {
	ID          int64 // given by the journal
	RunID       string
	Key         billing.Key
	Kind        IntentKind
	AgreementID int                 // 0: of a product
	ProductID   int                 // 0: of a product that is created
	Members     []billing.Key       // of a merged line: all that it bills
	AdditionID  int                 // of an edit
	Version     string              // of an edit: the line's or product's version before the write
	Known       []int               // of a create: ids of all additions of the product on the agreement before the write
	Quantity    decimal.NullDecimal // what is written
	UnitPrice   decimal.NullDecimal // what is written; of a product its price
	UnitCost    decimal.NullDecimal // what is written; of a product its cost
	Taxable     *bool               // what is written
	Identifier  string              // of a product
	Effective   billing.Date        // what is written, of a create
	Cancelled   billing.Date        // what is written, of a cancel, and of a line that had this end before
	Reopens     bool                // the end of the line is taken back: Cancelled is the one that it had before, zero for none
	TakesBack   *plan.Values        // of a run that takes another one back: quantity, price, cost and tax flag as they are before the write; else nil
	At          time.Time           // when it was recorded
	Lost        time.Time           // when its end was first found to be unknown; zero: it was not, or that is not recorded
	EmptyReads  int                 // how many read-backs found no trace of it
	Previous    *plan.Owned         // the ownership before the write; nil when the line was not ours
}

// End is what became of a write.
type End string

// The ends of a write.
const (
	Done     End = "done"     // ConnectWise has it
	Rejected End = "rejected" // ConnectWise surely does not have it
	Lost     End = "unknown"  // nobody knows yet
)

// Settlement is the end of an intent and the ownership that follows from it.
type Settlement struct {
	End        End
	At         time.Time        // when it ended; for Lost: when its end was first found to be unknown
	AdditionID int              // of a create that is done
	Owned      *plan.Owned      // the line as it is owned now; nil leaves ownership as it was
	Product    *plan.OwnProduct // of a write to a product that is done: the product as it is ours now
	EmptyReads int              // for Lost: how many read-backs found nothing
	Message    string           // what the other side said; harmless text
}
