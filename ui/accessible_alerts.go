package ui

import (
	"errors"
	"strings"

	"cwsync/ui/report"
	"cwsync/ui/theme"
)

// plainAlerts is the page of the alerts as lines of text.
type plainAlerts struct {
	p    *prompts
	page *alertsPage
}

func newPlainAlerts(p *prompts, page step) plainStep {
	return &plainAlerts{p: p, page: page.(*alertsPage)}
}

func (s *plainAlerts) heard() {}

func (s *plainAlerts) ask() error {
	switch s.page.shown {
	case alertsNew:
		return s.up(s.fresh())
	case alertsForm:
		return s.up(s.form())
	case alertsTest:
		return s.up(s.test())
	}
	return s.p.atStep(s.all())
}

// up takes the answer b: it goes up one level within the page, else off it.
func (s *plainAlerts) up(err error) error {
	if errors.Is(err, errBack) && s.page.back() {
		return nil
	}
	return s.p.atStep(err)
}

// all lists the alerts.
func (s *plainAlerts) all() error {
	list := s.page.state.all()
	s.p.say("%s", alertsAbout)
	for i, one := range list {
		_, _, said := s.page.standing(one)
		when := s.page.state.whenSaid(one)
		if one == s.page.state.draft {
			when = "not added yet"
		}
		s.p.say("%d. %s.", i+1, spoken(report.Plain(one.Name), report.Plain(one.Kind), when, s.page.place(one), report.Plain(said)))
	}
	if len(list) == 0 {
		s.p.say("There are no alerts.")
		return s.p.choose([]option{s.makes()})
	}
	return s.p.choose([]option{{numbers(len(list)), "work on that alert", func(answer string) error {
		at, _ := picked(answer, len(list))
		return s.one(at)
	}}, s.makes()})
}

func (s *plainAlerts) makes() option {
	return option{"n", "a new alert", func(string) error { s.page.fresh(); return nil }}
}

// one asks what to do with an alert.
func (s *plainAlerts) one(at int) error {
	one := s.page.state.all()[at]
	s.page.state.at = at
	for _, fact := range s.page.facts(one) {
		s.p.say("%s", report.Plain(fact))
	}
	_, role, said := s.page.standing(one)
	if role == theme.Attention || role == theme.Wrong {
		said = "Attention: " + said
	}
	s.p.say("%s.", report.Plain(said))
	options := []option{
		{"enter", "change it", func(string) error { s.page.choose(at); return nil }},
		{"t", "test it", func(string) error { return s.p.do(s.page.openTest()) }},
		{"d", "remove it", func(string) error { return s.p.do(s.page.removal(one, false)) }},
	}
	if s.page.forgettable(one) {
		options = append(options, option{"D", "remove it with its secret", func(string) error { return s.p.do(s.page.removal(one, true)) }})
	}
	return s.p.inside(s.p.choose(options))
}

// fresh asks for kind and name of a new alert.
func (s *plainAlerts) fresh() error {
	s.p.say("A new alert.")
	done, err := s.p.settings("go on", s.page.blanks, func(name, value string) error {
		s.page.draft(name, value)
		return nil
	})
	if err != nil {
		return err
	}
	if !done {
		return errBack
	}
	cmd, err := s.page.make()
	if err != nil {
		s.p.say("Not taken: %s", report.Plain(err.Error()))
		return nil
	}
	return s.p.do(cmd)
}

// form asks for what is set of an alert.
func (s *plainAlerts) form() error {
	current := s.page.state.current()
	s.p.say("Alert %s, %s:", report.Plain(current.Name), report.Plain(current.Kind))
	end := "done"
	if current == s.page.state.draft {
		end = "add this alert"
	}
	done, err := s.p.settings(end, s.page.settings, s.set)
	switch {
	case err != nil:
		return err
	case !done:
		return errBack
	case current != s.page.state.draft:
		s.page.shown = alertsList
		return nil
	}
	cmd, err := s.page.add()
	if err != nil {
		s.p.say("Not taken: %s", report.Plain(err.Error()))
		return nil
	}
	return s.p.do(cmd)
}

func (s *plainAlerts) set(name, value string) error {
	if name != s.page.secretSetting() || strings.HasPrefix(name, onPrefix) {
		cmd, err := s.page.set(name, value)
		if err != nil {
			return err
		}
		return s.p.do(cmd)
	}
	current := s.page.state.current()
	if err := s.p.do(s.page.storeSecret(current, value)); err != nil {
		return err
	}
	refused, ok := s.page.form.refused[name]
	switch {
	case !ok:
		return nil
	case !s.page.lonely:
		return errors.New(refused.why)
	}
	s.p.say("Not taken: %s", report.Plain(refused.why))
	err := s.p.lookAgain(func() (bool, error) {
		err := s.p.do(s.page.findSecret(current))
		found := s.page.secrets[current.Name].origin != ""
		if !found {
			s.p.say("It is not there.")
		}
		return found, err
	})
	if err == nil && s.page.secrets[current.Name].origin == "" {
		err = errors.New("nothing can be sent before it is in one of those places")
	}
	return err
}

// test says what a test does, sends it when asked to, and says what became of it.
func (s *plainAlerts) test() error {
	page := s.page
	s.p.say("A test of %s.", report.Plain(page.state.current().Name))
	if page.trial != nil {
		for _, line := range page.trialSaid() {
			s.p.say("%s", spokenLine(line))
		}
	}
	enter := "send it"
	switch {
	case page.failure != nil:
		s.p.say("Failed: it was not sent: %s. %s.", report.Plain(page.failure.Message), report.Plain(whatToDo(page.failure.Hint)))
		enter = "try again"
	case page.sent:
		s.p.say("Done: %s", page.sentSaid())
		enter = "send it again"
	}
	return s.p.choose([]option{{"enter", enter, func(string) error {
		if page.trial == nil {
			return s.p.do(page.openTrial())
		}
		s.p.say("Sending.")
		return s.p.do(page.sendTest())
	}}})
}

// spokenLine is a line of a test without its columns.
func spokenLine(line trialLine) string {
	lead := strings.TrimSpace(line.lead)
	if lead == "" {
		return report.Plain(strings.TrimSpace(line.text))
	}
	return lead + ": " + report.Plain(strings.TrimSpace(line.text))
}
