package store

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cwsync/syncer"
)

func TestLockExcludes(t *testing.T) {
	path := newPath(t)
	clock := func() time.Time { return started }
	s, err := Open(t.Context(), Options{Path: path, Now: clock})
	check(t, err)
	defer func() { check(t, s.Close()) }()
	unlock, err := s.Profile("default").Lock(t.Context(), 0)
	check(t, err)
	for _, p := range []*Profile{s.Profile("default"), openStore(t, path).Profile("default")} {
		_, err := p.Lock(t.Context(), 0)
		var busy *syncer.BusyError
		var failure *Error
		if !errors.As(err, &busy) || errors.As(err, &failure) {
			t.Fatalf("got %v", err)
		}
		host := must[string](t)(os.Hostname())
		since := started.Local().Format(time.DateTime)
		if !strings.HasPrefix(busy.Holder, "process ") || !strings.HasSuffix(busy.Holder, " on "+host+" since "+since) {
			t.Errorf("holder %q", busy.Holder)
		}
	}
	check(t, unlock())
	again, err := s.Profile("default").Lock(t.Context(), 0)
	check(t, err)
	check(t, again())
}

func TestLockWaits(t *testing.T) {
	p := newProfile(t)
	unlock, err := p.Lock(t.Context(), 0)
	check(t, err)
	done := make(chan error)
	go func() {
		second, err := p.Lock(background(), time.Minute)
		if err == nil {
			err = second()
		}
		done <- err
	}()
	check(t, unlock())
	check(t, <-done)
}

func TestLockGivesUp(t *testing.T) {
	p := newProfile(t)
	unlock, err := p.Lock(t.Context(), 0)
	check(t, err)
	start := time.Now()
	_, err = p.Lock(t.Context(), 120*time.Millisecond)
	var busy *syncer.BusyError
	if !errors.As(err, &busy) || time.Since(start) < 120*time.Millisecond {
		t.Errorf("got %v after %v", err, time.Since(start))
	}
	check(t, unlock())
}

func TestLockObeysContext(t *testing.T) {
	p := newProfile(t)
	unlock, err := p.Lock(t.Context(), 0)
	check(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	_, err = p.Lock(ctx, time.Hour)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	check(t, unlock())
	if _, err := p.Lock(ctx, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled context got a free lock: %v", err)
	}
}

// TestLockOfManyGivesOneAtATime: no two hold it at once, however many try.
func TestLockOfManyGivesOneAtATime(t *testing.T) {
	p := newProfile(t)
	var inside, most atomic.Int32
	done := make(chan error)
	for range 10 {
		go func() {
			unlock, err := p.Lock(background(), time.Minute)
			if err == nil {
				most.Store(max(most.Load(), inside.Add(1)))
				inside.Add(-1)
				err = unlock()
			}
			done <- err
		}()
	}
	for range 10 {
		check(t, <-done)
	}
	if most.Load() != 1 {
		t.Errorf("%d at a time", most.Load())
	}
}

func TestLockFileOfNonsense(t *testing.T) {
	p := newProfile(t)
	for _, content := range []string{"", "x", "\x00{}\n", "\x00{\"pid\":\"x\"}\n", "\x00" + strings.Repeat("z", 10000)} {
		check(t, os.WriteFile(p.store.Path()+".default.lock", []byte(content), 0o600))
		if got := readHolder(p.store.Path() + ".default.lock"); got != "another process" {
			t.Errorf("holder %q of %.20q", got, content)
		}
		unlock, err := p.Lock(t.Context(), 0) // what the file says does not lock
		check(t, err)
		check(t, unlock())
	}
	check(t, os.WriteFile(p.store.Path()+".x.lock", []byte("\x00{\"pid\":7,\"host\":\"a\\u001b[2J\\u202eb\"}\n"), 0o600))
	if got := readHolder(p.store.Path() + ".x.lock"); !strings.HasPrefix(got, "process 7 on a[2Jb since") {
		t.Errorf("holder %q", got)
	}
}
