package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"cwsync/store"
	"cwsync/syncer"
	"cwsync/syncer/alert"
	"cwsync/syncer/setup"
	"cwsync/syncer/source"
	csvsource "cwsync/syncer/source/csv"
	execsource "cwsync/syncer/source/exec"
	httpsource "cwsync/syncer/source/http"
	jsonsource "cwsync/syncer/source/json"
	"cwsync/syncer/source/presets"
	"cwsync/syncer/source/proofpoint"
	sqlsource "cwsync/syncer/source/sql"
	"cwsync/ui/report"

	"github.com/spf13/cobra"
)

// app is one invocation of the program: its streams, its flags and what was opened for it.
type app struct {
	streams
	flags   flags
	log     *slog.Logger
	now     func() time.Time
	closers []func() error
	result  *output           // what out is
	quiet   func()            // takes away the line of progress
	machine machine           // what schedules its runs
	keys    map[string]string // secrets of the demo, which has no other place for them; nil elsewhere
	seams   doctorSeams
	demo    bool // nothing outlives the command, and nobody else hears of it
	logs    logs
	nextRun string     // the id of the run that is about to begin, so that lines before it have it too; empty: a new one
	desk    alert.Desk // of the connection, once there is one
}

// defaultProfile is the profile of every command that names none.
const defaultProfile = "default"

// flags are those of every command.
type flags struct {
	profile     string
	db          string
	credentials string
	json        bool
	logLevel    string
	logFormat   string
	verbose     int
	noColor     bool
	client      clientFlags
}

// clientFlags are those of every command that talks to ConnectWise.
type clientFlags struct {
	concurrency int
	maxRPM      int
	timeout     time.Duration
	retryFor    time.Duration
	settle      time.Duration
	lockWait    time.Duration
}

// execute runs one command line and gives its exit code.
func execute(ctx context.Context, args []string, io streams) int {
	return executeOn(ctx, thisMachine(), args, io)
}

// executeOn is execute on a machine that may not be this one.
func executeOn(ctx context.Context, on machine, args []string, io streams) int {
	out := &output{to: io.out}
	io.out = out
	a := &app{streams: io, now: time.Now, result: out, quiet: func() {}, machine: on}
	a.seams.testAlert, a.seams.schedule = a.testAlert, a.scheduleForDoctor
	root := a.rootCommand() //nolint:contextcheck // each command takes the context that ExecuteContext gives it
	root.SetArgs(args)
	root.SetIn(io.in)
	root.SetOut(io.out)
	root.SetErr(io.err)
	err := root.ExecuteContext(ctx)
	a.quiet()
	for _, shut := range slices.Backward(a.closers) {
		if shutErr := shut(); shutErr != nil {
			err = a.alsoFailed(err, shutErr)
		}
	}
	// A flag that cannot be read leaves the others unread, so the wish for JSON is looked up here.
	a.flags.json = a.flags.json || slices.Contains(args, "--json")
	return a.fail(err)
}

// alsoFailed keeps the first failure of a command; a later one that it would hide is told on standard error.
func (a *app) alsoFailed(first, later error) error {
	if first == nil {
		return later
	}
	fmt.Fprintln(a.err, "cwsync: error: "+report.Plain(later.Error()))
	return first
}

var profileForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// prepare checks the flags of every command and starts the log.
func (a *app) prepare(cmd *cobra.Command, _ []string) error {
	if !profileForm.MatchString(a.flags.profile) {
		return usageError("--profile %.100q: a profile is named by 1 to 64 letters, digits, - and _", a.flags.profile)
	}
	if err := emptyFlag(cmd); err != nil {
		return err
	}
	if a.flags.db == "" {
		a.flags.db = os.Getenv("CWSYNC_DB")
	}
	level := slog.LevelWarn
	switch {
	case a.flags.verbose >= 2:
		level = slog.LevelDebug
	case a.flags.verbose == 1:
		level = slog.LevelInfo
	case !cmd.Flags().Changed("log-level"):
	default:
		if err := level.UnmarshalText([]byte(a.flags.logLevel)); err != nil || !slices.Contains([]string{"debug", "info", "warn", "error"}, a.flags.logLevel) {
			return usageError("--log-level %q is not debug, info, warn or error", a.flags.logLevel)
		}
	}
	if a.flags.logFormat != "text" && a.flags.logFormat != "json" {
		return usageError("--log-format %q is not text or json", a.flags.logFormat)
	}
	a.logs.level, a.logs.form = level, a.flags.logFormat
	a.logs.console = a.logs.handler(a.err, level)
	a.log = a.logs.logger()
	if path, err := a.storePath(); err == nil && a.seams.logFile == "" {
		a.seams.logFile = LogPath(path)
	}
	return a.flags.client.check()
}

