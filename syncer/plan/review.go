package plan

import (
	"slices"

	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

// holdForReview holds the carrier's row for everything that a person must look at first.
func (b *builder) holdForReview(g *group, w want, addition *billing.Addition) {
	first := g.carrier()
	change := first.change
	if addition != nil && !b.holdForAddition(g, w, addition) {
		return
	}
	if !change.pending() {
		return
	}
	if b.wasUndone(g, w) {
		b.holdLine(first, UndoneBefore, "an undo took this back, and neither usage nor mapping changed since: accept to write it again")
	}
	if addition != nil && first.service.Change == billing.Dated && w.quantity.Sign() > 0 && first.source.rules.Writes(billing.FieldQuantity) &&
		!billing.Same(addition.Quantity, w.quantity) && addition.Effective.Before(b.current.Today) {
		b.splitDated(g, w, addition)
	}
}

// wasUndone reports whether the row would write just what an undo took back. Every undo since the last ordinary write counts, and any member's:
// which of them carries a merged line may have changed since.
func (b *builder) wasUndone(g *group, w want) bool {
	if len(b.undone) == 0 {
		return false
	}
	values := g.carrier().change.After
	if g.carrier().change.Action == Hold {
		values = g.carrier().change.Wanted
	}
	took := func(undone *Undone) bool {
		return (target{undone.AgreementID, undone.ProductID}) == g.target && billing.Same(undone.Quantity, w.quantity) &&
			(w.ends || undone.sameRates(&values))
	}
	return slices.ContainsFunc(g.members, func(l *line) bool { return slices.ContainsFunc(b.undone[l.key], took) })
}

// sameRates reports whether the price, cost and tax flag that would be written are those that were taken back.
func (u *Undone) sameRates(values *Values) bool {
	same := func(wanted, was decimal.NullDecimal) bool {
		return !wanted.Valid || (was.Valid && billing.Same(wanted.Decimal, was.Decimal))
	}
	return same(values.UnitPrice, u.UnitPrice) && same(values.UnitCost, u.UnitCost) &&
		(values.Taxable == nil || (u.Taxable != nil && *u.Taxable == *values.Taxable))
}

// holdForAddition holds for what is wrong with the line in ConnectWise or with the size of the change; false means that nobody can release it.
func (b *builder) holdForAddition(g *group, w want, addition *billing.Addition) bool {
	first := g.carrier()
	change := first.change
	if included := includedBy(g); !w.ends && addition.LessIncluded.Sign() != 0 && included != "" {
		change.hold(IncludedTwice, "the set-up includes "+included+" and ConnectWise's line "+
			number(addition.LessIncluded)+" free units: take one of them away")
		return false
	}
	if !change.pending() {
		return true
	}
	if w.ask && addition.Quantity.Sign() > 0 {
		b.holdLine(first, NotInUsage, "no longer in the usage of a complete source: accept to write zero, or set on_missing")
	}
	if owned := g.owned; drifted(owned, addition) && !billing.Same(addition.Quantity, w.quantity) && first.source.rules.OnDrift != billing.DriftOverwrite {
		b.holdLine(first, DriftQuantity, "somebody changed the quantity from "+number(owned.Quantity)+" to "+number(addition.Quantity)+
			", usage says "+number(w.quantity)+": accept to write it")
	}
	if code, why := guard(&b.policy.Guards, addition.Quantity, w.quantity); code != "" {
		b.holdLine(first, code, why)
	}
	return true
}

// includedBy is what the group's quantity rule includes; empty when it includes nothing.
func includedBy(g *group) string {
	if included := g.carrier().service.Quantity.Included; included.Sign() != 0 {
		return number(included)
	}
	return ""
}

// holdForUnknown holds what would change on an agreement that waits for an unknown write. The line that waits is held even where nothing seems to
// be pending, and wherever it is mapped to now: nobody knows what it bills.
func (b *builder) holdForUnknown(g *group) {
	if len(b.unknownOn) == 0 {
		return
	}
	own, near := false, false
	for _, l := range g.members {
		if !l.inScope {
			continue
		}
		if b.unknownKeys[l.key] {
			own = true
			b.accept.take(l.text) // accepting it has a read-back settle it before it is planned, so the entry is no mistake
		}
		near = near || (l.does() && b.unknownOn[l.change.Agreement.ID]) ||
			slices.ContainsFunc(l.endings, func(row Change) bool { return b.unknownOn[row.Agreement.ID] })
	}
	change := g.carrier().change
	if change == nil || change.Action == Hold || (!near && (!own || (change.Action == Skip && !g.does()))) {
		return
	}
	reason := "an earlier write on this agreement may or may not have happened: a later run settles it"
	if own {
		reason = "an earlier write of this line may or may not have happened: a later run settles it, or look at the agreement and accept"
	}
	change.hold(PreviousUnknown, reason)
}

func (g *group) does() bool { return slices.ContainsFunc(g.members, (*line).does) }

// settle makes rows that are held or left out do nothing at all, and with the carrier's row those of all members: a merged line is written whole
// or not at all. At the end every addition of ours is named by a row.
func (b *builder) settle(g *group) {
	first := g.carrier().change
	if first == nil && len(g.members) == 1 {
		return
	}
	b.leaveOut(g)
	for _, l := range g.members {
		change := l.change
		if change == nil {
			continue
		}
		idle := change.Action == Hold || change.Code == LeftOut
		if idle || (g.clash == "" && (first.Action == Hold || first.Code == LeftOut)) {
			l.endings, l.dated = nil, nil
			change.Releases, change.Accepted = nil, false
		}
		b.showOwned(g, l)
	}
}

// isLeftOut reports whether the reviewer left out the line, or a member of the merged line that it is part of.
func (b *builder) isLeftOut(l *line) bool {
	if len(b.leftOut) == 0 {
		return false
	}
	return b.leftOut[l.text] || l.group != nil && l.group.clash == "" && slices.ContainsFunc(l.group.members, func(member *line) bool { return b.leftOut[member.text] })
}

// leaveOut skips what the reviewer left out. Leaving out one member leaves out the whole merged line.
func (b *builder) leaveOut(g *group) {
	if len(b.leftOut) == 0 {
		return
	}
	for _, l := range g.members {
		if l.change == nil || !b.isLeftOut(l) || (!l.does() && l.change.Action != Hold) {
			continue
		}
		l.change.hold(LeftOut, "left out by the reviewer")
		l.change.Action = Skip
	}
}
