package plan

import (
	"fmt"

	"cwsync/syncer/billing"
)

// sourceState is one source while it is planned.
type sourceState struct {
	name      string
	rules     *billing.Source
	usage     *SourceUsage
	gone      bool // the source is no longer in the set-up
	services  map[string]*billing.Service
	customers map[string]*billing.Customer
	off       map[[2]string]bool // customer and service that services_off names
	bundles   bool
	counts    bool // a service is billed by one of several counts
	merging   bool
	unmade    map[billing.ProductRef]string // products that may be created and cannot be: why
	rated     bool                          // more than quantities may be written
	lines     []*line
	spoken    map[[2]string]bool // customer and service of the usage lines, once they are asked for
	held      Code
	problem   string
}

func newSourceState(usage *SourceUsage) *sourceState {
	rules := usage.Rules
	s := &sourceState{
		name: rules.Name, rules: rules, usage: usage,
		services:  make(map[string]*billing.Service, len(rules.Services)),
		customers: make(map[string]*billing.Customer, len(rules.Customers)),
		off:       map[[2]string]bool{},
	}
	for i := range rules.Services {
		service := &rules.Services[i]
		s.services[service.ID] = service
		s.bundles = s.bundles || len(service.Includes) > 0
		s.counts = s.counts || service.Basis != ""
		s.merging = s.merging || merges(service)
	}
	for i := range rules.Customers {
		customer := &rules.Customers[i]
		s.customers[customer.ID] = customer
		for _, service := range customer.ServicesOff {
			s.off[[2]string{customer.ID, service}] = true
		}
	}
	s.rated = s.findRated()
	return s
}

func merges(service *billing.Service) bool {
	return service.Merge == billing.MergeSum || service.Merge == billing.MergeMax
}

func (s *sourceState) summary() SourceSummary {
	lines := s.usage.Usage.Lines
	customers := make(map[string]bool, len(s.customers))
	for i := range lines {
		if i == 0 || lines[i].CustomerID != lines[i-1].CustomerID {
			customers[lines[i].CustomerID] = true
		}
	}
	return SourceSummary{
		Name: s.name, AsOf: s.usage.Usage.AsOf, Digest: s.usage.Usage.Digest, Customers: len(customers),
		Lines: len(lines), Held: s.held, Problem: s.problem,
	}
}

// unreadable says why no line of the source may be trusted.
func (s *sourceState) unreadable() (Code, string) {
	switch {
	case s.usage.NotRead, !s.rules.Sync:
		return "", ""
	case s.usage.Problem != "":
		return SourceFailed, s.usage.Problem
	case len(s.usage.Usage.Lines) == 0:
		return SourceEmpty, "the source gave no usage lines at all: nothing is changed until it gives some"
	case s.counts:
		return s.countMissing()
	}
	return "", ""
}

// countMissing finds the first line that lacks the count that its service is billed by. Which lines a reader could not count is not known
// then, so the whole source is not trusted.
func (s *sourceState) countMissing() (Code, string) {
	var worst *billing.UsageLine
	for i := range s.usage.Usage.Lines {
		usage := &s.usage.Usage.Lines[i]
		service := s.services[usage.ServiceID]
		if service == nil || !service.Sync {
			continue
		}
		if _, ok := count(service, usage); !ok && (worst == nil || usage.Place < worst.Place) {
			worst = usage
		}
	}
	if worst == nil {
		return "", ""
	}
	return SourceFailed, fmt.Sprintf("line %d: service %s is billed by the count %q, which the line does not have: choose another basis or put the source right",
		worst.Place, worst.ServiceID, s.services[worst.ServiceID].Basis)
}
