package ui

import (
	"context"

	"cwsync/syncer/billing"
	"cwsync/syncer/match"
	"cwsync/ui/report"
	"cwsync/ui/theme"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// readProducts is the name under which the desk remembers that the catalog was read.
const readProducts = "products"

// products is the step that says which service is billed as which product.
type products struct {
	desk  *desk
	state *productsState

	services  *picker // keys are places in the source's services
	catalog   *picker // keys are ConnectWise's ids
	inCatalog bool    // the catalog has the keys, not the services

	form    *settingsForm // open over the lists: the rules of a service, or a new product
	formOf  string        // id of the service that it is about
	draft   *productDraft // nil: the form is about rules
	sharing *sharing      // a product that another service has: how to merge; nil: not asked

	work     context.Context //nolint:containedctx // of what is under way; esc ends it
	stop     context.CancelFunc
	reading  bool // of the catalog
	progress chan int
	readings int    // how often reading began; what is left of an older one is dropped
	count    int    // products read so far
	failed   error  // why the catalog could not be read
	busy     string // what is being read; empty: nothing
	matching bool   // services and products are being compared
	asked    int    // how often tables were asked for; what is left of an older one is dropped

	stopMatch context.CancelFunc
	width     int // of the screen as it was last drawn
	round     int // of suggestions; what is older is dropped
}

// The messages of the step's own commands.
type (
	catalogMsg struct {
		reading int
		index   catalogIndex
		err     error
	}
	catalogProgressMsg struct{ read int }
	suggestedMsg       struct {
		round       int
		suggestions []match.Suggestion
	}
	tablesMsg struct {
		asked   int
		service string
		tables  billing.ProductTables
		err     error
	}
)

func newProducts(d *desk) step {
	p := &products{desk: d, services: newPicker(d.ctx), catalog: newPicker(d.ctx), stopMatch: func() {}}
	p.work, p.stop = context.WithCancel(d.ctx)
	return p
}

func (p *products) name() string { return "Products" }

// enter looks at the source as it is now, and reads what was not read yet.
func (p *products) enter() tea.Cmd {
	if p.state == nil {
		p.state = newProductsState(p.desk.profile.Kinds)
	}
	cmds := []tea.Cmd{p.takeSource()}
	if source := p.desk.current(); source != nil && !p.state.read {
		cmds = append(cmds, p.desk.readUsage(p.work))
	}
	if !p.desk.read[readProducts] {
		p.state.takeProducts(catalogIndex{}) // what was read through another connection may be another company's
		cmds = append(cmds, p.catalog.fill(nil), p.load())
	} else {
		cmds = append(cmds, p.suggest())
	}
	return tea.Batch(cmds...)
}

// takeSource looks at the source and its usage as they are now.
func (p *products) takeSource() tea.Cmd {
	source := p.desk.current()
	var usage billing.Usage
	read := false
	if source != nil {
		usage, read = p.desk.usage[source.Name]
	}
	p.state.take(source, usage, read)
	p.state.currency = p.desk.currency
	return p.list()
}

// list shows the services in their order.
func (p *products) list() tea.Cmd {
	rows := p.state.services()
	list := make([]pickRow, len(rows))
	for i, row := range rows {
		list[i] = pickRow{key: row.at, text: row.name + " " + row.id}
	}
	return p.services.fill(list)
}

// load reads the catalog in a command, with its progress.
func (p *products) load() tea.Cmd {
	if p.reading || p.desk.site == nil {
		return nil
	}
	p.reading, p.failed, p.count = true, nil, 0
	p.readings++
	p.progress = make(chan int, 1)
	ctx, catalog, progress, reading := p.work, p.desk.site.Catalog, p.progress, p.readings
	read := func() tea.Msg {
		defer close(progress)
		list, err := catalog.AllProducts(ctx, func(read int) { latest(progress, read) })
		if err != nil {
			return catalogMsg{reading: reading, err: err}
		}
		return catalogMsg{reading: reading, index: newCatalogIndex(list)}
	}
	return tea.Batch(read, awaitProgress(progress))
}

// latest puts a number into a channel of capacity one, in place of one that nobody took.
func latest(progress chan int, read int) {
	select {
	case <-progress:
	default:
	}
	progress <- read
}

func awaitProgress(progress <-chan int) tea.Cmd {
	return func() tea.Msg {
		if read, ok := <-progress; ok {
			return catalogProgressMsg{read}
		}
		return nil
	}
}

// suggest matches services and products in a command.
func (p *products) suggest() tea.Cmd {
	if p.state.source == nil || !p.state.known() {
		return nil
	}
	p.stopMatch()
	p.round++
	p.matching = true
	ctx, stop := context.WithCancel(p.desk.ctx)
	p.stopMatch = stop
	round, names, list, taken := p.round, p.state.named(), p.state.products, p.state.taken()
	return func() tea.Msg {
		defer stop()
		suggestions := match.Products(ctx, names, list, taken)
		if ctx.Err() != nil {
			return nil
		}
		return suggestedMsg{round, suggestions}
	}
}

func (p *products) update(msg tea.Msg) tea.Cmd {
	if p.state == nil {
		return nil // nothing was asked for yet
	}
	switch msg := msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg:
		return p.key(msg)
	case usageReadMsg:
		return tea.Batch(p.takeSource(), p.suggest())
	case catalogProgressMsg:
		p.count = msg.read
		return awaitProgress(p.progress)
	case catalogMsg:
		return p.loaded(msg)
	case suggestedMsg:
		if msg.round == p.round && p.matching {
			p.matching = false
			p.state.takeSuggestions(msg.suggestions)
			return p.favour()
		}
		return nil
	case tablesMsg:
		return p.openDraft(msg)
	case acceptMsg:
		return p.accept(msg.offers)
	case wantMsg:
		return p.want(p.state.service(msg.service), msg.to)
	case assignMsg:
		return p.confirmed(msg)
	}
	cmds := []tea.Cmd{p.services.update(msg), p.catalog.update(msg)}
	if p.form != nil {
		cmds = append(cmds, p.form.update(msg))
	}
	return tea.Batch(cmds...)
}

