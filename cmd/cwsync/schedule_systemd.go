package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"cwsync/syncer/schedule"
)

// systemdScheduler keeps a service and a timer: the system's for root, else the user's.
type systemdScheduler struct{ app *app }

// unitFolder is where the units of this user lie.
func (a *app) unitFolder() (string, error) {
	if a.machine.whole() {
		return filepath.Join(a.machine.top, "etc", "systemd", "system"), nil
	}
	config, err := os.UserConfigDir()
	return filepath.Join(config, "systemd", "user"), err
}

// systemdVersion is the version of this machine's systemd; 0 where there is none.
func (a *app) systemdVersion(ctx context.Context) int {
	if a.machine.system != "linux" {
		return 0
	}
	result, err := a.run(ctx, call{words: []string{"systemctl", "--version"}})
	fields := strings.Fields(result.out)
	if err != nil || len(fields) < 2 {
		return 0
	}
	version, _ := strconv.Atoi(fields[1])
	return version
}

func (s *systemdScheduler) control(ctx context.Context, words ...string) (ran, error) {
	return s.app.must(ctx, call{words: s.words(words)})
}

func (s *systemdScheduler) words(words []string) []string {
	if s.app.machine.whole() {
		return append([]string{"systemctl"}, words...)
	}
	return append([]string{"systemctl", "--user"}, words...)
}

func (s *systemdScheduler) try(ctx context.Context, entry *schedule.Entry, arguments []string) (ran, error) {
	return s.app.run(ctx, call{words: entry.CheckCommand("systemd-run", arguments), patience: checkPatience})
}

func (s *systemdScheduler) add(ctx context.Context, entry *schedule.Entry, text schedule.Text) (err error) {
	timer := entry.Name() + ".timer"
	var placed placing
	defer func() {
		if err != nil {
			err = tookBack(err, s.takeBack(context.WithoutCancel(ctx), &placed, timer))
		}
	}()
	for _, file := range text.Files {
		if err := placed.put(file, entry.Profile); err != nil {
			return err
		}
	}
	if !placed.fresh() {
		s.forget(ctx, timer)
	}
	for _, words := range [][]string{{"daemon-reload"}, {"enable", timer}, {"restart", timer}} {
		if _, err := s.control(ctx, words...); err != nil {
			return err
		}
	}
	return nil
}

// forget stops a timer and takes from systemd when it ran last: else a timer that is added later, or for an earlier time, takes a run for missed
// and starts it at once. A systemd that cannot do that makes up for it then, which does no harm.
func (s *systemdScheduler) forget(ctx context.Context, timer string) {
	for _, words := range [][]string{{"stop", timer}, {"clean", "--what=state", timer}} {
		_, _ = s.app.run(ctx, call{words: s.words(words)})
	}
}

// takeBack leaves systemd as it was before an entry was added. What systemd says against it is of no use to anybody: it failed before.
func (s *systemdScheduler) takeBack(ctx context.Context, placed *placing, timer string) error {
	if len(placed.done) == 0 {
		return nil
	}
	fresh := placed.fresh()
	if fresh {
		_, _ = s.control(ctx, "disable", "--now", timer)
	}
	err := placed.undo()
	_, _ = s.control(ctx, "daemon-reload")
	if !fresh {
		_, _ = s.control(ctx, "restart", timer)
	}
	return err
}

// files are the units of a profile that are there and ours.
func (s *systemdScheduler) files(profile string) (paths []string, mark string, err error) {
	folder, err := s.app.unitFolder()
	if err != nil {
		return nil, "", scheduleFailed("", "find the folder of the units: %s", err)
	}
	for _, ending := range []string{".service", ".timer"} {
		path := filepath.Join(folder, schedule.Name(profile)+ending)
		data, err := ours(path, profile)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, "", err
		}
		paths, mark = append(paths, path), string(data)
	}
	return paths, mark, nil
}

func (s *systemdScheduler) remove(ctx context.Context, profile string) (bool, error) {
	paths, _, err := s.files(profile)
	if err != nil || len(paths) == 0 {
		return false, err
	}
	if _, err := s.control(ctx, "disable", "--now", schedule.Name(profile)+".timer"); err != nil {
		return false, err
	}
	s.forget(ctx, schedule.Name(profile)+".timer")
	for _, path := range paths {
		if err := os.Remove(path); err != nil {
			return false, scheduleFailed("the timer is switched off; delete the file by hand", "remove the unit: %s", err)
		}
	}
	_, err = s.control(ctx, "daemon-reload")
	return true, err
}

func (s *systemdScheduler) state(ctx context.Context, profile string) (schedule.State, error) {
	name := schedule.Name(profile)
	state := schedule.State{System: schedule.Systemd, Name: name}
	paths, mark, err := s.files(profile)
	if err != nil {
		state.Problem = err.Error()
		return state, nil
	}
	if len(paths) == 0 {
		return state, nil
	}
	state.Present, state.Files = true, paths
	_, state.Timing, _ = schedule.ReadMark(mark)
	timer, err := s.properties(ctx, name+".timer", "ActiveState", "UnitFileState")
	if err != nil {
		state.Problem = err.Error()
		return state, nil
	}
	state.Enabled = len(paths) == 2 && timer["ActiveState"] == "active" && strings.HasPrefix(timer["UnitFileState"], "enabled")
	switch {
	case len(paths) != 2:
		state.Problem = "one of its two files is gone; `cwsync schedule add" + profileFlag(profile) + "` puts it back"
	case !state.Enabled:
		state.Problem = fmt.Sprintf("the timer is %s and %s, so that it does not run; `cwsync schedule add%s` switches it on", timer["UnitFileState"], timer["ActiveState"], profileFlag(profile))
	default:
		state.Next = state.Timing.Next(s.app.now(), localZone())
	}
	if service, err := s.properties(ctx, name+".service", "ExecMainExitTimestampMonotonic", "ExecMainStatus", "Result"); err == nil {
		s.lastRun(&state, service)
	}
	return state, nil
}

// lastRun says how the last run ended, as far as systemd knows since the machine started.
func (s *systemdScheduler) lastRun(state *schedule.State, service map[string]string) {
	if at := service["ExecMainExitTimestampMonotonic"]; at == "" || at == "0" {
		return
	}
	if code, err := strconv.Atoi(service["ExecMainStatus"]); err == nil {
		state.LastExit = &code
	}
	if result := service["Result"]; result != "success" && result != "exit-code" && state.Problem == "" {
		state.Problem = "systemd ended the last run: " + result
	}
}

func (s *systemdScheduler) properties(ctx context.Context, unit string, names ...string) (map[string]string, error) {
	result, err := s.control(ctx, "show", "--property="+strings.Join(names, ","), unit)
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	for line := range strings.Lines(result.out) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			found[key] = value
		}
	}
	return found, nil
}
