package ui

import (
	"strings"
	"testing"

	"cwsync/syncer/alert"
)

// alertsWay is the number of the alerts in Start's list, line by line.
func alertsWay(t *testing.T, profile *fakeProfile) string {
	t.Helper()
	out := answered(t, profile, nil, "q")
	for line := range strings.Lines(out) {
		if number, what, ok := strings.Cut(strings.TrimSpace(line), ". "); ok && what == "alerts" {
			return number
		}
	}
	t.Fatalf("alerts are not offered:\n%s", out)
	return ""
}

func TestAlertsLineByLine(t *testing.T) {
	profile, port := alertsProfile(t)
	way := alertsWay(t, profile)
	out := answered(t, profile, nil, way, "n", "2", "ops", "", // a webhook named ops
		"1", "http://hooks.example.com/CANARY", "1", canaryAddress, "7", "1", "l", "", // its address, also after good runs
		"1", "t", "", "b", // a test
		"1", "d", "n", "1", "D", "y", "q")
	requireSays(t, out, "Page: Alerts", "after headless runs only", "There are no alerts", "A new alert", "Alert ops, webhook:", "Not taken: not stored:",
		"Done.", "7. When done: yes", "added and saved", "1. ops, webhook, every end, keyring, not tested", "A test of ops.", "It goes to: hooks.example.com",
		"cwsync contoso: a test", "Sending.", "Done: It was taken", "the test of 09:00 today was sent", "Remove the alert ops?", "stays where it is", "taken out of the keyring too",
		"There are no alerts")
	requireNoAddress(t, out)
	if len(port.tested) != 1 || len(port.forgot) != 1 || profile.keys.keyring["alert.ops"] != canaryAddress {
		t.Errorf("tested %d, forgot %q", len(port.tested), port.forgot)
	}
	requireStored(t, profile)
}

func TestAlertsLineByLineThatGoWrong(t *testing.T) {
	profile, port := alertsProfile(t, opsAlert())
	port.failure = &alert.Failure{Message: "answered with status 404", Hint: "check the address of the channel"}
	profile.keys.none = true
	out := answered(t, profile, nil, alertsWay(t, profile), "1", "", "1", canaryAddress, "r", "", "3", "2", "4", "2", "5", "2", "6", "2", "b",
		"n", "1", "2", "", "", "1", "t", "", "b", "b", "q")
	requireSays(t, out, "its secret alert.ops is nowhere", "there is no keyring here", "It is not there.", "Not taken: nothing can be sent before",
		"Not taken: one end of a run at least", "Alert healthchecks, healthchecks:", "A test of ops.", "Failed: it was not sent: answered with status 404. What to do: check the address")
	requireNoAddress(t, out)
}
