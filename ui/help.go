package ui

import (
	"slices"
	"strings"

	"cwsync/ui/report"
	"cwsync/ui/theme"

	"charm.land/bubbles/v2/key"
	"github.com/charmbracelet/x/ansi"
)

// helpFrame is what the list of keys takes besides its rows: three lines above it and two below.
const helpFrame = 5

// helpKeys are the keys that help lists: those that act and have something to say.
func helpKeys(keys []key.Binding) []key.Binding {
	return slices.DeleteFunc(slices.Clone(keys), func(b key.Binding) bool { return !b.Enabled() || b.Help().Key == "" })
}

// helpBelow is how far the list of keys can be scrolled.
func helpBelow(keys []key.Binding, height int) int {
	return max(len(helpKeys(keys))-max(height-helpFrame, 1), 0)
}

// helpView lists all keys that act now, from the one at top on. Where not all fit it says how many more there are.
func helpView(t theme.Theme, keys []key.Binding, top, width, height int) string {
	listed, below := helpKeys(keys), helpBelow(keys, height)
	top = min(max(top, 0), below)
	title, end := "Keys", "any key closes this"
	if below > 0 {
		title += " " + report.Count(top+1) + " to " + report.Count(top+len(listed)-below) + " of " + report.Count(len(listed))
		end = "↑↓ shows the others, any other key closes this"
	}
	lines := []string{"", "  " + t.Paint(theme.Accent, title), ""}
	for _, binding := range listed[top : top+len(listed)-below] {
		name := binding.Help().Key
		pad := strings.Repeat(" ", max(14-ansi.StringWidth(name), 1))
		lines = append(lines, ansi.Truncate("  "+t.Paint(theme.Accent, name)+pad+binding.Help().Desc, width, theme.Ellipsis))
	}
	lines = append(lines, "", "  "+t.Paint(theme.Dim, end))
	return strings.Join(lines[:min(len(lines), max(height, 0))], "\n")
}

// ownEsc is what esc does in a step that says so itself, such as stopping what it waits for; nil where it goes back.
func ownEsc(keys []key.Binding) *key.Binding {
	at := slices.IndexFunc(keys, func(b key.Binding) bool { return b.Enabled() && b.Help().Key == "esc" })
	if at < 0 {
		return nil
	}
	return &keys[at]
}
