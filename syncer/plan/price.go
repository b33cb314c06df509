package plan

import (
	"strings"

	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

// moneyPlaces is how many decimals a price has that markup or discount made.
const moneyPlaces = 2

// rates are what the set-up and the usage say of an addition beside its quantity. What is absent is not touched.
type rates struct {
	price   decimal.NullDecimal // per unit and billing period
	cost    decimal.NullDecimal // per unit and billing period
	taxable *bool

	known   decimal.NullDecimal // what a unit costs us by the usage, whether it is written or not
	how     string              // how the price came about; empty where there is none
	missing string              // why a price that the set-up asks for is not known
	catalog bool                // decided by the catalog's price, cost or tax flag
	priced  bool                // the price is the catalog's, or made of the catalog's cost
	clash   string              // why the members of a merged line cannot share one price or cost
}

// findRated reports whether anything but a quantity may be written for lines of the source.
func (s *sourceState) findRated() bool {
	rules := s.rules
	if rules.Writes(billing.FieldPrice) || rules.Writes(billing.FieldCost) || rules.Writes(billing.FieldTaxable) {
		return true
	}
	for i := range rules.Services {
		if service := &rules.Services[i]; !keepsPrice(service) || !keepsTax(service) {
			return true
		}
	}
	for i := range rules.Customers {
		if len(rules.Customers[i].Prices) > 0 {
			return true
		}
	}
	return false
}

// keepsPrice reports whether a service's price is ConnectWise's own; a rule that says nothing keeps it.
func keepsPrice(service *billing.Service) bool {
	return service.Price.From == billing.PriceKeep || service.Price.From == ""
}

// keepsTax reports whether a service's tax flag is the product's own; a rule that says nothing keeps it.
func keepsTax(service *billing.Service) bool {
	return service.Taxable == billing.TaxableProduct || service.Taxable == ""
}

// rates gives what is to be written of a group beside its quantity. It is asked for only where the source wants any of that.
func (g *group) rates() *rates {
	var shared *rates
	var from *line
	for _, l := range g.members {
		if len(g.members) > 1 && l.count.IsZero() {
			continue // what is not used has no say
		}
		r := l.rates()
		if shared == nil {
			shared, from = &r, l
			continue
		}
		shared.join(&r, from, l)
	}
	return shared
}

// join takes another member of the merged line in. Members that say nothing follow those that do; ones that differ cannot share an addition.
func (r *rates) join(other *rates, mine, its *line) {
	if differ(r.price, other.price) {
		r.clash = differs("prices", mine, r.price, its, other.price)
	} else if differ(r.cost, other.cost) {
		r.clash = differs("costs", mine, r.cost, its, other.cost)
	}
	if !r.price.Valid && other.price.Valid {
		r.price, r.how, r.missing, r.catalog, r.priced = other.price, other.how, "", r.catalog || other.catalog, other.priced
	}
	if !r.cost.Valid {
		r.cost = other.cost
	}
	if !r.known.Valid || (other.known.Valid && other.known.Decimal.GreaterThan(r.known.Decimal)) {
		r.known = other.known
	}
}

func differ(x, y decimal.NullDecimal) bool {
	return x.Valid && y.Valid && !billing.Same(x.Decimal, y.Decimal)
}

func differs(what string, x *line, of decimal.NullDecimal, y *line, other decimal.NullDecimal) string {
	return "the lines that are merged here have different " + what + " (" + x.text + " " + money(of.Decimal) + ", " + y.text + " " + money(other.Decimal) +
		"), and one addition has one: make them the same, or map one of them elsewhere"
}

// rates of one usage line.
func (l *line) rates() rates {
	var r rates
	rules := l.source.rules
	r.known = l.usage.Cost
	if rules.Writes(billing.FieldCost) {
		r.cost = l.usage.Cost
	}
	switch l.service.Taxable {
	case billing.TaxableYes, billing.TaxableNo:
		taxable := l.service.Taxable == billing.TaxableYes
		r.taxable = &taxable
	default:
		if rules.Writes(billing.FieldTaxable) {
			taxable := l.product.Taxable
			r.taxable, r.catalog = &taxable, true
		}
	}
	l.findPrice(&r)
	return r
}

// findPrice applies the price rule: a customer's fixed price is final; any other is less the customer's discount.
func (l *line) findPrice(r *rates) {
	if fixed, ok := l.customer.Prices[l.key.Service]; ok {
		r.price, r.how = set(fixed), "fixed price "+money(fixed)+" of "+l.payer()
		return
	}
	switch l.service.Price.From {
	case billing.PriceSource:
		if !l.usage.Price.Valid {
			r.missing = "the usage names no price"
			return
		}
		r.price, r.how = l.usage.Price, "price "+money(l.usage.Price.Decimal)+" of the usage"
	case billing.PriceCatalog:
		price := l.list().Price
		r.price, r.how, r.catalog, r.priced = set(price), "catalog price "+money(price)+l.newly(), true, true
	case billing.PriceMarkup:
		if !l.markUp(r) {
			r.missing = "neither the usage nor the catalog names a cost to mark up"
			return
		}
	default:
		return
	}
	if percent := l.customer.DiscountPercent; !percent.IsZero() {
		r.price.Decimal = rate(r.price.Decimal, hundred.Sub(percent))
		r.how += ", " + l.payer() + " −" + percent.String() + " % = " + money(r.price.Decimal)
	}
}

// markUp makes a price of the cost of the usage, else of the catalog. A catalog's cost of 0 is one that nobody filled in.
func (l *line) markUp(r *rates) bool {
	cost, from := l.usage.Cost, "cost "
	if !cost.Valid {
		known := l.list().Cost
		if known.Sign() <= 0 {
			return false
		}
		cost, from, r.catalog, r.priced = set(known), "catalog cost ", true, true
	}
	percent := markup(l.source.rules, l.service)
	r.price = set(rate(cost.Decimal, hundred.Add(percent)))
	r.how = from + money(cost.Decimal) + signed(percent) + " = " + money(r.price.Decimal)
	return true
}

// markup is the percent of a service, else of its source.
func markup(source *billing.Source, service *billing.Service) decimal.Decimal {
	if service.Price.Percent.Valid {
		return service.Price.Percent.Decimal
	}
	return source.MarkupPercent
}

// rate is so many percent of an amount, rounded half up to two decimals.
func rate(amount, percent decimal.Decimal) decimal.Decimal {
	return amount.Mul(percent).Shift(-2).Round(moneyPlaces)
}

func signed(percent decimal.Decimal) string {
	if percent.Sign() < 0 {
		return " − " + percent.Neg().String() + " %"
	}
	return " + " + percent.String() + " %"
}

// payer is who pays, for people.
func (l *line) payer() string {
	switch {
	case l.usage != nil && l.usage.CustomerName != "":
		return l.usage.CustomerName
	case l.customer.Name != "":
		return l.customer.Name
	}
	return l.key.Customer
}

// money writes an amount with two decimals, or as many as it needs.
func money(d decimal.Decimal) string {
	if d.Exponent() >= -moneyPlaces {
		return d.StringFixed(moneyPlaces)
	}
	text := strings.TrimRight(d.String(), "0")
	if whole, fraction, _ := strings.Cut(text, "."); len(fraction) < moneyPlaces {
		return whole + "." + fraction + strings.Repeat("0", moneyPlaces-len(fraction))
	}
	return text
}
