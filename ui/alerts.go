package ui

import (
	"context"
	"slices"
	"strings"

	"cwsync/syncer/alert"
	"cwsync/syncer/setup"
	"cwsync/ui/report"
	"cwsync/ui/theme"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// pageAlerts is the page of what goes out after runs that nobody watches.
const pageAlerts = "alerts"

// alertsView is what the page shows.
type alertsView int

// The views of the page.
const (
	alertsList alertsView = iota // the alerts of the set-up
	alertsNew                    // kind and name of one that is to be made
	alertsForm                   // what is set of one
	alertsTest                   // a test of one
)

// alertsPage is the page.
type alertsPage struct {
	desk  *desk
	state alertsState
	shown alertsView

	list    *picker
	blank   *settingsForm // of a new alert
	kind    string        // that is chosen for it
	typed   string        // its name, where somebody typed one
	form    *settingsForm
	from    alertsView // where the test was opened
	tests   map[string]alertTest
	secrets map[string]alertSecret // by the alert's name, of those that were looked for

	work    context.Context //nolint:containedctx // of what is under way; esc ends it
	stop    context.CancelFunc
	round   int    // counts what was stopped: answers of an older round are dropped
	asking  int    // commands that look for secrets, store or forget one
	storing string // name of the alert whose secret is being stored
	lonely  bool   // the last secret found no keyring

	trial    *alert.Trial   // what the test does; nil until that is known
	failure  *alert.Failure // why the test cannot begin, or failed
	trying   bool           // what the test does is being found out
	sending  bool
	sent     bool
	stopped  bool // before an answer came
	top      int  // first line of the test on the screen
	readOnce bool // the notes were read
}

func newAlerts(d *desk) step {
	a := &alertsPage{desk: d, list: newPicker(d.ctx), tests: map[string]alertTest{}, secrets: map[string]alertSecret{}, round: 1}
	a.form = newSettingsForm(d.ctx, "")
	a.work, a.stop = context.WithCancel(d.ctx)
	return a
}

func (a *alertsPage) name() string { return "Alerts" }

// enter lists the alerts, and looks where their secrets are.
func (a *alertsPage) enter() tea.Cmd {
	a.state.document, a.state.kinds = a.desk.document, a.desk.profile.Kinds
	a.shown = alertsList
	return tea.Batch(a.fill(), a.findSecrets(), a.readNotes())
}

// fill fills the list.
func (a *alertsPage) fill() tea.Cmd {
	all := a.state.all()
	rows := make([]pickRow, len(all))
	for i, one := range all {
		rows[i] = pickRow{key: i + 1, text: one.Name + " " + one.Kind}
	}
	cmd := a.list.fill(rows)
	a.list.mark(a.state.at + 1)
	return cmd
}

// marked is the alert that is marked in the list; nil when none is.
func (a *alertsPage) marked() *setup.Alert {
	row, ok := a.list.marked()
	if all := a.state.all(); ok && row <= len(all) {
		return all[row-1]
	}
	return nil
}

// fresh shows kind and name of a new alert; where one is being made already, that one.
func (a *alertsPage) fresh() {
	if a.state.draft != nil {
		a.choose(len(a.state.document.Alerts))
		return
	}
	if a.shown = alertsNew; a.blank != nil {
		return
	}
	a.blank, a.kind, a.typed = newSettingsForm(a.desk.ctx, "Go on"), "", ""
	if kinds := a.state.blank("", "")[0].choices; len(kinds) > 0 {
		at := max(slices.IndexFunc(kinds, func(c settingChoice) bool { return c.value == alert.KindWebhook }), 0)
		a.kind = kinds[at].value
	}
}

// blanks are the settings of a new alert; its name is suggested until somebody types one.
func (a *alertsPage) blanks() []setting {
	name := a.typed
	if name == "" {
		name = a.state.suggested(a.kind)
	}
	return a.state.blank(name, a.kind)
}

// choose works on an alert.
func (a *alertsPage) choose(at int) {
	a.state.at = at
	button := "Back to the alerts"
	if a.state.current() == a.state.draft {
		button = "Add this alert"
	}
	a.form = newSettingsForm(a.desk.ctx, button)
	a.shown = alertsForm
}

// make begins the alert of the blank form.
func (a *alertsPage) make() (tea.Cmd, error) {
	list := a.blanks()
	if err := a.state.begin(list[1].value, a.kind); err != nil {
		return nil, err
	}
	a.blank = nil
	a.choose(a.state.at)
	return tea.Batch(a.fill(), a.findSecret(a.state.current()), a.keep()), nil
}

// add takes the alert that is being made into the set-up.
func (a *alertsPage) add() (tea.Cmd, error) {
	if err := a.state.add(); err != nil {
		return nil, err
	}
	a.shown = alertsList
	said := send(noticeMsg{text: "added and saved; t sends a test"})
	return tea.Batch(a.fill(), a.desk.save(), a.keep(), said), nil
}

// set sets one of the settings of the alert that is worked on, and stores that.
func (a *alertsPage) set(name, value string) (tea.Cmd, error) {
	current := a.state.current()
	if err := a.state.set(name, value); err != nil {
		return nil, err
	}
	if strings.HasPrefix(name, optionPrefix) {
		delete(a.tests, current.Name) // of what it was
	}
	if current == a.state.draft {
		return a.keep(), nil
	}
	return tea.Batch(a.keep(), a.desk.save()), nil
}

// removal asks whether the marked alert is to go, and its secret with it.
func (a *alertsPage) removal(of *setup.Alert, withSecret bool) tea.Cmd {
	name := of.Name
	ask := askMsg{title: "Remove the alert " + name + "?", yes: "remove it", lines: []string{"Nothing goes out by it any more."}}
	at, kept := a.secrets[name]
	switch kept = kept && at.origin != ""; {
	case kept && withSecret:
		ask.lines = append(ask.lines, "Its secret alert."+name+" is taken out of the "+at.origin+" too.")
		ask.yes = "remove both"
	case kept:
		ask.lines = append(ask.lines, "Its secret alert."+name+" stays where it is: in the "+at.origin+".")
		if a.forgettable(of) {
			ask.lines = append(ask.lines, "D instead of d takes that away too.")
		}
	}
	ask.then = func() tea.Msg { return alertRemoveMsg{name, kept && withSecret} }
	return send(ask)
}

// forgettable reports whether the secret of an alert is where we can take it away.
func (a *alertsPage) forgettable(of *setup.Alert) bool {
	return of != nil && a.secrets[of.Name].origin == a.desk.profile.Keys.Place()
}

// remove removes an alert.
func (a *alertsPage) remove(msg alertRemoveMsg) tea.Cmd {
	a.state.remove(msg.name)
	delete(a.tests, msg.name)
	a.shown, a.state.at = alertsList, 0
	cmds := []tea.Cmd{a.fill(), a.keep(), a.desk.save()}
	if msg.withSecret {
		cmds = append(cmds, a.forget(msg.name))
	}
	return tea.Batch(cmds...)
}

func (a *alertsPage) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg:
		return a.key(msg)
	case alertNotesMsg:
		return a.recall(msg)
	case alertSecretMsg:
		a.takeSecret(msg)
		return nil
	case alertForgotMsg:
		return a.forgot(msg)
	case alertRemoveMsg:
		return a.remove(msg)
	case alertTrialMsg:
		a.takeTrial(msg)
		return nil
	case alertTestedMsg:
		return a.tested(msg)
	}
	cmds := []tea.Cmd{a.list.update(msg), a.form.update(msg)}
	if a.blank != nil {
		cmds = append(cmds, a.blank.update(msg))
	}
	return tea.Batch(cmds...)
}

