package schedule

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// maxCommand is the most characters of a program's path in a task.
const maxCommand = 260

// windows writes a task for `schtasks /Create /XML`.
func (e *Entry) windows() (Text, error) {
	if utf8.RuneCountInString(e.Program) > maxCommand {
		return Text{}, fmt.Errorf("the Task Scheduler takes a program's path of at most %d characters: move cwsync to another folder", maxCommand)
	}
	file := e.Name() + ".xml"
	if e.Folder != "" {
		file = strings.TrimRight(e.Folder, `\/`) + `\` + file
	}
	text := Text{
		Files:    []File{{Path: file, Text: e.task(), UTF16: true}},
		Commands: []string{WindowsWords("schtasks", "/Create", "/TN", e.Name(), "/XML", file, "/RU", e.User, "/RP", "*", "/F")},
		Notes: []string{"schtasks asks for the Windows password of the user, which the task needs to run without a login and to reach the network and the user's Credential Manager",
			"when that password changes, add the task again", "a run that was missed while the machine was off is made up for"},
	}
	if strings.Count(strings.Join(e.command(), " "), "%") > 1 {
		text.Warnings = append(text.Warnings, "a path holds two percent signs: the Task Scheduler takes what is between them for the name of a variable, if there is one of that name")
	}
	return text, nil
}

// task is the definition of the task. The order of the elements is that of the schema.
func (e *Entry) task() string {
	zone, suffix := e.zone(), ""
	if e.Timing.UTC {
		zone, suffix = time.UTC, "Z" // without it the time follows the machine's clock
	}
	repetition := ""
	if e.Timing.Period() < day {
		repetition = "      <Repetition>\n        <Interval>" + isoSpan(e.Timing.Every) + "</Interval>\n        <Duration>P1D</Duration>\n        <StopAtDurationEnd>false</StopAtDurationEnd>\n      </Repetition>\n"
	}
	return `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.3" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Author>` + xmlText(e.User) + `</Author>
    <Description>Carries usage into ConnectWise. Written by "cwsync schedule add"; "cwsync schedule remove" takes it away. ` + mark(e.Profile, e.Timing) + `</Description>
  </RegistrationInfo>
  <Triggers>
    <CalendarTrigger>
      <Enabled>true</Enabled>
      <StartBoundary>` + e.first(zone).Format("2006-01-02T15:04:05") + suffix + `</StartBoundary>
` + repetition + `      <RandomDelay>PT2M</RandomDelay>
      <ScheduleByDay>
        <DaysInterval>1</DaysInterval>
      </ScheduleByDay>
    </CalendarTrigger>
  </Triggers>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <RunOnlyIfNetworkAvailable>true</RunOnlyIfNetworkAvailable>
    <Enabled>true</Enabled>
    <ExecutionTimeLimit>PT2H</ExecutionTimeLimit>
  </Settings>
  <Principals>
    <Principal id="Author">
      <UserId>` + xmlText(e.User) + `</UserId>
      <LogonType>Password</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Actions Context="Author">
    <Exec>
      <Command>` + xmlText(e.Program) + `</Command>
      <Arguments>` + xmlText(WindowsWords(e.command()[1:]...)) + `</Arguments>
    </Exec>
  </Actions>
</Task>
`
}

// first is the first run. It lies ahead, since the Task Scheduler may make up at once for one that it takes to be missed, and never at a time that
// the clocks leave out, since all later runs are told from it.
func (e *Entry) first(zone *time.Location) time.Time {
	run := e.Timing.Next(e.Now, zone)
	for !slices.Contains(e.Timing.Clocks(), Clock(run.Hour()*60+run.Minute())) {
		run = e.Timing.Next(run, zone)
	}
	return run
}

// isoSpan is a span of whole minutes as XML writes it: PT4H, PT1H30M.
func isoSpan(d time.Duration) string {
	text := "PT"
	if hours := int(d / time.Hour); hours > 0 {
		text += fmt.Sprintf("%dH", hours)
	}
	if minutes := int(d % time.Hour / time.Minute); minutes > 0 {
		text += fmt.Sprintf("%dM", minutes)
	}
	return text
}

// WindowsWords is a command line that Windows programs read as these words.
func WindowsWords(words ...string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = windowsWord(word)
	}
	return strings.Join(quoted, " ")
}

// windowsWord quotes a word: backslashes count only before a quote.
func windowsWord(word string) string {
	if word != "" && !strings.ContainsAny(word, " \t\"") {
		return word
	}
	var b strings.Builder
	b.WriteByte('"')
	slashes := 0
	for _, r := range word {
		switch r {
		case '\\':
			slashes++
		case '"':
			b.WriteString(strings.Repeat(`\`, slashes+1))
			slashes = 0
		default:
			slashes = 0
		}
		b.WriteRune(r)
	}
	b.WriteString(strings.Repeat(`\`, slashes))
	b.WriteByte('"')
	return b.String()
}
