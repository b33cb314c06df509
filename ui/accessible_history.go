package ui

import (
	"errors"
	"strings"

	"cwsync/ui/report"
	"cwsync/ui/theme"
)

// plainHistory is the history as lines of text.
type plainHistory struct {
	p     *prompts
	page  *historyPage
	said  any // what was listed last
	shown any // what it was about: a list that is read anew is another one
	list  plainList
}

func newPlainHistory(p *prompts, page step) plainStep {
	return &plainHistory{p: p, page: page.(*historyPage)}
}

func (s *plainHistory) heard() {}

func (s *plainHistory) ask() error {
	h := s.page
	switch {
	case h.failed != nil:
		s.p.say("Failed: %s. %s", report.Plain(h.failed.Message), report.Plain(h.failed.Hint))
		return s.up(s.p.choose([]option{{"r", "read again", func(string) error { return s.p.do(h.readAgain()) }}}))
	case h.undo != nil:
		return s.askUndo()
	case h.why != nil:
		return s.askWhy()
	case h.run != nil:
		return s.askRun()
	}
	return s.askList()
}

// up takes the answer b: it closes what is open, and from the list it leaves the page.
func (s *plainHistory) up(err error) error {
	if errors.Is(err, errBack) && s.page.back() {
		return nil
	}
	return s.p.atStep(err)
}

// once says lines, unless they were said for this already.
func (s *plainHistory) once(what, of any, lines func() []string) {
	if s.said == what && s.shown == of {
		return
	}
	s.said, s.shown = what, of
	s.list.show(s.p, lines())
}

func (s *plainHistory) again() option {
	return option{"l", "list again", func(string) error { s.said = nil; return nil }}
}

// export is the option of writing what was listed to a file.
func (s *plainHistory) export() []option {
	h := s.page
	if h.desk.profile.WriteFile == nil {
		return nil
	}
	return []option{{"x", "export as CSV", func(string) error {
		name := h.fileName()
		path, err := s.p.line("File, or enter for " + name + ":")
		if err != nil {
			return err
		}
		if path == "" {
			path = name
		}
		return s.p.do(h.save(path))
	}}}
}

func (s *plainHistory) askList() error {
	h, l := s.page, &s.page.list
	s.once(l, [3]any{len(l.items), l.filter, l.search}, s.listed)
	options := s.list.option(s.p)
	if n := len(l.items); n > 0 {
		options = append(options, option{numbers(n), "open that one", func(answer string) error {
			at, _ := picked(answer, n)
			l.cursor = at
			return s.p.do(h.listKey("enter"))
		}}, option{"u text", "with a number: take that run back", func(text string) error {
			at, ok := picked(text, n)
			if !ok {
				s.p.say("Type u and the number of a run.")
				return nil
			}
			l.cursor = at
			return s.p.do(h.listKey("u"))
		}})
	}
	options = append(options,
		option{"/ text", "search by customer, product or service", func(text string) error { return s.p.do(h.find(text)) }},
		option{"f", "show " + ((l.filter + 1) % pastFilters).String(), func(string) error { return s.p.do(h.nextFilter()) }})
	options = append(options, s.export()...)
	return s.up(s.p.choose(append(options, s.again())))
}

// listed are the rows of the list, numbered.
func (s *plainHistory) listed() []string {
	h, l := s.page, &s.page.list
	lines := []string{"Runs, newest first: " + l.filter.String() + "."}
	if l.search != "" {
		lines[0] = "Changes, newest first: " + h.listHead() + "."
	}
	for i, item := range l.items {
		text := pastMoment(l.started(item), h.desk.now())
		switch {
		case item.line:
			f := &l.found[item.found]
			text = saidRow(report.RunRow(&f.Change, f.Outcome), true)
		case item.run < 0:
			text = spoken("run of "+text, report.Plain(l.idOf(item)))
		default:
			run := &l.runs[item.run]
			worth := report.Totals(run.Monthly)
			if worth != "" {
				worth += " a month"
			}
			text = spoken("run of "+text, run.said(plainWidth, l.undone[run.ID]), worth)
		}
		lines = append(lines, report.Count(i+1)+". "+text)
	}
	if len(l.items) == 0 {
		lines = append(lines, l.nothing())
	}
	return lines
}

// saidRow is a row in one line.
func saidRow(row report.Row, named bool) string {
	_, word, _ := row.Mark()
	before, after := row.Quantities()
	quantities := before + after
	if before != "" && after != "" {
		quantities = before + " to " + after
	}
	customer := ""
	if named {
		customer = row.Customer()
	}
	return strings.TrimSpace(spoken(customer, row.Service(), word, quantities, row.Product(), row.Agreement()) + ". " + row.Said())
}

