package ui

import (
	"strings"

	"cwsync/syncer/plan"
	"cwsync/ui/report"
)

// planPage is a plan with all that is worked out once for it, so that a key costs nothing however long the plan is. It never changes.
type planPage struct {
	plan       *plan.Plan
	sum        report.RunSummary
	groups     []planGroup
	widths     rowWidths
	folds      []bool // by change: nothing becomes of it and there is nothing to look at
	counts     [reviewFilters]int
	held       bool // a line or a source is held
	writes     int  // rows that would be written
	noted      int  // lines that the store would learn of without a write: adopted, let go of, or settled
	leftOut    int
	accepted   int
	unbilled   int // lines that nobody is billed for
	loose      []looseCustomer
	looseLines int      // lines of theirs
	haystack   []string // by change: what a search looks through, in lower case
}

// looseCustomer is a customer that is not linked: one row stands for all that it uses.
type looseCustomer struct {
	group int   // of its changes
	lines []int // those of its changes that are not billed for this
	uses  []string
}

// planGroup is the rows of one customer of one source.
type planGroup struct {
	from, to int // of its changes
	name     string
	worth    string // a month, as text
}

// newPlanPage works a plan through. It takes a while for a long plan: commands call it.
func newPlanPage(p *plan.Plan) *planPage {
	page := &planPage{plan: p, held: p.Held(), sum: report.SummariseRows(p.Changes), folds: make([]bool, len(p.Changes)), haystack: make([]string, len(p.Changes))}
	manySources := false
	for i := range p.Changes {
		change := &p.Changes[i]
		row := report.PlanRow(change)
		page.folds[i] = row.Folds() || row.Loose()
		if row.Unbilled() {
			page.unbilled++
		}
		page.haystack[i] = strings.ToLower(strings.Join([]string{
			row.Customer(), change.Customer.ID, row.Service(), change.Service.ID, row.Product(), row.Agreement(), change.Company.Name, report.Words(change.Code), string(change.Code),
		}, " "))
		page.widths.see(row)
		page.count(change)
		for filter := range reviewFilters {
			if page.in(filter, i) {
				page.counts[filter]++
			}
		}
		manySources = manySources || change.Key.Source != p.Changes[0].Key.Source
	}
	for from := 0; from < len(p.Changes); {
		to := from + 1
		for to < len(p.Changes) && p.Changes[to].Key.Source == p.Changes[from].Key.Source && p.Changes[to].Key.Customer == p.Changes[from].Key.Customer {
			to++
		}
		page.groups = append(page.groups, newPlanGroup(p, from, to, manySources))
		page.gatherLoose(from, to)
		from = to
	}
	return page
}

// gatherLoose puts what a customer that is not linked uses into one row.
func (p *planPage) gatherLoose(from, to int) {
	one := looseCustomer{group: len(p.groups) - 1}
	for i := from; i < to; i++ {
		if row := report.PlanRow(&p.plan.Changes[i]); row.Loose() {
			one.lines, one.uses = append(one.lines, i), append(one.uses, row.Uses())
		}
	}
	if len(one.lines) > 0 {
		p.loose = append(p.loose, one)
		p.looseLines += len(one.lines)
	}
}

func (p *planPage) count(change *plan.Change) {
	switch {
	case change.Action.Writes():
		p.writes++
	case change.Code == plan.LeftOut:
		p.leftOut++
	case change.Action == plan.Hold && change.Code == plan.PreviousUnknown, change.Action != plan.Hold && (change.Adopts || len(change.Releases) > 0):
		p.noted++
	}
	if change.Accepted {
		p.accepted++
	}
}

// in reports whether a filter lets a change through.
func (p *planPage) in(filter reviewFilter, i int) bool {
	change := &p.plan.Changes[i]
	switch filter {
	case filterHeld:
		return change.Action == plan.Hold || change.Accepted
	case filterChanges:
		return !p.folds[i] || change.Code == plan.LeftOut
	}
	return true
}

func newPlanGroup(p *plan.Plan, from, to int, manySources bool) planGroup {
	group := planGroup{from: from, to: to, worth: report.SummariseRows(p.Changes[from:to]).Worth()}
	for i := from; i < to; i++ {
		if group.name = report.PlanRow(&p.Changes[i]).Customer(); p.Changes[i].Customer.Name != "" {
			break
		}
	}
	if manySources {
		group.name += " (" + report.Plain(p.Changes[from].Key.Source) + ")"
	}
	return group
}
