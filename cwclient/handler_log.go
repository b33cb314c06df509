package cwclient

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// logHandler writes one debug line per try: never the query (it holds conditions), headers, bodies or keys.
func logHandler(log *slog.Logger, next handler) handler {
	return func(ctx context.Context, q *call) (*answer, error) {
		start := time.Now()
		a, err := next(ctx, q)
		attrs := []slog.Attr{
			slog.String("method", q.method), slog.String("path", q.path), slog.Int("try", q.try),
			slog.Duration("duration", time.Since(start)),
		}
		if a != nil {
			attrs = append(attrs, slog.Int("status", a.status), slog.String("request_id", a.requestID))
		}
		if e, ok := errors.AsType[*Error](err); ok {
			attrs = append(attrs, slog.Int("status", e.Status), slog.String("request_id", e.RequestID))
			if e.Class != nil {
				attrs = append(attrs, slog.String("failure", e.Class.Error()))
			}
		}
		log.LogAttrs(ctx, slog.LevelDebug, "request", attrs...)
		return a, err
	}
}
