package report

import (
	"strings"

	"cwsync/syncer/plan"
)

// planTotal says what a plan would change and what that is worth a month.
func (s sheet) planTotal(sum RunSummary) string {
	var said []string
	if pending := sum.Pending(); pending > 0 {
		said = append(said, Counted(pending, "change", "changes")+" ("+s.kinds()+")")
	}
	return total(said, s.rest(sum), sum)
}

// runTotal says what a run did and what that is worth a month.
func (s sheet) runTotal(sum RunSummary) string {
	var said []string
	for _, part := range []struct {
		n    int
		word string
	}{{sum.Applied, "applied"}, {sum.Failed, "failed"}, {sum.Unknown, "unknown"}, {sum.NotReached, "not done"}} {
		if part.n > 0 {
			said = append(said, Count(part.n)+" "+part.word)
		}
	}
	head := "run " + Plain(s.run.ID) + ": "
	if s.run.Problem != nil && len(s.plan.Changes) == 0 {
		return head + "stopped before there was a plan, nothing was changed"
	}
	return head + total(said, s.rest(sum), sum)
}

// rest counts what is not changed, and the sources that are held.
func (s sheet) rest(sum RunSummary) []string {
	var said []string
	add := func(n int, word string) {
		if n > 0 {
			said = append(said, Count(n)+" "+word)
		}
	}
	add(sum.Hold, "held")
	add(sum.Adopted, "adopted")
	add(sum.None-sum.Adopted, "unchanged")
	add(sum.Skip, "skipped")
	sources := 0
	for i := range s.plan.Sources {
		if s.plan.Sources[i].Held != "" {
			sources++
		}
	}
	if sources > 0 {
		said = append(said, Counted(sources, "source held", "sources held"))
	}
	return said
}

func total(done, rest []string, sum RunSummary) string {
	text := strings.Join(append(done, rest...), ", ")
	switch {
	case len(done) > 0:
	case len(rest) == 0:
		return "nothing to change: there are no lines"
	case len(rest) == 1 && sum.None == 1 && sum.Adopted == 0:
		return "nothing to change: 1 line is as it should be"
	case len(rest) == 1 && sum.None > 1 && sum.Adopted == 0:
		return "nothing to change: " + Count(sum.None) + " lines are as they should be"
	default:
		text = "nothing to change: " + text // a line that is taken over is not changed either
	}
	if worth := Totals(sum.MonthlyDelta); worth != "" {
		text += ": " + worth + " a month"
	}
	if held := Totals(sum.HeldMonthlyDelta); held != "" {
		text += " (held " + held + ")"
	}
	return text
}

// kinds counts the rows that would be written by what they do: "10 raised, 1 lowered, 1 new".
func (s sheet) kinds() string {
	words := []string{"raised", "lowered", "new", "ended", "other"}
	counts := map[string]int{}
	for i := range s.plan.Changes {
		if r := s.row(i); r.action.Writes() {
			counts[r.kind()]++
		}
	}
	var said []string
	for _, word := range words {
		if counts[word] > 0 {
			said = append(said, Count(counts[word])+" "+word)
		}
	}
	return strings.Join(said, ", ")
}

func (r *row) kind() string {
	before, after := r.Before.Quantity, r.after.Quantity
	switch {
	case r.action == plan.Create:
		return "new"
	case r.action == plan.Cancel:
		return "ended"
	case before.Valid && after.Valid && after.Decimal.GreaterThan(before.Decimal):
		return "raised"
	case before.Valid && after.Valid && after.Decimal.LessThan(before.Decimal):
		return "lowered"
	}
	return "other"
}