// rows are those of a plan or a run, by customer; the lines are numbered.
func (s *plainHistory) rows(state *reviewState) []string {
	var lines []string
	number := 0
	for _, item := range state.items {
		text := ""
		switch item.kind {
		case itemCustomer:
			group := &state.page.groups[item.at]
			lines = append(lines, spoken(group.name, inOneLine(group.worth))+":")
			continue
		case itemLooseHeading:
			group := state.looseHeading()
			lines = append(lines, spoken(group.name, inOneLine(group.worth))+":")
			continue
		case itemWarning:
			text = "Attention: " + report.Plain(state.page.plan.Warnings[item.at])
		case itemSource:
			source := &state.page.plan.Sources[item.at]
			text = "Source " + report.Plain(source.Name) + " is held, " + report.Words(source.Held) + ": " + report.Plain(source.Problem)
		case itemLooseCustomer:
			text = state.looseCustomerText(item.at)
		default:
			text = saidRow(state.page.row(item.at), false)
		}
		number++
		lines = append(lines, report.Count(number)+". "+text)
	}
	return lines
}

// numberedRows are the places in the items of a plan or a run that have a number.
func numberedRows(state *reviewState) []int {
	var places []int
	for i, item := range state.items {
		if !item.kind.heading() {
			places = append(places, i)
		}
	}
	return places
}

func (s *plainHistory) askRun() error {
	h, state := s.page, &s.page.run.state
	s.once(h.run, [2]any{state.filter, state.search}, func() []string {
		_, _, about := h.run.about(h.desk.now())
		lines := []string{about + ".", "Lines: " + state.filter.String() + "."}
		if len(state.items) == 0 {
			return append(lines, h.run.nothing())
		}
		return append(lines, s.rows(state)...)
	})
	if said := h.run.status(); said != "" {
		s.p.say("%s.", inOneLine(said))
	}
	options := s.list.option(s.p)
	if places := numberedRows(state); len(places) > 0 {
		options = append(options, option{numbers(len(places)), "why that line is as it is", func(answer string) error {
			at, _ := picked(answer, len(places))
			state.cursor = places[at]
			return s.p.do(h.runKey("enter"))
		}})
	}
	options = append(options,
		option{"u", "take the run back", func(string) error { return s.p.do(h.runKey("u")) }},
		option{"f", "show " + ((state.filter + 1) % reviewFilters).String(), func(string) error { return s.p.do(h.runKey("f")) }},
		option{"/ text", "search", func(text string) error { state.setSearch(text); return nil }})
	options = append(options, s.export()...)
	return s.up(s.p.choose(append(options, s.again())))
}

func (s *plainHistory) askWhy() error {
	w := s.page.why
	s.once(w, nil, func() []string {
		var lines []string
		if _, numbers := sparkline(w.explanation.Quantities(), 1); numbers != "" {
			lines = append(lines, "Quantity: "+numbers+".")
		}
		told := pastWhy{explanation: w.explanation}
		for _, line := range told.text(theme.None(), plainWidth) {
			if line = inOneLine(line); line != "" {
				lines = append(lines, line)
			}
		}
		return lines
	})
	return s.up(s.p.choose(append(append(s.list.option(s.p), s.export()...), s.again())))
}

func (s *plainHistory) askUndo() error {
	h, state := s.page, &s.page.undo.state
	if state.page == nil { // its reading was given up
		h.undo = nil
		return nil
	}
	s.once(h.undo, state.page, func() []string {
		return append([]string{h.undo.about(h.desk.now())}, s.rows(state)...)
	})
	s.p.say("%s.", state.total())
	options := s.list.option(s.p)
	if places := numberedRows(state); len(places) > 0 {
		options = append(options, option{numbers(len(places)), "look at that line", func(answer string) error {
			at, _ := picked(answer, len(places))
			state.cursor = places[at]
			return s.undoLine()
		}})
	}
	take := "take back " + report.Counted(state.page.writes, "change", "changes")
	return s.up(s.p.choose(append(options, option{"enter", take, func(string) error { return s.p.do(h.undoKey("enter")) }}, s.again())))
}

// undoLine says why a line of an undo is as it is, and lets a person leave it out or accept it.
func (s *plainHistory) undoLine() error {
	h, state := s.page, &s.page.undo.state
	for _, text := range state.why(h.undo.draft) {
		label := ""
		if text.label != "" {
			label = text.label + ": "
		}
		s.p.say("  %s%s", label, text.text)
	}
	var options []option
	if state.line() != nil {
		options = append(options, option{"o", "leave it out, or take it in again", func(string) error { return s.p.do(h.undoKey("space")) }})
	}
	if state.acceptEntry() != "" || state.acceptedEntry() != "" {
		options = append(options, option{"a", "accept it, or hold it again", func(string) error { return s.p.do(h.undoKey("a")) }})
	}
	return s.p.inside(s.p.choose(append(options, option{"enter", "back to the lines", func(string) error { return nil }})))
}
