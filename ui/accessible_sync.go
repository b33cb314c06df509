package ui

import (
	"time"

	"cwsync/ui/report"
	"cwsync/ui/theme"
)

// Of a run with more changes than everyLine only how far it is is said, every sayEvery, and what went wrong.
const (
	everyLine  = 100
	sayEvery   = 5 * time.Second
	plainWidth = 400 // so wide that nothing is broken into lines
)

// plainSync is the step that writes, as lines of text.
type plainSync struct {
	p    *prompts
	step *syncStep

	turn    int // of the run that is said
	landed  int // how many of its lines were said, or passed over
	errors  int // how many of those that went wrong were said
	said    time.Time
	summary bool // it was said
}

// heard says each line as it lands, or now and then how far a long run is.
func (s *plainSync) heard() {
	if s.turn != s.step.turn {
		s.turn, s.landed, s.errors, s.summary, s.said = s.step.turn, 0, 0, false, s.p.now()
		s.p.say("Writing. ctrl+c stops between two writes; what is written stays written.")
	}
	shot := s.step.shot
	if shot.total > everyLine {
		for _, row := range shot.errors[min(s.errors, len(shot.errors)):] {
			s.row(row)
		}
		s.errors = max(s.errors, len(shot.errors))
		if now := s.p.now(); s.step.feed != nil && now.Sub(s.said) >= sayEvery {
			s.said = now
			s.p.say("%s of %s", report.Count(shot.done), report.Count(shot.total))
		}
		return
	}
	counts := shot.counts
	count := counts.Applied + counts.Failed + counts.Unknown + counts.Held + counts.Unchanged + counts.Skipped
	fresh := min(count-s.landed, len(shot.landed))
	s.landed = max(s.landed, count)
	for _, row := range shot.landed[len(shot.landed)-max(fresh, 0):] {
		s.row(row)
	}
}

// row says what became of a line.
func (s *plainSync) row(row landed) {
	shown := report.RunRow(row.change, row.outcome)
	_, word, _ := shown.Mark()
	before, after := shown.Quantities()
	quantities := before + after
	if before != "" && after != "" {
		quantities = before + " to " + after
	}
	s.p.say("%s. %s", spoken(word, shown.Customer(), shown.Service(), quantities), shown.Said())
	if hint := shown.Hint(); hint != "" {
		s.p.say("  What to do: %s", hint)
	}
}

func (s *plainSync) ask() error {
	review := func(string) error { return s.p.begin(s.p.app.show(placeReview)) }
	switch {
	case s.step.stop != nil:
		problem := s.step.stop.Problem
		s.p.say("Failed, %s: %s. %s", exitMeaning(s.step.stop.Exit), report.Plain(problem.Message), report.Plain(problem.Hint))
		return s.p.atStep(s.p.choose(append(s.history(), option{"enter", "back to Review", review})))
	case s.step.run == nil:
		s.p.say("Nothing is to be written yet. Review shows what a sync would write; enter there begins it.")
		return s.p.atStep(s.p.choose([]option{{"enter", "to Review", review}}))
	case !s.summary:
		s.summary = true
		s.say(s.step.ending(theme.None(), plainWidth))
	}
	return s.p.atStep(s.p.choose(append(s.history(), []option{
		{"enter", "review again", review},
		{"t", "what to give a scheduler, so that it runs every day", func(string) error {
			if s.step.desk.profile.Schedule != nil {
				return s.p.do(send(openMsg{pageSchedule}))
			}
			for _, line := range s.step.desk.timetable(theme.None(), plainWidth) {
				s.p.say("%s", line)
			}
			return nil
		}},
	}...)))
}

// history leads back to where a run was taken back from.
func (s *plainSync) history() []option {
	if !s.step.undoes() {
		return nil
	}
	return []option{{"h", "back to the history", func(string) error { return s.p.do(send(openMsg{pageHistory})) }}}
}

func (s *plainSync) say(lines []string) {
	for _, line := range lines {
		if line = inOneLine(line); line != "" {
			s.p.say("%s", line)
		}
	}
}
