package main

import (
	"context"
	"os"
	"os/user"
	"regexp"
	"strings"
	"time"

	"cwsync/syncer/schedule"
)

// cronScheduler keeps a block of lines in the user's crontab.
type cronScheduler struct{ app *app }

// localZone is the zone of this machine.
func localZone() *time.Location { return time.Local }

// crontab reads the user's crontab; one that is not there is empty.
func (s *cronScheduler) crontab(ctx context.Context) (string, error) {
	result, err := s.app.run(ctx, call{words: []string{"crontab", "-l"}})
	if err == nil && len(result.out) >= maxSaid { // what is beyond would be lost when it is written
		return "", scheduleFailed("nothing was changed; `cwsync schedule show` has the lines, so that they can be put in by hand", "the crontab is larger than %d MB", maxSaid>>20)
	}
	if err != nil || result.code == 0 {
		return result.out, err
	}
	if said := strings.ToLower(result.said); strings.Contains(said, "no crontab for") || strings.Contains(said, "no such file") {
		return "", nil
	}
	return "", scheduleFailed("nothing was changed; an administrator allows the use of crontab in /etc/cron.allow", "read the crontab: %s", result.why())
}

func (s *cronScheduler) write(ctx context.Context, crontab string) error {
	_, err := s.app.must(ctx, call{words: []string{"crontab", "-"}, input: crontab})
	return err
}

// try runs the program as cron does: from the home folder, with hardly an environment, and with nothing on standard input.
func (s *cronScheduler) try(ctx context.Context, entry *schedule.Entry, arguments []string) (ran, error) {
	home, name := homeAndName()
	env := bareEnvironment(map[string]string{"HOME": home, "LOGNAME": name, "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin"})
	return s.app.run(ctx, call{words: append([]string{entry.Program}, arguments...), env: env, folder: home, patience: checkPatience})
}

func homeAndName() (home, name string) {
	home, _ = os.UserHomeDir()
	if current, err := user.Current(); err == nil {
		name = current.Username
	}
	return home, name
}

func (s *cronScheduler) add(ctx context.Context, entry *schedule.Entry, text schedule.Text) error {
	crontab, err := s.crontab(ctx)
	if err != nil {
		return err
	}
	with, err := schedule.WithBlock(crontab, entry.Profile, text.Files[0].Text)
	if err != nil {
		return changedBlock(entry.Profile)
	}
	if err := s.write(ctx, with); err != nil {
		return err
	}
	if err := s.arrived(ctx, entry.Profile, text.Files[0].Text); err != nil {
		return tookBack(err, s.write(context.WithoutCancel(ctx), crontab))
	}
	return nil
}

// arrived fails unless the crontab holds the block.
func (s *cronScheduler) arrived(ctx context.Context, profile, block string) error {
	crontab, err := s.crontab(ctx)
	if err != nil {
		return err
	}
	if _, now, _, found, err := schedule.Block(crontab, profile); err != nil || !found || now != block {
		return scheduleFailed("the crontab is as it was; `crontab -l` shows it", "crontab took the new lines, but they were not in the crontab then")
	}
	return nil
}

var ownZone = regexp.MustCompile(`(?m)^[ \t]*CRON_TZ[ \t]*=`)

// zoneWarnings say that lines before those of a profile set another zone, which some crons take for that of all lines below.
func (s *cronScheduler) zoneWarnings(ctx context.Context, profile string) []string {
	crontab, err := s.crontab(ctx)
	if err != nil {
		return nil // it was read a moment ago
	}
	if before, _, _, found, err := schedule.Block(crontab, profile); err != nil || !found || !ownZone.MatchString(before) {
		return nil
	}
	return []string{"the crontab sets CRON_TZ above the lines of cwsync, so that the runs may be at that zone's time; move CRON_TZ below them with `crontab -e`"}
}

// changedBlock says that the lines in the crontab are not as they were written.
func changedBlock(profile string) error {
	return scheduleFailed("put them right or delete them with `crontab -e`; nothing was changed", "the lines of profile %s in the crontab have lost their beginning or end, or others are between them", profile)
}

func (s *cronScheduler) remove(ctx context.Context, profile string) (bool, error) {
	crontab, err := s.crontab(ctx)
	if err != nil {
		return false, err
	}
	before, _, after, found, err := schedule.Block(crontab, profile)
	switch {
	case err != nil:
		return false, changedBlock(profile)
	case !found:
		return false, nil
	}
	return true, s.write(ctx, before+after)
}

func (s *cronScheduler) state(ctx context.Context, profile string) (schedule.State, error) {
	state := schedule.State{System: schedule.Cron, Name: schedule.Name(profile)}
	crontab, err := s.crontab(ctx)
	if err != nil {
		state.Problem = err.Error()
		return state, nil
	}
	_, block, _, found, err := schedule.Block(crontab, profile)
	if err != nil {
		state.Problem = changedBlock(profile).Error()
		return state, nil
	}
	if !found {
		return state, nil
	}
	state.Present = true
	_, state.Timing, _ = schedule.ReadMark(block)
	for line := range strings.Lines(block) {
		state.Enabled = state.Enabled || !strings.HasPrefix(strings.TrimSpace(line), "#") && strings.TrimSpace(line) != ""
	}
	if !state.Enabled {
		state.Problem = "its lines in the crontab are switched off; `cwsync schedule add" + profileFlag(profile) + "` writes them anew"
		return state, nil
	}
	state.Next = state.Timing.Next(s.app.now(), localZone())
	return state, nil
}
