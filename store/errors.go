package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"cwsync/syncer"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Code says in one word what is wrong with the database.
type Code string

// The codes of an Error.
const (
	CodeFull         Code = "full"           // no space is left
	CodeReadOnly     Code = "read_only"      // the file or its folder cannot be written
	CodeCorrupt      Code = "corrupt"        // damaged or cut short
	CodeNotADatabase Code = "not_a_database" // another kind of file
	CodeNotOurs      Code = "not_ours"       // the database of another program
	CodeNewer        Code = "newer"          // made by a newer cwsync
	CodeBusy         Code = "busy"           // another program holds it for too long
	CodeDisk         Code = "disk"           // reading or writing failed below the database
	CodeCannotOpen   Code = "cannot_open"    // no such folder, a folder instead of a file, and the like
	CodeFailed       Code = "failed"         // anything else
)

// Error says that the database cannot be used. It ends a command with exit code 8.
type Error struct {
	Op   string // what was being done: "record an intent"
	Path string // the database file
	Code Code
	Copy string // the newest copy that an upgrade made of it; empty when there is none, or it cannot help
	Err  error  // the cause
}

// Error gives what failed, where and why.
func (e *Error) Error() string { return fmt.Sprintf("%s in %s: %v", e.Op, e.Path, e.Err) }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Hint is what to do next. It names the copy, if there is one that may help.
func (e *Error) Hint() string {
	if e.Copy == "" {
		return hint(e.Code)
	}
	return hint(e.Code) + "; the newest copy, from before an upgrade, is " + e.Copy
}

// ExitCode is that of a store that cannot be used.
func (e *Error) ExitCode() int { return syncer.ExitStore }

// What was asked for is not possible although the database is sound; for errors.Is.
var (
	ErrNotFound = errors.New("not in the store")         // no such run, plan or intent in this profile
	ErrInvalid  = errors.New("cannot be stored")         // an argument that makes no sense
	ErrFinished = errors.New("the run is finished")      // its end is recorded, nothing is added to it
	ErrExists   = errors.New("already in the store")     // a run or plan with this id
	errStored   = errors.New("stored record is damaged") // what was read back cannot be understood
)

// AppliedError says that a saved plan was used before. It ends a command with exit code 7.
type AppliedError struct{ PlanID, RunID string }

func (e *AppliedError) Error() string {
	return fmt.Sprintf("plan %s was applied before, by run %s", e.PlanID, e.RunID)
}

// OpenIntentError says that an earlier write to the same line has no known end yet.
type OpenIntentError struct {
	IntentID int64
	RunID    string // the run of the earlier write
}

func (e *OpenIntentError) Error() string {
	return fmt.Sprintf("write %d of run %s to the same line has no known end yet", e.IntentID, e.RunID)
}

// SettledError says that a write was settled before, in another way.
type SettledError struct {
	IntentID int64
	End      syncer.End // as it was settled before
}

func (e *SettledError) Error() string {
	return fmt.Sprintf("write %d is already settled as %s, otherwise than now", e.IntentID, e.End)
}

// wrap names the operation. What the database or the disk said becomes an Error; refusals and a cancelled context stay what they are.
func (s *Store) wrap(ctx context.Context, op string, err error) error {
	if err == nil {
		return nil
	}
	if _, known := errors.AsType[*Error](err); known {
		return err
	}
	if refusal(err) {
		return fmt.Errorf("%s: %w", op, err)
	}
	switch code, constraint := codeOf(err), isConstraint(err); {
	case constraint: // the tables refuse what would contradict them
		return fmt.Errorf("%s: %w: %w", op, ErrInvalid, err)
	case code == CodeFailed && ctx.Err() != nil: // SQLite was interrupted
		return fmt.Errorf("%s: %w", op, ctx.Err())
	}
	return newError(op, s.path, err)
}

func newError(op, path string, err error) *Error {
	e := &Error{Op: op, Path: path, Code: codeOf(err), Err: err}
	if e.Code == CodeCorrupt || e.Code == CodeNotADatabase || e.Code == CodeFailed {
		e.Copy = newestCopy(path)
	}
	return e
}

func hint(code Code) string {
	switch code {
	case CodeFull:
		return "free space on the disk that holds the database, then run again; what was recorded is not lost"
	case CodeReadOnly:
		return "let this user write the database and its folder, or name another database with --db"
	case CodeCorrupt:
		return "keep the file for inspection and put a copy of it in its place, from your own backups or from an upgrade"
	case CodeNotADatabase, CodeNotOurs:
		return "name another file with --db; this one is left as it is"
	case CodeNewer:
		return "install the newest cwsync, or name another database with --db"
	case CodeBusy:
		return "end the other program that uses the database, then run again"
	case CodeDisk:
		return "free space on the disk that holds the database if it is full, else check the disk; a network share is no place for it"
	case CodeCannotOpen:
		return "check the path given with --db: a file in a folder that this user may use"
	default:
		return "run again; if it stays, keep the file and report this message, and put a copy of the file in its place"
	}
}

func refusal(err error) bool {
	var applied *AppliedError
	var open *OpenIntentError
	var settled *SettledError
	var busy *syncer.BusyError
	if errors.As(err, &applied) || errors.As(err, &open) || errors.As(err, &settled) || errors.As(err, &busy) {
		return true
	}
	for _, known := range []error{ErrNotFound, ErrInvalid, ErrFinished, ErrExists, context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

func codeOf(err error) Code {
	var database *sqlite.Error
	switch {
	case errors.As(err, &database):
		return codeOfResult(database.Code())
	case errors.Is(err, errReadOnly):
		return CodeReadOnly
	case errors.Is(err, errNotOurs):
		return CodeNotOurs
	case errors.Is(err, errStored):
		return CodeCorrupt
	case errors.Is(err, syscall.ENOSPC):
		return CodeFull
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return CodeReadOnly
	}
	if _, path := errors.AsType[*fs.PathError](err); path {
		return CodeCannotOpen
	}
	return CodeFailed
}

func isConstraint(err error) bool {
	database, ok := errors.AsType[*sqlite.Error](err)
	return ok && database.Code()&0xff == sqlite3.SQLITE_CONSTRAINT
}

// codeOfResult takes a result code of SQLite; its low byte is the kind, the rest says where.
func codeOfResult(code int) Code {
	switch code & 0xff {
	case sqlite3.SQLITE_FULL:
		return CodeFull
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return CodeReadOnly
	case sqlite3.SQLITE_CORRUPT:
		return CodeCorrupt
	case sqlite3.SQLITE_NOTADB:
		return CodeNotADatabase
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return CodeBusy
	case sqlite3.SQLITE_IOERR:
		return CodeDisk
	case sqlite3.SQLITE_CANTOPEN:
		return CodeCannotOpen
	}
	return CodeFailed
}
