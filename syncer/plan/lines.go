package plan

import (
	"fmt"

	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

// line is one usage line, or one owned addition without a usage line.
type line struct {
	key      billing.Key
	text     string // the key's written form
	source   *sourceState
	usage    *billing.UsageLine // nil: absent
	service  *billing.Service   // nil: not in the set-up
	customer *billing.Customer  // nil: not in the set-up
	product  *billing.Product   // nil: not known
	target   target             // zero: bills nothing
	owned    *Owned             // nil: nothing of ours
	count    decimal.Decimal    // what the source counted, after bundles
	covered  decimal.Decimal    // what bundles cover of it
	stop     Code               // why the line is not billed; empty for one that is
	inScope  bool
	carried  bool // its addition is carried by a merged line of another key

	change Change
	ending *Change // the old line's row when the mapping moved
	dated  *datedChange
}

// readSource makes the lines of one source.
func (b *builder) readSource(s *sourceState) {
	s.held, s.problem = b.unreadable(s)
	usage := s.usage.Usage.Lines
	if s.held == SourceFailed || s.held == SourceEmpty {
		usage = nil
	}
	s.lines = make([]*line, 0, len(usage))
	block := make([]line, len(usage)) // one allocation for all lines of the source
	for i := range usage {
		l := &block[i]
		l.usage = &usage[i]
		b.addLine(s, l, billing.Key{Source: s.name, Customer: usage[i].CustomerID, Service: usage[i].ServiceID})
		b.classify(l)
	}
	if s.bundles {
		s.coverByBundles()
	}
}

// unreadable says why no line of the source may be trusted.
func (b *builder) unreadable(s *sourceState) (Code, string) {
	switch {
	case s.usage.NotRead, !s.rules.Sync:
		return "", ""
	case s.usage.Problem != "":
		return SourceFailed, s.usage.Problem
	case len(s.usage.Usage.Lines) == 0:
		return SourceEmpty, "the source gave no usage lines at all: nothing is changed until it gives some"
	}
	for i := range s.usage.Usage.Lines {
		usage := &s.usage.Usage.Lines[i]
		if service := s.services[usage.ServiceID]; service != nil {
			if _, ok := count(service, usage); !ok {
				return SourceFailed, fmt.Sprintf("line %d: service %s is billed by the count %q, which the line does not have",
					usage.Place, usage.ServiceID, service.Basis)
			}
		}
	}
	return "", ""
}

func (b *builder) addLine(s *sourceState, l *line, key billing.Key) {
	l.key, l.text, l.source = key, key.String(), s
	l.service, l.customer = s.services[key.Service], s.customers[key.Customer]
	if owned := b.ownedByKey[key]; len(owned) > 0 {
		l.owned = owned[0]
		b.lineOf[l.owned] = l
	}
	l.inScope = b.policy.wants(key)
	b.lines = append(b.lines, l)
	s.lines = append(s.lines, l)
}

// classify finds what the line bills, or why it bills nothing.
func (b *builder) classify(l *line) {
	if l.service != nil && !l.service.Product.IsZero() {
		l.product = b.products[l.service.Product]
	}
	if l.product != nil && l.customer != nil && l.customer.Linked() {
		l.target = target{l.customer.Agreement, l.product.ID}
	}
	if l.usage != nil && l.service != nil {
		l.count, _ = count(l.service, l.usage)
	}
	switch {
	case l.switchedOff():
		l.stop = SyncOff
	case l.customer == nil || !l.customer.Linked():
		l.stop = UnlinkedCustomer
	case l.service == nil || l.service.Product.IsZero():
		l.stop = UnmappedService
	case l.usage != nil && !l.source.rules.Bills(l.usage.Status):
		l.stop = StatusNotBilled
	case l.usage == nil && !l.source.rules.Complete:
		l.stop = NotInUsage
	case l.product == nil || l.product.Class == billing.BundleClass:
		l.stop = ProductMissing
	case l.product.Inactive:
		l.stop = ProductInactive
	}
}

func (l *line) switchedOff() bool {
	return !l.source.rules.Sync || (l.customer != nil && !l.customer.Sync) || (l.service != nil && !l.service.Sync) ||
		(len(l.source.off) > 0 && l.source.off[[2]string{l.key.Customer, l.key.Service}])
}

// addAbsent makes a line of every owned addition that no usage line speaks of.
func (b *builder) addAbsent() {
	byName := make(map[string]*sourceState, len(b.sources))
	seen := make(map[billing.Key]bool, len(b.lines))
	for _, s := range b.sources {
		byName[s.name] = s
	}
	for _, l := range b.lines {
		seen[l.key] = true
	}
	for i := range b.current.Owned {
		owned := &b.current.Owned[i]
		if !owned.Ended.IsZero() || seen[owned.Key] {
			continue
		}
		seen[owned.Key] = true
		s := byName[owned.Key.Source]
		if s == nil {
			s = newSourceState(&SourceUsage{Rules: &billing.Source{Name: owned.Key.Source, Sync: true}, NotRead: true})
			byName[owned.Key.Source] = s
		}
		l := &line{}
		b.addLine(s, l, owned.Key)
		b.classify(l)
	}
}

// coverByBundles takes from each member of a bundle what the customer's bundles cover of it.
func (s *sourceState) coverByBundles() {
	bundlesOf := map[string][]string{} // service → the bundles that include it
	for _, service := range s.rules.Services {
		for _, member := range service.Includes {
			bundlesOf[member] = append(bundlesOf[member], service.ID)
		}
	}
	byKey := make(map[[2]string]*line, len(s.lines))
	for _, l := range s.lines {
		byKey[[2]string{l.key.Customer, l.key.Service}] = l
	}
	settled := map[*line]bool{}
	var settle func(l *line)
	settle = func(l *line) {
		if settled[l] {
			return
		}
		settled[l] = true
		for _, bundle := range bundlesOf[l.key.Service] {
			over := byKey[[2]string{l.key.Customer, bundle}]
			if over == nil || over.stop != "" {
				continue
			}
			settle(over)
			if over.count.Sign() > 0 {
				l.covered = l.covered.Add(billed(over.service.Quantity, over.count))
			}
			l.covered = l.covered.Add(over.covered)
		}
		l.covered = decimal.Min(l.covered, l.count)
		l.count = l.count.Sub(l.covered)
	}
	for _, l := range s.lines {
		settle(l)
	}
}
