package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"cwsync/store/db"

	_ "modernc.org/sqlite" // registers the driver "sqlite"
)

//go:embed migrations/*.sql
var migrations embed.FS

// readers is how many reads may go on at a time, beside one write.
const readers = 4

// Options say which database to open.
type Options struct {
	Path    string           // the file; it and its folder are made when they are not there
	Now     func() time.Time // the clock; nil: the system's
	Program string           // version of this program, recorded with each run
}

// Store is an open database. It is safe for use by several goroutines; several processes may have the same file open.
type Store struct {
	path    string // absolute, without symbolic links
	now     func() time.Time
	program string
	copied  string  // the copy that was made before an upgrade; empty when there was none
	writer  *sql.DB // one connection: writes wait for each other here rather than in the database
	reader  *sql.DB
}

// Open opens the database, makes it when there is none, and brings an older one up to date after copying it. Its errors are *Error, save
// for those of ctx. Close it in the end.
func Open(ctx context.Context, options Options) (*Store, error) {
	scripts, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, fmt.Errorf("open the store: %w", err)
	}
	return open(ctx, options, scripts)
}

func open(ctx context.Context, options Options, scripts fs.FS) (*Store, error) {
	const op = "open the store"
	s := &Store{path: options.Path, now: options.Now, program: options.Program}
	if s.now == nil {
		s.now = time.Now
	}
	path, err := prepare(options.Path)
	if err != nil {
		return nil, s.wrap(ctx, op, err)
	}
	s.path = path
	unlock, err := s.lockOpening(ctx)
	if err != nil {
		return nil, s.wrap(ctx, op, err)
	}
	err = s.connect(ctx, scripts)
	if err = errors.Join(err, unlock()); err != nil {
		return nil, s.wrap(ctx, op, errors.Join(err, s.Close()))
	}
	return s, nil
}

// connect opens the connections and brings the tables up to date.
func (s *Store) connect(ctx context.Context, scripts fs.FS) error {
	var err error
	if s.writer, err = sql.Open("sqlite", dsn(s.path, writerParameters)); err != nil {
		return err
	}
	s.writer.SetMaxOpenConns(1)
	if err := s.migrate(ctx, scripts); err != nil {
		return err
	}
	if s.reader, err = sql.Open("sqlite", dsn(s.path, readerParameters)); err != nil {
		return err
	}
	s.reader.SetMaxOpenConns(readers)
	return s.reader.PingContext(ctx)
}

// Close ends all connections. Nothing that was acknowledged depends on it.
func (s *Store) Close() error {
	var all []error
	for _, pool := range []*sql.DB{s.reader, s.writer} { // the writer last: it puts the log into the file
		if pool != nil {
			all = append(all, pool.Close())
		}
	}
	if err := errors.Join(all...); err != nil {
		return newError("close the store", s.path, err)
	}
	return nil
}

// Path is the database file: absolute, and with symbolic links resolved.
func (s *Store) Path() string { return s.path }

// Copied is the file that the database was copied to before Open brought it up to date; empty when it was up to date or new.
func (s *Store) Copied() string { return s.copied }

// Profiles gives the names of all profiles that something is stored for, sorted.
func (s *Store) Profiles(ctx context.Context) (names []string, err error) {
	err = s.view(ctx, "list the profiles", func(q *db.Queries) error {
		names, err = q.ProfileNames(ctx)
		return err
	})
	return names, err
}

// Check reads the whole database and reports damage as an *Error. It takes about a second for each GB.
func (s *Store) Check(ctx context.Context) error {
	const op = "check the store"
	rows, err := s.reader.QueryContext(ctx, "PRAGMA integrity_check(1)")
	if err != nil {
		return s.wrap(ctx, op, err)
	}
	verdict, err := firstText(rows)
	if err == nil && verdict != "ok" {
		err = fmt.Errorf("%w: %s", errStored, verdict)
	}
	return s.wrap(ctx, op, err)
}

func firstText(rows *sql.Rows) (text string, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if text != "" {
			continue
		}
		if err := rows.Scan(&text); err != nil {
			return "", err
		}
	}
	return text, rows.Err()
}
