package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"

	"cwsync/cwclient"
	"cwsync/store"
	"cwsync/store/secret"
	"cwsync/syncer"
	"cwsync/syncer/plan"
	"cwsync/syncer/psa"
	"cwsync/syncer/setup"
	"cwsync/syncer/source"
	"cwsync/ui/report"
)

// syncProfile is `--sync`: with --dry-run it ends at the plan.
func (a *app) syncProfile(ctx context.Context, ask syncFlags) error {
	profile, document, err := a.openSetup(ctx)
	if err != nil {
		return err
	}
	if ask.dryRun {
		engine, err := a.engine(ctx, profile, document)
		if err != nil {
			return err
		}
		return a.dryRun(ctx, engine, ask)
	}
	return a.alerted(ctx, profile, document, func(ctx context.Context) (*syncer.Run, error) {
		engine, err := a.engine(ctx, profile, document)
		if err != nil {
			return nil, err
		}
		return engine.Sync(ctx, ask.request())
	})
}

func (a *app) dryRun(ctx context.Context, engine *syncer.Engine, ask syncFlags) error {
	return a.showPlan(ctx, engine, ask, func() (*plan.Plan, error) { return engine.Preview(ctx, ask.request()) })
}

// showPlan makes a plan, prints it and saves it where that is asked for.
func (a *app) showPlan(ctx context.Context, engine *syncer.Engine, ask syncFlags, preview func() (*plan.Plan, error)) error {
	began := a.now()
	made, err := preview()
	a.quiet()
	if err != nil {
		return err
	}
	code := syncer.DryRunExit(made, ask.detailed)
	var document []byte
	if a.flags.json || ask.out != "" {
		if document, err = report.PlanJSON(made, engine.Requests(), a.now().Sub(began), code); err != nil {
			return err
		}
	}
	if ask.out != "" {
		if err := savePlan(ctx, engine.Plans, made, document, ask.out); err != nil {
			return err
		}
	}
	if a.flags.json {
		err = a.print(document, nil)
	} else {
		err = report.PlanText(a.out, made, a.text())
	}
	if err != nil {
		return err
	}
	return exit(code)
}

// savePlan writes the plan's file and keeps the plan and the file's digest in the store, so that apply can tell whether it was altered.
func savePlan(ctx context.Context, plans syncer.Plans, made *plan.Plan, document []byte, path string) error {
	if err := ctx.Err(); err != nil {
		return err // nothing is left of a plan that nobody waits for
	}
	if err := writeFile(path, document); err != nil {
		return fileError("save the plan", err)
	}
	return plans.SavePlan(ctx, made, digest(document))
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// writeFile writes data to path for this user alone, whatever the umask is: whole and on disk, or not at all.
func writeFile(path string, data []byte) (err error) {
	if info, statErr := os.Stat(path); statErr == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a file", path)
	}
	aside := path + "." + newID("tmp")
	file, err := os.OpenFile(aside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return plainPathError(err, path)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(aside))
		}
	}()
	_, err = file.Write(data)
	if err = errors.Join(err, file.Chmod(0o600), file.Sync(), file.Close()); err != nil {
		return plainPathError(err, path)
	}
	return plainPathError(os.Rename(aside, path), path)
}

// plainPathError names the file that was asked for, rather than the one that stands in for it while it is written.
func plainPathError(err error, path string) error {
	if number, ok := errors.AsType[syscall.Errno](err); ok {
		return &fs.PathError{Op: "write", Path: path, Err: number}
	}
	return err
}

// reportRun prints what became of a run and gives its exit code: that of the run also where the report cannot be printed, since it is known
// what was written to ConnectWise.
func (a *app) reportRun(run *syncer.Run, err error) error {
	a.quiet()
	if run == nil {
		return err
	}
	if err != nil {
		stop := stopOf(err)
		run.Problem, run.ExitCode = &stop.Problem, stop.Exit
	}
	if a.flags.json {
		document, jsonErr := report.RunJSON(run)
		err = a.print(document, jsonErr)
	} else {
		err = report.RunText(a.out, run, a.text())
	}
	if err != nil {
		fmt.Fprintln(a.err, "cwsync: error: print what became of the run: "+report.Plain(err.Error()))
		if a.keys == nil { // the demo's history is gone
			fmt.Fprintln(a.err, "cwsync: hint: `cwsync history "+run.ID+"` shows it")
		}
	}
	return exit(run.ExitCode)
}

// engine wires the parts for one profile.
func (a *app) engine(ctx context.Context, profile *store.Profile, document *setup.Document) (*syncer.Engine, error) {
	kinds, err := catalogue()
	if err != nil {
		return nil, err
	}
	client, err := a.dial(ctx, profile, document)
	if err != nil {
		return nil, err
	}
	a.desk = psa.New(client)
	engine := a.engineOf(a.flags.profile, profile, kinds, client)
	engine.Setup, engine.Secret, engine.Stdin, engine.Observe = document, a.secret, a.in, a.progress()
	return engine, nil
}

