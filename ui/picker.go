package ui

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"cwsync/syncer/match"
	"cwsync/ui/report"
	"cwsync/ui/theme"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// picker is a list to choose one row of, with a search line over it. However long the list is, only what is on the screen is drawn; a typed
// letter searches in a command, and results that come too late are dropped. The row that is marked stays marked while rows are filtered,
// searched or read again, as long as it is there.
//
// A step has one of these for each of its lists, and keeps what the rows are made of:
//
//	s.list = newPicker(desk.ctx)           // list.least = 3: show nothing before three letters are typed
//	cmd := s.list.fill(rows)               // once they are read, and again whenever they are others
//	cmd := s.list.update(msg)              // from update, for every message that is not the step's own: results of searches
//	handled, cmd := s.list.key(msg)        // from update, for a key or a paste, after the step looked for its own: enter, space, …
//	s.list.view(theme, width, height, row) // row draws the one at a place of rows, as one line of at most width cells
//	at, ok := s.list.at()                  // the place in rows of what is marked
//	s.list.typing                          // for the step's typing()
//	if s.list.back() { return true }       // in the step's back(): ends typing, then drops the search
//	append(s.list.keys(), …)               // for the step's keys()
type picker struct {
	ctx    context.Context //nolint:containedctx // of the program, from which searches derive theirs
	titles string          // a line between the search line and the rows; empty: none
	least  int             // letters that a search begins with; below it nothing is listed
	typing bool            // letters go into the search line

	rows   []pickRow
	finder *match.Finder // nil until it is made
	query  string
	found  bool  // hits are listed, not all rows: those of the query, or while busy of the one before
	hits   []int // places in rows, best first
	more   bool  // there are more hits than are listed
	likely int   // key of the row that a search lists before others that are just as good; 0: none
	cursor int   // which of those that are listed is marked
	top    int   // which of those that are listed is the first on the screen
	height int   // lines of the list as it was last drawn

	fillings   int                // how often the list was filled; a finder of an older filling is dropped
	generation int                // of the newest search; results of an older one are dropped
	busy       bool               // what is listed is not yet what was asked for
	stop       context.CancelFunc // of the search under way
}

// pickRow is what a picker needs to know of a row.
type pickRow struct {
	key  int    // tells the row from all others also when they are read again, such as ConnectWise's id
	name string // by which people know it: a search lists those first whose name begins with what is typed; where no row has one, the best score first
	text string // what else a search looks through
}

// The messages of a picker's own commands. They go to every step; the picker tells its own by the pointer.
type (
	finderMsg struct {
		picker   *picker
		fillings int
		finder   *match.Finder
	}
	foundMsg struct {
		picker     *picker
		generation int
		hits       []int
		more       bool
	}
)

const (
	maxFound = 1000 // hits that are listed; who wants another one types one letter more
	maxQuery = 64   // letters of a search
)

func newPicker(ctx context.Context) *picker {
	return &picker{ctx: ctx, stop: func() {}}
}

// fill gives the list its rows, and prepares the search over them in a command. The slice is the picker's from here on.
func (p *picker) fill(rows []pickRow) tea.Cmd {
	marked, ok := p.marked()
	p.rows, p.finder, p.hits, p.found = rows, nil, nil, false
	p.cursor = 0
	if ok {
		p.mark(marked)
	}
	p.find() // ends the search in the rows before; the next one begins when the finder comes
	p.fillings++
	fillings := p.fillings
	return func() tea.Msg { return finderMsg{p, fillings, finderOf(rows)} }
}

func finderOf(rows []pickRow) *match.Finder {
	if !slices.ContainsFunc(rows, func(row pickRow) bool { return row.name != "" }) {
		texts := make([]string, len(rows))
		for i := range rows {
			texts[i] = rows[i].text
		}
		return match.NewFinder(texts)
	}
	entries := make([]match.Entry, len(rows))
	for i := range rows {
		entries[i] = match.Entry{Name: rows[i].name, More: rows[i].text}
	}
	return match.NewNamesFinder(entries)
}

