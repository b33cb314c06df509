package schedule

import (
	"fmt"
	"path"
	"strconv"
	"strings"
)

// launchd writes a property list. launchd knows local time alone.
func (e *Entry) launchd() Text {
	clocks := e.Timing.Clocks()
	var text Text
	if e.Timing.UTC {
		_, seconds := e.Now.In(e.zone()).Zone()
		clocks = shifted(clocks, seconds/60)
		if e.guarded() {
			text.Warnings = append(text.Warnings, fmt.Sprintf("launchd counts in local time: %s UTC is %s here now and an hour off after the clocks change; `cwsync schedule add` puts it right then",
				e.Timing.At, shifted([]Clock{e.Timing.At}, seconds/60)[0]))
		}
	}
	file := path.Join(e.Folder, e.Name()+".plist")
	domain := "gui/" + strconv.Itoa(e.UserID)
	if e.Machine {
		domain = "system"
	}
	text.Files = []File{{Path: file, Text: e.plist(clocks)}}
	text.Commands = []string{"launchctl bootstrap " + domain + " " + shellWord(file)}
	text.Notes = []string{"a run that was missed while the Mac slept is made up for when it wakes; what was missed while it was off is not"}
	if !e.Machine {
		text.Notes = append(text.Notes, "it runs while you are logged in; the Keychain is open then")
	}
	return text
}

// Domain is where launchd keeps the entry, and target what launchctl calls it there.
func (e *Entry) Domain() (domain, target string) {
	domain = "gui/" + strconv.Itoa(e.UserID)
	if e.Machine {
		domain = "system"
	}
	return domain, domain + "/" + e.Name()
}

func (e *Entry) plist(clocks []Clock) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- ` + mark(dotted(e.Profile), e.Timing) + ` -->
<!-- Written by "cwsync schedule add", which replaces it; "cwsync schedule remove" takes it away. -->
<plist version="1.0">
<dict>
`)
	key := func(name, value string) { b.WriteString("\t<key>" + name + "</key>\n\t" + value + "\n") }
	key("Label", "<string>"+xmlText(e.Name())+"</string>")
	var words strings.Builder
	for _, word := range e.command() {
		words.WriteString("\t\t<string>" + xmlText(word) + "</string>\n")
	}
	key("ProgramArguments", "<array>\n"+words.String()+"\t</array>")
	var times strings.Builder
	for _, clock := range clocks {
		fmt.Fprintf(&times, "\t\t<dict>\n\t\t\t<key>Hour</key>\n\t\t\t<integer>%d</integer>\n\t\t\t<key>Minute</key>\n\t\t\t<integer>%d</integer>\n\t\t</dict>\n", clock/60, clock%60)
	}
	key("StartCalendarInterval", "<array>\n"+times.String()+"\t</array>")
	key("RunAtLoad", "<false/>")
	key("ProcessType", "<string>Background</string>")
	key("Umask", "<integer>63</integer>") // 0077
	key("StandardOutPath", "<string>/dev/null</string>")
	key("StandardErrorPath", "<string>"+xmlText(e.Log)+"</string>")
	b.WriteString("</dict>\n</plist>\n")
	return b.String()
}

var xmlEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

// xmlText is text within an element; control characters were refused before.
func xmlText(text string) string { return xmlEscapes.Replace(text) }
