package cwclient

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// script answers one try after the other, and the last one for ever.
type script struct {
	tries int
	times []time.Time
	steps []func(r *http.Request) (*http.Response, error)
}

func (s *script) roundTrip() roundTrip {
	return api(func(r *http.Request) (*http.Response, error) {
		step := s.steps[min(s.tries, len(s.steps)-1)]
		s.tries++
		s.times = append(s.times, time.Now())
		return step(r)
	})
}

func status(code int, body string, header ...string) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) { return reply(r, code, body, header...), nil }
}

func broken(*http.Request) (*http.Response, error) { return nil, errors.New("connection reset") }

func hangs(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestReadsAreTriedAgain(t *testing.T) {
	for name, step := range map[string]func(*http.Request) (*http.Response, error){
		"network fault": broken,
		"time-out":      hangs,
		"500":           status(500, ""),
		"503":           status(503, "<html>"),
		"cut short":     status(200, `{"id":`),
		"429":           status(429, `{}`, "Retry-After", "3"),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{steps: []func(*http.Request) (*http.Response, error){step, step, status(200, `{"id":1}`)}}
				c := newTest(t, s.roundTrip())
				got, err := c.Agreements.Get(t.Context(), 1)
				if err != nil || got.ID != 1 || s.tries != 3 {
					t.Errorf("got %v, %v after %d tries", got, err, s.tries)
				}
				if n := c.Requests()["GET"]; n != 4 {
					t.Errorf("counted %d requests, want 4 with discovery", n)
				}
			})
		})
	}
}

func TestWhatIsNeverTriedAgain(t *testing.T) {
	read := func(ctx context.Context, c *Client) error { _, err := c.Agreements.Get(ctx, 1); return err }
	write := func(ctx context.Context, c *Client) error {
		_, err := c.Additions.Create(ctx, 1, AdditionCreate{ProductID: 1})
		return err
	}
	patch := func(ctx context.Context, c *Client) error {
		_, err := c.Additions.Patch(ctx, 1, 1, []PatchOp{Replace("quantity", 1)})
		return err
	}
	tests := map[string]struct {
		do   func(context.Context, *Client) error
		step func(*http.Request) (*http.Response, error)
	}{
		"read, 400":              {read, status(400, `{"code":"x"}`)},
		"read, 401":              {read, status(401, `{"code":"x"}`)},
		"read, 403":              {read, status(403, `{"code":"x"}`)},
		"read, 404":              {read, status(404, `{"code":"x"}`)},
		"read, redirect":         {read, status(302, "")},
		"read, nonsense":         {read, status(200, "hello")},
		"create, network fault":  {write, broken},
		"create, time-out":       {write, hangs},
		"create, 500":            {write, status(500, `{"code":"x"}`)},
		"create, 503 with wait":  {write, status(503, "", "Retry-After", "1")},
		"create, cut answer":     {write, status(201, `{"id":`)},
		"create, 404":            {write, status(404, `{"code":"x"}`)},
		"change, network fault":  {patch, broken},
		"change, 502":            {patch, status(502, "")},
		"change, request's time": {patch, status(408, "")},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{steps: []func(*http.Request) (*http.Response, error){tt.step, status(200, `{"id":1}`)}}
				if err := tt.do(t.Context(), newTest(t, s.roundTrip())); err == nil || s.tries != 1 {
					t.Errorf("got %v after %d tries", err, s.tries)
				}
			})
		})
	}
}

func TestWriteThatWasThrottledIsSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []func(*http.Request) (*http.Response, error){
			status(429, `{"error":"ConnectWiseAPI","message":"Too many requests."}`, "Retry-After", "10"), status(201, `{"id":1}`),
		}}
		c := newTest(t, s.roundTrip())
		_, err := c.Additions.Create(t.Context(), 1, AdditionCreate{ProductID: 1})
		if err != nil || s.tries != 2 || c.Requests()["POST"] != 2 {
			t.Fatalf("got %v after %d tries", err, s.tries)
		}
		if d := s.times[1].Sub(s.times[0]); d < 10*time.Second || d > 11*time.Second {
			t.Errorf("waited %v, want 10 s and a little", d)
		}
	})
}

