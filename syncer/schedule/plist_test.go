package schedule

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// property is the value of an element of a property list, or what is wrong with it.
func property(n *node) (any, error) {
	if n.name != "dict" && n.name != "array" && len(n.children) > 0 {
		return nil, fmt.Errorf("%s has elements", n.name)
	}
	if (n.name == "dict" || n.name == "array") && strings.TrimSpace(n.text) != "" {
		return nil, fmt.Errorf("%s has text", n.name)
	}
	switch n.name {
	case "string":
		return n.text, nil
	case "true", "false":
		return n.name == "true", nil
	case "integer":
		return strconv.Atoi(n.text)
	case "array":
		var list []any
		for _, child := range n.children {
			value, err := property(child)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		return list, nil
	case "dict":
		return dictionary(n)
	}
	return nil, fmt.Errorf("a property list has no element %q", n.name)
}

func dictionary(n *node) (map[string]any, error) {
	values := map[string]any{}
	for i := 0; i < len(n.children); i += 2 {
		if n.children[i].name != "key" || i+1 == len(n.children) {
			return nil, fmt.Errorf("keys and values do not alternate at %d", i)
		}
		name := n.children[i].text
		if _, twice := values[name]; twice {
			return nil, fmt.Errorf("key %s twice", name)
		}
		value, err := property(n.children[i+1])
		if err != nil {
			return nil, err
		}
		values[name] = value
	}
	return values, nil
}

// propertyList reads a property list.
func propertyList(text string) (map[string]any, error) {
	if !strings.HasPrefix(text, `<?xml version="1.0" encoding="UTF-8"?>`+"\n<!DOCTYPE plist PUBLIC ") {
		return nil, fmt.Errorf("it begins with %.60q", text)
	}
	if comments := regexp.MustCompile(`<!--(.*?)-->`).FindAllStringSubmatch(text, -1); slices.ContainsFunc(comments, func(c []string) bool { return strings.Contains(c[1], "--") }) {
		return nil, fmt.Errorf("a comment holds two hyphens")
	}
	root, err := parsed(text)
	if err != nil {
		return nil, err
	}
	if len(root.children) != 1 || root.children[0].name != "plist" || root.children[0].attributes["version"] != "1.0" || len(root.children[0].children) != 1 {
		return nil, fmt.Errorf("no plist of one value")
	}
	return dictionary(root.children[0].children[0])
}

func TestPropertyListsAreSuch(t *testing.T) {
	for _, v := range variants() {
		entry := ordinary(t, Launchd)
		v.apply(entry)
		text, err := entry.Text()
		if err != nil {
			t.Fatal(err)
		}
		list, err := propertyList(text.Files[0].Text)
		if err != nil {
			t.Errorf("%s: %v", v.name, err)
			continue
		}
		var words []string
		for _, word := range list["ProgramArguments"].([]any) {
			words = append(words, word.(string))
		}
		if !slices.Equal(words, entry.command()) || list["Label"] != entry.Name() || list["RunAtLoad"] != false || list["StandardErrorPath"] != entry.Log {
			t.Errorf("%s: %v", v.name, list)
		}
		times := list["StartCalendarInterval"].([]any)
		if len(times) != len(entry.Timing.Clocks()) {
			t.Errorf("%s: %d times", v.name, len(times))
		}
		for _, at := range times {
			if at := at.(map[string]any); len(at) != 2 || at["Hour"].(int) > 23 || at["Minute"].(int) > 59 {
				t.Errorf("%s: %v", v.name, at)
			}
		}
	}
	for name, broken := range map[string]string{"two hyphens": "<!-- a--b -->", "another element": "<data/>", "no value": "<key>a</key>", "open": "<dict>", "twice": "<key>Label</key><true/>"} {
		text, _ := ordinary(t, Launchd).Text()
		if _, err := propertyList(strings.Replace(text.Files[0].Text, "<dict>\n", "<dict>\n"+broken, 1)); err == nil {
			t.Errorf("%s: it is taken for a property list", name)
		}
	}
}

func TestDomainsOfLaunchd(t *testing.T) {
	entry := ordinary(t, Launchd)
	if domain, target := entry.Domain(); domain != "gui/501" || target != "gui/501/cwsync-default" {
		t.Error(domain, target)
	}
	entry.Machine = true
	text, err := entry.Text()
	if domain, target := entry.Domain(); err != nil || domain != "system" || target != "system/cwsync-default" || !strings.HasPrefix(text.Commands[0], "launchctl bootstrap system ") {
		t.Error(domain, target, text.Commands, err)
	}
}
