package ui

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/setup"
	"cwsync/ui/theme"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/exp/golden"
)

// starting is the program's model over an office, on a screen of 80×24, after it looked which profiles there are.
func starting(t *testing.T, office *fakeOffice, profile string) *root {
	t.Helper()
	r := newRoot(t.Context(), Options{Office: office, Profile: profile, NoColor: true, Now: testNow})
	r.width, r.height = 80, 24
	driveRoot(t, r, r.begin())
	return r
}

// driveRoot runs commands until a profile is open: what its steps do then is theirs.
func driveRoot(t *testing.T, r *root, cmds ...tea.Cmd) {
	t.Helper()
	drive(t, func(msg tea.Msg) tea.Cmd {
		_, cmd := r.Update(msg)
		if _, opened := msg.(openedMsg); opened && r.app != nil {
			return nil
		}
		return cmd
	}, cmds...)
}

func pressRoot(t *testing.T, r *root, names ...string) {
	t.Helper()
	for _, name := range names {
		driveRoot(t, r, send(keyPress(t, name)))
	}
}

func seeRoot(t *testing.T, r *root) string {
	t.Helper()
	return screen(t, r.View().Content, r.width, r.height)
}

func requireRootSees(t *testing.T, r *root, parts ...string) {
	t.Helper()
	words := strings.Join(strings.Fields(seeRoot(t, r)), " ")
	for _, part := range parts {
		if !strings.Contains(words, part) {
			t.Fatalf("%q is not on the screen:\n%s", part, seeRoot(t, r))
		}
	}
}

// threeProfiles are one that is well, one with a failed run, and one that was only begun.
func threeProfiles() *fakeOffice {
	contoso, branch, begun := newFakeProfile("contoso"), newFakeProfile("branch"), newFakeProfile("新しい会社")
	connected(contoso)
	connected(branch)
	branch.setups.stored[0].Connection.Company = "branch" + strings.Repeat("-x", 60)
	contoso.last = &LastRun{ID: "r2", Ended: testNow().Add(-3 * time.Hour), Counts: syncer.Counts{Applied: 16, Held: 2, Unchanged: 400}, ExitCode: syncer.ExitHeld}
	branch.last = &LastRun{ID: "r1", Ended: testNow().AddDate(0, 0, -1), ExitCode: syncer.ExitTryLater}
	return newFakeOffice(contoso, branch, begun)
}

func TestProfilesScreens(t *testing.T) {
	for name, keys := range map[string][]string{"list": nil, "new": {"n"}, "help": {"?"}, "leaving": {"ctrl+c"}} {
		t.Run(name, func(t *testing.T) {
			r := starting(t, threeProfiles(), "")
			pressRoot(t, r, keys...)
			for _, size := range screenSizes {
				t.Run(size.name, func(t *testing.T) {
					driveRoot(t, r, send(tea.WindowSizeMsg{Width: size.width, Height: size.height}))
					golden.RequireEqual(t, seeRoot(t, r))
				})
			}
		})
	}
}

func TestProfilesChoice(t *testing.T) {
	t.Run("none yet", func(t *testing.T) {
		if r := starting(t, newFakeOffice(), ""); r.app == nil || r.app.desk.profile.Name != defaultProfile || r.app.desk.document.Version != setup.Version {
			t.Error("a machine without a profile does not begin with a new set-up of the default one")
		}
	})
	t.Run("one goes straight on", func(t *testing.T) {
		profile := newFakeProfile("contoso")
		connected(profile)
		if r := starting(t, newFakeOffice(profile), ""); r.app == nil || r.app.desk.site != profile.site {
			t.Error("the only profile is not open and connected")
		}
	})
	t.Run("a named one goes straight on", func(t *testing.T) {
		if r := starting(t, threeProfiles(), "branch"); r.app == nil || r.app.desk.profile.Name != "branch" {
			t.Error("the profile that was named is not open")
		}
	})
	t.Run("of several", func(t *testing.T) {
		r := starting(t, threeProfiles(), "")
		pressRoot(t, r, "down", "enter")
		if r.app == nil || r.app.desk.profile.Name != "contoso" {
			t.Error("the marked one is not open")
		}
	})
	t.Run("a new one", func(t *testing.T) {
		r := starting(t, threeProfiles(), "")
		pressRoot(t, r, "up", "down", "down", "down", "down", "enter", "q", "backspace", "enter")
		requireRootSees(t, r, "a profile needs a name")
		driveRoot(t, r, send(tea.PasteMsg{Content: "Contoso\n"}))
		pressRoot(t, r, "enter")
		requireRootSees(t, r, "“Contoso” is too like the profile “contoso”")
		pressRoot(t, r, "esc", "n")
		driveRoot(t, r, send(tea.PasteMsg{Content: "a b\x1b[2J\u202e"}))
		pressRoot(t, r, "enter")
		requireRootSees(t, r, "is not a name")
		pressRoot(t, r, "ctrl+u", "w", "e", "s", "t", "enter")
		if r.app == nil || r.app.desk.profile.Name != "west" {
			t.Errorf("shows\n%s", seeRoot(t, r))
		}
	})
}

