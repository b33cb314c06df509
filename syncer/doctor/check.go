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

// Group is what a check is about. Groups follow one another in the order of the constants.
type Group string

// The groups.
const (
	GroupMachine    Group = "machine"    // the store, the disk, the set-up
	GroupSecrets    Group = "secrets"    // each that the set-up needs
	GroupConnection Group = "connection" // the way to ConnectWise
	GroupRights     Group = "rights"     // of the API member
	GroupMappings   Group = "mappings"   // what the set-up points at in ConnectWise
	GroupSources    Group = "sources"
	GroupRuns       Group = "runs" // what became of earlier runs, and what starts the next one
	GroupAlerts     Group = "alerts"
)

// Check is what one step found.
type Check struct {
	Name     string
	Group    Group
	Status   Status
	Detail   string   // what was found, in one line
	Findings []string // each thing that is wrong, where that is more than one; else empty
	Hint     string   // what to do about it; empty where there is nothing to do
	Right    *Right   // of a check of a right, whatever its status
	Exit     int      // exit code that the check asks for: of a failed one, and of one left out because somebody stopped; else 0
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
	Group Group
	After []string                        // steps that must not have failed or been left out for want of others
	Right *Right                          // that is examined; nil for other steps
	Do    func(ctx context.Context) Check // name, group and right of the check are filled in by Run
}

// The exit codes of the program that a check can ask for.
const (
	ExitDone        = 0
	ExitFailed      = 1
	ExitHeld        = 5
	ExitUnknown     = 6
	ExitStore       = 8
	ExitUsage       = 10
	ExitCredentials = 12
	ExitTryLater    = 75
	ExitCancelled   = 130
)

// Worst is the exit code of all checks together: 0 if none failed, else that of the worst. A code that is not known here counts as ExitFailed does.
func Worst(checks []Check) int {
	order := []int{ExitUnknown, ExitCancelled, ExitStore, ExitUsage, ExitCredentials, ExitTryLater, ExitFailed, ExitHeld}
	worst, rank := ExitDone, len(order)
	for _, check := range checks {
		if check.Exit == ExitDone {
			continue
		}
		at := slices.Index(order, check.Exit)
		if at < 0 {
			at = slices.Index(order, ExitFailed)
		}
		if at < rank {
			worst, rank = check.Exit, at
		}
	}
	return worst
}
