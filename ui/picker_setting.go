package ui

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// setting is one thing that can be set: a text, or one of some choices. It is plain data, which a screen and a line prompt show alike.
type setting struct {
	name    string // tells it from the others
	label   string
	help    string // a sentence or two
	empty   string // what an empty value means
	choices []settingChoice
	value   string // of a text, or the value of a choice; never that of a secret
	secret  bool   // goes to the keys, and is never shown
	kept    string // of a secret: where it is and how it may be shown
	needed  bool   // must not be empty
	problem string // what is wrong with the value as it is; empty: nothing
}

// settingChoice is one of the values that a setting can have.
type settingChoice struct {
	value string
	label string // empty: the value itself
	help  string // what it means; may be empty
}

func (c settingChoice) shown() string {
	if c.label != "" {
		return c.label
	}
	return c.value
}

// chosen is the place of the value among the choices, or -1.
func (s *setting) chosen() int {
	return slices.IndexFunc(s.choices, func(c settingChoice) bool { return c.value == s.value })
}

// switchChoices are the choices of a switch.
func switchChoices(yes, no string) []settingChoice {
	return []settingChoice{{value: "yes", help: yes}, {value: "no", help: no}}
}

func yesOrNo(on bool) string {
	if on {
		return "yes"
	}
	return "no"
}

// choicesOf are choices that explain themselves.
func choicesOf[T ~string](values ...T) []settingChoice {
	choices := make([]settingChoice, len(values))
	for i, value := range values {
		choices[i].value = string(value)
	}
	return choices
}

// textOfList writes texts in one line, apart by semicolons.
func textOfList(texts []string) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = quoteItem(text)
	}
	return strings.Join(quoted, "; ")
}

// textOfMap writes a map in one line: "a=b; c=d", sorted by key.
func textOfMap(texts map[string]string, keys []string) string {
	items := make([]string, len(keys))
	for i, key := range keys {
		items[i] = quoteItem(key) + "=" + quoteItem(texts[key])
	}
	return strings.Join(items, "; ")
}

func quoteItem(text string) string {
	if text == "" || strings.ContainsAny(text, ";=\"\\") || strings.TrimSpace(text) != text {
		return strconv.Quote(text)
	}
	return text
}

// listOfText reads what textOfList writes.
func listOfText(text string) ([]string, error) {
	var list []string
	for item, err := range lineItems(text) {
		if err != nil {
			return nil, err
		}
		if item.isPair {
			return nil, fmt.Errorf("%q has a = in it; put it in double quotes", item.key+"="+item.value)
		}
		list = append(list, item.key)
	}
	return list, nil
}

// mapOfText reads what textOfMap writes.
func mapOfText(text string) (map[string]string, error) {
	pairs := map[string]string{}
	for item, err := range lineItems(text) {
		if err != nil {
			return nil, err
		}
		if _, twice := pairs[item.key]; twice {
			return nil, fmt.Errorf("%q is there twice", item.key)
		}
		if !item.isPair || item.value == "" {
			return nil, fmt.Errorf("%q has no value; write name=value; name=value", item.key)
		}
		pairs[item.key] = item.value
	}
	return pairs, nil
}

// lineItem is one of the items of a line.
type lineItem struct {
	key, value string
	isPair     bool
}

var errQuote = errors.New("a double quote is not closed")

// lineItems are the parts of a line between semicolons.
func lineItems(text string) func(yield func(lineItem, error) bool) {
	return func(yield func(lineItem, error) bool) {
		for strings.TrimSpace(text) != "" {
			var item lineItem
			var err error
			if item.key, text, err = lineWord(text); err == nil && strings.HasPrefix(text, "=") {
				item.isPair = true
				item.value, text, err = lineWord(text[1:])
			}
			if err == nil && text != "" {
				switch text[0] {
				case ';':
					text = text[1:]
				default:
					err = fmt.Errorf("%q cannot follow here; put texts with = or ; in double quotes", text[:1])
				}
			}
			if err != nil {
				yield(lineItem{}, err)
				return
			}
			if item.key == "" && !item.isPair {
				continue
			}
			if !yield(item, nil) {
				return
			}
		}
	}
}

// lineWord takes a word, in quotes or not, off the start of a text.
func lineWord(text string) (word, rest string, err error) {
	text = strings.TrimLeft(text, " ")
	if strings.HasPrefix(text, `"`) {
		quoted, err := strconv.QuotedPrefix(text)
		if err != nil {
			return "", text, errQuote
		}
		word, err := strconv.Unquote(quoted)
		if err != nil {
			return "", text, errQuote
		}
		return word, strings.TrimLeft(text[len(quoted):], " "), nil
	}
	end := strings.IndexAny(text, ";=")
	if end < 0 {
		end = len(text)
	}
	return strings.TrimRight(text[:end], " "), text[end:], nil
}
