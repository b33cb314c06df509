package store

import (
	"context"
	"database/sql"
	"fmt"

	"cwsync/store/db"
	"cwsync/syncer"
)

// Finish records the end of a run, with its outcomes and the ownership that changed without a write. ErrNotFound, ErrFinished: of the run;
// ErrInvalid: not one outcome for each change of the plan that Begin recorded.
func (p *Profile) Finish(ctx context.Context, run *syncer.Run, ownership syncer.OwnershipChange) error {
	return p.update(ctx, "record the end of a run", func(q *db.Queries, id int64) error {
		begun, err := openRun(ctx, q, id, run.ID)
		if err != nil {
			return err
		}
		if begun.Changes != int64(len(run.Outcomes)) {
			return fmt.Errorf("%d outcomes of %d changes %w", len(run.Outcomes), begun.Changes, ErrInvalid)
		}
		if err := p.finishRun(ctx, q, begun.Seq, run); err != nil {
			return err
		}
		if err := setOutcomes(ctx, q, begun.Seq, run.Outcomes); err != nil {
			return err
		}
		return p.changeOwnership(ctx, q, id, begun.Seq, ownership)
	})
}

func (p *Profile) finishRun(ctx context.Context, q *db.Queries, seq int64, run *syncer.Run) error {
	problem, err := optionalText((*storedProblem)(run.Problem))
	if err != nil {
		return err
	}
	requests, err := jsonText(run.Requests)
	if err != nil {
		return err
	}
	warnings, err := jsonText(run.Warnings)
	if err != nil {
		return err
	}
	counts := run.Counts()
	_, err = q.FinishRun(ctx, db.FinishRunParams{
		DurationNs: int64(run.Duration), Finished: sql.NullString{String: timeText(p.store.now()), Valid: true},
		ExitCode: sql.NullInt64{Int64: int64(run.ExitCode), Valid: true}, Problem: problem, Requests: requests, Warnings: warnings,
		Applied: int64(counts.Applied), Failed: int64(counts.Failed), Unknown: int64(counts.Unknown), Held: int64(counts.Held),
		Unchanged: int64(counts.Unchanged), Skipped: int64(counts.Skipped), Seq: seq,
	})
	return err
}

// setOutcomes writes the outcomes of the rows that said something, and makes rows of those whose outcome says something now.
func setOutcomes(ctx context.Context, q *db.Queries, seq int64, outcomes []syncer.Outcome) error {
	told, err := q.ChangePositions(ctx, seq)
	if err != nil {
		return err
	}
	if err := setTold(ctx, q, seq, told, outcomes); err != nil {
		return err
	}
	find := finder{q: q}
	for i := range outcomes {
		if len(told) > 0 && told[0] == int64(i) {
			told = told[1:]
			continue
		}
		if isPlain(&outcomes[i]) && outcomes[i].Status == syncer.Unchanged {
			continue
		}
		change, err := find.change(ctx, seq, int64(i))
		if err != nil {
			return err
		}
		if err := addChange(ctx, q, seq, i, &change); err != nil {
			return err
		}
		if err := setOutcome(ctx, q, seq, int64(i), &outcomes[i]); err != nil {
			return err
		}
	}
	return nil
}

// setTold writes the outcomes of the rows at these positions, which are all the rows that the run has so far. Those that follow each other and
// have nothing but the same status take one statement.
func setTold(ctx context.Context, q *db.Queries, seq int64, told []int64, outcomes []syncer.Outcome) error {
	for len(told) > 0 {
		outcome, rows := &outcomes[told[0]], 1
		if isPlain(outcome) {
			for rows < len(told) && isPlain(&outcomes[told[rows]]) && outcomes[told[rows]].Status == outcome.Status {
				rows++
			}
			span := db.SetStatusParams{Status: string(outcome.Status), RunSeq: seq, First: told[0], Last: told[rows-1]}
			if err := q.SetStatus(ctx, span); err != nil {
				return err
			}
		} else if err := setOutcome(ctx, q, seq, told[0], outcome); err != nil {
			return err
		}
		told = told[rows:]
	}
	return nil
}

func isPlain(o *syncer.Outcome) bool {
	return o.AdditionID == 0 && o.ProductID == 0 && o.Code == "" && o.Reason == "" && o.Problem == nil && o.Warnings == nil
}

func setOutcome(ctx context.Context, q *db.Queries, seq, position int64, outcome *syncer.Outcome) error {
	text, err := outcomeText(outcome)
	if err != nil {
		return err
	}
	return q.SetOutcome(ctx, db.SetOutcomeParams{
		Status: string(outcome.Status), CreatedID: int64(outcome.AdditionID), HeldCode: string(outcome.Code), Outcome: text,
		RunSeq: seq, Position: position,
	})
}

// changeOwnership releases first: an addition may be released from one line and owned by another in the same run.
func (p *Profile) changeOwnership(ctx context.Context, q *db.Queries, profile, run int64, ownership syncer.OwnershipChange) error {
	changed := timeText(p.store.now())
	for _, addition := range ownership.Released {
		row := db.ReleaseParams{RunSeq: run, Changed: changed, ProfileID: profile, AdditionID: int64(addition)}
		if err := q.Release(ctx, row); err != nil {
			return err
		}
	}
	if len(ownership.Released)+len(ownership.Owned) == 0 {
		return nil
	}
	for i := range ownership.Owned {
		if ownership.Owned[i].AdditionID <= 0 {
			return fmt.Errorf("ownership of addition %d %w", ownership.Owned[i].AdditionID, ErrInvalid)
		}
	}
	return p.own(ctx, q, profile, run, ownership.Owned...)
}
