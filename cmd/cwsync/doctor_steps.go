package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"cwsync/cwclient"
	"cwsync/store"
	"cwsync/store/secret"
	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/doctor"
	"cwsync/syncer/psa"
	"cwsync/syncer/setup"
	"cwsync/syncer/source"
)

const (
	recordsPatience = time.Minute // how long the doctor tries to read a page of many records
	pastRuns        = 200         // how many runs the doctor looks back for one that went well
)

// examination is one of them: what is wired for it, as far as there is anything to wire.
type examination struct {
	app      *app
	ask      doctorFlags
	kinds    *source.Catalogue
	profile  *store.Profile  // nil: there is no store
	document *setup.Document // nil: there is no set-up
	found    *foundSecrets
}

// doctorSteps are all checks. What cannot even be opened is one that fails.
func (a *app) doctorSteps(ctx context.Context, ask doctorFlags) ([]doctor.Step, error) {
	kinds, err := catalogue()
	if err != nil {
		return nil, err
	}
	e := &examination{app: a, ask: ask, kinds: kinds, found: &foundSecrets{lookup: a.lookup(), known: map[string]foundSecret{}}}
	machine := doctor.Machine{Profile: a.flags.profile, LogFile: a.seams.logFile, Catalogue: kinds}
	opened := e.store(ctx, &machine)
	if opened != nil {
		e.profile = opened.Profile(a.flags.profile)
		if e.document, _, machine.SetupErr = e.profile.LoadSetup(ctx); machine.SetupErr != nil {
			e.document, machine.SetupErr = nil, fault(machine.SetupErr)
		}
	}
	machine.Document = e.document
	names := secretNames(switchedOn(e.document))
	steps := append(doctor.MachineSteps(machine), doctor.SecretSteps(names, e.found.place)...)
	steps = append(steps, e.connectWise(ctx)...)
	if e.document != nil {
		steps = append(steps, doctor.After(doctor.SourceSteps(e.document, names, e.reader(), a.now), doctor.NameSetup)...)
	}
	steps = append(steps, doctor.RunSteps(e.runs())...)
	return append(steps, e.alerts()...), nil
}

// switchedOn is the set-up without the sources that no run reads.
func switchedOn(document *setup.Document) *setup.Document {
	if document == nil {
		return nil
	}
	on := document.Clone()
	on.Sources = nil
	for _, from := range document.Sources {
		if from.Sync {
			on.Sources = append(on.Sources, from)
		}
	}
	return on
}

// store finds the database and opens it if there is one: a doctor does not make one, nor does it take rights from anybody.
func (e *examination) store(ctx context.Context, machine *doctor.Machine) *store.Store {
	a := e.app
	path, err := a.storePath()
	if err == nil {
		path, err = filepath.Abs(path)
	}
	if err != nil {
		machine.Store.Err = fault(err)
		return nil
	}
	machine.Store.Path = path
	machine.FreeDisk = func() (uint64, error) { return freeDisk(existing(filepath.Dir(path))) }
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		machine.Store.Missing = true
		return nil
	}
	for _, file := range store.Exposed(path) {
		machine.Store.Exposed = append(machine.Store.Exposed, fmt.Sprintf("%s (%04o)", file.Path, file.Mode))
	}
	opened, err := store.Open(ctx, store.Options{Path: path, Now: a.now, Program: buildVersion().Version})
	if err != nil {
		machine.Store.Err = fault(err)
		return nil
	}
	a.closers = append(a.closers, opened.Close)
	if machine.Store.Version, err = opened.Version(ctx); err != nil {
		machine.Store.Err = fault(err)
		return nil
	}
	machine.Store.Bytes, machine.Store.Copy = info.Size(), opened.Copied()
	machine.Store.Check = func(ctx context.Context) error { return fault(opened.Check(ctx)) }
	return opened
}

