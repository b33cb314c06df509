package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"cwsync/cwclient"
	"cwsync/store"
	"cwsync/store/secret"
	"cwsync/syncer"
	"cwsync/syncer/doctor"
	"cwsync/syncer/plan"
	"cwsync/syncer/psa"
	"cwsync/syncer/setup"
	"cwsync/syncer/source"
	"cwsync/ui"
	"cwsync/ui/report"
)

// testPatience is how long the wizard's test tries one request: a person looks on and can try again.
const testPatience = 5 * time.Second

// office is this machine as the wizard needs it: the store, the keys and ConnectWise.
type office struct {
	app     *app
	store   *store.Store
	kinds   *source.Catalogue
	keyring *memoryKeyring // of the demo, which leaves the machine's own alone; nil elsewhere

	lock    sync.Mutex
	clients []*cwclient.Client
}

var _ ui.Office = (*office)(nil)

func (a *app) newOffice(opened *store.Store, kinds *source.Catalogue, keyring *memoryKeyring) *office {
	made := &office{app: a, store: opened, kinds: kinds, keyring: keyring}
	a.closers = append(a.closers, made.close)
	return made
}

// Profiles implements ui.Office.
func (o *office) Profiles(ctx context.Context) ([]string, error) { return o.store.Profiles(ctx) }

// Open implements ui.Office.
func (o *office) Open(_ context.Context, name string) (*ui.Profile, error) {
	if !profileForm.MatchString(name) {
		return nil, usageError("%q cannot be the name of a profile: it takes 1 to 64 letters, digits, - and _", name)
	}
	profile, keys := o.store.Profile(name), o.lookup(name)
	find := func(ctx context.Context, secret string) (string, error) { return o.app.revealed(ctx, keys, secret) }
	return &ui.Profile{
		Name: name, Demo: o.keyring != nil, Setups: profile, Notes: profile, Keys: keyStore{keys, o.keyring != nil}, Kinds: o.kinds, Secret: find,
		Alerts:  o.alertsOf(name, profile, keys, find),
		LastRun: func(ctx context.Context) (ui.LastRun, bool, error) { return lastRun(ctx, profile) },
		Recent:  func(ctx context.Context, limit int) ([]ui.LastRun, error) { return recentRuns(ctx, profile, limit) },
		Run:     profile.Run, Past: storedPast{name, profile},
		Schedule: o.schedule(name), NextRun: o.nextRun(name),
		Dial: func(ctx context.Context, document *setup.Document) (*ui.Site, error) {
			return o.dial(ctx, name, document, find)
		},
		SavePlan: func(ctx context.Context, made *plan.Plan, path string) error {
			document, err := report.PlanJSON(made, nil, 0, syncer.DryRunExit(made, false))
			if err != nil {
				return err
			}
			return savePlan(ctx, profile, made, document, path)
		},
		WriteFile: func(_ context.Context, path string, data []byte, replace bool) error {
			if _, err := os.Lstat(path); err == nil && !replace {
				return &fs.PathError{Op: "write", Path: path, Err: fs.ErrExist}
			}
			return writeFile(path, data)
		},
	}, nil
}

// lookup finds the secrets of a profile. A keyring may ask a person to unlock it, who is there.
func (o *office) lookup(profile string) *secret.Lookup {
	if o.keyring != nil {
		return &secret.Lookup{Profile: profile, Keyring: o.keyring}
	}
	lookup := o.app.lookupOf(profile)
	lookup.Timeout = keyringPatience
	return lookup
}

func lastRun(ctx context.Context, profile *store.Profile) (ui.LastRun, bool, error) {
	runs, err := recentRuns(ctx, profile, 1)
	if err != nil || len(runs) == 0 {
		return ui.LastRun{}, false, err
	}
	return runs[0], true, nil
}

// recentRuns are the newest runs, newest first.
func recentRuns(ctx context.Context, profile *store.Profile, limit int) ([]ui.LastRun, error) {
	stored, err := profile.Runs(ctx, limit)
	runs := make([]ui.LastRun, len(stored))
	for i, run := range stored {
		runs[i] = ui.LastRun{
			ID: run.ID, Started: run.Started, Ended: run.Finished, ExitCode: run.ExitCode, Counts: run.Counts, Undoes: run.Undoes, Problem: run.Problem,
			Monthly: run.Summary.MonthlyDelta,
		}
		if run.ExitCode == store.Unfinished {
			runs[i].CutOff, runs[i].Ended = true, run.Started // nobody knows when it ended
		}
	}
	return runs, err
}

