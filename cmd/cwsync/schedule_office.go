package main

import (
	"context"

	"cwsync/store"
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
	of := *o.app
	of.flags.profile, of.machine.asks = profile, false // the screen is the wizard's: no other program can ask on it
	return &scheduleOffice{&of, o.store}
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
