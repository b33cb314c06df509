package main

import (
	"context"
	"os"

	"cwsync/store/secret"
	"cwsync/ui"
)

// demoProfile is the name of the throw-away profile of the wizard's demo.
const demoProfile = "demo"

const accessibleUsage = "the wizard as numbered line prompts, for screen readers and through pipes (env ACCESSIBLE)"

// wantsPrompts reports whether the wizard is to be line prompts: somebody said so on the command line or for all programs of theirs.
func wantsPrompts(flag bool) bool { return flag || os.Getenv("ACCESSIBLE") != "" }

// noTerminal says why the full screen cannot be shown here; nil when it can.
func (a *app) noTerminal() error {
	switch {
	case !isTerminal(a.in) || !isTerminal(a.out):
		stop := usageError("the guided wizard needs a terminal on standard input and output")
		stop.Problem.Hint = "`cwsync --sync` runs without one; `cwsync setup import FILE` reads a set-up"
		return stop
	case a.flags.json:
		stop := usageError("--json does not go with the guided wizard")
		stop.Problem.Hint = "`cwsync --sync --json` prints one document"
		return stop
	case dumb():
		stop := usageError("this terminal knows no full screens (TERM=dumb)")
		stop.Problem.Hint = "`cwsync --accessible` asks line by line"
		return stop
	}
	return nil
}

// runWizard shows the wizard for the profile of this name; empty: for the only one, or the one that a person chooses.
func (a *app) runWizard(ctx context.Context, office ui.Office, profile string, prompts bool) error {
	if a.flags.json && prompts {
		return usageError("--json does not go with --accessible")
	}
	options := ui.Options{
		Office: office, Profile: profile, Input: a.in, Output: a.out, Environ: os.Environ(), NoColor: a.flags.noColor, Now: a.now,
	}
	if prompts {
		return ui.RunAccessible(ctx, options)
	}
	if err := a.noTerminal(); err != nil {
		return err
	}
	options.Output, _ = terminalOf(a.out)
	if isTerminal(a.err) {
		a.quietConsole() // a line of it would land in the middle of the screen; the log file has it, and 2>FILE
	}
	return ui.Run(ctx, options)
}

// wizard is `cwsync` alone.
func (a *app) wizard(ctx context.Context, profile string, prompts bool) error {
	if !prompts {
		if err := a.noTerminal(); err != nil {
			return err
		}
	}
	opened, err := a.openStore(ctx)
	if err != nil {
		return err
	}
	kinds, err := catalogue()
	if err != nil {
		return err
	}
	return a.runWizard(ctx, a.newOffice(opened, kinds, nil), profile, prompts)
}

// wizardDemo shows the wizard in a throw-away profile that knows the simulated ConnectWise and the sample usage, and nothing else yet.
func (a *app) wizardDemo(ctx context.Context, prompts bool) error {
	if !prompts {
		if err := a.noTerminal(); err != nil {
			return err
		}
	}
	room, err := a.openDemo(ctx)
	if err != nil {
		return err
	}
	for i := range room.document.Sources {
		room.document.Sources[i].Services, room.document.Sources[i].Customers = nil, nil
	}
	if err := room.store.Profile(demoProfile).ReplaceSetup(ctx, room.document); err != nil {
		return err
	}
	kinds, err := catalogue()
	if err != nil {
		return err
	}
	ring := &memoryKeyring{values: map[string]secret.Secret{}}
	for name, value := range room.keys {
		ring.values[demoProfile+"/"+name] = secret.New(value)
	}
	return a.runWizard(ctx, a.newOffice(room.store, kinds, ring), demoProfile, prompts)
}
