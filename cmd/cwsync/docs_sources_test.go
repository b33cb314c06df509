package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cwsync/syncer/setup"
	"cwsync/syncer/source"
)

var updateDocs = flag.Bool("update", false, "write the tables that docs/SOURCES.md takes from the catalogue of kinds")

// pages are the README and all pages of the docs.
func pages(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join("..", "..", "docs", "*.md"))
	if err != nil || len(found) < 5 {
		t.Fatalf("found %q, %v", found, err)
	}
	pages := []string{"README.md"}
	for _, path := range found {
		pages = append(pages, "docs/"+filepath.Base(path))
	}
	return pages
}

// TestSourcesPageIsTheCatalogue: each kind has a section with a table of all its options, and the presets theirs, just as the program knows them.
func TestSourcesPageIsTheCatalogue(t *testing.T) {
	kinds, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	page := read(t, "docs/SOURCES.md")
	for _, kind := range kinds.Kinds() {
		page = wantTable(t, page, kind.Name, optionsTable(kind))
	}
	found, err := kinds.Presets()
	if err != nil {
		t.Fatal(err)
	}
	page = wantTable(t, page, "Presets", presetsTable(found))
	if *updateDocs {
		if err := os.WriteFile(filepath.Join("..", "..", "docs", "SOURCES.md"), []byte(page), 0o644); err != nil { //nolint:gosec // a page for everybody
			t.Fatal(err)
		}
	}
}

// wantTable compares the first table of a section; the page with the wanted one comes back.
func wantTable(t *testing.T, page, section, want string) string {
	t.Helper()
	start := strings.Index(page, "\n## "+section+"\n")
	if start < 0 {
		t.Fatalf("there is no section %s", section)
	}
	at := regexp.MustCompile(`(?m)(^\|.*\n)+`).FindStringIndex(page[start+1:])
	if at == nil {
		t.Fatalf("%s has no table", section)
	}
	from, to := start+1+at[0], start+1+at[1]
	if got := page[from:to]; got != want && !*updateDocs {
		t.Errorf("the table of %s is\n%s\nand the program says (go test ./cmd/cwsync -run TestSourcesPage -update writes it)\n%s", section, got, want)
	}
	return page[:from] + want + page[to:]
}

func optionsTable(kind source.Kind) string {
	var b strings.Builder
	b.WriteString("| option | default | what it is |\n|---|---|---|\n")
	for _, field := range kind.Fields {
		what := field.Help
		if field.Type == source.TypeChoice && !explains(what, field.Choices) {
			what = "`" + strings.Join(field.Choices, "`, `") + "`; " + what
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", field.Name, defaultOf(field), strings.ReplaceAll(what, "|", `\|`))
	}
	return b.String()
}

// explains reports whether a help says something of every choice.
func explains(help string, choices []string) bool {
	return !slices.ContainsFunc(choices, func(choice string) bool { return !strings.Contains(help, choice+":") })
}

// defaultOf says what an option means that is left out, and of a secret that it is one.
func defaultOf(field source.Field) string {
	switch {
	case field.Secret:
		return "**secret**"
	case field.Required:
		return "needed"
	case field.Default == nil || field.Default == "":
		return "none"
	}
	return fmt.Sprintf("`%v`", field.Default)
}

func presetsTable(presets []source.Preset) string {
	var b strings.Builder
	b.WriteString("| preset | of | kind | how far to trust it | know |\n|---|---|---|---|---|\n")
	for _, p := range presets {
		fmt.Fprintf(&b, "| `%s` | %s | `%s` | %s | %s |\n", p.Name, p.Title, p.Kind, p.Trust(), p.Note)
	}
	return b.String()
}

// TestDocumentsOfThePagesCanBeImported: every YAML document in the pages is a set-up, or a part of one, that the program takes.
func TestDocumentsOfThePagesCanBeImported(t *testing.T) {
	kinds, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, page := range pages(t) {
		for _, b := range fencedBlocks(read(t, page)) {
			if b.language != "yaml" || strings.HasPrefix(b.file, "credentials") {
				continue
			}
			if _, err := setup.Parse([]byte(wholeSetup(b.text)), page, kinds); err != nil {
				t.Errorf("%s: %v\n%s", page, err, b.text)
			}
			seen[page]++
		}
	}
	if seen["docs/SOURCES.md"] < len(kinds.Kinds()) || seen["docs/SETUP.md"] < 5 {
		t.Errorf("only %v documents were found", seen)
	}
}

// wholeSetup completes a part of a set-up: what its first line does not begin with is put before it.
func wholeSetup(part string) string {
	const connection = "connection: {site: cw.example.com, company: acme, client_id: 00000000-0000-0000-0000-000000000000}\n"
	const inSource = "sources:\n  - name: mail\n    kind: csv\n    options: {path: usage.csv}\n"
	for strings.HasPrefix(part, "#") {
		_, part, _ = strings.Cut(part, "\n")
	}
	first, _, _ := strings.Cut(part, ":")
	switch first {
	case "version":
		return part
	case "connection":
		return "version: 1\n" + part
	case "services", "customers":
		return "version: 1\n" + connection + inSource + "    " + strings.ReplaceAll(strings.TrimSpace(part), "\n", "\n    ") + "\n"
	}
	return "version: 1\n" + connection + part
}

// TestPagesFitTheirLines: text has lines of at most 160 characters; tables and code, and pages
// that are older than this rule, have those that they need.
func TestPagesFitTheirLines(t *testing.T) {
	wide := []string{"README.md", "docs/HTTP.md", "docs/PERFORMANCE.md", "docs/SAFETY.md", "docs/SQL.md"}
	for _, page := range pages(t) {
		code := slices.Contains(wide, page)
		for i, line := range strings.Split(read(t, page), "\n") {
			if strings.HasPrefix(line, "```") && !slices.Contains(wide, page) {
				code = !code
			}
			if n := len([]rune(line)); n > 160 && !code && !strings.HasPrefix(line, "|") {
				t.Errorf("%s:%d has %d characters", page, i+1, n)
			}
		}
	}
}
