package ui

import (
	"fmt"
	"strings"
	"testing"

	"cwsync/ui/report"
	"cwsync/ui/theme"

	tea "charm.land/bubbletea/v2"
	"pgregory.net/rapid"
)

// numbered are rows with a number in them, keys from 1.
func numbered(n int) []pickRow {
	rows := make([]pickRow, n)
	for i := range rows {
		rows[i] = pickRow{key: i + 1, text: fmt.Sprintf("PRD-%05d Product number %d of the catalog", i, i)}
	}
	return rows
}

// filledPicker is a picker of rows, ready for searching.
func filledPicker(t *testing.T, rows []pickRow) *picker {
	t.Helper()
	p := newPicker(t.Context())
	drive(t, p.update, p.fill(rows))
	p.draw(80, 10)
	return p
}

// draw is the list as plain text with the rows' own texts.
func (p *picker) draw(width, height int) string {
	return p.view(theme.None(), width, height, func(at int, marked bool) string {
		lead := "  "
		if marked {
			lead = "▸ "
		}
		return lead + report.Shorten(report.Plain(p.rows[at].text), width-2)
	})
}

// strike sends keys and runs what comes of them.
func (p *picker) strike(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		_, cmd := p.key(keyPress(t, name))
		drive(t, p.update, cmd)
	}
}

func TestPickerMoves(t *testing.T) {
	p := filledPicker(t, numbered(100))
	for _, c := range []struct {
		key  string
		want int
	}{{"up", 0}, {"down", 1}, {"pgdown", 10}, {"pgup", 1}, {"end", 99}, {"down", 99}, {"pgdown", 99}, {"up", 98}, {"home", 0}, {"pgup", 0}} {
		p.strike(t, c.key)
		if at, ok := p.at(); !ok || at != c.want {
			t.Errorf("%s marks %d, want %d", c.key, at, c.want)
		}
		if !strings.Contains(p.draw(80, 10), "▸ "+p.rows[c.want].text) {
			t.Errorf("after %s the marked row is not in sight", c.key)
		}
	}
	if handled, _ := p.key(keyPress(t, "x")); handled {
		t.Error("a letter is taken although nobody is typing")
	}
}

func TestPickerDrawsWhatIsInSightOnly(t *testing.T) {
	p := filledPicker(t, numbered(50_000))
	p.strike(t, "end")
	drawn := 0
	p.view(theme.None(), 80, 20, func(int, bool) string { drawn++; return "" })
	if drawn != 20 {
		t.Errorf("%d rows are drawn on 20 lines", drawn)
	}
}

func TestPickerSearches(t *testing.T) {
	p := filledPicker(t, numbered(2000))
	p.strike(t, "/", "1", "2", "3", "4")
	if at, ok := p.at(); !ok || at != 1234 {
		t.Errorf("1234 finds %d", at)
	}
	if text := p.draw(60, 5); !strings.Contains(text, "/ 1234▌") || !strings.Contains(text, " found") {
		t.Errorf("the search line is %q", text)
	}
	p.strike(t, "ctrl+u", "z", "q")
	if _, ok := p.at(); ok || !strings.Contains(p.draw(60, 5), "nothing has zq in it") {
		t.Errorf("%s", p.draw(60, 5))
	}
	p.strike(t, "backspace", "backspace")
	if p.listed() != 2000 || p.query != "" {
		t.Error("without a search not all rows are listed")
	}
}

func TestPickerKeepsWhatIsMarked(t *testing.T) {
	p := filledPicker(t, numbered(2000))
	p.strike(t, "/", "7", "7", "7", "down")
	want, _ := p.marked()
	p.strike(t, "ctrl+u")
	if got, ok := p.marked(); !ok || got != want {
		t.Errorf("after the search %d is marked, want %d", got, want)
	}
	others := numbered(2000)[want-5:] // the rows are read again, and some are gone
	drive(t, p.update, p.fill(others))
	if got, ok := p.marked(); !ok || got != want {
		t.Errorf("after reading again %d is marked, want %d", got, want)
	}
}

func TestPickerGoesBackOneLevelAtATime(t *testing.T) {
	p := filledPicker(t, numbered(10))
	p.strike(t, "/", "3")
	for _, want := range []struct {
		handled bool
		query   string
	}{{true, "3"}, {true, ""}, {false, ""}} {
		if got := p.back(); got != want.handled || p.query != want.query || p.typing {
			t.Errorf("back gives %t with the query %q, want %t with %q", got, p.query, want.handled, want.query)
		}
	}
}

