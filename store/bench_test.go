package store

import (
	"fmt"
	"testing"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/plan"
)

// manyRun is a run of many lines, a tenth of which are written.
func manyRun(id string, lines int) *syncer.Run {
	run := newRun(id)
	run.Plan.Changes = make([]plan.Change, lines)
	run.Outcomes = make([]syncer.Outcome, lines)
	for i := range run.Plan.Changes {
		c := update(i)
		c.Key.Customer = fmt.Sprintf("%08x-customer", i*2654435761)
		c.Customer = plan.Named{ID: c.Key.Customer, Name: fmt.Sprintf("Customer number %d", i)}
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

// BenchmarkRun stores and reads a run of 100,000 lines; the first run of a profile also stores the keys.
func BenchmarkRun(b *testing.B) {
	p := newProfile(b)
	var begin, finish, read time.Duration
	for n := range b.N {
		run := manyRun(fmt.Sprint("r", n), 100_000)
		start := time.Now()
		check(b, p.Begin(b.Context(), run))
		begun := time.Now()
		check(b, p.Finish(b.Context(), run, syncer.OwnershipChange{}))
		finished := time.Now()
		must[*syncer.Run](b)(p.Run(b.Context(), run.ID))
		begin, finish, read = begin+begun.Sub(start), finish+finished.Sub(begun), read+time.Since(finished)
	}
	for name, span := range map[string]time.Duration{"begin": begin, "finish": finish, "read": read} {
		b.ReportMetric(span.Seconds()/float64(b.N), name+"-s/run")
	}
	var pages, size float64
	check(b, p.store.reader.QueryRowContext(b.Context(), "SELECT page_count, page_size FROM pragma_page_count, pragma_page_size").Scan(&pages, &size))
	b.ReportMetric(pages*size/1e6/float64(b.N), "MB/run")
}

// BenchmarkWrite is one write's share: its intent and its end, each on disk.
func BenchmarkWrite(b *testing.B) {
	p := newProfile(b)
	check(b, p.Begin(b.Context(), newRun("r1")))
	for n := range b.N {
		id, err := p.Intend(b.Context(), editIntent("r1", n))
		check(b, err)
		check(b, p.Settle(b.Context(), id, syncer.Settlement{End: syncer.Done, Owned: owned(n, "1")}))
	}
}
