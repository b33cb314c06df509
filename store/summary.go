package store

import (
	"context"

	"cwsync/store/db"
	"cwsync/syncer"
	"cwsync/syncer/plan"

	"github.com/shopspring/decimal"
)

// complete makes the numbers of a run those that Run would give. What the run itself recorded says it all where everything that it was to write
// was applied, as in nearly all runs; else it is counted anew, with what the journal knows now.
func (s *RunSummary) complete(ctx context.Context, q *db.Queries, profile int64) error {
	if !s.Finished.IsZero() && s.Counts.Applied == s.Summary.Create+s.Summary.Update+s.Summary.Cancel {
		return nil
	}
	run, err := loadRun(ctx, q, profile, s.ID)
	if err != nil {
		return err
	}
	s.Summary, s.Counts = plan.Summary{MonthlyDelta: map[string]decimal.Decimal{}}, syncer.Counts{}
	for i := range run.Plan.Changes {
		s.count(&run.Plan.Changes[i], run.Outcomes[i].Status)
	}
	return nil
}

// count adds one row. One without a write that the run had no time to come to is what it was to be.
func (s *RunSummary) count(change *plan.Change, status syncer.Status) {
	action := change.Action
	if status == syncer.Held && action.Writes() {
		action = plan.Hold
	}
	switch action {
	case plan.Create:
		s.Summary.Create++
	case plan.Update:
		s.Summary.Update++
	case plan.Cancel:
		s.Summary.Cancel++
	case plan.None:
		s.Summary.None++
	case plan.Hold:
		s.Summary.Hold++
	case plan.Skip:
		s.Summary.Skip++
	}
	switch {
	case status == syncer.Applied:
		s.Counts.Applied++
	case status == syncer.Failed:
		s.Counts.Failed++
	case status == syncer.Unknown:
		s.Counts.Unknown++
	case action == plan.Hold:
		s.Counts.Held++
	case action == plan.None:
		s.Counts.Unchanged++
	case action == plan.Skip, status == syncer.Skipped:
		s.Counts.Skipped++
	}
	if status == syncer.Applied && action.Writes() && !change.MonthlyDelta.IsZero() {
		s.Summary.MonthlyDelta[change.Currency] = s.Summary.MonthlyDelta[change.Currency].Add(change.MonthlyDelta)
	}
}
