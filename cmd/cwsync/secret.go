package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"cwsync/store/secret"
	"cwsync/syncer/setup"
	"cwsync/ui/report"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// keyringPatience is how long a keyring may take that asks a person to unlock it.
const keyringPatience = time.Minute

func (a *app) secretCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "secret", Short: "Keep keys in the OS keyring", Args: subcommand, RunE: needsSubcommand}
	cmd.AddCommand(
		&cobra.Command{
			Use: "set NAME", Short: "Put a secret into the OS keyring; the value is asked for, or read from standard input",
			Args: onlyName,
			RunE: func(cmd *cobra.Command, args []string) error { return a.setSecret(cmd.Context(), args[0]) },
		},
		&cobra.Command{
			Use: "list", Short: "Show which secrets the set-up needs and where each is found, never a value", Args: exactly(0, ""),
			RunE: func(cmd *cobra.Command, _ []string) error { return a.listSecrets(cmd.Context()) },
		},
		&cobra.Command{
			Use: "remove NAME", Short: "Take a secret out of the OS keyring", Args: exactly(1, "NAME"),
			RunE: func(cmd *cobra.Command, args []string) error {
				if err := a.patientLookup().Remove(cmd.Context(), args[0]); err != nil {
					return err
				}
				return a.reportSecrets([]report.Secret{{Name: args[0]}}, "removed")
			},
		},
	)
	return cmd
}

// onlyName refuses a value on the command line, where others can see it, without repeating it.
func onlyName(cmd *cobra.Command, args []string) error {
	if len(args) == 1 {
		return nil
	}
	stop := usageOf(cmd, "%s needs NAME alone: the value is never an argument", cmd.CommandPath())
	stop.Problem.Hint = "type the value when it is asked for, or send it to standard input"
	return stop
}

func (a *app) patientLookup() *secret.Lookup {
	lookup := a.lookup()
	lookup.Timeout = keyringPatience
	return lookup
}

func (a *app) setSecret(ctx context.Context, name string) error {
	if err := secret.ValidName(name); err != nil {
		return err
	}
	value, err := a.readSecret(ctx, name)
	if err != nil {
		return err
	}
	if err := a.patientLookup().Set(ctx, name, value); err != nil {
		return err
	}
	return a.reportSecrets([]report.Secret{{Name: name, From: string(secret.OriginKeyring)}}, "kept in the keyring: "+value.Hint())
}

// readSecret asks on a terminal without showing what is typed, or reads standard input. Who is asked can stop: the terminal is left as it was.
func (a *app) readSecret(ctx context.Context, name string) (secret.Secret, error) {
	if !isTerminal(a.in) {
		return awaited(ctx, func() (secret.Secret, error) { return secret.Read(a.in) })
	}
	terminal := int(a.in.(*os.File).Fd())
	before, err := term.GetState(terminal)
	if err != nil {
		return secret.Secret{}, usageError("read the secret: %s", err)
	}
	fmt.Fprintf(a.err, "%s (not shown): ", name)
	typed, err := awaited(ctx, func() ([]byte, error) { return term.ReadPassword(terminal) })
	fmt.Fprintln(a.err)
	if ctx.Err() != nil {
		return secret.Secret{}, errors.Join(ctx.Err(), term.Restore(terminal, before))
	}
	if err != nil {
		return secret.Secret{}, usageError("read the secret: %s", err)
	}
	return secret.Read(bytesReader(typed))
}

// bytesReader reads a value once and forgets it.
func bytesReader(data []byte) io.Reader { return &oneTime{data} }

type oneTime struct{ data []byte }

func (o *oneTime) Read(p []byte) (int, error) {
	if len(o.data) == 0 {
		return 0, io.EOF
	}
	n := copy(p, o.data)
	clear(o.data[:n])
	o.data = o.data[n:]
	return n, nil
}

func (a *app) listSecrets(ctx context.Context) error {
	profile, err := a.openProfile(ctx)
	if err != nil {
		return err
	}
	document, _, err := profile.LoadSetup(ctx)
	if err != nil {
		return err
	}
	var secrets []report.Secret
	var refused error
	for _, status := range a.lookup().List(ctx, secretNames(document)) {
		secrets = append(secrets, report.Secret{Name: status.Name, From: string(status.Origin)})
		if status.Err != nil && !errors.Is(status.Err, secret.ErrNotFound) {
			refused = status.Err
		}
	}
	if refused != nil {
		return refused
	}
	return a.reportSecrets(secrets, "")
}

// secretNames are the secrets that a set-up needs; without one, those of the connection.
func secretNames(document *setup.Document) []string {
	names := []string{"connection.public_key", "connection.private_key"}
	if document == nil {
		return names
	}
	kinds, err := catalogue()
	if err != nil {
		return names
	}
	for i := range document.Sources {
		kind, _ := kinds.Lookup(document.Sources[i].Kind)
		for _, field := range kind.Secrets(document.Sources[i].Options) {
			names = append(names, "source."+document.Sources[i].Name+"."+field.Name)
		}
	}
	for _, alert := range document.Alerts {
		kind, _ := kinds.Alert(alert.Kind)
		if _, secret := kind.SecretField(); secret {
			names = append(names, "alert."+alert.Name)
		}
	}
	return names
}

func (a *app) reportSecrets(secrets []report.Secret, done string) error {
	if a.flags.json {
		return a.print(report.SecretsJSON(a.flags.profile, secrets))
	}
	for _, found := range secrets {
		text := done
		switch {
		case text != "":
		case found.From == "":
			text = "not found: `cwsync secret set " + found.Name + "`"
		default:
			text = "found in the " + found.From
		}
		if _, err := fmt.Fprintf(a.out, "%-28s %s\n", found.Name, text); err != nil {
			return err
		}
	}
	return nil
}
