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

func (c *Change) none(reason string) {
	c.Action, c.Code, c.Reason = None, Unchanged, reason
}

// holdLine holds the line for a reason that a reviewer may have accepted; it reports whether it is held.
func (b *builder) holdLine(l *line, code Code, reason string) bool {
	if b.accept.line(l.text, code) {
		l.change.Accepted = true
		return false
	}
	l.change.holdToo(code, reason)
	return true
}

// holdToo holds a row that may be held already. The first code stays, and every reason is told: accepting the row releases all of them.
func (c *Change) holdToo(code Code, reason string) {
	if c.Action != Hold {
		c.hold(code, reason)
		return
	}
	c.Reason += "; " + reason
}

// pending reports whether the row writes, or would if it were not held.
func (c *Change) pending() bool {
	return c.Action.Writes() || (c.Action == Hold && !c.Wanted.IsZero())
}

// decideBilled compares what is wanted with what there is.
func (b *builder) decideBilled(g *group, w want) {
	first := g.carrier()
	g.intoCarrier()
	agreement := b.agreement(g.target.agreement)
	code, why := b.agreementProblem(g, agreement)
	switch {
	case w.ends && g.owned == nil && (code != "" || !b.anyToEnd(g.target)):
		first.change.none("no usage, and no addition that bills it")
		return
	case code != "":
		first.change.hold(code, why)
		return
	}
	addition, adopts, ok := b.currentLine(g, w)
	if !ok {
		return
	}
	first.change.Currency = currencyOf(agreement, first)
	if first.source.rated && !w.ends {
		w.rates = g.rates()
		first.catalog = w.rates != nil && w.rates.catalog
		first.priced = w.rates != nil && w.rates.priced
	}
	b.compare(g, w, addition, adopts, agreement)
	if addition != nil && !first.source.rules.Writes(billing.FieldQuantity) {
		w.quantity = addition.Quantity // what is not written is nothing to look at
	}
	b.holdForReview(g, w, addition)
	if w.rates != nil {
		b.holdForRates(g, w, agreement, addition)
	}
	if g.target.product < 0 {
		b.holdForProduct(g)
	}
}

// compare fills in action, code, before and after of the carrier's row. A hold noted while looking for the addition stays, and says what takes the
// place of the old line.
func (b *builder) compare(g *group, w want, addition *billing.Addition, adopts bool, agreement *billing.Agreement) {
	first := g.carrier()
	change := first.change
	held, code, reason := change.Action == Hold, change.Code, change.Reason
	switch {
	case !w.ends:
		change.How = how(first.service.Quantity, w.usage, w.quantity, w.from)
	case w.from != "": // zero usage, to which the quantity rule does not apply
		change.How = w.from + "0"
	}
	if addition != nil {
		change.Addition = Addition{addition.ID, addition.Version}
		change.Quantity = set(addition.Quantity)
		change.Adopts = adopts
	}
	writes := first.source.rules.Writes(billing.FieldQuantity)
	switch {
	case addition == nil && w.quantity.Sign() <= 0:
		change.none("nothing to bill, and no addition that bills it")
	case addition == nil:
		b.createRow(first, g, w, agreement)
	case w.cancel && !writes:
		change.none("no usage, but the source does not write quantities, so the addition stays")
	case w.cancel:
		b.cancelUnlessEnding(change, w, addition, agreement)
	case billing.Same(addition.Quantity, w.quantity):
		change.none("unchanged")
	case !writes:
		change.none("the quantity differs, but the source does not write quantities")
	default:
		b.updateRow(change, g, w, addition)
	}
	if addition != nil && !w.ends {
		if w.rates != nil || first.usage.Cost.Valid { // most lines are about a quantity alone
			b.changeRates(change, g, w, addition, agreement)
		}
		change.showIncluded(addition)
	}
	if change.Action.Writes() || change.Adopts {
		change.Open = b.openOn(g.target)
	}
	if held {
		change.hold(code, reason+goesOnWith(change, addition))
	}
}

// goesOnWith says what a line goes on with whose old addition is let go of; empty where it goes on with what is its own already.
func goesOnWith(change *Change, addition *billing.Addition) string {
	switch {
	case change.Adopts:
		return fmt.Sprintf("; goes on with addition %d", addition.ID)
	case addition != nil:
		return ""
	case change.Action == Create:
		return "; a new line is opened"
	}
	return "; nothing takes its place"
}

