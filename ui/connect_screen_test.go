package ui

import (
	"strings"
	"testing"
)

func TestConnectScreens(t *testing.T) {
	for name, test := range map[string]struct {
		prepare func(*fakeProfile)
		arrange func(t *testing.T, a *app)
	}{
		"demo":        {func(p *fakeProfile) { connected(p); p.keys.memory = true }, func(*testing.T, *app) {}},
		"key of demo": {func(p *fakeProfile) { connected(p); p.keys.memory = true }, func(t *testing.T, a *app) { press(t, a, "up", "up", "up", "up", "enter") }},
		"wrong": {nil, func(t *testing.T, a *app) {
			paste(t, a, "https://cw.example.com:99999/v4_6_release/apis/3.0/")
			press(t, a, "enter")
			typeText(t, a, "acme inc")
			press(t, a, "enter", "up")
		}},
		"a long path typed": {connected, func(t *testing.T, a *app) {
			press(t, a, "up", "up", "enter")
			paste(t, a, "/usr/local/share/ca-certificates/"+strings.Repeat("組織/", 40)+"authority.pem")
		}},
		"stopped": {connected, func(t *testing.T, a *app) {
			a.steps[placeConnect].enter()
			press(t, a, "esc")
		}},
	} {
		t.Run(name, func(t *testing.T) {
			a, _ := connecting(t, test.prepare)
			test.arrange(t, a)
			see(t, a)
			requireScreens(t, a)
		})
	}
}

func TestConnectTellsTheDemoFromAKeyring(t *testing.T) {
	a, profile := connecting(t, func(p *fakeProfile) { connected(p); p.keys.memory = true })
	for range connectFields + 1 {
		if strings.Contains(see(t, a), "keyring") {
			t.Fatalf("the demo speaks of a keyring that it leaves alone:\n%s", see(t, a))
		}
		press(t, a, "up")
	}
	a.steps[placeConnect].(*connect).form.mark(fieldPublic, true)
	paste(t, a, canaryPublic)
	press(t, a, "enter", "up")
	requireSees(t, a, "memory, 16 characters, ends in 9f3a", "✓ stored in the memory")
	if profile.keys.keyring[publicKey] != canaryPublic {
		t.Error("not stored")
	}
}

// What was looked for and stopped is looked for again before anything is called missing.
func TestConnectLooksAgainForKeysThatItDidNotFindOutAbout(t *testing.T) {
	a, _ := connecting(t, connected)
	c := a.steps[placeConnect].(*connect)
	c.form.fields[fieldPublic].kept, c.form.fields[fieldPrivate].kept = "", ""
	c.enter() // nobody runs its commands
	press(t, a, "esc")
	requireSees(t, a, "stopped: where the keys are is not known", "▸ Go on")
	press(t, a, "enter")
	if a.here != placeTest {
		t.Errorf("at step %d:\n%s", a.here, see(t, a))
	}
}
