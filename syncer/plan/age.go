package plan

import (
	"fmt"
	"time"
)

const day = 24 * time.Hour

// Age is a span of time as people say it, in one or two units and rounded down: "51 days", "2 days 3 hours", "26 hours 30 minutes".
func Age(span time.Duration) string {
	switch {
	case span >= 7*day:
		return units(span, day, "day")
	case span >= 2*day:
		return units(span, day, "day") + rest(span%day, time.Hour, "hour")
	case span >= time.Hour:
		return units(span, time.Hour, "hour") + rest(span%time.Hour, time.Minute, "minute")
	case span >= time.Minute:
		return units(span, time.Minute, "minute")
	}
	return units(span, time.Second, "second")
}

func units(span, unit time.Duration, name string) string {
	count := span / unit
	if count == 1 {
		return "1 " + name
	}
	return fmt.Sprintf("%d %ss", count, name)
}

// rest is what is left in the next smaller unit; empty when it is less than one.
func rest(span, unit time.Duration, name string) string {
	if span < unit {
		return ""
	}
	return " " + units(span, unit, name)
}