// dial makes the clients of a connection: one for all work, and one that gives up soon for its test.
func (o *office) dial(ctx context.Context, name string, document *setup.Document, find findSecret) (*ui.Site, error) {
	work, err := o.client(ctx, document, find, o.app.flags.client.retryFor)
	if err != nil {
		return nil, err
	}
	trial, err := o.client(ctx, document, find, min(testPatience, o.app.flags.client.retryFor))
	if err != nil {
		return nil, err
	}
	connectwise, examined := psa.New(work), psa.New(trial)
	engine := o.app.engineOf(name, o.store.Profile(name), o.kinds, work)
	engine.Setup, engine.Secret = document, find
	if noted, ok := engine.Journal.(notedJournal); ok { // between two runs of the wizard lines belong to none
		noted.after = func() { o.app.logs.run.Store(nil) }
		engine.Journal = noted
	}
	return &ui.Site{
		Probe: doctor.Probe{Site: examined, Access: examined}, Directory: connectwise, Contacts: connectwise, Catalog: connectwise, Engine: engine,
	}, nil
}

// client makes a client that is closed when the command ends.
func (o *office) client(ctx context.Context, document *setup.Document, find findSecret, retryFor time.Duration) (*cwclient.Client, error) {
	client, err := o.app.client(ctx, document, find, retryFor, cwclient.Known{})
	var stop *syncer.Stop
	if errors.As(err, &stop) && stop.Problem.Code == "setup_invalid" {
		stop.Problem.Hint = "put it right in Connect"
	}
	if err != nil {
		return nil, err
	}
	o.lock.Lock()
	defer o.lock.Unlock()
	o.clients = append(o.clients, client)
	return client, nil
}

func (o *office) close() error {
	o.lock.Lock()
	defer o.lock.Unlock()
	for _, client := range o.clients {
		client.Close()
	}
	o.clients = nil
	return nil
}

// keyStore is where the keys of a profile are put and found.
type keyStore struct {
	lookup   *secret.Lookup
	inMemory bool // its keyring is the demo's own
}

var _ ui.Keys = keyStore{}

// SetKey implements ui.Keys.
func (k keyStore) SetKey(ctx context.Context, name, value string) error {
	err := k.lookup.Set(ctx, name, secret.New(value))
	if errors.Is(err, secret.ErrNoKeyring) {
		return fmt.Errorf("%w: %w", ui.ErrNoKeyring, err)
	}
	return err
}

// Place implements ui.Keys.
func (k keyStore) Place() string {
	if k.inMemory {
		return ui.PlaceMemory
	}
	return ui.PlaceKeyring
}

// FindKey implements ui.Keys.
func (k keyStore) FindKey(ctx context.Context, name string) (origin, hint string, err error) {
	value, from, err := k.lookup.Get(ctx, name)
	switch {
	case errors.Is(err, secret.ErrNotFound):
		return "", "", nil
	case err != nil:
		return "", "", err
	}
	if from == secret.OriginKeyring {
		return k.Place(), value.Hint(), nil
	}
	return string(from), value.Hint(), nil
}

// Elsewhere implements ui.Keys.
func (k keyStore) Elsewhere(name string) []string {
	profile := k.lookup.Profile
	return []string{
		"the environment variable " + secret.EnvName(profile, name),
		"the file cwsync." + profile + "." + name + " in the folder that $CREDENTIALS_DIRECTORY names, as systemd's LoadCredential= makes it",
		"a YAML file that only you can read, with the line `" + name + ": VALUE`; start cwsync with --credentials FILE",
	}
}

// memoryKeyring holds the keys of the demo for as long as it runs.
type memoryKeyring struct {
	lock   sync.Mutex
	values map[string]secret.Secret
}

var _ secret.Keyring = (*memoryKeyring)(nil)

// Get implements secret.Keyring.
func (m *memoryKeyring) Get(account string) (secret.Secret, error) {
	m.lock.Lock()
	defer m.lock.Unlock()
	value, ok := m.values[account]
	if !ok {
		return secret.Secret{}, secret.ErrNotFound
	}
	return value, nil
}

// Set implements secret.Keyring.
func (m *memoryKeyring) Set(account string, value secret.Secret) error {
	m.lock.Lock()
	defer m.lock.Unlock()
	m.values[account] = value
	return nil
}

// Delete implements secret.Keyring.
func (m *memoryKeyring) Delete(account string) error {
	m.lock.Lock()
	defer m.lock.Unlock()
	if _, ok := m.values[account]; !ok {
		return secret.ErrNotFound
	}
	delete(m.values, account)
	return nil
}
