package cwclient

// ProductType mirrors /procurement/types (schema ProductType).
type ProductType struct {
	ID           int    `json:"id"`
	Name         string `json:"name"`
	InactiveFlag bool   `json:"inactiveFlag"`
	DefaultFlag  bool   `json:"defaultFlag"`
}

// Category mirrors /procurement/categories (schema Category).
type Category struct {
	ID           int    `json:"id"`
	Name         string `json:"name"`
	InactiveFlag bool   `json:"inactiveFlag"`
	DefaultFlag  bool   `json:"defaultFlag"`
}

// Subcategory mirrors /procurement/subcategories/ (schema SubCategory).
type Subcategory struct {
	ID           int    `json:"id"`
	Name         string `json:"name"`
	InactiveFlag bool   `json:"inactiveFlag"`
	DefaultFlag  bool   `json:"defaultFlag"`
	Category     Ref    `json:"category"`
}

// UnitOfMeasure mirrors /procurement/unitOfMeasures (schema UnitOfMeasure).
type UnitOfMeasure struct {
	ID           int    `json:"id"`
	Name         string `json:"name"`
	InactiveFlag bool   `json:"inactiveFlag"`
	DefaultFlag  bool   `json:"defaultFlag"`
}

// BillingCycle mirrors /finance/billingCycles (schema BillingCycle).
type BillingCycle struct {
	ID          int    `json:"id"`
	Identifier  string `json:"identifier"`
	Name        string `json:"name"`
	DefaultFlag bool   `json:"defaultFlag"`
	// BillingOptions says how often: BiMonthly, BiWeekly, Monthly, NotRecurring, Quarterly, SemiAnnual, Weekly, Yearly.
	BillingOptions string `json:"billingOptions"`
}

// TaxCode mirrors /finance/taxCodes (schema TaxCode).
type TaxCode struct {
	ID          int    `json:"id"`
	Identifier  string `json:"identifier"`
	Description string `json:"description"`
	DefaultFlag bool   `json:"defaultFlag"`
}

// Currency mirrors /finance/currencies (schema FinanceCurrency).
type Currency struct {
	ID                 int    `json:"id"`
	CurrencyIdentifier string `json:"currencyIdentifier"`
	Name               string `json:"name"`
	Symbol             string `json:"symbol"`
	CurrencyCode       Ref    `json:"currencyCode"` // its Name is the ISO code
}

// SetupClient reads the set-up tables of ConnectWise. Their names are the tenant's own: keep ids.
type SetupClient struct {
	ProductTypes   *Table[ProductType]
	Categories     *Table[Category]
	Subcategories  *Table[Subcategory]
	UnitsOfMeasure *Table[UnitOfMeasure]
	BillingCycles  *Table[BillingCycle]
	TaxCodes       *Table[TaxCode]
	Currencies     *Table[Currency]
}

// newSetup makes the service. The list of subcategories exists with a trailing slash alone.
func newSetup(c *Client) *SetupClient {
	return &SetupClient{
		ProductTypes:   newTable(c, "product types", "procurement/types", func(r *ProductType) int { return r.ID }),
		Categories:     newTable(c, "categories", "procurement/categories", func(r *Category) int { return r.ID }),
		Subcategories:  newTable(c, "subcategories", "procurement/subcategories/", func(r *Subcategory) int { return r.ID }),
		UnitsOfMeasure: newTable(c, "units of measure", "procurement/unitOfMeasures", func(r *UnitOfMeasure) int { return r.ID }),
		BillingCycles:  newTable(c, "billing cycles", "finance/billingCycles", func(r *BillingCycle) int { return r.ID }),
		TaxCodes:       newTable(c, "tax codes", "finance/taxCodes", func(r *TaxCode) int { return r.ID }),
		Currencies:     newTable(c, "currencies", "finance/currencies", func(r *Currency) int { return r.ID }),
	}
}
