package ui

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"cwsync/syncer/alert"
	"cwsync/syncer/setup"
	"cwsync/syncer/source"
)

// alertsState are the alerts of a set-up, one of which is worked on, and one that is being made: that stands beside the set-up until it is whole, since
// a set-up with half an alert could not be synced. It changes the document and the draft and nothing else; it knows no Bubble Tea and does no I/O.
type alertsState struct {
	document *setup.Document
	kinds    *source.Catalogue
	draft    *setup.Alert // nil: none is being made
	at       int          // the alert that is worked on, as all counts them
}

// onPrefix begins the names of the settings that say for which ends of a run an alert is.
const onPrefix = "on."

// endings of a run that an alert can be for, with what they mean, in the order of the set-up.
func runEnds() []settingChoice {
	return []settingChoice{
		{value: alert.Held, help: "lines or sources wait for a person"},
		{value: alert.Partial, help: "only a part was done"},
		{value: alert.Failed, help: "the run failed, or never began"},
		{value: alert.Unknown, help: "a write may or may not have happened"},
		{value: alert.Done, help: "all is well: this comes after every good run"},
	}
}

// usualEnds are those that a new alert is for.
func usualEnds() []string { return []string{alert.Held, alert.Partial, alert.Failed, alert.Unknown} }

// all are the alerts of the set-up, and behind them the draft.
func (s *alertsState) all() []*setup.Alert {
	var all []*setup.Alert
	for i := range s.document.Alerts {
		all = append(all, &s.document.Alerts[i])
	}
	if s.draft != nil {
		all = append(all, s.draft)
	}
	return all
}

// current is the alert that is worked on; nil when there is none.
func (s *alertsState) current() *setup.Alert {
	if all := s.all(); s.at >= 0 && s.at < len(all) {
		return all[s.at]
	}
	return nil
}

// kind is the kind of an alert; one that this program does not know has no fields.
func (s *alertsState) kind(of *setup.Alert) source.AlertKind {
	if of == nil || s.kinds == nil {
		return source.AlertKind{}
	}
	kind, _ := s.kinds.Alert(of.Kind)
	return kind
}

// suggested is a name for a new alert of a kind that is still free.
func (s *alertsState) suggested(kind string) string {
	name := kind
	for n := 2; name != "" && s.nameProblem(name) != nil; n++ {
		name = kind + "-" + strconv.Itoa(n)
	}
	return name
}

func (s *alertsState) nameProblem(name string) error {
	taken := make([]string, len(s.document.Alerts))
	for i := range s.document.Alerts {
		taken[i] = s.document.Alerts[i].Name
	}
	return newNameProblem(name, taken)
}

// blank are the settings of an alert that is to be made.
func (s *alertsState) blank(name, kind string) []setting {
	var kinds []settingChoice
	if s.kinds != nil {
		for _, k := range s.kinds.Alerts() {
			kinds = append(kinds, settingChoice{value: k.Name, help: k.Summary})
		}
	}
	list := []setting{
		{name: "kind", label: "Kind", value: kind, choices: kinds, needed: true, help: "What an alert goes out by. You can have several, each of its own kind."},
		{name: "name", label: "Name", value: name, needed: true, help: "Letters, digits, - and _, such as ops. Its secret is kept as alert.NAME, so it stays as it is from then on."},
	}
	if name != "" {
		if err := s.nameProblem(name); err != nil {
			list[1].problem = err.Error()
		}
	}
	return list
}

// begin makes a draft, in the place of another one, and works on it from then on.
func (s *alertsState) begin(name, kind string) error {
	if err := s.nameProblem(name); err != nil {
		return err
	}
	if s.kinds == nil {
		return errors.New("this program knows no kinds of alerts")
	}
	known, ok := s.kinds.Alert(kind)
	if !ok {
		return errors.New("choose a kind")
	}
	s.draft = &setup.Alert{Name: name, Kind: kind}
	if !known.EveryRun {
		s.draft.On = usualEnds()
	}
	s.at = len(s.document.Alerts)
	return nil
}