func TestPickerDropsStaleResults(t *testing.T) {
	p := filledPicker(t, numbered(2000))
	_, first := p.key(keyPress(t, "/"))
	_, one := p.key(keyPress(t, "1"))
	early := one() // searched at once, but arrives last
	_, two := p.key(keyPress(t, "9"))
	if _, ok := p.at(); ok {
		t.Error("a row can be chosen while what is listed is not what was asked for")
	}
	drive(t, p.update, first, two)
	hits := len(p.hits)
	p.update(early)
	if len(p.hits) != hits || p.query != "19" {
		t.Error("a stale result is shown")
	}
	other := newPicker(t.Context())
	other.update(foundMsg{picker: p, generation: other.generation, hits: []int{1}})
	if other.found {
		t.Error("the result of another list is shown")
	}
}

func TestPickerSearchesNewRows(t *testing.T) {
	p := filledPicker(t, numbered(50))
	p.strike(t, "/", "4", "9")
	old := p.fill(numbered(50))
	fresh := p.fill([]pickRow{{key: 1, text: "forty-nine"}, {key: 2, text: "number 49"}})
	drive(t, p.update, fresh)
	drive(t, p.update, old)
	if key, ok := p.marked(); !ok || key != 2 || p.listed() != 1 {
		t.Errorf("%d of %d listed is marked", key, p.listed())
	}
}

func TestPickerWaitsForEnoughLetters(t *testing.T) {
	p := newPicker(t.Context())
	p.least = 3
	drive(t, p.update, p.fill(numbered(500)))
	if _, ok := p.at(); ok || !strings.Contains(p.draw(60, 5), "type 3 letters or more") {
		t.Errorf("%s", p.draw(60, 5))
	}
	p.strike(t, "/", "p", "r")
	if p.listed() != 0 {
		t.Error("two letters list something")
	}
	p.strike(t, "d")
	if p.listed() != 500 {
		t.Errorf("three letters list %d", p.listed())
	}
	p.strike(t, "backspace")
	if p.listed() != 0 {
		t.Error("back at two letters something is listed")
	}
}

func TestPickerBoundsWhatIsListed(t *testing.T) {
	p := filledPicker(t, numbered(5000))
	drive(t, p.update, func() tea.Msg { _, cmd := p.key(tea.PasteMsg{Content: "product"}); return cmd() })
	if p.listed() != maxFound || !strings.Contains(p.draw(60, 5), "more than 1,000") {
		t.Errorf("%d are listed", p.listed())
	}
}

func TestPickerStaysWithinItsWidth(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p := newPicker(t.Context())
		drive(t, p.update, p.fill([]pickRow{{key: 1, text: rapid.String().Draw(r, "row")}, {key: 2, text: "株式会社サンプル 👩‍👩‍👧 \x1b[31mred"}}))
		drive(t, p.update, p.ask(rapid.String().Draw(r, "query")))
		p.typing = rapid.Bool().Draw(r, "typing")
		width := rapid.IntRange(28, 120).Draw(r, "width")
		for line := range strings.SplitSeq(p.draw(width, 5), "\n") {
			if report.Cells(line) > width || strings.ContainsRune(line, '\x1b') {
				r.Errorf("%q is wider than %d", line, width)
			}
		}
	})
}

// BenchmarkPickerLetter is one typed letter until it and its results are on the screen.
func BenchmarkPickerLetter(b *testing.B) {
	p := newPicker(b.Context())
	p.update(p.fill(numbered(50_000))())
	for b.Loop() {
		p.search()
		_, cmd := p.key(tea.KeyPressMsg{Code: 'p', Text: "p"})
		p.draw(120, 40)
		p.update(cmd())
		p.draw(120, 40)
		p.ask("")
	}
}

// BenchmarkPickerArrow is one press of an arrow key until it is on the screen.
func BenchmarkPickerArrow(b *testing.B) {
	p := newPicker(b.Context())
	p.update(p.fill(numbered(50_000))())
	for b.Loop() {
		p.key(tea.KeyPressMsg{Code: tea.KeyDown})
		p.draw(120, 40)
	}
}

// BenchmarkPickerFill is what Update does when 50,000 rows come in.
func BenchmarkPickerFill(b *testing.B) {
	p := newPicker(b.Context())
	rows := numbered(50_000)
	for b.Loop() {
		p.fill(rows)
	}
}
