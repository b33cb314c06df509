package ui

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"cwsync/syncer/alert"
	"cwsync/syncer/setup"

	tea "charm.land/bubbletea/v2"
)

// canaryAddress is the secret of an alert, which must be nowhere but in the keyring.
const canaryAddress = "https://hooks.example.com/services/CANARYaddress77"

// fakeAlerts is a channel that takes everything, or nothing.
type fakeAlerts struct {
	lock     sync.Mutex
	tested   []setup.Alert
	forgot   []string
	noTrial  *alert.Failure
	failure  *alert.Failure // of every test
	stuck    bool           // every test waits until its context ends
	trial    alert.Trial
	forgetNo error
}

func (f *fakeAlerts) Trial(_ context.Context, one setup.Alert) (alert.Trial, *alert.Failure) {
	if f.noTrial != nil {
		return alert.Trial{}, f.noTrial
	}
	if f.trial.To != "" {
		return f.trial, nil
	}
	sender := &alert.Sender{Profile: "contoso", Secret: func(context.Context, string) (string, error) {
		return map[string]string{alert.KindEmail: "smtp://cwsync:CANARYpassword@mail.example.com:587"}[one.Kind] + map[bool]string{true: canaryAddress}[one.Kind != alert.KindEmail], nil
	}}
	return sender.Trial(context.Background(), one)
}

func (f *fakeAlerts) Test(ctx context.Context, one setup.Alert) *alert.Failure {
	if f.stuck {
		<-ctx.Done()
		return &alert.Failure{Message: "no answer in time"}
	}
	f.lock.Lock()
	defer f.lock.Unlock()
	f.tested = append(f.tested, one)
	return f.failure
}

func (f *fakeAlerts) Forget(_ context.Context, name string) error {
	f.lock.Lock()
	defer f.lock.Unlock()
	f.forgot = append(f.forgot, name)
	return f.forgetNo
}

// alertsProfile is a profile that can be synced, with these alerts.
func alertsProfile(t testing.TB, alerts ...setup.Alert) (*fakeProfile, *fakeAlerts) {
	t.Helper()
	profile := startProfile(t)
	kinds, err := kindsOf(t).WithAlerts(alert.Kinds()...)
	if err != nil {
		t.Fatal(err)
	}
	port := &fakeAlerts{}
	profile.kinds, profile.alerts = kinds, port
	profile.setups.stored[0].Alerts = alerts
	return profile, port
}

// openAlerts opens the page from Start, as a person does.
func openAlerts(t *testing.T, profile *fakeProfile) (*app, *alertsPage) {
	t.Helper()
	a := startOf(t, profile)
	press(t, a, "a")
	page, ok := a.onPage().screen.(*alertsPage)
	if !ok {
		t.Fatalf("a does not open the alerts:\n%s", see(t, a))
	}
	return a, page
}

func opsAlert() setup.Alert {
	return setup.Alert{Name: "ops", Kind: alert.KindWebhook, On: usualEnds()}
}

// requireStored holds the alerts of the stored set-up to what is wanted, and the whole set-up to its rules.
func requireStored(t *testing.T, profile *fakeProfile, want ...string) *setup.Document {
	t.Helper()
	document := profile.setups.newest()
	var names []string
	for _, one := range document.Alerts {
		names = append(names, one.Name)
		kind, _ := profile.kinds.Alert(one.Kind)
		if err := kind.Check(one.Options); err != nil {
			t.Errorf("%s is stored with options that are wrong: %v", one.Name, err)
		}
	}
	if !slices.Equal(names, want) {
		t.Errorf("stored alerts %q, want %q", names, want)
	}
	return document
}

// requireNoAddress wants no part of a secret in a text.
func requireNoAddress(t *testing.T, text string) {
	t.Helper()
	if strings.Contains(text, "CANARY") {
		t.Errorf("a secret is in\n%s", text)
	}
}

func TestAnAlertIsMade(t *testing.T) {
	profile, port := alertsProfile(t)
	a, _ := openAlerts(t, profile)
	requireSees(t, a, "There are no alerts", "after headless runs only", "n new alert")
	press(t, a, "n")
	requireSees(t, a, "◂ webhook ▸", "a POST to an address of your own")
	press(t, a, "end", "enter")
	requireSees(t, a, "Alert webhook", "Address", "When held", "When done")
	requireStored(t, profile) // it is not whole before it is added
	press(t, a, "enter")
	paste(t, a, canaryAddress+"\n")
	press(t, a, "enter")
	requireSees(t, a, "16 characters, ends in ss77, in the keyring")
	requireNoAddress(t, see(t, a))
	if profile.keys.keyring["alert.webhook"] != canaryAddress {
		t.Fatalf("the keyring has %q", profile.keys.keyring)
	}
	press(t, a, "end", "enter")
	requireSees(t, a, "added and saved; t sends a test", "webhook all but done keyring", "not tested")
	document := requireStored(t, profile, "webhook")
	if !slices.Equal(document.Alerts[0].On, []string{"held", "partial", "failed", "unknown"}) || document.Alerts[0].Options != nil {
		t.Errorf("stored %+v", document.Alerts[0])
	}
	press(t, a, "t")
	requireSees(t, a, "It goes to hooks.example.com", "one POST of a JSON document", "cwsync contoso: a test", "Nothing is sent before you press enter")
	if len(port.tested) != 0 {
		t.Error("sent before anybody agreed")
	}
	press(t, a, "enter")
	requireSees(t, a, "✓ It was taken", "enter again")
	requireNoAddress(t, see(t, a))
	press(t, a, "esc")
	requireSees(t, a, "test sent", "✓ the test of 09:00 today was sent")
	if len(port.tested) != 1 || port.tested[0].Name != "webhook" {
		t.Errorf("tested %+v", port.tested)
	}
	requireNoAddress(t, profile.notes.values[noteAlerts])
}

