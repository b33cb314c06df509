package ui

import "strings"

// pageLines is how many lines of a list are printed before a person is asked whether they want more.
const pageLines = 40

// plainList prints a long list in pages, so that nobody has to listen to all of it.
type plainList struct {
	lines []string
	from  int // first line that was not printed yet
}

// show prints the first page.
func (l *plainList) show(p *prompts, lines []string) {
	l.lines, l.from = lines, 0
	l.more(p)
}

// more prints the next page.
func (l *plainList) more(p *prompts) {
	to := min(l.from+pageLines, len(l.lines))
	for _, line := range l.lines[l.from:to] {
		p.say("%s", line)
	}
	l.from = to
}

// option is what a person can answer while there is more.
func (l *plainList) option(p *prompts) []option {
	if l.from >= len(l.lines) {
		return nil
	}
	return []option{{"m", "more of the list", func(string) error { l.more(p); return nil }}}
}

// inOneLine is a laid out line without its columns.
func inOneLine(line string) string { return strings.Join(strings.Fields(line), " ") }

// spoken joins what is not empty.
func spoken(parts ...string) string {
	said := parts[:0]
	for _, part := range parts {
		if part = strings.TrimSpace(part); part != "" {
			said = append(said, part)
		}
	}
	return strings.Join(said, ", ")
}
