package store

import (
	"fmt"
	"testing"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/plan"
)

const manyChanges = 100_000

func manyRun(id string) *syncer.Run {
	run := newRun(id)
	run.Plan.Changes = make([]plan.Change, manyChanges)
	run.Outcomes = make([]syncer.Outcome, manyChanges)
	for i := range run.Plan.Changes {
		c := update(i)
		c.Key.Customer = fmt.Sprintf("%08x-customer", i*2654435761)
		c.Customer.Name = fmt.Sprintf("Customer number %d", i)
		c.Addition.Version = fmt.Sprintf("%016x", uint64(i)*11400714819323198485)
		run.Outcomes[i].Status = syncer.Applied
		if i%10 != 0 {
			c.Action, c.Code, c.Reason, c.Before, c.After = plan.None, plan.Unchanged, "the quantity is 10 as it is wanted", plan.Values{}, plan.Values{}
			run.Outcomes[i].Status = syncer.Unchanged
		}
		run.Plan.Changes[i] = c
	}
	return run
}

func TestLargeRun(t *testing.T) {
	p := newProfile(t)
	run := manyRun("r1")
	start := time.Now()
	check(t, p.Begin(t.Context(), run))
	begin := time.Since(start)
	start = time.Now()
	check(t, p.Finish(t.Context(), run, syncer.OwnershipChange{}))
	finish := time.Since(start)
	start = time.Now()
	got := must[*syncer.Run](t)(p.Run(t.Context(), "r1"))
	t.Logf("begin %v, finish %v, read %v", begin, finish, time.Since(start))
	_ = got
}
