package main

import (
	"strings"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/billing"

	"github.com/spf13/cobra"
)

const about = `cwsync carries the counts of resold cloud services into the billing lines of ConnectWise PSA agreements.

It shows every change and why before it writes, never touches a line that is not its own, and says of each line what became of it.`

const examples = `  cwsync demo                                 try it: sample usage against a simulated ConnectWise
  cwsync                                      the guided wizard
  cwsync setup import setup.yaml              read a set-up
  cwsync secret set connection.private_key    put a key into the OS keyring
  cwsync --sync --dry-run                     show what would change
  cwsync --sync                               change it`

// rootCommand is the whole command tree.
func (a *app) rootCommand() *cobra.Command {
	var ask syncFlags
	var prompts bool
	root := &cobra.Command{
		Use: "cwsync", Short: "Carry usage into ConnectWise PSA agreements", Long: about, Example: examples,
		SilenceErrors: true, SilenceUsage: true, PersistentPreRunE: a.prepare,
		Args: subcommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.runRoot(cmd, ask, prompts) },
	}
	root.SetFlagErrorFunc(flagError)
	a.addCommonFlags(root)
	root.Flags().SortFlags = false // in the order in which people need them
	root.Flags().BoolVar(&ask.sync, "sync", false, "read usage, plan, apply and report without asking anything")
	root.Flags().BoolVar(&prompts, "accessible", false, accessibleUsage)
	ask.add(root)
	a.addClientFlags(root)
	root.AddCommand(a.applyCommand(), a.undoCommand(), a.setupCommand(), a.secretCommand(), a.sourceCommand(), a.doctorCommand(), a.scheduleCommand(),
		a.historyCommand(), a.explainCommand(), a.exportCommand(), a.demoCommand(), a.versionCommand())
	a.addHelp(root)
	return root
}

func (a *app) addCommonFlags(root *cobra.Command) {
	f := root.PersistentFlags()
	f.StringVar(&a.flags.profile, "profile", defaultProfile, "the profile `NAME`: one ConnectWise connection with its sources and mappings")
	f.StringVar(&a.flags.db, "db", "", "the database `FILE` (env CWSYNC_DB; default cwsync/cwsync.db in the per-user config folder)")
	f.StringVar(&a.flags.credentials, "credentials", "", "a YAML `FILE` of secret names and values, readable by its owner alone")
	f.BoolVar(&a.flags.json, "json", false, "print one JSON document")
	f.StringVar(&a.flags.logLevel, "log-level", "warn", "log to standard error what has at least this `LEVEL`: debug, info, warn or error")
	f.StringVar(&a.flags.logFormat, "log-format", "text", "the `FORM` of the log: text or json")
	f.CountVarP(&a.flags.verbose, "verbose", "v", "show every line and how it came about, and log info; -vv logs debug")
	f.BoolVar(&a.flags.noColor, "no-color", false, "no colour (env NO_COLOR)")
	a.flags.client = clientFlags{
		concurrency: 16, maxRPM: 900, timeout: time.Minute, retryFor: 5 * time.Minute, settle: 5 * time.Minute,
	}
}

// addClientFlags adds the flags of a command that talks to ConnectWise.
func (a *app) addClientFlags(cmd *cobra.Command) {
	f, c := cmd.Flags(), &a.flags.client
	f.IntVar(&c.concurrency, "concurrency", c.concurrency, "at most `N` requests in flight")
	f.IntVar(&c.maxRPM, "max-rpm", c.maxRPM, "at most `N` requests in any 60 seconds; 0: no limit")
	f.DurationVar(&c.timeout, "timeout", c.timeout, "one request takes at most this `TIME`")
	f.DurationVar(&c.retryFor, "retry-for", c.retryFor, "all tries of one request take at most this `TIME`")
	f.DurationVar(&c.settle, "settle", c.settle, "an unknown write stays open for this `TIME`")
	f.DurationVar(&c.lockWait, "lock-wait", c.lockWait, "wait this `TIME` for another run of this profile (default 0s)")
	for name, text := range map[string]string{"timeout": "60s", "retry-for": "5m", "settle": "5m"} {
		f.Lookup(name).DefValue = text // rather than 1m0s and 5m0s
	}
}

// syncFlags are those of --sync.
type syncFlags struct {
	sync     bool
	dryRun   bool
	detailed bool
	out      string
	sources  []string
	only     []string
	accept   []string
}

func (s *syncFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVar(&s.dryRun, "dry-run", false, "only show what would change")
	f.BoolVar(&s.detailed, "detailed-exitcode", false, "with --dry-run: exit 4 when changes are pending, 5 when lines are only held")
	s.addNarrowing(cmd)
}

// addNarrowing adds the flags that --sync and undo share.
func (s *syncFlags) addNarrowing(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&s.out, "out", "", "with --dry-run: save the plan to `FILE`")
	f.StringArrayVar(&s.sources, "source", nil, "only this source `NAME` (repeatable)")
	f.StringArrayVar(&s.only, "customer", nil, "only this customer `ID` (repeatable)")
	f.StringArrayVar(&s.accept, "accept", nil, "write what is held under this `KEY` or SOURCE:CODE (repeatable)")
}

// check refuses combinations that could not mean anything.
func (s *syncFlags) check() error {
	for _, entry := range s.accept {
		if _, err := billing.ParseKey(entry); err != nil && (strings.Contains(entry, "/") || !strings.Contains(entry, ":")) {
			return usageError("--accept %.200q is no KEY (source/customer/service) and no SOURCE:CODE, as reports write them", entry)
		}
	}
	switch {
	case s.dryRun:
		return nil
	case s.out != "":
		return usageError("--out saves a plan, so it goes with --dry-run")
	case s.detailed:
		return usageError("--detailed-exitcode goes with --dry-run")
	}
	return nil
}

func (s *syncFlags) request() syncer.Request {
	return syncer.Request{Sources: s.sources, Customers: s.only, Accept: s.accept}
}

// syncOnly are the flags that have a meaning for --sync alone.
func syncOnly() []string {
	return []string{"dry-run", "detailed-exitcode", "out", "source", "customer", "accept"}
}

// given are the flags of --sync that stand on the command line.
func (s *syncFlags) given(cmd *cobra.Command) []string {
	var given []string
	for _, name := range syncOnly() {
		if cmd.Flags().Changed(name) {
			given = append(given, "--"+name)
		}
	}
	return given
}

func (a *app) runRoot(cmd *cobra.Command, ask syncFlags, prompts bool) error {
	switch given := ask.given(cmd); {
	case ask.sync && prompts:
		return usageError("--accessible is the wizard; it does not go with --sync, which asks nothing")
	case ask.sync:
		if err := ask.check(); err != nil {
			return err
		}
		return a.syncProfile(cmd.Context(), ask)
	case len(given) > 0:
		return usageError("%s goes with --sync", strings.Join(given, ", "))
	}
	profile := ""
	if cmd.Flags().Changed("profile") {
		profile = a.flags.profile
	}
	return a.wizard(cmd.Context(), profile, wantsPrompts(prompts))
}
