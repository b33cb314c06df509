package ui

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cwsync/syncer/billing"
	"cwsync/syncer/match"
	"cwsync/syncer/source"
	"cwsync/ui/report"

	"github.com/shopspring/decimal"
)

// productsState is which service of a source is billed as which product, as far as it is known now. It changes the source that it was given
// and nothing else; it knows no Bubble Tea and does no I/O.
type productsState struct {
	source *billing.Source // nil until there is one
	kinds  *source.Catalogue
	counts map[string]serviceCount // by service id, of the usage as last read
	read   bool                    // the usage was read
	catalogIndex
	suggests map[string]match.Suggestion
	currency string // ISO code that all agreements as read are billed in; empty: several, or not known yet

	owners map[target][]string // by key: ids of the services that are mapped to it; nil: to be worked out
	rows   []serviceRow        // nil: to be worked out
}

// serviceCount is what the usage says of one service, over all customers whose status is billed.
type serviceCount struct {
	quantity    decimal.Decimal
	bases       map[string]decimal.Decimal
	unit        string
	currency    string
	price, cost decimal.NullDecimal // per unit; absent where lines differ
	lines       int
	differ      bool // price, cost or currency do, from line to line
}

// serviceMark is how far a service is.
type serviceMark int

// The marks of services.
const (
	serviceOpen      serviceMark = iota // no product
	serviceSuggested                    // no product, and one that is likely
	serviceMapped
	serviceTrouble // something keeps it from being billed as it is
	serviceOff     // switched off
)

// serviceRow is one service as it is shown.
type serviceRow struct {
	at          int // place in the source's services
	id, name    string
	count       string // "402 users"; empty when the usage was not read or does not have it
	mark        serviceMark
	product     string // identifier, or the id as text
	created     string // when a sync creates it; empty: it is there, or is not created
	description string // of the product
	suggestion  *match.Choice
	why         string // why it is suggested, why there is no suggestion, or what the trouble is
	deprecated  bool
}

func newProductsState(kinds *source.Catalogue) *productsState {
	return &productsState{kinds: kinds, counts: map[string]serviceCount{}, suggests: map[string]match.Suggestion{}}
}

// take looks at a source and what it used; read says that its usage was read at all.
func (s *productsState) take(from *billing.Source, usage billing.Usage, read bool) {
	s.source, s.read = from, read
	s.changed()
	s.counts = map[string]serviceCount{}
	if from == nil {
		return
	}
	for i := range usage.Lines {
		if line := &usage.Lines[i]; from.Bills(line.Status) {
			count := s.counts[line.ServiceID]
			count.add(line)
			s.counts[line.ServiceID] = count
		}
	}
}

func (c *serviceCount) add(line *billing.UsageLine) {
	if c.lines++; c.lines == 1 {
		c.unit, c.currency, c.price, c.cost = line.Unit, line.Currency, line.Price, line.Cost
	}
	if c.unit != line.Unit {
		c.unit = ""
	}
	c.differ = c.differ || !sameAmount(c.price, line.Price) || !sameAmount(c.cost, line.Cost) || c.currency != line.Currency
	if !sameAmount(c.price, line.Price) || c.currency != line.Currency {
		c.price = decimal.NullDecimal{}
	}
	if !sameAmount(c.cost, line.Cost) || c.currency != line.Currency {
		c.cost = decimal.NullDecimal{}
	}
	c.quantity = c.quantity.Add(line.Quantity)
	for basis, n := range line.Counts {
		if c.bases == nil {
			c.bases = map[string]decimal.Decimal{}
		}
		c.bases[basis] = c.bases[basis].Add(n)
	}
}

func sameAmount(a, b decimal.NullDecimal) bool {
	return a.Valid == b.Valid && a.Decimal.Equal(b.Decimal)
}

// takeProducts looks at the catalog.
func (s *productsState) takeProducts(catalog catalogIndex) {
	s.catalogIndex = catalog
	s.changed()
}

// named are the services as matching wants them.
func (s *productsState) named() []match.Named {
	names := make([]match.Named, len(s.source.Services))
	for i := range s.source.Services {
		names[i] = match.Named{ID: s.source.Services[i].ID, Name: s.source.Services[i].Name}
	}
	return names
}

