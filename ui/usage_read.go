package ui

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
	"cwsync/ui/report"

	tea "charm.land/bubbletea/v2"
)

// headed is a source whose columns have names: the file's own, whatever the options ask for.
type headed interface {
	Header(ctx context.Context) ([]string, error)
}

// usageReadMsg is what became of reading a source. It goes to every step.
type usageReadMsg struct {
	source  string
	round   int            // of the step Usage; 0: another step read
	asked   source.Options // that were set when reading began
	options source.Options // that it was read with: the same, its paths absolute
	usage   billing.Usage
	preview preview
	headers []string // of a source that could not be read and has some
	err     error
}

// preview is what the lines of a usage look like, worked out once.
type preview struct {
	source string
	rows   []pickRow // one for each line
	widths lineWidths
}

// previewMsg is a preview of usage that was read before.
type previewMsg struct{ preview }

// lineWidths are how wide the columns of the preview are, in cells.
type lineWidths struct{ place, customer, service, quantity, price int }

// readUsage reads the source that is worked on. Reading for ever is the context's to end.
func (d *desk) readUsage(ctx context.Context) tea.Cmd {
	current := d.current()
	if current == nil || d.profile.Kinds == nil {
		return nil
	}
	kind, ok := d.profile.Kinds.Lookup(current.Kind)
	if !ok {
		return nil
	}
	config := source.Config{Name: current.Name, Options: maps.Clone(current.Options), Now: d.now}
	asked := maps.Clone(current.Options)
	name, secret := current.Name, d.profile.Secret
	config.Secret = func(ctx context.Context, field string) (string, error) { return secret(ctx, secretName(name, field)) }
	return func() tea.Msg {
		absolutePaths(kind, config.Options)
		msg := usageReadMsg{source: name, asked: asked, options: config.Options}
		msg.usage, msg.headers, msg.err = readSource(ctx, kind, config)
		if err := ctx.Err(); err != nil {
			msg.usage, msg.headers, msg.err = billing.Usage{}, nil, err // a source that does not heed being stopped is not believed either
		}
		msg.preview = newPreview(name, msg.usage.Lines)
		return msg
	}
}

// secretName is the name of a secret of a source.
func secretName(name, field string) string { return "source." + name + "." + field }

// recallSource works on the source that was worked on when the wizard was left.
func (d *desk) recallSource(ctx context.Context) error {
	name, ok, err := d.profile.Notes.Setting(ctx, noteSource)
	if err != nil || !ok {
		return err
	}
	for i := range d.document.Sources {
		if d.document.Sources[i].Name == name {
			d.source = i
		}
	}
	return nil
}

func readSource(ctx context.Context, kind source.Kind, config source.Config) (billing.Usage, []string, error) {
	if err := kind.Check(config.Options); err != nil {
		return billing.Usage{}, nil, err
	}
	reader, err := kind.Open(config)
	if err != nil {
		return billing.Usage{}, nil, err
	}
	usage, err := reader.Read(ctx)
	if err == nil {
		return usage, nil, nil
	}
	var headers []string
	if file, ok := reader.(headed); ok && ctx.Err() == nil {
		if names, unreadable := file.Header(ctx); unreadable == nil {
			headers = names // without them, what Read said is all there is to say
		}
	}
	return billing.Usage{}, headers, err
}

// absolutePaths makes what a person typed mean the same wherever the next run starts.
func absolutePaths(kind source.Kind, options source.Options) {
	for _, field := range kind.Fields {
		path := options.Text(field.Name, "")
		if field.Type != source.TypePath || path == "" || path == source.StandardInput {
			continue
		}
		if rest, ok := strings.CutPrefix(path, "~"); ok && (rest == "" || os.IsPathSeparator(rest[0])) {
			if home, err := os.UserHomeDir(); err == nil {
				path = filepath.Join(home, rest)
			}
		}
		if whole, err := filepath.Abs(path); err == nil {
			options[field.Name] = whole
		}
	}
}

// newPreview works the lines of a usage through. It takes a while for a long one: commands call it.
func newPreview(name string, lines []billing.UsageLine) preview {
	rows := make([]pickRow, len(lines))
	var w lineWidths
	for i := range lines {
		line := &lines[i]
		rows[i] = pickRow{key: i, text: strings.Join([]string{line.CustomerID, line.CustomerName, line.ServiceID, line.ServiceName, string(line.Status)}, " ")}
		w.place = max(w.place, len(report.Count(line.Place)))
		w.customer = max(w.customer, report.Cells(customerText(line)))
		w.service = max(w.service, report.Cells(serviceOfLine(line)))
		w.quantity = max(w.quantity, report.Cells(quantityText(line)))
		w.price = max(w.price, report.Cells(priceText(line)))
	}
	return preview{name, rows, w}
}

func customerText(line *billing.UsageLine) string {
	if line.CustomerName == "" {
		return report.Plain(line.CustomerID)
	}
	return report.Plain(line.CustomerName)
}

func serviceOfLine(line *billing.UsageLine) string {
	if line.ServiceName == "" {
		return report.Plain(line.ServiceID)
	}
	return report.Plain(line.ServiceName)
}

func quantityText(line *billing.UsageLine) string {
	return counted(line.Quantity, line.Unit)
}

func priceText(line *billing.UsageLine) string {
	if !line.Price.Valid {
		return ""
	}
	return report.Price(line.Price.Decimal, line.Currency)
}

// usageProblem is one thing that is wrong with what was read.
type usageProblem struct {
	place   string // "line 12", "line 12, column 5", or empty
	message string
	hint    string
}

// usageProblems takes an error of reading apart; more is how many there are beyond those.
func usageProblems(err error) (problems []usageProblem, more int) {
	var all *source.ReadErrors
	var one *source.ReadError
	switch {
	case err == nil:
		return nil, 0
	case errors.As(err, &all):
		for _, problem := range all.Problems {
			problems = append(problems, readProblem(problem))
		}
		return problems, all.More
	case errors.As(err, &one):
		return []usageProblem{readProblem(one)}, 0
	}
	text, hint := explain(err)
	for line := range strings.SplitSeq(text, "\n") {
		problems = append(problems, usageProblem{message: line})
	}
	problems[len(problems)-1].hint = hint
	return problems, 0
}

func readProblem(e *source.ReadError) usageProblem {
	problem := usageProblem{message: e.Message, hint: e.Hint}
	switch {
	case e.Line > 0 && e.Column > 0:
		problem.place = fmt.Sprintf("line %d, column %d", e.Line, e.Column)
	case e.Line > 0:
		problem.place = fmt.Sprintf("line %d", e.Line)
	}
	return problem
}

// sizeOf counts what a usage has.
func sizeOf(usage billing.Usage) (lines, customers, services int) {
	seenCustomers, seenServices := map[string]bool{}, map[string]bool{}
	for i := range usage.Lines {
		seenCustomers[usage.Lines[i].CustomerID] = true
		seenServices[usage.Lines[i].ServiceID] = true
	}
	return len(usage.Lines), len(seenCustomers), len(seenServices)
}

// howOld says how old something is.
func howOld(span time.Duration) string {
	switch {
	case span < time.Minute:
		return "less than a minute old"
	case span < time.Hour:
		return report.Counted(int(span/time.Minute), "minute", "minutes") + " old"
	case span < 48*time.Hour:
		return report.Counted(int(span/time.Hour), "hour", "hours") + " old"
	}
	return report.Counted(int(span/(24*time.Hour)), "day", "days") + " old"
}
