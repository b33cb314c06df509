package ui

import (
	"strings"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/plan"
	"cwsync/ui/report"
	"cwsync/ui/theme"
)

// wideEnough is the width from which the reasons have room beside the list.
const wideEnough = 112

func (r *reviewStep) view(width, height int) string {
	t := r.desk.theme
	switch {
	case r.reading != nil:
		return readingView(t, r.reading.shot, width)
	case r.problem != nil:
		return problemView(t, r.problem, r.wayOut(), width)
	case r.state.page == nil:
		return "\n" + indent(report.Wrap("Nothing was read yet: r reads usage and ConnectWise. Nothing is written.", width-4))
	case r.why == whyWhole:
		lines := whyLines(t, r.state.why(r.desk.draft), width-4)
		return "\n" + indent(lines[:min(len(lines), height-1)])
	}
	r.width = width
	head := r.headline(width) + "\n" + r.narrowed(width)
	height -= 2
	listWidth, listHeight := width, height
	var why []string
	beside := r.why == whyBeside && width >= wideEnough
	switch {
	case beside:
		listWidth = width - width*2/5
		why = clip(t, whyLines(t, r.state.why(r.desk.draft), width-listWidth-3), height)
	case r.why == whyBeside:
		why = clip(t, whyLines(t, r.state.why(r.desk.draft), width-4), height/2)
		listHeight -= len(why) + 1
	}
	r.page = listHeight
	list := r.state.rows(t, listWidth-1, listHeight) // up to where the rules end
	if beside {
		return head + "\n" + besides(t, list, why, listWidth, height)
	}
	body := head + "\n" + strings.Join(list, "\n")
	if len(why) > 0 {
		body += strings.Repeat("\n", listHeight-len(list)+1) + "  " + t.Paint(theme.Dim, strings.Repeat("┄", max(width-4, 0))) + "\n" + indent(why)
	}
	return body
}

// headline says what is shown, or takes what is typed.
func (r *reviewStep) headline(width int) string {
	t := r.desk.theme
	switch r.input {
	case inputSearch:
		return r.inputLine("/ ", width)
	case inputFile:
		return r.inputLine("Save the plan as  ", width)
	}
	right := r.state.made(r.desk.now().Location())
	if r.planning {
		right = "planning …"
	}
	left := r.state.filters()
	if r.state.search != "" {
		left = `"` + report.Plain(r.state.search) + `" in ` + r.state.filter.String()
	}
	left = report.Shorten(left, max(width-report.Cells(right)-5, 10))
	return "  " + t.Paint(theme.Accent, left) + strings.Repeat(" ", max(width-3-report.Cells(left)-report.Cells(right), 1)) + t.Paint(theme.Dim, right)
}

// wayOut is what may help after a reading that failed.
func (r *reviewStep) wayOut() string {
	if r.desk.only == nil {
		return "r reads again"
	}
	return "r reads again; only one customer was asked for: c takes in all"
}

// narrowed says that the plan is not about all customers; empty when it is.
func (r *reviewStep) narrowed(width int) string {
	if r.desk.only == nil {
		return ""
	}
	const way = ": c takes in all customers"
	names := report.Shorten("only "+r.state.names(r.desk.only), max(width-signWidth-report.Cells(way), 1))
	return "  " + r.desk.theme.Paint(theme.Attention, theme.SignHeld+" "+names+way)
}

// names are the names of customers, or their ids where the plan does not know them.
func (s *reviewState) names(ids []string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = report.Plain(id)
		for _, group := range s.page.groups {
			if s.page.plan.Changes[group.from].Key.Customer == id {
				names[i] = group.name
			}
		}
	}
	return strings.Join(names, ", ")
}

// filters are what f goes through, with what is shown in brackets.
func (s *reviewState) filters() string {
	texts := make([]string, reviewFilters)
	for filter := range reviewFilters {
		texts[filter] = filter.String() + " " + report.Count(s.page.counts[filter])
		if filter == s.filter {
			texts[filter] = "[" + texts[filter] + "]"
		}
	}
	return strings.Join(texts, "  ")
}

