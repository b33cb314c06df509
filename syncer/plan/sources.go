package plan

import (
	"fmt"
	"slices"

	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
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

// coverByBundles takes from each member of a bundle what the customer's bundles cover of it. A bundle that is switched off or held covers all the
// same: its addition goes on billing, and billing its members beside it would charge them twice. One whose status is not billed covers nothing.
func (s *sourceState) coverByBundles() {
	containers := s.containers()
	byKey := make(map[[2]string]*line, len(s.lines))
	for _, l := range s.lines {
		byKey[[2]string{l.key.Customer, l.key.Service}] = l
	}
	settled := map[*line]bool{}
	var settle func(l *line)
	settle = func(l *line) {
		if settled[l] {
			return
		}
		settled[l] = true
		for _, bundle := range containers[l.key.Service] {
			over := byKey[[2]string{l.key.Customer, bundle}]
			if over == nil || over.stop == StatusNotBilled {
				continue
			}
			settle(over)
			if over.count.Sign() > 0 {
				l.covered = l.covered.Add(billed(over.service.Quantity, over.count))
			}
		}
		l.covered = decimal.Min(l.covered, l.count)
		l.count = l.count.Sub(l.covered)
	}
	for _, l := range s.lines {
		settle(l)
	}
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
