package main

import (
	"fmt"
	"html"
	"image/color"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
)

// TestPictures takes the pictures of the README from the running program: .ci/pictures asks for them and turns them into PNG.
func TestPictures(t *testing.T) {
	folder := os.Getenv("CWSYNC_PICTURES")
	if folder == "" {
		t.Skip("pictures are taken by .ci/pictures")
	}
	server, site, _ := connectWise(t)
	keys := server.Credentials()
	w := newTerminal(t, 108, 27, "CWSYNC_CONTOSO_CONNECTION_PUBLIC_KEY="+keys.PublicKey, "CWSYNC_CONTOSO_CONNECTION_PRIVATE_KEY="+keys.PrivateKey)
	place := t.TempDir()
	document := fmt.Sprintf("version: 1\nconnection: {site: %q, company: %q, client_id: %q}\nsources:\n  - {name: mail, kind: csv, options: {path: usage.csv}}\n",
		site, keys.Company, keys.ClientID)
	for name, content := range map[string]string{"setup.yaml": document, "usage.csv": string(demoUsage)} {
		if err := os.WriteFile(filepath.Join(place, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w.run("cwsync setup import --profile contoso " + filepath.Join(place, "setup.yaml") + " && clear && cwsync --profile contoso")
	w.toProducts()
	w.keys("a", "Down", "a", "Down", "a", "Down", "Down")
	w.waitFor(`3 of 5 mapped`)
	w.keys("/")
	w.text("bus")
	w.waitFor(`/ bus`)
	w.picture(filepath.Join(folder, "products.svg"))
	w.escape()
	w.escape()
	w.escape()
	w.keys("A")
	w.yes(`Accept 2 suggestions`)
	w.waitFor(`5 of 5 mapped`)
	w.keys("g")
	w.waitFor(`▸   Cloud Services`)
	w.keys("Enter")
	w.waitFor(`exact 5`)
	w.keys("A")
	w.yes(`Link 5 customers`)
	for _, like := range []string{"Adventure Works", "Lightwave"} {
		w.waitFor(`linked 5|linked 6`)
		w.keys("/")
		w.text(like)
		w.waitFor(`1 found`)
		w.escape()
		w.keys("a")
		w.yes(`Link ` + like)
		w.escape()
	}
	w.waitFor(`linked 7`)
	w.keys("g")
	w.waitFor(`6 changes .* 1 held`)
	w.picture(filepath.Join(folder, "review.svg"))
	w.resize(108, 20)
	w.waitFor(`6 changes`)
	server.Latency(600 * time.Millisecond)
	w.keys("Enter")
	w.yes(`Write 6 changes`)
	w.waitFor(`[45] of 6`)
	w.picture(filepath.Join(folder, "sync.svg"))
	server.Latency(0)
	w.waitFor(`Done: 6 changes`)
}

// escape presses esc by itself: two at once, or a letter right behind, are another key to a program.
func (w *terminal) escape() {
	w.keys("Escape")
	time.Sleep(150 * time.Millisecond)
}

// Measures of a picture in pixels: a cell of DejaVu Sans Mono at its size.
const (
	fontSize   = 15
	cellWidth  = fontSize * 0.602
	cellHeight = 20
	border     = 14
)

// picture writes the screen as SVG, as a dark terminal shows it.
func (w *terminal) picture(path string) {
	w.t.Helper()
	lines := strings.Split(strings.TrimRight(w.coloured(), "\n"), "\n")
	width := 108
	var out strings.Builder
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%d" font-family="DejaVu Sans Mono" font-size="%d">`+"\n",
		float64(width)*cellWidth+2*border, len(lines)*cellHeight+2*border, fontSize)
	fmt.Fprintln(&out, `<rect width="100%" height="100%" rx="8" fill="#14181d"/>`)
	style := pen{fill: plainFill}
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
	if err := os.WriteFile(path, []byte(out.String()), 0o644); err != nil {
		w.t.Fatal(err)
	}
}

const plainFill = "#d7dce2"

// pen is how text looks.
type pen struct {
	fill string
	bold bool
}

// take reads the codes of one escape sequence of colours.
func (p *pen) take(codes string) {
	numbers := strings.Split(codes, ";")
	for i := 0; i < len(numbers); i++ {
		switch code, _ := strconv.Atoi(numbers[i]); { // none is 0, which resets
		case code == 0:
			*p = pen{fill: plainFill}
		case code == 1:
			p.bold = true
		case code == 39:
			p.fill = plainFill
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
