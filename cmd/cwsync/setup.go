package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"cwsync/syncer"
	"cwsync/syncer/setup"
	"cwsync/ui/report"

	"github.com/spf13/cobra"
)

func (a *app) setupCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "setup", Short: "Read and write the set-up as one YAML document",
		Args: subcommand, RunE: needsSubcommand,
	}
	cmd.AddCommand(a.setupImportCommand(), a.setupExportCommand(), a.setupSchemaCommand())
	return cmd
}

func (a *app) setupImportCommand() *cobra.Command {
	var check bool
	cmd := &cobra.Command{
		Use: "import FILE", Short: "Replace the profile's set-up with a document; ownership and history stay",
		Long: "Replace the profile's set-up with a YAML document. Everything is checked first, and nothing is changed on any error.\n" +
			"With --check it is also compared with ConnectWise. FILE may be - for standard input.",
		Args: exactly(1, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.importSetup(cmd.Context(), args[0], check) },
	}
	cmd.Flags().BoolVar(&check, "check", false, "also check products, companies and agreements in ConnectWise")
	a.addClientFlags(cmd)
	return cmd
}

func (a *app) importSetup(ctx context.Context, path string, check bool) error {
	data, err := a.readDocument(ctx, path)
	if err != nil {
		return err
	}
	kinds, err := catalogue()
	if err != nil {
		return err
	}
	document, err := setup.Parse(data, path, kinds)
	if err != nil {
		return err
	}
	profile, err := a.openProfile(ctx)
	if err != nil {
		return err
	}
	done := report.Setup{Profile: a.flags.profile, File: path, Digest: document.Digest(), Checked: check}
	if check {
		engine, err := a.engine(ctx, profile, document)
		if err != nil {
			return err
		}
		problems, err := engine.CheckSetup(ctx)
		if err != nil {
			return err
		}
		if len(problems) > 0 {
			return &syncer.Stop{Exit: syncer.ExitUsage, Problem: syncer.Problem{Code: "setup_invalid", Message: strings.Join(problems, "\n"),
				Hint: "nothing was imported; put the document or ConnectWise right"}}
		}
	}
	before, had, err := profile.LoadSetup(ctx)
	if err != nil {
		return err
	}
	done.Changed = !had || before.Digest() != document.Digest()
	if err := profile.ReplaceSetup(ctx, document); err != nil {
		return err
	}
	return a.reportSetup(done, document)
}

// reportSetup says what an import did.
func (a *app) reportSetup(done report.Setup, document *setup.Document) error {
	tally(&done, document)
	if a.flags.json {
		return a.print(report.SetupJSON(syncer.ExitDone, done))
	}
	verb := "imported into"
	if !done.Changed {
		verb = "is the same as in"
	}
	_, err := fmt.Fprintf(a.out, "%s %s profile %s: %s, %s, %s\n", report.Plain(done.File), verb, done.Profile,
		counted(done.Sources, "source"), counted(done.Services, "service"), counted(done.Customers, "customer"))
	return err
}

// tally says how much a document holds.
func tally(done *report.Setup, document *setup.Document) {
	done.Sources = len(document.Sources)
	for i := range document.Sources {
		done.Services += len(document.Sources[i].Services)
		done.Customers += len(document.Sources[i].Customers)
	}
}

// counted is a number of things, as people say it.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// readDocument reads a set-up document, from standard input for "-".
func (a *app) readDocument(ctx context.Context, path string) ([]byte, error) {
	data, err := awaited(ctx, func() ([]byte, error) {
		if path == "-" {
			return io.ReadAll(io.LimitReader(a.in, setup.MaxBytes+1))
		}
		return readBounded(path, setup.MaxBytes)
	})
	if err != nil {
		return nil, fileError("read the set-up", err)
	}
	return data, nil
}

func (a *app) setupExportCommand() *cobra.Command {
	return &cobra.Command{
		Use: "export [FILE]", Short: "Write the set-up as a document, secrets never in it",
		Args: between(0, 1, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			_, document, err := a.openSetup(cmd.Context())
			if err != nil {
				return err
			}
			text, err := document.Export()
			if err != nil {
				return err
			}
			if len(args) == 0 && !a.flags.json {
				_, err = a.out.Write(text)
				return err
			}
			done := report.Setup{Profile: a.flags.profile, Digest: document.Digest()}
			tally(&done, document)
			if len(args) == 0 {
				done.Document = string(text)
			} else {
				done.File = args[0]
				if err := writeFile(args[0], text); err != nil {
					return fileError("write the set-up", err)
				}
			}
			if a.flags.json {
				return a.print(report.SetupJSON(syncer.ExitDone, done))
			}
			_, err = fmt.Fprintf(a.out, "set-up of profile %s written to %s\n", a.flags.profile, report.Plain(args[0]))
			return err
		},
	}
}

func (a *app) setupSchemaCommand() *cobra.Command {
	return &cobra.Command{
		Use: "schema", Short: "Print the JSON Schema of the set-up document", Args: exactly(0, ""),
		RunE: func(*cobra.Command, []string) error {
			kinds, err := catalogue()
			if err != nil {
				return err
			}
			return a.print(setup.Schema(kinds))
		},
	}
}
