package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"cwsync/store/db"
	"cwsync/syncer"
	"cwsync/syncer/plan"

	"github.com/shopspring/decimal"
)

// Unfinished is the exit code of a run whose end was never recorded: it goes on now, or it was cut off.
const Unfinished = -1

// RunSummary is one line of the history.
type RunSummary struct {
	ID       string
	PlanID   string
	Program  string // version of the program that ran it
	Undoes   string // the run that it took back; empty for an ordinary run
	Started  time.Time
	Finished time.Time // zero: never
	Duration time.Duration
	ExitCode int // Unfinished when it never finished
	Problem  *syncer.Problem
	Summary  plan.Summary  // of its plan as Run gives it: a line that was held while applying is a hold, and MonthlyDelta is of what was applied
	Counts   syncer.Counts // of its outcomes as Run gives them: with what the journal learned since
}

// Runs gives the runs, newest first; at most limit, or all when limit is 0 or less.
func (p *Profile) Runs(ctx context.Context, limit int) ([]RunSummary, error) {
	return p.RunsSince(ctx, time.Time{}, limit)
}

// RunsSince is Runs of those that started at since or later.
func (p *Profile) RunsSince(ctx context.Context, since time.Time, limit int) (runs []RunSummary, err error) {
	err = p.view(ctx, "read the history", func(q *db.Queries, id int64) error {
		rows, err := q.ListRuns(ctx, db.ListRunsParams{ProfileID: id, Since: sinceText(since), Most: most(limit)})
		if err != nil {
			return err
		}
		for i := range rows {
			summary, err := summaryOf(&rows[i])
			if err != nil {
				return err
			}
			if err := summary.complete(ctx, q, id); err != nil {
				return err
			}
			runs = append(runs, summary)
		}
		return nil
	})
	return runs, err
}

// sinceText is a time as runs are compared with; a zero time is before all of them.
func sinceText(since time.Time) string {
	if since.IsZero() {
		return ""
	}
	return timeText(since)
}

// most is a LIMIT; -1 is none.
func most(limit int) int64 {
	if limit <= 0 {
		return -1
	}
	return int64(limit)
}

// LastRun gives the newest run; ok is false when there is none.
func (p *Profile) LastRun(ctx context.Context) (run RunSummary, ok bool, err error) {
	runs, err := p.Runs(ctx, 1)
	if err != nil || len(runs) == 0 {
		return RunSummary{}, false, err
	}
	return runs[0], true, nil
}

func summaryOf(row *db.ListRunsRow) (summary RunSummary, err error) {
	summary = RunSummary{
		ID: row.ID, PlanID: row.PlanID, Program: row.Program, Undoes: row.Undoes,
		Duration: time.Duration(row.DurationNs), ExitCode: exitCode(row.ExitCode),
		Summary: plan.Summary{
			Create: int(row.Creates), Update: int(row.Updates), Cancel: int(row.Cancels), None: int(row.Nones), Hold: int(row.Holds),
			Skip: int(row.Skips),
		},
		Counts: syncer.Counts{
			Applied: int(row.Applied), Failed: int(row.Failed), Unknown: int(row.Unknown), Held: int(row.Held),
			Unchanged: int(row.Unchanged), Skipped: int(row.Skipped),
		},
	}
	if summary.Started, err = parseTime(row.Started); err != nil {
		return summary, err
	}
	if row.Finished.Valid {
		if summary.Finished, err = parseTime(row.Finished.String); err != nil {
			return summary, err
		}
	}
	if summary.Summary.MonthlyDelta, err = parseJSON[map[string]decimal.Decimal](row.MonthlyDelta); err != nil {
		return summary, err
	}
	problem, err := parseOptional[storedProblem](row.Problem)
	summary.Problem = (*syncer.Problem)(problem)
	return summary, err
}

func exitCode(code sql.NullInt64) int {
	if !code.Valid {
		return Unfinished
	}
	return int(code.Int64)
}

