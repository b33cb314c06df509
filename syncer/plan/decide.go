package plan

import (
	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

// want is what a group's addition should become.
type want struct {
	quantity decimal.Decimal
	usage    decimal.Decimal // before the quantity rule
	from     string          // where usage comes from, in words
	ends     bool            // the usage is zero or gone
	cancel   bool            // end the line instead of writing zero
	code     Code            // why it ends
}

// decideGroup fills in the rows of all members.
func (b *builder) decideGroup(g *group) {
	if !g.inScope() {
		return
	}
	for _, l := range g.members {
		l.inScope = true
		b.describe(l)
	}
	first := g.carrier()
	switch {
	case first.source.held == SourceFailed || first.source.held == SourceEmpty:
		first.change.hold(first.source.held, first.source.problem)
		b.showOwned(first, g)
	case g.off != nil:
		b.skipSwitchedOff(g)
	case g.clash != "":
		for _, l := range g.members {
			l.change.hold(ClaimedTwice, g.clash)
		}
	case first.stop != "":
		b.decideStopped(g)
	case first.usage == nil:
		b.decideAbsent(g)
	default:
		b.decideBilled(g, b.wanted(g))
	}
}

// wanted applies the quantity rule, or the source's rule for zero usage.
func (b *builder) wanted(g *group) want {
	first := g.carrier()
	usage, from := g.count()
	if usage.IsZero() {
		return want{ends: true, cancel: first.source.rules.OnZero == billing.ZeroCancel, code: UsageZero, from: from}
	}
	return want{quantity: billed(first.service.Quantity, usage), usage: usage, from: from}
}

// decideStopped fills in the row of a line that is not billed.
func (b *builder) decideStopped(g *group) {
	l := g.carrier()
	rules := l.source.rules
	switch l.stop {
	case ProductMissing, ProductInactive:
		l.change.hold(l.stop, stopReason(l))
		b.showOwned(l, g)
		return
	case NotInUsage, SyncOff:
		l.change.skip(l.stop, stopReason(l))
		b.showOwned(l, g)
		if l.stop == SyncOff && b.ownedQuantity(g).Sign() > 0 {
			l.change.Warnings = append(l.change.Warnings, "the addition goes on billing "+b.ownedQuantity(g).String()+" while the switch is off")
		}
		return
	case StatusNotBilled:
		if l.target != (target{}) && l.usage.Status == billing.StatusClosed && rules.OnMissing != billing.MissingHold && b.ownedQuantity(g).Sign() > 0 {
			b.decideBilled(g, want{ends: true, cancel: rules.OnMissing == billing.MissingCancel, code: UsageEnded})
			return
		}
	}
	l.change.skip(l.stop, stopReason(l))
	b.showOwned(l, g)
	quantity := b.ownedQuantity(g)
	if quantity.Sign() <= 0 {
		return
	}
	if b.accept.line(l.text, l.stop) {
		l.change.Reason += "; accepted: the addition is no longer ours and stays as it is"
		l.change.Releases = append(l.change.Releases, g.owned.AdditionID)
		l.change.Accepted = true
		return
	}
	l.change.hold(l.stop, stopReason(l)+", and our addition still bills "+quantity.String()+": put it right, or accept to leave the addition to itself")
}

// decideAbsent fills in the row of an owned addition that a complete source no longer speaks of.
func (b *builder) decideAbsent(g *group) {
	l := g.carrier()
	rules := l.source.rules
	wanted := want{ends: true, cancel: rules.OnMissing == billing.MissingCancel, code: UsageEnded}
	b.decideBilled(g, wanted)
	if byKey, _ := Acceptable(l.change.Code); l.change.Action == Hold && !byKey {
		return
	}
	if rules.OnMissing == billing.MissingHold && b.ownedQuantity(g).Sign() > 0 && !b.accept.line(l.text, NotInUsage) {
		l.change.hold(NotInUsage, "no longer in the usage of a complete source: accept to write zero, or set on_missing")
	}
}

// skipSwitchedOff skips a whole merged line because one of its members is switched off.
func (b *builder) skipSwitchedOff(g *group) {
	for _, l := range g.members {
		reason := stopReason(g.off)
		if l != g.off {
			reason = g.off.text + " is part of this merged line and switched off"
		}
		l.change.skip(SyncOff, reason)
	}
	first := g.carrier()
	b.showOwned(first, g)
	if quantity := b.ownedQuantity(g); quantity.Sign() > 0 {
		first.change.Warnings = append(first.change.Warnings, "the addition goes on billing "+quantity.String()+" while the switch is off")
	}
}

// ownedQuantity is what an open addition of ours has in ConnectWise now; 0 when there is none.
func (b *builder) ownedQuantity(g *group) decimal.Decimal {
	if g.owned == nil {
		return zero
	}
	addition := b.additions[g.owned.AdditionID]
	if addition == nil || !addition.OpenOn(b.current.Today) {
		return zero
	}
	return addition.Quantity
}

// agreementProblem says why nothing can be written on the linked agreement.
func (b *builder) agreementProblem(l *line, agreement *billing.Agreement, exists bool) (Code, string) {
	switch {
	case !exists:
		return AgreementMissing, "the linked agreement does not exist in ConnectWise: link the customer to another one"
	case agreement.CompanyID != l.customer.Company:
		return AgreementOtherCompany, "the linked agreement belongs to " + agreement.CompanyName + ": link the customer anew"
	}
	if why := closed(agreement, b.current.Today); why != "" {
		return AgreementClosed, "the agreement " + why + ": link the customer to a running one"
	}
	if agreement.Cycle.NotRecurring {
		return AgreementNotRecurring, "the agreement does not recur, so usage cannot be billed on it: link the customer to another one"
	}
	if l.usage != nil && l.usage.Currency != "" && agreement.Currency != "" && l.usage.Currency != agreement.Currency {
		return CurrencyDiffers, "the usage is in " + l.usage.Currency + ", the agreement in " + agreement.Currency
	}
	return "", ""
}
