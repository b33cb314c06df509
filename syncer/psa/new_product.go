package psa

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"cwsync/cwclient"
	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
	"golang.org/x/sync/errgroup"
)

// ProductTables reads the set-up tables that a new product needs, side by side. Errors are *billing.Failure.
func (p *PSA) ProductTables(ctx context.Context) (billing.ProductTables, error) {
	var types []cwclient.ProductType
	var categories []cwclient.Category
	var subcategories []cwclient.Subcategory
	var units []cwclient.UnitOfMeasure
	setup, opts := p.client.Setup, cwclient.ListOptions{}
	group, all := errgroup.WithContext(ctx)
	group.Go(func() (err error) { types, err = whole(setup.ProductTypes.All(all, opts)); return err })
	group.Go(func() (err error) { categories, err = whole(setup.Categories.All(all, opts)); return err })
	group.Go(func() (err error) { subcategories, err = whole(setup.Subcategories.All(all, opts)); return err })
	group.Go(func() (err error) { units, err = whole(setup.UnitsOfMeasure.All(all, opts)); return err })
	if err := group.Wait(); err != nil {
		return billing.ProductTables{}, tablesTask.failure(err)
	}
	var tables billing.ProductTables
	for _, r := range types {
		tables.Types = withEntry(tables.Types, r.InactiveFlag, r.ID, r.Name, r.DefaultFlag)
	}
	for _, r := range categories {
		tables.Categories = withEntry(tables.Categories, r.InactiveFlag, r.ID, r.Name, r.DefaultFlag)
	}
	for _, r := range subcategories {
		if !r.InactiveFlag {
			entry := billing.TableEntry{ID: r.ID, Name: r.Name, Default: r.DefaultFlag}
			tables.Subcategories = append(tables.Subcategories, billing.Subcategory{TableEntry: entry, CategoryID: r.Category.ID})
		}
	}
	for _, r := range units {
		tables.Units = withEntry(tables.Units, r.InactiveFlag, r.ID, r.Name, r.DefaultFlag)
	}
	return tables, nil
}

// withEntry adds a record to a table unless it is inactive.
func withEntry(entries []billing.TableEntry, inactive bool, id int, name string, isDefault bool) []billing.TableEntry {
	if inactive {
		return entries
	}
	return append(entries, billing.TableEntry{ID: id, Name: name, Default: isDefault})
}

// CreateProduct creates a catalog item, with one write, and gives it as ConnectWise made it. Errors are *billing.Failure: an identifier that
// exists already is ClassRejected with a hint that says so. What ConnectWise would refuse for its length or
// form is refused here, with nothing sent.
func (p *PSA) CreateProduct(ctx context.Context, n billing.NewProduct) (billing.Product, error) {
	t := task{op: fmt.Sprintf("create the product %q", n.Identifier), right: rightAddCatalog, write: true}
	if why := wrong(&n); why != "" {
		return billing.Product{}, t.misused(why)
	}
	item, err := p.client.Catalog.Create(ctx, cwclient.CatalogItemCreate{
		Identifier: n.Identifier, Description: n.Description, CustomerDescription: n.CustomerDescription, ProductClass: n.Class,
		TypeID: n.TypeID, CategoryID: n.CategoryID, SubcategoryID: n.SubcategoryID, UnitOfMeasureID: n.UnitID,
		Price: optional(n.Price), Cost: optional(n.Cost), TaxableFlag: n.Taxable,
	})
	if err != nil {
		failure := t.failure(err)
		if failure.Unknown {
			failure.Hint = "look in the catalog whether it exists now, before you create it again"
		}
		return billing.Product{}, failure
	}
	if billing.FoldIdentifier(item.Identifier) != billing.FoldIdentifier(n.Identifier) {
		return billing.Product{}, t.senseless(fmt.Errorf("product %d, which it answers with, has the identifier %q", item.ID, item.Identifier))
	}
	return toProduct(&item), nil
}

// wrong says what ConnectWise could not take; empty for nothing.
func wrong(n *billing.NewProduct) string {
	for _, text := range []struct {
		name, value string
		limit       int
		optional    bool
	}{
		{"identifier", n.Identifier, billing.MaxIdentifier, false},
		{"description", n.Description, billing.MaxDescription, false},
		{"customer description", n.CustomerDescription, billing.MaxCustomerDescription, true},
	} {
		switch length := utf8.RuneCountInString(text.value); {
		case strings.TrimSpace(text.value) == "" && (!text.optional || text.value != ""):
			return "the " + text.name + " is empty"
		case text.value != strings.TrimSpace(text.value):
			return "the " + text.name + " begins or ends with a space"
		case length > text.limit:
			return fmt.Sprintf("the %s has %d characters, and ConnectWise takes %d", text.name, length, text.limit)
		case !utf8.ValidString(text.value), strings.ContainsFunc(text.value, func(r rune) bool { return unicode.IsControl(r) && r != '\n' }),
			!text.optional && strings.Contains(text.value, "\n"):
			return "the " + text.name + " has characters that cannot be printed"
		}
	}
	switch {
	case n.Class != "" && !slices.Contains(billing.ProductClasses(), n.Class):
		return fmt.Sprintf("%q is no product class that an addition can have", n.Class)
	case n.TypeID <= 0:
		return "the product type is missing"
	case n.SubcategoryID <= 0:
		return "the subcategory is missing"
	case isNegative(n.Price) || isNegative(n.Cost):
		return "price and cost are 0 or more"
	}
	return ""
}

func isNegative(amount decimal.NullDecimal) bool { return amount.Valid && amount.Decimal.IsNegative() }
