package ui

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"cwsync/syncer/billing"
	"cwsync/syncer/match"
	"cwsync/syncer/source"
)

// rules are the settings that every source has.
func (u *usageState) rules(s *billing.Source) []setting {
	missing := []settingChoice{{value: string(billing.MissingHold), help: "the line waits for you, and goes on being billed"}}
	if s.Complete {
		missing = append(missing, settingChoice{value: string(billing.MissingZero), help: "its quantity becomes 0"}, settingChoice{value: string(billing.MissingCancel), help: "its addition ends"})
	}
	list := []setting{
		{name: rulePrefix + "complete", label: "Lists everything", value: yesOrNo(s.Complete), help: "Whether the usage names every customer and service that is in use.",
			choices: switchChoices("a line that is gone means that the usage ended", "a line that is gone means nothing")},
		{name: rulePrefix + "on_missing", label: "A line is gone", value: string(s.OnMissing), choices: missing, help: "What becomes of an addition whose line is gone. Only a source that lists everything can end one."},
		{name: rulePrefix + "on_zero", label: "A count is zero", value: string(s.OnZero), help: "What becomes of an addition whose usage is zero.", choices: []settingChoice{
			{value: string(billing.ZeroZero), help: "its quantity becomes 0"}, {value: string(billing.ZeroCancel), help: "its addition ends"}}},
	}
	for _, status := range statuses() {
		list = append(list, setting{
			name: rulePrefix + "bill." + string(status), label: "Bill " + string(status), value: yesOrNo(s.Bills(status)),
			choices: switchChoices("lines of this status are billed", "lines of this status are skipped"),
			help:    "The status is the usage's own word for a line; one without a status is active.",
		})
	}
	return list
}

func statuses() []billing.Status {
	return []billing.Status{billing.StatusActive, billing.StatusTrial, billing.StatusSuspended, billing.StatusClosed}
}

// setRule sets one of rules.
func (u *usageState) setRule(rule, value string) error {
	s := u.current()
	if s == nil {
		return errors.New("there is no source yet")
	}
	if status, ok := strings.CutPrefix(rule, "bill."); ok {
		var bills []billing.Status
		for _, one := range statuses() { // in one order, whatever was switched first
			if (string(one) == status && value == "yes") || (string(one) != status && s.Bills(one)) {
				bills = append(bills, one)
			}
		}
		s.BillStatus = bills
		return nil
	}
	switch rule {
	case "complete":
		if s.Complete = value == "yes"; !s.Complete {
			s.OnMissing = billing.MissingHold
		}
	case "on_missing":
		missing := billing.OnMissing(value)
		if missing != billing.MissingHold && !s.Complete {
			return fmt.Errorf("%s needs a source that lists everything", value)
		}
		s.OnMissing = missing
	case "on_zero":
		s.OnZero = billing.OnZero(value)
	default:
		return fmt.Errorf("there is no rule %q", rule)
	}
	return nil
}

// columnMatch is which column of a file holds what, before it is taken over.
type columnMatch struct {
	headers []string
	chosen  map[string]string      // our column: the file's; empty: none
	guesses map[string]match.Guess // what is suggested for a column
}

// matchColumns proposes columns for headers: those that are set, those of our own names, and else what looks like them.
func (u *usageState) matchColumns(headers []string) *columnMatch {
	m := &columnMatch{chosen: map[string]string{}, guesses: match.Columns(headers)}
	for _, header := range headers {
		if strings.TrimSpace(header) != "" && !slices.Contains(m.headers, header) {
			m.headers = append(m.headers, header)
		}
	}
	var declared map[string]string
	if current := u.current(); current != nil {
		declared = source.Options(current.Options).Map("columns")
	}
	used := map[string]bool{}
	for _, column := range source.ColumnNames() {
		name, asked := declared[column]
		if !asked {
			name = column
		}
		if header, ok := m.header(name); ok {
			m.chosen[column] = header
			used[header] = true
		}
	}
	for _, column := range source.ColumnNames() {
		if guess, ok := m.guesses[column]; ok && m.chosen[column] == "" && !used[guess.Header] {
			m.chosen[column] = guess.Header
			used[guess.Header] = true
		}
	}
	return m
}

// header finds a header as readers do: capitals and blanks around do not matter.
func (m *columnMatch) header(name string) (string, bool) {
	for _, header := range m.headers {
		if strings.EqualFold(strings.TrimSpace(header), strings.TrimSpace(name)) {
			return header, true
		}
	}
	return "", false
}

// settings are our columns, each with the file's to choose from.
func (m *columnMatch) settings() []setting {
	choices := append([]settingChoice{{label: "not in the file"}}, choicesOf(m.headers...)...)
	columns := source.Columns()
	list := make([]setting, len(columns))
	for i, column := range columns {
		name := column.String()
		list[i] = setting{name: name, label: name, value: m.chosen[name], choices: choices, needed: column.Needed(), help: "Which column of the file this is."}
		if guess, ok := m.guesses[name]; ok && guess.Header == m.chosen[name] {
			list[i].help = fmt.Sprintf("Suggested with %s: %s.", score(guess.Score), guess.Why)
		}
		if column.Needed() {
			list[i].help += " No usage can do without it."
			if m.chosen[name] == "" {
				list[i].problem = "needed: choose a column"
			}
		}
	}
	return list
}

// lacking are the columns that are needed and not chosen.
func (m *columnMatch) lacking() []string {
	var names []string
	for _, column := range source.Columns() {
		if column.Needed() && m.chosen[column.String()] == "" {
			names = append(names, column.String())
		}
	}
	return names
}

// takeColumns sets the columns that were chosen; those of our own names need not be set.
func (u *usageState) takeColumns(m *columnMatch) error {
	if lacking := m.lacking(); len(lacking) > 0 {
		return fmt.Errorf("still needed: %s", strings.Join(lacking, ", "))
	}
	columns := map[string]string{}
	var order []string
	for _, column := range source.ColumnNames() {
		if header := m.chosen[column]; header != "" && !strings.EqualFold(strings.TrimSpace(header), column) {
			columns[column] = header
			order = append(order, column)
		}
	}
	return u.set(optionPrefix+"columns", textOfMap(columns, order))
}

// columnsMissing reports whether a column that is needed, or asked for, has no header.
func (u *usageState) columnsMissing(headers []string) bool {
	m := columnMatch{headers: headers}
	current := u.current()
	if current == nil {
		return false
	}
	declared := source.Options(current.Options).Map("columns")
	for _, column := range source.Columns() {
		name, asked := declared[column.String()]
		if !asked {
			name = column.String()
		}
		if _, there := m.header(name); !there && (asked || column.Needed()) {
			return true
		}
	}
	return false
}
