package main

import (
	"context"
	"encoding/json"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/schedule"
	"cwsync/syncer/setup"
	"cwsync/ui/report"
)

// plannedEntry is an entry and what it was made of.
type plannedEntry struct {
	entry   schedule.Entry
	common  []string // the flags that every command of cwsync takes, as the entry gives them
	secrets []string // the names of those that a run of the set-up needs
}

// entryOf makes the entry of the profile for a scheduler; document is its set-up, which may be nil. Its paths are absolute, since a scheduler
// starts the program somewhere else.
func (a *app) entryOf(system schedule.System, timing schedule.Timing, database string, document *setup.Document) (*plannedEntry, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, scheduleFailed("", "find the path of this program: %s", err)
	}
	planned := &plannedEntry{common: []string{"--db", database}, secrets: secretNames(switchedOn(document))}
	if a.flags.credentials != "" {
		path, err := filepath.Abs(a.flags.credentials)
		if err != nil {
			return nil, fileError("--credentials", err)
		}
		planned.common = append(planned.common, "--credentials", path)
	}
	planned.entry = schedule.Entry{
		System: system, Profile: a.flags.profile, Timing: timing, Program: program, Arguments: append(slices.Clone(planned.common), "--lock-wait", "10m"),
		UserID: a.machine.userID, Zone: time.Local, Now: a.now(),
	}
	return planned, a.placeEntry(planned, database, document)
}

// placeEntry says where the files of an entry lie, who runs it and what the run may write.
func (a *app) placeEntry(planned *plannedEntry, database string, document *setup.Document) error {
	entry := &planned.entry
	var err error
	switch entry.System {
	case schedule.Systemd:
		entry.Machine = a.machine.whole()
		entry.Writable = append([]string{filepath.Dir(database)}, foldersOfAlerts(document)...)
		entry.PrivateTmp = !anyIn(a.temporaryFolders(), append(pathsOf(document), append(entry.Writable, planned.common...)...), entry.Program)
		if entry.Machine {
			entry.User = ownerOf(database) // files of root beside another's database would lock that one out
		}
		entry.Folder, err = a.unitFolder()
	case schedule.Launchd:
		entry.Machine = a.machine.whole()
		entry.Folder, entry.Log, err = a.launchdFolders()
		entry.Log = filepath.Join(entry.Log, entry.Name()+".log")
	case schedule.Windows:
		var current *user.User
		if current, err = user.Current(); err == nil {
			entry.User = current.Username
		}
	case schedule.Cron:
	}
	if err != nil {
		return scheduleFailed("", "find where the files of %s lie: %s", entry.System, err)
	}
	return nil
}

// foldersOfAlerts are those that an alert writes a file to.
func foldersOfAlerts(document *setup.Document) []string {
	var folders []string
	if document == nil {
		return nil
	}
	for _, alert := range document.Alerts {
		if path, ok := alert.Options["path"].(string); ok && filepath.IsAbs(path) {
			folders = append(folders, filepath.Dir(path))
		}
	}
	slices.Sort(folders)
	return slices.Compact(folders)
}

// pathsOf are the texts of a set-up that may be paths of what a run reads.
func pathsOf(document *setup.Document) []string {
	if document == nil {
		return nil
	}
	paths := []string{document.Connection.CAFile}
	for i := range document.Sources {
		paths = append(paths, textsIn(document.Sources[i].Options)...)
	}
	return paths
}

// textsIn are all texts of an option, in lists and maps too.
func textsIn(value any) []string {
	var texts []string
	switch v := value.(type) {
	case string:
		texts = append(texts, v)
	case []string:
		texts = append(texts, v...)
	case []any:
		for _, element := range v {
			texts = append(texts, textsIn(element)...)
		}
	case map[string]any:
		for _, element := range v {
			texts = append(texts, textsIn(element)...)
		}
	}
	return texts
}

// temporaryFolders are those that a unit with PrivateTmp sees empty.
func (a *app) temporaryFolders() []string {
	return []string{filepath.Join(a.machine.top, "tmp"), filepath.Join(a.machine.top, "var", "tmp"), "/tmp", "/var/tmp"}
}

func anyIn(folders, paths []string, more ...string) bool {
	for _, path := range append(paths, more...) {
		for _, folder := range folders {
			if path == folder || strings.HasPrefix(path, folder+string(filepath.Separator)) {
				return true
			}
		}
	}
	return false
}

// The first versions of systemd that hand encrypted secrets to services of the system and of a user.
const (
	systemCredentials = 250
	userCredentials   = 256
)