func (c *clientFlags) check() error {
	switch {
	case c.concurrency < 1 || c.concurrency > 256:
		return usageError("--concurrency %d is not between 1 and 256", c.concurrency)
	case c.maxRPM < 0:
		return usageError("--max-rpm %d is less than 0", c.maxRPM)
	case c.timeout <= 0 || c.retryFor <= 0 || c.settle <= 0:
		return usageError("--timeout, --retry-for and --settle must be more than 0, such as 60s")
	case c.lockWait < 0:
		return usageError("--lock-wait %s is less than 0", c.lockWait)
	}
	return nil
}

// catalogue is every kind of source and alert that this program has, and the ready-made sources.
func catalogue() (*source.Catalogue, error) {
	kinds, err := source.NewCatalogue(csvsource.Kind(), execsource.Kind(), httpsource.Kind(), jsonsource.Kind(), proofpoint.Kind(), sqlsource.Kind())
	if err != nil {
		return nil, err
	}
	return kinds.WithPresets(presets.All).WithAlerts(alert.Kinds()...)
}

// storePath is the file of the database.
func (a *app) storePath() (string, error) {
	if a.flags.db != "" {
		return a.flags.db, nil
	}
	path, err := store.DefaultPath()
	if err != nil {
		return "", &syncer.Stop{Exit: syncer.ExitStore, Err: err, Problem: syncer.Problem{Code: "store_cannot_open", Message: err.Error(),
			Hint: "name the database with --db FILE or CWSYNC_DB"}}
	}
	return path, nil
}

// openStore opens the database; it is closed when the command ends.
func (a *app) openStore(ctx context.Context) (*store.Store, error) {
	path, err := a.storePath()
	if err != nil {
		return nil, err
	}
	opened, err := store.Open(ctx, store.Options{Path: path, Now: a.now, Program: buildVersion().Version})
	if err != nil {
		return nil, err
	}
	a.closers = append(a.closers, opened.Close)
	a.startLogFile(path)
	a.makePrivate(path)
	if copied := opened.Copied(); copied != "" {
		a.log.Warn("this version of cwsync brought the database up to date; what it was is in the copy", "database", opened.Path(), "copy", copied)
	}
	return opened, nil
}

func (a *app) openProfile(ctx context.Context) (*store.Profile, error) {
	opened, err := a.openStore(ctx)
	if err != nil {
		return nil, err
	}
	return opened.Profile(a.flags.profile), nil
}

// knownProfile refuses the name of a profile that nothing is stored of, which is a slip rather than a profile without runs.
func (a *app) knownProfile(ctx context.Context) (*store.Profile, error) {
	opened, err := a.openStore(ctx)
	if err != nil {
		return nil, err
	}
	names, err := opened.Profiles(ctx)
	if err != nil {
		return nil, err
	}
	if a.flags.profile != defaultProfile && !slices.Contains(names, a.flags.profile) {
		stop := usageError("there is no profile %q", a.flags.profile)
		stop.Problem.Hint = "the profiles are " + strings.Join(names, ", ")
		if name := nearest(a.flags.profile, names); name != "" {
			stop.Problem.Hint += "; did you mean --profile " + name + "?"
		}
		if len(names) == 0 {
			stop.Problem.Hint = "nothing is stored of any profile yet"
		}
		return nil, stop
	}
	return opened.Profile(a.flags.profile), nil
}

// openSetup opens the profile with its set-up, or says how to make one.
func (a *app) openSetup(ctx context.Context) (*store.Profile, *setup.Document, error) {
	profile, err := a.openProfile(ctx)
	if err != nil {
		return nil, nil, err
	}
	document, ok, err := profile.LoadSetup(ctx)
	if err != nil {
		return nil, nil, err
	}
	if !ok {
		return nil, nil, setupMissing(a.flags.profile)
	}
	return profile, document, nil
}

// setupMissing says that there is nothing to run in a profile.
func setupMissing(profile string) *syncer.Stop {
	return &syncer.Stop{Exit: syncer.ExitUsage, Problem: syncer.Problem{Code: "setup_missing",
		Message: fmt.Sprintf("profile %s has no set-up yet", profile), Hint: "`cwsync setup import FILE` reads one"}}
}
