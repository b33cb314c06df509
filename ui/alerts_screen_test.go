package ui

import (
	"strings"
	"testing"
	"time"

	"cwsync/syncer/alert"
	"cwsync/syncer/setup"

	"pgregory.net/rapid"
)

// someAlerts are one of each look: tested, failed, without its secret, without any secret, and of a kind that is not known.
func someAlerts(t testing.TB) (*fakeProfile, *fakeAlerts) {
	t.Helper()
	profile, port := alertsProfile(t, opsAlert(),
		setup.Alert{Name: "billing-team", Kind: alert.KindEmail, On: []string{"held", "failed"}, Options: map[string]any{"from": "cwsync@example.com", "to": []any{"billing@example.com", "help@example.com"}}},
		setup.Alert{Name: "watch", Kind: alert.KindHealthchecks},
		setup.Alert{Name: "metrics", Kind: alert.KindTextfile, Options: map[string]any{"path": "/var/lib/node_exporter/cwsync.prom"}},
		setup.Alert{Name: "old", Kind: "pigeon", On: []string{"held", "partial", "failed", "unknown", "done"}},
	)
	profile.keys.keyring["alert.ops"], profile.keys.keyring["alert.billing-team"] = canaryAddress, canaryAddress
	notes := alertNotes{Tests: map[string]alertTest{
		"ops": {At: testNow().Add(-26 * time.Hour)}, "billing-team": {At: testNow(), Why: "the mail server refused user name or password"},
	}}
	profile.notes.values = map[string]string{noteAlerts: notes.encode()}
	return profile, port
}

func TestAlertsScreens(t *testing.T) {
	for name, c := range map[string]struct {
		none    bool
		arrange func(t *testing.T, a *app, page *alertsPage, port *fakeAlerts)
	}{
		"none":        {true, func(*testing.T, *app, *alertsPage, *fakeAlerts) {}},
		"list":        {false, func(*testing.T, *app, *alertsPage, *fakeAlerts) {}},
		"list failed": {false, func(t *testing.T, a *app, _ *alertsPage, _ *fakeAlerts) { press(t, a, "down") }},
		"list gone":   {false, func(t *testing.T, a *app, _ *alertsPage, _ *fakeAlerts) { press(t, a, "down", "down") }},
		"new":         {true, func(t *testing.T, a *app, _ *alertsPage, _ *fakeAlerts) { press(t, a, "n") }},
		"new name in use": {false, func(t *testing.T, a *app, _ *alertsPage, _ *fakeAlerts) {
			press(t, a, "n", "down", "enter", "ctrl+u")
			typeText(t, a, "ops")
		}},
		"form": {false, func(t *testing.T, a *app, _ *alertsPage, _ *fakeAlerts) { press(t, a, "enter") }},
		"form wrong": {false, func(t *testing.T, a *app, _ *alertsPage, _ *fakeAlerts) {
			press(t, a, "down", "enter", "down", "enter", "ctrl+u")
			typeText(t, a, "cwsync at example")
		}},
		"form of a draft": {true, func(t *testing.T, a *app, page *alertsPage, _ *fakeAlerts) {
			press(t, a, "n")
			page.kind = alert.KindTicket
			press(t, a, "end", "enter", "end")
		}},
		"form of every run": {false, func(t *testing.T, a *app, _ *alertsPage, _ *fakeAlerts) { press(t, a, "down", "down", "down", "enter") }},
		"form without a keyring": {false, func(t *testing.T, a *app, page *alertsPage, _ *fakeAlerts) {
			a.desk.profile.Keys.(*fakeKeys).none = true
			press(t, a, "enter", "enter")
			paste(t, a, canaryAddress)
			press(t, a, "enter")
			page.form.at, page.form.editing = 0, false
		}},
		"test":         {false, func(t *testing.T, a *app, _ *alertsPage, _ *fakeAlerts) { press(t, a, "t") }},
		"test of mail": {false, func(t *testing.T, a *app, _ *alertsPage, _ *fakeAlerts) { press(t, a, "down", "t") }},
		"test of file": {false, func(t *testing.T, a *app, _ *alertsPage, _ *fakeAlerts) { press(t, a, "down", "down", "down", "t") }},
		"test looking": {false, func(t *testing.T, a *app, page *alertsPage, _ *fakeAlerts) { page.openTest() }},
		"test sending": {false, func(t *testing.T, a *app, page *alertsPage, _ *fakeAlerts) { press(t, a, "t"); page.sendTest() }},
		"test sent":    {false, func(t *testing.T, a *app, _ *alertsPage, _ *fakeAlerts) { press(t, a, "t", "enter") }},
		"test stopped": {false, func(t *testing.T, a *app, page *alertsPage, _ *fakeAlerts) {
			press(t, a, "t")
			page.sendTest()
			press(t, a, "esc")
		}},
		"test failed": {false, func(t *testing.T, a *app, _ *alertsPage, port *fakeAlerts) {
			port.failure = &alert.Failure{Message: "answered with status 404", Hint: "check the address of the channel, and set it anew with `cwsync secret set`"}
			press(t, a, "t", "enter")
		}},
		"remove": {false, func(t *testing.T, a *app, _ *alertsPage, _ *fakeAlerts) { press(t, a, "d") }},
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			profile, port := someAlerts(t)
			if c.none {
				profile, port = alertsProfile(t)
			}
			a, page := openAlerts(t, profile)
			c.arrange(t, a, page, port)
			requireScreens(t, a)
			requireNoAddress(t, a.content())
		})
	}
}

// Whatever other systems and hands put into names, options and answers: the screen stays whole.
func TestAlertsStayWithinTheirScreen(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		profile, port := someAlerts(t)
		document := profile.setups.stored[0]
		document.Alerts[0].Name, document.Alerts[1].Kind = nastyText(r, "name"), nastyText(r, "kind")
		document.Alerts[3].Options["path"] = nastyText(r, "path")
		port.trial = alert.Trial{To: "x" + nastyText(r, "to"), Does: nastyText(r, "does"), Text: nastyText(r, "text")}
		if rapid.Bool().Draw(r, "fails") {
			port.failure = &alert.Failure{Message: nastyText(r, "message"), Hint: nastyText(r, "hint")}
		}
		a, _ := openAlerts(t, profile)
		for range rapid.IntRange(0, 8).Draw(r, "keys") {
			press(t, a, rapid.SampledFrom([]string{"down", "up", "enter", "tab", "/", "n", "t", "d", "right", "x", "end", "esc", "left"}).Draw(r, "key"))
		}
		a.width, a.height = rapid.IntRange(60, 160).Draw(r, "width"), rapid.IntRange(20, 50).Draw(r, "height")
		requireHarmless(r, a.content(), a.width, a.height)
	})
}
