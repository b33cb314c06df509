package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

func wantCode(t *testing.T, err error, code Code) {
	t.Helper()
	var failure *Error
	if !errors.As(err, &failure) {
		t.Fatalf("error %v is no *Error", err)
	}
	if failure.Code != code {
		t.Errorf("code %q of %v, want %q", failure.Code, err, code)
	}
	if failure.Op == "" || failure.Path == "" || failure.Hint() == "" {
		t.Errorf("incomplete: %+v", failure)
	}
}

func TestOpenMakesPrivateFiles(t *testing.T) {
	base := t.TempDir()
	path := filepath.Join(base, "config", "cwsync", "cwsync.db")
	for _, mask := range []int{0, 0o777} {
		restore := setUmask(mask)
		s, err := Open(t.Context(), Options{Path: path})
		if err == nil {
			err = s.Profile("default").SetSetting(t.Context(), "a", "b")
		}
		if err == nil {
			var unlock func() error
			if unlock, err = s.Profile("default").Lock(t.Context(), 0); err == nil {
				err = unlock()
			}
		}
		restore()
		check(t, err)
		if runtime.GOOS != "windows" {
			checkModes(t, filepath.Join(base, "config"))
		}
		check(t, s.Close())
		check(t, os.RemoveAll(filepath.Join(base, "config")))
	}
}

func checkModes(t *testing.T, folder string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		want := privateFile
		if entry.IsDir() {
			want = privateFolder
		} else {
			files++
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v", path, info.Mode().Perm(), want)
		}
		return nil
	})
	check(t, err)
	if files < 4 { // the database, its log, and two locks
		t.Errorf("%d files, want the database, its log and the locks", files)
	}
}

func TestOpenKeepsExistingFolderAsItIs(t *testing.T) {
	folder := t.TempDir()
	check(t, os.Chmod(folder, 0o755))
	openStore(t, filepath.Join(folder, "x.db"))
	info := must[os.FileInfo](t)(os.Stat(folder))
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o755 {
		t.Errorf("the folder now has mode %v", info.Mode().Perm())
	}
}

func TestOpenTakesAnyPath(t *testing.T) {
	names := []string{"with space.db", "100%41 #1.db", "äöü 日本.db", "a&b=c;d+e'f\"g.db", "file:x.db", "x.db#y"}
	if runtime.GOOS != "windows" {
		names = append(names, "what?mode=memory.db", `back\slash.db`, "colon:x.db")
	} else {
		names = []string{"with space.db", "100%41 #1.db", "äöü 日本.db"}
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), "dir % ? #")
			path := filepath.Join(folder, name)
			s, err := Open(t.Context(), Options{Path: path})
			check(t, err)
			check(t, s.Profile("p").SetSetting(t.Context(), "k", "v"))
			check(t, s.Close())
			if info, err := os.Stat(path); err != nil || info.Size() == 0 {
				t.Fatalf("the database is not where it should be: %v", err)
			}
			value, ok, err := openStore(t, path).Profile("p").Setting(t.Context(), "k")
			if err != nil || !ok || value != "v" {
				t.Errorf("read %q %v %v", value, ok, err)
			}
		})
	}
}

func TestOpenRelativePathAndLink(t *testing.T) {
	t.Chdir(t.TempDir())
	s := openStore(t, filepath.Join("sub", "x.db"))
	if !filepath.IsAbs(s.Path()) {
		t.Errorf("path %q is not absolute", s.Path())
	}
	if err := os.Symlink(filepath.Join("sub", "x.db"), "link.db"); err != nil {
		t.Logf("no symbolic links here: %v", err)
		return
	}
	other := openStore(t, "link.db")
	if other.Path() != s.Path() {
		t.Errorf("one database has two names, %q and %q: two runs would not exclude each other", other.Path(), s.Path())
	}
}

func TestOpenRefuses(t *testing.T) {
	whole := databaseBytes(t)
	tests := []struct {
		name    string
		content []byte
		code    Code
	}{
		{"text file", []byte("customer_id,service_id,quantity\n1,2,3\n"), CodeNotADatabase},
		{"header alone", whole[:16], CodeNotADatabase},
		{"cut within the first page", whole[:1000], CodeCorrupt},
		{"cut in the middle", whole[:len(whole)/2], CodeCorrupt},
		{"cut by a page", whole[:len(whole)-4096], CodeCorrupt},
		{"first page damaged", append(append(append([]byte{}, whole[:100]...), make([]byte, 3996)...), whole[4096:]...), CodeCorrupt},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := newPath(t)
			check(t, os.WriteFile(path, test.content, 0o600))
			s, err := Open(t.Context(), Options{Path: path})
			if err == nil {
				t.Fatal(errors.Join(errors.New("opened"), s.Close()))
			}
			wantCode(t, err, test.code)
			if now := must[[]byte](t)(os.ReadFile(path)); string(now) != string(test.content) {
				t.Error("the file was changed")
			}
		})
	}
}

