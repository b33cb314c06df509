package csv

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cwsync/syncer/source"
)

func headerOf(t *testing.T, options source.Options) ([]string, error) {
	t.Helper()
	reader, err := Kind().Open(source.Config{Name: "mail", Options: options})
	if err != nil {
		t.Fatal(err)
	}
	return reader.(interface {
		Header(context.Context) ([]string, error)
	}).Header(t.Context())
}

func TestHeaderIsReadWhateverItsNames(t *testing.T) {
	names, err := headerOf(t, source.Options{"path": filepath.Join(usageFolder, "mailsecurity-2026-11-semicolon.csv"), "encoding": "windows-1252"})
	if err != nil || !slices.Contains(names, "Kundennummer") || !slices.Contains(names, "Währung") || !slices.Contains(names, "Menge") {
		t.Errorf("%q, %v", names, err)
	}
}

func TestHeaderOfWhatIsNoTable(t *testing.T) {
	for file, want := range map[string]string{"empty.csv": "the file is empty", "spreadsheet.csv": "the text", "missing.csv": "cannot be read"} {
		if _, err := headerOf(t, source.Options{"path": filepath.Join(usageFolder, "broken", file)}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", file, err, want)
		}
	}
}
