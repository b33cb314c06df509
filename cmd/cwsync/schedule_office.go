package main

import (
	"context"
	"time"

	"cwsync/store"
	"cwsync/syncer/doctor"
	"cwsync/syncer/schedule"
	"cwsync/ui"
)

// scheduleOffice is the scheduler of this machine as the wizard needs it, for one profile.
type scheduleOffice struct {
	app   *app // of that profile
	store *store.Store
}

var _ ui.Schedule = (*scheduleOffice)(nil)

// schedule is the scheduler for a profile; nil in the demo, which leaves nothing behind.
func (o *office) schedule(profile string) ui.Schedule {
	if o.keyring != nil {
		return nil
	}
	of := &app{streams: o.app.streams, flags: o.app.flags, log: o.app.log, now: o.app.now, result: o.app.result, quiet: o.app.quiet, machine: o.app.machine}
	of.flags.profile, of.machine.asks = profile, false // the screen is the wizard's: no other program can ask on it
	return &scheduleOffice{of, o.store}
}

// State implements ui.Schedule.
func (s *scheduleOffice) State(ctx context.Context) (schedule.State, error) {
	return s.app.Scheduled(ctx, s.app.flags.profile)
}

// Show implements ui.Schedule.
func (s *scheduleOffice) Show(ctx context.Context, timing schedule.Timing) (schedule.Text, error) {
	document, _, err := s.store.Profile(s.app.flags.profile).LoadSetup(ctx)
	if err != nil {
		return schedule.Text{}, err
	}
	_, text, err := s.app.entryText(ctx, s.app.machine.scheduler(), timing, s.store.Path(), document)
	return text, err
}

// Add implements ui.Schedule.
func (s *scheduleOffice) Add(ctx context.Context, timing schedule.Timing) ([]string, error) {
	kind := s.app.machine.scheduler()
	if err := s.app.machine.has(kind); err != nil {
		return nil, err
	}
	profile := s.app.flags.profile
	if kind == schedule.Windows {
		stop := usageError("the Task Scheduler asks for the Windows password itself, which it cannot do in here")
		stop.Problem.Hint = "leave the wizard and type `cwsync schedule add" + profileFlag(profile) + "`"
		return nil, stop
	}
	document, ok, err := s.store.Profile(profile).LoadSetup(ctx)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, setupMissing(profile)
	}
	_, text, _, err := s.app.install(ctx, kind, timing, s.store.Path(), document)
	return text.Warnings, err
}

// Remove implements ui.Schedule.
func (s *scheduleOffice) Remove(ctx context.Context) (bool, error) {
	_, removed, err := s.app.uninstall(ctx, "")
	return removed, err
}

// nextRunPatience bounds how long the start page waits for a scheduler to say when the next run is.
const nextRunPatience = 2 * time.Second

// nextRun says when this machine's scheduler syncs a profile next; nil in the demo.
func (o *office) nextRun(profile string) func(context.Context) (ui.NextRun, bool, error) {
	scheduler := o.schedule(profile)
	if scheduler == nil {
		return nil
	}
	return func(ctx context.Context) (ui.NextRun, bool, error) {
		limited, cancel := context.WithTimeout(ctx, nextRunPatience)
		defer cancel()
		state, err := scheduler.State(limited)
		if err != nil || !state.Present || !state.Enabled {
			return ui.NextRun{}, false, err
		}
		return ui.NextRun{At: state.Next, By: state.System.Title() + " " + state.Name}, true, nil
	}
}

// scheduleForDoctor is what the doctor asks of this machine's scheduler.
func (a *app) scheduleForDoctor(ctx context.Context, profile string) (doctor.ScheduleState, error) {
	state, err := a.Scheduled(ctx, profile)
	found := doctor.ScheduleState{Present: state.Present, Name: state.System.Title() + " " + state.Name, Next: state.Next, Problem: state.Problem}
	if state.Present {
		found.Every = state.Timing.Period()
	}
	return found, err
}
