package ui

import (
	"strings"

	"cwsync/ui/report"
	"cwsync/ui/theme"
)

// timetable shows what to give a scheduler so that this profile is synced every day: text to copy, nothing is installed.
func timetable(t theme.Theme, profile string, width int) []string {
	command := "cwsync --sync --profile " + report.Quoted(profile)
	lines := []string{""}
	say := func(role theme.Role, text string) {
		for _, line := range report.Wrap(text, max(width-4, 1)) {
			lines = append(lines, "  "+t.Paint(role, line))
		}
	}
	copied := func(text string) {
		for line := range strings.SplitSeq(text, "\n") {
			lines = append(lines, "    "+line)
		}
	}
	say(theme.Accent, "Run it every day")
	say(theme.Dim, "Choose one. The time is this machine's; the keys must be where the scheduler's user finds them.")
	lines = append(lines, "")
	say(theme.Normal, "cron, with crontab -e:")
	copied("0 6 * * * " + strings.ReplaceAll(command, "%", `\%`)) // cron takes a bare % for a line break
	lines = append(lines, "")
	say(theme.Normal, "systemd, in ~/.config/systemd/user/cwsync.service:")
	copied("[Service]\nType=oneshot\nExecStart=/usr/bin/env cwsync --sync \\\n  --profile " + strings.ReplaceAll(report.Quoted(profile), "%", "%%"))
	lines = append(lines, "")
	say(theme.Normal, "and in ~/.config/systemd/user/cwsync.timer:")
	copied("[Timer]\nOnCalendar=*-*-* 06:00\nPersistent=true\n[Install]\nWantedBy=timers.target")
	lines = append(lines, "")
	say(theme.Normal, "then:")
	copied("systemctl --user enable --now cwsync.timer")
	return lines
}
