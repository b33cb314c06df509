package doctor

import (
	"context"
	"errors"
	"strings"

	"cwsync/syncer/billing"
)

// ok is a check that found nothing wrong.
func ok(detail string) Check { return Check{Status: OK, Detail: detail} }

// Fault is an error together with what a command that ends with it would say: how parts that this package does not know tell what went wrong.
type Fault struct {
	Message string // may have several lines: the first says it all, the others are single findings
	Hint    string // what to do about it; may be empty
	Exit    int    // exit code
	Err     error  // the cause; may be nil
}

// Error is the message.
func (f *Fault) Error() string { return f.Message }

// Unwrap gives the cause.
func (f *Fault) Unwrap() error { return f.Err }

// failed is the check of something that could not be done. What is no failure of the outside world is one of the set-up.
func failed(err error) Check {
	if fault, is := errors.AsType[*Fault](err); is {
		return fault.check()
	}
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

func (f *Fault) check() Check {
	first, rest, several := strings.Cut(f.Message, "\n")
	check := Check{Status: Fail, Detail: first, Hint: f.Hint, Exit: f.Exit}
	if several {
		check.Findings = strings.Split(rest, "\n")
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
