package plan_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
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

// rule is one rule of the contract: a world and the rows that must come of it.
type rule struct {
	name  string
	given func(w *world)
	want  string // rows as show writes them, one a line
}

func checkRules(t *testing.T, rules []rule) {
	t.Helper()
	seen := map[string]bool{}
	for _, r := range rules {
		if seen[r.name] {
			t.Errorf("two rules are called %q", r.name)
		}
		seen[r.name] = true
		t.Run(r.name, func(t *testing.T) {
			w := newWorld()
			r.given(w)
			p := w.plan()
			checkRows(t, &p, r.want)
			checkSound(t, w, &p)
		})
	}
}

func checkRows(t *testing.T, p *plan.Plan, want string) {
	t.Helper()
	var rows []string
	for i := range p.Changes {
		rows = append(rows, show(&p.Changes[i]))
	}
	var wanted []string
	for _, line := range strings.Split(want, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			wanted = append(wanted, line)
		}
	}
	if !slices.Equal(rows, wanted) {
		t.Errorf("rows:\n  %s\nwanted:\n  %s", strings.Join(rows, "\n  "), strings.Join(wanted, "\n  "))
	}
}

// show writes a row as tests expect it, without what is absent:
// `1001/mbx update usage_rose #5 adopts quantity 10→12 delta 8 USD`.
func show(c *plan.Change) string {
	var b strings.Builder
	b.WriteString(strings.TrimPrefix(c.Key.String(), "mail/"))
	fmt.Fprintf(&b, " %s %s", c.Action, c.Code)
	if c.Addition.ID != 0 {
		fmt.Fprintf(&b, " #%d", c.Addition.ID)
	}
	if c.Adopts {
		b.WriteString(" adopts")
	}
	b.WriteString(values("", c.Before, c.After))
	b.WriteString(values("wanted ", plan.Values{}, c.Wanted))
	if !c.MonthlyDelta.IsZero() {
		fmt.Fprintf(&b, " delta %s %s", c.MonthlyDelta, c.Currency)
	}
	if c.Into != nil {
		b.WriteString(" into " + strings.TrimPrefix(c.Into.String(), "mail/"))
	}
	if c.Step != 0 {
		fmt.Fprintf(&b, " step %d", c.Step)
	}
	if len(c.Releases) > 0 {
		fmt.Fprintf(&b, " releases %v", c.Releases)
	}
	if c.Accepted {
		b.WriteString(" accepted")
	}
	return b.String()
}

func values(word string, before, after plan.Values) string {
	text := ""
	number := func(name string, x, y decimal.NullDecimal) {
		switch {
		case x.Valid && y.Valid:
			text += fmt.Sprintf(" %s%s %s→%s", word, name, x.Decimal, y.Decimal)
		case y.Valid:
			text += fmt.Sprintf(" %s%s %s", word, name, y.Decimal)
		}
	}
	number("quantity", before.Quantity, after.Quantity)
	number("price", before.UnitPrice, after.UnitPrice)
	number("cost", before.UnitCost, after.UnitCost)
	if after.Taxable != nil {
		text += fmt.Sprintf(" %staxable %t", word, *after.Taxable)
	}
	if !after.Effective.IsZero() {
		text += " " + word + "from " + after.Effective.String()
	}
	if !after.Cancelled.IsZero() {
		if !before.Cancelled.IsZero() {
			text += " was until " + before.Cancelled.String()
		}
		text += " " + word + "until " + after.Cancelled.String()
	}
	return text
}

// checkSound is true of every plan: sorted, each reason a sentence a person can act on, holds that write nothing, every usage line and every owned
// addition named once.
func checkSound(t tb, w *world, p *plan.Plan) {
	t.Helper()
	for i := range p.Changes {
		c := &p.Changes[i]
		if i > 0 && strings.Compare(p.Changes[i-1].Key.String(), c.Key.String()) > 0 {
			t.Errorf("%s comes after %s", c.Key, p.Changes[i-1].Key)
		}
		if c.Reason == "" || strings.HasSuffix(c.Reason, ".") || strings.ToLower(c.Reason[:1]) != c.Reason[:1] {
			t.Errorf("%s: reason %q does not start in lower case and end without a full stop", c.Key, c.Reason)
		}
		if c.Action == "" || c.Code == "" {
			t.Errorf("%s has no action or no code", show(c))
		}
		if !c.Action.Writes() && !c.After.IsZero() {
			t.Errorf("%s does not write and has values to write", show(c))
		}
		if c.Action == plan.Hold && (len(c.Releases) > 0 || c.Accepted) {
			t.Errorf("%s is held and would still do something", show(c))
		}
		if c.Action.Writes() && c.Action != plan.Create && c.Addition.ID == 0 {
			t.Errorf("%s writes to no addition", show(c))
		}
	}
	checkUsageOnce(t, w, p)
	checkOwnedOnce(t, w, p)
}

// checkUsageOnce looks for each usage line in scope: exactly one row of its key that is not the end of another addition beside it.
func checkUsageOnce(t tb, w *world, p *plan.Plan) {
	t.Helper()
	lines, rows := map[string]int{}, map[string]int{}
	for _, s := range w.sources {
		for _, usage := range s.Usage.Lines {
			key := billing.Key{Source: s.Rules.Name, Customer: usage.CustomerID, Service: usage.ServiceID}
			if len(w.policy.Sources)+len(w.policy.Customers) == 0 {
				lines[key.String()]++
			}
		}
	}
	beside := func(c *plan.Change) bool {
		return c.Action == plan.Cancel && c.Code != plan.UsageZero && c.Code != plan.UsageEnded
	}
	for i := range p.Changes {
		if !beside(&p.Changes[i]) {
			rows[p.Changes[i].Key.String()]++
		}
	}
	for key, n := range lines {
		s := w.sources[strings.SplitN(key, "/", 2)[0]]
		failed := s != nil && s.Rules.Sync && slices.ContainsFunc(p.Sources, func(sum plan.SourceSummary) bool { return sum.Name == s.Rules.Name && sum.Held == plan.SourceFailed })
		if rows[key] != n && !failed {
			t.Errorf("%d usage lines of %s have %d rows", n, key, rows[key])
		}
	}
}

// checkOwnedOnce looks for each open owned addition: exactly one row names it as its addition or lets go of it.
func checkOwnedOnce(t tb, w *world, p *plan.Plan) {
	t.Helper()
	named := map[int]int{}
	for i := range p.Changes {
		c := &p.Changes[i]
		if c.Addition.ID != 0 {
			named[c.Addition.ID]++
		}
		for _, id := range c.Releases {
			named[id]++
		}
	}
	perKey := map[billing.Key]int{}
	for _, owned := range w.current.Owned {
		if owned.Ended.IsZero() {
			perKey[owned.Key]++
		}
	}
	for _, owned := range w.current.Owned {
		filtered := len(w.policy.Sources)+len(w.policy.Customers) > 0
		if !owned.Ended.IsZero() || perKey[owned.Key] > 1 || (filtered && named[owned.AdditionID] == 0) {
			continue
		}
		if named[owned.AdditionID] != 1 {
			t.Errorf("our addition %d is named by %d rows", owned.AdditionID, named[owned.AdditionID])
		}
	}
}

// tb is what checks need of a test, be it an ordinary one or a property.
type tb interface {
	Helper()
	Errorf(format string, args ...any)
}
