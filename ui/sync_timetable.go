package ui

import (
	"strings"

	"cwsync/ui/report"
	"cwsync/ui/theme"
)

// timetable shows what to give a scheduler so that this profile is synced every day: text to copy, nothing is installed.
func (d *desk) timetable(t theme.Theme, width int) []string {
	profile := report.Quoted(d.profile.Name)
	lines := []string{""}
	say := func(role theme.Role, text string) {
		for _, line := range report.Wrap(text, max(width-4, 1)) {
			lines = append(lines, "  "+t.Paint(role, line))
		}
	}
	copied := func(text string) {
		for line := range strings.SplitSeq(text, "\n") {
			room := max(width-1-report.Cells(line), 0) // what is to be copied is never broken, so it moves to the left before it is cut
			lines = append(lines, strings.Repeat(" ", min(4, room))+line)
			if report.Cells(line) > width-1 {
				say(theme.Attention, theme.SignHeld+" this line goes on: make the window at least "+report.Counted(report.Cells(line)+1, "cell", "cells")+" wide to copy it")
			}
		}
	}
	say(theme.Accent, "Run it every day")
	if d.profile.Demo {
		say(theme.Attention, theme.SignHeld+" This is the demo, which is gone when you leave. This is what it looks like for a profile of yours.")
	}
	say(theme.Dim, "Choose one. The time is this machine's; the keys must be where the scheduler's user finds them.")
	lines = append(lines, "")
	say(theme.Normal, "cron, with crontab -e:")
	copied("0 6 * * * " + strings.ReplaceAll("cwsync --sync --profile "+profile, "%", `\%`)) // cron takes a bare % for a line break
	lines = append(lines, "")
	say(theme.Normal, "systemd, in ~/.config/systemd/user/cwsync.service:")
	copied("[Service]\nType=oneshot\nExecStart=/usr/bin/env cwsync --sync \\\n  --profile " + strings.ReplaceAll(profile, "%", "%%"))
	lines = append(lines, "")
	say(theme.Normal, "and in ~/.config/systemd/user/cwsync.timer:")
	copied("[Timer]\nOnCalendar=*-*-* 06:00\nPersistent=true\n[Install]\nWantedBy=timers.target")
	lines = append(lines, "")
	say(theme.Normal, "then:")
	copied("systemctl --user enable --now cwsync.timer")
	return lines
}
