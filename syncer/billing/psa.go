package billing

import (
	"time"

	"github.com/shopspring/decimal"
)

// Cycle is how often an agreement is invoiced.
type Cycle struct {
	Name           string
	PeriodsPerYear int  // 12 for monthly; 0 for one that does not recur or whose rhythm is unknown
	NotRecurring   bool // invoiced once only
}

// Company is what cwsync needs to know of a ConnectWise company: enough to find it by name and to tell whether it may be billed.
type Company struct {
	ID         int
	Identifier string // short name, unique in ConnectWise
	Name       string
	Deleted    bool     // in the recycle bin; ConnectWise still lists it
	Status     string   // ConnectWise's set-up decides the words: Active, Inactive, ...; may be empty
	Types      []string // ConnectWise's set-up decides the words: Client, Prospect, Vendor, ...; may be empty
	Hidden     bool     // not offered unless asked for: deleted, inactive or no client; who reads companies decides
}

// Contact is whom to reach at a company. All texts are ConnectWise's own and may be empty.
type Contact struct {
	CompanyID int
	Name      string
	Email     string
	Phone     string // with the extension behind it: "813-555-0100 ext. 12"
}

// AgreementType is one of the kinds of agreement that ConnectWise's set-up names.
type AgreementType struct {
	ID   int
	Name string
}

// Agreement is what cwsync needs to know of a ConnectWise agreement.
type Agreement struct {
	ID          int
	Name        string
	TypeID      int
	TypeName    string
	CompanyID   int
	CompanyName string
	ParentID    int // 0: no parent
	Start       Date
	End         Date // zero: no end
	Cancelled   bool
	CancelledOn Date
	Status      string // ConnectWise's own word: Active, Cancelled, Expired, Inactive; empty on old servers
	BillStart   Date   // no addition may take effect before it
	NextInvoice Date   // for a child without one, its parent's
	Cycle       Cycle
	Prorates    bool
	Currency    string // ISO code; empty when ConnectWise names none
}

// InvoicedOn reports whether day lies in a period that is already invoiced.
func (a Agreement) InvoicedOn(day Date) bool { return a.NextInvoice.After(day) }

// BillCustomer is whether an addition is invoiced.
type BillCustomer string

// ConnectWise's three ways to treat an addition.
const (
	Billable  BillCustomer = "Billable"
	DoNotBill BillCustomer = "DoNotBill"
	NoCharge  BillCustomer = "NoCharge"
)

// Addition is one billing line of an agreement.
type Addition struct {
	ID                int
	AgreementID       int
	ProductID         int
	ProductIdentifier string
	Quantity          decimal.Decimal // gross units
	LessIncluded      decimal.Decimal // units included free; never written by cwsync
	UnitPrice         decimal.Decimal // per unit and billing period
	UnitCost          decimal.Decimal // per unit and billing period
	Bill              BillCustomer
	Effective         Date
	Cancelled         Date // zero: open-ended
	Taxable           bool
	Description       string
	UpdatedBy         string // who changed the record last; may be empty
	Updated           string // when, as ConnectWise writes it; may be empty
	Version           string // changes whenever ConnectWise's record changes in a field that matters to billing
	Record            []byte // the whole record as it was received; only where it was asked for
}

// OpenOn reports whether the line is open on day: not cancelled, or cancelled later than day.
func (a Addition) OpenOn(day Date) bool { return a.Cancelled.IsZero() || a.Cancelled.After(day) }

// Product is an item of ConnectWise's catalog.
type Product struct {
	ID          int
	Identifier  string // unique in the catalog
	Description string
	Class       string // Agreement, Bundle, Inventory, NonInventory, Service
	Inactive    bool
	Price       decimal.Decimal // per unit
	Cost        decimal.Decimal // per unit
	Taxable     bool
	VendorSKU   string
	PartNumber  string
}

// BundleClass is the product class that cannot be an addition.
const BundleClass = "Bundle"

// Unbillable says why a product cannot be an addition, as what follows its name: "is inactive". It is empty for one that can.
func (p *Product) Unbillable() string {
	switch {
	case p.Class == BundleClass:
		return "is a bundle, which cannot be an addition"
	case p.Inactive:
		return "is inactive"
	}
	return ""
}

// Server is what ConnectWise says of itself.
type Server struct {
	Version  string
	TimeZone string // as ConnectWise names it, IANA or Windows style; may be empty
}

// NewAddition is what is sent to open a line. What is absent comes from ConnectWise's catalog.
type NewAddition struct {
	AgreementID int
	ProductID   int
	Quantity    decimal.Decimal
	Effective   Date
	UnitPrice   decimal.NullDecimal // per unit and billing period
	UnitCost    decimal.NullDecimal // per unit and billing period
	Taxable     *bool
}

// AdditionEdit is a change to a line of ours; only the set fields are written.
type AdditionEdit struct {
	Quantity  decimal.NullDecimal
	UnitPrice decimal.NullDecimal // per unit and billing period
	UnitCost  decimal.NullDecimal // per unit and billing period
	Taxable   *bool
	Cancelled Date // zero: not written
	Reopen    bool // takes the end away; Cancelled is zero then
}

// WriteResult is what ConnectWise answered to a write.
type WriteResult struct {
	Addition   Addition
	Unexpected []string // names of fields that we did not write and that changed nevertheless
	At         time.Time
}
