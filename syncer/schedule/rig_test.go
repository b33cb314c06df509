package schedule

import (
	"testing"
	"time"
)

// berlin is a zone whose clocks move; 2026-11-22 is in its winter.
func berlin(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func noon() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

// ordinary is an entry of a machine in Berlin, as `cwsync schedule add` makes it.
func ordinary(t *testing.T, system System) *Entry {
	t.Helper()
	entry := &Entry{
		System: system, Profile: "default", Timing: Timing{At: 6 * 60}, Program: "/usr/local/bin/cwsync",
		Arguments: []string{"--db", "/home/ada/.config/cwsync/cwsync.db", "--lock-wait", "10m"}, Zone: berlin(t), Now: noon(),
	}
	switch system {
	case Systemd:
		entry.Folder = "/home/ada/.config/systemd/user"
	case Launchd:
		entry.Program, entry.Folder, entry.UserID = "/usr/local/bin/cwsync", "/Users/ada/Library/LaunchAgents", 501
		entry.Arguments[1], entry.Log = "/Users/ada/Library/Application Support/cwsync/cwsync.db", "/Users/ada/Library/Logs/cwsync-default.log"
	case Windows:
		entry.Program, entry.User = `C:\Program Files\cwsync\cwsync.exe`, `CONTOSO\ada`
		entry.Arguments[1] = `C:\Users\ada\AppData\Roaming\cwsync\cwsync.db`
	case Cron:
	}
	return entry
}

// wholeMachine makes a systemd entry one of the system.
func wholeMachine(entry *Entry) {
	entry.Machine, entry.Folder, entry.PrivateTmp = true, "/etc/systemd/system", true
	entry.Writable = []string{"/root/.config/cwsync", "/var/lib/node_exporter"}
	for _, name := range []string{"connection.public_key", "connection.private_key"} {
		id := CredentialID(entry.Profile, name)
		entry.Credentials = append(entry.Credentials, Credential{ID: id, Path: "/etc/credstore.encrypted/" + id})
	}
}

// variant is one way in which entries differ.
type variant struct {
	name  string
	apply func(*Entry)
}

func variants() []variant {
	return []variant{
		{"at", func(*Entry) {}},
		{"utc", func(e *Entry) { e.Timing.UTC = true }},
		{"every", func(e *Entry) { e.Timing.Every = 4 * time.Hour }},
		{"uneven", func(e *Entry) { e.Timing = Timing{At: 6*60 + 10, Every: 90 * time.Minute, UTC: true} }},
		{"profile", func(e *Entry) { e.Profile = "contoso--msp_2" }},
		{"odd-paths", func(e *Entry) {
			folder, slash := "/opt/my 100%h tools & more", "/"
			if e.System == Windows {
				folder, slash = `D:\my 100%h tools & more`, `\`
			}
			e.Program = folder + slash + "cwsync"
			e.Arguments = []string{"--db", folder + slash + `it's $HOME`, "--credentials", folder + slash, "--lock-wait", "10m"}
			if e.Machine {
				e.Writable = []string{folder}
			}
		}},
	}
}
