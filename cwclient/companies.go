package cwclient

import (
	"context"
	"iter"
)

// Company mirrors /company/companies (schema Company 2026.4). Deleted ones still come back, with DeletedFlag.
type Company struct {
	ID            int         `json:"id"`
	Identifier    string      `json:"identifier"`
	Name          string      `json:"name"`
	Status        Ref         `json:"status"`
	Types         []Ref       `json:"types"`
	DeletedFlag   bool        `json:"deletedFlag"`
	LeadFlag      bool        `json:"leadFlag"`
	AccountNumber string      `json:"accountNumber"`
	Website       string      `json:"website"`
	PhoneNumber   string      `json:"phoneNumber"`
	AddressLine1  string      `json:"addressLine1"`
	AddressLine2  string      `json:"addressLine2"`
	City          string      `json:"city"`
	State         string      `json:"state"`
	Zip           string      `json:"zip"`
	Country       Ref         `json:"country"`
	Currency      CurrencyRef `json:"currency"`
	Info          Info        `json:"_info"`
}

// CompanyStatus mirrors /company/companies/statuses (schema CompanyStatus).
type CompanyStatus struct {
	ID           int    `json:"id"`
	Name         string `json:"name"`
	DefaultFlag  bool   `json:"defaultFlag"`
	InactiveFlag bool   `json:"inactiveFlag"`
}

// CompanyType mirrors /company/companies/types (schema CompanyType).
type CompanyType struct {
	ID          int    `json:"id"`
	Name        string `json:"name"`
	DefaultFlag bool   `json:"defaultFlag"`
	VendorFlag  bool   `json:"vendorFlag"`
}

// CompaniesClient reads companies. All errors are of type *Error.
type CompaniesClient struct {
	Statuses *Table[CompanyStatus]
	Types    *Table[CompanyType]

	records *collection[Company]
}

// newCompanies makes the service.
func newCompanies(c *Client) *CompaniesClient {
	return &CompaniesClient{
		Statuses: newTable(c, "company statuses", "company/companies/statuses", func(r *CompanyStatus) int { return r.ID }),
		Types:    newTable(c, "company types", "company/companies/types", func(r *CompanyType) int { return r.ID }),
		records: &collection[Company]{
			c: c, one: "company", many: "companies", path: "company/companies",
			id: func(r *Company) int { return r.ID },
			pack: func(r *Company, s *sharing) {
				s.share(&r.Status.Name, &r.City, &r.State, &r.Country.Name, &r.Currency.CurrencyCode, &r.Currency.CurrencyIdentifier,
					&r.Currency.Symbol, &r.Currency.Name, &r.Info.LastUpdated, &r.Info.UpdatedBy)
				for i := range r.Types {
					s.share(&r.Types[i].Name)
				}
			},
		},
	}
}

// List reads one page of companies, in ascending order of id.
func (s *CompaniesClient) List(ctx context.Context, opts ListOptions) (Page[Company], error) {
	return s.records.listOne(ctx, opts)
}

// All ranges over companies in ascending order of id, page by page. It can be ranged over again, and asks anew each
// time. An error comes once and last.
func (s *CompaniesClient) All(ctx context.Context, opts ListOptions) iter.Seq2[Company, error] {
	return s.records.all(ctx, opts)
}

// Get reads one company. ErrNotFound means that there is none of this id.
func (s *CompaniesClient) Get(ctx context.Context, id int) (Company, error) {
	return s.records.get(ctx, id)
}

// Count asks how many companies meet the conditions; paging options do not matter.
func (s *CompaniesClient) Count(ctx context.Context, opts ListOptions) (int, error) {
	return s.records.count(ctx, opts)
}
