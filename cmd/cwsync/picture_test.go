//go:build pictures

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cwsync/cwclient/cwsim"
)

// TestPictures takes pictures from the running program, on a dark and on a light background: .ci/pictures asks for them and turns them into PNG.
func TestPictures(t *testing.T) {
	folder := os.Getenv("CWSYNC_PICTURES")
	if folder == "" {
		t.Fatal("CWSYNC_PICTURES names no folder: run .ci/pictures")
	}
	for _, look := range []backdrop{darkBackdrop, lightBackdrop} {
		t.Run(look.name, func(t *testing.T) { takePictures(t, folder, look) })
	}
}

func takePictures(t *testing.T, folder string, look backdrop) {
	server, site, _ := connectWise(t)
	keys := server.Credentials()
	picture := func(w *terminal, name string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, look.prefix+name+".svg"), []byte(look.svg(w.coloured(), 108)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	environ := append(standInScheduler(t), "CWSYNC_CONTOSO_CONNECTION_PUBLIC_KEY="+keys.PublicKey, "CWSYNC_CONTOSO_CONNECTION_PRIVATE_KEY="+keys.PrivateKey)
	w := newTerminalOn(t, look, 108, 27, environ...)
	place := t.TempDir()
	document := fmt.Sprintf("version: 1\nconnection: {site: %q, company: %q, client_id: %q}\nsources:\n  - {name: mail, kind: csv, options: {path: usage.csv}}\n",
		site, keys.Company, keys.ClientID)
	for name, content := range map[string]string{"setup.yaml": document, "usage.csv": latin(string(demoUsage))} {
		if err := os.WriteFile(filepath.Join(place, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w.run("cwsync setup import --profile contoso " + filepath.Join(place, "setup.yaml") + " && clear && cwsync --profile contoso")
	w.waitFor(`complete and saved`)
	time.Sleep(time.Second) // until the terminal has told its background
	picture(w, "connect")
	w.keys("Enter")
	w.waitFor(`11 well`)
	picture(w, "test")
	w.keys("Enter")
	w.waitFor(`16 lines, 10 customers, 5 services`)
	picture(w, "usage")
	w.keys("Enter")
	w.waitFor(`0 of 5 mapped`)
	w.waitFor(`suggest: PPE`)
	w.keys("a", "Down", "a", "Down", "a", "Down", "Down")
	w.waitFor(`3 of 5 mapped`)
	w.keys("/")
	w.text("bus")
	w.waitFor(`/ bus.* found`)
	picture(w, "products")
	w.escape()
	w.escape()
	w.escape()
	w.keys("A")
	w.yes(`Accept 2 suggestions`)
	w.waitFor(`5 of 5 mapped`)
	w.keys("g")
	w.waitFor(`▸   Cloud Services`)
	w.keys("Enter")
	w.waitFor(`exact 4`)
	w.keys("A")
	w.yes(`Link 4 customers`)
	for _, like := range []string{"Adventure Works", "Lightwave"} {
		w.waitFor(`linked 4|linked 5`)
		w.keys("/")
		w.text(like)
		w.waitFor(`1 found`)
		w.escape()
		w.keys("a")
		w.yes(`Link ` + like)
		w.escape()
	}
	w.waitFor(`linked 6`)
	picture(w, "customers")
	w.keys("g")
	w.waitFor(`6 changes .* 1 held`)
	picture(w, "review")
	w.keys("f", "w")
	w.waitFor(`a accepts it`)
	picture(w, "why")
	w.keys("w", "w", "f", "f")
	w.keys("?")
	w.waitFor(`any key closes`)
	picture(w, "help")
	w.keys("Space")
	w.resize(108, 20)
	w.waitFor(`6 changes`)
	server.Latency(600 * time.Millisecond)
	w.keys("Enter")
	w.waitFor(`Write 6 changes`)
	picture(w, "question")
	w.yes(`Write 6 changes`)
	w.waitFor(`[45] of 6`)
	picture(w, "sync")
	server.Latency(0)
	w.waitFor(`Done: 6 changes`)
	picture(w, "summary")
	w.keys("s")
	w.waitFor(`Recent`)
	w.keys("q")
	w.isAsItWas()
	takeLaterPictures(t, w, filepath.Join(place, "keys.yaml"), keys, func(name string) { picture(w, name) })
}

// takeLaterPictures takes those of the mornings after: a timer is there, and somebody looks.
func takeLaterPictures(t *testing.T, w *terminal, secrets string, keys cwsim.Credentials, picture func(name string)) {
	t.Helper()
	lines := fmt.Sprintf("connection.public_key: %s\nconnection.private_key: %s\n", keys.PublicKey, keys.PrivateKey)
	if err := os.WriteFile(secrets, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	w.run("clear; cwsync schedule add --profile contoso --credentials " + secrets + " >/dev/null; clear; cwsync --profile contoso")
	w.waitFor(`06:00 by systemd timer`)
	picture("start")
	w.keys("s")
	w.waitFor(`next .* 06:00`)
	picture("schedule")
	w.escape()
	w.waitFor(`Recent`)
	w.keys("h")
	w.waitFor(`6 applied`)
	w.keys("Enter")
	w.waitFor(`History · run`)
	w.waitFor(`Woodgrove Bank`)
	picture("history")
	w.escape()
	w.escape()
	w.waitFor(`Recent`)
	w.keys("q")
	w.isAsItWas()
	w.resize(108, 50)
	w.run("PS1=; clear; cwsync doctor --profile contoso")
	w.waitFor(`\d+ well`)
	picture("doctor")
}

// latin leaves out the customer whose name needs a font that not every machine has.
func latin(usage string) string {
	var kept []string
	for line := range strings.Lines(usage) {
		if !strings.HasPrefix(line, "1011,") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

// escape presses esc by itself: two at once, or a letter right behind, are another key to a program.
func (w *terminal) escape() {
	w.keys("Escape")
	time.Sleep(150 * time.Millisecond)
}
