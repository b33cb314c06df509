package ui

import (
	"maps"
	"slices"
	"strings"

	"cwsync/syncer"
	"cwsync/ui/report"
	"cwsync/ui/theme"

	"github.com/shopspring/decimal"
)

// ending says how the newest run ended, and what to do where it did not end well.
func (s *startPage) ending() []startLine {
	now := s.desk.now()
	where, left := s.leftAt()
	switch {
	case s.desk.writing:
		return []startLine{{sign: theme.SignWaiting, role: theme.Accent, text: "A sync is going on. enter shows it."}}
	case len(s.seen.runs) == 0 && left:
		return []startLine{
			{sign: theme.SignSkipped, role: theme.Dim, text: "Nothing was ever synced."},
			{sign: theme.SignSkipped, role: theme.Dim, text: "enter goes on with " + placeName(where) + ", where you left."},
		}
	case len(s.seen.runs) == 0:
		return []startLine{{sign: theme.SignSkipped, role: theme.Dim,
			text: "Nothing was ever synced. enter reviews what a sync would write; nothing is written before you confirm it."}}
	}
	last := s.seen.runs[0]
	sign, role := last.sign()
	when := pastMoment(last.Ended, now)
	if last.CutOff {
		text := "The sync of " + when + " never finished: it was cut off, or goes on now."
		if last.Counts.Applied > 0 {
			text += " " + report.Counted(last.Counts.Applied, "change is", "changes are") + " written."
		}
		return []startLine{{sign: sign, role: role, text: text}, {text: "The next sync first finds out what became of the rest; nothing is written twice."}}
	}
	took := ""
	if lasted := last.Ended.Sub(last.Started); !last.Started.IsZero() && lasted >= 0 {
		took = ", took " + lasting(lasted.Round(100*1000*1000))
	}
	lines := []startLine{{sign: sign, role: role, text: s.ended(last) + " (" + when + took + ")"}}
	if last.Problem != nil {
		lines = append(lines, startLine{text: report.Plain(last.Problem.Message)})
		if last.Problem.Hint != "" {
			lines = append(lines, startLine{text: report.Plain(last.Problem.Hint), dim: true})
		}
	}
	return lines
}

// ended says in words how a run ended.
func (s *startPage) ended(last LastRun) string {
	written := report.Counted(last.Counts.Applied, "change", "changes") + " written"
	undone := ""
	if last.Undoes != "" {
		undone = "an earlier run was taken back: "
		for _, run := range s.seen.runs {
			if run.ID == last.Undoes {
				undone = "the run of " + pastMoment(run.Ended, s.desk.now()) + " was taken back: "
			}
		}
	}
	switch {
	case last.ExitCode == syncer.ExitDone && last.Counts.Applied == 0:
		return "Done: " + undone + "nothing was to be written, all is as it should be"
	case last.ExitCode == syncer.ExitDone:
		return "Done: " + undone + written
	case last.ExitCode == syncer.ExitHeld && last.Counts.Applied == 0:
		return "Done: " + undone + "nothing was written, what would change is held"
	case last.ExitCode == syncer.ExitHeld:
		return "Done: " + undone + written + ", some lines are held"
	case last.ExitCode == syncer.ExitCancelled:
		return "Stopped between two writes: " + undone + written
	case last.ExitCode == syncer.ExitUnknown:
		return "Not certain: " + undone + written + "; of some it is not known yet"
	case last.Counts.Applied == 0 && (last.Problem != nil || last.ExitCode == syncer.ExitFailed):
		return "Failed: " + undone + "nothing was written"
	case last.Counts.Applied == 0:
		return "Failed: " + undone + exitMeaning(last.ExitCode)
	}
	return "Failed in part: " + undone + written + ", but not all"
}