// databaseBytes is a whole database in one file.
func databaseBytes(t *testing.T) []byte {
	t.Helper()
	path := newPath(t)
	s, err := Open(t.Context(), Options{Path: path})
	check(t, err)
	p := s.Profile("default")
	check(t, p.Begin(t.Context(), newRun("r1", update(1), create(2))))
	check(t, s.Close())
	return must[[]byte](t)(os.ReadFile(path))
}

func TestDamagedPage(t *testing.T) {
	path := newPath(t)
	content := databaseBytes(t)
	for i := 4096; i < len(content); i++ { // all but the first page, which has the names of the tables
		content[i] ^= 0x5a
	}
	check(t, os.WriteFile(path, content, 0o600))
	s, err := Open(t.Context(), Options{Path: path})
	if err == nil {
		err = s.Check(t.Context())
		check(t, s.Close())
	}
	wantCode(t, err, CodeCorrupt)
}

func TestCheck(t *testing.T) {
	p, _ := begun(t)
	check(t, p.store.Check(t.Context()))
}

func TestDamagedBody(t *testing.T) {
	p, _ := begun(t)
	_, err := p.store.writer.ExecContext(t.Context(), "UPDATE bodies SET body = substr(body, 1, length(body) - 1)")
	check(t, err)
	_, err = p.Run(t.Context(), "r1")
	wantCode(t, err, CodeCorrupt)
}

func TestOpenFolderInsteadOfFile(t *testing.T) {
	_, err := Open(t.Context(), Options{Path: t.TempDir()})
	wantCode(t, err, CodeCannotOpen)
}

func TestOpenFileInsteadOfFolder(t *testing.T) {
	file := newPath(t)
	check(t, os.WriteFile(file, nil, 0o600))
	_, err := Open(t.Context(), Options{Path: filepath.Join(file, "x.db")})
	wantCode(t, err, CodeCannotOpen)
}

func TestOpenEmptyFile(t *testing.T) {
	path := newPath(t)
	check(t, os.WriteFile(path, nil, 0o600))
	check(t, openStore(t, path).Profile("p").SetSetting(t.Context(), "k", "v"))
}

func TestOpenOtherProgramsDatabase(t *testing.T) {
	path := newPath(t)
	other := must[*sql.DB](t)(sql.Open("sqlite", path))
	_, err := other.ExecContext(t.Context(), "CREATE TABLE bookmarks (url TEXT)")
	check(t, errors.Join(err, other.Close()))
	before := must[[]byte](t)(os.ReadFile(path))
	_, err = Open(t.Context(), Options{Path: path})
	wantCode(t, err, CodeNotOurs)
	raw := must[*sql.DB](t)(sql.Open("sqlite", path))
	var tables int
	err = raw.QueryRowContext(t.Context(), "SELECT count(*) FROM sqlite_schema").Scan(&tables)
	check(t, errors.Join(err, raw.Close()))
	if tables != 1 {
		t.Errorf("%d tables now in a database of %d bytes that is not ours", tables, len(before))
	}
}

func TestOpenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Open(ctx, Options{Path: newPath(t)})
	var failure *Error
	if !errors.Is(err, context.Canceled) || errors.As(err, &failure) {
		t.Errorf("got %v, want a cancellation and no *Error", err)
	}
}

func TestFullDisk(t *testing.T) {
	p, run := begun(t)
	check(t, setPageLimit(t, p.store))
	_, err := p.Intend(t.Context(), editIntent("r1", 1))
	for i := 3; err == nil && i < 1000; i++ { // the pages that are there may have room
		_, err = p.Intend(t.Context(), createIntent("r1", i))
	}
	wantCode(t, err, CodeFull)
	before := must[[]RunSummary](t)(p.Runs(t.Context(), 0))
	run.Outcomes = nil
	err = p.Begin(t.Context(), nightlyRun("r2", 2000))
	wantCode(t, err, CodeFull)
	if after := must[[]RunSummary](t)(p.Runs(t.Context(), 0)); len(after) != len(before) {
		t.Error("a run is there in part")
	}
}

