package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"cwsync/syncer/plan"
)

// TestTroubleshootingQuotesWhatIsSaid: each message that docs/TROUBLESHOOTING.md says one sees is one of the program's.
func TestTroubleshootingQuotesWhatIsSaid(t *testing.T) {
	said := ""
	for _, path := range files(t, ".go") {
		if !strings.HasSuffix(path, "_test.go") {
			said += read(t, path)
		}
	}
	said = strings.ReplaceAll(said, `\"`, `"`)
	messages, _, _ := strings.Cut(read(t, "docs/TROUBLESHOOTING.md"), "\n## What the doctor looks at\n")
	rows := tableRows(messages)
	for _, row := range rows {
		quoted := regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(row[0], -1)
		if len(quoted) == 0 && !strings.HasPrefix(row[0], "exit ") {
			t.Errorf("a row quotes nothing: %s", row[0])
		}
		for _, message := range quoted {
			for part := range strings.SplitSeq(message[1], "…") {
				if part = strings.TrimSpace(part); part != "" && !strings.Contains(said, part) {
					t.Errorf("the program never says %q", part)
				}
			}
		}
	}
	if len(rows) < 80 {
		t.Errorf("%d rows are left", len(rows))
	}
}

// TestTroubleshootingHasEveryHoldAndCheck: every code of a line or source that is not written, and every check of the doctor.
func TestTroubleshootingHasEveryHoldAndCheck(t *testing.T) {
	page := read(t, "docs/TROUBLESHOOTING.md")
	done := []plan.Code{plan.Unchanged, plan.UsageRose, plan.UsageFell, plan.UsageZero, plan.UsageEnded, plan.NewLine, plan.NewProduct,
		plan.PriceChanged, plan.CostChanged, plan.TaxChanged}
	for _, code := range constants(t, "syncer/plan/code.go", "Code") {
		if !slices.Contains(done, plan.Code(code)) && !strings.Contains(page, "`"+code+"`") {
			t.Errorf("nothing is said of the code %s", code)
		}
	}
	_, checks, _ := strings.Cut(page, "\n## What the doctor looks at\n")
	names := append(textsNamed(t, "syncer/doctor", "Name"), textsNamed(t, "syncer/doctor", "nameOf")...)
	if len(names) < 18 {
		t.Errorf("only %q are found", names)
	}
	for _, name := range append(names, "secret", "agreements: ", "product catalog: ", "company maintenance: ", "table setup: ") {
		if !strings.Contains(checks, "`"+name+"`") && !strings.Contains(checks, "`"+strings.TrimSpace(name)+" …`") {
			t.Errorf("nothing is said of the check %q", name)
		}
	}
}

// tableRows are the cells of all rows of the tables of a page, their heads left out.
func tableRows(page string) (rows [][]string) {
	head := true
	for line := range strings.Lines(page) {
		if !strings.HasPrefix(line, "|") {
			head = true
			continue
		}
		if strings.HasPrefix(line, "|---") {
			head = false
			continue
		}
		if !head {
			cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
			for i := range cells {
				cells[i] = strings.TrimSpace(cells[i])
			}
			rows = append(rows, cells)
		}
	}
	return rows
}

// textsNamed are the texts of a package's constants whose names begin so.
func textsNamed(t *testing.T, folder, begin string) (values []string) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(folder), "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			spec, ok := node.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 || !strings.HasPrefix(spec.Names[0].Name, begin) {
				return true
			}
			if value, ok := spec.Values[0].(*ast.BasicLit); ok && value.Kind == token.STRING {
				text, err := strconv.Unquote(value.Value)
				if err != nil {
					t.Fatal(err)
				}
				values = append(values, text)
			}
			return true
		})
	}
	return values
}
