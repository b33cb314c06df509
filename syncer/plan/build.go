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
	b.describeNewProducts()
	b.changeProducts()
	b.findUnknownClaims()
	b.addAbsent()
	b.group()
	rows := b.layRows()
	for _, g := range b.groups {
		b.decideGroup(g)
	}
	for _, s := range b.sources {
		b.holdSource(s)
		if !s.usage.NotRead && b.policy.wantsSource(s.name) {
			plan.Sources = append(plan.Sources, s.summary())
		}
	}
	b.holdWithProducts()
	b.holdMoved()
	for _, g := range b.groups {
		b.settle(g)
	}
	plan.Changes = withProducts(b.finish(rows), b.productRows())
	slices.Sort(b.notes)
	plan.Warnings = b.notes
	plan.Accepted, plan.Unused = b.accept.told(policy.Accept)
	return plan
}

// builder holds the indexes of one Build.
type builder struct {
	current Current
	policy  *Policy
	accept  acceptance
	leftOut map[string]bool

	sources    []*sourceState
	lines      []*line
	ordered    []*line // those in scope, sorted by key
	groups     []*group
	products   map[billing.ProductRef]*billing.Product
	agreements map[int]*billing.Agreement // as far as they were asked for
	lastAsked  struct {
		id        int
		agreement *billing.Agreement
		known     bool
	}
	lastRead struct {
		agreement int
		additions []billing.Addition
	}
	largeOnes   map[int]map[int]*billing.Addition   // the additions of large agreements by id, as far as they were asked for
	onAgreement map[int]map[int][]*billing.Addition // by agreement and product, as far as they were asked for
	owned       ownedKeys
	keyOf       []*ownedKey    // of each open ownership, in the order of current.Owned
	ownerOf     map[int]*Owned // open ownership by addition; made when it is first asked for
	endedOn     map[target]billing.Date
	endedByUs   map[int]billing.Date
	unknownOn   map[int]bool
	unknownKeys map[billing.Key]bool
	undone      map[billing.Key][]*Undone

	newProducts []*newProduct // by -1 − the id of the product that stands for it
	updates     []update      // of products that there are
	notes       []string      // warnings of the plan

	unknownClaims []unknownClaims // of sources whose lines are not known
	termsOf       knownTerms
}

// target is one product of one agreement: what a line bills.
type target struct{ agreement, product int }

func newBuilder(desired Desired, current Current, policy Policy) *builder {
	b := &builder{
		current: current, policy: &policy, accept: newAcceptance(policy.Accept), leftOut: map[string]bool{},
		products: map[billing.ProductRef]*billing.Product{}, agreements: make(map[int]*billing.Agreement, len(current.Agreements)),
		onAgreement: map[int]map[int][]*billing.Addition{}, largeOnes: map[int]map[int]*billing.Addition{}, endedOn: map[target]billing.Date{}, endedByUs: map[int]billing.Date{},
		unknownOn: map[int]bool{}, unknownKeys: map[billing.Key]bool{}, undone: map[billing.Key][]*Undone{},
	}
	for _, key := range policy.LeftOut {
		b.leftOut[key] = true
	}
	for i := range current.Products {
		product := &current.Products[i]
		b.products[billing.ProductRef{ID: product.ID}] = product
		b.products[billing.ProductRef{Identifier: product.Identifier}] = product
	}
	b.indexOwned()
	for _, u := range current.Unknown {
		if u.AgreementID == 0 {
			continue // of a product: it concerns those lines alone that need it
		}
		b.unknownOn[u.AgreementID] = true
		b.unknownKeys[u.Key] = true
	}
	for i := range current.Undone {
		mark := &current.Undone[i]
		b.undone[mark.Key] = append(b.undone[mark.Key], mark)
	}
	for i := range desired.Sources {
		b.sources = append(b.sources, newSourceState(&desired.Sources[i]))
	}
	b.findNewProducts()
	return b
}

// layRows makes room for one row of every line in scope, sorted by key.
func (b *builder) layRows() []Change {
	b.ordered = make([]*line, 0, len(b.lines))
	for _, l := range b.lines {
		if l.inScope {
			b.ordered = append(b.ordered, l)
		}
	}
	sortLines(b.ordered)
	rows := make([]Change, len(b.ordered))
	for i, l := range b.ordered {
		l.change = &rows[i]
	}
	return rows
}

// finish notes what the rows were decided by and who shares them, and adds the rows of lines that have more than one: where an old line ends
// beside the one that takes its place.
func (b *builder) finish(rows []Change) []Change {
	more := 0
	for _, l := range b.ordered {
		b.noteTerms(l)
		b.noteFollows(l)
		l.noteMembers()
		more += len(l.endings)
		if l.dated != nil {
			more++
		}
	}
	if more == 0 {
		return rows
	}
	all := make([]Change, 0, len(rows)+more)
	for _, l := range b.ordered {
		all = l.appendRows(all)
	}
	return all
}

// appendRows appends the line's rows in the order in which they are written. A row of step 1 waits for the row right before it.
func (l *line) appendRows(rows []Change) []Change {
	step := 0
	for i := range l.endings {
		l.endings[i].Step = step
		rows = append(rows, l.endings[i])
		step = 1
	}
	l.change.Step = step
	if l.dated != nil {
		return append(rows, l.beginRow(), l.endRow())
	}
	return append(rows, *l.change)
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

// sortLines sorts by the written key. It compares eight bytes at once where keys begin to differ: comparing whole texts took a third of the
// time of a plan.
func sortLines(lines []*line) {
	type entry struct {
		head uint64
		line *line
	}
	if len(lines) < 2 {
		return
	}
	shared := len(lines[0].text)
	for _, l := range lines[1:] {
		shared = sharedPrefix(l.text[:min(shared, len(l.text))], lines[0].text)
	}
	entries := make([]entry, len(lines))
	for i, l := range lines {
		entries[i] = entry{head(l.text[shared:]), l}
	}
	slices.SortFunc(entries, func(x, y entry) int {
		switch {
		case x.head < y.head:
			return -1
		case x.head > y.head:
			return 1
		}
		return compareLines(x.line, y.line)
	})
	for i := range entries {
		lines[i] = entries[i].line
	}
}

// compareLines orders by the written key; lines of one key, which only a faulty reader gives, by their place.
func compareLines(x, y *line) int {
	if order := strings.Compare(x.text, y.text); order != 0 || x.usage == nil || y.usage == nil {
		return order
	}
	return x.usage.Place - y.usage.Place
}

// head is the first eight bytes as a number that sorts as the text does; keys hold no zero bytes.
func head(text string) uint64 {
	var number uint64
	for i := range 8 {
		number <<= 8
		if i < len(text) {
			number |= uint64(text[i])
		}
	}
	return number
}

func sharedPrefix(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}
