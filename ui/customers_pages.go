package ui

import (
	"slices"
	"strconv"
	"strings"

	"cwsync/syncer/billing"
	"cwsync/ui/report"
	"cwsync/ui/theme"

	tea "charm.land/bubbletea/v2"
)

// openTypes shows the agreement types, with the chosen one marked; where none is chosen, the likely one as soon as it is known.
func (c *customersStep) openTypes() {
	c.mode = modeTypes
	c.typeAt = slices.IndexFunc(c.types, func(kind billing.AgreementType) bool { return kind.ID == c.state.typeID })
}

// markType marks the type that is likely the one, unless one is marked: when all is counted, or nobody waits for it any more.
func (c *customersStep) markType() {
	if c.mode == modeTypes && c.typeAt < 0 && len(c.pending) == 0 {
		c.typeAt = c.likelyType()
	}
}

// likelyType is the place of the type that most customers have a running agreement of; of equal ones that with the most running agreements.
func (c *customersStep) likelyType() int {
	best, most, mostRunning := 0, 0, 0
	for i := range c.types {
		running, customers := c.countType(c.types[i].ID)
		if customers > most || customers == most && running > mostRunning {
			best, most, mostRunning = i, customers, running
		}
	}
	return best
}

// countType counts the running agreements of a type, and the customers that are named like a company which has one.
func (c *customersStep) countType(id int) (running, customers int) {
	has := map[int]bool{}
	list := c.state.byType[id]
	for i := range list {
		if c.state.unfit(&list[i]) == "" {
			running++
			has[list[i].CompanyID] = true
		}
	}
	for _, company := range c.named {
		if has[company] {
			customers++
		}
	}
	return running, customers
}

func (c *customersStep) typesKey(name string) tea.Cmd {
	if moveMark(&c.typeAt, name, len(c.types)) || name != "enter" {
		return nil
	}
	if c.typeAt < 0 {
		return send(noticeMsg{text: "the agreements of each type are still being counted; ↑↓ mark one before that is done"})
	}
	c.mode = modeCustomers
	if c.typeAt < len(c.types) {
		return c.chooseType(c.types[c.typeAt].ID)
	}
	return nil
}

// moveMark moves the mark of a short list by a key, within its rows; false for a key that moves nothing. A mark of -1 is none yet.
func moveMark(at *int, name string, rows int) bool {
	switch name {
	case "up", "k":
		*at--
	case "down", "j":
		*at++
	case "home":
		*at = 0
	case "end":
		*at = rows
	default:
		return false
	}
	*at = max(min(*at, rows-1), 0)
	return true
}

// chooseType matches with another agreement type, and remembers it for this source.
func (c *customersStep) chooseType(id int) tea.Cmd {
	if id == c.state.typeID && c.state.matched {
		return nil
	}
	c.state.Choose(id)
	c.refined, c.halted = false, false
	for _, task := range []customersTask{taskAgreements, taskMatch, taskRefine} {
		delete(c.pending, task) // what of the other type still comes is not waited for
		delete(c.failed, task)
	}
	note := c.desk.note(noteAgreementType+c.state.name, strconv.Itoa(id))
	return tea.Batch(note, c.proceed())
}

func (c *customersStep) typesView(width, height int) string {
	t := c.desk.theme
	head := paragraph(t, theme.Normal, "", "Which type of agreement is this usage billed on? A customer is linked by itself only where its company has exactly one running agreement of the type.", width)
	lines := append(head, "")
	name := 12
	for i := range c.types {
		name = max(name, min(report.Cells(report.Plain(c.types[i].Name)), 40, width-38))
	}
	var rows []string
	for i := range c.types {
		pointer, role := "  ", theme.Normal
		if i == c.typeAt {
			pointer, role = "▸ ", theme.Accent
		}
		sign := " "
		if c.types[i].ID == c.state.typeID {
			sign = theme.SignDone
		}
		rows = append(rows, t.Paint(theme.Accent, pointer)+t.Paint(theme.Done, sign)+" "+
			t.Paint(role, report.PadRight(report.Shorten(report.Plain(c.types[i].Name), name), name))+"  "+t.Paint(theme.Dim, c.typeCount(c.types[i].ID)))
	}
	lines = append(lines, window(rows, c.typeAt, c.typeAt+1, max(height-len(lines), 1))...)
	return strings.Join(lines[:min(len(lines), height)], "\n")
}

