package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"cwsync/store"
	"cwsync/ui/report"
	"cwsync/ui/theme"

	"github.com/spf13/cobra"
)

// usualChanges is how many changes history lists where nobody says how many.
const usualChanges = 100

// historyFlags are the filters of history.
type historyFlags struct {
	customer, product, since string
	held, failed             bool
}

func (h *historyFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&h.customer, "customer", "", "list the changes of this customer `ID`")
	f.StringVar(&h.product, "product", "", "list the changes of this product `IDENTIFIER`")
	f.BoolVar(&h.held, "held", false, "list the lines that were held")
	f.BoolVar(&h.failed, "failed", false, "list the lines that failed, or whose write is unknown")
	f.StringVar(&h.since, "since", "", "only runs since this `DATE` (2026-11-21, UTC) or for so long (12h, 7d, 4w)")
}

// ofChanges reports whether changes are asked for rather than runs.
func (h *historyFlags) ofChanges() bool {
	return h.customer != "" || h.product != "" || h.held || h.failed
}

func (h *historyFlags) filter(cmd *cobra.Command, now time.Time, oneRun bool) (store.ChangeFilter, error) {
	filter := store.ChangeFilter{Customer: h.customer, Product: h.product, Held: h.held, Failed: h.failed}
	if oneRun {
		for _, name := range []string{"customer", "product", "held", "failed", "since", "limit"} {
			if cmd.Flags().Changed(name) {
				return filter, usageError("--%s looks through all runs, and a RUN is one: leave one of them out", name)
			}
		}
	}
	if h.since == "" {
		return filter, nil
	}
	var ok bool
	if filter.Since, ok = sinceTime(h.since, now); !ok {
		return filter, usageError("--since %.50q is no date such as 2026-11-21 and no time such as 12h, 7d or 4w", h.since)
	}
	return filter, nil
}

// sinceTime is a date, or so long before now: whole hours, days or weeks.
func sinceTime(text string, now time.Time) (time.Time, bool) {
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return day, true
	}
	number, unit := text[:len(text)-1], text[len(text)-1]
	n, err := strconv.ParseUint(number, 10, 16)
	switch back := int(n); {
	case err != nil:
	case unit == 'h':
		return now.Add(-time.Duration(back) * time.Hour), true
	case unit == 'd':
		return now.AddDate(0, 0, -back), true
	case unit == 'w':
		return now.AddDate(0, 0, -7*back), true
	}
	return time.Time{}, false
}

// listChanges lists changes of past runs.
func (a *app) listChanges(ctx context.Context, profile *store.Profile, filter store.ChangeFilter, asCSV bool) error {
	lines, err := profile.Changes(ctx, filter)
	if err != nil {
		return err
	}
	switch {
	case a.flags.json:
		return a.print(report.FoundJSON(a.flags.profile, foundOf(lines)))
	case asCSV:
		return a.print(report.FoundCSV(foundOf(lines)))
	case len(lines) == 0:
		_, err = fmt.Fprintln(a.out, "no run has such a change")
		return err
	}
	last, width := "", a.text().Width
	if width == 0 {
		width = theme.DefaultWidth
	}
	width = max(width-6, 20)
	for i := range lines {
		line := &lines[i]
		if line.RunID != last {
			last = line.RunID
			fmt.Fprintf(a.out, "%s  %s\n", line.RunID, line.Started.UTC().Format("2006-01-02 15:04 UTC"))
		}
		row := report.RunRow(&line.Change, line.Outcome)
		_, err = fmt.Fprintln(a.out, "  "+changeText(row)+"  "+report.Plain(line.Change.Key.String()))
		if said := row.Said(); said != "" && err == nil {
			_, err = fmt.Fprintln(a.out, "      "+strings.Join(report.Wrap(said, width), "\n      "))
		}
	}
	if filter.Limit > 0 && len(lines) == filter.Limit {
		fmt.Fprintf(a.err, "the newest %d are shown; --limit shows more, 0 all\n", filter.Limit)
	}
	return err
}

// changeText is a change on one line: "✓ applied  Contoso  Business  402 → 405  PPE-BUS".
func changeText(row report.Row) string {
	sign, word, _ := row.Mark()
	before, after := row.Quantities()
	parts := []string{fmt.Sprintf("%s %-9s", sign, word), row.Customer(), row.Service()}
	switch {
	case before != "" && after != "":
		parts = append(parts, before+" → "+after)
	case after != "":
		parts = append(parts, after)
	}
	if product := row.Product(); product != "" {
		parts = append(parts, product)
	}
	return strings.Join(parts, "  ")
}

func foundOf(lines []store.Line) []report.Found {
	found := make([]report.Found, len(lines))
	for i := range lines {
		line := &lines[i]
		found[i] = report.Found{RunID: line.RunID, Started: line.Started, Undoes: line.Undoes, Change: line.Change, Outcome: line.Outcome}
	}
	return found
}
