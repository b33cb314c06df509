package main

import (
	"context"

	"cwsync/store"
	"cwsync/syncer/billing"
	"cwsync/ui"
	"cwsync/ui/report"
)

// shownRuns is how many runs the wizard tells of a line.
const shownRuns = 100

// storedPast are the past runs of a profile as the wizard looks into them.
type storedPast struct {
	name    string
	profile *store.Profile
}

var _ ui.Past = storedPast{}

// Find implements ui.Past.
func (p storedPast) Find(ctx context.Context, filter ui.PastFilter) ([]report.Found, error) {
	lines, err := p.profile.Changes(ctx, store.ChangeFilter{Words: filter.Words, Held: filter.Held, Failed: filter.Failed, Limit: filter.Limit})
	return foundOf(lines), err
}

// Explain implements ui.Past.
func (p storedPast) Explain(ctx context.Context, key billing.Key) (*report.Explanation, error) {
	owned, err := p.profile.Owned(ctx)
	if err != nil {
		return nil, err
	}
	lines, err := p.profile.LinesOfKey(ctx, key, shownRuns)
	if err != nil {
		return nil, err
	}
	return explanationOf(ctx, p.profile, p.name, key, owned, lines)
}
