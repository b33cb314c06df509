package ui

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"cwsync/syncer/billing"
	"cwsync/ui/report"

	"github.com/shopspring/decimal"
)

// settings are the rules of one service: how its price, its tax flag and its quantity come about.
func (s *productsState) settings(id string) []setting {
	service := s.service(id)
	if service == nil {
		return nil
	}
	percent := ""
	if service.Price.Percent.Valid {
		percent = service.Price.Percent.Decimal.String()
	}
	q := service.Quantity
	list := []setting{
		{name: "price", label: "Price", value: string(service.Price.From), help: "Where the unit price of an addition comes from. It is written on additions that exist only where the source writes prices.", choices: []settingChoice{
			{value: string(billing.PriceKeep), help: "never writes a price: new additions take the catalog's, others keep theirs"},
			{value: string(billing.PriceSource), help: "the price that the usage names"},
			{value: string(billing.PriceCatalog), help: "the price of the product in ConnectWise"},
			{value: string(billing.PriceMarkup), help: "the cost of the usage, else of the catalog, with a percentage on it"},
		}},
		{name: "percent", label: "Markup percent", value: percent, empty: "the source's: " + s.source.MarkupPercent.String(), help: "Only with markup: 15 makes 1.15 of a cost of 1.00. Empty takes the source's."},
		{name: "taxable", label: "Tax", value: string(service.Taxable), help: "Whether new additions are taxable.", choices: []settingChoice{
			{value: string(billing.TaxableProduct), help: "as the product says"}, {value: string(billing.TaxableYes), help: "always taxable"}, {value: string(billing.TaxableNo), help: "always exempt"},
		}},
		{name: "basis", label: "Count", value: service.Basis, help: "Which count is billed, where the source gives several.", choices: s.basisChoices(service)},
		{name: "round", label: "Rounding", value: string(q.Round), help: "To whole units, after dividing and taking off what is included.", choices: []settingChoice{
			{value: string(billing.RoundNone), help: "fractions are billed as they are"}, {value: string(billing.RoundUp), help: "4.1 becomes 5"},
			{value: string(billing.RoundDown), help: "4.9 becomes 4"}, {value: string(billing.RoundHalfUp), label: "half up", help: "4.5 becomes 5, 4.4 becomes 4"},
		}},
		{name: "divide_by", label: "Divide by", value: q.DivideBy.String(), needed: true, help: "So many units of usage make one billed unit: 1024 bills gigabytes where megabytes are counted."},
		{name: "included", label: "Included", value: q.Included.String(), needed: true, help: "Billed units that are free: they are taken off after dividing."},
		{name: "minimum", label: "Minimum", value: q.Minimum.String(), needed: true, help: "At least so many units are billed while there is any usage; zero usage is never raised to it."},
		{name: "merge", label: "Merge", value: string(service.Merge), help: "How lines become one where several services or customers share one product of one agreement.", choices: []settingChoice{
			{value: string(billing.MergeNone), help: "lines that share a product are held"}, {value: string(billing.MergeSum), help: "their counts are added"}, {value: string(billing.MergeMax), label: "largest", help: "the largest count is billed"},
		}},
		{name: "change", label: "Changes", value: string(service.Change), help: "How a new quantity gets into the agreement.", choices: []settingChoice{
			{value: string(billing.InPlace), label: "in place", help: "the addition gets the new quantity"}, {value: string(billing.Dated), label: "dated", help: "a new addition from today, and the old one ends the day before; only on agreements that prorate"},
		}},
		{name: "deprecated", label: "Deprecated", value: yesOrNo(service.Deprecated), help: "The vendor sells it no more: it is listed last, and mapped only after a confirmation.", choices: switchChoices("listed last; what is mapped goes on", "an ordinary service")},
	}
	if service.CreateProduct {
		list = append(list, setting{name: "update_product", label: "Product", value: yesOrNo(service.UpdateProduct), help: "Of the product that cwsync creates: whether its price and cost in the catalog follow the usage.", choices: []settingChoice{
			{value: "no", label: "stays as created", help: "price and cost in the catalog are yours to change"}, {value: "yes", label: "follows the usage", help: "each sync writes price and cost of the usage into the catalog, as a row of the plan"},
		}})
	}
	if others := s.mergedWith(service); len(others) > 0 {
		for i := range list {
			if sharedRule(list[i].name) {
				list[i].help += " " + joinAnd(others) + " shares the product, so it changes there as well."
			}
		}
	}
	return list
}

