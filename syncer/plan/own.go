package plan

import (
	"fmt"
	"strings"

	"cwsync/syncer/billing"
)

// currentLine finds the addition that the group changes: the one that is ours, else the one that can be adopted, else none. A hold that no
// one can release ends the search with ok false; the others are noted on the row and the search goes on as if they were accepted, so
// that the row shows what would be written.
func (b *builder) currentLine(g *group, w want) (addition *billing.Addition, adopts, ok bool) {
	first := g.carrier()
	here := g.owned != nil && b.targetOf(g.owned) == g.target
	if here && !b.oneGoesOn(g) {
		return nil, false, false
	}
	for _, l := range g.members {
		if l.owned != nil && b.targetOf(l.owned) != g.target {
			b.moveMapping(l, first)
		}
	}
	if here {
		addition, code, why := b.drift(g.owned)
		if code == "" {
			b.warnOtherPick(g)
			return addition, false, true
		}
		first.change.Releases = append(first.change.Releases, g.owned.AdditionID)
		b.holdLine(first, code, why+": accept to let go of it")
	}
	if w.code == UsageEnded {
		return nil, false, true // nothing of ours bills it any more, and ending a line that never was ours is not our business
	}
	addition, why := b.adoptable(g)
	if addition != nil || why != "" || w.quantity.Sign() > 0 {
		if claim := b.mayClaim(g); claim != "" {
			first.change.hold(ClaimedTwice, claim)
			return nil, false, false
		}
	}
	if why != "" {
		first.change.hold(AmbiguousLines, why)
		return nil, false, false
	}
	if late := b.afterTheEnd(g, w, addition); late != "" {
		first.change.hold(AgreementClosed, late)
		return nil, false, false
	}
	if addition != nil {
		first.change.Releases = without(first.change.Releases, addition.ID)
	}
	return addition, addition != nil, true
}

// afterTheEnd says why no line can be opened on an agreement that is running still: it would take effect when the agreement has ended, and never
// be invoiced. It is empty where a line is there already or none is wanted.
func (b *builder) afterTheEnd(g *group, w want, addition *billing.Addition) string {
	agreement := b.agreement(g.target.agreement)
	if addition != nil || w.quantity.Sign() <= 0 || agreement.End.IsZero() {
		return ""
	}
	effective := effectiveDate(agreement, b.current.Today, b.endedOn[g.target])
	if !effective.After(agreement.End) {
		return ""
	}
	return "a new line would take effect on " + effective.String() + ", and the agreement ends on " + agreement.End.String() +
		": extend the agreement, or link the customer to one that goes on"
}

// without leaves out one id. An addition that is adopted anew stays ours.
func without(ids []int, id int) []int {
	var rest []int
	for _, other := range ids {
		if other != id {
			rest = append(rest, other)
		}
	}
	return rest
}

// oneGoesOn deals with further additions of the group that are ours here beside the one it goes on with. Those that somebody ended or moved are
// let go of; one that a dated change left open ends now; any other pair is for a person to sort out, because both are billed.
func (b *builder) oneGoesOn(g *group) bool {
	first := g.carrier()
	for _, other := range b.others(g) {
		old, code, why := b.drift(other)
		if code != "" {
			first.change.Releases = append(first.change.Releases, other.AdditionID)
			first.change.Warnings = append(first.change.Warnings, why+"; it is no longer ours")
			continue
		}
		if b.endReplaced(g, other, old) {
			continue
		}
		first.change.hold(AmbiguousLines, fmt.Sprintf("additions %d and %d are both ours for this line and both are open: cancel one of them in ConnectWise",
			g.owned.AdditionID, other.AdditionID))
		return false
	}
	return true
}

// others are the further additions that the group's keys own on its target or left over from an earlier dated change.
func (b *builder) others(g *group) []*Owned {
	var others []*Owned
	for _, l := range g.members {
		if l.owned != nil && l.owned != g.owned && b.targetOf(l.owned) == g.target {
			others = append(others, l.owned)
		}
		if l.owned != nil && b.targetOf(l.owned) == g.target {
			others = append(others, l.extra...)
		}
	}
	if g.left != nil {
		others = append(others, g.left.extra...)
	}
	return others
}

