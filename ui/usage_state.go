package ui

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"cwsync/syncer/billing"
	"cwsync/syncer/setup"
	"cwsync/syncer/source"
)

// usageState is where usage comes from: the sources of a set-up, and what is set of one of them. It changes the document that it was given and
// nothing else; it knows no Bubble Tea and does no I/O.
type usageState struct {
	document *setup.Document
	kinds    *source.Catalogue
	at       int // the source that is being worked on

	presets    []source.Preset // ready-made sources, while a new one is made
	presetsErr error
}

// current is the source that is being worked on; nil when there is none.
func (u *usageState) current() *billing.Source {
	if u.document == nil || u.at < 0 || u.at >= len(u.document.Sources) {
		return nil
	}
	return &u.document.Sources[u.at]
}

// kind is the kind of the source; false when there is no source, or this program does not know its kind.
func (u *usageState) kind() (source.Kind, bool) {
	current := u.current()
	if current == nil || u.kinds == nil {
		return source.Kind{}, false
	}
	return u.kinds.Lookup(current.Kind)
}

// blank are the settings of a source that is to be made.
func (u *usageState) blank(name, kind string) []setting {
	var kinds []settingChoice
	if u.kinds != nil {
		for _, k := range u.kinds.Kinds() {
			kinds = append(kinds, settingChoice{value: k.Name, help: k.Summary})
		}
	}
	list := []setting{
		{name: "kind", label: "Kind", value: kind, choices: append(kinds, u.presetChoices()...), needed: true,
			help: "What gives the usage. You can have several sources, each of its own kind." + u.presetsProblem()},
		{name: "name", label: "Name", value: name, needed: true, help: "Letters, digits, - and _, such as mail. It is in the keys of all lines, so it stays as it is from then on."},
	}
	if name != "" {
		if err := u.nameProblem(name); err != nil {
			list[1].problem = err.Error()
		}
	}
	return list
}

// newNameProblem says why a source or an alert cannot get a name beside those that are taken; nil when it can.
func newNameProblem(name string, taken []string) error {
	if problem := setup.NameProblem(name); problem != "" {
		return fmt.Errorf("this %s", problem)
	}
	for _, other := range taken {
		if setup.FoldName(other) == setup.FoldName(name) {
			return fmt.Errorf("this is too like %s, which exists already", other)
		}
	}
	return nil
}

func (u *usageState) nameProblem(name string) error {
	taken := make([]string, len(u.document.Sources))
	for i := range u.document.Sources {
		taken[i] = u.document.Sources[i].Name
	}
	return newNameProblem(name, taken)
}

// add makes a source and works on it from then on.
func (u *usageState) add(name, kind string) error {
	if err := u.nameProblem(name); err != nil {
		return err
	}
	if u.kinds == nil {
		return errors.New("this program knows no kinds of usage")
	}
	if preset, ok := u.preset(kind); ok {
		u.addPreset(name, preset)
		return nil
	}
	if _, ok := u.kinds.Lookup(kind); !ok {
		return errors.New("choose a kind")
	}
	u.document.Sources = append(u.document.Sources, setup.NewSource(name, kind))
	u.at = len(u.document.Sources) - 1
	return nil
}

// The settings of a source are the options of its kind and the rules of the source, told apart by what their names begin with.
const (
	optionPrefix = "option."
	rulePrefix   = "rule."
)

// secrets are the fields of the secrets that the source needs with the options that it has.
func (u *usageState) secrets() []source.Field {
	kind, ok := u.kind()
	if !ok {
		return nil
	}
	return kind.Secrets(u.current().Options)
}

// settings are the options that the kind declares, without secrets that the others make needless. kept is where secrets are, by the field's name.
func (u *usageState) settings(kept map[string]string) []setting {
	current := u.current()
	if current == nil {
		return nil
	}
	var list []setting
	if kind, ok := u.kind(); ok {
		problems, secrets := kind.Problems(current.Options), u.secrets()
		for _, field := range kind.Fields {
			if field.Secret && !slices.ContainsFunc(secrets, func(needed source.Field) bool { return needed.Name == field.Name }) {
				continue
			}
			list = append(list, fieldSetting(field, current.Options, problems, kept[field.Name]))
		}
	}
	return list
}

// fieldSetting is one field of a kind with its value.
func fieldSetting(field source.Field, options source.Options, problems []source.OptionError, kept string) setting {
	one := setting{
		name: optionPrefix + field.Name, label: titled(field.Name), help: sentence(field.Help), secret: field.Secret, kept: kept, needed: field.Required,
		value: optionText(field, options), empty: "not given",
	}
	if text := optionText(field, source.Options{field.Name: field.Default}); text != "" {
		one.empty = text
	}
	switch field.Type {
	case source.TypeChoice:
		one.choices = choicesOf(field.Choices...)
	case source.TypeBool:
		one.choices = choicesOf("yes", "no")
	case source.TypeMap, source.TypeList:
		one.empty = "none"
		one.help += map[bool]string{true: " Written as name=value; name=value.", false: " Apart by semicolons."}[field.Type == source.TypeMap]
	}
	if one.choices != nil && one.value == "" {
		one.value = optionText(field, source.Options{field.Name: field.Default})
	}
	one.problem = unfilled(field, options)
	for _, problem := range problems {
		missing := field.Required && one.value == ""
		if of, _, _ := strings.Cut(problem.Option, "."); of == field.Name && !missing {
			one.problem = problem.Message
		}
	}
	return one
}

