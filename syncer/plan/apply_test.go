package plan_test

import (
	"fmt"
	"slices"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

// apply does to the world what a run of the plan does and records: ConnectWise, what is ours, and which lines an undo had put back.
func apply(w *world, p *plan.Plan) {
	for i := range p.Changes {
		w.applyRow(&p.Changes[i])
	}
}

func (w *world) applyRow(c *plan.Change) {
	w.release(c.Releases)
	switch {
	case c.Action.Writes():
		addition := w.write(c)
		w.own(c, addition.ID, addition.Quantity.String(), c.After.Cancelled)
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
	if !c.After.Cancelled.IsZero() {
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
			addition.UnitPrice = w.current.Products[i].Price
		}
	}
	if c.After.UnitPrice.Valid {
		addition.UnitPrice, addition.UnitCost = c.After.UnitPrice.Decimal, c.After.UnitCost.Decimal
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
	for _, owned := range w.current.Owned {
		created = created || (owned.AdditionID == id && owned.Created)
	}
	w.release([]int{id})
	w.current.Owned = append(w.current.Owned, plan.Owned{
		Key: c.Key, AdditionID: id, AgreementID: c.Agreement.ID, ProductID: c.Product.ID, Quantity: dec(quantity), Created: created, Ended: ended,
		Members: c.Members,
	})
}
