package main

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestUpgradeSaysWhereTheCopyIs opens the database of an older program: the command that does it works, and says where the database is as it was.
func TestUpgradeSaysWhereTheCopyIs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cwsync.db")
	text, err := os.ReadFile("../../store/migrations/0001_initial.sql")
	if err != nil {
		t.Fatal(err)
	}
	old, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = old.ExecContext(t.Context(), string(text)+`
		CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY AUTOINCREMENT, version_id INTEGER NOT NULL, is_applied INTEGER NOT NULL,
			tstamp TIMESTAMP DEFAULT (datetime('now')));
		INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, 1), (1, 1);`)
	if err := errors.Join(err, old.Close(), os.Chmod(path, 0o600)); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	if code := execute(t.Context(), []string{"history", "--db", path}, streams{in: strings.NewReader(""), out: &out, err: &errs}); code != 0 {
		t.Fatalf("exit %d\n%s%s", code, &out, &errs)
	}
	copies, err := filepath.Glob(path + ".backup-*")
	if err != nil || len(copies) != 1 {
		t.Fatalf("copies %v, %v", copies, err)
	}
	if !strings.Contains(errs.String(), copies[0]) {
		t.Errorf("it does not say that the copy is %s:\n%s", copies[0], &errs)
	}
	errs.Reset()
	if code := execute(t.Context(), []string{"history", "--db", path}, streams{in: strings.NewReader(""), out: &out, err: &errs}); code != 0 || errs.Len() != 0 {
		t.Errorf("the next command: exit %d\n%s", code, &errs)
	}
}
