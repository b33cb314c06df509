package main

import (
	"context"
	"errors"
	"slices"

	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/source"
	"cwsync/ui/report"

	"github.com/spf13/cobra"
)

// previewRows is how many lines a preview shows where nothing else is asked for.
const previewRows = 10

func (a *app) sourceCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "source", Short: "What a source of usage gives, and ready-made sources",
		Args: subcommand, RunE: needsSubcommand,
	}
	cmd.AddCommand(a.sourcePreviewCommand(), a.sourcePresetsCommand())
	return cmd
}

func (a *app) sourcePreviewCommand() *cobra.Command {
	rows := previewRows
	cmd := &cobra.Command{
		Use: "preview NAME", Short: "Read a source of the set-up and show what it gives, without ConnectWise",
		Long: "Read a source of the set-up, switched on or not, and show what it gives: its first lines, and each service with its total.\n" +
			"ConnectWise is not asked, and nothing is kept. A source that cannot be read whole ends with the exit code that a run would have\n" +
			"that has no other source, and with each problem and its place.",
		Args: exactly(1, "NAME"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.previewSource(cmd.Context(), args[0], rows) },
	}
	cmd.Flags().IntVar(&rows, "rows", previewRows, "show at most `N` lines; 0: all")
	return cmd
}

func (a *app) previewSource(ctx context.Context, name string, rows int) error {
	if rows < 0 {
		return usageError("--rows %d is less than 0", rows)
	}
	_, document, err := a.openSetup(ctx)
	if err != nil {
		return err
	}
	kinds, err := catalogue()
	if err != nil {
		return err
	}
	engine := syncer.Engine{Profile: a.flags.profile, Setup: document, Catalogue: kinds, Secret: a.secret, Stdin: a.in, Now: a.now}
	usage, err := engine.ReadSource(ctx, name)
	if err != nil {
		return a.unreadable(name, err)
	}
	at := slices.IndexFunc(document.Sources, func(s billing.Source) bool { return s.Name == name })
	read := report.Source{Profile: a.flags.profile, Name: name, Kind: document.Sources[at].Kind, Usage: usage, Rows: rows}
	if a.flags.json {
		return a.print(report.SourceJSON(read))
	}
	return report.SourceText(a.out, read, a.text())
}

// unreadable adds the places of all problems to the document of an error.
func (a *app) unreadable(name string, err error) error {
	problems, more := readProblems(err)
	if !a.flags.json || len(problems) == 0 {
		return err
	}
	stop := stopOf(err)
	if printErr := a.print(report.SourceErrorJSON(stop.Exit, stop.Problem, name, problems, more)); printErr != nil {
		return printErr
	}
	return err // printed on standard error as well; the document is there already
}

// readProblems takes an error of reading apart.
func readProblems(err error) (problems []report.ReadProblem, more int) {
	var all *source.ReadErrors
	var one *source.ReadError
	switch {
	case errors.As(err, &all):
		more = all.More
		for _, problem := range all.Problems {
			problems = append(problems, readProblem(problem))
		}
	case errors.As(err, &one):
		problems = []report.ReadProblem{readProblem(one)}
	}
	return problems, more
}

func readProblem(e *source.ReadError) report.ReadProblem {
	return report.ReadProblem{File: e.File, Line: e.Line, Column: e.Column, Message: e.Message, Hint: e.Hint}
}

func (a *app) sourcePresetsCommand() *cobra.Command {
	return &cobra.Command{
		Use: "presets [NAME]", Short: "List the ready-made sources, or print one as YAML for the set-up",
		Long: "List the ready-made sources, each with how far it can be trusted, or print one of them: an element of sources in the set-up\n" +
			"document, in which YOUR-... marks what is to be filled in.",
		Args: between(0, 1, "NAME"),
		RunE: func(_ *cobra.Command, args []string) error {
			kinds, err := catalogue()
			if err != nil {
				return err
			}
			found, err := kinds.Presets()
			if err != nil {
				return err
			}
			if len(args) == 1 {
				return a.printPreset(found, args[0])
			}
			if a.flags.json {
				return a.print(report.PresetsJSON(reported(found)))
			}
			return report.PresetsText(a.out, reported(found), a.text())
		},
	}
}

func (a *app) printPreset(found []source.Preset, name string) error {
	at := slices.IndexFunc(found, func(p source.Preset) bool { return p.Name == name })
	if at < 0 {
		names := make([]string, len(found))
		for i := range found {
			names[i] = found[i].Name
		}
		stop := usageError("there is no preset %q", name)
		stop.Problem.Hint = "`cwsync source presets` lists them"
		if near := nearest(name, names); near != "" {
			stop.Problem.Hint = "did you mean `cwsync source presets " + near + "`?"
		}
		return stop
	}
	if a.flags.json {
		return a.print(report.PresetsJSON(reported(found[at : at+1])))
	}
	return a.print([]byte(found[at].Document), nil)
}

func reported(presets []source.Preset) []report.Preset {
	rows := make([]report.Preset, len(presets))
	for i, p := range presets {
		rows[i] = report.Preset{Name: p.Name, Title: p.Title, Kind: p.Kind, Verified: p.Verified, Trust: p.Trust(), Note: p.Note, Document: p.Document}
	}
	return rows
}
