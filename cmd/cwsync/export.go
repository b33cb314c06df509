package main

import (
	"context"
	"fmt"

	"cwsync/syncer/billing"
	"cwsync/syncer/psa"
	"cwsync/ui/report"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
)

func (a *app) exportCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "export", Short: "Export companies, agreements, products or additions from ConnectWise as CSV or JSON",
		Long: "Read one kind of record from ConnectWise and print all of them as CSV, or with --json as one document. Nothing is written to ConnectWise.\n" +
			"In CSV, a text that a spreadsheet would take for a formula begins with '.",
		Args: subcommand, RunE: needsSubcommand,
	}
	for _, one := range []struct {
		name, short string
		read        reading
	}{
		{"companies", "All companies, hidden ones too, each with its default contact", (*exporter).companies},
		{"agreements", "All agreements, closed ones too", (*exporter).agreements},
		{"products", "The whole catalog, inactive products and bundles too", (*exporter).products},
		{"additions", "All additions of all agreements that are running today", (*exporter).additions},
	} {
		sub := &cobra.Command{
			Use: one.name, Short: one.short, Args: exactly(0, ""),
			RunE: func(cmd *cobra.Command, _ []string) error { return a.export(cmd.Context(), one.read) },
		}
		a.addClientFlags(sub)
		cmd.AddCommand(sub)
	}
	return cmd
}

// reading reads one kind of record. What is lacking is said in warnings.
type reading func(e *exporter, ctx context.Context) (made report.Export, warnings []string, err error)

// exporter reads from ConnectWise what is exported.
type exporter struct {
	connectwise *psa.PSA
	running     func(context.Context, []billing.Agreement) ([]billing.Agreement, map[int][]billing.Addition, error)
}

// export reads everything before it prints anything: an export is whole, or there is none.
func (a *app) export(ctx context.Context, read reading) error {
	profile, document, err := a.openSetup(ctx)
	if err != nil {
		return err
	}
	client, err := a.dial(ctx, profile, document)
	if err != nil {
		return err
	}
	engine := a.engineOf(a.flags.profile, profile, nil, client)
	engine.Setup, engine.Observe = document, a.progress()
	made, warnings, err := read(&exporter{psa.New(client), engine.RunningAdditions}, ctx)
	a.quiet()
	if err != nil {
		return err
	}
	for _, warning := range warnings {
		fmt.Fprintln(a.err, "cwsync: warning: "+report.Plain(warning))
	}
	if a.flags.json {
		return a.print(made.Document(a.flags.profile, warnings))
	}
	return a.print(made.CSV())
}

// companies reads companies and contacts side by side. Where contacts may not be read, companies are exported without.
func (e *exporter) companies(ctx context.Context) (made report.Export, warnings []string, err error) {
	var companies []billing.Company
	contacts := map[int]billing.Contact{}
	group, both := errgroup.WithContext(ctx)
	group.Go(func() (err error) { companies, err = e.connectwise.Companies(both); return err })
	group.Go(func() error {
		list, err := e.connectwise.Contacts(both)
		if billing.ClassOf(err) == billing.ClassPermission {
			warnings = append(warnings, "companies are exported without contacts: "+err.Error()+"; "+stopOf(err).Problem.Hint)
			return nil
		}
		for _, contact := range list {
			contacts[contact.CompanyID] = contact
		}
		return err
	})
	if err := group.Wait(); err != nil {
		return report.Export{}, nil, err
	}
	return report.ExportCompanies(companies, contacts), warnings, nil
}

func (e *exporter) agreements(ctx context.Context) (report.Export, []string, error) {
	agreements, err := e.connectwise.AllAgreements(ctx)
	return report.ExportAgreements(agreements), nil, err
}

func (e *exporter) products(ctx context.Context) (report.Export, []string, error) {
	products, err := e.connectwise.AllProducts(ctx, nil)
	return report.ExportProducts(products), nil, err
}

func (e *exporter) additions(ctx context.Context) (report.Export, []string, error) {
	agreements, err := e.connectwise.AllAgreements(ctx)
	if err != nil {
		return report.Export{}, nil, err
	}
	running, additions, err := e.running(ctx, agreements)
	return report.ExportAdditions(running, additions), nil, err
}
