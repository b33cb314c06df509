package http

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"cwsync/syncer/source"
)

// Waits between tries.
const (
	firstBackoff = 500 * time.Millisecond
	maxBackoff   = 30 * time.Second
	defaultPause = 30 * time.Second // after a 429 that names no time
)

// retryAfter is the wait that a server asks for; fallback where it says nothing that makes sense.
func retryAfter(text string, now time.Time, fallback time.Duration) time.Duration {
	if wait, ok := source.RetryAfter(text, now); ok {
		return wait
	}
	return fallback
}

// backoff doubles from half a second up to 30 s, less up to half of it at random.
func backoff(try int) time.Duration {
	full := maxBackoff
	if try < 7 {
		full = min(firstBackoff<<(try-1), maxBackoff)
	}
	return full/2 + rand.N(full/2+1) // #nosec G404 -- a wait needs no secret chance
}

// pace keeps requests apart and holds all of them after a 429.
type pace struct {
	lock sync.Mutex
	gap  time.Duration // between two requests; 0: none
	next time.Time     // before this no request may leave
}

// pass waits for this request's turn.
func (p *pace) pass(ctx context.Context) error {
	p.lock.Lock()
	now := time.Now()
	at := now
	if p.next.After(now) {
		at = p.next
	}
	p.next = at.Add(p.gap)
	p.lock.Unlock()
	return source.Sleep(ctx, at.Sub(now))
}

// hold lets no request leave for a while.
func (p *pace) hold(wait time.Duration) {
	p.lock.Lock()
	defer p.lock.Unlock()
	if until := time.Now().Add(wait); until.After(p.next) {
		p.next = until
	}
}
