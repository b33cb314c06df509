package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

// newProduct is a product that is missing in the catalog and that the set-up has created.
type newProduct struct {
	key     billing.Key // of its own row
	source  *sourceState
	service *billing.Service
	product *billing.Product // stands for it while lines are planned; its id is negative, so that nothing in ConnectWise has it
	draft   *billing.NewProduct
	how     string
	warn    []string
	code    Code // why it cannot be created now; empty when it can
	reason  string
}

// findNewProducts finds the products that are missing and may be created, each for the smallest key that asks for it.
func (b *builder) findNewProducts() {
	template := b.current.NewProducts
	if template == nil {
		return
	}
	byIdentifier := map[string]*newProduct{}
	b.eachService(func(s *sourceState, service *billing.Service, key billing.Key) {
		if service.CreateProduct && service.Product.Identifier != "" && b.products[service.Product] == nil && byIdentifier[service.Product.Identifier] == nil {
			byIdentifier[service.Product.Identifier] = &newProduct{key: key, source: s, service: service}
		}
	})
	for _, identifier := range sortedKeys(byIdentifier) {
		p := byIdentifier[identifier]
		if why := cmp.Or(template.Problem, CannotCreate(identifier, b.current.Products), b.alike(identifier)); why != "" {
			for _, s := range b.sources {
				s.cannotMake(p.service.Product, why)
			}
			continue
		}
		b.addNewProduct(p, template)
	}
}

// eachService visits the services that are switched on, of the sources that are planned, by the written key of a product's row.
func (b *builder) eachService(visit func(s *sourceState, service *billing.Service, key billing.Key)) {
	type entry struct {
		source  *sourceState
		service *billing.Service
		key     billing.Key
		text    string
	}
	var all []entry
	for _, s := range b.sources {
		if !s.rules.Sync || s.usage.NotRead || !b.policy.wantsSource(s.name) {
			continue
		}
		for i := range s.rules.Services {
			if service := &s.rules.Services[i]; service.Sync {
				key := billing.Key{Source: s.name, Service: service.ID}
				all = append(all, entry{s, service, key, key.String()})
			}
		}
	}
	slices.SortFunc(all, func(x, y entry) int { return strings.Compare(x.text, y.text) })
	for i := range all {
		visit(all[i].source, all[i].service, all[i].key)
	}
}

func (s *sourceState) cannotMake(product billing.ProductRef, why string) {
	if s.unmade == nil {
		s.unmade = map[billing.ProductRef]string{}
	}
	s.unmade[product] = why
}

// CannotCreate says why no product of this identifier can be created beside those of a catalog; empty when one can. One that differs from another in
// letter case or outer spaces alone ConnectWise would refuse, or the catalog would have two that nobody can tell apart.
func CannotCreate(identifier string, catalog []billing.Product) string {
	if n := utf8.RuneCountInString(identifier); n > billing.MaxIdentifier {
		return fmt.Sprintf("its identifier has %d characters, and ConnectWise takes %d", n, billing.MaxIdentifier)
	}
	fold := billing.FoldIdentifier(identifier)
	for i := range catalog {
		if p := &catalog[i]; billing.FoldIdentifier(p.Identifier) == fold {
			return fmt.Sprintf("the catalog has product %q (id %d): write it in the set-up as it is there", p.Identifier, p.ID)
		}
	}
	return ""
}

// alike says which other new product differs from this identifier in letter case or outer spaces alone.
func (b *builder) alike(identifier string) string {
	fold := billing.FoldIdentifier(identifier)
	for _, p := range b.newProducts {
		if billing.FoldIdentifier(p.product.Identifier) == fold {
			return "this plan creates product " + p.product.Identifier + ": write it in the same way everywhere in the set-up"
		}
	}
	return ""
}

func (b *builder) addNewProduct(p *newProduct, template *billing.ProductTemplate) {
	identifier := p.service.Product.Identifier
	p.draft = &billing.NewProduct{
		Identifier: identifier, Class: template.Class, TypeID: template.TypeID, CategoryID: template.CategoryID,
		SubcategoryID: template.SubcategoryID, UnitID: template.UnitID,
	}
	p.product = &billing.Product{ID: -1 - len(b.newProducts), Identifier: identifier, Class: template.Class}
	if !keepsTax(p.service) {
		taxable := p.service.Taxable == billing.TaxableYes
		p.draft.Taxable, p.product.Taxable = &taxable, taxable
	}
	for _, u := range b.current.Unknown {
		if billing.FoldIdentifier(u.Identifier) == billing.FoldIdentifier(identifier) {
			p.code, p.reason = PreviousUnknown, "an earlier run may or may not have created product "+identifier+": a later run settles it, or look in the catalog and accept "+u.Key.String()
			b.accept.take(u.Key.String())
		}
	}
	if b.leftOut[p.key.String()] {
		p.code, p.reason = LeftOut, "left out by the reviewer"
	}
	b.newProducts = append(b.newProducts, p)
	b.products[p.service.Product] = p.product
}

