package plan_test

import (
	"testing"
	"time"

	"cwsync/syncer/plan"
)

func TestAge(t *testing.T) {
	for _, c := range []struct {
		span time.Duration
		want string
	}{
		{0, "0 seconds"},
		{1500 * time.Millisecond, "1 second"},
		{59 * time.Second, "59 seconds"},
		{time.Minute, "1 minute"},
		{90 * time.Minute, "1 hour 30 minutes"},
		{26*time.Hour + 59*time.Second, "26 hours"},
		{26*time.Hour + time.Minute, "26 hours 1 minute"},
		{48 * time.Hour, "2 days"},
		{73*time.Hour + 30*time.Minute, "3 days 1 hour"},
		{7*24*time.Hour + 5*time.Hour, "7 days"},
		{74771 * time.Minute, "51 days"},
	} {
		if got := plan.Age(c.span); got != c.want {
			t.Errorf("%s is %q, want %q", c.span, got, c.want)
		}
	}
}
