package ui

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"cwsync/syncer/billing"
	"cwsync/syncer/setup"
	"cwsync/ui/report"

	"github.com/shopspring/decimal"
)

// productDraft is a product of the catalog before it is created. It knows no Bubble Tea and does no I/O.
type productDraft struct {
	service string // id of the service that it is for
	tables  billing.ProductTables
	taken   func(identifier string) bool
	values  map[string]string
}

// draft proposes a product for a service: names and amounts of the usage, all else from the set-up's defaults where the tables have them.
func (s *productsState) draft(id string, tables billing.ProductTables, defaults setup.Defaults) *productDraft {
	service := s.service(id)
	count := s.counts[id]
	d := &productDraft{service: id, tables: tables, values: map[string]string{}}
	d.taken = func(identifier string) bool {
		return slices.ContainsFunc(s.products, func(p billing.Product) bool { return strings.EqualFold(p.Identifier, identifier) })
	}
	d.values["identifier"] = cutRunes(printable(service.ID), billing.MaxIdentifier)
	d.values["description"] = cutRunes(printable(serviceName(service)), billing.MaxDescription)
	d.values["price"], d.values["cost"] = amountText(count.price), amountText(count.cost)
	if percent := s.source.MarkupPercent; !count.price.Valid && count.cost.Valid && !percent.IsZero() {
		hundred := decimal.NewFromInt(100)
		d.values["price"] = count.cost.Decimal.Mul(hundred.Add(percent)).Div(hundred).Round(2).String()
	}
	d.values["class"] = "Agreement"
	if slices.Contains(billing.ProductClasses(), defaults.ProductClass) {
		d.values["class"] = defaults.ProductClass
	}
	d.values["type"] = entryOf(tables.Types, defaults.ProductType)
	d.values["category"] = entryOf(tables.Categories, defaults.Category)
	d.values["subcategory"] = entryOf(d.subcategories(), defaults.Subcategory)
	d.values["unit"] = entryOf(tables.Units, defaults.Unit)
	return d
}

func printable(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, text))
}

func cutRunes(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most])
	}
	return strings.TrimSpace(text)
}

func amountText(amount decimal.NullDecimal) string {
	if !amount.Valid {
		return ""
	}
	return amount.Decimal.String()
}

// entryOf is the id, as text, of the entry that a default names by name or id, else of the table's own default; empty when there is neither.
func entryOf(entries []billing.TableEntry, named string) string {
	own := ""
	for _, entry := range entries {
		id := strconv.Itoa(entry.ID)
		if named != "" && (strings.EqualFold(entry.Name, named) || id == named) {
			return id
		}
		if entry.Default && own == "" {
			own = id
		}
	}
	return own
}

// subcategories are those of the category that is chosen; all, when none is.
func (d *productDraft) subcategories() []billing.TableEntry {
	category, _ := strconv.Atoi(d.values["category"])
	var entries []billing.TableEntry
	for _, sub := range d.tables.Subcategories {
		if category == 0 || sub.CategoryID == category {
			entries = append(entries, sub.TableEntry)
		}
	}
	return entries
}

// settings are what can be said of the product.
func (d *productDraft) settings() []setting {
	list := []setting{
		{name: "identifier", label: "Identifier", needed: true, help: fmt.Sprintf("The product's short name, unique in the catalog, at most %d characters.", billing.MaxIdentifier)},
		{name: "description", label: "Description", needed: true, help: fmt.Sprintf("At most %d characters; it is on the invoice.", billing.MaxDescription)},
		{name: "price", label: "Price", empty: "none", help: "What one unit is sold for."},
		{name: "cost", label: "Cost", empty: "none", help: "What one unit costs you."},
		{name: "class", label: "Class", choices: choicesOf(billing.ProductClasses()...), help: "ConnectWise's class of product; Agreement is made for additions."},
		{name: "type", label: "Type", needed: true, choices: entryChoices(d.tables.Types, ""), help: "Of ConnectWise's product types."},
		{name: "category", label: "Category", choices: entryChoices(d.tables.Categories, "the subcategory's"), help: "Of ConnectWise's product categories."},
		{name: "subcategory", label: "Subcategory", needed: true, choices: entryChoices(d.subcategories(), ""), help: "Of the category that is chosen."},
		{name: "unit", label: "Unit", choices: entryChoices(d.tables.Units, "ConnectWise's default"), help: "Of ConnectWise's units of measure."},
	}
	for i := range list {
		list[i].value = d.values[list[i].name]
		list[i].problem = d.problem(list[i].name)
	}
	return list
}

