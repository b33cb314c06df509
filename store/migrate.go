package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/pressly/goose/v3"
)

// applicationID marks our databases; the first migration sets it.
const applicationID = 1668772729

// Databases that are sound but of no use here.
var (
	errNotOurs  = errors.New("the database belongs to another program")
	errReadOnly = errors.New("the database can only be read")
)

// migrate brings the tables up to date, forward only. A database that holds something is copied first.
func (s *Store) migrate(ctx context.Context, scripts fs.FS) error {
	if err := s.checkWritable(ctx); err != nil {
		return err
	}
	existing, err := s.identify(ctx)
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, s.writer, scripts, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	current, newest, err := provider.GetVersions(ctx)
	switch {
	case err != nil:
		return err
	case current > newest:
		return s.newer(current, newest)
	case current == newest:
		return nil
	}
	if existing {
		if s.copied, err = s.backup(ctx, current); err != nil {
			return fmt.Errorf("copy the database before its upgrade: %w", err)
		}
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("upgrade the database from version %d to %d: %w", current, newest, err)
	}
	return nil
}

// identify tells our database (true) from an empty one (false), and refuses all others.
func (s *Store) identify(ctx context.Context) (bool, error) {
	var id, tables int
	const count = `SELECT (SELECT application_id FROM pragma_application_id),
		(SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name <> 'goose_db_version')`
	if err := s.writer.QueryRowContext(ctx, count).Scan(&id, &tables); err != nil {
		return false, err
	}
	switch {
	case id == applicationID:
		return true, nil
	case id == 0 && tables == 0:
		return false, nil
	}
	return false, errNotOurs
}

// checkWritable reports a database that SQLite could open to read only: it does so without a word.
func (s *Store) checkWritable(ctx context.Context) error {
	connection, err := s.writer.Conn(ctx)
	if err != nil {
		return err
	}
	err = connection.Raw(func(driver any) error {
		only, err := driver.(interface{ IsReadOnly(string) (bool, error) }).IsReadOnly("main")
		if err == nil && only {
			err = errReadOnly
		}
		return err
	})
	return errors.Join(err, connection.Close())
}

func (s *Store) newer(current, newest int64) error {
	err := fmt.Errorf("a newer cwsync made this database: its version is %d, this program knows %d", current, newest)
	return &Error{Op: "open the store", Path: s.path, Code: CodeNewer, Err: err}
}

// backupMark stands between the names of a database and of its copies; version and time follow.
const backupMark = ".backup-"

// newestCopy is the copy of a database that an upgrade made last, "" if there is none.
func newestCopy(path string) string {
	folder, name := filepath.Split(path)
	entries, err := os.ReadDir(filepath.Clean(folder))
	if err != nil {
		return "" // it is told of nothing then
	}
	newest, at := "", ""
	for _, entry := range entries {
		rest, found := strings.CutPrefix(entry.Name(), name+backupMark)
		if _, made, ok := strings.Cut(rest, "-"); found && ok && made > at {
			newest, at = filepath.Join(folder, entry.Name()), made
		}
	}
	return newest
}

// backup copies the whole database, the log included, to a private file beside it. A copy that fails leaves no file.
func (s *Store) backup(ctx context.Context, version int64) (path string, err error) {
	path = fmt.Sprintf("%s%s%d-%s", s.path, backupMark, version, s.now().UTC().Format("20060102T150405.000Z"))
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, privateFile)
	if err != nil {
		return "", err
	}
	defer func() {
		err = errors.Join(err, file.Close())
		if err != nil {
			err = errors.Join(err, os.Remove(path))
		}
	}()
	if err := file.Chmod(privateFile); err != nil {
		return "", err
	}
	if _, err := s.writer.ExecContext(ctx, "VACUUM INTO ?", path); err != nil {
		return "", err
	}
	if err := file.Sync(); err != nil { // SQLite leaves that to the caller
		return "", err
	}
	return path, syncFolder(filepath.Dir(path))
}
