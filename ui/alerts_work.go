package ui

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"cwsync/syncer/alert"
	"cwsync/syncer/setup"

	tea "charm.land/bubbletea/v2"
)

// alertSecret is where the secret of an alert is, and how it may be shown; empty: nowhere.
type alertSecret struct{ origin, hint string }

// Messages of the page's own commands.
type (
	// alertNotesMsg is what was remembered.
	alertNotesMsg struct {
		notes alertNotes
		err   error
	}
	// alertSecretMsg says where the secret of an alert is, or why it is not known.
	alertSecretMsg struct {
		round  int
		name   string // of the alert
		found  alertSecret
		stored bool // it was to be stored
		err    error
	}
	alertForgotMsg struct {
		round int
		name  string
		err   error
	}
	alertRemoveMsg struct {
		name       string
		withSecret bool
	}
	alertTrialMsg struct {
		round   int
		trial   alert.Trial
		failure *alert.Failure
	}
	alertTestedMsg struct {
		round   int
		name    string
		at      time.Time
		failure *alert.Failure
	}
)

var errStopped = errors.New("stopped before it was known to be stored; paste it again")

// alertSecretName is the name of the secret of an alert.
func alertSecretName(name string) string { return "alert." + name }

// keep remembers the tests and the draft.
func (a *alertsPage) keep() tea.Cmd {
	notes := alertNotes{Tests: a.tests, Draft: a.state.draft}
	return a.desk.note(noteAlerts, notes.encode())
}

// readNotes reads what was remembered, once.
func (a *alertsPage) readNotes() tea.Cmd {
	if a.readOnce {
		return nil
	}
	a.readOnce = true
	ctx, notes := a.desk.ctx, a.desk.profile.Notes
	return func() tea.Msg {
		text, _, err := notes.Setting(ctx, noteAlerts)
		return alertNotesMsg{decodeAlertNotes(text), err}
	}
}

// recall takes what was remembered, as far as it is still true.
func (a *alertsPage) recall(msg alertNotesMsg) tea.Cmd {
	if msg.err != nil {
		return send(noticeMsg{text: "what was remembered of alerts cannot be read: " + msg.err.Error(), bad: true})
	}
	for name, test := range msg.notes.Tests {
		if _, newer := a.tests[name]; !newer && slices.ContainsFunc(a.state.document.Alerts, func(one setup.Alert) bool { return one.Name == name }) {
			a.tests[name] = test
		}
	}
	draft := msg.notes.Draft
	if draft == nil || a.state.draft != nil || a.state.nameProblem(draft.Name) != nil || a.state.kind(draft).Name == "" {
		return nil
	}
	a.state.draft = draft
	return tea.Batch(a.fill(), a.findSecret(draft))
}

// findSecrets looks where the secrets of all alerts are.
func (a *alertsPage) findSecrets() tea.Cmd {
	var cmds []tea.Cmd
	for _, one := range a.state.all() {
		cmds = append(cmds, a.findSecret(one))
	}
	return tea.Batch(cmds...)
}

// findSecret looks where the secret of an alert is, if it has one.
func (a *alertsPage) findSecret(of *setup.Alert) tea.Cmd {
	if _, has := a.state.kind(of).SecretField(); !has {
		return nil
	}
	ctx, keys, round, name := a.work, a.desk.profile.Keys, a.round, of.Name
	a.asking++
	return func() tea.Msg { return findAlertSecret(ctx, keys, round, name) }
}

func findAlertSecret(ctx context.Context, keys Keys, round int, name string) alertSecretMsg {
	origin, hint, err := keys.FindKey(ctx, alertSecretName(name))
	return alertSecretMsg{round: round, name: name, found: alertSecret{origin, hint}, err: err}
}

// storeSecret puts a secret into the keyring, unless it can be no address of this kind. The value lives in this command alone from here on.
func (a *alertsPage) storeSecret(of *setup.Alert, value string) tea.Cmd {
	value = strings.TrimSpace(value)
	if problem := alert.AddressProblem(of.Kind, of.Options, value); problem != "" {
		a.form.refuse(a.secretSetting(), "", errors.New("not stored: "+problem))
		return nil
	}
	ctx, keys, round, name := a.work, a.desk.profile.Keys, a.round, of.Name
	a.asking++
	a.storing = name
	delete(a.tests, name)
	return tea.Batch(a.keep(), func() tea.Msg {
		if err := keys.SetKey(ctx, alertSecretName(name), value); err != nil {
			return alertSecretMsg{round: round, name: name, stored: true, err: err}
		}
		msg := findAlertSecret(ctx, keys, round, name)
		msg.stored = true
		return msg
	})
}

