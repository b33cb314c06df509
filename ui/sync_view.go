package ui

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"cwsync/syncer"
	"cwsync/ui/report"
	"cwsync/ui/theme"
)

func (s *syncStep) view(width, height int) string {
	t := s.desk.theme
	switch {
	case s.feed != nil:
		return strings.Join(s.goingOn(t, width, height), "\n")
	case s.stop != nil:
		problem := s.stop.Problem
		return problemView(t, &problem, exitMeaning(s.stop.Exit)+"; r goes back to Review", width)
	}
	var lines []string
	switch {
	case s.timetable:
		lines = s.desk.timetable(t, width)
	case s.run == nil:
		lines = s.idle(t, width)
	default:
		lines = s.ending(t, width)
	}
	s.lines, s.page = len(lines), height
	s.top = max(min(s.top, s.lines-s.page), 0)
	return strings.Join(lines[s.top:min(s.top+height, len(lines))], "\n")
}

// everyDay offers what makes a sync run by itself.
const everyDay = "To run this every day by itself, t shows what to give a scheduler."

// idle says where a sync begins, and how it runs by itself: who has nothing to write today may want that all the same.
func (s *syncStep) idle(t theme.Theme, width int) []string {
	lines := []string{""}
	for _, line := range report.Wrap("Nothing is to be written yet. Review shows what a sync would write; enter there begins it.", width-4) {
		lines = append(lines, "  "+line)
	}
	lines = append(lines, "")
	for _, line := range report.Wrap(everyDay, width-4) {
		lines = append(lines, "  "+t.Paint(theme.Accent, line))
	}
	return lines
}

// goingOn shows a run while it goes on: how far it is, the last lines, and those that failed.
func (s *syncStep) goingOn(t theme.Theme, width, height int) []string {
	lines := append([]string{""}, s.progress(t, width)...)
	lines = append(lines, "")
	room := height - len(lines)
	layout := s.made.widths.layout(width-1, true) // up to where the rules end
	errors := errorLines(t, layout, s.shot.errors, s.shot.counts, room/2)
	landed := slices.DeleteFunc(slices.Clone(s.shot.landed), func(row landed) bool { return failed(row.outcome) })
	room -= len(errors)
	for _, row := range landed[max(len(landed)-room, 0):] {
		lines = append(lines, landedLine(t, layout, row))
	}
	return append(lines, errors...)
}

// progress is the bar with its numbers, in one line or two.
func (s *syncStep) progress(t theme.Theme, width int) []string {
	shot := s.shot
	if shot.stage != syncer.StageApply {
		text := "Starting"
		if shot.stage == syncer.StageSettle {
			text = "Settling earlier writes: " + report.Count(shot.done) + " of " + report.Count(shot.total)
		}
		return []string{"  " + t.Paint(theme.Accent, text)}
	}
	numbers := report.Count(shot.done) + " of " + report.Count(shot.total)
	if rate := shot.rate(); rate > 0 {
		numbers += "   " + strconv.FormatFloat(rate, 'f', 1, 64) + " a second"
	}
	if left := shot.left(); left > 0 && !s.stopping {
		numbers += "   " + lasting(max(left.Round(time.Second), time.Second)) + " left"
	}
	if s.stopping {
		numbers += "   stopping"
	}
	return []string{"  " + progressBar(t, shot.done, shot.total, max(min(width-report.Cells(numbers)-7, 46), 8)) + "   " + numbers}
}

func failed(outcome syncer.Outcome) bool {
	return outcome.Status == syncer.Failed || outcome.Status == syncer.Unknown
}

func landedLine(t theme.Theme, layout rowLayout, row landed) string {
	shown := report.RunRow(row.change, row.outcome)
	sign, _, role := shown.Mark()
	said := shown.Said()
	if row.outcome.Status == syncer.Applied {
		if said = ""; row.outcome.AdditionID != 0 {
			said = fmt.Sprintf("addition %d", row.outcome.AdditionID)
		}
	}
	return layout.draw(t, shown, sign, role, said, false)
}

// errorLines are the last rows that failed, each with what to do, in at most height lines.
func errorLines(t theme.Theme, layout rowLayout, errors []landed, counts syncer.Counts, height int) []string {
	if len(errors) == 0 || height < 2 {
		return nil
	}
	var lines []string
	shown := 0
	for _, row := range slices.Backward(errors) {
		block := errorBlock(t, layout, row)
		if len(lines)+len(block) > height-1 {
			break
		}
		lines = append(block, lines...)
		shown++
	}
	head := report.Count(counts.Failed+counts.Unknown) + " went wrong"
	if shown < counts.Failed+counts.Unknown {
		head += ", the summary shows all"
	}
	return append([]string{"  " + t.Paint(theme.Wrong, head)}, lines...)
}

// errorBlock is a row that failed, why, and what to do: whole, since a person must act on it.
func errorBlock(t theme.Theme, layout rowLayout, row landed) []string {
	shown := report.RunRow(row.change, row.outcome)
	sign, _, role := shown.Mark()
	lines := []string{layout.draw(t, shown, sign, role, "", false)}
	for _, line := range report.Wrap(shown.Said(), max(layout.width-signWidth-2, 1)) {
		lines = append(lines, "      "+t.Paint(role, line))
	}
	for _, line := range report.Wrap(shown.Hint(), max(layout.width-signWidth-2, 1)) {
		lines = append(lines, "      "+t.Paint(theme.Dim, line))
	}
	return lines
}

