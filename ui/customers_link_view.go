package ui

import (
	"strconv"
	"strings"

	"cwsync/syncer/billing"
	"cwsync/ui/report"
	"cwsync/ui/theme"
)

// linkHead names the customer that is linked, and what it uses.
func (c *customersStep) linkHead(width int, more string) string {
	t := c.desk.theme
	one := c.state.Find(c.link.customer)
	if one == nil {
		return ""
	}
	label := report.Shorten(one.label(), width/2)
	if more == "" {
		more = c.usesText(one)
	}
	room := max(width-report.Cells(label)-6, 1)
	return "  " + t.Paint(theme.Accent, label) + "  " + t.Paint(theme.Dim, report.Shorten(more, room))
}

func (c *customersStep) companyView(width, height int) string {
	t, page := c.desk.theme, &c.link
	count := len(c.state.companies.hidden)
	said := report.Counted(len(c.state.companies.all)-count, "company", "companies")
	switch {
	case page.all:
		said += " and " + report.Count(count) + " hidden"
	case count > 0:
		said += ", " + report.Count(count) + " hidden: tab shows them"
	}
	lines := []string{c.linkHead(width, ""), "  " + t.Paint(theme.Dim, report.Shorten("Which company is it? "+said, width-2)), ""}
	rows := max(height-len(lines), 1)
	if c.searched() {
		body := c.search().view(t, width, rows, func(at int, marked bool) string {
			return c.companyRow(c.search().rows[at].key, "", marked, width)
		})
		return strings.Join(append(lines, body), "\n")
	}
	body := c.search().view(t, width, 2, func(int, bool) string { return "" })
	lines = append(lines, strings.Split(body, "\n")...)
	lines = append(lines, "")
	if len(page.likely) == 0 {
		return strings.Join(append(lines, "  "+t.Paint(theme.Dim, report.Shorten("No company is named like it.", width-2))), "\n")
	}
	first := len(lines)
	for i, one := range page.likely {
		lines = append(lines, c.companyRow(one.id, one.why, i == page.at, width))
	}
	lines = append(lines[:first:first], window(lines[first:], page.at, page.at+1, max(height-first, 1))...)
	return strings.Join(lines[:min(len(lines), height)], "\n")
}

// companyRow is one company in one line of at most width cells.
func (c *customersStep) companyRow(id int, why string, marked bool, width int) string {
	t, company := c.desk.theme, c.state.company(id)
	if company == nil {
		return ""
	}
	name := max(min(width/3, 36), 16)
	identifier := max(min(width/6, 18), 10)
	pointer, role := "  ", theme.Normal
	if marked {
		pointer, role = "▸ ", theme.Accent
	}
	line := t.Paint(theme.Accent, pointer) + t.Paint(role, report.PadRight(report.Shorten(report.Plain(company.Name), name), name)) + "  " +
		t.Paint(theme.Dim, report.PadRight(report.Shorten(report.Plain(company.Identifier), identifier), identifier))
	said, saidRole := "no running agreement", theme.Dim
	if n := c.link.open[id]; n > 0 {
		said, saidRole = report.Counted(n, "agreement", "agreements"), theme.Done
	}
	if hidden := hiddenWhy(company); hidden != "" {
		said, saidRole = "hidden: "+hidden, theme.Attention
	}
	if why != "" {
		said += "; " + why
	}
	room := width - name - identifier - 6
	return line + "  " + t.Paint(saidRole, report.Shorten(said, room))
}

// agreementColumn is a part of an agreement's row.
type agreementColumn struct {
	title string
	cells int
	least int // the screen's width from which it is shown
	text  func(a *billing.Agreement) string
}

var agreementColumns = []agreementColumn{
	{"agreement", 0, 0, func(a *billing.Agreement) string { return report.Plain(a.Name) }},
	{"type", 16, 0, func(a *billing.Agreement) string { return report.Plain(a.TypeName) }},
	{"cycle", 10, 76, func(a *billing.Agreement) string { return report.Plain(a.Cycle.Name) }},
	{"start", 10, 110, func(a *billing.Agreement) string { return day(a.Start) }},
	{"end", 10, 110, func(a *billing.Agreement) string { return day(a.End) }},
	{"invoice", 10, 0, func(a *billing.Agreement) string { return day(a.NextInvoice) }},
	{"prorates", 8, 96, func(a *billing.Agreement) string { return yesNo(a.Prorates) }},
	{"status", 9, 110, func(a *billing.Agreement) string { return report.Plain(a.Status) }},
}

