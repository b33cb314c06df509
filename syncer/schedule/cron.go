package schedule

import (
	"errors"
	"slices"
	"strings"
)

// cron writes the block for the crontab. Times in UTC are told in the machine's own zone: not every cron knows CRON_TZ, and in those that do it
// holds for the lines of others below it as well.
func (e *Entry) cron() Text {
	block := "# " + e.blockStart() + "\n" + strings.Join(e.cronLines(), "\n") + "\n" + blockEnd(e.Profile) + "\n"
	text := Text{Files: []File{{Text: block}}, Commands: []string{"crontab -e"}}
	text.Notes = []string{"cron starts runs with little more than HOME in the environment and no keyring that somebody has to unlock; --credentials FILE is what works everywhere",
		"a run that was missed while the machine was off is not made up for",
		"errors go to standard error, which cron mails to the user where mail is set up; `cwsync history` has every run"}
	if e.Timing.UTC && e.guarded() {
		text.Notes = append(text.Notes, "cron counts in the machine's own time, which moves against UTC: the lines name each time that may be the right one, and `date -u` lets only that one run")
	}
	return text
}

func (e *Entry) blockStart() string {
	return mark(e.Profile, e.Timing) + " (cwsync schedule add writes these lines, cwsync schedule remove takes them away)"
}

func blockEnd(profile string) string { return "# cwsync-schedule end of profile=" + profile }

// guarded tells whether the machine's clocks move against UTC in a way that moves the times of the runs.
func (e *Entry) guarded() bool {
	all := offsets(e.Now, e.zone())
	for _, offset := range all {
		if !slices.Equal(shifted(e.Timing.Clocks(), offset), shifted(e.Timing.Clocks(), all[0])) {
			return true
		}
	}
	return false
}

// cronLines are one line for each set of minutes that have the same hours.
func (e *Entry) cronLines() []string {
	command := strings.ReplaceAll(shellWords(e.command())+" >/dev/null", "%", `\%`) // a bare % ends the command
	clocks := e.Timing.Clocks()
	if !e.Timing.UTC || !e.guarded() {
		if e.Timing.UTC {
			clocks = shifted(clocks, offsets(e.Now, e.zone())[0])
		}
		return timed(clocks, command)
	}
	var lines []string
	for _, s := range slots(clocks) {
		var local []Clock
		for _, offset := range offsets(e.Now, e.zone()) {
			local = append(local, shifted(s.clocks(), offset)...)
		}
		slices.Sort(local)
		guard := `case "$(date -u +\%H)" in ` + listed(s.hours, "%02d", "|") + ") " + command + " ;; esac"
		lines = append(lines, timed(slices.Compact(local), guard)...)
	}
	return lines
}

func (s *slot) clocks() []Clock {
	var all []Clock
	for _, hour := range s.hours {
		for _, minute := range s.minutes {
			all = append(all, Clock(hour*60+minute))
		}
	}
	return all
}

func timed(clocks []Clock, command string) []string {
	var lines []string
	for _, s := range slots(clocks) {
		lines = append(lines, listed(s.minutes, "%d", ",")+" "+listed(s.hours, "%d", ",")+" * * * "+command)
	}
	return lines
}

// ErrBlock says that a crontab has a profile's block without an end, or more than one, or with a line of somebody else within: somebody changed it.
var ErrBlock = errors.New("the lines of cwsync in the crontab are not as they were written")

// Block finds the lines of a profile in a crontab: before, the block itself and after add up to the crontab byte by byte. found is false, and
// all of it before, where the profile has none. It fails with ErrBlock where the block has no end, there are two, or a line in it runs something else.
func Block(crontab, profile string) (before, block, after string, found bool, err error) {
	start, end := -1, -1
	position := 0
	for line := range strings.SplitAfterSeq(crontab, "\n") {
		plain := strings.TrimRight(line, "\r\n")
		owner, _, marked := ReadMark(plain)
		switch {
		case marked && owner == profile && strings.HasPrefix(plain, "# "):
			if start >= 0 {
				return "", "", "", false, ErrBlock
			}
			start = position
		case plain == blockEnd(profile):
			if start < 0 || end >= 0 {
				return "", "", "", false, ErrBlock
			}
			end = position + len(line)
		case start >= 0 && end < 0 && !strings.Contains(plain, " --sync --profile "+profile+" "):
			return "", "", "", false, ErrBlock // it would go with ours
		}
		position += len(line)
	}
	switch {
	case start < 0:
		return crontab, "", "", false, nil
	case end < 0:
		return "", "", "", false, ErrBlock
	}
	return crontab[:start], crontab[start:end], crontab[end:], true, nil
}

// WithBlock is a crontab with a profile's block replaced, or added at its end; every other line stays as it is. It fails as Block does.
func WithBlock(crontab, profile, block string) (string, error) {
	before, _, after, found, err := Block(crontab, profile)
	if err != nil {
		return "", err
	}
	if !found && before != "" && !strings.HasSuffix(before, "\n") {
		before += "\n"
	}
	return before + block + after, nil
}
