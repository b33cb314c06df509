// Package schedule writes the entry that runs `cwsync --sync` by itself: the files and commands of systemd, cron, launchd and the Windows Task
// Scheduler, from one description of what is to run and when. It also reads what it wrote back, works out the next run, and says what is odd
// about a time.
//
// It is text alone: it never touches a file, a scheduler, the clock or the environment, and it never holds a secret's value, only the names of
// the files that have one.
package schedule

import (
	"fmt"
	"slices"
	"strings"
)

// System is a scheduler, in the word that --for takes.
type System string

// The schedulers.
const (
	Systemd System = "systemd"
	Cron    System = "cron"
	Launchd System = "launchd"
	Windows System = "windows"
)

// Systems are all schedulers, in the order in which help lists them.
func Systems() []System { return []System{Systemd, Cron, Launchd, Windows} }

// ParseSystem gives the scheduler of that name; the error lists those that there are.
func ParseSystem(name string) (System, error) {
	if system := System(name); slices.Contains(Systems(), system) {
		return system, nil
	}
	var names []string
	for _, system := range Systems() {
		names = append(names, string(system))
	}
	return "", fmt.Errorf("%q is no scheduler that is known here; there are %s", name, strings.Join(names, ", "))
}

// Service is what people call the scheduler itself.
func (s System) Service() string {
	if s == Windows {
		return "Task Scheduler"
	}
	return string(s)
}

// Title is what people call an entry of the scheduler: "systemd timer".
func (s System) Title() string {
	switch s {
	case Systemd:
		return "systemd timer"
	case Cron:
		return "cron entry"
	case Launchd:
		return "launchd job"
	case Windows:
		return "Task Scheduler task"
	}
	return string(s)
}

// Name is the name of a profile's one entry in every scheduler.
func Name(profile string) string { return "cwsync-" + profile }
