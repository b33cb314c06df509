package setup

import (
	"github.com/goccy/go-yaml/ast"
	"github.com/shopspring/decimal"

	"cwsync/syncer/billing"
)

func (r *reader) source(n node, folder string) billing.Source {
	m := r.mapping(n, "name", "kind", "options", "sync", "complete", "on_missing", "on_zero", "on_drift", "write", "price_per", "bill_status",
		"markup_percent", "services", "customers")
	s := NewSource("", "")
	m.text("name", &s.Name)
	m.text("kind", &s.Kind)
	if kind, known := r.catalogue.Lookup(s.Kind); known { // the rules report one that is not: without it options mean nothing
		s.Options = r.options(m.get("options"), kind, "source."+s.Name, folder)
	}
	m.bool("sync", &s.Sync)
	m.bool("complete", &s.Complete)
	choice(m, "on_missing", &s.OnMissing, billing.MissingHold, billing.MissingZero, billing.MissingCancel)
	choice(m, "on_zero", &s.OnZero, billing.ZeroZero, billing.ZeroCancel)
	choice(m, "on_drift", &s.OnDrift, billing.DriftHold, billing.DriftOverwrite)
	choices(m, "write", &s.Write, billing.FieldQuantity, billing.FieldPrice, billing.FieldCost, billing.FieldTaxable)
	choice(m, "price_per", &s.PricePer, billing.PerMonth, billing.PerCycle)
	choices(m, "bill_status", &s.BillStatus, billing.StatusActive, billing.StatusTrial, billing.StatusSuspended, billing.StatusClosed)
	m.decimal("markup_percent", &s.MarkupPercent)
	services, _ := r.list(m.get("services"))
	for _, element := range services {
		s.Services = append(s.Services, r.service(element))
	}
	customers, _ := r.list(m.get("customers"))
	for _, element := range customers {
		s.Customers = append(s.Customers, r.customer(element))
	}
	return s
}

func (r *reader) service(n node) billing.Service {
	m := r.mapping(n, "id", "name", "product", "create_product", "update_product", "deprecated", "sync", "merge", "includes", "basis",
		"taxable", "price", "quantity", "change")
	s := NewService("", "")
	m.text("id", &s.ID)
	m.text("name", &s.Name)
	s.Product = r.product(m.get("product"))
	m.bool("create_product", &s.CreateProduct)
	m.bool("update_product", &s.UpdateProduct)
	m.bool("deprecated", &s.Deprecated)
	m.bool("sync", &s.Sync)
	choice(m, "merge", &s.Merge, billing.MergeNone, billing.MergeSum, billing.MergeMax)
	s.Includes = m.texts("includes")
	m.text("basis", &s.Basis)
	choice(m, "taxable", &s.Taxable, billing.TaxableProduct, billing.TaxableYes, billing.TaxableNo)
	price := r.mapping(m.get("price"), "from", "percent")
	choice(price, "from", &s.Price.From, billing.PriceKeep, billing.PriceSource, billing.PriceCatalog, billing.PriceMarkup)
	price.optionalDecimal("percent", &s.Price.Percent)
	quantity := r.mapping(m.get("quantity"), "divide_by", "included", "minimum", "round")
	quantity.decimal("divide_by", &s.Quantity.DivideBy)
	quantity.decimal("included", &s.Quantity.Included)
	quantity.decimal("minimum", &s.Quantity.Minimum)
	choice(quantity, "round", &s.Quantity.Round, billing.RoundNone, billing.RoundUp, billing.RoundDown, billing.RoundHalfUp)
	choice(m, "change", &s.Change, billing.InPlace, billing.Dated)
	return s
}

// product reads a catalog identifier, {id: 12} or {identifier: X}. A bare number could be either and is refused.
func (r *reader) product(n node) billing.ProductRef {
	var ref billing.ProductRef
	if n.absent() {
		return ref
	}
	switch n.Node.(type) {
	case *ast.IntegerNode, *ast.FloatNode:
		r.wrong(n, "a bare number may be an id or an identifier; write {id: 12}, or the identifier in quotes")
	case *ast.MappingNode, *ast.MappingValueNode:
		before := len(r.problems)
		m := r.mapping(n, "id", "identifier")
		m.id("id", &ref.ID)
		m.text("identifier", &ref.Identifier)
		switch {
		case len(r.problems) > before:
		case ref.ID != 0 && ref.Identifier != "":
			r.wrong(n, "names an id and an identifier; one is enough")
		case ref.IsZero():
			r.wrong(n, "names no product; leave it out if none is assigned")
		}
	default:
		r.text(n, &ref.Identifier)
	}
	return ref
}

func (r *reader) customer(n node) billing.Customer {
	m := r.mapping(n, "id", "name", "company", "agreement", "sync", "services_off", "discount_percent", "prices", "additions")
	c := NewCustomer("", "")
	m.text("id", &c.ID)
	m.text("name", &c.Name)
	m.id("company", &c.Company)
	m.id("agreement", &c.Agreement)
	m.bool("sync", &c.Sync)
	c.ServicesOff = m.texts("services_off")
	m.decimal("discount_percent", &c.DiscountPercent)
	for _, e := range r.mapping(m.get("prices")).entries {
		var price decimal.Decimal
		if e.value.absent() {
			r.wrong(e.value, "must be a decimal number; leave the service out for no fixed price")
			continue
		}
		if r.decimal(e.value, &price) {
			if c.Prices == nil {
				c.Prices = map[string]decimal.Decimal{}
			}
			c.Prices[e.key] = price
		}
	}
	for _, e := range r.mapping(m.get("additions")).entries {
		var addition int
		r.id(e.value, &addition)
		if c.Additions == nil {
			c.Additions = map[string]int{}
		}
		c.Additions[e.key] = addition
	}
	return c
}
