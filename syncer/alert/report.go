package alert

import (
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// The ends of a run that an alert can be for; see Report.Ends.
const (
	Held    = "held"
	Partial = "partial"
	Failed  = "failed"
	Unknown = "unknown"
	Done    = "done"
)

// Report is what became of a run, or of the try to begin one. Texts may be as other systems gave them: they are made harmless on their way out.
type Report struct {
	Profile      string
	RunID        string // of the run, also of one that never began
	Kept         bool   // the history has the run
	Started      time.Time
	Duration     time.Duration
	ExitCode     int
	Counts       Counts
	SourcesHeld  int                        // sources that are held as a whole
	MonthlyDelta map[string]decimal.Decimal // by currency (ISO code, may be empty), a month, of what was applied
	Problem      *Problem                   // why the run ended early, or never began; nil when it did not
	Lines        []Line                     // the lines and sources that need a person
}

// Counts are the lines of a run by what became of them.
type Counts struct{ Applied, Failed, Unknown, Held, Unchanged, Skipped int }

// Problem is why a run ended early.
type Problem struct {
	Message string
	Hint    string // what to do next; may be empty
}

// Line is one line, or one source, that needs a person.
type Line struct {
	Status   string // held, failed or unknown
	Code     string // may be empty
	Customer string // name, else id; empty for a source
	Service  string // name, else id; for a source its name
	Reason   string
}

// Ends are the ends that alerts are chosen by; one at least. The exit code gives the first: 0 is done, 3 partial, 5 held, 6 unknown, and any other
// failed, also that of a run that never began. A graver end hides no other that a person has to act on: lines or sources that are held add held,
// lines of unknown end add unknown.
func (r *Report) Ends() []string {
	first := map[int]string{0: Done, 3: Partial, 5: Held, 6: Unknown}[r.ExitCode]
	if first == "" {
		first = Failed
	}
	ends := []string{first}
	if (r.Counts.Held > 0 || r.SourcesHeld > 0) && first != Held && first != Done {
		ends = append(ends, Held)
	}
	if r.Counts.Unknown > 0 && first != Unknown {
		ends = append(ends, Unknown)
	}
	return ends
}

// endsIn reports whether the run ended in one of these ways.
func (r *Report) endsIn(on []string) bool {
	return slices.ContainsFunc(r.Ends(), func(end string) bool { return slices.Contains(on, end) })
}
