package ui

import (
	"context"
	"slices"
	"strings"
	"time"

	"cwsync/syncer"
	"cwsync/ui/report"

	tea "charm.land/bubbletea/v2"
)

// How much of the past the page reads. All of it is on the command line.
const (
	pastRuns    = 1000
	pastChanges = 500
)

// unasked is the turn of a reading that nobody waits for.
const unasked = -1

// Messages of reading the list.
type (
	runsReadMsg struct {
		turn int
		runs []LastRun
		err  error
	}
	pastFoundMsg struct {
		turn  int
		words string
		found []report.Found
		err   error
	}
)

// pastFilter says which runs, or changes of a search, are listed.
type pastFilter int

// The filters, in the order in which they follow each other.
const (
	pastAll pastFilter = iota
	pastHeld
	pastFailed
	pastFilters
)

func (f pastFilter) String() string { return [...]string{"all", "held", "failed"}[f] }

// lets reports whether a run is listed.
func (f pastFilter) lets(run *LastRun) bool {
	switch f {
	case pastHeld:
		return run.Counts.Held > 0
	case pastFailed:
		_, wrong := run.word()
		return wrong || run.Counts.Failed+run.Counts.Unknown > 0
	}
	return true
}

// pastList is the list of runs, or what a search found in them.
type pastList struct {
	read   bool
	runs   []LastRun       // newest first
	undone map[string]bool // ids of those that a later run took back
	filter pastFilter
	search string         // words that were looked for; empty: runs are listed
	found  []report.Found // newest run first
	widths rowWidths      // of found

	items  []pastItem
	cursor int
	top    int // the first item on the screen
}

// pastItem is one row of the list: a run, or a change of one.
type pastItem struct {
	run   int // place in runs; -1: it is older than those
	found int // place in found, of a run the first of its changes; -1: nothing was looked for
	line  bool
}

// show takes runs that were read. The cursor stays on its run, unless there is a newer one, which is what one wants to see then.
func (l *pastList) show(runs []LastRun) {
	id, cursor := l.runID(), l.cursor
	newer := len(runs) > 0 && len(l.runs) > 0 && runs[0].ID != l.runs[0].ID
	l.read, l.runs, l.undone = true, runs, undoneOf(runs)
	l.arrange()
	switch {
	case l.search != "":
		l.cursor = min(cursor, max(len(l.items)-1, 0))
	case !newer:
		l.find(id)
	}
}

// undoneOf are the runs that a later one took back, unless that was taken back as well.
func undoneOf(runs []LastRun) map[string]bool {
	undone, undoes := map[string]bool{}, map[string]string{}
	for i := len(runs) - 1; i >= 0; i-- {
		run := &runs[i]
		undoes[run.ID] = run.Undoes
		if run.Undoes != "" && run.Counts.Applied > 0 {
			undone[run.Undoes], undone[undoes[run.Undoes]] = true, false
		}
	}
	return undone
}

func (l *pastList) showFound(words string, found []report.Found) {
	l.search, l.found, l.widths = words, found, rowWidths{}
	for i := range found {
		l.widths.see(report.RunRow(&found[i].Change, found[i].Outcome))
	}
	l.arrange()
	l.move(1) // to the first change
}

// endSearch lists runs again, with the cursor on the run where it was.
func (l *pastList) endSearch() {
	id := l.runID()
	l.search, l.found = "", nil
	l.arrange()
	l.find(id)
}

// arrange lists what filter and search let through.
func (l *pastList) arrange() {
	l.items, l.cursor, l.top = nil, 0, 0
	if l.search == "" {
		for i := range l.runs {
			if l.filter.lets(&l.runs[i]) {
				l.items = append(l.items, pastItem{run: i, found: -1})
			}
		}
		return
	}
	at := make(map[string]int, len(l.runs))
	for i := range l.runs {
		at[l.runs[i].ID] = i
	}
	for i := range l.found {
		run, ok := at[l.found[i].RunID]
		if !ok {
			run = -1
		}
		if i == 0 || l.found[i-1].RunID != l.found[i].RunID {
			l.items = append(l.items, pastItem{run: run, found: i})
		}
		l.items = append(l.items, pastItem{run: run, found: i, line: true})
	}
}

func (l *pastList) find(id string) {
	if at := slices.IndexFunc(l.items, func(item pastItem) bool { return l.idOf(item) == id }); at >= 0 {
		l.cursor = at
	}
}

// current is the row under the cursor; ok is false where there is none.
func (l *pastList) current() (item pastItem, ok bool) {
	if l.cursor < 0 || l.cursor >= len(l.items) {
		return pastItem{}, false
	}
	return l.items[l.cursor], true
}

func (l *pastList) idOf(item pastItem) string {
	if item.found >= 0 {
		return l.found[item.found].RunID
	}
	return l.runs[item.run].ID
}

// runID is the run under the cursor; empty where there is none.
func (l *pastList) runID() string {
	if item, ok := l.current(); ok {
		return l.idOf(item)
	}
	return ""
}

// started is when the run of a row began.
func (l *pastList) started(item pastItem) time.Time {
	if item.found >= 0 {
		return l.found[item.found].Started
	}
	return l.runs[item.run].Started
}

