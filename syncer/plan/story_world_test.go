package plan_test

import (
	"fmt"
	"slices"
	"strings"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	"github.com/shopspring/decimal"
)

// What happens in stories: the source counts, persons work in ConnectWise, runs are taken back or die.

// counts makes the source say this quantity from now on.
func (w *world) counts(customer, service, quantity string) *billing.UsageLine {
	name, id := in(customer)
	w.source(name)
	lines := w.sources[name].Usage.Lines
	for i := range lines {
		if lines[i].CustomerID == id && lines[i].ServiceID == service {
			lines[i].Quantity = dec(quantity)
			return &lines[i]
		}
	}
	return w.uses(customer, service, quantity)
}

// silent makes the source leave a line out from now on.
func (w *world) silent(customer, service string) {
	name, id := in(customer)
	usage := &w.sources[name].Usage
	usage.Lines = slices.DeleteFunc(usage.Lines, func(l billing.UsageLine) bool { return l.CustomerID == id && l.ServiceID == service })
}

// person changes an addition in ConnectWise by hand.
func (w *world) person(id int, change func(a *billing.Addition)) {
	for _, list := range w.current.Additions {
		for i := range list {
			if list[i].ID == id {
				change(&list[i])
				list[i].Version += "p"
				return
			}
		}
	}
	panic(fmt.Sprintf("there is no addition %d", id))
}

func (w *world) personSets(id int, quantity string) {
	w.person(id, func(a *billing.Addition) { a.Quantity = dec(quantity) })
}

func (w *world) personCancels(id int, day string) {
	w.person(id, func(a *billing.Addition) { a.Cancelled = date(day) })
}

func (w *world) personDeletes(id int) {
	for agreement, list := range w.current.Additions {
		w.current.Additions[agreement] = slices.DeleteFunc(list, func(a billing.Addition) bool { return a.ID == id })
	}
}

// leaveOut has the reviewer leave out lines of today's plan.
func (w *world) leaveOut(keys ...string) { w.policy.LeftOut = keys }

// only narrows today's run to customers.
func (w *world) only(customers ...string) { w.policy.Customers = customers }

// onlySource narrows today's run to one source; the others are not read.
func (w *world) onlySource(name string) {
	w.policy.Sources = []string{name}
	w.unread = map[string][]billing.UsageLine{}
	for other, s := range w.sources {
		if other != name {
			w.unread[other] = s.Usage.Lines
			s.NotRead, s.Usage.Lines = true, nil
		}
	}
}

// takesBack undoes the last run: what the planner says is done, and each line is marked so that it is not simply written again.
func (w *world) takesBack() {
	p := plan.Undo(w.pastOf(w.last), w.current, w.policy)
	w.undoes(&p)
}

// undoes does what a run of an undo does and records.
func (w *world) undoes(p *plan.Plan) {
	var marks []plan.Undone
	for i := range p.Changes {
		c := &p.Changes[i]
		if !c.Action.Writes() {
			continue
		}
		mark := plan.Undone{Key: c.Key, AgreementID: c.Agreement.ID, ProductID: c.Product.ID}
		if c.OfProduct() {
			product := w.productCalled(c.Product.Identifier)
			mark.UnitPrice, mark.UnitCost = decimal.NewNullDecimal(product.Price), decimal.NewNullDecimal(product.Cost)
		} else {
			line := *w.find(c.Agreement.ID, c.Addition.ID)
			mark.Quantity, mark.UnitPrice, mark.UnitCost = line.Quantity, decimal.NewNullDecimal(line.UnitPrice), decimal.NewNullDecimal(line.UnitCost)
			mark.Taxable = &line.Taxable
			for _, owned := range w.current.Owned {
				if owned.AdditionID == line.ID {
					mark.Quantity, mark.UnitPrice, mark.UnitCost = owned.Quantity, either(owned.UnitPrice, mark.UnitPrice), either(owned.UnitCost, mark.UnitCost)
				}
			}
		}
		if c.Reopens() {
			mark.Quantity = decimal.Zero
		}
		marks = append(marks, mark)
	}
	apply(w, p)
	w.current.Undone = append(w.current.Undone, marks...)
}

// pastOf is what a plan wrote once it was applied.
func (w *world) pastOf(p *plan.Plan) plan.Past {
	past := plan.Past{RunID: "r-1", Today: p.Today}
	for i := range p.Changes {
		c := &p.Changes[i]
		if !c.Action.Writes() {
			continue
		}
		write := plan.PastWrite{Change: *c, AdditionID: c.Addition.ID, ProductID: c.Product.ID}
		if write.ProductID == 0 {
			write.ProductID = w.productCalled(c.Product.Identifier).ID
		}
		if c.Action == plan.Create && !c.OfProduct() {
			for _, owned := range w.current.Owned {
				if owned.Key == c.Key && owned.Created {
					write.AdditionID = max(write.AdditionID, owned.AdditionID)
				}
			}
		}
		past.Writes = append(past.Writes, write)
	}
	return past
}

// lostWrite is a write that was sent and never answered.
type lostWrite struct {
	change  plan.Change
	arrived bool
}

// loses applies a plan up to the write of a key. That one was sent, and nobody knows whether it happened.
func (w *world) loses(p *plan.Plan, text string) {
	for i := range p.Changes {
		c := &p.Changes[i]
		if !c.Action.Writes() || c.Key != key(text) {
			w.applyRow(c)
			continue
		}
		w.lostOne = &lostWrite{change: *c}
		waits(w, text, c.Agreement.ID)
		return
	}
	panic(text + " writes nothing that could be lost")
}

// arrives makes the lost write happen after all, unseen by us.
func (w *world) arrives() {
	w.write(&w.lostOne.change)
	w.lostOne.arrived = true
}

// settles reads back what became of the lost write: done, and ours, or not done.
func (w *world) settles() {
	c := &w.lostOne.change
	w.current.Unknown = slices.DeleteFunc(w.current.Unknown, func(u plan.Unknown) bool { return u.Key == c.Key })
	if !w.lostOne.arrived {
		return
	}
	id := c.Addition.ID
	if c.Action == plan.Create {
		id = w.freeID() - 1
	}
	w.own(c, id, w.find(c.Agreement.ID, id).Quantity.String(), c.After.Cancelled)
}

// renames makes the source call a customer by another id, as vendors do when they move accounts.
func (w *world) renames(from, to string) {
	lines := w.sources["mail"].Usage.Lines
	for i := range lines {
		lines[i].CustomerID = strings.Replace(lines[i].CustomerID, from, to, 1)
	}
}

// counts gives a usage line one further count.
func counts(basis, count string) map[string]decimal.Decimal {
	return map[string]decimal.Decimal{basis: dec(count)}
}
