package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

func TestLogPath(t *testing.T) {
	for database, want := range map[string]string{"/a/cwsync.db": "/a/cwsync.log", "x": "x.log", "/a/.db": "/a/.db.log", "/a/b.sqlite": "/a/b.sqlite.log"} {
		if got := LogPath(filepath.FromSlash(database)); got != filepath.FromSlash(want) {
			t.Errorf("%s: %s, want %s", database, got, want)
		}
	}
}

// newLogFile is a log file that fails the test when it breaks.
func newLogFile(t *testing.T, path string) *logFile {
	t.Helper()
	l := &logFile{path: path, most: 1000, keep: 3, broken: func(err error) { t.Error(err) }}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func TestLogFileBeginsAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cwsync.log")
	l := newLogFile(t, path)
	if err := os.WriteFile(path+".gz", nil, 0o600); err != nil { // somebody else's
		t.Fatal(err)
	}
	for n := range 100 {
		fmt.Fprintf(l, "%098d\n", n) // ten lines are too many for one file
	}
	var all string
	names, err := filepath.Glob(path + ".2*")
	if err != nil || len(names) != 2 {
		t.Fatalf("put aside: %v, %v", names, err)
	}
	for _, name := range append(names, path) {
		text, err := os.ReadFile(name)
		if err != nil || len(text) > 1000 {
			t.Fatalf("%s: %d bytes, %v", name, len(text), err)
		}
		if info, err := os.Stat(name); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", name, info.Mode(), err)
		}
		all += string(text)
	}
	lines := strings.Split(strings.TrimSuffix(all, "\n"), "\n")
	for i, line := range lines { // the newest ones, whole and in order
		if want := fmt.Sprintf("%098d", 100-len(lines)+i); line != want {
			t.Fatalf("line %d is %s, want %s", i, line, want)
		}
	}
	if _, err := os.Stat(path + ".gz"); err != nil || len(lines) < 20 {
		t.Errorf("%d lines are left, %v", len(lines), err)
	}
}

// TestTwoProgramsLogIntoOneFile: no line of either is lost or torn while the file begins anew.
func TestTwoProgramsLogIntoOneFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cwsync.log")
	var programs sync.WaitGroup
	for program := range 4 {
		l := newLogFile(t, path)
		l.most, l.keep = 20_000, 50
		programs.Go(func() {
			for n := range 500 {
				fmt.Fprintf(l, "program %d line %03d %s\n", program, n, strings.Repeat("x", 50))
			}
		})
	}
	programs.Wait()
	names, err := filepath.Glob(path + "*")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			seen[line]++
		}
	}
	for program := range 4 {
		for n := range 500 {
			if line := fmt.Sprintf("program %d line %03d %s\n", program, n, strings.Repeat("x", 50)); seen[line] != 1 {
				t.Fatalf("%q is there %d times", line, seen[line])
			}
		}
	}
}

func TestLogFileThatCannotBe(t *testing.T) {
	folder := t.TempDir()
	for name, path := range map[string]string{"no folder": filepath.Join(folder, "nowhere", "cwsync.log"), "a folder in its place": folder} {
		said := 0
		l := &logFile{path: path, most: 1000, keep: 3, broken: func(error) { said++ }}
		for range 3 {
			if n, err := l.Write([]byte("x\n")); n != 2 || err != nil {
				t.Errorf("%s: %d, %v: no work may fail for its log", name, n, err)
			}
		}
		if said != 1 {
			t.Errorf("%s: said %d times", name, said)
		}
	}
}

func TestALogThatOthersCouldReadIsMadePrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("it has no such rights")
	}
	path := filepath.Join(t.TempDir(), "cwsync.log")
	if err := os.WriteFile(path, []byte("before\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(newLogFile(t, path), "now")
	text, err := os.ReadFile(path)
	if err != nil || string(text) != "before\nnow\n" {
		t.Errorf("%q %v", text, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
}

// TestEveryLineHasItsRun: on both ways, and with what a part of the program adds to its own lines.
func TestEveryLineHasItsRun(t *testing.T) {
	var console, file bytes.Buffer
	l := &logs{level: slog.LevelWarn, form: "json"}
	l.console = l.handler(&console, l.level)
	fan := slog.New(fanHandler{[]slog.Handler{l.console, l.handler(&file, slog.LevelInfo)}, &l.run})
	fan.Info("before")
	run := "r-7"
	l.run.Store(&run)
	fan.With("part", "x").Info("quiet")
	fan.Warn("loud")
	if console.Len() == 0 || strings.Contains(console.String(), "quiet") {
		t.Errorf("the console says %s", console.String())
	}
	for i, line := range strings.Split(strings.TrimSpace(file.String()), "\n") {
		var said map[string]any
		if err := json.Unmarshal([]byte(line), &said); err != nil {
			t.Fatal(err)
		}
		if i > 0 && said["run"] != "r-7" || i == 0 && said["run"] != nil {
			t.Errorf("%s", line)
		}
	}
}
