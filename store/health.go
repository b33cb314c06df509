package store

import (
	"context"
	"io/fs"
	"os"
	"runtime"
	"time"

	"cwsync/store/db"
)

// Version is the version of the tables: the number of the newest migration that was applied.
func (s *Store) Version(ctx context.Context) (version int64, err error) {
	const newest = "SELECT max(version_id) FROM goose_db_version WHERE is_applied"
	err = s.reader.QueryRowContext(ctx, newest).Scan(&version)
	return version, s.wrap(ctx, "read the version of the store", err)
}

// ExposedFile is a file that others than its owner can read or write.
type ExposedFile struct {
	Path string
	Mode fs.FileMode // permissions alone
}

// Exposed are the files of the database at path, and those that SQLite keeps beside it, that others than their owner can read or write. Windows has
// no such rights: there are none. A symbolic link is left alone: whoever made it decides about what it leads to.
func Exposed(path string) []ExposedFile {
	if runtime.GOOS == "windows" {
		return nil
	}
	var exposed []ExposedFile
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Lstat(name)
		if err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 {
			exposed = append(exposed, ExposedFile{name, info.Mode().Perm()})
		}
	}
	return exposed
}

// RunEnd is how a run ended.
type RunEnd struct {
	ID       string
	Started  time.Time
	ExitCode int // Unfinished when it never finished
}

// RunEnds gives how the newest runs ended, newest first, at most limit of them. Unlike Runs it never reads a run's lines.
func (p *Profile) RunEnds(ctx context.Context, limit int) (ends []RunEnd, err error) {
	err = p.view(ctx, "read how runs ended", func(q *db.Queries, id int64) error {
		rows, err := q.ListRuns(ctx, db.ListRunsParams{ProfileID: id, Most: most(limit)})
		for i := range rows {
			started, badTime := parseTime(rows[i].Started)
			if badTime != nil {
				return badTime
			}
			ends = append(ends, RunEnd{rows[i].ID, started, exitCode(rows[i].ExitCode)})
		}
		return err
	})
	return ends, err
}
