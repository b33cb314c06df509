package ui

import (
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
	"cwsync/ui/report"

	tea "charm.land/bubbletea/v2"
)

// Messages of questions that were answered with yes.
type (
	acceptHeldMsg    struct{ entry string }
	confirmedPlanMsg struct{ page *planPage }
)

// accept releases what is held under the cursor after a question, or holds it again without one.
func (r *reviewStep) accept() tea.Cmd {
	if entry := r.state.acceptedEntry(); entry != "" {
		delete(r.state.decided.Accepted, entry)
		return tea.Batch(r.replan(), send(noticeMsg{text: "held again"}))
	}
	entry := r.state.acceptEntry()
	if entry == "" {
		return send(noticeMsg{text: r.notAcceptable()})
	}
	title, lines := r.state.askAccept()
	return send(askMsg{title: title, lines: lines, yes: "accept it", then: send(acceptHeldMsg{entry})})
}

// notAcceptable says why the row under the cursor cannot be accepted.
func (r *reviewStep) notAcceptable() string {
	item, ok := r.state.current()
	switch {
	case ok && item.kind == itemLine && r.state.change(item).Action == plan.Hold:
		return "this cannot be accepted: " + r.state.change(item).Reason
	case ok && item.kind == itemSource && r.state.page.plan.Sources[item.at].Held != "":
		return "this cannot be accepted: put the source right, then read again with r"
	}
	return "this line is not held, so there is nothing to accept"
}

// askAccept is the question before the row under the cursor is released.
func (s *reviewState) askAccept() (title string, lines []string) {
	item, _ := s.current()
	if item.kind == itemSource {
		source := &s.page.plan.Sources[item.at]
		return "Accept the whole source " + report.Plain(source.Name) + "?", []string{
			report.Words(source.Held) + ": " + source.Problem, "All its lines are planned then as if this were no reason to stop. You see them before anything is written.",
		}
	}
	change := s.change(item)
	row := report.PlanRow(change)
	lines = []string{row.Customer() + ", " + row.Service()}
	if entry := s.acceptEntry(); entry != change.Key.String() {
		lines = append(lines, "The whole source is held, so this accepts all lines of "+change.Key.Source+" that are held for this reason.")
	}
	lines = append(lines, row.Fields()...)
	if !change.MonthlyDelta.IsZero() {
		lines = append(lines, report.Total(change.MonthlyDelta, change.Currency)+" a month")
	}
	lines = append(lines, change.Reason)
	if change.Code == plan.PreviousUnknown {
		lines = append(lines, "Look at the agreement in ConnectWise first. The sync reads it back before it writes, and only where it finds no trace the earlier write counts as not done; the next review plans this line.")
		return "Count the earlier write as not done?", lines
	}
	return "Accept this line?", lines
}

// confirm asks before anything is written.
func (r *reviewStep) confirm() tea.Cmd {
	switch {
	case r.desk.writing:
		return send(noticeMsg{text: "a sync is going on: wait for its end, then read again with r"})
	case r.planning:
		return send(noticeMsg{text: "one moment: the plan is being made again"})
	}
	if writes, noted := r.state.pending(); writes == 0 && noted == 0 {
		return tea.Batch(send(gotoMsg{placeSync}), send(noticeMsg{text: r.state.nothingToWrite()}))
	}
	title, lines, yes := r.state.askWrite()
	return send(askMsg{title: title, lines: lines, yes: yes, then: send(confirmedPlanMsg{r.state.page})})
}

// nothingToWrite says that there is nothing to write, and not that all is well where somebody is not billed.
func (s *reviewState) nothingToWrite() string {
	if n := s.page.unbilled; n > 0 {
		return "there is nothing to write; " + report.Counted(n, "line is", "lines are") + " not billed"
	}
	return "there is nothing to write: what is not held is as it should be"
}

// askWrite is the question before a plan is written.
func (s *reviewState) askWrite() (title string, lines []string, yes string) {
	sum := s.page.sum
	writes, noted := s.pending()
	if writes == 0 {
		title, yes = "Nothing is written to ConnectWise. Take note of "+report.Counted(noted, "line", "lines")+"?", "take note"
	} else {
		yes = "write " + report.Counted(writes, "change", "changes")
		title = "Write " + report.Counted(writes, "change", "changes") + " to ConnectWise"
		if worth := report.Totals(sum.MonthlyDelta); worth != "" {
			title += ": " + worth + " a month"
		}
		title += "?"
		lines = append(lines, s.written()...)
	}
	if noted > 0 {
		lines = append(lines, report.Counted(noted, "line is", "lines are")+" taken note of without a write: adopted, let go of, or settled")
	}
	for _, part := range []struct {
		n         int
		one, many string
	}{{s.page.accepted, "line that was held is accepted", "lines that were held are accepted"}, {s.page.leftOut, "line is left out", "lines are left out"},
		{sum.Hold, "line stays held and is not written", "lines stay held and are not written"}} {
		if part.n > 0 {
			lines = append(lines, report.Counted(part.n, part.one, part.many))
		}
	}
	return title, append(lines, "Each agreement is read again right before its first write."), yes
}

// written says for how many customers something is written and what, and what is written into the catalog.
func (s *reviewState) written() []string {
	customers, products := map[billing.Key]bool{}, 0
	var rows []plan.Change
	for _, change := range s.page.plan.Changes {
		switch {
		case !change.Action.Writes():
		case change.OfProduct():
			products++
		default:
			customers[billing.Key{Source: change.Key.Source, Customer: change.Key.Customer}] = true
			rows = append(rows, change)
		}
	}
	var lines []string
	if products > 0 {
		lines = append(lines, report.Counted(products, "product", "products")+" in ConnectWise's catalog, before the lines that need them")
	}
	if len(rows) > 0 {
		lines = append(lines, report.Counted(len(customers), "customer", "customers")+": "+report.Kinds(&plan.Plan{Changes: rows}))
	}
	return lines
}

// confirmed hands the plan to the step Sync, if it is still the one that the question was about.
func (r *reviewStep) confirmed(msg confirmedPlanMsg) tea.Cmd {
	if msg.page != r.state.page || r.planning || r.reading != nil || r.desk.writing {
		return send(noticeMsg{text: "the plan changed while the question was open: look at it again", bad: true})
	}
	r.desk.plan, r.written = msg.page, true
	return send(gotoMsg{placeSync})
}
