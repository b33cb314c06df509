package plan

import (
	"slices"
	"strconv"
)

// handOver has a merged line keep the addition of a member that is mapped or linked elsewhere now: it billed the others too, and goes on billing
// them. It reports whether it does.
func (b *builder) handOver(g *group, owned *Owned, l *line) bool {
	shared := slices.ContainsFunc(g.members, func(member *line) bool { return slices.Contains(owned.Members, member.key) })
	at := slices.Index(l.extra, owned)
	if !shared || l.group == nil || l.stop != "" || (l.owned != owned && at < 0) {
		return false
	}
	rest := slices.Clone(l.extra)
	if at >= 0 {
		rest = slices.Delete(rest, at, at+1)
	} else if l.owned = nil; len(rest) > 0 {
		l.owned, rest = rest[0], rest[1:]
	}
	l.extra, g.owned, g.moved = rest, owned, l
	if l.group.owned == owned {
		l.group.owned = nil
		b.findOwned(l.group)
	}
	either := l.inScope || slices.ContainsFunc(g.members, func(member *line) bool { return member.inScope })
	l.inScope, g.carrier().inScope = either, g.carrier().inScope || either
	return true
}

// holdMoved holds what a line would bill elsewhere while the merged line that it left is not written: it is still billed there.
func (b *builder) holdMoved() {
	for _, g := range b.groups {
		if g.moved == nil || g.carrier().change == nil || g.moved.group.carrier().change == nil {
			continue
		}
		left, row := g.carrier(), g.moved.group.carrier().change
		if _, gone, _ := b.drift(g.owned); gone != "" || !g.moved.group.carrier().does() {
			continue // it bills nobody any more, or nothing is about to bill it twice
		}
		if left.change.Action == Hold || left.change.Action == Skip || b.isLeftOut(left) {
			row.hold(ClaimedTwice, "addition "+strconv.Itoa(g.owned.AdditionID)+" bills "+g.moved.text+" together with "+left.text+
				", whose row is not written: see to that one first")
		}
	}
}
