package ui

import (
	"context"

	"cwsync/syncer"
	"cwsync/ui/report"
	"cwsync/ui/theme"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
)

// pageHistory is the page of past runs.
const pageHistory = "history"

// historyPage shows past runs, what each did, why a line is what it is, and takes a run back. It reads the store alone, but for what taking back
// needs of ConnectWise. What is opened lies over what it was opened from: a run over the list, a line over either, an undo over either.
type historyPage struct {
	desk *desk
	list pastList
	run  *pastRun  // nil: none is open
	why  *pastWhy  // nil: no line is explained
	undo *pastUndo // nil: nothing is to be taken back

	wait   *pastWait       // what is read; nil: nothing
	failed *syncer.Problem // why the last reading failed; nil: it did not
	again  func() tea.Cmd  // does the last reading again
	turn   int             // counts readings: what comes of an older one is dropped

	typed   textinput.Model
	input   pastInput
	writing context.CancelFunc // stops writing a file; nil while none is written
	exports int                // counts files: what comes of an older one is dropped
	page    int                // rows that were on the screen
}

// pastInput says what letters are typed into.
type pastInput int

const (
	pastInputNone pastInput = iota
	pastInputSearch
	pastInputFile
)

// pastWait is a reading that goes on.
type pastWait struct {
	what   string // "the runs"
	cancel context.CancelFunc
}

func newHistory(d *desk) step {
	input := textinput.New()
	input.Prompt, input.CharLimit = "", 1024
	input.SetStyles(textinput.Styles{})
	return &historyPage{desk: d, typed: input}
}

// hasHistory reports whether a profile can look into its past.
func hasHistory(p *Profile) bool { return p.Recent != nil && p.Run != nil && p.Past != nil }

func (h *historyPage) name() string { return "History" }

// enter reads anew: there may have been a run since. Whatever is open stays so.
func (h *historyPage) enter() tea.Cmd {
	if h.wait != nil || h.run != nil || h.why != nil || h.undo != nil {
		return nil
	}
	return h.readRuns()
}

// read does a reading aside; do gives its message, with the turn that it gets.
func (h *historyPage) read(what string, again func() tea.Cmd, do func(ctx context.Context, turn int) tea.Msg) tea.Cmd {
	h.stop()
	ctx, cancel := context.WithCancel(h.desk.ctx)
	h.wait, h.failed, h.again = &pastWait{what, cancel}, nil, again
	turn := h.turn
	return func() tea.Msg {
		defer cancel()
		return do(ctx, turn)
	}
}

// stop gives up the reading that goes on, if one does; what still comes of it is dropped.
func (h *historyPage) stop() {
	h.turn++
	if h.wait != nil {
		h.wait.cancel()
		h.wait = nil
	}
}

// done ends the reading of a turn; false where it is not the one that goes on, or where it failed, which the screen says.
func (h *historyPage) done(turn int, err error) bool {
	if turn != h.turn {
		return false
	}
	h.wait = nil
	if err != nil {
		h.failed = &syncer.StopOf(err).Problem
	}
	return err == nil
}

func (h *historyPage) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		if h.input != pastInputNone {
			return h.typeKey(msg)
		}
		return h.key(msg.String())
	case tea.PasteMsg:
		if h.input != pastInputNone {
			return h.typeKey(msg)
		}
	case runsReadMsg:
		if msg.turn == unasked || h.done(msg.turn, msg.err) {
			h.list.show(msg.runs)
		}
	case pastFoundMsg:
		if h.done(msg.turn, msg.err) {
			h.list.showFound(msg.words, msg.found)
		}
	case pastRunMsg:
		if h.done(msg.turn, msg.err) {
			h.run = newPastRun(msg.run, msg.page)
		}
	case pastWhyMsg:
		if h.done(msg.turn, msg.err) {
			h.why = &pastWhy{explanation: msg.explanation}
		}
	case undoNewsMsg, undoDraftMsg, undoPlanMsg, acceptUndoMsg, confirmedUndoMsg:
		return h.undoMessage(msg)
	case pastFileMsg:
		return h.filed(msg)
	case replacePastMsg:
		return h.writeFile(msg.path, msg.data, true)
	case syncEndMsg:
		if h.list.read { // else it was never on the screen
			return h.renewRuns()
		}
	}
	return nil
}

