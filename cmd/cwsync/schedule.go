package main

import (
	"context"
	"time"

	"cwsync/syncer/schedule"
	"cwsync/syncer/setup"
	"cwsync/ui/report"

	"github.com/spf13/cobra"
)

func (a *app) scheduleCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "schedule", Short: "Run --sync by the scheduler of this machine",
		Long: "Run `cwsync --sync` for a profile by the scheduler of this machine: systemd, cron, launchd or the Windows Task Scheduler. There is one entry\n" +
			"for each profile, cwsync-PROFILE. As root it is one of the whole machine (systemd, launchd), else the user's.",
		Args: subcommand, RunE: needsSubcommand,
	}
	cmd.AddCommand(a.scheduleShowCommand(), a.scheduleAddCommand(), a.scheduleStatusCommand(), a.scheduleRemoveCommand())
	return cmd
}

// scheduleFlags say which scheduler and when.
type scheduleFlags struct {
	system string
	at     string
	utc    bool
	every  time.Duration
}

func (f *scheduleFlags) addSystem(cmd *cobra.Command) {
	cmd.Flags().SortFlags = false
	cmd.Flags().StringVar(&f.system, "for", "", "the `SCHEDULER`: systemd, cron, launchd or windows (default: this machine's)")
}

func (f *scheduleFlags) addTiming(cmd *cobra.Command) {
	f.addSystem(cmd)
	cmd.Flags().StringVar(&f.at, "at", "06:00", "the `TIME` of day of the first run, on this machine's clock")
	cmd.Flags().BoolVar(&f.utc, "utc", false, "--at is in UTC")
	cmd.Flags().DurationVar(&f.every, "every", 0, "run again after this `TIME`, which divides the day: 15m to 24h (default once a day)")
}

// timing checks the flags of when.
func (f *scheduleFlags) timing(cmd *cobra.Command) (schedule.Timing, error) {
	at, err := schedule.ParseClock(f.at)
	if err != nil {
		return schedule.Timing{}, usageOf(cmd, "--at: %s", err)
	}
	timing := schedule.Timing{At: at, UTC: f.utc, Every: f.every}
	if cmd.Flags().Changed("every") && f.every == 0 {
		return schedule.Timing{}, usageOf(cmd, "--every: 0s is not between 15m and 24h")
	}
	if err := timing.Check(); err != nil {
		return schedule.Timing{}, usageOf(cmd, "--every: %s", err)
	}
	if timing.Every == schedule.MaxEvery {
		timing.Every = 0
	}
	return timing, nil
}

func (a *app) scheduleShowCommand() *cobra.Command {
	var flags scheduleFlags
	cmd := &cobra.Command{
		Use: "show", Short: "Show the files and commands of the entry; nothing is installed",
		Long: "Show what `cwsync schedule add` would put in place: files, commands, and where the secrets are to be. With --for it is shown for any\n" +
			"scheduler, on any machine. Nothing is installed.",
		Args: exactly(0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			timing, err := flags.timing(cmd)
			if err != nil {
				return err
			}
			return a.showSchedule(cmd.Context(), flags.system, timing)
		},
	}
	flags.addTiming(cmd)
	return cmd
}

func (a *app) scheduleAddCommand() *cobra.Command {
	var flags scheduleFlags
	cmd := &cobra.Command{
		Use: "add", Short: "Add the entry, or replace it, once the secrets are proven to be there for it",
		Long: "Add the entry that runs `cwsync --sync` for the profile, or replace it. First it is proven that every secret that the set-up needs can be had\n" +
			"as the scheduler runs the program, without a terminal and with hardly an environment: if not, the command ends with exit code 12 and\n" +
			"nothing is installed.",
		Example: "  cwsync schedule add                              every day at 06:00\n" +
			"  cwsync schedule add --at 22:30 --utc             every day at 22:30 UTC\n" +
			"  cwsync schedule add --every 4h                   at 06:00, 10:00, 14:00 and so on\n" +
			"  cwsync schedule add --credentials keys.yaml      where there is no keyring",
		Args: exactly(0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			timing, err := flags.timing(cmd)
			if err != nil {
				return err
			}
			return a.addSchedule(cmd.Context(), flags.system, timing)
		},
	}
	flags.addTiming(cmd)
	return cmd
}

func (a *app) scheduleStatusCommand() *cobra.Command {
	var flags scheduleFlags
	cmd := &cobra.Command{
		Use: "status", Short: "Say whether there is an entry, when it runs next and how it ended last", Args: exactly(0, ""),
		Long: "Say whether the profile has an entry on this machine, whether it is switched on, when it runs next and how its last run ended. That there is\n" +
			"none is an answer too: the exit code is 0.",
		RunE: func(cmd *cobra.Command, _ []string) error { return a.scheduleStatus(cmd.Context(), flags.system) },
	}
	flags.addSystem(cmd)
	return cmd
}

func (a *app) scheduleRemoveCommand() *cobra.Command {
	var flags scheduleFlags
	cmd := &cobra.Command{
		Use: "remove", Short: "Take the entry away, and nothing else", Args: exactly(0, ""),
		Long: "Take the profile's entry away. What was not written by `cwsync schedule add` stays. Where there is none the exit code is 0.",
		RunE: func(cmd *cobra.Command, _ []string) error { return a.removeSchedule(cmd.Context(), flags.system) },
	}
	flags.addSystem(cmd)
	return cmd
}

func (a *app) showSchedule(ctx context.Context, system string, timing schedule.Timing) error {
	kind, err := a.machine.systemNamed(system)
	if err != nil {
		return err
	}
	opened, err := a.openStore(ctx)
	if err != nil {
		return err
	}
	document, _, err := opened.Profile(a.flags.profile).LoadSetup(ctx)
	if err != nil {
		return err
	}
	planned, text, err := a.entryText(ctx, kind, timing, opened.Path(), document)
	if err != nil {
		return err
	}
	return a.reportShown(planned, text)
}

