package ui

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
	"cwsync/syncer/setup"
	"cwsync/syncer/source"
	"cwsync/ui/report"
)

// productDraft is what a person says of a product that the next sync is to create: its identifier, and the set-up's defaults, which it shares with
// all others. It knows no Bubble Tea, does no I/O, and writes nothing: taking it is an edit of the set-up.
type productDraft struct {
	service string // id of the service that it is for
	state   *productsState
	tables  billing.ProductTables
	before  setup.Defaults    // as the set-up has them
	others  []billing.Source  // of the set-up, beside the one that is worked on
	values  map[string]string // of entries of tables: the id; empty: none
}

// draft proposes a product for a service: an identifier made of its name, and the defaults of the set-up where the tables have them.
func (s *productsState) draft(id string, tables billing.ProductTables, document *setup.Document) *productDraft {
	service, defaults := s.service(id), document.Defaults
	d := &productDraft{service: id, state: s, tables: tables, before: defaults, values: map[string]string{}}
	for i := range document.Sources {
		if &document.Sources[i] != s.source {
			d.others = append(d.others, document.Sources[i])
		}
	}
	d.values["identifier"] = identifierFor(service)
	if s.fresh(service) {
		d.values["identifier"] = service.Product.Identifier
	}
	d.values["class"] = billing.ProductClasses()[0]
	for _, class := range billing.ProductClasses() {
		if strings.EqualFold(class, defaults.ProductClass) {
			d.values["class"] = class
		}
	}
	d.values["type"] = entryOf(tables.Types, defaults.ProductType)
	d.values["category"] = entryOf(tables.Categories, defaults.Category)
	d.values["subcategory"] = entryOf(d.subcategories(), defaults.Subcategory)
	d.values["unit"] = entryOf(tables.Units, defaults.Unit)
	return d
}

// identifierFor makes an identifier of a service's name: capitals, and a dash where a product's short name has nothing to say.
func identifierFor(service *billing.Service) string {
	words := strings.FieldsFunc(strings.ToUpper(serviceName(service)), func(r rune) bool {
		return !unicode.In(r, unicode.Letter, unicode.Digit, unicode.Mark) && !strings.ContainsRune("+._", r)
	})
	if made := cutRunes(strings.Join(words, "-"), billing.MaxIdentifier); made != "" {
		return made
	}
	return cutRunes(service.ID, billing.MaxIdentifier)
}

func cutRunes(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most])
	}
	return strings.Trim(text, " -")
}

// entryOf is the id, as text, of the one entry that a default means, else of the table's own default; empty when there is neither.
func entryOf(entries []billing.TableEntry, named string) string {
	if found := billing.EntriesNamed(entries, named); len(found) == 1 {
		return strconv.Itoa(found[0].ID)
	}
	if at := slices.IndexFunc(entries, func(e billing.TableEntry) bool { return e.Default }); at >= 0 {
		return strconv.Itoa(entries[at].ID)
	}
	return ""
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
	const forAll = " A default of the set-up: it goes for all products that cwsync creates."
	list := []setting{
		{name: "identifier", label: "Identifier", help: fmt.Sprintf("The product's short name, unique in the catalog, at most %d characters.", billing.MaxIdentifier)},
		{name: "class", label: "Class", choices: choicesOf(billing.ProductClasses()...), help: "ConnectWise's class of product; Agreement is made for additions." + forAll},
		{name: "type", label: "Type", choices: entryChoices(d.tables.Types), help: "Of ConnectWise's product types." + forAll},
		{name: "category", label: "Category", choices: entryChoices(d.tables.Categories), help: "Of ConnectWise's product categories." + forAll},
		{name: "subcategory", label: "Subcategory", choices: entryChoices(d.subcategories()), help: "Of the category that is chosen." + forAll},
		{name: "unit", label: "Unit", choices: entryChoices(d.tables.Units), help: "Of ConnectWise's units of measure." + forAll},
	}
	for i := range list {
		one := &list[i]
		one.needed, one.value, one.problem = true, d.values[one.name], d.problem(one.name)
		if one.name != "identifier" && len(one.choices) == 0 {
			one.choices, one.problem = []settingChoice{{label: "none"}}, "ConnectWise has none that is active: make one there, then press n again"
		}
	}
	return list
}

func entryChoices(entries []billing.TableEntry) []settingChoice {
	var choices []settingChoice
	for _, entry := range entries {
		choices = append(choices, settingChoice{value: strconv.Itoa(entry.ID), label: report.Plain(entry.Name)})
	}
	return choices
}

