package ui

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"cwsync/syncer/billing"
	"cwsync/ui/report"
	"cwsync/ui/theme"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// customersStep is the step that links customers to companies and agreements: by their names where that is certain, else by hand.
type customersStep struct {
	desk  *desk
	state *customersState
	site  *Site // that what was read is of

	types   []billing.AgreementType // nil: not read
	refined bool                    // agreements of all types were matched with
	round   int                     // counts readings: what comes of an older one is dropped
	pending map[customersTask]bool
	failed  map[customersTask]error
	halted  bool // somebody stopped the reading
	turn    int  // of the spinner
	turning bool
	work    context.Context //nolint:containedctx // of the commands under way; esc ends it
	stop    context.CancelFunc

	mode   customersMode
	rows   *picker // of customers
	shown  []int   // places in the state's list, by row
	filter customersFilter

	typeAt    int
	link      linkPage
	services  servicesPage
	hidden    *picker // of hidden companies
	export    *exportPage
	exporting bool
}

// customersMode is what of the step is on the screen.
type customersMode int

const (
	modeCustomers customersMode = iota
	modeTypes
	modeCompany   // linking by hand: which company
	modeAgreement // and which of its agreements
	modeServices
	modeHidden
	modeExport
)

// customersTurn is how fast the sign of what is being read turns.
const customersTurn = 120 * time.Millisecond

// Messages of the step to itself.
type (
	customersTurnMsg struct{ round int }
	// linkedMsg links a customer as it is proposed, after somebody confirmed it.
	linkedMsg struct{ customer string }
	// exactLinkedMsg links all exact ones.
	exactLinkedMsg struct{}
	// unlinkedMsg takes a link away.
	unlinkedMsg struct{ customer string }
)

func newCustomers(d *desk) step {
	c := &customersStep{desk: d, state: newCustomersState(), pending: map[customersTask]bool{}, failed: map[customersTask]error{},
		rows: newPicker(d.ctx), hidden: newPicker(d.ctx)}
	c.link.companies, c.link.every = newPicker(d.ctx), newPicker(d.ctx)
	c.work, c.stop = context.WithCancel(d.ctx)
	return c
}

func (c *customersStep) name() string { return "Customers" }

// enter shows the customers of the source that is worked on, and reads what is not known.
func (c *customersStep) enter() tea.Cmd {
	if c.desk.only != nil { // one customer was updated by itself: from here on all are meant again
		c.desk.only, c.desk.draft = nil, nil
	}
	from := c.desk.current()
	if from == nil || c.desk.site == nil {
		return nil
	}
	if c.site != c.desk.site {
		name := c.state.name
		c.state, c.site, c.types = newCustomersState(), c.desk.site, nil
		c.state.name, c.mode = name, modeCustomers
		return tea.Batch(c.open(), c.begin(), c.spin())
	}
	if c.state.name != from.Name {
		c.types = nil // the type of this source is remembered by itself
		c.state.typeID, c.mode = 0, modeCustomers
		return tea.Batch(c.open(), c.begin(), c.spin())
	}
	return tea.Batch(c.open(), c.proceed(), c.spin())
}

// open lists the customers as usage and set-up have them now.
func (c *customersStep) open() tea.Cmd {
	from := c.desk.current()
	if from == nil {
		return nil
	}
	count := len(c.state.list)
	c.state.Open(c.desk.document, from.Name, c.desk.usage[from.Name])
	if len(c.state.list) != count {
		c.state.matched, c.refined = false, false // new ones are to be matched too
	}
	return c.list()
}

func (c *customersStep) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg:
		return tea.Batch(c.key(msg), c.spin())
	case customersReadMsg:
		return tea.Batch(c.take(msg), c.spin())
	case customersTurnMsg:
		c.turning = false
		c.turn++
		return c.spin()
	case companyAgreementsMsg:
		c.takeAgreements(msg)
		return nil
	case linkedMsg:
		return c.accepted(msg.customer)
	case exactLinkedMsg:
		return c.changed("linked " + report.Counted(c.state.AcceptExact(), "customer", "customers"))
	case unlinkedMsg:
		if c.state.Unlink(msg.customer) {
			return c.changed("unlinked; enter links it anew")
		}
		return nil
	case exportedMsg:
		return c.exported(msg)
	case replaceMsg:
		return c.write(msg.files, true)
	}
	return tea.Batch(c.rows.update(msg), c.hidden.update(msg), c.link.companies.update(msg), c.link.every.update(msg))
}

// spin turns the sign of what is being read.
func (c *customersStep) spin() tea.Cmd {
	if c.turning || !c.busy() {
		return nil
	}
	c.turning = true
	round := c.round
	return tea.Tick(customersTurn, func(time.Time) tea.Msg { return customersTurnMsg{round} })
}

// busy reports whether anything is on the screen that turns.
func (c *customersStep) busy() bool { return c.waiting() || c.link.busy || c.exporting }

