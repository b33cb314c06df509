package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"cwsync/store"
	"cwsync/store/secret"
	"cwsync/syncer"
	"cwsync/syncer/schedule"
	"cwsync/ui/report"
)

// scheduleWire is the document of the kind schedule: the same keys for every one of its commands.
type scheduleWire struct {
	Profile   string         `json:"profile"`
	System    string         `json:"system"`
	Name      string         `json:"name"`
	Installed bool           `json:"installed"`
	Enabled   bool           `json:"enabled"`
	Changed   bool           `json:"changed"` // this command added or removed it
	At        string         `json:"at"`
	UTC       bool           `json:"utc"`
	Every     string         `json:"every"`
	Next      string         `json:"next"`
	LastExit  *int           `json:"last_exit_code"` // of the last run that the scheduler started, where it knows
	LastRun   *scheduleRun   `json:"last_run"`       // of the history, whoever started it
	Problem   string         `json:"problem"`
	Files     []scheduleFile `json:"files"`
	Prepare   []string       `json:"prepare"`
	Commands  []string       `json:"commands"`
	Secrets   []scheduleKey  `json:"secrets"`
	Notes     []string       `json:"notes"`
	Warnings  []string       `json:"warnings"`
}

type scheduleRun struct {
	RunID    string `json:"run_id"`
	Started  string `json:"started"`
	ExitCode int    `json:"exit_code"`
}

type scheduleFile struct {
	Path string `json:"path"`
	Text string `json:"text"`
}

type scheduleKey struct {
	Name string `json:"name"`
	From string `json:"from"`
}

func (a *app) scheduleDocument(wire scheduleWire) error {
	wire.Profile = a.flags.profile
	for _, list := range []*[]string{&wire.Prepare, &wire.Commands, &wire.Notes, &wire.Warnings} {
		if *list == nil {
			*list = []string{}
		}
	}
	if wire.Files == nil {
		wire.Files = []scheduleFile{}
	}
	if wire.Secrets == nil {
		wire.Secrets = []scheduleKey{}
	}
	return a.print(report.DocumentJSON(report.KindSchedule, syncer.ExitDone, wire))
}

func (w *scheduleWire) timed(timing schedule.Timing, next time.Time) {
	w.At, w.UTC, w.Every = timing.At.String(), timing.UTC, timing.Interval()
	if !next.IsZero() {
		w.Next = next.UTC().Format(time.RFC3339)
	}
}

func wireOfText(text schedule.Text) scheduleWire {
	wire := scheduleWire{Prepare: text.Prepare, Commands: text.Commands, Notes: text.Notes, Warnings: text.Warnings}
	for _, file := range text.Files {
		wire.Files = append(wire.Files, scheduleFile{file.Path, file.Text})
	}
	return wire
}

// when says when an entry runs and runs next.
func when(timing schedule.Timing, next time.Time) string {
	text := timing.String()
	if !next.IsZero() {
		text += ", next " + next.In(localZone()).Format("2006-01-02 15:04 MST")
	}
	return text
}

func (a *app) reportShown(planned *plannedEntry, text schedule.Text) error {
	entry := &planned.entry
	next := entry.Timing.Next(entry.Now, entry.Zone)
	if a.flags.json {
		wire := wireOfText(text)
		wire.System, wire.Name = string(entry.System), entry.Name()
		wire.timed(entry.Timing, next)
		for _, name := range planned.secrets {
			wire.Secrets = append(wire.Secrets, scheduleKey{Name: name})
		}
		return a.scheduleDocument(wire)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "### %s %s: %s\n", entry.System.Title(), entry.Name(), when(entry.Timing, next))
	if len(text.Prepare) > 0 {
		fmt.Fprintf(&b, "\n### once, so that the run gets its secrets; each value is asked for\n%s\n", strings.Join(text.Prepare, "\n"))
	}
	for _, file := range text.Files {
		title := report.Plain(file.Path)
		switch {
		case file.UTF16:
			title += ", saved as UTF-16 with a byte order mark"
		case file.Path == "":
			title = "lines for the crontab"
		}
		fmt.Fprintf(&b, "\n### %s\n%s", title, file.Text)
	}
	fmt.Fprintf(&b, "\n### then\n%s\n", strings.Join(text.Commands, "\n"))
	b.WriteString("\n### or: cwsync schedule add" + profileFlag(entry.Profile) + " does all of this and proves that the secrets are there\n")
	for _, note := range text.Notes {
		b.WriteString("### note: " + note + "\n")
	}
	for _, warning := range text.Warnings {
		b.WriteString("### warning: " + warning + "\n")
	}
	_, err := a.out.Write([]byte(b.String()))
	return err
}

