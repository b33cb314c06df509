package main

import (
	"context"
	"errors"

	"cwsync/store"
	"cwsync/syncer"
)

var (
	errDead = errors.New("the process was killed")
	errFull = &store.Error{Op: "write", Path: "cwsync.db", Code: store.CodeFull, Err: errors.New("database or disk is full")}
)

// pass counts a point of the run and says what happens there: before tells what the caller gets instead of its work, after what it gets once the
// work is done.
func (m *model) pass(disk bool) (before, after error) {
	if m.dead.Load() {
		return errDead, errDead
	}
	m.lock.Lock()
	defer m.lock.Unlock()
	at := m.point
	m.point++
	if m.fall.how == fallDisk && at >= m.fall.at && disk {
		m.fell = true
		return errFull, errFull
	}
	if at != m.fall.at || m.fall.how == "" || m.fall.how == fallDisk {
		return nil, nil
	}
	m.fell = true
	switch {
	case m.fall.how == fallCancel:
		m.watch.cancel()
		return nil, nil
	case m.fall.after:
		return nil, errDead
	}
	m.dead.Store(true)
	return errDead, errDead
}

// frail is the store of a process that may be killed, on a disk that may be full.
type frail struct {
	*store.Profile
	m *model
}

func (f *frail) through(work func() error) error {
	before, after := f.m.pass(true)
	if before != nil {
		return before
	}
	err := work()
	if after != nil {
		f.m.dead.Store(true)
		return after
	}
	return err
}

func (f *frail) Begin(ctx context.Context, run *syncer.Run) error {
	return f.through(func() error { return f.Profile.Begin(ctx, run) })
}

func (f *frail) Intend(ctx context.Context, intent syncer.Intent) (number int64, err error) {
	err = f.through(func() error { number, err = f.Profile.Intend(ctx, intent); return err })
	return number, err
}

func (f *frail) Settle(ctx context.Context, id int64, settlement syncer.Settlement) error {
	return f.through(func() error { return f.Profile.Settle(ctx, id, settlement) })
}

func (f *frail) Finish(ctx context.Context, run *syncer.Run, ownership syncer.OwnershipChange) error {
	return f.through(func() error { return f.Profile.Finish(ctx, run, ownership) })
}

func (f *frail) MarkApplied(ctx context.Context, id, run string) error {
	return f.through(func() error { return f.Profile.MarkApplied(ctx, id, run) })
}

func (f *frail) RememberProducts(ctx context.Context, ids map[string]int) error {
	return f.through(func() error { return f.Profile.RememberProducts(ctx, ids) })
}
