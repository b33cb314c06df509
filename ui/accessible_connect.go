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
		c.p.say("The keys go into this machine's keyring, all else into the set-up. Nothing is written to ConnectWise.")
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
	c.listed = c.listed && c.p.app.here == placeConnect
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
	case field.problem != "":
		c.p.say("Not taken: %s", report.Plain(field.problem))
	case field.note != "":
		c.p.say("Done: %s. %s: %s.", report.Plain(field.note), field.label, c.shown(field))
	case c.step.lonely == nil:
		c.p.say("%s: %s.", field.label, c.shown(field))
	}
	c.lonely()
	return nil
}

// lonely says where a key may be put without a keyring. Nothing is kept in plain text unasked.
func (c *plainConnect) lonely() {
	lonely := c.step.lonely
	if lonely == nil {
		return
	}
	c.step.lonely = nil
	c.p.say("The %s was not stored: %s.", strings.ToLower(lonely.label), report.Plain(lonely.why))
	c.p.say("cwsync never writes a key into a file by itself. Put it in one of these places, then start cwsync again:")
	for _, way := range c.step.desk.profile.Keys.Elsewhere(lonely.name) {
		c.p.say("- %s", report.Plain(way))
	}
}

func (c *plainConnect) goOn() error {
	if err := c.p.do(c.step.finish()); err != nil {
		return err
	}
	c.lonely()
	return nil
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

// atStep takes the answer b at the first level of a step: it goes to the step before.
func (p *prompts) atStep(err error) error {
	if !errors.Is(err, errBack) {
		return err
	}
	if p.app.here == 0 {
		p.say("This is the first step; q leaves, everything is saved.")
		return nil
	}
	return p.begin(p.app.show(p.app.here - 1))
}
