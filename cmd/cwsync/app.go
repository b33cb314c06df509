package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"cwsync/store"
	"cwsync/store/secret"
	"cwsync/syncer"
	"cwsync/syncer/setup"
	"cwsync/syncer/source"
	csvsource "cwsync/syncer/source/csv"
	jsonsource "cwsync/syncer/source/json"
	"cwsync/ui/report"
	"cwsync/ui/theme"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// app is one invocation of the program: its streams, its flags and what was opened for it.
type app struct {
	streams
	flags   flags
	log     *slog.Logger
	now     func() time.Time
	closers []func() error
	keys    map[string]string // secrets of the demo, which has no other place for them; nil elsewhere
}

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
	a := &app{streams: io, now: time.Now}
	root := a.rootCommand()
	root.SetArgs(args)
	root.SetIn(io.in)
	root.SetOut(io.out)
	root.SetErr(io.err)
	err := root.ExecuteContext(ctx)
	for _, shut := range slices.Backward(a.closers) {
		if shutErr := shut(); shutErr != nil && err == nil {
			err = shutErr
		}
	}
	// A flag that cannot be read leaves the others unread, so the wish for JSON is looked up here.
	a.flags.json = a.flags.json || slices.Contains(args, "--json")
	return a.fail(err)
}

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
	stop := stopOf(err)
	for i, line := range strings.Split(stop.Problem.Message, "\n") {
		if i == 0 {
			fmt.Fprintln(a.err, "cwsync: error: "+report.Plain(line))
			continue
		}
		fmt.Fprintln(a.err, "  "+report.Plain(line))
	}
	if stop.Problem.Hint != "" {
		fmt.Fprintln(a.err, "cwsync: hint: "+report.Plain(stop.Problem.Hint))
	}
	if a.flags.json {
		document, jsonErr := report.ErrorJSON(stop.Exit, stop.Problem)
		if jsonErr == nil {
			_, jsonErr = a.out.Write(document)
		}
		if jsonErr != nil {
			fmt.Fprintln(a.err, "cwsync: error: "+jsonErr.Error())
		}
	}
	return stop.Exit
}

// stopOf maps the errors of all packages to exit codes; syncer knows its own.
func stopOf(err error) *syncer.Stop {
	var stop *syncer.Stop
	var storeErr *store.Error
	var applied *store.AppliedError
	var secretErr *secret.Error
	var invalid *setup.Errors
	switch {
	case errors.As(err, &stop):
		return stop
	case errors.As(err, &storeErr):
		return &syncer.Stop{Exit: syncer.ExitStore, Problem: syncer.Problem{Code: "store_" + string(storeErr.Code), Message: err.Error(), Hint: storeErr.Hint}, Err: err}
	case errors.As(err, &applied):
		return &syncer.Stop{Exit: syncer.ExitStale, Problem: syncer.Problem{Code: "stale", Message: err.Error(), Hint: "make a new plan"}, Err: err}
	case errors.Is(err, secret.ErrInvalidName), errors.Is(err, secret.ErrInvalidValue):
		return usageError("%s", err)
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

var profileForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// prepare checks the flags of every command and starts the log.
func (a *app) prepare(cmd *cobra.Command, _ []string) error {
	if !profileForm.MatchString(a.flags.profile) {
		return usageError("--profile %q: a profile is named by 1 to 64 letters, digits, - and _", a.flags.profile)
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
	options := &slog.HandlerOptions{Level: level}
	switch a.flags.logFormat {
	case "text":
		a.log = slog.New(slog.NewTextHandler(a.err, options))
	case "json":
		a.log = slog.New(slog.NewJSONHandler(a.err, options))
	default:
		return usageError("--log-format %q is not text or json", a.flags.logFormat)
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

// catalogue is every kind of source that this program has.
func catalogue() (*source.Catalogue, error) {
	return source.NewCatalogue(csvsource.Kind(), jsonsource.Kind())
}

// openStore opens the database; it is closed when the command ends.
func (a *app) openStore(ctx context.Context) (*store.Store, error) {
	path := a.flags.db
	if path == "" {
		var err error
		if path, err = store.DefaultPath(); err != nil {
			return nil, err
		}
	}
	opened, err := store.Open(ctx, store.Options{Path: path, Now: a.now})
	if err != nil {
		return nil, err
	}
	a.closers = append(a.closers, opened.Close)
	return opened, nil
}

func (a *app) openProfile(ctx context.Context) (*store.Profile, error) {
	opened, err := a.openStore(ctx)
	if err != nil {
		return nil, err
	}
	return opened.Profile(a.flags.profile), nil
}

// loadSetup gives the set-up of the profile, or says how to make one.
func (a *app) loadSetup(ctx context.Context, profile *store.Profile) (*setup.Document, error) {
	document, ok, err := profile.LoadSetup(ctx)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, &syncer.Stop{Exit: syncer.ExitUsage, Problem: syncer.Problem{Code: "setup_missing",
			Message: fmt.Sprintf("profile %s has no set-up yet", a.flags.profile), Hint: "`cwsync setup import FILE` reads one"}}
	}
	return document, nil
}

// isTerminal reports whether a stream is a terminal.
func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// text is how reports look on standard output.
func (a *app) text() report.TextOptions {
	options := report.TextOptions{Verbose: a.flags.verbose > 0}
	file, ok := a.out.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return options
	}
	if width, _, err := term.GetSize(int(file.Fd())); err == nil {
		options.Width = width
	}
	if !a.flags.noColor && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" {
		options.Theme = theme.Dark()
	}
	return options
}

// print writes one JSON document, or an error of making it.
func (a *app) print(document []byte, err error) error {
	if err != nil {
		return err
	}
	_, err = a.out.Write(document)
	return err
}
