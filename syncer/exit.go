package syncer

import (
	"context"
	"errors"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

// The exit codes of the program; docs and scripts rely on them.
const (
	ExitDone        = 0
	ExitFailed      = 1
	ExitPartial     = 3
	ExitPending     = 4
	ExitHeld        = 5
	ExitUnknown     = 6
	ExitStale       = 7
	ExitStore       = 8
	ExitUsage       = 10
	ExitBusy        = 11
	ExitCredentials = 12
	ExitTryLater    = 75
	ExitCancelled   = 130
)

// Stop is an error that ends a command: what failed, what to do next, and the exit code.
type Stop struct {
	Exit    int
	Problem Problem
	Err     error // the cause, may be nil
}

func (s *Stop) Error() string { return s.Problem.Message }

func (s *Stop) Unwrap() error { return s.Err }

// StopOf makes a Stop of any error. Errors of the store are expected to be a Stop, or to carry their own exit code by an ExitCode method.
func StopOf(err error) *Stop {
	if stop, ok := errors.AsType[*Stop](err); ok {
		return stop
	}
	problem := Problem{Code: "failed", Message: err.Error()}
	var busy *BusyError
	var coded interface {
		ExitCode() int
		Hint() string
	}
	var failure *billing.Failure
	switch {
	case errors.As(err, &busy):
		problem.Code, problem.Hint = "busy", "wait for it to end"
		return &Stop{Exit: ExitBusy, Problem: problem, Err: err}
	case errors.As(err, &failure):
		return &Stop{Exit: exitOf(failure.Class), Problem: *problemOf(failure), Err: err}
	case errors.Is(err, context.Canceled):
		return &Stop{Exit: ExitCancelled, Problem: Problem{Code: "cancelled", Message: "stopped before anything was written"}, Err: err}
	case errors.As(err, &coded):
		problem.Code, problem.Hint = "store", coded.Hint()
		return &Stop{Exit: coded.ExitCode(), Problem: problem, Err: err}
	}
	return &Stop{Exit: ExitFailed, Problem: problem, Err: err}
}

// storeError is an error of the store that says nothing of itself.
type storeError struct{ error }

func (s storeError) Unwrap() error { return s.error }

// ExitCode is that of a store that cannot be used.
func (s storeError) ExitCode() int { return ExitStore }

// Hint is what the cause says, if it says anything.
func (s storeError) Hint() string { return hintOf(s.error) }

// labelled makes sure that an error says whose it is. Whatever else an engine works with labels its errors, so an unlabelled one is the store's.
func labelled(err error) error {
	var stop *Stop
	var busy *BusyError
	var failure *billing.Failure
	var own interface{ ExitCode() int }
	if err == nil || errors.As(err, &stop) || errors.As(err, &busy) || errors.As(err, &failure) || errors.As(err, &own) || errors.Is(err, context.Canceled) {
		return err
	}
	return storeError{err}
}

// hintOf is what an error says that a person could do next; empty when it does not say.
func hintOf(err error) string {
	if failure, ok := errors.AsType[*billing.Failure](err); ok {
		return failure.Hint
	}
	var hinted interface{ Hint() string }
	if errors.As(err, &hinted) {
		return hinted.Hint()
	}
	return ""
}

// exitOf is the exit code where a failure of this class kept a run from writing anything.
func exitOf(class billing.Class) int {
	switch class {
	case billing.ClassAuth, billing.ClassPermission:
		return ExitCredentials
	case billing.ClassUnavailable, billing.ClassThrottled:
		return ExitTryLater
	case billing.ClassCancelled:
		return ExitCancelled
	}
	return ExitFailed
}

// problemOf puts an error as people and scripts see it.
func problemOf(err error) *Problem {
	problem := &Problem{Code: "failed", Message: err.Error()}
	var failure *billing.Failure
	if !errors.As(err, &failure) {
		return problem
	}
	problem.Hint = failure.Hint
	if failure.Right != "" {
		problem.Message += "; the right that is missing: " + failure.Right
	}
	problem.Code = map[billing.Class]string{
		billing.ClassAuth: "credentials", billing.ClassPermission: "permission", billing.ClassRejected: "rejected",
		billing.ClassUnavailable: "unreachable", billing.ClassThrottled: "throttled", billing.ClassNonsense: "nonsense",
		billing.ClassCancelled: "cancelled",
	}[failure.Class]
	if problem.Code == "" {
		problem.Code = "failed"
	}
	return problem
}

// exitCode is the exit code of a run: where several apply, the one that a person must know of first.
func (r *Run) exitCode(stopped error, stillUnknown bool) int {
	counts := r.Counts()
	left := counts.Failed
	for i := range r.Outcomes {
		if r.Outcomes[i].Status == Skipped && r.Plan.Changes[i].Action.Writes() {
			left++
		}
	}
	switch {
	case counts.Unknown > 0 || stillUnknown:
		return ExitUnknown
	case billing.ClassOf(stopped) == billing.ClassCancelled:
		return ExitCancelled
	case left > 0 && counts.Applied > 0:
		return ExitPartial
	case stopped != nil:
		return StopOf(stopped).Exit
	case left > 0:
		return ExitFailed
	case r.Plan.Held() || counts.Held > 0:
		return ExitHeld
	}
	return ExitDone
}

// DryRunExit is the exit code of a plan that was only made. With detailed, pending changes and held lines have codes of their own.
func DryRunExit(p *plan.Plan, detailed bool) int {
	switch {
	case !detailed:
		return ExitDone
	case p.Summary().Pending() > 0:
		return ExitPending
	case p.Held():
		return ExitHeld
	}
	return ExitDone
}