func setPageLimit(t *testing.T, s *Store) error {
	t.Helper()
	var pages int
	return s.writer.QueryRowContext(t.Context(), "PRAGMA max_page_count = 1").Scan(&pages) // SQLite takes the present size for it
}

func TestDefaultPath(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", folder)
	t.Setenv("AppData", folder)
	t.Setenv("HOME", folder)
	path := must[string](t)(DefaultPath())
	if !strings.HasPrefix(path, folder) || !strings.HasSuffix(filepath.ToSlash(path), "cwsync/cwsync.db") {
		t.Errorf("default path %q", path)
	}
}

// scripts gives the migrations of this program and, if any, further ones.
func scripts(t *testing.T, more map[string]string) fs.FS {
	t.Helper()
	all := fstest.MapFS{}
	for _, name := range must[[]string](t)(fs.Glob(migrations, "migrations/*.sql")) {
		all[filepath.Base(name)] = &fstest.MapFile{Data: must[[]byte](t)(migrations.ReadFile(name))}
	}
	for name, text := range more {
		all[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return all
}

const secondMigration = "-- +goose Up\nALTER TABLE settings ADD COLUMN note TEXT;\nINSERT INTO profiles (name, created) VALUES ('made-by-2', '');\n"

// TestOpenDatabaseOfFirstVersion opens a database that was made by nothing but the first migration, the way an older program left it.
func TestOpenDatabaseOfFirstVersion(t *testing.T) {
	path := newPath(t)
	text := string(must[[]byte](t)(migrations.ReadFile("migrations/0001_initial.sql")))
	raw := must[*sql.DB](t)(sql.Open("sqlite", path))
	_, err := raw.ExecContext(t.Context(), text+`
		CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY AUTOINCREMENT, version_id INTEGER NOT NULL, is_applied INTEGER NOT NULL,
			tstamp TIMESTAMP DEFAULT (datetime('now')));
		INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, 1), (1, 1);
		INSERT INTO profiles (name, created) VALUES ('old', '2026-01-01T00:00:00.000000000Z');
		INSERT INTO settings VALUES (1, 'k', 'v');
		INSERT INTO runs (seq, profile_id, id, plan_id, program, undoes, started, creates, updates, cancels, nones, holds, skips, changes,
			monthly_delta, head) VALUES (1, 1, 'r1', 'p1', '', '', '2026-01-01T00:00:00.000000000Z', 1, 0, 0, 0, 0, 0, 0, '{}', x'00');
		INSERT INTO journal (id, profile_id, run_seq, key, kind, agreement_id, product_id, addition_id, version, known, quantity, effective,
			cancelled, members, previous, recorded, state) VALUES (41, 1, 1, 'mail/1/mbx', 'create', 811, 12, 0, '', '[7]', '3', '2026-01-01', '', '', '',
			'2026-01-01T00:00:00.000000000Z', 'intent');
		INSERT INTO owned_additions VALUES (1, 5, 'mail/2/mbx', 811, 12, '', '4', 1, '', 1, '2026-01-01T00:00:00.000000000Z', 0);
		INSERT INTO undone VALUES (1, 'mail/2/mbx', 811, 12, '6', 1);`)
	check(t, errors.Join(err, raw.Close()))
	s := openStore(t, path)
	open := must[[]syncer.Intent](t)(s.Profile("old").OpenIntents(t.Context()))
	if len(open) != 1 || open[0].ID != 41 || open[0].Kind != syncer.IntentCreate || open[0].Quantity.Decimal.String() != "3" || open[0].UnitPrice.Valid || open[0].Taxable != nil {
		t.Errorf("open writes %+v", open)
	}
	owned := must[[]plan.Owned](t)(s.Profile("old").Owned(t.Context()))
	if len(owned) != 1 || owned[0].AdditionID != 5 || owned[0].UnitPrice.Valid || owned[0].UnitCost.Valid {
		t.Errorf("owned %+v", owned)
	}
	wantSame(t, must[[]plan.Undone](t)(s.Profile("old").Undone(t.Context())), []plan.Undone{
		{Key: must[billing.Key](t)(billing.ParseKey("mail/2/mbx")), AgreementID: 811, ProductID: 12, Quantity: dec("6")},
	})
	value, ok, err := s.Profile("old").Setting(t.Context(), "k")
	if err != nil || !ok || value != "v" {
		t.Errorf("read %q %v %v", value, ok, err)
	}
}

func backups(t *testing.T, path string) []string {
	t.Helper()
	return must[[]string](t)(filepath.Glob(path + ".backup-*"))
}

func TestUpgradeCopiesFirst(t *testing.T) {
	path := newPath(t)
	s := openStore(t, path) // stays open: what is still in its log has to be in the copy
	check(t, s.Profile("default").SetSetting(t.Context(), "k", "v"))
	if found := backups(t, path); len(found) != 0 {
		t.Errorf("copies of a new database: %v", found)
	}
	clock := func() time.Time { return started }
	upgraded, err := open(t.Context(), Options{Path: path, Now: clock}, scripts(t, map[string]string{"0099_note.sql": secondMigration}))
	check(t, err)
	names := must[[]string](t)(upgraded.Profiles(t.Context()))
	check(t, upgraded.Close())
	if told := backups(t, upgraded.Path()); len(told) != 1 || upgraded.Copied() != told[0] || s.Copied() != "" {
		t.Errorf("said %q and %q of %v", upgraded.Copied(), s.Copied(), told)
	}
	if strings.Join(names, " ") != "default made-by-2" {
		t.Errorf("profiles after the upgrade: %v", names)
	}
	copies := backups(t, path)
	if len(copies) != 1 || filepath.Base(copies[0]) != "cwsync.db.backup-4-20261121T060003.123Z" {
		t.Fatalf("copies: %v", copies)
	}
	info := must[os.FileInfo](t)(os.Stat(copies[0]))
	if runtime.GOOS != "windows" && info.Mode().Perm() != privateFile {
		t.Errorf("the copy has mode %v", info.Mode().Perm())
	}
	old := openStore(t, copies[0])
	names = must[[]string](t)(old.Profiles(t.Context()))
	value, _, err := old.Profile("default").Setting(t.Context(), "k")
	if err != nil || strings.Join(names, " ") != "default" || value != "v" {
		t.Errorf("the copy has profiles %v and value %q, %v", names, value, err)
	}
	check(t, old.Check(t.Context()))
}

func TestUpgradeThatFailsChangesNothing(t *testing.T) {
	path := newPath(t)
	check(t, openStore(t, path).Profile("default").SetSetting(t.Context(), "k", "v"))
	broken := scripts(t, map[string]string{"0099_broken.sql": secondMigration + "INSERT INTO nowhere VALUES (1);\n"})
	_, err := open(t.Context(), Options{Path: path}, broken)
	wantCode(t, err, CodeFailed)
	if copies := backups(t, path); len(copies) != 1 || !strings.HasSuffix(err.(*Error).Hint(), copies[0]) {
		t.Errorf("the copies are %v, the hint is %q", copies, err.(*Error).Hint())
	}
	names := must[[]string](t)(openStore(t, path).Profiles(t.Context()))
	if strings.Join(names, " ") != "default" {
		t.Errorf("profiles %v", names)
	}
}

func TestUpgradeWithoutCopyIsNotDone(t *testing.T) {
	path := newPath(t)
	clock := func() time.Time { return started }
	check(t, openStore(t, path).Profile("default").SetSetting(t.Context(), "k", "v"))
	check(t, os.WriteFile(path+".backup-4-20261121T060003.123Z", []byte("in the way"), 0o600))
	_, err := open(t.Context(), Options{Path: path, Now: clock}, scripts(t, map[string]string{"0099_note.sql": secondMigration}))
	wantCode(t, err, CodeCannotOpen)
	openStore(t, path) // still of the version before
}

func TestOpenNewerDatabase(t *testing.T) {
	path := newPath(t)
	s, err := open(t.Context(), Options{Path: path}, scripts(t, map[string]string{"0099_note.sql": secondMigration}))
	check(t, err)
	check(t, s.Close())
	_, err = Open(t.Context(), Options{Path: path})
	wantCode(t, err, CodeNewer)
	if len(backups(t, path)) != 0 {
		t.Error("a newer database was copied")
	}
}

func TestOpenAtTheSameTime(t *testing.T) {
	path := newPath(t)
	done := make(chan error)
	for range 8 {
		go func() {
			s, err := Open(background(), Options{Path: path})
			if err == nil {
				err = errors.Join(s.Profile("p").SetSetting(background(), "k", "v"), s.Close())
			}
			done <- err
		}()
	}
	for range 8 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}
