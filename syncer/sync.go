package syncer

import (
	"context"
	"slices"
	"strings"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

// Sync makes a plan and applies it, under the profile's lock. An error means that nothing was written and no run came about; what
// happened to single lines is in the run.
func (e *Engine) Sync(ctx context.Context, ask Request) (*Run, error) {
	return e.locked(ctx, func(run *Run) error {
		accepted, err := e.settleOpen(ctx, run, ask.Accept)
		if err != nil {
			return err
		}
		made, err := e.Preview(ctx, ask)
		if err != nil {
			return err
		}
		made.Warnings = withoutAccepted(made.Warnings, accepted)
		run.Plan = made
		return nil
	})
}

// locked does a run under the profile's lock: prepare finds the plan, then it is applied and recorded.
func (e *Engine) locked(ctx context.Context, prepare func(run *Run) error) (run *Run, err error) {
	unlock, err := e.Locker.Lock(ctx, e.LockWait)
	if err != nil {
		return nil, err
	}
	defer func() {
		if unlockErr := unlock(); err == nil && unlockErr != nil {
			err = unlockErr
		}
	}()
	if err := e.sameSetup(ctx); err != nil {
		return nil, err
	}
	run = &Run{ID: e.NewID("r"), Started: e.Now().UTC()}
	if err := prepare(run); err != nil {
		e.recordFailed(ctx, run, err)
		return nil, err
	}
	return run, e.apply(ctx, run)
}

// sameSetup refuses to go on with a set-up that somebody replaced since it was loaded.
func (e *Engine) sameSetup(ctx context.Context) error {
	stored, ok, err := e.Setups.LoadSetup(ctx)
	if err != nil {
		return err
	}
	if !ok || stored.Digest() != e.Setup.Digest() {
		return stale("the set-up was changed while this run was starting", "run it again")
	}
	return nil
}

// recordFailed keeps a run that ended before it had a plan, so that history tells of it. That it cannot be kept must not hide why it ended.
func (e *Engine) recordFailed(ctx context.Context, run *Run, cause error) {
	ctx = context.WithoutCancel(ctx)
	stop := StopOf(cause)
	run.Plan = &plan.Plan{Profile: e.Profile, Created: run.Started, SetupDigest: e.Setup.Digest()}
	run.ExitCode, run.Problem = stop.Exit, &stop.Problem
	if err := e.Journal.Begin(ctx, run); err == nil {
		e.finish(ctx, run, OwnershipChange{}) //nolint:errcheck // the cause is reported, and the store's trouble shows in the next command
	}
}

func (e *Engine) finish(ctx context.Context, run *Run, ownership OwnershipChange) error {
	run.Duration = e.Now().Sub(run.Started).Truncate(time.Millisecond)
	run.Requests = e.requests()
	return e.Journal.Finish(ctx, run, ownership)
}

// withoutAccepted takes away the plan's warnings about accepted keys that settling an unknown write has used up.
func withoutAccepted(warnings, used []string) []string {
	return slices.DeleteFunc(warnings, func(warning string) bool {
		return slices.ContainsFunc(used, func(key string) bool { return strings.HasPrefix(warning, "--accept "+key+":") })
	})
}

func stale(message, hint string) *Stop {
	return &Stop{Exit: ExitStale, Problem: Problem{Code: "stale", Message: message, Hint: hint}}
}

// unchangedOwnership is what a run learns about lines that it does not write: adopted ones that are equal already, lines of ours that a person
// changed to just what we want, merged lines that another member carries now, and lines that we let go of.
func unchangedOwnership(made *plan.Plan, owned map[int]plan.Owned) OwnershipChange {
	var change OwnershipChange
	for i := range made.Changes {
		row := &made.Changes[i]
		change.Released = append(change.Released, row.Releases...)
		if row.Action != plan.None || row.Addition.ID == 0 || !row.Quantity.Valid {
			continue
		}
		before, ours := owned[row.Addition.ID]
		if (!ours && !row.Adopts) || (ours && before.Key == row.Key && billing.Same(before.Quantity, row.Quantity.Decimal)) {
			continue
		}
		change.Owned = append(change.Owned, plan.Owned{
			Key: row.Key, AdditionID: row.Addition.ID, AgreementID: row.Agreement.ID, ProductID: row.Product.ID,
			Quantity: row.Quantity.Decimal, Created: before.Created,
		})
	}
	return change
}
