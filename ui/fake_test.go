package ui

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/doctor"
	"cwsync/syncer/setup"
	"cwsync/syncer/source"
	"cwsync/ui/report"
	"cwsync/ui/theme"
)

// testNow is when tests happen.
func testNow() time.Time { return time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC) }

// fakeOffice is a machine with profiles in memory. Opening a profile that is not there makes it, as the real one does.
type fakeOffice struct {
	lock     sync.Mutex
	profiles map[string]*fakeProfile
	err      error // of every call
}

func newFakeOffice(profiles ...*fakeProfile) *fakeOffice {
	o := &fakeOffice{profiles: map[string]*fakeProfile{}}
	for _, p := range profiles {
		o.profiles[p.name] = p
	}
	return o
}

func (o *fakeOffice) Profiles(context.Context) ([]string, error) {
	o.lock.Lock()
	defer o.lock.Unlock()
	return slices.Sorted(maps.Keys(o.profiles)), o.err
}

func (o *fakeOffice) Open(_ context.Context, name string) (*Profile, error) {
	o.lock.Lock()
	defer o.lock.Unlock()
	if o.err != nil {
		return nil, o.err
	}
	if o.profiles[name] == nil {
		o.profiles[name] = newFakeProfile(name)
	}
	return o.profiles[name].open(), nil
}

// fakeProfile is one profile in memory; fill in what a test needs before it is opened.
type fakeProfile struct {
	name    string
	setups  *fakeSetups
	notes   *fakeNotes
	keys    *fakeKeys
	kinds   *source.Catalogue
	last    *LastRun
	runs    []*syncer.Run // whole, newest first; last is made of the first
	next    func(context.Context) (NextRun, bool, error)
	runErr  error // of reading runs
	past    Past  // nil: there is no history
	write   func(ctx context.Context, path string, data []byte, replace bool) error
	secrets map[string]string // of sources, for previews
	alerts  Alerts            // nil: there are none

	schedule Schedule // nil: none

	site    *Site // that Dial gives
	dialErr error
	dialing bool // Dial waits until its context ends
	lock    sync.Mutex
	dialled []*setup.Document // what Dial was called with
}

func newFakeProfile(name string) *fakeProfile {
	return &fakeProfile{name: name, setups: &fakeSetups{}, notes: &fakeNotes{}, keys: &fakeKeys{}, secrets: map[string]string{}, site: newFakeSite()}
}

func (p *fakeProfile) open() *Profile {
	return &Profile{
		Name: p.name, Setups: p.setups, Notes: p.notes, Keys: p.keys, Kinds: p.kinds, Alerts: p.alerts, Schedule: p.schedule,
		LastRun: func(context.Context) (LastRun, bool, error) {
			if p.last == nil {
				return LastRun{}, false, nil
			}
			return *p.last, true, nil
		},
		Recent: func(_ context.Context, limit int) ([]LastRun, error) { return p.recent(limit), p.runErr },
		Run: func(_ context.Context, id string) (*syncer.Run, error) {
			for _, run := range p.runs {
				if run.ID == id {
					return run, p.runErr
				}
			}
			return nil, errors.New("there is no run " + id)
		},
		NextRun: p.next, Past: p.past, WriteFile: p.write,
		Dial: func(ctx context.Context, document *setup.Document) (*Site, error) {
			p.lock.Lock()
			defer p.lock.Unlock()
			p.dialled = append(p.dialled, document.Clone())
			if p.dialing {
				<-ctx.Done()
			}
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			return p.site, p.dialErr
		},
		Secret: func(_ context.Context, name string) (string, error) {
			value, ok := p.secrets[name]
			if !ok {
				return "", errors.New("secret " + name + " is nowhere")
			}
			return value, nil
		},
	}
}

// fakeSetups keeps every version of a set-up that was stored.
type fakeSetups struct {
	lock   sync.Mutex
	stored []*setup.Document
	err    error // of storing
}

func (s *fakeSetups) SetupDigest(context.Context) (string, bool, error) {
	document := s.newest()
	if document == nil {
		return "", false, nil
	}
	return document.Digest(), true, nil
}

func (s *fakeSetups) LoadSetup(context.Context) (*setup.Document, bool, error) {
	document := s.newest()
	return document, document != nil, nil
}

func (s *fakeSetups) ReplaceSetup(_ context.Context, document *setup.Document) error {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.err == nil {
		s.stored = append(s.stored, document.Clone())
	}
	return s.err
}

