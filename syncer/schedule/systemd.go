package schedule

import (
	"path"
	"strings"
)

// setting is a line of a unit's [Service]: what a run may do. Its words are not escaped yet.
type setting struct {
	key   string
	words []string
}

// systemd writes a service and the timer that starts it.
func (e *Entry) systemd() Text {
	name := e.Name()
	text := Text{Files: []File{
		{Path: path.Join(e.Folder, name+".service"), Text: e.service()},
		{Path: path.Join(e.Folder, name+".timer"), Text: e.timer()},
	}}
	control := "systemctl --user"
	if e.Machine {
		control = "systemctl"
	}
	text.Commands = []string{control + " daemon-reload", control + " enable " + name + ".timer", control + " restart " + name + ".timer"}
	if len(e.Credentials) > 0 {
		text.Prepare = e.encryption()
	}
	text.Notes = []string{"exit code 5 (lines are held, all else is applied) is no failure of the unit; every other code but 0 is, and `systemctl --failed` lists it",
		"what a run says is in the journal: " + strings.Replace(control, "systemctl", "journalctl", 1) + " -u " + name + ".service"}
	if e.Machine {
		text.Notes = append(text.Notes, "the run may write to the folder of the database and of a textfile alert and nowhere else; a program that a source runs is bound by that too")
	} else {
		text.Notes = append(text.Notes, "a user's timer runs while the user is logged in; `loginctl enable-linger` lets it run at any time")
	}
	return text
}

// encryption are the commands that encrypt each secret; the value is asked for and is in no argument.
func (e *Entry) encryption() []string {
	scope := ""
	if !e.Machine {
		scope = "--user "
	}
	commands := []string{"mkdir -p -m 0700 " + shellWord(path.Dir(e.Credentials[0].Path))}
	for _, credential := range e.Credentials {
		commands = append(commands, "systemd-ask-password -n "+credential.ID+" | systemd-creds encrypt "+scope+"--name="+credential.ID+" - "+shellWord(credential.Path))
	}
	return commands
}

func (e *Entry) service() string {
	var b strings.Builder
	b.WriteString("# " + mark(e.Profile, e.Timing) + "\n# Written by `cwsync schedule add`, which replaces it; `cwsync schedule remove` takes it away.\n\n")
	b.WriteString("[Unit]\nDescription=cwsync carries usage into ConnectWise for profile " + e.Profile + "\n")
	if e.Machine { // the manager of a user knows no such target
		b.WriteString("Wants=network-online.target\nAfter=network-online.target\n")
	}
	b.WriteString("\n[Service]\nType=oneshot\nExecStart=" + unitWord(e.Program, "") + " " + e.unitArguments() + "\n")
	b.WriteString("# a run waits for ConnectWise and for another run of this profile; after this time it hangs\nTimeoutStartSec=2h\n")
	b.WriteString("# 5: lines are held for a person, all else is applied; alerts and the history tell of them\nSuccessExitStatus=5\n")
	for _, s := range e.settings() {
		words := make([]string, len(s.words))
		for i, word := range s.words {
			words[i] = unitWord(word, "")
		}
		b.WriteString(s.key + "=" + strings.Join(words, " ") + "\n")
	}
	for _, c := range e.Credentials { // the rest of the line after the colon is the path, without quotes
		b.WriteString("LoadCredentialEncrypted=" + c.ID + ":" + strings.ReplaceAll(c.Path, "%", "%%") + "\n")
	}
	return b.String()
}

func (e *Entry) unitArguments() string {
	words := make([]string, 0, len(e.Arguments)+3)
	for _, word := range e.command()[1:] {
		words = append(words, unitWord(word, "$"))
	}
	return strings.Join(words, " ")
}

