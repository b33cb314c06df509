package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode"

	"cwsync/syncer"

	"github.com/gofrs/flock"
)

const (
	lockPoll    = 50 * time.Millisecond
	openingWait = 30 * time.Second // for another process that makes or upgrades the database
)

// The record of the holder starts behind the first byte: that one is what Windows locks, and nobody else can read it there.
const holderOffset = 1

// holder is who has the lock, as the lock file says.
type holder struct {
	PID   int       `json:"pid"`
	Host  string    `json:"host"`
	Since time.Time `json:"since"`
}

// Lock waits up to wait for the profile's lock; 0 tries once. It gives a *syncer.BusyError when another run holds it. The lock belongs to
// the process: the system frees it when the process ends in whatever way.
func (p *Profile) Lock(ctx context.Context, wait time.Duration) (unlock func() error, err error) {
	const op = "lock the profile"
	if p.err != nil {
		return nil, p.store.wrap(ctx, op, p.err)
	}
	unlock, err = p.store.lock(ctx, p.store.path+"."+p.name+".lock", wait)
	if err != nil {
		return nil, p.store.wrap(ctx, op, err)
	}
	return unlock, nil
}

// lockOpening keeps two processes from making or upgrading one database at a time.
func (s *Store) lockOpening(ctx context.Context) (unlock func() error, err error) {
	unlock, err = s.lock(ctx, s.path+".lock", openingWait)
	if busy, ok := errors.AsType[*syncer.BusyError](err); ok {
		err := fmt.Errorf("%s is opening it since long", busy.Holder)
		return nil, &Error{Op: "open the store", Path: s.path, Code: CodeBusy, Err: err}
	}
	return unlock, err
}

func (s *Store) lock(ctx context.Context, path string, wait time.Duration) (unlock func() error, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := createPrivate(path); err != nil {
		return nil, err
	}
	lock := flock.New(path, flock.SetFlag(os.O_RDWR))
	deadline := time.Now().Add(wait)
	for {
		locked, err := lock.TryLock()
		if err != nil {
			return nil, err
		}
		if locked {
			return s.holdLock(lock)
		}
		left := time.Until(deadline)
		if left <= 0 {
			return nil, &syncer.BusyError{Holder: readHolder(path)}
		}
		if err := pause(ctx, min(left, lockPoll)); err != nil {
			return nil, err
		}
	}
}

// holdLock writes who holds the lock; unlocking wipes it first, so that the next holder is never taken for this one.
func (s *Store) holdLock(lock *flock.Flock) (unlock func() error, err error) {
	host, err := os.Hostname()
	if err != nil {
		host = "this machine"
	}
	record, err := json.Marshal(holder{PID: os.Getpid(), Host: host, Since: s.now()})
	if err == nil {
		err = writeHolder(lock.Path(), record)
	}
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return func() error { return errors.Join(writeHolder(lock.Path(), nil), lock.Close()) }, nil
}

func writeHolder(path string, record []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = file.WriteAt(append(record, '\n'), holderOffset)
	return errors.Join(err, file.Close())
}

// readHolder names the holder in words. The record may be missing for the moment between locking and writing it.
func readHolder(path string) string {
	const unknown = "another process"
	file, err := os.Open(path)
	if err != nil {
		return unknown
	}
	content, err := io.ReadAll(io.NewSectionReader(file, holderOffset, 4096))
	if errors.Join(err, file.Close()) != nil {
		return unknown
	}
	line, _, _ := strings.Cut(string(content), "\n")
	var who holder
	if err := json.Unmarshal([]byte(line), &who); err != nil || who.PID == 0 {
		return unknown
	}
	return fmt.Sprintf("process %d on %s since %s", who.PID, printable(who.Host), who.Since.Local().Format(time.DateTime))
}

func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, text)
}

func pause(ctx context.Context, span time.Duration) error {
	timer := time.NewTimer(span)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
