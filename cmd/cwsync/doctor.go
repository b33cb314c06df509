package main

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"cwsync/store"
	"cwsync/syncer/doctor"
	"cwsync/syncer/setup"
	"cwsync/ui/report"

	"github.com/spf13/cobra"
)

// doctorSeams are what the doctor asks of other parts of the program; a part that is not there is nil.
type doctorSeams struct {
	logFile   string                                                                                               // where the log is kept; empty: nowhere
	schedule  func(ctx context.Context, profile string) (doctor.ScheduleState, error)                              // asks this machine's scheduler
	testAlert func(ctx context.Context, profile *store.Profile, document *setup.Document, alert setup.Alert) error // sends a test
}

// doctorFlags are those of doctor.
type doctorFlags struct {
	noSources  bool
	testAlerts bool
	retryFor   bool // --retry-for stands on the command line
}

func (a *app) doctorCommand() *cobra.Command {
	var ask doctorFlags
	cmd := &cobra.Command{
		Use: "doctor", Short: "Check all that a run depends on, and say what to do about what is wrong",
		Long: "Check all that a run depends on: the store, the secrets and which place serves each, the way to ConnectWise, every right that the set-up\n" +
			"needs, what the set-up points at, the sources, the schedule and the last runs. Each check says what it found and what to do.\n" +
			"Nothing is written to ConnectWise and nothing is repaired. It ends with 0 if nothing failed, else with the code of the worst finding.",
		Args: exactly(0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			ask.retryFor = cmd.Flags().Changed("retry-for")
			return a.runDoctor(cmd.Context(), ask)
		},
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().BoolVar(&ask.noSources, "no-sources", false, "leave the sources unread: vendors count requests, and an export may take long")
	if a.seams.testAlert != nil {
		cmd.Flags().BoolVar(&ask.testAlerts, "test-alerts", false, "send a test through each alert of the set-up")
	}
	a.addClientFlags(cmd)
	return cmd
}

func (a *app) runDoctor(ctx context.Context, ask doctorFlags) error {
	at := a.now()
	steps, err := a.doctorSteps(ctx, ask)
	if err != nil {
		return err
	}
	checks := doctor.Run(ctx, steps, a.examining(doctor.Names(steps)))
	a.quiet()
	code := doctor.Worst(checks)
	found := report.Doctor{Profile: a.flags.profile, At: at, ExitCode: code, Checks: make([]report.Check, len(checks))}
	for i := range checks {
		found.Checks[i] = reportedCheck(&checks[i], profileFlag(a.flags.profile))
	}
	if a.flags.json {
		err = a.print(report.DoctorJSON(found))
	} else {
		err = report.DoctorText(a.out, found, a.text())
	}
	if err != nil {
		return err
	}
	return exit(code)
}

var namedCommand = regexp.MustCompile("`cwsync[^`]*`")

// withFlag gives the commands that a text names the flag that they need to mean this profile: the checks know none.
func withFlag(text, flag string) string {
	return namedCommand.ReplaceAllStringFunc(text, func(command string) string {
		if strings.Contains(command, "--profile") {
			return command
		}
		return strings.TrimSuffix(command, "`") + flag + "`"
	})
}

// reportedCheck is a check as it is reported; flag is what commands need to mean the profile.
func reportedCheck(check *doctor.Check, flag string) report.Check {
	shown := report.Check{
		Name: check.Name, Group: string(check.Group), Status: string(check.Status), Detail: withFlag(check.Detail, flag), Findings: check.Findings,
		Hint: withFlag(check.Hint, flag), Exit: check.Exit,
	}
	if right := check.Right; right != nil {
		shown.Right = &report.Right{Module: right.Module, Function: right.Function, Level: right.Level}
	}
	return shown
}

// examining shows on standard error which check is under way, where that is a terminal and nothing else is printed there.
func (a *app) examining(names []string) func(doctor.Check) {
	if !isTerminal(a.err) || dumb() || a.flags.verbose > 0 || len(names) == 0 {
		return nil
	}
	show := func(at int) {
		if at < len(names) {
			fmt.Fprintf(a.err, clearLine+"checking %s (%d of %d)", report.Shorten(report.Plain(names[at]), 40), at+1, len(names))
		}
	}
	a.quiet = func() { fmt.Fprint(a.err, clearLine) }
	done := 0
	show(0)
	return func(doctor.Check) {
		done++
		show(done)
	}
}

// patience is how long a check tries one request: a person or a monitor looks on and can try again. What is read in bulk gets longer.
func (a *app) patience(ask doctorFlags, most time.Duration) time.Duration {
	if ask.retryFor {
		return a.flags.client.retryFor
	}
	return most
}

// fault puts any error of the program into the doctor's words.
func fault(err error) error {
	if err == nil {
		return nil
	}
	stop := stopOf(err)
	return &doctor.Fault{Message: stop.Problem.Message, Hint: stop.Problem.Hint, Exit: stop.Exit, Err: err}
}
