package ui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/setup"
	"cwsync/ui/report"
	"cwsync/ui/theme"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// profiles is the screen before the first step where there is more than one profile: which of them it is to be, or a new one.
type profiles struct {
	names []string
	about map[string]profileMsg
	at    int // len(names): a new one
	form  *form
	now   func() time.Time
}

// profileMsg is what the list says of one profile.
type profileMsg struct {
	name       string
	connection setup.Connection
	run        LastRun
	ran        bool
	err        error
}

func newProfiles(names []string, now func() time.Time) *profiles {
	return &profiles{names: names, about: map[string]profileMsg{}, now: now}
}

// look reads what there is to say of a profile.
func (p *profiles) look(ctx context.Context, office Office, name string) tea.Cmd {
	return func() tea.Msg {
		msg := profileMsg{name: name}
		profile, err := office.Open(ctx, name)
		if msg.err = err; err != nil {
			return msg
		}
		document, ok, err := profile.Setups.LoadSetup(ctx)
		if msg.err = err; err != nil {
			return msg
		}
		if ok {
			msg.connection = document.Connection
		}
		msg.run, msg.ran, msg.err = profile.LastRun(ctx)
		return msg
	}
}

// key takes a key or a paste and gives the profile that was chosen, empty while none is.
func (p *profiles) key(msg tea.Msg) string {
	if p.form != nil {
		return p.formKey(msg)
	}
	press, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return ""
	}
	switch press.String() {
	case "up", "k":
		p.at = max(p.at-1, 0)
	case "down", "j":
		p.at = min(p.at+1, len(p.names))
	case "n":
		p.at = len(p.names)
		p.startForm()
	case "enter":
		if p.at < len(p.names) {
			return p.names[p.at]
		}
		p.startForm()
	}
	return ""
}

func (p *profiles) startForm() {
	name := newField("Name", "such as the name of the ConnectWise company", "Letters, digits, - and _. Scripts name it with --profile.")
	p.form = &form{fields: []*field{name}, button: "Make it", editing: true}
}

func (p *profiles) formKey(msg tea.Msg) string {
	press, isKey := msg.(tea.KeyPressMsg)
	if !isKey || press.String() != "enter" {
		p.form.key(msg)
		return ""
	}
	field := p.form.fields[0]
	if field.problem = p.nameProblem(field.text()); field.problem != "" {
		p.form.mark(0, true)
		return ""
	}
	return field.text()
}

// nameProblem says why a text cannot be the name of a new profile; empty when it can.
func (p *profiles) nameProblem(name string) string {
	if name == "" {
		return "a profile needs a name"
	}
	if problem := setup.NameProblem(name); problem != "" {
		return saidOf(name, problem)
	}
	for _, other := range p.names {
		if setup.FoldName(other) == setup.FoldName(name) {
			return saidOf(name, "is too like the profile “"+other+"”: names of environment variables know neither capitals nor hyphens")
		}
	}
	return ""
}

// back closes the form of a new profile; false when there is nothing to close.
func (p *profiles) back() bool {
	if p.form == nil {
		return false
	}
	p.form = nil
	return true
}

func (p *profiles) keys() []key.Binding {
	if p.form != nil {
		return []key.Binding{bind("enter", "make it"), bind("esc", "back")}
	}
	return []key.Binding{bind("enter", "open"), bind("n", "new profile"), bind("↑↓", "move"), bind("?", "help"), bind("q", "leave")}
}

func (p *profiles) view(t theme.Theme, width, height int) string {
	if p.form != nil {
		return "\n" + p.form.view(t, nil, width, height-1)
	}
	names := ansi.StringWidth("New profile")
	for _, name := range p.names {
		names = max(names, ansi.StringWidth(report.Plain(name)))
	}
	names = min(names, width/3)
	var lines []string
	from, to := 0, 0
	for i := range len(p.names) + 1 {
		if i == p.at {
			from = len(lines)
		}
		lines = append(lines, p.row(t, i, names, width)...)
		if i == p.at {
			to = len(lines)
		}
	}
	return "\n" + strings.Join(window(lines, from, to, height-1), "\n")
}

