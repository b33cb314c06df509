package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// features are how many the vendors' integrations have, each with a row of its own in the table.
const features = 35

// TestCoverageNamesWhatExists: the README's table of what is covered has every feature once and in order, each with something that shows it, and every
// script and test that it names is there; and it names the workflow of each vendor.
func TestCoverageNamesWhatExists(t *testing.T) {
	_, table, found := strings.Cut(read(t, "README.md"), "\n## What is covered\n")
	table, _, _ = strings.Cut(table, "\n## ")
	rows := regexp.MustCompile(`(?m)^\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$`).FindAllStringSubmatch(table, -1)
	if !found || len(rows) != features {
		t.Fatalf("%d rows, want %d", len(rows), features)
	}
	code := testCode(t)
	for i, row := range rows {
		if row[1] != strconv.Itoa(i+1) {
			t.Errorf("row %d has the number %s", i+1, row[1])
		}
		if wantTestsThere(t, code, row[4]) == 0 {
			t.Errorf("feature %s, %s, names nothing that shows it", row[1], row[2])
		}
		for name := range strings.SplitSeq(row[4], ", ") {
			if !namedTest().MatchString(name) {
				t.Errorf("feature %s: %s is no name of a test", row[1], name)
			}
		}
	}
	workflows, err := filepath.Glob(filepath.Join("..", "..", "testdata", "script", "workflow_*.txtar"))
	if err != nil || len(workflows) != 5 {
		t.Errorf("workflows %q, %v", workflows, err)
	}
	for _, path := range workflows {
		if !strings.Contains(table, "`"+filepath.Base(path)+"`") {
			t.Errorf("nothing is said to be shown by %s", path)
		}
	}
}

// TestWorkflowsPointToWhatExists: where a vendor's script says that another one shows a part of the workflow, that one is there.
func TestWorkflowsPointToWhatExists(t *testing.T) {
	code := testCode(t)
	for _, vendor := range []string{"greencloud", "mailprotector", "cloudpanel", "ingram", "proofpoint"} {
		head, _, _ := strings.Cut(read(t, "testdata/script/workflow_"+vendor+".txtar"), "\ncwsim start")
		quoted := regexp.MustCompile(`Test[A-Z]\w+|[a-z_-]+\.txtar`).ReplaceAllString(head, "`$0`")
		if wantTestsThere(t, code, quoted) == 0 {
			t.Errorf("%s says of nothing where it is shown", vendor)
		}
	}
}

// namedTest is the name of a test or of a script, as the project's papers write it.
func namedTest() *regexp.Regexp { return regexp.MustCompile("`(Test\\w+|[a-z_-]+\\.txtar)`") }

// testCode is the text of all tests.
func testCode(t *testing.T) string {
	t.Helper()
	var code strings.Builder
	for _, path := range files(t, "_test.go") {
		code.WriteString(read(t, path))
	}
	return code.String()
}

// wantTestsThere wants every test and script that a text names to be there, tests in the code of all, and gives how many it names.
func wantTestsThere(t *testing.T, code, text string) int {
	t.Helper()
	named := namedTest().FindAllStringSubmatch(text, -1)
	for _, name := range named {
		if strings.HasSuffix(name[1], ".txtar") {
			if _, err := os.Stat(filepath.Join("..", "..", "testdata", "script", name[1])); err != nil {
				t.Errorf("there is no %s", name[1])
			}
		} else if !strings.Contains(code, "func "+name[1]+"(t ") {
			t.Errorf("there is no %s", name[1])
		}
	}
	return len(named)
}