func TestAnAlertIsChangedAsItIsTyped(t *testing.T) {
	mail := setup.Alert{Name: "mail", Kind: alert.KindEmail, On: []string{"held"}, Options: map[string]any{"from": "cwsync@example.com", "to": []any{"help@example.com"}}}
	profile, _ := alertsProfile(t, mail)
	a, page := openAlerts(t, profile)
	press(t, a, "enter", "down", "down", "enter", "ctrl+u")
	requireSees(t, a, "missing; whom it goes to")
	typeText(t, a, "help")
	requireSees(t, a, "holds what is not a mail address such as help@example.com")
	if got := requireStored(t, profile, "mail").Alerts[0].Options["to"].([]any); len(got) != 1 || got[0] != "help@example.com" {
		t.Errorf("stored %q", got)
	}
	press(t, a, "ctrl+u")
	paste(t, a, "a@b.example; \x1b[31mc@d.example")
	press(t, a, "esc")
	if got := requireStored(t, profile, "mail").Alerts[0].Options["to"].([]any); len(got) != 2 || got[1] != "c@d.example" {
		t.Errorf("stored %q", got)
	}
	page.form.at = slices.IndexFunc(page.settings(), func(one setting) bool { return one.name == "on.done" })
	press(t, a, "right")
	if got := requireStored(t, profile, "mail").Alerts[0].On; !slices.Equal(got, []string{"held", "done"}) {
		t.Errorf("on %q", got)
	}
	press(t, a, "left", "up", "up", "up", "up", "right")
	requireSees(t, a, "✗ one end of a run at least")
	if got := requireStored(t, profile, "mail").Alerts[0].On; !slices.Equal(got, []string{"held"}) {
		t.Errorf("on %q", got)
	}
}

func TestNamesOfAlerts(t *testing.T) {
	profile, _ := alertsProfile(t, setup.Alert{Name: "Webhook", Kind: alert.KindWebhook, On: usualEnds()}, opsAlert())
	a, page := openAlerts(t, profile)
	press(t, a, "n")
	requireSees(t, a, "Name webhook-2")
	for typed, said := range map[string]string{"OPS": "too like ops, which exists already", "o ps": "is not a name", "-x": "is not a name", "../a": "is not a name"} {
		page.blank.at, page.typed = 1, ""
		press(t, a, "enter", "ctrl+u")
		typeText(t, a, typed)
		requireSees(t, a, said)
		press(t, a, "esc", "end", "enter")
		if page.state.draft != nil || page.shown != alertsNew {
			t.Errorf("%q was taken", typed)
		}
		press(t, a, "esc")
	}
	requireStored(t, profile, "Webhook", "ops")
}

func TestATestCanBeStopped(t *testing.T) {
	profile, port := alertsProfile(t, opsAlert())
	a, page := openAlerts(t, profile)
	press(t, a, "t")
	port.stuck = true
	cmd := page.sendTest() // it waits for its context
	requireSees(t, a, "sending … esc stops it", "esc stop")
	press(t, a, "enter") // means nothing meanwhile
	press(t, a, "esc")
	requireSees(t, a, "? Stopped before an answer came: it may have arrived", "A test of ops")
	driveApp(t, a, cmd) // the late answer of what was stopped
	requireSees(t, a, "Stopped before an answer came")
	if len(page.tests) != 0 {
		t.Error("what was stopped is remembered as a test")
	}
	port.stuck = false
	press(t, a, "enter")
	requireSees(t, a, "✓ It was taken")
	press(t, a, "esc", "esc")
	if a.onPage().name != pageStart {
		t.Error("esc does not lead back to Start")
	}
}

