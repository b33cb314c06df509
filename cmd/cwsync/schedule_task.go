package main

import (
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"cwsync/syncer/schedule"
)

// windowsScheduler keeps a task of the Task Scheduler.
type windowsScheduler struct{ app *app }

// windowsPatience is how long a person may take to type the Windows password.
const windowsPatience = 10 * checkPatience

// try runs the program with the variables of the user alone, as a task gets them; those of this session are left out.
func (s *windowsScheduler) try(ctx context.Context, entry *schedule.Entry, arguments []string) (ran, error) {
	env := bareEnvironment(nil, "SystemRoot", "SystemDrive", "windir", "ComSpec", "PATH", "PATHEXT", "USERPROFILE", "HOMEDRIVE", "HOMEPATH", "APPDATA", "LOCALAPPDATA",
		"ProgramData", "USERNAME", "USERDOMAIN", "TEMP", "TMP")
	return s.app.run(ctx, call{words: append([]string{entry.Program}, arguments...), env: env, patience: checkPatience})
}

// add registers the task; schtasks asks for the Windows password itself, so that it is in no argument and nothing of ours ever has it.
func (s *windowsScheduler) add(ctx context.Context, entry *schedule.Entry, text schedule.Text) error {
	if !s.app.machine.asks {
		stop := usageError("the Task Scheduler asks for the Windows password of %s, and there is no terminal to ask on", entry.User)
		stop.Problem.Hint = "run it in a terminal; or save what `cwsync schedule show` shows as a file and give the task its password another way"
		return stop
	}
	known, err := s.task(ctx, entry.Profile)
	if err != nil {
		return err
	}
	if owner, _, ok := schedule.ReadMark(known); known != "" && (!ok || owner != entry.Profile) { // capitals do not tell names of tasks apart
		stop := usageError("there is a task %s that `cwsync schedule add` did not make for profile %s", entry.Name(), entry.Profile)
		stop.Problem.Hint = "rename it, or use another profile"
		return stop
	}
	folder, err := os.MkdirTemp("", "cwsync-")
	if err != nil {
		return scheduleFailed("", "make a folder for the task: %s", err)
	}
	err = s.register(ctx, filepath.Join(folder, entry.Name()+".xml"), entry, text.Files[0].Bytes())
	if gone := os.RemoveAll(folder); err == nil && gone != nil {
		s.app.log.Warn("a temporary folder stays behind", "folder", folder, "error", gone.Error())
	}
	return err
}

func (s *windowsScheduler) register(ctx context.Context, path string, entry *schedule.Entry, task []byte) error {
	if err := os.WriteFile(path, task, 0o600); err != nil {
		return scheduleFailed("", "write the task: %s", err)
	}
	result, err := s.app.run(ctx, call{words: []string{"schtasks", "/Create", "/TN", entry.Name(), "/XML", path, "/RU", entry.User, "/RP", "*", "/F"},
		shared: true, patience: windowsPatience})
	if err != nil || result.code == 0 {
		return err
	}
	return scheduleFailed("check the password; the user needs the right to log on as a batch job, which an administrator gives",
		"the Task Scheduler did not take the task: schtasks, whose own words are above, ended with exit code %d", result.code)
}

// task is the definition of a profile's task as the Task Scheduler has it; empty where there is none, which it says in its own language alone.
func (s *windowsScheduler) task(ctx context.Context, profile string) (string, error) {
	result, err := s.app.run(ctx, call{words: []string{"schtasks", "/Query", "/TN", schedule.Name(profile), "/XML"}})
	if err != nil || result.code != 0 {
		return "", err
	}
	return strings.ReplaceAll(result.out, "\x00", ""), nil
}

func (s *windowsScheduler) remove(ctx context.Context, profile string) (bool, error) {
	task, err := s.task(ctx, profile)
	if err != nil {
		return false, err
	}
	if owner, _, ok := schedule.ReadMark(task); !ok || owner != profile {
		return false, nil
	}
	_, err = s.app.must(ctx, call{words: []string{"schtasks", "/Delete", "/TN", schedule.Name(profile), "/F"}})
	return err == nil, err
}

var switchedOff = regexp.MustCompile(`<Enabled>\s*false\s*</Enabled>`)

// Columns of `schtasks /Query /V /FO CSV`, whose titles are in the language of the system, and the result of a task that never ran.
const (
	columnLastResult = 6
	neverRan         = 267011
)

func (s *windowsScheduler) state(ctx context.Context, profile string) (schedule.State, error) {
	state := schedule.State{System: schedule.Windows, Name: schedule.Name(profile)}
	task, err := s.task(ctx, profile)
	if err != nil || task == "" {
		return state, err
	}
	owner, timing, ok := schedule.ReadMark(task)
	if !ok || owner != profile {
		state.Problem = "there is a task " + state.Name + " that `cwsync schedule add` did not make"
		return state, nil
	}
	state.Present, state.Timing, state.Enabled = true, timing, !switchedOff.MatchString(task)
	if !state.Enabled {
		state.Problem = "the task is switched off; switch it on in the Task Scheduler"
		return state, nil
	}
	state.Next = timing.Next(s.app.now(), localZone())
	result, err := s.app.run(ctx, call{words: []string{"schtasks", "/Query", "/TN", state.Name, "/V", "/FO", "CSV", "/NH"}})
	if err != nil || result.code != 0 {
		return state, err
	}
	if row, err := csv.NewReader(strings.NewReader(result.out)).Read(); err == nil && len(row) > columnLastResult {
		if code, err := strconv.Atoi(row[columnLastResult]); err == nil && code != neverRan {
			state.LastExit = &code
		}
	}
	return state, nil
}
