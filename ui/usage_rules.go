package ui

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"cwsync/syncer/billing"
	"cwsync/syncer/match"
	"cwsync/syncer/setup"
	"cwsync/syncer/source"
)

// rules are the settings that every source has: what its usage means, and what of it is written.
func (u *usageState) rules() []setting {
	s := u.current()
	if s == nil {
		return nil
	}
	list := meaningRules(s)
	for _, field := range ownedFields() {
		list = append(list, setting{
			name: rulePrefix + "write." + string(field), label: "Write " + string(field), value: yesOrNo(s.Writes(field)),
			choices: switchChoices("it is kept as it should be", "it is never touched"),
			help:    "Whether the " + string(field) + " of an addition that is there already is changed.",
		})
	}
	list = append(list,
		setting{name: rulePrefix + "on_drift", label: "Changed by others", value: string(s.OnDrift), help: "What becomes of a quantity or price that cwsync wrote and somebody changed in ConnectWise since.",
			choices: []settingChoice{{value: string(billing.DriftHold), help: "the line waits for you"}, {value: string(billing.DriftOverwrite), help: "it is written again"}}},
		setting{name: rulePrefix + "price_per", label: "Prices are for a", value: string(s.PricePer), help: "The time that prices and costs of the usage are for.",
			choices: []settingChoice{{value: string(billing.PerMonth), help: "agreements of another cycle get no price or cost"}, {value: string(billing.PerCycle), help: "one billing cycle, however long"}}},
		setting{name: rulePrefix + "markup_percent", label: "Markup percent", value: s.MarkupPercent.String(), needed: true,
			help: "What is put on the cost where a service's price is a markup without a percentage of its own: 15 makes 1.15 of 1.00."},
	)
	return append(list, statusRules(s)...)
}

// meaningRules say whether the source counts, and what it means that a line of it is not there, or is zero.
func meaningRules(s *billing.Source) []setting {
	missing := []settingChoice{{value: string(billing.MissingHold), help: "the line waits for you, and goes on being billed"}}
	if s.Complete {
		missing = append(missing, settingChoice{value: string(billing.MissingZero), help: "its quantity becomes 0"}, settingChoice{value: string(billing.MissingCancel), help: "its addition ends"})
	}
	return []setting{
		{name: rulePrefix + "sync", label: "Synced", value: yesOrNo(s.Sync), help: "Whether this source is part of a sync at all.", choices: switchChoices("a sync reads and bills it", "a sync leaves it out")},
		{name: rulePrefix + "complete", label: "Lists everything", value: yesOrNo(s.Complete), help: "Whether the usage names every customer and service that is in use.",
			choices: switchChoices("a line that is gone means that the usage ended", "a line that is gone means nothing")},
		{name: rulePrefix + "on_missing", label: "A line is gone", value: string(s.OnMissing), choices: missing, help: "What becomes of an addition whose line is gone. Only a source that lists everything can end one."},
		{name: rulePrefix + "on_zero", label: "A count is zero", value: string(s.OnZero), help: "What becomes of an addition whose usage is zero.", choices: []settingChoice{
			{value: string(billing.ZeroZero), help: "its quantity becomes 0"}, {value: string(billing.ZeroCancel), help: "its addition ends"}}},
	}
}

// statusRules say which lines are billed at all.
func statusRules(s *billing.Source) []setting {
	var list []setting
	for _, status := range statuses() {
		list = append(list, setting{
			name: rulePrefix + "bill." + string(status), label: "Bill " + string(status), value: yesOrNo(s.Bills(status)),
			choices: switchChoices("lines of this status are billed", "lines of this status are skipped"),
			help:    "The status is the usage's own word for a line; one without a status is active.",
		})
	}
	return list
}

// rulesInShort is what of a source is written, in a line.
func (u *usageState) rulesInShort() string {
	s := u.current()
	if s == nil {
		return ""
	}
	var fields []string
	for _, field := range s.Write {
		fields = append(fields, string(field))
	}
	return "written: " + strings.Join(fields, ", ")
}

func statuses() []billing.Status {
	return []billing.Status{billing.StatusActive, billing.StatusTrial, billing.StatusSuspended, billing.StatusClosed}
}

func ownedFields() []billing.Field {
	return []billing.Field{billing.FieldQuantity, billing.FieldPrice, billing.FieldCost, billing.FieldTaxable}
}

// switched is a list of words with one of them switched on or off, in the order of all.
func switched[T ~string](all, list []T, word string, on bool) []T {
	var kept []T
	for _, one := range all {
		if string(one) == word && on || string(one) != word && slices.Contains(list, one) {
			kept = append(kept, one)
		}
	}
	return kept
}

// setRule sets one of rules.
func (u *usageState) setRule(rule, value string) error {
	s := u.current()
	if s == nil {
		return errors.New("there is no source yet")
	}
	if status, ok := strings.CutPrefix(rule, "bill."); ok {
		bills := switched(statuses(), s.BillStatus, status, value == "yes")
		if len(bills) == 0 {
			return errors.New("some status must be billed; to bill nothing of this source, set Synced to no")
		}
		s.BillStatus = bills
		return nil
	}
	if field, ok := strings.CutPrefix(rule, "write."); ok {
		write := switched(ownedFields(), s.Write, field, value == "yes")
		if len(write) == 0 {
			return errors.New("something must be written; to write nothing of this source, set Synced to no")
		}
		s.Write = write
		return nil
	}
	switch rule {
	case "sync":
		s.Sync = value == "yes"
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
	case "on_drift":
		s.OnDrift = billing.OnDrift(value)
	case "price_per":
		s.PricePer = billing.PricePer(value)
	case "markup_percent":
		return setMarkup(s, value)
	default:
		return fmt.Errorf("there is no rule %q", rule)
	}
	return nil
}

func setMarkup(s *billing.Source, value string) error {
	percent, err := readDecimal(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "%")))
	if err != nil {
		return err
	}
	if problem := setup.MarkupProblem(percent); problem != "" {
		return errors.New(saidOf(percent.String(), problem))
	}
	s.MarkupPercent = percent
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
	counted := m.chosen[source.ColumnQuantity.String()]
	for _, column := range []source.Column{source.ColumnCustomerID, source.ColumnServiceID} {
		if name := column.String(); m.chosen[name] == counted {
			return fmt.Errorf("%s and %s cannot be the same column %q", name, source.ColumnQuantity, counted)
		}
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
