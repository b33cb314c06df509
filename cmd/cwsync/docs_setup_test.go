package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cwsync/syncer/setup"
)

// TestSetupPageHasEveryKey: the tables of docs/SETUP.md have the keys of the schema, each once, with its default.
func TestSetupPageHasEveryKey(t *testing.T) {
	kinds, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	text, err := setup.Schema(kinds)
	if err != nil {
		t.Fatal(err)
	}
	var root schemaNode
	if err := json.Unmarshal(text, &root); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	root.keys("", want)
	want["version"], want["alerts[].on"] = "needed", "needed"
	got := keysOfThePage(t)
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if got[key] == "" {
			t.Errorf("the page does not have %s", key)
		} else if got[key] != want[key] {
			t.Errorf("the default of %s is %s, and the page says %s", key, want[key], got[key])
		}
	}
	for key := range got {
		if want[key] == "" {
			t.Errorf("the page has %s, which the schema does not know", key)
		}
	}
}

// keysOfThePage are the keys of all tables, with their defaults.
func keysOfThePage(t *testing.T) map[string]string {
	t.Helper()
	got, under := map[string]string{}, ""
	row := regexp.MustCompile("^\\| `([a-z_.]+)` \\| (needed|none|`[^`]+`) \\| .+ \\|$")
	for line := range strings.Lines(read(t, "docs/SETUP.md")) {
		line = strings.TrimSpace(line)
		if heading, ok := strings.CutPrefix(line, "### "); ok {
			under = strings.TrimPrefix(strings.Trim(heading, "`")+".", "Top.")
		} else if strings.HasPrefix(line, "## ") {
			under = "none of these: "
		}
		if found := row.FindStringSubmatch(line); found != nil {
			if got[under+found[1]] != "" {
				t.Errorf("the page has %s twice", under+found[1])
			}
			got[under+found[1]] = strings.Trim(found[2], "`")
		}
	}
	return got
}

// schemaNode is what the test reads of a JSON Schema.
type schemaNode struct {
	Properties map[string]schemaNode
	Items      *schemaNode
	Required   []string
	Default    any
}

// keys collects every key that holds a value, and its default as the page writes it.
func (n schemaNode) keys(prefix string, into map[string]string) {
	for name, node := range n.Properties {
		switch path := prefix + name; {
		case len(node.Properties) > 0:
			node.keys(path+".", into)
		case node.Items != nil && len(node.Items.Properties) > 0:
			node.Items.keys(path+"[].", into)
		case slices.Contains(n.Required, name):
			into[path] = "needed"
		case node.Default == nil || node.Default == "" || node.Default == 0.0:
			into[path] = "none"
		default:
			into[path] = strings.ReplaceAll(fmt.Sprint(node.Default), " ", ", ") // a list is written with commas
		}
	}
}

// TestPagesNameTestsThatExist: every test and script that a page names is there.
func TestPagesNameTestsThatExist(t *testing.T) {
	code := testCode(t)
	for _, page := range pages(t) {
		wantTestsThere(t, code, read(t, page))
	}
}
