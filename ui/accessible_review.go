package ui

import (
	"cwsync/syncer"
	"cwsync/ui/report"
)

// plainReview is the step that shows the dry run, as lines of text.
type plainReview struct {
	p    *prompts
	step *reviewStep

	stage syncer.Stage // of the reading, as it was said last
	shown *planPage    // that was listed last
	list  plainList
}

// newPlainReview lists everything: there is no screen on which room is to be saved.
func newPlainReview(p *prompts, step *reviewStep) *plainReview {
	step.state.flat = true
	return &plainReview{p: p, step: step}
}

// heard says what is being read.
func (r *plainReview) heard() {
	if r.step.reading == nil {
		r.stage = ""
		return
	}
	shot := r.step.reading.shot
	if shot.stage == r.stage {
		return
	}
	r.stage = shot.stage
	switch shot.stage {
	case syncer.StageUsage:
		r.p.say("Reading usage of %s. Nothing is written.", report.Counted(shot.total, "source", "sources"))
	case syncer.StageCurrent:
		r.p.say("Reading ConnectWise, %s.", report.Counted(shot.total, "agreement", "agreements"))
	}
}

func (r *plainReview) ask() error {
	state := &r.step.state
	again := option{"r", "read again", func(string) error { return r.p.do(r.step.again()) }}
	switch problem := r.step.problem; {
	case problem != nil:
		r.p.say("Failed: %s. %s", report.Plain(problem.Message), report.Plain(problem.Hint))
		return r.p.atStep(r.p.choose([]option{again}))
	case state.page == nil || r.step.desk.draft == nil:
		return r.p.do(r.step.read())
	case r.shown == nil:
		r.all()
	}
	r.shown = state.page
	r.p.say("%s.", state.total())
	writes, noted := state.pending()
	apply := "apply " + report.Counted(writes, "change", "changes")
	if writes == 0 && noted > 0 {
		apply = "take note of " + report.Counted(noted, "line", "lines")
	}
	options := r.list.option(r.p)
	if n := len(r.lines()); n > 0 {
		options = append(options, option{numbers(n), "look at that line", r.line})
	}
	if writes+noted > 0 {
		options = append(options, option{"enter", apply, func(string) error { return r.p.do(r.step.confirm()) }})
	}
	if r.step.desk.only != nil {
		r.p.say("Only %s.", state.names(r.step.desk.only))
		options = append(options, option{"c", "take in all customers", func(string) error {
			r.shown = nil
			return r.p.do(r.step.widen())
		}})
	}
	options = append(options,
		option{"f", "show " + ((state.filter + 1) % reviewFilters).String(), func(string) error {
			state.setFilter((state.filter + 1) % reviewFilters)
			r.all()
			return nil
		}},
		option{"/ text", "search", func(text string) error {
			state.setSearch(text)
			r.all()
			return nil
		}},
		option{"l", "list again", func(string) error { r.all(); return nil }})
	if r.step.desk.profile.SavePlan != nil {
		options = append(options, option{"s", "save the plan as a file", func(string) error { return r.save() }})
	}
	return r.leave(r.p.atStep(r.p.choose(append(options, again))))
}

// leave forgets what was listed when the step is left, so that it is listed again when somebody comes back.
func (r *plainReview) leave(err error) error {
	if !r.p.app.at(placeReview) {
		r.shown = nil
	}
	return err
}

// lines are the places in the state's items of those that have a number.
func (r *plainReview) lines() []int {
	var places []int
	for i, item := range r.step.state.items {
		if !item.kind.heading() {
			places = append(places, i)
		}
	}
	return places
}

// all lists what the filter and the search let through.
func (r *plainReview) all() {
	state := &r.step.state
	said := "Lines: " + state.filter.String()
	if state.search != "" {
		said += ", with " + report.Plain(state.search)
	}
	lines, number := []string{said + "."}, 0
	for _, item := range state.items {
		if item.kind.heading() {
			group := state.looseHeading()
			if item.kind == itemCustomer {
				group = &state.page.groups[item.at]
			}
			lines = append(lines, spoken(group.name, inOneLine(group.worth))+":")
			continue
		}
		number++
		lines = append(lines, report.Count(number)+". "+r.said(item))
	}
	if number == 0 {
		lines = append(lines, state.nothing())
	}
	r.list.show(r.p, lines)
}

// said is one row in one line.
func (r *plainReview) said(item reviewItem) string {
	state := &r.step.state
	switch item.kind {
	case itemWarning:
		return "Attention: " + report.Plain(state.page.plan.Warnings[item.at])
	case itemSource:
		source := &state.page.plan.Sources[item.at]
		if source.Held == "" {
			return "Source " + report.Plain(source.Name) + " is accepted"
		}
		return "Source " + report.Plain(source.Name) + " is held, " + report.Words(source.Held) + ": " + report.Plain(source.Problem)
	}
	switch item.kind {
	case itemLooseCustomer:
		return state.looseCustomerText(item.at)
	}
	change := state.change(item)
	row := report.PlanRow(change)
	_, word, _ := row.Mark()
	before, after := row.Quantities()
	quantities := before + after
	if before != "" && after != "" {
		quantities = before + " to " + after
	}
	return spoken(row.Service(), word, quantities, row.Product(), row.Agreement()) + ". " + row.Said()
}

// line says why a line is as it is, and lets a person leave it out or accept it.
func (r *plainReview) line(answer string) error {
	state := &r.step.state
	places := r.lines()
	at, ok := picked(answer, len(places))
	if !ok {
		return nil
	}
	state.cursor = places[at]
	for _, text := range state.why(r.step.desk.draft) {
		label := ""
		if text.label != "" {
			label = text.label + ": "
		}
		r.p.say("  %s%s", label, text.text)
	}
	var options []option
	if line := state.line(); line != nil {
		options = append(options, option{"o", "leave it out, or take it in again", func(string) error { return r.p.do(r.step.leaveOut()) }})
	}
	if state.acceptEntry() != "" || state.acceptedEntry() != "" {
		options = append(options, option{"a", "accept it, or hold it again", func(string) error { return r.p.do(r.step.accept()) }})
	}
	return r.p.inside(r.p.choose(append(options, option{"enter", "back to the lines", func(string) error { return nil }})))
}

func (r *plainReview) save() error {
	name := r.step.fileName()
	path, err := r.p.line("File, or enter for " + name + ":")
	if err != nil {
		return err
	}
	if path == "" {
		path = name
	}
	return r.p.do(r.step.save(path))
}
