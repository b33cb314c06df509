package psa

import (
	"context"
	"errors"
	"fmt"

	"cwsync/cwclient"
	"cwsync/syncer/billing"
)

// ProductsByID reads these products, each once, in ascending order of id; those that do not exist are absent. Errors are *billing.Failure.
func (p *PSA) ProductsByID(ctx context.Context, ids []int) ([]billing.Product, error) {
	products, err := inChunks(ctx, wanted(ids), func(ctx context.Context, chunk []int) ([]billing.Product, error) {
		var found []billing.Product
		for item, err := range p.client.Catalog.All(ctx, cwclient.ListOptions{IDs: chunk}) {
			if err != nil {
				return nil, err
			}
			if !asked(chunk, item.ID) {
				continue
			}
			if item.Identifier == "" {
				return nil, noIdentifier(item.ID)
			}
			found = append(found, toProduct(&item))
		}
		return found, nil
	})
	if nameless, ok := errors.AsType[noIdentifier](err); ok {
		return nil, catalogTask.senseless(nameless)
	}
	if err != nil {
		return nil, catalogTask.failure(err)
	}
	return products, nil
}

// noIdentifier is the id of a product that came without an identifier, which ConnectWise requires of every product.
type noIdentifier int

func (id noIdentifier) Error() string { return fmt.Sprintf("product %d has no identifier", int(id)) }

// ProductsByIdentifier pages through the whole catalog once and gives the products of these identifiers, in ascending order of id, and those
// that differ from one of them in letter case or outer spaces alone: ConnectWise takes such a one for the same. How text is quoted in a condition is not documented, so identifiers never get into one. Errors are *billing.Failure; two
// products of one identifier make no sense.
func (p *PSA) ProductsByIdentifier(ctx context.Context, identifiers []string) ([]billing.Product, error) {
	ids := make(map[string]int, len(identifiers)) // id of the product found; 0: not yet
	alike := make(map[string]bool, len(identifiers))
	for _, identifier := range identifiers {
		if identifier != "" {
			ids[identifier] = 0
			alike[billing.FoldIdentifier(identifier)] = true
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var products []billing.Product
	found := 0
	nameless := 0 // a product without an identifier: it may be one of those that are not found
	for item, err := range p.client.Catalog.All(ctx, cwclient.ListOptions{}) {
		if err != nil {
			return nil, catalogTask.failure(err)
		}
		if item.Identifier == "" && nameless == 0 {
			nameless = item.ID
		}
		before, isWanted := ids[item.Identifier]
		if !isWanted {
			if alike[billing.FoldIdentifier(item.Identifier)] {
				products = append(products, toProduct(&item))
			}
			continue
		}
		if before != 0 {
			return nil, catalogTask.senseless(fmt.Errorf("products %d and %d both have the identifier %q", before, item.ID, item.Identifier))
		}
		ids[item.Identifier] = item.ID
		found++
		products = append(products, toProduct(&item))
	}
	if nameless != 0 && found < len(ids) {
		return nil, catalogTask.senseless(noIdentifier(nameless))
	}
	return products, nil
}

// AllProducts reads the whole catalog in ascending order of id, inactive products and bundles too. progress, unless nil, is called from the
// same goroutine with the number of products read so far, after each page and at the end. Errors are *billing.Failure.
func (p *PSA) AllProducts(ctx context.Context, progress func(read int)) ([]billing.Product, error) {
	if progress == nil {
		progress = func(int) {}
	}
	var products []billing.Product
	for item, err := range p.client.Catalog.All(ctx, cwclient.ListOptions{}) {
		if err != nil {
			return nil, catalogTask.failure(err)
		}
		products = append(products, toProduct(&item))
		if len(products)%cwclient.MaxPageSize == 0 {
			progress(len(products))
		}
	}
	progress(len(products))
	return products, nil
}

// toProduct translates one catalog item.
func toProduct(item *cwclient.CatalogItem) billing.Product {
	return billing.Product{
		ID: item.ID, Identifier: item.Identifier, Description: item.Description, Class: item.ProductClass, Inactive: item.InactiveFlag,
		Price: item.Price.Decimal, Cost: item.Cost.Decimal, Taxable: item.TaxableFlag,
		VendorSKU: item.VendorSKU, PartNumber: item.ManufacturerPartNumber,
	}
}
