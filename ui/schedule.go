package ui

import (
	"strings"

	"cwsync/syncer/schedule"
	"cwsync/ui/report"
	"cwsync/ui/theme"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// pageSchedule is the name of the page.
const pageSchedule = "schedule"

// schedulePage says when this profile runs by itself, and puts that in place or takes it away.
type schedulePage struct {
	desk *desk

	state    schedule.State
	known    bool
	problem  error    // why it is not known, or what was last done failed
	warnings []string // of what was last added
	said     string   // what was last done
	busy     string   // what goes on; empty: nothing
	turn     int      // counts what was begun

	form *form         // when it is to run; nil while nobody chooses
	text schedule.Text // what is put in place, while it is shown
	show bool
	top  int // first line on the screen

	lines, page int // of the text: as last drawn
}

// Messages of the page's commands.
type (
	scheduleStateMsg struct {
		turn  int
		state schedule.State
		err   error
	}
	scheduleTextMsg struct {
		turn int
		text schedule.Text
		err  error
	}
	scheduleDoneMsg struct {
		turn     int
		said     string
		warnings []string
		err      error
	}
)

func newSchedule(d *desk) step { return &schedulePage{desk: d} }

func (s *schedulePage) name() string { return "Schedule" }

func (s *schedulePage) mark() mark { return markTodo }

// enter asks the scheduler anew: somebody may have changed it beside the wizard.
func (s *schedulePage) enter() tea.Cmd {
	if s.busy != "" {
		return nil
	}
	s.form, s.show, s.problem, s.said, s.warnings = nil, false, nil, "", nil
	return s.ask()
}

func (s *schedulePage) ask() tea.Cmd {
	turn := s.begin("asking the scheduler")
	return func() tea.Msg {
		state, err := s.desk.profile.Schedule.State(s.desk.ctx)
		return scheduleStateMsg{turn, state, err}
	}
}

// begin says what goes on and gives the number of it; what was begun before is no longer waited for.
func (s *schedulePage) begin(what string) int {
	s.turn++
	s.busy = what
	return s.turn
}

func (s *schedulePage) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return s.key(msg)
	case tea.PasteMsg:
		if s.form != nil {
			s.formKey(msg)
		}
	case scheduleStateMsg:
		if msg.turn == s.turn {
			s.busy, s.state, s.known = "", msg.state, msg.err == nil
			if msg.err != nil {
				s.problem = msg.err
			}
		}
	case scheduleTextMsg:
		if msg.turn == s.turn {
			s.busy, s.text, s.problem, s.show, s.top = "", msg.text, msg.err, msg.err == nil, 0
		}
	case scheduleRemoveMsg:
		return s.takeAway()
	case scheduleDoneMsg:
		if msg.turn == s.turn {
			s.busy, s.said, s.warnings, s.problem = "", msg.said, msg.warnings, msg.err
			if msg.err != nil {
				s.said = ""
			}
			return s.ask()
		}
	}
	return nil
}

func (s *schedulePage) key(msg tea.KeyPressMsg) tea.Cmd {
	name := msg.String()
	switch {
	case s.busy != "":
		return nil
	case s.form != nil:
		return s.formKey(msg)
	case s.show:
		s.scroll(name)
		return nil
	}
	switch name {
	case "enter", "a":
		s.choose()
	case "v":
		return s.read(s.timing())
	case "x":
		if s.state.Present {
			return s.remove()
		}
	case "r":
		s.problem, s.said = nil, ""
		return s.ask()
	}
	return nil
}

// timing is what is there, or what is proposed.
func (s *schedulePage) timing() schedule.Timing {
	if s.state.Present {
		return s.state.Timing
	}
	return usualTiming()
}

// choose opens the form of when.
func (s *schedulePage) choose() {
	at := newField("Time of day", "06:00", "On this machine's clock, such as 06:00; with UTC behind it in UTC: 06:00 UTC.")
	at.rule = func(text string) string { _, problem := timingOf(text, ""); return problem }
	every := newField("And again every", "once a day", "Such as 4h or 30m: from 15m to 24h, and it must divide the day. Empty: once a day.")
	every.rule = func(text string) string { _, problem := timingOf("00:00", text); return problem }
	every.optional = true
	timing := s.timing()
	text := timing.At.String()
	if timing.UTC {
		text += " UTC"
	}
	at.take(text)
	if timing.Every != 0 {
		every.take(timing.Interval())
	}
	s.form = &form{fields: []*field{at, every}, button: "Put it in place"}
	s.problem, s.said, s.warnings = nil, "", nil
}