func TestRootSaysWhyNot(t *testing.T) {
	office := threeProfiles()
	office.err = &syncer.Stop{Exit: syncer.ExitStore, Problem: syncer.Problem{Message: "the database is newer than this program", Hint: "update cwsync"}}
	r := starting(t, office, "")
	requireRootSees(t, r, "✗ the database is newer than this program", "update cwsync", "r try again")
	office.err = nil
	pressRoot(t, r, "r")
	requireRootSees(t, r, "contoso acme · api-na.myconnectwise.net", "! last run 06:00 today: 16 written, 2 held", "✗ last run 09:00 yesterday", "not connected yet")
	office.err = errors.New("broken")
	pressRoot(t, r, "enter")
	requireRootSees(t, r, "✗ broken", "enter back to the profiles")
	pressRoot(t, r, "esc")
	requireRootSees(t, r, "New profile")
}

func TestRootOpeningCanBeLeft(t *testing.T) {
	r := starting(t, threeProfiles(), "")
	_, cmd := r.Update(keyPress(t, "enter"))
	requireRootSees(t, r, "opening the profile")
	pressRoot(t, r, "esc")
	driveRoot(t, r, cmd)
	if r.app != nil {
		t.Error("a profile that was left opened nevertheless")
	}
	requireRootSees(t, r, "New profile")
}

func TestRootResumes(t *testing.T) {
	left := func(change func(*fakeProfile)) *root {
		profile := newFakeProfile("contoso")
		connected(profile)
		profile.notes.values = map[string]string{noteStep: strconv.Itoa(int(placeProducts)), noteTested: testedWell}
		change(profile)
		return starting(t, newFakeOffice(profile), "contoso")
	}
	r := left(func(*fakeProfile) {})
	if r.app.here != placeProducts || r.app.desk.site == nil || r.app.steps[placeTest].mark() != markDone || r.app.steps[placeConnect].mark() != markDone {
		t.Errorf("at step %d, marks %v and %v", r.app.here, r.app.steps[placeConnect].mark(), r.app.steps[placeTest].mark())
	}
	r = left(func(p *fakeProfile) { p.dialErr, p.site = errors.New("the private key is nowhere"), nil })
	if r.app.here != placeConnect || !strings.Contains(seeRoot(t, r), "the private key is nowhere") {
		t.Errorf("without keys at step %d:\n%s", r.app.here, seeRoot(t, r))
	}
	r = left(func(p *fakeProfile) { p.setups.stored[0].Connection.ClientID = "" })
	if r.app.here != placeConnect {
		t.Errorf("half connected at step %d", r.app.here)
	}
	r = left(func(p *fakeProfile) { p.notes.values[noteStep] = "99" })
	if r.app.here != placeConnect {
		t.Errorf("from a place of nowhere to step %d", r.app.here)
	}
}

func TestRootLeaving(t *testing.T) {
	now := testNow()
	r := starting(t, threeProfiles(), "")
	r.options.Now = func() time.Time { return now }
	quits := func(name string) bool {
		_, cmd := r.Update(keyPress(t, name))
		if cmd == nil {
			return false
		}
		_, quit := cmd().(tea.QuitMsg)
		return quit
	}
	if quits("ctrl+c") {
		t.Fatal("one ctrl+c leaves")
	}
	now = now.Add(leaveWithin + 1)
	if quits("ctrl+c") {
		t.Fatal("two slow ctrl+c leave")
	}
	if !quits("ctrl+c") {
		t.Fatal("two quick ctrl+c do not leave")
	}
	r.width, r.height = 40, 10
	if quits("enter") || r.opening != "" {
		t.Fatal("a screen that is too small takes keys")
	}
	if !quits("q") {
		t.Fatal("q does not leave a small screen")
	}
}