// taken is which service each product is mapped to; of several, the first.
func (s *productsState) taken() map[int]string {
	taken := map[int]string{}
	for to, services := range s.owned() {
		if to.product != 0 {
			taken[to.product] = services[0]
		}
	}
	return taken
}

// owned is which services each product is mapped to.
func (s *productsState) owned() map[target][]string {
	if s.owners != nil || s.source == nil {
		return s.owners
	}
	s.owners = map[target][]string{}
	for i := range s.source.Services {
		if service := &s.source.Services[i]; !service.Product.IsZero() {
			key := s.targetOf(service).key()
			s.owners[key] = append(s.owners[key], service.ID)
		}
	}
	return s.owners
}

// changed forgets what was worked out.
func (s *productsState) changed() { s.owners, s.rows = nil, nil }

// takeSuggestions takes what matching came to.
func (s *productsState) takeSuggestions(suggestions []match.Suggestion) {
	s.changed()
	s.suggests = make(map[string]match.Suggestion, len(suggestions))
	for _, suggestion := range suggestions {
		s.suggests[suggestion.Service] = suggestion
	}
}

// service finds a service by its id; nil when there is none.
func (s *productsState) service(id string) *billing.Service {
	if s.source == nil {
		return nil
	}
	for i := range s.source.Services {
		if s.source.Services[i].ID == id {
			return &s.source.Services[i]
		}
	}
	return nil
}

// services are all services in the order of the set-up, deprecated ones last.
func (s *productsState) services() []serviceRow {
	if s.source == nil || s.rows != nil {
		return s.rows
	}
	rows := make([]serviceRow, 0, len(s.source.Services))
	for _, deprecated := range []bool{false, true} {
		for i := range s.source.Services {
			if s.source.Services[i].Deprecated == deprecated {
				rows = append(rows, s.row(i))
			}
		}
	}
	s.rows = rows
	return rows
}

func (s *productsState) row(at int) serviceRow {
	service := &s.source.Services[at]
	row := serviceRow{at: at, id: service.ID, name: serviceName(service), deprecated: service.Deprecated, count: s.countText(service)}
	if product := s.product(service.Product); product != nil {
		row.product, row.description = product.Identifier, product.Description
	} else if !service.Product.IsZero() {
		row.product, row.created = refText(service.Product), s.created(service)
	}
	row.suggestion, row.why = s.suggestion(service)
	switch trouble := s.trouble(service); {
	case !service.Sync:
		row.mark = serviceOff
	case trouble != "":
		row.mark, row.why = serviceTrouble, trouble
	case !service.Product.IsZero():
		row.mark, row.why = serviceMapped, ""
	case row.suggestion != nil:
		row.mark = serviceSuggested
	}
	return row
}

// suggestion is the product that is suggested for a service without one, and why; what is taken since then is suggested no more.
func (s *productsState) suggestion(service *billing.Service) (*match.Choice, string) {
	suggestion, ok := s.suggests[service.ID]
	if _, known := s.byID[suggestion.Product]; !ok || !service.Product.IsZero() || suggestion.Product != 0 && !known {
		return nil, ""
	}
	for i := range suggestion.Choices {
		choice := &suggestion.Choices[i]
		if choice.Product != suggestion.Product {
			continue
		}
		if others := s.sharers(service.ID, target{product: choice.Product}); len(others) > 0 {
			return nil, fmt.Sprintf("%s fits, but %s is mapped to it", choice.Identifier, s.nameOf(others[0]))
		}
		return choice, suggestion.Reason
	}
	return nil, suggestion.Reason
}

// trouble is what keeps a mapped service from being billed as it is; empty for nothing.
func (s *productsState) trouble(service *billing.Service) string {
	if service.Product.IsZero() {
		return ""
	}
	if !s.known() {
		return "" // the catalog was not read
	}
	to := s.targetOf(service)
	why := ""
	switch product := s.product(service.Product); {
	case product != nil:
		why = unfit(product)
	case service.CreateProduct:
		why = s.freshProblem(to.fresh)
	default:
		why = refText(service.Product) + " is not in the catalog"
	}
	if others := s.sharers(service.ID, to); why == "" && len(others) > 0 && service.Merge == billing.MergeNone {
		return fmt.Sprintf("%s is mapped to %s as well, and nothing says how to merge them", s.nameOf(others[0]), s.shown(to))
	}
	return why
}