func TestThrottledBeyondPatience(t *testing.T) {
	tests := map[string]struct {
		header   []string
		retryFor time.Duration
		tries    int
		wait     time.Duration
	}{
		"the wait is too long at once":   {[]string{"Retry-After", "301"}, 5 * time.Minute, 1, 301 * time.Second},
		"no wait given means 30 s":       {nil, 29 * time.Second, 1, 30 * time.Second},
		"an absurd wait":                 {[]string{"Retry-After", "99999999"}, 5 * time.Minute, 1, time.Hour},
		"again and again until it is":    {[]string{"Retry-After", "20"}, time.Minute, 3, 20 * time.Second},
		"a date":                         {[]string{"Retry-After", "Sat, 01 Jan 2000 00:10:00 GMT"}, 5 * time.Minute, 1, 10 * time.Minute},
		"no wait given, and time enough": {nil, 100 * time.Second, 4, 30 * time.Second},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{steps: []func(*http.Request) (*http.Response, error){status(429, "", tt.header...)}}
				c := newTest(t, s.roundTrip(), WithRetryFor(tt.retryFor))
				start := time.Now()
				_, err := c.Additions.Create(t.Context(), 1, AdditionCreate{ProductID: 1})
				e, ok := errors.AsType[*Error](err)
				if !ok || !errors.Is(err, ErrThrottled) || !e.Rejected() || e.RetryAfter != tt.wait {
					t.Fatalf("got %v", err)
				}
				if s.tries != tt.tries || time.Since(start) > tt.retryFor {
					t.Errorf("%d tries in %v, want %d", s.tries, time.Since(start), tt.tries)
				}
			})
		})
	}
}

func TestLastFailureComesBackInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []func(*http.Request) (*http.Response, error){broken, status(500, ""), status(502, `{"code":"last"}`)}}
		start := time.Now()
		_, err := newTest(t, s.roundTrip()).Agreements.Get(t.Context(), 1)
		if !errors.Is(err, ErrServer) || !strings.Contains(err.Error(), "502 last") {
			t.Errorf("got %v", err)
		}
		if d := time.Since(start); d < 4*time.Minute || d > 5*time.Minute {
			t.Errorf("gave up after %v", d)
		}
		if s.tries < 10 || s.tries > 30 {
			t.Errorf("%d tries in five minutes", s.tries)
		}
	})
}

func TestBackoffGrowsWithJitter(t *testing.T) {
	for try, full := range map[int]time.Duration{1: 500 * time.Millisecond, 3: 2 * time.Second, 7: 30 * time.Second, 60: 30 * time.Second} {
		seen := map[time.Duration]bool{}
		for range 50 {
			d := backoff(try)
			if d < full/2 || d > full {
				t.Errorf("try %d: %v is not between %v and %v", try, d, full/2, full)
			}
			seen[d] = true
		}
		if len(seen) < 10 {
			t.Errorf("try %d: no jitter", try)
		}
	}
}

func TestWaitOfA503IsHonoured(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []func(*http.Request) (*http.Response, error){status(503, "", "Retry-After", "45"), status(200, `{"id":1}`)}}
		if _, err := newTest(t, s.roundTrip()).Agreements.Get(t.Context(), 1); err != nil || s.times[1].Sub(s.times[0]) < 45*time.Second {
			t.Errorf("got %v, tries at %v", err, s.times)
		}
	})
}

func TestCancelWhileWaiting(t *testing.T) {
	for name, step := range map[string]func(*http.Request) (*http.Response, error){
		"backoff": broken, "pause": status(429, "", "Retry-After", "60"),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{steps: []func(*http.Request) (*http.Response, error){step}}
				ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
				defer cancel()
				start := time.Now()
				_, err := newTest(t, s.roundTrip()).Agreements.Get(ctx, 1)
				if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > time.Second {
					t.Errorf("got %v after %v", err, time.Since(start))
				}
			})
		})
	}
}

func TestFirstTryIsNotCutByPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newTest(t, api(func(r *http.Request) (*http.Response, error) {
			time.Sleep(10 * time.Second)
			return reply(r, 200, `{"id":`+strconv.Itoa(1)+`}`), nil
		}), WithRetryFor(2*time.Second))
		if _, err := c.Additions.Create(t.Context(), 1, AdditionCreate{ProductID: 1}); err != nil {
			t.Error(err)
		}
	})
}

func TestCallersOwnDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []func(*http.Request) (*http.Response, error){hangs}}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := newTest(t, s.roundTrip()).Agreements.Get(ctx, 1)
		if !errors.Is(err, context.DeadlineExceeded) || s.tries != 1 {
			t.Errorf("got %v after %d tries", err, s.tries)
		}
		_, err = newTest(t, s.roundTrip()).Additions.Create(ctx, 1, AdditionCreate{ProductID: 1})
		sentError(t, err, ErrUnavailable, false, true)
	})
}
