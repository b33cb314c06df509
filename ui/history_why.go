package ui

import (
	"context"
	"strings"

	"cwsync/syncer/billing"
	"cwsync/ui/report"
	"cwsync/ui/theme"

	tea "charm.land/bubbletea/v2"
	"github.com/shopspring/decimal"
)

// pastWhy is why a line is what it is.
type pastWhy struct {
	explanation *report.Explanation
	top         int // first line on the screen
	lines       int // as last drawn
	page        int // lines that were on the screen
}

// pastWhyMsg is an explanation that was read.
type pastWhyMsg struct {
	turn        int
	explanation *report.Explanation
	err         error
}

// explain reads why a line is what it is.
func (h *historyPage) explain(key billing.Key) tea.Cmd {
	past := h.desk.profile.Past
	return h.read("the history of the line", func() tea.Cmd { return h.explain(key) }, func(ctx context.Context, turn int) tea.Msg {
		explanation, err := past.Explain(ctx, key)
		return pastWhyMsg{turn, explanation, err}
	})
}

func (w *pastWhy) key(name string) {
	if by, ok := movement(name, w.page, w.lines); ok {
		w.top = max(min(w.top+by, w.lines-w.page), 0)
	}
}

func (w *pastWhy) view(t theme.Theme, width, height int) string {
	lines := w.said(t, width-2)
	w.lines, w.page = len(lines), height
	w.top = max(min(w.top, w.lines-w.page), 0)
	return " " + strings.Join(lines[w.top:min(w.top+height, len(lines))], "\n ")
}

// said is all that there is to say, in lines of at most width cells.
func (w *pastWhy) said(t theme.Theme, width int) []string {
	var lines []string
	if curve, numbers := sparkline(w.explanation.Quantities(), max(width/2, 1)); numbers != "" {
		lines = append(lines, t.Paint(theme.Accent, "Quantity, run by run"), "  "+t.Paint(theme.Accent, curve))
		for _, line := range report.Wrap(numbers, width-2) {
			lines = append(lines, "  "+line)
		}
		lines = append(lines, "")
	}
	return append(lines, w.text(t, width)...)
}

// text is the explanation without its sparkline.
func (w *pastWhy) text(t theme.Theme, width int) []string {
	lines, err := report.ExplainLines(w.explanation, width, t)
	if err != nil { // nothing that is written to memory fails
		lines = []string{report.Plain(err.Error())}
	}
	if w.explanation.Acceptable() {
		lines = append(lines, "")
		for _, line := range report.Wrap("To accept it here: go to Review, and press a on the line.", width) {
			lines = append(lines, t.Paint(theme.Accent, line))
		}
	}
	return lines
}

// blocks are the heights of a sparkline, from the lowest.
var blocks = []rune("▁▂▃▄▅▆▇█")

// sparkline draws what a line had over its runs, oldest first, the newest in at most width cells; · stands where nobody knows. The numbers say the
// same. Both are empty where no quantity is known.
func sparkline(values []decimal.NullDecimal, width int) (curve, numbers string) {
	var least, most, last decimal.Decimal
	known := 0
	for _, value := range values {
		if !value.Valid {
			continue
		}
		if known == 0 {
			least, most = value.Decimal, value.Decimal
		}
		least, most, last = decimal.Min(least, value.Decimal), decimal.Max(most, value.Decimal), value.Decimal
		known++
	}
	if known == 0 {
		return "", ""
	}
	values = values[max(len(values)-width, 0):]
	cells := make([]rune, len(values))
	span := most.Sub(least)
	for i, value := range values {
		switch {
		case !value.Valid:
			cells[i] = '·'
		case span.IsZero():
			cells[i] = blocks[len(blocks)/2]
		default:
			height := value.Decimal.Sub(least).Mul(decimal.NewFromInt(int64(len(blocks)-1))).DivRound(span, 0).IntPart()
			cells[i] = blocks[height]
		}
	}
	return string(cells), "lowest " + report.Number(least) + ", highest " + report.Number(most) + ", last " + report.Number(last) +
		", over " + report.Counted(known, "run", "runs") + " that touched or saw the line"
}
