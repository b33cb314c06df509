package cwclient

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// load sends n reads from so many workers and gives the errors.
func load(t *testing.T, c *Client, n, workers int) []error {
	t.Helper()
	var mu sync.Mutex
	var errs []error
	var wg sync.WaitGroup
	next := make(chan int)
	for range workers {
		wg.Go(func() {
			for id := range next {
				if _, err := c.Agreements.Get(t.Context(), id); err != nil {
					mu.Lock()
					errs = append(errs, err)
					mu.Unlock()
				}
			}
		})
	}
	for id := range n {
		next <- id + 1
	}
	close(next)
	wg.Wait()
	return errs
}

// meter is a fake server with a latency, which notes arrivals and how many are in flight.
type meter struct {
	latency time.Duration
	refuse  func(arrivals []time.Time) bool
	mu      sync.Mutex
	at      []time.Time
	flying  int
	most    int
	refused int
}

func (m *meter) roundTrip(r *http.Request) (*http.Response, error) {
	m.mu.Lock()
	m.at = append(m.at, time.Now())
	m.flying++
	m.most = max(m.most, m.flying)
	no := m.refuse != nil && m.refuse(m.at)
	if no {
		m.refused++
	}
	m.mu.Unlock()
	time.Sleep(m.latency)
	m.mu.Lock()
	m.flying--
	m.mu.Unlock()
	if isDiscovery(r) {
		return reply(r, 200, companyInfo), nil
	}
	if no {
		return reply(r, 429, `{}`, "Retry-After", "30"), nil
	}
	return reply(r, 200, `{"id":`+r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]+`}`), nil
}

// inAnyMinute is the most arrivals in any 60 s.
func inAnyMinute(at []time.Time) int {
	most, from := 0, 0
	for i := range at {
		for at[i].Sub(at[from]) >= time.Minute {
			from++
		}
		most = max(most, i-from+1)
	}
	return most
}

func TestRampUpIsQuick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &meter{latency: 50 * time.Millisecond}
		c := newTest(t, roundTrip(m.roundTrip))
		start := time.Now()
		if errs := load(t, c, 500, 16); len(errs) > 0 {
			t.Fatal(errs[0])
		}
		limit := 500 * m.latency / 16 * 11 / 10
		if d := time.Since(start); d > limit {
			t.Errorf("500 requests took %v, want at most %v", d, limit)
		} else {
			t.Logf("500 requests of %v took %v with discovery, the bound is %v", m.latency, d, limit)
		}
		if m.most != 16 {
			t.Errorf("%d requests in flight, want 16", m.most)
		}
	})
}

func TestConcurrencyIsBounded(t *testing.T) {
	for _, n := range []int{1, 3, 64} {
		synctest.Test(t, func(t *testing.T) {
			m := &meter{latency: 50 * time.Millisecond}
			if errs := load(t, newTest(t, roundTrip(m.roundTrip), WithConcurrency(n)), 400, 100); len(errs) > 0 || m.most != n {
				t.Errorf("%d requests in flight, want %d: %v", m.most, n, errs)
			}
		})
	}
}

func TestOrdinaryRunIsNotSlowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &meter{latency: 10 * time.Millisecond}
		start := time.Now()
		if errs := load(t, newTest(t, roundTrip(m.roundTrip)), 899, 16); len(errs) > 0 {
			t.Fatal(errs[0])
		}
		if d := time.Since(start); d > 700*time.Millisecond {
			t.Errorf("899 requests and discovery took %v", d)
		}
	})
}

func TestHugeRunStaysBelowTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &meter{latency: 20 * time.Millisecond}
		m.refuse = func(at []time.Time) bool { return inAnyMinute(at[max(0, len(at)-1001):]) > 1000 }
		start := time.Now()
		if errs := load(t, newTest(t, roundTrip(m.roundTrip)), 10_000, 32); len(errs) > 0 {
			t.Fatal(errs[0])
		}
		if n := inAnyMinute(m.at); n > 900 || m.refused > 0 {
			t.Errorf("%d arrivals in a minute, %d refused", n, m.refused)
		}
		if d := time.Since(start); d > 12*time.Minute {
			t.Errorf("took %v", d)
		} else {
			t.Logf("10,000 requests took %v, at most %d in a minute", d, inAnyMinute(m.at))
		}
	})
}

func TestNoLimitPerMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &meter{latency: 10 * time.Millisecond}
		start := time.Now()
		if errs := load(t, newTest(t, roundTrip(m.roundTrip), WithMaxRPM(0)), 3000, 16); len(errs) > 0 || time.Since(start) > 3*time.Second {
			t.Errorf("took %v, %v", time.Since(start), errs)
		}
	})
}

func TestPauseHoldsEverybodyBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		var at time.Time
		m := &meter{latency: 50 * time.Millisecond}
		m.refuse = func(arrivals []time.Time) bool {
			if len(arrivals) == 100 {
				at = time.Now()
			}
			return len(arrivals) == 100
		}
		c := newTest(t, roundTrip(m.roundTrip), WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
		if errs := load(t, c, 300, 16); len(errs) > 0 {
			t.Fatal(errs[0])
		}
		for _, arrival := range m.at {
			if since := arrival.Sub(at); since > m.latency && since < 30*time.Second {
				t.Fatalf("a request went out %v into the pause", since)
			}
		}
		if n := strings.Count(log.String(), "pausing all"); n != 1 || strings.Contains(log.String(), "DEBUG") {
			t.Errorf("logged %s", log.String())
		}
	})
}

func TestLongPauseFailsThoseWhoWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &meter{latency: 50 * time.Millisecond}
		rt := roundTrip(func(r *http.Request) (*http.Response, error) {
			if strings.HasSuffix(r.URL.Path, "/50") {
				return reply(r, 429, "", "Retry-After", "1800"), nil
			}
			return m.roundTrip(r)
		})
		start := time.Now()
		errs := load(t, newTest(t, rt), 200, 16)
		if len(errs) < 100 || time.Since(start) > time.Minute {
			t.Errorf("%d errors after %v", len(errs), time.Since(start))
		}
		for _, err := range errs {
			e, ok := errors.AsType[*Error](err)
			if !ok || !errors.Is(err, ErrThrottled) || e.RetryAfter < 20*time.Minute || !e.Rejected() && !e.NotSent() {
				t.Fatalf("got %v", err)
			}
		}
	})
}

func TestSlotsAdapt(t *testing.T) {
	s := newSlots(16, 0)
	round := func(v verdict) {
		n, epoch := s.bound, s.epoch
		for range n {
			if _, err := s.take(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		for range n {
			s.give(epoch, v)
		}
	}
	var bounds []int
	for _, v := range []verdict{wentWell, wentWell, wentWell, tooMuch, wentWell, wentWell, neutral, tooMuch, tooMuch, tooMuch, tooMuch, wentWell} {
		round(v)
		bounds = append(bounds, s.bound)
	}
	want := []int{8, 16, 16, 8, 9, 10, 10, 5, 2, 1, 1, 2}
	for i := range want {
		if bounds[i] != want[i] {
			t.Fatalf("got %v\nwant %v", bounds, want)
		}
	}
}

func TestSlotsAreFairAndCancellable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSlots(1, 0)
		if _, err := s.take(t.Context()); err != nil {
			t.Fatal(err)
		}
		var order []int
		ctx, cancel := context.WithCancel(t.Context())
		for i := range 5 {
			use := t.Context()
			if i == 1 {
				use = ctx
			}
			go func() {
				epoch, err := s.take(use)
				if err != nil {
					order = append(order, -i)
					return
				}
				order = append(order, i)
				s.give(epoch, neutral)
			}()
			synctest.Wait()
		}
		cancel()
		synctest.Wait()
		s.give(0, neutral)
		synctest.Wait()
		want := []int{-1, 0, 2, 3, 4}
		for i := range want {
			if len(order) != 5 || order[i] != want[i] {
				t.Fatalf("got %v, want %v", order, want)
			}
		}
		if s.busy != 0 || len(s.waiting) != 0 {
			t.Errorf("%d busy, %d waiting", s.busy, len(s.waiting))
		}
	})
}

// A waiter that is cancelled in the very moment it gets its slot hands it on.
func TestSlotIsNotLostToACancel(t *testing.T) {
	s := newSlots(1, 0)
	if _, err := s.take(t.Context()); err != nil {
		t.Fatal(err)
	}
	turn := make(chan struct{})
	s.waiting = append(s.waiting, turn)
	s.give(0, neutral)
	s.leave(turn)
	if _, err := s.take(t.Context()); err != nil || s.busy != 1 {
		t.Errorf("%d busy, %v", s.busy, err)
	}
}

func TestGateKeepsTheWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(3)
		var at []time.Time
		for range 10 {
			if _, err := g.pass(t.Context(), time.Time{}, time.Minute); err != nil {
				t.Fatal(err)
			}
			at = append(at, time.Now())
		}
		if n := inAnyMinute(at); n != 3 || at[2].Sub(at[0]) != 0 || at[9].Sub(at[0]) > 4*time.Minute {
			t.Errorf("%d in a minute: %v", n, at)
		}
	})
}

func TestGateCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(1)
		if _, err := g.pass(t.Context(), time.Time{}, time.Minute); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		for range 2 { // one waits for the window, one for its turn
			go func() {
				if _, err := g.pass(ctx, time.Time{}, time.Minute); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("got %v", err)
				}
			}()
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if _, err := g.pass(t.Context(), time.Time{}, time.Minute); err != nil {
			t.Error(err)
		}
	})
}

// A client begins with what went well for the one before, within its own bound; trouble lowers that, and the next client begins lower.
func TestKnownSlots(t *testing.T) {
	for _, tt := range []struct{ most, known, want int }{{16, 0, 4}, {16, 2, 4}, {16, 11, 11}, {16, 16, 16}, {8, 16, 8}, {2, 16, 2}, {16, -1, 4}} {
		if s := newSlots(tt.most, tt.known); s.now() != tt.want {
			t.Errorf("%+v: begins with %d", tt, s.now())
		}
	}
	s := newSlots(16, 16)
	epoch, err := s.take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if s.give(epoch, tooMuch); s.now() != 8 {
		t.Errorf("%d in flight after trouble", s.now())
	}
}
