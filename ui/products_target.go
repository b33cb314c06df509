package ui

import (
	"fmt"
	"unicode/utf8"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
	"cwsync/ui/report"
)

// target is what a service is mapped to: a product of the catalog, or one that the next sync creates.
type target struct {
	product int    // ConnectWise id; 0: a new one
	fresh   string // identifier of a new one
}

// key tells one target from another: letter case does not.
func (t target) key() target { return target{t.product, billing.FoldIdentifier(t.fresh)} }

// targetOf is the target of a service; the zero target when it has none.
func (s *productsState) targetOf(service *billing.Service) target {
	if product := s.product(service.Product); product != nil {
		return target{product: product.ID}
	}
	return target{product: service.Product.ID, fresh: service.Product.Identifier}
}

// fresh reports whether the product of a service is one that the next sync creates, as far as is known.
func (s *productsState) fresh(service *billing.Service) bool {
	return s.known() && service.CreateProduct && service.Product.Identifier != "" && s.product(service.Product) == nil
}

// created says when a sync creates the product of a service: with the first line that needs it; empty for one that no sync is to create.
func (s *productsState) created(service *billing.Service) string {
	if !s.fresh(service) {
		return ""
	}
	for _, id := range append(s.sharers(service.ID, s.targetOf(service)), service.ID) {
		if one := s.service(id); one.Sync && (!s.read || s.count(one).IsPositive()) {
			return "created by the next sync"
		}
	}
	return "created once there is usage to bill"
}

// freshProblem says why no product of this identifier can be created; empty when one can.
func (s *productsState) freshProblem(identifier string) string {
	if n := utf8.RuneCountInString(identifier); n > billing.MaxIdentifier {
		return fmt.Sprintf("%s has %d characters, and ConnectWise takes %d: n gives it another identifier", report.Plain(identifier), n, billing.MaxIdentifier)
	}
	if product := s.alike(identifier); product != nil {
		return fmt.Sprintf("the catalog has %s already: choose that product, or another identifier", report.Plain(product.Identifier))
	}
	return ""
}

// ref names a target as the set-up does: a product of the catalog by identifier where that is plain text and means this one alone, else by id; a new
// one as those write it that have it already.
func (s *productsState) ref(id string, to target) billing.ProductRef {
	if to.product == 0 {
		if others := s.sharers(id, to); len(others) > 0 {
			return s.service(others[0]).Product
		}
		return billing.ProductRef{Identifier: to.fresh}
	}
	product := &s.products[s.byID[to.product]]
	if source.IDProblem(product.Identifier) != "" || s.products[s.byName[product.Identifier]].ID != to.product {
		return billing.ProductRef{ID: to.product}
	}
	return billing.ProductRef{Identifier: product.Identifier}
}

// shown is a target for people.
func (s *productsState) shown(to target) string {
	if at, ok := s.byID[to.product]; ok && to.product != 0 {
		return s.products[at].Identifier
	}
	return to.fresh
}
