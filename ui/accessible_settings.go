package ui

import (
	"errors"
	"slices"

	"cwsync/ui/report"
)

// settings lets somebody change settings one by one until they are done, which is true, or go back. list gives them as they are now; set sets
// one of them, and its error says why it cannot be.
func (p *prompts) settings(done string, list func() []setting, set func(name, value string) error) (bool, error) {
	shown := false
	for {
		now := list()
		if !shown {
			for i := range now {
				p.say("%d. %s", i+1, settingSaid(&now[i]))
			}
			shown = true
		}
		finished := false
		var changed error
		err := p.choose([]option{
			{numbers(len(now)), "change that line", func(answer string) error {
				at, _ := picked(answer, len(now))
				changed = p.setting(&now[at], set)
				shown = slices.EqualFunc(now, list(), func(a, b setting) bool { return a.name == b.name }) // else the numbers are others
				return nil
			}},
			{"l", "list again", func(string) error { shown = false; return nil }},
			{"enter", done, func(string) error { finished = true; return nil }},
		})
		switch {
		case errors.Is(err, errBack):
			return false, nil
		case err != nil:
			return false, err
		case changed != nil:
			return false, changed
		case finished:
			return true, nil
		}
	}
}

// settingSaid is a setting in one line.
func settingSaid(s *setting) string {
	value := report.Plain(s.value)
	if at := s.chosen(); at >= 0 {
		value = s.choices[at].shown()
	}
	switch {
	case s.secret && s.kept != "":
		value = report.Plain(s.kept)
	case value == "" && s.empty != "":
		value = s.empty
	case value == "":
		value = "not given"
	}
	text := s.label + ": " + value
	if s.problem != "" {
		text += ". Attention: " + report.Plain(s.problem)
	}
	return text
}

// setting asks for the value of one setting.
func (p *prompts) setting(s *setting, set func(name, value string) error) error {
	if s.help != "" {
		p.say("%s", s.help)
	}
	ask, question := p.line, s.label+", - for none, or enter to leave it as it is:"
	switch {
	case len(s.choices) > 0:
		for i, choice := range s.choices {
			p.say("  %d. %s", i+1, spoken(choice.shown(), choice.help))
		}
		question = "Which, or enter to leave it as it is:"
	case s.secret:
		ask, question = p.secret, s.label+", or enter to leave it as it is:"
	case s.needed:
		question = s.label + ", or enter to leave it as it is:"
	}
	text, err := ask(question)
	if err != nil || text == "" {
		return err
	}
	switch at, ok := picked(text, len(s.choices)); {
	case len(s.choices) > 0 && !ok:
		p.say("Not taken: type a number from 1 to %d.", len(s.choices))
		return nil
	case len(s.choices) > 0:
		text = s.choices[at].value
	case text == "-" && !s.needed && !s.secret:
		text = ""
	}
	if err := set(s.name, text); err != nil {
		if errors.Is(err, errLeave) || p.ctx.Err() != nil {
			return err
		}
		p.say("Not taken: %s", report.Plain(err.Error()))
		return nil
	}
	p.say("Done.")
	return nil
}