// set says one thing of the product. What it cannot be is kept and named by settings and defaults.
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
	switch {
	case name == "identifier":
		return d.identifierProblem(value)
	case value == "":
		return "choose one"
	}
	return ""
}

func (d *productDraft) identifierProblem(identifier string) string {
	switch n := utf8.RuneCountInString(identifier); {
	case identifier == "":
		return "must not be empty"
	case n > billing.MaxIdentifier:
		return fmt.Sprintf("has %d characters, and ConnectWise takes %d", n, billing.MaxIdentifier)
	case source.IDProblem(identifier) != "":
		return source.IDProblem(identifier)
	}
	if product := d.state.alike(identifier); product != nil {
		return fmt.Sprintf("%s is in the catalog already: taking it offers to map %s to that one", report.Plain(product.Identifier), d.state.nameOf(d.service))
	}
	for i := range d.others {
		for _, service := range d.others[i].Services {
			other := service.Product.Identifier
			if other != identifier && billing.FoldIdentifier(other) == billing.FoldIdentifier(identifier) {
				return fmt.Sprintf("source %s has it as %s: write it in the same way", d.others[i].Name, other)
			}
		}
	}
	return ""
}

// defaults are the set-up's defaults as they are chosen: what names the chosen entry already stays as it is written, else its name, and its id where
// the name does not mean it alone.
func (d *productDraft) defaults() (setup.Defaults, error) {
	for _, one := range d.settings() {
		if one.problem != "" {
			return setup.Defaults{}, errors.New(strings.ToLower(one.label) + ": " + one.problem)
		}
	}
	chosen := setup.Defaults{
		ProductClass: d.values["class"], ProductType: nameEntry(d.tables.Types, d.values["type"], d.before.ProductType),
		Category:    nameEntry(d.tables.Categories, d.values["category"], d.before.Category),
		Subcategory: nameEntry(d.subcategories(), d.values["subcategory"], d.before.Subcategory),
		Unit:        nameEntry(d.tables.Units, d.values["unit"], d.before.Unit),
	}
	template := d.tables.Template(billing.ProductDefaults{
		Class: chosen.ProductClass, Type: chosen.ProductType, Category: chosen.Category, Subcategory: chosen.Subcategory, Unit: chosen.Unit,
	})
	if template.Problem != "" {
		return setup.Defaults{}, errors.New(template.Problem)
	}
	for name, id := range map[string]int{"type": template.TypeID, "category": template.CategoryID, "subcategory": template.SubcategoryID, "unit": template.UnitID} {
		if strconv.Itoa(id) != d.values[name] { // an id that is the name of another, while the name is that of several
			return setup.Defaults{}, errors.New(name + ": neither its name nor its id means this entry alone: give it a name of its own in ConnectWise, or choose another")
		}
	}
	return chosen, nil
}

// nameEntry is how the set-up names the entry of this id.
func nameEntry(entries []billing.TableEntry, id, before string) string {
	at := slices.IndexFunc(entries, func(e billing.TableEntry) bool { return strconv.Itoa(e.ID) == id })
	if at < 0 {
		return id
	}
	for _, name := range []string{before, strings.TrimSpace(entries[at].Name)} {
		if found := billing.EntriesNamed(entries, name); source.IDProblem(name) == "" && len(found) == 1 && found[0].ID == entries[at].ID {
			return name
		}
	}
	return id
}

// about says what is not chosen here: description, price and cost, which come of the service and its usage when the product is created.
func (d *productDraft) about() string {
	service, count := d.state.service(d.service), d.state.counts[d.service]
	if service == nil {
		return ""
	}
	text := fmt.Sprintf("The next sync creates it as “%s”", plan.ProductDescription(serviceName(service)))
	price, _ := plan.ListPrice(d.state.source, service, count.price, count.cost)
	sold, bought := "price "+report.Price(price.Decimal, count.currency), "cost "+report.Price(count.cost.Decimal, count.currency)
	switch {
	case !d.state.count(service).IsPositive():
		return strings.Replace(text, "The next sync", "A sync", 1) + " once there is usage to bill; price and cost are those of the usage."
	case count.differ:
		return text + "; price and cost are those of the usage, where customers differ: the first one's."
	case price.Valid && count.cost.Valid:
		return text + "; " + sold + " and " + bought + " come of the usage."
	case price.Valid:
		return text + "; " + sold + " comes of the usage, which names no cost."
	case count.cost.Valid:
		return text + "; " + bought + " and no price come of the usage: it is billed 0.00 unless a markup makes one."
	}
	return text + "; the usage names no price and no cost: it is billed 0.00 until the catalog has one."
}
