package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"cwsync/store"
	"cwsync/ui/report"

	"github.com/spf13/cobra"
)

func (a *app) historyCommand() *cobra.Command {
	var limit int
	var asCSV bool
	var find historyFlags
	cmd := &cobra.Command{
		Use: "history [RUN]", Short: "Past runs, newest first, and every change of one",
		Long: "The past runs, newest first, or every change of one of them, with what became known of it since. Showing a run ends with exit code 0;\n" +
			"the exit_code in its JSON document is that of the run. A run that was cut off never finished: in JSON it has \"finished\": false and\n" +
			"the exit code 6 while a write of it is unknown, else 1.\n\n" +
			"With --customer, --product, --held or --failed it lists changes of all runs instead: what was written, failed or held.",
		Args: between(0, 1, "RUN"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if asCSV && a.flags.json {
				return usageError("--csv and --json are two forms of one answer: choose one")
			}
			filter, err := find.filter(cmd, a.now(), len(args) == 1)
			if err != nil {
				return err
			}
			profile, err := a.knownProfile(cmd.Context())
			if err != nil {
				return err
			}
			if len(args) == 1 {
				return a.showRun(cmd.Context(), profile, args[0], asCSV)
			}
			if limit < 0 {
				return usageError("--limit %d is less than 0", limit)
			}
			filter.Limit = limit
			if find.ofChanges() {
				if !cmd.Flags().Changed("limit") {
					filter.Limit = usualChanges
				}
				return a.listChanges(cmd.Context(), profile, filter, asCSV)
			}
			return a.listRuns(cmd.Context(), profile, filter, asCSV)
		},
	}
	cmd.Flags().IntVar(&limit, "limit", 20, "list at most `N` runs, or changes (default 100); 0: all")
	cmd.Flags().BoolVar(&asCSV, "csv", false, "as CSV, safe to open in a spreadsheet")
	find.add(cmd)
	return cmd
}

func (a *app) listRuns(ctx context.Context, profile *store.Profile, filter store.ChangeFilter, asCSV bool) error {
	runs, err := profile.RunsSince(ctx, filter.Since, filter.Limit)
	if err != nil {
		return err
	}
	switch {
	case a.flags.json:
		rows := make([]report.History, len(runs))
		for i, run := range runs {
			rows[i] = report.History{
				RunID: run.ID, Started: run.Started, Duration: run.Duration, ExitCode: run.ExitCode, Undoes: run.Undoes,
				Summary: report.RunSummary{Summary: run.Summary, Applied: run.Counts.Applied, Failed: run.Counts.Failed, Unknown: run.Counts.Unknown},
			}
		}
		return a.print(report.HistoryJSON(a.flags.profile, rows))
	case asCSV:
		return a.runsCSV(runs)
	case len(runs) == 0 && !filter.Since.IsZero():
		_, err = fmt.Fprintf(a.out, "profile %s has no runs since %s\n", a.flags.profile, filter.Since.UTC().Format("2006-01-02 15:04 UTC"))
		return err
	case len(runs) == 0:
		_, err = fmt.Fprintf(a.out, "profile %s has no runs yet\n", a.flags.profile)
		return err
	}
	fmt.Fprintf(a.out, "%-26s %-20s %9s %5s %8s %7s %5s %8s\n", "run", "started (UTC)", "seconds", "exit", "applied", "failed", "held", "unknown")
	for _, run := range runs {
		seconds, exit, cutOff := fmt.Sprintf("%.1f", run.Duration.Seconds()), exitText(run), ""
		if exit == "" {
			seconds, cutOff = "", "  never finished"
		}
		_, err = fmt.Fprintf(a.out, "%-26s %-20s %9s %5s %8d %7d %5d %8d%s\n", run.ID, run.Started.UTC().Format("2006-01-02 15:04:05"), seconds, exit,
			run.Counts.Applied, run.Counts.Failed, run.Counts.Held, run.Counts.Unknown, cutOff)
	}
	return err
}

// exitText is the exit code of a run; empty for one that never finished.
func exitText(run store.RunSummary) string {
	if run.ExitCode == store.Unfinished {
		return ""
	}
	return strconv.Itoa(run.ExitCode)
}

func (a *app) runsCSV(runs []store.RunSummary) error {
	rows := make([]report.PastRun, len(runs))
	for i, run := range runs {
		rows[i] = report.PastRun{RunID: run.ID, Started: run.Started, Duration: run.Duration, ExitCode: run.ExitCode, Counts: run.Counts}
	}
	return a.print(report.RunsCSV(rows))
}

func (a *app) showRun(ctx context.Context, profile *store.Profile, id string, asCSV bool) error {
	run, err := profile.Run(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		stop := usageError("profile %s has no run %q", a.flags.profile, id)
		stop.Problem.Hint = "`cwsync history` lists the runs"
		return stop
	}
	if err != nil {
		return err
	}
	switch {
	case a.flags.json:
		return a.print(report.RunJSON(run))
	case asCSV:
		return a.print(report.RunCSV(run))
	}
	return report.RunText(a.out, run, a.text())
}
