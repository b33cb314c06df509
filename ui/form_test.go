package ui

import (
	"regexp"
	"strings"
	"testing"

	"cwsync/ui/theme"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

func testForm() *form {
	first, second := newField("First", "nothing", "Say the first thing."), newField("Second", "nothing", "Say the second thing.")
	second.rule = func(text string) string { return saidOf(text, map[bool]string{true: "is odd"}[len(text)%2 == 1]) }
	return &form{fields: []*field{first, second}, button: "Go on", editing: true}
}

func (f *form) send(t *testing.T, names ...string) (events []formEvent) {
	t.Helper()
	for _, name := range names {
		events = append(events, f.key(keyPress(t, name)))
	}
	return events
}

// Keys that come faster than commands run land in the line that they were typed for.
func TestFormTakesKeysTypedAhead(t *testing.T) {
	f := testForm()
	events := f.send(t, "a", "?", "enter", "b", "tab", "shift+tab", "enter", "c", "down", "enter")
	if first, second := f.fields[0].text(), f.fields[1].text(); first != "a?" || second != "bc" {
		t.Errorf("the lines hold %q and %q", first, second)
	}
	if events[2].left != f.fields[0] || events[4].left != f.fields[1] || !events[9].pressed {
		t.Errorf("events are %+v", events)
	}
	if f.at != 2 || f.use().GetFocusedField() != f.members[2] {
		t.Error("huh has another line in focus than the form")
	}
}

func TestFormLeavesTheFramesKeysAlone(t *testing.T) {
	f := testForm()
	f.send(t, "a", "esc", "ctrl+c", "ctrl+v", "ctrl+e", "pgup", "f")
	if f.at != 0 || !f.editing || f.fields[0].text() != "af" {
		t.Errorf("line %d, editing %t, %q", f.at, f.editing, f.fields[0].text())
	}
	if state := f.use().State; state != 0 {
		t.Errorf("huh's form is in state %d: it takes no key any more", state)
	}
}

// A line that is wrong says so when it is left, does not keep anybody in it, and is judged anew when it is mended.
func TestFormJudgesALineAsItIsLeft(t *testing.T) {
	f := testForm()
	f.send(t, "enter", "a")
	if f.fields[1].problem != "" {
		t.Error("judged while it is typed")
	}
	f.send(t, "enter")
	if f.at != 2 || f.fields[1].problem != "“a” is odd" || f.fields[1].Error() == nil || len(f.use().Errors()) != 1 {
		t.Errorf("line %d, problem %q, huh knows of %v", f.at, f.fields[1].problem, f.use().Errors())
	}
	f.mark(1, true)
	f.send(t, "b", "enter")
	if f.fields[1].problem != "" || len(f.use().Errors()) != 0 {
		t.Errorf("mended, but %q", f.fields[1].problem)
	}
}

func TestFormShowsTheEndWhereOneTypes(t *testing.T) {
	f := testForm()
	long := "/home/somebody/" + strings.Repeat("漢字/", 60) + "usage.csv"
	f.fields[0].take(long)
	f.mark(0, true)
	for _, width := range []int{60, 80, 120} {
		view := f.view(theme.None(), nil, width, 15)
		screen(t, view, width, 15)
		if first, _, _ := strings.Cut(ansi.Strip(view), "\n"); !strings.Contains(first, "usage.csv") {
			t.Errorf("at %d the end of a long text is out of sight while it is typed: %q", width, first)
		}
	}
	f.edit(false)
	if first, _, _ := strings.Cut(f.view(theme.None(), nil, 60, 15), "\n"); !strings.Contains(first, "/home/somebody/") || !strings.Contains(first, theme.Ellipsis) {
		t.Errorf("looked at it does not show how it begins: %q", first)
	}
	f.edit(true)
	f.key(tea.PasteMsg{Content: "2"})
	if !strings.HasSuffix(f.fields[0].text(), "usage.csv2") {
		t.Errorf("typing goes on elsewhere than at the end: %q", f.fields[0].text())
	}
}

// Every colour of the form is one of the theme that is on the screen; without colour only the cursor is turned over.
func TestFormPaintsWithTheThemeOnTheScreen(t *testing.T) {
	codes := regexp.MustCompile(`\x1b\[[0-9;]*m`)
	paint := func(of theme.Theme) map[string]bool {
		seen := map[string]bool{}
		for _, at := range []int{0, 1, 2} {
			f := testForm()
			f.fields[0].problem, f.fields[1].note = "wrong", "right"
			f.fields[1].take("text")
			f.mark(at, true)
			for _, code := range codes.FindAllString(f.view(of, []string{"about"}, 80, 20), -1) {
				seen[code] = true
			}
		}
		delete(seen, "\x1b[m")
		delete(seen, "\x1b[7m") // the cursor
		return seen
	}
	if seen := paint(theme.None()); len(seen) != 0 {
		t.Errorf("without colour there is %v", seen)
	}
	for name, of := range map[string]theme.Theme{"light": theme.Light(), "dark": theme.Dark()} {
		allowed := map[string]bool{}
		for _, role := range []theme.Role{theme.Accent, theme.Done, theme.Attention, theme.Wrong, theme.Dim} {
			for _, code := range codes.FindAllString(of.Paint(role, "x"), -1) {
				allowed[code] = true
			}
		}
		seen := paint(of)
		if len(seen) < 3 {
			t.Errorf("%s: hardly any colour: %v", name, seen)
		}
		for code := range seen {
			if !allowed[code] {
				t.Errorf("%s: %q is no colour of the theme", name, code)
			}
		}
	}
}

// A letter on a line that is marked but not opened opens it and is typed; a key that is no text leaves it closed.
func TestFormOpensForALetter(t *testing.T) {
	f := testForm()
	f.mark(0, false)
	f.send(t, "pgdown", "ctrl+v")
	if f.editing || f.fields[0].text() != "" {
		t.Fatalf("editing %t, %q", f.editing, f.fields[0].text())
	}
	f.send(t, "w", "o")
	if !f.editing || f.fields[0].text() != "wo" {
		t.Errorf("editing %t, %q", f.editing, f.fields[0].text())
	}
}
