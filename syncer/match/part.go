package match

import (
	"fmt"
	"slices"

	"cwsync/syncer/billing"
)

// part takes an agreement away from all customers that would share it, save for the only one that has the company's very name: customers may
// share an agreement, but only where a person wants it. proposals and customers are in the same order.
func (s *shelf) part(proposals []Proposal, customers []Named) {
	claims := map[int][]int{} // agreement → proposals
	for i := range proposals {
		if agreement := proposals[i].Agreement; agreement != 0 {
			claims[agreement] = append(claims[agreement], i)
		}
	}
	names := s.names()
	for agreement, all := range claims {
		if len(all) < 2 {
			continue
		}
		linked := slices.DeleteFunc(slices.Clone(all), func(i int) bool { return proposals[i].Outcome != Linked })
		for _, i := range all {
			if len(linked) == 1 && linked[0] == i {
				continue
			}
			others := slices.DeleteFunc(slices.Clone(all), func(j int) bool { return j == i || len(linked) == 1 && j != linked[0] })
			p := &proposals[i]
			p.Agreement = 0
			text := fmt.Sprintf("%s would be linked to %s as well", names[agreement], crowd(others, customers))
			if p.Outcome == Linked {
				p.Outcome, p.Reason = NeedsChoice, "same name, but "+text
			} else {
				p.Reason += "; " + text
			}
		}
	}
}

// names are the running agreements of the type by id.
func (s *shelf) names() map[int]string {
	names := map[int]string{}
	for _, agreements := range s.open {
		for i := range agreements {
			names[agreements[i].ID] = named([]billing.Agreement{agreements[i]}, nothing)
		}
	}
	return names
}

// crowd names one customer, or the first of several.
func crowd(which []int, customers []Named) string {
	first := &customers[which[0]]
	text := fmt.Sprintf("%s (%s)", quoted(first.Name), shown(first.ID))
	switch rest := len(which) - 1; rest {
	case 0:
		return text
	case 1:
		return text + " and one other"
	default:
		return fmt.Sprintf("%s and %d others", text, rest)
	}
}
