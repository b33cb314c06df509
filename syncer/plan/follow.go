package plan

import (
	"slices"

	"cwsync/syncer/billing"
)

// update is the row of a product of ours whose price or cost follows the usage.
type update struct {
	source *sourceState
	row    Change
}

// changeProducts finds the products of ours whose price or cost follows the usage. A product is written before all lines, so that the lines of its
// source are planned by what it becomes. A product is everybody's: no row where a filter asks for single customers.
func (b *builder) changeProducts() {
	if len(b.current.OwnProducts) == 0 || len(b.policy.Customers) > 0 {
		return
	}
	seen := map[int]bool{}
	b.eachService(func(s *sourceState, service *billing.Service, key billing.Key) {
		product := b.products[service.Product]
		if !service.UpdateProduct || product == nil || product.ID < 0 || seen[product.ID] {
			return
		}
		at := slices.IndexFunc(b.current.OwnProducts, func(own OwnProduct) bool { return own.ID == product.ID })
		if at < 0 {
			return
		}
		seen[product.ID] = true
		if row, differs := b.updatedProduct(s, service, key, product); differs {
			b.holdProduct(s, &row, product, &b.current.OwnProducts[at])
			b.updates = append(b.updates, update{s, row})
			s.becomes(product, &row)
		}
	})
}

// becomes has the lines of the source planned by what a row makes of their product, unless the row is held already. Where the source is held
// later on, so are its lines.
func (s *sourceState) becomes(product *billing.Product, row *Change) {
	if row.Action != Update {
		return
	}
	later := *product
	if row.After.UnitPrice.Valid {
		later.Price = row.After.UnitPrice.Decimal
	}
	if row.After.UnitCost.Valid {
		later.Cost = row.After.UnitCost.Decimal
	}
	for _, l := range s.lines {
		if l.product == product {
			l.becomes = &later
		}
	}
}

// list is the line's product with the price and the cost that it has when the line is written.
func (l *line) list() *billing.Product {
	if l.becomes != nil {
		return l.becomes
	}
	return l.product
}

// newly says that the catalog's price is one that this plan gives the product.
func (l *line) newly() string {
	if l.becomes == nil || billing.Same(l.becomes.Price, l.product.Price) {
		return ""
	}
	return ", as this plan sets it"
}

// noteFollows marks the row of a line that takes the price of a product which this plan changes. A line of another source was planned by the
// price of before, and says that it follows later.
func (b *builder) noteFollows(l *line) {
	change := l.change
	takes := change.takesPrice() || l.priced && l.writesPrice()
	if len(b.updates) == 0 || l.product == nil || change.Action == Hold || change.Action == Skip || !takes {
		return
	}
	if l.becomes != nil {
		change.Follows = change.takesPrice() || change.After.UnitPrice.Valid
		return
	}
	for _, u := range b.updates {
		if u.row.Action == Update && u.row.Product.ID == l.product.ID {
			change.Warnings = append(change.Warnings, "source "+u.source.name+" changes price or cost of product "+l.product.Identifier+
				" in this plan: this line follows with the next run")
		}
	}
}

// writesPrice reports whether a price that the line is given is written.
func (l *line) writesPrice() bool {
	return l.change.Action == Create || l.source.rules.Writes(billing.FieldPrice)
}
