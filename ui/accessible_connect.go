package ui

import (
	"errors"
	"strings"

	"cwsync/ui/report"

	tea "charm.land/bubbletea/v2"
)

// plainConnect is the step that connects, as lines of text.
type plainConnect struct {
	p    *prompts
	step *connect

	listed bool
}

func (c *plainConnect) heard() {}

func (c *plainConnect) ask() error {
	if !c.listed {
		c.p.say("%s Nothing is written to ConnectWise.", c.step.keysGo())
		for i, field := range c.step.form.fields {
			c.p.say("%d. %s: %s", i+1, field.label, c.shown(field))
		}
		c.listed = true
	}
	c.said()
	if missing := c.step.missing(); len(missing) > 0 {
		c.p.say("Still needed: %s.", strings.Join(missing, ", "))
	}
	err := c.p.atStep(c.p.choose([]option{
		{numbers(len(c.step.form.fields)), "change that line", c.change},
		{"enter", "go on", func(string) error { return c.goOn() }},
		{"l", "list again", func(string) error { c.listed = false; return nil }},
	}))
	c.listed = c.listed && c.p.app.at(placeConnect)
	return err
}

func (c *plainConnect) shown(field *field) string {
	text := report.Plain(field.text())
	switch {
	case field.secret && field.kept != "":
		text = report.Plain(field.kept)
	case field.secret || text == "":
		text = field.empty
	}
	if field.problem != "" {
		text += ". Not taken: " + report.Plain(field.problem)
	}
	return text
}

// change asks for the text of one line and gives it to the step.
func (c *plainConnect) change(answer string) error {
	at, _ := picked(answer, len(c.step.form.fields))
	field := c.step.form.fields[at]
	c.p.say("%s", field.help)
	ask := c.p.line
	if field.secret {
		ask = c.p.secret
	}
	question := field.label + ", or enter to leave it as it is:"
	if field.optional {
		question = field.label + ", - for none, or enter to leave it as it is:"
	}
	text, err := ask(question)
	switch {
	case err != nil:
		return err
	case text == "":
		return nil
	case text == "-" && field.optional:
		field.take("")
	case field.secret:
		field.typed = ""
		field.write(tea.PasteMsg{Content: text})
	default:
		field.take(report.Plain(text))
	}
	if err := c.p.do(c.step.take(at)); err != nil {
		return err
	}
	switch {
	case c.step.lonely != nil:
	case field.problem != "":
		c.p.say("Not taken: %s", report.Plain(field.problem))
	case field.note != "":
		c.p.say("Done: %s. %s: %s.", report.Plain(field.note), field.label, c.shown(field))
	default:
		c.p.say("%s: %s.", field.label, c.shown(field))
	}
	return c.lonely()
}

// lonely says where a key may be put without a keyring, and looks there again as often as it is asked to. Nothing is kept in plain text unasked.
func (c *plainConnect) lonely() error {
	lonely := c.step.lonely
	if lonely == nil {
		return nil
	}
	c.step.lonely = nil
	c.p.say("The %s was not stored: there is no keyring here. It said: %s.", strings.ToLower(lonely.label), report.Plain(lonely.why))
	c.p.say("cwsync never writes a key into a file by itself. Put it in one of these places, then look again:")
	for _, way := range c.step.desk.profile.Keys.Elsewhere(lonely.name) {
		c.p.say("- %s", report.Plain(way))
	}
	field := c.step.form.fields[fieldPublic]
	if lonely.name == privateKey {
		field = c.step.form.fields[fieldPrivate]
	}
	return c.p.lookAgain(func() (bool, error) {
		err := c.p.do(c.step.start(c.step.findKey(c.step.work, lonely.name)))
		if field.kept == "" {
			c.p.say("It is not there.")
		} else {
			c.p.say("%s: %s.", field.label, c.shown(field))
		}
		return field.kept != "", err
	})
}

// lookAgain offers to look once more where a key is, until it is there or they have enough of it.
func (p *prompts) lookAgain(look func() (found bool, err error)) error {
	for over := false; !over; {
		err := p.choose([]option{
			{"r", "look again", func(string) (err error) { over, err = look(); return err }},
			{"enter", "leave it for now", func(string) error { over = true; return nil }},
		})
		if errors.Is(err, errBack) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *plainConnect) goOn() error {
	if err := c.p.do(c.step.finish()); err != nil {
		return err
	}
	return c.lonely()
}

// said prints why the last attempt to go on failed.
func (c *plainConnect) said() {
	if failed := c.step.failed; failed != nil {
		if text, hint := explain(failed); !errors.Is(failed, errLeave) {
			c.p.say("Failed: %s. %s", report.Plain(text), report.Plain(hint))
		}
		c.step.failed = nil
	}
}

// atStep takes the answer b at the first level of a step or a page: it goes back, as esc does on the full screen.
func (p *prompts) atStep(err error) error {
	if !errors.Is(err, errBack) {
		return err
	}
	cmd, ok := p.app.goBack()
	switch {
	case !ok && p.app.onPage() != nil:
		p.say("There is nothing before this page; q leaves, everything is saved.")
		return nil
	case !ok:
		p.say("This is the first step; q leaves, everything is saved.")
		return nil
	}
	return p.begin(cmd)
}