// describeNewProducts fills in what the usage says of the products: it is read by now.
func (b *builder) describeNewProducts() {
	for _, p := range b.newProducts {
		name := p.service.Name
		rate := listRate{}
		for _, l := range b.linesOf(p.product) {
			name = cmp.Or(name, l.usage.ServiceName)
			rate.add(l)
		}
		full := printable(cmp.Or(name, p.service.ID))
		p.draft.Description = ProductDescription(full)
		if full != p.draft.Description {
			p.draft.CustomerDescription = cut(full, billing.MaxCustomerDescription)
		}
		p.draft.Price, p.draft.Cost = rate.price, rate.cost
		p.product.Price, p.product.Cost, p.product.Description = rate.price.Decimal, rate.cost.Decimal, p.draft.Description
		p.how = rate.how
		if rate.differ != "" {
			p.warn = append(p.warn, rate.differ+"; the product gets those of "+rate.first.text)
		}
		if rate.price.Decimal.IsZero() {
			p.warn = append(p.warn, "the usage names no price, so the product is created without one: lines that keep the catalog's price are billed 0.00")
		}
	}
}

// linesOf are the lines that are billed by a product and have a count, of all sources, by key.
func (b *builder) linesOf(product *billing.Product) []*line {
	var lines []*line
	for _, l := range b.lines {
		if l.product == product && l.claims() && !l.count.IsZero() {
			lines = append(lines, l)
		}
	}
	slices.SortFunc(lines, compareLines)
	return lines
}

// listRate is what the usage says that a product is sold for and costs, whoever buys it: by the line with the smallest key.
type listRate struct {
	first       *line
	price, cost decimal.NullDecimal
	how         string
	differ      string // the lines do not agree
}

func (r *listRate) add(l *line) {
	price, how := listPrice(l)
	if r.first == nil {
		r.first, r.price, r.cost, r.how = l, price, l.usage.Cost, how
		return
	}
	if r.price.Valid != price.Valid || differ(r.price, price) || r.cost.Valid != l.usage.Cost.Valid || differ(r.cost, l.usage.Cost) ||
		!strings.EqualFold(r.first.usage.Currency, l.usage.Currency) {
		r.differ = "the usage does not give all customers the same price and cost (" + r.first.text + ", " + l.text + ")"
	}
}

// listPrice is what the usage's line makes the catalog's price.
func listPrice(l *line) (decimal.NullDecimal, string) {
	return ListPrice(l.source.rules, l.service, l.usage.Price, l.usage.Cost)
}

// printable is a text without what ConnectWise could not take.
func printable(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, " "))
	return strings.Join(strings.Fields(text), " ")
}

func cut(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most])
	}
	return strings.TrimSpace(text)
}

// newProductOf is the product that a group needs and that does not exist yet; nil where it needs none.
func (b *builder) newProductOf(at target) *newProduct {
	if at.product >= 0 {
		return nil
	}
	return b.newProducts[-1-at.product]
}

// holdForProduct holds a line whose product cannot be created now.
func (b *builder) holdForProduct(g *group) {
	p := b.newProductOf(g.target)
	change := g.carrier().change
	if p == nil || !change.pending() {
		return
	}
	switch p.code {
	case "":
		if p.product.Price.IsZero() && change.takesPrice() {
			change.Warnings = append(change.Warnings, "the new product has no price, so this line is billed 0.00 until it has one")
		}
	case PreviousUnknown:
		change.hold(p.code, p.reason)
	default:
		change.hold(ProductMissing, "product "+p.product.Identifier+" is left out of this plan, and this line needs it")
	}
}

// holdWithProducts holds the lines of other sources whose new product is not created because the source that brings it is held.
func (b *builder) holdWithProducts() {
	if len(b.newProducts) == 0 {
		return
	}
	for _, g := range b.groups {
		p, change := b.newProductOf(g.target), g.carrier().change
		if p != nil && p.source.held != "" && change != nil && change.Action.Writes() {
			change.hold(ProductMissing, "product "+p.product.Identifier+" is created with source "+p.source.name+", which is held ("+string(p.source.held)+")")
		}
	}
}