func (r *reviewStep) inputLine(label string, width int) string {
	r.typed.SetWidth(max(width-report.Cells(label)-4, 1))
	return "  " + r.desk.theme.Paint(theme.Accent, label) + r.typed.View()
}

// made says of when the plan is and from what.
func (s *reviewState) made(zone *time.Location) string {
	p := s.page.plan
	text := "read " + p.Created.In(zone).Format("15:04")
	switch len(p.Sources) {
	case 0: // it takes a run back
		return text
	case 1:
		return text + ", " + report.Plain(p.Sources[0].Name)
	}
	return text + ", " + report.Counted(len(p.Sources), "source", "sources")
}

// rows are the lines of the list that are on the screen, none wider than width.
func (s *reviewState) rows(t theme.Theme, width, height int) []string {
	if len(s.items) == 0 {
		return []string{"  " + t.Paint(theme.Dim, report.Shorten(s.nothing(), width-2))}
	}
	layout := s.page.widths.layout(width, false)
	window := s.window(height)
	lines := make([]string, len(window))
	for i, item := range window {
		chosen := s.top+i == s.cursor
		switch item.kind {
		case itemCustomer:
			lines[i] = s.page.groups[item.at].heading(t, width)
		case itemLine:
			lines[i] = s.row(t, layout, item.at, chosen)
		case itemSource:
			lines[i] = s.sourceRow(t, item.at, width, chosen)
		case itemLooseHeading:
			lines[i] = s.looseHeading().heading(t, width)
		case itemLoose:
			lines[i] = plainRow(t, theme.SignSkipped, theme.Attention, s.looseText(), width, chosen)
		case itemLooseCustomer:
			lines[i] = plainRow(t, theme.SignSkipped, theme.Attention, s.looseCustomerText(item.at), width, chosen)
		case itemWarning:
			lines[i] = plainRow(t, theme.SignHeld, theme.Attention, s.page.plan.Warnings[item.at], width, chosen)
		}
	}
	return lines
}

// nothing says why the list is empty.
func (s *reviewState) nothing() string {
	switch {
	case s.search != "":
		return "nothing here has these words; esc ends the search"
	case s.filter == filterHeld:
		return "nothing is held; f shows other lines"
	case len(s.page.plan.Changes) == 0:
		return "there are no lines: the usage has none that concern this set-up"
	}
	return "nothing to change: " + report.Counted(s.page.sum.None, "line is as it", "lines are as they") + " should be; f shows all"
}

func (g *planGroup) heading(t theme.Theme, width int) string {
	right := report.Shorten(g.worth, max(width/2, 1))
	name := report.Shorten(g.name, max(width-report.Cells(right)-5, 1))
	return " " + t.Paint(theme.Accent, name) + strings.Repeat(" ", max(width-1-report.Cells(name)-report.Cells(right), 1)) + right
}

func (s *reviewState) row(t theme.Theme, layout rowLayout, at int, chosen bool) string {
	change, row := &s.page.plan.Changes[at], s.page.row(at)
	sign, _, role := row.Mark()
	said := row.Said()
	warnings := row.Warnings()
	switch {
	case change.Code == plan.LeftOut:
		sign, said = theme.SignSkipped, "left out"
	case s.page.outcomes != nil && row.Failed():
	case change.Accepted:
		said = "accepted: " + said
	case change.Action == plan.Hold && s.decided.accepts(change.Key.String()):
		said = "accepted, the sync settles it first: " + said
	case len(warnings) > 0 && !row.Held():
		said, role = warnings[0], theme.Attention
	}
	return layout.draw(t, row, sign, role, said, chosen)
}

func (s *reviewState) sourceRow(t theme.Theme, at, width int, chosen bool) string {
	source := &s.page.plan.Sources[at]
	if source.Held == "" {
		_, code, _ := strings.Cut(s.acceptedOf(at), ":")
		return plainRow(t, theme.SignDone, theme.Done, source.Name+": "+report.Words(plan.Code(code))+" is accepted", width, chosen)
	}
	return plainRow(t, theme.SignHeld, theme.Attention, source.Name+" is held, "+report.Words(source.Held)+": "+source.Problem, width, chosen)
}

