package ui

import (
	"slices"

	"cwsync/syncer/billing"

	tea "charm.land/bubbletea/v2"
)

// forgottenMsg takes a customer out of the set-up, after somebody confirmed it.
type forgottenMsg struct{ customer string }

// gone reports whether the set-up has a customer that the usage, as it was read, does not name.
func (s *customersState) gone(c *customer) bool {
	return s.named && len(c.uses) == 0 && s.linkOf(c.id) != nil
}

// Remove takes a customer that the usage does not name out of the set-up, with its link and its switches; false for any other. The list is to be
// opened anew.
func (s *customersState) Remove(id string) bool {
	c, from := s.Find(id), s.source()
	if c == nil || !s.gone(c) {
		return false
	}
	from.Customers = slices.DeleteFunc(slices.Clone(from.Customers), func(entry billing.Customer) bool { return entry.ID == id })
	return true
}

// forget asks before a customer is taken out of the set-up.
func (c *customersStep) forget(one *customer) tea.Cmd {
	if !c.state.gone(one) {
		if !c.state.named {
			return send(noticeMsg{text: "nothing is forgotten before the usage was read"})
		}
		return send(noticeMsg{text: one.label() + " is in the usage, so it would come again; space switches it off"})
	}
	return send(askMsg{title: "Forget " + one.label() + "?", yes: "forget it", then: send(forgottenMsg{one.id}), lines: []string{
		"The usage does not name it any more. Its link, its switches, its prices and its discount go from the set-up; if it comes again, it comes as a new customer.",
		"What cwsync wrote for it stays in ConnectWise as it is: a line that has a quantity is held in Review, and goes on being billed until you end it there or in ConnectWise.",
	}})
}

// forgotten takes the customer out and lists the others.
func (c *customersStep) forgotten(id string) tea.Cmd {
	one := c.state.Find(id)
	if one == nil {
		return nil
	}
	label := one.label()
	if !c.state.Remove(id) {
		return send(noticeMsg{text: label + " is in the usage again, so it stays"})
	}
	list := c.open()
	return tea.Batch(list, c.changed(label+" is forgotten"))
}
