package store

import (
	"testing"

	"cwsync/syncer"
	"cwsync/syncer/plan"
)

// TestOwnedIsAlwaysTheLatest: what is kept of an earlier reading never outlives it, whoever wrote.
func TestOwnedIsAlwaysTheLatest(t *testing.T) {
	path := newPath(t)
	reader, writer := openStore(t, path).Profile("default"), openStore(t, path).Profile("default")
	want := func(want ...plan.Owned) {
		t.Helper()
		for range 2 {
			for _, p := range []*Profile{reader, writer} {
				wantSame(t, must[[]plan.Owned](t)(p.Owned(t.Context())), want)
			}
		}
	}
	want()
	run := newRun("r1", update(1), create(2))
	check(t, writer.Begin(t.Context(), run))
	want()
	check(t, own(t, writer, "r1", 1, owned(1, "12.5")))
	want(*owned(1, "12.5"))
	run.Outcomes = make([]syncer.Outcome, 2)
	check(t, writer.Finish(t.Context(), run, syncer.OwnershipChange{Owned: []plan.Owned{*owned(4, "2")}}))
	want(*owned(1, "12.5"), *owned(4, "2"))
	run = newRun("r2")
	check(t, writer.Begin(t.Context(), run))
	check(t, writer.Finish(t.Context(), run, syncer.OwnershipChange{Released: []int{1001}}))
	want(*owned(4, "2"))
	check(t, writer.store.Profile("branch").Begin(t.Context(), newRun("b1", update(7))))
	check(t, own(t, writer.store.Profile("branch"), "b1", 7, owned(7, "1")))
	want(*owned(4, "2"))
}

// TestEverythingThatIsOwnedIsKept: of an ownership that a write gave, one that a run learned, and one without members.
func TestEverythingThatIsOwnedIsKept(t *testing.T) {
	p, run := begun(t)
	written := filled[plan.Owned](t)
	written.AdditionID = 1001
	check(t, own(t, p, "r1", 1, &written))
	learned, alone := written, *owned(9, "1")
	learned.AdditionID, learned.Members = 1005, written.Members[:1]
	run.Outcomes = make([]syncer.Outcome, 2)
	check(t, p.Finish(t.Context(), run, syncer.OwnershipChange{Owned: []plan.Owned{learned, alone}}))
	wantSame(t, must[[]plan.Owned](t)(p.Owned(t.Context())), []plan.Owned{written, learned, alone})
	// Written anew by one: the others are forgotten.
	learned.Members = nil
	check(t, p.Begin(t.Context(), newRun("r2")))
	check(t, p.Finish(t.Context(), newRun("r2"), syncer.OwnershipChange{Owned: []plan.Owned{learned}}))
	wantSame(t, must[[]plan.Owned](t)(p.Owned(t.Context())), []plan.Owned{written, learned, alone})
}

func TestOwnedBelongsToTheCaller(t *testing.T) {
	p, _ := begun(t)
	check(t, own(t, p, "r1", 1, owned(1, "12.5")))
	first := must[[]plan.Owned](t)(p.Owned(t.Context()))
	first[0].AdditionID = 7
	wantSame(t, must[[]plan.Owned](t)(p.Owned(t.Context())), []plan.Owned{*owned(1, "12.5")})
}
