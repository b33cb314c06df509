package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"cwsync/syncer"
)

func TestProgressLine(t *testing.T) {
	var out bytes.Buffer
	clock := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	line := &progressLine{out: &out, now: func() time.Time { return clock }}
	wants := func(what, want string) {
		t.Helper()
		if got := out.String(); got != want {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
		out.Reset()
	}
	reading := func(done int) { line.observe(syncer.Event{Stage: syncer.StageCurrent, Done: done, Total: 9}) }
	reading(0)
	wants("the first of a stage", "\r\x1b[Kreading agreements: 0 of 9")
	reading(1)
	wants("too soon", "")
	clock = clock.Add(progressEvery)
	reading(2)
	wants("late enough", "\r\x1b[Kreading agreements: 2 of 9")
	line.observe(syncer.Event{Stage: syncer.StageApply, Total: 7})
	wants("another stage, however soon", "\r\x1b[Kwriting changes: 0 of 7")
	line.observe(syncer.Event{Stage: syncer.StageApply, Done: 7, Total: 7})
	wants("the end of a stage", "\r\x1b[K")
	line.observe(syncer.Event{Stage: syncer.StageApply, Done: 6, Total: 7})
	wants("told of late by another worker", "\r\x1b[Kwriting changes: 6 of 7")
	line.end()
	wants("the end of the command", "\r\x1b[K")
	line.end()
	wants("the end once more", "")
}

// Whoever runs it in a terminal sees how far it is, and in the end only the result.
func TestProgressInATerminal(t *testing.T) {
	server, site, environ := connectWise(t)
	w := newTerminal(t, 100, 60, environ...)
	folder := t.TempDir()
	writeDemo(t, folder, site, server.Credentials())
	w.run("cwsync setup import " + filepath.Join(folder, "setup.yaml") + "; clear")
	w.waitFor(`\A[r]eady\$`)
	record := filepath.Join(folder, "record")
	w.tmux("pipe-pane", "cat >"+record) // all that the terminal is sent, which the screen does not tell
	w.run("cwsync --sync --no-color; echo over: $?")
	w.waitFor(`^over: 5`)
	w.tmux("pipe-pane")
	wanted := regexp.MustCompile(`\r\x1b\[Kreading agreements: \d+ of \d+[^\n]*\r\x1b\[K[^\n]*writing changes: 0 of 7[^\n]*\r\x1b\[Krun r-`)
	var sent []byte
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) { // cat writes when it likes
		var err error
		if sent, err = os.ReadFile(record); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if wanted.Match(sent) {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("the terminal was sent %q", sent)
		}
	}
	if screen := w.screen(); strings.Contains(screen, "writing changes") || strings.Contains(screen, "reading agreements") {
		t.Errorf("progress is left on the screen:\n%s", screen)
	}
}
