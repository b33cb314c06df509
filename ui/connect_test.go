package ui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cwsync/syncer"
	"cwsync/syncer/setup"

	tea "charm.land/bubbletea/v2"
)

// Keys that must be seen nowhere; of each the last four characters may.
const (
	canaryPublic  = "CANARYpublic9f3a"
	canaryPrivate = "CANARYsecret7b2c"
	testClientID  = "0a1b2c3d-0000-4000-8000-00000000000f"
)

// connecting is the frame with the step Connect just entered; nothing is stored of its profile but what prepare stores.
func connecting(t *testing.T, prepare func(*fakeProfile)) (*app, *fakeProfile) {
	t.Helper()
	profile := newFakeProfile("contoso")
	if prepare != nil {
		prepare(profile)
	}
	d := newFakeDesk(t, profile)
	d.site = nil
	a := newFakeApp(d, placeConnect, newConnect(d))
	driveApp(t, a, a.steps[placeConnect].enter())
	return a, profile
}

func testConnection() setup.Connection {
	return setup.Connection{Site: "api-na.myconnectwise.net", Company: "acme", ClientID: testClientID}
}

// connected prepares a profile that lacks nothing.
func connected(p *fakeProfile) {
	document := setup.New()
	document.Connection = testConnection()
	p.setups.stored = append(p.setups.stored, document)
	p.keys.keyring = map[string]string{publicKey: canaryPublic, privateKey: canaryPrivate}
}

// see is the screen, after it was looked at for keys.
func see(t *testing.T, a *app) string {
	t.Helper()
	content := screen(t, a.content(), a.width, a.height)
	requireNoKeys(t, content)
	return content
}

func requireNoKeys(t *testing.T, text string) {
	t.Helper()
	for _, part := range []string{"CANARY", "public9", "secret7"} {
		if strings.Contains(text, part) {
			t.Fatalf("a key is in\n%s", text)
		}
	}
}

func requireSees(t *testing.T, a *app, parts ...string) {
	t.Helper()
	words := strings.Join(strings.Fields(see(t, a)), " ")
	for _, part := range parts {
		if !strings.Contains(words, part) {
			t.Fatalf("%q is not on the screen:\n%s", part, see(t, a))
		}
	}
}

func TestConnectFromNothing(t *testing.T) {
	a, profile := connecting(t, nil)
	t.Run("empty", func(t *testing.T) { requireScreens(t, a) })

	paste(t, a, "https://na.myconnectwise.net/v4_6_release/apis/3.0/system/info\n")
	press(t, a, "enter")
	requireSees(t, a, "Site api-na.myconnectwise.net")
	typeText(t, a, "acme")
	press(t, a, "tab")
	paste(t, a, "  {"+testClientID+"}\r\n")
	press(t, a, "enter")
	paste(t, a, "acme+"+canaryPublic+"\n")
	t.Run("key typed", func(t *testing.T) { requireScreens(t, a) })
	see(t, a)
	press(t, a, "enter")
	requireSees(t, a, "Public key keyring, 16 characters, ends in 9f3a")
	typeText(t, a, canaryPrivate)
	requireSees(t, a, "Private key 16 characters, not shown")
	press(t, a, "down", "down", "down")
	t.Run("complete", func(t *testing.T) { requireScreens(t, a) })

	if got := profile.keys.keyring; got[publicKey] != canaryPublic || got[privateKey] != canaryPrivate {
		t.Fatalf("the keyring holds %d keys, or other ones", len(got))
	}
	seen := press(t, a, "enter")
	if a.here != placeTest || a.desk.site != profile.site {
		t.Fatalf("the wizard is at step %d after %v", a.here, seen)
	}
	want := testConnection()
	if stored := profile.setups.newest(); stored.Connection != want || !stored.Guards.DropPercent.Equal(setup.DefaultGuards().DropPercent) {
		t.Errorf("stored is %+v", stored)
	}
	if dialled := profile.dialled[len(profile.dialled)-1]; dialled.Connection != want {
		t.Errorf("dialled with %+v", dialled.Connection)
	}
	requireNoKeys(t, fmt.Sprintf("%+v %+v %+v", profile.setups.newest(), profile.notes.values, seen))
}

