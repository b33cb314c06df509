package ui

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"cwsync/ui/report"
	"cwsync/ui/theme"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// noteStep is the note that remembers the step where the wizard was left.
const noteStep = "wizard.step"

// app is the root: the frame around the step or the page that is on the screen. It owns quitting, help, questions and the title line.
type app struct {
	desk   *desk
	steps  []step
	here   place      // the step on the screen, or below the pages
	pages  []openPage // beside the steps
	over   []int      // places in pages of those that are open, the one on the screen last; none: a step is on the screen
	came   *cameFrom  // nil: esc goes from step to step
	width  int
	height int

	help     bool
	helpTop  int // first key of the help on the screen
	question *question
	notice   noticeMsg
	unsaved  string    // why the set-up could not be stored; said until it is
	leaving  time.Time // of the first ctrl+c; zero: none
	quitting bool
	other    bool // and another profile is to be chosen
}

// leaveWithin is how soon the second ctrl+c must come.
const leaveWithin = 3 * time.Second

func newApp(d *desk) *app {
	a := &app{desk: d}
	a.steps = []step{newConnect(d), newTest(d), newUsage(d), newProducts(d), newCustomers(d), newReview(d), newSync(d)}
	a.pages = pagesOf(d, allPages())
	return a
}

// Init resumes where the profile was left.
func (a *app) Init() tea.Cmd {
	return tea.Batch(tea.RequestBackgroundColor, a.current().enter())
}

// Update routes a message: the frame's own keys first, then what is on the screen; messages of commands go to every step and page.
func (a *app) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		a.width, a.height = msg.Width, msg.Height
		return a, nil
	case tea.BackgroundColorMsg:
		if a.desk.theme.Coloured() && !msg.IsDark() {
			a.desk.theme = theme.Light()
		}
		return a, nil
	case tea.KeyPressMsg:
		return a, a.key(msg)
	case tea.PasteMsg:
		if a.small() || a.help || a.question != nil {
			return a, nil
		}
		return a, a.current().update(msg)
	case nextMsg:
		if a.onPage() != nil {
			return a, nil // of a step that was left meanwhile
		}
		return a, a.show(min(a.here+1, places-1))
	case openMsg:
		return a, a.open(msg.page)
	case leaveMsg:
		return a, a.leave(msg.other)
	case gotoMsg:
		return a, a.show(msg.place)
	case askMsg:
		a.question = newQuestion(msg, a.desk.now())
		a.dropQuestion()
		return a, nil
	case noticeMsg:
		a.notice = msg
		return a, nil
	case savedMsg:
		a.unsaved = ""
		if msg.err != nil {
			a.unsaved = "not saved: " + msg.err.Error()
		}
		return a, nil
	}
	return a, a.broadcast(msg)
}

func (a *app) broadcast(msg tea.Msg) tea.Cmd {
	cmds := make([]tea.Cmd, 0, len(a.steps)+len(a.pages))
	for _, s := range a.steps {
		cmds = append(cmds, s.update(msg))
	}
	for _, p := range a.pages {
		cmds = append(cmds, p.screen.update(msg))
	}
	a.dropQuestion()
	return tea.Batch(cmds...)
}

// dropQuestion takes a question away that nobody needs to answer any more.
func (a *app) dropQuestion() {
	if a.question != nil && a.question.holds != nil && !a.question.holds() {
		a.question = nil
	}
}

// key takes one key.
func (a *app) key(msg tea.KeyPressMsg) tea.Cmd {
	name := msg.String()
	if name == "ctrl+c" {
		return a.interrupt()
	}
	a.leaving = time.Time{}
	if a.small() {
		if name == "q" {
			return a.quit()
		}
		return nil
	}
	a.notice = noticeMsg{}
	switch {
	case a.question != nil:
		answered, cmd := a.question.key(name, a.desk.now())
		if answered {
			a.question = nil
		}
		return cmd
	case a.help:
		a.helpKey(name)
		return nil
	case name == "?" && !a.current().typing():
		a.help, a.helpTop = true, 0
		return nil
	case name == "esc":
		if a.current().back() {
			return nil
		}
		if stayer, ok := a.current().(interface{ leave() tea.Cmd }); ok {
			if cmd := stayer.leave(); cmd != nil {
				return cmd // a question before it goes
			}
		}
		cmd, ok := a.goBack()
		switch {
		case !ok && a.onPage() != nil:
			return send(noticeMsg{text: "there is nothing before this page; q leaves, everything is saved"})
		case !ok:
			return send(noticeMsg{text: "this is the first step; ctrl+c twice leaves, everything is saved"})
		}
		return cmd
	}
	return a.current().update(msg)
}

// helpKey scrolls the help where it is longer than the screen; any other key closes it.
func (a *app) helpKey(name string) {
	below := helpBelow(a.allKeys(), a.height-frameLines)
	switch {
	case below > 0 && (name == "down" || name == "pgdown"):
		a.helpTop = min(a.helpTop+1, below)
	case below > 0 && (name == "up" || name == "pgup"):
		a.helpTop = max(min(a.helpTop, below)-1, 0)
	default:
		a.help = false
	}
}

// interrupt stops a sync between two writes; where none goes on, the second ctrl+c leaves.
func (a *app) interrupt() tea.Cmd {
	if stopper, ok := a.steps[placeSync].(interface{ interrupt() bool }); ok && stopper.interrupt() {
		return nil
	}
	if !a.leaving.IsZero() && a.desk.now().Sub(a.leaving) <= leaveWithin {
		return a.quit()
	}
	a.leaving = a.desk.now()
	a.notice = noticeMsg{text: "press ctrl+c again to leave; everything is saved"}
	if a.unsaved != "" {
		a.notice = noticeMsg{text: "not saved; press ctrl+c again to leave all the same", bad: true}
	}
	return nil
}

