package ui

import (
	"cmp"
	"slices"

	"cwsync/syncer/billing"
	"cwsync/ui/report"
)

// ToggleService switches a service off or on again for one customer. ok is false for a service that the set-up does not have.
func (s *customersState) ToggleService(id, service string) (ok bool) {
	c, from := s.Find(id), s.source()
	if c == nil || !slices.ContainsFunc(from.Services, func(known billing.Service) bool { return known.ID == service }) {
		return false
	}
	entry := s.ensure(c)
	if at := slices.Index(entry.ServicesOff, service); at >= 0 {
		entry.ServicesOff = slices.Delete(slices.Clone(entry.ServicesOff), at, at+1)
	} else {
		entry.ServicesOff = append(slices.Clone(entry.ServicesOff), service)
	}
	if len(entry.ServicesOff) == 0 {
		entry.ServicesOff = nil
	}
	return true
}

// customerSwitch is one service of one customer.
type customerSwitch struct {
	id, name string
	known    bool // the set-up has it, so that it can be switched
	on       bool // for this customer
	allOff   bool // for all customers
	used     string
}

// Services are the services of the set-up and those that the customer uses besides, with what it uses of them.
func (s *customersState) Services(id string) []customerSwitch {
	c, from := s.Find(id), s.source()
	if c == nil || from == nil {
		return nil
	}
	var off []string
	if entry := s.linkOf(id); entry != nil {
		off = entry.ServicesOff
	}
	var list []customerSwitch
	for i := range from.Services {
		service := &from.Services[i]
		list = append(list, customerSwitch{id: service.ID, name: report.Plain(cmp.Or(service.Name, service.ID)), known: true,
			on: !slices.Contains(off, service.ID), allOff: !service.Sync, used: c.used(service.ID)})
	}
	for _, use := range c.uses {
		if !slices.ContainsFunc(list, func(known customerSwitch) bool { return known.id == use.service }) {
			list = append(list, customerSwitch{id: use.service, name: use.name, on: true, used: c.used(use.service)})
		}
	}
	return list
}
