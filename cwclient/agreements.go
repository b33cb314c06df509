package cwclient

import (
	"context"
	"iter"
)

// Agreement mirrors /finance/agreements (schema Agreement 2026.4). Dates are as on the wire (UTC, see DateOf), empty
// when unset.
type Agreement struct {
	ID                           int         `json:"id"`
	Name                         string      `json:"name"`
	Type                         Ref         `json:"type"`
	Company                      CompanyRef  `json:"company"`
	Contact                      Ref         `json:"contact"`
	BillToCompany                CompanyRef  `json:"billToCompany"`
	ParentAgreement              Ref         `json:"parentAgreement"`
	StartDate                    string      `json:"startDate"`
	EndDate                      string      `json:"endDate"`
	NoEndingDateFlag             bool        `json:"noEndingDateFlag"`
	CancelledFlag                bool        `json:"cancelledFlag"`
	DateCancelled                string      `json:"dateCancelled"`
	BillingCycle                 Ref         `json:"billingCycle"`
	BillStartDate                string      `json:"billStartDate"`
	BillOneTimeFlag              bool        `json:"billOneTimeFlag"`
	ProrateFlag                  bool        `json:"prorateFlag"`
	InvoiceProratedAdditionsFlag bool        `json:"invoiceProratedAdditionsFlag"`
	PeriodType                   string      `json:"periodType"` // Current, Future, Both, Undefined
	NextInvoiceDate              string      `json:"nextInvoiceDate"`
	AgreementStatus              string      `json:"agreementStatus"` // Active, Cancelled, Expired, Inactive
	Currency                     CurrencyRef `json:"currency"`
	Info                         Info        `json:"_info"`
}

// AgreementType mirrors /finance/agreements/types (schema AgreementType).
type AgreementType struct {
	ID           int    `json:"id"`
	Name         string `json:"name"`
	DefaultFlag  bool   `json:"defaultFlag"`
	InactiveFlag bool   `json:"inactiveFlag"`
	ProrateFlag  bool   `json:"prorateFlag"`
}

// AgreementRecap mirrors /finance/agreementrecap/ (schema AgreementRecap): the state of an agreement's invoices.
// Dates are plain texts there, whatever the server writes.
type AgreementRecap struct {
	ID                int    `json:"id"`
	Name              string `json:"name"`
	CompanyName       string `json:"companyName"`
	AgreementStatus   string `json:"agreementStatus"`
	LastInvoiceDate   string `json:"lastInvoiceDate"`
	LastInvoiceNumber string `json:"lastInvoiceNumber"`
	NextInvoiceDate   string `json:"nextInvoiceDate"`
	UnbilledPeriods   Number `json:"unbilledPeriods"` // whole periods
}

// AgreementsClient reads agreements. All errors are of type *Error.
type AgreementsClient struct {
	Types  *Table[AgreementType]
	Recaps *Table[AgreementRecap]

	records *collection[Agreement]
}

// newAgreements makes the service.
func newAgreements(c *Client) *AgreementsClient {
	return &AgreementsClient{
		Types: newTable(c, "agreement types", "finance/agreements/types", func(r *AgreementType) int { return r.ID }),
		// The list of recaps exists with a trailing slash alone.
		Recaps: newTable(c, "agreement recaps", "finance/agreementrecap/", func(r *AgreementRecap) int { return r.ID }),
		records: &collection[Agreement]{
			c: c, one: "agreement", many: "agreements", path: "finance/agreements",
			id: func(a *Agreement) int { return a.ID },
			pack: func(a *Agreement, s *sharing) {
				s.share(&a.Type.Name, &a.Company.Identifier, &a.Company.Name, &a.BillingCycle.Name, &a.PeriodType,
					&a.StartDate, &a.EndDate, &a.BillStartDate, &a.NextInvoiceDate, &a.DateCancelled, &a.AgreementStatus,
					&a.Currency.CurrencyCode, &a.Currency.CurrencyIdentifier, &a.Currency.Symbol, &a.Currency.Name,
					&a.BillToCompany.Identifier, &a.BillToCompany.Name, &a.Info.LastUpdated, &a.Info.UpdatedBy)
			},
		},
	}
}

// List reads one page of agreements, in ascending order of id.
func (s *AgreementsClient) List(ctx context.Context, opts ListOptions) (Page[Agreement], error) {
	return s.records.listOne(ctx, opts)
}

// All ranges over agreements in ascending order of id, page by page. It can be ranged over again, and asks anew
// each time. An error comes once and last.
func (s *AgreementsClient) All(ctx context.Context, opts ListOptions) iter.Seq2[Agreement, error] {
	return s.records.all(ctx, opts)
}

// Get reads one agreement. ErrNotFound means that there is none of this id.
func (s *AgreementsClient) Get(ctx context.Context, id int) (Agreement, error) {
	return s.records.get(ctx, id)
}

// Count asks how many agreements meet the conditions; paging options do not matter.
func (s *AgreementsClient) Count(ctx context.Context, opts ListOptions) (int, error) {
	return s.records.count(ctx, opts)
}
