package alert

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"cwsync/syncer/source"
)

// What a message holds at most: it is to be read on a telephone, and the history has the rest.
const (
	maxLines = 10  // lines that need a person
	maxText  = 300 // characters of a text from outside
	maxName  = 80  // characters of a name
)

// plain makes a text from outside one harmless line of at most limit characters.
func plain(text string, limit int) string {
	runes := []rune(source.CleanName(text))
	if len(runes) > limit {
		return strings.TrimRight(string(runes[:limit-1]), " ") + "…"
	}
	return string(runes)
}

// title is a message in one line, without names of customers.
func (r *Report) title() string { return "cwsync " + r.Profile + ": " + r.outcome() }

// outcome says in a few words how the run ended.
func (r *Report) outcome() string {
	held := ""
	switch {
	case r.Counts.Held > 0:
		held = counted(r.Counts.Held, "line is held", "lines are held")
	case r.SourcesHeld > 0:
		held = counted(r.SourcesHeld, "source is held", "sources are held")
	}
	switch r.Ends()[0] {
	case Done:
		return "all is done"
	case Held:
		return cmp.Or(held, "something is held")
	case Partial:
		return "only a part was done"
	case Unknown:
		return "a write may or may not have happened"
	}
	switch r.ExitCode {
	case 75:
		return "the run could not be done now (exit code 75)"
	case 130:
		return "the run was cancelled"
	}
	return fmt.Sprintf("the run failed (exit code %d)", r.ExitCode)
}

// text is a message of several lines, with names of customers.
func (r *Report) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\nrun %s of profile %s, started %s, took %s, exit code %d\n", r.title(), r.RunID, r.Profile,
		r.Started.UTC().Format("2006-01-02 15:04 UTC"), r.Duration.Round(time.Second), r.ExitCode)
	if counts := r.counts(); counts != "" {
		b.WriteString(counts + "\n")
	}
	if delta := r.delta(); delta != "" {
		b.WriteString("applied changes are worth " + delta + " a month\n")
	}
	if r.Problem != nil {
		for line := range strings.Lines(r.Problem.Message) {
			b.WriteString(plain(line, maxText) + "\n")
		}
	}
	if len(r.Lines) > 0 {
		b.WriteString("\nThis needs a person:\n")
	}
	for _, line := range r.Lines[:min(len(r.Lines), maxLines)] {
		b.WriteString("- " + line.text() + "\n")
	}
	if more := len(r.Lines) - maxLines; more > 0 {
		fmt.Fprintf(&b, "- and %d more\n", more)
	}
	b.WriteString("\n" + r.next())
	return b.String()
}

func (l *Line) text() string {
	said := l.Status + ": "
	if l.Customer != "" {
		said += plain(l.Customer, maxName) + ", "
	}
	said += plain(l.Service, maxName)
	if l.Code != "" {
		said += " (" + strings.ReplaceAll(plain(l.Code, maxName), "_", " ") + ")"
	}
	if l.Reason != "" {
		said += ": " + plain(l.Reason, maxText)
	}
	return said
}

// next says what to do.
func (r *Report) next() string {
	var said []string
	if r.Problem != nil && r.Problem.Hint != "" {
		said = append(said, "Next: "+plain(r.Problem.Hint, maxText))
	}
	if r.Kept {
		command := "cwsync history " + r.RunID
		if r.Profile != "default" {
			command += " --profile " + r.Profile
		}
		said = append(said, "`"+command+"` shows every line.")
	}
	if len(said) == 0 {
		said = append(said, "`cwsync doctor` says what is wrong.")
	}
	return strings.Join(said, "\n")
}

// counts says what became of the lines.
func (r *Report) counts() string {
	var said []string
	for _, part := range []struct {
		n    int
		word string
	}{
		{r.Counts.Applied, "applied"}, {r.Counts.Failed, "failed"}, {r.Counts.Unknown, "unknown"}, {r.Counts.Held, "held"},
		{r.Counts.Unchanged, "unchanged"}, {r.Counts.Skipped, "skipped"},
	} {
		if part.n > 0 {
			said = append(said, fmt.Sprintf("%d %s", part.n, part.word))
		}
	}
	if r.SourcesHeld > 0 {
		said = append(said, counted(r.SourcesHeld, "source held", "sources held"))
	}
	return strings.Join(said, ", ")
}

// delta is what the applied changes are worth a month, by currency.
func (r *Report) delta() string {
	var said []string
	for _, currency := range slices.Sorted(maps.Keys(r.MonthlyDelta)) {
		amount := r.MonthlyDelta[currency]
		if amount.IsZero() {
			continue
		}
		text := amount.StringFixed(2)
		if amount.IsPositive() {
			text = "+" + text
		}
		said = append(said, strings.TrimSpace(text+" "+plain(currency, maxName)))
	}
	return strings.Join(said, ", ")
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
