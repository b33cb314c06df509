package plan

import (
	"time"

	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

// Action is what a run does about one row.
type Action string

// The actions. A hold waits for a person; a skip is left alone on purpose.
const (
	Create Action = "create"
	Update Action = "update"
	Cancel Action = "cancel"
	None   Action = "none"
	Hold   Action = "hold"
	Skip   Action = "skip"
)

// Writes reports whether the action sends a write to ConnectWise.
func (a Action) Writes() bool { return a == Create || a == Update || a == Cancel }

// Plan is every change that a run would make, and every line that it would leave, with the reasons.
type Plan struct {
	ID          string
	Profile     string
	Created     time.Time
	Today       billing.Date // in the profile's time zone
	SetupDigest string
	Undoes      string // the run that this plan takes back; empty for an ordinary plan
	Sources     []SourceSummary
	Changes     []Change // sorted by key
	Warnings    []string
	Accepted    []string // keys and SOURCE:CODEs that a reviewer accepted and that met something to release, sorted
	Unused      []string // those that met nothing, as they were given
}

// SourceSummary is what one source gave.
type SourceSummary struct {
	Name      string
	AsOf      time.Time // the oldest moment that its usage speaks of; zero when it could not be read
	Digest    string    // of what was read
	Customers int
	Lines     int
	Held      Code   // why the whole source is held; empty when it is not
	Problem   string // why it could not be read, or what holds it, for people
}

// Change is one row of a plan: at most one write.
type Change struct {
	Key    billing.Key
	Step   int // order among the rows of one key: a later one is only done when the earlier ones were
	Action Action
	Code   Code
	Reason string // a sentence that a person can act on
	How    string // how quantity and price came about, in words

	Customer  Named
	Service   Named
	Company   Numbered
	Agreement Numbered
	Invoicing Invoicing // of the agreement; zero where ConnectWise does not have it
	Product   Product
	Addition  Addition            // zero for a create
	Adopts    bool                // the addition was not ours before
	Quantity  decimal.NullDecimal // what the addition has now; absent where there is none
	Usage     decimal.NullDecimal // what the usage line counts, before any rule; absent where there is no usage line

	Before Values // only the fields that differ
	After  Values // only the fields that differ
	Wanted Values // what a hold holds back

	Currency     string          // ISO code, may be empty
	MonthlyDelta decimal.Decimal // in Currency, per month; of a hold: what is held back
	Into         *billing.Key    // the row that carries a merged line
	Members      []billing.Key   // of the row that carries a merged line: all that it bills, itself among them, sorted; nil for a line of one
	Warnings     []string

	Open     []Addition // the open additions of the product on the agreement when the plan was made
	Releases []int      // additions whose ownership ends when the plan is applied
	Accepted bool       // a reviewer released what would have been held
	Kept     *Rates     // of a line that is left as it is: the price and cost that it has and that the set-up wants; nil where it wants none
	Terms    string     // of a row that writes or adopts: a fingerprint of what else it was decided by; see TermsChanged

	Unbilled *Unbilled // of usage whose service has no product: what it would be worth; nil elsewhere

	Follows    bool                // it takes a price or cost that this plan gives its product: only to be written once the product is
	NewProduct *billing.NewProduct // of a product's own row: the product that is created; nil for one that is changed
}

// OfProduct reports whether this is a product's own row rather than one of a line. A row that creates an addition and names a product without an
// id needs the product that such a row creates.
func (c *Change) OfProduct() bool { return c.Key.Customer == "" && c.Key.Source != "" }

// Reopens reports whether the row takes back the end of a line: After.Cancelled is the end that the line had before that, zero for none.
func (c *Change) Reopens() bool { return c.Action == Update && !c.Before.Cancelled.IsZero() }

// Rates are what one unit is sold for and costs, per billing period; absent: not known, or not ours.
type Rates struct {
	UnitPrice decimal.NullDecimal
	UnitCost  decimal.NullDecimal
}

// Unbilled is what is known of usage that nobody is billed for.
type Unbilled struct {
	Unit     string              // of Change.Usage as the source names it; may be empty
	Monthly  decimal.NullDecimal // what the source's own price makes of it, in Currency per month; absent where the source has no price
	Currency string              // ISO code as the source names it, may be empty
}

// Named is something of the source's side.
type Named struct {
	ID   string
	Name string
}

// Numbered is something of ConnectWise's side.
type Numbered struct {
	ID   int
	Name string
}

// Invoicing is when the agreement of a row is invoiced, as it was when the plan was made: what its dates were decided by.
type Invoicing struct {
	Cycle    string       // ConnectWise's name of the billing cycle, such as Monthly; may be empty
	Next     billing.Date // the next invoice date, for a child agreement without one its parent's; zero where there is none
	Invoiced bool         // the day of the plan lies in a period that is already invoiced
}

// Product is the catalog item of a row.
type Product struct {
	ID         int
	Identifier string
}

// Addition is the billing line of a row, at the version that was planned against.
type Addition struct {
	ID      int
	Version string
}

// Values are fields of an addition; only those that are set take part.
type Values struct {
	Quantity  decimal.NullDecimal
	UnitPrice decimal.NullDecimal // per unit and billing period
	UnitCost  decimal.NullDecimal // per unit and billing period
	Taxable   *bool
	Effective billing.Date
	Cancelled billing.Date
}

// IsZero reports whether no field is set.
func (v Values) IsZero() bool { return v == Values{} }

// Summary counts the rows by action.
type Summary struct {
	Create, Update, Cancel, None, Hold, Skip int
	MonthlyDelta                             map[string]decimal.Decimal // by currency, of what would be written
}

// Pending is how many rows write to ConnectWise.
func (s Summary) Pending() int { return s.Create + s.Update + s.Cancel }

// Summary counts the plan's rows.
func (p *Plan) Summary() Summary {
	sum := Summary{MonthlyDelta: map[string]decimal.Decimal{}}
	counts := map[Action]*int{Create: &sum.Create, Update: &sum.Update, Cancel: &sum.Cancel, None: &sum.None, Hold: &sum.Hold, Skip: &sum.Skip}
	for i := range p.Changes {
		change := &p.Changes[i]
		if count := counts[change.Action]; count != nil {
			*count++
		}
		if change.Action.Writes() && !change.MonthlyDelta.IsZero() {
			sum.MonthlyDelta[change.Currency] = sum.MonthlyDelta[change.Currency].Add(change.MonthlyDelta)
		}
	}
	return sum
}

// Held reports whether any line or source was held back.
func (p *Plan) Held() bool {
	for i := range p.Sources {
		if p.Sources[i].Held != "" {
			return true
		}
	}
	for i := range p.Changes {
		if p.Changes[i].Action == Hold {
			return true
		}
	}
	return false
}
