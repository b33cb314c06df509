package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"cwsync/store/db"
	"cwsync/syncer"
	"cwsync/syncer/plan"
)

// SavePlan keeps a plan with the digest of the file that shows it. ErrExists: a plan of this id is kept already.
func (p *Profile) SavePlan(ctx context.Context, saved *plan.Plan, fileDigest string) error {
	return p.update(ctx, "keep a plan", func(q *db.Queries, id int64) error {
		if saved == nil || saved.ID == "" {
			return fmt.Errorf("a plan without id %w", ErrInvalid)
		}
		_, err := q.PlanUse(ctx, db.PlanUseParams{ProfileID: id, ID: saved.ID})
		if err == nil {
			return fmt.Errorf("plan %s is %w", saved.ID, ErrExists)
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		whole := storedHead(saved)
		whole.Changes = storedChanges(saved.Changes)
		body, err := pack(whole)
		if err != nil {
			return err
		}
		return q.AddPlan(ctx, db.AddPlanParams{
			ProfileID: id, ID: saved.ID, Created: timeText(saved.Created), SetupDigest: saved.SetupDigest, FileDigest: fileDigest, Body: body,
		})
	})
}

// LoadPlan gives a saved plan; ok is false when this profile has none of this id.
func (p *Profile) LoadPlan(ctx context.Context, id string) (saved syncer.SavedPlan, ok bool, err error) {
	err = p.view(ctx, "read a saved plan", func(q *db.Queries, profile int64) error {
		row, err := q.Plan(ctx, db.PlanParams{ProfileID: profile, ID: id})
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		stored, err := unpack[storedPlan](row.Body)
		if err != nil {
			return err
		}
		whole := stored.plan()
		if whole.Changes, err = changesOf(stored.Changes); err != nil {
			return err
		}
		saved, ok = syncer.SavedPlan{Plan: whole, FileDigest: row.FileDigest, AppliedBy: row.AppliedBy}, true
		return nil
	})
	return saved, ok, err
}

func changesOf(stored []storedChange) ([]plan.Change, error) {
	if stored == nil {
		return nil, nil
	}
	changes := make([]plan.Change, len(stored))
	for i := range stored {
		var err error
		if changes[i], err = stored[i].change(); err != nil {
			return nil, err
		}
	}
	return changes, nil
}

// MarkApplied records that a run used a saved plan. *AppliedError: one did before. ErrNotFound: no such plan in this profile.
func (p *Profile) MarkApplied(ctx context.Context, id, runID string) error {
	return p.update(ctx, "mark a plan as applied", func(q *db.Queries, profile int64) error {
		if runID == "" {
			return fmt.Errorf("a plan applied by no run %w", ErrInvalid)
		}
		marked, err := q.MarkApplied(ctx, db.MarkAppliedParams{AppliedBy: runID, ProfileID: profile, ID: id})
		if err != nil || marked == 1 {
			return err
		}
		earlier, err := q.PlanUse(ctx, db.PlanUseParams{ProfileID: profile, ID: id})
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("plan %q is %w", id, ErrNotFound)
		}
		if err != nil {
			return err
		}
		return &AppliedError{PlanID: id, RunID: earlier}
	})
}