// sharers are the ids of the other services that are mapped to a target.
func (s *productsState) sharers(service string, to target) []string {
	var ids []string
	for _, id := range s.owned()[to.key()] {
		if id != service {
			ids = append(ids, id)
		}
	}
	return ids
}

func (s *productsState) nameOf(id string) string {
	if service := s.service(id); service != nil {
		return serviceName(service)
	}
	return id
}

func serviceName(service *billing.Service) string {
	if service.Name != "" {
		return service.Name
	}
	return service.ID
}

func refText(ref billing.ProductRef) string {
	if ref.ID != 0 {
		return fmt.Sprintf("product %d", ref.ID)
	}
	return ref.Identifier
}

// count is how much of a service is used now, by the count that it is billed by.
func (s *productsState) count(service *billing.Service) decimal.Decimal {
	count := s.counts[service.ID]
	if service.Basis != "" {
		return count.bases[service.Basis]
	}
	return count.quantity
}

func (s *productsState) countText(service *billing.Service) string {
	if !s.read {
		return ""
	}
	return counted(s.count(service), s.counts[service.ID].unit)
}

// mapped counts the services that are done with: mapped, or switched off on purpose.
func (s *productsState) mapped() (done, all int) {
	for _, row := range s.services() {
		if row.mark == serviceMapped || row.mark == serviceOff {
			done++
		}
		all++
	}
	return done, all
}

// complete says that there is nothing left to do here; empty while there is.
func (s *productsState) complete() string {
	done, all := s.mapped()
	if done < all || all == 0 {
		return ""
	}
	off := slices.ContainsFunc(s.services(), func(row serviceRow) bool { return row.mark == serviceOff })
	switch {
	case all == 1 && off:
		return "the only service is switched off"
	case all == 1:
		return "the only service is mapped"
	case off:
		return "all " + report.Count(all) + " services are mapped or switched off"
	}
	return "all " + report.Count(all) + " services are mapped"
}

// unbilled says what services without a product leave unbilled now; empty for nothing.
func (s *productsState) unbilled() string {
	var parts []string
	worth, priced := decimal.Decimal{}, true
	for _, row := range s.services() {
		service := &s.source.Services[row.at]
		count := s.count(service)
		if !service.Product.IsZero() || !service.Sync || !count.IsPositive() {
			continue
		}
		if row.suggestion == nil {
			priced = false
		} else if at, ok := s.byID[row.suggestion.Product]; ok {
			worth = worth.Add(count.Mul(s.products[at].Price))
		}
		parts = append(parts, row.count+" of "+row.name)
	}
	const named = 1
	if more := len(parts) - named; more > 1 {
		parts = append(parts[:named:named], report.Counted(more, "more service", "more services"))
	}
	verb := " are not billed"
	if len(parts) == 1 && strings.HasPrefix(parts[0], "1 ") {
		verb = " is not billed"
	}
	text := joinAnd(parts) + verb
	switch {
	case len(parts) == 0:
		return ""
	case worth.IsZero():
		return text
	}
	about := "about "
	if !priced {
		about = "more than "
	}
	said := about + report.Price(worth.Round(2), s.currency) + " a month is not billed: " + joinAnd(parts) // the end of a long line is cut
	if s.currency == "" {
		said += ", at catalog prices" // which ConnectWise gives without a currency
	}
	return said
}

// bases are the further counts by which something may be billed, sorted.
func (s *productsState) bases(service *billing.Service) []string {
	var names []string
	for name := range s.counts[service.ID].bases {
		names = append(names, name)
	}
	if service.Basis != "" && !slices.Contains(names, service.Basis) {
		names = append(names, service.Basis)
	}
	slices.Sort(names)
	return names
}

// score is how alike two things are, from 0.00 to 1.00.
func score(likeness float64) string { return strconv.FormatFloat(likeness, 'f', 2, 64) }
