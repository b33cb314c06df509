package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestCodesPageHasEveryCode: docs/CODES.md explains each exit code and each code of a change once, and no other; and it names every kind of document,
// and every code of an error of the store.
func TestCodesPageHasEveryCode(t *testing.T) {
	page := read(t, "docs/CODES.md")
	exits := slices.Collect(maps.Values(exitCodes(t)))
	wantRows(t, page, `(?m)^\| (\d+) \|`, append(exits, "2"))

	_, changes, _ := strings.Cut(page, "\n## Codes of changes\n")
	changes, documents, _ := strings.Cut(changes, "\n## JSON documents\n")
	wantRows(t, changes, "(?m)^\\| `([a-z_]+)` \\|", constants(t, "syncer/plan/code.go", "Code"))

	for _, kind := range constants(t, "ui/report/wire.go", "Kind") {
		if !strings.Contains(documents, "`"+kind+"`") {
			t.Errorf("the page does not name the kind %s", kind)
		}
	}
	for _, code := range constants(t, "store/errors.go", "Code") {
		if !strings.Contains(documents, "`store_"+code+"`") {
			t.Errorf("the page does not name store_%s", code)
		}
	}
}

// wantRows wants a row for each of the names, once, and for nothing else.
func wantRows(t *testing.T, text, pattern string, want []string) {
	t.Helper()
	seen := map[string]int{}
	for _, row := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		seen[row[1]]++
	}
	for _, name := range want {
		if seen[name] != 1 {
			t.Errorf("%s is explained %d times", name, seen[name])
		}
		delete(seen, name)
	}
	for name := range seen {
		t.Errorf("%s is explained, and the program does not have it", name)
	}
}

// constants are the values of a file's constants of one type of text.
func constants(t *testing.T, path, kind string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "..", filepath.FromSlash(path)), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		of, typed := spec.Type.(*ast.Ident)
		value, literal := spec.Values[0].(*ast.BasicLit)
		if typed && literal && of.Name == kind && value.Kind == token.STRING {
			text, err := strconv.Unquote(value.Value)
			if err != nil {
				t.Fatal(err)
			}
			values = append(values, text)
		}
		return true
	})
	if len(values) < 5 {
		t.Fatalf("%s: found only %q of the type %s", path, values, kind)
	}
	return values
}
