package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// imports says which packages of this module each may import: the table of the design. A name stands for the packages below it too, save for
// those that have a row of their own. A new edge is a line here and a reason in the commit.
var imports = map[string][]string{
	"cmd/cwsync":     {"ui", "ui/report", "ui/theme", "store", "store/secret", "cwclient", "cwclient/cwsim", "syncer", "syncer/billing", "syncer/plan", "syncer/match", "syncer/psa", "syncer/source", "syncer/setup", "syncer/doctor", "syncer/schedule", "syncer/alert"},
	"ui":             {"syncer", "syncer/billing", "syncer/plan", "syncer/match", "syncer/source", "syncer/setup", "syncer/doctor", "syncer/schedule", "syncer/alert", "ui/report", "ui/theme"},
	"ui/report":      {"syncer", "syncer/plan", "syncer/billing", "syncer/setup", "ui/theme"}, // the report is painted by role
	"ui/theme":       {},
	"store":          {"syncer", "syncer/plan", "syncer/billing", "syncer/setup", "store/secret"},
	"store/secret":   {},
	"syncer":         {"syncer/plan", "syncer/match", "syncer/source", "syncer/setup", "syncer/billing"},
	"syncer/doctor":  {"syncer/plan", "syncer/source", "syncer/setup", "syncer/billing"},
	"syncer/alert":   {"syncer/plan", "syncer/source", "syncer/setup", "syncer/billing"},
	"syncer/psa":     {"cwclient", "syncer/billing"},
	"syncer/setup":   {"syncer/source", "syncer/billing"},
	"syncer/source":  {"syncer/billing"}, // the kinds below it also import it
	"syncer/plan":    {"syncer/billing"},
	"syncer/match":   {"syncer/billing"},
	"syncer/billing": {}, "syncer/schedule": {}, "cwclient": {}, "cwclient/cwsim": {},
}

// testImports are what tests may import beside that: the simulation where something talks to it, and what makes real input.
var testImports = map[string][]string{
	"syncer/psa":    {"cwclient/cwsim"},
	"syncer":        {"cwclient", "cwclient/cwsim", "syncer/psa", "store"},
	"syncer/doctor": {"cwclient", "cwclient/cwsim", "syncer/psa", "syncer/source/csv"}, // each right is taken away from somebody real, set-ups are parsed
	"syncer/setup":  {"syncer/source/csv", "syncer/source/json"},
	"syncer/source": {"syncer/source/http"}, // presets are tried against vendors as their descriptions have them
	"store":         {"syncer/source", "syncer/source/csv", "syncer/source/json"},
}

// pure packages decide what is billed: the same inputs give the same plan, whatever the machine, the clock or the network does.
var pure = []string{"syncer/plan", "syncer/match", "syncer/billing"}

var impure = []string{"os", "io/fs", "net", "net/http", "log", "log/slog", "database/sql", "os/exec", "syscall", "math/rand", "math/rand/v2"}

const module = "cwsync"

// source is one Go file of the module, on whatever system it is built.
type goFile struct {
	path, folder string // slashes, below the root of the module
	test         bool
	tree         *ast.File
}

func goFiles(t *testing.T) []goFile {
	t.Helper()
	var files []goFile
	root := os.DirFS(filepath.Join("..", ".."))
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata"):
			return fs.SkipDir
		case entry.IsDir(), path.Ext(name) != ".go":
			return nil
		}
		content, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		tree, err := parser.ParseFile(token.NewFileSet(), name, content, parser.SkipObjectResolution)
		files = append(files, goFile{name, path.Dir(name), strings.HasSuffix(name, "_test.go"), tree})
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("read the module: %d files, %v", len(files), err)
	}
	return files
}

// row is the row of the table that a folder belongs to; empty when it has none.
func row(folder string) string {
	for ; folder != "."; folder = path.Dir(folder) {
		if _, ok := imports[folder]; ok {
			return folder
		}
	}
	return ""
}

// allowed reports whether a file may import a folder of this module.
func (f *goFile) allowed(folder string) bool {
	from, to := row(f.folder), row(folder)
	if to == from && (folder == f.folder || from == "store" || from == "syncer/source" && folder == from) {
		return true // itself, in a test of its own; the store's generated queries; what a kind of source implements
	}
	return slices.Contains(imports[from], to) || f.test && (slices.Contains(testImports[from], to) || slices.Contains(testImports[from], folder))
}

func TestImportsGoDownOnly(t *testing.T) {
	for _, file := range goFiles(t) {
		if row(file.folder) == "" {
			t.Errorf("%s: the design has no place for %s", file.path, file.folder)
			continue
		}
		for _, spec := range file.tree.Imports {
			name, _ := strconv.Unquote(spec.Path.Value)
			folder, ours := strings.CutPrefix(name, module+"/")
			if ours && !file.allowed(folder) {
				t.Errorf("%s imports %s, which the design's table does not allow", file.path, folder)
			}
		}
	}
}

func TestTopLevelFolders(t *testing.T) {
	for _, file := range goFiles(t) {
		top, _, _ := strings.Cut(file.path, "/")
		if !slices.Contains([]string{"cmd", "ui", "store", "cwclient", "syncer"}, top) {
			t.Errorf("%s: Go code lies in cmd, ui, store, cwclient and syncer alone", file.path)
		}
	}
}

func TestDecidingIsPure(t *testing.T) {
	for _, file := range goFiles(t) {
		if file.test || !slices.Contains(pure, file.folder) {
			continue
		}
		for _, spec := range file.tree.Imports {
			if name, _ := strconv.Unquote(spec.Path.Value); slices.Contains(impure, name) {
				t.Errorf("%s imports %s", file.path, name)
			}
		}
		ast.Inspect(file.tree, func(node ast.Node) bool {
			call, ok := node.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			of, ok := call.X.(*ast.Ident)
			if ok && of.Name == "time" && slices.Contains([]string{"Now", "Since", "Until", "After", "Sleep", "Tick", "NewTimer", "Local"}, call.Sel.Name) {
				t.Errorf("%s uses time.%s", file.path, call.Sel.Name)
			}
			return true
		})
	}
}

// Tests of screens have fakes in memory too: whole-program tests are those of cmd/cwsync.
func TestScreensReachNothingOutside(t *testing.T) {
	for _, file := range goFiles(t) {
		if !strings.HasPrefix(file.folder, "ui") {
			continue
		}
		for _, spec := range file.tree.Imports {
			if name, _ := strconv.Unquote(spec.Path.Value); name == "net/http" || name == "database/sql" {
				t.Errorf("%s imports %s", file.path, name)
			}
		}
	}
}