// newest is a copy of what is stored; nil when nothing is.
func (s *fakeSetups) newest() *setup.Document {
	s.lock.Lock()
	defer s.lock.Unlock()
	if len(s.stored) == 0 {
		return nil
	}
	return s.stored[len(s.stored)-1].Clone()
}

// fakeNotes are notes in memory.
type fakeNotes struct {
	lock   sync.Mutex
	values map[string]string
	err    error // of every call
}

func (n *fakeNotes) Setting(_ context.Context, name string) (string, bool, error) {
	n.lock.Lock()
	defer n.lock.Unlock()
	value, ok := n.values[name]
	return value, ok, n.err
}

func (n *fakeNotes) SetSetting(_ context.Context, name, value string) error {
	n.lock.Lock()
	defer n.lock.Unlock()
	if n.values == nil {
		n.values = map[string]string{}
	}
	if n.err == nil {
		n.values[name] = value
	}
	return n.err
}

// fakeKeys is a keyring in memory, with places that come before it.
type fakeKeys struct {
	lock    sync.Mutex
	keyring map[string]string
	found   map[string]string // name: value, of what lies in the environment and therefore wins
	memory  bool              // the keyring is that of the demo
	none    bool              // there is no keyring on this machine
	err     error             // of every call
	stuck   bool              // every call waits until its context ends
	wait    chan struct{}     // unless nil, SetKey waits until it is closed or the context ends
}