// day is a date, or what stands for none.
func day(d billing.Date) string {
	if d.IsZero() {
		return "–"
	}
	return d.String()
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

func (c *customersStep) agreementView(width, height int) string {
	t, page := c.desk.theme, &c.link
	company, _ := c.state.parties(page.company, 0)
	lines := []string{c.linkHead(width, theme.Arrow+" "+company), ""}
	switch {
	case page.busy:
		signs := []rune(spinnerSigns)
		return strings.Join(append(lines, "  "+string(signs[c.turn%len(signs)])+" "+report.Shorten("reading the agreements of "+company, width-4)), "\n")
	case page.err != nil:
		text, hint := explain(page.err)
		lines = append(lines, paragraph(t, theme.Wrong, theme.SignWrong+" ", text, width)...)
		if hint != "" {
			lines = append(lines, paragraph(t, theme.Dim, theme.Arrow+" ", hint, width)...)
		}
		lines = append(lines, "", "  r tries again, esc goes back to the companies")
		return strings.Join(lines[:min(len(lines), height)], "\n")
	case len(page.agreements) == 0:
		said := paragraph(t, theme.Normal, "", company+" has no agreement in ConnectWise. Make one there (Finance > Agreements), then press r.", width)
		return strings.Join(append(lines, said...), "\n")
	}
	name := c.agreementNameWidth(width)
	lines = append(lines, "    "+t.Paint(theme.Dim, c.agreementCells(nil, name, width)))
	about := c.agreementAbout(&page.agreements[page.cursor], width)
	room := max(height-len(lines)-len(about)-1, 1)
	first := max(min(page.cursor-room/2, len(page.agreements)-room), 0)
	for i := first; i < min(first+room, len(page.agreements)); i++ {
		lines = append(lines, c.agreementRow(i, name, width))
	}
	lines = append(append(lines, ""), about...)
	return strings.Join(lines[:min(len(lines), height)], "\n")
}

// agreementNameWidth is what the other columns leave for the name.
func (c *customersStep) agreementNameWidth(width int) int {
	room := width - 6
	for _, column := range agreementColumns[1:] {
		if width >= column.least {
			room -= column.cells + 2
		}
	}
	return max(room, 8)
}

// agreementCells are the columns of an agreement, or their titles.
func (c *customersStep) agreementCells(a *billing.Agreement, name, width int) string {
	var parts []string
	for i, column := range agreementColumns {
		cells := column.cells
		if i == 0 {
			cells = name
		}
		text := column.title
		if a != nil {
			text = column.text(a)
		}
		if width >= column.least {
			parts = append(parts, report.PadRight(report.Shorten(text, cells), cells))
		}
	}
	return report.Shorten(strings.TrimRight(strings.Join(parts, "  "), " "), width-6)
}

func (c *customersStep) agreementRow(i, name, width int) string {
	t, a := c.desk.theme, &c.link.agreements[i]
	pointer, sign, signRole, role := "  ", " ", theme.Normal, theme.Normal
	entry := c.state.linkOf(c.link.customer)
	switch {
	case c.state.unfit(a) != "":
		sign, signRole, role = theme.SignWrong, theme.Wrong, theme.Dim
	case entry != nil && entry.Agreement == a.ID:
		sign, signRole = theme.SignDone, theme.Done
	}
	if i == c.link.cursor {
		pointer, role = "▸ ", theme.Accent
	}
	return t.Paint(theme.Accent, pointer) + t.Paint(signRole, sign) + " " + t.Paint(role, c.agreementCells(a, name, width))
}

// agreementAbout is what there is to say of the marked agreement.
func (c *customersStep) agreementAbout(a *billing.Agreement, width int) []string {
	t := c.desk.theme
	parts := []string{report.Plain(a.Name) + " (" + strconv.Itoa(a.ID) + ")", "type " + report.Plain(a.TypeName)}
	for _, part := range []struct{ label, text string }{
		{"", strings.ToLower(report.Plain(a.Cycle.Name))}, {"from ", day(a.Start)}, {"to ", day(a.End)}, {"next invoice ", day(a.NextInvoice)}, {"status ", report.Plain(a.Status)},
		{"in ", report.Plain(a.Currency)},
	} {
		if part.text != "" && part.text != "–" {
			parts = append(parts, part.label+part.text)
		}
	}
	prorates := "prorates"
	if !a.Prorates {
		prorates = "does not prorate: what begins within an invoiced period takes effect on the next invoice date"
	}
	lines := paragraph(t, theme.Dim, "", strings.Join(append(parts, prorates), ", "), width)
	if why := c.state.unfit(a); why != "" {
		return append(lines, paragraph(t, theme.Wrong, theme.SignWrong+" ", "It cannot be chosen: it "+why+".", width)...)
	}
	if a.TypeID != c.state.typeID && c.state.typeID != 0 {
		lines = append(lines, paragraph(t, theme.Attention, theme.SignHeld+" ", "It is of another type than "+c.typeName(c.state.typeID)+".", width)...)
	}
	if remark := c.state.Remark(c.link.customer, a); remark != "" {
		lines = append(lines, paragraph(t, theme.Attention, theme.SignHeld+" ", remark, width)...)
	}
	return lines
}
