package billing

import (
	"slices"

	"github.com/shopspring/decimal"
)

// Source is one place where usage comes from, with the rules for what is written and the mappings and links that belong to it.
// Its field tags are the keys of the set-up document.
type Source struct {
	Name          string          `yaml:"name"`
	Kind          string          `yaml:"kind"`
	Options       map[string]any  `yaml:"options,omitempty"`
	Sync          bool            `yaml:"sync"`
	Complete      bool            `yaml:"complete"`   // an absent line means that the usage ended
	OnMissing     OnMissing       `yaml:"on_missing"` // only with Complete
	OnZero        OnZero          `yaml:"on_zero"`
	OnDrift       OnDrift         `yaml:"on_drift"`
	Write         []Field         `yaml:"write"`
	PricePer      PricePer        `yaml:"price_per"`
	BillStatus    []Status        `yaml:"bill_status"`
	MarkupPercent decimal.Decimal `yaml:"markup_percent"`
	Services      []Service       `yaml:"services"`
	Customers     []Customer      `yaml:"customers"`
}

// Bills reports whether lines of this status are billed.
func (s *Source) Bills(status Status) bool { return slices.Contains(s.BillStatus, status) }

// Writes reports whether the source owns this field of its additions.
func (s *Source) Writes(field Field) bool { return slices.Contains(s.Write, field) }

// Service is the mapping of one service to one product, with the rules for its quantity and price.
type Service struct {
	ID            string       `yaml:"id"`
	Name          string       `yaml:"name,omitempty"`
	Product       ProductRef   `yaml:"product,omitempty"` // zero: not assigned
	CreateProduct bool         `yaml:"create_product"`
	UpdateProduct bool         `yaml:"update_product"`
	Deprecated    bool         `yaml:"deprecated"`
	Sync          bool         `yaml:"sync"`
	Merge         Merge        `yaml:"merge"`
	Includes      []string     `yaml:"includes,omitempty"` // ids of services that this bundle contains
	Basis         string       `yaml:"basis"`              // which count is billed; empty: the line's quantity
	Taxable       Taxable      `yaml:"taxable"`
	Price         PriceRule    `yaml:"price"`
	Quantity      QuantityRule `yaml:"quantity"`
	Change        ChangeMode   `yaml:"change"`
}

// ProductRef names a product of the catalog by identifier or, when ID is not 0, by id.
type ProductRef struct {
	Identifier string `yaml:"identifier,omitempty"`
	ID         int    `yaml:"id,omitempty"`
}

// IsZero reports whether no product is named.
func (r ProductRef) IsZero() bool { return r == ProductRef{} }

// Customer is the link of one customer to one company and agreement.
type Customer struct {
	ID              string                     `yaml:"id"`
	Name            string                     `yaml:"name,omitempty"`
	Company         int                        `yaml:"company"`   // ConnectWise id; 0: not linked
	Agreement       int                        `yaml:"agreement"` // ConnectWise id; 0: not linked
	Sync            bool                       `yaml:"sync"`
	ServicesOff     []string                   `yaml:"services_off,omitempty"`
	DiscountPercent decimal.Decimal            `yaml:"discount_percent"`
	Prices          map[string]decimal.Decimal `yaml:"prices,omitempty"`    // service id: a fixed unit price
	Additions       map[string]int             `yaml:"additions,omitempty"` // service id: the addition to use where several are open
}

// Linked reports whether the customer has both a company and an agreement.
func (c *Customer) Linked() bool { return c.Company != 0 && c.Agreement != 0 }

// QuantityRule makes the billed quantity of a usage count: round(max(minimum, usage ÷ divide_by − included)).
type QuantityRule struct {
	DivideBy decimal.Decimal `yaml:"divide_by"` // greater than 0
	Included decimal.Decimal `yaml:"included"`  // units, 0 or more
	Minimum  decimal.Decimal `yaml:"minimum"`   // units, 0 or more
	Round    Rounding        `yaml:"round"`
}

// PriceRule says where a unit price comes from.
type PriceRule struct {
	From    PriceFrom           `yaml:"from"`
	Percent decimal.NullDecimal `yaml:"percent,omitempty"` // markup; absent: the source's markup_percent
}

// Guards stop a run before its first write. Percents are 0 to 100 and above, units are billed units.
type Guards struct {
	DropPercent     decimal.Decimal     `yaml:"drop_percent"`
	DropUnits       decimal.Decimal     `yaml:"drop_units"`
	RisePercent     decimal.Decimal     `yaml:"rise_percent"`
	RiseUnits       decimal.Decimal     `yaml:"rise_units"`
	MissingPercent  decimal.Decimal     `yaml:"missing_percent"`
	MaxAge          Duration            `yaml:"max_age"`           // of usage and of saved plans
	MaxMonthlyDelta decimal.NullDecimal `yaml:"max_monthly_delta"` // money a month, in each currency; absent: no limit
}
