package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"cwsync/syncer"
	"cwsync/syncer/plan"
	"cwsync/ui/theme"
)

// TextOptions say how a report looks.
type TextOptions struct {
	Width   int         // in cells; 0 is theme.DefaultWidth, less than theme.MinWidth is theme.MinWidth
	Verbose bool        // unchanged and skipped rows too, and how each quantity came about
	Theme   theme.Theme // the zero value has no colour
}

// PlanText writes a plan for people: sources, warnings, the rows by customer, and last what it would change and what that is worth a month.
func PlanText(w io.Writer, p *plan.Plan, options TextOptions) error {
	s := sheet{plan: p}
	t := newPage(w, options)
	t.planTitle(p)
	t.sheet(s)
	t.closing(s.planTotal(s.summary()))
	return t.flush()
}

// RunText writes a run for people, each row with what became of it, and last the totals.
func RunText(w io.Writer, r *syncer.Run, options TextOptions) error {
	s := ofRun(r)
	t := newPage(w, options)
	t.runTitle(r, s.plan)
	t.sheet(s)
	if r.Problem != nil {
		t.blank()
		t.entry(0, mark{theme.SignWrong, "stopped", theme.Wrong}, Plain(r.Problem.Message))
		t.hint(2, CommandHint(r.Problem))
	}
	t.closing(s.runTotal(s.summary()))
	return t.flush()
}

// page writes lines of a bounded width.
type page struct {
	out     *bufio.Writer // keeps its first error, which flush gives
	width   int
	verbose bool
	theme   theme.Theme
}

// piece is a part of a line.
type piece struct {
	text string // plain
	role theme.Role
}

func newPage(w io.Writer, o TextOptions) *page {
	width := o.Width
	if width == 0 {
		width = theme.DefaultWidth
	}
	return &page{out: bufio.NewWriter(w), width: max(width, theme.MinWidth), verbose: o.Verbose, theme: o.Theme}
}

func (t *page) flush() error {
	if err := t.out.Flush(); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

// line writes one line, without the spaces at its end.
func (t *page) line(pieces ...piece) {
	for len(pieces) > 0 {
		last := &pieces[len(pieces)-1]
		last.text = strings.TrimRight(last.text, " ")
		if last.text != "" {
			break
		}
		pieces = pieces[:len(pieces)-1]
	}
	for _, p := range pieces {
		_, _ = t.out.WriteString(t.theme.Paint(p.role, p.text))
	}
	_ = t.out.WriteByte('\n')
}

func (t *page) blank() { t.line() }

// paragraph writes text from column at on, wrapped there.
func (t *page) paragraph(at int, role theme.Role, text string) {
	for _, line := range wrap(text, t.width-at) {
		t.line(piece{spaces(at), theme.Normal}, piece{line, role})
	}
}

// entry writes a sign, its word and a text that hangs behind them.
func (t *page) entry(at int, m mark, text string) {
	lead := m.sign + " " + m.word + "  "
	hang := at + cells(lead)
	for i, line := range wrap(text, t.width-hang) {
		if i == 0 {
			t.line(piece{spaces(at), theme.Normal}, piece{lead, m.role}, piece{line, theme.Normal})
		} else {
			t.line(piece{spaces(hang) + line, theme.Normal})
		}
	}
}

func (t *page) hint(at int, hint string) {
	if hint != "" {
		t.paragraph(at, theme.Dim, "hint: "+Plain(hint))
	}
}

func (t *page) planTitle(p *plan.Plan) {
	title := "plan " + Plain(p.ID) + " of profile " + Plain(p.Profile)
	if p.Undoes != "" {
		title += ", which takes back run " + Plain(p.Undoes)
	}
	if !p.Created.IsZero() {
		title += ", made " + moment(p.Created)
	}
	t.paragraph(0, theme.Accent, title)
}

func (t *page) runTitle(r *syncer.Run, p *plan.Plan) {
	title := "run " + Plain(r.ID) + " of profile " + Plain(p.Profile)
	if r.Undoes != "" {
		title += ", which takes back run " + Plain(r.Undoes)
	}
	if !r.Started.IsZero() {
		title += ", started " + moment(r.Started)
	}
	switch {
	case r.ExitCode < 0:
		title += ", never finished"
	case !r.Started.IsZero():
		title += ", took " + took(r.Duration)
	}
	t.paragraph(0, theme.Accent, title)
}

func (t *page) closing(total string) {
	t.blank()
	t.paragraph(0, theme.Accent, total)
}

// sheet writes all that plans and runs have in common.
func (t *page) sheet(s sheet) {
	t.sources(s.plan)
	warnings := planWarnings(s.plan)
	if s.run != nil {
		warnings = joined(warnings, s.run.Warnings)
	}
	if len(warnings) > 0 {
		t.blank()
	}
	for _, warning := range warnings {
		t.entry(0, mark{theme.SignHeld, "warning", theme.Attention}, Plain(warning))
	}
	t.customers(s)
}

func (t *page) sources(p *plan.Plan) {
	if len(p.Sources) == 0 {
		return
	}
	t.blank()
	t.line(piece{"Sources", theme.Accent})
	for i := range p.Sources {
		t.source(p, &p.Sources[i])
	}
}

func (t *page) source(p *plan.Plan, s *plan.SourceSummary) {
	text := Plain(s.Name) + ": " + Counted(s.Lines, "line", "lines") + ", " + Counted(s.Customers, "customer", "customers")
	if !s.AsOf.IsZero() {
		text += ", as of " + moment(s.AsOf)
		if old := age(p.Created.Sub(s.AsOf)); old != "" && !p.Created.IsZero() {
			text += " (" + old + ")"
		}
	}
	if accepted := acceptedCodes(p, s.Name); len(accepted) > 0 {
		text += ", " + strings.Join(accepted, " accepted, ") + " accepted"
	}
	if s.Held == "" {
		t.entry(2, mark{theme.SignDone, "read", theme.Done}, text)
		return
	}
	t.entry(2, mark{theme.SignHeld, "held", theme.Attention}, text)
	t.paragraph(detailAt, theme.Normal, sentence(words(s.Held), s.Problem))
	if _, bySource := plan.Acceptable(s.Held); bySource {
		t.accept(detailAt, acceptWith(s.Name+":"+string(s.Held)))
	}
}

// detailAt is where the details of a source begin.
const detailAt = 10

func sentence(head, rest string) string {
	if rest == "" {
		return head
	}
	return head + ": " + Plain(rest)
}

// words is a code as people read it.
func words(code plan.Code) string { return strings.ReplaceAll(Plain(string(code)), "_", " ") }
