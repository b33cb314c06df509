package cwclient

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
)

// CatalogItem mirrors /procurement/catalog (schema CatalogItem 2026.4).
type CatalogItem struct {
	ID                     int    `json:"id"`
	Identifier             string `json:"identifier"`
	Description            string `json:"description"`
	CustomerDescription    string `json:"customerDescription"`
	ProductClass           string `json:"productClass"` // Agreement, Bundle, Inventory, NonInventory, Service
	InactiveFlag           bool   `json:"inactiveFlag"`
	TaxableFlag            bool   `json:"taxableFlag"`
	Price                  Number `json:"price"` // per unit, in the tenant's own currency
	Cost                   Number `json:"cost"`  // as Price
	VendorSKU              string `json:"vendorSku"`
	ManufacturerPartNumber string `json:"manufacturerPartNumber"`
	UnitOfMeasure          Ref    `json:"unitOfMeasure"`
	Type                   Ref    `json:"type"`
	Category               Ref    `json:"category"`
	Subcategory            Ref    `json:"subcategory"`
	Info                   Info   `json:"_info"`

	// Raw is the complete record as it came: always from Get, Create and Patch, from lists only with KeepRaw.
	Raw json.RawMessage `json:"-"`
}

// CatalogItemCreate is what POST /procurement/catalog takes.
type CatalogItemCreate struct {
	Identifier          string // required, at most 75 characters
	Description         string // required, at most 60 characters
	CustomerDescription string // at most 6,000 characters; empty: Description
	ProductClass        string // empty: ConnectWise's default, NonInventory
	TypeID              int    // product type, required
	CategoryID          int    // 0: the subcategory's
	SubcategoryID       int    // required
	UnitOfMeasureID     int    // 0: ConnectWise's default
	Price               Number // per unit, in the tenant's own currency
	Cost                Number // as Price
	TaxableFlag         *bool  // nil: ConnectWise's default
}

// MarshalJSON writes the record as ConnectWise takes it: numbers as exact JSON numbers, references by id.
func (p CatalogItemCreate) MarshalJSON() ([]byte, error) {
	if p.Identifier == "" || p.Description == "" || p.TypeID <= 0 || p.SubcategoryID <= 0 {
		return nil, errors.New("a product needs identifier, description, type and subcategory")
	}
	shown := p.CustomerDescription
	if shown == "" {
		shown = p.Description
	}
	return json.Marshal(struct {
		Identifier          string `json:"identifier"`
		Description         string `json:"description"`
		CustomerDescription string `json:"customerDescription"`
		ProductClass        string `json:"productClass,omitempty"`
		Type                idOnly `json:"type"`
		Category            idOnly `json:"category,omitzero"`
		Subcategory         idOnly `json:"subcategory"`
		UnitOfMeasure       idOnly `json:"unitOfMeasure,omitzero"`
		Price               Number `json:"price,omitzero"`
		Cost                Number `json:"cost,omitzero"`
		TaxableFlag         *bool  `json:"taxableFlag,omitempty"`
	}{
		p.Identifier, p.Description, shown, p.ProductClass, idOnly{p.TypeID}, idOnly{p.CategoryID},
		idOnly{p.SubcategoryID}, idOnly{p.UnitOfMeasureID}, p.Price, p.Cost, p.TaxableFlag,
	})
}

// CatalogClient reads and writes products. All errors are of type *Error; of a write, Rejected and NotSent tell
// that it surely did not happen, and nothing else does.
type CatalogClient struct {
	records *collection[CatalogItem]
}

// newCatalog makes the service.
func newCatalog(c *Client) *CatalogClient {
	return &CatalogClient{records: &collection[CatalogItem]{
		c: c, one: "product", many: "products", path: "procurement/catalog",
		id:   func(p *CatalogItem) int { return p.ID },
		keep: func(p *CatalogItem, raw json.RawMessage) { p.Raw = raw },
		pack: func(p *CatalogItem, s *sharing) {
			s.share(&p.ProductClass, &p.UnitOfMeasure.Name, &p.Type.Name, &p.Category.Name, &p.Subcategory.Name,
				&p.Info.LastUpdated, &p.Info.UpdatedBy)
			s.shareNumbers(&p.Price, &p.Cost)
			if p.CustomerDescription == p.Description {
				p.CustomerDescription = p.Description
			}
		},
	}}
}

// List reads one page of products, in ascending order of id.
func (s *CatalogClient) List(ctx context.Context, opts ListOptions) (Page[CatalogItem], error) {
	return s.records.listOne(ctx, opts)
}

// All ranges over products in ascending order of id, page by page. It can be ranged over again, and asks anew each
// time. An error comes once and last.
func (s *CatalogClient) All(ctx context.Context, opts ListOptions) iter.Seq2[CatalogItem, error] {
	return s.records.all(ctx, opts)
}

// Get reads one product, with Raw. ErrNotFound means that there is none of this id.
func (s *CatalogClient) Get(ctx context.Context, id int) (CatalogItem, error) {
	return s.records.get(ctx, id)
}

// Count asks how many products meet the conditions; paging options do not matter.
func (s *CatalogClient) Count(ctx context.Context, opts ListOptions) (int, error) {
	return s.records.count(ctx, opts)
}

// Create posts a new product and gives it as ConnectWise made it, with Raw. An identifier that exists already is
// ErrInvalid with a field error ObjectExists. It is never sent twice, unless a 429 refused it.
func (s *CatalogClient) Create(ctx context.Context, p CatalogItemCreate) (CatalogItem, error) {
	return s.records.create(ctx, p)
}

// Patch changes fields of one product and gives it as it is now, with Raw. It is never sent twice, unless a 429
// refused it.
func (s *CatalogClient) Patch(ctx context.Context, id int, ops []PatchOp) (CatalogItem, error) {
	return s.records.patch(ctx, id, ops)
}
