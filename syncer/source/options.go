package source

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
)

// Options are the values of a source's options by name.
type Options map[string]any

// Check reports every option that the kind does not declare, that has the wrong type or value, or that is missing. The error joins an
// OptionError for each.
func (k Kind) Check(options map[string]any) error {
	var joined []error
	for _, problem := range k.Problems(options) {
		joined = append(joined, problem)
	}
	return errors.Join(joined...)
}

// Problems is Check as a list, in the order of the options' names.
func (k Kind) Problems(options map[string]any) []OptionError {
	var problems []OptionError
	for _, name := range slices.Sorted(maps.Keys(options)) {
		field, known := k.Field(name)
		if !known {
			problems = append(problems, OptionError{Option: name, Message: fmt.Sprintf("unknown option of kind %s; it knows %s", k.Name, k.fieldNames())})
			continue
		}
		if field.Secret {
			problems = append(problems, OptionError{Option: name, Message: "a secret is never in the set-up", Secret: true})
			continue
		}
		problems = append(problems, field.problems(options[name])...)
	}
	for _, field := range k.Fields {
		if _, given := options[field.Name]; field.Required && !field.Secret && !given {
			problems = append(problems, OptionError{Option: field.Name, Message: "missing; " + field.Help})
		}
	}
	if len(problems) == 0 && k.Validate != nil {
		return k.Validate(options)
	}
	return problems
}

// Field finds a declared field by name.
func (k Kind) Field(name string) (Field, bool) {
	for _, field := range k.Fields {
		if field.Name == name {
			return field, true
		}
	}
	return Field{}, false
}

func (k Kind) fieldNames() string {
	var names []string
	for _, field := range k.Fields {
		if !field.Secret {
			names = append(names, field.Name)
		}
	}
	return strings.Join(names, ", ")
}

func (f Field) problems(value any) []OptionError {
	wrong := func(format string, args ...any) []OptionError {
		return []OptionError{{Option: f.Name, Message: fmt.Sprintf(format, args...)}}
	}
	switch f.Type {
	case TypeNumber:
		if n, ok := wholeNumber(value); !ok || n < 0 {
			return wrong("must be a whole number, 0 or more")
		}
	case TypeBool:
		if _, ok := value.(bool); !ok {
			return wrong("must be true or false")
		}
	case TypeList:
		if _, ok := textList(value); !ok {
			return wrong("must be a list of texts")
		}
	case TypeMap:
		return f.mapProblems(value)
	default:
		return f.textProblems(value)
	}
	return nil
}

func (f Field) textProblems(value any) []OptionError {
	wrong := func(format string, args ...any) []OptionError {
		return []OptionError{{Option: f.Name, Message: fmt.Sprintf(format, args...)}}
	}
	text, ok := value.(string)
	switch {
	case !ok:
		return wrong("must be text")
	case strings.ContainsRune(text, 0):
		return wrong("must not contain a NUL character")
	case text == "" && f.Required:
		return wrong("must not be empty")
	case f.Type == TypeChoice && !slices.Contains(f.Choices, text):
		return wrong("%q is none of %s", text, strings.Join(f.Choices, ", "))
	case f.Type == TypeDuration:
		if span, err := time.ParseDuration(text); err != nil || span <= 0 {
			return wrong("%q is not a span of time such as 30s or 5m", text)
		}
	}
	return nil
}

func (f Field) mapProblems(value any) []OptionError {
	texts, ok := textMap(value)
	if !ok {
		return []OptionError{{Option: f.Name, Message: "must be a map of text to text"}}
	}
	var problems []OptionError
	for _, key := range slices.Sorted(maps.Keys(texts)) {
		name := f.Name + "." + key
		switch {
		case f.Choices != nil && !slices.Contains(f.Choices, key):
			problems = append(problems, OptionError{Option: name, Message: fmt.Sprintf("unknown key %q; it may be any of %s", key, strings.Join(f.Choices, ", "))})
		case strings.TrimSpace(key) == "" || strings.TrimSpace(texts[key]) == "":
			problems = append(problems, OptionError{Option: name, Message: "must not be empty"})
		}
	}
	return problems
}

// Text is the option as text, or fallback when it is absent or empty.
func (o Options) Text(name, fallback string) string {
	if text, ok := o[name].(string); ok && text != "" {
		return text
	}
	return fallback
}

// Number is the option as a whole number, or fallback when it is absent.
func (o Options) Number(name string, fallback int) int {
	if n, ok := wholeNumber(o[name]); ok {
		return n
	}
	return fallback
}

// Bool is the option as a switch, or fallback when it is absent.
func (o Options) Bool(name string, fallback bool) bool {
	if on, ok := o[name].(bool); ok {
		return on
	}
	return fallback
}

// Duration is the option as a span of time, or fallback when it is absent.
func (o Options) Duration(name string, fallback time.Duration) time.Duration {
	if span, err := time.ParseDuration(o.Text(name, "")); err == nil {
		return span
	}
	return fallback
}

// List is the option as a list of texts; nil when it is absent.
func (o Options) List(name string) []string {
	list, _ := textList(o[name])
	return list
}

// Map is the option as a map of texts; nil when it is absent.
func (o Options) Map(name string) map[string]string {
	texts, _ := textMap(o[name])
	return texts
}

// wholeNumber accepts what YAML, JSON and Go code make of a whole number.
func wholeNumber(value any) (int, bool) {
	switch n := value.(type) {
	case int:
		return n, true
	case int64:
		return int(n), true
	case uint64:
		return int(n), n <= math.MaxInt
	case float64:
		return int(n), n == math.Trunc(n) && math.Abs(n) < 1<<53
	case json.Number:
		whole, err := n.Int64()
		return int(whole), err == nil
	}
	return 0, false
}

func textList(value any) ([]string, bool) {
	switch list := value.(type) {
	case []string:
		return list, true
	case []any:
		texts := make([]string, len(list))
		for i, element := range list {
			text, ok := element.(string)
			if !ok {
				return nil, false
			}
			texts[i] = text
		}
		return texts, true
	}
	return nil, false
}

func textMap(value any) (map[string]string, bool) {
	switch m := value.(type) {
	case map[string]string:
		return m, true
	case map[string]any:
		texts := make(map[string]string, len(m))
		for key, element := range m {
			text, ok := element.(string)
			if !ok {
				return nil, false
			}
			texts[key] = text
		}
		return texts, true
	}
	return nil, false
}
