package ui

import (
	"errors"
	"strings"

	"cwsync/ui/report"
)

// previewLines is how many lines of the usage are shown.
const previewLines = 5

// plainUsage is the step that says where the usage comes from, as lines of text.
type plainUsage struct {
	p    *prompts
	step *usage

	told bool // that it is being read
}

func newPlainUsage(p *prompts, s step) plainStep { return &plainUsage{p: p, step: s.(*usage)} }

func (u *plainUsage) heard() {
	if u.step.reading && !u.told {
		u.p.say("Reading the usage of %s.", report.Plain(u.step.state.current().Name))
	}
	u.told = u.step.reading
}

func (u *plainUsage) ask() error {
	switch u.step.page {
	case pageSources:
		return u.p.atStep(u.sources())
	case pageNew:
		return u.up(u.fresh())
	case pageRules:
		return u.up(u.rules())
	case pageRows:
		return u.p.atStep(u.rows())
	case pageProblems:
		return u.up(u.problems())
	case pageColumns:
		return u.up(u.columns())
	}
	return u.up(u.form())
}

// up takes the answer b: it goes up one level within the step, else to the step before.
func (u *plainUsage) up(err error) error {
	if errors.Is(err, errBack) && u.step.back() {
		return nil
	}
	return u.p.atStep(err)
}

func (u *plainUsage) sources() error {
	list := u.step.desk.document.Sources
	u.p.say("Sources of usage:")
	for i := range list {
		u.p.say("%d. %s, %s", i+1, report.Plain(list[i].Name), report.Plain(list[i].Kind))
	}
	return u.p.choose([]option{
		{numbers(len(list)), "work on that source", func(answer string) error {
			at, _ := picked(answer, len(list))
			return u.p.do(u.step.choose(at))
		}},
		{"n", "a new source", func(string) error { u.step.open(pageNew); return nil }},
		{"enter", "go on", func(string) error { return u.p.do(send(nextMsg{})) }},
	})
}

// fresh asks for kind and name of a new source.
func (u *plainUsage) fresh() error {
	u.p.say("A new source of usage.")
	done, err := u.p.settings("make this source", func() []setting {
		return u.step.state.blank(u.step.drafted["name"], u.step.drafted["kind"])
	}, func(name, value string) error {
		u.step.draft(name, value)
		return nil
	})
	if err != nil {
		return err
	}
	if !done {
		return errBack
	}
	if err := u.step.state.add(u.step.drafted["name"], u.step.drafted["kind"]); err != nil {
		u.p.say("Not taken: %s", report.Plain(err.Error()))
		return nil
	}
	u.step.blank, u.step.drafted = nil, nil
	return u.p.do(u.step.listSources(), u.step.choose(u.step.state.at), u.step.desk.save())
}

// form asks for what is set of the source.
func (u *plainUsage) form() error {
	u.p.say("Source %s:", report.Plain(u.step.state.current().Name))
	done, err := u.p.settings("read the usage", func() []setting { return u.step.state.settings(u.step.kept) }, u.set)
	if err != nil {
		return err
	}
	if !done {
		return errBack
	}
	return u.p.do(u.step.tryRead())
}

func (u *plainUsage) set(name, value string) error {
	current := u.step.state.current()
	kind, _ := u.step.state.kind()
	if field, ok := kind.Field(strings.TrimPrefix(name, optionPrefix)); ok && field.Secret && strings.HasPrefix(name, optionPrefix) {
		if err := u.p.do(u.step.storeSecret(current.Name, field.Name, value)); err != nil {
			return err
		}
		return u.kept(current.Name, field.Name)
	}
	set, err := u.step.setOption(name, value)
	if err != nil {
		return err
	}
	return u.p.do(set)
}

// kept says why a secret was not stored; where there is no keyring it looks in the other places as often as it is asked to.
func (u *plainUsage) kept(source, field string) error {
	refused, ok := u.step.form.refused[optionPrefix+field]
	switch {
	case !ok:
		return nil
	case !u.step.lonely[optionPrefix+field]:
		return errors.New(refused.why)
	}
	u.p.say("Not taken: %s", report.Plain(refused.why))
	err := u.p.lookAgain(func() (bool, error) {
		err := u.p.do(u.step.findSecret(source, field))
		if u.step.kept[field] == "" {
			u.p.say("It is not there.")
		}
		return u.step.kept[field] != "", err
	})
	if err == nil && u.step.kept[field] == "" {
		err = errors.New("the usage cannot be read before it is in one of those places")
	}
	return err
}

// rules asks what is billed and written of the source.
func (u *plainUsage) rules() error {
	u.p.say("What is billed of %s:", report.Plain(u.step.state.current().Name))
	done, err := u.p.settings("done", u.step.state.rules, u.set)
	if err == nil && done {
		u.step.back()
	} else if err == nil {
		return errBack
	}
	return err
}

// rows shows the first lines of what was read.
func (u *plainUsage) rows() error {
	read := u.step.desk.usage[u.step.state.current().Name]
	u.p.say("Read %s: %s.", report.Plain(u.step.state.current().Name), u.step.status())
	u.p.say("The first lines:")
	for i := range read.Lines[:min(len(read.Lines), previewLines)] {
		line := &read.Lines[i]
		u.p.say("line %d: %s", line.Place, spoken(customerText(line), serviceOfLine(line), quantityText(line), priceText(line), string(line.Status)))
	}
	return u.p.choose([]option{
		{"enter", "go on", func(string) error { return u.p.do(send(nextMsg{})) }},
		{"e", "change the source", func(string) error { u.step.open(pageForm); return nil }},
		{"w", "what is billed of it", func(string) error { u.step.openRules(); return nil }},
		{"r", "read again", func(string) error { return u.p.do(u.step.tryRead()) }},
		{"s", "other sources", func(string) error { u.step.open(pageSources); return nil }},
	})
}

// problems says what is wrong with what was read.
func (u *plainUsage) problems() error {
	problems, more := usageProblems(u.step.failed)
	u.p.say("%s.", u.step.status())
	for _, problem := range problems {
		said := report.Plain(problem.message)
		if problem.place != "" {
			said = problem.place + ": " + said
		}
		u.p.say("%s", said)
		if problem.hint != "" {
			u.p.say("  What to do: %s", report.Plain(problem.hint))
		}
	}
	if more > 0 {
		u.p.say("and %d more.", more)
	}
	options := []option{
		{"enter", "change the source", func(string) error { u.step.open(pageForm); return nil }},
		{"w", "what is billed of it", func(string) error { u.step.openRules(); return nil }},
		{"r", "read again", func(string) error { return u.p.do(u.step.tryRead()) }},
	}
	if u.step.matches != nil {
		options = append(options, option{"c", "match columns", func(string) error { u.step.open(pageColumns); return nil }})
	}
	return u.p.choose(options)
}

// columns asks which column of the file holds what.
func (u *plainUsage) columns() error {
	u.p.say("Which column of the file holds what? Suggestions are chosen already.")
	done, err := u.p.settings("use these columns", u.step.matches.settings, func(name, value string) error {
		u.step.matches.chosen[name] = value
		return nil
	})
	if err != nil {
		return err
	}
	if !done {
		return errBack
	}
	if err := u.step.state.takeColumns(u.step.matches); err != nil {
		u.p.say("Not taken: %s", report.Plain(err.Error()))
		return nil
	}
	return u.p.do(u.step.desk.save(), u.step.read())
}