// row is a profile: its name and where it leads, and below that its last run.
func (p *profiles) row(t theme.Theme, i, names, width int) []string {
	mark, role := "  ", theme.Normal
	if i == p.at {
		mark, role = t.Paint(theme.Accent, "▸ "), theme.Accent
	}
	if i == len(p.names) {
		return []string{"", mark + t.Paint(role, "New profile")}
	}
	name := ansi.Truncate(report.Plain(p.names[i]), names, theme.Ellipsis)
	room := max(width-names-7, 1) // two for the mark, two between, two for the sign, one at the end
	cell := func(text string) string { return ansi.Truncate(report.Plain(text), room, theme.Ellipsis) }
	pad := strings.Repeat(" ", names-ansi.StringWidth(name)+2)
	where, run := p.said(t, p.names[i], cell)
	return []string{
		mark + t.Paint(role, name) + pad + where,
		strings.Repeat(" ", names+4) + run,
	}
}

// said is what a profile's two lines say: where it leads, and its last run.
func (p *profiles) said(t theme.Theme, name string, cell func(string) string) (where, run string) {
	about, known := p.about[name]
	switch {
	case !known:
		return t.Paint(theme.Dim, theme.Ellipsis), ""
	case about.err != nil:
		text, _ := explain(about.err)
		return t.Paint(theme.Wrong, cell(theme.SignWrong+" "+text)), ""
	}
	connection := about.connection
	switch {
	case connection.Site == "" && connection.Company == "":
		where = t.Paint(theme.Dim, "not connected yet")
	default:
		where = cell(strings.Trim(connection.Company+" · "+connection.Site, " ·"))
	}
	if !about.ran {
		return where, t.Paint(theme.Dim, "no run yet")
	}
	sign, role := about.run.sign()
	return where, t.Paint(role, sign) + " " + t.Paint(theme.Dim, cell(lastRunText(about.run, p.now())))
}

// sign is how a run ended, and its colour.
func (r LastRun) sign() (sign string, role theme.Role) {
	switch {
	case r.CutOff:
		return theme.SignUnknown, theme.Wrong
	case r.ExitCode == syncer.ExitDone:
		return theme.SignDone, theme.Done
	case slices.Contains([]int{syncer.ExitFailed, syncer.ExitPartial, syncer.ExitUnknown, syncer.ExitStale, syncer.ExitCredentials, syncer.ExitStore, syncer.ExitTryLater}, r.ExitCode):
		return theme.SignWrong, theme.Wrong
	}
	return theme.SignHeld, theme.Attention
}

// pastMoment is a time of day with its day, as people say it: "06:02 today", "06:02 yesterday", "2026-11-19 06:02".
func pastMoment(at, now time.Time) string {
	at = at.In(now.Location())
	switch at.Format(time.DateOnly) {
	case now.Format(time.DateOnly):
		return at.Format("15:04") + " today"
	case now.AddDate(0, 0, -1).Format(time.DateOnly):
		return at.Format("15:04") + " yesterday"
	}
	return at.Format("2006-01-02 15:04")
}

// comingMoment is pastMoment of what is still to come: "today 06:00", "tomorrow 06:00", "2026-11-23 06:00".
func comingMoment(at, now time.Time) string {
	at = at.In(now.Location())
	switch at.Format(time.DateOnly) {
	case now.Format(time.DateOnly):
		return "today " + at.Format("15:04")
	case now.AddDate(0, 0, 1).Format(time.DateOnly):
		return "tomorrow " + at.Format("15:04")
	}
	return at.Format("2006-01-02 15:04")
}

// lastRunText is a run in a line: when it ended and what it did.
func lastRunText(run LastRun, now time.Time) string {
	var parts []string
	for _, count := range []struct {
		n    int
		word string
	}{{run.Counts.Applied, "written"}, {run.Counts.Failed, "failed"}, {run.Counts.Unknown, "unknown"}, {run.Counts.Held, "held"}} {
		if count.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", count.n, count.word))
		}
	}
	switch {
	case run.CutOff:
		parts = append(parts, "never finished")
	case len(parts) == 0:
		parts = []string{lastRunEnd(run.ExitCode)}
	}
	return "last run " + pastMoment(run.Ended, now) + ": " + strings.Join(parts, ", ")
}

// lastRunEnd says how a run ended that came to no line.
func lastRunEnd(code int) string {
	switch code {
	case syncer.ExitDone:
		return "nothing to change"
	case syncer.ExitCredentials:
		return "keys were missing or refused"
	case syncer.ExitTryLater:
		return "ConnectWise or the source was out of reach"
	case syncer.ExitCancelled:
		return "stopped"
	}
	return fmt.Sprintf("ended with exit code %d", code)
}
