package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"

	"cwsync/syncer/schedule"
)

// launchdScheduler keeps a property list: a daemon of the machine for root, else an agent of the user.
type launchdScheduler struct{ app *app }

// launchdFolders are where property lists and logs lie.
func (a *app) launchdFolders() (lists, logs string, err error) {
	if a.machine.whole() {
		library := filepath.Join(a.machine.top, "Library")
		return filepath.Join(library, "LaunchDaemons"), filepath.Join(library, "Logs"), nil
	}
	home, err := os.UserHomeDir()
	library := filepath.Join(home, "Library")
	return filepath.Join(library, "LaunchAgents"), filepath.Join(library, "Logs"), err
}

func (s *launchdScheduler) entry(profile string) *schedule.Entry {
	return &schedule.Entry{System: schedule.Launchd, Profile: profile, Machine: s.app.machine.whole(), UserID: s.app.machine.userID}
}

func (s *launchdScheduler) path(profile string) (string, error) {
	lists, _, err := s.app.launchdFolders()
	if err != nil {
		return "", scheduleFailed("", "find the folder of the property lists: %s", err)
	}
	return filepath.Join(lists, schedule.Name(profile)+".plist"), nil
}

// try runs the program with what launchd gives a job: the user's names and folders and nothing of a shell.
func (s *launchdScheduler) try(ctx context.Context, entry *schedule.Entry, arguments []string) (ran, error) {
	home, name := homeAndName()
	env := bareEnvironment(map[string]string{"HOME": home, "LOGNAME": name, "USER": name, "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin:/usr/sbin:/sbin"}, "TMPDIR")
	return s.app.run(ctx, call{words: append([]string{entry.Program}, arguments...), env: env, folder: home, patience: checkPatience})
}

func (s *launchdScheduler) add(ctx context.Context, entry *schedule.Entry, text schedule.Text) (err error) {
	domain, target := entry.Domain()
	var placed placing
	defer func() {
		if err != nil && len(placed.done) > 0 {
			again := !placed.fresh()
			err = tookBack(err, placed.undo())
			if again { // the entry that was there before
				_, _ = s.app.run(context.WithoutCancel(ctx), call{words: []string{"launchctl", "bootstrap", domain, text.Files[0].Path}})
			}
		}
	}()
	if err := placed.put(text.Files[0], entry.Profile); err != nil {
		return err
	}
	if !placed.fresh() { // launchd takes no second one of the name
		if _, err := s.app.run(ctx, call{words: []string{"launchctl", "bootout", target}}); err != nil {
			return err
		}
	}
	_, err = s.app.must(ctx, call{words: []string{"launchctl", "bootstrap", domain, text.Files[0].Path}})
	return err
}

func (s *launchdScheduler) remove(ctx context.Context, profile string) (bool, error) {
	path, err := s.path(profile)
	if err != nil {
		return false, err
	}
	if _, err := ours(path, profile); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	_, target := s.entry(profile).Domain()
	loaded, err := s.app.run(ctx, call{words: []string{"launchctl", "print", target}})
	if err != nil {
		return false, err
	}
	if loaded.code == 0 {
		if _, err := s.app.must(ctx, call{words: []string{"launchctl", "bootout", target}}); err != nil {
			return false, err
		}
	}
	if err := os.Remove(path); err != nil {
		return false, scheduleFailed("the job is unloaded; delete the file by hand", "remove the property list: %s", err)
	}
	return true, nil
}

var lastExitCode = regexp.MustCompile(`last exit code = (\d+)`)

func (s *launchdScheduler) state(ctx context.Context, profile string) (schedule.State, error) {
	state := schedule.State{System: schedule.Launchd, Name: schedule.Name(profile)}
	path, err := s.path(profile)
	if err != nil {
		return state, err
	}
	data, err := ours(path, profile)
	if errors.Is(err, fs.ErrNotExist) {
		return state, nil
	}
	if err != nil {
		state.Problem = err.Error()
		return state, nil
	}
	state.Present, state.Files = true, []string{path}
	_, state.Timing, _ = schedule.ReadMark(string(data))
	_, target := s.entry(profile).Domain()
	loaded, err := s.app.run(ctx, call{words: []string{"launchctl", "print", target}})
	if err != nil {
		state.Problem = err.Error()
		return state, nil
	}
	state.Enabled = loaded.code == 0
	if !state.Enabled {
		state.Problem = "launchd has not loaded it; `cwsync schedule add" + profileFlag(profile) + "` loads it"
		return state, nil
	}
	state.Next = state.Timing.Next(s.app.now(), localZone())
	if found := lastExitCode.FindStringSubmatch(loaded.out); found != nil {
		if code, err := strconv.Atoi(found[1]); err == nil {
			state.LastExit = &code
		}
	}
	return state, nil
}
