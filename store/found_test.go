package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/plan"
)

// foundIn names what a filter finds: run, key's customer, status.
func foundIn(t *testing.T, p *Profile, filter ChangeFilter) string {
	t.Helper()
	var texts []string
	for _, line := range must[[]Line](t)(p.Changes(t.Context(), filter)) {
		texts = append(texts, fmt.Sprintf("%s %s %s", line.RunID, line.Change.Key.Customer, line.Outcome.Status))
	}
	return strings.Join(texts, ", ")
}

// history records three runs an hour apart: 1 and 2 are written, then 1 fails and 3 is held, then 1 is unknown and never finished.
func threeRuns(t *testing.T) *Profile {
	t.Helper()
	p := newProfile(t)
	other := create(2)
	other.Product.Identifier = "ARC"
	first := newRun("r1", update(1), other)
	first.Outcomes = []syncer.Outcome{{Status: syncer.Applied}, {Status: syncer.Applied, AdditionID: 1002}}
	record(t, p, first, syncer.OwnershipChange{})
	held := update(3)
	held.Action, held.Code = plan.Hold, plan.GuardRise
	second := newRun("r2", update(1), held)
	second.Started = started.Add(time.Hour)
	second.Outcomes = []syncer.Outcome{{Status: syncer.Failed, Problem: &syncer.Problem{Code: "rejected", Message: "no"}}, {Status: syncer.Held}}
	record(t, p, second, syncer.OwnershipChange{})
	third := newRun("r3", update(1))
	third.Started = started.Add(2 * time.Hour)
	check(t, p.Begin(t.Context(), third))
	id := must[int64](t)(p.Intend(t.Context(), editIntent("r3", 1)))
	check(t, p.Settle(t.Context(), id, syncer.Settlement{End: syncer.Lost}))
	return p
}

func TestChangesThatFiltersFind(t *testing.T) {
	p := threeRuns(t)
	one, two, three := key(1).Customer, key(2).Customer, key(3).Customer
	for name, c := range map[string]struct {
		filter ChangeFilter
		want   string
	}{
		"all":               {ChangeFilter{}, "r3 " + one + " unknown, r2 " + one + " failed, r2 " + three + " held, r1 " + one + " applied, r1 " + two + " applied"},
		"held":              {ChangeFilter{Held: true}, "r2 " + three + " held"},
		"failed":            {ChangeFilter{Failed: true}, "r3 " + one + " unknown, r2 " + one + " failed"},
		"held or failed":    {ChangeFilter{Held: true, Failed: true}, "r3 " + one + " unknown, r2 " + one + " failed, r2 " + three + " held"},
		"a customer":        {ChangeFilter{Customer: two}, "r1 " + two + " applied"},
		"a product":         {ChangeFilter{Product: "arc"}, "r1 " + two + " applied"},
		"a part of a name":  {ChangeFilter{Words: "aRc"}, "r1 " + two + " applied"},
		"words of several":  {ChangeFilter{Words: "arc " + strings.ToUpper(two)}, "r1 " + two + " applied"},
		"words of no line":  {ChangeFilter{Words: "arc " + one}, ""},
		"words and held":    {ChangeFilter{Words: three, Held: true}, "r2 " + three + " held"},
		"of both none":      {ChangeFilter{Customer: one, Product: "ARC"}, ""},
		"nobody":            {ChangeFilter{Customer: "nobody"}, ""},
		"since a moment":    {ChangeFilter{Since: started.Add(time.Hour)}, "r3 " + one + " unknown, r2 " + one + " failed, r2 " + three + " held"},
		"since tomorrow":    {ChangeFilter{Since: started.Add(24 * time.Hour)}, ""},
		"at most two":       {ChangeFilter{Limit: 2}, "r3 " + one + " unknown, r2 " + one + " failed"},
		"at most one of it": {ChangeFilter{Customer: two, Limit: 1}, "r1 " + two + " applied"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := foundIn(t, p, c.filter); got != c.want {
				t.Errorf("found %s\nwanted %s", got, c.want)
			}
			if got := foundIn(t, p.store.Profile("branch"), c.filter); got != "" {
				t.Errorf("of another profile %s", got)
			}
		})
	}
	if runs := must[[]RunSummary](t)(p.RunsSince(t.Context(), started.Add(time.Hour), 0)); len(runs) != 2 || runs[0].ID != "r3" {
		t.Errorf("runs since: %+v", runs)
	}
}

