package plan_test

import (
	"slices"
	"strings"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

// checkSound is true of every plan: sorted, each reason a sentence a person can act on, holds that write nothing, every usage line and every owned
// addition named once.
func checkSound(t tb, w *world, p *plan.Plan) {
	t.Helper()
	for i := range p.Changes {
		c := &p.Changes[i]
		if i > 0 && strings.Compare(p.Changes[i-1].Key.String(), c.Key.String()) > 0 {
			t.Errorf("%s comes after %s", c.Key, p.Changes[i-1].Key)
		}
		if c.Reason == "" || strings.HasSuffix(c.Reason, ".") || strings.ToLower(c.Reason[:1]) != c.Reason[:1] {
			t.Errorf("%s: reason %q does not start in lower case and end without a full stop", c.Key, c.Reason)
		}
		if c.Action == "" || c.Code == "" {
			t.Errorf("%s has no action or no code", show(c))
		}
		if !c.Action.Writes() && !c.After.IsZero() {
			t.Errorf("%s does not write and has values to write", show(c))
		}
		if c.Action == plan.Hold && (len(c.Releases) > 0 || c.Accepted) {
			t.Errorf("%s is held and would still do something", show(c))
		}
		if c.Action.Writes() && c.Action != plan.Create && c.Addition.ID == 0 && !c.OfProduct() {
			t.Errorf("%s writes to no addition", show(c))
		}
	}
	checkUsageOnce(t, w, p)
	checkOwnedOnce(t, w, p)
}

// checkUsageOnce looks for each usage line in scope: exactly one row of its key that is not the end of another addition beside it.
func checkUsageOnce(t tb, w *world, p *plan.Plan) {
	t.Helper()
	lines, rows := map[string]int{}, map[string]int{}
	for _, s := range w.sources {
		for _, usage := range s.Usage.Lines {
			key := billing.Key{Source: s.Rules.Name, Customer: usage.CustomerID, Service: usage.ServiceID}
			if len(w.policy.Sources)+len(w.policy.Customers) == 0 {
				lines[key.String()]++
			}
		}
	}
	beside := func(c *plan.Change) bool {
		return c.Action == plan.Cancel && c.Code != plan.UsageZero && c.Code != plan.UsageEnded
	}
	for i := range p.Changes {
		if !beside(&p.Changes[i]) {
			rows[p.Changes[i].Key.String()]++
		}
	}
	for key, n := range lines {
		s := w.sources[strings.SplitN(key, "/", 2)[0]]
		failed := s != nil && s.Rules.Sync && slices.ContainsFunc(p.Sources, func(sum plan.SourceSummary) bool { return sum.Name == s.Rules.Name && sum.Held == plan.SourceFailed })
		if rows[key] != n && !failed {
			t.Errorf("%d usage lines of %s have %d rows", n, key, rows[key])
		}
	}
}

// checkOwnedOnce looks for each open owned addition: exactly one row names it as its addition or lets go of it.
func checkOwnedOnce(t tb, w *world, p *plan.Plan) {
	t.Helper()
	named := map[int]int{}
	for i := range p.Changes {
		c := &p.Changes[i]
		if c.Addition.ID != 0 {
			named[c.Addition.ID]++
		}
		for _, id := range c.Releases {
			named[id]++
		}
	}
	perKey := map[billing.Key]int{}
	for _, owned := range w.current.Owned {
		if owned.Ended.IsZero() {
			perKey[owned.Key]++
		}
	}
	for _, owned := range w.current.Owned {
		filtered := len(w.policy.Sources)+len(w.policy.Customers) > 0
		if !owned.Ended.IsZero() || perKey[owned.Key] > 1 || (filtered && named[owned.AdditionID] == 0) {
			continue
		}
		if named[owned.AdditionID] != 1 {
			t.Errorf("our addition %d is named by %d rows", owned.AdditionID, named[owned.AdditionID])
		}
	}
}

// tb is what checks need of a test, be it an ordinary one or a property.
type tb interface {
	Helper()
	Errorf(format string, args ...any)
}