// unitWord quotes a word of a unit file. A percent sign starts a specifier everywhere; more holds what else is to be doubled there.
func unitWord(text, more string) string {
	for _, doubled := range "%" + more {
		text = strings.ReplaceAll(text, string(doubled), string([]rune{doubled, doubled}))
	}
	plain := strings.NewReplacer("%", "", "$", "", "~", "").Replace(text)
	if text != "" && !strings.ContainsFunc(plain, special) {
		return text
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

// settings are what the unit lets a run do. The manager of a user cannot restrict what a run sees of the file system on every machine, so
// there it is only what always works.
func (e *Entry) settings() []setting {
	var all []setting
	yes := func(keys ...string) {
		for _, key := range keys {
			all = append(all, setting{key, []string{"yes"}})
		}
	}
	if e.User != "" {
		all = append(all, setting{"User", []string{e.User}})
	}
	all = append(all, setting{"UMask", []string{"0077"}})
	yes("NoNewPrivileges")
	if e.Machine {
		all = append(all, setting{"ProtectSystem", []string{"strict"}}, setting{"ReadWritePaths", e.writable()})
		if e.PrivateTmp {
			yes("PrivateTmp")
		}
		yes("PrivateDevices", "ProtectKernelTunables", "ProtectKernelModules", "ProtectKernelLogs", "ProtectControlGroups", "ProtectClock", "ProtectHostname")
		all = append(all, setting{"CapabilityBoundingSet", []string{"CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH"}}) // root reads usage files of others
	}
	yes("RestrictSUIDSGID", "RestrictRealtime", "RestrictNamespaces", "LockPersonality")
	return append(all, setting{"SystemCallArchitectures", []string{"native"}},
		setting{"RestrictAddressFamilies", []string{"AF_UNIX", "AF_INET", "AF_INET6", "AF_NETLINK"}})
}

// writable are the folders of ReadWritePaths; one that may be absent has a hyphen before it, or the unit would not start.
func (e *Entry) writable() []string {
	folders := make([]string, len(e.Writable))
	for i, folder := range e.Writable {
		if i > 0 {
			folder = "-" + folder
		}
		folders[i] = folder
	}
	return folders
}

// CheckCommand is the command line that runs a program with arguments under the very settings of the entry's unit, waits for it and passes on
// what it says: program is systemd-run.
func (e *Entry) CheckCommand(program string, arguments []string) []string {
	command := []string{program}
	if !e.Machine {
		command = append(command, "--user")
	}
	command = append(command, "--wait", "--pipe", "--collect", "--quiet")
	for _, s := range e.settings() {
		words := make([]string, len(s.words))
		for i, word := range s.words {
			words[i] = strings.ReplaceAll(unitWord(word, ""), "%%", "%") // no file, no specifiers
		}
		command = append(command, "--property="+s.key+"="+strings.Join(words, " "))
	}
	for _, c := range e.Credentials {
		command = append(command, "--property=LoadCredentialEncrypted="+c.ID+":"+c.Path)
	}
	command = append(command, "--", e.Program)
	for _, argument := range arguments {
		command = append(command, strings.ReplaceAll(argument, "$", "$$")) // variables are replaced there too
	}
	return command
}

func (e *Entry) timer() string {
	var b strings.Builder
	b.WriteString("# " + mark(e.Profile, e.Timing) + "\n# Written by `cwsync schedule add`, which replaces it; `cwsync schedule remove` takes it away.\n\n")
	b.WriteString("[Unit]\nDescription=cwsync for profile " + e.Profile + ", " + e.Timing.String() + "\n\n[Timer]\n")
	zone := ""
	if e.Timing.UTC {
		zone = " UTC"
	}
	for _, s := range slots(e.Timing.Clocks()) {
		b.WriteString("OnCalendar=*-*-* " + listed(s.hours, "%02d", ",") + ":" + listed(s.minutes, "%02d", ",") + ":00" + zone + "\n")
	}
	b.WriteString("# a run that was missed while the machine was off is made up for\nPersistent=true\n")
	b.WriteString("# so that not every machine asks ConnectWise in the same second\nRandomizedDelaySec=2m\n\n[Install]\nWantedBy=timers.target\n")
	return b.String()
}
