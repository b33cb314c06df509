package ui

import (
	"strconv"
	"strings"

	"cwsync/ui/report"
	"cwsync/ui/theme"

	tea "charm.land/bubbletea/v2"
)

// customersFilter says which customers are listed.
type customersFilter int

// The filters, in the order in which they follow each other.
const (
	customersAll customersFilter = iota
	customersNeedYou
	customersLinked
	customersOff
	customersFilters
)

func (f customersFilter) String() string {
	return [...]string{"all", "what needs you", "linked", "switched off"}[f]
}

func (f customersFilter) passes(group customerGroup) bool {
	switch f {
	case customersNeedYou:
		return group != groupLinked && group != groupOff
	case customersLinked:
		return group == groupLinked || group == groupBroken
	case customersOff:
		return group == groupOff
	}
	return true
}

// list gives the list on the screen the customers that the filter lets through.
func (c *customersStep) list() tea.Cmd {
	c.shown = c.shown[:0]
	rows := make([]pickRow, 0, len(c.state.list))
	for i := range c.state.list {
		if one := &c.state.list[i]; c.filter.passes(one.group) {
			c.shown = append(c.shown, i)
			rows = append(rows, pickRow{key: one.serial, text: one.label() + " " + one.id})
		}
	}
	return c.rows.fill(rows)
}

// marked is the customer under the cursor; nil when none is listed.
func (c *customersStep) marked() *customer {
	at, ok := c.rows.at()
	if !ok || at >= len(c.shown) {
		return nil
	}
	return &c.state.list[c.shown[at]]
}

// groupLook is how a group looks.
type groupLook struct {
	sign, word, short string // short is for narrow screens
	role              theme.Role
}

var groupLooks = [customerGroups]groupLook{
	groupExact:       {theme.SignCreate, "exact", "exact", theme.Done},
	groupBroken:      {theme.SignHeld, "cannot be billed", "not billable", theme.Attention},
	groupChoice:      {theme.SignUnknown, "needs a choice", "choice", theme.Attention},
	groupNoAgreement: {theme.SignWrong, "no agreement", "no agreement", theme.Wrong},
	groupNoCompany:   {theme.SignWrong, "no company", "no company", theme.Wrong},
	groupUnmatched:   {theme.SignWaiting, "not matched", "not matched", theme.Dim},
	groupLinked:      {theme.SignDone, "linked", "linked", theme.Done},
	groupOff:         {theme.SignSkipped, "off", "off", theme.Dim},
}

// groupsInOrder is the order of the counts above the list: what is well first.
var groupsInOrder = [...]customerGroup{groupLinked, groupExact, groupChoice, groupNoCompany, groupNoAgreement, groupBroken, groupUnmatched, groupOff}

// detailLines is the height of what is said of the marked customer below the list.
const detailLines = 3

func (c *customersStep) view(width, height int) string {
	t := c.desk.theme
	switch {
	case c.desk.site == nil:
		return "\n" + strings.Join(paragraph(t, theme.Normal, "", "There is no connection to look for companies with. Press enter to go to Connect.", width), "\n")
	case c.desk.current() == nil:
		return "\n" + strings.Join(paragraph(t, theme.Normal, "", "There is no source of usage yet, so there are no customers. Press enter to go to Usage.", width), "\n")
	}
	switch c.mode {
	case modeTypes:
		return c.typesView(width, height)
	case modeCompany:
		return c.companyView(width, height)
	case modeAgreement:
		return c.agreementView(width, height)
	case modeServices:
		return c.servicesView(width, height)
	case modeHidden:
		return c.hiddenView(width, height)
	case modeExport:
		return c.exportView(width, height)
	}
	lines := c.headLines(width)
	for _, problem := range c.problems() {
		said := paragraph(t, theme.Wrong, theme.SignWrong+" ", problem, width)
		lines = append(lines, said[:min(len(said), max(height/4, 1))]...)
	}
	lines = append(lines, "")
	room := max(height-len(lines)-detailLines-1, 1)
	lines = append(lines, strings.Split(c.listView(width, room), "\n")...)
	for len(lines) < height-detailLines {
		lines = append(lines, "")
	}
	if one := c.marked(); one != nil {
		lines = append(lines, c.detail(one, width)...)
	}
	return strings.Join(lines[:min(len(lines), height)], "\n")
}

// headLines say the agreement type and how many customers there are in each group.
func (c *customersStep) headLines(width int) []string {
	t := c.desk.theme
	kind := "not chosen"
	if c.state.typeID != 0 {
		kind = report.Plain(c.typeName(c.state.typeID))
		if kind == "" {
			kind = "number " + strconv.Itoa(c.state.typeID)
		}
	}
	right := ""
	if known := c.state.companies; known != nil {
		right = report.Counted(len(known.all), "company", "companies")
		if n := len(known.hidden); n > 0 {
			right += ", " + report.Count(n) + " hidden"
		}
	}
	if c.filter != customersAll {
		right = "only " + c.filter.String()
	}
	if c.waiting() {
		signs := []rune(spinnerSigns)
		right = string(signs[c.turn%len(signs)]) + " " + c.reading()
	}
	const label = "  Agreement type  "
	kind = report.Shorten(kind, max(width-report.Cells(label)-report.Cells(right)-6, 8)) + " ▾"
	right = report.Shorten(right, max(width-report.Cells(label)-report.Cells(kind)-4, 0))
	gap := max(width-report.Cells(label)-report.Cells(kind)-report.Cells(right)-1, 1)
	lines := []string{label + t.Paint(theme.Accent, kind) + strings.Repeat(" ", gap) + t.Paint(theme.Dim, right)}
	return append(lines, c.countLines(width)...)
}