// existing is the folder, or the nearest one above it that is there.
func existing(folder string) string {
	for {
		if _, err := os.Stat(folder); err == nil || filepath.Dir(folder) == folder {
			return folder
		}
		folder = filepath.Dir(folder)
	}
}

// connectWise are the steps that talk to ConnectWise: the way there and the rights with little patience, what the set-up points at with more.
func (e *examination) connectWise(ctx context.Context) []doctor.Step {
	document := e.document
	if document == nil {
		document = &setup.Document{}
	}
	probe := doctor.Probe{Problem: fault(errors.New("there is no set-up"))}
	records := &doctorRecords{}
	if e.document != nil {
		probe, records = e.dial(ctx)
	}
	steps := doctor.WithKeys(doctor.ConnectionSteps(probe, doctor.NeedsOf(switchedOn(document))))
	if e.document != nil {
		steps = append(steps, doctor.MappingSteps(switchedOn(document), records, records.calendar)...)
	}
	return doctor.After(steps, doctor.NameSetup)
}

// dial makes the clients. A key that is not found is left out: its own check says so, and the way to ConnectWise is examined without.
func (e *examination) dial(ctx context.Context) (doctor.Probe, *doctorRecords) {
	known := func(ctx context.Context, name string) (string, error) {
		value, _ := e.found.reveal(ctx, name)
		return value, ctx.Err()
	}
	quick, err := e.client(ctx, known, min(testPatience, e.app.flags.client.retryFor))
	if err != nil {
		return doctor.Probe{Problem: fault(err)}, &doctorRecords{}
	}
	slow, err := e.client(ctx, known, min(recordsPatience, e.app.flags.client.retryFor))
	if err != nil {
		return doctor.Probe{Problem: fault(err)}, &doctorRecords{}
	}
	examined, connectwise := psa.New(quick), psa.New(slow)
	engine := e.app.engineOf(e.app.flags.profile, e.profile, e.kinds, slow)
	engine.Setup, engine.Secret = e.document, e.found.reveal
	return doctor.Probe{Site: examined, Access: examined}, &doctorRecords{engine, connectwise}
}

func (e *examination) client(ctx context.Context, find findSecret, most time.Duration) (*cwclient.Client, error) {
	client, err := e.app.client(ctx, e.document, find, e.app.patience(e.ask, most), cwclient.Known{})
	if err != nil {
		return nil, err
	}
	e.app.closers = append(e.app.closers, func() error { client.Close(); return nil })
	return client, nil
}

// reader reads sources; nil where they are to be left unread.
func (e *examination) reader() func(context.Context, string) (billing.Usage, error) {
	if e.ask.noSources {
		return nil
	}
	engine := syncer.Engine{Profile: e.app.flags.profile, Setup: e.document, Catalogue: e.kinds, Secret: e.found.reveal, Now: e.app.now}
	return func(ctx context.Context, name string) (billing.Usage, error) {
		usage, err := engine.ReadSource(ctx, name)
		return usage, fault(err)
	}
}

func (e *examination) runs() *doctor.Runs {
	runs := &doctor.Runs{Past: e.past, Open: e.open, Now: e.app.now}
	if e.document != nil {
		runs.MaxAge = time.Duration(e.document.Guards.MaxAge)
	}
	if ask := e.app.seams.schedule; ask != nil {
		runs.Schedule = func(ctx context.Context) (doctor.ScheduleState, error) {
			state, err := ask(ctx, e.app.flags.profile)
			return state, fault(err)
		}
	}
	return runs
}

func (e *examination) past(ctx context.Context) ([]doctor.PastRun, error) {
	if e.profile == nil {
		return nil, nil
	}
	runs, err := e.profile.RunEnds(ctx, pastRuns)
	past := make([]doctor.PastRun, len(runs))
	for i, run := range runs {
		past[i] = doctor.PastRun{ID: run.ID, Started: run.Started, ExitCode: max(run.ExitCode, 0), CutOff: run.ExitCode == store.Unfinished}
	}
	return past, fault(err)
}

