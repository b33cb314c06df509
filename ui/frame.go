package ui

import (
	"strings"

	"cwsync/ui/report"
	"cwsync/ui/theme"

	"charm.land/bubbles/v2/key"
	"github.com/charmbracelet/x/ansi"
)

// The smallest screen that works.
const (
	minWidth  = theme.MinWidth
	minHeight = 20
)

// frameLines is what the frame takes of the height: title, rule, rule, status, footer.
const frameLines = 5

// tooSmall is all that a screen below the smallest size shows.
func tooSmall(width, height int) string {
	text := []string{"cwsync needs a screen of at least 60 × 20.", "Make the window larger, or press q to leave."}
	for i := range text {
		text[i] = ansi.Truncate(text[i], max(width, 0), "")
	}
	return strings.Join(text[:min(len(text), max(height, 0))], "\n")
}

// bar is the title line: the program, the steps with where you are, and on the right what is worked on.
func bar(t theme.Theme, names []string, marks []mark, here place, right string, width int) string {
	var b strings.Builder
	b.WriteString(" " + t.Paint(theme.Accent, "cwsync") + "  ")
	short := width < 104
	for i, name := range names {
		sign, role := "○", theme.Dim
		switch {
		case place(i) == here:
			sign, role = "◐", theme.Accent
		case marks[i] == markDone:
			sign, role = "●", theme.Done
		case marks[i] == markAttention:
			sign, role = theme.SignHeld, theme.Attention
		}
		label := sign
		if !short || place(i) == here {
			label += " " + name
		}
		if i > 0 {
			b.WriteString(t.Paint(theme.Dim, " ─ "))
		}
		b.WriteString(t.Paint(role, label))
	}
	left := b.String()
	room := width - ansi.StringWidth(left) - 2
	right = ansi.Truncate(report.Plain(right), max(room, 0), theme.Ellipsis)
	gap := max(width-1-ansi.StringWidth(left)-ansi.StringWidth(right), 0)
	return left + strings.Repeat(" ", gap) + t.Paint(theme.Dim, right)
}

func rule(t theme.Theme, width int) string {
	return " " + t.Paint(theme.Dim, strings.Repeat("─", max(width-2, 0)))
}

// footer shows as many keys as fit, the first ones first, and behind them those that it shows always.
func footer(t theme.Theme, keys []key.Binding, always []string, width int) string {
	room := width - 2 + 3 // within the rules; the last key has nothing behind it
	for _, text := range always {
		room -= ansi.StringWidth(text) + 3
	}
	var parts []string
	for _, binding := range keys {
		if !binding.Enabled() || binding.Help().Key == "" {
			continue
		}
		text := binding.Help().Key + " " + binding.Help().Desc
		if room -= ansi.StringWidth(text) + 3; room < 0 {
			break
		}
		parts = append(parts, t.Paint(theme.Accent, binding.Help().Key)+" "+t.Paint(theme.Dim, binding.Help().Desc))
	}
	for _, text := range always {
		name, what, _ := strings.Cut(text, " ")
		parts = append(parts, t.Paint(theme.Accent, name)+" "+t.Paint(theme.Dim, what))
	}
	return " " + strings.Join(parts, "   ")
}

// fit cuts a body to width and height and fills it up, so that the frame below never moves.
func fit(body string, width, height int) string {
	lines := strings.Split(body, "\n")
	out := make([]string, height)
	for i := range out {
		if i < len(lines) {
			out[i] = ansi.Truncate(lines[i], width, theme.Ellipsis)
		}
	}
	return strings.Join(out, "\n")
}
