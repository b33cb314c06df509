package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"time"

	"cwsync/cwclient"
	"cwsync/store"
	"cwsync/store/secret"
	"cwsync/syncer"
	"cwsync/syncer/plan"
	"cwsync/syncer/psa"
	"cwsync/syncer/setup"
	"cwsync/ui/report"
)

// syncProfile is `--sync`: with --dry-run it ends at the plan.
func (a *app) syncProfile(ctx context.Context, ask syncFlags) error {
	profile, err := a.openProfile(ctx)
	if err != nil {
		return err
	}
	document, err := a.loadSetup(ctx, profile)
	if err != nil {
		return err
	}
	engine, err := a.engine(ctx, profile, document)
	if err != nil {
		return err
	}
	if ask.dryRun {
		return a.dryRun(ctx, engine, ask)
	}
	run, err := engine.Sync(ctx, ask.request())
	return a.reportRun(run, err)
}

func (a *app) dryRun(ctx context.Context, engine *syncer.Engine, ask syncFlags) error {
	began := a.now()
	made, err := engine.Preview(ctx, ask.request())
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
	if err := writeFile(path, document); err != nil {
		return &syncer.Stop{Exit: syncer.ExitUsage, Err: err, Problem: syncer.Problem{Code: "out", Message: "save the plan: " + err.Error(),
			Hint: "give --out a file that can be written"}}
	}
	return plans.SavePlan(ctx, made, digest(document))
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// writeFile writes data to path with mode 0600, whole or not at all.
func writeFile(path string, data []byte) (err error) {
	aside := path + "." + newID("tmp")
	if err := os.WriteFile(aside, data, 0o600); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(aside))
		}
	}()
	return os.Rename(aside, path)
}

// reportRun prints what became of a run and gives its exit code.
func (a *app) reportRun(run *syncer.Run, err error) error {
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
		return err
	}
	return exit(run.ExitCode)
}

// engine wires the parts for one profile.
func (a *app) engine(ctx context.Context, profile *store.Profile, document *setup.Document) (*syncer.Engine, error) {
	kinds, err := catalogue()
	if err != nil {
		return nil, err
	}
	client, err := a.client(ctx, document)
	if err != nil {
		return nil, err
	}
	a.closers = append(a.closers, func() error { client.Close(); return nil })
	connectwise := psa.New(client)
	return &syncer.Engine{
		Profile: a.flags.profile, Setup: document, Catalogue: kinds, Secret: a.secret, Stdin: a.in,
		Ledger: connectwise, Catalog: connectwise, Writer: connectwise,
		Book: profile, Journal: profile, Plans: profile, Setups: profile, Locker: profile,
		Now: a.now, Zone: psa.ZoneOf, NewID: newID, SettleFor: a.flags.client.settle, LockWait: a.flags.client.lockWait,
		Workers: 2 * a.flags.client.concurrency, Requests: client.Requests, Observe: a.progress(),
	}, nil
}

func (a *app) client(ctx context.Context, document *setup.Document) (*cwclient.Client, error) {
	public, err := a.secret(ctx, "connection.public_key")
	if err != nil {
		return nil, err
	}
	private, err := a.secret(ctx, "connection.private_key")
	if err != nil {
		return nil, err
	}
	connection, limits := document.Connection, a.flags.client
	client, err := cwclient.New(cwclient.Config{
		Site: connection.Site, Company: connection.Company, ClientID: connection.ClientID, PublicKey: public, PrivateKey: private,
		CAFile: connection.CAFile, UserAgent: "cwsync/" + buildVersion().Version,
	}, cwclient.WithConcurrency(limits.concurrency), cwclient.WithMaxRPM(limits.maxRPM), cwclient.WithTimeout(limits.timeout),
		cwclient.WithRetryFor(limits.retryFor), cwclient.WithLogger(a.log))
	if err != nil {
		return nil, &syncer.Stop{Exit: syncer.ExitUsage, Err: err, Problem: syncer.Problem{Code: "setup_invalid", Message: err.Error(),
			Hint: "put connection right in the set-up and import it again"}}
	}
	return client, nil
}

// secret looks a secret up in the four places and logs which one served it.
func (a *app) secret(ctx context.Context, name string) (string, error) {
	if value, ok := a.keys[name]; ok {
		return value, nil
	}
	value, origin, err := a.lookup().Get(ctx, name)
	if err != nil {
		return "", err
	}
	a.log.Info("secret found", "name", name, "in", string(origin))
	return value.Reveal(), nil
}

func (a *app) lookup() *secret.Lookup {
	return &secret.Lookup{
		Profile: a.flags.profile, CredentialsFile: a.flags.credentials, CredentialsDir: os.Getenv("CREDENTIALS_DIRECTORY"),
		Environ: os.LookupEnv, Keyring: secret.OSKeyring(),
	}
}

// newID is a new id that sorts by time: prefix, UTC second, and random digits.
func newID(prefix string) string {
	random := make([]byte, 4)
	_, _ = rand.Read(random) // never fails: it ends the program where there is no randomness
	return fmt.Sprintf("%s-%s-%x", prefix, time.Now().UTC().Format("20060102-150405"), random)
}
