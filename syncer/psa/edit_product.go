package psa

import (
	"context"
	"fmt"

	"cwsync/cwclient"
	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

// EditProduct writes the set fields of edit on a catalog item, in one PATCH that is never repeated unless it was refused for being one request
// too many, and gives the item as it is then. Errors are *billing.Failure; without Unknown surely nothing was written. One that ConnectWise
// answered with 200 and did not carry out has the code not_applied.
func (p *PSA) EditProduct(ctx context.Context, before billing.Product, edit billing.ProductEdit) (billing.Product, error) {
	t := task{op: fmt.Sprintf("change the product %q", before.Identifier), right: rightEditCatalog, write: true}
	var ops []cwclient.PatchOp
	amount := func(field string, value decimal.NullDecimal) {
		if value.Valid {
			ops = append(ops, cwclient.Replace(field, wire(value.Decimal)))
		}
	}
	amount("price", edit.Price)
	amount("cost", edit.Cost)
	switch {
	case len(ops) == 0:
		return billing.Product{}, t.misused("nothing to write")
	case isNegative(edit.Price) || isNegative(edit.Cost):
		return billing.Product{}, t.misused("price and cost are 0 or more")
	}
	item, err := p.client.Catalog.Patch(ctx, before.ID, ops)
	if err != nil {
		return billing.Product{}, t.failure(err)
	}
	after := toProduct(&item)
	if missed := productMissed(edit, &after); len(missed) > 0 {
		return billing.Product{}, t.ignored(missed, productChanged(&before, &after))
	}
	return after, nil
}

// productMissed says of each written field that does not have its new value what it has instead.
func productMissed(edit billing.ProductEdit, after *billing.Product) []string {
	var missed []string
	check := func(field string, wanted decimal.NullDecimal, has decimal.Decimal) {
		if wanted.Valid && !billing.Same(wanted.Decimal, has) {
			missed = append(missed, field+" is "+wire(has).String())
		}
	}
	check("price", edit.Price, after.Price)
	check("cost", edit.Cost, after.Cost)
	return missed
}

// productChanged names the amounts that are not what they were.
func productChanged(before, after *billing.Product) []string {
	var changed []string
	if !billing.Same(before.Cost, after.Cost) {
		changed = append(changed, "cost")
	}
	if !billing.Same(before.Price, after.Price) {
		changed = append(changed, "price")
	}
	return changed
}
