package ui

import (
	"context"
	"strings"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/plan"
	"cwsync/ui/report"
	"cwsync/ui/theme"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// pastUndo is the plan that takes a run back, while a person looks through it. It is a plan as any other: Review's rows, and the step Sync applies it.
type pastUndo struct {
	id       string // of the run
	started  time.Time
	state    reviewState
	draft    *syncer.Draft // nil until it was read
	reading  *reading      // nil while nothing is read
	turn     int           // counts plans: one that comes late is dropped
	planning bool
	why      whySize
}

// Messages of taking a run back. turn is that of the page's reading, or of the plan.
type (
	undoNewsMsg struct {
		turn int
		shot snapshot
	}
	undoDraftMsg struct {
		turn  int
		site  *Site
		draft *syncer.Draft
		page  *planPage
		err   error
	}
	undoPlanMsg struct {
		turn int
		page *planPage
	}
	acceptUndoMsg    struct{ entry string }
	confirmedUndoMsg struct{ page *planPage }
)

// beginUndo reads what taking a run back would change, unless it is plain that it cannot be.
func (h *historyPage) beginUndo(id string, started time.Time, counts syncer.Counts) tea.Cmd {
	switch {
	case h.desk.writing:
		return send(noticeMsg{text: "a sync is going on: wait for its end before a run is taken back"})
	case counts.Applied+counts.Unknown == 0:
		return send(noticeMsg{text: "this run wrote nothing, so there is nothing to take back"})
	}
	return h.readUndo(id, started)
}

// readUndo reads the run and what ConnectWise has of its lines, and makes the plan that takes it back.
func (h *historyPage) readUndo(id string, started time.Time) tea.Cmd {
	d := h.desk
	if d.writing {
		return send(noticeMsg{text: "a sync is going on: read again when it has ended"})
	}
	feed, document, known, dial := newFeed(d.now), d.document.Clone(), d.site, d.profile.Dial
	cmd := h.read("what would be taken back", func() tea.Cmd { return h.readUndo(id, started) }, func(ctx context.Context, turn int) tea.Msg {
		defer feed.end()
		msg := undoDraftMsg{turn: turn, site: known}
		if msg.site == nil {
			if msg.site, msg.err = dial(ctx, document); msg.err != nil {
				return msg
			}
		}
		engine, err := engineFor(msg.site, document, feed.observe)
		if err == nil {
			msg.draft, err = engine.PrepareUndo(ctx, id, syncer.Request{})
		}
		if msg.err = err; err == nil {
			msg.page = newPlanPage(msg.draft.Plan(nil, nil))
		}
		return msg
	})
	h.undo = &pastUndo{id: id, started: started, state: newReviewState(), reading: &reading{feed: feed}}
	h.undo.state.filter, h.undo.state.flat = filterAll, true // what stays as it is, is told as well: the run wrote it
	return tea.Batch(cmd, h.undoNews())
}

// undoNews asks for the next news of the reading.
func (h *historyPage) undoNews() tea.Cmd {
	turn := h.turn
	return h.undo.reading.feed.next(func(shot snapshot) tea.Msg { return undoNewsMsg{turn, shot} })
}

func (h *historyPage) undoMessage(msg tea.Msg) tea.Cmd {
	u := h.undo
	switch msg := msg.(type) {
	case undoNewsMsg:
		if msg.turn == h.turn && u != nil && u.reading != nil {
			u.reading.shot = msg.shot
			return h.undoNews()
		}
	case undoDraftMsg:
		return h.undoDrafted(msg)
	case undoPlanMsg:
		if u != nil && msg.turn == u.turn {
			u.planning = false
			u.state.show(msg.page)
		}
	case acceptUndoMsg:
		if u != nil && u.draft != nil {
			u.state.decided.Accepted[msg.entry] = printOf(u.state.page.plan, msg.entry)
			return u.replan()
		}
	case confirmedUndoMsg:
		return h.undoConfirmed(msg)
	}
	return nil
}

func (h *historyPage) undoDrafted(msg undoDraftMsg) tea.Cmd {
	if msg.turn != h.turn || h.undo == nil {
		return nil
	}
	h.undo.reading = nil
	if h.desk.site == nil {
		h.desk.site = msg.site
	}
	if h.done(msg.turn, msg.err) {
		h.undo.draft = msg.draft
		h.undo.state.show(msg.page)
	}
	return nil
}

// replan makes the plan anew from what was read, with what a person decided since.
func (u *pastUndo) replan() tea.Cmd {
	u.turn++
	u.planning = true
	turn, draft := u.turn, u.draft
	accept, leftOut := u.state.decided.entries()
	return func() tea.Msg { return undoPlanMsg{turn, newPlanPage(draft.Plan(accept, leftOut))} }
}

func (h *historyPage) undoKey(name string) tea.Cmd {
	u := h.undo
	s := &u.state
	if s.page == nil {
		return nil
	}
	if by, ok := movement(name, h.page, len(s.items)); ok {
		s.move(by)
		return nil
	}
	switch name {
	case "f":
		s.setFilter((s.filter + 1) % reviewFilters)
	case "w":
		u.why = (u.why + 1) % whySizes
	case "space":
		change := s.line()
		if change == nil || !s.toggleLeftOut(change) {
			return send(noticeMsg{text: "nothing becomes of this line, so there is nothing to leave out"})
		}
		s.move(1)
		return u.replan()
	case "a":
		return u.accept()
	case "enter":
		return h.confirmUndo()
	}
	return nil
}

// accept releases what is held under the cursor after a question, or holds it again without one.
func (u *pastUndo) accept() tea.Cmd {
	if entry := u.state.acceptedEntry(); entry != "" {
		delete(u.state.decided.Accepted, entry)
		return tea.Batch(u.replan(), send(noticeMsg{text: "held again"}))
	}
	entry := u.state.acceptEntry()
	if entry == "" {
		if line := u.state.line(); line != nil && line.Action == plan.Hold {
			return send(noticeMsg{text: "this cannot be accepted: " + line.Reason})
		}
		return send(noticeMsg{text: "this line is not held, so there is nothing to accept"})
	}
	title, lines := u.state.askAccept()
	return send(askMsg{title: title, lines: lines, yes: "accept it", then: send(acceptUndoMsg{entry})})
}

// confirmUndo asks before anything is taken back.
func (h *historyPage) confirmUndo() tea.Cmd {
	u := h.undo
	page := u.state.page
	switch {
	case h.desk.writing:
		return send(noticeMsg{text: "a sync is going on: wait for its end, then read again with r"})
	case u.planning:
		return send(noticeMsg{text: "one moment: the plan is being made again"})
	}
	writes, noted := u.state.pending()
	if writes == 0 && noted == 0 {
		text := "there is nothing to take back"
		if page.held {
			text += ": what changed since is held, each line says why"
		}
		return send(noticeMsg{text: text})
	}
	title, lines, yes := u.state.askWrite()
	if writes > 0 {
		title, yes = "Take back "+report.Counted(writes, "change", "changes")+" in ConnectWise", "take back "+report.Counted(writes, "change", "changes")
		if worth := report.Totals(page.sum.MonthlyDelta); worth != "" {
			title += ": " + worth + " a month"
		}
		title += "?"
		lines = append(lines, "What is taken back is not written again until the usage or the mapping changes. An invoice never changes.")
	}
	return send(askMsg{title: title, lines: lines, yes: yes, then: send(confirmedUndoMsg{page}), holds: func() bool { return h.undo == u && u.state.page == page }})
}

// undoConfirmed hands the plan to the step Sync, if it is still the one that the question was about.
func (h *historyPage) undoConfirmed(msg confirmedUndoMsg) tea.Cmd {
	u := h.undo
	if u == nil || msg.page != u.state.page || u.planning || u.reading != nil || h.desk.writing {
		return send(noticeMsg{text: "the plan changed while the question was open: look at it again", bad: true})
	}
	h.desk.plan = msg.page
	h.run, h.why, h.undo = nil, nil, nil
	return send(gotoMsg{placeSync})
}

// about says what the plan is for.
func (u *pastUndo) about(now time.Time) string {
	return "To undo: run of " + pastMoment(u.started, now) + ". Nothing is written yet."
}

// back takes one level of esc within the plan.
func (u *pastUndo) back() bool {
	was := u.why
	u.why = whyHidden
	return was != whyHidden
}

func (u *pastUndo) keys() []key.Binding {
	if u.state.page == nil {
		return nil
	}
	enter, accept, leave := "take back", "accept held", "leave out"
	if writes, _ := u.state.pending(); writes > 0 {
		enter = "take back " + report.Counted(writes, "change", "changes")
	}
	if u.state.acceptEntry() == "" && u.state.acceptedEntry() != "" {
		accept = "hold again"
	}
	if line := u.state.line(); line != nil && line.Code == plan.LeftOut {
		leave = "take in again"
	}
	return []key.Binding{bind("enter", enter), bind("space", leave), bind("a", accept), bind("w", "why"), bind("f", "filter"), bind("↑↓", "move"),
		bind("pgup pgdn", "a screen up or down")}
}

func (h *historyPage) undoView(width, height int) string {
	t, u := h.desk.theme, h.undo
	s := &u.state
	if u.reading != nil || s.page == nil {
		shot := snapshot{}
		if u.reading != nil {
			shot = u.reading.shot
		}
		if shot.stage == "" {
			return "\n  " + t.Paint(theme.Accent, "Reading the run and what ConnectWise has of its lines")
		}
		return readingView(t, shot, width)
	}
	if u.why == whyWhole {
		lines := whyLines(t, s.why(u.draft), width-4)
		return "\n" + indent(lines[:min(len(lines), height-1)])
	}
	right := s.made(h.desk.now().Location())
	if u.planning {
		right = "planning " + theme.Ellipsis
	}
	left := report.Shorten(s.filters(), max(width-report.Cells(right)-5, 10))
	head := "  " + t.Paint(theme.Accent, left) + strings.Repeat(" ", max(width-3-report.Cells(left)-report.Cells(right), 1)) + t.Paint(theme.Dim, right)
	head = "  " + report.Shorten(u.about(h.desk.now()), width-3) + "\n" + head + "\n"
	height -= 3
	var why []string
	if u.why == whyBeside {
		why = clip(t, whyLines(t, s.why(u.draft), width-4), max(height/2, 1))
		height -= len(why) + 1
	}
	h.page = height
	list := s.rows(t, width-1, height)
	body := head + "\n" + strings.Join(list, "\n")
	if len(why) > 0 {
		body += strings.Repeat("\n", height-len(list)+1) + "  " + t.Paint(theme.Dim, strings.Repeat("┄", max(width-4, 0))) + "\n" + indent(why)
	}
	return body
}
