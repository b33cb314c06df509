package ui

import (
	"strings"

	"cwsync/syncer/billing"
	"cwsync/ui/report"
	"cwsync/ui/theme"
)

func (u *usage) view(width, height int) string {
	t := u.desk.theme
	current := u.state.current()
	switch {
	case u.page == pageNew && u.blank != nil:
		about := []string{"It reads usage and nothing else: what is billed is decided in the next steps."}
		return heading(t, "A new source of usage", "", true, width) + "\n\n" + u.blank.view(t, u.state.blank(u.drafted["name"], u.drafted["kind"]), about, width, height-2)
	case u.page == pageSources || current == nil:
		return u.sourcesView(width, height)
	}
	title := report.Plain(current.Name)
	switch u.page {
	case pageRows:
		return u.rowsView(current, width, height)
	case pageRules:
		about := []string{"It counts from the next review on; what is not written is never touched."}
		return heading(t, "What is billed of "+title, u.state.rulesInShort(), true, width) + "\n\n" + u.rules.view(t, u.state.rules(), about, width, height-2)
	case pageProblems:
		return u.problemsView(title, width, height)
	case pageColumns:
		about := []string{"Everything else in the file is ignored."}
		head := heading(t, "Columns of "+title, "suggested by their names", true, width)
		return head + "\n\n" + u.columns.view(t, u.matches.settings(), about, width, height-2)
	}
	kind := current.Kind
	if known, ok := u.state.kind(); ok && report.Cells(title)+report.Cells(known.Name+known.Summary)+16 < width {
		kind = known.Name + ": " + known.Summary
	}
	about := []string{"Reading changes nothing in ConnectWise."}
	if missing := u.state.missing(); missing != "" {
		about = append(about, theme.SignUnknown+" "+missing)
	}
	return heading(t, "Source "+title, report.Plain(kind), true, width) + "\n\n" + u.form.view(t, u.state.settings(u.kept), about, width, height-2)
}

func (u *usage) sourcesView(width, height int) string {
	t := u.desk.theme
	sources := u.desk.document.Sources
	head := heading(t, "Where the usage comes from", report.Counted(len(sources), "source", "sources"), true, width)
	names := 0
	for i := range sources {
		names = max(names, min(report.Cells(report.Plain(sources[i].Name)), widestLabel))
	}
	return head + "\n\n" + u.sources.view(t, width, height-2, func(at int, marked bool) string {
		source := &sources[u.sources.rows[at].key]
		pointer, role := "  ", theme.Normal
		if marked {
			pointer, role = "▸ ", theme.Accent
		}
		sign, signRole := theme.SignSkipped, theme.Dim
		if _, read := u.desk.usage[source.Name]; read {
			sign, signRole = theme.SignDone, theme.Done
		}
		text := source.Kind + "  ·  " + report.Counted(len(source.Services), "service", "services") + ", " + report.Counted(len(source.Customers), "customer", "customers")
		name := report.PadRight(report.Shorten(report.Plain(source.Name), names), names)
		return t.Paint(theme.Accent, pointer) + t.Paint(signRole, sign) + " " + t.Paint(role, name) + "  " + t.Paint(theme.Dim, report.Shorten(report.Plain(text), max(width-names-6, 1)))
	})
}

// rowsView is the preview: the lines as they were understood.
func (u *usage) rowsView(current *billing.Source, width, height int) string {
	t := u.desk.theme
	lines := u.desk.usage[current.Name].Lines
	head := heading(t, "Usage of "+report.Plain(current.Name), report.Plain(current.Kind), true, width)
	if len(lines) == 0 {
		said := paragraph(t, theme.Attention, theme.SignHeld+" ", "It was read, and there are no lines in it: nothing would be changed. Look whether it is the right file.", width)
		return head + "\n\n" + strings.Join(said, "\n")
	}
	w := u.widths.fitted(width)
	u.rows.titles = w.line(t, [6]string{"", "customer", "service", "quantity", "price", "status"}, false, theme.Dim, false)
	list := u.rows.view(t, width, height-2, func(at int, marked bool) string {
		line := &lines[at]
		return w.line(t, [6]string{report.Count(line.Place), customerText(line), serviceOfLine(line), quantityText(line), priceText(line), string(line.Status)}, marked, theme.Normal, !current.Bills(line.Status))
	})
	return head + "\n\n" + list
}