// takeSecret shows where a secret is, or why it is not stored.
func (a *alertsPage) takeSecret(msg alertSecretMsg) {
	if msg.round != a.round {
		return
	}
	a.asking--
	if msg.stored {
		a.storing, a.lonely = "", false
	}
	a.secrets[msg.name] = msg.found
	current := a.state.current()
	if current == nil || current.Name != msg.name {
		return
	}
	switch {
	case errors.Is(msg.err, ErrNoKeyring) && msg.stored:
		a.lonely = true
		ways := a.desk.profile.Keys.Elsewhere(alertSecretName(msg.name))
		a.form.refuse(a.secretSetting(), "", errors.New("there is no keyring here, and a secret is never written into a file. Put it in one of these places: "+strings.Join(ways, "; ")))
	default:
		a.form.refuse(a.secretSetting(), "", msg.err)
	}
}

// secretSetting is the name of the setting of the secret of the alert that is worked on.
func (a *alertsPage) secretSetting() string {
	field, _ := a.state.kind(a.state.current()).SecretField()
	return optionPrefix + field.Name
}

// settings are those of the alert that is worked on.
func (a *alertsPage) settings() []setting {
	kept := ""
	if current := a.state.current(); current != nil {
		if at := a.secrets[current.Name]; at.origin != "" {
			kept = at.hint + ", in the " + at.origin
		}
	}
	return a.state.settings(kept)
}

// forget takes the secret of an alert out of the keyring.
func (a *alertsPage) forget(name string) tea.Cmd {
	ctx, port, round := a.work, a.desk.profile.Alerts, a.round
	a.asking++
	return func() tea.Msg { return alertForgotMsg{round, name, port.Forget(ctx, alertSecretName(name))} }
}

func (a *alertsPage) forgot(msg alertForgotMsg) tea.Cmd {
	if msg.round == a.round {
		a.asking--
	}
	if msg.err != nil {
		return send(noticeMsg{text: "the alert is removed, its secret is not: " + msg.err.Error(), bad: true})
	}
	delete(a.secrets, msg.name)
	return send(noticeMsg{text: "removed, with its secret"})
}

// openTest shows what a test of the alert that is worked on does.
func (a *alertsPage) openTest() tea.Cmd {
	current := a.state.current()
	if current == nil {
		return nil
	}
	if _, why := a.state.missing(current); why != "" {
		return send(noticeMsg{text: why, bad: true})
	}
	a.from, a.shown = a.shown, alertsTest
	return a.openTrial()
}

// openTrial finds out what the test does.
func (a *alertsPage) openTrial() tea.Cmd {
	a.trial, a.failure, a.sent, a.stopped, a.trying, a.top = nil, nil, false, false, true, 0
	ctx, port, round, one := a.work, a.desk.profile.Alerts, a.round, *a.state.current()
	return func() tea.Msg {
		trial, failure := port.Trial(ctx, one)
		return alertTrialMsg{round, trial, failure}
	}
}

func (a *alertsPage) takeTrial(msg alertTrialMsg) {
	if msg.round != a.round {
		return
	}
	a.trying, a.failure = false, msg.failure
	if msg.failure == nil {
		a.trial = &msg.trial
	}
}

// sendTest does the test that is shown.
func (a *alertsPage) sendTest() tea.Cmd {
	a.failure, a.sent, a.stopped, a.sending = nil, false, false, true
	ctx, port, round, now, one := a.work, a.desk.profile.Alerts, a.round, a.desk.now, *a.state.current()
	return func() tea.Msg {
		failure := port.Test(ctx, one)
		return alertTestedMsg{round, one.Name, now(), failure}
	}
}

// tested shows how a test ended, and remembers it.
func (a *alertsPage) tested(msg alertTestedMsg) tea.Cmd {
	if msg.round != a.round {
		return nil
	}
	a.sending, a.failure, a.sent = false, msg.failure, msg.failure == nil
	test := alertTest{At: msg.at}
	if msg.failure != nil {
		test.Why = msg.failure.Message
	}
	a.tests[msg.name] = test
	return a.keep()
}
