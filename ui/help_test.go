package ui

import (
	"errors"
	"strings"
	"testing"
	"time"

	"cwsync/ui/theme"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// keyedStep is a step with keys of its own.
type keyedStep struct {
	idleStep
	bindings []key.Binding
}

func (s keyedStep) keys() []key.Binding { return s.bindings }

// keyedApp is a frame with so many keys of a step, on the smallest screen.
func keyedApp(t *testing.T, bindings ...key.Binding) *app {
	t.Helper()
	a := newFakeApp(newFakeDesk(t, newFakeProfile("contoso")), placeTest, keyedStep{"Test", bindings})
	driveApp(t, a, send(tea.WindowSizeMsg{Width: minWidth, Height: minHeight}))
	return a
}

func lettered(n int) []key.Binding {
	var keys []key.Binding
	for i := range n {
		name := string(rune('a' + i))
		keys = append(keys, bind(name, "does "+strings.ToUpper(name)))
	}
	return keys
}

func TestHelpShowsEveryKeyOnTheSmallestScreen(t *testing.T) {
	a := keyedApp(t, lettered(14)...)
	press(t, a, "?")
	seen := ""
	for range 10 {
		shown := screen(t, a.content(), minWidth, minHeight)
		if !strings.Contains(shown, "↑↓ shows the others, any other key closes this") || !strings.Contains(shown, " of 17") {
			t.Fatalf("it does not say that there are more:\n%s", shown)
		}
		seen += shown
		press(t, a, "down")
	}
	for _, want := range []string{"does A", "does N", "back; nothing is lost", "this help", "twice: leave"} {
		if !strings.Contains(seen, want) {
			t.Errorf("%q is never shown", want)
		}
	}
	press(t, a, "up")
	if !a.help {
		t.Error("up closes the help")
	}
	press(t, a, "enter")
	if a.help {
		t.Error("enter leaves the help open")
	}
	press(t, a, "?")
	if !strings.Contains(a.content(), "Keys 1 to 10 of 17") {
		t.Errorf("it does not begin at the first key again:\n%s", a.content())
	}
}

func TestHelpThatFitsClosesWithAnyKey(t *testing.T) {
	a := keyedApp(t, lettered(7)...)
	press(t, a, "?")
	if shown := a.content(); !strings.Contains(shown, "any key closes this") || strings.Contains(shown, "more") {
		t.Errorf("ten keys fit:\n%s", shown)
	}
	press(t, a, "down")
	if a.help {
		t.Error("down leaves the help open")
	}
}

// While help covers the step its keys do nothing, so the footer shows none of them.
func TestTheFooterOfHelpShowsItsOwnKeys(t *testing.T) {
	a := keyedApp(t, lettered(2)...)
	press(t, a, "?")
	lines := strings.Split(screen(t, a.content(), minWidth, minHeight), "\n")
	if footer := strings.TrimSpace(lines[minHeight-1]); footer != "esc close" {
		t.Errorf("footer %q", footer)
	}
}

// Where esc stops something it is not said to go back as well.
func TestEscIsSaidOnce(t *testing.T) {
	a := keyedApp(t, bind("esc", "stop"), bind("y", "copy"))
	lines := strings.Split(screen(t, a.content(), minWidth, minHeight), "\n")
	if footer := strings.TrimSpace(lines[minHeight-1]); footer != "y copy   ? help   esc stop" {
		t.Errorf("footer %q", footer)
	}
	press(t, a, "?")
	if shown := a.content(); strings.Contains(shown, "nothing is lost") || !strings.Contains(shown, "stop") {
		t.Errorf("help says of esc:\n%s", shown)
	}
}

// A set-up that could not be stored is said until it is stored: "saved" would be untrue.
func TestWhatIsNotSavedIsSaidUntilItIs(t *testing.T) {
	a := keyedApp(t, lettered(1)...)
	driveApp(t, a, send(savedMsg{err: errors.New("the disk is full")}))
	for _, name := range []string{"a", "ctrl+c", "a"} {
		press(t, a, name)
		if shown := a.content(); !strings.Contains(shown, "not saved") || strings.Contains(shown, "everything is saved") {
			t.Errorf("after %s:\n%s", name, shown)
		}
	}
	driveApp(t, a, send(savedMsg{}))
	if strings.Contains(a.content(), "not saved") {
		t.Error("it is said for ever")
	}
}

func TestAQuestionKeepsItsAnswersInSight(t *testing.T) {
	var lines []string
	for range 40 {
		lines = append(lines, "one more thing to know")
	}
	q := newQuestion(askMsg{title: "Do it?", lines: lines, yes: "do it"}, time.Time{})
	shown := strings.Split(q.view(theme.None(), minWidth, 15), "\n")
	if len(shown) != 15 || !strings.Contains(shown[14], "▸ No ◂") || !strings.Contains(shown[12], "more than fits") {
		t.Errorf("%d lines:\n%s", len(shown), strings.Join(shown, "\n"))
	}
	q.lines = lines[:9]
	if shown := q.view(theme.None(), minWidth, 15); strings.Contains(shown, "more than fits") || strings.Count(shown, "one more") != 9 {
		t.Errorf("nine lines fit:\n%s", shown)
	}
}
