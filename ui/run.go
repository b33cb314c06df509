package ui

import (
	"context"
	"errors"
	"io"
	"time"

	"cwsync/syncer"

	tea "charm.land/bubbletea/v2"
)

// Options say what the wizard runs on.
type Options struct {
	Office  Office
	Profile string           // empty: the only one, or the one that a person chooses
	Input   io.Reader        // a terminal
	Output  io.Writer        // a terminal
	Environ []string         // "NAME=value"; of it NO_COLOR and what tells the terminal's abilities are used
	NoColor bool             // whatever Environ says
	Now     func() time.Time // the clock, with the time zone that people see
}

// Run shows the wizard until a person leaves it. It gives nil then; a *syncer.Stop with the exit code of a cancelled command when ctx ends
// first, and one that says why when the terminal cannot be used or the wizard crashed. The terminal is as it was in every case, and what was
// done is stored.
func Run(ctx context.Context, options Options) error {
	for before := ""; ; {
		r, err := show(ctx, options, before)
		if err != nil || !r.otherWanted() {
			return err
		}
		// What the commands of the profile that is left still bring goes nowhere: the next one has a program of its own.
		before, options.Profile = r.app.desk.profile.Name, ""
	}
}

// show runs the program for one profile. before is the one that was left for it; empty: none was.
func show(ctx context.Context, options Options, before string) (*root, error) {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	r := newRoot(inner, options)
	r.before = before
	// The signals are main's: they end ctx.
	wide := []tea.ProgramOption{tea.WithContext(inner), tea.WithInput(options.Input), tea.WithOutput(options.Output), tea.WithoutSignalHandler()}
	if options.Environ != nil {
		wide = append(wide, tea.WithEnvironment(options.Environ))
	}
	_, err := tea.NewProgram(r, wide...).Run()
	cancel()
	if closeErr := r.close(); closeErr != nil {
		return r, closeErr
	}
	return r, endOf(ctx, err)
}

// otherWanted reports whether the person left for another profile.
func (r *root) otherWanted() bool { return r.app != nil && r.app.other }

// endOf is the end of the program in the words of ours.
func endOf(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return &syncer.Stop{Exit: syncer.ExitCancelled, Err: ctx.Err(), Problem: syncer.Problem{Code: "cancelled", Message: "the wizard was stopped",
			Hint: "everything that was done is saved; cwsync goes on where it was"}}
	case err == nil:
		return nil
	case errors.Is(err, tea.ErrProgramPanic):
		return &syncer.Stop{Exit: syncer.ExitFailed, Err: err, Problem: syncer.Problem{Code: "crashed", Message: "the wizard crashed",
			Hint: "everything that was done is saved; cwsync goes on where it was"}}
	}
	return &syncer.Stop{Exit: syncer.ExitUsage, Err: err, Problem: syncer.Problem{Code: "terminal", Message: "the terminal cannot be used: " + err.Error(),
		Hint: "`cwsync --sync` needs no terminal, `cwsync --accessible` a plain one"}}
}

// close waits for a sync that still ends its last line, and stores what was done last. The context of the desk has ended.
func (r *root) close() error {
	if r.app == nil {
		return nil
	}
	r.app.desk.runs.wait()
	return r.app.desk.flush()
}

// flush stores what was changed and is not stored yet: a command that was to do it may not have come to it. That a note cannot be kept is no
// reason to end with an error.
func (d *desk) flush() error {
	for _, name := range d.notes.names() {
		_ = d.notes.write(context.WithoutCancel(d.ctx), d.profile.Notes, name)
	}
	d.saver.lock.Lock()
	defer d.saver.lock.Unlock()
	if d.saver.newest.Load() == 0 {
		return nil
	}
	d.saver.newest.Add(1) // whoever still waits for the lock has nothing to do
	return d.profile.Setups.ReplaceSetup(context.WithoutCancel(d.ctx), d.document)
}
