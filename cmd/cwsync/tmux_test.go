package main

import (
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"cwsync/cwclient/cwsim"

	"github.com/charmbracelet/x/ansi"
)

// yes answers a question once it takes keys: it lets those pass that were typed ahead.
func (w *terminal) yes(title string) {
	w.t.Helper()
	w.waitFor(title)
	time.Sleep(500 * time.Millisecond)
	w.keys("y")
}

// toProducts walks from a connection that is complete to the products.
func (w *terminal) toProducts() {
	w.t.Helper()
	w.waitFor(`complete and saved`)
	w.keys("Enter")
	w.waitFor(`11 well`)
	w.keys("Enter")
	w.waitFor(`18 lines, 11 customers, 5 services`)
	w.keys("Enter")
	w.waitFor(`0 of 5 mapped`)
	w.waitFor(`suggest: PPE`)
}

// toReview accepts what is suggested for services and customers.
func (w *terminal) toReview() {
	w.t.Helper()
	w.keys("A")
	w.yes(`Accept 5 suggestions`)
	w.waitFor(`5 of 5 mapped`)
	w.keys("g")
	w.waitFor(`▸   Cloud Services`)
	w.keys("Enter")
	w.waitFor(`exact 5`)
	w.keys("A")
	w.yes(`Link 5 customers`)
	w.waitFor(`linked 5`)
	w.keys("g")
	w.waitFor(`4 changes .* 1 held`)
}

func (w *terminal) sync() {
	w.t.Helper()
	w.keys("Enter")
	w.yes(`Write 4 changes to ConnectWise`)
	w.waitFor(`Done: 4 changes written`)
}

func TestDemoInATerminal(t *testing.T) {
	w := newTerminal(t, 100, 30)
	w.run("cwsync demo")
	w.toProducts()
	w.toReview()
	w.sync()
	w.leave()
}

// leave leaves with ctrl+c twice and wants the shell back, on a terminal as it was.
func (w *terminal) leave() {
	w.t.Helper()
	w.keys("C-c", "C-c")
	w.isAsItWas()
}

// isAsItWas wants the shell in front of the ordinary screen, with a cursor and echo.
func (w *terminal) isAsItWas() {
	w.t.Helper()
	w.waitFor(`ready\$ *\n*\z`)
	if state := strings.TrimSpace(w.tmux("display-message", "-p", "#{alternate_on} #{cursor_flag} #{keypad_flag} #{mouse_any_flag}")); state != "0 1 0 0" {
		w.t.Errorf("alternate screen, cursor, keypad and mouse are %s, want 0 1 0 0", state)
	}
	if modes := w.stty(); modes != w.modes {
		w.t.Errorf("the modes of the terminal are %s, and were %s", modes, w.modes)
	}
}

// revive makes a terminal usable that a killed program has left raw.
func (w *terminal) revive() {
	w.t.Helper()
	w.text("tput rmcup; tput cnorm; stty sane; clear")
	w.keys("C-j") // Enter means nothing on a raw terminal
	w.waitFor(`\A[r]eady\$`)
	w.modes = w.stty()
}

// connectWise is a simulated ConnectWise of the test's own, and the environment that gives its keys to cwsync.
func connectWise(t *testing.T) (server *cwsim.Server, site string, environ []string) {
	t.Helper()
	server = cwsim.NewServer(cwsim.Demo())
	listener := httptest.NewServer(server)
	t.Cleanup(func() { listener.CloseClientConnections(); listener.Close() })
	keys := server.Credentials()
	return server, listener.URL, []string{"CWSYNC_CONNECTION_PUBLIC_KEY=" + keys.PublicKey, "CWSYNC_CONNECTION_PRIVATE_KEY=" + keys.PrivateKey}
}

