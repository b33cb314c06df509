package ui

import (
	"context"
	"strings"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
	"cwsync/ui/report"
	"cwsync/ui/theme"

	tea "charm.land/bubbletea/v2"
)

// pastRun is one run with what became of its lines, as Review lists them. Nothing can be decided about them.
type pastRun struct {
	run   *syncer.Run
	state reviewState
}

// pastRunMsg is a run that was read.
type pastRunMsg struct {
	turn int
	run  *syncer.Run
	page *planPage
	err  error
}

func newPastRun(run *syncer.Run, page *planPage) *pastRun {
	r := &pastRun{run: run, state: newReviewState()}
	r.state.flat = true
	r.state.show(page)
	return r
}

// readRun reads a whole run.
func (h *historyPage) readRun(id string) tea.Cmd {
	read := h.desk.profile.Run
	return h.read("the run", func() tea.Cmd { return h.readRun(id) }, func(ctx context.Context, turn int) tea.Msg {
		run, err := read(ctx, id)
		if err != nil {
			return pastRunMsg{turn: turn, err: err}
		}
		if run.Plan == nil {
			run.Plan = &plan.Plan{}
		}
		return pastRunMsg{turn, run, newRunPage(run), ctx.Err()}
	})
}

func (h *historyPage) runKey(name string) tea.Cmd {
	s := &h.run.state
	if by, ok := movement(name, h.page, len(s.items)); ok {
		s.move(by)
		return nil
	}
	switch name {
	case "enter", "w":
		if key, ok := h.run.key(); ok {
			return h.explain(key)
		}
		return send(noticeMsg{text: "this is no line of its own, so there is nothing more to say of it"})
	case "f":
		s.setFilter((s.filter + 1) % reviewFilters)
	case "/":
		return h.open(pastInputSearch, s.search)
	case "u":
		return h.beginUndo(h.run.run.ID, h.run.run.Started, h.run.run.Counts())
	}
	return nil
}

// key is that of the line under the cursor; of a customer that is not linked its first.
func (r *pastRun) key() (billing.Key, bool) {
	switch item, ok := r.state.current(); {
	case ok && item.kind == itemLine:
		return r.state.change(item).Key, true
	case ok && item.kind == itemLooseCustomer:
		return r.state.page.plan.Changes[r.state.page.loose[item.at].lines[0]].Key, true
	}
	return billing.Key{}, false
}

// status is what became of the rows, and what that is worth a month.
func (r *pastRun) status() string {
	return strings.Join(nonEmpty(tally(r.run, r.state.page.sum), r.state.page.sum.Worth()), " · ")
}

func nonEmpty(texts ...string) []string {
	kept := texts[:0]
	for _, text := range texts {
		if text != "" {
			kept = append(kept, text)
		}
	}
	return kept
}

// about says when the run was, how it ended, and why early where it did.
func (r *pastRun) about(now time.Time) (sign string, role theme.Role, text string) {
	said, role := ended(r.run, r.state.page.sum)
	sign, said, _ = strings.Cut(said, " ")
	if r.run.ExitCode < 0 {
		sign, role, said = theme.SignUnknown, theme.Wrong, "It never finished: it was cut off, or goes on now"
	}
	text = pastMoment(r.run.Started, now)
	if r.run.Duration > 0 {
		text += ", took " + lasting(r.run.Duration.Round(100*time.Millisecond))
	}
	text += ": " + said
	if r.run.Undoes != "" {
		text += "; it took back " + report.Plain(r.run.Undoes)
	}
	if r.run.Problem != nil {
		text += ". " + report.Plain(r.run.Problem.Message)
		if r.run.Problem.Hint != "" {
			text += " " + theme.Arrow + " " + report.Plain(r.run.Problem.Hint)
		}
	}
	return sign, role, text
}

func (h *historyPage) runView(width, height int) string {
	t, s := h.desk.theme, &h.run.state
	sign, role, text := h.run.about(h.desk.now())
	lines := paragraph(t, role, sign+" ", text, width)
	lines = lines[:min(len(lines), height/3)]
	head := s.filters()
	if s.search != "" {
		head = `"` + report.Plain(s.search) + `" in ` + s.filter.String()
	}
	lines = append(lines, h.headline(head, width), "")
	h.page = height - len(lines)
	if len(s.items) == 0 {
		return strings.Join(append(lines, "  "+t.Paint(theme.Dim, report.Shorten(h.run.nothing(), width-3))), "\n")
	}
	return strings.Join(append(lines, s.rows(t, width-1, h.page)...), "\n")
}

// nothing says why no line is listed.
func (r *pastRun) nothing() string {
	switch s := &r.state; {
	case len(s.page.plan.Changes) == 0:
		return "the run came to no lines"
	case s.search != "" || s.filter == filterHeld:
		return s.nothing()
	}
	return "nothing was changed or held; f shows all lines"
}