func (b *builder) createRow(l *line, g *group, w want, agreement *billing.Agreement) {
	change := l.change
	change.Action, change.Code = Create, NewLine
	effective := effectiveDate(agreement, b.current.Today, b.endedOn[g.target])
	change.After = Values{Quantity: set(w.quantity), Effective: effective}
	change.Reason = "no addition yet: created, effective " + effective.String()
	if g.owned != nil && b.targetOf(g.owned) == g.target {
		change.Reason = "its addition is gone: a new line is opened, effective " + effective.String()
	}
	b.createRates(change, w, l, agreement)
}

// showIncluded shows ConnectWise's own free units, which cwsync never touches.
func (c *Change) showIncluded(addition *billing.Addition) {
	if addition.LessIncluded.IsZero() {
		return
	}
	text := number(addition.LessIncluded) + " of them free by ConnectWise's lessIncluded"
	c.explain(text)
	if c.Action == Update {
		c.Reason += "; " + text
	}
}

// cancelUnlessEnding ends the line, unless it already ends by itself in time.
func (b *builder) cancelUnlessEnding(change *Change, w want, addition *billing.Addition, agreement *billing.Agreement) {
	last := cancelDate(agreement, b.current.Today, addition.Effective)
	if !addition.Cancelled.IsZero() && !addition.Cancelled.After(last) {
		change.none("no usage, and the addition already ends on " + addition.Cancelled.String())
		return
	}
	change.Action, change.Code = Cancel, w.code
	change.Reason = endReason(w.code) + ": the addition ends on " + last.String()
	b.cancelRow(change, addition, agreement, last)
}

// cancelRow fills in what a row that ends an addition writes.
func (b *builder) cancelRow(change *Change, addition *billing.Addition, agreement *billing.Agreement, last billing.Date) {
	change.Addition = Addition{addition.ID, addition.Version}
	change.Quantity = set(addition.Quantity)
	change.Before, change.After = Values{Cancelled: addition.Cancelled}, Values{Cancelled: last}
	change.MonthlyDelta = worth(addition, agreement).Neg()
	change.Open = b.openOn(target{addition.AgreementID, addition.ProductID})
}

func (b *builder) updateRow(change *Change, g *group, w want, addition *billing.Addition) {
	agreement := b.agreement(g.target.agreement)
	change.Action = Update
	change.Before, change.After = Values{Quantity: set(addition.Quantity)}, Values{Quantity: set(w.quantity)}
	later := monthly(w.quantity, addition.LessIncluded, addition.UnitPrice, addition.Bill, agreement.Cycle)
	change.MonthlyDelta = later.Sub(worth(addition, agreement))
	span := " from " + number(addition.Quantity) + " to " + number(w.quantity)
	switch {
	case w.ends:
		change.Code, change.Reason = w.code, endReason(w.code)+": the addition goes"+span
	case w.quantity.GreaterThan(addition.Quantity):
		change.Code, change.Reason = UsageRose, "usage rose"+span
	default:
		change.Code, change.Reason = UsageFell, "usage fell"+span
	}
	if owned := g.owned; !w.ends && drifted(owned, addition) {
		change.Reason = "somebody changed it from " + number(owned.Quantity) + " to " + number(addition.Quantity)
		if billing.Same(owned.Quantity, w.quantity) {
			change.Reason += "; put back to what the usage says"
		} else {
			change.Reason += "; set to " + number(w.quantity) + ", what the usage says now"
		}
	}
}

// drifted reports whether somebody changed the quantity that we wrote last on this addition.
func drifted(owned *Owned, addition *billing.Addition) bool {
	return owned != nil && owned.AdditionID == addition.ID && !billing.Same(addition.Quantity, owned.Quantity)
}

func endReason(code Code) string {
	if code == UsageEnded {
		return "the usage ended"
	}
	return "no usage any more"
}

func currencyOf(agreement *billing.Agreement, l *line) string {
	if agreement.Currency == "" && l.usage != nil {
		return l.usage.Currency
	}
	return agreement.Currency
}