// writeDemo writes the demo's set-up for a simulated ConnectWise of the test's own, and its usage.
func writeDemo(t *testing.T, folder, site string, keys cwsim.Credentials) {
	t.Helper()
	document := strings.NewReplacer("http://127.0.0.1:1", site, "company: demo", "company: "+keys.Company,
		"5b0c1d3e-7a52-4c1f-9a3e-2f6d8c4b1a90", keys.ClientID).Replace(demoSetup)
	for name, content := range map[string]string{"setup.yaml": document, "usage.csv": string(demoUsage)} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// A technician who has nothing yet pastes the connection, is cut off, comes back to the same place, and finishes on a window of another size.
func TestWizardFromNothing(t *testing.T) {
	server, site, environ := connectWise(t)
	keys := server.Credentials()
	w := newTerminal(t, 100, 30, environ...)
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "usage.csv"), demoUsage, 0o600); err != nil {
		t.Fatal(err)
	}
	w.run("cwsync")
	w.waitFor(`▸ · Site`)
	w.paste(site + "/v4_6_release/apis/3.0/")
	w.keys("Enter")
	w.waitFor(`✓ Site +` + regexp.QuoteMeta(site))
	w.paste(keys.Company)
	w.keys("Enter")
	w.paste(keys.ClientID)
	w.keys("Enter", "Down", "Down", "Down", "Down")
	screen := w.waitFor(`complete and saved`)
	if strings.Contains(screen, keys.PrivateKey) || strings.Contains(screen, keys.PublicKey) {
		t.Fatalf("a key is on the screen:\n%s", screen)
	}
	w.keys("Enter")
	w.waitFor(`11 well`)
	w.keys("Enter")
	w.waitFor(`Kind`)
	w.keys("Down", "Enter")
	w.text("mail")
	w.keys("Enter", "Enter")
	w.waitFor(`Path`)
	w.paste(filepath.Join(folder, "usage.csv"))
	w.keys("Enter")
	w.waitFor(`✓ Path`)
	w.keys("Escape")
	w.waitFor(`a-z type`)
	w.keys("End")
	w.waitFor(`r read`)
	w.keys("r")
	w.waitFor(`18 lines`)
	w.keys("Enter")
	w.waitFor(`suggest: PPE`)

	w.run("") // Enter: the catalog has the keys now
	exec.Command("kill", "-9", w.process()).Run()
	w.waitFor(`ready\$`)
	w.revive()
	w.run("clear; cwsync")
	w.waitFor(`◐ Products`)
	w.waitFor(`suggest: PPE`)
	w.resize(60, 20)
	w.toReview()
	w.resize(59, 20)
	w.waitFor(`needs a screen of at least 60 × 20`)
	w.keys("Enter", "y", "a") // nobody sees what they do, so they do nothing
	w.resize(120, 40)
	w.waitFor(`4 changes .* 1 held`)
	w.sync()
	if writes := len(server.Writes()); writes != 4 {
		t.Errorf("%d writes, want 4", writes)
	}
	for agreement, want := range map[int]string{802: "PPE-BUS 15", 803: "PPE-ADV 64", 810: "PPE-ARC 40", 816: "PPE-ADV 214"} {
		var lines []string
		for _, line := range server.World().Additions(agreement) {
			lines = append(lines, fmt.Sprint(line.ProductIdentifier, " ", line.Quantity))
		}
		if !slices.Contains(lines, want) {
			t.Errorf("agreement %d has %q, want %s among them", agreement, lines, want)
		}
	}
	w.leave()
}

func TestWideNamesAreAligned(t *testing.T) {
	w := newTerminal(t, 100, 30)
	w.run("cwsync demo")
	w.toProducts()
	w.keys("g")
	w.yes(`Go on`)
	w.waitFor(`▸   Cloud Services`)
	w.keys("Enter")
	screen := w.waitFor(`exact 5`)
	at := map[string]int{}
	for line := range strings.SplitSeq(screen, "\n") {
		for name, agreement := range map[string]string{"Tailspin Toys": "Cloud Services", "青空商事": "クラウド"} {
			if before, _, found := strings.Cut(line, agreement); found && strings.Contains(before, "+ "+name) {
				at[name] = ansi.StringWidth(before)
			}
		}
	}
	if len(at) != 2 || at["Tailspin Toys"] != at["青空商事"] {
		t.Errorf("the agreements stand at %v:\n%s", at, screen)
	}
	w.leave()
}

