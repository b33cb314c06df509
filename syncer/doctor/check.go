package doctor

import (
	"context"
	"slices"
)

// Status is how a check ended.
type Status string

// The ends of a check.
const (
	OK   Status = "ok"
	Warn Status = "warn" // works, but somebody should look
	Fail Status = "fail"
	Skip Status = "skip" // not examined; the detail says why
)

// Check is what one step found.
type Check struct {
	Name   string
	Status Status
	Detail string // what was found, in one line
	Hint   string // what to do about it; empty where there is nothing to do
	Right  *Right // of a check of a right, whatever its status
	Exit   int    // exit code that the check asks for: of a failed one, and of one left out because somebody stopped; else 0
}

// Right is a right of a security role in the words of ConnectWise's screens.
type Right struct {
	Module   string // Finance
	Function string // Agreements
	Level    string // Inquire All
}

// Step is a check that can be done.
type Step struct {
	Name  string
	After []string                        // steps that must not have failed or been left out for want of others
	Right *Right                          // that is examined; nil for other steps
	Do    func(ctx context.Context) Check // name and right of the check are filled in by Run
}

// The exit codes of the program that a check can ask for.
const (
	ExitDone        = 0
	ExitFailed      = 1
	ExitUsage       = 10
	ExitCredentials = 12
	ExitTryLater    = 75
	ExitCancelled   = 130
)

// Worst is the exit code of all checks together: 0 if none failed, else that of the worst. A code that is not known here counts least.
func Worst(checks []Check) int {
	order := []int{ExitCancelled, 8, ExitUsage, ExitCredentials, ExitTryLater, ExitFailed}
	worst, rank := ExitDone, len(order)
	for _, check := range checks {
		if check.Exit == ExitDone {
			continue
		}
		at := slices.Index(order, check.Exit)
		if at < 0 {
			at = len(order) - 1
		}
		if at < rank {
			worst, rank = check.Exit, at
		}
	}
	return worst
}
