package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"cwsync/store"
	"cwsync/store/secret"
	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/setup"
	"cwsync/ui/report"
)

// exitError ends a command with an exit code after its result was printed.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

func exit(code int) error {
	if code == syncer.ExitDone {
		return nil
	}
	return exitError(code)
}

// fail prints an error once, as a person or a script reads it, and gives the exit code.
func (a *app) fail(err error) int {
	var code exitError
	switch {
	case err == nil:
		return syncer.ExitDone
	case errors.As(err, &code):
		return int(code)
	}
	stop := a.withDoctor(stopOf(err))
	for i, line := range strings.Split(stop.Problem.Message, "\n") {
		if i == 0 {
			fmt.Fprintln(a.err, "cwsync: error: "+report.Plain(line))
			continue
		}
		fmt.Fprintln(a.err, "  "+report.Plain(line))
	}
	if hint := report.CommandHint(&stop.Problem); hint != "" {
		fmt.Fprintln(a.err, "cwsync: hint: "+report.Plain(hint))
	}
	// Where a document was printed already, a second one would make both unreadable.
	if a.flags.json && !a.result.wrote {
		if err := a.print(report.ErrorJSON(stop.Exit, stop.Problem)); err != nil {
			fmt.Fprintln(a.err, "cwsync: error: "+report.Plain(err.Error()))
		}
	}
	return stop.Exit
}

// withDoctor names the command that examines the connection, where that is what failed. The demo's needs no doctor.
func (a *app) withDoctor(stop *syncer.Stop) *syncer.Stop {
	failure, outside := errors.AsType[*billing.Failure](stop.Err)
	if !outside || a.keys != nil || !slices.Contains([]billing.Class{billing.ClassAuth, billing.ClassPermission, billing.ClassUnavailable}, failure.Class) {
		return stop
	}
	if stop.Problem.Hint == "" || stop.Problem.Code == "source_failed" {
		return stop
	}
	told := *stop
	told.Problem.Hint += "; `cwsync doctor` checks the connection step by step"
	return &told
}

// stopOf maps the errors of all packages to exit codes; syncer knows its own.
func stopOf(err error) *syncer.Stop {
	var stop *syncer.Stop
	var storeErr *store.Error
	var applied *store.AppliedError
	var secretErr *secret.Error
	var invalid *setup.Errors
	var busy *syncer.BusyError
	switch {
	case errors.As(err, &stop):
		return stop
	case errors.As(err, &busy):
		return syncer.StopOf(busy) // who has the lock says it all
	case errors.As(err, &storeErr):
		return &syncer.Stop{Exit: syncer.ExitStore, Problem: syncer.Problem{Code: "store_" + string(storeErr.Code), Message: err.Error(), Hint: storeErr.Hint()}, Err: err}
	case errors.As(err, &applied):
		return &syncer.Stop{Exit: syncer.ExitStale, Problem: syncer.Problem{Code: "stale", Message: err.Error(), Hint: "make a new plan"}, Err: err}
	case errors.Is(err, secret.ErrInvalidName), errors.Is(err, secret.ErrInvalidValue):
		wrong := usageError("%s", err)
		if errors.As(err, &secretErr) && secretErr.Hint() != "" {
			wrong.Problem.Hint = secretErr.Hint()
		}
		return wrong
	case errors.As(err, &secretErr):
		return &syncer.Stop{Exit: syncer.ExitCredentials, Problem: syncer.Problem{Code: "credentials", Message: err.Error(), Hint: secretErr.Hint()}, Err: err}
	case errors.As(err, &invalid):
		return &syncer.Stop{Exit: syncer.ExitUsage, Problem: syncer.Problem{Code: "setup_invalid", Message: err.Error(), Hint: "nothing was imported; `cwsync setup schema` describes the document"}, Err: err}
	}
	return syncer.StopOf(err)
}

// usageError is a wrong command line.
func usageError(format string, args ...any) *syncer.Stop {
	return &syncer.Stop{Exit: syncer.ExitUsage, Problem: syncer.Problem{
		Code: "usage", Message: fmt.Sprintf(format, args...), Hint: "`cwsync help` lists commands and flags"}}
}

// fileError is a file of the command line that cannot be read or written: what is wrong with it, rather than how to use the program. A wait for it that
// somebody ended is no fault of the file.
func fileError(what string, err error) *syncer.Stop {
	if errors.Is(err, context.Canceled) {
		return syncer.StopOf(err)
	}
	stop := usageError("%s: %s", what, err)
	stop.Problem.Hint = "check the name of the file and who may use it"
	return stop
}