// needs is what waits for a person, the most pressing first.
func (s *startPage) needs() []startLine {
	left, sources := &s.seen.standing, s.desk.document.Sources
	var lines []startLine
	add := func(sign string, role theme.Role, text, key string) {
		lines = append(lines, startLine{sign: sign, role: role, text: text, key: key})
	}
	if left.unknown > 0 {
		add(theme.SignUnknown, theme.Wrong, report.Counted(left.unknown, "line", "lines")+" may or may not be written; the next sync finds out", "r")
	}
	if left.failed > 0 {
		add(theme.SignWrong, theme.Wrong, report.Counted(left.failed, "line", "lines")+" failed: "+left.failure, "r")
	}
	undone := &s.seen.undone
	if undone.unknown > 0 {
		add(theme.SignUnknown, theme.Wrong, report.Counted(undone.unknown, "line", "lines")+" may or may not be taken back; the next run finds out", "h")
	}
	if undone.failed > 0 {
		add(theme.SignWrong, theme.Wrong, report.Counted(undone.failed, "line", "lines")+" could not be taken back: "+undone.failure, "h")
	}
	if undone.held > 0 {
		add(theme.SignHeld, theme.Attention, report.Counted(undone.held, "line is", "lines are")+" not taken back: changed since, or held for another reason", "h")
	}
	for _, source := range left.sources {
		text := "source " + report.Plain(source.Name) + " is held: " + report.Words(source.Held)
		if source.Problem != "" {
			text = "source " + report.Plain(source.Name) + " is held: " + report.Plain(source.Problem)
		}
		add(theme.SignHeld, theme.Attention, text, "r")
	}
	if left.held > 0 {
		add(theme.SignHeld, theme.Attention, report.Counted(left.held, "line is held and needs you", "lines are held and need you"), "r")
	}
	if unmapped := left.stillUnmapped(sources); len(unmapped) > 0 {
		add(theme.SignUnknown, theme.Attention, unmappedText(unmapped), "p")
	}
	if unlinked := left.stillUnlinked(sources); len(unlinked) > 0 {
		add(theme.SignUnknown, theme.Attention, unlinkedText(unlinked), "c")
	}
	if len(lines) == 0 && len(s.seen.runs) > 0 && !s.seen.runs[0].CutOff && s.seen.runs[0].Problem == nil {
		add(theme.SignDone, theme.Done, "nothing needs you", "")
	}
	return lines
}

// unmappedText names the services without a product, and what they cost a month at the prices of the usage.
func unmappedText(services []unmappedService) string {
	monthly, priced := map[string]decimal.Decimal{}, true
	var names []string
	for _, service := range services {
		name := report.Shorten(service.name, startName)
		if service.amount.IsPositive() {
			name += " (" + counted(service.amount, service.unit) + ")"
			priced = priced && service.priced
		}
		names = append(names, name)
		for currency, amount := range service.monthly {
			monthly[currency] = monthly[currency].Add(amount)
		}
	}
	const named = 2
	if more := len(names) - named; more > 1 {
		names = append(names[:named:named], report.Count(more)+" more")
	}
	text := report.Counted(len(services), "service is", "services are") + " not mapped"
	worth := worthText(monthly)
	switch {
	case worth == "":
		return text + ": " + joinAnd(names)
	case priced:
		return text + ", about " + worth + " a month: " + joinAnd(names)
	}
	return text + ", more than " + worth + " a month: " + joinAnd(names)
}

// startName is how much of a name Start shows, in cells.
const startName = 32

// worthText are amounts a month, sorted by currency.
func worthText(monthly map[string]decimal.Decimal) string {
	var parts []string
	for _, currency := range slices.Sorted(maps.Keys(monthly)) {
		if amount := monthly[currency].Round(2); !amount.IsZero() {
			parts = append(parts, report.Price(amount, currency))
		}
	}
	return joinAnd(parts)
}

func unlinkedText(customers []unlinkedCustomer) string {
	if len(customers) == 1 {
		return "1 customer is not linked: " + report.Shorten(customers[0].name, startName)
	}
	return report.Count(len(customers)) + " customers are not linked"
}

// nextRun says when the machine syncs next by itself.
func (s *startPage) nextRun() string {
	switch next := s.seen.next; {
	case s.seen.nextErr != nil:
		return theme.SignHeld + " nobody can tell: " + report.Plain(s.seen.nextErr.Error())
	case !s.seen.planned:
		return "not scheduled: s shows how"
	case next.By == "":
		return comingMoment(next.At, s.desk.now())
	default:
		return comingMoment(next.At, s.desk.now()) + " by " + report.Shorten(report.Plain(next.By), 2*startName)
	}
}

// recent are the newest runs in a line of this width: as many as fit, one at least.
func (s *startPage) recent(width int) string {
	const between = " · "
	text := ""
	for i, run := range s.seen.runs {
		next := pastMoment(run.Ended, s.desk.now()) + " " + runShort(run)
		if i > 0 && report.Cells(text)+len(between)+report.Cells(next) > width {
			break
		}
		if i > 0 {
			text += between
		}
		text += next
	}
	return text
}

// runShort is what a run did, in a word or two.
func runShort(run LastRun) string {
	var parts []string
	switch c := run.Counts; {
	case run.CutOff:
		return "never finished"
	case c.Applied > 0:
		parts = append(parts, report.Counted(c.Applied, "change", "changes"))
		if run.Undoes != "" {
			parts[0] += " taken back"
		}
		if c.Failed+c.Unknown > 0 {
			parts = append(parts, "some failed")
		}
	case run.ExitCode == syncer.ExitDone:
		return "none"
	case run.ExitCode == syncer.ExitHeld:
		return report.Count(c.Held) + " held"
	case run.ExitCode == syncer.ExitCancelled:
		return "stopped"
	default:
		return "failed"
	}
	return strings.Join(parts, ", ")
}
