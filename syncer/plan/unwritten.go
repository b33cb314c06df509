package plan

import (
	"slices"
	"strings"

	"cwsync/syncer/billing"
)

// unwritten warns of what the set-ups of the sources asked for want and this version does not do, one warning for each source and kind, sorted.
func (b *builder) unwritten() []string {
	var warnings []string
	for _, s := range b.sources {
		if !s.rules.Sync || s.usage.NotRead || !b.policy.wantsSource(s.name) {
			continue
		}
		warn := func(text string, fields []string) {
			if len(fields) > 0 {
				slices.Sort(fields)
				warnings = append(warnings, "source "+s.name+": "+text+" (set in "+strings.Join(slices.Compact(fields), ", ")+")")
			}
		}
		warn("prices are set up but not written by this version; new lines get the catalog's price", s.priceFields())
		warn("costs are set up but not written by this version; new lines get the catalog's cost", s.writeField(billing.FieldCost))
		warn("tax flags are set up but not written by this version; new lines get the product's own", s.taxFields())
		warn("products are not created by this version; a line whose product is missing is held", s.flag("create_product", func(service *billing.Service) bool { return service.CreateProduct }))
		warn("products are not updated by this version; their prices and costs stay", s.flag("update_product", func(service *billing.Service) bool { return service.UpdateProduct }))
	}
	slices.Sort(warnings)
	return warnings
}

// priceFields are the fields of the set-up that say what a line should cost, as far as they are switched on.
func (s *sourceState) priceFields() []string {
	fields := s.writeField(billing.FieldPrice)
	if !s.rules.MarkupPercent.IsZero() {
		fields = append(fields, "markup_percent")
	}
	fields = append(fields, s.flag("price", func(service *billing.Service) bool { return !keepsPrice(service) })...)
	for i := range s.rules.Customers {
		customer := &s.rules.Customers[i]
		if customer.Sync && len(customer.Prices) > 0 {
			fields = append(fields, "prices")
		}
		if customer.Sync && !customer.DiscountPercent.IsZero() {
			fields = append(fields, "discount_percent")
		}
	}
	return fields
}

func (s *sourceState) taxFields() []string {
	return append(s.writeField(billing.FieldTaxable), s.flag("taxable", func(service *billing.Service) bool { return !keepsTax(service) })...)
}

// writeField is "write" where it lists the field.
func (s *sourceState) writeField(field billing.Field) []string {
	if s.rules.Writes(field) {
		return []string{"write"}
	}
	return nil
}

// flag is the name of a field where a service that is switched on sets it.
func (s *sourceState) flag(name string, set func(*billing.Service) bool) []string {
	for i := range s.rules.Services {
		if service := &s.rules.Services[i]; service.Sync && set(service) {
			return []string{name}
		}
	}
	return nil
}

// keepsPrice reports whether a service's price is ConnectWise's own; a rule that says nothing keeps it.
func keepsPrice(service *billing.Service) bool {
	return service.Price.From == billing.PriceKeep || service.Price.From == ""
}

// keepsTax reports whether a service's tax flag is the product's own; a rule that says nothing keeps it.
func keepsTax(service *billing.Service) bool {
	return service.Taxable == billing.TaxableProduct || service.Taxable == ""
}

// warnCreated warns of a new line that does not get the price or tax flag that the set-up says.
func (g *group) warnCreated() {
	first := g.carrier()
	price, tax := false, false
	for _, l := range g.members {
		_, fixed := l.customer.Prices[l.key.Service]
		price = price || fixed || !keepsPrice(l.service)
		tax = tax || !keepsTax(l.service)
	}
	if price {
		first.change.Warnings = append(first.change.Warnings, "created at the catalog's price "+first.product.Price.String()+": the set-up's price is not written by this version")
	}
	if tax {
		flag := "not taxable"
		if first.product.Taxable {
			flag = "taxable"
		}
		first.change.Warnings = append(first.change.Warnings, "created as "+flag+", as the product is: the set-up's tax rule is not written by this version")
	}
}
