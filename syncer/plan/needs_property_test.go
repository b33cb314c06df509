package plan_test

import (
	"maps"
	"slices"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	"pgregory.net/rapid"
)

// TestBuildLooksAtNothingBeyondWhatIsNeeded: what Needs names is enough. A plan of that alone is the plan of all that there is. The guard for missing
// lines is left out, because it counts lines beyond a filter from what the store knows, and has its own cases.
func TestBuildLooksAtNothingBeyondWhatIsNeeded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		w.policy.Guards.MissingPercent = dec("100")
		whole := w.plan()
		needs := plan.Needs(w.desired(), w.current.Owned, w.policy)
		maps.DeleteFunc(w.current.Agreements, func(id int, _ billing.Agreement) bool { return !slices.Contains(needs.Agreements, id) })
		maps.DeleteFunc(w.current.Additions, func(id int, _ []billing.Addition) bool { return !slices.Contains(needs.Agreements, id) })
		w.current.Products = slices.DeleteFunc(w.current.Products, func(p billing.Product) bool {
			return !slices.Contains(needs.Products, p.ID) && !slices.Contains(needs.Identifiers, p.Identifier)
		})
		narrow := w.plan()
		if got, want := told(&narrow), told(&whole); got != want {
			t.Errorf("of what is needed alone:\n%sof everything:\n%s", got, want)
		}
	})
}
