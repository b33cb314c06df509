package ui

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/doctor"
	"cwsync/syncer/setup"
	"cwsync/syncer/source"
	"cwsync/ui/theme"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
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
	secrets map[string]string // of sources, for previews

	site    *Site // that Dial gives
	dialErr error
	lock    sync.Mutex
	dialled []*setup.Document // what Dial was called with
}

func newFakeProfile(name string) *fakeProfile {
	return &fakeProfile{name: name, setups: &fakeSetups{}, notes: &fakeNotes{}, keys: &fakeKeys{}, secrets: map[string]string{}, site: newFakeSite()}
}

func (p *fakeProfile) open() *Profile {
	return &Profile{
		Name: p.name, Setups: p.setups, Notes: p.notes, Keys: p.keys, Kinds: p.kinds,
		LastRun: func(context.Context) (LastRun, bool, error) {
			if p.last == nil {
				return LastRun{}, false, nil
			}
			return *p.last, true, nil
		},
		Dial: func(ctx context.Context, document *setup.Document) (*Site, error) {
			p.lock.Lock()
			defer p.lock.Unlock()
			p.dialled = append(p.dialled, document.Clone())
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
	none    bool              // there is no keyring on this machine
	err     error             // of every call
	wait    chan struct{}     // unless nil, SetKey waits until it is closed or the context ends
}

func (k *fakeKeys) SetKey(ctx context.Context, name, value string) error {
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
		return errors.Join(errors.New("storing secret "+name), ErrNoKeyring)
	case k.keyring == nil:
		k.keyring = map[string]string{}
	}
	k.keyring[name] = value
	return nil
}

func (k *fakeKeys) FindKey(_ context.Context, name string) (string, string, error) {
	k.lock.Lock()
	defer k.lock.Unlock()
	if k.err != nil {
		return "", "", k.err
	}
	if value, ok := k.found[name]; ok {
		return "environment", fakeHint(value), nil
	}
	if value, ok := k.keyring[name]; ok && !k.none {
		return "keyring", fakeHint(value), nil
	}
	return "", "", nil
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
	created  []billing.NewProduct
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

func (f *fakeCatalog) CreateProduct(_ context.Context, product billing.NewProduct) (billing.Product, error) {
	f.lock.Lock()
	defer f.lock.Unlock()
	if f.err != nil {
		return billing.Product{}, f.err
	}
	f.created = append(f.created, product)
	created := billing.Product{ID: 9000 + len(f.created), Identifier: product.Identifier, Description: product.Description, Class: product.Class,
		Price: product.Price.Decimal, Cost: product.Cost.Decimal}
	f.products = append(f.products, created)
	return created, nil
}

// newFakeDesk is a desk over a fake profile: its set-up as stored, else a new one; connected; without colour.
func newFakeDesk(t *testing.T, profile *fakeProfile) *desk {
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

// idleStep stands in for the steps that a test is not about, so that a screen does not change with them.
type idleStep string

func (s idleStep) name() string           { return string(s) }
func (s idleStep) enter() tea.Cmd         { return nil }
func (s idleStep) update(tea.Msg) tea.Cmd { return nil }
func (s idleStep) view(int, int) string   { return "  " + string(s) }
func (s idleStep) status() string         { return "" }
func (s idleStep) keys() []key.Binding    { return nil }
func (s idleStep) mark() mark             { return markTodo }
func (s idleStep) typing() bool           { return false }
func (s idleStep) back() bool             { return false }

// newFakeApp is the frame with one real step at its place, on a screen of 80×24.
func newFakeApp(d *desk, at place, real step) *app {
	a := &app{desk: d, here: at, width: 80, height: 24}
	for i, name := range []string{"Connect", "Test", "Usage", "Products", "Customers", "Review", "Sync"} {
		if place(i) == at {
			a.steps = append(a.steps, real)
		} else {
			a.steps = append(a.steps, idleStep(name))
		}
	}
	return a
}

// drive runs commands as the program would, each by itself, and gives their messages to update until nothing is left to run. It returns all
// messages in the order in which they came.
func drive(t *testing.T, update func(tea.Msg) tea.Cmd, cmds ...tea.Cmd) []tea.Msg {
	t.Helper()
	var seen []tea.Msg
	messages := make(chan tea.Msg)
	running := 0
	start := func(cmd tea.Cmd) {
		if cmd != nil {
			running++
			go func() { messages <- cmd() }()
		}
	}
	for _, cmd := range cmds {
		start(cmd)
	}
	for running > 0 {
		var msg tea.Msg
		select {
		case msg = <-messages:
		case <-time.After(time.Minute):
			t.Fatalf("%d commands are still running", running)
		}
		running--
		if msg == nil {
			continue
		}
		if list := reflect.ValueOf(msg); list.Kind() == reflect.Slice && list.Type().Elem() == reflect.TypeFor[tea.Cmd]() {
			for i := range list.Len() { // a batch, or a sequence, whose order no test here depends on
				start(list.Index(i).Interface().(tea.Cmd))
			}
			continue
		}
		seen = append(seen, msg)
		start(update(msg))
	}
	return seen
}

// driveApp runs commands against the whole frame.
func driveApp(t *testing.T, a *app, cmds ...tea.Cmd) []tea.Msg {
	t.Helper()
	return drive(t, func(msg tea.Msg) tea.Cmd { _, cmd := a.Update(msg); return cmd }, cmds...)
}

// press sends keys by name ("enter", "shift+tab", "a") to the frame and runs what comes of each.
func press(t *testing.T, a *app, names ...string) []tea.Msg {
	t.Helper()
	var seen []tea.Msg
	for _, name := range names {
		seen = append(seen, driveApp(t, a, send(keyPress(t, name)))...)
	}
	return seen
}

// typeText types a text letter by letter.
func typeText(t *testing.T, a *app, text string) {
	t.Helper()
	for _, r := range text {
		driveApp(t, a, send(tea.KeyPressMsg{Code: r, Text: string(r)}))
	}
}

// paste pastes a text in one piece.
func paste(t *testing.T, a *app, text string) {
	t.Helper()
	driveApp(t, a, send(tea.PasteMsg{Content: text}))
}

// keyPress makes the message of a key.
func keyPress(t *testing.T, name string) tea.KeyPressMsg {
	t.Helper()
	codes := map[string]rune{
		"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight,
		"backspace": tea.KeyBackspace, "delete": tea.KeyDelete, "home": tea.KeyHome, "end": tea.KeyEnd, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown,
	}
	var msg tea.KeyPressMsg
	rest := name
	for _, modifier := range []struct {
		prefix string
		mod    tea.KeyMod
	}{{"ctrl+", tea.ModCtrl}, {"shift+", tea.ModShift}, {"alt+", tea.ModAlt}} {
		if cut, ok := strings.CutPrefix(rest, modifier.prefix); ok {
			rest, msg.Mod = cut, msg.Mod|modifier.mod
		}
	}
	switch code, special := codes[rest]; {
	case special:
		msg.Code = code
	case rest == "space":
		msg.Code, msg.Text = tea.KeySpace, " "
	default:
		runes := []rune(rest)
		if len(runes) != 1 {
			t.Fatalf("no key is called %q", name)
		}
		msg.Code = runes[0]
		if msg.Mod == 0 {
			msg.Text = rest
		}
	}
	if msg.String() != name {
		t.Fatalf("the key %q reads %q", name, msg.String())
	}
	return msg
}

// screenSizes are those of golden screens.
var screenSizes = []struct {
	name          string
	width, height int
}{{"60x20", 60, 20}, {"80x24", 80, 24}, {"120x40", 120, 40}}

// requireScreens compares the frame with golden files at every size, without colour, and holds it to its width and height.
func requireScreens(t *testing.T, a *app) {
	t.Helper()
	for _, size := range screenSizes {
		t.Run(size.name, func(t *testing.T) {
			driveApp(t, a, send(tea.WindowSizeMsg{Width: size.width, Height: size.height}))
			golden.RequireEqual(t, screen(t, a.content(), size.width, size.height))
		})
	}
}

// screen is what a person sees of a drawn screen: without colour and without blanks at the ends of lines. It must fit.
func screen(t *testing.T, content string, width, height int) string {
	t.Helper()
	lines := strings.Split(content, "\n")
	if len(lines) > height {
		t.Errorf("%d lines on a screen of %d", len(lines), height)
	}
	for i, line := range lines {
		if w := ansi.StringWidth(line); w > width {
			t.Errorf("line %d is %d wide on a screen of %d: %q", i+1, w, width, line)
		}
		lines[i] = strings.TrimRight(ansi.Strip(line), " ")
	}
	return strings.Join(lines, "\n") + "\n"
}
