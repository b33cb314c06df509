package ui

import (
	"context"
	"strings"
	"testing"
	"time"

	"cwsync/syncer/billing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// slowCatalog answers when it is let go, or when the context ends, and says what came of it.
type slowCatalog struct {
	*fakeCatalog
	let   chan struct{} // closed: answers come
	asked chan string   // what is waited for
	ended chan string   // what ended with its context
}

func newSlowCatalog(catalog *fakeCatalog) *slowCatalog {
	return &slowCatalog{fakeCatalog: catalog, let: make(chan struct{}), asked: make(chan string, 10), ended: make(chan string, 10)}
}

func (s *slowCatalog) wait(ctx context.Context, what string) error {
	s.asked <- what
	select {
	case <-s.let:
		return nil
	case <-ctx.Done():
		s.ended <- what
		return &billing.Failure{Class: billing.ClassCancelled, Op: what, Message: "stopped", Err: ctx.Err()}
	}
}

func (s *slowCatalog) AllProducts(ctx context.Context, progress func(int)) ([]billing.Product, error) {
	if err := s.wait(ctx, "catalog"); err != nil {
		return nil, err
	}
	return s.fakeCatalog.AllProducts(ctx, progress)
}

func (s *slowCatalog) ProductTables(ctx context.Context) (billing.ProductTables, error) {
	if err := s.wait(ctx, "tables"); err != nil {
		return billing.ProductTables{}, err
	}
	return s.fakeCatalog.ProductTables(ctx)
}

// slowProducts is the step with everything read, over a catalog that is slow from here on.
type slowProducts struct {
	*app
	t       *testing.T
	step    *products
	catalog *slowCatalog
	out     chan tea.Msg
	running int
}

func newSlowProducts(t *testing.T) *slowProducts {
	t.Helper()
	profile := vendorProfile(t)
	a, step := openProducts(t, profile)
	slow := newSlowCatalog(profile.site.Catalog.(*fakeCatalog))
	step.desk.site.Catalog = slow
	return &slowProducts{app: a, t: t, step: step, catalog: slow, out: make(chan tea.Msg, 64)} // a command that nobody waits for any more ends all the same
}

// start runs a command beside the test, as the program would.
func (s *slowProducts) start(cmd tea.Cmd) {
	if cmd != nil {
		s.running++
		go func() { s.out <- cmd() }()
	}
}

// hit presses a key without waiting for what comes of it.
func (s *slowProducts) hit(names ...string) {
	s.t.Helper()
	for _, name := range names {
		_, cmd := s.Update(keyPress(s.t, name))
		s.start(cmd)
	}
}

// take does with a message what the program would.
func (s *slowProducts) take(msg tea.Msg) {
	s.running--
	if batch, ok := msg.(tea.BatchMsg); ok {
		for _, cmd := range batch {
			s.start(cmd)
		}
	} else if msg != nil {
		_, cmd := s.Update(msg)
		s.start(cmd)
	}
}

// pump takes what comes until something is so.
func (s *slowProducts) pump(until func() bool) {
	s.t.Helper()
	for !until() {
		select {
		case msg := <-s.out:
			s.take(msg)
		case <-time.After(10 * time.Second):
			s.t.Fatal("what is waited for does not come")
		}
	}
}

// settle waits until nothing runs any more.
func (s *slowProducts) settle() {
	s.t.Helper()
	s.pump(func() bool { return s.running == 0 })
}

func (s *slowProducts) has(texts ...string) {
	s.t.Helper()
	for _, text := range texts {
		if picture := ansi.Strip(s.content()); !strings.Contains(picture, text) {
			s.t.Errorf("%q is not on the screen:\n%s", text, picture)
		}
	}
}

// untilAsked waits until the catalog is asked for something.
func (s *slowProducts) untilAsked(what string) {
	s.t.Helper()
	for {
		select {
		case msg := <-s.out:
			s.take(msg)
		case got := <-s.catalog.asked:
			if got != what {
				s.t.Fatalf("it asks for %s", got)
			}
			return
		case <-time.After(10 * time.Second):
			s.t.Fatal("nothing is asked for")
		}
	}
}

// untilEnded waits until what the catalog was asked for ended with its context.
func (s *slowProducts) untilEnded(what string) {
	s.t.Helper()
	select {
	case got := <-s.catalog.ended:
		if got != what {
			s.t.Errorf("%s ended", got)
		}
	case <-time.After(10 * time.Second):
		s.t.Fatal("it was not stopped")
	}
}

// stopped presses esc, and wants the screen usable at once and nothing left running.
func (s *slowProducts) stopped(what string) {
	s.t.Helper()
	s.untilAsked(what)
	s.hit("esc")
	if s.here != placeProducts {
		s.t.Fatal("esc left the step")
	}
	if said := s.step.status(); strings.Contains(said, "esc stops it") {
		s.t.Errorf("it still says %q", said)
	}
	s.untilEnded(what)
	s.settle()
}

func TestProductsStopsReadingTheCatalog(t *testing.T) {
	s := newSlowProducts(t)
	s.hit("r")
	s.has("reading the catalog", "esc stops it")
	before := s.step.services.cursor
	s.hit("down") // a screen that waits is no frozen screen
	if s.step.services.cursor != before+1 {
		t.Error("the services cannot be moved through while the catalog is read")
	}
	s.stopped("catalog")
	if !s.step.state.known() || s.step.failed != nil {
		t.Error("what was known is gone")
	}
	close(s.catalog.let)
	s.hit("r")
	s.pump(func() bool { return !s.step.reading })
	s.has("✓ Advanced")
}

func TestProductsStopsReadingTables(t *testing.T) {
	s := newSlowProducts(t)
	goTo(t, s.step, "business_plus")
	s.hit("n")
	s.has("reading ConnectWise's tables", "esc stops it")
	late := tablesMsg{asked: s.step.asked, service: "business_plus", tables: vendorTables()}
	s.stopped("tables")
	if s.step.form != nil || s.notice.text != "" {
		t.Errorf("stopped, and yet: %q", s.notice.text)
	}
	s.Update(late)
	if s.step.form != nil {
		t.Error("tables that came too late open the form")
	}
	s.hit("down", "up", "space")
	if serviceOf(s.step.desk, "business_plus").Sync {
		t.Error("the screen cannot be used")
	}
	s.settle()
}

func TestProductsStopsComparingNames(t *testing.T) {
	s := newSlowProducts(t)
	old := s.step.suggest()
	cmd := s.step.suggest()
	s.has("comparing names with the catalog", "esc stops it")
	if msg := old(); msg != nil {
		t.Error("a comparison that is not wanted any more goes on")
	}
	s.hit("esc")
	if s.step.matching || s.here != placeProducts {
		t.Error("esc does not stop it")
	}
	if msg := cmd(); msg != nil {
		t.Errorf("it brings %T all the same", msg)
	}
	s.start(s.step.suggest())
	s.settle()
	if s.step.matching || len(s.step.state.suggests) == 0 {
		t.Error("it cannot be done again")
	}
}

// While the catalog is read the footer says what esc does: it stops that, and goes back only afterwards.
func TestProductsFooterSaysWhatEscStops(t *testing.T) {
	s := newSlowProducts(t)
	s.hit("r")
	for _, name := range []string{"", "tab", "/"} {
		if name != "" {
			s.hit(name)
		}
		if content := strings.TrimRight(ansi.Strip(s.content()), " \n"); !strings.Contains(content, "esc stops it") || !strings.HasSuffix(content, "esc stop") {
			t.Errorf("after %q:\n%s", name, content)
		}
	}
	s.hit("esc")
	if content := strings.TrimRight(ansi.Strip(s.content()), " \n"); !strings.HasSuffix(content, "esc back") || s.here != placeProducts {
		t.Errorf("afterwards:\n%s", content)
	}
}
