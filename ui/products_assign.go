package ui

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"cwsync/syncer/billing"
	"cwsync/syncer/setup"
	"cwsync/syncer/source"
)

// assignment is what stands before a product is assigned to a service.
type assignment struct {
	refused    string   // why it cannot be; all else is empty then
	deprecated bool     // the service is, which wants a confirmation
	sharers    []string // names of the services that have the product already, which wants a way to merge
}

// look says what stands before a product is assigned to a service.
func (s *productsState) look(id string, product int) assignment {
	service := s.service(id)
	at, known := s.byID[product]
	switch {
	case service == nil:
		return assignment{refused: "there is no such service"}
	case !known:
		return assignment{refused: "there is no such product in the catalog"}
	}
	if why := unfit(&s.products[at]); why != "" {
		return assignment{refused: why}
	}
	a := assignment{deprecated: service.Deprecated}
	for _, other := range s.sharers(id, product) {
		a.sharers = append(a.sharers, s.nameOf(other))
	}
	return a
}

// assign maps a service to a product of the catalog. Where another service has it already, merge says how they become one quantity; both are
// then counted by the other's quantity rule. A deprecated service is mapped without asking: ask look first.
func (s *productsState) assign(id string, product int, merge billing.Merge) error {
	a := s.look(id, product)
	switch {
	case a.refused != "":
		return errors.New(a.refused)
	case len(a.sharers) > 0 && merge != billing.MergeSum && merge != billing.MergeMax:
		return fmt.Errorf("%s has this product already; say how the two are merged", a.sharers[0])
	}
	return s.change(s.mapping(id, product, merge))
}

// mapping is the change that maps a service to a product, together with those that share it.
func (s *productsState) mapping(id string, product int, merge billing.Merge) func(*billing.Source) {
	ref, others := s.ref(product), s.sharers(id, product)
	return func(changed *billing.Source) {
		service := &changed.Services[slices.IndexFunc(changed.Services, func(v billing.Service) bool { return v.ID == id })]
		service.Product = ref
		service.CreateProduct = service.CreateProduct && ref.ID == 0
		for i := range changed.Services {
			if other := &changed.Services[i]; slices.Contains(others, other.ID) {
				other.Product, other.Merge, service.Merge = ref, merge, merge
				other.CreateProduct = other.CreateProduct && ref.ID == 0
				service.Quantity = other.Quantity
			}
		}
	}
}

// ref names a product as the set-up does: by identifier where that is plain text and means this one alone, else by id.
func (s *productsState) ref(id int) billing.ProductRef {
	product := &s.products[s.byID[id]]
	if source.IDProblem(product.Identifier) != "" || s.products[s.byName[product.Identifier]].ID != id {
		return billing.ProductRef{ID: id}
	}
	return billing.ProductRef{Identifier: product.Identifier}
}

// unassign takes a service's product away; false when it has none.
func (s *productsState) unassign(id string) bool {
	service := s.service(id)
	if service == nil || service.Product.IsZero() {
		return false
	}
	service.Product, service.CreateProduct = billing.ProductRef{}, false
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
		if a := s.look(one.service, one.product); a.refused == "" && len(a.sharers) == 0 {
			changes = append(changes, s.mapping(one.service, one.product, billing.MergeNone))
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
