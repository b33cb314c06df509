package ui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// step is one screen of the wizard: state, what keys do to it, and a plain picture of it. A step never quits the program and never draws
// outside its body; it asks for other things with the messages below.
//
// A page (Start, history, …) is a screen of the same kind that stands beside the steps instead of among them. To add one:
//
//  1. Write it in a file of its own: a type with the methods of step. mark is never asked. enter reads what it shows, in a command: it is
//     called each time the page comes on the screen. name stands in the title line; with the method title it says more there (withTitle).
//  2. Write the same as lines of text in accessible_NAME.go: a plainStep, whose ask ends with p.atStep(p.choose(…)), so that b goes back.
//  3. Add what it needs of the machine to Profile as a func, and make the page's offered say whether that func is there: a page without it
//     is offered nowhere.
//  4. Add one line to allPages. Its key opens it from Start. From elsewhere openMsg does.
//
// esc and b lead back to what was on the screen before. gotoMsg leads from a page to a step, and esc from that step back to the page.
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
	// openMsg opens a page by its name.
	openMsg struct{ page string }
	// leaveMsg leaves the program, or this profile for another one.
	leaveMsg struct{ other bool }
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
