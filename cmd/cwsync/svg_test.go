package main

import (
	"fmt"
	"html"
	"image/color"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestAScreenAsSVG(t *testing.T) {
	screen := "\x1b[1;38;5;117mbold\x1b[0m plain\x1b[39m\n<&> \x1b[31mred\x1b[39mback\x1b[90mgrey\x1b[m\n漢字 after\n\n"
	drawn := lightBackdrop.svg(screen, 20)
	for _, want := range []string{
		`<svg xmlns="http://www.w3.org/2000/svg" width="209" height="88" `,
		`fill="#fdfdfb"/>`,
		`<text x="14.00" y="29" fill="#87d7ff" font-weight="bold" textLength="36.12" lengthAdjust="spacingAndGlyphs">bold</text>`,
		`<text x="59.15" y="29" fill="#23272d" textLength="45.15" lengthAdjust="spacingAndGlyphs">plain</text>`,
		`>&lt;&amp;&gt;</text>`,
		`fill="#800000" textLength="27.09" lengthAdjust="spacingAndGlyphs">red</text>`,
		`fill="#23272d" textLength="36.12" lengthAdjust="spacingAndGlyphs">back</text>`,
		`fill="#808080" textLength="36.12" lengthAdjust="spacingAndGlyphs">grey</text>`,
		`<text x="59.15" y="69" fill="#23272d" textLength="45.15" lengthAdjust="spacingAndGlyphs">after</text>`, // behind two wide characters
	} {
		if !strings.Contains(drawn, want) {
			t.Errorf("no %s in\n%s", want, drawn)
		}
	}
	if dark := darkBackdrop.svg("x", 1); !strings.Contains(dark, `fill="#14181d"/>`) || !strings.Contains(dark, `fill="#d7dce2"`) {
		t.Errorf("not dark:\n%s", dark)
	}
	if strings.Contains(drawn, "\x1b") {
		t.Error("an escape sequence is left")
	}
}

// Measures of a picture in pixels: a cell of DejaVu Sans Mono at its size.
const (
	fontSize   = 15
	cellWidth  = fontSize * 0.602
	cellHeight = 20
	border     = 14
)

// backdrop is the background of a terminal, with the colour that text has on it unless it says otherwise.
type backdrop struct{ name, prefix, back, fill string }

var (
	darkBackdrop  = backdrop{name: "dark", back: "#14181d", fill: "#d7dce2"}
	lightBackdrop = backdrop{name: "light", prefix: "light-", back: "#fdfdfb", fill: "#23272d"}
)

// svg draws a screen of width cells, given with the escape sequences of its colours.
func (b backdrop) svg(screen string, width int) string {
	lines := strings.Split(strings.TrimRight(screen, "\n"), "\n")
	var out strings.Builder
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%d" font-family="DejaVu Sans Mono" font-size="%d">`+"\n",
		float64(width)*cellWidth+2*border, len(lines)*cellHeight+2*border, fontSize)
	fmt.Fprintf(&out, `<rect width="100%%" height="100%%" rx="8" fill="%s"/>`+"\n", b.back)
	style := pen{plain: b.fill, fill: b.fill}
	for row, line := range lines {
		column := 0
		for _, piece := range strings.SplitAfter(strings.ReplaceAll(line, "\x1b[", "\x00\x1b["), "\x00") {
			piece = strings.TrimSuffix(piece, "\x00")
			if rest, ok := strings.CutPrefix(piece, "\x1b["); ok {
				codes, text, _ := strings.Cut(rest, "m")
				style.take(codes)
				piece = text
			}
			column = style.write(&out, piece, column, row)
		}
	}
	out.WriteString("</svg>\n")
	return out.String()
}

// pen is how text looks.
type pen struct {
	plain string // the fill of text that has no colour of its own
	fill  string
	bold  bool
}

// take reads the codes of one escape sequence of colours.
func (p *pen) take(codes string) {
	numbers := strings.Split(codes, ";")
	for i := 0; i < len(numbers); i++ {
		switch code, _ := strconv.Atoi(numbers[i]); { // none is 0, which resets
		case code == 0:
			*p = pen{plain: p.plain, fill: p.plain}
		case code == 1:
			p.bold = true
		case code == 39:
			p.fill = p.plain
		case code >= 30 && code <= 37:
			p.fill = hexOf(ansi.IndexedColor(code - 30))
		case code >= 90 && code <= 97:
			p.fill = hexOf(ansi.IndexedColor(code - 90 + 8))
		case code == 38 && i+2 < len(numbers):
			index, _ := strconv.Atoi(numbers[i+2])
			p.fill = hexOf(ansi.IndexedColor(index))
			i += 2
		}
	}
}

func hexOf(c color.Color) string {
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}

// write draws words, each where its first cell is, and gives the column after them.
func (p *pen) write(out *strings.Builder, text string, column, row int) int {
	y := border + row*cellHeight + fontSize
	for word := range strings.SplitAfterSeq(text, " ") {
		if shown := strings.TrimRight(word, " "); shown != "" {
			weight := ""
			if p.bold {
				weight = ` font-weight="bold"`
			}
			cells := ansi.StringWidth(shown)
			fmt.Fprintf(out, `<text x="%.2f" y="%d" fill="%s"%s textLength="%.2f" lengthAdjust="spacingAndGlyphs">%s</text>`+"\n",
				border+float64(column)*cellWidth, y, p.fill, weight, float64(cells)*cellWidth, html.EscapeString(shown))
		}
		column += ansi.StringWidth(word)
	}
	return column
}
