package cwclient

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"

	"github.com/shopspring/decimal"
)

// Values of Addition.BillCustomer.
const (
	Billable  = "Billable"
	DoNotBill = "DoNotBill"
	NoCharge  = "NoCharge"
)

// Addition mirrors /finance/agreements/{parentId}/additions (schema Addition 2026.4). What ConnectWise derives from
// other fields (extended, prorated and margin amounts) is in Raw alone. Dates are as on the wire (UTC, see DateOf),
// empty when unset.
type Addition struct {
	ID                       int        `json:"id"`
	AgreementID              int        `json:"agreementId"` // 0 where the server leaves it out
	Product                  ProductRef `json:"product"`
	Quantity                 Number     `json:"quantity"`       // in units of UOM, before LessIncluded
	LessIncluded             Number     `json:"lessIncluded"`   // in units of UOM, free of charge
	BilledQuantity           Number     `json:"billedQuantity"` // in units of UOM
	UnitPrice                Number     `json:"unitPrice"`      // in the agreement's currency, per unit and billing cycle
	UnitCost                 Number     `json:"unitCost"`       // as UnitPrice
	BillCustomer             string     `json:"billCustomer"`   // Billable, DoNotBill, NoCharge
	EffectiveDate            string     `json:"effectiveDate"`
	CancelledDate            string     `json:"cancelledDate"`
	TaxableFlag              bool       `json:"taxableFlag"`
	SerialNumber             string     `json:"serialNumber"`
	Description              string     `json:"description"`
	InvoiceDescription       string     `json:"invoiceDescription"`
	UOM                      string     `json:"uom"`
	ProrateCurrentPeriodFlag bool       `json:"prorateCurrentPeriodFlag"`
	AgreementStatus          string     `json:"agreementStatus"` // Active, Cancelled, Expired, Inactive
	Info                     Info       `json:"_info"`

	// Raw is the complete record as it came: always from Get, Create and Patch, from lists only with KeepRaw.
	Raw json.RawMessage `json:"-"`
}

// AdditionCreate is what POST /finance/agreements/{parentId}/additions takes. What is left empty ConnectWise sets,
// prices and texts from the catalog.
type AdditionCreate struct {
	ProductID          int             // catalog item, required
	Quantity           decimal.Decimal // in the product's unit
	UnitPrice          Number          // in the agreement's currency, per unit and billing cycle; absent: the catalog's
	UnitCost           Number          // as UnitPrice
	BillCustomer       string          // empty means Billable
	EffectiveDate      Date            // empty: ConnectWise chooses
	CancelledDate      Date            // empty: open
	TaxableFlag        *bool           // nil: the catalog's
	InvoiceDescription string          // at most 6,000 characters; empty: the catalog's
}

// MarshalJSON writes the record as ConnectWise takes it: numbers as exact JSON numbers, dates as midnight UTC.
func (a AdditionCreate) MarshalJSON() ([]byte, error) {
	if a.ProductID <= 0 {
		return nil, errors.New("an addition needs a product")
	}
	bill := a.BillCustomer
	if bill == "" {
		bill = Billable
	}
	return json.Marshal(struct {
		Product            idOnly `json:"product"`
		Quantity           Number `json:"quantity"`
		UnitPrice          Number `json:"unitPrice,omitzero"`
		UnitCost           Number `json:"unitCost,omitzero"`
		BillCustomer       string `json:"billCustomer"`
		EffectiveDate      Date   `json:"effectiveDate,omitempty"`
		CancelledDate      Date   `json:"cancelledDate,omitempty"`
		TaxableFlag        *bool  `json:"taxableFlag,omitempty"`
		InvoiceDescription string `json:"invoiceDescription,omitempty"`
	}{
		idOnly{a.ProductID}, NumberOf(a.Quantity), a.UnitPrice, a.UnitCost, bill,
		a.EffectiveDate, a.CancelledDate, a.TaxableFlag, a.InvoiceDescription,
	})
}

// idOnly writes a reference by its id.
type idOnly struct {
	ID int `json:"id"`
}

// AdditionsClient reads and writes additions, which exist per agreement only. All errors are of type *Error; of a
// write, Rejected and NotSent tell that it surely did not happen, and nothing else does.
type AdditionsClient struct {
	c *Client
}

// of is the collection of one agreement's additions.
func (s *AdditionsClient) of(agreementID int) *collection[Addition] {
	return &collection[Addition]{
		c: s.c, one: "addition", many: "additions",
		path: fmt.Sprintf("finance/agreements/%d/additions", agreementID),
		id:   func(a *Addition) int { return a.ID },
		keep: func(a *Addition, raw json.RawMessage) { a.Raw = raw },
		pack: packAddition,
	}
}

// packAddition shares what many additions have in common.
func packAddition(a *Addition, s *sharing) {
	s.share(&a.Product.Identifier, &a.BillCustomer, &a.EffectiveDate, &a.CancelledDate, &a.Description,
		&a.InvoiceDescription, &a.UOM, &a.AgreementStatus, &a.Info.LastUpdated, &a.Info.UpdatedBy)
	s.shareNumbers(&a.Quantity, &a.LessIncluded, &a.BilledQuantity, &a.UnitPrice, &a.UnitCost)
}

// List reads one page of an agreement's additions, in ascending order of id.
func (s *AdditionsClient) List(ctx context.Context, agreementID int, opts ListOptions) (Page[Addition], error) {
	return s.of(agreementID).listOne(ctx, opts)
}

// All ranges over an agreement's additions in ascending order of id, page by page. It can be ranged over again, and
// asks anew each time. An error comes once and last.
func (s *AdditionsClient) All(ctx context.Context, agreementID int, opts ListOptions) iter.Seq2[Addition, error] {
	return s.of(agreementID).all(ctx, opts)
}

// Count asks how many additions of an agreement meet the conditions; paging options do not matter.
func (s *AdditionsClient) Count(ctx context.Context, agreementID int, opts ListOptions) (int, error) {
	return s.of(agreementID).count(ctx, opts)
}

// Get reads one addition, with Raw. ErrNotFound means that the agreement has none of this id.
func (s *AdditionsClient) Get(ctx context.Context, agreementID, id int) (Addition, error) {
	return s.of(agreementID).get(ctx, id)
}

// Create posts a new addition and gives it as ConnectWise made it, with Raw. It is never sent twice, unless a 429
// refused it: after an error that is neither Rejected nor NotSent it may exist.
func (s *AdditionsClient) Create(ctx context.Context, agreementID int, a AdditionCreate) (Addition, error) {
	return s.of(agreementID).create(ctx, a)
}

// Patch changes fields of one addition and gives it as it is now, with Raw. It is never sent twice, unless a 429
// refused it: after an error that is neither Rejected nor NotSent it may have happened.
func (s *AdditionsClient) Patch(ctx context.Context, agreementID, id int, ops []PatchOp) (Addition, error) {
	return s.of(agreementID).patch(ctx, id, ops)
}
