package source

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// LongestWait is the most that RetryAfter gives: nobody waits longer for an answer.
const LongestWait = 24 * time.Hour

// RetryAfter reads the header of that name: whole seconds, or a date, which counts from now; 0 for one that is past. More than LongestWait is
// LongestWait. ok is false where the header says nothing that makes sense.
func RetryAfter(text string, now time.Time) (wait time.Duration, ok bool) {
	text = strings.TrimSpace(text)
	seconds, err := strconv.ParseUint(text, 10, 31)
	if err == nil || errors.Is(err, strconv.ErrRange) {
		return min(time.Duration(seconds)*time.Second, LongestWait), true
	}
	if at, err := http.ParseTime(text); err == nil {
		return min(max(at.Sub(now), 0), LongestWait), true
	}
	return 0, false
}

// Sleep waits for d, or gives the reason why the context ended before.
func Sleep(ctx context.Context, d time.Duration) error {
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
