package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// terminal is a real one, of tmux on a socket of its own, in which a shell starts cwsync.
type terminal struct {
	t      *testing.T
	socket string
	modes  string // of the terminal, as stty tells them before anything ran in it
}

// newTerminal gives a terminal with this environment for its shell, and cwsync in its PATH. Tests that need one are skipped where there is no
// tmux, but never where all checks are to run.
func newTerminal(t *testing.T, width, height int, environ ...string) *terminal {
	t.Helper()
	return newTerminalOn(t, darkBackdrop, width, height, environ...)
}

// newTerminalOn is one with a background, which it tells a program that asks.
func newTerminalOn(t *testing.T, look backdrop, width, height int, environ ...string) *terminal {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("tmux is not installed, and every check is to run")
		}
		t.Skip("tmux is not installed: the whole program in a real terminal is not tested")
	}
	folder, err := os.MkdirTemp("", "tmux") //nolint:usetesting // the path of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	w := &terminal{t: t, socket: filepath.Join(folder, "socket")}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"cwsync", crashCommand} { // the test binary is either, under its name
		if err := os.Symlink(self, filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	config := "set -g default-terminal tmux-256color\nset -ga terminal-features ',*:RGB'\nset -g status off\nset -sg escape-time 0\nset -g remain-on-exit on\n" +
		"set -g window-style fg=" + look.fill + ",bg=" + look.back + "\n"
	if err := os.WriteFile(filepath.Join(folder, "conf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	home := filepath.Join(folder, "home")
	if err := os.Mkdir(home, 0o700); err != nil {
		t.Fatal(err)
	}
	env := append([]string{"PATH=" + folder + ":" + os.Getenv("PATH"), "HOME=" + home, "LANG=C.UTF-8", "TMPDIR=" + folder,
		"CWSYNC_DB=" + filepath.Join(folder, "cwsync.db")}, environ...)
	t.Cleanup(func() {
		_ = exec.Command("tmux", "-S", w.socket, "kill-server").Run() // gone already where it failed
		_ = os.RemoveAll(folder)
	})
	start := exec.Command("tmux", "-S", w.socket, "-f", filepath.Join(folder, "conf"), "new-session", "-d", "-x", fmt.Sprint(width), "-y", fmt.Sprint(height), "env", "PS1=ready$ ", "sh")
	start.Env = env
	if out, err := start.CombinedOutput(); err != nil {
		t.Fatalf("start tmux: %v: %s", err, out)
	}
	w.waitFor(`ready\$`)
	w.modes = w.stty()
	w.run("clear")
	w.waitFor(`\A[r]eady\$`)
	return w
}

// modes is what stty -g prints.
var modes = regexp.MustCompile(`(?m)^[0-9a-f]+:[0-9a-f]+:[0-9a-f]+:[0-9a-f:]+$`)

// stty are all modes of the terminal in one line.
func (w *terminal) stty() string {
	w.t.Helper()
	w.run("clear; stty -g")
	return modes.FindString(w.waitFor(modes.String()))
}

// tmux runs one of its commands and gives what it printed.
func (w *terminal) tmux(args ...string) string {
	w.t.Helper()
	var failed bytes.Buffer
	cmd := exec.Command("tmux", append([]string{"-S", w.socket}, args...)...)
	cmd.Stderr = &failed
	out, err := cmd.Output()
	if err != nil {
		w.t.Fatalf("tmux %s: %v: %s", args[0], err, failed.String())
	}
	return string(out)
}

// keys presses keys by their names in tmux; text types letters.
func (w *terminal) keys(names ...string) { w.tmux(append([]string{"send-keys"}, names...)...) }
func (w *terminal) text(text string)     { w.tmux("send-keys", "-l", text) }
func (w *terminal) run(command string)   { w.text(command); w.keys("Enter") }

// paste pastes a text as a terminal does.
func (w *terminal) paste(text string) {
	w.tmux("set-buffer", text)
	w.tmux("paste-buffer", "-p")
}

func (w *terminal) resize(width, height int) {
	w.tmux("resize-window", "-x", fmt.Sprint(width), "-y", fmt.Sprint(height))
}

// screen is what is on the screen, without and with the escape sequences of its colours.
func (w *terminal) screen() string   { return w.tmux("capture-pane", "-p") }
func (w *terminal) coloured() string { return w.tmux("capture-pane", "-p", "-e") }

// waitFor waits until the screen has what a pattern describes, and gives the screen.
func (w *terminal) waitFor(pattern string) string {
	w.t.Helper()
	wanted := regexp.MustCompile("(?m)" + pattern)
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if screen := w.screen(); wanted.MatchString(screen) {
			return screen
		}
	}
	w.t.Fatalf("waited 20 s for %q on the screen:\n%s", pattern, strings.TrimRight(w.screen(), "\n"))
	return ""
}

// process is the id of the program in front, below the shell.
func (w *terminal) process() string {
	w.t.Helper()
	shell := strings.TrimSpace(w.tmux("display-message", "-p", "#{pane_pid}"))
	out, err := exec.Command("pgrep", "-P", shell).Output()
	if err != nil {
		w.t.Fatalf("no program runs in the terminal: %v", err)
	}
	return strings.TrimSpace(string(out))
}
