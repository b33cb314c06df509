package ui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"cwsync/syncer/doctor"
	"cwsync/ui/report"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// noteTested is the note that remembers how the last whole test ended.
const noteTested = "wizard.tested"

// The ends of a whole test, as they are remembered.
const (
	testedWell   = "well"
	testedFailed = "failed"
)

// testStep is the step that examines the connection: the checks of the doctor, shown as they end.
type testStep struct {
	desk     *desk
	site     *Site // that the rows are about; nil: nothing was tested yet
	rows     []testRow
	at       int // row that is marked
	round    int // counts tests, so that answers of one that was stopped are dropped
	running  bool
	stop     context.CancelFunc
	turn     int    // of the spinner
	listed   bool   // the list of rights is on the screen
	earlier  string // how the last test ended in an earlier sitting
	answered bool   // somebody moved the mark, so that it stays where it is
}

// testRow is one check: to come, under way, or ended.
type testRow struct {
	name     string
	right    *doctor.Right
	underWay bool
	check    *doctor.Check // nil until it ended
}

// Messages of tests. A round that is not the newest one is dropped.
type (
	// testedMsg is one check that ended; next waits for the one after it, and is nil where none comes.
	testedMsg struct {
		round int
		check doctor.Check
		next  tea.Cmd
	}
	// testEndMsg ends a test.
	testEndMsg struct {
		round int
		whole bool // all checks, not a single one again
	}
	// testTurnMsg turns the spinner.
	testTurnMsg struct{ round int }
	// testedBeforeMsg says how the last test of an earlier sitting ended.
	testedBeforeMsg struct{ end string }
)

// testTurn is how fast the sign of the check under way turns.
const testTurn = 120 * time.Millisecond

func newTest(d *desk) step { return &testStep{desk: d, stop: func() {}} }

func (s *testStep) name() string { return "Test" }

// enter tests a connection that was not tested yet.
func (s *testStep) enter() tea.Cmd {
	s.listed = false
	if s.desk.site == nil || s.desk.site == s.site {
		return nil
	}
	return s.testAll()
}

// steps are fresh ones: they keep what they read.
func (s *testStep) steps() []doctor.Step {
	return doctor.ConnectionSteps(s.desk.site.Probe, doctor.NeedsOf(s.desk.document))
}

// begin starts a round.
func (s *testStep) begin() context.Context {
	s.stop()
	ctx, stop := context.WithCancel(s.desk.ctx)
	s.stop = stop
	s.round++
	s.running = true
	return ctx
}

func (s *testStep) testAll() tea.Cmd {
	s.site = s.desk.site
	ctx, steps := s.begin(), s.steps()
	s.rows = make([]testRow, len(steps))
	for i, step := range steps {
		s.rows[i] = testRow{name: step.Name, right: step.Right, underWay: i == 0}
	}
	s.at, s.answered = 0, false
	// As large as all that comes, so that a slow screen never holds the test up.
	ended, round := make(chan doctor.Check, len(steps)), s.round
	work := func() tea.Msg {
		doctor.Run(ctx, steps, func(check doctor.Check) { ended <- check })
		close(ended)
		return nil
	}
	return tea.Batch(work, awaitCheck(ended, round), s.spin())
}

// awaitCheck waits for the next check.
func awaitCheck(ended <-chan doctor.Check, round int) tea.Cmd {
	return func() tea.Msg {
		check, more := <-ended
		if !more {
			return testEndMsg{round: round, whole: true}
		}
		return testedMsg{round: round, check: check, next: awaitCheck(ended, round)}
	}
}

// testMarked does the marked check again, alone.
func (s *testStep) testMarked() tea.Cmd {
	ctx, steps, name := s.begin(), s.steps(), s.rows[s.at].name
	s.rows[s.at].underWay = true
	round := s.round
	work := func() tea.Msg {
		check, ok := doctor.Alone(ctx, steps, name)
		if !ok {
			return testEndMsg{round: round}
		}
		return testedMsg{round: round, check: check, next: send(testEndMsg{round: round})}
	}
	return tea.Batch(work, s.spin())
}

func (s *testStep) spin() tea.Cmd {
	round := s.round
	return tea.Tick(testTurn, func(time.Time) tea.Msg { return testTurnMsg{round} })
}

func (s *testStep) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return s.key(msg.String())
	case testedMsg:
		if msg.round == s.round && s.running {
			s.take(msg.check)
			return msg.next
		}
	case testEndMsg:
		if msg.round == s.round && s.running {
			return s.end(msg.whole)
		}
	case testTurnMsg:
		if msg.round == s.round && s.running {
			s.turn++
			return s.spin()
		}
	case testedBeforeMsg:
		s.earlier = msg.end
	}
	return nil
}

// take puts a check to its row; the next row that has none is under way then.
func (s *testStep) take(check doctor.Check) {
	at := slices.IndexFunc(s.rows, func(row testRow) bool { return row.name == check.Name })
	if at < 0 {
		return
	}
	s.rows[at].check, s.rows[at].underWay = &check, false
	if next := at + 1; next < len(s.rows) && s.rows[next].check == nil {
		s.rows[next].underWay = true
	}
}