func TestATestThatFails(t *testing.T) {
	profile, port := alertsProfile(t, opsAlert())
	profile.keys.keyring["alert.ops"] = canaryAddress
	port.failure = &alert.Failure{Alert: "ops", Kind: "webhook", Message: "answered with status 404", Hint: "check the address of the channel"}
	a, _ := openAlerts(t, profile)
	press(t, a, "t", "enter")
	requireSees(t, a, "✗ It was not sent: answered with status 404", "What to do: check the address of the channel")
	press(t, a, "esc")
	requireSees(t, a, "test failed", "✗ the test of 09:00 today was not sent: answered with status 404")
	port.noTrial = &alert.Failure{Message: "secret alert.ops is nowhere", Hint: "cwsync secret set alert.ops"}
	press(t, a, "t")
	requireSees(t, a, "✗ It was not sent: secret alert.ops is nowhere", "What to do: cwsync secret set alert.ops")
	port.noTrial = nil
	press(t, a, "enter") // looks again, and sends nothing
	if requireSees(t, a, "Nothing is sent before you press enter"); len(port.tested) != 1 {
		t.Errorf("%d tests were sent", len(port.tested))
	}
}

func TestWhatWasTestedIsRemembered(t *testing.T) {
	profile, _ := alertsProfile(t, opsAlert())
	a, _ := openAlerts(t, profile)
	press(t, a, "t", "enter", "esc")
	a, page := openAlerts(t, profile)
	requireSees(t, a, "test sent")
	press(t, a, "enter", "down", "right") // another format
	if len(page.tests) != 0 {
		t.Error("an alert that was changed counts as tested")
	}
	page.tests["ops"] = alertTest{At: testNow()}
	driveApp(t, a, page.storeSecret(page.state.current(), canaryAddress))
	if len(page.tests) != 0 {
		t.Error("an alert with another address counts as tested")
	}
	a, _ = openAlerts(t, profile)
	requireSees(t, a, "not tested")
	profile.notes.values[noteAlerts] = `{"tests":{"gone":{"at":"2026-11-20T09:00:00Z"}},"draft":{"Name":"OPS","Kind":"webhook"}}`
	if _, page = openAlerts(t, profile); len(page.tests) != 0 || page.state.draft != nil {
		t.Error("what is not true any more is remembered")
	}
	profile.notes.values[noteAlerts] = "{nonsense"
	openAlerts(t, profile)
}

// An alert that is being made is there again after the program ended.
func TestADraftIsKept(t *testing.T) {
	profile, _ := alertsProfile(t, opsAlert())
	a, page := openAlerts(t, profile)
	press(t, a, "n")
	driveApp(t, a, func() tea.Msg { page.kind = alert.KindTicket; return nil })
	press(t, a, "end", "enter", "down")
	typeText(t, a, "250")
	press(t, a, "esc", "end", "enter")
	requireSees(t, a, "board: missing; name or id of the service board")
	requireStored(t, profile, "ops")
	a, page = openAlerts(t, profile)
	requireSees(t, a, "ticket ticket not added yet")
	press(t, a, "down", "enter")
	if got := page.state.current().Options["company"]; got != 250 {
		t.Errorf("company %v (%T)", got, got)
	}
	typeText(t, a, "Alerts")
	press(t, a, "esc", "end", "enter")
	document := requireStored(t, profile, "ops", "ticket")
	if want := map[string]any{"board": "Alerts", "company": 250}; !maps.Equal(document.Alerts[1].Options, want) {
		t.Errorf("stored %v", document.Alerts[1].Options)
	}
	if strings.Contains(profile.notes.values[noteAlerts], "draft") {
		t.Error("the draft is still remembered")
	}
}

func TestTheDemoHasNoAlerts(t *testing.T) {
	profile, _ := alertsProfile(t)
	profile.alerts = nil
	a := startOf(t, profile)
	if press(t, a, "a"); a.onPage().name != pageStart || strings.Contains(see(t, a), "alerts") {
		t.Errorf("alerts are offered without anything that sends them:\n%s", see(t, a))
	}
}

func TestAKindThatThisProgramDoesNotKnow(t *testing.T) {
	profile, _ := alertsProfile(t, setup.Alert{Name: "old", Kind: "pigeon", On: usualEnds()})
	a, _ := openAlerts(t, profile)
	requireSees(t, a, "? this program does not know the kind pigeon")
	press(t, a, "t")
	requireSees(t, a, "✗ this program does not know the kind pigeon")
	press(t, a, "enter", "down", "right", "esc")
	requireSees(t, a, "old")
}

// Every kind can be filled in by what its fields say, and then be added.
func TestEveryKindHasAForm(t *testing.T) {
	for _, kind := range alert.Kinds() {
		profile, _ := alertsProfile(t)
		a, page := openAlerts(t, profile)
		press(t, a, "n")
		page.kind = kind.Name
		press(t, a, "end", "enter")
		values := map[string]string{"from": "a@b.example", "to": "c@d.example", "path": "/var/lib/x.prom", "board": "Alerts"}
		for _, field := range kind.Fields {
			if field.Required && !field.Secret {
				page.form.stay(page.settings(), optionPrefix+field.Name)
				typeText(t, a, values[field.Name])
				press(t, a, "esc")
			}
		}
		press(t, a, "end", "enter")
		if document := requireStored(t, profile, kind.Name); len(document.Alerts) == 1 && kind.EveryRun != (document.Alerts[0].On == nil) {
			t.Errorf("%s is for %q", kind.Name, document.Alerts[0].On)
		}
	}
}