func (k *fakeKeys) SetKey(ctx context.Context, name, value string) error {
	if k.stuck {
		<-ctx.Done()
		return ctx.Err()
	}
	if k.wait != nil {
		select {
		case <-k.wait:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	k.lock.Lock()
	defer k.lock.Unlock()
	switch {
	case k.err != nil:
		return k.err
	case k.none:
		return fmt.Errorf("storing secret %s: %w", name, ErrNoKeyring)
	case k.keyring == nil:
		k.keyring = map[string]string{}
	}
	k.keyring[name] = value
	return nil
}

func (k *fakeKeys) FindKey(ctx context.Context, name string) (string, string, error) {
	if k.stuck {
		<-ctx.Done()
		return "", "", ctx.Err()
	}
	k.lock.Lock()
	defer k.lock.Unlock()
	if k.err != nil {
		return "", "", k.err
	}
	if value, ok := k.found[name]; ok {
		return "environment", fakeHint(value), nil
	}
	if value, ok := k.keyring[name]; ok && !k.none {
		return k.Place(), fakeHint(value), nil
	}
	return "", "", nil
}

func (k *fakeKeys) Place() string {
	if k.memory {
		return PlaceMemory
	}
	return PlaceKeyring
}

func (k *fakeKeys) Elsewhere(name string) []string {
	variable := "CWSYNC_" + strings.ToUpper(strings.ReplaceAll(name, ".", "_"))
	return []string{
		"a YAML file with " + name + ", named with --credentials FILE",
		"a file cwsync.default." + name + " in $CREDENTIALS_DIRECTORY",
		"the environment variable " + variable,
	}
}

func fakeHint(value string) string {
	if len(value) < 16 {
		return "too short to show a part of it"
	}
	return "16 characters, ends in " + value[len(value)-4:]
}

// newFakeSite is a ConnectWise that answers everything well. The engine is left to those who need one.
func newFakeSite() *Site {
	probe := &fakeProbe{}
	return &Site{Probe: doctor.Probe{Site: probe, Access: probe}, Directory: &fakeDirectory{}, Catalog: &fakeCatalog{}}
}

// fakeProbe answers what the doctor asks; without errors all is well.
type fakeProbe struct {
	lock      sync.Mutex
	reachErr  error
	signInErr error
	rights    []billing.Right // nil: every right at the level All
	asked     int             // requests so far
	wait      chan struct{}   // unless nil, every answer waits until it is closed or the context ends
}

func (p *fakeProbe) answer(ctx context.Context) error {
	p.lock.Lock()
	p.asked++
	wait := p.wait
	p.lock.Unlock()
	if wait != nil {
		select {
		case <-wait:
		case <-ctx.Done():
		}
	}
	if ctx.Err() != nil {
		return &billing.Failure{Class: billing.ClassCancelled, Message: "stopped", Err: ctx.Err()}
	}
	return nil
}

func (p *fakeProbe) Reach(ctx context.Context) (billing.Reach, error) {
	if err := p.answer(ctx); err != nil {
		return billing.Reach{}, err
	}
	return billing.Reach{Host: "api-na.myconnectwise.net", Latency: 84 * time.Millisecond, TLS: "TLS 1.3",
		CertificateEnds: testNow().Add(61 * 24 * time.Hour), ServerTime: testNow(), At: testNow()}, p.reachErr
}

func (p *fakeProbe) Discover(ctx context.Context) (billing.Site, error) {
	return billing.Site{Company: "acme", CompanyName: "Acme MSP", Host: "api-na.myconnectwise.net", Codebase: "v2026_4", Version: "v2026.4", Cloud: true}, p.answer(ctx)
}

func (p *fakeProbe) SignIn(ctx context.Context) (billing.Server, error) {
	if err := p.answer(ctx); err != nil {
		return billing.Server{}, err
	}
	return billing.Server{Version: "2026.11", TimeZone: "Europe/Berlin"}, p.signInErr
}

func (p *fakeProbe) Member(ctx context.Context) (billing.Member, error) {
	return billing.Member{Identifier: "cwsync", Role: "API billing"}, p.answer(ctx)
}

func (p *fakeProbe) Rights(ctx context.Context) ([]billing.Right, error) {
	p.lock.Lock()
	rights := p.rights
	p.lock.Unlock()
	if rights == nil {
		for _, function := range []billing.Function{billing.Agreements, billing.ProductCatalog, billing.CompanyMaintenance, billing.TableSetup} {
			rights = append(rights, billing.Right{Function: function, Add: billing.LevelAll, Edit: billing.LevelAll, Delete: billing.LevelNone, Inquire: billing.LevelAll})
		}
	}
	return rights, p.answer(ctx)
}

func (p *fakeProbe) TryRead(ctx context.Context, _ billing.Function) error { return p.answer(ctx) }

// fakeDirectory lists what it was given.
type fakeDirectory struct {
	companies  []billing.Company
	types      []billing.AgreementType
	agreements []billing.Agreement
	err        error
}

func (f *fakeDirectory) Companies(context.Context) ([]billing.Company, error) {
	return slices.Clone(f.companies), f.err
}

func (f *fakeDirectory) AgreementTypes(context.Context) ([]billing.AgreementType, error) {
	return slices.Clone(f.types), f.err
}

func (f *fakeDirectory) AgreementsOfType(_ context.Context, typeID int) ([]billing.Agreement, error) {
	return f.of(func(a billing.Agreement) bool { return a.TypeID == typeID })
}

func (f *fakeDirectory) AgreementsOfCompany(_ context.Context, companyID int) ([]billing.Agreement, error) {
	return f.of(func(a billing.Agreement) bool { return a.CompanyID == companyID })
}

func (f *fakeDirectory) of(wanted func(billing.Agreement) bool) ([]billing.Agreement, error) {
	var found []billing.Agreement
	for _, a := range f.agreements {
		if wanted(a) {
			found = append(found, a)
		}
	}
	return found, f.err
}

// fakeCatalog is a catalog in memory.
type fakeCatalog struct {
	lock     sync.Mutex
	products []billing.Product
	tables   billing.ProductTables
	err      error
}

func (f *fakeCatalog) AllProducts(_ context.Context, progress func(read int)) ([]billing.Product, error) {
	f.lock.Lock()
	defer f.lock.Unlock()
	if progress != nil {
		progress(len(f.products))
	}
	return slices.Clone(f.products), f.err
}

func (f *fakeCatalog) ProductTables(context.Context) (billing.ProductTables, error) {
	return f.tables, f.err
}

// newFakeDesk is a desk over a fake profile: its set-up as stored, else a new one; connected; without colour.
func newFakeDesk(t testing.TB, profile *fakeProfile) *desk {
	t.Helper()
	document := profile.setups.newest()
	if document == nil {
		document = setup.New()
	}
	return &desk{
		ctx: t.Context(), office: newFakeOffice(profile), profile: profile.open(), theme: theme.None(), now: testNow, document: document,
		site: profile.site, usage: map[string]billing.Usage{}, read: map[string]bool{}, saver: &saver{},
	}
}

// recent are the runs of a profile without their lines, newest first.
func (p *fakeProfile) recent(limit int) []LastRun {
	var recent []LastRun
	for _, run := range p.runs[:min(limit, len(p.runs))] {
		recent = append(recent, LastRun{ID: run.ID, Started: run.Started, Ended: run.Started.Add(run.Duration), ExitCode: run.ExitCode, CutOff: run.ExitCode < 0,
			Counts: run.Counts(), Undoes: run.Undoes, Problem: run.Problem,
			Monthly: report.Summarise(run).MonthlyDelta})
	}
	return recent
}
