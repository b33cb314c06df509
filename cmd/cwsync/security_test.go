package main

import (
	"cmp"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestNothingWeakensTLS: no code of the program can switch off that certificates are verified, and no flag or key of the set-up could ask for it. What
// package cwclient does with good and bad certificates is tested there.
func TestNothingWeakensTLS(t *testing.T) {
	named := map[string]string{
		filepath.Join("syncer", "alert", "email.go"): "ServerName: s.host,", // TLS within SMTP knows no address: the name that was dialled, which is verified
	}
	for path, text := range programFiles(t) {
		text = strings.ReplaceAll(text, cmp.Or(named[path], "\x00"), "")
		for _, word := range []string{"InsecureSkipVerify", "VerifyPeerCertificate", "VerifyConnection", "VersionTLS10", "VersionTLS11", "VersionSSL30", "ServerName:"} {
			if strings.Contains(text, word) {
				t.Errorf("%s has %s", path, word)
			}
		}
	}
}

// TestNothingStartsProgramsUnseen: packages that start programs or load code are few, and each is named here with its reason.
func TestNothingStartsProgramsUnseen(t *testing.T) {
	allowed := map[string][]string{ // by folder
		"syncer/source/exec": {"os/exec"}, // usage that a program of the user prints
		"cmd/cwsync":         {"os/exec"}, // the schedulers of the system, and cwsync itself as they run it
	}
	for path, text := range programFiles(t) {
		file, err := parser.ParseFile(token.NewFileSet(), path, text, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			name := strings.Trim(spec.Path.Value, `"`)
			if slices.Contains([]string{"os/exec", "plugin", "unsafe", "net/rpc", "net/http/pprof", "net/http/cgi", "encoding/gob"}, name) && !slices.Contains(allowed[filepath.ToSlash(filepath.Dir(path))], name) {
				t.Errorf("%s imports %s", path, name)
			}
		}
	}
}

// programFiles are the texts of all Go files but tests, by their path from the top.
func programFiles(t *testing.T) map[string]string {
	t.Helper()
	top := filepath.Join("..", "..")
	files := map[string]string{}
	err := filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		name, relErr := filepath.Rel(top, path)
		if relErr != nil {
			return relErr
		}
		files[name] = string(text)
		return err
	})
	if err != nil || len(files) < 100 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	return files
}
