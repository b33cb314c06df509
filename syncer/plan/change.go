package plan

import (
	"fmt"

	"cwsync/syncer/billing"
)

// hold keeps a row from being done; what it would have written moves to Wanted.
func (c *Change) hold(code Code, reason string) {
	if c.Wanted.IsZero() {
		c.Wanted = c.After
	}
	c.After = Values{}
	c.Action, c.Code, c.Reason = Hold, code, reason
}

func (c *Change) skip(code Code, reason string) {
	c.Action, c.Code, c.Reason = Skip, code, reason
}

// holdLine holds the line for a reason that a reviewer may have accepted; it reports whether it is held. The first reason is the one shown.
func (b *builder) holdLine(l *line, code Code, reason string) bool {
	if b.accept.line(l.text, code) {
		l.change.Accepted = true
		return false
	}
	if l.change.Action != Hold {
		l.change.hold(code, reason)
	}
	return true
}

// decideBilled compares what is wanted with what there is.
func (b *builder) decideBilled(g *group, w want) {
	first := g.carrier()
	for _, l := range g.members[1:] {
		key := first.key
		l.change.skip(MergedInto, "part of "+first.text)
		l.change.Into = &key
	}
	agreement, exists := b.current.Agreements[g.target.agreement]
	code, why := b.agreementProblem(first, &agreement, exists)
	switch {
	case w.ends && g.owned == nil && (code != "" || !b.anyOpen(g.target)):
		first.change.none("no usage, and no addition that bills it")
		return
	case code != "":
		first.change.hold(code, why)
		b.showOwned(first, g)
		return
	}
	addition, adopts, ok := b.currentLine(g)
	if !ok {
		b.showOwned(first, g)
		return
	}
	first.change.Currency = currencyOf(&agreement, first)
	b.compare(g, w, addition, adopts, &agreement)
	b.releaseOrHold(g, w, addition)
}

// compare fills in action, code, before and after of the carrier's row, holds apart.
func (b *builder) compare(g *group, w want, addition *billing.Addition, adopts bool, agreement *billing.Agreement) {
	first := g.carrier()
	change := &first.change
	held := *change // a hold noted while looking for the addition
	if !w.ends {
		change.How = how(first.service.Quantity, w.usage, w.quantity, w.from)
	}
	if addition != nil {
		change.Addition = Addition{addition.ID, addition.Version}
		change.Quantity = set(addition.Quantity)
		change.Adopts = adopts
	}
	switch {
	case addition == nil && w.quantity.Sign() <= 0:
		change.none("nothing to bill, and no addition that bills it")
	case addition == nil:
		b.createRow(first, g, w, agreement)
	case w.cancel:
		b.endRow(change, w, addition, agreement)
	case billing.Same(addition.Quantity, w.quantity):
		change.none("")
	case !first.source.rules.Writes(billing.FieldQuantity):
		change.none("the quantity differs, but the source does not write quantities")
	default:
		b.updateRow(change, w, addition, agreement)
	}
	if change.Action.Writes() || change.Adopts {
		change.Open = b.openOn(g.target)
	}
	if held.Action == Hold {
		change.hold(held.Code, held.Reason)
	}
}

func (c *Change) none(reason string) {
	c.Action, c.Code, c.Reason = None, Unchanged, reason
	if reason == "" {
		c.Reason = "unchanged"
	}
}

func (b *builder) createRow(l *line, g *group, w want, agreement *billing.Agreement) {
	change := &l.change
	change.Action, change.Code = Create, NewLine
	effective := effectiveDate(agreement, b.current.Today, b.endedOn[g.target])
	change.After = Values{Quantity: set(w.quantity), Effective: effective}
	change.Reason = "no addition yet: created, effective " + effective.String()
	change.MonthlyDelta = monthly(w.quantity, zero, l.product.Price, billing.Billable, agreement.Cycle)
}

// endRow ends the line, unless it already ends by itself in time.
func (b *builder) endRow(change *Change, w want, addition *billing.Addition, agreement *billing.Agreement) {
	last := cancelDate(agreement, b.current.Today, addition.Effective)
	if !addition.Cancelled.IsZero() && !addition.Cancelled.After(last) {
		change.none("no usage, and the addition already ends on " + addition.Cancelled.String())
		return
	}
	change.Action, change.Code = Cancel, w.code
	change.Reason = endReason(w.code) + ": the addition ends on " + last.String()
	b.cancelRow(change, addition, agreement, last)
}

