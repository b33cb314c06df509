package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"cwsync/syncer/schedule"
)

// placing puts files in place and can take that back.
type placing struct{ done []placedFile }

type placedFile struct {
	path   string
	before []byte // nil: there was none
}

// fresh tells whether nothing was there before.
func (p *placing) fresh() bool {
	for _, file := range p.done {
		if file.before != nil {
			return false
		}
	}
	return true
}

// put writes a file that all may read, over one of ours alone.
func (p *placing) put(file schedule.File, profile string) error {
	before, err := ours(file.Path, profile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file.Path), 0o755); err != nil { // #nosec G301 -- the scheduler's own folders, which others read as well
		return scheduleFailed("", "make the folder of the scheduler's files: %s", err)
	}
	if err := writeFile(file.Path, file.Bytes()); err != nil {
		return scheduleFailed("", "write the scheduler's file: %s", err)
	}
	p.done = append(p.done, placedFile{file.Path, before})
	if err := os.Chmod(file.Path, 0o644); err != nil { // #nosec G302 -- there is no secret in it, and the scheduler's tools read it as anybody
		return scheduleFailed("", "let the scheduler read its file: %s", err)
	}
	return nil
}

// undo puts back what was there before.
func (p *placing) undo() error {
	var all error
	for _, file := range p.done {
		if file.before == nil {
			all = errors.Join(all, os.Remove(file.path))
			continue
		}
		all = errors.Join(all, writeFile(file.path, file.before), os.Chmod(file.path, 0o644)) // #nosec G302 -- as before
	}
	return all
}

// tookBack is why an entry was not added, and what could not be put back after that, if anything could not.
func tookBack(why, back error) error {
	if back == nil {
		return why
	}
	stop := *stopOf(why)
	stop.Problem.Message += "; what was put in place is still there: " + back.Error()
	stop.Problem.Hint = "delete it by hand, or try `cwsync schedule remove`"
	return &stop
}

// ours reads a scheduler's file of a profile. It fails with fs.ErrNotExist where there is none, and with exit code 10 where somebody else wrote it.
func ours(path, profile string) ([]byte, error) {
	data, err := readBounded(path, maxSaid)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err != nil {
		return nil, scheduleFailed("", "read the scheduler's file: %s", err)
	}
	if owner, _, ok := schedule.ReadMark(string(data)); !ok || owner != profile {
		stop := usageError("%s is there and was not written by `cwsync schedule add` for profile %s", path, profile)
		stop.Problem.Hint = "move it away, or use another profile"
		return nil, stop
	}
	return data, nil
}