func TestTerminationLeavesTheTerminalAsItWas(t *testing.T) {
	w := newTerminal(t, 80, 24)
	w.run("cwsync demo")
	w.waitFor(`complete and saved`)
	exec.Command("kill", "-TERM", w.process()).Run()
	w.waitFor(`everything that was done is saved`)
	w.isAsItWas()
}

// configured is a terminal with the demo's set-up imported for a simulated ConnectWise of the test's own, and Review on the screen.
func configured(t *testing.T, width, height int) (*terminal, *cwsim.Server) {
	t.Helper()
	server, site, environ := connectWise(t)
	w := newTerminal(t, width, height, environ...)
	folder := t.TempDir()
	writeDemo(t, folder, site, server.Credentials())
	w.run("cwsync setup import " + filepath.Join(folder, "setup.yaml") + "; clear; cwsync")
	w.waitFor(`Nothing was ever synced`)
	w.keys("e")
	w.waitFor(`complete and saved`)
	w.keys("Enter")
	w.waitFor(`11 well`)
	w.keys("Enter")
	w.waitFor(`18 lines, 11 customers`)
	w.keys("Enter")
	w.waitFor(`4 of 5 mapped`)
	w.waitFor(`suggest: PPE`)
	w.keys("g")
	w.yes(`Go on`)
	w.waitFor(`Which type of agreement`)
	w.keys("Down", "Enter")
	w.waitFor(`linked 9`)
	w.keys("g")
	w.waitFor(`7 changes`)
	return w, server
}

// toReviewFromStart goes from Start, of a profile that was never synced, to Review.
func (w *terminal) toReviewFromStart() {
	w.t.Helper()
	w.waitFor(`Nothing was ever synced`)
	w.keys("Enter")
	w.waitFor(`◐ Review`)
}

// Who comes back after a sync sees what it did, and how to go on from there.
func TestStartAfterASync(t *testing.T) {
	w, server := configured(t, 100, 30)
	w.keys("Enter")
	w.yes(`Write 7 changes`)
	w.waitFor(`7 changes written`)
	w.keys("s")
	w.waitFor(`last sync \d\d:\d\d (to|yester)day`)
	w.keys("q")
	w.isAsItWas()
	server.Latency(time.Minute) // whatever the page says is known without asking anybody
	w.run("clear; cwsync")
	screen := w.waitFor(`Done: 7 changes written, some lines are held`)
	for _, want := range []string{"raised", "a month +", "held and need", "r  review", "1 service is not mapped", "Next run   not scheduled: s shows how", "Recent     "} {
		if !strings.Contains(screen, want) {
			t.Errorf("%q is not on the page:\n%s", want, screen)
		}
	}
	w.keys("s")
	w.waitFor(`Not scheduled: a sync runs only when somebody starts it`)
	w.keys("Escape")
	w.waitFor(`held and need`)
	w.keys("o")
	w.waitFor(`▸ default`)
	w.waitFor(`New profile`)
	w.keys("Enter")
	w.waitFor(`held and need`)
	w.keys("q")
	w.isAsItWas()
}

// What was decided in Review is there again after a kill.
func TestDecisionsOutliveAKill(t *testing.T) {
	w, _ := configured(t, 100, 40)
	w.keys("Space") // leaves out the first line
	w.waitFor(`1 left out`)
	w.keys("/")
	w.text("wide world")
	w.waitFor(`▸ ! Advanced`)
	w.keys("Enter", "a")
	w.yes(`Accept this line`)
	w.waitFor(`accepted: adopts addition`)
	exec.Command("kill", "-9", w.process()).Run()
	w.waitFor(`ready\$`)
	w.revive()
	w.run("clear; cwsync")
	w.toReviewFromStart()
	w.waitFor(`8 changes .* 1 left out`)
	w.waitFor(`accepted: adopts addition`)
	w.leave()
}

