package setup

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestHostileDocuments(t *testing.T) {
	laughs := "a: &a [x, x, x, x, x, x, x, x, x]\n"
	for c := 'b'; c <= 'i'; c++ {
		laughs += string(c) + ": &" + string(c) + " [" + strings.Repeat("*"+string(c-1)+", ", 8) + "*" + string(c-1) + "]\n"
	}
	var keys strings.Builder
	for i := range 200_000 {
		keys.WriteString("k" + strings.Repeat("x", i%3) + string(rune('a'+i%26)) + ": 1\n")
	}
	var stairs strings.Builder
	for i := range 500 {
		stairs.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "setup.yaml:1:1: the document is empty"},
		{"a comment", "# nothing\n", "setup.yaml:1:1: the document is empty"},
		{"text", "hello\n", "setup.yaml:1:1: the document must be a mapping"},
		{"a list", "- version: 1\n", "setup.yaml:1:1: the document must be a mapping"},
		{"HTML", "<!DOCTYPE html>\n<html>\n", "setup.yaml:1:1: "},
		{"billion laughs", laughs, "setup.yaml:1:4: anchors and aliases are not understood"},
		{"alias to itself", "version: &a [*a]\n", "setup.yaml:1:10: anchors"},
		{"alias to nothing", "version: *a\n", "setup.yaml:1:10: anchors"},
		{"merge key", "<<: {version: 1}\n", "setup.yaml:1:1: merge keys"},
		{"binary tag", "version: !!binary aGk=\n", "setup.yaml:1:10: tags are not understood; write the value without !!binary"},
		{"own tag", "version: !x 1\n", "setup.yaml:1:10: tags"},
		{"directive", "%YAML 1.2\n---\nversion: 1\n", "setup.yaml:1:1: directives"},
		{"question mark", "? version\n: 1\n", "setup.yaml:1:1: keys with a question mark"},
		{"two documents", head + "---\n" + head, "setup.yaml:7:1: a second YAML document"},
		{"very many documents", strings.Repeat("---\na: 1\n", 1<<19), "setup.yaml:3:1: a second YAML document"},
		{"an end and more", head + "...\na: b\n", "setup.yaml:8:1: a second YAML document"},
		{"brackets without end", strings.Repeat("[", 1<<20), "setup.yaml:1:31: nested more than 30 deep"},
		{"braces without end", strings.Repeat("{a: ", 1<<18), "nested more than 30 deep"},
		{"brackets that close only", strings.Repeat("]", 1000), "setup.yaml:1:"},
		{"hyphens", strings.Repeat("- ", 1<<18) + "a\n", "setup.yaml:1:61: nested more than 30 deep"},
		{"stairs", stairs.String(), "nested more than 30 deep"},
		{"very many keys", keys.String(), "setup.yaml:1001:4: more than 1000 keys in one mapping"},
		{"very many keys in braces", "{" + strings.Repeat("a: 1, ", 1<<17) + "}", "more than 1000 keys"},
		{"10 MiB", strings.Repeat("# 345678\n", 10<<20/9), "setup.yaml: the document is larger than 8 MiB"},
		{"NUL", "version: 1\nconnection:\n  site: a\x00b\n", "setup.yaml:3:10: the character U+0000 is not text"},
		{"escape", "version: \x1b[31m1\n", "setup.yaml:1:10: the character U+001B"},
		{"escaped NUL", strings.Replace(head, "acme", `"a\0"`, 1), "setup.yaml:4:12: connection.company"},
		{"UTF-16", "\xff\xfev\x00e\x00", "setup.yaml:1:1: the document is UTF-16; save it as UTF-8"},
		{"UTF-16 without a mark", "v\x00e\x00r\x00", "setup.yaml:1:2: the character U+0000"},
		{"Latin-1", "version: 1\n# M\xfcller\n", "setup.yaml:2:4: the text is not valid UTF-8"},
		{"old Mac line ends", "version: 1\rconnection:\r", "setup.yaml:1:11: a carriage return without a line feed"},
		{"a tab before a key", "version: 1\nconnection:\n\tsite: x\n", "setup.yaml:3:"},
		{"a tab before a hyphen", "version: 1\nsources:\n\t- name: x\n", "setup.yaml:3:1: "},
		{"an open quote", "version: 1\nconnection: {site: \"x\n", "setup.yaml:2:20: "},
		{"an open brace", "version: 1\nconnection: {site: x\n", "setup.yaml:2:13: "},
		{"an unknown escape", "version: 1\nconnection: {site: \"\\q\"}\n", "setup.yaml:2:22: "},
		{"half a surrogate", "version: 1\nconnection: {site: \"\\ud800\"}\n", "setup.yaml:2:"},
		{"two values", "version: 1: 2\n", "setup.yaml:1:"},
		{"a mapping as key", "version: 1\n{a: b}: c\n", "setup.yaml:"},
		{"a list as key", "version: 1\n[a]: c\n", "setup.yaml:"},
		{"nothing as key", "version: 1\n~: c\n", "setup.yaml:"},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			document, err := parse(t, c.text)
			var problems *Errors
			if !errors.As(err, &problems) || document != nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%.500v\nwant %s", err, c.want)
			}
			if took := time.Since(start); took > 30*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestAMarkAndWindowsLineEndsAreFine(t *testing.T) {
	plain := mustParse(t, head+"  - {name: mail, kind: csv, options: {path: x}}\n")
	windows := mustParse(t, "\xef\xbb\xbf"+strings.ReplaceAll(head+"  - {name: mail, kind: csv, options: {path: x}}\n", "\n", "\r\n"))
	framed := mustParse(t, "# first\n---\n# then\n"+head+"  - {name: mail, kind: csv, options: {path: x}}\n...\n")
	if export(t, plain) != export(t, windows) || export(t, plain) != export(t, framed) {
		t.Error("they differ")
	}
}

func TestColumnsCountCharacters(t *testing.T) {
	_, err := parse(t, head+"  - {name: mail, kind: csv, options: {path: x}, services: [{id: \"ü株😀\", sync: maybe}]}\n")
	if err == nil || !strings.HasPrefix(err.Error(), "setup.yaml:7:78: sources[0].services[0].sync") {
		t.Error(err)
	}
}

// FuzzParse feeds any text: no panic, and whatever is accepted exports to a document that is accepted as the same.
func FuzzParse(f *testing.F) {
	for _, file := range []string{"testdata/contract.yaml", "../../testdata/usage/setup.yaml"} {
		text, err := os.ReadFile(filepath.FromSlash(file))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add(head)
	f.Add(head + "  - {name: a, kind: http, options: {url: x, headers: {a: \"\\u2028\"}, tags: [x]}, services: [{id: 007, price: {from: markup, percent: 1.50}}]}\n")
	f.Add("version: 1\nconnection: [a, {b: c}, 'd''e', \"\\x41\", |\n  x\n]\n")
	f.Fuzz(func(t *testing.T, text string) {
		document, err := parse(t, text)
		if err != nil {
			var problems *Errors
			if !errors.As(err, &problems) || len(problems.Problems) == 0 || document != nil {
				t.Fatalf("%T %v", err, err)
			}
			for _, problem := range problems.Problems {
				if problem.Message == "" || problem.Line < 0 || problem.Column < 0 {
					t.Fatalf("%+v", problem)
				}
			}
			return
		}
		again := mustParse(t, export(t, document))
		if export(t, again) != export(t, document) || again.Digest() != document.Digest() {
			t.Fatalf("%s\nbecomes\n%s", export(t, document), export(t, again))
		}
	})
}