// TestChangesOfLargeRuns: more rows than are read at once, in one run and in many.
func TestChangesOfLargeRuns(t *testing.T) {
	p := newProfile(t)
	for n, id := range []string{"r1", "r2", "r3"} {
		run := nightlyRun(id, 3_000)
		run.Started = started.Add(time.Duration(n) * time.Hour)
		changing(run, 1+2*(n%2), n) // all of them, every third, all
		record(t, p, run, syncer.OwnershipChange{})
	}
	found := must[[]Line](t)(p.Changes(t.Context(), ChangeFilter{}))
	runs := map[string]int{}
	for i := range found {
		runs[found[i].RunID]++
	}
	if len(found) != 7_000 || runs["r1"] != 3_000 || runs["r2"] != 1_000 || runs["r3"] != 3_000 || found[0].RunID != "r3" {
		t.Errorf("%d changes: %v", len(found), runs)
	}
}

// TestMayHold: no body is passed over that has a key of the customer.
func TestMayHold(t *testing.T) {
	run := nightlyRun("r1", 300)
	keys := make([]string, len(run.Plan.Changes))
	for i := range keys {
		keys[i] = keyText(run.Plan.Changes[i].Key)
	}
	for first := 0; first < len(keys); first += 7 {
		last := min(first+6, len(keys)-1)
		for i := range keys {
			customer := run.Plan.Changes[i].Key.Customer
			if may, has := mayHold(keys[first], keys[last], customer), first <= i && i <= last; has && !may {
				t.Fatalf("%s is passed over from %s to %s", customer, keys[first], keys[last])
			}
		}
	}
	for _, odd := range []struct {
		first, last, customer string
		want                  bool
	}{
		{"a/1/x", "b/1/x", "9", true}, {"a/1/x", "a/3/x", "2", true}, {"a/1/x", "a/1/x", "1", true}, {"a/1/x", "a/3/x", "4", false}, {"a/2/x", "a/3/x", "1", false},
		{"a//x", "a//y", "1", false}, {"a/1%2F2/x", "a/1%2F2/x", "1/2", true}, {"a/10/x", "a/19/x", "1", false}, {"a/1/x", "a/10/x", "1", true}, {"a/1/x", "a/10/x", "10", true},
	} {
		if mayHold(odd.first, odd.last, odd.customer) != odd.want {
			t.Errorf("%+v", odd)
		}
	}
}

func TestQuantityOfALine(t *testing.T) {
	written, untouched, ended := update(1), update(1), update(1)
	untouched.Quantity, ended.Action = nullDec("10"), plan.Cancel
	for name, c := range map[string]struct {
		line Line
		want string
	}{
		"written":  {Line{Change: written, Outcome: syncer.Outcome{Status: syncer.Applied}}, "12.5"},
		"held":     {Line{Change: untouched, Outcome: syncer.Outcome{Status: syncer.Held}}, "10"},
		"failed":   {Line{Change: untouched, Outcome: syncer.Outcome{Status: syncer.Failed}}, "10"},
		"ended":    {Line{Change: ended, Outcome: syncer.Outcome{Status: syncer.Applied}}, "0"},
		"unknown":  {Line{Change: untouched, Outcome: syncer.Outcome{Status: syncer.Unknown}}, ""},
		"no line":  {Line{Change: plan.Change{Action: plan.Skip}, Outcome: syncer.Outcome{Status: syncer.Skipped}}, ""},
		"unmoving": {Line{Change: untouched, Outcome: syncer.Outcome{Status: syncer.Unchanged}}, "10"},
	} {
		got := ""
		if quantity := c.line.Quantity(); quantity.Valid {
			got = quantity.Decimal.String()
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// BenchmarkChanges looks through 1,000 runs of 1,000 lines, of which each night writes 20 and holds 10.
func BenchmarkChanges(b *testing.B) {
	p := newProfile(b)
	for n := range 1_000 {
		run := nightlyRun(fmt.Sprintf("r%04d", n), 1_000)
		run.Started = started.Add(time.Duration(n) * 24 * time.Hour)
		changing(run, 50, n)
		for i := 25; i < 1_000; i += 100 {
			run.Plan.Changes[i].Action, run.Plan.Changes[i].Code, run.Outcomes[i].Status = plan.Hold, plan.GuardDrop, syncer.Held
		}
		check(b, p.Begin(b.Context(), run))
		check(b, p.Finish(b.Context(), run, syncer.OwnershipChange{}))
	}
	one := nightlyRun("", 1_000).Plan.Changes[50]
	for name, filter := range map[string]ChangeFilter{
		"held, the newest 100": {Held: true, Limit: 100}, "of a customer, all": {Customer: one.Key.Customer}, "of a customer, the newest 100": {Customer: one.Key.Customer, Limit: 100},
		"failed, of which there are none": {Failed: true}, "of a product since a week": {Product: one.Product.Identifier, Since: started.Add(993 * 24 * time.Hour)},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				must[[]Line](b)(p.Changes(b.Context(), filter))
			}
		})
	}
	b.Run("of a line", func(b *testing.B) {
		for b.Loop() {
			must[[]Line](b)(p.LinesOfKey(b.Context(), one.Key, 20))
		}
	})
}
