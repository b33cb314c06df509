package plan

import (
	"fmt"
	"slices"

	"cwsync/syncer/billing"
)

// adoptable finds the only addition that may be adopted. Where open additions exist but none or several qualify, it says so instead.
func (b *builder) adoptable(g *group) (*billing.Addition, string) {
	agreement := b.agreement(g.target.agreement)
	var open, fit []*billing.Addition
	for _, addition := range b.onTarget(g.target) {
		if !b.isOpen(addition) {
			continue
		}
		open = append(open, addition)
		if b.free(g, addition) && addition.Bill == billing.Billable && !addition.Effective.After(b.current.Today) && !oneOff(addition, agreement.Cycle) {
			fit = append(fit, addition)
		}
	}
	if pick := g.pick(); pick != 0 {
		return b.picked(g, open, pick)
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

// free reports whether an addition is nobody's, or one that the group lets go of.
func (b *builder) free(g *group, addition *billing.Addition) bool {
	owner := b.owner(addition.ID)
	return owner == nil || slices.ContainsFunc(g.members, func(l *line) bool {
		return l.owned == owner && slices.Contains(l.change.Releases, addition.ID)
	})
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

func (b *builder) picked(g *group, open []*billing.Addition, id int) (*billing.Addition, string) {
	for _, addition := range open {
		if addition.ID != id {
			continue
		}
		if !b.free(g, addition) {
			return nil, fmt.Sprintf("the set-up names addition %d, which belongs to %s: name another one under additions", id, b.owner(id).Key)
		}
		return addition, ""
	}
	return nil, fmt.Sprintf("the set-up names addition %d, which is not an open addition of this product on this agreement: name another one under additions", id)
}

// warnOtherPick says that the set-up names another addition than the one that is ours already.
func (b *builder) warnOtherPick(g *group) {
	if pick := g.pick(); pick != 0 && pick != g.owned.AdditionID {
		g.carrier().change.Warnings = append(g.carrier().change.Warnings,
			fmt.Sprintf("the set-up names addition %d, but addition %d is ours already and goes on: cancel it in ConnectWise to use the other", pick, g.owned.AdditionID))
	}
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
