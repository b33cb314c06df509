package ui

import (
	"strings"

	"cwsync/syncer/billing"
	"cwsync/ui/report"
)

// catalogIndex is ConnectWise's catalog, as it is looked up and searched. It never changes once it is made, which a command does: a catalog may
// be long.
type catalogIndex struct {
	products []billing.Product
	byID     map[int]int    // id: place in products
	byName   map[string]int // identifier: place in products
	byFold   map[string]int // identifier as billing.FoldIdentifier has it: place in products
	rows     []pickRow      // what a search looks through, in the order of products
	widest   int            // cells of the widest identifier
	dearest  int            // cells of the widest price
}

func newCatalogIndex(products []billing.Product) catalogIndex {
	c := catalogIndex{
		products: products, byID: make(map[int]int, len(products)), byName: make(map[string]int, len(products)), byFold: make(map[string]int, len(products)),
		rows: make([]pickRow, len(products)),
	}
	for i := range products {
		product := &products[i]
		c.byID[product.ID] = i
		c.byName[product.Identifier] = i
		c.byFold[billing.FoldIdentifier(product.Identifier)] = i
		c.rows[i] = pickRow{key: product.ID, name: product.Identifier, text: strings.Join([]string{product.Description, product.VendorSKU, product.PartNumber}, " ")}
		c.widest = max(c.widest, report.Cells(report.Plain(product.Identifier)))
		c.dearest = max(c.dearest, report.Cells(report.Price(product.Price, "")))
	}
	return c
}

// known reports whether the catalog was read.
func (c *catalogIndex) known() bool { return c.byID != nil }

// product is what a set-up's name of a product means; nil when the catalog does not have it or was not read.
func (c *catalogIndex) product(ref billing.ProductRef) *billing.Product {
	at, ok := c.byID[ref.ID]
	if ref.ID == 0 {
		at, ok = c.byName[ref.Identifier]
	}
	if !ok || ref.IsZero() {
		return nil
	}
	return &c.products[at]
}

// alike is the product that keeps another of this identifier from being created, whatever its letter case; nil when none does.
func (c *catalogIndex) alike(identifier string) *billing.Product {
	if at, ok := c.byFold[billing.FoldIdentifier(identifier)]; ok {
		return &c.products[at]
	}
	return nil
}

// unfit says why a product cannot be billed; empty when it can.
func unfit(product *billing.Product) string {
	switch {
	case product.Class == billing.BundleClass:
		return product.Identifier + " is a bundle: ConnectWise takes none as an addition; map a product within it"
	case product.Inactive:
		return product.Identifier + " is inactive: make it active in ConnectWise (Procurement > Product Catalog), or choose another"
	}
	return ""
}
