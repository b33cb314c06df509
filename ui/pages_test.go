package ui

import (
	"slices"
	"strings"
	"testing"

	"cwsync/ui/theme"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// fakePage is a page that remembers what came to it.
type fakePage struct {
	idleStep
	about   string // of its title line; empty: its name stands there
	entered int
	keyed   []string // keys that came to it
	told    []tea.Msg
	closes  bool // it takes one esc for itself
}

func (p *fakePage) enter() tea.Cmd { p.entered++; return nil }

func (p *fakePage) keys() []key.Binding { return []key.Binding{bind("x", "do it")} }

func (p *fakePage) update(msg tea.Msg) tea.Cmd {
	press, ok := msg.(tea.KeyPressMsg)
	if !ok {
		p.told = append(p.told, msg)
		return nil
	}
	p.keyed = append(p.keyed, press.String())
	switch press.String() {
	case "r":
		return send(gotoMsg{placeReview})
	case "n":
		return send(openMsg{"second"})
	case "h":
		return send(openMsg{"home"})
	case "z":
		return send(openMsg{"nowhere"})
	}
	return nil
}

func (p *fakePage) back() bool {
	took := p.closes
	p.closes = false
	return took
}

// headedPage says more in its title line.
type headedPage struct{ fakePage }

func (p *headedPage) title() (about, right string, role theme.Role) {
	return "contoso · " + p.about, "last sync 06:02 today ✓", theme.Done
}

// plainFake is a page as lines of text.
type plainFake struct {
	p    *prompts
	name string
}

func (f *plainFake) heard() {}

func (f *plainFake) ask() error {
	f.p.say("This is %s.", f.name)
	return f.p.atStep(f.p.choose([]option{
		{"n", "the next page", func(string) error { return f.p.do(send(openMsg{"second"})) }},
		{"r", "review", func(string) error { return f.p.do(send(gotoMsg{placeReview})) }},
	}))
}

// besideSteps is a frame with a first page and a second one, at the first step, and those pages.
func besideSteps(t *testing.T) (*app, *fakePage, *fakePage) {
	t.Helper()
	home, second := &headedPage{fakePage{idleStep: "Home", about: "api-na.myconnectwise.net"}}, &fakePage{idleStep: "Second"}
	a := newFakeApp(newFakeDesk(t, newFakeProfile("contoso")), placeConnect, idleStep("Connect"))
	always := func(*Profile) bool { return true }
	a.pages = pagesOf(a.desk, []page{
		{name: "home", first: true, offered: always, screen: func(*desk) step { return home }},
		{name: "never", offered: func(p *Profile) bool { return p.SavePlan != nil }, screen: func(*desk) step { t.Error("made a page that has no port"); return second }},
		{name: "second", key: "n", does: "next", offered: always, screen: func(*desk) step { return second }},
	})
	return a, &home.fakePage, second
}

func TestPagesOpenOverOneAnotherAndEscLeadsBack(t *testing.T) {
	a, home, second := besideSteps(t)
	driveApp(t, a, send(openMsg{"home"}))
	requireSees(t, a, "cwsync contoso · api-na.myconnectwise.net last sync 06:02 today ✓", "x do it ? help")
	if strings.Contains(see(t, a), "esc") {
		t.Errorf("the first page offers to go back:\n%s", see(t, a))
	}
	press(t, a, "n")
	requireSees(t, a, "cwsync Second contoso", "esc back")
	second.closes = true
	press(t, a, "esc", "y")
	if !slices.Equal(second.keyed, []string{"y"}) || a.onPage().name != "second" {
		t.Fatalf("esc did not close what is open on the page: %q", second.keyed)
	}
	press(t, a, "esc")
	if a.onPage() == nil || a.onPage().name != "home" || home.entered != 2 || second.entered != 1 {
		t.Fatalf("not back on the first page, entered %d and %d times", home.entered, second.entered)
	}
	press(t, a, "esc")
	requireSees(t, a, "there is nothing before this page; q leaves")
	press(t, a, "?")
	if requireSees(t, a, "do it", "any key closes this"); strings.Contains(see(t, a), "esc back") || strings.Contains(see(t, a), "esc           back") {
		t.Errorf("the first page's help offers to go back:\n%s", see(t, a))
	}
}

func TestEscFromAStepLeadsBackToThePageThatOpenedIt(t *testing.T) {
	a, home, _ := besideSteps(t)
	driveApp(t, a, send(openMsg{"home"}))
	press(t, a, "n", "r")
	if !a.at(placeReview) || see(t, a) == "" {
		t.Fatal("the step did not open")
	}
	requireSees(t, a, "◐ Review", "esc back")
	driveApp(t, a, send(nextMsg{}))
	press(t, a, "esc")
	if !a.at(placeReview) {
		t.Fatal("esc from the step behind it is not at the step")
	}
	press(t, a, "esc")
	if a.onPage() == nil || a.onPage().name != "second" {
		t.Fatal("esc from the step is not at the page that opened it")
	}
	if press(t, a, "esc"); a.onPage().name != "home" || home.entered != 2 {
		t.Fatal("what was below the page is lost")
	}
	driveApp(t, a, send(gotoMsg{placeTest}))
	driveApp(t, a, send(gotoMsg{placeConnect}))
	if press(t, a, "esc"); a.onPage() != nil {
		t.Error("esc led to a page from a step that it did not open")
	}
}

func TestAPageOverAStepLeadsBackToIt(t *testing.T) {
	a, _, second := besideSteps(t)
	a.here = placeTest
	driveApp(t, a, send(openMsg{"second"}))
	driveApp(t, a, send(nextMsg{}))
	if a.at(placeTest) || a.here != placeTest {
		t.Error("a step that is not on the screen went on")
	}
	driveApp(t, a, send(noteTestMsg{}))
	if len(second.told) != 1 {
		t.Error("messages do not come to pages")
	}
	if press(t, a, "esc"); !a.at(placeTest) {
		t.Error("esc does not lead back to the step")
	}
}

// noteTestMsg is nobody's.
type noteTestMsg struct{}

func TestAPageIsOpenOnceAtMost(t *testing.T) {
	a, _, _ := besideSteps(t)
	driveApp(t, a, send(openMsg{"home"}))
	press(t, a, "n", "n", "h")
	if a.onPage().name != "home" || len(a.over) != 1 {
		t.Errorf("%d pages are open", len(a.over))
	}
	press(t, a, "z")
	requireSees(t, a, "✗ there is no page “nowhere” in this profile")
	driveApp(t, a, send(openMsg{"never"}))
	requireSees(t, a, "✗ there is no page “never” in this profile")
}

func TestPageBarFits(t *testing.T) {
	for width := minWidth; width < 130; width++ {
		line := pageBar(theme.None(), strings.Repeat("long name ", 20), "last sync 2026-11-20 06:02 ✗", theme.Wrong, width)
		if screen(t, line, width, 1); !strings.HasSuffix(line, "06:02 ✗") || !strings.Contains(line, "…  last sync") {
			t.Fatalf("at %d cells: %q", width, line)
		}
	}
}

func TestPagesLineByLine(t *testing.T) {
	a, home, _ := besideSteps(t)
	var out strings.Builder
	p := &prompts{ctx: t.Context(), in: newLineReader(strings.NewReader("n\nb\nb\nr\nq\n")), out: &out, now: testNow, app: a,
		done: make(chan doneMsg), over: make(chan struct{})}
	defer close(p.over)
	p.pages = []plainStep{&plainFake{p, "home"}, &plainFake{p, "second"}}
	for range places {
		p.steps = append(p.steps, &plainFake{p, "a step"})
	}
	if err := p.do(send(openMsg{"home"})); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if err := p.current().ask(); err != nil {
			break
		}
		if err := p.settle(); err != nil {
			t.Fatal(err)
		}
	}
	requireSays(t, out.String(), "Page: Home", "This is home", "Page: Second", "This is second", "Page: Home", "This is home",
		"There is nothing before this page; q leaves", "This is home", "Step 6 of 7: Review")
	if home.entered != 2 {
		t.Errorf("the page was entered %d times", home.entered)
	}
}

func TestThePagesAreWhole(t *testing.T) {
	names, keys := map[string]bool{}, map[string]bool{}
	for _, own := range []string{"enter", "r", "p", "c", "u", "e", "o", "q", "j", "k", "?"} { // s and d are Start's as long as no page takes them
		keys[own] = true
	}
	for _, p := range allPages() {
		if p.name == "" || names[p.name] || p.key != "" && (keys[p.key] || p.does == "") || p.offered == nil || p.screen == nil || p.lines == nil {
			t.Errorf("the page %q lacks something, or has the name or the key of another", p.name)
		}
		names[p.name], keys[p.key] = true, true
	}
}