// entryChoices are the entries of a table; none is what no choice means, empty where one is needed.
func entryChoices(entries []billing.TableEntry, none string) []settingChoice {
	var choices []settingChoice
	if none != "" {
		choices = append(choices, settingChoice{label: none})
	}
	for _, entry := range entries {
		choices = append(choices, settingChoice{value: strconv.Itoa(entry.ID), label: report.Plain(entry.Name)})
	}
	return choices
}

// set says one thing of the product. What it cannot be is kept and named by settings and product.
func (d *productDraft) set(name, value string) {
	d.values[name] = strings.TrimSpace(value)
	if name == "category" {
		still := slices.ContainsFunc(d.subcategories(), func(e billing.TableEntry) bool { return strconv.Itoa(e.ID) == d.values["subcategory"] })
		if !still {
			d.values["subcategory"] = entryOf(d.subcategories(), "")
		}
	}
}

// problem is what is wrong with one value; empty for nothing.
func (d *productDraft) problem(name string) string {
	value := d.values[name]
	switch name {
	case "identifier":
		return d.textProblem(value, billing.MaxIdentifier, d.taken(value))
	case "description":
		return d.textProblem(value, billing.MaxDescription, false)
	case "price", "cost":
		if value == "" {
			return ""
		}
		amount, err := readDecimal(value)
		if err != nil {
			return err.Error()
		}
		if amount.IsNegative() {
			return "must not be negative"
		}
	case "type", "subcategory":
		if value == "" {
			return "choose one"
		}
	}
	return ""
}

func (d *productDraft) textProblem(value string, most int, taken bool) string {
	switch n := len([]rune(value)); {
	case value == "":
		return "must not be empty"
	case n > most:
		return fmt.Sprintf("has %d characters, and ConnectWise takes %d", n, most)
	case printable(value) != value:
		return "has characters that cannot be printed"
	case taken:
		return "a product of this identifier is in the catalog already"
	}
	return ""
}

// product is what is sent to create it.
func (d *productDraft) product() (billing.NewProduct, error) {
	for _, one := range d.settings() {
		if one.problem != "" {
			return billing.NewProduct{}, errors.New(strings.ToLower(one.label) + ": " + one.problem)
		}
	}
	id := func(name string) int {
		n, _ := strconv.Atoi(d.values[name]) // one of our own choices, or empty
		return n
	}
	amount := func(name string) decimal.NullDecimal {
		number, err := readDecimal(d.values[name])
		return decimal.NullDecimal{Decimal: number, Valid: err == nil}
	}
	return billing.NewProduct{
		Identifier: d.values["identifier"], Description: d.values["description"], Class: d.values["class"], TypeID: id("type"),
		CategoryID: id("category"), SubcategoryID: id("subcategory"), UnitID: id("unit"), Price: amount("price"), Cost: amount("cost"),
	}, nil
}

// summary is what would be created, in lines for a confirmation.
func (d *productDraft) summary() []string {
	var lines []string
	for _, one := range d.settings() {
		text := one.value
		if at := one.chosen(); at >= 0 {
			text = one.choices[at].shown()
		}
		if text != "" {
			lines = append(lines, one.label+": "+text)
		}
	}
	return lines
}
