package report

import (
	"cmp"

	"cwsync/syncer"
	"cwsync/syncer/plan"

	"github.com/shopspring/decimal"
)

// sheet is what both forms show: a plan, and in a run also what became of it.
type sheet struct {
	plan *plan.Plan
	run  *syncer.Run // nil for a plan
}

// row is one change as it is shown: that of the plan, with what the run made of it.
type row struct {
	*plan.Change
	inRun   bool
	outcome syncer.Outcome // zero in a plan

	action        plan.Action
	code          plan.Code
	reason        string
	status        syncer.Status // empty in a plan, and while the run has not come to the row
	after, wanted plan.Values
}

func (s sheet) row(i int) row {
	var outcome syncer.Outcome
	if s.run != nil && i < len(s.run.Outcomes) {
		outcome = s.run.Outcomes[i]
	}
	return rowOf(&s.plan.Changes[i], outcome, s.run != nil)
}

func rowOf(change *plan.Change, outcome syncer.Outcome, inRun bool) row {
	r := row{Change: change, action: change.Action, code: change.Code, reason: change.Reason, after: change.After, wanted: change.Wanted}
	if !inRun {
		return r
	}
	r.inRun, r.outcome = true, outcome
	r.status = r.outcome.Status
	if r.status == "" {
		r.status = settled(r.action)
	}
	if r.status == syncer.Held && r.action.Writes() {
		r.action, r.wanted, r.after = plan.Hold, r.after, plan.Values{}
		r.code, r.reason = cmp.Or(r.outcome.Code, r.code), cmp.Or(r.outcome.Reason, r.reason)
	}
	return r
}

// settled is the status of a row that needs no run to come to it.
func settled(action plan.Action) syncer.Status {
	switch action {
	case plan.None:
		return syncer.Unchanged
	case plan.Hold:
		return syncer.Held
	case plan.Skip:
		return syncer.Skipped
	}
	return ""
}

func (r *row) additionID() int {
	if r.Addition.ID == 0 {
		return r.outcome.AdditionID
	}
	return r.Addition.ID
}

// counts reports whether the row's monthly value is in the total: what a plan would write, and what a run has written.
func (r *row) counts() bool {
	if r.inRun {
		return r.action.Writes() && r.status == syncer.Applied
	}
	return r.action.Writes()
}

// RunSummary counts the rows of a run by action and by what became of them.
type RunSummary struct {
	plan.Summary     // rows held while applying count as held; MonthlyDelta is of what was applied, not rounded
	Applied          int
	Failed           int
	Unknown          int
	NotReached       int                        // rows with a write that the run has not come to
	Adopted          int                        // of the unchanged rows, those of lines that become ours as they are
	HeldMonthlyDelta map[string]decimal.Decimal // by currency, of what is held back
}

// Summarise counts the rows of a run.
func Summarise(r *syncer.Run) RunSummary { return ofRun(r).summary() }

func ofRun(r *syncer.Run) sheet {
	if r.Plan == nil {
		return sheet{plan: &plan.Plan{}, run: r}
	}
	return sheet{plan: r.Plan, run: r}
}

func (s sheet) summary() RunSummary {
	sum := newSummary()
	for i := range s.plan.Changes {
		r := s.row(i)
		sum.count(&r)
	}
	return sum
}

func newSummary() RunSummary {
	sum := RunSummary{HeldMonthlyDelta: map[string]decimal.Decimal{}}
	sum.MonthlyDelta = map[string]decimal.Decimal{}
	return sum
}

func (s *RunSummary) count(r *row) {
	switch r.action {
	case plan.Create:
		s.Create++
	case plan.Update:
		s.Update++
	case plan.Cancel:
		s.Cancel++
	case plan.None:
		s.None++
		if r.takesOver() {
			s.Adopted++
		}
	case plan.Hold:
		s.Hold++
	case plan.Skip:
		s.Skip++
	}
	switch {
	case r.status == syncer.Applied:
		s.Applied++
	case r.status == syncer.Failed:
		s.Failed++
	case r.status == syncer.Unknown:
		s.Unknown++
	case r.inRun && r.status == "":
		s.NotReached++
	}
	if r.counts() {
		add(s.MonthlyDelta, r)
	} else if r.action == plan.Hold {
		add(s.HeldMonthlyDelta, r)
	}
}

func add(sum map[string]decimal.Decimal, r *row) {
	if !r.MonthlyDelta.IsZero() {
		sum[r.Currency] = sum[r.Currency].Add(r.MonthlyDelta)
	}
}
