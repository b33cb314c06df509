package plan

import (
	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

// releaseOrHold holds the carrier's row for everything that a person must look at first.
func (b *builder) releaseOrHold(g *group, w want, addition *billing.Addition) {
	first := g.carrier()
	change := &first.change
	if addition != nil {
		b.holdForAddition(g, w, addition)
	}
	if !change.Action.Writes() && change.Action != Hold {
		b.holdForUnknown(first)
		return
	}
	if undone := b.undone[first.key]; undone != nil && (target{undone.AgreementID, undone.ProductID}) == g.target && billing.Same(undone.Quantity, w.quantity) {
		b.holdLine(first, UndoneBefore, "an undo took this back, and neither usage nor mapping changed since: accept to write it again")
	}
	b.holdForUnknown(first)
	if (change.Action == Update || change.Action == Hold) && first.service.Change == billing.Dated && w.quantity.Sign() > 0 && addition != nil && !billing.Same(addition.Quantity, w.quantity) && addition.Effective.Before(b.current.Today) {
		b.splitDated(g, w, addition)
	}
}

// holdForAddition holds for what is wrong with the line in ConnectWise or with the size of the change.
func (b *builder) holdForAddition(g *group, w want, addition *billing.Addition) {
	first := g.carrier()
	change := &first.change
	if !w.ends && addition.LessIncluded.Sign() != 0 && first.service.Quantity.Included.Sign() != 0 {
		change.hold(IncludedTwice, "the set-up includes "+first.service.Quantity.Included.String()+" and ConnectWise's line "+
			addition.LessIncluded.String()+" free units: take one of them away")
		return
	}
	pending := change.Action.Writes() || change.Action == Hold
	if !pending || change.Code == IncludedTwice {
		return
	}
	if owned := g.owned; owned != nil && owned.AdditionID == addition.ID && !billing.Same(addition.Quantity, owned.Quantity) &&
		!billing.Same(addition.Quantity, w.quantity) && first.source.rules.OnDrift != billing.DriftOverwrite {
		b.holdLine(first, DriftQuantity, "somebody changed the quantity from "+owned.Quantity.String()+" to "+addition.Quantity.String()+
			", usage says "+w.quantity.String()+": accept to write it")
	}
	after := w.quantity
	if w.cancel {
		after = zero
	}
	if code, why := guard(&b.policy.Guards, addition.Quantity, after); code != "" {
		b.holdLine(first, code, why)
	}
}

// holdForUnknown holds everything on an agreement that waits for an unknown write. Its own line waits even where nothing seems to be pending.
func (b *builder) holdForUnknown(l *line) {
	change := &l.change
	if !b.unknownOn[change.Agreement.ID] || (!b.unknownKeys[l.key] && !change.Action.Writes() && !change.Adopts) {
		return
	}
	b.accept.take(l.text) // a read-back that finds nothing settles an accepted line before it is planned
	if change.Action != Hold {
		reason := "an earlier write on this agreement may or may not have happened: a later run settles it"
		if b.unknownKeys[l.key] {
			reason = "an earlier write of this line may or may not have happened: a later run settles it, or look at the agreement and accept"
		}
		change.hold(PreviousUnknown, reason)
	}
}

// datedChange is the old line that ends beside the new one that takes its place.
type datedChange struct {
	addition  *billing.Addition
	agreement billing.Agreement
	quantity  decimal.Decimal
	last      billing.Date
	open      []Addition
}

// splitDated changes a quantity by a new line from today on; where the agreement does not prorate that is held.
func (b *builder) splitDated(g *group, w want, addition *billing.Addition) {
	first := g.carrier()
	agreement := b.current.Agreements[g.target.agreement]
	if !agreement.Prorates {
		b.holdLine(first, NotProrated, "a dated change needs an agreement that prorates: tick prorate on it, or accept to change the quantity in place")
		return
	}
	if addition.LessIncluded.Sign() != 0 {
		b.holdLine(first, NotProrated, "a new line would lose the "+addition.LessIncluded.String()+" free units of this one: accept to change the quantity in place")
		return
	}
	effective := effectiveDate(&agreement, b.current.Today, b.endedOn[g.target])
	values := &first.change.After
	if first.change.Action == Hold {
		values = &first.change.Wanted
	}
	values.Effective = effective
	values.UnitPrice, values.UnitCost, values.Taxable = set(addition.UnitPrice), set(addition.UnitCost), &addition.Taxable
	first.dated = &datedChange{
		addition: addition, agreement: agreement, quantity: w.quantity,
		last: billing.Latest(effective.AddDays(-1), addition.Effective), open: b.openOn(g.target),
	}
}

// datedRows are the two rows of a dated change: the new line first, then the end of the old one.
func (l *line) datedRows() []Change {
	d := l.dated
	begin, end := l.change, l.change
	begin.Action, begin.Addition, begin.Adopts = Create, Addition{}, false
	begin.Before, begin.Quantity = Values{}, decimal.NullDecimal{}
	begin.Reason += ": a new line from " + begin.After.Effective.String()
	begin.MonthlyDelta = monthly(d.quantity, zero, d.addition.UnitPrice, billing.Billable, d.agreement.Cycle)
	begin.Open = d.open
	end.Step = 1
	end.Action, end.How, end.Warnings = Cancel, "", nil
	end.Reason = "the new line takes its place: this one ends on " + d.last.String()
	end.Before, end.After = Values{Cancelled: d.addition.Cancelled}, Values{Cancelled: d.last}
	end.MonthlyDelta = monthly(d.addition.Quantity, d.addition.LessIncluded, d.addition.UnitPrice, d.addition.Bill, d.agreement.Cycle).Neg()
	end.Releases = nil
	return []Change{begin, end}
}
