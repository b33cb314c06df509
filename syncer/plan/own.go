package plan

import (
	"fmt"

	"cwsync/syncer/billing"
)

// current finds the addition that the group changes: the one that is ours, else the one that can be adopted, else none. A hold that no
// one can release ends the search with ok false; the others are noted on the row and the search goes on as if they were accepted, so
// that the row shows what would be written.
func (b *builder) currentLine(g *group) (addition *billing.Addition, adopts, ok bool) {
	first := g.carrier()
	for _, l := range g.members {
		if l.owned == nil || (l.owned == g.owned && b.targetOf(l.owned) == g.target) {
			continue
		}
		if b.targetOf(l.owned) == g.target {
			first.change.hold(AmbiguousLines, fmt.Sprintf("additions %d and %d are both ours for this merged line: cancel one of them in ConnectWise",
				g.owned.AdditionID, l.owned.AdditionID))
			return nil, false, false
		}
		b.moveMapping(l, first)
	}
	if g.owned != nil && b.targetOf(g.owned) == g.target {
		addition, code, why := b.drift(g.owned)
		if code == "" {
			return addition, false, true
		}
		first.change.Releases = append(first.change.Releases, g.owned.AdditionID)
		b.holdLine(first, code, why+": accept to let go of it and go on with another or a new line")
	}
	addition, why := b.adoptable(g)
	if why != "" {
		first.change.hold(AmbiguousLines, why)
		return nil, false, false
	}
	return addition, addition != nil, true
}

func (b *builder) targetOf(owned *Owned) target { return target{owned.AgreementID, owned.ProductID} }

// drift says what somebody did to an addition of ours that ends our ownership.
func (b *builder) drift(owned *Owned) (*billing.Addition, Code, string) {
	addition := b.additions[owned.AdditionID]
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
	owned := l.owned
	why := fmt.Sprintf("addition %d on agreement %d is ours, but the line is mapped elsewhere now: accept to end it and go on with the new mapping",
		owned.AdditionID, owned.AgreementID)
	l.ending = b.endingRow(l, owned)
	if l.ending == nil {
		l.change.Releases = append(l.change.Releases, owned.AdditionID)
	}
	if !b.holdLine(l, MappingChanged, why) || l == carrier {
		return
	}
	carrier.change.hold(MappingChanged, l.text+" is part of this merged line: "+why)
}

// endingRow is the row that ends an old line; nil where there is nothing to end, or its agreement is closed.
func (b *builder) endingRow(l *line, owned *Owned) *Change {
	old, code, _ := b.drift(owned)
	agreement, exists := b.current.Agreements[owned.AgreementID]
	if code != "" || !exists || closed(&agreement, b.current.Today) != "" {
		return nil
	}
	last := cancelDate(&agreement, b.current.Today, old.Effective)
	if !old.Cancelled.IsZero() && !old.Cancelled.After(last) {
		return nil
	}
	row := l.change
	row.Action, row.Code = Cancel, MappingChanged
	row.Reason = "the line is mapped elsewhere now: this addition ends on " + last.String()
	row.Agreement = Numbered{agreement.ID, agreement.Name}
	row.Company = Numbered{agreement.CompanyID, agreement.CompanyName}
	row.Product = Product{old.ProductID, old.ProductIdentifier}
	row.Accepted = true
	b.cancelRow(&row, old, &agreement, last)
	return &row
}

// adoptable finds the only addition that may be adopted. Where open additions exist but none or several qualify, it says so instead.
func (b *builder) adoptable(g *group) (*billing.Addition, string) {
	agreement := b.current.Agreements[g.target.agreement]
	var open, fit []*billing.Addition
	for _, addition := range b.onTarget[g.target] {
		if !b.isOpen(addition) {
			continue
		}
		open = append(open, addition)
		if b.ownerOf[addition.ID] == nil && addition.Bill == billing.Billable && !addition.Effective.After(b.current.Today) && !oneOff(addition, agreement.Cycle) {
			fit = append(fit, addition)
		}
	}
	if pick := g.pick(); pick != 0 {
		return b.picked(open, pick)
	}
	switch {
	case len(fit) == 1:
		return fit[0], ""
	case len(fit) > 1:
		return nil, fmt.Sprintf("%d open additions of %s could be the one (%s): choose one in the set-up under additions",
			len(fit), fit[0].ProductIdentifier, numbers(fit))
	case len(open) > 0:
		return nil, fmt.Sprintf("the agreement has open additions of %s (%s), but none that may be adopted (billable, in effect, no one-off, not another line's): choose one in the set-up under additions, or end them",
			open[0].ProductIdentifier, numbers(open))
	}
	return nil, ""
}

// isOpen reports whether a line is open today and not one that our own cancel already ended.
func (b *builder) isOpen(addition *billing.Addition) bool {
	if !addition.OpenOn(b.current.Today) {
		return false
	}
	ended, ours := b.endedByUs[addition.ID]
	return !ours || ended != addition.Cancelled
}

// pick is the addition that the set-up names for this group; 0 when it names none.
func (g *group) pick() int {
	for _, l := range g.members {
		if id := l.customer.Additions[l.key.Service]; id != 0 {
			return id
		}
	}
	return 0
}

func (b *builder) picked(open []*billing.Addition, id int) (*billing.Addition, string) {
	for _, addition := range open {
		if addition.ID != id {
			continue
		}
		if owner := b.ownerOf[id]; owner != nil {
			return nil, fmt.Sprintf("the set-up names addition %d, which belongs to %s", id, owner.Key)
		}
		return addition, ""
	}
	return nil, fmt.Sprintf("the set-up names addition %d, which is not an open addition of this product on this agreement", id)
}

func numbers(additions []*billing.Addition) string {
	text := ""
	for i, addition := range additions {
		if i > 0 {
			text += ", "
		}
		if i == 5 {
			return text + "…"
		}
		text += fmt.Sprintf("%d of %s", addition.ID, addition.Quantity)
	}
	return text
}