// typeCount says how many agreements of a type are running, and of how many customers; empty while they were not read.
func (c *customersStep) typeCount(id int) string {
	if _, ok := c.state.byType[id]; !ok {
		return ""
	}
	running, customers := c.countType(id)
	said := report.Count(running) + " running"
	if c.named != nil && running > 0 {
		said += ", of " + report.Counted(customers, "customer", "customers")
	}
	return said
}

// servicesPage is where services are switched for one customer.
type servicesPage struct {
	customer string // its id
	cursor   int
}

func (c *customersStep) servicesKey(name string) tea.Cmd {
	page := &c.services
	list := c.state.Services(page.customer)
	if moveMark(&page.cursor, name, len(list)) {
		return nil
	}
	switch name {
	case "enter":
		c.mode = modeCustomers
	case "space":
		if page.cursor >= len(list) {
			return nil
		}
		one := list[page.cursor]
		if !c.state.ToggleService(page.customer, one.id) {
			return send(noticeMsg{text: one.name + " is not in the set-up yet: map it in Products first"})
		}
		if one.on {
			return c.changed(one.name + " is switched off for this customer; its line stays as it is")
		}
		return c.changed(one.name + " is synced again for this customer")
	}
	return nil
}

func (c *customersStep) servicesView(width, height int) string {
	t, page := c.desk.theme, &c.services
	one := c.state.Find(page.customer)
	if one == nil {
		return ""
	}
	list := c.state.Services(page.customer)
	head := []string{"  " + t.Paint(theme.Accent, report.Shorten("Services of "+one.label(), width-4)), ""}
	if len(list) == 0 {
		return strings.Join(append(head, paragraph(t, theme.Dim, "", "There is no service yet: neither in the set-up nor in the usage of this customer.", width)...), "\n")
	}
	name := 12
	for i := range list {
		name = max(name, min(report.Cells(list[i].name), width/2))
	}
	rows := make([]string, len(list))
	for i := range list {
		rows[i] = c.serviceRow(&list[i], i == page.cursor, name, width)
	}
	lines := append(head, window(rows, page.cursor, page.cursor+1, max(height-len(head), 1))...)
	return strings.Join(lines[:min(len(lines), height)], "\n")
}

func (c *customersStep) serviceRow(one *customerSwitch, marked bool, name, width int) string {
	t := c.desk.theme
	pointer, role := "  ", theme.Normal
	if marked {
		pointer, role = "▸ ", theme.Accent
	}
	sign, signRole, said := theme.SignDone, theme.Done, one.used
	note := ""
	switch {
	case !one.known:
		sign, signRole, note = theme.SignUnknown, theme.Attention, "not mapped yet"
	case !one.on:
		sign, signRole, note = theme.SignSkipped, theme.Dim, "off for this customer"
	case one.allOff:
		sign, signRole, note = theme.SignSkipped, theme.Dim, "off for all customers, in Products"
	}
	if note != "" && said != "" {
		said += ", "
	}
	return t.Paint(theme.Accent, pointer) + t.Paint(signRole, sign) + " " + t.Paint(role, report.PadRight(report.Shorten(one.name, name), name)) + "  " +
		t.Paint(theme.Dim, report.Shorten(said+note, max(width-name-7, 1)))
}

// openHidden shows the companies that are not offered.
func (c *customersStep) openHidden() tea.Cmd {
	if c.state.companies == nil {
		return send(noticeMsg{text: "the companies were not read yet"})
	}
	if len(c.state.companies.hidden) == 0 {
		return send(noticeMsg{text: "no company is hidden: none is deleted, inactive, a prospect or a vendor"})
	}
	c.mode = modeHidden
	return nil
}

func (c *customersStep) hiddenView(width, height int) string {
	t := c.desk.theme
	said := report.Counted(len(c.state.companies.hidden), "company is", "companies are") + " never matched by name: deleted, inactive, or no customers. Link one by hand with enter on a customer, then tab."
	lines := append(paragraph(t, theme.Normal, "", said, width), "")
	name := max(min(width/2, 44), 20)
	body := c.hidden.view(t, width, max(height-len(lines), 1), func(at int, marked bool) string {
		company := c.state.company(c.hidden.rows[at].key)
		if company == nil {
			return ""
		}
		pointer, role := "  ", theme.Normal
		if marked {
			pointer, role = "▸ ", theme.Accent
		}
		return t.Paint(theme.Accent, pointer) + t.Paint(role, report.PadRight(report.Shorten(report.Plain(company.Name), name), name)) + "  " +
			t.Paint(theme.Dim, report.Shorten(hiddenWhy(company), width-name-5))
	})
	return strings.Join(append(lines, body), "\n")
}
