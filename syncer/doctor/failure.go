package doctor

import (
	"context"
	"errors"

	"cwsync/syncer/billing"
)

// ok is a check that found nothing wrong.
func ok(detail string) Check { return Check{Status: OK, Detail: detail} }

// failed is the check of something that could not be done. What is no failure of the outside world is one of the set-up.
func failed(err error) Check {
	check := Check{Status: Fail, Detail: err.Error(), Exit: ExitUsage}
	if hinted, is := errors.AsType[interface {
		error
		Hint() string
	}](err); is {
		check.Hint = hinted.Hint()
	}
	if failure, is := asFailure(err); is {
		check.Detail, check.Hint, check.Exit = failure.Message, failure.Hint, exitOf(failure.Class)
	}
	if errors.Is(err, context.Canceled) {
		check.Exit = ExitCancelled
	}
	return check
}

// asFailure is the failure of the outside world in err's chain.
func asFailure(err error) (*billing.Failure, bool) { return errors.AsType[*billing.Failure](err) }

// exitOf is the exit code of a failure of this class.
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
