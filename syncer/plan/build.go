package plan

import (
	"maps"
	"slices"
	"strings"

	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

// Build makes the plan: one row for every usage line and every owned addition that the policy asks for, sorted by key. The caller fills in
// who and when (ID, Profile, Created, SetupDigest).
func Build(desired Desired, current Current, policy Policy) Plan {
	b := newBuilder(desired, current, policy)
	plan := Plan{Today: current.Today}
	for _, s := range b.sources {
		b.readSource(s)
	}
	b.addAbsent()
	b.group()
	for _, g := range b.groups {
		b.decideGroup(g)
	}
	for _, s := range b.sources {
		b.holdSource(s)
		if !s.usage.NotRead && b.policy.wantsSource(s.name) {
			plan.Sources = append(plan.Sources, s.summary())
		}
	}
	plan.Changes = b.rows()
	plan.Warnings = b.warnings()
	return plan
}

// builder holds the indexes of one Build.
type builder struct {
	current Current
	policy  *Policy
	accept  acceptance
	leftOut map[string]bool

	sources     []*sourceState
	lines       []*line
	groups      []*group
	products    map[billing.ProductRef]*billing.Product
	additions   map[int]*billing.Addition
	onTarget    map[target][]*billing.Addition
	ownedByKey  map[billing.Key][]*Owned
	ownerOf     map[int]*Owned // open ownership by addition
	lineOf      map[*Owned]*line
	endedOn     map[target]billing.Date
	endedByUs   map[int]billing.Date
	unknownOn   map[int]bool
	unknownKeys map[billing.Key]bool
	undone      map[billing.Key]*Undone
}

// sourceState is one source while it is planned.
type sourceState struct {
	name      string
	rules     *billing.Source // nil: the source is no longer in the set-up
	usage     *SourceUsage
	services  map[string]*billing.Service
	customers map[string]*billing.Customer
	off       map[[2]string]bool // customer and service that services_off names
	bundles   bool
	lines     []*line
	held      Code
	problem   string
}

// target is one product of one agreement: what a line bills.
type target struct{ agreement, product int }

func newBuilder(desired Desired, current Current, policy Policy) *builder {
	b := &builder{
		current: current, policy: &policy, accept: newAcceptance(policy.Accept), leftOut: map[string]bool{},
		products: map[billing.ProductRef]*billing.Product{}, endedOn: map[target]billing.Date{}, endedByUs: map[int]billing.Date{},
		unknownOn: map[int]bool{}, unknownKeys: map[billing.Key]bool{}, undone: map[billing.Key]*Undone{},
		lineOf: map[*Owned]*line{},
	}
	for _, key := range policy.LeftOut {
		b.leftOut[key] = true
	}
	for i := range current.Products {
		product := &current.Products[i]
		b.products[billing.ProductRef{ID: product.ID}] = product
		b.products[billing.ProductRef{Identifier: product.Identifier}] = product
	}
	b.indexAdditions()
	b.indexOwned()
	for _, u := range current.Unknown {
		b.unknownOn[u.AgreementID] = true
		b.unknownKeys[u.Key] = true
	}
	for i := range current.Undone {
		b.undone[current.Undone[i].Key] = &current.Undone[i]
	}
	for i := range desired.Sources {
		b.sources = append(b.sources, newSourceState(&desired.Sources[i]))
	}
	return b
}

func (b *builder) indexAdditions() {
	total := 0
	for _, additions := range b.current.Additions {
		total += len(additions)
	}
	b.additions = make(map[int]*billing.Addition, total)
	b.onTarget = make(map[target][]*billing.Addition, total)
	for agreement, additions := range b.current.Additions {
		for i := range additions {
			addition := &additions[i]
			b.additions[addition.ID] = addition
			at := target{agreement, addition.ProductID}
			b.onTarget[at] = append(b.onTarget[at], addition)
		}
	}
}

func (b *builder) indexOwned() {
	b.ownedByKey = make(map[billing.Key][]*Owned, len(b.current.Owned))
	b.ownerOf = make(map[int]*Owned, len(b.current.Owned))
	for i := range b.current.Owned {
		owned := &b.current.Owned[i]
		if !owned.Ended.IsZero() {
			at := target{owned.AgreementID, owned.ProductID}
			b.endedOn[at] = billing.Latest(b.endedOn[at], owned.Ended)
			b.endedByUs[owned.AdditionID] = owned.Ended
			continue
		}
		b.ownedByKey[owned.Key] = append(b.ownedByKey[owned.Key], owned)
		b.ownerOf[owned.AdditionID] = owned
	}
}

func newSourceState(usage *SourceUsage) *sourceState {
	rules := usage.Rules
	s := &sourceState{
		name: rules.Name, rules: rules, usage: usage,
		services:  make(map[string]*billing.Service, len(rules.Services)),
		customers: make(map[string]*billing.Customer, len(rules.Customers)),
		off:       map[[2]string]bool{},
	}
	for i := range rules.Services {
		s.services[rules.Services[i].ID] = &rules.Services[i]
		s.bundles = s.bundles || len(rules.Services[i].Includes) > 0
	}
	for i := range rules.Customers {
		customer := &rules.Customers[i]
		s.customers[customer.ID] = customer
		for _, service := range customer.ServicesOff {
			s.off[[2]string{customer.ID, service}] = true
		}
	}
	return s
}

func (s *sourceState) summary() SourceSummary {
	customers := make(map[string]bool, len(s.customers))
	for i := range s.usage.Usage.Lines {
		customers[s.usage.Usage.Lines[i].CustomerID] = true
	}
	return SourceSummary{
		Name: s.name, AsOf: s.usage.Usage.AsOf, Digest: s.usage.Usage.Digest, Customers: len(customers),
		Lines: len(s.usage.Usage.Lines), Held: s.held, Problem: s.problem,
	}
}

// rows are the changes of all lines in scope, sorted by key.
func (b *builder) rows() []Change {
	lines := make([]*line, 0, len(b.lines))
	for _, l := range b.lines {
		if l.inScope {
			lines = append(lines, l)
		}
	}
	slices.SortStableFunc(lines, func(x, y *line) int { return strings.Compare(x.text, y.text) })
	changes := make([]Change, 0, len(lines))
	for _, l := range lines {
		changes = append(changes, b.finish(l)...)
	}
	return changes
}

// finish gives the rows of one line: usually one, two where an old line ends beside the new one.
func (b *builder) finish(l *line) []Change {
	change := &l.change
	if b.leftOut[l.text] && (change.Action.Writes() || change.Action == Hold) {
		change.hold(LeftOut, "left out by the reviewer")
		change.Action = Skip
	}
	switch {
	case change.Action == Hold, change.Code == LeftOut:
		change.Releases = nil
		return []Change{*change}
	case l.dated != nil:
		return l.datedRows()
	case l.ending != nil:
		change.Step = 1
		return []Change{*l.ending, *change}
	}
	return []Change{*change}
}

func (b *builder) warnings() []string {
	var warnings []string
	for _, entry := range b.policy.Accept {
		if !b.accept.used[entry] {
			warnings = append(warnings, "--accept "+entry+": nothing that may be accepted is held under this name")
		}
	}
	return warnings
}

func (p *Policy) wantsSource(name string) bool {
	return len(p.Sources) == 0 || slices.Contains(p.Sources, name)
}

func (p *Policy) wants(key billing.Key) bool {
	return p.wantsSource(key.Source) && (len(p.Customers) == 0 || slices.Contains(p.Customers, key.Customer))
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func set(value decimal.Decimal) decimal.NullDecimal {
	return decimal.NullDecimal{Decimal: value, Valid: true}
}