// credentialsOf are the encrypted files that the entry's unit loads: those of the needed secrets that are wanted. Where a file with all secrets is
// given, or systemd is too old for them, there are none.
func (a *app) credentialsOf(ctx context.Context, planned *plannedEntry, wanted func(path string) bool) []schedule.Credential {
	entry := &planned.entry
	if entry.System != schedule.Systemd || a.flags.credentials != "" {
		return nil
	}
	version := a.systemdVersion(ctx)
	if version == 0 {
		version = systemCredentials // it is to be shown for another machine
	}
	folder := filepath.Join(a.machine.top, "etc", "credstore.encrypted")
	if !entry.Machine {
		config, err := os.UserConfigDir()
		if err != nil || version < userCredentials {
			return nil
		}
		folder = filepath.Join(config, "credstore.encrypted")
	}
	if version < systemCredentials {
		return nil
	}
	var found []schedule.Credential
	for _, name := range planned.secrets {
		id := schedule.CredentialID(entry.Profile, name)
		if path := filepath.Join(folder, id); wanted(path) {
			found = append(found, schedule.Credential{ID: id, Path: path})
		}
	}
	return found
}

// prove runs the program as the scheduler would and asks it for the secrets. It fails with exit code 12 where one is not found.
func (a *app) prove(ctx context.Context, with scheduler, planned *plannedEntry) ([]report.Secret, error) {
	arguments := append([]string{"secret", "list", "--json", "--profile", planned.entry.Profile}, planned.common...)
	result, err := with.try(ctx, &planned.entry, arguments)
	if err != nil {
		return nil, err
	}
	var answer struct {
		Kind    string `json:"kind"`
		Exit    int    `json:"exit_code"`
		Secrets []struct {
			Name string `json:"name"`
			From string `json:"from"`
		} `json:"secrets"`
		Error struct {
			Message string `json:"message"`
			Hint    string `json:"hint"`
		} `json:"error"`
	}
	if json.Unmarshal([]byte(result.out), &answer) != nil || answer.Kind != string(report.KindSecrets) && answer.Kind != string(report.KindError) {
		return nil, notProven(&planned.entry, result)
	}
	if answer.Kind == string(report.KindError) {
		return nil, &syncer.Stop{Exit: answer.Exit, Problem: syncer.Problem{Code: "schedule_check", Hint: answer.Error.Hint,
			Message: "run by " + string(planned.entry.System) + ", cwsync fails, and nothing was installed: " + answer.Error.Message}}
	}
	var found []report.Secret
	var missing []string
	for _, secret := range answer.Secrets {
		if !slices.Contains(planned.secrets, secret.Name) {
			continue // of a source that is switched off
		}
		found = append(found, report.Secret{Name: secret.Name, From: secret.From})
		if secret.From == "" {
			missing = append(missing, secret.Name)
		}
	}
	if len(missing) > 0 {
		return nil, a.missingSecrets(ctx, planned, missing)
	}
	return found, nil
}

// exitCredentials is the exit code of a unit whose credentials systemd could not load.
const exitCredentials = 243

// notProven says that the check itself could not be run.
func notProven(entry *schedule.Entry, result ran) *syncer.Stop {
	stop := scheduleFailed("", "the check of the secrets could not be run as the scheduler would run it, and nothing was installed: exit code %d, %s", result.code, result.why())
	if entry.System == schedule.Systemd && !entry.Machine {
		stop.Problem.Hint = "the systemd of a user needs that user to be logged in; as root `cwsync schedule add` makes a timer of the whole machine, and --for cron needs no login"
	}
	if result.code == exitCredentials {
		stop.Exit, stop.Problem.Code = syncer.ExitCredentials, "credentials"
		stop.Problem.Message = "systemd cannot decrypt the secrets that it is to hand over, and nothing was installed: " + result.why()
		stop.Problem.Hint = "encrypt them again on this machine; `cwsync schedule show` has the commands"
	}
	return stop
}

// missingSecrets names the secrets that a run would not find, and where to put them for this scheduler.
func (a *app) missingSecrets(ctx context.Context, planned *plannedEntry, missing []string) *syncer.Stop {
	entry := &planned.entry
	elsewhere := "put them into a file for --credentials FILE, as lines `NAME: VALUE`, readable by its owner alone, and name it here as well: the entry passes it on"
	hint := elsewhere
	switch {
	case entry.System == schedule.Systemd && a.flags.credentials == "" && len(a.credentialsOf(ctx, planned, func(string) bool { return true })) > 0:
		hint = "encrypt them for systemd with the commands of `cwsync schedule show" + profileFlag(entry.Profile) + "`, or " + elsewhere
	case entry.System == schedule.Windows || entry.System == schedule.Launchd:
		hint = "`cwsync secret set NAME" + profileFlag(entry.Profile) + "` puts each into the keyring of this user, or " + elsewhere
	}
	return &syncer.Stop{Exit: syncer.ExitCredentials, Problem: syncer.Problem{Code: "credentials", Hint: hint,
		Message: "run by " + string(entry.System) + ", cwsync does not find " + strings.Join(missing, ", ") + ", and nothing was installed"}}
}

// profileFlag is the --profile that a command needs to mean this profile.
func profileFlag(profile string) string {
	if profile == defaultProfile {
		return ""
	}
	return " --profile " + profile
}
