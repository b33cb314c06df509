package psa

import (
	"fmt"

	"cwsync/cwclient"
	"cwsync/syncer/billing"
)

// dateReader reads the dates of one record and keeps the first that makes no sense.
type dateReader struct {
	kind string // "agreement"
	id   int
	err  error
}

// read is the calendar date that a date of the wire begins with, never moved by a time zone. Absent and empty are no date.
func (r *dateReader) read(field, wire string) billing.Date {
	if wire == "" {
		return billing.Date{}
	}
	day, err := cwclient.DateOf(wire)
	if err == nil {
		var date billing.Date
		if date, err = billing.ParseDate(string(day)); err == nil {
			return date
		}
	}
	if r.err == nil {
		r.err = fmt.Errorf("%s of %s %d: %w", field, r.kind, r.id, err)
	}
	return billing.Date{}
}
