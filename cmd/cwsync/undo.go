package main

import (
	"bufio"
	"context"
	"fmt"
	"strings"

	"cwsync/syncer"
	"cwsync/syncer/plan"
	"cwsync/ui/report"

	"github.com/spf13/cobra"
)

func (a *app) undoCommand() *cobra.Command {
	var ask syncFlags
	var yes bool
	cmd := &cobra.Command{
		Use: "undo RUN", Short: "Take back what a run wrote",
		Long: "Take back what a run wrote, as far as ConnectWise still has it: old values are written again, a line that the run opened ends with\n" +
			"quantity 0 on its first day, one that it ended goes on. What was changed since is held and named. The plan is shown and you are asked;\n" +
			"without a terminal give --yes. What was taken back is not written again until the usage or the mapping changes. An invoice never changes.",
		Args: exactly(1, "RUN"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := ask.check(); err != nil {
				return err
			}
			if yes && ask.dryRun {
				return usageError("--yes writes and --dry-run does not: choose one")
			}
			return a.undo(cmd.Context(), args[0], ask, yes)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.BoolVar(&ask.dryRun, "dry-run", false, "only show what would be taken back")
	f.BoolVar(&yes, "yes", false, "take it back without asking")
	ask.addNarrowing(cmd)
	a.addClientFlags(cmd)
	return cmd
}

func (a *app) undo(ctx context.Context, id string, ask syncFlags, yes bool) error {
	if !yes && !ask.dryRun && (a.flags.json || !isTerminal(a.in) || !isTerminal(a.out)) {
		stop := usageError("undo asks before it writes, and nobody can be asked here")
		stop.Problem.Hint = "give --yes to take the run back without asking, or --dry-run to see what that would do"
		return stop
	}
	profile, document, err := a.openSetup(ctx)
	if err != nil {
		return err
	}
	if yes {
		return a.alerted(ctx, profile, document, func(ctx context.Context) (*syncer.Run, error) {
			engine, err := a.engine(ctx, profile, document)
			if err != nil {
				return nil, err
			}
			return engine.Undo(ctx, id, ask.request())
		})
	}
	engine, err := a.engine(ctx, profile, document)
	if err != nil {
		return err
	}
	preview := func() (*plan.Plan, error) { return engine.PreviewUndo(ctx, id, ask.request()) }
	if ask.dryRun {
		return a.showPlan(ctx, engine, ask, preview)
	}
	made, err := preview()
	a.quiet()
	if err != nil {
		return err
	}
	return a.askToUndo(ctx, engine, made)
}

// askToUndo shows the plan of an undo and applies it once somebody said yes.
func (a *app) askToUndo(ctx context.Context, engine *syncer.Engine, made *plan.Plan) error {
	if err := report.PlanText(a.out, made, a.text()); err != nil {
		return err
	}
	pending := made.Summary().Pending()
	if pending == 0 {
		if made.Held() {
			return exit(syncer.ExitHeld)
		}
		return nil
	}
	yes, err := a.confirm(ctx, "take back "+report.Counted(pending, "change", "changes")+" in ConnectWise?")
	if err != nil {
		return err
	}
	if !yes {
		_, err := fmt.Fprintln(a.out, "nothing was changed")
		return err
	}
	run, err := engine.ApplyMade(ctx, made)
	return a.reportRun(run, err)
}

// confirm asks on the terminal. Anything but yes is no; so is the end of the input.
func (a *app) confirm(ctx context.Context, question string) (bool, error) {
	fmt.Fprint(a.err, "\n"+question+" [y/N] ")
	answer := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(a.in).ReadString('\n') // what cannot be read is no yes
		answer <- line
	}()
	select {
	case <-ctx.Done():
		fmt.Fprintln(a.err)
		return false, ctx.Err()
	case line := <-answer:
		given := strings.ToLower(strings.TrimSpace(line))
		return given == "y" || given == "yes", nil
	}
}
