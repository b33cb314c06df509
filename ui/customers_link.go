package ui

import (
	"context"
	"slices"
	"unicode/utf8"

	"cwsync/syncer/billing"
	"cwsync/ui/report"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// minCompanyQuery is how many letters a search for a company begins with: fewer fit thousands.
const minCompanyQuery = 3

// linkPage is where a customer is linked by hand.
type linkPage struct {
	customer  string  // its id
	companies *picker // of those that are offered
	every     *picker // of all, hidden ones too
	all       bool    // hidden ones are offered too
	likely    []likelyCompany
	at        int         // of likely
	open      map[int]int // company → how many running agreements of the type it has

	company    int // that was chosen
	agreements []billing.Agreement
	cursor     int
	busy       bool // its agreements are being read
	err        error
	round      int
	stop       context.CancelFunc
}

// likelyCompany is a company that is offered before anything is searched.
type likelyCompany struct {
	id  int
	why string
}

// companyAgreementsMsg is all agreements of one company.
type companyAgreementsMsg struct {
	round      int
	company    int
	agreements []billing.Agreement
	err        error
}

// offer gives the searches for companies what they look through. Places in the index are the rows of the one for all.
func (c *customersStep) offer() tea.Cmd {
	index := c.state.companies
	rowOf := func(company *billing.Company) pickRow {
		return pickRow{key: company.ID, text: company.Name + " " + company.Identifier}
	}
	every := make([]pickRow, len(index.all))
	visible := make([]pickRow, 0, len(index.all))
	hidden := make([]pickRow, 0, len(index.hidden))
	next := 0
	for i := range index.all {
		every[i] = rowOf(&index.all[i])
		if next < len(index.hidden) && index.hidden[next] == i {
			next++
			hidden = append(hidden, every[i])
		} else {
			visible = append(visible, every[i])
		}
	}
	c.link.companies.least, c.link.every.least = minCompanyQuery, minCompanyQuery
	return tea.Batch(c.link.companies.fill(visible), c.link.every.fill(every), c.hidden.fill(hidden))
}

// search is the search for companies that is on the screen.
func (c *customersStep) search() *picker {
	if c.link.all {
		return c.link.every
	}
	return c.link.companies
}

// searched reports whether enough letters are typed for a search.
func (c *customersStep) searched() bool {
	return utf8.RuneCountInString(c.search().query) >= minCompanyQuery
}

// openLink begins linking a customer by hand.
func (c *customersStep) openLink(one *customer) tea.Cmd {
	if c.state.companies == nil {
		if c.waiting() {
			return send(noticeMsg{text: "the companies are still being read"})
		}
		return send(noticeMsg{text: "the companies were not read; r reads them", bad: true})
	}
	page := &c.link
	page.customer, page.at, page.all = one.id, 0, false
	page.likely = c.state.Likely(one.id)
	page.open = c.state.RunningByCompany()
	c.mode = modeCompany
	c.search().typing = true
	return tea.Batch(page.companies.ask(""), page.every.ask(""))
}

func (c *customersStep) companyKey(name string, msg tea.Msg) tea.Cmd {
	search, page := c.search(), &c.link
	switch {
	case name == "enter":
		return c.chooseCompany()
	case name == "tab":
		page.all = !page.all
		other := c.search()
		other.typing = search.typing
		search.typing = false
		return other.ask(search.query)
	case !c.searched() && (name == "up" || name == "ctrl+p"):
		page.at = max(page.at-1, 0)
		return nil
	case !c.searched() && (name == "down" || name == "ctrl+n"):
		page.at = max(min(page.at+1, len(page.likely)-1), 0)
		return nil
	}
	_, cmd := search.key(msg)
	return cmd
}

// chooseCompany goes on to the agreements of the marked company.
func (c *customersStep) chooseCompany() tea.Cmd {
	page := &c.link
	id := 0
	if c.searched() {
		id, _ = c.search().marked()
	} else if page.at < len(page.likely) {
		id = page.likely[page.at].id
	}
	company := c.state.company(id)
	switch {
	case company == nil:
		return nil
	case company.Deleted:
		return send(noticeMsg{text: report.Plain(company.Name) + " is in ConnectWise's recycle bin: restore it there first"})
	}
	page.company, page.cursor, page.err = id, 0, nil
	c.mode = modeAgreement
	return c.readCompanyAgreements()
}

// readCompanyAgreements reads the agreements of the chosen company, unless they are known.
func (c *customersStep) readCompanyAgreements() tea.Cmd {
	page := &c.link
	if list, ok := c.state.Agreements(page.company); ok {
		page.agreements = list
		c.markLinked()
		return nil
	}
	page.agreements, page.busy, page.err = nil, true, nil
	page.round++
	ctx, stop := context.WithCancel(c.desk.ctx)
	page.stop = stop
	directory, round, company := c.desk.site.Directory, page.round, page.company
	return func() tea.Msg {
		defer stop()
		list, err := directory.AgreementsOfCompany(ctx, company)
		return companyAgreementsMsg{round, company, list, err}
	}
}

// takeAgreements shows what was read, unless somebody went elsewhere meanwhile.
func (c *customersStep) takeAgreements(msg companyAgreementsMsg) {
	page := &c.link
	if msg.round != page.round || !page.busy {
		return
	}
	page.busy, page.err = false, msg.err
	if msg.err != nil {
		return
	}
	c.state.SetCompanyAgreements(msg.company, msg.agreements)
	page.agreements, _ = c.state.Agreements(msg.company)
	c.markLinked()
}

// markLinked puts the cursor on the agreement that the customer is linked to, if it is there.
func (c *customersStep) markLinked() {
	if entry := c.state.linkOf(c.link.customer); entry != nil {
		c.link.cursor = max(slices.IndexFunc(c.link.agreements, func(a billing.Agreement) bool { return a.ID == entry.Agreement }), 0)
	}
}

// leaveAgreements goes back to the companies.
func (c *customersStep) leaveAgreements() {
	page := &c.link
	if page.busy {
		page.stop()
		page.round++
		page.busy = false
	}
	c.mode = modeCompany
}

func (c *customersStep) agreementKey(name string) tea.Cmd {
	page := &c.link
	if moveMark(&page.cursor, name, len(page.agreements)) {
		return nil
	}
	switch name {
	case "r":
		if !page.busy {
			delete(c.state.byCompany, page.company)
			return c.readCompanyAgreements()
		}
	case "enter":
		if page.cursor < len(page.agreements) {
			return c.linkTo(&page.agreements[page.cursor])
		}
	}
	return nil
}

// linkTo links the customer to an agreement of the chosen company.
func (c *customersStep) linkTo(agreement *billing.Agreement) tea.Cmd {
	page := &c.link
	one, entry := c.state.Find(page.customer), c.state.linkOf(page.customer)
	if one == nil {
		c.mode = modeCustomers
		return nil
	}
	before := 0
	if entry != nil {
		before = entry.Agreement
	}
	if err := c.state.Link(page.customer, page.company, agreement.ID); err != nil {
		return send(noticeMsg{text: err.Error(), bad: true})
	}
	c.mode = modeCustomers
	said := "linked " + one.label() + " to " + c.state.linkText(c.state.linkOf(page.customer))
	if before != 0 && before != agreement.ID {
		said += "; what cwsync wrote on the other agreement is held in Review until you release it"
	}
	return c.changed(said)
}

func (c *customersStep) companyKeys() []key.Binding {
	hidden := "hidden ones too"
	if c.link.all {
		hidden = "no hidden ones"
	}
	keys := []key.Binding{bind("enter", "its agreements"), bind("tab", hidden)}
	return append(keys, c.search().keys()...)
}

func (c *customersStep) agreementKeys() []key.Binding {
	if c.link.busy {
		return []key.Binding{bind("esc", "stop")}
	}
	if len(c.link.agreements) == 0 {
		return []key.Binding{bind("r", "read again")}
	}
	return []key.Binding{bind("enter", "link"), bind("↑↓", "move"), bind("r", "read again")}
}