// halt stops what is under way. What comes of it is dropped.
func (a *alertsPage) halt() {
	a.stop()
	a.work, a.stop = context.WithCancel(a.desk.ctx)
	a.round++
	if a.storing != "" {
		a.form.refuse(a.secretSetting(), "", errStopped)
	}
	a.stopped = a.stopped || a.sending
	a.asking, a.storing, a.trying, a.sending = 0, "", false, false
}

// back takes one level of esc.
func (a *alertsPage) back() bool {
	switch {
	case a.busy():
		a.halt()
	case a.shown == alertsList && a.list.back(), a.shown == alertsNew && a.blank.back(), a.shown == alertsForm && a.form.back():
	case a.shown == alertsTest:
		a.shown = a.from
	case a.shown != alertsList:
		a.shown = alertsList
	default:
		return false
	}
	return true
}

func (a *alertsPage) busy() bool { return a.asking > 0 || a.trying || a.sending }

func (a *alertsPage) typing() bool {
	switch a.shown {
	case alertsList:
		return a.list.typing
	case alertsNew:
		return a.blank.typing()
	case alertsForm:
		return a.form.typing()
	}
	return false
}

func (a *alertsPage) mark() mark { return markTodo }

func (a *alertsPage) status() string {
	current := a.state.current()
	switch {
	case a.sending:
		return "sending " + theme.Ellipsis + " esc stops it"
	case a.busy():
		return "looking for secrets " + theme.Ellipsis + " esc stops it"
	case a.shown == alertsList:
		return ""
	case a.shown == alertsForm && current != nil && current == a.state.draft:
		if _, why := a.state.missing(current); why != "" {
			return why
		}
		return "not in the set-up before it is added"
	}
	return "everything that you did is saved"
}

// title is the page, and how many alerts there are.
func (a *alertsPage) title() (about, right string, role theme.Role) {
	right = "none"
	if a.state.document != nil && len(a.state.document.Alerts) > 0 {
		right = report.Counted(len(a.state.document.Alerts), "alert", "alerts")
	}
	return "Alerts · " + a.desk.profile.Name, right, theme.Dim
}

func (a *alertsPage) keys() []key.Binding {
	keys := a.ownKeys()
	if a.busy() {
		keys = append(keys, bind("esc", "stop"))
	}
	return keys
}

// ownKeys are the keys of what is shown.
func (a *alertsPage) ownKeys() []key.Binding {
	switch a.shown {
	case alertsNew:
		return a.blank.keys(a.blanks())
	case alertsForm:
		list := a.settings()
		keys := a.form.keys(list)
		if !a.form.takesText(list) {
			keys = append(keys, bind("t", "test"))
		}
		return keys
	case alertsTest:
		switch {
		case a.busy():
			return nil
		case a.sent || a.stopped || a.failure != nil:
			return []key.Binding{bind("enter", "again"), bind("↑↓", "scroll")}
		}
		return []key.Binding{bind("enter", "send it"), bind("↑↓", "scroll")}
	}
	keys := []key.Binding{bind("n", "new alert")}
	if one := a.marked(); one != nil {
		keys = []key.Binding{bind("enter", "change"), bind("n", "new"), bind("t", "test"), bind("d", "remove")}
		if a.forgettable(one) {
			keys = append(keys, bind("D", "remove with its secret"))
		}
		keys = append(keys, a.list.keys()...)
	}
	return keys
}
