package ui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// step is one screen of the wizard: state, what keys do to it, and a plain picture of it. A step never quits the program and never draws
// outside its body; it asks for other things with the messages below.
type step interface {
	// name stands in the step bar.
	name() string
	// enter is called each time the step comes on the screen.
	enter() tea.Cmd
	// update takes keys while the step is on the screen, and messages of its own commands at any time.
	update(msg tea.Msg) tea.Cmd
	// view draws the body: at most height lines, none wider than width.
	view(width, height int) string
	// status is the line below the body; empty for none.
	status() string
	// keys are the bindings that act now, the most useful first. Footer and help are drawn from them.
	keys() []key.Binding
	// mark is the state of the step for the step bar.
	mark() mark
	// typing reports whether letters are text now, so that single-letter keys of the frame must wait.
	typing() bool
	// back takes one level of esc, such as closing a search; false leaves the step.
	back() bool
}

// mark is the state of a step.
type mark int

// The states of a step in the step bar.
const (
	markTodo mark = iota
	markDone
	markAttention
)

// Messages from steps to the frame.
type (
	// nextMsg goes on to the next step.
	nextMsg struct{}
	// gotoMsg goes to a step by its place.
	gotoMsg struct{ place place }
	// askMsg puts a question over the screen. The safe answer is No, and it is the one that is chosen at first.
	askMsg struct {
		title string
		lines []string
		yes   string // what Yes says: "write 28 changes"
		then  tea.Cmd
		holds func() bool // whether it is still to be answered; nil: until somebody does
	}
	// noticeMsg shows a line in the status line until the next key.
	noticeMsg struct {
		text string
		next string // the key that goes on, of the full screen alone
		bad  bool
	}
)

// goesOn is what is left to do where all is chosen, in the steps where enter chooses.
const goesOn = "g goes on"

// thenOn adds what is left to do to what says that all is chosen.
func thenOn(complete string) string {
	if complete == "" {
		return ""
	}
	return complete + ": " + goesOn
}

// place is a step's position in the bar.
type place int

// The steps in their order.
const (
	placeConnect place = iota
	placeTest
	placeUsage
	placeProducts
	placeCustomers
	placeReview
	placeSync
	places
)

func send(msg tea.Msg) tea.Cmd { return func() tea.Msg { return msg } }
