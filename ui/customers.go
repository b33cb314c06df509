package ui

import (
	"context"
	"fmt"
	"time"

	"cwsync/syncer/billing"
	"cwsync/ui/report"
	"cwsync/ui/theme"

	tea "charm.land/bubbletea/v2"
)

// customersStep is the step that links customers to companies and agreements: by their names where that is certain, else by hand.
type customersStep struct {
	desk  *desk
	state *customersState
	site  *Site // that what was read is of

	types   []billing.AgreementType // nil: not read
	refined bool                    // agreements of all types were matched with
	turns   int                     // counts tasks that were begun
	pending map[customersTask]int   // which of them are waited for; what others bring is dropped
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

	typeAt     int            // of the types, which is marked; -1: none yet
	named      map[string]int // customer → company that is named like it; nil: not matched with all types
	link       linkPage
	services   servicesPage
	hidden     *picker // of hidden companies
	export     *exportPage
	exporting  bool
	exports    int // how many were begun
	stopExport context.CancelFunc
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
	customersTurnMsg struct{}
	// linkedMsg links a customer as it is proposed, after somebody confirmed it.
	linkedMsg struct{ customer string }
	// exactLinkedMsg links all exact ones.
	exactLinkedMsg struct{}
	// unlinkedMsg takes a link away.
	unlinkedMsg struct{ customer string }
)

func newCustomers(d *desk) step {
	c := &customersStep{desk: d, state: newCustomersState(), pending: map[customersTask]int{}, failed: map[customersTask]error{},
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
		c.state, c.site, c.types, c.mode = newCustomersState(), c.desk.site, nil, modeCustomers
		return tea.Batch(c.open(), c.begin(), c.spin())
	}
	if c.state.name != from.Name {
		c.types = nil // the type of this source is remembered by itself
		c.state.typeID, c.mode = 0, modeCustomers
		return tea.Batch(c.open(), c.begin(), c.spin())
	}
	c.halted = false
	return tea.Batch(c.open(), c.proceed(), c.spin())
}

// open lists the customers as usage and set-up have them now.
func (c *customersStep) open() tea.Cmd {
	from := c.desk.current()
	if from == nil {
		return nil
	}
	c.state.Open(c.desk.document, from.Name, c.desk.usage[from.Name])
	if c.state.Groups()[groupUnmatched] > 0 {
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
	case usageReadMsg:
		return tea.Batch(c.usageRead(msg), c.spin())
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
	case forgottenMsg:
		return c.forgotten(msg.customer)
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
	return tea.Tick(customersTurn, func(time.Time) tea.Msg { return customersTurnMsg{} })
}

// busy reports whether anything is on the screen that turns.
func (c *customersStep) busy() bool { return c.waiting() || c.link.busy || c.exporting }

// changed saves the set-up and says what was done.
func (c *customersStep) changed(said string) tea.Cmd {
	notice := noticeMsg{text: said}
	if done := c.complete(); done != "" {
		notice.text, notice.next = said+"; "+done, goesOn
	}
	return tea.Batch(c.desk.save(), send(notice))
}

// complete says that nothing is left to do here; empty while something is.
func (c *customersStep) complete() string {
	counts := c.state.Groups()
	switch {
	case len(c.state.list) == 0 || c.state.Unbilled() != "" || counts[groupBroken] > 0 || c.mode != modeCustomers || c.rows.typing:
		return ""
	case counts[groupOff] > 0:
		return "every customer with usage is linked or switched off"
	}
	return "every customer with usage is linked"
}

func (c *customersStep) status() string {
	switch {
	case c.desk.site == nil || c.desk.current() == nil:
		return ""
	case c.exporting:
		return "reading contacts and writing the files " + theme.Ellipsis + c.stopSaid()
	case c.mode == modeTypes && c.typeAt < 0:
		return "counting the agreements of each type " + theme.Ellipsis + c.stopSaid()
	case c.waiting():
		return c.reading() + " " + theme.Ellipsis + c.stopSaid()
	case c.halted:
		return "the reading was stopped; r reads again"
	}
	if left := c.state.Unbilled(); left != "" {
		return left
	}
	return thenOn(c.complete())
}

// stops reports whether esc stops something before it goes back.
func (c *customersStep) stops() bool {
	switch c.mode {
	case modeTypes:
		return c.typeAt < 0
	case modeCustomers:
		return !c.rows.typing && c.rows.query == "" && (c.exporting || c.waiting())
	}
	return false
}

// stopSaid follows what is under way, where esc stops it.
func (c *customersStep) stopSaid() string {
	if c.stops() {
		return " esc stops it"
	}
	return ""
}

// reading names the first thing that is waited for.
func (c *customersStep) reading() string {
	for task := range taskOthers {
		if c.pending[task] != 0 {
			if task == taskMatch {
				return "comparing names"
			}
			return "reading " + task.String()
		}
	}
	return ""
}

func (c *customersStep) mark() mark {
	counts := c.state.Groups()
	switch from := c.desk.current(); {
	case from == nil || c.state.name != from.Name || len(c.state.list) == 0:
		return markOf(c.desk.customersStored())
	case !c.state.matched && counts[groupUnmatched] > 0:
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
		if c.search().query == "" {
			c.mode = modeCustomers
		} else {
			c.search().ask("") // what is listed without a search is there already, so no command comes of it
		}
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
	case modeTypes:
		if c.typeAt < 0 {
			c.halt() // the counting; what is counted stays
			return true
		}
		c.mode = modeCustomers
		return true
	case modeServices:
		c.mode = modeCustomers
		return true
	}
	if c.rows.back() {
		return true
	}
	if c.exporting {
		c.stopExport()
		c.exporting = false
		return true
	}
	if c.waiting() {
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
		if billing.ClassOf(err) == billing.ClassUnset { // a failure of ConnectWise says itself what was being done
			text = fmt.Sprintf("%s: %s", task, text)
		}
		if hint != "" {
			text += "; " + hint
		}
		texts = append(texts, text+"; r tries again")
	}
	return texts
}
