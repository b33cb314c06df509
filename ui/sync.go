package ui

import (
	"context"
	"slices"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/plan"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// syncStep writes the plan that was confirmed in Review, shows each line as it lands, and then what became of all.
type syncStep struct {
	desk *desk

	made     *planPage // what is or was written; nil while there was nothing
	feed     *feed     // of the run that goes on; nil while none does
	shot     snapshot
	cancel   context.CancelFunc
	stopping bool

	run  *syncer.Run  // the last run; nil when there was none
	stop *syncer.Stop // why no run came about
	turn int          // counts runs

	timetable bool // the text for a scheduler is shown
	top       int  // first line of the summary on the screen
	lines     int  // of the summary, as last drawn
	page      int  // of its lines that were on the screen
}

// Messages of a run.
type (
	syncNewsMsg struct {
		turn int
		shot snapshot
	}
	syncEndMsg struct {
		turn int
		run  *syncer.Run
		err  error
	}
)

func newSync(d *desk) step { return &syncStep{desk: d} }

func (s *syncStep) name() string { return "Sync" }

// enter begins the run that was confirmed, if one was.
func (s *syncStep) enter() tea.Cmd {
	if s.desk.plan == nil || s.feed != nil {
		return nil
	}
	return s.begin()
}

// begin writes the plan in the background. The run keeps the desk from beginning another.
func (s *syncStep) begin() tea.Cmd {
	ctx, cancel := context.WithCancel(s.desk.ctx)
	s.made, s.desk.plan = s.desk.plan, nil
	s.desk.writing = true
	s.desk.draft = nil // ConnectWise is another one afterwards
	s.turn++
	s.feed, s.shot, s.cancel, s.stopping = newFeed(s.desk.now), snapshot{}, cancel, false
	s.run, s.stop, s.timetable, s.top = nil, nil, false, 0
	turn, feed, made := s.turn, s.feed, s.made
	engine, err := engineFor(s.desk.site, s.desk.document.Clone(), feed.observe)
	runs := &s.desk.runs
	return tea.Batch(s.news(), func() tea.Msg {
		defer cancel()
		defer feed.end()
		if err != nil {
			return syncEndMsg{turn, nil, err}
		}
		if !runs.begin() {
			return nil // the program is ending
		}
		defer runs.end()
		run, err := engine.ApplyMade(ctx, made.plan)
		return syncEndMsg{turn, run, err}
	})
}

func (s *syncStep) news() tea.Cmd {
	turn := s.turn
	return s.feed.next(func(shot snapshot) tea.Msg { return syncNewsMsg{turn, shot} })
}

func (s *syncStep) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return s.key(msg.String())
	case syncNewsMsg:
		if s.feed != nil && msg.turn == s.turn {
			s.shot = msg.shot
			return s.news()
		}
	case syncEndMsg:
		if msg.turn == s.turn {
			s.ended(msg)
		}
	}
	return nil
}

func (s *syncStep) ended(msg syncEndMsg) {
	s.shot = s.feed.take()
	s.feed, s.desk.writing = nil, false
	s.run = msg.run
	s.desk.ran = s.desk.ran || msg.run != nil
	if msg.run != nil && slices.ContainsFunc(msg.run.Plan.Changes, func(c plan.Change) bool { return c.OfProduct() && c.Action.Writes() }) {
		delete(s.desk.read, readProducts) // the catalog is another one afterwards
	}
	if msg.err != nil {
		s.stop = syncer.StopOf(msg.err)
	}
}

