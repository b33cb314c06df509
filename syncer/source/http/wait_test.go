package http

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	nethttp "net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
)

// scripted is a way to the network that answers by a function, within a fake clock.
type scripted struct {
	lock sync.Mutex
	at   []time.Duration // of each request, since the first
	from time.Time
	do   func(try int, r *nethttp.Request) *nethttp.Response
}

// RoundTrip implements http.RoundTripper.
func (s *scripted) RoundTrip(r *nethttp.Request) (*nethttp.Response, error) {
	s.lock.Lock()
	if s.from.IsZero() {
		s.from = time.Now()
	}
	s.at = append(s.at, time.Since(s.from))
	try := len(s.at)
	s.lock.Unlock()
	if answer := s.do(try, r); answer != nil {
		return answer, nil
	}
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func answered(status int, body string, header ...string) *nethttp.Response {
	h := nethttp.Header{}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return &nethttp.Response{StatusCode: status, Header: h, Body: io.NopCloser(bytes.NewReader([]byte(body))), ContentLength: int64(len(body))}
}

const oneLine = `[{"customer_id": "1", "service_id": "a", "quantity": 1}]`

// timed reads within a fake clock and gives when each request was sent.
func timed(t *testing.T, do func(try int, r *nethttp.Request) *nethttp.Response, options ...any) (at []time.Duration, err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		trip := &scripted{do: do}
		_, err = readWith(t.Context(), t, trip, "https://api.example.com/list", append([]any{"retry_for", "5m"}, options...)...)
		at = trip.at
	})
	return at, err
}

func TestWaitingAsTheVendorAsks(t *testing.T) {
	for _, c := range []struct {
		name, retryAfter string
		status           int
		least, most      time.Duration
	}{
		{"seconds", "7", 429, 7 * time.Second, 7 * time.Second},
		{"a date", "DATE", 429, 19 * time.Second, 20 * time.Second},
		{"a date that is over", "Fri, 31 Dec 1999 15:04:05 GMT", 429, time.Second / 4, time.Second / 2},
		{"absent", "", 429, 30 * time.Second, 30 * time.Second},
		{"nonsense", "soon", 429, 30 * time.Second, 30 * time.Second},
		{"negative", "-1", 429, 30 * time.Second, 30 * time.Second},
		{"none at all", "0", 429, time.Second / 4, time.Second / 2},
		{"a failing server that names a time", "9", 503, 9 * time.Second, 9 * time.Second},
		{"a failing server that names none", "", 500, time.Second / 4, time.Second / 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			at, err := timed(t, func(try int, _ *nethttp.Request) *nethttp.Response {
				if try > 1 {
					return answered(200, oneLine)
				}
				when := c.retryAfter
				if when == "DATE" {
					when = time.Now().Add(20 * time.Second).UTC().Format(nethttp.TimeFormat)
				}
				return answered(c.status, "", "Retry-After", when)
			})
			if err != nil || len(at) != 2 || at[1] < c.least || at[1] > c.most {
				t.Errorf("requests at %v, %v", at, err)
			}
		})
	}
}

func TestPatienceEnds(t *testing.T) {
	at, err := timed(t, func(int, *nethttp.Request) *nethttp.Response { return answered(429, "", "Retry-After", "301") })
	fails(t, err, billing.ClassThrottled, "(page 1): answered 429")
	if len(at) != 1 {
		t.Errorf("a wait that is longer than the patience was begun: %v", at)
	}
	at, err = timed(t, func(int, *nethttp.Request) *nethttp.Response { return answered(502, "") }, "retry_for", "60s")
	fails(t, err, billing.ClassUnavailable, "answered 502")
	if last := at[len(at)-1]; len(at) < 5 || last > time.Minute {
		t.Errorf("%v", at)
	}
	at, err = timed(t, func(int, *nethttp.Request) *nethttp.Response { return nil }, "timeout", "10s", "retry_for", "25s")
	fails(t, err, billing.ClassUnavailable, "no whole answer within 10s")
	if len(at) != 3 {
		t.Errorf("%v", at)
	}
}