// titled is the name of a field for people.
func titled(name string) string {
	name = strings.ReplaceAll(name, "_", " ")
	if name == "" {
		return ""
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

func sentence(text string) string {
	if text == "" {
		return ""
	}
	return strings.TrimSuffix(strings.ToUpper(text[:1])+text[1:], ".") + "."
}

// optionText is the value of an option in one line; empty when it is absent.
func optionText(field source.Field, options source.Options) string {
	if options[field.Name] == nil {
		return ""
	}
	switch field.Type {
	case source.TypeNumber:
		return strconv.Itoa(options.Number(field.Name, 0))
	case source.TypeBool:
		return yesOrNo(options.Bool(field.Name, false))
	case source.TypeList:
		return textOfList(options.List(field.Name))
	case source.TypeMap:
		texts := options.Map(field.Name)
		return textOfMap(texts, slices.Sorted(maps.Keys(texts)))
	}
	return options.Text(field.Name, "")
}

// set sets one of settings. The error says why it is not taken; what is only missing is no error.
func (u *usageState) set(name, value string) error {
	if rule, ok := strings.CutPrefix(name, rulePrefix); ok {
		return u.setRule(rule, value)
	}
	kind, known := u.kind()
	field, ok := kind.Field(strings.TrimPrefix(name, optionPrefix))
	if !known || !ok || field.Secret {
		return fmt.Errorf("there is no setting %q", name)
	}
	option, err := optionOf(field, strings.TrimSpace(value))
	if err != nil {
		return err
	}
	current := u.current()
	options := maps.Clone(current.Options)
	if option == nil {
		delete(options, field.Name)
	} else {
		if options == nil {
			options = map[string]any{}
		}
		options[field.Name] = option
		for _, problem := range kind.Problems(options) {
			if of, _, _ := strings.Cut(problem.Option, "."); of == field.Name {
				return errors.New(problem.Message)
			}
		}
	}
	if len(options) == 0 {
		options = nil
	}
	current.Options = options
	return nil
}

// optionOf reads the text of an option as its type asks for; nil for one that is absent.
func optionOf(field source.Field, text string) (any, error) {
	if text == "" {
		return nil, nil
	}
	switch field.Type {
	case source.TypeNumber:
		n, err := strconv.Atoi(text)
		if err != nil {
			return nil, errors.New("must be a whole number, 0 or more")
		}
		return n, nil
	case source.TypeBool:
		return text == "yes", nil
	case source.TypeList:
		texts, err := listOfText(text)
		list := make([]any, len(texts))
		for i := range texts {
			list[i] = texts[i]
		}
		return list, err
	case source.TypeMap:
		texts, err := mapOfText(text)
		return anyMap(texts), err
	case source.TypePath:
		return unquoted(text), nil
	}
	return text, nil
}

func anyMap(texts map[string]string) map[string]any {
	values := make(map[string]any, len(texts))
	for key, text := range texts {
		values[key] = text
	}
	return values
}

// unquoted takes off the quotes that file managers put around a path.
func unquoted(path string) string {
	for _, quote := range []string{`"`, `'`} {
		if len(path) > 2 && strings.HasPrefix(path, quote) && strings.HasSuffix(path, quote) {
			return path[1 : len(path)-1]
		}
	}
	return path
}

// missing is what still keeps the source from being read; empty when nothing does. Secrets are left to whoever reads.
func (u *usageState) missing() string {
	current := u.current()
	if current == nil {
		return "there is no source yet"
	}
	kind, ok := u.kind()
	if !ok {
		return "this program does not know the kind " + current.Kind
	}
	if err := kind.Check(current.Options); err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n")
		return first
	}
	for _, field := range kind.Fields {
		if why := unfilled(field, current.Options); why != "" {
			return field.Name + ": " + why
		}
	}
	return ""
}

// take adds what the usage lists and the source does not have yet: services without a product and customers without a link, in the order in
// which they come. What is there stays as it is, save that an empty name is filled in.
func (u *usageState) take(usage billing.Usage) (services, customers int) {
	current := u.current()
	if current == nil {
		return 0, 0
	}
	serviceAt, customerAt := map[string]int{}, map[string]int{}
	for i := range current.Services {
		serviceAt[current.Services[i].ID] = i
	}
	for i := range current.Customers {
		customerAt[current.Customers[i].ID] = i
	}
	for i := range usage.Lines {
		line := &usage.Lines[i]
		at, known := serviceAt[line.ServiceID]
		if !known {
			at = len(current.Services)
			serviceAt[line.ServiceID] = at
			current.Services = append(current.Services, setup.NewService(line.ServiceID, line.ServiceName))
			services++
		} else if current.Services[at].Name == "" {
			current.Services[at].Name = line.ServiceName
		}
		if at, known = customerAt[line.CustomerID]; !known {
			customerAt[line.CustomerID] = len(current.Customers)
			current.Customers = append(current.Customers, setup.NewCustomer(line.CustomerID, line.CustomerName))
			customers++
		} else if current.Customers[at].Name == "" {
			current.Customers[at].Name = line.CustomerName
		}
	}
	return services, customers
}