func (s *syncStep) key(name string) tea.Cmd {
	if s.feed != nil {
		return nil
	}
	switch name {
	case "h":
		if s.undoes() {
			return send(openMsg{pageHistory})
		}
	case "r", "enter":
		if name == "enter" && s.undoes() {
			return send(openMsg{pageHistory})
		}
		return send(gotoMsg{placeReview})
	case "s":
		if s.run != nil {
			return send(openMsg{pageStart})
		}
	case "t":
		switch {
		case s.stop == nil && s.desk.profile.Schedule != nil:
			return send(openMsg{pageSchedule})
		case s.stop == nil:
			s.timetable, s.top = !s.timetable, 0
		}
	case "up", "k":
		s.scroll(-1)
	case "down", "j":
		s.scroll(1)
	case "pgup":
		s.scroll(-max(s.page-1, 1))
	case "pgdown":
		s.scroll(max(s.page-1, 1))
	case "home":
		s.scroll(-s.lines)
	case "end":
		s.scroll(s.lines)
	}
	return nil
}

// undoes reports whether what is or was written takes a run back, which the history asked for.
func (s *syncStep) undoes() bool { return s.made != nil && s.made.plan.Undoes != "" }

func (s *syncStep) scroll(by int) { s.top = max(min(s.top+by, s.lines-s.page), 0) }

// interrupt stops the run after the writes in flight; false when none goes on.
func (s *syncStep) interrupt() bool {
	if s.feed == nil {
		return false
	}
	s.stopping = true
	s.cancel()
	return true
}

func (s *syncStep) back() bool {
	if s.timetable && s.feed == nil {
		s.timetable, s.top = false, 0
		return true
	}
	return false
}

// leave asks before the screen goes while a run goes on.
func (s *syncStep) leave() tea.Cmd {
	if s.feed == nil {
		return nil
	}
	back := send(gotoMsg{placeReview})
	if s.undoes() {
		back = send(openMsg{pageHistory})
	}
	return send(askMsg{
		title: "A sync is going on. Go back?", yes: "go back, let it go on",
		lines: []string{"It goes on while you look at other steps, and this step shows its end. To stop it between two writes, press ctrl+c instead."},
		then:  back, holds: func() bool { return s.feed != nil },
	})
}

func (s *syncStep) typing() bool { return false }

func (s *syncStep) status() string {
	switch {
	case s.feed != nil && s.stopping:
		return "stopping: waiting for the writes in flight, so that nothing is left unknown"
	case s.feed != nil:
		return "ctrl+c stops between two writes; what is written stays written"
	case s.run != nil:
		return "ctrl+c twice leaves; everything is saved"
	}
	return ""
}

func (s *syncStep) mark() mark {
	switch {
	case s.feed != nil:
		return markTodo
	case s.run != nil && s.run.ExitCode == syncer.ExitDone:
		return markDone
	case s.run != nil || s.stop != nil:
		return markAttention
	}
	return markTodo
}

func (s *syncStep) keys() []key.Binding {
	bind := func(name, shown, help string) key.Binding {
		return key.NewBinding(key.WithKeys(name), key.WithHelp(shown, help))
	}
	if s.feed != nil {
		return []key.Binding{bind("ctrl+c", "ctrl+c", "stop between two writes")}
	}
	again := []key.Binding{bind("r", "r", "review again")}
	if s.undoes() {
		again = []key.Binding{bind("enter", "enter", "history"), again[0]}
	}
	if s.stop != nil {
		return again
	}
	timetable := bind("t", "t", "run it every day")
	if s.timetable {
		timetable = bind("t", "t", "the summary")
	}
	keys := append(again, timetable)
	if s.run != nil {
		keys = append(keys, bind("s", "s", "start page"))
	}
	if s.lines > s.page {
		keys = append(keys, bind("up", "↑↓", "scroll"), bind("pgup", "pgup pgdn", "a screen up or down"))
	}
	return keys
}

// left is how long the rest takes if it goes on as so far; zero while nobody can tell.
func (s snapshot) left() time.Duration {
	if s.done == 0 || s.writing < time.Second {
		return 0
	}
	return time.Duration(float64(s.writing) / float64(s.done) * float64(s.total-s.done))
}

// rate is how many lines land in a second; zero while nobody can tell.
func (s snapshot) rate() float64 {
	if s.done == 0 || s.writing < time.Second {
		return 0
	}
	return float64(s.done) / s.writing.Seconds()
}