// lineLayout is lineWidths on a screen of one width; a column of width 0 is not shown.
type lineLayout struct {
	lineWidths
	status int
}

// fitted makes the columns fit: the names give way first, then the price.
func (w lineWidths) fitted(width int) lineLayout {
	const gaps, lead, narrow, statusWidth = 2, 4, 12, 9
	l := lineLayout{lineWidths: w, status: statusWidth}
	l.quantity = max(min(l.quantity, widestAmount), len("quantity"))
	l.price = min(l.price, widestAmount)
	if l.price > 0 {
		l.price = max(l.price, len("price"))
	}
	l.customer, l.service = max(min(l.customer, 40), len("customer")), max(min(l.service, 32), len("service"))
	over := func() int {
		used := lead + l.place + l.customer + l.service + l.quantity + l.status + 4*gaps
		if l.price > 0 {
			used += l.price + gaps
		}
		return used - width
	}
	if room := over(); room > 0 {
		l.service = max(l.service-room, narrow)
	}
	if room := over(); room > 0 {
		l.customer = max(l.customer-room, narrow)
	}
	if over() > 0 {
		l.price = 0
	}
	if room := over(); room > 0 {
		l.quantity = max(l.quantity-room, 1)
	}
	return l
}

// line is one line of the table; numbers stand on the right.
func (l lineLayout) line(t theme.Theme, cells [6]string, marked bool, role theme.Role, skipped bool) string {
	pointer := "  "
	if marked {
		pointer, role = "▸ ", theme.Accent
	}
	statusRole := theme.Dim
	if skipped {
		cells[5] = theme.SignSkipped + " " + cells[5]
	}
	text := report.PadRight(report.Shorten(cells[1], l.customer), l.customer) + "  " + report.PadRight(report.Shorten(cells[2], l.service), l.service) +
		"  " + report.PadLeft(report.Shorten(cells[3], l.quantity), l.quantity)
	if l.price > 0 {
		text += "  " + report.PadLeft(report.Shorten(cells[4], l.price), l.price)
	}
	return t.Paint(theme.Accent, pointer) + t.Paint(theme.Dim, report.PadLeft(cells[0], l.place)) + "  " + t.Paint(role, text) + "  " + t.Paint(statusRole, report.Shorten(cells[5], l.status))
}

// problemsView lists what is wrong, each with its place.
func (u *usage) problemsView(title string, width, height int) string {
	t := u.desk.theme
	problems, more := usageProblems(u.failed)
	var lines []string
	hint := ""
	for _, problem := range problems {
		lead := theme.SignWrong + " "
		if problem.place != "" {
			lead += problem.place + "  "
		}
		lines = append(lines, paragraph(t, theme.Wrong, lead, problem.message, width)...)
		if problem.hint != "" && problem.hint != hint {
			hint = problem.hint
			lines = append(lines, paragraph(t, theme.Dim, "  ", hint, width)...)
		}
	}
	if more > 0 {
		lines = append(lines, "  "+t.Paint(theme.Dim, "and "+report.Count(more)+" more"))
	}
	if u.matches != nil {
		lines = append(lines, "")
		lines = append(lines, paragraph(t, theme.Normal, "", "c shows which column of the file holds what.", width)...)
	}
	room := max(height-2, 1)
	u.top = max(min(u.top, len(lines)-room), 0)
	head := heading(t, title+" could not be read", "", true, width)
	return head + "\n\n" + strings.Join(lines[u.top:min(u.top+room, len(lines))], "\n")
}
