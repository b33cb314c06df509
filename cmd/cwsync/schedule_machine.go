package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/schedule"
)

// machine is what scheduling needs to know of the machine. Tests have one of their own.
type machine struct {
	system string // linux, darwin, windows, as runtime.GOOS has it
	userID int    // of who runs the program; 0 is root
	top    string // the folder that holds etc, run, var and Library
	asks   bool   // somebody at a terminal can be asked
}

func thisMachine() machine {
	return machine{system: runtime.GOOS, userID: os.Geteuid(), top: string(filepath.Separator), asks: isTerminal(os.Stdin)}
}

// whole tells whether an entry is one of the whole machine.
func (m *machine) whole() bool { return m.userID == 0 }

// runsSystemd tells whether systemd is what started this machine.
func (m *machine) runsSystemd() bool {
	info, err := os.Stat(filepath.Join(m.top, "run", "systemd", "system"))
	return m.system == "linux" && err == nil && info.IsDir()
}

// scheduler is the one that an entry is for unless --for names another.
func (m *machine) scheduler() schedule.System { return m.schedulers()[0] }

// schedulers are those that this machine may have, the usual one first.
func (m *machine) schedulers() []schedule.System {
	switch {
	case m.system == "darwin":
		return []schedule.System{schedule.Launchd, schedule.Cron}
	case m.system == "windows":
		return []schedule.System{schedule.Windows}
	case m.runsSystemd():
		return []schedule.System{schedule.Systemd, schedule.Cron}
	}
	return []schedule.System{schedule.Cron}
}

// scheduler puts entries in place, takes them away and says what became of them.
type scheduler interface {
	// try runs cwsync with other arguments as the entry would run it.
	try(ctx context.Context, entry *schedule.Entry, arguments []string) (ran, error)
	// add puts the entry in place, or fails and leaves all as it was.
	add(ctx context.Context, entry *schedule.Entry, text schedule.Text) error
	// remove takes a profile's entry away; removed is false where there is none.
	remove(ctx context.Context, profile string) (removed bool, err error)
	state(ctx context.Context, profile string) (schedule.State, error)
}

// systemNamed is the scheduler of --for, this machine's own where that is empty.
func (m *machine) systemNamed(name string) (schedule.System, error) {
	if name == "" {
		return m.scheduler(), nil
	}
	system, err := schedule.ParseSystem(name)
	if err != nil {
		return "", usageError("--for: %s", err)
	}
	return system, nil
}

// has fails with exit code 10 where this machine does not have the scheduler.
func (m *machine) has(system schedule.System) error {
	program, fits := "", true
	switch system {
	case schedule.Systemd:
		if m.system == "linux" && !m.runsSystemd() && hasProgram("systemctl") {
			return notHere("systemd does not run this machine, so that it would never start a run")
		}
		program, fits = "systemctl", m.system == "linux"
	case schedule.Launchd:
		program, fits = "launchctl", m.system == "darwin"
	case schedule.Windows:
		program, fits = "schtasks", m.system == "windows"
	case schedule.Cron:
		program, fits = "crontab", m.system != "windows"
	}
	if !fits || !hasProgram(program) {
		return notHere("this machine has no %s: there is no program %s", system.Service(), program)
	}
	return nil
}

func hasProgram(name string) bool {
	_, err := exec.LookPath(name)
	return err == nil
}

func (a *app) schedulerOf(system schedule.System) scheduler {
	switch system {
	case schedule.Systemd:
		return &systemdScheduler{a}
	case schedule.Launchd:
		return &launchdScheduler{a}
	case schedule.Windows:
		return &windowsScheduler{a}
	case schedule.Cron:
	}
	return &cronScheduler{a}
}

// The most time that a program of the system and that a check of the secrets may take.
const (
	systemPatience = time.Minute
	checkPatience  = 3 * time.Minute
)

// maxSaid is how much of what a program says is kept.
const maxSaid = 4 << 20

