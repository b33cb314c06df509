package ui

import (
	"strings"

	"cwsync/syncer"
	"cwsync/syncer/plan"
	"cwsync/ui/report"
)

// planPage is a plan with all that is worked out once for it, so that a key costs nothing however long the plan is. It never changes.
type planPage struct {
	plan       *plan.Plan
	outcomes   []syncer.Outcome // by change, of a run that is over; nil: it is a plan
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
func newPlanPage(p *plan.Plan) *planPage { return (&planPage{plan: p}).worked() }

// newRunPage is newPlanPage of a run with what became of its rows.
func newRunPage(run *syncer.Run) *planPage {
	page := &planPage{plan: run.Plan, outcomes: make([]syncer.Outcome, len(run.Plan.Changes))}
	copy(page.outcomes, run.Outcomes)
	return page.worked()
}

// row is a change as it is shown.
func (p *planPage) row(i int) report.Row {
	if p.outcomes != nil {
		return report.RunRow(&p.plan.Changes[i], p.outcomes[i])
	}
	return report.PlanRow(&p.plan.Changes[i])
}

// summed counts the rows of a part.
func (p *planPage) summed(from, to int) report.RunSummary {
	changes := p.plan.Changes[from:to]
	if p.outcomes != nil {
		return report.Summarise(&syncer.Run{Plan: &plan.Plan{Changes: changes}, Outcomes: p.outcomes[from:to]})
	}
	return report.SummariseRows(changes)
}

// worked fills in what is worked out of plan and outcomes.
func (p *planPage) worked() *planPage {
	changes := p.plan.Changes
	p.held, p.sum = p.plan.Held(), p.summed(0, len(changes))
	p.folds, p.haystack = make([]bool, len(changes)), make([]string, len(changes))
	manySources := false
	for i := range changes {
		change := &changes[i]
		row := p.row(i)
		p.folds[i] = row.Folds() || row.Loose()
		if row.Unbilled() {
			p.unbilled++
		}
		p.haystack[i] = strings.ToLower(strings.Join([]string{
			row.Customer(), change.Customer.ID, row.Service(), change.Service.ID, row.Product(), row.Agreement(), change.Company.Name, report.Words(change.Code), string(change.Code),
		}, " "))
		p.widths.see(row)
		p.count(change)
		for filter := range reviewFilters {
			if p.in(filter, i) {
				p.counts[filter]++
			}
		}
		manySources = manySources || change.Key.Source != changes[0].Key.Source
	}
	for from := 0; from < len(changes); {
		to := from + 1
		for to < len(changes) && changes[to].Key.Source == changes[from].Key.Source && changes[to].Key.Customer == changes[from].Key.Customer {
			to++
		}
		p.groups = append(p.groups, p.group(from, to, manySources))
		p.gatherLoose(from, to)
		from = to
	}
	return p
}

// gatherLoose puts what a customer that is not linked uses into one row.
func (p *planPage) gatherLoose(from, to int) {
	one := looseCustomer{group: len(p.groups) - 1}
	for i := from; i < to; i++ {
		if row := p.row(i); row.Loose() {
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
		return p.row(i).Held() || change.Accepted && p.outcomes == nil
	case filterChanges:
		return !p.folds[i] || change.Code == plan.LeftOut
	}
	return true
}

func (p *planPage) group(from, to int, manySources bool) planGroup {
	group := planGroup{from: from, to: to, worth: p.summed(from, to).Worth()}
	for i := from; i < to; i++ {
		if group.name = p.row(i).Customer(); p.plan.Changes[i].Customer.Name != "" {
			break
		}
	}
	if manySources {
		group.name += " (" + report.Plain(p.plan.Changes[from].Key.Source) + ")"
	}
	return group
}