// changed saves the set-up and says what was done.
func (c *customersStep) changed(said string) tea.Cmd {
	return tea.Batch(c.desk.save(), send(noticeMsg{text: said}))
}

// key takes a key or a paste.
func (c *customersStep) key(msg tea.Msg) tea.Cmd {
	press, isKey := msg.(tea.KeyPressMsg)
	name := ""
	if isKey {
		name = press.String()
	}
	switch {
	case c.desk.site == nil:
		if name == "enter" {
			return send(gotoMsg{placeConnect})
		}
		return nil
	case c.desk.current() == nil:
		if name == "enter" {
			return send(gotoMsg{placeUsage})
		}
		return nil
	}
	switch c.mode {
	case modeTypes:
		return c.typesKey(name)
	case modeCompany:
		return c.companyKey(name, msg)
	case modeAgreement:
		return c.agreementKey(name)
	case modeServices:
		return c.servicesKey(name)
	case modeHidden:
		_, cmd := c.hidden.key(msg)
		return cmd
	case modeExport:
		return c.exportKey(msg)
	}
	if name == "enter" || !c.rows.typing {
		if cmd, taken := c.customersKey(name); taken {
			return cmd
		}
	}
	_, cmd := c.rows.key(msg)
	return cmd
}

// customersKey takes a key of the list of customers that is no text; taken is false for one that means nothing here.
func (c *customersStep) customersKey(name string) (cmd tea.Cmd, taken bool) {
	switch name {
	case "t":
		if len(c.types) > 0 {
			c.openTypes()
		}
		return nil, true
	case "r":
		return c.again(), true
	case "f":
		c.filter = (c.filter + 1) % customersFilters
		c.state.Arrange()
		return c.list(), true
	case "h":
		return c.openHidden(), true
	case "e":
		return c.openExport(), true
	case "A":
		return c.acceptExact(), true
	case "g":
		return send(nextMsg{}), true
	}
	one := c.marked()
	if one == nil {
		return nil, false
	}
	switch name {
	case "enter":
		return c.openLink(one), true
	case "a":
		return c.accept(one), true
	case "x":
		return c.unlink(one), true
	case "space":
		return c.toggle(one), true
	case "s":
		c.services = servicesPage{customer: one.id}
		c.mode = modeServices
		return nil, true
	case "u":
		return c.syncOne(one), true
	}
	return nil, false
}

// again reads everything of ConnectWise's side anew.
func (c *customersStep) again() tea.Cmd {
	c.state.Forget()
	c.types = nil
	c.state.matched = false
	delete(c.desk.read, "companies")
	return c.begin()
}

// accept links the marked customer as it is proposed. A likeness is asked about, since names that are only alike may be two companies.
func (c *customersStep) accept(one *customer) tea.Cmd {
	if one.group == groupExact {
		c.rows.move("down")
		return c.accepted(one.id)
	}
	if one.group == groupChoice && one.proposal.Agreement != 0 && c.state.taken(one) == "" {
		company, agreement := c.state.parties(one.proposal.Company, one.proposal.Agreement)
		return send(askMsg{title: "Link " + one.label() + " to " + company + "?", yes: "link it", then: send(linkedMsg{one.id}),
			lines: []string{"Agreement: " + agreement, "It is not certain: " + one.proposal.Reason}})
	}
	why := errTwoFit
	switch one.group {
	case groupOff:
		why = errOff
	case groupLinked, groupBroken:
		why = errLinked
	case groupNoCompany, groupNoAgreement, groupUnmatched:
		why = errNoMatch
	}
	return send(noticeMsg{text: one.label() + ": " + why.Error()})
}

func (c *customersStep) accepted(id string) tea.Cmd {
	if err := c.state.Accept(id); err != nil {
		return send(noticeMsg{text: "not linked: " + err.Error(), bad: true})
	}
	one := c.state.Find(id)
	return c.changed("linked " + one.label() + " to " + c.state.linkText(c.state.linkOf(id)))
}

func (c *customersStep) acceptExact() tea.Cmd {
	count := c.state.Groups()[groupExact]
	if count == 0 {
		return send(noticeMsg{text: "there is nothing exact to accept"})
	}
	return send(askMsg{title: "Link " + report.Counted(count, "customer", "customers") + "?", yes: "link " + report.Count(count), then: send(exactLinkedMsg{}),
		lines: []string{
			"Each has one company of exactly its name, and that has one running agreement of type " + report.Plain(c.typeName(c.state.typeID)) + ".",
			"Links that are there stay as they are. Nothing is written to ConnectWise; x takes a link away again.",
		}})
}

func (c *customersStep) unlink(one *customer) tea.Cmd {
	entry := c.state.linkOf(one.id)
	if entry == nil || !entry.Linked() {
		return send(noticeMsg{text: one.label() + " is not linked"})
	}
	return send(askMsg{title: "Unlink " + one.label() + "?", yes: "unlink it", then: send(unlinkedMsg{one.id}),
		lines: []string{
			"It is linked to " + c.state.linkText(entry) + ".",
			"Its usage is not billed any more. What cwsync wrote stays in ConnectWise as it is: such lines are held in Review until you release them.",
			"Its services, prices and discount stay in the set-up.",
		}})
}

