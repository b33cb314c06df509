package schedule

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestClocks(t *testing.T) {
	for text, want := range map[string]Clock{"06:00": 360, "6:00": 360, "00:00": 0, "23:59": 1439} {
		if got, err := ParseClock(text); err != nil || got != want {
			t.Errorf("%s: %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "6", "25:00", "24:00", "12:60", "06:0", "06:000", "-6:00", "+6:00", "006:00", "6h", "06:00:00", "six", "6.00", "06:00 UTC"} {
		if got, err := ParseClock(text); err == nil {
			t.Errorf("%q is taken for %s", text, got)
		}
	}
	if _, err := ParseClock("25:00"); !strings.Contains(err.Error(), "there is no 25:00 on a clock") {
		t.Error(err)
	}
}

func TestEveryMustDivideTheDay(t *testing.T) {
	for _, text := range []string{"15m", "20m", "30m", "45m", "1h", "90m", "4h", "12h", "24h", "0s"} {
		every, _ := time.ParseDuration(text)
		if err := (Timing{Every: every}).Check(); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, text := range []string{"14m", "14m59s", "1s", "-1h", "-4h", "7h", "5h", "25h", "48h", "50m", "15m30s", "22m30s"} {
		every, _ := time.ParseDuration(text)
		if err := (Timing{Every: every}).Check(); err == nil {
			t.Errorf("%s is taken", text)
		}
	}
}

func TestTimesOfADay(t *testing.T) {
	for _, tt := range []struct {
		timing Timing
		want   string
	}{
		{Timing{At: 360}, "06:00"},
		{Timing{At: 360, Every: 24 * time.Hour}, "06:00"},
		{Timing{At: 360, Every: 4 * time.Hour}, "02:00 06:00 10:00 14:00 18:00 22:00"},
		{Timing{At: 23*60 + 30, Every: 12 * time.Hour}, "11:30 23:30"},
	} {
		var got []string
		for _, clock := range tt.timing.Clocks() {
			got = append(got, clock.String())
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %s", tt.timing, got)
		}
	}
	if got := len(Timing{Every: MinEvery}.Clocks()); got != 96 {
		t.Errorf("every 15m is %d times a day", got)
	}
}

func TestTimingInWords(t *testing.T) {
	for want, timing := range map[string]Timing{
		"daily at 06:00": {At: 360}, "daily at 06:00 UTC": {At: 360, UTC: true}, "every 4h from 06:00": {At: 360, Every: 4 * time.Hour},
		"every 1h30m from 00:15 UTC": {At: 15, Every: 90 * time.Minute, UTC: true}, "every 15m from 00:00": {Every: 15 * time.Minute}, "daily at 00:00": {Every: 24 * time.Hour},
	} {
		if timing.String() != want {
			t.Errorf("%s, want %s", timing, want)
		}
	}
}

func TestNextRun(t *testing.T) {
	zone := berlin(t)
	for _, tt := range []struct {
		name   string
		timing Timing
		after  string // UTC
		want   string // UTC
	}{
		{"later today", Timing{At: 360}, "2026-11-22T04:00:00Z", "2026-11-22T05:00:00Z"},
		{"tomorrow", Timing{At: 360}, "2026-11-22T05:00:01Z", "2026-11-23T05:00:00Z"},
		{"never now", Timing{At: 360}, "2026-11-22T05:00:00Z", "2026-11-23T05:00:00Z"},
		{"in UTC", Timing{At: 360, UTC: true}, "2026-11-22T05:30:00Z", "2026-11-22T06:00:00Z"},
		{"every 4h", Timing{At: 360, Every: 4 * time.Hour}, "2026-11-22T05:30:00Z", "2026-11-22T09:00:00Z"},
		{"over midnight", Timing{At: 360, Every: 8 * time.Hour}, "2026-11-22T21:30:00Z", "2026-11-23T05:00:00Z"},
		{"the local day is ahead of that of UTC", Timing{At: 30}, "2026-11-22T23:15:00Z", "2026-11-22T23:30:00Z"},
		{"summer", Timing{At: 360}, "2026-07-01T12:00:00Z", "2026-07-02T04:00:00Z"},
		{"the night when clocks go forward", Timing{At: 150}, "2027-03-28T00:30:00Z", "2027-03-28T01:30:00Z"},
		{"the night when they go back", Timing{At: 180}, "2026-10-24T22:30:00Z", "2026-10-25T02:00:00Z"},
		{"the end of a year", Timing{At: 0}, "2026-12-31T23:00:00Z", "2027-01-01T23:00:00Z"},
	} {
		after, _ := time.Parse(time.RFC3339, tt.after)
		if got := tt.timing.Next(after, zone).UTC().Format(time.RFC3339); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestATimeThatTheClocksLeaveOutIsSaid(t *testing.T) {
	zone := berlin(t)
	got := Timing{At: 150}.Warnings(noon(), zone)
	if len(got) != 1 || !strings.HasPrefix(got[0], "02:30 does not exist on 2027-03-28, when clocks go forward") {
		t.Error(got)
	}
	for name, timing := range map[string]Timing{"in UTC": {At: 150, UTC: true}, "with others that day": {At: 150, Every: 12 * time.Hour}, "an hour later": {At: 210}, "before it": {At: 119}} {
		if got := timing.Warnings(noon(), zone); got != nil {
			t.Errorf("%s: %s", name, got)
		}
	}
	if got := (Timing{At: 150}).Warnings(noon(), time.UTC); got != nil {
		t.Error(got)
	}
}

func TestSlotsSayTheSameTimes(t *testing.T) {
	for _, every := range []time.Duration{15, 16, 18, 20, 24, 30, 32, 36, 40, 45, 48, 60, 72, 80, 90, 96, 120, 240, 480, 720, 1440} {
		for _, at := range []Clock{0, 7, 359, 1439} {
			want := Timing{At: at, Every: every * time.Minute}.Clocks()
			var got []Clock
			for _, s := range slots(want) {
				got = append(got, s.clocks()...)
			}
			if slices.Sort(got); !slices.Equal(got, want) {
				t.Errorf("every %d min from %s: %v, want %v", every, at, got, want)
			}
		}
	}
}

func TestIntervals(t *testing.T) {
	for text, want := range map[string]time.Duration{"4h": 4 * time.Hour, "30m": 30 * time.Minute, "24h": 0, "1h30m": 90 * time.Minute} {
		if got, err := ParseInterval(text); err != nil || got != want {
			t.Errorf("%s: %s, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "0", "0s", "7h", "5m", "often", "4", "-4h", "48h"} {
		if got, err := ParseInterval(text); err == nil {
			t.Errorf("%q is taken for %s", text, got)
		}
	}
}
