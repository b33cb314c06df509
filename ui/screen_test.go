package ui

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
)

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
func drive(t testing.TB, update func(tea.Msg) tea.Cmd, cmds ...tea.Cmd) []tea.Msg {
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
func driveApp(t testing.TB, a *app, cmds ...tea.Cmd) []tea.Msg {
	t.Helper()
	return drive(t, func(msg tea.Msg) tea.Cmd { _, cmd := a.Update(msg); return cmd }, cmds...)
}

// press sends keys by name ("enter", "shift+tab", "a") to the frame and runs what comes of each.
func press(t testing.TB, a *app, names ...string) []tea.Msg {
	t.Helper()
	var seen []tea.Msg
	for _, name := range names {
		seen = append(seen, driveApp(t, a, send(keyPress(t, name)))...)
	}
	return seen
}

// typeText types a text letter by letter.
func typeText(t testing.TB, a *app, text string) {
	t.Helper()
	for _, r := range text {
		driveApp(t, a, send(tea.KeyPressMsg{Code: r, Text: string(r)}))
	}
}

// paste pastes a text in one piece.
func paste(t testing.TB, a *app, text string) {
	t.Helper()
	driveApp(t, a, send(tea.PasteMsg{Content: text}))
}

// keyPress makes the message of a key.
func keyPress(t testing.TB, name string) tea.KeyPressMsg {
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
	if last := lines[len(lines)-1]; strings.Contains(content, "esc stops it") != strings.Contains(last, "esc stop") && strings.Contains(last, "esc back") {
		t.Errorf("what stands above says that esc stops something, and the footer %q", last)
	}
	return strings.Join(lines, "\n") + "\n"
}
