package ui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	"github.com/charmbracelet/x/ansi"
)

// testClock is a clock that only tests move.
type testClock struct {
	lock sync.Mutex
	at   time.Time
}

func (c *testClock) now() time.Time {
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.at
}

func (c *testClock) pass(d time.Duration) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.at = c.at.Add(d)
}

// reviewRig is the frame with the steps Review and Sync over a fake ConnectWise.
type reviewRig struct {
	*app
	t       *testing.T
	clock   *testClock
	billing *fakeBilling
	profile *fakeProfile
	review  *reviewStep
	sync    *syncStep
	saved   []*plan.Plan
	paths   []string
	saveErr error
}

// newReviewRig is a rig at the step Review. Nothing is read yet.
func newReviewRig(t *testing.T, lines ...fakeLine) *reviewRig {
	t.Helper()
	profile := newFakeProfile("contoso-msp")
	r := &reviewRig{t: t, profile: profile, clock: &testClock{at: testNow()}}
	r.billing = newFakeBilling(profile, lines...)
	profile.site.Engine = r.billing.engine(t, profile)
	d := newFakeDesk(t, profile)
	d.now = r.clock.now
	d.profile.SavePlan = func(_ context.Context, made *plan.Plan, path string) error {
		r.saved, r.paths = append(r.saved, made), append(r.paths, path)
		return r.saveErr
	}
	r.app = newFakeApp(d, placeReview, newReview(d))
	r.review = r.steps[placeReview].(*reviewStep)
	r.steps[placeSync] = newSync(d)
	r.sync = r.steps[placeSync].(*syncStep)
	return r
}

// ordinary is what a month looks like: raised, lowered, new, unchanged, adopted and held lines of customers with long and wide names.
func ordinary() []fakeLine {
	return []fakeLine{
		{"Contoso", "Business", "405", "402", true}, {"Contoso", "Advanced", "134", "134", true},
		{"Fabrikam & Co", "Business", "0", "100", true}, {"Litware", "Archive", "40", "", false},
		{"株式会社サンプルテクノロジー", "Business", "12", "10", true}, {"株式会社サンプルテクノロジー", "Archive", "7", "7", false},
		{"Tailspin Toys of the Northern Provinces and Islands", "Advanced", "30", "31", true}, {"Wingtip", "Business", "5", "5", true},
	}
}

func (r *reviewRig) open() *reviewRig {
	r.t.Helper()
	driveApp(r.t, r.app, r.review.enter())
	if r.review.reading != nil || r.review.problem != nil || r.review.state.page == nil {
		r.t.Fatalf("nothing was read: %+v", r.review.problem)
	}
	return r
}

// yes answers a question that is open, after its quiet time.
func (r *reviewRig) yes() {
	r.t.Helper()
	if r.question == nil {
		r.t.Fatal("there is no question")
	}
	r.clock.pass(time.Second)
	press(r.t, r.app, "y")
}

// to puts the cursor on the line of a customer's service.
func (r *reviewRig) to(customer, service string) {
	r.t.Helper()
	for i, item := range r.review.state.items {
		if item.kind == itemLine {
			if change := r.review.state.change(item); change.Customer.Name == customer && change.Service.Name == service {
				r.review.state.cursor = i
				return
			}
		}
	}
	r.t.Fatalf("%s, %s is not in the list", customer, service)
}

// shown is the list as a person reads it: the lines of the body with a sign.
func (r *reviewRig) shown() string { return ansi.Strip(r.content()) }

func (r *reviewRig) has(texts ...string) {
	r.t.Helper()
	screen := r.shown()
	for _, text := range texts {
		if !strings.Contains(screen, text) {
			r.t.Errorf("%q is not on the screen:\n%s", text, screen)
		}
	}
}

func (r *reviewRig) hasNot(texts ...string) {
	r.t.Helper()
	screen := r.shown()
	for _, text := range texts {
		if strings.Contains(screen, text) {
			r.t.Errorf("%q is on the screen:\n%s", text, screen)
		}
	}
}

func TestReviewReadsOnceWhileNothingChanged(t *testing.T) {
	r := newReviewRig(t, ordinary()...).open()
	draft := r.desk.draft
	driveApp(t, r.app, r.review.enter())
	if r.desk.draft != draft {
		t.Error("coming back reads again")
	}
	r.desk.document.Sources[0].Complete = true
	driveApp(t, r.app, r.review.enter())
	if r.desk.draft == draft || r.desk.draft == nil {
		t.Error("another set-up is not read anew")
	}
}

func TestReviewDialsWhenTheProfileWasJustOpened(t *testing.T) {
	r := newReviewRig(t, ordinary()...)
	r.desk.site = nil
	r.open()
	if r.desk.site == nil || len(r.profile.dialled) != 1 {
		t.Errorf("site %v, dialled %d times", r.desk.site, len(r.profile.dialled))
	}
}

func TestReviewFilters(t *testing.T) {
	r := newReviewRig(t, ordinary()...).open()
	r.has("402 → 405", "100 →   0", "0 →  40", "Litware", "株式会社サンプルテクノロジー")
	r.hasNot("Wingtip", "134")
	press(t, r.app, "f")
	r.has("100 →   0", "Fabrikam & Co")
	r.hasNot("Contoso ", "Litware")
	press(t, r.app, "f")
	r.has("Wingtip", "134", "Litware")
	press(t, r.app, "f")
	r.hasNot("Wingtip")
}