// favour makes a search list the row with this key before others that are just as good; 0 favours none.
func (p *picker) favour(key int) tea.Cmd {
	if key == p.likely {
		return nil
	}
	if p.likely = key; p.query == "" {
		return nil
	}
	return p.find()
}

// update takes the messages of the picker's own commands; others it leaves alone.
func (p *picker) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case finderMsg:
		if msg.picker != p || msg.fillings != p.fillings {
			return nil
		}
		p.finder = msg.finder
		return p.find()
	case foundMsg:
		if msg.picker != p || msg.generation != p.generation {
			return nil
		}
		p.hits, p.more, p.found, p.busy = msg.hits, msg.more, true, false
		p.cursor, p.top = 0, 0
	}
	return nil
}

// listed is how many rows can be reached with the arrows now.
func (p *picker) listed() int {
	switch {
	case p.short():
		return 0
	case p.found:
		return len(p.hits)
	case p.least > 0:
		return 0
	}
	return len(p.rows)
}

// short reports whether too little is typed to list anything.
func (p *picker) short() bool { return utf8.RuneCountInString(p.query) < p.least }

// place is the place in rows of one that is listed.
func (p *picker) place(listed int) int {
	if p.found {
		return p.hits[listed]
	}
	return listed
}

// at is the place in rows of the one that is marked. It is false when nothing is listed, and while a search is under way: what is on the
// screen is then not what was asked for, and must not be chosen by a key that came too soon.
func (p *picker) at() (int, bool) {
	if p.busy || p.cursor >= p.listed() {
		return 0, false
	}
	return p.place(p.cursor), true
}

// marked is the key of the row that is marked; false when nothing is listed.
func (p *picker) marked() (int, bool) {
	if p.cursor >= p.listed() {
		return 0, false
	}
	return p.rows[p.place(p.cursor)].key, true
}

// mark marks the row with this key, if it is listed.
func (p *picker) mark(key int) bool {
	for i := range p.listed() {
		if p.rows[p.place(i)].key == key {
			p.cursor = i
			return true
		}
	}
	return false
}

// search begins typing into the search line.
func (p *picker) search() { p.typing = true }

// ask searches for a text as if it had been typed.
func (p *picker) ask(query string) tea.Cmd {
	query = strings.TrimLeft(report.Plain(query), " ")
	if runes := []rune(query); len(runes) > maxQuery {
		query = string(runes[:maxQuery])
	}
	if query == p.query {
		return nil
	}
	marked, ok := p.marked()
	p.query = query
	cmd := p.find()
	if query == "" {
		p.hits, p.found, p.cursor = nil, false, 0
		if ok {
			p.mark(marked)
		}
	}
	return cmd
}

// find searches in a command; the search before it ends.
func (p *picker) find() tea.Cmd {
	p.stop()
	p.generation++
	query, finder, generation := p.query, p.finder, p.generation
	if p.busy = query != "" && !p.short(); !p.busy || finder == nil {
		return nil // what cannot be searched yet is searched when the finder comes
	}
	ctx, stop := context.WithCancel(p.ctx)
	p.stop = stop
	rows, likely := p.rows, p.likely
	return func() tea.Msg {
		defer stop()
		favoured := -1
		if likely != 0 {
			favoured = slices.IndexFunc(rows, func(row pickRow) bool { return row.key == likely })
		}
		found := finder.FindFavouring(ctx, query, maxFound+1, favoured)
		if ctx.Err() != nil {
			return nil
		}
		msg := foundMsg{picker: p, generation: generation, more: len(found) > maxFound}
		for _, hit := range found[:min(len(found), maxFound)] {
			msg.hits = append(msg.hits, hit.Index)
		}
		return msg
	}
}

// key takes a key or a paste; handled is false for what means nothing to a list.
func (p *picker) key(msg tea.Msg) (handled bool, cmd tea.Cmd) {
	if pasted, ok := msg.(tea.PasteMsg); ok {
		p.typing = true
		return true, p.ask(p.query + pasted.Content[:min(len(pasted.Content), 4*maxQuery)])
	}
	press, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return false, nil
	}
	name := press.String()
	switch {
	case p.move(name):
		return true, nil
	case name == "/" && !p.typing:
		p.search()
		return true, nil
	case !p.typing:
		return false, nil
	}
	return p.edit(name, press.Text)
}

