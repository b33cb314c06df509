package ui

import (
	"errors"
	"strings"

	"cwsync/ui/report"
	"cwsync/ui/theme"
)

// plainSchedule is the page Schedule as lines of text.
type plainSchedule struct {
	p    *prompts
	page *schedulePage
}

func newPlainSchedule(p *prompts, page step) plainStep {
	return &plainSchedule{p: p, page: page.(*schedulePage)}
}

func (s *plainSchedule) heard() {}

func (s *plainSchedule) ask() error {
	s.say(s.page.about(theme.None(), plainWidth))
	if s.page.said != "" && s.page.problem == nil {
		s.p.say("%s", s.page.said)
	}
	first := "run it by itself"
	if s.page.state.Present {
		first = "change when it runs"
	}
	options := []option{
		{"enter", first, func(string) error { return s.when() }},
		{"v", "view what is put in place", func(string) error {
			err := s.p.do(s.page.read(s.page.timing()))
			if s.page.show {
				s.page.show = false
				s.say(s.page.shown(theme.None(), plainWidth))
			}
			return err
		}},
		{"r", "ask again", func(string) error { return s.p.do(s.page.enter()) }},
	}
	if s.page.state.Present {
		options = append(options, option{"x", "take it away", func(string) error { return s.p.do(s.page.remove()) }})
	}
	return s.p.atStep(s.p.choose(options))
}

// when asks for the two lines of the form.
func (s *plainSchedule) when() error {
	s.page.choose()
	defer func() { s.page.form = nil }()
	answers := make([]string, 2)
	for i, field := range s.page.form.fields {
		s.p.say("%s", field.help)
		answer, err := s.p.line(field.label + ", or enter for " + report.Plain(orElse(field.text(), field.empty)) + ":")
		if err != nil {
			return err
		}
		if answers[i] = answer; answer == "" {
			answers[i] = field.text()
		}
	}
	timing, problem := timingOf(answers[0], answers[1])
	if problem != "" {
		s.p.say("Not taken: %s.", problem)
		return nil
	}
	s.page.form = nil
	if err := s.p.do(s.page.add(timing)); err != nil && !errors.Is(err, errBack) {
		return err
	}
	return nil
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

func (s *plainSchedule) say(lines []string) {
	for _, line := range lines {
		if line = strings.TrimSpace(line); line != "" {
			s.p.say("%s", line)
		}
	}
}