// entryText is the entry of the profile with all secrets that it needs, and its text.
func (a *app) entryText(ctx context.Context, kind schedule.System, timing schedule.Timing, database string, document *setup.Document) (*plannedEntry, schedule.Text, error) {
	planned, err := a.entryOf(kind, timing, database, document)
	if err != nil {
		return nil, schedule.Text{}, err
	}
	planned.entry.Credentials = a.credentialsOf(ctx, planned, func(string) bool { return true })
	text, err := planned.entry.Text()
	if err != nil {
		return nil, schedule.Text{}, usageError("%s", err)
	}
	return planned, text, nil
}

func (a *app) addSchedule(ctx context.Context, system string, timing schedule.Timing) error {
	kind, err := a.machine.systemNamed(system)
	if err != nil {
		return err
	}
	if err := a.machine.has(kind); err != nil {
		return err
	}
	opened, err := a.openStore(ctx)
	if err != nil {
		return err
	}
	document, ok, err := opened.Profile(a.flags.profile).LoadSetup(ctx)
	if err != nil {
		return err
	}
	if !ok {
		return setupMissing(a.flags.profile)
	}
	planned, text, found, err := a.install(ctx, kind, timing, opened.Path(), document)
	if err != nil {
		return err
	}
	return a.reportAdded(planned, text, found)
}

// install proves that a run finds its secrets and then adds the entry.
func (a *app) install(ctx context.Context, kind schedule.System, timing schedule.Timing, database string, document *setup.Document) (
	*plannedEntry, schedule.Text, []report.Secret, error,
) {
	planned, err := a.entryOf(kind, timing, database, document)
	if err != nil {
		return nil, schedule.Text{}, nil, err
	}
	planned.entry.Credentials = a.credentialsOf(ctx, planned, fileExists)
	text, err := planned.entry.Text()
	if err != nil {
		return nil, schedule.Text{}, nil, usageError("%s", err)
	}
	scheduler := a.schedulerOf(kind)
	found, err := a.prove(ctx, scheduler, planned)
	if err != nil {
		return nil, schedule.Text{}, nil, err
	}
	if err := scheduler.add(ctx, &planned.entry, text); err != nil {
		return nil, schedule.Text{}, nil, err
	}
	text.Warnings = append(text.Warnings, a.sessionWarnings(&planned.entry, found)...)
	text.Warnings = append(text.Warnings, a.elsewhere(ctx, kind)...)
	if cron, is := scheduler.(*cronScheduler); is {
		text.Warnings = append(text.Warnings, cron.zoneWarnings(ctx, planned.entry.Profile)...)
	}
	return planned, text, found, nil
}

func (a *app) scheduleStatus(ctx context.Context, system string) error {
	profile, err := a.knownProfile(ctx)
	if err != nil {
		return err
	}
	state, err := a.scheduleState(ctx, a.flags.profile, system)
	if err != nil {
		return err
	}
	run, ran, err := profile.LastRun(ctx)
	if err != nil {
		return err
	}
	if !ran {
		return a.reportState(state, nil)
	}
	return a.reportState(state, &run)
}

func (a *app) removeSchedule(ctx context.Context, system string) error {
	state, removed, err := a.uninstall(ctx, system)
	if err != nil {
		return err
	}
	return a.reportRemoved(state, removed)
}

// uninstall takes the profile's entry away, if there is one; state is what it was.
func (a *app) uninstall(ctx context.Context, system string) (state schedule.State, removed bool, err error) {
	state, err = a.scheduleState(ctx, a.flags.profile, system)
	if err != nil || !state.Present {
		return state, false, err
	}
	removed, err = a.schedulerOf(state.System).remove(ctx, a.flags.profile)
	return state, removed, err
}

// Scheduled says what the schedulers of this machine know of a profile's entry: for the checks and for the start page. The first scheduler that
// has one answers; where none has, Present is false and System this machine's own.
func (a *app) Scheduled(ctx context.Context, profile string) (schedule.State, error) {
	return a.scheduleState(ctx, profile, "")
}

// elsewhere says which other schedulers of this machine have an entry of the profile too.
func (a *app) elsewhere(ctx context.Context, but schedule.System) []string {
	var warnings []string
	for _, other := range a.machine.schedulers() {
		if other == but || a.machine.has(other) != nil {
			continue
		}
		if state, err := a.schedulerOf(other).state(ctx, a.flags.profile); err == nil && state.Present {
			warnings = append(warnings, "the "+other.Title()+" "+state.Name+" starts runs as well; `cwsync schedule remove"+profileFlag(a.flags.profile)+" --for "+string(other)+"` takes it away")
		}
	}
	return warnings
}

// scheduleState asks one scheduler, or all of this machine until one has an entry.
func (a *app) scheduleState(ctx context.Context, profile, system string) (schedule.State, error) {
	if system != "" {
		kind, err := a.machine.systemNamed(system)
		if err != nil {
			return schedule.State{}, err
		}
		if err := a.machine.has(kind); err != nil {
			return schedule.State{}, err
		}
		return a.schedulerOf(kind).state(ctx, profile)
	}
	none := schedule.State{System: a.machine.scheduler(), Name: schedule.Name(profile)}
	for _, candidate := range a.machine.schedulers() {
		if a.machine.has(candidate) != nil {
			continue
		}
		state, err := a.schedulerOf(candidate).state(ctx, profile)
		if err != nil || state.Present {
			return state, err
		}
		if state.Problem != "" && none.Problem == "" {
			none = state
		}
	}
	return none, nil
}
