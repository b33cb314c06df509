package ui

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// What an address cannot be is refused at its line, and nothing of it is stored or shown.
func TestAddressesThatCannotBe(t *testing.T) {
	for typed, said := range map[string]string{
		"https://hooks.example.com/CANARY\nsecond line": "it has a line break or another control character in it",
		"https://hooks.example.com/CANARY\x07bell":      "another control character",
		"https://hooks.example.com/CANARY x":            "it has a blank in it",
		"http://hooks.example.com/CANARY":               "it would be sent in clear",
		"CANARY":                                        "does not begin with https://",
	} {
		profile, _ := alertsProfile(t, opsAlert())
		a, page := openAlerts(t, profile)
		press(t, a, "enter", "enter")
		paste(t, a, typed)
		press(t, a, "enter")
		page.form.at, page.form.editing = 0, false
		requireSees(t, a, "not stored:", said)
		requireNoAddress(t, see(t, a))
		if len(profile.keys.keyring) != 2 {
			t.Errorf("%q was stored", typed)
		}
	}
}

func TestAnAlertIsRemoved(t *testing.T) {
	for name, c := range map[string]struct {
		key    string
		found  string // where its secret is
		says   string
		forgot []string
		fails  error
		notice string
	}{
		"the secret stays":         {"d", PlaceKeyring, "Its secret alert.ops stays where it is: in the keyring.", nil, nil, "There are no alerts"},
		"the secret goes too":      {"D", PlaceKeyring, "is taken out of the keyring too", []string{"alert.ops"}, nil, "removed, with its secret"},
		"the secret cannot go":     {"D", PlaceKeyring, "is taken out of the keyring too", []string{"alert.ops"}, errors.New("locked"), "✗ the alert is removed, its secret is not: locked"},
		"the secret is elsewhere":  {"d", "environment", "stays where it is: in the environment.", nil, nil, "There are no alerts"},
		"there was never a secret": {"d", "", "Nothing goes out by it any more.", nil, nil, "There are no alerts"},
	} {
		profile, port := alertsProfile(t, opsAlert())
		switch port.forgetNo = c.fails; c.found {
		case PlaceKeyring:
			profile.keys.keyring["alert.ops"] = canaryAddress
		case "environment":
			profile.keys.found = map[string]string{"alert.ops": canaryAddress}
		}
		a, _ := openAlerts(t, profile)
		press(t, a, c.key)
		requireSees(t, a, "Remove the alert ops?", c.says)
		press(t, a, "n")
		requireStored(t, profile, "ops")
		press(t, a, c.key)
		a.question.since = a.question.since.Add(-quietTime)
		press(t, a, "y")
		if requireSees(t, a, c.notice); !slices.Equal(port.forgot, c.forgot) {
			t.Errorf("%s: forgot %q", name, port.forgot)
		}
		requireStored(t, profile)
	}
	profile, _ := alertsProfile(t, opsAlert())
	profile.keys.found = map[string]string{"alert.ops": canaryAddress}
	a, _ := openAlerts(t, profile)
	if press(t, a, "D"); a.question != nil || strings.Contains(see(t, a), "D remove") {
		t.Error("a secret in the environment is offered to be taken away")
	}
}

func TestAnAlertWithoutAKeyring(t *testing.T) {
	profile, _ := alertsProfile(t, opsAlert())
	profile.keys.none = true
	a, page := openAlerts(t, profile)
	requireSees(t, a, "! its secret alert.ops is nowhere: nothing can be sent")
	press(t, a, "enter", "enter")
	paste(t, a, canaryAddress)
	press(t, a, "enter")
	page.form.at, page.form.editing = 0, false
	requireSees(t, a, "there is no keyring here", "the environment variable CWSYNC_ALERT_OPS")
	requireNoAddress(t, see(t, a))
}

// esc while a secret is being stored stops that, and what comes of it later is dropped.
func TestStoringASecretCanBeStopped(t *testing.T) {
	profile, _ := alertsProfile(t, opsAlert())
	a, page := openAlerts(t, profile)
	press(t, a, "enter")
	profile.keys.stuck = true
	cmd := page.storeSecret(page.state.current(), canaryAddress)
	requireSees(t, a, "esc stops it")
	press(t, a, "esc")
	driveApp(t, a, cmd)
	requireSees(t, a, "stopped before it was known to be stored")
	if page.busy() {
		t.Error("still busy")
	}
}