// loaded takes the catalog, or says why there is none.
func (p *products) loaded(msg catalogMsg) tea.Cmd {
	if msg.reading != p.readings {
		return nil
	}
	p.reading = false
	if p.failed = msg.err; msg.err != nil {
		return nil
	}
	return p.takeCatalog(msg.index)
}

func (p *products) takeCatalog(index catalogIndex) tea.Cmd {
	p.desk.products, p.desk.read[readProducts] = index.products, true
	p.state.takeProducts(index)
	return tea.Batch(p.catalog.fill(index.rows), p.suggest())
}

// marked is the service that is marked; nil when there is none.
func (p *products) marked() *billing.Service {
	at, ok := p.services.marked()
	if !ok || p.state == nil || p.state.source == nil || at >= len(p.state.source.Services) {
		return nil
	}
	return &p.state.source.Services[at]
}

// markedRow is the row of the service that is marked; false when there is none.
func (p *products) markedRow() (serviceRow, bool) {
	if service := p.marked(); service != nil {
		for _, row := range p.state.services() {
			if row.id == service.ID {
				return row, true
			}
		}
	}
	return serviceRow{}, false
}

func (p *products) status() string {
	switch {
	case p.state == nil:
		return ""
	case p.busy != "":
		return p.busy + " " + theme.Ellipsis + " esc stops it"
	case p.reading && p.count > 0:
		return "reading the catalog: " + report.Counted(p.count, "product", "products") + " " + theme.Ellipsis + " esc stops it"
	case p.reading:
		return "reading the catalog " + theme.Ellipsis + " esc stops it"
	case p.sharing != nil:
		return ""
	case p.draft != nil:
		return "nothing is written here: the next sync creates it"
	case p.form != nil:
		return "saved as it is changed"
	case p.matching:
		text := "comparing names with the catalog " + theme.Ellipsis
		if p.stops() {
			text += " esc stops it"
		}
		return text
	}
	if row, ok := p.markedRow(); ok && row.suggestion != nil {
		return "suggest " + row.why
	}
	if said := p.state.unbilled(); said != "" || p.inCatalog {
		return said
	}
	return thenOn(p.state.complete())
}

func (p *products) mark() mark {
	if current := p.desk.current(); p.state == nil || current == nil || p.state.source != current {
		return markOf(p.desk.servicesStored())
	}
	trouble := false
	for _, row := range p.state.services() {
		trouble = trouble || row.mark == serviceTrouble
	}
	done, all := p.state.mapped()
	switch {
	case trouble:
		return markAttention
	case all > 0 && done == all:
		return markDone
	}
	return markTodo
}

func (p *products) typing() bool {
	if p.form != nil {
		return p.form.typing()
	}
	return p.catalog.typing
}

// back takes one level of esc.
func (p *products) back() bool {
	switch {
	case p.reading || p.busy != "":
		p.cancel()
		return true
	case p.sharing != nil:
		p.sharing = nil
		return true
	case p.form != nil:
		if !p.form.back() {
			p.form, p.draft = nil, nil
		}
		return true
	case p.inCatalog:
		if !p.catalog.back() {
			p.inCatalog = false
		}
		return true
	case p.matching:
		p.stopMatch()
		p.matching = false
		return true
	}
	return false
}

// stops reports whether esc stops something before it goes back.
func (p *products) stops() bool {
	return p.reading || p.busy != "" || p.matching && !p.inCatalog && p.sharing == nil && p.form == nil
}

// cancel ends what is under way.
func (p *products) cancel() {
	p.stop()
	p.work, p.stop = context.WithCancel(p.desk.ctx)
	p.reading, p.busy = false, ""
	p.readings++
}

func (p *products) keys() []key.Binding {
	if p.state != nil && p.stops() {
		return append(p.ownKeys(), bind("esc", "stop"))
	}
	return p.ownKeys()
}

func (p *products) ownKeys() []key.Binding {
	switch {
	case p.state == nil || p.state.source == nil:
		return []key.Binding{bind("enter", "choose the usage")}
	case p.busy != "":
		return nil
	case p.sharing != nil:
		return []key.Binding{bind("enter", "take it"), bind("↑↓", "move")}
	case p.form != nil:
		return p.form.keys(p.settings())
	case p.inCatalog && p.catalog.typing:
		return append([]key.Binding{bind("enter", "assign")}, p.catalog.keys()...)
	case p.inCatalog:
		return append([]key.Binding{bind("enter", "assign"), bind("tab", "services")}, append(p.catalog.keys(), bind("n", "new product"), bind("r", "read again"))...)
	}
	keys := []key.Binding{bind("enter", "choose"), bind("g", "go on")}
	if row, ok := p.markedRow(); ok && row.suggestion != nil {
		keys = append(keys, bind("a", "accept"))
	}
	if len(p.state.offers()) > 1 {
		keys = append(keys, bind("A", "accept all"))
	}
	return append(keys, bind("/", "search"), bind("e", "price, tax"), bind("space", "on/off"), bind("n", "new product"), bind("x", "unassign"),
		bind("tab", "products"), bind("r", "read again"), bind("↑↓", "move"))
}
