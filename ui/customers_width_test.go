package ui

import (
	"strings"
	"testing"
	"testing/synctest"

	"cwsync/syncer/billing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

func TestNoLineOfCustomersIsWiderThanTheScreen(t *testing.T) {
	// Within a bubble the sign that turns while something is read costs no time.
	synctest.Test(t, func(t *testing.T) { rapid.Check(bubbled{t}, func(rt *rapid.T) { walkCustomers(t, rt) }) })
}

// bubbled hides the deadline of a test, which nobody may ask for within a bubble.
type bubbled struct{ rapid.TB }

// walkCustomers presses keys among hostile names and looks at each screen.
func walkCustomers(t *testing.T, rt *rapid.T) {
	name := func(label string) string { return hostile().Draw(rt, label) }
	world, usage := linkWorld(), linkUsage()
	for i := range world.types {
		world.types[i].Name = name("type")
	}
	for i := range world.companies {
		if rapid.Bool().Draw(rt, "renamed") {
			world.companies[i].Name, world.companies[i].Identifier, world.companies[i].Status = name("company"), name("identifier"), name("status")
		}
	}
	for i := range world.agreements {
		a := &world.agreements[i]
		a.Name, a.TypeName, a.CompanyName, a.Status, a.Cycle.Name, a.Currency = name("agreement"), name("type"), name("company"), name("status"), name("cycle"), name("currency")
	}
	for i := range usage.Lines {
		line := &usage.Lines[i]
		if rapid.Bool().Draw(rt, "renamed") {
			line.CustomerName = name("customer")
		}
		line.ServiceName, line.Unit = name("service"), name("unit")
	}
	r := newLinkRig(t, usage, world)
	r.profile.notes.values = map[string]string{noteAgreementType + "mail": "1"}
	if rapid.Bool().Draw(rt, "failing") {
		r.directory.fails["companies"] = &billing.Failure{Op: name("op"), Message: name("message"), Hint: name("hint")}
	}
	r.open()
	keys := rapid.SliceOfN(rapid.SampledFrom([]string{"enter", "down", "end", "up", "a", "A", "x", "space", "s", "f", "/", "h", "e", "t", "tab", "w", "o", "r", "esc", "u"}), 0, 12).Draw(rt, "keys")
	for _, key := range keys {
		if key == "esc" && !r.step.typing() && r.step.mode == modeCustomers {
			continue // it would leave the step
		}
		press(t, r.app, key)
		r.here = placeCustomers
		width, height := rapid.IntRange(60, 200).Draw(rt, "width"), rapid.IntRange(20, 60).Draw(rt, "height")
		driveApp(t, r.app, send(tea.WindowSizeMsg{Width: width, Height: height}))
		for i, line := range strings.Split(r.content(), "\n") {
			if w := ansi.StringWidth(line); w > width || i >= height {
				rt.Fatalf("line %d is %d wide on a screen of %d×%d: %q", i+1, w, width, height, line)
			}
			plain := strings.NewReplacer("\x1b[7m", "", "\x1b[m", "").Replace(line) // the cursor's own
			if strings.ContainsAny(plain, "\x1b\x07\x00\u202e\u200b") {
				rt.Fatalf("line %d is not harmless: %q", i+1, line)
			}
		}
		body := r.step.view(width, height-frameLines)
		if n := strings.Count(body, "\n") + 1; n > height-frameLines {
			rt.Fatalf("%d lines in a body of %d:\n%s", n, height-frameLines, body)
		}
		for line := range strings.SplitSeq(body, "\n") {
			if w := ansi.StringWidth(line); w > width {
				rt.Fatalf("%d wide on a screen of %d: %q", w, width, line)
			}
		}
	}
}
