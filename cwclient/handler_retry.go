package cwclient

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// Waits between tries of a read.
const (
	firstBackoff = 500 * time.Millisecond
	maxBackoff   = 30 * time.Second
)

// retryHandler sends again what may be sent again, as long as the next try begins within the time allowed,
// which counts from when the first try was sent. The last failure always comes back.
func retryHandler(allowed time.Duration, next handler) handler {
	return func(ctx context.Context, q *call) (*answer, error) {
		for {
			q.try++
			a, err := next(ctx, q)
			if err == nil || ctx.Err() != nil {
				return a, err
			}
			wait, again := q.again(err, time.Now(), allowed)
			if !again {
				return nil, err
			}
			if stopped := sleep(ctx, wait); stopped != nil {
				e := q.fail(nil, fmt.Errorf("%w while waiting to try again: %w", stopped, err))
				e.Sent = q.reads()
				return nil, e
			}
		}
	}
}

// again decides on another try. A 429 was refused, so anything may be sent again, and the common pause does the
// waiting; reads are sent again on network faults, time-outs, cut answers and 5xx. Nothing else is.
func (q *call) again(err error, now time.Time, allowed time.Duration) (time.Duration, bool) {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return 0, false
	}
	var wait, pause time.Duration
	switch {
	case errors.Is(e, ErrThrottled) && e.Status != 0:
		pause = e.RetryAfter
	case q.reads() && (errors.Is(e, ErrUnavailable) || errors.Is(e, ErrServer)):
		wait = max(backoff(q.try), e.RetryAfter)
	default:
		return 0, false
	}
	since := q.firstSent
	if since.IsZero() {
		since = now
	}
	return wait, !now.Add(wait + pause).After(since.Add(allowed))
}

// backoff doubles from half a second up to 30 s, less up to half of it at random.
func backoff(try int) time.Duration {
	full := maxBackoff
	if try < 8 {
		full = min(firstBackoff<<(try-1), maxBackoff)
	}
	return full/2 + rand.N(full/2+1) // #nosec G404 -- a wait needs no secret chance
}

// sleep waits, or returns why the context ended.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
