package ui

import (
	"strings"

	"cwsync/ui/report"
	"cwsync/ui/theme"

	"charm.land/bubbles/v2/key"
)

func (h *historyPage) view(width, height int) string {
	t := h.desk.theme
	switch {
	case h.failed != nil:
		return problemView(t, h.failed, "r reads again", width)
	case h.undo != nil:
		return h.undoView(width, height)
	case h.why != nil:
		return h.why.view(t, width, height)
	case h.run != nil:
		return h.runView(width, height)
	case !h.list.read:
		return ""
	}
	head := h.headline(h.listHead(), width)
	h.page = height - 2
	return head + "\n\n" + strings.Join(h.list.rows(h.desk, width-1, h.page), "\n") // up to where the rules end
}

// headline is what is shown, or what is typed.
func (h *historyPage) headline(head string, width int) string {
	label := ""
	switch h.input {
	case pastInputSearch:
		label = "/ "
	case pastInputFile:
		label = "Export as  "
	default:
		return "  " + h.desk.theme.Paint(theme.Accent, report.Shorten(head, width-3))
	}
	h.typed.SetWidth(max(width-report.Cells(label)-4, 1))
	return "  " + h.desk.theme.Paint(theme.Accent, label) + h.typed.View()
}

// listHead is what f goes through, with what is shown in brackets, or what was looked for.
func (h *historyPage) listHead() string {
	l := &h.list
	if l.search != "" {
		return `"` + report.Plain(l.search) + `" in ` + map[pastFilter]string{pastAll: "all that was written, failed or held", pastHeld: "what was held", pastFailed: "what failed"}[l.filter]
	}
	texts := make([]string, pastFilters)
	for filter := range pastFilters {
		n := 0
		for i := range l.runs {
			if filter.lets(&l.runs[i]) {
				n++
			}
		}
		texts[filter] = filter.String() + " " + report.Count(n)
		if filter == l.filter {
			texts[filter] = "[" + texts[filter] + "]"
		}
	}
	return strings.Join(texts, "  ")
}

// nothing says why the list is empty.
func (l *pastList) nothing() string {
	switch {
	case l.search != "":
		return "no run wrote, failed or held a line with these words; esc ends the search"
	case len(l.runs) == 0:
		return "nothing was ever synced, so there is nothing to look back on"
	}
	return "no run is " + map[pastFilter]string{pastHeld: "holding lines", pastFailed: "a failed one"}[l.filter] + "; f shows other runs"
}

// widestWhen is how wide the moment of a run is at most: "2026-11-19 06:03".
const widestWhen = 16

// rows are the lines of the list that are on the screen, none wider than width.
func (l *pastList) rows(d *desk, width, height int) []string {
	if len(l.items) == 0 {
		return []string{"  " + d.theme.Paint(theme.Dim, report.Shorten(l.nothing(), width-2))}
	}
	layout := l.widths.layout(width-2, true)
	window := l.window(height)
	worth := 0
	for _, item := range window {
		if item.run >= 0 && !item.line {
			worth = max(worth, min(report.Cells(report.Totals(l.runs[item.run].Monthly)), width/3))
		}
	}
	lines := make([]string, len(window))
	for i, item := range window {
		chosen := l.top+i == l.cursor
		if !item.line {
			lines[i] = l.runRow(d, item, worth, width, chosen)
			continue
		}
		f := &l.found[item.found]
		row := report.RunRow(&f.Change, f.Outcome)
		sign, _, role := row.Mark()
		lines[i] = "  " + layout.draw(d.theme, row, sign, role, row.Said(), chosen)
	}
	return lines
}

// runRow is a run in one line: when it was, how it ended, and what it changed a month.
func (l *pastList) runRow(d *desk, item pastItem, worthWidth, width int, chosen bool) string {
	t := d.theme
	pointer, nameRole := "  ", theme.Normal
	if chosen {
		pointer, nameRole = "▸ ", theme.Accent
	}
	when := report.PadRight(pastMoment(l.started(item), d.now()), widestWhen)
	if item.run < 0 { // older than what was read of runs
		text := when + "  run " + l.idOf(item)
		return t.Paint(theme.Accent, pointer) + theme.SignSkipped + " " + t.Paint(nameRole, report.Shorten(report.Plain(text), width-signWidth))
	}
	run := &l.runs[item.run]
	sign, role := run.sign()
	room := width - signWidth - widestWhen - columnGap
	worth := ""
	if worthWidth > 0 {
		room -= worthWidth + columnGap
		worth = "  " + report.PadLeft(report.Shorten(report.Totals(run.Monthly), worthWidth), worthWidth)
	}
	return t.Paint(theme.Accent, pointer) + t.Paint(role, sign) + " " + t.Paint(nameRole, when) + "  " + report.PadRight(run.said(max(room, 1), l.undone[run.ID]), max(room, 1)) + worth
}

func (h *historyPage) status() string {
	l := &h.list
	switch {
	case h.undo != nil && h.undo.reading != nil:
		return "nothing is written while this reads; esc stops it"
	case h.wait != nil:
		return "reading " + h.wait.what + " " + theme.Ellipsis + "; esc stops it"
	case h.writing != nil:
		return "writing the file " + theme.Ellipsis + "; esc stops it"
	case h.failed != nil:
		return ""
	case h.undo != nil:
		return h.undo.state.total()
	case h.why != nil:
		return "all is as the runs saw it: nothing is asked of ConnectWise for this"
	case h.run != nil:
		return h.run.status()
	case l.search != "":
		text := report.Counted(len(l.found), "change", "changes") + " in " + report.Counted(len(l.items)-len(l.found), "run", "runs")
		if len(l.found) == pastChanges {
			text = "the newest " + text
		}
		return text
	case len(l.runs) == pastRuns:
		return "the newest " + report.Count(pastRuns) + " runs; cwsync history lists more"
	}
	if item, ok := l.current(); ok {
		return "run " + l.idOf(item)
	}
	return ""
}

func (h *historyPage) keys() []key.Binding {
	if h.input != pastInputNone {
		return []key.Binding{bind("enter", map[pastInput]string{pastInputSearch: "search", pastInputFile: "write the file"}[h.input])}
	}
	again := bind("r", "read again")
	switch {
	case h.wait != nil:
		return []key.Binding{bind("esc", "stop")}
	case h.failed != nil:
		return []key.Binding{again}
	case h.undo != nil:
		return append(h.undo.keys(), again)
	}
	var keys []key.Binding
	export, undo, open := bind("x", "export"), bind("u", "undo"), bind("enter", "open")
	export.SetEnabled(h.desk.profile.WriteFile != nil)
	if _, ok := h.list.current(); !ok && h.top() {
		export.SetEnabled(false)
		undo.SetEnabled(false)
		open.SetEnabled(false)
	}
	move := []key.Binding{export, again, bind("↑↓", "move"), bind("pgup pgdn", "a screen up or down"), bind("home end", "first or last line")}
	switch {
	case h.why != nil:
		if h.why.lines > h.why.page {
			keys = append(keys, bind("↑↓", "scroll"), bind("pgup pgdn", "a screen up or down"))
		}
		keys = append(keys, export, again)
	case h.run != nil:
		keys = append([]key.Binding{bind("enter", "why"), undo, bind("f", "filter"), bind("/", "search")}, move...)
	default:
		keys = append([]key.Binding{open, undo, bind("/", "search"), bind("f", "filter")}, move...)
	}
	if h.writing != nil {
		keys = append(keys, bind("esc", "stop"))
	}
	return keys
}