func TestReviewSearches(t *testing.T) {
	r := newReviewRig(t, ordinary()...).open()
	press(t, r.app, "/")
	typeText(t, r.app, "lit ppe-arc?")
	if r.help {
		t.Fatal("? is text while one types")
	}
	press(t, r.app, "backspace")
	r.has("Litware")
	r.hasNot("Contoso ", "Fabrikam")
	press(t, r.app, "enter")
	r.has(`"lit ppe-arc" in changes and held`)
	press(t, r.app, "esc")
	r.has("Contoso", "Fabrikam")
	press(t, r.app, "/")
	paste(t, r.app, "サンプル")
	r.has("株式会社")
	r.hasNot("Litware")
	press(t, r.app, "esc")
	if r.here != placeReview || r.review.state.search != "" {
		t.Error("esc ends the search and stays")
	}
}

func TestReviewSaysWhy(t *testing.T) {
	r := newReviewRig(t, ordinary()...).open()
	r.to("Fabrikam & Co", "Business")
	press(t, r.app, "w", "w")
	r.has("Fabrikam & Co, Business", "a accepts it", "quantity 100 → 0", "a month: −450.00 USD", "next invoice 2026-12-01", "unit price 4.50 USD", "since 2025-01-01", "key: mail/1002/s11", "monthly, prorates")
	press(t, r.app, "esc")
	if r.review.why != whyHidden || r.here != placeReview {
		t.Error("esc does not close the reasons")
	}
}

func TestReviewSavesAPlanOfItsOwnEachTime(t *testing.T) {
	r := newReviewRig(t, ordinary()...).open()
	press(t, r.app, "s")
	r.has("contoso-msp-2026-11-21.plan.json")
	press(t, r.app, "enter")
	r.has("saved: cwsync apply contoso-msp-2026-11-21.plan.json --profile contoso-msp")
	press(t, r.app, "s", "enter")
	if len(r.saved) != 2 || r.saved[0].ID == r.saved[1].ID || r.saved[0].Summary().Pending() != 4 || r.paths[0] != "contoso-msp-2026-11-21.plan.json" {
		t.Fatalf("saved %d, %q", len(r.saved), r.paths)
	}
	r.saveErr = errors.New("the disk is full")
	press(t, r.app, "s", "enter")
	r.has("not saved: the disk is full")
	press(t, r.app, "s", "esc")
	if r.review.typing() || len(r.saved) != 3 {
		t.Error("esc saves, or goes on typing")
	}
	r.desk.profile.SavePlan = nil
	press(t, r.app, "s")
	if r.review.typing() {
		t.Error("it asks for a name although nobody can save")
	}
}

func TestReviewReadingCanBeStopped(t *testing.T) {
	r := newReviewRig(t, ordinary()...)
	r.billing.wait = make(chan struct{})
	cmd := r.review.enter()
	first := r.review.reading
	press(t, r.app, "enter", "a", "w", "space") // nothing acts meanwhile
	press(t, r.app, "esc")
	if r.review.reading != nil || r.here != placeReview {
		t.Fatal("esc does not stop the reading")
	}
	driveApp(t, r.app, cmd)
	select {
	case <-first.feed.over:
	default:
		t.Error("the reading did not end")
	}
	r.has("the reading was stopped", "r reads again")
	if r.review.state.page != nil {
		t.Error("what comes late is shown")
	}
	r.billing.wait = nil
	press(t, r.app, "r")
	r.has("402 → 405")
}

func TestReviewSaysWhyItCannotRead(t *testing.T) {
	r := newReviewRig(t, ordinary()...)
	r.billing.readErr = &billing.Failure{Class: billing.ClassUnavailable, Op: "read agreements", Message: "no route to \x1b[31mhost", Hint: "look at the network"}
	driveApp(t, r.app, r.review.enter())
	r.has("no route to host", "look at the network", "r reads again")
	press(t, r.app, "enter", "space", "a", "f", "w", "down")
	if r.question != nil || r.here != placeReview {
		t.Error("a key acts without a plan")
	}
	r.billing.readErr = nil
	press(t, r.app, "r")
	r.has("402 → 405")
}

func TestReviewCursorStepsOverHeadings(t *testing.T) {
	r := newReviewRig(t, ordinary()...).open()
	s := &r.review.state
	press(t, r.app, "home")
	for range 2 * len(s.items) {
		if _, ok := s.current(); !ok {
			t.Fatalf("the cursor is on %+v", s.items[s.cursor])
		}
		press(t, r.app, "down")
	}
	if s.cursor != len(s.items)-1 {
		t.Errorf("the end is at %d, the cursor at %d", len(s.items)-1, s.cursor)
	}
	for range 2 * len(s.items) {
		press(t, r.app, "up")
		if _, ok := s.current(); !ok {
			t.Fatalf("the cursor is on %+v", s.items[s.cursor])
		}
	}
	if s.cursor != 1 {
		t.Errorf("the first line is at 1, the cursor at %d", s.cursor)
	}
	press(t, r.app, "pgdown", "pgup", "end", "home")
}

func TestTheCursorIsAlwaysOnTheScreen(t *testing.T) {
	var lines []fakeLine
	for i := range 60 {
		lines = append(lines, fakeLine{fmt.Sprintf("Customer %02d", i/3), fmt.Sprintf("Service %d", i%3), "5", "4", true})
	}
	r := newReviewRig(t, lines...).open()
	for _, height := range []int{1, 2, 3, 7, 40, 200} {
		for step := range 200 {
			r.review.state.move([]int{1, 7, -3, -1, 1000, -1000}[step%6])
			window := r.review.state.window(height)
			at := r.review.state.cursor - r.review.state.top
			if len(window) > height || at < 0 || at >= len(window) {
				t.Fatalf("height %d: the cursor is at row %d of %d", height, at, len(window))
			}
		}
	}
}
