package plan

import (
	"fmt"
	"slices"
	"strings"

	"cwsync/syncer/billing"
)

// skipForAbsent skips a whole merged line while one of those that it billed last is absent from a source that does not list everything: nobody
// knows what the absent one counts, and an absent line lowers nothing. It reports whether the line is skipped.
func (b *builder) skipForAbsent(g *group) bool {
	absent := b.absentMembers(g)
	if len(absent) == 0 {
		return false
	}
	first := g.carrier()
	who := absent[0].String() + " is"
	if more := len(absent) - 1; more > 0 {
		who = fmt.Sprintf("%s and %d more are", absent[0], more)
	}
	first.change.skip(NotInUsage, who+" part of this merged line and not in the usage; the source does not list everything, so the whole line stays"+
		" as it is: set complete: true if an absent line means that the usage ended, or take what is gone out of the set-up")
	g.intoCarrier()
	if quantity := b.ownedQuantity(g); quantity.Sign() > 0 {
		first.change.Warnings = append(first.change.Warnings, "the addition goes on billing "+number(quantity)+" while a part of it is not in the usage")
	}
	return true
}

// intoCarrier skips all members but the first, which carries the change.
func (g *group) intoCarrier() {
	first := g.carrier()
	for _, l := range g.members[1:] {
		key := first.key
		l.change.skip(MergedInto, "part of "+first.text)
		l.change.Into = &key
	}
}

// absentMembers are the keys that the group's addition billed when it was written last, and that the usage does not speak of now though the set-up
// still has them share a line with the others, sorted. In a source that lists everything an absent line means that its usage ended, so there are none.
func (b *builder) absentMembers(g *group) []billing.Key {
	s := g.carrier().source
	if g.owned == nil || s.rules.Complete || (len(g.owned.Members) == 0 && g.owned.Key == g.carrier().key) {
		return nil
	}
	var absent []billing.Key
	for _, key := range append([]billing.Key{g.owned.Key}, g.owned.Members...) {
		if !s.speaksOf(key) && b.stillBills(s, key, g.target) && !slices.Contains(absent, key) {
			absent = append(absent, key)
		}
	}
	slices.SortFunc(absent, func(x, y billing.Key) int { return strings.Compare(x.String(), y.String()) })
	return absent
}

// speaksOf reports whether the usage has a line of the key, whatever its status.
func (s *sourceState) speaksOf(key billing.Key) bool {
	if s.spoken == nil {
		s.spoken = make(map[[2]string]bool, len(s.lines))
		for _, l := range s.lines {
			if l.usage != nil {
				s.spoken[[2]string{l.key.Customer, l.key.Service}] = true
			}
		}
	}
	return s.spoken[[2]string{key.Customer, key.Service}]
}

// stillBills reports whether the set-up has the key bill this target: mapped and linked to it, and no switch is off.
func (b *builder) stillBills(s *sourceState, key billing.Key, at target) bool {
	l := line{key: key, source: s, service: s.services[key.Service], customer: s.customers[key.Customer]}
	if l.service == nil || l.customer == nil || !l.customer.Linked() || l.switchedOff() {
		return false
	}
	product := b.products[l.service.Product]
	return product != nil && (target{l.customer.Agreement, product.ID}) == at
}

// noteMembers gives the row that carries a merged line the keys that it bills. They are remembered with the addition.
func (l *line) noteMembers() {
	g, change := l.group, l.change
	bills := change.Action == Create || change.Action == Update || (change.Action == None && change.Addition.ID != 0)
	if g == nil || len(g.members) < 2 || g.clash != "" || l != g.carrier() || !bills {
		return
	}
	change.Members = make([]billing.Key, len(g.members))
	for i, member := range g.members {
		change.Members[i] = member.key
	}
}
