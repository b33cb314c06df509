package source

import (
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"cwsync/syncer/billing"
)

// Ways to treat two lines of one customer and service.
const (
	MergeRefuse = "none"
	MergeSum    = "sum" // add the counts; all that is money or status must agree
)

// Rules say how rows become usage lines.
type Rules struct {
	Source  string                            // the source's name, for messages
	File    string                            // what was read, for messages
	Items   bool                              // places are items, not lines
	Where   func(item int) (line, column int) // of an item in the file; 0 for what is not known; nil: it never is
	Numbers Numbers
	Merge   string   // MergeRefuse (also when empty) or MergeSum
	Bases   []string // names of the further counts, aligned with Row.Counts
	Now     time.Time
}

// Lines collects rows into usage lines, and every problem with its place. Ids are kept exactly as they are, except that white space around
// them is removed; names are made harmless by CleanName.
type Lines struct {
	rules    Rules
	lines    []billing.UsageLine
	index    map[lineKey]int
	rows     int
	problems ReadErrors
	texts    map[string]string          // kept once, see text
	numbers  map[string]decimal.Decimal // likewise
}

type lineKey struct{ customer, service string }

// maxAhead is how far in the future a source may say that it counted: clocks and zones differ, but not by more.
const maxAhead = 24 * time.Hour

// NewLines starts an empty collection.
func NewLines(rules Rules) *Lines {
	return &Lines{rules: rules, index: map[lineKey]int{}, texts: map[string]string{}, numbers: map[string]decimal.Decimal{}}
}

// mostKept bounds how many texts, and how many numbers, are kept to be used again.
const mostKept = 1 << 15

// text gives a copy of a text that holds on to nothing else, the same one for equal texts: names, services and units come again and again, and a
// reader's text is a part of its whole line.
func (l *Lines) text(text string) string {
	if kept, ok := l.texts[text]; ok {
		return kept
	}
	text = strings.Clone(text)
	if len(l.texts) < mostKept {
		l.texts[text] = text
	}
	return text
}

// number is the number of a text, the same one for equal texts.
func (l *Lines) number(text string) (decimal.Decimal, error) {
	if kept, ok := l.numbers[text]; ok {
		return kept, nil
	}
	value, err := l.rules.Numbers.Parse(text)
	if err == nil && len(l.numbers) < mostKept {
		l.numbers[strings.Clone(text)] = value
	}
	return value, err
}

// Rows is the number of rows added so far.
func (l *Lines) Rows() int { return l.rows }

// Failed reports whether any problem came up.
func (l *Lines) Failed() bool { return len(l.problems.Problems) > 0 }

// Fail notes a problem that the reader itself found.
func (l *Lines) Fail(place, column int, message, hint string) {
	problem := &ReadError{Source: l.rules.Source, File: l.rules.File, Line: place, Column: column, Message: message, Hint: hint}
	if l.rules.Items && place > 0 {
		problem.Line, problem.Column = 0, 0
		if l.rules.Where != nil && len(l.problems.Problems) < MaxProblems { // the others are only counted
			problem.Line, problem.Column = l.rules.Where(place)
		}
		problem.Message = fmt.Sprintf("item %d: %s", place, message)
	}
	l.problems.add(problem)
}

// Usage gives all lines, or every problem. The age is the oldest as_of, else fallback, which may be as little ahead of now as an as_of.
func (l *Lines) Usage(fallback time.Time, digest string) (billing.Usage, error) {
	if l.Failed() {
		return billing.Usage{}, &l.problems
	}
	usage := billing.Usage{Lines: l.lines, Digest: digest}
	for _, line := range l.lines {
		if !line.AsOf.IsZero() && (usage.AsOf.IsZero() || line.AsOf.Before(usage.AsOf)) {
			usage.AsOf = line.AsOf
		}
	}
	if !usage.AsOf.IsZero() {
		return usage, nil
	}
	if fallback.After(l.rules.Now.Add(maxAhead)) {
		return billing.Usage{}, &ReadError{Source: l.rules.Source, File: l.rules.File,
			Message: "was changed on " + fallback.UTC().Format(time.DateOnly) + ", which is in the future, so that nobody can tell how old the usage is",
			Hint:    "set the clock of this machine, or the time of the file, right; or give as_of in the usage"}
	}
	usage.AsOf = fallback
	return usage, nil
}

// Add turns one row into a line; what is wrong with it is noted and comes back from Usage.
func (l *Lines) Add(row *Row) {
	l.rows++
	r := rowReader{lines: l, row: row}
	line := billing.UsageLine{
		CustomerID:   r.id(ColumnCustomerID),
		ServiceID:    r.id(ColumnServiceID),
		Quantity:     r.quantity(),
		CustomerName: r.name(ColumnCustomerName),
		ServiceName:  r.name(ColumnServiceName),
		Unit:         r.name(ColumnUnit),
		Cost:         r.money(ColumnCost),
		Price:        r.money(ColumnPrice),
		Currency:     r.currency(),
		Status:       r.status(),
		Domain:       r.name(ColumnDomain),
		Period:       r.name(ColumnPeriod),
		AsOf:         r.asOf(),
		Counts:       r.counts(),
		Place:        row.Place,
	}
	if r.failed {
		return
	}
	key := lineKey{line.CustomerID, line.ServiceID}
	if at, twice := l.index[key]; twice {
		l.again(at, &line)
		return
	}
	l.index[key] = len(l.lines)
	l.lines = append(l.lines, line)
}

// again treats a second line of one customer and service.
func (l *Lines) again(at int, line *billing.UsageLine) {
	first := &l.lines[at]
	where := "line"
	if l.rules.Items {
		where = "item"
	}
	if l.rules.Merge != MergeSum {
		l.Fail(line.Place, 0, fmt.Sprintf("customer %s and service %s are already on %s %d", show(line.CustomerID), show(line.ServiceID), where, first.Place),
			"set options.merge to sum if the quantities are to be added")
		return
	}
	if field := differs(first, line); field != "" {
		l.Fail(line.Place, 0, fmt.Sprintf("cannot be added to %s %d of the same customer and service: %s differs", where, first.Place, field), "")
		return
	}
	first.Quantity = first.Quantity.Add(line.Quantity)
	for basis, count := range line.Counts {
		if first.Counts == nil {
			first.Counts = map[string]decimal.Decimal{}
		}
		first.Counts[basis] = first.Counts[basis].Add(count)
	}
	if first.AsOf.IsZero() || (!line.AsOf.IsZero() && line.AsOf.Before(first.AsOf)) {
		first.AsOf = line.AsOf
	}
}

// differs names the first field that must agree between lines that are added, or "".
func differs(a, b *billing.UsageLine) string {
	switch {
	case a.Status != b.Status:
		return "status"
	case !strings.EqualFold(a.Unit, b.Unit):
		return "unit"
	case a.Currency != b.Currency:
		return "currency"
	case !sameMoney(a.Price, b.Price):
		return "price"
	case !sameMoney(a.Cost, b.Cost):
		return "cost"
	}
	return ""
}

func sameMoney(a, b decimal.NullDecimal) bool {
	return a.Valid == b.Valid && (!a.Valid || a.Decimal.Equal(b.Decimal))
}
