package ui

import (
	"strings"

	"cwsync/syncer/setup"
	"cwsync/ui/report"
	"cwsync/ui/theme"
)

// alertsAbout says when alerts go out at all.
const alertsAbout = "Alerts go out after headless runs only: cwsync --sync, apply and undo --yes, also those that a scheduler starts. What is done in this wizard sends none, nor does a dry run."

func (a *alertsPage) view(width, height int) string {
	t := a.desk.theme
	current := a.state.current()
	switch {
	case a.shown == alertsNew:
		return heading(t, "A new alert", "", true, width) + "\n\n" + a.blank.view(t, a.blanks(), []string{alertsAbout}, width, height-2)
	case a.shown == alertsList || current == nil:
		return a.listView(width, height)
	case a.shown == alertsTest:
		return a.testView(current, width, height)
	}
	name, kind := report.Plain(current.Name), report.Plain(current.Kind)
	if known := a.state.kind(current); report.Cells(name)+report.Cells(known.Name+known.Summary)+16 < width {
		kind = known.Name + ": " + known.Summary
	}
	about := []string{"Every change is saved as it is made.", alertsAbout}
	if current == a.state.draft {
		about[0] = "It is in the set-up once it is added; t sends a test before that."
		if _, why := a.state.missing(current); why != "" {
			about = []string{theme.SignUnknown + " " + why}
		}
	}
	return heading(t, "Alert "+name, kind, true, width) + "\n\n" + a.form.view(t, a.settings(), about, width, height-2)
}

// listView lists the alerts, and says more of the marked one below.
func (a *alertsPage) listView(width, height int) string {
	t := a.desk.theme
	all := a.state.all()
	head := heading(t, "What goes out after runs that nobody watches", "", true, width)
	if len(all) == 0 {
		below := paragraph(t, theme.Normal, "", "There are no alerts. n makes one: a message by webhook, chat, mail or service ticket, a ping, or metrics.", width)
		below = append(append(below, ""), paragraph(t, theme.Dim, "", alertsAbout, width)...)
		return head + "\n\n" + strings.Join(below, "\n")
	}
	names, kinds := 0, 0
	for _, one := range all {
		names, kinds = max(names, report.Cells(report.Plain(one.Name))), max(kinds, report.Cells(report.Plain(one.Kind)))
	}
	names, kinds = min(names, max(width/4, 8)), min(kinds, 12)
	room := height - 3
	below := a.below(width, room-min(len(all), max(room/3, 3)))
	list := a.list.view(t, width, max(room-len(below), 2), func(at int, marked bool) string { return a.row(all[at], marked, names, kinds, width) })
	return head + "\n\n" + list + "\n\n" + strings.Join(below, "\n")
}

// below is what stands below the list, in at most height lines if it can: what is least needed gives way.
func (a *alertsPage) below(width, height int) []string {
	about := alertsAbout
	one, left := a.marked(), 0
	for {
		var lines []string
		facts := 0
		if one != nil {
			all := a.facts(one)
			facts = len(all) - left
			lines = append(a.more(one, all[left:], width), "")
		}
		lines = append(lines, paragraph(a.desk.theme, theme.Dim, "", about, width)...)
		switch {
		case len(lines) <= height, about != alertsAbout && facts == 0:
			return lines
		case about == alertsAbout:
			about = "Alerts go out after headless runs only."
		default:
			left++
		}
	}
}

// row is an alert in one line.
func (a *alertsPage) row(one *setup.Alert, marked bool, names, kinds, width int) string {
	t := a.desk.theme
	sign, role, _ := a.standing(one)
	pointer, nameRole := "  ", theme.Normal
	if marked {
		pointer, nameRole = "▸ ", theme.Accent
	}
	const whens, places = 13, 15
	when := a.state.whenSaid(one)
	if one == a.state.draft {
		when = "not added yet"
	}
	text := report.PadRight(report.Shorten(report.Plain(one.Kind), kinds), kinds) + "  " + report.PadRight(report.Shorten(when, whens), whens) + "  "
	text += report.PadRight(report.Shorten(a.place(one), places), places) + "  " + a.lastTest(one)
	name := report.PadRight(report.Shorten(report.Plain(one.Name), names), names)
	return t.Paint(theme.Accent, pointer) + t.Paint(role, sign) + " " + t.Paint(nameRole, name) + "  " + t.Paint(theme.Dim, report.Shorten(text, max(width-names-7, 1)))
}

// place is where the secret of an alert is, in a word or two.
func (a *alertsPage) place(one *setup.Alert) string {
	kind := a.state.kind(one)
	if _, has := kind.SecretField(); kind.Name == "" {
		return ""
	} else if !has {
		return "needs no secret"
	}
	switch at, known := a.secrets[one.Name]; {
	case !known:
		return theme.Ellipsis
	case at.origin == "":
		return "secret missing"
	default:
		return report.Plain(at.origin)
	}
}

