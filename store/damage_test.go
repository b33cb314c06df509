package store

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"cwsync/syncer"
)

// TestCutShort cuts a database at many places: it is told as damaged, or nothing of it is missing; what is left of it is left as it is.
func TestCutShort(t *testing.T) {
	content := databaseBytes(t)
	for size := 2; size < len(content); size += 3001 {
		path := newPath(t)
		check(t, os.WriteFile(path, content[:size], 0o600))
		s, err := Open(t.Context(), Options{Path: path})
		if err == nil {
			err = s.Check(t.Context())
			check(t, s.Close())
		}
		if err == nil && len(bytes.Trim(content[size:], "\x00")) == 0 {
			continue // the end was empty
		}
		var failure *Error
		if !errors.As(err, &failure) || failure.Code != CodeCorrupt && failure.Code != CodeNotADatabase && failure.Code != CodeNotOurs || failure.Hint() == "" {
			t.Errorf("cut to %d of %d bytes: %v", size, len(content), err)
		}
		if now := must[[]byte](t)(os.ReadFile(path)); !bytes.Equal(now, content[:size]) {
			t.Errorf("the %d bytes that were left are now %d others", size, len(now))
		}
	}
}

// TestDamagedLog: the last bytes of SQLite's log may be torn when the power goes. Whatever stands there, what was acknowledged before is there.
func TestDamagedLog(t *testing.T) {
	for name, damage := range map[string]func([]byte) []byte{
		"rubbish after it":   func(log []byte) []byte { return append(log, bytes.Repeat([]byte{0xa5}, 5000)...) },
		"zeros after it":     func(log []byte) []byte { return append(log, make([]byte, 8192)...) },
		"half a frame after": func(log []byte) []byte { return append(log, log[32:32+2000]...) },
		"nothing":            func(log []byte) []byte { return log },
	} {
		t.Run(name, func(t *testing.T) {
			path := newPath(t)
			c := startChild(t, "flood 0 "+path)
			for range 25 {
				c.line(t)
			}
			check(t, c.command.Process.Kill())
			acknowledged := 25
			for c.lines.Scan() {
				acknowledged++
			}
			c.kill(t)
			log := must[[]byte](t)(os.ReadFile(path + "-wal"))
			check(t, os.WriteFile(path+"-wal", damage(log), 0o600))
			holds(t, path, acknowledged-1) // the last line may be torn
		})
	}
}

// holds wants a sound database with at least so many open writes, which takes another one.
func holds(t *testing.T, path string, writes int) {
	t.Helper()
	p := openStore(t, path).Profile("default")
	check(t, p.store.Check(t.Context()))
	if open := must[[]syncer.Intent](t)(p.OpenIntents(t.Context())); len(open) < writes {
		t.Errorf("%d writes were acknowledged, %d are there", writes, len(open))
	}
	check(t, p.SetSetting(t.Context(), "k", "v"))
}

// TestNewestCopyIsNamed: where a database is damaged, the error says which copy is the newest, by when it was made rather than by its name.
func TestNewestCopyIsNamed(t *testing.T) {
	path := newPath(t)
	content := databaseBytes(t)
	check(t, os.WriteFile(path, content[:len(content)/2], 0o600))
	open := func() *Error {
		s, err := Open(t.Context(), Options{Path: path})
		if err == nil {
			err = s.Check(t.Context())
			check(t, s.Close())
		}
		failure, ok := errors.AsType[*Error](err)
		if !ok {
			t.Fatalf("got %v", err)
		}
		return failure
	}
	if failure := open(); failure.Copy != "" {
		t.Errorf("a copy out of nowhere: %s", failure.Hint())
	}
	for _, name := range []string{"9-20260101T000000.000Z", "10-20261121T060003.123Z", "2-20251121T060003.123Z"} {
		check(t, os.WriteFile(path+backupMark+name, nil, 0o600))
	}
	want := path + backupMark + "10-20261121T060003.123Z"
	if failure := open(); failure.Copy != want || !bytes.HasSuffix([]byte(failure.Hint()), []byte(want)) {
		t.Errorf("copy %q, hint %q", failure.Copy, failure.Hint())
	}
}

// TestUpgradesGoForwardOnly: no migration has a way back, since a program that went back would lose what a newer one recorded.
func TestUpgradesGoForwardOnly(t *testing.T) {
	for _, name := range must[[]string](t)(filepath.Glob("migrations/*.sql")) {
		if text := must[[]byte](t)(os.ReadFile(name)); bytes.Contains(text, []byte("+goose Down")) || !bytes.Contains(text, []byte("+goose Up")) {
			t.Errorf("%s goes back, or nowhere", name)
		}
	}
}

// TestUpgradeCutOff: a database of which the upgrade was cut off is of the old version, and upgrades the next time.
func TestUpgradeCutOff(t *testing.T) {
	const endless = "INSERT INTO settings SELECT 1, n, '', '' FROM (WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 1000000000) SELECT n FROM c);\n"
	path := newPath(t)
	check(t, openStore(t, path).Profile("default").SetSetting(t.Context(), "k", "v"))
	ctx, stop := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer stop()
	if _, err := open(ctx, Options{Path: path}, scripts(t, map[string]string{"0099_note.sql": secondMigration + endless})); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	upgraded, err := open(t.Context(), Options{Path: path}, scripts(t, map[string]string{"0099_note.sql": secondMigration}))
	check(t, err)
	value, ok, err := upgraded.Profile("default").Setting(t.Context(), "k")
	if err != nil || !ok || value != "v" || len(backups(t, path)) == 0 {
		t.Errorf("%q %t %v, copies %v", value, ok, err, backups(t, path))
	}
	check(t, upgraded.Close())
}
