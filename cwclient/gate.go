package cwclient

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

// The window of --max-rpm. The margin covers that a request may take longer to arrive than a later one, so
// that a server which counts arrivals agrees.
const (
	window       = time.Minute
	windowMargin = 500 * time.Millisecond
)

// gate lets requests out one by one, first come first served: at most a number in any minute, bursts allowed,
// and none during a pause.
type gate struct {
	turn chan struct{} // holds one token: who has it is next out

	ring []time.Time // when the last requests went out; empty for no limit. Guarded by turn
	next int         // the oldest of them

	mu     sync.Mutex
	paused time.Time // nothing goes out before
}

// newGate makes a gate for at most perMinute requests in any 60 s; 0 is no limit.
func newGate(perMinute int) *gate {
	return &gate{turn: make(chan struct{}, 1), ring: make([]time.Time, perMinute)}
}

// pass waits until a request may go out, and books it. It gives up at once when a pause would last beyond
// patience from now on (counted from since, unless that is zero), and then says how long the pause still is.
func (g *gate) pass(ctx context.Context, since time.Time, patience time.Duration) (pause time.Duration, err error) {
	select {
	case g.turn <- struct{}{}:
		defer func() { <-g.turn }()
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	for {
		now := time.Now()
		if since.IsZero() {
			since = now
		}
		until := g.pausedUntil()
		if until.After(since.Add(patience)) {
			return until.Sub(now), nil
		}
		if free := g.freeAt(); free.After(until) {
			until = free
		}
		if !until.After(now) {
			break
		}
		if err := sleep(ctx, until.Sub(now)); err != nil {
			return 0, err
		}
	}
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	if len(g.ring) > 0 {
		g.ring[g.next] = time.Now()
		g.next = (g.next + 1) % len(g.ring)
	}
	return 0, nil
}

// freeAt is when the window has room again.
func (g *gate) freeAt() time.Time {
	if len(g.ring) == 0 || g.ring[g.next].IsZero() {
		return time.Time{}
	}
	return g.ring[g.next].Add(window + windowMargin)
}

// pausedUntil is when the pause ends.
func (g *gate) pausedUntil() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.paused
}

// pause holds everything back for d; a pause is never shortened. It says whether this made it longer.
func (g *gate) pause(d time.Duration) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	until := time.Now().Add(d)
	if !until.After(g.paused) {
		return false
	}
	g.paused = until
	return true
}

// jitter is a little more than nothing, so that several programs do not come back in the same instant.
func jitter(d time.Duration) time.Duration {
	return rand.N(min(d/20, 2*time.Second) + 1) // #nosec G404 -- a wait needs no secret chance
}