// key takes a key that is no text.
func (h *historyPage) key(name string) tea.Cmd {
	switch {
	case h.wait != nil:
		return nil
	case name == "r":
		return h.readAgain()
	case h.failed != nil:
		return nil
	case name == "x" && h.undo == nil:
		return h.openFile()
	case h.undo != nil:
		return h.undoKey(name)
	case h.why != nil:
		h.why.key(name)
		return nil
	case h.run != nil:
		return h.runKey(name)
	}
	return h.listKey(name)
}

// readAgain does the last reading again where it failed, else that of what is on the screen.
func (h *historyPage) readAgain() tea.Cmd {
	switch {
	case h.failed != nil && h.again != nil:
		return h.again()
	case h.undo != nil:
		return h.readUndo(h.undo.id, h.undo.started)
	case h.why != nil:
		return h.explain(h.why.explanation.Key)
	case h.run != nil:
		return h.readRun(h.run.run.ID)
	case h.list.search != "":
		return h.find(h.list.search)
	}
	return h.readRuns()
}

func (h *historyPage) open(input pastInput, text string) tea.Cmd {
	h.input = input
	h.typed.SetValue(text)
	h.typed.CursorEnd()
	h.typed.Focus() // its command makes a cursor blink, which nobody needs
	return nil
}

// typeKey takes keys and pastes while a text is typed.
func (h *historyPage) typeKey(msg tea.Msg) tea.Cmd {
	if pressed, ok := msg.(tea.KeyPressMsg); ok && pressed.String() == "enter" {
		input := h.input
		h.input = pastInputNone
		switch {
		case input == pastInputFile:
			return h.save(h.typed.Value())
		case h.run == nil:
			return h.find(h.typed.Value())
		}
		return nil
	}
	h.typed, _ = h.typed.Update(msg)
	if h.input == pastInputSearch && h.run != nil {
		h.run.state.setSearch(h.typed.Value())
	}
	return nil
}

// back takes one level of esc: a text, a reading, a file, a failure, and then what is open, from the top.
func (h *historyPage) back() bool {
	switch {
	case h.input != pastInputNone:
		if h.input == pastInputSearch && h.run != nil {
			h.run.state.setSearch("")
		}
		h.input = pastInputNone
	case h.wait != nil:
		h.stop()
		if h.undo != nil && h.undo.state.page == nil {
			h.undo = nil
		}
		if h.top() && !h.list.read {
			h.failed = &syncer.Problem{Message: "the reading was stopped", Hint: "nothing was changed"}
		}
	case h.writing != nil:
		h.writing()
		h.writing = nil
	case h.failed != nil && (!h.top() || h.list.read):
		h.failed, h.undo = nil, nil
	case h.undo != nil:
		return h.undo.back() || h.close()
	case h.why != nil, h.run != nil && h.run.state.search == "":
		return h.close()
	case h.run != nil:
		h.run.state.setSearch("")
	case h.list.search != "":
		h.list.endSearch()
	default:
		return false
	}
	return true
}

// top reports whether the list is on the screen, with nothing open over it.
func (h *historyPage) top() bool { return h.run == nil && h.why == nil && h.undo == nil }

// close closes what is on top.
func (h *historyPage) close() bool {
	switch {
	case h.undo != nil:
		h.undo = nil
	case h.why != nil:
		h.why = nil
	default:
		h.run = nil
	}
	return true
}

func (h *historyPage) typing() bool { return h.input != pastInputNone }

func (h *historyPage) mark() mark { return markTodo }

// title is what is open, and the profile on the right.
func (h *historyPage) title() (about, right string, role theme.Role) {
	about = "History"
	moment := func(id string) string { return " · run " + report.Plain(id) }
	switch {
	case h.undo != nil:
		about += moment(h.undo.id) + " · take back"
	case h.why != nil:
		about += " · " + report.Plain(h.why.explanation.Key.String())
	case h.run != nil:
		about += moment(h.run.run.ID)
	}
	return about, h.desk.profile.Name, theme.Dim
}
