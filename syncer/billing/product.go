package billing

import "github.com/shopspring/decimal"

// NewProduct is what is sent to create a catalog item. What is absent comes from ConnectWise's own defaults.
type NewProduct struct {
	Identifier          string              // 1 to 75 characters, unique in the catalog
	Description         string              // 1 to 60 characters
	CustomerDescription string              // up to 6,000 characters, shown on invoices; empty: Description
	Class               string              // one of ProductClasses; empty: ConnectWise's default, NonInventory
	TypeID              int                 // of ProductTables.Types
	CategoryID          int                 // of ProductTables.Categories; 0: the subcategory's
	SubcategoryID       int                 // of ProductTables.Subcategories
	UnitID              int                 // of ProductTables.Units; 0: ConnectWise's default
	Price               decimal.NullDecimal // per unit, 0 or more
	Cost                decimal.NullDecimal // per unit, 0 or more
	Taxable             *bool
}

// Longest texts of a new product, in characters.
const (
	MaxIdentifier          = 75
	MaxDescription         = 60
	MaxCustomerDescription = 6000
)

// ProductClasses are ConnectWise's classes that an addition's product can have; a bundle cannot be one.
func ProductClasses() []string { return []string{"Agreement", "Inventory", "NonInventory", "Service"} }

// ProductTables are the tables of ConnectWise's set-up that a new product needs, each in ascending order of id, inactive entries left out.
type ProductTables struct {
	Types         []TableEntry
	Categories    []TableEntry
	Subcategories []Subcategory
	Units         []TableEntry
}

// TableEntry is a record of a set-up table. Names are the tenant's own.
type TableEntry struct {
	ID      int
	Name    string
	Default bool // ConnectWise takes it where nothing is said
}

// Subcategory is a subcategory of the catalog with the category that it is below.
type Subcategory struct {
	TableEntry
	CategoryID int
}