func (l *pastList) move(by int) { l.cursor = min(max(l.cursor+by, 0), max(len(l.items)-1, 0)) }

// window gives the rows that fit into height, with the cursor among them.
func (l *pastList) window(height int) []pastItem {
	l.top = min(l.top, l.cursor)
	l.top = max(l.top, l.cursor-height+1, 0)
	l.top = min(l.top, max(len(l.items)-height, 0))
	return l.items[l.top:min(l.top+height, len(l.items))]
}

// readRuns reads the newest runs.
func (h *historyPage) readRuns() tea.Cmd {
	recent := h.desk.profile.Recent
	return h.read("the runs", h.readRuns, func(ctx context.Context, turn int) tea.Msg {
		runs, err := recent(ctx, pastRuns)
		return runsReadMsg{turn, runs, err}
	})
}

// renewRuns reads the newest runs without anybody waiting for them.
func (h *historyPage) renewRuns() tea.Cmd {
	recent, ctx := h.desk.profile.Recent, h.desk.ctx
	return func() tea.Msg {
		runs, err := recent(ctx, pastRuns)
		if err != nil {
			return nil // r reads again, and says why it fails
		}
		return runsReadMsg{turn: unasked, runs: runs}
	}
}

// find looks for words in all runs; no words list the runs.
func (h *historyPage) find(words string) tea.Cmd {
	words = strings.TrimSpace(words)
	if words == "" {
		h.list.endSearch()
		return nil
	}
	past, filter := h.desk.profile.Past, h.list.filter
	return h.read("all runs", func() tea.Cmd { return h.find(words) }, func(ctx context.Context, turn int) tea.Msg {
		found, err := past.Find(ctx, PastFilter{Words: words, Held: filter == pastHeld, Failed: filter == pastFailed, Limit: pastChanges})
		return pastFoundMsg{turn, words, found, err}
	})
}

func (h *historyPage) listKey(name string) tea.Cmd {
	l := &h.list
	if by, ok := movement(name, h.page, len(l.items)); ok {
		l.move(by)
		return nil
	}
	item, ok := l.current()
	switch {
	case name == "f":
		return h.nextFilter()
	case name == "/":
		return h.open(pastInputSearch, l.search)
	case !ok:
		return nil
	case (name == "enter" || name == "w") && item.line:
		return h.explain(l.found[item.found].Change.Key)
	case name == "enter":
		return h.readRun(l.runID())
	case name == "u":
		counts := syncer.Counts{Unknown: 1} // nobody knows what an older run wrote before it is read
		if item.run >= 0 {
			counts = l.runs[item.run].Counts
		}
		return h.beginUndo(l.runID(), l.started(item), counts)
	}
	return nil
}

// nextFilter goes on to the next filter, and looks again where something was looked for.
func (h *historyPage) nextFilter() tea.Cmd {
	h.list.filter = (h.list.filter + 1) % pastFilters
	if h.list.search != "" {
		return h.find(h.list.search)
	}
	id := h.list.runID()
	h.list.arrange()
	h.list.find(id)
	return nil
}

// movement is how far a key moves in a list of which page rows are on the screen.
func movement(name string, page, all int) (by int, ok bool) {
	by, ok = map[string]int{
		"up": -1, "k": -1, "down": 1, "j": 1, "pgup": -max(page-1, 1), "pgdown": max(page-1, 1), "home": -all, "end": all,
	}[name]
	return by, ok
}

// word says in a word or two how a run ended, and whether that is wrong.
func (r *LastRun) word() (text string, wrong bool) {
	switch {
	case r.CutOff:
		return "never finished", true
	case r.ExitCode == syncer.ExitDone, r.ExitCode == syncer.ExitHeld:
		return "done", false
	case r.ExitCode == syncer.ExitCancelled:
		return "stopped", false
	case r.ExitCode == syncer.ExitPartial:
		return "failed in part", true
	case r.ExitCode == syncer.ExitUnknown:
		return "not certain", true
	}
	return "failed", true
}

// tally counts what became of the rows of a run that it was to write.
func (r *LastRun) tally() string {
	var parts []string
	for _, part := range []struct {
		n    int
		word string
	}{{r.Counts.Applied, "applied"}, {r.Counts.Failed, "failed"}, {r.Counts.Unknown, "unknown"}, {r.Counts.Held, "held"}} {
		if part.n > 0 {
			parts = append(parts, report.Count(part.n)+" "+part.word)
		}
	}
	if len(parts) == 0 {
		return "nothing written"
	}
	return strings.Join(parts, ", ")
}

// said says how a run ended in at most width cells, with as much as there is room for.
func (r *LastRun) said(width int, undone bool) string {
	word, _ := r.word()
	whole := word + ", " + r.tally()
	forms := []string{whole, r.tally()}
	if undone {
		forms = []string{whole + ", taken back since", r.tally() + ", taken back", "taken back"}
	}
	if r.Undoes != "" {
		forms = []string{whole + ", took back " + report.Plain(r.Undoes), "took back " + report.Plain(r.Undoes), "an undo, " + r.tally()}
	}
	for _, form := range forms {
		if report.Cells(form) <= width {
			return form
		}
	}
	return report.Shorten(forms[len(forms)-1], width)
}