func (e *examination) open(ctx context.Context) ([]doctor.OpenWrite, error) {
	if e.profile == nil {
		return nil, nil
	}
	intents, err := e.profile.OpenIntents(ctx)
	open := make([]doctor.OpenWrite, len(intents))
	for i := range intents {
		open[i] = doctor.OpenWrite{Key: intents[i].Key, Agreement: intents[i].AgreementID, Since: intents[i].At}
	}
	return open, fault(err)
}

// alerts are the steps that send tests, where that is asked for.
func (e *examination) alerts() []doctor.Step {
	if !e.ask.testAlerts || e.document == nil {
		return nil
	}
	names, byName := []string{}, map[string]setup.Alert{}
	for _, alert := range e.document.Alerts {
		names, byName[alert.Name] = append(names, alert.Name), alert
	}
	return doctor.AlertSteps(names, func(ctx context.Context, name string) (string, error) {
		return tested(byName[name].Kind), fault(e.app.seams.testAlert(ctx, e.profile, e.document, byName[name]))
	})
}

// doctorRecords reads what the set-up points at. Its zero value is for steps that are never done.
type doctorRecords struct {
	engine *syncer.Engine
	psa    *psa.PSA
}

var _ doctor.Records = (*doctorRecords)(nil)

// FindProducts implements doctor.Records.
func (r *doctorRecords) FindProducts(ctx context.Context, ids []int, identifiers []string) ([]billing.Product, error) {
	products, err := r.engine.FindProducts(ctx, ids, identifiers)
	return products, fault(err)
}

// FindAgreements implements doctor.Records.
func (r *doctorRecords) FindAgreements(ctx context.Context, ids []int) (map[int]billing.Agreement, error) {
	agreements, err := r.engine.FindAgreements(ctx, ids)
	return agreements, fault(err)
}

// FindCompanies implements doctor.Records.
func (r *doctorRecords) FindCompanies(ctx context.Context, ids []int) ([]billing.Company, error) {
	companies, err := r.psa.CompaniesByID(ctx, ids)
	return companies, fault(err)
}

// DefaultsProblem implements doctor.Records.
func (r *doctorRecords) DefaultsProblem(ctx context.Context) (string, error) {
	problem, err := r.engine.DefaultsProblem(ctx)
	return problem, fault(err)
}

// calendar is today in the profile's time zone, and the name of that zone.
func (r *doctorRecords) calendar(ctx context.Context) (billing.Date, string, error) {
	today, err := r.engine.Today(ctx)
	if err != nil {
		return billing.Date{}, "", fault(err)
	}
	if zone := r.engine.Setup.Connection.TimeZone; zone != "" {
		return today, zone, nil
	}
	server, err := r.psa.Server(ctx)
	return today, server.TimeZone + ", the server's", fault(err)
}

// foundSecrets looks each secret up once: what its check tells of is what the other checks use. Several goroutines may ask.
type foundSecrets struct {
	lookup *secret.Lookup

	lock  sync.Mutex
	known map[string]foundSecret
}

type foundSecret struct {
	value secret.Secret
	place secret.Origin
	err   error
}

func (f *foundSecrets) get(ctx context.Context, name string) foundSecret {
	f.lock.Lock()
	defer f.lock.Unlock()
	found, ok := f.known[name]
	if ok {
		return found
	}
	found.value, found.place, found.err = f.lookup.Get(ctx, name)
	if ctx.Err() == nil {
		f.known[name] = found
	}
	return found
}

// place says which of the four places serves a secret.
func (f *foundSecrets) place(ctx context.Context, name string) (string, error) {
	found := f.get(ctx, name)
	return string(found.place), fault(found.err)
}

// reveal gives the value of a secret to those who need it.
func (f *foundSecrets) reveal(ctx context.Context, name string) (string, error) {
	found := f.get(ctx, name)
	return found.value.Reveal(), found.err
}
