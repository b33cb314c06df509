package ui

import (
	"strings"
	"time"

	"cwsync/ui/report"
	"cwsync/ui/theme"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// quietTime is how long a question ignores keys after it appeared: they were meant for what was there before.
const quietTime = 400 * time.Millisecond

// question is a confirmation over the screen. No is chosen at first.
type question struct {
	askMsg
	since time.Time
	yes   bool
}

func newQuestion(ask askMsg, now time.Time) *question { return &question{askMsg: ask, since: now} }

// key takes one key; answered says that the question goes away.
func (q *question) key(name string, now time.Time) (answered bool, cmd tea.Cmd) {
	if now.Sub(q.since) < quietTime {
		return false, nil
	}
	switch name {
	case "left", "right", "tab", "shift+tab", "h", "l":
		q.yes = !q.yes
	case "n", "esc":
		return true, nil
	case "y":
		return true, q.then
	case "enter":
		if q.yes {
			return true, q.then
		}
		return true, nil
	}
	return false, nil
}

func (q *question) keys() []key.Binding {
	return []key.Binding{
		key.NewBinding(key.WithKeys("y"), key.WithHelp("y", q.askMsg.yes)),
		key.NewBinding(key.WithKeys("n"), key.WithHelp("n", "no")),
		key.NewBinding(key.WithKeys("left", "right"), key.WithHelp("←→ enter", "choose")),
	}
}

func (q *question) view(t theme.Theme, width, height int) string {
	lines := []string{"", "  " + t.Paint(theme.Accent, report.Plain(q.title)), ""}
	for _, line := range q.lines {
		for part := range strings.SplitSeq(ansi.Wrap(report.Plain(line), width-6, " "), "\n") {
			lines = append(lines, "  "+part)
		}
	}
	no, yes := "  No  ", "  "+report.Plain(q.askMsg.yes)+"  "
	if q.yes {
		yes = t.Paint(theme.Accent, "▸ "+strings.TrimSpace(yes)+" ◂")
	} else {
		no = t.Paint(theme.Accent, "▸ No ◂")
	}
	if over := len(lines) + 2 - height; over > 0 { // the answers stay in sight however much there is to say
		kept := max(len(lines)-over-1, 0)
		lines = append(lines[:kept:kept], "  "+t.Paint(theme.Dim, theme.Ellipsis+" and more than fits on this screen"))
	}
	lines = append(lines, "", "  "+no+"     "+yes)
	return strings.Join(lines[:min(len(lines), height)], "\n")
}