// edit changes the search line.
func (p *picker) edit(name, text string) (handled bool, cmd tea.Cmd) {
	switch {
	case name == "backspace" || name == "ctrl+h":
		_, size := utf8.DecodeLastRuneInString(p.query)
		return true, p.ask(p.query[:len(p.query)-size])
	case name == "ctrl+u":
		return true, p.ask("")
	case name == "ctrl+w":
		words := strings.TrimRight(p.query, " ")
		return true, p.ask(words[:strings.LastIndexByte(words, ' ')+1])
	case text != "":
		return true, p.ask(p.query + text)
	}
	return false, nil
}

// move moves the mark; false for a key that moves nothing.
func (p *picker) move(name string) bool {
	page := max(p.height-1, 1)
	to := p.cursor
	switch name {
	case "up", "ctrl+p":
		to--
	case "down", "ctrl+n":
		to++
	case "pgup":
		to -= page
	case "pgdown":
		to += page
	case "home":
		to = 0
	case "end":
		to = p.listed() - 1
	default:
		return false
	}
	p.cursor = max(min(to, p.listed()-1), 0)
	return true
}

// back takes one level of esc: it ends typing, then drops the search; false when there is neither.
func (p *picker) back() bool {
	switch {
	case p.typing:
		p.typing = false
		return true
	case p.query != "":
		p.ask("")
		return true
	}
	return false
}

// keys are the bindings of the list itself.
func (p *picker) keys() []key.Binding {
	if p.typing {
		return []key.Binding{bind("↑↓", "move"), bind("ctrl+u", "clear")}
	}
	return []key.Binding{bind("↑↓", "move"), bind("/", "search")}
}

// view draws the search line, where one is in use, and the rows below it. row draws the one at a place of what fill was given, as one line.
func (p *picker) view(t theme.Theme, width, height int, row func(at int, marked bool) string) string {
	var lines []string
	if p.typing || p.query != "" || p.least > 0 {
		lines = append(lines, p.searchLine(t, width))
	}
	if p.titles != "" {
		lines = append(lines, p.titles)
	}
	p.height = max(height-len(lines), 1)
	count := p.listed()
	p.cursor = max(min(p.cursor, count-1), 0)
	p.top = max(min(p.top, p.cursor, count-p.height), 0)
	p.top = max(p.top, p.cursor-p.height+1)
	for i := p.top; i < min(p.top+p.height, count); i++ {
		lines = append(lines, row(p.place(i), i == p.cursor))
	}
	if said := p.said(); count == 0 && said != "" {
		lines = append(lines, "  "+t.Paint(theme.Dim, report.Shorten(said, width-2)))
	}
	return strings.Join(lines[:min(len(lines), height)], "\n")
}

// said is what stands there where nothing is listed.
func (p *picker) said() string {
	switch {
	case p.short():
		return "type " + report.Counted(p.least, "letter", "letters") + " or more"
	case p.busy:
		return "searching " + theme.Ellipsis
	case p.query != "":
		return "nothing has " + report.Plain(p.query) + " in it"
	}
	return ""
}

func (p *picker) searchLine(t theme.Theme, width int) string {
	count := ""
	switch {
	case p.query == "" || p.busy || p.short():
	case p.more:
		count = "more than " + report.Count(maxFound)
	default:
		count = report.Count(len(p.hits)) + " found"
	}
	cursor := ""
	if p.typing {
		cursor = "▌"
	}
	room := max(width-6-report.Cells(count), 1)
	query := p.query
	for report.Cells(query) > room { // the end of what is typed stays in sight
		_, size := utf8.DecodeRuneInString(query)
		query = query[size:]
	}
	return "  " + t.Paint(theme.Accent, "/ ") + report.PadRight(query+cursor, room+1) + t.Paint(theme.Dim, count)
}
