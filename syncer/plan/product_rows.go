package plan

import (
	"slices"
	"strings"

	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

// productRows are the rows of products that are created or changed, sorted by key. They are made last: a product is created only for a line that is.
func (b *builder) productRows() []Change {
	var rows []Change
	needed := map[int][]*Change{} // rows in scope that need a new product, by its id
	if len(b.newProducts) > 0 {
		for _, g := range b.groups {
			if change := g.carrier().change; g.target.product < 0 && change != nil && change.pending() {
				needed[g.target.product] = append(needed[g.target.product], change)
			}
		}
	}
	for _, p := range b.newProducts {
		if lines := needed[p.product.ID]; len(lines) > 0 {
			rows = append(rows, p.row(b.current.NewProducts.Words, lines))
		}
	}
	for _, u := range b.updates {
		if u.source.held != "" && u.row.Action == Update {
			u.row.Accepted = false
			u.row.hold(u.source.held, u.source.problem)
		}
		rows = append(rows, u.row)
	}
	slices.SortFunc(rows, func(x, y Change) int { return strings.Compare(x.Key.String(), y.Key.String()) })
	return rows
}

// row is the row that creates the product, held where all lines that need it are.
func (p *newProduct) row(words string, lines []*Change) Change {
	row := Change{
		Key: p.key, Action: Create, Code: NewProduct, Service: Named{ID: p.key.Service, Name: p.service.Name}, Product: Product{Identifier: p.draft.Identifier},
		After: Values{UnitPrice: p.draft.Price, UnitCost: p.draft.Cost, Taxable: p.draft.Taxable}, NewProduct: p.draft, How: p.how, Warnings: p.warn,
		Reason: "not in ConnectWise's catalog: created as \"" + p.draft.Description + "\", " + words,
	}
	created := slices.ContainsFunc(lines, func(c *Change) bool { return c.Action == Create })
	first := slices.MinFunc(lines, func(x, y *Change) int { return strings.Compare(x.Key.String(), y.Key.String()) })
	switch {
	case p.code == LeftOut:
		row.hold(p.code, p.reason)
		row.Action = Skip
	case p.code != "":
		row.hold(p.code, p.reason)
	case !created && p.source.held != "":
		row.hold(p.source.held, p.source.problem)
	case !created:
		row.hold(ProductMissing, "created with the first line that needs it, and each of them is held: see "+first.Key.String())
	}
	return row
}

func (b *builder) updatedProduct(s *sourceState, service *billing.Service, key billing.Key, product *billing.Product) (row Change, changes bool) {
	rate := listRate{}
	for _, l := range b.linesOf(product) {
		rate.add(l)
	}
	row = Change{
		Key: key, Action: None, Service: Named{ID: service.ID, Name: service.Name},
		Product: Product{ID: product.ID, Identifier: product.Identifier}, How: rate.how, Reason: string(Unchanged),
	}
	price := rateChange{change: &row, kept: &Rates{}}
	price.amount(PriceChanged, "price", product.Price, rate.price, &row.Before.UnitPrice, &row.After.UnitPrice, &price.kept.UnitPrice)
	price.amount(CostChanged, "cost", product.Cost, rate.cost, &row.Before.UnitCost, &row.After.UnitCost, &price.kept.UnitCost)
	if price.code == "" {
		return row, false
	}
	price.settle()
	if rate.differ != "" {
		b.notes = append(b.notes, "source "+s.name+": product "+product.Identifier+" stays as it is: "+rate.differ)
		return row, false
	}
	return row, true
}

// holdProduct holds the change of a product for what a person must look at first.
func (b *builder) holdProduct(s *sourceState, row *Change, product *billing.Product, own *OwnProduct) {
	key := row.Key.String()
	drifted := func(wrote decimal.NullDecimal, has decimal.Decimal, after decimal.NullDecimal) bool {
		return after.Valid && wrote.Valid && !billing.Same(wrote.Decimal, has)
	}
	somebody := drifted(own.Price, product.Price, row.After.UnitPrice) || drifted(own.Cost, product.Cost, row.After.UnitCost)
	unknown := slices.ContainsFunc(b.current.Unknown, func(u Unknown) bool { return u.AgreementID == 0 && u.Identifier == product.Identifier })
	undone := slices.ContainsFunc(b.undone[row.Key], func(mark *Undone) bool { return mark.ProductID == product.ID && mark.sameRates(&row.After) })
	switch {
	case b.leftOut[key]:
		row.hold(LeftOut, "left out by the reviewer")
		row.Action = Skip
	case unknown:
		b.accept.take(key)
		row.hold(PreviousUnknown, "an earlier change of this product may or may not have happened: a later run settles it")
	case somebody && s.rules.OnDrift != billing.DriftOverwrite && !b.accept.line(key, DriftPrice):
		row.hold(DriftPrice, "somebody changed price or cost of this product in the catalog; "+row.Reason+": accept to write it")
	case undone && !b.accept.line(key, UndoneBefore):
		row.hold(UndoneBefore, "an undo took this back, and neither usage nor mapping changed since: accept to write it again")
	default:
		row.Accepted = undone || somebody && s.rules.OnDrift != billing.DriftOverwrite
	}
}

// withProducts puts the rows of products where their keys belong among the rows of lines.
func withProducts(rows, products []Change) []Change {
	for _, product := range products {
		key := product.Key.String()
		at, _ := slices.BinarySearchFunc(rows, key, func(c Change, key string) int { return strings.Compare(c.Key.String(), key) })
		rows = slices.Insert(rows, at, product)
	}
	return rows
}
