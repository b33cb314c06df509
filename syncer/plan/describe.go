package plan

import (
	"slices"

	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

// describe fills in who and what a row is about.
func (b *builder) describe(l *line) {
	change := l.change
	change.Key = l.key
	change.Customer, change.Service = Named{ID: l.key.Customer}, Named{ID: l.key.Service}
	if l.customer != nil {
		change.Customer.Name = l.customer.Name
		change.Company.ID, change.Agreement.ID = l.customer.Company, l.customer.Agreement
	}
	if l.service != nil {
		change.Service.Name = l.service.Name
		change.Product = Product{ID: l.service.Product.ID, Identifier: l.service.Product.Identifier}
	}
	if l.usage != nil {
		change.Usage = set(l.usage.Quantity)
		if l.usage.CustomerName != "" {
			change.Customer.Name = l.usage.CustomerName
		}
		if change.Service.Name == "" {
			change.Service.Name = l.usage.ServiceName
		}
		if l.stop == UnmappedService {
			change.Unbilled = b.unbilled(l)
		}
	}
	if l.product != nil {
		change.Product = Product{ID: max(l.product.ID, 0), Identifier: l.product.Identifier}
	}
	if agreement := b.agreement(change.Agreement.ID); agreement != nil {
		change.Agreement.Name, change.Invoicing = agreement.Name, b.invoicing(agreement)
		if agreement.CompanyID == change.Company.ID {
			change.Company.Name = agreement.CompanyName
		}
	}
}

// invoicing is when an agreement is invoiced, for a row on it.
func (b *builder) invoicing(agreement *billing.Agreement) Invoicing {
	return Invoicing{Cycle: agreement.Cycle.Name, Next: agreement.NextInvoice, Invoiced: agreement.InvoicedOn(b.current.Today)}
}

// unbilled is what the usage of a line without a product would be worth at the source's own price, which is for one billing period of the
// agreement, or for a month where none is known. No rule of the set-up applies to a service that has no product.
func (b *builder) unbilled(l *line) *Unbilled {
	made := &Unbilled{Unit: l.usage.Unit, Currency: l.usage.Currency}
	if !l.usage.Price.Valid {
		return made
	}
	cycle := billing.Cycle{PeriodsPerYear: 12}
	if agreement := b.agreement(l.customer.Agreement); agreement != nil && agreement.Cycle.PeriodsPerYear > 0 {
		cycle = agreement.Cycle
	}
	made.Monthly = set(monthly(l.usage.Quantity, zero, l.usage.Price.Decimal, billing.Billable, cycle))
	return made
}

// showOwned names the addition of ours on a row that does not change it. A held line names what is ours now, not what it would go on with.
func (b *builder) showOwned(g *group, l *line) {
	owned := l.owned
	first, change := g.carrier(), l.change
	if l == first && g.clash == "" && owned == nil && g.owned != nil && b.targetOf(g.owned) == g.target {
		owned = g.owned
	}
	switch {
	case owned == nil, owned.AdditionID == change.Addition.ID, change.Action != Hold && change.Action != Skip:
		return
	case l.carried, len(l.endings) > 0, slices.Contains(change.Releases, owned.AdditionID):
		return
	case l != first && first.change != nil && (first.change.Addition.ID == owned.AdditionID || slices.Contains(first.change.Releases, owned.AdditionID)):
		return // the carrier names it
	}
	change.Adopts = false // before and wanted stay those of the line that it would go on with
	change.Addition, change.Quantity = Addition{ID: owned.AdditionID}, decimal.NullDecimal{}
	if addition := b.addition(owned); addition != nil {
		change.Addition.Version = addition.Version
		change.Quantity = set(addition.Quantity)
	}
	if change.Agreement.ID == 0 {
		change.Agreement.ID = owned.AgreementID
		if agreement := b.agreement(owned.AgreementID); agreement != nil {
			change.Agreement.Name, change.Invoicing = agreement.Name, b.invoicing(agreement)
			change.Company = Numbered{agreement.CompanyID, agreement.CompanyName}
		}
	}
	if change.Product == (Product{}) {
		change.Product.ID = owned.ProductID
	}
}
