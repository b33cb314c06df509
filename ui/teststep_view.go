package ui

import (
	"strings"

	"cwsync/syncer/doctor"
	"cwsync/ui/report"
	"cwsync/ui/theme"

	"github.com/charmbracelet/x/ansi"
)

// spinnerSigns turn while a check is under way.
const spinnerSigns = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"

func (s *testStep) view(width, height int) string {
	switch {
	case s.desk.site == nil:
		return "\n" + strings.Join(paragraph(s.desk.theme, theme.Normal, "", "There is no connection to test yet. Press enter to go back to Connect.", width), "\n")
	case s.listed:
		return s.listView(width, height)
	}
	names := 0
	for _, row := range s.rows {
		names = max(names, ansi.StringWidth(row.name))
	}
	var lines []string
	from, to := 0, 0 // of the marked row
	for i := range s.rows {
		if i == s.at {
			from = len(lines)
		}
		lines = append(lines, s.rowLines(i, names, width)...)
		if i == s.at {
			to = len(lines)
		}
	}
	lines = window(lines, from, to, height-1)
	return "\n" + strings.Join(lines, "\n")
}

// window cuts lines to height so that those from from to to are in sight, the first of them before all others.
func window(lines []string, from, to, height int) []string {
	if len(lines) <= height {
		return lines
	}
	first := max(to-height, 0)
	first = min(first, from)
	return lines[first:min(first+height, len(lines))]
}

// rowLines is a check: one line, and below it what does not fit, and what to do.
func (s *testStep) rowLines(i, names, width int) []string {
	t, row := s.desk.theme, &s.rows[i]
	sign, role := s.sign(row)
	mark, nameRole := "  ", theme.Normal
	if i == s.at {
		mark, nameRole = t.Paint(theme.Accent, "▸ "), theme.Accent
	} else if row.check == nil && !row.underWay || row.status() == doctor.Skip {
		nameRole = theme.Dim
	}
	line := mark + t.Paint(role, sign) + " " + t.Paint(nameRole, row.name+strings.Repeat(" ", names-ansi.StringWidth(row.name)))
	if row.check == nil || row.underWay {
		return []string{line}
	}
	detail, detailRole := report.Plain(row.check.Detail), theme.Normal
	if row.status() == doctor.Skip {
		detailRole = theme.Dim
	}
	room := width - names - 7
	wide := ansi.StringWidth(detail) <= room
	open := i == s.at || row.status() == doctor.Fail
	if wide || !open {
		line += "  " + t.Paint(detailRole, ansi.Truncate(detail, room, theme.Ellipsis))
	}
	lines := []string{line}
	if !wide && open {
		lines = append(lines, indented(t, detailRole, detail, width)...)
	}
	if hint := row.check.Hint; hint != "" && (open || row.status() == doctor.Warn) {
		lines = append(lines, indented(t, theme.Dim, theme.Arrow+" "+hint, width)...)
	}
	return lines
}

// indented is a text below the name of its check.
func indented(t theme.Theme, role theme.Role, text string, width int) []string {
	parts := wrapped(report.Plain(text), max(width-8, 10))
	for i, part := range parts {
		parts[i] = "      " + t.Paint(role, part)
	}
	return parts
}

func (s *testStep) sign(row *testRow) (string, theme.Role) {
	if row.underWay {
		signs := []rune(spinnerSigns)
		return string(signs[s.turn%len(signs)]), theme.Accent
	}
	switch row.status() {
	case doctor.OK:
		return theme.SignDone, theme.Done
	case doctor.Warn:
		return theme.SignHeld, theme.Attention
	case doctor.Fail:
		return theme.SignWrong, theme.Wrong
	}
	return theme.SignSkipped, theme.Dim
}

// listView shows the list of rights, for terminals that let no program copy.
func (s *testStep) listView(width, height int) string {
	var lines []string
	for line := range strings.SplitSeq(strings.TrimRight(s.rightsList(), "\n"), "\n") {
		lead := strings.Repeat(" ", len(line)-len(strings.TrimLeft(line, " ")))
		lines = append(lines, paragraph(s.desk.theme, theme.Normal, lead, strings.TrimLeft(line, " "), width)...)
	}
	lines = append([]string{""}, lines...)
	return strings.Join(lines[:min(len(lines), height)], "\n")
}