func TestWhatIsRefusedForGoodIsNotTriedAgain(t *testing.T) {
	for _, status := range []int{301, 307, 400, 401, 403, 404, 405, 410, 422} {
		at, err := timed(t, func(int, *nethttp.Request) *nethttp.Response { return answered(status, "") })
		if err == nil || len(at) != 1 {
			t.Errorf("%d: %v, %v", status, at, err)
		}
	}
}

func TestTheRateThatIsAllowed(t *testing.T) {
	at, err := timed(t, func(try int, _ *nethttp.Request) *nethttp.Response {
		if try > 6 {
			return answered(200, "[]")
		}
		return answered(200, fmt.Sprintf(`[{"customer_id": "%d", "service_id": "a", "quantity": 1}]`, try))
	}, "paging", "page", "per_minute", 10)
	if err != nil || len(at) != 7 || at[6] != 36*time.Second {
		t.Errorf("%v, %v", at, err)
	}
}

// A 429 to one of several calls holds the others back as well.
func TestAPauseIsForAll(t *testing.T) {
	list := `[{"id": 1}, {"id": 2}, {"id": 3}, {"id": 4}, {"id": 5}, {"id": 6}]`
	at, err := timed(t, func(try int, r *nethttp.Request) *nethttp.Response {
		switch try {
		case 1:
			return answered(200, list)
		case 2:
			return answered(429, "", "Retry-After", "20")
		}
		time.Sleep(time.Second)
		return answered(200, fmt.Sprintf(`{"customer_id": "1", "service_id": "%s", "quantity": 1}`, r.URL.Path))
	}, "detail", []any{"of/{id}"}, "parallel", 2, "per_minute", 600)
	late := 0
	for _, moment := range at {
		if moment > time.Second && moment < 20*time.Second {
			late++
		}
	}
	if err != nil || len(at) != 8 || late > 0 {
		t.Errorf("%v, %v", at, err)
	}
}

func TestWaitingStopsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		go func() { time.Sleep(time.Second); cancel() }()
		began := time.Now()
		trip := &scripted{do: func(int, *nethttp.Request) *nethttp.Response { return answered(429, "") }}
		_, err := readWith(ctx, t, trip, "https://api.example.com/list", "retry_for", "5m")
		if !errors.Is(err, context.Canceled) || time.Since(began) != time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}

// A token is asked for anew before it ends, and never once for each request.
func TestTokensEnd(t *testing.T) {
	given := 0
	at, err := timed(t, func(try int, r *nethttp.Request) *nethttp.Response {
		if r.URL.Path == "/token" {
			given++
			return answered(200, fmt.Sprintf(`{"access_token": "hush-%d", "token_type": "bearer", "expires_in": 60}`, given), "Content-Type", "application/json")
		}
		if r.Header.Get("Authorization") != fmt.Sprintf("Bearer hush-%d", given) {
			return answered(401, "")
		}
		page := r.URL.Query().Get("page")
		if page == "12" {
			return answered(200, "[]")
		}
		return answered(200, strings.ReplaceAll(oneLine, `"1"`, `"`+page+`"`))
	}, "auth", "oauth2", "user", "me", "token_address", "https://api.example.com/token", "paging", "page", "per_minute", 6)
	// 12 pages ten seconds apart; a token of 60 s is used for 45 s.
	if err != nil || given != 3 || len(at) != 12+given {
		t.Errorf("%d tokens, requests at %v, %v", given, at, err)
	}
}

func TestRetryAfter(t *testing.T) {
	for text, want := range map[string]time.Duration{"5": 5 * time.Second, " 5 ": 5 * time.Second, "": time.Minute, "1.5": time.Minute, "99999999999": source.LongestWait,
		"Sat, 21 Nov 2026 12:00:09 GMT": 9 * time.Second, "Sat, 21 Nov 2026 11:00:00 GMT": 0} {
		if got := retryAfter(text, now, time.Minute); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
