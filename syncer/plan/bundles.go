package plan

import (
	"slices"

	"github.com/shopspring/decimal"
)

// coverByBundles takes from each member of a bundle what the customer's bundles cover of it. A bundle that is switched off or held covers all the
// same: its addition goes on billing, and billing its members beside it would charge them twice. One whose status is not billed covers nothing.
func (s *sourceState) coverByBundles() {
	containers := s.containers()
	byKey := make(map[[2]string]*line, len(s.lines))
	for _, l := range s.lines {
		byKey[[2]string{l.key.Customer, l.key.Service}] = l
	}
	shared := s.sharedTargets()
	settled := map[*line]bool{}
	var settle func(l *line)
	settle = func(l *line) {
		if settled[l] {
			return
		}
		settled[l] = true
		var covering []*line
		for _, bundle := range containers[l.key.Service] {
			over := byKey[[2]string{l.key.Customer, bundle}]
			if over == nil || over.stop == StatusNotBilled {
				continue
			}
			settle(over)
			if over.count.Sign() > 0 {
				covering = append(covering, over)
			}
		}
		l.covered = decimal.Min(covered(covering, shared), l.count)
		l.count = l.count.Sub(l.covered)
	}
	for _, l := range s.lines {
		settle(l)
	}
}

// covered is what bundles of one customer cover of a member: their billed quantities together. Bundles that are merged have one quantity. Where
// other customers share it, nobody can say whose the minimum and the included units are, so that each bundle covers what it counts itself.
func covered(bundles []*line, shared map[target]bool) decimal.Decimal {
	total := zero
	for len(bundles) > 0 {
		first := bundles[0]
		g := group{members: bundles[:1:1]}
		var others []*line
		for _, l := range bundles[1:] {
			if l.target == first.target && l.target != (target{}) && sameLine(first, l) {
				g.members = append(g.members, l)
			} else {
				others = append(others, l)
			}
		}
		count, _ := g.count()
		rule := first.service.Quantity
		if shared[first.target] {
			rule.Minimum, rule.Included = zero, zero
		}
		total = total.Add(billed(rule, count))
		bundles = others
	}
	return total
}

// sharedTargets are those that lines of several customers bill together.
func (s *sourceState) sharedTargets() map[target]bool {
	shared, first := map[target]bool{}, map[target]string{}
	for _, l := range s.lines {
		if !l.claims() || !merges(l.service) || l.count.IsZero() {
			continue
		}
		if customer, known := first[l.target]; known && customer != l.key.Customer {
			shared[l.target] = true
		}
		first[l.target] = l.key.Customer
	}
	return shared
}

// containers gives for each service the bundles that contain it, directly or within another bundle, each once.
func (s *sourceState) containers() map[string][]string {
	direct := map[string][]string{}
	for i := range s.rules.Services {
		for _, member := range s.rules.Services[i].Includes {
			direct[member] = append(direct[member], s.rules.Services[i].ID)
		}
	}
	all := make(map[string][]string, len(direct))
	for member := range direct {
		queue := slices.Clone(direct[member])
		var found []string
		for len(queue) > 0 {
			bundle := queue[0]
			queue = queue[1:]
			if bundle == member || slices.Contains(found, bundle) {
				continue
			}
			found = append(found, bundle)
			queue = append(queue, direct[bundle]...)
		}
		all[member] = found
	}
	return all
}
