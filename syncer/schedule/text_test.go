package schedule

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"
)

// shown is an entry as one text.
func shown(t *testing.T, entry *Entry) string {
	t.Helper()
	text, err := entry.Text()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, file := range text.Files {
		b.WriteString("== " + file.Path + "\n" + file.Text)
	}
	for _, part := range []struct {
		title string
		lines []string
	}{{"prepare", text.Prepare}, {"commands", text.Commands}, {"notes", text.Notes}, {"warnings", text.Warnings}} {
		b.WriteString("== " + part.title + "\n")
		for _, line := range part.lines {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

func TestTexts(t *testing.T) {
	for _, system := range Systems() {
		for _, v := range variants() {
			t.Run(string(system)+"/"+v.name, func(t *testing.T) {
				entry := ordinary(t, system)
				v.apply(entry)
				golden.RequireEqual(t, shown(t, entry))
			})
		}
	}
	for _, v := range variants() {
		t.Run("systemd-machine/"+v.name, func(t *testing.T) {
			entry := ordinary(t, Systemd)
			wholeMachine(entry)
			v.apply(entry)
			golden.RequireEqual(t, shown(t, entry))
		})
	}
}

func TestEveryEntrySaysWhoseItIs(t *testing.T) {
	for _, system := range Systems() {
		for _, v := range variants() {
			entry := ordinary(t, system)
			v.apply(entry)
			text, err := entry.Text()
			if err != nil {
				t.Fatal(err)
			}
			for _, file := range text.Files {
				profile, timing, ok := ReadMark(string(file.Bytes()))
				if !ok || profile != entry.Profile || timing != entry.Timing {
					t.Errorf("%s/%s: %s is read as %q %+v %t", system, v.name, file.Path, profile, timing, ok)
				}
			}
		}
	}
	for _, text := range []string{"", "cwsync-schedule", "cwsync-schedule profile=a at=25:00 zone=utc every=4h", "cwsync-schedule profile=a at=06:00 zone=utc every=7h",
		"cwsync-schedule profile=a at=06:00 zone=utc every=hh"} {
		if _, _, ok := ReadMark(text); ok {
			t.Errorf("%q is taken for ours", text)
		}
	}
}

func TestWhatNoEntryCanHoldIsRefused(t *testing.T) {
	for name, spoil := range map[string]func(*Entry){
		"a line break in the program":     func(e *Entry) { e.Program += "\nrm" },
		"a line break in an argument":     func(e *Entry) { e.Arguments[1] += "\n* * * * * rm" },
		"a NUL in a folder":               func(e *Entry) { e.Writable = []string{"/a\x00b"} },
		"a line break in a credential":    func(e *Entry) { e.Credentials = []Credential{{"a", "/a\nb"}} },
		"a path that is no text":          func(e *Entry) { e.Program = "/\xff" },
		"a path that is no XML":           func(e *Entry) { e.Program = "/\uffff" },
		"a percent sign that ends a line": func(e *Entry) { e.System, e.Arguments[1] = Cron, `/a\%b` },
		"a quote in systemd's program":    func(e *Entry) { e.System, e.Program = Systemd, `/it's/cwsync` },
		"a path too long for Windows":     func(e *Entry) { e.System, e.Program = Windows, `C:\`+strings.Repeat("n", 258) },
		"a time that does not divide":     func(e *Entry) { e.Timing.Every = 7 * 3600e9 },
		"a scheduler that nobody knows":   func(e *Entry) { e.System = "at" },
		"a control character of Unicode":  func(e *Entry) { e.Log = "/a\u009bb" },
		"a line break in the user's name": func(e *Entry) { e.User = "a\nb" },
	} {
		t.Run(name, func(t *testing.T) {
			for _, system := range Systems() {
				entry := ordinary(t, system)
				if spoil(entry); entry.System != system && system != Cron {
					continue
				}
				if text, err := entry.Text(); err == nil {
					t.Errorf("%s: %+v", system, text)
				}
			}
		})
	}
}

func TestSystems(t *testing.T) {
	for _, system := range Systems() {
		if got, err := ParseSystem(string(system)); err != nil || got != system || system.Title() == string(system) {
			t.Errorf("%s: %s, %v, %s", system, got, err, system.Title())
		}
	}
	if _, err := ParseSystem("at"); err == nil || !strings.Contains(err.Error(), "systemd, cron, launchd, windows") {
		t.Error(err)
	}
}
