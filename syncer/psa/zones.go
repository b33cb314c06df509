package psa

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// offset is how Windows begins the name of a zone that it shows to people: "(UTC-05:00) ", "(UTC) ", on old servers "(GMT-05:00) ".
var offset = regexp.MustCompile(`^\((?:UTC|GMT)(?:[+-][0-9]{2}:[0-9]{2})?\) *`)

// ZoneOf gives the time zone of a name as ConnectWise or a person writes it: a Windows name ("Eastern Standard Time"), the form that
// Windows shows ("(UTC-05:00) Eastern Time (US & Canada)"), or an IANA name ("America/New_York"). The offset of the shown form is not
// used: it does not tell summer from winter. An error says what to set instead.
func ZoneOf(name string) (*time.Location, error) {
	name = strings.TrimSpace(name)
	if name == "" {
		return nil, errors.New("ConnectWise names no time zone: set connection.time_zone, such as America/New_York")
	}
	iana := ianaName(name)
	if strings.EqualFold(iana, "Local") {
		return nil, errors.New("the zone Local is a different one on each machine: set connection.time_zone, such as America/New_York")
	}
	zone, err := time.LoadLocation(iana)
	if err != nil {
		return nil, fmt.Errorf("%q is not a time zone known here: set connection.time_zone, such as America/New_York", oneLine(name))
	}
	return zone, nil
}

// ianaName looks a name up in the table; one that is not there is taken for an IANA name.
func ianaName(name string) string {
	shown := offset.ReplaceAllString(name, "")
	for _, zone := range windowsZones {
		if strings.EqualFold(zone.windows, name) || strings.EqualFold(zone.shown, shown) {
			return zone.iana
		}
	}
	return name
}