// ending is the summary of a run.
func (s *syncStep) ending(t theme.Theme, width int) []string {
	run, sum := s.run, report.Summarise(s.run)
	said, role := ended(run, sum)
	lines := []string{"", "  " + t.Paint(role, report.Shorten(said, width-4)), ""}
	add := func(role theme.Role, text string) {
		for _, line := range report.Wrap(report.Plain(text), max(width-4, 1)) {
			lines = append(lines, "  "+t.Paint(role, line))
		}
	}
	add(theme.Normal, tally(run, sum))
	if worth := sum.Worth(); worth != "" {
		add(theme.Normal, worth)
	}
	if run.Problem != nil {
		add(theme.Wrong, run.Problem.Message)
		add(theme.Dim, run.Problem.Hint)
	}
	add(theme.Normal, "Run "+run.ID+", "+lasting(run.Duration)+", exit code "+strconv.Itoa(run.ExitCode)+": "+exitMeaning(run.ExitCode))
	if !s.desk.profile.Demo {
		add(theme.Dim, s.desk.command("history "+run.ID)+" shows it again")
	}
	for _, warning := range run.Warnings {
		add(theme.Attention, theme.SignHeld+" "+warning)
	}
	lines = append(lines, "")
	add(theme.Accent, everyDay)
	return append(lines, s.attention(t, width)...)
}

// attention are the rows that a person must look at: first those that failed or are unknown, then what was written with a warning, then what is held.
func (s *syncStep) attention(t theme.Theme, width int) []string {
	layout := s.made.widths.layout(width-1, true) // up to where the rules end
	var bad, warned, held []string
	for i := range s.run.Outcomes {
		change, outcome := &s.run.Plan.Changes[i], s.run.Outcomes[i]
		row := landed{change, outcome}
		switch {
		case failed(outcome):
			bad = append(bad, errorBlock(t, layout, row)...)
		case len(outcome.Warnings) > 0:
			warned = append(warned, landedLine(t, layout, row))
			for _, warning := range outcome.Warnings {
				for _, line := range report.Wrap(report.Plain(warning), max(width-signWidth-2, 1)) {
					warned = append(warned, "      "+t.Paint(theme.Attention, line))
				}
			}
		case outcome.Status == syncer.Held:
			held = append(held, errorBlock(t, layout, row)...)
		}
	}
	lines := slices.Concat(bad, warned, held)
	if len(lines) == 0 {
		return nil
	}
	if len(held) > 0 {
		for _, line := range report.Wrap("r goes back to Review, where a accepts what may be accepted", width-4) {
			lines = append(lines, "  "+t.Paint(theme.Dim, line))
		}
	}
	return append([]string{"", "  " + t.Paint(theme.Accent, "To look at")}, lines...)
}

// ended says in one line how a run ended.
func ended(run *syncer.Run, sum report.RunSummary) (text string, role theme.Role) {
	written := report.Counted(sum.Applied, "change", "changes") + " written"
	switch {
	case run.ExitCode == syncer.ExitDone && sum.Applied == 0:
		return theme.SignDone + " Nothing was to be written: all is as it should be", theme.Done
	case run.ExitCode == syncer.ExitDone:
		return theme.SignDone + " Done: " + written, theme.Done
	case run.ExitCode == syncer.ExitHeld && sum.Applied == 0:
		return theme.SignHeld + " Nothing was written: what would change is held", theme.Attention
	case run.ExitCode == syncer.ExitHeld:
		return theme.SignHeld + " Done: " + written + ", some lines are held", theme.Attention
	case run.ExitCode == syncer.ExitCancelled:
		return theme.SignHeld + " Stopped between two writes: " + written, theme.Attention
	case run.ExitCode == syncer.ExitUnknown:
		return theme.SignUnknown + " " + written + "; of some it is not known yet", theme.Wrong
	case sum.Applied == 0:
		return theme.SignWrong + " Nothing was written", theme.Wrong
	}
	return theme.SignWrong + " " + written + ", but not all", theme.Wrong
}

// tally counts what became of the rows.
func tally(run *syncer.Run, sum report.RunSummary) string {
	notTried := 0
	for i := range run.Outcomes {
		if run.Outcomes[i].Status == syncer.Skipped && run.Plan.Changes[i].Action.Writes() {
			notTried++
		}
	}
	var parts []string
	for _, part := range []struct {
		n    int
		word string
	}{{sum.Applied, "applied"}, {sum.Failed, "failed"}, {sum.Unknown, "unknown"}, {notTried, "not tried"}, {sum.Hold, "held"}, {sum.None, "unchanged"}} {
		if part.n > 0 {
			parts = append(parts, report.Count(part.n)+" "+part.word)
		}
	}
	return strings.Join(parts, " · ")
}

// exitMeaning is what an exit code says, in the words of the contract.
func exitMeaning(code int) string {
	meaning, ok := map[int]string{
		syncer.ExitDone: "done", syncer.ExitFailed: "failed, nothing was written", syncer.ExitPartial: "some lines were written, some not",
		syncer.ExitHeld: "all was written that is not held", syncer.ExitUnknown: "a write may or may not have happened; a later run settles it",
		syncer.ExitStale: "the plan no longer fits", syncer.ExitStore: "the local store cannot be used", syncer.ExitUsage: "the set-up is not complete",
		syncer.ExitBusy: "another run of this profile goes on", syncer.ExitCredentials: "ConnectWise refused the keys, or a right is missing",
		syncer.ExitTryLater: "ConnectWise is out of reach or throttles; nothing was written", syncer.ExitCancelled: "stopped between two writes",
	}[code]
	if !ok {
		return "failed"
	}
	return meaning
}

// lasting is a length of time as people say it.
func lasting(d time.Duration) string {
	switch {
	case d < 10*time.Second && d%time.Second != 0:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
	case d < time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", d/time.Minute, d%time.Minute/time.Second)
	}
	return fmt.Sprintf("%d h %d min", d/time.Hour, d%time.Hour/time.Minute)
}
