package cwclient

// Ref points to a record that is known by its name (AgreementTypeReference, BillingCycleReference,
// ContactReference and others). ID 0 means that there is none.
type Ref struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
}

// CompanyRef points to a company (CompanyReference). ID 0 means that there is none.
type CompanyRef struct {
	ID         int    `json:"id"`
	Identifier string `json:"identifier"`
	Name       string `json:"name"`
}

// ProductRef points to a catalog item (IvItemReference); it has no name. ID 0 means that there is none.
type ProductRef struct {
	ID         int    `json:"id"`
	Identifier string `json:"identifier"`
}

// CurrencyRef points to a currency (CurrencyReference). ID 0 means that there is none.
type CurrencyRef struct {
	ID                 int    `json:"id"`
	CurrencyCode       string `json:"currencyCode"`       // ISO code, such as USD
	CurrencyIdentifier string `json:"currencyIdentifier"` // the tenant's own short name
	Symbol             string `json:"symbol"`
	Name               string `json:"name"`
}

// Info is the _info map of a record: the only token of change that the API has.
type Info struct {
	LastUpdated string `json:"lastUpdated"` // UTC, whole seconds; may be empty
	UpdatedBy   string `json:"updatedBy"`
}