// dial makes the client of a profile's connection, which is closed when the command ends. It sends nothing yet.
func (a *app) dial(ctx context.Context, profile *store.Profile, document *setup.Document) (*cwclient.Client, error) {
	known := a.recall(ctx, profile, document.Connection)
	client, err := a.client(ctx, document, a.secret, a.flags.client.retryFor, known)
	if err != nil {
		return nil, err
	}
	a.closers = append(a.closers, func() error {
		a.remember(ctx, profile, document.Connection, known, client.Known())
		client.Close()
		return nil
	})
	return client, nil
}

// engineOf wires the parts for a profile but for what differs from run to run: set-up, secrets, standard input, and who looks on.
func (a *app) engineOf(name string, profile *store.Profile, kinds *source.Catalogue, client *cwclient.Client) *syncer.Engine {
	connectwise := psa.New(client)
	return &syncer.Engine{
		Profile: name, Catalogue: kinds, Ledger: connectwise, Catalog: connectwise, Writer: connectwise, Products: connectwise, Shelf: profile,
		Book: profile, Past: profile, Journal: notedJournal{profile, &a.logs, func() {}}, Plans: profile, Setups: profile, Locker: profile,
		Now: a.now, Zone: psa.ZoneOf, NewID: a.newID, SettleFor: a.flags.client.settle, LockWait: a.flags.client.lockWait,
		Workers: 2 * a.flags.client.concurrency, Requests: client.Requests,
	}
}

// client makes a client for the connection of a set-up with the keys that find finds; known is what an earlier run discovered of it. It sends
// nothing yet.
func (a *app) client(ctx context.Context, document *setup.Document, find findSecret, retryFor time.Duration, known cwclient.Known) (*cwclient.Client, error) {
	public, err := find(ctx, "connection.public_key")
	if err != nil {
		return nil, err
	}
	private, err := find(ctx, "connection.private_key")
	if err != nil {
		return nil, err
	}
	connection, limits := document.Connection, a.flags.client
	client, err := cwclient.New(cwclient.Config{
		Site: connection.Site, Company: connection.Company, ClientID: connection.ClientID, PublicKey: public, PrivateKey: private,
		CAFile: connection.CAFile, UserAgent: "cwsync/" + buildVersion().Version,
	}, cwclient.WithConcurrency(limits.concurrency), cwclient.WithMaxRPM(limits.maxRPM), cwclient.WithTimeout(limits.timeout),
		cwclient.WithRetryFor(retryFor), cwclient.WithLogger(a.log), cwclient.WithKnown(known))
	if err != nil {
		return nil, &syncer.Stop{Exit: syncer.ExitUsage, Err: err, Problem: syncer.Problem{Code: "setup_invalid", Message: err.Error(),
			Hint: "put connection right in the set-up and import it again"}}
	}
	return client, nil
}

// findSecret gives the value of a secret.
type findSecret = func(ctx context.Context, name string) (string, error)

// secret looks a secret up in the four places and logs which one served it.
func (a *app) secret(ctx context.Context, name string) (string, error) {
	if value, ok := a.keys[name]; ok {
		return value, nil
	}
	return a.revealed(ctx, a.lookup(), name)
}

func (a *app) revealed(ctx context.Context, lookup *secret.Lookup, name string) (string, error) {
	value, origin, err := lookup.Get(ctx, name)
	if err != nil {
		return "", err
	}
	a.log.Info("secret found", "name", name, "in", string(origin))
	return value.Reveal(), nil
}

func (a *app) lookup() *secret.Lookup { return a.lookupOf(a.flags.profile) }

func (a *app) lookupOf(profile string) *secret.Lookup {
	return &secret.Lookup{
		Profile: profile, CredentialsFile: a.flags.credentials, CredentialsDir: os.Getenv("CREDENTIALS_DIRECTORY"),
		Environ: os.LookupEnv, Keyring: secret.OSKeyring(),
	}
}

// newID is a new id for the engine. From a run's on, every line of the log has it.
func (a *app) newID(prefix string) string {
	if prefix != "r" {
		return newID(prefix)
	}
	id := cmp.Or(a.nextRun, newID("r"))
	a.nextRun = ""
	a.logs.run.Store(&id)
	return id
}

// newID is a new id that sorts by time: prefix, UTC second, and random digits.
func newID(prefix string) string {
	random := make([]byte, 4)
	_, _ = rand.Read(random) // never fails: it ends the program where there is no randomness
	return fmt.Sprintf("%s-%s-%x", prefix, time.Now().UTC().Format("20060102-150405"), random)
}
