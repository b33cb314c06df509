package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestDesignPageHasTheImports: the table of docs/DESIGN.md is the one that TestImportsGoDownOnly holds the code to.
func TestDesignPageHasTheImports(t *testing.T) {
	_, table, _ := strings.Cut(read(t, "docs/DESIGN.md"), "| package | may import of ours |\n")
	table, _, _ = strings.Cut(table, "\n\n")
	seen := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| (.+) \\|$").FindAllStringSubmatch(table, -1) {
		var may []string
		for _, name := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(row[2], -1) {
			may = append(may, name[1])
		}
		want, known := imports[row[1]]
		slices.Sort(may)
		if want = slices.Sorted(slices.Values(want)); !known || !slices.Equal(may, want) {
			t.Errorf("%s may import %q, and the page says %q", row[1], want, may)
		}
		seen[row[1]] = true
	}
	for name := range imports {
		if !seen[name] {
			t.Errorf("the page does not have %s", name)
		}
	}
}

// TestDesignPageNamesFilesThatExist: each Go file and folder that the page names is there.
func TestDesignPageNamesFilesThatExist(t *testing.T) {
	all := strings.Join(files(t, ".go"), "\n")
	named := regexp.MustCompile("`([a-z_/*]+\\.go)`").FindAllStringSubmatch(read(t, "docs/DESIGN.md"), -1)
	if len(named) < 20 {
		t.Errorf("only %d files are named", len(named))
	}
	for _, name := range named {
		pattern := strings.ReplaceAll(regexp.QuoteMeta(name[1]), `\*`, `[^/\n]*`)
		if !regexp.MustCompile(`(?m)(^|/)` + pattern + `$`).MatchString(all) {
			t.Errorf("there is no %s", name[1])
		}
	}
	for _, folder := range []string{"store/migrations", "store/queries", "syncer/source/presets", "testdata/script"} {
		if info, err := os.Stat(filepath.Join("..", "..", filepath.FromSlash(folder))); err != nil || !info.IsDir() {
			t.Errorf("there is no folder %s: %v", folder, err)
		}
	}
}
