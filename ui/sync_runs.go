package ui

import "sync"

// runs are the syncs that go on, so that the program can wait for the end of the last one before it goes.
type runs struct {
	lock   sync.Mutex
	going  sync.WaitGroup
	closed bool
}

// begin counts a run in; false when none may begin any more.
func (r *runs) begin() bool {
	r.lock.Lock()
	defer r.lock.Unlock()
	if r.closed {
		return false
	}
	r.going.Add(1)
	return true
}

func (r *runs) end() { r.going.Done() }

// wait lets no further run begin and waits for those that go on. The context that they run under should have ended before.
func (r *runs) wait() {
	r.lock.Lock()
	r.closed = true
	r.lock.Unlock()
	r.going.Wait()
}
