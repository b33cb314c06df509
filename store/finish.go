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
		seq, err := openRun(ctx, q, id, run.ID)
		if err != nil {
			return err
		}
		count, err := q.CountChanges(ctx, seq)
		if err != nil {
			return err
		}
		if count != int64(len(run.Outcomes)) {
			return fmt.Errorf("%d outcomes of %d changes %w", len(run.Outcomes), count, ErrInvalid)
		}
		if err := p.finishRun(ctx, q, seq, run); err != nil {
			return err
		}
		if err := setOutcomes(ctx, q, seq, run.Outcomes); err != nil {
			return err
		}
		return p.changeOwnership(ctx, q, id, seq, ownership)
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

// setOutcomes writes neighbours that have nothing but the same status with one statement: most rows of most runs are unchanged.
func setOutcomes(ctx context.Context, q *db.Queries, seq int64, outcomes []syncer.Outcome) error {
	for first := 0; first < len(outcomes); {
		outcome := &outcomes[first]
		if !isPlain(outcome) {
			if err := setOutcome(ctx, q, seq, first, outcome); err != nil {
				return err
			}
			first++
			continue
		}
		next := first + 1
		for next < len(outcomes) && isPlain(&outcomes[next]) && outcomes[next].Status == outcome.Status {
			next++
		}
		span := db.SetStatusParams{Status: string(outcome.Status), RunSeq: seq, First: int64(first), Last: int64(next - 1)}
		if err := q.SetStatus(ctx, span); err != nil {
			return err
		}
		first = next
	}
	return nil
}

func isPlain(o *syncer.Outcome) bool {
	return o.AdditionID == 0 && o.Code == "" && o.Reason == "" && o.Problem == nil && o.Warnings == nil
}

func setOutcome(ctx context.Context, q *db.Queries, seq int64, position int, outcome *syncer.Outcome) error {
	text, err := outcomeText(outcome)
	if err != nil {
		return err
	}
	return q.SetOutcome(ctx, db.SetOutcomeParams{
		Status: string(outcome.Status), CreatedID: int64(outcome.AdditionID), HeldCode: string(outcome.Code), Outcome: text,
		RunSeq: seq, Position: int64(position),
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
	for i := range ownership.Owned {
		if ownership.Owned[i].AdditionID <= 0 {
			return fmt.Errorf("ownership of addition %d %w", ownership.Owned[i].AdditionID, ErrInvalid)
		}
		if err := p.own(ctx, q, profile, run, &ownership.Owned[i]); err != nil {
			return err
		}
	}
	return nil
}
