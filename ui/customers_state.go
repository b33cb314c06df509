package ui

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"cwsync/syncer/billing"
	"cwsync/syncer/match"
	"cwsync/syncer/setup"
	"cwsync/syncer/source"
	"cwsync/ui/report"

	"github.com/shopspring/decimal"
)

// customersState is the customers of one source, what ConnectWise has for them, and how they are linked. It knows no Bubble Tea and does no I/O;
// what it changes is the set-up, which whoever calls it has to save.
type customersState struct {
	document *setup.Document
	name     string       // of the source
	today    billing.Date // in the profile's time zone; zero: not known yet
	typeID   int          // the agreement type that is matched with; 0: none chosen

	list    []customer     // by group and name, as they were last arranged
	place   map[string]int // id → place in list
	entry   map[string]int // id → place among the source's customers in the set-up
	counts  [customerGroups]int
	matched bool   // proposals are there
	named   bool   // the usage was read and names somebody
	left    string // what unlinked customers leave unbilled

	companies  *companyIndex // nil: not read
	agreements map[int]*billing.Agreement
	byType     map[int][]billing.Agreement // as read
	byCompany  map[int][]billing.Agreement // as read, of all types
	takers     map[int][]string            // agreement → ids of the customers that are linked to it, sorted
}

// customer is one customer of a source: of its usage, of the set-up, or of both.
type customer struct {
	id, name string // as the source says them; name may be empty
	domain   string
	fold     string // the label, for sorting
	serial   int    // tells it from the others while usage and set-up are the same
	uses     []customerUse
	proposal match.Proposal
	group    customerGroup
}

// label is what stands for a customer on the screen.
func (c *customer) label() string { return report.Plain(cmp.Or(c.name, c.id)) }

// customerUse is what one customer uses of one service.
type customerUse struct {
	service, name string // id, and how people call it
	unit          string
	quantity      decimal.Decimal // the count that is billed, in unit
	billed        bool            // the status of the line is one that is billed
}

// customerGroup is what there is to do about a customer.
type customerGroup int

// The groups, in the order in which they are listed: what wants a person first.
const (
	groupExact       customerGroup = iota // one company of its name with one running agreement: to be accepted
	groupBroken                           // linked to what cannot be billed
	groupChoice                           // something fits, and a person has to say whether or which
	groupNoAgreement                      // the company has no running agreement of the type
	groupNoCompany                        // no company is named like it
	groupUnmatched                        // not linked, and not matched yet
	groupLinked
	groupOff
	customerGroups
)

// Errors of what a person asked for.
var (
	errLinked   = errors.New("it is linked already; x unlinks it first")
	errOff      = errors.New("it is switched off; space switches it on")
	errNoMatch  = errors.New("nothing is proposed for it; enter looks for a company")
	errTwoFit   = errors.New("more than one fits; enter shows them")
	errNobody   = errors.New("there is no such customer")
	errUnknown  = errors.New("this agreement was not read")
	errNotTheir = errors.New("this agreement is of another company")
)

func newCustomersState() *customersState {
	return &customersState{place: map[string]int{}, entry: map[string]int{}, agreements: map[int]*billing.Agreement{},
		byType: map[int][]billing.Agreement{}, byCompany: map[int][]billing.Agreement{}, takers: map[int][]string{}}
}

// Open takes the set-up and the usage of one of its sources. What was read from ConnectWise stays, and so do proposals for the same customers.
func (s *customersState) Open(document *setup.Document, name string, usage billing.Usage) {
	if s.name != name {
		s.matched = false
	}
	known := map[string]match.Proposal{}
	for i := range s.list {
		if s.name == name {
			known[s.list[i].id] = s.list[i].proposal
		}
	}
	s.document, s.name, s.named = document, name, len(usage.Lines) > 0
	s.list, s.place, s.entry = nil, map[string]int{}, map[string]int{}
	if from := s.source(); from != nil {
		s.gather(from, usage)
	}
	for i := range s.list {
		s.list[i].proposal = known[s.list[i].id]
		s.list[i].fold = strings.ToLower(s.list[i].label())
	}
	s.Arrange()
}

