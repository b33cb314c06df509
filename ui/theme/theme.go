// Package theme says how things look: colours by what they mean, the signs that stand beside every colour, and the widths that screens may count on.
//
// It never writes, never asks the terminal anything and knows nothing of plans or runs. No meaning depends on colour alone: each has a sign.
package theme

import (
	"strconv"

	"charm.land/lipgloss/v2"
)

// Role is what a piece of text means; a theme turns it into a colour.
type Role int

// The roles. Normal is the terminal's own colour.
const (
	Normal    Role = iota
	Accent         // headings and what is selected
	Done           // as it should be
	Attention      // waits for a person
	Wrong          // failed or refused
	Dim            // can wait
)

// Signs, each one cell wide. They carry the meaning where there is no colour.
const (
	SignCreate    = "+"
	SignUpdate    = "~"
	SignCancel    = "-"
	SignUnchanged = "="
	SignHeld      = "!"
	SignSkipped   = "·"
	SignDone      = "✓"
	SignWrong     = "✗"
	SignUnknown   = "?"
	SignWaiting   = "⋯"
	SignRaised    = "▲"
	SignLowered   = "▼"
	Arrow         = "→"
	Ellipsis      = "…"
	Minus         = "−" // of numbers, as wide as a digit
)

// Widths in cells.
const (
	MinWidth     = 60  // the narrowest screen that works
	DefaultWidth = 100 // where nobody says how wide it is
)

// palette holds numbers of xterm's 256 colours: a terminal that knows only 16 is served by whoever owns the output, who lowers them.
type palette struct{ accent, done, attention, wrong, dim uint8 }

// The colours of both palettes have a contrast of at least 4.5 to 1 against their background.
var (
	onLight = palette{accent: 25, done: 22, attention: 94, wrong: 124, dim: 241}
	onDark  = palette{accent: 117, done: 114, attention: 221, wrong: 210, dim: 246}
)

// Basic is for text that is printed among other programs' on a background that nobody asked for: it takes the terminal's own red, green,
// yellow and cyan, which its owner chose to be readable there.
func Basic() Theme {
	const red, green, yellow, cyan = "1", "2", "3", "6"
	colour := func(index string) lipgloss.Style { return lipgloss.NewStyle().Foreground(lipgloss.Color(index)) }
	return Theme{styles: map[Role]lipgloss.Style{
		Accent: colour(cyan).Bold(true), Done: colour(green), Attention: colour(yellow),
		Wrong: colour(red).Bold(true), Dim: lipgloss.NewStyle().Faint(true),
	}}
}

// Theme paints text by role. The zero value paints nothing: it is the theme without colour.
type Theme struct{ styles map[Role]lipgloss.Style }

// None is the theme without colour.
func None() Theme { return Theme{} }

// Light is for light backgrounds.
func Light() Theme { return build(onLight) }

// Dark is for dark backgrounds.
func Dark() Theme { return build(onDark) }

func build(p palette) Theme {
	colour := func(index uint8) lipgloss.Style {
		return lipgloss.NewStyle().Foreground(lipgloss.Color(strconv.Itoa(int(index))))
	}
	return Theme{styles: map[Role]lipgloss.Style{
		Accent: colour(p.accent).Bold(true), Done: colour(p.done), Attention: colour(p.attention),
		Wrong: colour(p.wrong).Bold(true), Dim: colour(p.dim),
	}}
}

// Coloured reports whether the theme paints at all.
func (t Theme) Coloured() bool { return t.styles != nil }

// Style is the style of a role, for widgets that paint by themselves; without colour, and for Normal, it changes nothing.
func (t Theme) Style(role Role) lipgloss.Style { return t.styles[role] }

// Paint gives one line of harmless text the colour of its role. Without colour, and for Normal, it is text as it came.
func (t Theme) Paint(role Role, text string) string {
	style, ok := t.styles[role]
	if !ok || text == "" {
		return text
	}
	return style.Render(text)
}