// leave ends the program at once, unless a sync goes on or something is not stored.
func (a *app) leave(other bool) tea.Cmd {
	switch {
	case a.desk.writing:
		return send(noticeMsg{text: "a sync is going on: wait for its end, or stop it with ctrl+c", bad: true})
	case a.unsaved != "":
		return send(noticeMsg{text: "not saved; press ctrl+c twice to leave all the same", bad: true})
	}
	a.other = other
	return a.quit()
}

func (a *app) quit() tea.Cmd {
	a.quitting = true
	return tea.Quit
}

// show brings a step on the screen and remembers it. From a page, esc goes back there.
func (a *app) show(to place) tea.Cmd {
	if len(a.over) > 0 {
		a.came = &cameFrom{at: to, over: a.over}
		a.over = nil
	}
	a.here, a.help = to, false
	a.desk.left, a.desk.hasLeft = to, true
	return tea.Batch(a.desk.note(noteStep, strconv.Itoa(int(to))), a.steps[to].enter())
}

func (a *app) small() bool { return a.width < minWidth || a.height < minHeight }

// View draws the frame and what is in it.
func (a *app) View() tea.View {
	view := tea.NewView(a.content())
	view.AltScreen = true
	view.WindowTitle = "cwsync"
	return view
}

func (a *app) content() string {
	if a.width == 0 {
		return ""
	}
	if a.small() {
		return tooSmall(a.width, a.height)
	}
	t := a.desk.theme
	current := a.current()
	height := a.height - frameLines
	var body string
	switch {
	case a.question != nil:
		body = a.question.view(t, a.width, height)
	case a.help:
		body = helpView(t, a.allKeys(), a.helpTop, a.width, height)
	default:
		body = current.view(a.width, height)
	}
	lines := []string{
		a.titleLine(), rule(t, a.width), fit(body, a.width, height), rule(t, a.width),
		a.statusLine(current), footer(t, a.footerKeys(), a.always(), a.width),
	}
	return strings.Join(lines, "\n")
}

// subject is what is worked on: the profile and the source.
func (a *app) subject() string {
	text := a.desk.profile.Name
	if source := a.desk.current(); source != nil {
		text += " · " + source.Name
	}
	return text
}

func (a *app) statusLine(current step) string {
	text, role := current.status(), theme.Normal
	if a.unsaved != "" {
		text, role = theme.SignWrong+" "+a.unsaved, theme.Wrong
	}
	if a.notice.text != "" {
		text, role = a.notice.text, theme.Accent
		if a.notice.bad {
			role = theme.Wrong
			text = theme.SignWrong + " " + text
		}
	}
	if a.notice.next != "" {
		text += ": " + a.notice.next
	}
	return "  " + a.desk.theme.Paint(role, statusText(report.Plain(text), a.width-3))
}

// statusText is a status in width cells. Where it is cut, the key that it ends with stays.
func statusText(text string, width int) string {
	for _, last := range []string{": " + goesOn, " esc stops it"} {
		if said, ok := strings.CutSuffix(text, last); ok && ansi.StringWidth(text) > width {
			return ansi.Truncate(said, max(width-ansi.StringWidth(last), 0), theme.Ellipsis) + last
		}
	}
	return ansi.Truncate(text, width, theme.Ellipsis)
}

func (a *app) footerKeys() []key.Binding {
	switch {
	case a.question != nil:
		return a.question.keys()
	case a.help && helpBelow(a.allKeys(), a.height-frameLines) > 0:
		return []key.Binding{bind("↑↓", "more")}
	case a.help:
		return nil
	}
	return slices.DeleteFunc(slices.Clone(a.current().keys()), func(b key.Binding) bool { return b.Help().Key == "esc" })
}

// always are the keys that the footer shows however narrow it is: ? is a letter while one types, and no answer to a question.
func (a *app) always() []string {
	esc, own := "esc back", ownEsc(a.current().keys())
	if own != nil {
		esc = "esc " + own.Help().Desc
	}
	switch {
	case a.question != nil:
		return []string{"esc no"}
	case a.help:
		return []string{"esc close"}
	case a.current().typing():
		return []string{esc}
	case own == nil && a.nothingBefore():
		return []string{"? help"}
	}
	return []string{"? help", esc}
}

func (a *app) allKeys() []key.Binding {
	keys := slices.Clone(a.current().keys())
	if ownEsc(keys) == nil && !a.nothingBefore() {
		keys = append(keys, bind("esc", "back; nothing is lost"))
	}
	return append(keys, bind("?", "this help"), bind("ctrl+c", "twice: leave; everything is saved"))
}

// resume finds the source and the step where the profile was left.
func (a *app) resume(ctx context.Context) error {
	if err := a.desk.recallSource(ctx); err != nil {
		return err
	}
	value, ok, err := a.desk.profile.Notes.Setting(ctx, noteStep)
	if err != nil {
		return err
	}
	if n, err := strconv.Atoi(value); ok && err == nil && n >= 0 && n < int(places) {
		a.here = place(n)
		a.desk.left, a.desk.hasLeft = a.here, true
	}
	if !a.desk.ready() && a.desk.profile.LastRun != nil { // else Start learns it, after the first screen
		if _, a.desk.ran, err = a.desk.profile.LastRun(ctx); err != nil {
			return err
		}
	}
	decided, ok, err := a.desk.profile.Notes.Setting(ctx, noteReview)
	if err != nil || !ok {
		return err
	}
	if review, isReview := a.steps[placeReview].(*reviewStep); isReview {
		review.recall(decided, a.here >= placeReview)
	}
	return nil
}
