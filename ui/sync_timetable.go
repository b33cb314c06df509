package ui

import (
	"strings"

	"cwsync/syncer/schedule"
	"cwsync/ui/report"
	"cwsync/ui/theme"
)

// usualTiming is what is proposed: early, so that what is held is there to be looked at in the morning.
func usualTiming() schedule.Timing { return schedule.Timing{At: 6 * 60} }

// timetable shows how this profile is synced every day: commands to copy, nothing is installed.
func (d *desk) timetable(t theme.Theme, width int) []string {
	lines := []string{""}
	say := func(role theme.Role, text string) {
		for _, line := range report.Wrap(text, max(width-4, 1)) {
			lines = append(lines, "  "+t.Paint(role, line))
		}
	}
	copied := func(line string) {
		room := max(width-1-report.Cells(line), 0) // what is to be copied is never broken, so it moves to the left before it is cut
		lines = append(lines, strings.Repeat(" ", min(4, room))+line)
		if report.Cells(line) > width-1 {
			say(theme.Attention, theme.SignHeld+" this line goes on: make the window at least "+report.Counted(report.Cells(line)+1, "cell", "cells")+" wide to copy it")
		}
		lines = append(lines, "")
	}
	say(theme.Accent, "Run it every day")
	if d.profile.Demo {
		say(theme.Attention, theme.SignHeld+" This is the demo, which is gone when you leave. This is what it looks like for a profile of yours.")
	}
	lines = append(lines, "")
	say(theme.Normal, "This gives it to the scheduler of this machine as "+schedule.Name(d.profile.Name)+", "+usualTiming().String()+", once it is proven that the keys can be had there:")
	copied(d.command("schedule add"))
	say(theme.Normal, "Another time or more often: --at 22:30, --every 4h, --utc. The files and commands for systemd, cron, launchd and Windows, without installing anything:")
	copied(d.command("schedule show"))
	say(theme.Normal, "Whether it is there, when it runs next and how it ended last; and to take it away:")
	copied(d.command("schedule status"))
	lines = lines[:len(lines)-1]
	copied(d.command("schedule remove"))
	return lines[:len(lines)-1]
}
