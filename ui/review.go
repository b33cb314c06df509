package ui

import (
	"context"
	"path/filepath"
	"strings"

	"cwsync/syncer"
	"cwsync/syncer/plan"
	"cwsync/ui/report"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
)

// reviewStep shows the dry run before anything is written: each change can be left out, each held line that may be released can be accepted.
type reviewStep struct {
	desk  *desk
	state reviewState

	reading  *reading           // nil while nothing is read
	problem  *syncer.Problem    // why reading failed; nil when it did not
	digest   string             // of the set-up that was read with
	noted    string             // what is kept of the decisions
	turn     int                // counts readings and plans: what comes of an older one is dropped
	planning bool               // a plan is being made of the draft
	written  bool               // what is shown was confirmed and is being or was written
	saving   context.CancelFunc // stops saving a plan; nil while none is saved

	typed textinput.Model
	input reviewInput
	why   whySize
	page  int // how many rows of the list were on the screen
	width int // of the screen, as last drawn
}

// reviewInput says what letters are typed into.
type reviewInput int

const (
	inputNone reviewInput = iota
	inputSearch
	inputFile
)

// whySize is how much of the screen says why.
type whySize int

const (
	whyHidden whySize = iota
	whyBeside         // or below, on a narrow screen
	whyWhole
	whySizes
)

// reading is a reading of usage and ConnectWise that goes on.
type reading struct {
	cancel context.CancelFunc
	feed   *feed
	shot   snapshot
}

func newReview(d *desk) step {
	input := textinput.New()
	input.Prompt, input.CharLimit = "", 1024
	input.SetStyles(textinput.Styles{})
	return &reviewStep{desk: d, state: newReviewState(), typed: input}
}

func (r *reviewStep) name() string { return "Review" }

// enter reads, unless what was read still holds.
func (r *reviewStep) enter() tea.Cmd {
	if r.reading != nil || r.desk.writing {
		return nil
	}
	if r.state.page != nil && r.desk.draft != nil && r.digest == r.desk.document.Digest() {
		return nil
	}
	return r.read()
}

func (r *reviewStep) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		if r.input != inputNone {
			return r.typeKey(msg)
		}
		return r.key(msg.String())
	case tea.PasteMsg:
		if r.input != inputNone {
			return r.typeKey(msg)
		}
	case readingMsg:
		if r.reading != nil && msg.turn == r.turn {
			r.reading.shot = msg.shot
			return r.news()
		}
	case draftMsg:
		return r.drafted(msg)
	case planMsg:
		if msg.turn == r.turn {
			r.planning = false
			r.state.show(msg.page)
		}
	case planSavedMsg:
		return r.saved(msg)
	case acceptHeldMsg:
		r.state.decided.Accepted[msg.entry] = printOf(r.state.page.plan, msg.entry)
		return r.replan()
	case confirmedPlanMsg:
		return r.confirmed(msg)
	case syncEndMsg:
		return r.carriedOut(msg.run)
	}
	return nil
}

// key takes a key that is no text.
func (r *reviewStep) key(name string) tea.Cmd {
	switch {
	case name == "r":
		return r.again()
	case name == "c" && r.desk.only != nil && r.reading == nil:
		return r.widen()
	}
	if r.reading != nil || r.problem != nil || r.state.page == nil {
		return nil
	}
	if r.moved(name) {
		return nil
	}
	if r.why == whyWhole && strings.Contains("fos/", name) { // they are about the list, which the reasons hide
		r.why = whyHidden
	}
	switch name {
	case "f":
		r.state.setFilter((r.state.filter + 1) % reviewFilters)
	case "/":
		return r.open(inputSearch, r.state.search)
	case "space":
		return r.leaveOut()
	case "a":
		return r.accept()
	case "o":
		if len(r.state.page.loose) > 1 && r.state.filter == filterChanges {
			r.state.open()
		}
	case "w":
		r.why = (r.why + 1) % whySizes
	case "s":
		if r.desk.profile.SavePlan != nil {
			return r.open(inputFile, r.fileName())
		}
	case "enter":
		return r.confirm()
	}
	return nil
}

// moved moves the cursor if that is what the key does.
func (r *reviewStep) moved(name string) bool {
	far := len(r.state.items)
	by, ok := map[string]int{
		"up": -1, "k": -1, "down": 1, "j": 1, "pgup": -max(r.page-1, 1), "pgdown": max(r.page-1, 1), "home": -far, "end": far,
	}[name]
	if ok {
		r.state.move(by)
	}
	return ok
}

