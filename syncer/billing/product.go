package billing

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

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

// FoldIdentifier gives what ConnectWise tells identifiers apart by: letter case and outer spaces do not count.
func FoldIdentifier(identifier string) string { return strings.ToLower(strings.TrimSpace(identifier)) }

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

// ProductDefaults are names or ids of ConnectWise's set-up tables, for products that cwsync creates. An empty category is the subcategory's, an
// empty unit is ConnectWise's default.
type ProductDefaults struct {
	Class       string
	Type        string
	Category    string
	Subcategory string
	Unit        string
}

// ProductTemplate is what the products that cwsync creates have in common.
type ProductTemplate struct {
	Class         string
	TypeID        int
	CategoryID    int
	SubcategoryID int
	UnitID        int
	Words         string // the same for people: "class Agreement, type Service, category Cloud, subcategory Email, unit Each"
	Problem       string // why no product can be created; empty when it can
}

// Template looks defaults up in the tables: by name, capitals aside, else by id. What is not there, or there twice, is the template's Problem.
func (t *ProductTables) Template(defaults ProductDefaults) ProductTemplate {
	finder := templateFinder{}
	template := ProductTemplate{Class: finder.class(defaults.Class)}
	words := []string{"class " + template.Class}
	take := func(label string, entry TableEntry) int {
		if entry.ID != 0 {
			words = append(words, label+" "+entry.Name)
		}
		return entry.ID
	}
	template.TypeID = take("type", finder.entry("defaults.product_type", "product type", t.Types, defaults.Type, true))
	template.CategoryID = take("category", finder.entry("defaults.category", "category", t.Categories, defaults.Category, false))
	var below []TableEntry
	for _, sub := range t.Subcategories {
		if template.CategoryID == 0 || sub.CategoryID == template.CategoryID {
			below = append(below, sub.TableEntry)
		}
	}
	template.SubcategoryID = take("subcategory", finder.entry("defaults.subcategory", "subcategory", below, defaults.Subcategory, true))
	template.UnitID = take("unit", finder.entry("defaults.unit", "unit of measure", t.Units, defaults.Unit, false))
	template.Words, template.Problem = strings.Join(words, ", "), strings.Join(finder.problems, "; ")
	return template
}

type templateFinder struct{ problems []string }

func (f *templateFinder) class(named string) string {
	if named == "" {
		return "Agreement"
	}
	for _, class := range ProductClasses() {
		if strings.EqualFold(class, named) {
			return class
		}
	}
	f.problems = append(f.problems, fmt.Sprintf("%q is no class that the product of an addition can have: set defaults.product_class to one of %s",
		named, strings.Join(ProductClasses(), ", ")))
	return named
}

// entry finds the one entry that is named; the zero entry when it is not named, not there or there twice.
func (f *templateFinder) entry(key, what string, entries []TableEntry, named string, needed bool) TableEntry {
	if named == "" {
		if needed {
			f.problems = append(f.problems, "no "+what+" is set: set "+key)
		}
		return TableEntry{}
	}
	found := EntriesNamed(entries, named)
	switch len(found) {
	case 0:
		f.problems = append(f.problems, fmt.Sprintf("ConnectWise has no active %s %q: set %s to the name or id of one", what, named, key))
		return TableEntry{}
	case 1:
		return found[0]
	}
	f.problems = append(f.problems, fmt.Sprintf("ConnectWise has %d of %s %q: set %s to the id of one", len(found), what, named, key))
	return TableEntry{}
}

// EntriesNamed are the entries of a table that a default means: those of this name, capitals and outer spaces aside, else the one of this id. More
// than one means none of them.
func EntriesNamed(entries []TableEntry, named string) []TableEntry {
	found := where(entries, func(e TableEntry) bool { return strings.EqualFold(strings.TrimSpace(e.Name), named) })
	if len(found) == 0 {
		found = where(entries, func(e TableEntry) bool { return strconv.Itoa(e.ID) == named })
	}
	return found
}

func where(entries []TableEntry, is func(TableEntry) bool) []TableEntry {
	var found []TableEntry
	for _, entry := range entries {
		if is(entry) {
			found = append(found, entry)
		}
	}
	return found
}

// ProductEdit is a change to a catalog item that cwsync created; only the set fields are written.
type ProductEdit struct {
	Price decimal.NullDecimal // per unit, 0 or more
	Cost  decimal.NullDecimal // per unit, 0 or more
}
