package ui

import (
	"slices"

	"cwsync/ui/theme"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// pageStart is the page that a profile with a set-up opens on.
const pageStart = "start"

// startPage says how things stand since the last run, what needs a person, and leads to all else. It reads the store alone.
type startPage struct {
	desk   *desk
	others []page // that it leads to

	seen    *overview // nil until it was read
	failed  error     // why the newest reading failed
	round   int       // counts readings
	reading bool

	timetable bool // the text for a scheduler is shown
	top       int  // first line on the screen
	lines     int  // as last drawn
	page      int  // lines that were on the screen
}

func newStart(d *desk) step {
	return &startPage{desk: d, others: slices.DeleteFunc(allPages(), func(p page) bool { return p.key == "" || !p.offered(d.profile) })}
}

func (s *startPage) name() string { return "Start" }

// enter reads anew: there may have been a run since.
func (s *startPage) enter() tea.Cmd {
	s.timetable, s.top = false, 0
	return s.read()
}

func (s *startPage) read() tea.Cmd {
	s.round++
	s.reading = true
	round, ctx, profile := s.round, s.desk.ctx, s.desk.profile
	return func() tea.Msg {
		seen, err := readOverview(ctx, profile)
		return overviewMsg{round, seen, err}
	}
}

func (s *startPage) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return s.key(msg.String())
	case overviewMsg:
		if msg.round == s.round {
			s.reading, s.failed = false, msg.err
			if msg.err == nil {
				s.seen = msg.seen
				s.desk.ran = s.desk.ran || len(msg.seen.runs) > 0
			}
		}
	case timetableMsg:
		s.timetable, s.top = true, 0
	case syncEndMsg:
		if s.seen != nil { // else it was never on the screen
			return s.read()
		}
	}
	return nil
}

func (s *startPage) key(name string) tea.Cmd {
	for _, way := range s.ways() {
		if way.key == name {
			return way.do
		}
	}
	switch name {
	case "q":
		return send(leaveMsg{})
	case "up", "k":
		s.scroll(-1)
	case "down", "j":
		s.scroll(1)
	case "pgup":
		s.scroll(-max(s.page-1, 1))
	case "pgdown":
		s.scroll(max(s.page-1, 1))
	}
	return nil
}

func (s *startPage) scroll(by int) { s.top = max(min(s.top+by, s.lines-s.page), 0) }

// way is a key of Start and where it leads.
type way struct {
	key, does string
	do        tea.Cmd
}

// ways are where Start leads, the most useful first. Line by line they are numbered, so pages that come later stand behind the others.
func (s *startPage) ways() []way {
	d := s.desk
	first := way{"enter", "review now", send(gotoMsg{placeReview})}
	switch where, left := s.leftAt(); {
	case d.writing:
		first = way{"enter", "to the sync that goes on", send(gotoMsg{placeSync})}
	case left:
		first = way{"enter", "go on with " + placeName(where), send(gotoMsg{where})}
	}
	ways := []way{
		first, {"r", "review", send(gotoMsg{placeReview})}, {"p", "products", send(gotoMsg{placeProducts})}, {"c", "customers", send(gotoMsg{placeCustomers})},
		{"u", "usage", send(gotoMsg{placeUsage})}, {"e", "settings", send(gotoMsg{placeConnect})},
	}
	schedule := way{"s", "schedule", send(timetableMsg{})}
	test := way{"d", "doctor", send(gotoMsg{placeTest})}
	for _, own := range []*way{&schedule, &test} {
		if p := s.pageAt(own.key); p != nil {
			own.does, own.do = p.does, send(openMsg{p.name})
		}
	}
	ways = append(ways, schedule, test)
	for _, p := range s.others {
		if p.key != schedule.key && p.key != test.key {
			ways = append(ways, way{p.key, p.does, send(openMsg{p.name})})
		}
	}
	if !d.profile.Demo {
		ways = append(ways, way{"o", "other profiles", send(leaveMsg{other: true})})
	}
	return ways
}

// timetableMsg shows what to give a scheduler, as long as there is no page for it.
type timetableMsg struct{}

// pageAt is the page that a key opens; nil when none does.
func (s *startPage) pageAt(name string) *page {
	if at := slices.IndexFunc(s.others, func(p page) bool { return p.key == name }); at >= 0 {
		return &s.others[at]
	}
	return nil
}

// leftAt is the step before Review at which somebody stopped before anything ever ran; left is false where there is none.
func (s *startPage) leftAt() (where place, left bool) {
	d := s.desk
	return d.left, s.seen != nil && d.hasLeft && d.left < placeReview && !d.ran
}

// placeName is what a step is called in its bar.
func placeName(at place) string {
	return [places]string{"Connect", "Test", "Usage", "Products", "Customers", "Review", "Sync"}[at]
}

func (s *startPage) back() bool {
	if s.timetable {
		s.timetable, s.top = false, 0
		return true
	}
	return false
}

func (s *startPage) typing() bool { return false }

func (s *startPage) mark() mark { return markTodo }

func (s *startPage) status() string {
	switch _, left := s.leftAt(); {
	case s.reading && s.seen == nil:
		return "reading the last runs " + theme.Ellipsis
	case s.desk.writing:
		return "a sync is going on; ctrl+c stops it between two writes"
	case left:
		return "everything that you did is saved"
	}
	return "a review writes nothing before you confirm it"
}

func (s *startPage) keys() []key.Binding {
	if s.timetable {
		keys := []key.Binding{bind("esc", "back to Start")}
		if s.lines > s.page {
			keys = append(keys, bind("↑↓", "scroll"))
		}
		return keys
	}
	ways := append(s.ways(), way{"q", "quit", nil})
	var keys []key.Binding
	if s.lines > s.page {
		keys = append(keys, bind("↑↓", "scroll"))
	}
	for _, want := range []string{"enter", "d", "a", "q", "o", "e", "u"} { // these have no line of their own
		if at := slices.IndexFunc(ways, func(w way) bool { return w.key == want }); at >= 0 {
			keys = append(keys, bind(ways[at].key, ways[at].does))
			ways = slices.Delete(ways, at, at+1)
		}
	}
	for _, w := range ways {
		keys = append(keys, bind(w.key, w.does))
	}
	return keys
}

// title is what the profile is, and how its last run ended.
func (s *startPage) title() (about, right string, role theme.Role) {
	about = s.desk.profile.Name
	if site := s.desk.document.Connection.Site; site != "" {
		about += " · " + site
	}
	switch {
	case s.seen == nil:
		return about, "", theme.Dim
	case len(s.seen.runs) == 0:
		return about, "never synced " + theme.SignSkipped, theme.Dim
	}
	last := s.seen.runs[0]
	sign, role := last.sign()
	what := "last sync "
	if last.Undoes != "" {
		what = "undone "
	}
	return about, what + pastMoment(last.Ended, s.desk.now()) + " " + sign, role
}

// ready reports whether there is something to start with: a run, or a set-up that can be synced.
func (d *desk) ready() bool {
	if d.ran {
		return true
	}
	for i := range d.document.Sources {
		mapped, linked := false, false
		for j := range d.document.Sources[i].Services {
			mapped = mapped || !d.document.Sources[i].Services[j].Product.IsZero()
		}
		for j := range d.document.Sources[i].Customers {
			linked = linked || d.document.Sources[i].Customers[j].Linked()
		}
		if mapped && linked {
			return true
		}
	}
	return false
}