func (b *builder) cancelRow(change *Change, addition *billing.Addition, agreement *billing.Agreement, last billing.Date) {
	change.Addition = Addition{addition.ID, addition.Version}
	change.Quantity = set(addition.Quantity)
	change.Before, change.After = Values{Cancelled: addition.Cancelled}, Values{Cancelled: last}
	change.MonthlyDelta = monthly(addition.Quantity, addition.LessIncluded, addition.UnitPrice, addition.Bill, agreement.Cycle).Neg()
	change.Open = b.openOn(target{addition.AgreementID, addition.ProductID})
}

func (b *builder) updateRow(change *Change, w want, addition *billing.Addition, agreement *billing.Agreement) {
	change.Action = Update
	change.Before, change.After = Values{Quantity: set(addition.Quantity)}, Values{Quantity: set(w.quantity)}
	worth := monthly(w.quantity, addition.LessIncluded, addition.UnitPrice, addition.Bill, agreement.Cycle)
	change.MonthlyDelta = worth.Sub(monthly(addition.Quantity, addition.LessIncluded, addition.UnitPrice, addition.Bill, agreement.Cycle))
	switch {
	case w.ends:
		change.Code, change.Reason = w.code, endReason(w.code)
	case w.quantity.GreaterThan(addition.Quantity):
		change.Code, change.Reason = UsageRose, "usage rose from "+addition.Quantity.String()+" to "+w.quantity.String()
	default:
		change.Code, change.Reason = UsageFell, "usage fell from "+addition.Quantity.String()+" to "+w.quantity.String()
	}
}

func endReason(code Code) string {
	if code == UsageEnded {
		return "the usage ended"
	}
	return "no usage any more"
}

// openOn lists the open additions that a write was planned against.
func (b *builder) openOn(at target) []Addition {
	var open []Addition
	for _, addition := range b.onTarget[at] {
		if addition.OpenOn(b.current.Today) {
			open = append(open, Addition{addition.ID, addition.Version})
		}
	}
	return open
}

func (b *builder) anyOpen(at target) bool {
	for _, addition := range b.onTarget[at] {
		if b.isOpen(addition) {
			return true
		}
	}
	return false
}

func currencyOf(agreement *billing.Agreement, l *line) string {
	if agreement.Currency == "" && l.usage != nil {
		return l.usage.Currency
	}
	return agreement.Currency
}

// stopReason says why a line is not billed.
func stopReason(l *line) string {
	switch l.stop {
	case SyncOff:
		return "switched off: " + l.switchName()
	case UnlinkedCustomer:
		if l.source.rules.Kind == "" {
			return "source " + l.key.Source + " is no longer in the set-up"
		}
		return "the customer is not linked to a company and an agreement"
	case UnmappedService:
		return "the service is not mapped to a product"
	case StatusNotBilled:
		return fmt.Sprintf("the usage is %s, which is not billed", l.usage.Status)
	case NotInUsage:
		return "not in the usage; the source does not list everything, so the addition stays"
	case ProductMissing:
		if l.product != nil {
			return "product " + l.product.Identifier + " is a bundle, which cannot be an addition: map the service to another product"
		}
		return "product " + productName(l.service.Product) + " is not in ConnectWise's catalog: create it or map the service to another"
	case ProductInactive:
		return "product " + l.product.Identifier + " is inactive in ConnectWise's catalog: activate it or map the service to another"
	}
	return ""
}

func (l *line) switchName() string {
	switch {
	case !l.source.rules.Sync:
		return "the source"
	case l.customer != nil && !l.customer.Sync:
		return "the customer"
	case l.service != nil && !l.service.Sync:
		return "the service"
	}
	return "this service of this customer"
}

func productName(ref billing.ProductRef) string {
	if ref.Identifier != "" {
		return ref.Identifier
	}
	return fmt.Sprintf("%d", ref.ID)
}
