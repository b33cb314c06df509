package plan

import (
	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

// ListPrice is the catalog price, per unit, of a product that is created for a service or follows it, and how it came about in words: the price of
// the usage, or its cost marked up; absent, without words, where the usage names neither. Who shows beforehand what a plan will do asks here.
func ListPrice(source *billing.Source, service *billing.Service, price, cost decimal.NullDecimal) (list decimal.NullDecimal, how string) {
	percent := markup(source, service)
	marked := service.Price.From == billing.PriceMarkup || (!price.Valid && !percent.IsZero())
	switch {
	case marked && cost.Valid:
		made := rate(cost.Decimal, hundred.Add(percent))
		return set(made), "cost " + money(cost.Decimal) + signed(percent) + " = " + money(made)
	case price.Valid:
		return price, "price " + money(price.Decimal) + " of the usage"
	}
	return decimal.NullDecimal{}, ""
}

// ProductDescription is the description of a product that is created for a service of this name: what ConnectWise could not take is left out, and
// what is longer than billing.MaxDescription characters is cut.
func ProductDescription(name string) string { return cut(printable(name), billing.MaxDescription) }