func TestRootColours(t *testing.T) {
	for name, test := range map[string]struct {
		options Options
		msg     tea.BackgroundColorMsg
		want    theme.Theme
	}{
		"dark":                {want: theme.Dark()},
		"no colour":           {options: Options{NoColor: true}, want: theme.None()},
		"NO_COLOR":            {options: Options{Environ: []string{"TERM=xterm", "NO_COLOR=1"}}, want: theme.None()},
		"NO_COLOR with empty": {options: Options{Environ: []string{"NO_COLOR="}}, want: theme.Dark()},
	} {
		if got := newRoot(t.Context(), test.options).theme; !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: another theme", name)
		}
	}
}

// terminal is an output that keeps what was written.
type terminal struct{ bytes.Buffer }

// letters is an input that gives its keys one by one and then waits until it is closed.
func letters(t *testing.T, keys ...string) io.Reader {
	t.Helper()
	read, write := io.Pipe()
	t.Cleanup(func() { _ = read.Close(); _ = write.Close() })
	go func() {
		for _, key := range keys {
			if _, err := io.WriteString(write, key); err != nil {
				return
			}
		}
	}()
	return read
}

func TestRunLeaves(t *testing.T) {
	profile := newFakeProfile("contoso")
	connected(profile)
	var out terminal
	err := Run(t.Context(), Options{Office: newFakeOffice(profile), Input: letters(t, "\x03", "\x03"), Output: &out, Environ: []string{"TERM=xterm-256color"}, Now: testNow})
	if err != nil {
		t.Fatal(err)
	}
	if text := out.String(); strings.LastIndex(text, "\x1b[?1049l") < strings.LastIndex(text, "\x1b[?1049h") {
		t.Error("the alternate screen is still on")
	}
	if len(profile.setups.stored) != 1 {
		t.Error("stored a set-up that nobody changed")
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	var out terminal
	err := Run(ctx, Options{Office: threeProfiles(), Input: letters(t), Output: &out, Environ: []string{"TERM=xterm-256color"}, Now: testNow})
	var stop *syncer.Stop
	if !errors.As(err, &stop) || stop.Exit != syncer.ExitCancelled || stop.Problem.Hint == "" {
		t.Fatalf("ended with %v", err)
	}
	if text := out.String(); strings.LastIndex(text, "\x1b[?1049l") < strings.LastIndex(text, "\x1b[?1049h") {
		t.Error("the alternate screen is still on")
	}
}

func TestRunEnds(t *testing.T) {
	for name, test := range map[string]struct {
		err  error
		code string
	}{
		"a crash":             {fmt.Errorf("%w: %w", tea.ErrProgramKilled, tea.ErrProgramPanic), "crashed"},
		"no terminal at hand": {errors.New("open /dev/tty: no such device"), "terminal"},
	} {
		var stop *syncer.Stop
		if !errors.As(endOf(t.Context(), test.err), &stop) || stop.Problem.Code != test.code {
			t.Errorf("%s: %v", name, stop)
		}
	}
	if err := endOf(t.Context(), nil); err != nil {
		t.Error(err)
	}
}

func TestRunStoresTheLastChange(t *testing.T) {
	profile := newFakeProfile("contoso")
	d := newFakeDesk(t, profile)
	r := &root{app: &app{desk: d}}
	d.document.Connection.Company = "acme"
	late := d.save() // a command that the program did not come to
	if err := r.close(); err != nil {
		t.Fatal(err)
	}
	if stored := profile.setups.newest(); stored == nil || stored.Connection.Company != "acme" {
		t.Fatalf("stored %+v", stored)
	}
	if msg := late(); msg != nil || len(profile.setups.stored) != 1 {
		t.Errorf("stored again by a late command: %v", msg)
	}
	profile.setups.err = errors.New("disk full")
	d.save()
	if err := r.close(); err == nil {
		t.Error("a change that could not be stored is forgotten without a word")
	}
}