// fileName is offered for the file of a plan.
func (r *reviewStep) fileName() string {
	return filepath.Base(report.Plain(r.desk.profile.Name)) + "-" + r.state.page.plan.Today.String() + ".plan.json"
}

func (r *reviewStep) open(input reviewInput, text string) tea.Cmd {
	r.input = input
	r.typed.SetValue(text)
	r.typed.CursorEnd()
	r.typed.Focus() // its command makes a cursor blink, which nobody needs
	return nil
}

// typeKey takes keys and pastes while a text is typed.
func (r *reviewStep) typeKey(msg tea.Msg) tea.Cmd {
	if pressed, ok := msg.(tea.KeyPressMsg); ok {
		switch name := pressed.String(); {
		case name == "enter" && r.input == inputFile:
			r.input = inputNone
			return r.save(r.typed.Value())
		case name == "enter":
			r.input = inputNone
			return nil
		case r.input == inputSearch && (name == "up" || name == "down" || name == "pgup" || name == "pgdown"):
			r.moved(name)
			return nil
		}
	}
	r.typed, _ = r.typed.Update(msg)
	if r.input == inputSearch {
		r.state.setSearch(r.typed.Value())
	}
	return nil
}

// leaveOut leaves the line under the cursor out, or takes it in again.
func (r *reviewStep) leaveOut() tea.Cmd {
	change := r.state.line()
	if change == nil || !r.state.toggleLeftOut(change) {
		return send(noticeMsg{text: "nothing becomes of this line, so there is nothing to leave out"})
	}
	r.state.move(1)
	return r.replan()
}

// back takes one level of esc: a text, a search, the reasons, a reading.
func (r *reviewStep) back() bool {
	switch {
	case r.input == inputSearch:
		r.input = inputNone
		r.state.setSearch("")
	case r.input == inputFile:
		r.input = inputNone
	case r.reading != nil:
		r.stop()
	case r.saving != nil:
		r.saving()
		r.saving = nil
	case r.why != whyHidden:
		r.why = whyHidden
	case r.state.search != "":
		r.state.setSearch("")
	default:
		return false
	}
	return true
}

func (r *reviewStep) typing() bool { return r.input != inputNone }

func (r *reviewStep) status() string {
	switch {
	case r.reading != nil:
		return "nothing is written while this reads; esc stops it"
	case r.saving != nil:
		return "saving the plan …; esc stops it"
	}
	return r.state.total()
}

func (r *reviewStep) mark() mark {
	switch {
	case r.state.page == nil || r.desk.draft == nil && !r.written:
		return markTodo
	case r.state.page.held:
		return markAttention
	}
	return markDone
}

func (r *reviewStep) keys() []key.Binding {
	bind := func(name, shown, help string) key.Binding {
		return key.NewBinding(key.WithKeys(name), key.WithHelp(shown, help))
	}
	if r.input != inputNone {
		return []key.Binding{bind("enter", "enter", map[reviewInput]string{inputSearch: "keep the search", inputFile: "save"}[r.input])}
	}
	if r.reading != nil {
		return []key.Binding{bind("esc", "esc", "stop")}
	}
	again, all := bind("r", "r", "read again"), bind("c", "c", "all customers")
	all.SetEnabled(r.desk.only != nil)
	if r.state.page == nil || r.problem != nil {
		return []key.Binding{again, all}
	}
	enter, accept := "apply", "accept held"
	if writes, noted := r.state.pending(); writes == 0 && noted == 0 {
		enter = "go on"
	} else if writes > 0 && r.width >= 80 {
		enter = "apply " + report.Counted(writes, "change", "changes")
	}
	if r.state.acceptEntry() == "" && r.state.acceptedEntry() != "" {
		accept = "hold again"
	}
	leave := "leave out"
	if line := r.state.line(); line != nil && line.Code == plan.LeftOut {
		leave = "take in again"
	}
	save := bind("s", "s", "save plan")
	save.SetEnabled(r.desk.profile.SavePlan != nil)
	open := bind("o", "o", "list who is not linked")
	open.SetEnabled(len(r.state.page.loose) > 1 && r.state.filter == filterChanges)
	stop := bind("esc", "esc", "stop")
	stop.SetEnabled(r.saving != nil)
	return []key.Binding{
		bind("enter", "enter", enter), all, bind("space", "space", leave), bind("a", "a", accept), bind("w", "w", "why"), open, save,
		bind("f", "f", "filter"), bind("/", "/", "search"), again,
		bind("up", "↑↓", "move"), bind("pgup", "pgup pgdn", "a screen up or down"), bind("home", "home end", "first or last line"), stop,
	}
}
