package ui

import (
	"slices"
	"strings"
	"testing"

	"cwsync/ui/theme"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// What is to be copied stands in lines of its own without a frame, whole on the smallest screens for names as they are.
func TestTheTimetableCanBeCopied(t *testing.T) {
	for name, whole := range map[string]bool{"default": true, "contoso-msp": true, strings.Repeat("n", 24): true, strings.Repeat("n", 64): false} {
		d := newFakeDesk(t, newFakeProfile(name))
		for _, width := range []int{60, 80} {
			lines := d.timetable(theme.None(), width)
			flag := " --profile " + name
			if name == defaultProfile {
				flag = ""
			}
			for _, want := range []string{"cwsync schedule add" + flag, "cwsync schedule show" + flag, "cwsync schedule status" + flag, "cwsync schedule remove" + flag} {
				if !slices.ContainsFunc(lines, func(line string) bool { return strings.TrimLeft(line, " ") == strings.TrimLeft(want, " ") }) {
					t.Errorf("%d cells: no line %q in %q", width, want, lines)
				}
			}
			text := strings.Join(lines, "\n")
			if cut := strings.Contains(text, "this line goes on"); cut == whole || strings.ContainsAny(text, "│┃╭╰─═┄▸") {
				t.Errorf("%s at %d cells:\n%s", name, width, text)
			}
			for _, line := range lines {
				if whole && ansi.StringWidth(line) > width-1 {
					t.Errorf("%d cells: %q is cut", width, line)
				}
			}
		}
	}
}

func TestTheDemoOffersNothingThatOutlivesIt(t *testing.T) {
	r := newReviewRig(t, ordinary()...)
	r.desk.profile.Demo = true
	driveApp(t, r.app, r.begin())
	r.hasNot("cwsync history")
	press(t, r.app, "t")
	r.has("This is the demo, which is gone when you leave.")
	r = newReviewRig(t, ordinary()...).open()
	r.desk.profile.Demo = true
	press(t, r.app, "s", "enter")
	r.has("to be looked at")
	r.hasNot("cwsync apply")
}

func TestTimetableIsTextOnly(t *testing.T) {
	r := newReviewRig(t, ordinary()...)
	driveApp(t, r.app, r.begin())
	driveApp(t, r.app, send(tea.WindowSizeMsg{Width: 80, Height: 40}))
	press(t, r.app, "t")
	r.has("cwsync-contoso-msp", "at 06:00, once it is", "cwsync schedule add --profile contoso-msp", "cwsync schedule remove --profile contoso-msp")
	press(t, r.app, "esc")
	r.hasNot("cwsync schedule")
	if r.here != placeSync {
		t.Error("esc leaves the step")
	}
}
