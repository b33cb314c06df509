package ui

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"cwsync/syncer/billing"
	"cwsync/syncer/setup"
)

// assignment is what stands before a product is assigned to a service.
type assignment struct {
	refused    string   // why it cannot be; all else is empty then
	deprecated bool     // the service is, which wants a confirmation
	sharers    []string // names of the services that have the product already, which wants a way to merge
}

// look says what stands before a product is assigned to a service.
func (s *productsState) look(id string, to target) assignment {
	service := s.service(id)
	if service == nil {
		return assignment{refused: "there is no such service"}
	}
	if why := s.refusal(to); why != "" {
		return assignment{refused: why}
	}
	a := assignment{deprecated: service.Deprecated}
	for _, other := range s.sharers(id, to) {
		a.sharers = append(a.sharers, s.nameOf(other))
	}
	return a
}

// refusal says why nothing can be mapped to a target; empty when something can.
func (s *productsState) refusal(to target) string {
	if to.product == 0 {
		return s.freshProblem(to.fresh)
	}
	at, known := s.byID[to.product]
	if !known {
		return "there is no such product in the catalog"
	}
	return unfit(&s.products[at])
}

// assign maps a service to a product of the catalog, or to one that the next sync creates. Where another service has it already, merge says how they
// become one quantity; both are then counted by the other's quantity rule. A deprecated service is mapped without asking: ask look first.
func (s *productsState) assign(id string, to target, merge billing.Merge) error {
	a := s.look(id, to)
	switch {
	case a.refused != "":
		return errors.New(a.refused)
	case len(a.sharers) > 0 && merge != billing.MergeSum && merge != billing.MergeMax:
		return fmt.Errorf("%s has this product already; say how the two are merged", a.sharers[0])
	}
	return s.change(s.mapping(id, to, merge))
}

// mapping is the change that maps a service to a product, together with those that share it.
func (s *productsState) mapping(id string, to target, merge billing.Merge) func(*billing.Source) {
	ref, others := s.ref(id, to), s.sharers(id, to)
	return func(changed *billing.Source) {
		service := &changed.Services[slices.IndexFunc(changed.Services, func(v billing.Service) bool { return v.ID == id })]
		mapTo(service, ref, to)
		for i := range changed.Services {
			if other := &changed.Services[i]; slices.Contains(others, other.ID) {
				mapTo(other, ref, to)
				other.Merge, service.Merge = merge, merge
				service.Quantity = other.Quantity
			}
		}
	}
}

// mapTo maps one service. Whether its product is created, and followed, ends with another product of the catalog; it stays with the same one, and with
// another name for the new one.
func mapTo(service *billing.Service, ref billing.ProductRef, to target) {
	switch {
	case to.product == 0:
		service.CreateProduct = true
	case service.Product != ref:
		service.CreateProduct, service.UpdateProduct = false, false
	}
	service.Product = ref
}

// unassign takes a service's product away; false when it has none.
func (s *productsState) unassign(id string) bool {
	service := s.service(id)
	if service == nil || service.Product.IsZero() {
		return false
	}
	service.Product, service.CreateProduct, service.UpdateProduct = billing.ProductRef{}, false, false
	s.changed()
	return true
}

// toggle switches a service on or off; its mapping stays.
func (s *productsState) toggle(id string) {
	if service := s.service(id); service != nil {
		service.Sync = !service.Sync
		s.changed()
	}
}

// offer is one suggestion that may be accepted.
type offer struct {
	service, name       string // id and name
	product             int
	identifier, summary string // of the product; score and reason
}

// offer is the suggestion for one service; false when there is none.
func (s *productsState) offer(id string) (offer, bool) {
	service := s.service(id)
	if service == nil {
		return offer{}, false
	}
	choice, _ := s.suggestion(service)
	if choice == nil {
		return offer{}, false
	}
	return offer{service: id, name: serviceName(service), product: choice.Product, identifier: choice.Identifier,
		summary: score(choice.Score) + ", " + choice.Why}, true
}

// offers are the suggestions that may be accepted at once: those of services that are on and not deprecated, and each product once.
func (s *productsState) offers() []offer {
	var offers []offer
	used := map[int]bool{}
	for _, row := range s.services() {
		if row.mark != serviceSuggested || row.deprecated {
			continue
		}
		if one, ok := s.offer(row.id); ok && !used[one.product] {
			used[one.product] = true
			offers = append(offers, one)
		}
	}
	return offers
}

// accept takes suggestions over, all or none; what became impossible since they were listed is left out. It says how many were taken.
func (s *productsState) accept(offers []offer) (accepted int, err error) {
	var changes []func(*billing.Source)
	for _, one := range offers {
		to := target{product: one.product}
		if a := s.look(one.service, to); a.refused == "" && len(a.sharers) == 0 {
			changes = append(changes, s.mapping(one.service, to, billing.MergeNone))
		}
	}
	err = s.change(func(changed *billing.Source) {
		for _, change := range changes {
			change(changed)
		}
	})
	if err != nil {
		return 0, err
	}
	return len(changes), nil
}

// change tries a change on a copy of the source, and makes it when the set-up's own rules find nothing wrong with its services.
func (s *productsState) change(do func(*billing.Source)) error {
	if s.source == nil {
		return errors.New("there is no source yet")
	}
	trial := setup.New()
	trial.Sources = []billing.Source{*s.source}
	trial = trial.Clone()
	trial.Connection = setup.Connection{Site: "localhost", Company: "a", ClientID: "00000000-0000-0000-0000-000000000000"}
	changed := &trial.Sources[0]
	customers := changed.Customers
	changed.Customers = nil // they name services, whose ids do not change here
	before := s.problems(trial)
	do(changed)
	for path, message := range s.problems(trial) {
		if before[path] != message {
			return errors.New(message)
		}
	}
	changed.Customers = customers
	*s.source = *changed
	s.changed()
	return nil
}

// problems are what the set-up's rules find wrong with the services of a document, by path.
func (s *productsState) problems(document *setup.Document) map[string]string {
	found := map[string]string{}
	text, err := document.Export()
	if err != nil {
		return map[string]string{"": err.Error()}
	}
	var problems *setup.Errors
	if _, err = setup.Parse(text, "", s.kinds); errors.As(err, &problems) {
		for _, problem := range problems.Problems {
			if strings.HasPrefix(problem.Path, "sources[0].services") {
				found[problem.Path] = problem.Message
			}
		}
	}
	return found
}