// endReplaced ends an old line that a dated change was to end and did not come to: the new line is ours, of the same key and product, and took
// effect later.
func (b *builder) endReplaced(g *group, other *Owned, old *billing.Addition) bool {
	successor, code, _ := b.drift(g.owned)
	agreement := b.agreement(other.AgreementID)
	if code != "" || agreement == nil || !g.owned.Created || other.Key != g.owned.Key || b.targetOf(other) != g.target ||
		!old.Effective.Before(successor.Effective) || agreement.Closed(b.current.Today) != "" {
		return false
	}
	first := g.carrier()
	last := billing.Latest(successor.Effective.AddDays(-1), old.Effective)
	if !old.Cancelled.IsZero() && !old.Cancelled.After(last) {
		return true // it ends by itself in time
	}
	row := b.rowBeside(first, old, agreement)
	row.Code = UsageFell
	if successor.Quantity.GreaterThan(old.Quantity) {
		row.Code = UsageRose
	}
	row.Reason = fmt.Sprintf("addition %d took its place in an earlier run that did not end this one: it ends on %s", successor.ID, last)
	b.cancelRow(&row, old, agreement, last)
	first.endings = append(first.endings, row)
	return true
}

// drift says what somebody did to an addition of ours that ends our ownership.
func (b *builder) drift(owned *Owned) (*billing.Addition, Code, string) {
	addition := b.addition(owned)
	switch {
	case addition == nil:
		return nil, DriftDeleted, fmt.Sprintf("somebody deleted our addition %d", owned.AdditionID)
	case addition.ProductID != owned.ProductID:
		return addition, DriftProduct, fmt.Sprintf("somebody pointed our addition %d to product %s", addition.ID, addition.ProductIdentifier)
	case !addition.OpenOn(b.current.Today):
		return addition, DriftCancelled, fmt.Sprintf("somebody cancelled our addition %d on %s", addition.ID, addition.Cancelled)
	}
	return addition, "", ""
}

// moveMapping holds a line whose key owns an addition of another product or agreement than it is mapped to now.
func (b *builder) moveMapping(l, carrier *line) {
	var mine, carriers []string // why, for the line itself and for the one that carries it
	for _, owned := range append([]*Owned{l.owned}, l.extra...) {
		does := "end it"
		if row, left := b.endingRow(l, owned); left == "" {
			l.endings = append(l.endings, row)
		} else {
			l.change.Releases = append(l.change.Releases, owned.AdditionID)
			does = "let go of it as it is (" + left + ")"
		}
		why := fmt.Sprintf("addition %d on agreement %d is ours, but the line is mapped elsewhere now: accept ", owned.AdditionID, owned.AgreementID)
		mine, carriers = append(mine, why+"to "+does), append(carriers, why+l.text+" to "+does)
	}
	if l == carrier {
		b.holdLine(l, MappingChanged, strings.Join(mine, "; "))
		return
	}
	if b.holdLine(l, MappingChanged, strings.Join(mine, "; ")+"; goes on as part of "+carrier.text) {
		carrier.change.holdToo(MappingChanged, l.text+" is part of this merged line: "+strings.Join(carriers, "; "))
	}
}

// endingRow is the row that ends an old line, or why it is left as it is: there is nothing to end, or its agreement is closed.
func (b *builder) endingRow(l *line, owned *Owned) (row Change, left string) {
	old, code, drift := b.drift(owned)
	agreement := b.agreement(owned.AgreementID)
	if code != "" {
		return Change{}, drift
	}
	if agreement == nil {
		return Change{}, "its agreement is gone"
	}
	if why := agreement.Closed(b.current.Today); why != "" {
		return Change{}, "its agreement " + why
	}
	last := cancelDate(agreement, b.current.Today, old.Effective)
	if !old.Cancelled.IsZero() && !old.Cancelled.After(last) {
		return Change{}, "it ends on " + old.Cancelled.String() + " by itself"
	}
	row = b.rowBeside(l, old, agreement)
	row.Code, row.Accepted = MappingChanged, true
	row.Reason = "the line is mapped elsewhere now: this addition ends on " + last.String()
	b.cancelRow(&row, old, agreement, last)
	return row, ""
}

// rowBeside is a further row of a line: that of another addition of the same key.
func (b *builder) rowBeside(l *line, old *billing.Addition, agreement *billing.Agreement) Change {
	return Change{
		Key: l.key, Action: Cancel, Customer: l.change.Customer, Service: l.change.Service,
		Company: Numbered{agreement.CompanyID, agreement.CompanyName}, Agreement: Numbered{agreement.ID, agreement.Name},
		Invoicing: b.invoicing(agreement),
		Product:   Product{old.ProductID, old.ProductIdentifier}, Currency: currencyOf(agreement, l),
	}
}
