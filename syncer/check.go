package syncer

import (
	"context"
	"fmt"
	"slices"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

// CheckSetup compares the set-up with ConnectWise: every mapped product must be one that can be an addition, and every linked agreement
// must be the linked company's. It gives a sentence for each thing that is wrong. A document that names nothing of ConnectWise is checked too: its
// connection is tried, and that a run would know what day it is.
func (e *Engine) CheckSetup(ctx context.Context) ([]string, error) {
	if _, err := e.Ledger.Server(ctx); err != nil {
		return nil, err
	}
	if _, err := e.Today(ctx); err != nil {
		return nil, err
	}
	scope := plan.Scope{}
	for i := range e.Setup.Sources {
		source := &e.Setup.Sources[i]
		for _, service := range source.Services {
			if service.Product.ID != 0 {
				scope.Products = append(scope.Products, service.Product.ID)
			} else if service.Product.Identifier != "" {
				scope.Identifiers = append(scope.Identifiers, service.Product.Identifier)
			}
		}
		for _, customer := range source.Customers {
			if customer.Linked() {
				scope.Agreements = append(scope.Agreements, customer.Agreement)
			}
		}
	}
	products, err := e.readProducts(ctx, scope)
	if err != nil {
		return nil, err
	}
	agreements, err := e.readAgreements(ctx, scope.Agreements)
	if err != nil {
		return nil, err
	}
	problems, err := e.checkDefaults(ctx)
	if err != nil {
		return nil, err
	}
	for i := range e.Setup.Sources {
		problems = append(problems, checkProducts(&e.Setup.Sources[i], products)...)
		problems = append(problems, checkLinks(&e.Setup.Sources[i], agreements)...)
	}
	return problems, nil
}

// checkDefaults looks the defaults of new products up where a service may create one.
func (e *Engine) checkDefaults(ctx context.Context) ([]string, error) {
	creates := func(service billing.Service) bool { return service.CreateProduct }
	if e.Products == nil || !slices.ContainsFunc(e.Setup.Sources, func(source billing.Source) bool { return slices.ContainsFunc(source.Services, creates) }) {
		return nil, nil
	}
	template, err := e.readTemplate(ctx)
	if err != nil || template.Problem == "" {
		return nil, err
	}
	return []string{"products cannot be created: " + template.Problem}, nil
}

func checkProducts(source *billing.Source, products []billing.Product) []string {
	known := make(map[billing.ProductRef]*billing.Product, 2*len(products))
	for i := range products {
		known[billing.ProductRef{ID: products[i].ID}] = &products[i]
		known[billing.ProductRef{Identifier: products[i].Identifier}] = &products[i]
	}
	var problems []string
	for _, service := range source.Services {
		if service.Product.IsZero() {
			continue
		}
		name := service.Product.Identifier
		if name == "" {
			name = fmt.Sprintf("%d", service.Product.ID)
		}
		where := fmt.Sprintf("source %s, service %s: product %s ", source.Name, service.ID, name)
		switch product := known[service.Product]; {
		case product == nil && !service.CreateProduct:
			problems = append(problems, where+"is not in ConnectWise's catalog")
		case product == nil:
			if why := plan.CannotCreate(name, products); why != "" {
				problems = append(problems, where+"cannot be created: "+why)
			}
		case product.Unbillable() != "":
			problems = append(problems, where+product.Unbillable())
		}
	}
	return problems
}

func checkLinks(source *billing.Source, agreements map[int]billing.Agreement) []string {
	var problems []string
	for _, customer := range source.Customers {
		if !customer.Linked() {
			continue
		}
		where := fmt.Sprintf("source %s, customer %s: agreement %d ", source.Name, customer.ID, customer.Agreement)
		switch agreement, ok := agreements[customer.Agreement]; {
		case !ok:
			problems = append(problems, where+"does not exist in ConnectWise")
		case agreement.CompanyID != customer.Company:
			problems = append(problems, where+fmt.Sprintf("belongs to company %d (%s), not to %d", agreement.CompanyID, agreement.CompanyName, customer.Company))
		}
	}
	return problems
}
