package schedule

import "time"

// State is what a scheduler says of a profile's entry.
type State struct {
	System   System
	Name     string
	Present  bool      // there is an entry of ours
	Enabled  bool      // and the scheduler runs it
	Timing   Timing    // when it runs; of no meaning unless Present
	Next     time.Time // the next run, but for a delay of up to two minutes; zero unless Enabled
	LastExit *int      // the exit code of the last run that the scheduler started; nil where it does not say
	Problem  string    // what is wrong with the entry, for a person; "" if nothing is
	Files    []string  // where it is
}