// countLines are the counts of the groups, in as many lines as they need.
func (c *customersStep) countLines(width int) []string {
	t, counts := c.desk.theme, c.state.Groups()
	lines, used, apart := []string{""}, 0, 3
	if width < 76 {
		apart = 2
	}
	for _, group := range groupsInOrder {
		look := groupLooks[group]
		if counts[group] == 0 && group != groupLinked {
			continue
		}
		text := look.word + " " + report.Count(counts[group])
		if width < 76 {
			text = look.short + " " + report.Count(counts[group])
		}
		cells := report.Cells(text) + 2
		if used > 0 && used+apart+cells > width-4 {
			lines, used = append(lines, ""), 0
		}
		at := len(lines) - 1
		if used > 0 {
			lines[at] += strings.Repeat(" ", apart)
			used += apart
		} else {
			lines[at] = "  "
		}
		lines[at] += t.Paint(look.role, look.sign) + " " + text
		used += cells
	}
	return lines
}

// listView is the list of customers.
func (c *customersStep) listView(width, height int) string {
	if len(c.shown) == 0 && c.rows.query == "" {
		return "  " + c.desk.theme.Paint(theme.Dim, report.Shorten(c.emptyList(), width-2))
	}
	layout := c.layout(width)
	return c.rows.view(c.desk.theme, width, height, func(at int, marked bool) string {
		if at >= len(c.shown) {
			return ""
		}
		return c.row(&c.state.list[c.shown[at]], marked, layout)
	})
}

func (c *customersStep) emptyList() string {
	switch {
	case c.waiting():
		return "the customers come with the usage"
	case c.filter == customersNeedYou && len(c.state.list) > 0:
		return "nothing needs you: every customer is linked or switched off"
	case len(c.state.list) > 0:
		return "no customer is " + c.filter.String()
	}
	return "the usage names no customer"
}

// customersLayout is how wide the parts of a row are, in cells; the rest is for what is said of it.
type customersLayout struct{ width, name, company, agreement int }

func (c *customersStep) layout(width int) customersLayout {
	switch {
	case width >= 110:
		return customersLayout{width, 28, 28, 20}
	case width >= 76:
		return customersLayout{width, 20, 22, 16}
	}
	return customersLayout{width, 18, 18, 14}
}

// row is one customer in one line of at most the layout's width.
func (c *customersStep) row(one *customer, marked bool, l customersLayout) string {
	t, look := c.desk.theme, groupLooks[one.group]
	pointer, role := "  ", theme.Normal
	switch {
	case marked:
		pointer, role = "▸ ", theme.Accent
	case one.group == groupOff:
		role = theme.Dim
	}
	name := report.PadRight(report.Shorten(one.label(), l.name), l.name)
	line := t.Paint(theme.Accent, pointer) + t.Paint(look.role, look.sign) + " " + t.Paint(role, name) + "  "
	room := l.width - l.name - 7
	if one.group != groupLinked && one.group != groupExact {
		return line + t.Paint(restRole(one.group), report.Shorten(c.state.Reason(one), room))
	}
	companyID, agreementID := c.state.Target(one)
	company, agreement := c.state.parties(companyID, agreementID)
	rest := report.PadRight(report.Shorten(company, l.company), l.company) + "  " + report.PadRight(report.Shorten(agreement, l.agreement), l.agreement)
	room -= report.Cells(rest) + 2
	line += rest
	said := rhythm(c.state.agreements[agreementID])
	if report.Cells(said) > room {
		said, _, _ = strings.Cut(said, ", ") // the date by itself would not say what it is
	}
	if room > 6 && said != "" {
		line += "  " + t.Paint(theme.Dim, report.Shorten(said, room))
	}
	return line
}

func restRole(group customerGroup) theme.Role {
	if group == groupOff || group == groupUnmatched {
		return theme.Dim
	}
	return theme.Normal
}

// detail is what there is to say of the marked customer, in detailLines lines.
func (c *customersStep) detail(one *customer, width int) []string {
	t := c.desk.theme
	uses := c.usesText(one)
	if uses == "" {
		uses = "no usage"
	}
	lines := []string{"  " + t.Paint(theme.Accent, report.Shorten(one.label(), width/2)) + "  "}
	lines[0] += t.Paint(theme.Dim, report.Shorten(uses, max(width-report.Cells(report.Shorten(one.label(), width/2))-6, 1)))
	reason := c.state.Reason(one)
	switch {
	case one.group == groupExact:
		reason += "; a links it"
	case c.suggested(one):
		company, agreement := c.state.parties(one.proposal.Company, one.proposal.Agreement)
		reason += "; a links it to " + company + ", " + agreement
	case one.group == groupLinked:
		_, id := c.state.Target(one)
		if said := rhythm(c.state.agreements[id]); said != "" {
			reason += ", " + said
		}
	}
	if entry := c.state.linkOf(one.id); entry != nil && len(entry.ServicesOff) > 0 {
		reason += "; " + report.Counted(len(entry.ServicesOff), "service", "services") + " switched off"
	}
	wrapped := report.Wrap(reason, width-4)
	if len(wrapped) > detailLines-1 {
		wrapped[detailLines-2] = report.Shorten(strings.Join(wrapped[detailLines-2:], " "), width-4)
		wrapped = wrapped[:detailLines-1]
	}
	for _, line := range wrapped {
		lines = append(lines, "  "+line)
	}
	return lines
}

// usesText is what a customer uses, in one line.
func (c *customersStep) usesText(one *customer) string {
	var parts []string
	for _, use := range one.uses {
		text := counted(use.quantity, use.unit) + " of " + use.name
		if !use.billed {
			text += " (not billed)"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}
