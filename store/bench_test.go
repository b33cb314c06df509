package store

import (
	"context"
	"fmt"
	"testing"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
	"cwsync/syncer/setup"
)

// nightlyRun is a run of agreements with ten lines each, as a night gives them: all unchanged.
func nightlyRun(id string, lines int) *syncer.Run {
	run := newRun(id)
	run.Plan.Changes = make([]plan.Change, lines)
	run.Outcomes = make([]syncer.Outcome, lines)
	for i := range run.Plan.Changes {
		customer := plan.Named{ID: fmt.Sprintf("c%06d-%08x", i/10, uint32(i/10)*2654435761), Name: fmt.Sprintf("Customer number %d", i/10)}
		service := plan.Named{ID: fmt.Sprintf("SKU-%03d", i%10+i/10*7%190), Name: fmt.Sprintf("Service number %d", i%10)}
		addition := plan.Addition{ID: 1000 + i, Version: started.Add(time.Duration(i) * 997 * time.Second).Format(time.RFC3339)}
		run.Plan.Changes[i] = plan.Change{
			Key: billing.Key{Source: "mail", Customer: customer.ID, Service: service.ID}, Action: plan.None, Code: plan.Unchanged, Reason: "unchanged",
			Customer: customer, Service: service, Company: plan.Numbered{ID: 250 + i/10, Name: customer.Name},
			Agreement: plan.Numbered{ID: 801 + i/10, Name: "Cloud services"}, Product: plan.Product{ID: 12 + i%10, Identifier: service.ID},
			Addition: addition, Open: []plan.Addition{addition}, Quantity: nullDec(fmt.Sprint(i % 90)), Usage: nullDec(fmt.Sprint(i % 90)), Currency: "USD",
		}
		run.Outcomes[i].Status = syncer.Unchanged
	}
	return run
}

// adopting makes every row of a run adopt its line, as the first run of a profile does, and gives the ownership that follows.
func adopting(run *syncer.Run) (ownership syncer.OwnershipChange) {
	for i := range run.Plan.Changes {
		c := &run.Plan.Changes[i]
		c.Adopts = true
		ownership.Owned = append(ownership.Owned, plan.Owned{
			Key: c.Key, AdditionID: c.Addition.ID, AgreementID: c.Agreement.ID, ProductID: c.Product.ID, Quantity: c.Quantity.Decimal,
		})
	}
	return ownership
}

// changing changes one line in every so many; step makes the new quantities differ from those of another step.
func changing(run *syncer.Run, every, step int) {
	for i := 0; i < len(run.Plan.Changes); i += every {
		c := &run.Plan.Changes[i]
		c.Action, c.Code, c.Reason = plan.Update, plan.UsageRose, fmt.Sprintf("usage rose from %v to %d", c.Quantity.Decimal, 100+step)
		c.Before, c.After = plan.Values{Quantity: c.Quantity}, plan.Values{Quantity: nullDec(fmt.Sprint(100 + step))}
		run.Outcomes[i].Status = syncer.Applied
	}
}

func databaseSize(b *testing.B, p *Profile) float64 {
	b.Helper()
	var pages, size float64
	check(b, p.store.reader.QueryRowContext(b.Context(), "SELECT page_count, page_size FROM pragma_page_count, pragma_page_size").Scan(&pages, &size))
	return pages * size
}

// spent is what the store took for one run, part by part.
type spent struct{ book, begin, finish time.Duration }

// record asks the store what a run asks it, in the order of a run.
func (s *spent) record(b *testing.B, p *Profile, run *syncer.Run, ownership syncer.OwnershipChange) {
	b.Helper()
	ctx := b.Context()
	timed := func(into *time.Duration, calls ...func(context.Context) error) {
		start := time.Now()
		for _, call := range calls {
			check(b, call(ctx))
		}
		*into += time.Since(start)
	}
	owned := func(ctx context.Context) error { return second2(p.Owned(ctx)) }
	undone := func(ctx context.Context) error { return second2(p.Undone(ctx)) }
	open := func(ctx context.Context) error { return second2(p.OpenIntents(ctx)) }
	products := func(ctx context.Context) error { return second2(p.ProductIDs(ctx)) }
	timed(&s.book, open, owned, undone, open, products, owned, open)
	timed(&s.begin, func(ctx context.Context) error { return p.Begin(ctx, run) })
	timed(&s.book, open)
	timed(&s.finish, func(ctx context.Context) error { return p.Finish(ctx, run, ownership) })
}

