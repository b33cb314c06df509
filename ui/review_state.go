package ui

import (
	"cmp"
	"slices"
	"strings"

	"cwsync/syncer/plan"
	"cwsync/ui/report"
)

// reviewFilter says which lines of a plan are shown.
type reviewFilter int

// The filters, in the order in which they follow each other.
const (
	filterChanges reviewFilter = iota // what would be written, is held, left out, or wants to be looked at
	filterHeld
	filterAll
	reviewFilters
)

func (f reviewFilter) String() string { return [...]string{"changes and held", "held", "all"}[f] }

// reviewState is a plan while a person looks through it: what is shown, what they accepted and left out. It knows no Bubble Tea and does no I/O.
type reviewState struct {
	page *planPage // nil until there is a plan

	decided decisions
	opened  bool // the customers that are not linked are listed one by one
	flat    bool // they always are, without a row that stands for all
	filter  reviewFilter
	search  string

	items  []reviewItem
	cursor int // in items; always on one that can be chosen, save where there is none
	top    int // the first item on the screen
}

// itemKind says what one row of the list is.
type itemKind int

// The kinds of rows.
const (
	itemSource   itemKind = iota // a source that is held, or was and is accepted
	itemWarning                  // of the plan
	itemCustomer                 // the heading of a customer
	itemLine
	itemLooseHeading
	itemLoose         // all customers that are not linked, as one row
	itemLooseCustomer // one of them
)

// heading reports whether nothing can be done about rows of this kind.
func (k itemKind) heading() bool { return k == itemCustomer || k == itemLooseHeading }

// reviewItem is one row of the list.
type reviewItem struct {
	kind itemKind
	at   int // of the source, warning, customer, change or customer that is not linked in its list
}

func newReviewState() reviewState {
	return reviewState{decided: newDecisions()}
}

// show takes a plan, and stays on the line where the cursor is.
func (s *reviewState) show(page *planPage) {
	key, source := s.place()
	s.page = page
	s.arrange()
	s.find(key, source)
}

// place is where the cursor is, in words that outlast a plan: the key of a line, or the name of a source.
func (s *reviewState) place() (key, source string) {
	switch item, ok := s.current(); {
	case ok && item.kind == itemLine:
		return s.change(item).Key.String(), ""
	case ok && item.kind == itemSource:
		return "", s.page.plan.Sources[item.at].Name
	}
	return "", ""
}

func (s *reviewState) find(key, source string) {
	if key == "" && source == "" {
		return
	}
	for i, item := range s.items {
		if item.kind == itemLine && key != "" && s.change(item).Key.String() == key || item.kind == itemSource && s.page.plan.Sources[item.at].Name == source {
			s.cursor = i
			return
		}
	}
}

// arrange lists the rows that filter and search let through.
func (s *reviewState) arrange() {
	s.items = s.items[:0]
	if s.page == nil {
		return
	}
	words := strings.Fields(strings.ToLower(s.search))
	if len(words) == 0 {
		for i := range s.page.plan.Sources {
			if s.page.plan.Sources[i].Held != "" || s.acceptedOf(i) != "" {
				s.items = append(s.items, reviewItem{itemSource, i})
			}
		}
		for i := range s.page.plan.Warnings {
			s.items = append(s.items, reviewItem{itemWarning, i})
		}
	}
	for g := range s.page.groups {
		heading := len(s.items)
		for i := s.page.groups[g].from; i < s.page.groups[g].to; i++ {
			if !s.passes(i, words) {
				continue
			}
			if heading == len(s.items) {
				s.items = append(s.items, reviewItem{itemCustomer, g})
			}
			s.items = append(s.items, reviewItem{itemLine, i})
		}
	}
	s.arrangeLoose(words)
	s.cursor = min(max(s.cursor, 0), max(len(s.items)-1, 0))
	s.top = min(s.top, s.cursor)
	s.settle(1)
}

