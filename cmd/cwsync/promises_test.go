package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/plan"

	"github.com/shopspring/decimal"
)

// TestEveryExitCodeIsDocumentedAndTested: each constant is in the README's table and expected by a script or a fault, and the table has no other.
func TestEveryExitCodeIsDocumentedAndTested(t *testing.T) {
	codes := exitCodes(t)
	_, section, _ := strings.Cut(read(t, "README.md"), "\n## Exit codes\n")
	readme, _, _ := strings.Cut(section, "\n## ")
	for _, row := range regexp.MustCompile(`(?m)^\| (\d+) \|`).FindAllStringSubmatch(readme, -1) {
		if !slices.Contains(slices.Collect(maps.Values(codes)), row[1]) && row[1] != "2" {
			t.Errorf("the README explains the exit code %s, which the program does not have", row[1])
		}
	}
	scripts := ""
	for _, path := range files(t, ".txtar") {
		scripts += read(t, path)
	}
	for name, code := range codes {
		if !strings.Contains(readme, "\n| "+code+" |") {
			t.Errorf("the README does not explain %s, %s", name, code)
		}
		if !regexp.MustCompile(`(?m)^exitcode ` + code + `\b`).MatchString(scripts) {
			t.Errorf("no script expects %s, %s", name, code)
		}
	}
}

// exitCodes are the constants of the engine by name.
func exitCodes(t *testing.T) map[string]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "..", "syncer", "exit.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]string{}
	ast.Inspect(file, func(node ast.Node) bool {
		if spec, ok := node.(*ast.ValueSpec); ok && strings.HasPrefix(spec.Names[0].Name, "Exit") && len(spec.Values) == 1 {
			if value, ok := spec.Values[0].(*ast.BasicLit); ok {
				codes[spec.Names[0].Name] = value.Value
			}
		}
		return true
	})
	if len(codes) < 12 {
		t.Fatalf("found %v", codes)
	}
	return codes
}

// TestSafetyNamesWhatExists: every test and script that docs/SAFETY.md names is there.
func TestSafetyNamesWhatExists(t *testing.T) {
	safety := read(t, "docs/SAFETY.md")
	if n := wantTestsThere(t, testCode(t), safety); n < 40 {
		t.Errorf("only %d tests are named", n)
	}
	for n := range 12 {
		if !regexp.MustCompile(`(?m)^\| ` + decimal.New(int64(n+1), 0).String() + `\. `).MatchString(safety) {
			t.Errorf("promise %d is not in the table", n+1)
		}
	}
}

// read gives a file of the project by its path from the top.
func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// files are the files of the project whose names end so.
func files(t *testing.T, end string) []string {
	t.Helper()
	var found []string
	top := filepath.Join("..", "..")
	err := filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && strings.HasSuffix(path, end) {
			path, err = filepath.Rel(top, path)
			found = append(found, filepath.ToSlash(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestGuardsStopBeforeTheFirstWrite: what a guard holds is not written, be it a line or a whole source, and is written once a person accepts it,
// where a person may.
func TestGuardsStopBeforeTheFirstWrite(t *testing.T) {
	for name, c := range map[string]struct {
		do     func(m *model)
		code   plan.Code
		entry  string // of --accept
		writes int    // without it
		after  int    // with it
	}{
		"a line falls":  {func(m *model) { m.usage[0] = "10" }, plan.GuardDrop, "mail/1/mbx", 0, 1},
		"a line rises":  {func(m *model) { m.usage[0] = "80" }, plan.GuardRise, "mail/1/mbx", 0, 1},
		"just not":      {func(m *model) { m.usage[0] = "79" }, "", "", 1, 0},
		"another moves": {func(m *model) { m.usage[0], m.usage[1] = "10", "41" }, plan.GuardDrop, "mail/1/mbx", 1, 1},
		"most is gone": {func(m *model) { m.usage[0], m.usage[1], m.usage[2] = "0", "0", "41" }, plan.MissingShare,
			"mail:missing_share", 0, 1}, // the two that fall to nothing are held by their own guard then
		"money moves": {func(m *model) {
			m.usage[0] = "41"
			m.setup.Guards.MaxMonthlyDelta = decimal.NewNullDecimal(decimal.New(449, -2))
		}, plan.MaxMonthlyDelta, "mail:max_monthly_delta", 0, 1},
		"the usage is old": {func(m *model) { m.usage[0] = "41"; m.aged = 27 * time.Hour }, plan.UsageStale, "mail:usage_stale", 0, 1},
	} {
		inModel(t, name, func(t *testing.T, m *model) {
			for n := range modelLines {
				m.usage[n] = "40"
			}
			m.sync(fall{})
			m.sync(fall{}, m.held...)
			m.setup.Guards.MissingPercent = decimal.New(30, 0)
			c.do(m)
			must(m.store.Profile("default").ReplaceSetup(m.ctx, m.setup))
			end := m.sync(fall{})
			if want := map[bool]int{true: syncer.ExitDone, false: syncer.ExitHeld}[c.code == ""]; end.exit != want || end.writes != c.writes {
				t.Errorf("exit %d with %d writes, want %d with %d: %s", end.exit, end.writes, want, c.writes, problems(end.run))
			}
			if c.code != "" && !m.isHeldFor(end.run, c.code) {
				t.Errorf("not held for %s: %v", c.code, m.held)
			}
			if end = m.sync(fall{}, c.entry); end.writes != c.after {
				t.Errorf("accepted: exit %d with %d writes, want %d: %s", end.exit, end.writes, c.after, problems(end.run))
			}
		})
	}
}

func (m *model) isHeldFor(run *syncer.Run, code plan.Code) bool {
	return slices.ContainsFunc(run.Plan.Changes, func(row plan.Change) bool { return row.Code == code }) ||
		slices.ContainsFunc(run.Plan.Sources, func(source plan.SourceSummary) bool { return source.Held == code })
}
