package store

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"cwsync/syncer"
)

func TestWarningsAfterARun(t *testing.T) {
	p, run := begun(t)
	run.Warnings, run.ExitCode = []string{"its own"}, syncer.ExitDone
	run.Outcomes = make([]syncer.Outcome, len(run.Plan.Changes))
	for i := range run.Outcomes {
		run.Outcomes[i].Status = syncer.Skipped
	}
	check(t, p.Finish(t.Context(), run, syncer.OwnershipChange{}))
	check(t, p.AddWarnings(t.Context(), run.ID, []string{"alert ops was not sent"}))
	check(t, p.AddWarnings(t.Context(), run.ID, []string{"nor was another"}))
	kept := must[*syncer.Run](t)(p.Run(t.Context(), run.ID))
	wantSame(t, kept.Warnings, []string{"its own", "alert ops was not sent", "nor was another"})
	if kept.ExitCode != syncer.ExitDone {
		t.Errorf("exit code %d", kept.ExitCode)
	}
	if err := p.AddWarnings(t.Context(), "r-other", []string{"x"}); !errors.Is(err, ErrNotFound) {
		t.Errorf("%v", err)
	}
}

func TestSwapSetting(t *testing.T) {
	p := newProfile(t)
	for _, c := range []struct {
		before, after string
		want          bool
	}{
		{"x", "y", false}, {"", "a", true}, {"", "b", false}, {"a", "b", true}, {"b", "", true}, {"", "c", true},
	} {
		if got, err := p.SwapSetting(t.Context(), "n", c.before, c.after); err != nil || got != c.want {
			t.Errorf("%q to %q: %v, %v", c.before, c.after, got, err)
		}
	}
	var swaps atomic.Int32
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if done, err := p.SwapSetting(t.Context(), "n", "c", "d"); err != nil {
				t.Error(err)
			} else if done {
				swaps.Add(1)
			}
		})
	}
	group.Wait()
	if swaps.Load() != 1 {
		t.Errorf("%d of 8 at the same time succeeded", swaps.Load())
	}
}
