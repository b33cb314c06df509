package ui

import (
	"strconv"

	"cwsync/ui/report"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

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
	case "d":
		return c.forget(one), true
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
	if c.suggested(one) {
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

// suggested reports whether one company and agreement are proposed that a person may accept, though the name is only alike.
func (c *customersStep) suggested(one *customer) bool {
	return one.group == groupChoice && one.proposal.Company != 0 && one.proposal.Agreement != 0 && c.state.taken(one) == ""
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
	said := one.label() + " is switched off: nothing of it is written"
	if entry := c.state.linkOf(one.id); entry != nil && entry.Linked() {
		said += ", its link stays"
	}
	return c.changed(said)
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

func (c *customersStep) keys() []key.Binding {
	if c.desk.site != nil && c.desk.current() != nil && c.stops() {
		return append(c.ownKeys(), bind("esc", "stop"))
	}
	return c.ownKeys()
}

func (c *customersStep) ownKeys() []key.Binding {
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
	count := c.state.Groups()[groupExact]
	exact, accept, unlink, update := bind("A", "accept all "+strconv.Itoa(count)), bind("a", "accept"), bind("x", "unlink"), bind("u", "update this one now")
	exact.SetEnabled(count > 0)
	one := c.marked()
	linked := one != nil && (one.group == groupLinked || one.group == groupBroken)
	accept.SetEnabled(one != nil && (one.group == groupExact || c.suggested(one)))
	unlink.SetEnabled(linked)
	update.SetEnabled(linked)
	forget := bind("d", "forget")
	forget.SetEnabled(c.marked() != nil && c.state.gone(c.marked()))
	return []key.Binding{
		bind("enter", "choose"), bind("g", "go on"), accept, exact, forget, bind("space", "on/off"), bind("f", "filter"), bind("/", "search"), update, unlink,
		bind("s", "services on/off"), bind("t", "agreement type"), bind("h", "hidden companies"), bind("e", "export companies and agreements"),
		bind("r", "read again"), bind("↑↓", "move; pgup, pgdn, home and end too"),
	}
}
