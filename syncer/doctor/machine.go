package doctor

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"cwsync/syncer/setup"
	"cwsync/syncer/source"
)

// The names of the steps of the machine; scripts know them from the command's JSON.
const (
	NameStore = "store"
	NameDisk  = "free disk"
	NameLog   = "log"
	NameSetup = "set-up"
)

// Bounds of free space, in bytes.
const (
	lowDisk  = 500_000_000 // less, and somebody should look
	fullDisk = 50_000_000  // less, and a run may not be able to record what it does
)

// Machine is this computer as far as a run depends on it, besides its secrets and its network.
type Machine struct {
	Profile  string
	Store    Store
	FreeDisk func() (bytes uint64, err error) // where the database is; nil: not examined
	LogFile  string                           // where the log is kept; empty: there is no such file

	Document  *setup.Document // the set-up; nil: there is none
	SetupErr  error           // why the set-up cannot be read
	Catalogue *source.Catalogue
}

// Store is the database as it was found.
type Store struct {
	Path    string
	Err     error // why it cannot be used; *Fault or any other
	Missing bool  // there is no such file yet
	Bytes   int64 // size
	Version int64 // of its tables
	Copy    string
	Exposed []string // its files that others can read, each with its rights: "/home/a/cwsync.db (0644)"
	// Check reads the whole database and gives what is damaged; nil: not examined.
	Check func(ctx context.Context) error
}

// MachineSteps are the steps of the machine. They send nothing.
func MachineSteps(m Machine) []Step {
	steps := []Step{{Name: NameStore, Do: m.store}}
	if m.FreeDisk != nil {
		steps = append(steps, Step{Name: NameDisk, Do: m.disk})
	}
	if m.LogFile != "" {
		steps = append(steps, Step{Name: NameLog, Do: func(context.Context) Check { return ok(m.LogFile) }})
	}
	steps = append(steps, Step{Name: NameSetup, After: []string{NameStore}, Do: m.setup})
	for i := range steps {
		steps[i].Group = GroupMachine
	}
	return steps
}

// store looks whether the database can be used and is nobody else's to read.
func (m *Machine) store(ctx context.Context) Check {
	s := &m.Store
	switch {
	case s.Err != nil:
		return failed(s.Err)
	case s.Missing:
		return Check{Status: Skip, Detail: "there is none yet; " + s.Path + " is made when there is something to keep"}
	case s.Check != nil:
		if err := s.Check(ctx); err != nil {
			return failed(err)
		}
	}
	detail := fmt.Sprintf("%s, version %d, %s, sound", s.Path, s.Version, size(uint64(max(s.Bytes, 0))))
	if s.Copy != "" {
		detail += "; brought up to date just now, what it was is in " + s.Copy
	}
	check := ok(detail)
	if len(s.Exposed) > 0 {
		check.Status, check.Detail = Warn, detail+"; others may use "+strings.Join(s.Exposed, ", ")
		check.Hint = "it names customers and what they pay: chmod 600, or start any other command of cwsync, which does that"
	}
	return check
}

// disk looks whether there is room to record a run.
func (m *Machine) disk(context.Context) Check {
	free, err := m.FreeDisk()
	if err != nil {
		return Check{Status: Skip, Detail: "not examined: " + err.Error()}
	}
	check := ok(size(free) + " where the database is")
	switch {
	case free < fullDisk:
		check.Status, check.Exit = Fail, ExitStore
	case free < lowDisk:
		check.Status = Warn
	default:
		return check
	}
	check.Hint = "free space on that disk: what a run does is recorded before it is done, and a full disk stops it"
	return check
}

// setup looks whether there is a whole and valid set-up.
func (m *Machine) setup(context.Context) Check {
	switch {
	case m.SetupErr != nil:
		return failed(m.SetupErr)
	case m.Document == nil:
		return Check{Status: Fail, Exit: ExitUsage, Detail: "profile " + m.Profile + " has none yet",
			Hint: "`cwsync` makes one step by step, and `cwsync setup import FILE` reads one"}
	}
	if check, valid := m.valid(); !valid {
		return check
	}
	services, customers := 0, 0
	for i := range m.Document.Sources {
		services += len(m.Document.Sources[i].Services)
		customers += len(m.Document.Sources[i].Customers)
	}
	return ok(fmt.Sprintf("profile %s: %s, %s, %s", m.Profile,
		counted(len(m.Document.Sources), "source"), counted(services, "service"), counted(customers, "customer")))
}

// valid checks the stored set-up by the rules of an import: the wizard keeps what is not finished yet, and rules grow with the program.
func (m *Machine) valid() (Check, bool) {
	text, err := m.Document.Export()
	if err == nil {
		_, err = setup.Parse(text, "set-up", m.Catalogue)
	}
	if err == nil {
		return Check{}, true
	}
	check := failed(err)
	check.Hint = "finish it in `cwsync`, or put it right with `cwsync setup export FILE` and `cwsync setup import FILE`"
	if invalid, is := errors.AsType[*setup.Errors](err); is {
		var findings []string
		for _, problem := range invalid.Problems {
			problem.File, problem.Line = "", 0 // nobody has the text that these are the lines of
			findings = append(findings, strings.TrimPrefix(problem.String(), ": "))
		}
		if invalid.More > 0 {
			findings = append(findings, fmt.Sprintf("and %d more", invalid.More))
		}
		check = told(Fail, ExitUsage, findings, "it is not whole or not valid")
		check.Hint = "finish it in `cwsync`, or put it right with `cwsync setup export FILE` and `cwsync setup import FILE`"
	}
	return check, false
}

// told is a check of one thing or of several that are wrong; summary is what several have in common.
func told(status Status, exit int, findings []string, summary string) Check {
	if len(findings) == 1 {
		return Check{Status: status, Exit: exit, Detail: findings[0]}
	}
	return Check{Status: status, Exit: exit, Detail: summary, Findings: findings}
}

// size is a number of bytes as people say it: "12.4 GB", "730 MB", "9 kB".
func size(bytes uint64) string {
	switch {
	case bytes >= 1_000_000_000:
		tenths := bytes / 100_000_000
		return fmt.Sprintf("%d.%d GB", tenths/10, tenths%10)
	case bytes >= 1_000_000:
		return fmt.Sprintf("%d MB", bytes/1_000_000)
	}
	return fmt.Sprintf("%d kB", bytes/1000)
}

// counted is a number of things with their name.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