// source is the source as the set-up has it now; nil when it has none of this name.
func (s *customersState) source() *billing.Source {
	if s.document == nil {
		return nil
	}
	for i := range s.document.Sources {
		if s.document.Sources[i].Name == s.name {
			return &s.document.Sources[i]
		}
	}
	return nil
}

// gather lists the customers of usage and set-up, each once.
func (s *customersState) gather(from *billing.Source, usage billing.Usage) {
	add := func(id, name string) *customer {
		at, ok := s.place[id]
		if !ok {
			at = len(s.list)
			s.place[id] = at
			s.list = append(s.list, customer{id: id, serial: at})
		}
		c := &s.list[at]
		if c.name == "" {
			c.name = source.CleanName(name)
		}
		return c
	}
	services := map[string]*billing.Service{}
	for i := range from.Services {
		services[from.Services[i].ID] = &from.Services[i]
	}
	for i := range usage.Lines {
		line := &usage.Lines[i]
		c := add(line.CustomerID, line.CustomerName)
		c.domain = cmp.Or(c.domain, line.Domain)
		c.use(line, services[line.ServiceID], from.Bills(line.Status))
	}
	for i := range from.Customers {
		s.entry[from.Customers[i].ID] = i
		add(from.Customers[i].ID, from.Customers[i].Name)
	}
}

// use counts a usage line in.
func (c *customer) use(line *billing.UsageLine, service *billing.Service, billed bool) {
	quantity, name := line.Quantity, line.ServiceName
	if service != nil {
		name = cmp.Or(name, service.Name)
		if count, ok := line.Counts[service.Basis]; ok {
			quantity = count
		}
	}
	for i := range c.uses {
		if u := &c.uses[i]; u.service == line.ServiceID && u.billed == billed {
			u.quantity = u.quantity.Add(quantity)
			return
		}
	}
	c.uses = append(c.uses, customerUse{service: line.ServiceID, name: report.Plain(cmp.Or(name, line.ServiceID)), unit: report.Plain(line.Unit),
		quantity: quantity, billed: billed})
}

// Forget makes everything of ConnectWise's side be read again; what is known stays until it is.
func (s *customersState) Forget() {
	clear(s.byType)
	clear(s.byCompany)
}

// SetAgreements takes all agreements of one type as they were read.
func (s *customersState) SetAgreements(typeID int, agreements []billing.Agreement) {
	for id, known := range s.agreements {
		if known.TypeID == typeID {
			delete(s.agreements, id) // it may be gone
		}
	}
	s.byType[typeID] = agreements
	s.learn(agreements)
}

// SetCompanyAgreements takes all agreements of one company as they were read.
func (s *customersState) SetCompanyAgreements(company int, agreements []billing.Agreement) {
	s.byCompany[company] = agreements
	s.learn(agreements)
}

func (s *customersState) learn(agreements []billing.Agreement) {
	for i := range agreements {
		s.agreements[agreements[i].ID] = &agreements[i]
	}
	s.judge()
}

// SetProposals takes what matching answered. Customers stay where they are in the list until it is arranged.
func (s *customersState) SetProposals(proposals []match.Proposal) {
	s.matched = true
	for _, proposal := range proposals {
		if at, ok := s.place[proposal.Customer]; ok {
			s.list[at].proposal = proposal
		}
	}
	s.judge()
}

// Choose makes an agreement type the one that is matched with. What was proposed for another one is forgotten.
func (s *customersState) Choose(typeID int) {
	s.typeID, s.matched = typeID, false
	for i := range s.list {
		s.list[i].proposal = match.Proposal{}
	}
	s.judge()
}

