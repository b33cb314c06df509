package cwclient

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// limits are shared by all requests of a client.
type limits struct {
	slots    *slots
	gate     *gate
	patience time.Duration // all tries of one request
	log      *slog.Logger
}

// handler holds each try back until it may go out, and learns from what comes of it.
func (l *limits) handler(next handler) handler {
	return func(ctx context.Context, q *call) (*answer, error) {
		epoch, err := l.slots.take(ctx)
		if err != nil {
			return nil, q.fail(nil, err)
		}
		result := neutral
		defer func() { l.slots.give(epoch, result) }()
		pause, err := l.gate.pass(ctx, q.firstSent, l.patience)
		switch {
		case err != nil:
			return nil, q.fail(nil, err)
		case pause > 0:
			e := q.fail(ErrThrottled, errors.New("all requests are paused for longer than a request may wait"))
			e.RetryAfter = pause
			return nil, e
		}
		if q.firstSent.IsZero() {
			q.firstSent = time.Now()
		}
		a, err := next(ctx, q)
		result = l.learn(ctx, err)
		return a, err
	}
}

// learn tells what a try says about the load; a 429 pauses all requests.
func (l *limits) learn(ctx context.Context, err error) verdict {
	e, isError := errors.AsType[*Error](err)
	switch {
	case err == nil:
		return wentWell
	case errors.Is(err, ErrThrottled) && isError:
		if l.gate.pause(e.RetryAfter + jitter(e.RetryAfter)) {
			l.log.LogAttrs(ctx, slog.LevelInfo, "too many requests, pausing all", slog.Duration("pause", e.RetryAfter))
		}
		return tooMuch
	case errors.Is(err, errTimeout):
		return tooMuch
	}
	return neutral
}