// end closes a round. The first thing to see to is marked, unless somebody marked something else.
func (s *testStep) end(whole bool) tea.Cmd {
	s.running = false
	s.stop()
	if whole && !s.answered {
		s.at = max(slices.IndexFunc(s.rows, func(row testRow) bool { return row.status() == doctor.Fail }), 0)
	}
	end := testedWell
	if s.count(doctor.Fail) > 0 || s.count("") > 0 {
		end = testedFailed
	}
	cmd := s.desk.note(noteTested, end)
	if !whole && end == testedWell && s.count(doctor.Skip) > 0 {
		return tea.Batch(cmd, send(noticeMsg{text: "mended; r tests what could not be examined before"}))
	}
	return cmd
}

// halt stops a test; what did not come is left out.
func (s *testStep) halt() {
	s.stop()
	s.round++
	s.running = false
	for i := range s.rows {
		row := &s.rows[i]
		row.underWay = false
		if row.check == nil {
			row.check = &doctor.Check{Name: row.name, Right: row.right, Status: doctor.Skip, Detail: "stopped", Exit: doctor.ExitCancelled}
		}
	}
}

func (s *testStep) key(name string) tea.Cmd {
	switch {
	case s.listed:
		if name == "y" || name == "enter" {
			s.listed = false
		}
	case s.desk.site == nil:
		if name == "enter" {
			return send(gotoMsg{placeConnect})
		}
	case name == "up" || name == "k":
		s.at, s.answered = max(s.at-1, 0), true
	case name == "down" || name == "j":
		s.at, s.answered = min(s.at+1, len(s.rows)-1), true
	case name == "r" && !s.running:
		return s.testAll()
	case name == "t" && !s.running && len(s.rows) > 0:
		return s.testMarked()
	case name == "y":
		s.listed = true
		return tea.Batch(tea.SetClipboard(s.rightsList()), send(noticeMsg{text: "the list is copied, as far as this terminal lets programs copy"}))
	case name == "enter":
		return s.goAhead()
	}
	return nil
}

// goAhead goes on; with failures or without a whole test only when somebody insists.
func (s *testStep) goAhead() tea.Cmd {
	if s.running {
		return send(noticeMsg{text: "the test is still going on; esc stops it"})
	}
	var open []string
	stopped := false
	for _, row := range s.rows {
		if row.status() == doctor.Fail {
			open = append(open, row.name+": "+row.check.Detail)
		}
		stopped = stopped || row.check != nil && row.check.Exit == doctor.ExitCancelled
	}
	switch {
	case len(open) > 0:
		lines := append(open, "", "What fails here fails later too. Nothing is written before you say so in Review.")
		title := fmt.Sprintf("Go on although %s failed?", report.Counted(len(open), "check", "checks"))
		return send(askMsg{title: title, lines: lines, yes: "go on anyway", then: send(nextMsg{})})
	case stopped:
		return send(askMsg{title: "Go on although the test was stopped?", lines: []string{"What was not examined may fail later."}, yes: "go on anyway", then: send(nextMsg{})})
	}
	return send(nextMsg{})
}

// rightsList is what a person hands to whoever keeps ConnectWise's security roles.
func (s *testStep) rightsList() string {
	checks := make([]doctor.Check, len(s.rows))
	for i, row := range s.rows {
		checks[i] = doctor.Check{Name: row.name, Right: row.right, Status: row.status()}
	}
	return doctor.RightsList(checks)
}

// status is how a row ended; empty until it did.
func (r *testRow) status() doctor.Status {
	if r.check == nil {
		return ""
	}
	return r.check.Status
}

func (s *testStep) count(status doctor.Status) int {
	n := 0
	for _, row := range s.rows {
		if row.status() == status {
			n++
		}
	}
	return n
}

func (s *testStep) status() string {
	if s.desk.site == nil {
		return ""
	}
	if s.running {
		if at := slices.IndexFunc(s.rows, func(row testRow) bool { return row.underWay }); at >= 0 {
			return fmt.Sprintf("testing %s (%d of %d)", s.rows[at].name, at+1, len(s.rows))
		}
		return "testing"
	}
	var parts []string
	for _, part := range []struct {
		status doctor.Status
		word   string
	}{{doctor.OK, "well"}, {doctor.Fail, "failed"}, {doctor.Warn, "to look at"}, {doctor.Skip, "not examined"}} {
		if n := s.count(part.status); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, part.word))
		}
	}
	return strings.Join(parts, " · ")
}

func (s *testStep) keys() []key.Binding {
	switch {
	case s.listed:
		return []key.Binding{bind("enter", "close")}
	case s.desk.site == nil:
		return []key.Binding{bind("enter", "connect first")}
	case s.running:
		return []key.Binding{bind("esc", "stop"), bind("y", "copy the list of rights"), bind("↑↓", "move")}
	}
	return []key.Binding{
		bind("enter", "go on"), bind("r", "test again"), bind("t", "the marked one"), bind("y", "copy the rights"), bind("↑↓", "move"),
	}
}

func (s *testStep) mark() mark {
	switch {
	case s.site != nil && s.site == s.desk.site && !s.running:
		if s.count(doctor.Fail) > 0 {
			return markAttention
		}
		if !slices.ContainsFunc(s.rows, func(row testRow) bool { return row.check == nil || row.check.Exit == doctor.ExitCancelled }) {
			return markDone
		}
	case s.site == nil && s.desk.site != nil && s.earlier == testedWell:
		return markDone
	case s.site == nil && s.desk.site != nil && s.earlier == testedFailed:
		return markAttention
	}
	return markTodo
}

func (s *testStep) typing() bool { return false }

func (s *testStep) back() bool {
	switch {
	case s.listed:
		s.listed = false
		return true
	case s.running:
		s.halt()
		return true
	}
	return false
}
