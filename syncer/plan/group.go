package plan

import (
	"fmt"
	"slices"

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
	left    *line   // the line that has left this merged line and whose addition it carries
	moved   *line   // likewise, but it bills elsewhere now
}

func (g *group) carrier() *line { return g.members[0] }

// group joins the lines that bill the same product of the same agreement. Lines that bill nothing stand alone.
func (b *builder) group() {
	b.groups = make([]*group, 0, len(b.lines))
	block := make([]group, len(b.lines)) // one allocation for all, and one for their single members
	singles := make([]*line, len(b.lines))
	byTarget := make(map[target]*group, len(b.lines))
	start := func(i int) *group {
		l := b.lines[i]
		g := &block[i]
		singles[i] = l
		g.target, g.members, l.group = l.target, singles[i:i+1:i+1], g
		b.groups = append(b.groups, g)
		return g
	}
	for i, l := range b.lines {
		if !l.claims() {
			continue
		}
		if g := byTarget[l.target]; g != nil {
			g.members, l.group = append(g.members, l), g
			continue
		}
		byTarget[l.target] = start(i)
	}
	for _, g := range b.groups {
		if len(g.members) > 1 {
			slices.SortFunc(g.members, compareLines)
			g.clash = g.findClash()
		}
	}
	b.joinSwitchedOff(byTarget)
	for _, g := range b.groups {
		b.findOwned(g)
	}
	for i, l := range b.lines {
		if l.group != nil || (l.carried && l.usage == nil) {
			continue // the addition of an absent carried line has its row at the line that carries it now
		}
		if g := start(i); !l.carried {
			g.owned = l.owned
		}
	}
	b.widenScope()
}

// joinSwitchedOff adds switched-off members to the merged lines that they belong to.
func (b *builder) joinSwitchedOff(byTarget map[target]*group) {
	for _, l := range b.lines {
		if l.stop != SyncOff || l.usage == nil || !l.source.merging || l.target == (target{}) {
			continue
		}
		g := byTarget[l.target]
		if g == nil || g.clash != "" || !sameLine(g.carrier(), l) {
			continue
		}
		g.members, l.group = append(g.members, l), g
		slices.SortFunc(g.members, compareLines)
		if g.off == nil || compareLines(l, g.off) < 0 {
			g.off = l
		}
	}
}

// widenScope takes a whole merged line into scope when a filter asks for one of its members.
func (b *builder) widenScope() {
	for _, l := range b.lines {
		if l.carried && l.usage == nil {
			l.inScope = false
		}
	}
	for _, g := range b.groups {
		if len(g.members) == 1 || g.clash != "" || !slices.ContainsFunc(g.members, func(l *line) bool { return l.inScope }) {
			continue
		}
		for _, l := range g.members {
			l.inScope = true
		}
	}
}

// findClash says why several lines cannot share one product of one agreement.
func (g *group) findClash() string {
	first := g.carrier()
	for _, l := range g.members[1:] {
		if !sameLine(first, l) {
			how := "merge them"
			if first.source == l.source && merges(first.service) && first.service.Merge == l.service.Merge {
				how = "give them equal rules for quantity, price, tax and change"
			}
			return fmt.Sprintf("%s and %s both bill %s on this agreement: map one of them elsewhere, or %s",
				first.text, l.text, l.product.Identifier, how)
		}
	}
	return ""
}

// sameLine reports whether two lines are members of one merged line.
func sameLine(a, b *line) bool {
	if a.source != b.source || a.service.Merge != b.service.Merge || !merges(a.service) || a.service.Change != b.service.Change {
		return false
	}
	if !sameRates(a, b) {
		return false
	}
	x, y := a.service.Quantity, b.service.Quantity
	return x.DivideBy.Equal(y.DivideBy) && x.Included.Equal(y.Included) && x.Minimum.Equal(y.Minimum) && x.Round == y.Round
}

// sameRates reports whether two lines come by price and tax flag in the same way.
func sameRates(a, b *line) bool {
	x, y := a.service, b.service
	if keepsPrice(x) != keepsPrice(y) || (!keepsPrice(x) && x.Price.From != y.Price.From) {
		return false
	}
	if keepsTax(x) != keepsTax(y) || (!keepsTax(x) && x.Taxable != y.Taxable) {
		return false
	}
	return x.Price.From != billing.PriceMarkup || markup(a.source.rules, x).Equal(markup(b.source.rules, y))
}

// findOwned finds the addition of a group: of the smallest member that owns one here, else of one whose mapping moved here, else of a line that
// has left the merged line.
func (b *builder) findOwned(g *group) {
	for _, l := range g.members {
		if l.owned != nil && b.targetOf(l.owned) == g.target {
			g.owned = l.owned
			return
		}
		if g.owned == nil {
			g.owned = l.owned
		}
	}
	if g.owned == nil && g.clash == "" && merges(g.carrier().service) {
		b.carry(g)
	}
}

// carry finds the addition of a line that has left this merged line: absent now, of a status that is not billed, or out of the set-up.
func (b *builder) carry(g *group) {
	for _, addition := range b.onTarget(g.target) {
		owned := b.owner(addition.ID)
		if owned == nil || owned.Key.Source != g.carrier().key.Source || b.targetOf(owned) != g.target {
			continue
		}
		l := b.owned.find(owned.Key).line
		if l != nil && b.handOver(g, owned, l) {
			return
		}
		if l == nil || l.owned != owned || l.group != nil || l.carried || (l.service != nil && !merges(l.service)) || (l.stop == SyncOff && l.usage != nil) {
			continue
		}
		l.carried, g.owned, g.left = true, owned, l
		g.carrier().inScope = g.carrier().inScope || (l.usage == nil && l.inScope)
		return
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