func TestConnectMessagesCarryNoKey(t *testing.T) {
	a, _ := connecting(t, connected)
	a.steps[placeConnect].(*connect).form.mark(fieldPrivate, true)
	paste(t, a, canaryPrivate)
	for _, msg := range press(t, a, "enter") {
		requireNoKeys(t, fmt.Sprintf("%+v %#v", msg, msg))
	}
	requireNoKeys(t, fmt.Sprintf("%+v", a.steps[placeConnect].(*connect).form.fields[fieldPrivate].typed))
}

func TestConnectResumes(t *testing.T) {
	a, profile := connecting(t, connected)
	requireSees(t, a, "Public key keyring, 16 characters, ends in 9f3a", "▸ Go on", "complete and saved")
	press(t, a, "enter")
	if a.here != placeTest || len(profile.dialled) != 1 {
		t.Fatalf("at step %d after %d attempts to connect", a.here, len(profile.dialled))
	}
	if len(profile.setups.stored) != 1 {
		t.Errorf("%d versions of the set-up, though nothing was changed", len(profile.setups.stored))
	}
	driveApp(t, a, a.show(placeConnect))
	press(t, a, "enter")
	if len(profile.dialled) != 1 {
		t.Error("connected again although nothing was changed")
	}
	driveApp(t, a, a.show(placeConnect))
	press(t, a, "up", "up", "up", "up", "up", "up", "enter", "backspace", "enter")
	if a.desk.site != nil {
		t.Error("a client of another company is kept")
	}
}

func TestConnectKeepsAKeyUnlessItIsReplaced(t *testing.T) {
	a, profile := connecting(t, connected)
	press(t, a, "up", "up", "up", "enter") // the private key
	requireSees(t, a, "keyring, 16 characters, ends in 7b2c")
	press(t, a, "enter")
	if profile.keys.keyring[privateKey] != canaryPrivate {
		t.Fatal("enter on an untouched key changed it")
	}
	press(t, a, "up")
	typeText(t, a, "half")
	press(t, a, "esc")
	requireSees(t, a, "4 characters, not shown")
	if profile.keys.keyring[privateKey] != canaryPrivate {
		t.Fatal("esc stored half a key")
	}
	press(t, a, "enter", "ctrl+u", "enter")
	requireSees(t, a, "ends in 7b2c")
}

func TestConnectRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		field       int
		text, shows string
	}{
		"a site that is none":         {fieldSite, "not a host", "“not a host” is no host"},
		"a company of two words":      {fieldCompany, "acme inc", "“acme inc” is not a login company id"},
		"a client id cut short":       {fieldClientID, "0a1b2c3d", "is not of the form"},
		"a key with a line in it":     {fieldPublic, canaryPublic + "\nPrivate: " + canaryPrivate, "something else was pasted along"},
		"a key of other letters":      {fieldPrivate, canaryPrivate + "é\u202e", "something else was pasted along"},
		"a key that never ends":       {fieldPrivate, strings.Repeat(canaryPrivate, 1000), "too long for a key"},
		"an authority that is absent": {fieldAuthority, "/nowhere/ca.pem", "the file cannot be read"},
		"a zone that is none":         {fieldZone, "Local", "is not a time zone such as"},
	} {
		t.Run(name, func(t *testing.T) {
			a, profile := connecting(t, connected)
			c := a.steps[placeConnect].(*connect)
			c.form.mark(test.field, true)
			press(t, a, "ctrl+u")
			paste(t, a, test.text)
			see(t, a)
			press(t, a, "tab", "shift+tab")
			requireSees(t, a, test.shows)
			if len(profile.setups.stored) != 1 {
				t.Errorf("what was refused was stored: %+v", profile.setups.newest())
			}
			if got := profile.keys.keyring; got[publicKey] != canaryPublic || got[privateKey] != canaryPrivate {
				t.Error("a key was replaced by one that was refused")
			}
			for range connectFields {
				press(t, a, "down")
			}
			press(t, a, "enter")
			if a.here != placeConnect || c.form.at != test.field {
				t.Errorf("went on to step %d, line %d", a.here, c.form.at)
			}
		})
	}
}

