package plan_test

import (
	"fmt"
	"strings"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	"github.com/shopspring/decimal"
)

// The world of most tests: source mail with service mbx (product MBX, id 7, 4.00) and customer 1001 (company 250, agreement 811, monthly,
// prorated, in USD). It is 21 November 2026, six in the morning.
var (
	today = billing.NewDate(2026, time.November, 21)
	now   = time.Date(2026, time.November, 21, 6, 0, 0, 0, time.UTC)
)

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func some(s string) decimal.NullDecimal { return decimal.NewNullDecimal(dec(s)) }

// maybe is an amount, or none for an empty text.
func maybe(s string) decimal.NullDecimal {
	if s == "" {
		return decimal.NullDecimal{}
	}
	return some(s)
}

func date(s string) billing.Date {
	d, err := billing.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// world is what a test plans with. Its methods state one fact each.
type world struct {
	sources map[string]*plan.SourceUsage
	names   []string
	current plan.Current
	policy  plan.Policy

	last    *plan.Plan                     // what the last run of a story did
	unread  map[string][]billing.UsageLine // by source: what it would say in a story if today's run asked it
	lostOne *lostWrite                     // the write of a story of which nobody knows whether it happened
}

func newWorld() *world {
	w := &world{
		sources: map[string]*plan.SourceUsage{},
		current: plan.Current{Today: today, Agreements: map[int]billing.Agreement{}, Additions: map[int][]billing.Addition{}},
		policy: plan.Policy{Now: now, Guards: billing.Guards{
			DropPercent: dec("50"), DropUnits: dec("5"), RisePercent: dec("100"), RiseUnits: dec("20"),
			MissingPercent: dec("100"), MaxAge: billing.Duration(26 * time.Hour),
		}},
	}
	w.source("mail")
	w.product(7, "MBX", "4")
	w.service("mbx", "MBX")
	w.agreement(811, 250)
	w.customer("1001", 250, 811)
	return w
}

func (w *world) source(name string) *billing.Source {
	if s := w.sources[name]; s != nil {
		return s.Rules
	}
	rules := &billing.Source{
		Name: name, Kind: "csv", Sync: true, OnMissing: billing.MissingHold, OnZero: billing.ZeroZero, OnDrift: billing.DriftHold,
		Write: []billing.Field{billing.FieldQuantity}, PricePer: billing.PerMonth, BillStatus: []billing.Status{billing.StatusActive, billing.StatusSuspended},
	}
	w.sources[name] = &plan.SourceUsage{Rules: rules, Usage: billing.Usage{AsOf: now}}
	w.names = append(w.names, name)
	return rules
}

// mail is the rules of the source of most tests.
func (w *world) mail() *billing.Source { return w.source("mail") }

// in splits "source:id" into source and id; without a source it is mail's.
func in(id string) (source, plain string) {
	if source, plain, found := strings.Cut(id, ":"); found {
		return source, plain
	}
	return "mail", id
}

func (w *world) product(id int, identifier, price string) *billing.Product {
	w.current.Products = append(w.current.Products, billing.Product{ID: id, Identifier: identifier, Price: dec(price), Class: "Agreement"})
	return &w.current.Products[len(w.current.Products)-1]
}

func (w *world) service(id, product string) *billing.Service {
	name, id := in(id)
	rules := w.source(name)
	for i := range rules.Services {
		if rules.Services[i].ID == id {
			return &rules.Services[i]
		}
	}
	rules.Services = append(rules.Services, billing.Service{
		ID: id, Name: "service " + id, Product: billing.ProductRef{Identifier: product}, Sync: true, Merge: billing.MergeNone, Change: billing.InPlace,
		Taxable: billing.TaxableProduct, Price: billing.PriceRule{From: billing.PriceKeep}, Quantity: billing.QuantityRule{DivideBy: dec("1"), Round: billing.RoundNone},
	})
	return &rules.Services[len(rules.Services)-1]
}

// template is what products that a plan creates have in common, as most set-ups say it.
func (w *world) template() {
	w.current.NewProducts = &billing.ProductTemplate{
		Class: "Agreement", TypeID: 1, CategoryID: 4, SubcategoryID: 6, UnitID: 8, Words: "class Agreement, type Service, category Cloud, subcategory Email, unit Each",
	}
}

// creates maps a service to a product that is missing and may be created.
func (w *world) creates(id, product string) *billing.Service {
	w.template()
	service := w.service(id, product)
	service.Product, service.CreateProduct = billing.ProductRef{Identifier: product}, true
	return service
}

// writes has the source own these fields as well as the quantity.
func (w *world) writes(fields ...billing.Field) {
	w.mail().Write = append([]billing.Field{billing.FieldQuantity}, fields...)
}

// mbx is the service of most tests.
func (w *world) mbx() *billing.Service { return w.service("mbx", "") }

func (w *world) customer(id string, company, agreement int) *billing.Customer {
	name, id := in(id)
	rules := w.source(name)
	for i := range rules.Customers {
		if rules.Customers[i].ID == id {
			return &rules.Customers[i]
		}
	}
	rules.Customers = append(rules.Customers, billing.Customer{ID: id, Name: "customer " + id, Company: company, Agreement: agreement, Sync: true})
	return &rules.Customers[len(rules.Customers)-1]
}

// linked is the link of customer 1001.
func (w *world) linked() *billing.Customer { return w.customer("1001", 0, 0) }

func (w *world) agreement(id, company int) {
	w.current.Agreements[id] = billing.Agreement{
		ID: id, Name: fmt.Sprintf("agreement %d", id), CompanyID: company, CompanyName: fmt.Sprintf("company %d", company), Status: "Active",
		Start: date("2020-01-01"), Cycle: billing.Cycle{Name: "Monthly", PeriodsPerYear: 12}, Prorates: true, Currency: "USD",
	}
}

// edit changes the record of an agreement.
func (w *world) edit(id int, change func(a *billing.Agreement)) {
	a := w.current.Agreements[id]
	change(&a)
	w.current.Agreements[id] = a
}

// invoiced makes agreement 811 one that is invoiced until the end of the month and does not prorate.
func (w *world) invoiced() {
	w.edit(811, func(a *billing.Agreement) { a.NextInvoice, a.Prorates = date("2026-12-01"), false })
}

// uses adds a usage line.
func (w *world) uses(customer, service, quantity string) *billing.UsageLine {
	name, customer := in(customer)
	w.source(name)
	usage := &w.sources[name].Usage
	usage.Lines = append(usage.Lines, billing.UsageLine{
		CustomerID: customer, ServiceID: service, Quantity: dec(quantity), Status: billing.StatusActive, Place: len(usage.Lines) + 2,
	})
	return &usage.Lines[len(usage.Lines)-1]
}

// stays gives the source a line that is not looked at, so that it is not empty.
func (w *world) stays() { w.uses("other", "mbx", "1") }

// line adds an addition of product MBX to agreement 811.
func (w *world) line(id int, quantity string) *billing.Addition {
	return w.lineOn(811, id, 7, quantity)
}

func (w *world) lineOn(agreement, id, product int, quantity string) *billing.Addition {
	identifier := ""
	for _, p := range w.current.Products {
		if p.ID == product {
			identifier = p.Identifier
		}
	}
	w.current.Additions[agreement] = append(w.current.Additions[agreement], billing.Addition{
		ID: id, AgreementID: agreement, ProductID: product, ProductIdentifier: identifier, Quantity: dec(quantity), UnitPrice: dec("4"), UnitCost: dec("3"),
		Bill: billing.Billable, Effective: date("2026-01-01"), Version: fmt.Sprintf("v%d", id),
	})
	list := w.current.Additions[agreement]
	return &list[len(list)-1]
}

// ours adds an addition of product MBX to agreement 811 that belongs to customer and service.
func (w *world) ours(id int, customer, service, quantity string) *billing.Addition {
	w.owns(id, customer, service, 811, 7, quantity)
	return w.line(id, quantity)
}

// owns records ownership of an addition, which is there or not.
func (w *world) owns(id int, customer, service string, agreement, product int, quantity string) *plan.Owned {
	name, customer := in(customer)
	w.current.Owned = append(w.current.Owned, plan.Owned{
		Key: billing.Key{Source: name, Customer: customer, Service: service}, AdditionID: id, AgreementID: agreement, ProductID: product, Quantity: dec(quantity), Created: true,
	})
	return &w.current.Owned[len(w.current.Owned)-1]
}

func (w *world) accept(entries ...string) { w.policy.Accept = append(w.policy.Accept, entries...) }

func (w *world) desired() plan.Desired {
	var desired plan.Desired
	for _, name := range w.names {
		desired.Sources = append(desired.Sources, *w.sources[name])
	}
	return desired
}

func (w *world) plan() plan.Plan { return plan.Build(w.desired(), w.current, w.policy) }