// Run gives a whole run with its plan and outcomes; ErrNotFound when this profile has none of this id. A run that never finished has the exit
// code Unfinished. An outcome that the run left open or unknown is given as the journal knows it now.
func (p *Profile) Run(ctx context.Context, id string) (run *syncer.Run, err error) {
	err = p.view(ctx, "read a run", func(q *db.Queries, profile int64) error {
		run, err = loadRun(ctx, q, profile, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	return run, nil
}

// PastRun is Run; ok is false when this profile has none of this id.
func (p *Profile) PastRun(ctx context.Context, id string) (run *syncer.Run, ok bool, err error) {
	run, err = p.Run(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return nil, false, nil
	}
	return run, err == nil, err
}

func loadRun(ctx context.Context, q *db.Queries, profile int64, id string) (*syncer.Run, error) {
	row, err := q.Run(ctx, db.RunParams{ProfileID: profile, ID: id})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("run %q is %w", id, ErrNotFound)
	}
	if err != nil {
		return nil, err
	}
	run, err := runOf(&row)
	if err != nil {
		return nil, err
	}
	if err := loadChanges(ctx, q, &row, run); err != nil {
		return nil, err
	}
	return run, settleOutcomes(ctx, q, row.Seq, run.Plan.Changes, run.Outcomes)
}

func runOf(row *db.Run) (*syncer.Run, error) {
	run := &syncer.Run{ID: row.ID, Duration: time.Duration(row.DurationNs), ExitCode: exitCode(row.ExitCode), Undoes: row.Undoes}
	head, err := unpack[storedPlan](row.Head)
	if err != nil {
		return nil, err
	}
	run.Plan = head.plan()
	if run.Started, err = parseTime(row.Started); err != nil {
		return nil, err
	}
	problem, err := parseOptional[storedProblem](row.Problem)
	if err != nil {
		return nil, err
	}
	run.Problem = (*syncer.Problem)(problem)
	if row.Requests != "" {
		if run.Requests, err = parseJSON[map[string]int](row.Requests); err != nil {
			return nil, err
		}
	}
	if row.Warnings != "" {
		run.Warnings, err = parseJSON[[]string](row.Warnings)
	}
	return run, err
}

func loadChanges(ctx context.Context, q *db.Queries, row *db.Run, run *syncer.Run) error {
	bodies, err := q.BodiesOfRun(ctx, row.Seq)
	if err != nil {
		return err
	}
	for _, body := range bodies {
		stored, err := unpack[[]storedChange](body)
		if err != nil {
			return err
		}
		changes, err := changesOf(stored)
		if err != nil {
			return err
		}
		run.Plan.Changes = append(run.Plan.Changes, changes...)
	}
	if row.Changes != int64(len(run.Plan.Changes)) {
		return fmt.Errorf("%w: run %s has %d changes of %d", errStored, run.ID, len(run.Plan.Changes), row.Changes)
	}
	return loadOutcomes(ctx, q, row, run)
}

func loadOutcomes(ctx context.Context, q *db.Queries, row *db.Run, run *syncer.Run) error {
	if row.Changes == 0 {
		return nil
	}
	run.Outcomes = make([]syncer.Outcome, row.Changes)
	for i := range run.Outcomes {
		run.Outcomes[i] = quietOutcome(row.Finished)
	}
	told, err := q.ChangeRows(ctx, row.Seq)
	if err != nil {
		return err
	}
	for i := range told {
		if told[i].Position < 0 || told[i].Position >= row.Changes {
			return fmt.Errorf("%w: run %s has no row %d", errStored, run.ID, told[i].Position)
		}
		outcome, err := outcomeOf(told[i].Status, told[i].CreatedID, told[i].HeldCode, told[i].Outcome)
		if err != nil {
			return err
		}
		run.Outcomes[told[i].Position] = outcome
	}
	return nil
}

// quietOutcome is the outcome of a row that has none of its own.
func quietOutcome(finished sql.NullString) syncer.Outcome {
	if !finished.Valid {
		return syncer.Outcome{}
	}
	return syncer.Outcome{Status: syncer.Unchanged}
}

func outcomeOf(status string, created int64, code, text string) (syncer.Outcome, error) {
	outcome := syncer.Outcome{Status: syncer.Status(status), AdditionID: int(created), Code: plan.Code(code)}
	if text == "" {
		return outcome, nil
	}
	stored, err := parseJSON[storedOutcome](text)
	outcome.Reason, outcome.Problem, outcome.Warnings, outcome.ProductID = stored.Reason, (*syncer.Problem)(stored.Problem), stored.Warnings, stored.Product
	return outcome, err
}

// settleOutcomes fills in what the journal knows of rows that the run itself did not learn the end of.
func settleOutcomes(ctx context.Context, q *db.Queries, seq int64, changes []plan.Change, outcomes []syncer.Outcome) error {
	type line struct {
		key      string
		addition int64 // 0: of a create
	}
	var open []int
	for i := range outcomes {
		if outcomes[i].Status == "" || outcomes[i].Status == syncer.Unknown {
			open = append(open, i)
		}
	}
	if len(open) == 0 {
		return nil
	}
	rows, err := q.IntentsOfRun(ctx, seq)
	if err != nil {
		return err
	}
	latest := map[line]*db.Journal{}
	for i := range rows {
		entry := &rows[i].Journal
		at := line{key: entry.Key, addition: entry.AdditionID}
		if entry.Kind == string(syncer.IntentCreate) {
			at.addition = 0
		}
		latest[at] = entry
	}
	for _, i := range open {
		change := &changes[i]
		if !change.Action.Writes() {
			continue
		}
		if entry := latest[line{key: keyText(change.Key), addition: int64(change.Addition.ID)}]; entry != nil {
			settleOutcome(&outcomes[i], entry)
			if entry.Kind == string(syncer.IntentCreate) && change.Product.ID == 0 && outcomes[i].Status == syncer.Applied {
				outcomes[i].ProductID = int(entry.ProductID) // of a product that the same run created
			}
		}
	}
	return nil
}

func settleOutcome(outcome *syncer.Outcome, entry *db.Journal) {
	switch syncer.End(entry.State) {
	case syncer.Done:
		outcome.Status, outcome.Problem = syncer.Applied, nil
		switch syncer.IntentKind(entry.Kind) {
		case syncer.IntentCreate:
			outcome.AdditionID = int(entry.AdditionID)
		case syncer.IntentCreateProduct:
			outcome.ProductID = int(entry.ProductID)
		}
	case syncer.Rejected:
		outcome.Status = syncer.Failed
		outcome.Problem = &syncer.Problem{Code: string(syncer.Rejected), Message: entry.Message}
	default:
		outcome.Status = syncer.Unknown
	}
}