func TestConnectWithoutAKeyring(t *testing.T) {
	a, profile := connecting(t, func(p *fakeProfile) { connected(p); p.keys.none = true })
	requireSees(t, a, "still needed: public key, private key")
	paste(t, a, canaryPublic)
	press(t, a, "enter")
	t.Run("elsewhere", func(t *testing.T) { requireScreens(t, a) })
	requireSees(t, a, "The public key was not stored", "--credentials FILE", "$CREDENTIALS_DIRECTORY", "CWSYNC_CONNECTION_PUBLIC_KEY")

	profile.keys.found = map[string]string{publicKey: canaryPublic, privateKey: canaryPrivate}
	press(t, a, "r")
	requireSees(t, a, "Public key environment, 16 characters, ends in 9f3a")
	requireNoKeys(t, fmt.Sprintf("%+v %+v", profile.setups.newest(), profile.notes.values))
	driveApp(t, a, a.steps[placeConnect].enter())
	for range connectFields {
		press(t, a, "down")
	}
	press(t, a, "enter")
	if a.here != placeTest {
		t.Errorf("keys of the environment do not lead on:\n%s", see(t, a))
	}
}

func TestConnectSaysWhichKeyIsUsed(t *testing.T) {
	a, _ := connecting(t, func(p *fakeProfile) { connected(p); p.keys.found = map[string]string{publicKey: "another-key-0001"} })
	requireSees(t, a, "Public key environment, 16 characters, ends in 0001")
	press(t, a, "up", "up", "up", "up", "enter")
	paste(t, a, canaryPublic)
	press(t, a, "enter", "up")
	requireSees(t, a, "the one of the environment comes first and is used")
}

func TestConnectSaysWhyNot(t *testing.T) {
	a, profile := connecting(t, connected)
	profile.dialErr = &syncer.Stop{Exit: 12, Problem: syncer.Problem{Message: "the credentials file is readable by others", Hint: "chmod 600 it"}}
	press(t, a, "enter")
	requireSees(t, a, "✗ the credentials file is readable by others", "chmod 600 it")
	if a.here != placeConnect || a.steps[placeConnect].mark() != markAttention {
		t.Error("went on, or shows nothing in the bar")
	}
	profile.dialErr = nil
	press(t, a, "enter")
	if a.here != placeTest {
		t.Error("cannot try again")
	}
}

func TestConnectPrivateAuthority(t *testing.T) {
	folder := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	block := func(kind string) string {
		return "-----BEGIN " + kind + "-----\naGFsbG8=\n-----END " + kind + "-----\n"
	}
	for name, test := range map[string]struct{ path, text, problem string }{
		"two certificates":  {path: file("two.pem", block("CERTIFICATE")+block("CERTIFICATE")), text: filepath.Join(folder, "two.pem")},
		"in quotes":         {path: `"` + file("one.pem", block("CERTIFICATE")) + `"`, text: filepath.Join(folder, "one.pem")},
		"no PEM":            {path: file("der.cer", "0\x82"), problem: "there is no certificate"},
		"a key":             {path: file("key.pem", block("CERTIFICATE")+block("RSA PRIVATE KEY")), problem: "holds a private key"},
		"a folder":          {path: folder, problem: "is no file"},
		"nothing any more":  {path: "", text: ""},
		"a path of nowhere": {path: filepath.Join(folder, "none"), problem: "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			got := checkAuthority(t.Context(), test.path)
			if got.text != test.text || !strings.Contains(got.problem, test.problem) || test.problem == "" && got.problem != "" {
				t.Errorf("%+v", got)
			}
		})
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if got := checkAuthority(ended, file("late.pem", block("CERTIFICATE"))); got.problem == "" {
		t.Error("read although it was stopped")
	}
	a, profile := connecting(t, connected)
	press(t, a, "up", "up", "enter")
	paste(t, a, filepath.Join(folder, "two.pem"))
	press(t, a, "enter")
	if got := profile.setups.newest().Connection.CAFile; got != filepath.Join(folder, "two.pem") {
		t.Errorf("stored %q", got)
	}
	press(t, a, "up", "ctrl+u", "enter")
	if got := profile.setups.newest().Connection.CAFile; got != "" {
		t.Errorf("cleared, but %q is stored", got)
	}
}