func (c *customersStep) toggle(one *customer) tea.Cmd {
	if c.state.Toggle(one.id) {
		return c.changed(one.label() + " is synced again")
	}
	return c.changed(one.label() + " is switched off: nothing of it is written, its link stays")
}

// syncOne opens Review for one customer alone.
func (c *customersStep) syncOne(one *customer) tea.Cmd {
	switch one.group {
	case groupLinked, groupBroken:
	case groupOff:
		return send(noticeMsg{text: one.label() + ": " + errOff.Error()})
	default:
		return send(noticeMsg{text: one.label() + " is not linked yet"})
	}
	c.desk.only, c.desk.draft = []string{one.id}, nil
	return send(gotoMsg{placeReview})
}

func (c *customersStep) status() string {
	switch {
	case c.desk.site == nil || c.desk.current() == nil:
		return ""
	case c.exporting:
		return "writing the files " + theme.Ellipsis
	case c.waiting():
		return c.reading() + " " + theme.Ellipsis + " esc stops it"
	case c.halted:
		return "the reading was stopped; r reads again"
	}
	if left := c.state.Unbilled(); left != "" {
		return left
	}
	if len(c.state.list) == 0 {
		return ""
	}
	return "every customer with usage is linked"
}

// reading names the first thing that is waited for.
func (c *customersStep) reading() string {
	for task := range taskOthers {
		if c.pending[task] {
			if task == taskMatch {
				return "comparing names"
			}
			return "reading " + task.String()
		}
	}
	return ""
}

func (c *customersStep) keys() []key.Binding {
	switch {
	case c.desk.site == nil:
		return []key.Binding{bind("enter", "connect first")}
	case c.desk.current() == nil:
		return []key.Binding{bind("enter", "choose usage first")}
	}
	switch c.mode {
	case modeTypes:
		return []key.Binding{bind("enter", "choose"), bind("↑↓", "move")}
	case modeCompany:
		return c.companyKeys()
	case modeAgreement:
		return c.agreementKeys()
	case modeServices:
		return []key.Binding{bind("space", "on/off"), bind("↑↓", "move"), bind("enter", "done")}
	case modeHidden:
		return c.hidden.keys()
	case modeExport:
		return c.export.form.keys()
	}
	if c.rows.typing {
		return append([]key.Binding{bind("enter", "choose")}, c.rows.keys()...)
	}
	all := c.state.Groups()[groupExact]
	exact := bind("A", "accept all exact ones")
	if all > 0 {
		exact = bind("A", "accept all "+strconv.Itoa(all))
	}
	exact.SetEnabled(all > 0)
	return []key.Binding{
		bind("enter", "choose"), bind("a", "accept"), exact, bind("space", "on/off"), bind("f", "filter"), bind("g", "go on"), bind("/", "search"),
		bind("u", "update this one now"), bind("s", "services on/off"), bind("x", "unlink"), bind("t", "agreement type"), bind("h", "hidden companies"),
		bind("e", "export companies and agreements"), bind("r", "read again"), bind("↑↓", "move"), bind("pgup pgdn", "a screen up or down"),
	}
}

func (c *customersStep) mark() mark {
	counts := c.state.Groups()
	switch {
	case len(c.state.list) == 0 || !c.state.matched && counts[groupUnmatched] > 0:
		return markTodo
	case c.state.Unbilled() != "" || counts[groupBroken] > 0:
		return markAttention
	}
	return markDone
}

func (c *customersStep) typing() bool {
	switch c.mode {
	case modeCustomers:
		return c.rows.typing
	case modeCompany:
		return c.search().typing
	case modeHidden:
		return c.hidden.typing
	case modeExport:
		return c.export.form.editing
	}
	return false
}

// back takes one level of esc: a search, what is open, a reading.
func (c *customersStep) back() bool {
	switch c.mode {
	case modeCompany:
		if c.search().back() {
			return true
		}
		c.mode = modeCustomers
		return true
	case modeAgreement:
		c.leaveAgreements()
		return true
	case modeHidden:
		if !c.hidden.back() {
			c.mode = modeCustomers
		}
		return true
	case modeExport:
		if c.export.form.editing {
			c.export.form.edit(false)
			return true
		}
		c.mode = modeCustomers
		return true
	case modeTypes, modeServices:
		c.mode = modeCustomers
		return true
	}
	if c.rows.back() {
		return true
	}
	if c.exporting || c.waiting() {
		c.halt()
		return true
	}
	return false
}

// problems are why something could not be read, the most important first.
func (c *customersStep) problems() []string {
	var texts []string
	for task := range customersTasks {
		err := c.failed[task]
		if err == nil {
			continue
		}
		text, hint := explain(err)
		text = fmt.Sprintf("%s: %s", task, text)
		if hint != "" {
			text += "; " + hint
		}
		texts = append(texts, text+"; r tries again")
	}
	return texts
}
