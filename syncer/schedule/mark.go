package schedule

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// mark is the line that every entry carries: whose it is and when it runs. What lacks it was not written here and is left alone.
func mark(profile string, t Timing) string {
	zone := "local"
	if t.UTC {
		zone = "utc"
	}
	return fmt.Sprintf("cwsync-schedule profile=%s at=%s zone=%s every=%s", profile, t.At, zone, t.Interval())
}

var markForm = regexp.MustCompile(`cwsync-schedule profile=([A-Za-z0-9_.-]+) at=(\d\d:\d\d) zone=(local|utc) every=([0-9hm]+)`)

// ReadMark finds in the text of an entry whose it is and when it runs; ok is false where the text was not written by this package.
func ReadMark(text string) (profile string, timing Timing, ok bool) {
	found := markForm.FindStringSubmatch(strings.ReplaceAll(text, "\x00", "")) // Windows gives it as UTF-16
	if found == nil {
		return "", Timing{}, false
	}
	at, err := ParseClock(found[2])
	if err != nil {
		return "", Timing{}, false
	}
	every, err := time.ParseDuration(found[4])
	if err != nil {
		return "", Timing{}, false
	}
	timing = Timing{At: at, UTC: found[3] == "utc", Every: every}
	if every == day {
		timing.Every = 0
	}
	if timing.Check() != nil {
		return "", Timing{}, false
	}
	return undotted(found[1]), timing, true
}

// dotted writes a profile's name without hyphens, two of which may not stand in a comment of XML; no profile has a dot in its name.
func dotted(profile string) string   { return strings.ReplaceAll(profile, "-", ".") }
func undotted(profile string) string { return strings.ReplaceAll(profile, ".", "-") }
