package plan

import (
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
	extra    []*Owned           // further open additions of this key
	count    decimal.Decimal    // what the source counted, after bundles
	covered  decimal.Decimal    // what bundles cover of it
	catalog  bool               // its price, cost or tax flag are decided by the catalog's
	priced   bool               // its price is the catalog's, or made of the catalog's cost
	becomes  *billing.Product   // what this plan makes of the product; nil: it stays as it is
	stop     Code               // why the line is not billed; empty for one that is
	inScope  bool
	carried  bool // its addition is carried by a merged line of another key
	group    *group

	change  *Change  // its row; nil out of scope
	endings []Change // rows of old lines that end before this one goes on
	dated   *datedChange
}

// readSource makes the lines of one source.
func (b *builder) readSource(s *sourceState) {
	s.held, s.problem = s.unreadable()
	usage := s.usage.Usage.Lines
	if s.held != "" {
		usage = nil
	}
	s.lines = make([]*line, 0, len(usage))
	if b.lines == nil {
		b.lines = make([]*line, 0, max(len(usage), len(b.current.Owned)))
	}
	block := make([]line, len(usage)) // one allocation for all lines of the source
	for i := range usage {
		l := &block[i]
		l.usage = &usage[i]
		b.addLine(s, l, billing.Key{Source: s.name, Customer: usage[i].CustomerID, Service: usage[i].ServiceID})
	}
	if s.bundles {
		s.coverByBundles()
	}
}

func (b *builder) addLine(s *sourceState, l *line, key billing.Key) {
	l.key, l.text, l.source = key, key.String(), s
	l.service = s.services[key.Service]
	if n := len(s.lines); n > 0 && s.lines[n-1].key.Customer == key.Customer {
		l.customer = s.lines[n-1].customer // lines of one customer mostly follow each other
	} else {
		l.customer = s.customers[key.Customer]
	}
	if of := b.owned.find(key); of != nil && of.line == nil {
		l.owned, l.extra = of.main, of.extra
		of.line = l
	}
	l.inScope = b.policy.wants(key)
	b.lines = append(b.lines, l)
	s.lines = append(s.lines, l)
	b.classify(l)
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
	case l.usage == nil && (!l.source.rules.Complete || l.source.usage.NotRead):
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

// claims reports whether the line wants its product of its agreement for itself.
func (l *line) claims() bool { return l.usage != nil && l.stop == "" }

// does reports whether applying the line's rows changes anything, in ConnectWise or in what is ours.
func (l *line) does() bool {
	return l.change.Action.Writes() || l.change.Adopts || len(l.change.Releases) > 0 || len(l.endings) > 0
}

// addAbsent makes a line of every owned addition that no usage line speaks of.
func (b *builder) addAbsent() {
	byName := make(map[string]*sourceState, len(b.sources))
	for _, s := range b.sources {
		byName[s.name] = s
	}
	for i := range b.current.Owned {
		owned := &b.current.Owned[i]
		if !owned.Ended.IsZero() || b.keyOf[i].line != nil {
			continue
		}
		s := byName[owned.Key.Source]
		if s == nil {
			s = newSourceState(&SourceUsage{Rules: &billing.Source{Name: owned.Key.Source, Sync: true}, NotRead: true})
			s.gone = true
			byName[owned.Key.Source] = s
		}
		b.addLine(s, &line{}, owned.Key)
	}
}
