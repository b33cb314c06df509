package report

import (
	"io"
	"strings"
	"time"

	"cwsync/ui/theme"
)

// Doctor is what an examination found.
type Doctor struct {
	Profile  string
	At       time.Time // when it began
	ExitCode int
	Checks   []Check // those of one group beside one another
}

// Check is one thing that was looked at.
type Check struct {
	Name     string
	Group    string // machine, secrets, connection, rights, mappings, sources, runs, alerts
	Status   string // ok, warn, fail, skip
	Detail   string
	Findings []string // each thing that is wrong, where that is more than one
	Hint     string   // what to do about it; may be empty
	Right    *Right   // of a check of a right; else nil
	Exit     int      // exit code that the check asks for; 0: none
}

// Right is a right of a security role in the words of ConnectWise's screens.
type Right struct {
	Module   string
	Function string
	Level    string // Inquire All
}

// stoppedExit is the exit code of a check that was left out because somebody stopped.
const stoppedExit = 130

// stopped reports whether the check was left out because somebody stopped.
func (c *Check) stopped() bool { return c.Status == "skip" && c.Exit == stoppedExit }

// mark is the sign of a check and its colour; the signs alone tell the ends apart.
func (c *Check) mark() mark {
	switch c.Status {
	case "ok":
		return mark{theme.SignDone, "", theme.Done}
	case "warn":
		return mark{theme.SignHeld, "", theme.Attention}
	case "fail":
		return mark{theme.SignWrong, "", theme.Wrong}
	}
	return mark{theme.SignSkipped, "", theme.Dim}
}

// groupTitle is what stands above the checks of a group.
func groupTitle(group string) string {
	switch group {
	case "machine":
		return "This machine"
	case "secrets":
		return "Secrets"
	case "connection":
		return "Connection to ConnectWise"
	case "rights":
		return "Rights of the API member"
	case "mappings":
		return "What the set-up points at"
	case "sources":
		return "Sources"
	case "runs":
		return "Runs"
	case "alerts":
		return "Alerts"
	}
	return Plain(group)
}

// mostFindings is how many single findings of a check are shown where nobody asked for all.
const mostFindings = 8

// DoctorText writes an examination for people: the checks by group, each with what to do about it, and how many ended how.
func DoctorText(w io.Writer, d Doctor, options TextOptions) error {
	t := newPage(w, options)
	title := "doctor of profile " + Plain(d.Profile)
	if !d.At.IsZero() {
		title += ", " + moment(d.At)
	}
	t.paragraph(0, theme.Accent, title)
	left := 0
	for rest := d.Checks; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].Group == rest[0].Group {
			n++
		}
		left += t.checkGroup(rest[:n])
		rest = rest[n:]
	}
	if left > 0 {
		t.blank()
		t.line(piece{theme.SignSkipped + " " + Counted(left, "check was", "checks were") + " not done: stopped", theme.Dim})
	}
	t.closing(d.count(left))
	return t.flush()
}

// checkGroup writes the checks of one group, and gives how many it left out because somebody stopped.
func (t *page) checkGroup(checks []Check) (left int) {
	var done []*Check
	column := 0
	for i := range checks {
		if checks[i].stopped() {
			left++
			continue
		}
		done = append(done, &checks[i])
		if width := cells(Plain(checks[i].Name)); width <= t.width*2/5 {
			column = max(column, width)
		}
	}
	if len(done) == 0 {
		return left
	}
	t.blank()
	t.line(piece{groupTitle(checks[0].Group), theme.Accent})
	for len(done) > 0 {
		n := alike(done)
		if n >= fewestAlike && !t.verbose {
			names := make([]string, n)
			for i := range names {
				names[i] = Plain(done[i].Name)
			}
			t.hanging(rowIndent, theme.SignSkipped+" ", theme.Dim, strings.Join(names, ", ")+": "+Plain(done[0].Detail))
			done = done[n:]
			continue
		}
		t.check(done[0], column)
		done = done[1:]
	}
	return left
}

// fewestAlike is how many checks that say the same are told in one line.
const fewestAlike = 3

