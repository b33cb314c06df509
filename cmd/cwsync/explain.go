package main

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"cwsync/store"
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
	"cwsync/syncer/setup"
	"cwsync/ui/report"

	"github.com/adrg/strutil/metrics"
	"github.com/spf13/cobra"
)

// explainedRuns is how many runs an explanation tells of, where nobody says how many.
const explainedRuns = 20

func (a *app) explainCommand() *cobra.Command {
	limit := explainedRuns
	cmd := &cobra.Command{
		Use: "explain KEY|ADDITION", Short: "Why a line is what it is",
		Long: "Why a line is what it is: what the last run saw and did, the rules of the set-up, what of it is ours, what is held and how to release it,\n" +
			"and the runs that touched it, with what somebody changed in between. A line is named by its KEY (source/customer/service), as reports\n" +
			"write it, or by the number of its addition. It asks neither the source nor ConnectWise: all is as of the run that it names.",
		Args: exactly(1, "KEY or ADDITION"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if limit < 0 {
				return usageError("--limit %d is less than 0", limit)
			}
			profile, err := a.knownProfile(cmd.Context())
			if err != nil {
				return err
			}
			return a.explain(cmd.Context(), profile, args[0], limit)
		},
	}
	cmd.Flags().IntVar(&limit, "limit", explainedRuns, "tell of at most `N` runs; 0: all")
	return cmd
}

func (a *app) explain(ctx context.Context, profile *store.Profile, name string, limit int) error {
	owned, err := profile.Owned(ctx)
	if err != nil {
		return err
	}
	key, lines, err := findLine(ctx, profile, owned, name, limit)
	if err != nil {
		return err
	}
	if lines == nil && !slices.ContainsFunc(owned, func(o plan.Owned) bool { return o.Key == key }) {
		return a.unknownLine(ctx, profile, owned, name)
	}
	explanation, err := explanationOf(ctx, profile, a.flags.profile, key, owned, lines)
	if err != nil {
		return err
	}
	if a.flags.json {
		return a.print(report.ExplainJSON(explanation))
	}
	return report.ExplainText(a.out, explanation, a.text())
}

// explanationOf is all that the store knows of a line: what is ours, and what runs said of it.
func explanationOf(ctx context.Context, profile *store.Profile, name string, key billing.Key, owned []plan.Owned, lines []store.Line) (*report.Explanation, error) {
	explanation := &report.Explanation{Profile: name, Key: key, History: report.PastOf(foundOf(lines))}
	if len(explanation.History) > 0 {
		explanation.Latest = &explanation.History[0].Found
	}
	if err := explainStored(ctx, profile, owned, explanation); err != nil {
		return nil, err
	}
	return explanation, nil
}

// findLine finds the key that is meant, and what runs said of it.
func findLine(ctx context.Context, profile *store.Profile, owned []plan.Owned, name string, limit int) (key billing.Key, lines []store.Line, err error) {
	addition, err := strconv.Atoi(name)
	if err != nil {
		if key, err = billing.ParseKey(name); err != nil {
			return key, nil, nil
		}
		lines, err = profile.LinesOfKey(ctx, key, limit)
		return key, lines, err
	}
	if at := slices.IndexFunc(owned, func(o plan.Owned) bool { return o.AdditionID == addition }); at >= 0 {
		key = owned[at].Key
		lines, err = profile.LinesOfKey(ctx, key, limit)
		return key, lines, err
	}
	if lines, err = profile.LinesOfAddition(ctx, addition, limit); len(lines) > 0 {
		key = lines[0].Change.Key
	}
	return key, lines, err
}

// explainStored fills in what the store knows of the line beside its history.
func explainStored(ctx context.Context, profile *store.Profile, owned []plan.Owned, e *report.Explanation) error {
	for i := range owned { // what goes on counts rather than what ended
		if o := &owned[i]; bills(o, e.Key) && (e.Owned == nil || o.Ended.IsZero() || !e.Owned.Ended.IsZero()) {
			e.Owned = o
		}
	}
	undone, err := profile.Undone(ctx)
	if err != nil {
		return err
	}
	e.Undone = slices.DeleteFunc(undone, func(u plan.Undone) bool { return u.Key != e.Key && (e.Owned == nil || u.Key != e.Owned.Key) })
	open, err := profile.OpenIntents(ctx)
	if err != nil {
		return err
	}
	for i := range open {
		if open[i].Key == e.Key {
			e.Unknown = append(e.Unknown, open[i].At)
		}
	}
	document, ok, err := profile.LoadSetup(ctx)
	if err != nil || !ok {
		return err
	}
	e.Source = sourceNamed(document, e.Key.Source)
	return nil
}

// bills reports whether an addition bills a line, by itself or as a member of a merged one.
func bills(owned *plan.Owned, key billing.Key) bool {
	return owned.Key == key || slices.Contains(owned.Members, key)
}

func sourceNamed(document *setup.Document, name string) *billing.Source {
	for i := range document.Sources {
		if document.Sources[i].Name == name {
			return &document.Sources[i]
		}
	}
	return nil
}

// unknownLine says that nothing is known of a line, and which lines are called much like it.
func (a *app) unknownLine(ctx context.Context, profile *store.Profile, owned []plan.Owned, name string) error {
	stop := usageError("profile %s knows no line %.200q", a.flags.profile, name)
	if _, err := strconv.Atoi(name); err == nil {
		stop = usageError("profile %s has never had to do with addition %s", a.flags.profile, name)
	}
	stop.Problem.Hint = "a line is named as reports write it, source/customer/service; `cwsync history RUN --csv` lists those of a run"
	keys := map[string]bool{}
	for i := range owned {
		keys[owned[i].Key.String()] = true
	}
	last, ok, err := profile.LastRun(ctx)
	if err != nil {
		return err
	}
	if ok {
		run, err := profile.Run(ctx, last.ID)
		if err != nil {
			return err
		}
		for i := range run.Plan.Changes {
			keys[run.Plan.Changes[i].Key.String()] = true
		}
	}
	if near := nearestKeys(name, keys); len(near) > 0 {
		stop.Problem.Hint = "lines that are called much like it: " + strings.Join(near, ", ")
	}
	return stop
}

// nearestKeys are the three keys that differ least from what was given: at most half of it, so that they have something to do with it.
func nearestKeys(given string, keys map[string]bool) []string {
	type candidate struct {
		key      string
		distance int
	}
	measure := metrics.NewLevenshtein()
	measure.CaseSensitive = false
	var near []candidate
	for key := range keys {
		if distance := measure.Distance(given, key); distance <= len(given)/2 {
			near = append(near, candidate{key, distance})
		}
	}
	slices.SortFunc(near, func(x, y candidate) int {
		if x.distance != y.distance {
			return x.distance - y.distance
		}
		return strings.Compare(x.key, y.key)
	})
	var names []string
	for _, c := range near[:min(3, len(near))] {
		names = append(names, c.key)
	}
	return names
}
