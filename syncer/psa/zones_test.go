package psa

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the machine may have none
)

func TestZoneOf(t *testing.T) {
	for name, want := range map[string]string{
		"Eastern Standard Time":                         "America/New_York",
		"eastern standard time":                         "America/New_York",
		"America/New_York":                              "America/New_York",
		" Europe/Berlin ":                               "Europe/Berlin",
		"W. Europe Standard Time":                       "Europe/Berlin",
		"FLE Standard Time":                             "Europe/Kyiv",
		"AUS Eastern Standard Time":                     "Australia/Sydney",
		"India Standard Time":                           "Asia/Kolkata",
		"UTC":                                           "Etc/UTC",
		"UTC-02":                                        "Etc/GMT+2",
		"(UTC) Coordinated Universal Time":              "Etc/UTC",
		"(UTC-05:00) Eastern Time (US & Canada)":        "America/New_York",
		"(UTC-04:00) Eastern Time (US & Canada)":        "America/New_York", // in summer
		"(GMT-05:00) Eastern Time (US & Canada)":        "America/New_York",
		"Pacific Time (US & Canada)":                    "America/Los_Angeles",
		"(UTC+00:00) Dublin, Edinburgh, Lisbon, London": "Europe/London",
		"(UTC+13:00) Nuku'alofa":                        "Pacific/Tongatapu",
		"Etc/GMT-3":                                     "Etc/GMT-3",
		"(UTC+02:00) Helsinki, Kyiv, Riga, Sofia, Tallinn, Vilnius": "Europe/Kyiv",
	} {
		zone, err := ZoneOf(name)
		if err != nil || zone.String() != want {
			t.Errorf("%q: got %v, %v, want %s", name, zone, err, want)
		}
	}
}

func TestZoneOfRefuses(t *testing.T) {
	for _, name := range []string{"", "  ", "Local", "local", "Atlantis Standard Time", "(UTC-05:00)", "-05:00", "../etc/passwd", "(UTC-05:00) America"} {
		zone, err := ZoneOf(name)
		if err == nil || !strings.Contains(err.Error(), "set connection.time_zone") {
			t.Errorf("%q: got %v, %v", name, zone, err)
		}
	}
}

func TestZoneTable(t *testing.T) {
	windows, shown := map[string]bool{}, map[string]bool{}
	for _, zone := range windowsZones {
		if _, err := time.LoadLocation(zone.iana); err != nil {
			t.Errorf("%s: %v", zone.windows, err)
		}
		if windows[zone.windows] || shown[zone.shown] {
			t.Errorf("%s or %s is there twice", zone.windows, zone.shown)
		}
		windows[zone.windows], shown[zone.shown] = true, true
		if got, err := ZoneOf("(UTC+01:00) " + zone.shown); err != nil || got.String() != zone.iana {
			t.Errorf("%s: got %v, %v", zone.shown, got, err)
		}
	}
	if len(windowsZones) < 139 {
		t.Errorf("only %d zones", len(windowsZones))
	}
}