// alike is how many of the first checks were left out for one and the same reason.
func alike(checks []*Check) int {
	n := 0
	for n < len(checks) && checks[n].Status == "skip" && checks[n].Hint == "" && checks[n].Detail == checks[0].Detail {
		n++
	}
	return n
}

// check writes one check: its name in a column of this width, and all else behind it.
func (t *page) check(check *Check, column int) {
	m, name := check.mark(), Plain(check.Name)
	role := theme.Normal
	if check.Status == "skip" {
		role = theme.Dim
	}
	hang := rowIndent + 2 + column + gap
	lines := wrap(Plain(check.Detail), t.width-hang)
	lead := piece{padRight(name, column) + spaces(gap), theme.Normal}
	if len(lines) == 0 || cells(name) > column {
		for i, part := range wrap(name, t.width-rowIndent-2) {
			sign := m.sign + " "
			if i > 0 {
				sign = spaces(2)
			}
			t.line(piece{spaces(rowIndent), theme.Normal}, piece{sign, m.role}, piece{part, theme.Normal})
		}
	} else {
		t.line(piece{spaces(rowIndent), theme.Normal}, piece{m.sign + " ", m.role}, lead, piece{lines[0], role})
		lines = lines[1:]
	}
	for _, line := range lines {
		t.line(piece{spaces(hang), theme.Normal}, piece{line, role})
	}
	for i, finding := range check.Findings {
		if i == mostFindings && len(check.Findings) > mostFindings+1 && !t.verbose {
			t.line(piece{spaces(hang) + "and " + Count(len(check.Findings)-i) + " more; -v shows all", theme.Dim})
			break
		}
		t.hanging(hang, "- ", theme.Normal, Plain(finding))
	}
	if check.Hint != "" {
		t.hanging(hang, theme.Arrow+" ", theme.Dim, Plain(check.Hint))
	}
}

// hanging writes a text behind a lead that its further lines are indented by.
func (t *page) hanging(at int, lead string, role theme.Role, text string) {
	for i, line := range wrap(text, t.width-at-cells(lead)) {
		if i > 0 {
			lead = spaces(cells(lead))
		}
		t.line(piece{spaces(at), theme.Normal}, piece{lead + line, role})
	}
}

// count says how many checks ended how; left were left out because somebody stopped.
func (d *Doctor) count(left int) string {
	counts := d.counts()
	counts["skip"] -= left
	var parts []string
	for _, end := range []struct{ status, word string }{{"ok", "well"}, {"fail", "failed"}, {"warn", "to look at"}, {"skip", "not examined"}} {
		if n := counts[end.status]; n > 0 {
			parts = append(parts, Count(n)+" "+end.word)
		}
	}
	return strings.Join(parts, " · ")
}

func (d *Doctor) counts() map[string]int {
	counts := map[string]int{"ok": 0, "warn": 0, "fail": 0, "skip": 0}
	for i := range d.Checks {
		counts[d.Checks[i].Status]++
	}
	return counts
}

type rightWire struct {
	Module   string `json:"module"`
	Function string `json:"function"`
	Level    string `json:"level"`
}

type checkWire struct {
	Name     string     `json:"name"`
	Group    string     `json:"group"`
	Status   string     `json:"status"`
	Detail   string     `json:"detail"`
	Findings []string   `json:"findings"`
	Hint     string     `json:"hint"`
	ExitCode int        `json:"exit_code"`
	Right    *rightWire `json:"right,omitempty"`
}

// DoctorJSON is the document of an examination.
func DoctorJSON(d Doctor) ([]byte, error) {
	wires := make([]checkWire, len(d.Checks))
	for i, check := range d.Checks {
		wires[i] = checkWire{
			Name: check.Name, Group: check.Group, Status: check.Status, Detail: check.Detail, Findings: joined(check.Findings, nil),
			Hint: check.Hint, ExitCode: check.Exit, Right: (*rightWire)(check.Right),
		}
	}
	return DocumentJSON(KindDoctor, d.ExitCode, struct {
		Profile string         `json:"profile"`
		Created string         `json:"created"`
		Summary map[string]int `json:"summary"`
		Checks  []checkWire    `json:"checks"`
	}{d.Profile, timeText(d.At), d.counts(), wires})
}