func (s *schedulePage) formKey(msg tea.Msg) tea.Cmd {
	event := s.form.key(msg)
	if event.left != nil {
		event.left.judge()
		event.left.changed = event.left.problem != ""
	}
	if !event.pressed {
		return nil
	}
	timing, problem := timingOf(s.form.fields[0].text(), s.form.fields[1].text())
	if problem != "" {
		return send(noticeMsg{text: problem, bad: true})
	}
	s.form = nil
	return s.add(timing)
}

// add puts the entry in place. The program waits for its end: what was begun is finished or taken back.
func (s *schedulePage) add(timing schedule.Timing) tea.Cmd {
	turn := s.begin("proving that a run finds its keys, then putting it in place")
	return func() tea.Msg {
		if !s.desk.runs.begin() {
			return nil // the program is ending
		}
		defer s.desk.runs.end()
		warnings, err := s.desk.profile.Schedule.Add(s.desk.ctx, timing)
		return scheduleDoneMsg{turn, "It runs " + timing.String() + " from now on.", warnings, err}
	}
}

func (s *schedulePage) remove() tea.Cmd {
	name := s.state.System.Title() + " " + s.state.Name
	return send(askMsg{
		title: "Take the schedule away?", yes: "take it away", lines: []string{"The " + name + " is removed. After that a sync runs only when somebody starts it."},
		then: func() tea.Msg { return scheduleRemoveMsg{} },
	})
}

func (s *schedulePage) takeAway() tea.Cmd {
	turn := s.begin("taking it away")
	return func() tea.Msg {
		if !s.desk.runs.begin() {
			return nil
		}
		defer s.desk.runs.end()
		removed, err := s.desk.profile.Schedule.Remove(s.desk.ctx)
		said := "It was gone already."
		if removed {
			said = "It is taken away."
		}
		return scheduleDoneMsg{turn: turn, said: said, err: err}
	}
}

// scheduleRemoveMsg says that the person wants the entry gone.
type scheduleRemoveMsg struct{}

// read asks for what would be put in place.
func (s *schedulePage) read(timing schedule.Timing) tea.Cmd {
	turn := s.begin("writing it")
	return func() tea.Msg {
		text, err := s.desk.profile.Schedule.Show(s.desk.ctx, timing)
		return scheduleTextMsg{turn, text, err}
	}
}

func (s *schedulePage) scroll(name string) {
	by := map[string]int{"up": -1, "k": -1, "down": 1, "j": 1, "pgup": -max(s.page-1, 1), "pgdown": max(s.page-1, 1), "home": -s.lines, "end": s.lines}[name]
	s.top = max(min(s.top+by, s.lines-s.page), 0)
}

func (s *schedulePage) typing() bool { return s.form != nil && s.form.editing }

// back closes the form or the text. What goes on cannot be stopped half-way, but need not be looked at.
func (s *schedulePage) back() bool {
	switch {
	case s.form != nil && s.form.editing:
		s.form.mark(s.form.at, false)
		return true
	case s.form != nil:
		s.form = nil
		return true
	case s.show:
		s.show = false
		return true
	}
	return false
}

func (s *schedulePage) status() string {
	if s.busy != "" {
		return s.busy + theme.Ellipsis
	}
	return s.said
}

func (s *schedulePage) keys() []key.Binding {
	switch {
	case s.busy != "":
		return nil
	case s.form != nil:
		return s.form.keys()
	case s.show && s.lines > s.page:
		return []key.Binding{bind("↑↓", "scroll"), bind("pgup pgdn", "a screen up or down")}
	case s.show:
		return nil
	case s.state.Present:
		return []key.Binding{bind("enter", "change when"), bind("v", "view what is put in place"), bind("x", "take it away"), bind("r", "ask again")}
	}
	return []key.Binding{bind("enter", "run it by itself"), bind("v", "view what is put in place"), bind("r", "ask again")}
}

// timingOf reads the two lines of the form; problem says what is wrong.
func timingOf(at, every string) (timing schedule.Timing, problem string) {
	clock, utc := strings.CutSuffix(strings.ToUpper(strings.TrimSpace(at)), "UTC")
	var err error
	if timing.At, err = schedule.ParseClock(strings.TrimSpace(clock)); err != nil {
		return timing, report.Plain(err.Error())
	}
	timing.UTC = utc
	if every = strings.TrimSpace(every); every == "" {
		return timing, ""
	}
	if timing.Every, err = schedule.ParseInterval(every); err != nil {
		return timing, report.Plain(err.Error())
	}
	return timing, ""
}