// lastTest is how the last test ended, in a few words.
func (a *alertsPage) lastTest(one *setup.Alert) string {
	switch test, known := a.tests[one.Name]; {
	case !known:
		return "not tested"
	case test.Why != "":
		return "test failed"
	default:
		return "test sent"
	}
}

// standing is how an alert does: the sign of it, and what there is to say.
func (a *alertsPage) standing(one *setup.Alert) (sign string, role theme.Role, said string) {
	kind := a.state.kind(one)
	at, looked := a.secrets[one.Name]
	_, has := kind.SecretField()
	test, known := a.tests[one.Name]
	_, why := a.state.missing(one)
	switch {
	case why != "":
		return theme.SignUnknown, theme.Attention, why
	case has && looked && at.origin == "":
		return theme.SignHeld, theme.Attention, "its secret " + alertSecretName(one.Name) + " is nowhere: nothing can be sent"
	case known && test.Why != "":
		return theme.SignWrong, theme.Wrong, "the test of " + pastMoment(test.At, a.desk.now()) + " was not sent: " + test.Why
	case known:
		return theme.SignDone, theme.Done, "the test of " + pastMoment(test.At, a.desk.now()) + " was sent"
	}
	return theme.SignSkipped, theme.Dim, "not tested: t sends a test"
}

// facts are what there is to know of one alert, beside how it does.
func (a *alertsPage) facts(one *setup.Alert) []string {
	var facts []string
	kind := a.state.kind(one)
	if kind.Name != "" {
		facts = append(facts, kind.Name+": "+kind.Summary+".")
	}
	switch {
	case one == a.state.draft:
		facts = append(facts, "It is being made, and sends nothing before it is added: enter goes on with it.")
	case kind.EveryRun:
		facts = append(facts, "It hears of every run.")
	default:
		facts = append(facts, "Sent after runs that end "+strings.Join(one.On, ", ")+".")
	}
	if at := a.secrets[one.Name]; at.origin != "" {
		facts = append(facts, "Secret "+alertSecretName(one.Name)+": "+at.hint+", in the "+at.origin+".")
	}
	return facts
}

// more are facts of the marked alert and how it does, in lines.
func (a *alertsPage) more(one *setup.Alert, facts []string, width int) []string {
	var lines []string
	for _, fact := range facts {
		lines = append(lines, paragraph(a.desk.theme, theme.Normal, "", fact, width)...)
	}
	sign, role, said := a.standing(one)
	return append(lines, paragraph(a.desk.theme, role, sign+" ", said, width)...)
}

// testView says what a test does, and what became of it.
func (a *alertsPage) testView(current *setup.Alert, width, height int) string {
	t := a.desk.theme
	var lines []string
	add := func(role theme.Role, lead, text string) {
		if text != "" {
			lines = append(lines, paragraph(t, role, lead, text, width)...)
		}
	}
	if a.trial != nil {
		for _, line := range a.trialSaid() {
			add(theme.Normal, line.lead, line.text)
		}
		lines = append(lines, "")
	}
	switch {
	case a.trying, a.sending:
	case a.failure != nil:
		add(theme.Wrong, theme.SignWrong+" ", "It was not sent: "+a.failure.Message)
		add(theme.Normal, "", whatToDo(a.failure.Hint))
	case a.sent:
		add(theme.Done, theme.SignDone+" ", a.sentSaid())
	case a.stopped:
		add(theme.Attention, theme.SignUnknown+" ", "Stopped before an answer came: it may have arrived.")
	case a.trial == nil:
		add(theme.Dim, "", "Stopped. enter looks again what a test does.")
	default:
		add(theme.Dim, "", "Nothing is sent before you press enter.")
	}
	room := max(height-2, 1)
	a.top = max(min(a.top, len(lines)-room), 0)
	head := heading(t, "A test of "+report.Plain(current.Name), report.Plain(current.Kind), true, width)
	return head + "\n\n" + strings.Join(lines[a.top:min(a.top+room, len(lines))], "\n")
}

func whatToDo(hint string) string {
	if hint == "" {
		return ""
	}
	return "What to do: " + hint
}

// sentSaid is what a test that went well shows.
func (a *alertsPage) sentSaid() string {
	if a.trial.Text == "" {
		return "It went well."
	}
	return "It was taken. Look there whether it arrived."
}

// trialLine is one thing that a test does.
type trialLine struct{ lead, text string }

// trialSaid is what the test does, line by line.
func (a *alertsPage) trialSaid() []trialLine {
	said := []trialLine{{"It goes to  ", a.trial.To}, {"It does     ", a.trial.Does + "."}}
	lead := "The text    "
	if a.trial.Text == "" {
		return said
	}
	for line := range strings.Lines(a.trial.Text) {
		said = append(said, trialLine{lead, line})
		lead = "            "
	}
	return said
}
