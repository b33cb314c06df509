package theme

import (
	"image/color"
	"math"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

var roles = []Role{Normal, Accent, Done, Attention, Wrong, Dim}

func TestWithoutColourTextStaysAsItIs(t *testing.T) {
	for _, theme := range []Theme{{}, None()} {
		for _, role := range roles {
			if got := theme.Paint(role, "! held"); got != "! held" {
				t.Errorf("role %d: %q", role, got)
			}
		}
		if theme.Coloured() {
			t.Error("the theme without colour says that it paints")
		}
	}
}

func TestColourAddsNoWidthAndNoText(t *testing.T) {
	for name, theme := range map[string]Theme{"light": Light(), "dark": Dark()} {
		if !theme.Coloured() {
			t.Errorf("%s says that it does not paint", name)
		}
		for _, role := range roles {
			got := theme.Paint(role, "漢 held")
			if ansi.Strip(got) != "漢 held" || ansi.StringWidth(got) != 7 {
				t.Errorf("%s, role %d: %q", name, role, got)
			}
			if (got == "漢 held") != (role == Normal) {
				t.Errorf("%s, role %d: painted as %q", name, role, got)
			}
		}
		if got := theme.Paint(Wrong, ""); got != "" {
			t.Errorf("%s paints nothing as %q", name, got)
		}
	}
}

func TestSignsAreOneCellWide(t *testing.T) {
	signs := []string{SignCreate, SignUpdate, SignCancel, SignUnchanged, SignHeld, SignSkipped, SignDone, SignWrong, SignUnknown, SignWaiting, SignRaised, SignLowered, Arrow, Ellipsis, Minus}
	for _, sign := range signs {
		if ansi.StringWidth(sign) != 1 {
			t.Errorf("%q is %d cells wide", sign, ansi.StringWidth(sign))
		}
	}
}

func TestColoursCanBeReadOnTheirBackground(t *testing.T) {
	for name, c := range map[string]struct {
		palette    palette
		background color.Color
	}{"light": {onLight, color.White}, "dark": {onDark, color.Black}} {
		for _, index := range []uint8{c.palette.accent, c.palette.done, c.palette.attention, c.palette.wrong, c.palette.dim} {
			if ratio := contrast(ansi.IndexedColor(index), c.background); ratio < 4.5 {
				t.Errorf("%s: colour %d has a contrast of %.1f only", name, index, ratio)
			}
		}
	}
}

// contrast is the ratio of WCAG 2, from 1 to 21.
func contrast(a, b color.Color) float64 {
	high, low := luminance(a), luminance(b)
	if high < low {
		high, low = low, high
	}
	return (high + 0.05) / (low + 0.05)
}

func luminance(c color.Color) float64 {
	linear := func(v uint32) float64 {
		f := float64(v) / 0xffff
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	r, g, b, _ := c.RGBA()
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

func TestBasicTakesTheTerminalsOwnColours(t *testing.T) {
	for role, want := range map[Role]string{
		Normal: "text", Accent: "\x1b[1;36mtext\x1b[m", Done: "\x1b[32mtext\x1b[m", Attention: "\x1b[33mtext\x1b[m",
		Wrong: "\x1b[1;31mtext\x1b[m", Dim: "\x1b[2mtext\x1b[m",
	} {
		if got := Basic().Paint(role, "text"); got != want {
			t.Errorf("role %d is painted %q, want %q", role, got, want)
		}
	}
}