func (s *spent) report(b *testing.B, bytes float64) {
	b.Helper()
	for name, span := range map[string]time.Duration{"book": s.book, "begin": s.begin, "finish": s.finish, "all": s.book + s.begin + s.finish} {
		b.ReportMetric(float64(span)/float64(time.Millisecond)/float64(b.N), name+"-ms/run")
	}
	b.ReportMetric(bytes/1000/float64(b.N), "kB/run")
}

// BenchmarkRun is what the store takes of a run: the first of a profile, which adopts every line; the second, whose rows are new once more; one
// as the night before; and one of which one line in a hundred is written. Each opens the store anew, as each run of the program does.
func BenchmarkRun(b *testing.B) {
	for _, lines := range []int{5_000, 100_000} {
		for _, night := range []string{"first", "second", "unchanged", "changing"} {
			b.Run(fmt.Sprintf("%d/%s", lines, night), func(b *testing.B) { benchmarkRun(b, lines, night) })
		}
	}
}

func benchmarkRun(b *testing.B, lines int, night string) {
	var s, before spent
	var bytes float64
	path := newPath(b)
	for n := range b.N {
		if night == "first" || night == "second" { // there is only one of each
			path = newPath(b)
		}
		if p := openStore(b, path).Profile("default"); night != "first" && (n == 0 || night == "second") {
			first := nightlyRun("first", lines)
			before.record(b, p, first, adopting(first))
			if night != "second" {
				before.record(b, p, nightlyRun("second", lines), syncer.OwnershipChange{})
			}
		}
		run, ownership := nightlyRun(fmt.Sprint("r", n), lines), syncer.OwnershipChange{}
		switch night {
		case "first":
			ownership = adopting(run)
		case "changing":
			changing(run, 100, n)
		}
		p := openStore(b, path).Profile("default")
		size := databaseSize(b, p)
		s.record(b, p, run, ownership)
		bytes += databaseSize(b, p) - size
	}
	s.report(b, bytes)
}

// BenchmarkReadRun reads a whole run of 100,000 lines.
func BenchmarkReadRun(b *testing.B) {
	p := newProfile(b)
	run := nightlyRun("r1", 100_000)
	check(b, p.Begin(b.Context(), run))
	check(b, p.Finish(b.Context(), run, syncer.OwnershipChange{}))
	for b.Loop() {
		must[*syncer.Run](b)(p.Run(b.Context(), "r1"))
	}
}

// BenchmarkHistory finds a line, and a key that no run had, in a year of runs of 5,000 lines.
func BenchmarkHistory(b *testing.B) {
	p := newProfile(b)
	for n := range 365 {
		run := nightlyRun(fmt.Sprint("r", n), 5_000)
		if n == 0 {
			adopting(run)
		}
		check(b, p.Begin(b.Context(), run))
		check(b, p.Finish(b.Context(), run, syncer.OwnershipChange{}))
	}
	known := nightlyRun("", 2_000).Plan.Changes[1_999].Key
	for _, key := range []billing.Key{known, {Source: "mail", Customer: known.Customer, Service: "none"}} {
		b.Run(key.Service, func(b *testing.B) {
			for b.Loop() {
				must[[]Line](b)(p.LinesOfKey(b.Context(), key, 0))
			}
		})
	}
}

// BenchmarkSetup stores, reads and compares a set-up of 10,000 customers.
func BenchmarkSetup(b *testing.B) {
	p := newProfile(b)
	document := filled[setup.Document](b)
	document.Sources = document.Sources[:1]
	document.Sources[0].Customers = nil
	for i := range 10_000 {
		document.Sources[0].Customers = append(document.Sources[0].Customers, billing.Customer{
			ID: fmt.Sprintf("c%d", i), Name: fmt.Sprintf("Customer number %d", i), Company: 250 + i, Agreement: 801 + i, Sync: true,
		})
	}
	b.Run("ReplaceSetup", func(b *testing.B) {
		for b.Loop() {
			check(b, p.ReplaceSetup(b.Context(), &document))
		}
	})
	b.Run("LoadSetup", func(b *testing.B) {
		for b.Loop() {
			_, _, err := p.LoadSetup(b.Context())
			check(b, err)
		}
	})
	b.Run("Digest", func(b *testing.B) {
		for b.Loop() {
			document.Digest()
		}
	})
	b.Run("SetupDigest", func(b *testing.B) {
		for b.Loop() {
			_, _, err := p.SetupDigest(b.Context())
			check(b, err)
		}
	})
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
