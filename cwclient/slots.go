package cwclient

import (
	"context"
	"slices"
	"sync"
)

// firstSlots is the number of requests in flight to start with.
const firstSlots = 4

// slots bounds the requests in flight and adapts the bound: it starts at 4, or at what an earlier client ended with
// if that is more, and grows by one per success, which doubles it per round; after the first trouble it is halved and then grows by one per round.
type slots struct {
	mu      sync.Mutex
	most    int // upper bound
	bound   int // bound now, 1 to most
	busy    int // slots taken
	waiting []chan struct{}
	steady  bool // growth by one per round
	good    int  // successes since the bound last changed, when steady
	epoch   int  // number of halvings
}

// newSlots makes slots of at most most requests in flight. known is what went well before; 0 for nothing.
func newSlots(most, known int) *slots {
	return &slots{most: most, bound: min(max(firstSlots, known), most)}
}

// now is the bound as it has become.
func (s *slots) now() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bound
}

// take waits for a slot, first come first served. It gives the epoch to hand back with the slot.
func (s *slots) take(ctx context.Context) (epoch int, err error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	s.mu.Lock()
	if s.busy < s.bound && len(s.waiting) == 0 {
		s.busy++
		defer s.mu.Unlock()
		return s.epoch, nil
	}
	turn := make(chan struct{})
	s.waiting = append(s.waiting, turn)
	s.mu.Unlock()
	select {
	case <-turn:
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.epoch, nil
	case <-ctx.Done():
		s.leave(turn)
		return 0, ctx.Err()
	}
}

// leave takes a waiter out of the queue, or hands its slot on if it got one at the same moment.
func (s *slots) leave(turn chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := slices.Index(s.waiting, turn); i >= 0 {
		s.waiting = slices.Delete(s.waiting, i, i+1)
		return
	}
	s.busy--
	s.admit()
}

// verdict is what a try says about the load.
type verdict int

const (
	neutral  verdict = iota
	wentWell         // grow
	tooMuch          // a 429 or a time-out: halve
)

// give returns a slot with what its try says about the load. Several tries that were under way when the bound
// was halved speak of the same trouble: only the first of them halves it.
func (s *slots) give(epoch int, v verdict) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy--
	switch {
	case v == tooMuch && epoch == s.epoch:
		s.bound = max(s.bound/2, 1)
		s.epoch++
		s.steady, s.good = true, 0
	case v == wentWell && !s.steady:
		s.bound = min(s.bound+1, s.most)
	case v == wentWell:
		if s.good++; s.good >= s.bound {
			s.bound, s.good = min(s.bound+1, s.most), 0
		}
	}
	s.admit()
}

// admit wakes as many waiters as there is room for. The caller holds the lock.
func (s *slots) admit() {
	for s.busy < s.bound && len(s.waiting) > 0 {
		s.busy++
		close(s.waiting[0])
		s.waiting = s.waiting[1:]
	}
}