// Arrange lists the customers by group and name.
func (s *customersState) Arrange() {
	s.judge()
	slices.SortStableFunc(s.list, func(a, b customer) int {
		return cmp.Or(cmp.Compare(a.group, b.group), cmp.Compare(a.fold, b.fold), cmp.Compare(a.id, b.id))
	})
	for i := range s.list {
		s.place[s.list[i].id] = i
	}
}

// company is a company by its id; nil when it is not there, or not read.
func (s *customersState) company(id int) *billing.Company {
	if s.companies == nil {
		return nil
	}
	return s.companies.byID[id]
}

// Groups counts the customers of each group.
func (s *customersState) Groups() [customerGroups]int { return s.counts }

// Find is the customer of an id; nil when there is none.
func (s *customersState) Find(id string) *customer {
	if at, ok := s.place[id]; ok {
		return &s.list[at]
	}
	return nil
}

// linkOf is the customer's entry in the set-up; nil when it has none.
func (s *customersState) linkOf(id string) *billing.Customer {
	if at, ok := s.entry[id]; ok {
		return &s.source().Customers[at]
	}
	return nil
}

// ensure is linkOf for what is about to be changed: a customer that the set-up does not have yet is added as new ones are.
func (s *customersState) ensure(c *customer) *billing.Customer {
	if entry := s.linkOf(c.id); entry != nil {
		return entry
	}
	from := s.source()
	from.Customers = append(from.Customers, setup.NewCustomer(c.id, c.name))
	s.entry[c.id] = len(from.Customers) - 1
	return &from.Customers[len(from.Customers)-1]
}

// Accept links a customer as matching proposes it. It never touches a link that is there.
func (s *customersState) Accept(id string) error {
	c := s.Find(id)
	switch {
	case c == nil:
		return errNobody
	case c.group == groupOff:
		return errOff
	case c.group == groupLinked, c.group == groupBroken:
		return errLinked
	case c.proposal.Company == 0:
		return errNoMatch
	case c.proposal.Agreement == 0:
		return errTwoFit
	}
	return s.Link(id, c.proposal.Company, c.proposal.Agreement)
}

// AcceptExact links all customers that have exactly one company of their name with exactly one running agreement, and says how many these were.
func (s *customersState) AcceptExact() int {
	accepted := 0
	for i := range s.list {
		if c := &s.list[i]; c.group == groupExact {
			s.link(c, c.proposal.Company, c.proposal.Agreement)
			accepted++
		}
	}
	s.judge()
	return accepted
}

// Link links a customer to a company and one of its agreements, in the place of the link that it has. An agreement that cannot be billed is refused.
func (s *customersState) Link(id string, company, agreement int) error {
	c, target := s.Find(id), s.agreements[agreement]
	switch {
	case c == nil:
		return errNobody
	case target == nil:
		return errUnknown
	case target.CompanyID != company:
		return errNotTheir
	}
	if why := s.unfit(target); why != "" {
		return fmt.Errorf("%s %s, so usage cannot be billed on it", report.Plain(target.Name), why)
	}
	s.link(c, company, agreement)
	s.judge()
	return nil
}

func (s *customersState) link(c *customer, company, agreement int) {
	entry := s.ensure(c)
	if entry.Agreement != agreement {
		entry.Additions = nil // they are lines of the other agreement
	}
	entry.Company, entry.Agreement = company, agreement
}

// Unlink takes a customer's link away; all else that the set-up says of it stays. It reports whether there was a link.
func (s *customersState) Unlink(id string) bool {
	entry := s.linkOf(id)
	if entry == nil || !entry.Linked() {
		return false
	}
	entry.Company, entry.Agreement = 0, 0
	s.judge()
	return true
}

// Toggle switches a customer off or on again, and reports which.
func (s *customersState) Toggle(id string) (on bool) {
	c := s.Find(id)
	if c == nil {
		return false
	}
	entry := s.ensure(c)
	entry.Sync = !entry.Sync
	s.judge()
	return entry.Sync
}
