package source

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestQueryThatNeverEnds(t *testing.T) {
	for name, run := range map[string]func(ctx context.Context, q *Query) error{
		"all results":  func(ctx context.Context, q *Query) error { _, err := q.Run(ctx, 1, 10); return err },
		"first result": func(ctx context.Context, q *Query) error { _, err := q.First(ctx, 1); return err },
	} {
		q, err := CompileQuery("until(false; .)")
		if err != nil {
			t.Fatal(err)
		}
		if q.limit != queryTime {
			t.Errorf("the limit is %s", q.limit)
		}
		q.limit = time.Millisecond
		if err := run(t.Context(), q); err == nil || !strings.Contains(err.Error(), "worked longer than 1ms") {
			t.Errorf("%s: %v", name, err)
		}
		ended, stop := context.WithCancel(t.Context())
		stop()
		q.limit = queryTime
		if err := run(ended, q); !errors.Is(err, context.Canceled) {
			t.Errorf("%s, when the context has ended: %v", name, err)
		}
	}
}