// arrangeLoose lists what is not billed because its customer is not linked, in one row or one for each customer. It is no change, but it is money:
// only the filter for what is held leaves it out, and the one for all shows each line at its place.
func (s *reviewState) arrangeLoose(words []string) {
	if s.filter != filterChanges {
		return
	}
	var found []reviewItem
	for at := range s.page.loose {
		if slices.ContainsFunc(s.page.loose[at].lines, func(i int) bool { return s.contains(i, words) }) {
			found = append(found, reviewItem{itemLooseCustomer, at})
		}
	}
	if len(found) == 0 {
		return
	}
	s.items = append(s.items, reviewItem{itemLooseHeading, 0})
	if len(found) > 1 && len(words) == 0 && !s.flat {
		s.items = append(s.items, reviewItem{itemLoose, 0})
		if !s.opened {
			return
		}
	}
	s.items = append(s.items, found...)
}

// open lists the customers that are not linked one by one, or puts them into one row again.
func (s *reviewState) open() {
	s.opened = !s.opened
	s.arrange()
	for i, item := range s.items {
		if item.kind == itemLoose {
			s.cursor = i
		}
	}
}

// passes reports whether filter and search let a change through.
func (s *reviewState) passes(i int, words []string) bool {
	return s.page.in(s.filter, i) && s.contains(i, words)
}

// contains reports whether a change has all of these words.
func (s *reviewState) contains(i int, words []string) bool {
	for _, word := range words {
		if !strings.Contains(s.page.haystack[i], word) {
			return false
		}
	}
	return true
}

// current is the row under the cursor; ok is false where there is none that can be chosen.
func (s *reviewState) current() (item reviewItem, ok bool) {
	if s.cursor < 0 || s.cursor >= len(s.items) || s.items[s.cursor].kind.heading() {
		return reviewItem{}, false
	}
	return s.items[s.cursor], true
}

func (s *reviewState) change(item reviewItem) *plan.Change { return &s.page.plan.Changes[item.at] }

// line is the change under the cursor, nil where there is none.
func (s *reviewState) line() *plan.Change {
	if item, ok := s.current(); ok && item.kind == itemLine {
		return s.change(item)
	}
	return nil
}

// move moves the cursor by rows; headings are stepped over.
func (s *reviewState) move(by int) {
	s.cursor = min(max(s.cursor+by, 0), max(len(s.items)-1, 0))
	s.settle(cmp.Or(cmp.Compare(by, 0), 1))
}

// settle moves the cursor off a heading, onwards if it can.
func (s *reviewState) settle(direction int) {
	if s.cursor >= len(s.items) || !s.items[s.cursor].kind.heading() {
		return
	}
	if next := s.cursor + direction; next >= 0 && next < len(s.items) && !s.items[next].kind.heading() {
		s.cursor = next
		return
	}
	s.cursor = min(s.cursor+1, len(s.items)-1) // a heading always has a line below it
}

// window gives the rows that fit into height, with the cursor among them, and the heading above the cursor where there is room.
func (s *reviewState) window(height int) []reviewItem {
	first := s.cursor
	if first > 0 && height > 1 && s.items[first-1].kind.heading() {
		first--
	}
	s.top = min(s.top, first)
	s.top = max(s.top, s.cursor-height+1, 0)
	s.top = min(s.top, max(len(s.items)-height, 0))
	return s.items[s.top:min(s.top+height, len(s.items))]
}

// setFilter and setSearch change what is shown; the cursor stays where it can.
func (s *reviewState) setFilter(filter reviewFilter) {
	key, source := s.place()
	s.filter = filter
	s.arrange()
	s.find(key, source)
}

func (s *reviewState) setSearch(text string) {
	key, source := s.place()
	s.search = text
	s.arrange()
	s.find(key, source)
}

