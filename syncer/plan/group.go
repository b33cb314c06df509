package plan

import (
	"fmt"
	"slices"
	"strings"

	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

// group is what bills one addition: one line, or several that are merged.
type group struct {
	target  target
	members []*line // sorted by key; the first carries the change
	owned   *Owned  // the addition that is ours, whichever member brought it
	clash   string  // why the members cannot share the product
	off     *line   // a switched-off member, which skips the whole line
}

func (g *group) carrier() *line { return g.members[0] }

// group joins the lines that bill the same product of the same agreement. Lines that bill nothing stand alone.
func (b *builder) group() {
	b.groups = make([]*group, 0, len(b.lines))
	byTarget := make(map[target]*group, len(b.lines))
	for _, l := range b.lines {
		if !l.claims() {
			continue
		}
		g := byTarget[l.target]
		if g == nil {
			g = &group{target: l.target}
			byTarget[l.target] = g
			b.groups = append(b.groups, g)
		}
		g.members = append(g.members, l)
	}
	for _, g := range b.groups {
		slices.SortFunc(g.members, func(x, y *line) int { return strings.Compare(x.text, y.text) })
		g.noteSwitchedOff()
		g.clash = g.findClash()
		b.findOwned(g)
	}
	for _, l := range b.lines {
		switch {
		case l.carried && l.usage == nil:
			l.inScope = false // its addition has its row at the line that carries it now
		case l.carried:
			b.groups = append(b.groups, &group{target: l.target, members: []*line{l}})
		case !l.claims():
			b.groups = append(b.groups, &group{target: l.target, members: []*line{l}, owned: l.owned})
		}
	}
}

// claims reports whether the line wants its product of its agreement for itself: it is billed, or it is a switched-off member of a merged line.
func (l *line) claims() bool {
	if l.target == (target{}) || l.carried || l.usage == nil {
		return false
	}
	return l.stop == "" || (l.stop == SyncOff && l.merges())
}

func (l *line) merges() bool {
	return l.service.Merge != billing.MergeNone && l.service.Merge != ""
}

// noteSwitchedOff notes a switched-off member of a merged line.
func (g *group) noteSwitchedOff() {
	for _, l := range g.members {
		if l.stop == SyncOff {
			g.off = l
			return
		}
	}
}

// findClash says why several lines cannot share one product of one agreement.
func (g *group) findClash() string {
	first := g.carrier()
	for _, l := range g.members[1:] {
		if l.source != first.source || !l.merges() || l.service.Merge != first.service.Merge || !sameRules(l.service, first.service) {
			return fmt.Sprintf("%s and %s both bill %s on this agreement: map one of them elsewhere, or merge them",
				first.text, l.text, l.product.Identifier)
		}
	}
	return ""
}

func sameRules(a, b *billing.Service) bool {
	x, y := a.Quantity, b.Quantity
	return x.DivideBy.Equal(y.DivideBy) && x.Included.Equal(y.Included) && x.Minimum.Equal(y.Minimum) && x.Round == y.Round && a.Change == b.Change
}

// findOwned finds the addition of a merged line: of the smallest member that owns one, else of a line that has left the merged line.
func (b *builder) findOwned(g *group) {
	for _, l := range g.members {
		if l.owned != nil {
			g.owned = l.owned
			break
		}
	}
	if g.owned != nil || g.clash != "" || !g.carrier().merges() {
		return
	}
	for _, addition := range b.onTarget[g.target] {
		owned := b.ownerOf[addition.ID]
		if owned == nil || owned.Key.Source != g.carrier().key.Source {
			continue
		}
		if l := b.lineOf[owned]; l != nil && !l.claims() {
			l.carried = true
			g.owned = owned
			return
		}
	}
}

// count is the usage count of the group and where it comes from.
func (g *group) count() (quantity decimal.Decimal, from string) {
	first := g.carrier()
	if len(g.members) == 1 {
		if first.covered.Sign() > 0 {
			from = first.covered.Add(first.count).String() + " − " + first.covered.String() + " in bundles = "
		}
		return first.count, from
	}
	quantity = first.count
	for _, l := range g.members[1:] {
		if first.service.Merge == billing.MergeMax {
			quantity = decimal.Max(quantity, l.count)
		} else {
			quantity = quantity.Add(l.count)
		}
	}
	word := "sum"
	if first.service.Merge == billing.MergeMax {
		word = "largest"
	}
	return quantity, fmt.Sprintf("%s of %d lines = ", word, len(g.members))
}

// inScope reports whether any member is asked for; a filter on one member takes the whole line.
func (g *group) inScope() bool {
	return slices.ContainsFunc(g.members, func(l *line) bool { return l.inScope })
}
