package ui

import (
	"strings"

	"cwsync/ui/report"
	"cwsync/ui/theme"
)

// startLine is one thing that Start says.
type startLine struct {
	sign  string
	role  theme.Role // of the sign
	label string     // instead of a sign
	text  string     // plain
	dim   bool       // it can wait
	key   string     // what leads to it; empty: nothing does
}

func (s *startPage) view(width, height int) string {
	t := s.desk.theme
	var lines []string
	switch {
	case s.timetable:
		lines = s.desk.timetable(t, width)
	case s.failed != nil:
		text, hint := explain(s.failed)
		lines = append([]string{""}, paragraph(t, theme.Wrong, theme.SignWrong+" ", text, width)...)
		if hint != "" {
			lines = append(append(lines, ""), paragraph(t, theme.Normal, "", hint, width)...)
		}
	case s.seen == nil:
	default:
		lines = s.draw(width)
	}
	s.lines, s.page = len(lines), height
	s.top = max(min(s.top, s.lines-s.page), 0)
	return strings.Join(lines[s.top:min(s.top+height, len(lines))], "\n")
}

// draw lays out all that Start says: how the last run ended and what it changed, what needs a person, and what comes next.
func (s *startPage) draw(width int) []string {
	column := 0
	for _, key := range []string{"r", "p", "c", "s", "h"} { // those that lines name
		column = max(column, 3+report.Cells(s.does(key)))
	}
	column = min(column, 18)
	lines := []string{""}
	for _, line := range s.ending() {
		lines = append(lines, s.row(line, width, column)...)
	}
	if changed := s.changed(width); len(changed) > 0 {
		lines = append(append(lines, ""), changed...)
	}
	if needs := s.needs(); len(needs) > 0 {
		lines = append(lines, "")
		for _, line := range needs {
			lines = append(lines, s.row(line, width, column)...)
		}
	}
	lines = append(lines, "")
	lines = append(lines, s.row(startLine{label: "Next run", text: s.nextRun(), key: "s"}, width, column)...)
	recent := startLine{label: "Recent", key: "h"}
	recent.text = s.recent(s.room(recent, width, column))
	return append(lines, s.row(recent, width, column)...)
}

// labelWidth is what stands before what comes next.
const labelWidth = 11

// row is one thing in as many lines as it takes, with its key on the right of the first.
func (s *startPage) row(line startLine, width, column int) []string {
	if line.text == "" {
		return nil
	}
	t := s.desk.theme
	head, role, hang := line.sign, line.role, line.hang()
	if line.label != "" {
		head, role = line.label, theme.Dim
	}
	lines := report.Wrap(line.text, s.room(line, width, column))
	for i, part := range lines {
		said := strings.Repeat(" ", margin) + t.Paint(role, report.PadRight(head, hang)) + t.Paint(line.textRole(), part)
		if does := s.does(line.key); i == 0 && does != "" {
			gap := max(width-column-1-margin-hang-report.Cells(part), 1)
			said += strings.Repeat(" ", gap) + t.Paint(theme.Accent, line.key) + "  " + t.Paint(theme.Dim, report.Shorten(does, column-3))
		}
		lines[i], head = said, ""
	}
	return lines
}

// margin is what stands before every line, and between a text and its key.
const margin = 3

// hang is where the text of a line begins behind its sign or its label.
func (l startLine) hang() int {
	if l.label != "" {
		return labelWidth
	}
	return 3 // a sign of one cell and two behind it
}

// room is what a line has for its text, in cells.
func (s *startPage) room(line startLine, width, column int) int {
	room := width - 1 - margin - line.hang()
	if s.does(line.key) != "" {
		room -= margin + column
	}
	return max(room, 10)
}

func (l startLine) textRole() theme.Role {
	if l.dim {
		return theme.Dim
	}
	return theme.Normal
}

// does is where a key leads; empty where it leads nowhere.
func (s *startPage) does(key string) string {
	for _, w := range s.ways() {
		if key != "" && w.key == key {
			return w.does
		}
	}
	return ""
}

// changed is what the newest run changed, by what that did to the lines, and what it is worth a month.
func (s *startPage) changed(width int) []string {
	t := s.desk.theme
	if len(s.seen.runs) == 0 {
		return nil
	}
	var chips, painted []string
	for _, chip := range s.chips() {
		chips = append(chips, chip.text())
		painted = append(painted, t.Paint(chip.role, chip.sign)+" "+report.Count(chip.n)+" "+chip.word)
	}
	if len(chips) == 0 {
		return nil
	}
	const apart = "   "
	var lines []string
	line, cells := "   ", 3
	for i := range chips {
		if own := report.Cells(chips[i]); cells > 3 && cells+len(apart)+own > width-1 {
			lines = append(lines, line)
			line, cells = "   "+painted[i], 3+own
			continue
		} else if cells > 3 {
			line, cells = line+apart, cells+len(apart)
		}
		line, cells = line+painted[i], cells+report.Cells(chips[i])
	}
	worth := s.worth()
	if worth == "" {
		return append(lines, line)
	}
	if gap := width - 1 - cells - report.Cells(worth); gap >= len(apart) && len(lines) == 0 {
		return []string{line + strings.Repeat(" ", min(gap, 8)) + worth}
	}
	lines = append(lines, line)
	for _, part := range report.Wrap(worth, max(width-4, 10)) {
		lines = append(lines, "   "+part)
	}
	return lines
}

// worth is what the newest run changed a month, and what of it is held back.
func (s *startPage) worth() string {
	worth, held := report.Totals(s.seen.sum.MonthlyDelta), report.Totals(s.seen.sum.HeldMonthlyDelta)
	switch {
	case worth == "" && held == "":
		return ""
	case worth == "":
		return "a month 0.00 (held " + held + ")"
	case held == "":
		return "a month " + worth
	}
	return "a month " + worth + " (held " + held + ")"
}

type startChip struct {
	n    int
	sign string
	word string
	role theme.Role
}

func (c startChip) text() string { return c.sign + " " + report.Count(c.n) + " " + c.word }

func (s *startPage) chips() []startChip {
	k, sum := s.seen.kinds, s.seen.sum
	all := []startChip{
		{k.Raised, theme.SignRaised, "raised", theme.Done}, {k.Lowered, theme.SignLowered, "lowered", theme.Attention},
		{k.New, theme.SignCreate, "new", theme.Done}, {k.Ended, theme.SignCancel, "ended", theme.Attention},
		{k.Other, theme.SignUpdate, "repriced", theme.Normal}, {k.Products, theme.SignCreate, plural(k.Products, "product", "products"), theme.Normal},
		{sum.None, theme.SignUnchanged, "unchanged", theme.Dim},
	}
	var some []startChip
	for _, chip := range all {
		if chip.n > 0 {
			some = append(some, chip)
		}
	}
	return some
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