// looseText is the row of all customers that are not linked, below the heading that says so.
func (s *reviewState) looseText() string {
	does := "o lists them"
	if s.opened {
		does = "o hides them"
	}
	return report.Counted(len(s.page.loose), "customer", "customers") + ": " + does
}

func (s *reviewState) looseHeading() *planGroup {
	return &planGroup{name: "Not linked", worth: report.Counted(s.page.looseLines, "line", "lines") + " not billed"}
}

func (s *reviewState) looseCustomerText(at int) string {
	one := &s.page.loose[at]
	return s.page.groups[one.group].name + ": " + strings.Join(one.uses, ", ")
}

// plainRow is a row that is one sentence.
func plainRow(t theme.Theme, sign string, role theme.Role, text string, width int, chosen bool) string {
	pointer := "  "
	if chosen {
		pointer = "▸ "
	}
	return t.Paint(theme.Accent, pointer) + t.Paint(role, sign+" "+report.Shorten(report.Plain(text), max(width-signWidth, 1)))
}

// readingView says how far reading is.
func readingView(t theme.Theme, shot snapshot, width int) string {
	text := "Reading usage"
	switch shot.stage {
	case syncer.StageUsage:
		text += " of " + report.Counted(shot.total, "source", "sources")
	case syncer.StageSettle, syncer.StageCurrent, syncer.StageApply:
		text = "Reading ConnectWise"
		if shot.total > 0 {
			text += ": agreements " + report.Count(shot.done) + " of " + report.Count(shot.total)
		}
	}
	lines := []string{"", "  " + t.Paint(theme.Accent, text)}
	if shot.stage == syncer.StageCurrent && shot.total > 0 {
		lines = append(lines, "", "  "+progressBar(t, shot.done, shot.total, min(width-4, 50)))
	}
	if shot.running >= 2*time.Second {
		lines = append(lines, "", "  "+t.Paint(theme.Dim, lasting(shot.running)+" so far; esc stops it"))
	}
	return strings.Join(lines, "\n")
}

// problemView says why something did not work, and what to do.
func problemView(t theme.Theme, problem *syncer.Problem, again string, width int) string {
	lines := []string{""}
	for part := range strings.SplitSeq(problem.Message, "\n") {
		for i, line := range report.Wrap(report.Plain(part), max(width-6, 1)) {
			lead := "    "
			if i == 0 {
				lead = "  " + t.Paint(theme.Wrong, theme.SignWrong) + " "
			}
			lines = append(lines, lead+line)
		}
	}
	for _, line := range report.Wrap(report.Plain(problem.Hint), max(width-6, 1)) {
		lines = append(lines, "    "+t.Paint(theme.Dim, line))
	}
	lines = append(lines, "")
	for _, line := range report.Wrap(again, max(width-6, 1)) {
		lines = append(lines, "    "+line)
	}
	return strings.Join(lines, "\n")
}

// progressBar is a bar of width cells.
func progressBar(t theme.Theme, done, total, width int) string {
	filled := 0
	if total > 0 {
		filled = min(width*done/total, width)
	}
	return t.Paint(theme.Accent, strings.Repeat("█", filled)) + t.Paint(theme.Dim, strings.Repeat("░", max(width-filled, 0)))
}

// clip cuts lines to height, and says so.
func clip(t theme.Theme, lines []string, height int) []string {
	if len(lines) <= height {
		return lines
	}
	return append(lines[:max(height-1, 0):max(height-1, 0)], t.Paint(theme.Dim, theme.Ellipsis+" w shows all"))
}

func indent(lines []string) string { return "  " + strings.Join(lines, "\n  ") }

// besides puts the reasons to the right of the list, whose lines are listWidth wide at most.
func besides(t theme.Theme, list, why []string, listWidth, height int) string {
	lines := make([]string, 0, height)
	for i := range height {
		left, right := "", ""
		if i < len(list) {
			left = list[i]
		}
		if i < len(why) {
			right = why[i]
		}
		lines = append(lines, padCells(left, listWidth)+t.Paint(theme.Dim, "│")+" "+right)
	}
	return strings.Join(lines, "\n")
}
