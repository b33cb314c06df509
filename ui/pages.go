package ui

import (
	"slices"
	"strings"

	"cwsync/ui/report"
	"cwsync/ui/theme"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// page is a screen that stands beside the steps; step.go says how to add one.
type page struct {
	name    string // what openMsg calls it
	key     string // opens it from Start; empty: Start does not offer it
	does    string // what that key does, in a word or three: "history"
	first   bool   // there is nothing below it that one could go back to
	offered func(*Profile) bool
	screen  func(*desk) step
	lines   func(*prompts, step) plainStep
}

// allPages are the pages that there are, in the order in which Start offers them.
func allPages() []page {
	always := func(*Profile) bool { return true }
	return []page{
		{name: pageStart, first: true, offered: always, screen: newStart, lines: newPlainStart},
		{name: pageSchedule, key: "s", does: "schedule", offered: func(p *Profile) bool { return p.Schedule != nil }, screen: newSchedule, lines: newPlainSchedule},
		{name: pageHistory, key: "h", does: "history", offered: hasHistory, screen: newHistory, lines: newPlainHistory},
		{name: pageAlerts, key: "a", does: "alerts", offered: func(p *Profile) bool { return p.Alerts != nil }, screen: newAlerts, lines: newPlainAlerts},
	}
}

// openPage is a page with its screen, of a profile that can do what it is for.
type openPage struct {
	page
	screen step
}

// pagesOf makes the screens of the pages that a profile can do.
func pagesOf(d *desk, all []page) []openPage {
	var made []openPage
	for _, p := range all {
		if p.offered(d.profile) {
			made = append(made, openPage{p, p.screen(d)})
		}
	}
	return made
}

// withTitle is a page whose title line says more than its name: what it is about, and on the right something short with the role of its colour.
type withTitle interface {
	title() (about, right string, role theme.Role)
}

// cameFrom are the pages that esc goes back to from the step that was opened over them.
type cameFrom struct {
	at   place
	over []int
}

// open puts a page on the screen, over what is there. One that is open already comes to the top, and those above it are closed.
func (a *app) open(name string) tea.Cmd {
	if !a.put(name) {
		return send(noticeMsg{text: "there is no page “" + name + "” in this profile", bad: true})
	}
	return a.current().enter()
}

// put is open without entering the page; false where there is none of this name.
func (a *app) put(name string) bool {
	at := slices.IndexFunc(a.pages, func(p openPage) bool { return p.name == name })
	if at < 0 {
		return false
	}
	if opened := slices.Index(a.over, at); opened >= 0 {
		a.over = a.over[:opened]
	}
	if came := a.came; came != nil && came.at == a.here && len(a.over) == 0 {
		if opened := slices.Index(came.over, at); opened >= 0 { // the step was opened from it, so this is the way back
			a.over, a.came = came.over[:opened], nil
		}
	}
	if a.pages[at].first {
		a.over, a.came = nil, nil
	}
	a.over = append(slices.Clip(a.over), at)
	a.help = false
	return true
}

// onPage is the page on the screen; nil while it is a step.
func (a *app) onPage() *openPage {
	if len(a.over) == 0 {
		return nil
	}
	return &a.pages[a.over[len(a.over)-1]]
}

// current is the page or the step that is on the screen.
func (a *app) current() step {
	if p := a.onPage(); p != nil {
		return p.screen
	}
	return a.steps[a.here]
}

// at reports whether a step is on the screen.
func (a *app) at(where place) bool { return len(a.over) == 0 && a.here == where }

// nothingBefore reports whether a page is on the screen that esc does not leave.
func (a *app) nothingBefore() bool {
	on := a.onPage()
	return on != nil && on.first
}

// goBack leaves what is on the screen for where one came from: from a page to what is below it, from a step to the page that opened it, else to
// the step before. ok is false where there is nothing to go back to.
func (a *app) goBack() (cmd tea.Cmd, ok bool) {
	on := a.onPage()
	switch {
	case a.nothingBefore():
		return nil, false
	case on != nil:
		a.over = a.over[:len(a.over)-1]
	case a.came != nil && a.came.at == a.here:
		a.over, a.came = a.came.over, nil
	case a.here > 0:
		return a.show(a.here - 1), true
	case a.hasStart():
		return a.open(pageStart), true
	default:
		return nil, false
	}
	a.help = false
	return a.current().enter(), true
}

// hasStart reports whether Start has something to say.
func (a *app) hasStart() bool {
	return a.desk.ready() && slices.ContainsFunc(a.pages, func(p openPage) bool { return p.name == pageStart })
}

// pageBar is the title line of a page: the program, the page and what it is about. Where it is narrow, what stands on the right stays.
func pageBar(t theme.Theme, about, right string, role theme.Role, width int) string {
	left := " cwsync  "
	room := max(width-1-ansi.StringWidth(left), 0)
	right = ansi.Truncate(report.Plain(right), room*2/3, theme.Ellipsis)
	about = ansi.Truncate(report.Plain(about), max(room-ansi.StringWidth(right)-2, 0), theme.Ellipsis)
	gap := max(width-1-ansi.StringWidth(left)-ansi.StringWidth(about)-ansi.StringWidth(right), 0)
	return " " + t.Paint(theme.Accent, "cwsync") + "  " + about + strings.Repeat(" ", gap) + t.Paint(role, right)
}

// titleLine is the first line of the frame: the bar of the steps, or the title of the page.
func (a *app) titleLine() string {
	if on := a.onPage(); on != nil {
		about, right, role := on.screen.name(), a.subject(), theme.Dim
		if said, ok := on.screen.(withTitle); ok {
			about, right, role = said.title()
		}
		return pageBar(a.desk.theme, about, right, role, a.width)
	}
	names, marks := make([]string, len(a.steps)), make([]mark, len(a.steps))
	for i, s := range a.steps {
		names[i], marks[i] = s.name(), s.mark()
	}
	return bar(a.desk.theme, names, marks, a.here, a.subject(), a.width)
}
