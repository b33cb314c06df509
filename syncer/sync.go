package syncer

import (
	"context"
	"errors"
	"slices"
	"time"

	"cwsync/syncer/plan"
)

// Sync makes a plan and applies it, under the profile's lock. An error means that nothing was written and no run came about; what
// happened to single lines is in the run.
func (e *Engine) Sync(ctx context.Context, ask Request) (*Run, error) {
	return e.locked(ctx, func(run *Run) error {
		accepted, err := e.settleOpen(ctx, run, func(intent Intent) bool { return slices.Contains(ask.Accept, intent.Key.String()) })
		if err != nil {
			return err
		}
		made, owned, err := e.preview(ctx, ask)
		if err != nil {
			return err
		}
		run.owned = byAddition(owned)
		noteSettled(made, accepted)
		run.Plan = made
		return nil
	})
}

// locked does a run under the profile's lock: prepare finds the plan, then it is applied and recorded.
func (e *Engine) locked(ctx context.Context, prepare func(run *Run) error) (run *Run, err error) {
	unlock, err := e.Locker.Lock(ctx, e.LockWait)
	if err != nil {
		return nil, labelled(err)
	}
	defer func() {
		switch unlockErr := unlock(); {
		case unlockErr == nil:
		case run != nil: // what was written stays written, and the lock ends with the process
			run.Warnings = append(run.Warnings, "the lock of the profile could not be given back: "+unlockErr.Error())
		default:
			err = errors.Join(err, unlockErr)
		}
	}()
	if err := e.sameSetup(ctx); err != nil {
		return nil, err
	}
	begun := &Run{ID: e.NewID("r"), Started: e.Now().UTC(), Requests: e.requests()}
	if err := prepare(begun); err != nil {
		return nil, e.recordFailed(ctx, begun, labelled(err))
	}
	if err := e.apply(ctx, begun); err != nil {
		return nil, e.recordFailed(ctx, begun, labelled(err))
	}
	return begun, nil
}

// sameSetup refuses to go on with a set-up that somebody replaced since it was loaded.
func (e *Engine) sameSetup(ctx context.Context) error {
	digest, ok, err := e.Setups.SetupDigest(ctx)
	if err != nil {
		return labelled(err)
	}
	if ok && digest != "" && digest == e.Setup.Digest() {
		return nil
	}
	stored, ok, err := e.Setups.LoadSetup(ctx) // one that an older program stored may have another digest
	if err != nil {
		return labelled(err)
	}
	if !ok || stored.Digest() != e.Setup.Digest() {
		return stale("the set-up was changed while this run was starting", "run it again")
	}
	return nil
}

// recordFailed keeps a run that ended before its first write, so that history tells of it, and gives the error to report: the cause. A write of an
// earlier run that is still unknown keeps the exit code at 6, and trouble with the record must not hide the cause.
func (e *Engine) recordFailed(ctx context.Context, run *Run, cause error) error {
	ctx = context.WithoutCancel(ctx)
	stop := *StopOf(cause)
	open, err := e.Book.OpenIntents(ctx)
	if len(open) > 0 && slices.Contains([]int{ExitCancelled, ExitCredentials, ExitTryLater, ExitFailed}, stop.Exit) {
		stop.Exit = ExitUnknown
		stop.Problem.Message += "\nan earlier write of " + open[0].Key.String() + " is still unknown: a later run settles it"
		cause = &stop
	}
	run.Plan = &plan.Plan{Profile: e.Profile, Created: run.Started, SetupDigest: e.Setup.Digest()}
	run.Outcomes, run.ExitCode, run.Problem = nil, stop.Exit, &stop.Problem
	if err == nil {
		err = e.Journal.Begin(ctx, run)
	}
	if err == nil {
		err = e.finish(ctx, run, OwnershipChange{})
	}
	if err == nil || stop.Exit == ExitStore {
		return cause
	}
	told := stop
	told.Problem.Message += "\nthis could not be kept in the history: " + err.Error()
	return &told
}

func (e *Engine) finish(ctx context.Context, run *Run, ownership OwnershipChange) error {
	run.Duration = e.Now().Sub(run.Started).Truncate(time.Millisecond)
	before := run.Requests // an engine may do several runs
	run.Requests = e.requests()
	for method, n := range before {
		if run.Requests[method] -= n; run.Requests[method] == 0 {
			delete(run.Requests, method)
		}
	}
	return e.Journal.Finish(ctx, run, ownership)
}

func stale(message, hint string) *Stop {
	return &Stop{Exit: ExitStale, Problem: Problem{Code: "stale", Message: message, Hint: hint}}
}
