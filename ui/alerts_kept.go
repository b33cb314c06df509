package ui

import (
	"encoding/json"
	"math"
	"time"

	"cwsync/syncer/setup"
)

// noteAlerts is the note that remembers how alerts were tested, and the one that is being made.
const noteAlerts = "wizard.alerts"

// alertNotes are what the note holds. There is nothing secret in it.
type alertNotes struct {
	Tests map[string]alertTest `json:"tests,omitempty"` // by the alert's name
	Draft *setup.Alert         `json:"draft,omitempty"`
}

// alertTest is how the last test of an alert ended.
type alertTest struct {
	At  time.Time `json:"at"`
	Why string    `json:"why,omitempty"` // it was not sent; empty: it was
}

// encode writes the note.
func (n *alertNotes) encode() string {
	text, err := json.Marshal(n)
	if err != nil {
		return "" // it has only plain fields
	}
	return string(text)
}

// decodeAlertNotes reads a note. One that cannot be read says nothing.
func decodeAlertNotes(text string) alertNotes {
	var notes alertNotes
	if text == "" || json.Unmarshal([]byte(text), &notes) != nil {
		return alertNotes{}
	}
	if notes.Draft != nil {
		for name, value := range notes.Draft.Options { // JSON knows no whole numbers
			if number, ok := value.(float64); ok && number == math.Trunc(number) && math.Abs(number) < math.MaxInt32 {
				notes.Draft.Options[name] = int(number)
			}
		}
	}
	return notes
}