// settings are the fields that the kind declares, and the ends of a run that the alert is for. kept says where its secret is.
func (s *alertsState) settings(kept string) []setting {
	current := s.current()
	if current == nil {
		return nil
	}
	kind := s.kind(current)
	var list []setting
	problems := kind.Problems(current.Options)
	for _, field := range kind.Fields {
		list = append(list, fieldSetting(field, current.Options, problems, kept))
	}
	if kind.EveryRun {
		return list
	}
	for _, end := range runEnds() {
		list = append(list, setting{
			name: onPrefix + end.value, label: "When " + end.value, value: yesOrNo(slices.Contains(current.On, end.value)), choices: choicesOf("yes", "no"),
			help: sentence(end.help),
		})
	}
	return list
}

// set sets one of settings. The error says why it is not taken; what is only missing of a draft is no error.
func (s *alertsState) set(name, value string) error {
	current := s.current()
	if current == nil {
		return fmt.Errorf("there is no setting %q", name)
	}
	if end, ok := strings.CutPrefix(name, onPrefix); ok {
		return s.setOn(current, end, value == "yes")
	}
	kind := s.kind(current)
	field, ok := kind.Field(strings.TrimPrefix(name, optionPrefix))
	if !ok || field.Secret {
		return fmt.Errorf("there is no setting %q", name)
	}
	option, err := optionOf(field, strings.TrimSpace(value))
	if err != nil {
		return err
	}
	options := maps.Clone(current.Options)
	if options == nil {
		options = map[string]any{}
	}
	options[field.Name] = option
	if option == nil {
		delete(options, field.Name)
	}
	absolutePaths(kind.Kind, options) // a scheduler starts in another folder
	for _, problem := range kind.Problems(options) {
		of, _, _ := strings.Cut(problem.Option, ".")
		if current != s.draft || of == field.Name && option != nil {
			return errors.New(problem.Message)
		}
	}
	if len(options) == 0 {
		options = nil
	}
	current.Options = options
	return nil
}

// setOn has an alert sent after runs that end in one way, or not. Without any end it could never be sent.
func (s *alertsState) setOn(current *setup.Alert, end string, on bool) error {
	var ends []string
	for _, one := range runEnds() {
		if one.value == end && on || one.value != end && slices.Contains(current.On, one.value) {
			ends = append(ends, one.value)
		}
	}
	if len(ends) == 0 {
		return errors.New("one end of a run at least: without any it would never be sent")
	}
	current.On = ends
	return nil
}

// missing is the setting that still keeps an alert from being sent, and why; empty when none does. Its secret is left to whoever sends it.
func (s *alertsState) missing(of *setup.Alert) (name, why string) {
	kind := s.kind(of)
	if kind.Name == "" {
		return "", "this program does not know the kind " + of.Kind
	}
	for _, problem := range kind.Problems(of.Options) {
		field, _, _ := strings.Cut(problem.Option, ".")
		return optionPrefix + field, field + ": " + problem.Message
	}
	return "", ""
}

// add takes the draft into the set-up, where it is whole, and works on it there.
func (s *alertsState) add() error {
	if s.draft == nil {
		return errors.New("there is nothing to add")
	}
	if err := s.nameProblem(s.draft.Name); err != nil {
		return fmt.Errorf("its name: %w", err)
	}
	if _, why := s.missing(s.draft); why != "" {
		return errors.New(why)
	}
	s.document.Alerts = append(s.document.Alerts, *s.draft)
	s.at, s.draft = len(s.document.Alerts)-1, nil
	return nil
}

// remove takes an alert out of the set-up, or drops the draft.
func (s *alertsState) remove(name string) {
	if s.draft != nil && s.draft.Name == name {
		s.draft = nil
		return
	}
	s.document.Alerts = slices.DeleteFunc(s.document.Alerts, func(one setup.Alert) bool { return one.Name == name })
}

// whenSaid is when an alert is sent, in a few words.
func (s *alertsState) whenSaid(of *setup.Alert) string {
	switch {
	case s.kind(of).EveryRun:
		return "every run"
	case len(of.On) == len(runEnds()):
		return "every end"
	case slices.Equal(of.On, usualEnds()):
		return "all but done"
	}
	return strings.Join(of.On, ", ")
}