// call is a program of the system to be run.
type call struct {
	words    []string
	input    string
	env      []string // nil: that of this program
	folder   string
	patience time.Duration // systemPatience if 0
	shared   bool          // it talks to the terminal itself
}

// ran is what became of a call.
type ran struct {
	out  string
	said string // on standard error
	code int
}

// run runs a program of the system. That it ends with another exit code than 0 is no error here. It fails with exit code 10 where the machine
// does not have the program, else with 1.
func (a *app) run(ctx context.Context, c call) (ran, error) {
	patience := c.patience
	if patience == 0 {
		patience = systemPatience
	}
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	cmd := exec.CommandContext(limited, c.words[0], c.words[1:]...) // #nosec G204 -- programs of the system's schedulers, and cwsync itself; no shell reads the arguments
	cmd.Env, cmd.Dir, cmd.WaitDelay = c.env, c.folder, time.Second
	if c.env == nil {
		cmd.Env = append(os.Environ(), "LC_ALL=C") // their messages are looked into
	}
	var out, said bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(c.input), &limitedBuffer{&out}, &limitedBuffer{&said}
	if c.shared {
		cmd.Stdin, cmd.Stdout, cmd.Stderr = a.in, a.err, a.err // standard output is for results
	}
	err := cmd.Run()
	result := ran{out: out.String(), said: strings.TrimSpace(said.String())}
	var ended *exec.ExitError
	switch {
	case err == nil:
		return result, nil
	case ctx.Err() != nil:
		return result, ctx.Err()
	case limited.Err() != nil:
		return result, scheduleFailed("", "%s did not answer within %s", c.words[0], patience)
	case errors.As(err, &ended) && ended.ExitCode() >= 0:
		result.code = ended.ExitCode()
		return result, nil
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, fs.ErrNotExist):
		return result, notHere("this machine has no %s", c.words[0])
	}
	return result, scheduleFailed("", "run %s: %s", c.words[0], err)
}

// must is run for a program that has to succeed; what it said is the error.
func (a *app) must(ctx context.Context, c call) (ran, error) {
	result, err := a.run(ctx, c)
	if err != nil || result.code == 0 {
		return result, err
	}
	return result, scheduleFailed("", "%s failed with exit code %d: %s", strings.Join(c.words[:min(len(c.words), 4)], " "), result.code, result.why())
}

// why is what a program said about its failure, in one line.
func (r ran) why() string {
	for _, text := range []string{r.said, strings.TrimSpace(r.out)} {
		if text != "" {
			lines := strings.Split(text, "\n")
			return strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(lines[0]), "."))
		}
	}
	return "it said nothing"
}

// limitedBuffer keeps the beginning of what is written to it.
type limitedBuffer struct{ kept *bytes.Buffer }

// Write implements io.Writer.
func (l *limitedBuffer) Write(p []byte) (int, error) {
	l.kept.Write(p[:min(len(p), max(maxSaid-l.kept.Len(), 0))])
	return len(p), nil
}

// notHere says that this machine does not have what was asked for.
func notHere(format string, args ...any) *syncer.Stop {
	stop := usageError(format, args...)
	stop.Problem.Code, stop.Problem.Hint = "no_scheduler", "name another scheduler with --for; `cwsync schedule show` shows what to give it"
	return stop
}

// scheduleFailed says that a scheduler did not do what it should.
func scheduleFailed(hint, format string, args ...any) *syncer.Stop {
	if hint == "" {
		hint = "nothing was changed; `cwsync schedule show` shows what is put in place, so that it can be done by hand"
	}
	return &syncer.Stop{Exit: syncer.ExitFailed, Problem: syncer.Problem{Code: "schedule_failed", Message: fmt.Sprintf(format, args...), Hint: hint}}
}

func fileExists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// bareEnvironment is what a scheduler without a session gives a run: variables by their names, and those of this program that pass lists.
func bareEnvironment(given map[string]string, pass ...string) []string {
	var env []string
	for name, value := range given {
		env = append(env, name+"="+value)
	}
	for _, name := range pass {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	slices.Sort(env)
	return env
}
