package plan_test

import (
	"fmt"
	"slices"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	"github.com/shopspring/decimal"
)

// apply does to the world what a run of the plan does and records: ConnectWise, what is ours, and which lines an undo had put back.
func apply(w *world, p *plan.Plan) {
	for i := range p.Changes {
		if c := &p.Changes[i]; c.OfProduct() && c.Action.Writes() {
			w.applyProduct(c)
		}
	}
	for i := range p.Changes {
		w.applyRow(&p.Changes[i])
	}
}

// applyProduct creates or changes a product of the catalog. It is ours then.
func (w *world) applyProduct(c *plan.Change) {
	if c.Action == plan.Create {
		n := c.NewProduct
		id := 50
		for i := range w.current.Products {
			id = max(id, w.current.Products[i].ID+1)
		}
		product := billing.Product{ID: id, Identifier: n.Identifier, Description: n.Description, Class: n.Class, Price: n.Price.Decimal, Cost: n.Cost.Decimal}
		product.Taxable = n.Taxable != nil && *n.Taxable
		w.current.Products = append(w.current.Products, product)
		w.current.OwnProducts = append(w.current.OwnProducts, plan.OwnProduct{ID: id, Identifier: n.Identifier, Price: n.Price, Cost: n.Cost})
		return
	}
	product := w.productCalled(c.Product.Identifier)
	own := &w.current.OwnProducts[slices.IndexFunc(w.current.OwnProducts, func(o plan.OwnProduct) bool { return o.ID == product.ID })]
	if after := c.After.UnitPrice; after.Valid {
		product.Price, own.Price = after.Decimal, after
	}
	if after := c.After.UnitCost; after.Valid {
		product.Cost, own.Cost = after.Decimal, after
	}
}

func (w *world) productCalled(identifier string) *billing.Product {
	at := slices.IndexFunc(w.current.Products, func(p billing.Product) bool { return p.Identifier == identifier })
	if at < 0 {
		panic("there is no product " + identifier)
	}
	return &w.current.Products[at]
}

func (w *world) applyRow(row *plan.Change) {
	if row.OfProduct() {
		return
	}
	of := *row
	c := &of
	if c.Action == plan.Create && c.Product.ID == 0 { // the product was created before
		c.Product.ID = w.productCalled(c.Product.Identifier).ID
	}
	w.release(c.Releases)
	switch {
	case c.Action.Writes():
		addition := w.write(c)
		ended := c.After.Cancelled
		if c.Reopens() {
			ended = billing.Date{}
		}
		w.own(c, addition.ID, addition.Quantity.String(), ended)
		w.current.Undone = slices.DeleteFunc(w.current.Undone, func(u plan.Undone) bool { return u.Key == c.Key })
	case c.Action == plan.None && c.Addition.ID != 0 && c.Quantity.Valid:
		w.own(c, c.Addition.ID, c.Quantity.Decimal.String(), billing.Date{})
	}
}

// write does to ConnectWise what a row writes and gives the addition as it is then.
func (w *world) write(c *plan.Change) *billing.Addition {
	if c.Action == plan.Create {
		return w.open(c)
	}
	addition := w.find(c.Agreement.ID, c.Addition.ID)
	if c.After.Quantity.Valid {
		addition.Quantity = c.After.Quantity.Decimal
	}
	if c.After.UnitPrice.Valid {
		addition.UnitPrice = c.After.UnitPrice.Decimal
	}
	if c.After.UnitCost.Valid {
		addition.UnitCost = c.After.UnitCost.Decimal
	}
	if c.After.Taxable != nil {
		addition.Taxable = *c.After.Taxable
	}
	if !c.After.Cancelled.IsZero() || c.Reopens() {
		addition.Cancelled = c.After.Cancelled
	}
	addition.Version += "+"
	return addition
}

// open adds the line that a row creates. What the row does not say comes from the catalog.
func (w *world) open(c *plan.Change) *billing.Addition {
	addition := w.lineOn(c.Agreement.ID, w.freeID(), c.Product.ID, c.After.Quantity.Decimal.String())
	addition.Effective = c.After.Effective
	for i := range w.current.Products {
		if w.current.Products[i].ID == c.Product.ID {
			product := &w.current.Products[i]
			addition.UnitPrice, addition.Taxable = product.Price, product.Taxable
			if !product.Cost.IsZero() { // most products of most tests have none
				addition.UnitCost = product.Cost
			}
		}
	}
	if c.After.UnitPrice.Valid {
		addition.UnitPrice = c.After.UnitPrice.Decimal
	}
	if c.After.UnitCost.Valid {
		addition.UnitCost = c.After.UnitCost.Decimal
	}
	if c.After.Taxable != nil {
		addition.Taxable = *c.After.Taxable
	}
	return addition
}

// freeID is an id that no addition has or had: 101 for the first one.
func (w *world) freeID() int {
	last := 100
	for _, list := range w.current.Additions {
		for i := range list {
			last = max(last, list[i].ID)
		}
	}
	for i := range w.current.Owned {
		last = max(last, w.current.Owned[i].AdditionID)
	}
	return last + 1
}

func (w *world) find(agreement, id int) *billing.Addition {
	list := w.current.Additions[agreement]
	at := slices.IndexFunc(list, func(a billing.Addition) bool { return a.ID == id })
	if at < 0 {
		panic(fmt.Sprintf("agreement %d has no addition %d", agreement, id))
	}
	return &list[at]
}

func (w *world) release(ids []int) {
	w.current.Owned = slices.DeleteFunc(w.current.Owned, func(o plan.Owned) bool { return slices.Contains(ids, o.AdditionID) })
}

func (w *world) own(c *plan.Change, id int, quantity string, ended billing.Date) {
	created := c.Action == plan.Create
	price, cost := c.After.UnitPrice, c.After.UnitCost
	if c.Kept != nil {
		price, cost = either(price, c.Kept.UnitPrice), either(cost, c.Kept.UnitCost)
	}
	for _, owned := range w.current.Owned {
		if owned.AdditionID == id {
			created = created || owned.Created
			price, cost = either(price, owned.UnitPrice), either(cost, owned.UnitCost)
		}
	}
	w.release([]int{id})
	w.current.Owned = append(w.current.Owned, plan.Owned{
		Key: c.Key, AdditionID: id, AgreementID: c.Agreement.ID, ProductID: c.Product.ID, Quantity: dec(quantity), Created: created, Ended: ended,
		Members: c.Members, UnitPrice: price, UnitCost: cost,
	})
}

func either(first, second decimal.NullDecimal) decimal.NullDecimal {
	if first.Valid {
		return first
	}
	return second
}