// toggleLeftOut leaves a line out or takes it in again; it reports whether there was anything to do about it. A part of a merged line stands for
// the whole of it.
func (s *reviewState) toggleLeftOut(change *plan.Change) bool {
	key := change.Key.String()
	if change.Code == plan.MergedInto && change.Into != nil {
		into := *change.Into
		key = into.String()
		for i := range s.page.plan.Changes {
			if whole := &s.page.plan.Changes[i]; whole.Key == into && whole.Code != plan.MergedInto {
				change = whole
			}
		}
	}
	switch {
	case s.decided.leaves(key):
		delete(s.decided.LeftOut, key)
	case change.Code == plan.LeftOut: // because a part of the merged line was left out before it became one
		return s.takeIn(change)
	case change.Action.Writes() || change.Action == plan.Hold || change.Adopts || len(change.Releases) > 0:
		s.decided.LeftOut[key] = printOfLine(s.page.plan, change.Key)
	default:
		return false
	}
	return true
}

// takeIn takes in again the parts of a merged line that were left out, and with them the whole line.
func (s *reviewState) takeIn(whole *plan.Change) bool {
	taken := false
	for i := range s.page.plan.Changes {
		part := &s.page.plan.Changes[i]
		if key := part.Key.String(); part.Into != nil && *part.Into == whole.Key && s.decided.leaves(key) {
			delete(s.decided.LeftOut, key)
			taken = true
		}
	}
	return taken
}

// acceptEntry is what releases the row under the cursor: a key, or SOURCE:CODE; empty where nothing does.
func (s *reviewState) acceptEntry() string {
	item, ok := s.current()
	if !ok {
		return ""
	}
	switch item.kind {
	case itemSource:
		source := &s.page.plan.Sources[item.at]
		return acceptOf("", source.Name, source.Held)
	case itemLine:
		if change := s.change(item); change.Action == plan.Hold {
			return acceptOf(change.Key.String(), change.Key.Source, change.Code)
		}
	}
	return ""
}

// acceptOf is the entry that releases what is held for this reason; empty where nothing does.
func acceptOf(key, source string, code plan.Code) string {
	switch byKey, bySource := plan.Acceptable(code); {
	case byKey && key != "":
		return key
	case bySource:
		return source + ":" + string(code)
	}
	return ""
}

// acceptedEntry is the accepted entry that the row under the cursor was released by; empty where it was not.
func (s *reviewState) acceptedEntry() string {
	item, ok := s.current()
	if !ok {
		return ""
	}
	if item.kind == itemSource {
		return s.acceptedOf(item.at)
	}
	if item.kind == itemLine && s.decided.accepts(s.change(item).Key.String()) {
		return s.change(item).Key.String()
	}
	return ""
}

// acceptedOf is the newest accepted entry of a source; empty when there is none.
func (s *reviewState) acceptedOf(source int) string {
	for _, code := range []plan.Code{plan.MaxMonthlyDelta, plan.MissingShare, plan.UsageStale} {
		if entry := s.page.plan.Sources[source].Name + ":" + string(code); s.decided.accepts(entry) {
			return entry
		}
	}
	return ""
}

// pending is how many rows would be written, and how many lines the store would learn of without a write: adopted, let go of, or settled.
func (s *reviewState) pending() (writes, noted int) { return s.page.writes, s.page.noted }

// total is the plan in one line.
func (s *reviewState) total() string {
	if s.page == nil {
		return ""
	}
	sum, leftOut := s.page.sum, s.page.leftOut
	parts := []string{"nothing to write"}
	if n := sum.Pending(); n > 0 {
		parts[0] = strings.TrimSpace(report.Counted(n, "change", "changes") + " " + report.Totals(sum.MonthlyDelta))
		if len(sum.MonthlyDelta) > 0 {
			parts[0] += " a month"
		}
	}
	if sum.Hold > 0 {
		parts = append(parts, strings.TrimSpace(report.Count(sum.Hold)+" held "+report.Totals(sum.HeldMonthlyDelta)))
	}
	for _, part := range []struct {
		n    int
		word string
	}{{leftOut, "left out"}, {s.page.unbilled, "not billed"}, {sum.None, "unchanged"}, {sum.Skip - leftOut - s.page.unbilled, "skipped"}} {
		if part.n > 0 {
			parts = append(parts, report.Count(part.n)+" "+part.word)
		}
	}
	return strings.Join(parts, " · ")
}
