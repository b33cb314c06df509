package source

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Duration{
		"0": 0, "5": 5 * time.Second, " 5 ": 5 * time.Second, "86400": LongestWait, "86401": LongestWait, "99999999999": LongestWait, "99999999999999999999999": LongestWait,
		"Sat, 21 Nov 2026 12:00:09 GMT": 9 * time.Second, "Sat, 21 Nov 2026 11:00:00 GMT": 0, "Sun, 21 Nov 2055 11:00:00 GMT": LongestWait,
	} {
		if got, ok := RetryAfter(text, now); got != want || !ok {
			t.Errorf("%q: %v %v, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "1.5", "-5", "soon", "1e400"} {
		if got, ok := RetryAfter(text, now); got != 0 || ok {
			t.Errorf("%q: %v %v", text, got, ok)
		}
	}
}

func TestSleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		if err := Sleep(t.Context(), time.Minute); err != nil || time.Since(began) != time.Minute {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began = time.Now()
		if err := Sleep(ctx, time.Minute); err == nil || time.Since(began) != time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		if Sleep(ctx, 0) == nil {
			t.Error("a context that has ended does not end no wait")
		}
	})
}
