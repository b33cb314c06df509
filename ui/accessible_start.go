package ui

import (
	"errors"
	"strings"

	"cwsync/ui/report"
	"cwsync/ui/theme"
)

// errOther ends accessible mode for this profile: another one is to be chosen.
var errOther = errors.New("another profile")

// plainStart is Start as lines of text and a numbered menu.
type plainStart struct {
	p    *prompts
	page *startPage
	said int // reading that was said
}

func newPlainStart(p *prompts, page step) plainStep {
	return &plainStart{p: p, page: page.(*startPage)}
}

func (s *plainStart) heard() {}

func (s *plainStart) ask() error {
	if s.said != s.page.round {
		s.said = s.page.round
		s.all()
	}
	ways := s.page.ways()
	for i, w := range ways[1:] {
		s.p.say("%d. %s", i+1, w.does)
	}
	return s.p.atStep(s.p.choose([]option{
		{"enter", ways[0].does, func(string) error { return s.follow(ways[0]) }},
		{numbers(len(ways) - 1), "that of the list", func(answer string) error {
			at, _ := picked(answer, len(ways)-1)
			return s.follow(ways[1+at])
		}},
		{"l", "say it again", func(string) error { s.said = -1; return nil }},
	}))
}

// follow goes where a way leads. What only the screen shows is said here.
func (s *plainStart) follow(w way) error {
	switch msg := w.do().(type) {
	case timetableMsg:
		for _, line := range s.page.desk.timetable(theme.None(), plainWidth) {
			s.p.say("%s", line)
		}
		return nil
	case leaveMsg:
		if msg.other {
			return errOther
		}
		return errLeave
	}
	return s.p.do(w.do)
}

// all says how things stand.
func (s *plainStart) all() {
	page := s.page
	about, right, _ := page.title()
	s.p.say("%s.", spoken(report.Plain(about), inOneLine(withoutSign(right))))
	if page.failed != nil {
		text, hint := explain(page.failed)
		s.p.say("Failed: %s. %s", report.Plain(text), report.Plain(hint))
		return
	}
	if page.seen == nil {
		return
	}
	for _, line := range page.ending() {
		s.p.say("%s", line.text)
	}
	var chips []string
	for _, chip := range page.chips() {
		chips = append(chips, report.Count(chip.n)+" "+chip.word)
	}
	if said := spoken(append(chips, page.worth())...); said != "" {
		s.p.say("%s.", said)
	}
	for _, line := range page.needs() {
		lead := "Attention: "
		if line.role == theme.Done {
			lead = ""
		}
		s.p.say("%s%s.", lead, line.text)
	}
	s.p.say("Next run: %s.", page.nextRun())
	if recent := page.recent(plainWidth); recent != "" {
		s.p.say("Recent: %s.", inOneLine(recent))
	}
}

// withoutSign leaves out the sign that a title ends with.
func withoutSign(text string) string {
	for _, sign := range []string{theme.SignDone, theme.SignWrong, theme.SignHeld, theme.SignUnknown, theme.SignSkipped} {
		if said, ok := strings.CutSuffix(text, " "+sign); ok {
			return said
		}
	}
	return text
}