func (a *app) reportAdded(planned *plannedEntry, text schedule.Text, found []report.Secret) error {
	entry := &planned.entry
	next := entry.Timing.Next(entry.Now, entry.Zone)
	if a.flags.json {
		wire := wireOfText(text)
		wire.System, wire.Name, wire.Installed, wire.Enabled, wire.Changed = string(entry.System), entry.Name(), true, true, true
		wire.timed(entry.Timing, next)
		for _, secret := range found {
			wire.Secrets = append(wire.Secrets, scheduleKey{secret.Name, secret.From})
		}
		return a.scheduleDocument(wire)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "added: %s %s, %s\n", entry.System.Title(), entry.Name(), when(entry.Timing, next))
	for _, secret := range found {
		fmt.Fprintf(&b, "%-28s found in the %s, as the scheduler runs it\n", secret.Name, secret.From)
	}
	for _, warning := range text.Warnings {
		b.WriteString("warning: " + report.Plain(warning) + "\n")
	}
	_, err := a.out.Write([]byte(b.String()))
	return err
}

// sessionWarnings say what works while somebody is logged in and not later.
func (a *app) sessionWarnings(entry *schedule.Entry, found []report.Secret) []string {
	var warnings []string
	keyring := slices.ContainsFunc(found, func(s report.Secret) bool { return s.From == string(secret.OriginKeyring) })
	if keyring && (entry.System == schedule.Systemd || entry.System == schedule.Cron) {
		warnings = append(warnings, "the keyring that has the secrets is open while you are logged in; a run at another time does not find them: systemd credentials or --credentials FILE do not depend on it")
	}
	if entry.System == schedule.Systemd && !entry.Machine {
		if _, name := homeAndName(); !a.lingers(name) {
			warnings = append(warnings, "the timer runs while you are logged in; `loginctl enable-linger` lets it run at any time")
		}
	}
	return warnings
}

// lingers tells whether systemd keeps a user's timers running without a login.
func (a *app) lingers(name string) bool {
	_, err := os.Stat(filepath.Join(a.machine.top, "var", "lib", "systemd", "linger", name))
	return err == nil
}

func (a *app) reportState(state schedule.State, run *store.RunSummary) error {
	if a.flags.json {
		return a.scheduleDocument(stateWire(state, run))
	}
	var b strings.Builder
	switch {
	case !state.Present:
		fmt.Fprintf(&b, "profile %s has no entry on this machine; `cwsync schedule add%s` makes one\n", a.flags.profile, profileFlag(a.flags.profile))
	default:
		fmt.Fprintf(&b, "%s %s: %s\n", state.System.Title(), state.Name, when(state.Timing, state.Next))
	}
	if state.Problem != "" {
		b.WriteString("problem: " + report.Plain(state.Problem) + "\n")
	}
	if state.LastExit != nil {
		fmt.Fprintf(&b, "the last run that it started ended with exit code %d\n", *state.LastExit)
	}
	if run != nil {
		ended := "exit code " + exitText(*run)
		if exitText(*run) == "" {
			ended = "it never finished"
		}
		fmt.Fprintf(&b, "last run of the history: %s, started %s UTC, %s\n", run.ID, run.Started.UTC().Format("2006-01-02 15:04"), ended)
	}
	_, err := a.out.Write([]byte(b.String()))
	return err
}

func stateWire(state schedule.State, run *store.RunSummary) scheduleWire {
	wire := scheduleWire{System: string(state.System), Name: state.Name, Installed: state.Present, Enabled: state.Enabled, LastExit: state.LastExit, Problem: state.Problem}
	if state.Present {
		wire.timed(state.Timing, state.Next)
	}
	for _, path := range state.Files {
		wire.Files = append(wire.Files, scheduleFile{Path: path})
	}
	if run != nil {
		wire.LastRun = &scheduleRun{RunID: run.ID, Started: run.Started.UTC().Format(time.RFC3339), ExitCode: run.ExitCode}
		if run.ExitCode == store.Unfinished {
			wire.LastRun.ExitCode = syncer.ExitFailed
			if run.Counts.Unknown > 0 {
				wire.LastRun.ExitCode = syncer.ExitUnknown
			}
		}
	}
	return wire
}

func (a *app) reportRemoved(state schedule.State, removed bool) error {
	if a.flags.json {
		wire := stateWire(state, nil)
		wire.Installed, wire.Enabled, wire.Next, wire.Changed = wire.Installed && !removed, wire.Enabled && !removed, "", removed
		return a.scheduleDocument(wire)
	}
	text := fmt.Sprintf("profile %s has no entry on this machine; nothing was changed\n", a.flags.profile)
	if removed {
		text = fmt.Sprintf("removed: %s %s\n", state.System.Title(), state.Name)
	}
	if state.Problem != "" && !removed {
		text += "problem: " + report.Plain(state.Problem) + "\n"
	}
	_, err := a.out.Write([]byte(text))
	return err
}