func TestConnectCanBeStopped(t *testing.T) {
	a, profile := connecting(t, connected)
	profile.keys.wait = make(chan struct{})
	press(t, a, "up", "up", "up", "enter")
	paste(t, a, canaryPrivate)
	_, store := a.Update(keyPress(t, "enter"))
	ended := make(chan tea.Msg, 1)
	go func() { ended <- drive(t, func(msg tea.Msg) tea.Cmd { return nil }, store)[0] }()
	requireSees(t, a, "storing the key in this machine's keyring")
	press(t, a, "esc")
	driveApp(t, a, send(<-ended))
	press(t, a, "up")
	requireSees(t, a, "stopped before it was known to be stored")
	if a.here != placeConnect {
		t.Error("esc left the step")
	}
}

func TestConnectHelpAndTyping(t *testing.T) {
	a, _ := connecting(t, nil)
	const reversed = "\x1b[7m"
	if !strings.Contains(a.content(), reversed) {
		t.Error("there is no cursor where letters go")
	}
	typeText(t, a, "cw?")
	if !strings.Contains(a.content(), reversed) {
		t.Error("there is no cursor after typing")
	}
	requireSees(t, a, "cw?")
	press(t, a, "esc")
	if strings.Contains(a.content(), reversed) {
		t.Error("there is a cursor where no letter goes")
	}
	press(t, a, "?")
	requireSees(t, a, "any key closes this")
	press(t, a, "x")
	requireSees(t, a, "Site cw?")
	press(t, a, "esc")
	requireSees(t, a, "this is the first step")
}

func TestConnectHostileText(t *testing.T) {
	hostile := "a\x1b]0;x\x07\x1b[2J\u202eb\u0000\r\nc\tü漢字" + strings.Repeat("漢", 3000)
	for i := range connectFields {
		a, profile := connecting(t, func(p *fakeProfile) {
			connected(p)
			p.keys.err = errors.New("broken \x1b[31m\u202e keyring " + strings.Repeat("漢字 ", 200))
		})
		a.steps[placeConnect].(*connect).form.mark(i, true)
		paste(t, a, hostile)
		for _, size := range screenSizes {
			driveApp(t, a, send(tea.WindowSizeMsg{Width: size.width, Height: size.height}))
			for _, bad := range []string{"\x1b]", "\x1b[2J", "\u202e", "\x00", "\x07"} {
				if strings.Contains(a.content(), bad) {
					t.Errorf("field %d shows %q", i, bad)
				}
			}
			see(t, a)
		}
		press(t, a, "tab", "shift+tab")
		see(t, a)
		if stored := profile.setups.newest().Connection; strings.ContainsAny(fmt.Sprintf("%+v", stored), "\x1b\u202e\x00") {
			t.Errorf("field %d stored %+v", i, stored)
		}
	}
}

func TestConnectResizedInTheMiddle(t *testing.T) {
	a, _ := connecting(t, nil)
	typeText(t, a, "cw.exam")
	driveApp(t, a, send(tea.WindowSizeMsg{Width: 40, Height: 10}))
	press(t, a, "x", "enter")
	if !strings.Contains(a.content(), "at least 60 × 2") {
		t.Fatalf("shows\n%s", a.content())
	}
	driveApp(t, a, send(tea.WindowSizeMsg{Width: 200, Height: 60}))
	typeText(t, a, "ple.com")
	requireSees(t, a, "Site cw.example.com")
}