// Whatever the wizard waits for, it can be left, and the terminal is as it was.
func TestLeavingDuringAnyWait(t *testing.T) {
	w, server := configured(t, 80, 24)
	server.Latency(time.Minute)
	w.keys("r")
	w.waitFor(`Reading ConnectWise|Reading usage`)
	w.leave()
	w.run("cwsync")
	w.toReviewFromStart()
	w.waitFor(`Reading ConnectWise|Reading usage`)
	exec.Command("kill", "-TERM", w.process()).Run()
	w.waitFor(`everything that was done is saved`)
	w.isAsItWas()
}

func TestTerminationDuringASync(t *testing.T) {
	w, server := configured(t, 80, 24)
	server.Latency(300 * time.Millisecond)
	w.keys("Enter")
	w.yes(`Write 7 changes`)
	w.waitFor(`[1-5] of 7`)
	exec.Command("kill", "-TERM", w.process()).Run()
	w.waitFor(`everything that was done is saved`)
	w.isAsItWas()
	server.Latency(0)
	if writes := len(server.Writes()); writes == 0 || writes > 7 {
		t.Errorf("%d writes", writes)
	}
	w.run("cwsync --sync >/dev/null; clear; cwsync --sync --dry-run | tail -n 1")
	w.waitFor(`nothing to change`) // all that was written is known, and the rest was done
}

func TestNoColourInATerminal(t *testing.T) {
	colour := regexp.MustCompile(`\x1b\[[0-9;]*\b(3[0-8]|4[0-8]|9[0-7])\b[0-9;]*m`)
	for _, environ := range []string{"NO_COLOR=1", "TERM_PROGRAM=none"} {
		w := newTerminal(t, 80, 24, environ)
		w.run("cwsync demo")
		w.waitFor(`complete and saved`)
		coloured := colour.MatchString(w.coloured())
		if wanted := !strings.HasPrefix(environ, "NO_COLOR"); coloured != wanted {
			t.Errorf("%s: coloured %t, want %t", environ, coloured, wanted)
		}
		w.leave()
	}
}

func TestKeysAreNotEchoedLineByLine(t *testing.T) {
	w := newTerminal(t, 100, 40)
	w.run("cwsync demo --accessible")
	w.waitFor(`go on, l: list again\.`)
	w.run("5")
	w.waitFor(`Private key, or enter`)
	w.run("verysecretkey4711")
	w.waitFor(`memory, 17 characters, ends in 4711`)
	if screen := w.screen(); strings.Contains(screen, "verysecret") {
		t.Errorf("the key is on the screen:\n%s", screen)
	}
	w.run("q")
	w.waitFor(`Everything is saved`)
	w.isAsItWas()
}

// A new product is named on the full screen, and Review shows it.
func TestNewProductInATerminal(t *testing.T) {
	w := newTerminal(t, 80, 24)
	w.run("cwsync demo")
	w.toProducts()
	w.keys("n")
	w.waitFor(`New product for`)
	w.keys("Enter") // begins typing, behind what is proposed
	w.waitFor(`ctrl\+u clear`)
	w.keys("C-u")
	w.waitFor(`must not be empty`)
	w.text("MBX-NEW")
	w.waitFor(`✓ Identifier +MBX-NEW`)
	w.keys("Enter") // ends typing, on the next line
	w.waitFor(`▸ ✓ Class`)
	w.keys("End", "Enter")
	w.waitFor(`new: MBX-NEW, created`)
	w.waitFor(`1 of 5 mapped`)
	w.keys("g")
	w.yes(`Go on`)
	w.waitFor(`▸   Cloud Services`)
	w.keys("Enter")
	w.waitFor(`exact 5`)
	w.keys("A")
	w.yes(`Link 5 customers`)
	w.waitFor(`linked 5`)
	w.keys("g")
	w.waitFor(`Products\n.*\+ Advanced +MBX-NEW`)
	w.leave()
}
