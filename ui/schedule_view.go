package ui

import (
	"strings"
	"time"

	"cwsync/syncer/schedule"
	"cwsync/ui/report"
	"cwsync/ui/theme"

	"github.com/charmbracelet/x/ansi"
)

func (s *schedulePage) view(width, height int) string {
	t := s.desk.theme
	switch {
	case s.form != nil:
		return "\n" + s.form.view(t, []string{"Nothing is put in place before it is proven that a run by the scheduler finds its keys."}, width, height-1)
	case s.show:
		lines := s.shown(t, width)
		s.lines, s.page = len(lines), height
		s.top = max(min(s.top, s.lines-s.page), 0)
		return strings.Join(lines[s.top:min(s.top+height, len(lines))], "\n")
	}
	lines := append([]string{""}, s.about(t, width)...)
	return strings.Join(lines[:min(height, len(lines))], "\n")
}

// about says what there is, how the last run ended and what is wrong.
func (s *schedulePage) about(t theme.Theme, width int) []string {
	var lines []string
	say := func(role theme.Role, lead, text string) {
		lines = append(lines, paragraph(t, role, lead, text, width)...)
	}
	switch {
	case !s.known && s.problem == nil:
		return nil
	case !s.known:
	case s.state.Present:
		sign, role := theme.SignDone, theme.Done
		if s.state.Problem != "" || !s.state.Enabled {
			sign, role = theme.SignHeld, theme.Attention
		}
		say(role, sign+" ", s.state.System.Title()+" "+s.state.Name+": "+s.state.Timing.String())
		say(theme.Normal, "  ", nextText(s.state.Next, s.desk.now()))
		if s.state.LastExit != nil {
			say(theme.Normal, "  ", "its last run ended with exit code "+report.Count(*s.state.LastExit)+": "+exitMeaning(*s.state.LastExit))
		}
	default:
		say(theme.Normal, "· ", "Not scheduled: a sync runs only when somebody starts it.")
		lines = append(lines, "")
		say(theme.Accent, "", "enter has it run every day by the scheduler of this machine.")
	}
	if s.state.Problem != "" {
		say(theme.Attention, theme.SignHeld+" ", s.state.Problem)
	}
	for _, warning := range s.warnings {
		say(theme.Attention, theme.SignHeld+" ", warning)
	}
	if s.problem != nil {
		text, hint := explain(s.problem)
		lines = append(lines, "")
		say(theme.Wrong, theme.SignWrong+" ", text)
		if hint != "" {
			say(theme.Dim, "  ", hint)
		}
	}
	return lines
}

// nextText says when the next run is.
func nextText(next, now time.Time) string {
	if next.IsZero() {
		return "no next run"
	}
	next = next.In(now.Location())
	switch next.Format(time.DateOnly) {
	case now.Format(time.DateOnly):
		return "next run today " + next.Format("15:04")
	case now.AddDate(0, 0, 1).Format(time.DateOnly):
		return "next run tomorrow " + next.Format("15:04")
	}
	return "next run " + next.Format("2006-01-02 15:04")
}

// shown is what is put in place: each file as it is, then the commands.
func (s *schedulePage) shown(t theme.Theme, width int) []string {
	lines := []string{""}
	title := func(text string) { lines = append(lines, paragraph(t, theme.Accent, "", text, width)...) }
	asIs := func(text string) {
		for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
			lines = append(lines, "  "+ansi.Truncate(report.Plain(strings.ReplaceAll(line, "\t", "  ")), max(width-3, 1), theme.Ellipsis))
		}
		lines = append(lines, "")
	}
	if len(s.text.Prepare) > 0 {
		title("Once, so that a run gets its keys; each value is asked for:")
		asIs(strings.Join(s.text.Prepare, "\n"))
	}
	for _, file := range s.text.Files {
		title(fileTitle(file))
		asIs(file.Text)
	}
	title("Then:")
	asIs(strings.Join(s.text.Commands, "\n"))
	for _, note := range append(append([]string{}, s.text.Notes...), s.text.Warnings...) {
		lines = append(lines, paragraph(t, theme.Dim, "· ", note, width)...)
	}
	return append(lines, paragraph(t, theme.Dim, "· ", "to copy it: "+s.desk.command("schedule show"), width)...)
}

func fileTitle(file schedule.File) string {
	if file.Path == "" {
		return "Lines of the crontab:"
	}
	return file.Path + ":"
}