func (s *productsState) basisChoices(service *billing.Service) []settingChoice {
	choices := []settingChoice{{value: "", label: "quantity", help: "the count that every line has"}}
	for _, name := range s.bases(service) {
		help := "the usage has it no more"
		if n, ok := s.counts[service.ID].bases[name]; ok {
			help = "now " + n.String()
		}
		choices = append(choices, settingChoice{value: name, help: help})
	}
	return choices
}

// mergedWith are the names of the services that share the product of a service.
func (s *productsState) mergedWith(service *billing.Service) []string {
	if service.Product.IsZero() {
		return nil
	}
	var names []string
	for _, id := range s.sharers(service.ID, s.targetOf(service)) {
		names = append(names, s.nameOf(id))
	}
	return names
}

// sharedRule tells the rules that services which share a product must have in common.
func sharedRule(name string) bool {
	return slices.Contains([]string{"merge", "divide_by", "included", "minimum", "round"}, name)
}

// set sets one of the settings of a service, and of those that share its product where they must be equal. The error says why it cannot be.
func (s *productsState) set(id, name, value string) error {
	service := s.service(id)
	if service == nil {
		return errors.New("there is no such service")
	}
	ids := []string{id}
	if !service.Product.IsZero() && sharedRule(name) {
		ids = append(ids, s.sharers(id, s.targetOf(service))...)
	}
	edit, err := editOf(name, strings.TrimSpace(value))
	if err != nil {
		return err
	}
	return s.change(func(changed *billing.Source) {
		for i := range changed.Services {
			if slices.Contains(ids, changed.Services[i].ID) {
				edit(&changed.Services[i])
			}
		}
	})
}

// editOf makes an edit of a setting's text. What a choice may be, the set-up's own rules check.
func editOf(name, value string) (func(*billing.Service), error) {
	switch name {
	case "price":
		return func(v *billing.Service) {
			v.Price.From = billing.PriceFrom(value)
			if v.Price.From != billing.PriceMarkup {
				v.Price.Percent = decimal.NullDecimal{}
			}
		}, nil
	case "percent":
		if value == "" {
			return func(v *billing.Service) { v.Price.Percent = decimal.NullDecimal{} }, nil
		}
		percent, err := readDecimal(value)
		return func(v *billing.Service) { v.Price.Percent = decimal.NewNullDecimal(percent) }, err
	case "taxable":
		return func(v *billing.Service) { v.Taxable = billing.Taxable(value) }, nil
	case "basis":
		return func(v *billing.Service) { v.Basis = value }, nil
	case "round":
		return func(v *billing.Service) { v.Quantity.Round = billing.Rounding(value) }, nil
	case "merge":
		return func(v *billing.Service) { v.Merge = billing.Merge(value) }, nil
	case "change":
		return func(v *billing.Service) { v.Change = billing.ChangeMode(value) }, nil
	case "update_product":
		return func(v *billing.Service) { v.UpdateProduct = value == "yes" && v.CreateProduct }, nil
	case "deprecated":
		return func(v *billing.Service) { v.Deprecated = value == "yes" }, nil
	}
	number, err := readDecimal(value)
	switch name {
	case "divide_by":
		return func(v *billing.Service) { v.Quantity.DivideBy = number }, err
	case "included":
		return func(v *billing.Service) { v.Quantity.Included = number }, err
	case "minimum":
		return func(v *billing.Service) { v.Quantity.Minimum = number }, err
	}
	return nil, fmt.Errorf("there is no setting %q", name)
}

// readDecimal reads a decimal number as the set-up does.
func readDecimal(text string) (decimal.Decimal, error) {
	if text == "" {
		return decimal.Decimal{}, errors.New("a number is needed")
	}
	number, err := billing.ParseDecimal(text)
	if err != nil {
		return decimal.Decimal{}, fmt.Errorf("%q is %w", report.Plain(text), err)
	}
	return number, nil
}
