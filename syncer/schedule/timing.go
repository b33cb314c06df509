package schedule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// The least and the most time between two runs.
const (
	MinEvery = 15 * time.Minute
	MaxEvery = day
)

// Clock is a time of day in minutes after midnight, 0 to 1439.
type Clock int

// ParseClock reads a time of day as HH:MM on the 24-hour clock; the hour may have one digit. 24:00 is none: it is 00:00.
func ParseClock(text string) (Clock, error) {
	hours, minutes, ok := strings.Cut(text, ":")
	h, hErr := strconv.ParseUint(hours, 10, 8)
	m, mErr := strconv.ParseUint(minutes, 10, 8)
	switch {
	case !ok, hErr != nil, mErr != nil, len(hours) > 2, len(minutes) != 2:
		return 0, fmt.Errorf("%.40q is no time of day such as 06:00", text)
	case h > 23, m > 59:
		return 0, fmt.Errorf("there is no %.40s on a clock: times of day go from 00:00 to 23:59", text)
	}
	return Clock(h*60 + m), nil
}

// String is the time as HH:MM.
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", c/60, c%60) }

// ParseInterval reads the time between two runs, such as 4h or 30m: it is checked as Timing.Check does. A whole day is 0, as in Timing.
func ParseInterval(text string) (time.Duration, error) {
	every, err := time.ParseDuration(text)
	if err != nil || every == 0 {
		return 0, fmt.Errorf("%.40q is no time between two runs such as 4h or 30m", text)
	}
	if err := (Timing{Every: every}).Check(); err != nil {
		return 0, err
	}
	return every % day, nil
}

// Timing is when the runs are. The zero value is every day at midnight of the machine's own zone.
type Timing struct {
	At    Clock         // the time of the first run of a day
	UTC   bool          // At is in UTC; else in the zone of the machine
	Every time.Duration // between two runs; 0 is once a day
}

// Check fails unless Every divides the day evenly into spans of 15 minutes to 24 hours.
func (t Timing) Check() error {
	switch {
	case t.Every == 0:
		return nil
	case t.Every < MinEvery || t.Every > MaxEvery:
		return fmt.Errorf("%s is not between 15m and 24h", short(t.Every))
	case t.Every%time.Minute != 0 || day%t.Every != 0:
		return fmt.Errorf("%s does not divide the day evenly, so that the times would be others each day; take 15m, 20m, 30m, 1h, 2h, 3h, 4h, 6h, 8h, 12h or 24h",
			short(t.Every))
	}
	return nil
}

// Period is the time between two runs.
func (t Timing) Period() time.Duration {
	if t.Every == 0 {
		return day
	}
	return t.Every
}

// Interval is the time between two runs in words: 24h, 1h30m.
func (t Timing) Interval() string { return short(t.Period()) }

// Clocks are the times of day of all runs, sorted, in the zone that UTC says.
func (t Timing) Clocks() []Clock {
	step := Clock(t.Period() / time.Minute)
	clocks := make([]Clock, 0, day/t.Period())
	for at := t.At % step; at < minutesOfDay; at += step {
		clocks = append(clocks, at)
	}
	return clocks
}

const minutesOfDay = Clock(day / time.Minute)

// Next is the first run after a moment, on a machine in zone.
func (t Timing) Next(after time.Time, zone *time.Location) time.Time {
	if t.UTC {
		zone = time.UTC
	}
	local := after.In(zone)
	for ahead := 0; ; ahead++ {
		for _, clock := range t.Clocks() {
			// A time that the clock leaves out is taken to be as much later, as schedulers have it that do not leave the run out.
			run := time.Date(local.Year(), local.Month(), local.Day()+ahead, int(clock/60), int(clock%60), 0, 0, zone)
			if run.After(after) {
				return run
			}
		}
	}
}

// Warnings say what is odd about the times in the year after now on a machine in zone: a daily run at a time that the clocks leave out.
func (t Timing) Warnings(now time.Time, zone *time.Location) []string {
	if t.UTC || t.Period() < day {
		return nil
	}
	today := now.In(zone)
	for ahead := range 366 {
		run := time.Date(today.Year(), today.Month(), today.Day()+ahead, int(t.At/60), int(t.At%60), 0, 0, zone)
		if Clock(run.Hour()*60+run.Minute()) != t.At {
			return []string{fmt.Sprintf("%s does not exist on %s, when clocks go forward: that run may be left out or come an hour later; another time or --utc avoids it",
				t.At, run.Format(time.DateOnly))}
		}
	}
	return nil
}

// String says when, as people do: "daily at 06:00 UTC", "every 4h from 06:00".
func (t Timing) String() string {
	text := "daily at " + t.At.String()
	if t.Period() < day {
		text = "every " + t.Interval() + " from " + t.At.String()
	}
	if t.UTC {
		text += " UTC"
	}
	return text
}

// short is a span without its empty parts: 4h rather than 4h0m0s.
func short(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// offsets are the different distances of a zone's clocks from UTC, in minutes, in the year after now; sorted.
func offsets(now time.Time, zone *time.Location) []int {
	var found []int
	for ahead := range 366 {
		_, seconds := now.AddDate(0, 0, ahead).In(zone).Zone()
		if minutes := seconds / 60; !slices.Contains(found, minutes) {
			found = append(found, minutes)
		}
	}
	slices.Sort(found)
	return found
}

// shifted are times of UTC on clocks that are offset minutes ahead of it, sorted.
func shifted(clocks []Clock, offset int) []Clock {
	moved := make([]Clock, len(clocks))
	for i, clock := range clocks {
		moved[i] = ((clock+Clock(offset))%minutesOfDay + minutesOfDay) % minutesOfDay
	}
	slices.Sort(moved)
	return moved
}

// slot is a set of times as schedulers write them: each of the minutes in each of the hours.
type slot struct{ minutes, hours []int }

// slots are as few as say the same as the clocks, which are sorted.
func slots(clocks []Clock) []slot {
	hoursOf := map[int][]int{}
	var minutes []int
	for _, clock := range clocks {
		minute := int(clock % 60)
		if hoursOf[minute] == nil {
			minutes = append(minutes, minute)
		}
		hoursOf[minute] = append(hoursOf[minute], int(clock/60))
	}
	slices.Sort(minutes)
	var found []slot
	for _, minute := range minutes {
		same := slices.IndexFunc(found, func(s slot) bool { return slices.Equal(s.hours, hoursOf[minute]) })
		if same < 0 {
			found = append(found, slot{hours: hoursOf[minute]})
			same = len(found) - 1
		}
		found[same].minutes = append(found[same].minutes, minute)
	}
	return found
}

// listed writes numbers with a separator; all hours of a day are a star.
func listed(numbers []int, form, separator string) string {
	if len(numbers) == 24 {
		return "*"
	}
	texts := make([]string, len(numbers))
	for i, number := range numbers {
		texts[i] = fmt.Sprintf(form, number)
	}
	return strings.Join(texts, separator)
}
