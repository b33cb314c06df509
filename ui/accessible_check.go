package ui

import (
	"fmt"
	"strings"

	"cwsync/syncer/doctor"
	"cwsync/ui/report"
)

// plainTest is the step that tests the connection, as lines of text.
type plainTest struct {
	p    *prompts
	step *testStep

	round int // of the test whose rows were said
	said  int // how many of its rows were
}

// heard says each check as it ends.
func (c *plainTest) heard() {
	if c.round != c.step.round {
		c.round, c.said = c.step.round, 0
	}
	for c.said < len(c.step.rows) {
		row := &c.step.rows[c.said]
		if row.check == nil || row.underWay {
			return
		}
		c.said++
		c.row(c.said, row)
	}
}

func (c *plainTest) row(number int, row *testRow) {
	word := map[doctor.Status]string{
		doctor.OK: "well", doctor.Warn: "to look at", doctor.Fail: "FAILED", doctor.Skip: "not examined",
	}[row.status()]
	c.p.say("%d. %s: %s. %s", number, row.name, word, report.Plain(row.check.Detail))
	if row.check.Hint != "" {
		c.p.say("   What to do: %s", report.Plain(row.check.Hint))
	}
}

func (c *plainTest) ask() error {
	if c.step.desk.site == nil {
		c.p.say("There is no connection to test yet.")
		return c.p.begin(c.p.app.show(placeConnect))
	}
	if len(c.step.rows) == 0 { // it was left while it was tested
		return c.p.do(c.step.testAll())
	}
	c.p.say("%s.", c.step.status())
	return c.p.atStep(c.p.choose([]option{
		{"enter", "go on", func(string) error { return c.p.do(c.step.goAhead()) }},
		{"r", "test again", func(string) error { return c.p.do(c.step.testAll()) }},
		{numbers(len(c.step.rows)), "test that one again", c.again},
		{"y", "the list of rights", func(string) error {
			c.p.say("%s", strings.TrimRight(c.step.rightsList(), "\n"))
			return nil
		}},
	}))
}

func (c *plainTest) again(answer string) error {
	at, ok := picked(answer, len(c.step.rows))
	if !ok {
		return fmt.Errorf("no check %q", answer)
	}
	c.step.at = at
	err := c.p.do(c.step.testMarked())
	c.round, c.said = c.step.round, len(c.step.rows)
	if err == nil {
		c.row(at+1, &c.step.rows[at])
	}
	return err
}
