package store

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/plan"
	"cwsync/syncer/setup"
)

func TestProfileNames(t *testing.T) {
	s := openStore(t, newPath(t))
	for _, name := range []string{"default", "a", "A-b_9", strings.Repeat("x", 64)} {
		check(t, s.Profile(name).SetSetting(t.Context(), "k", name))
	}
	for _, name := range []string{"", "a b", "../x", "a/b", "ä", "a\n", strings.Repeat("x", 65)} {
		p := s.Profile(name)
		calls := map[string]error{
			"Setting":     second3(p.Setting(t.Context(), "k")),
			"SetSetting":  p.SetSetting(t.Context(), "k", "v"),
			"Lock":        second2(p.Lock(t.Context(), 0)),
			"LoadSetup":   second3(p.LoadSetup(t.Context())),
			"SetupDigest": second3(p.SetupDigest(t.Context())),
			"Begin":       p.Begin(t.Context(), newRun("r1")),
			"OpenIntents": second2(p.OpenIntents(t.Context())),
		}
		for call, err := range calls {
			if !errors.Is(err, ErrInvalid) {
				t.Errorf("%s of profile %q: %v", call, name, err)
			}
		}
	}
	if names := must[[]string](t)(s.Profiles(t.Context())); len(names) != 4 {
		t.Errorf("profiles %v", names)
	}
}

func second2[A any](_ A, err error) error         { return err }
func second3[A, B any](_ A, _ B, err error) error { return err }

func TestReadingMakesNoProfile(t *testing.T) {
	p := newProfile(t)
	for call, err := range map[string]error{
		"Owned":       second2(p.Owned(t.Context())),
		"Undone":      second2(p.Undone(t.Context())),
		"OpenIntents": second2(p.OpenIntents(t.Context())),
		"ProductIDs":  second2(p.ProductIDs(t.Context())),
		"LoadPlan":    second3(p.LoadPlan(t.Context(), "p")),
		"LoadSetup":   second3(p.LoadSetup(t.Context())),
		"SetupDigest": second3(p.SetupDigest(t.Context())),
		"Runs":        second2(p.Runs(t.Context(), 0)),
		"remember no": p.RememberProducts(t.Context(), nil),
	} {
		if err != nil {
			t.Errorf("%s: %v", call, err)
		}
	}
	if names := must[[]string](t)(p.store.Profiles(t.Context())); len(names) != 0 {
		t.Errorf("profiles %v", names)
	}
}

func TestSettings(t *testing.T) {
	p := newProfile(t)
	if _, ok, err := p.Setting(t.Context(), "k"); ok || err != nil {
		t.Error("a setting from nowhere", err)
	}
	for _, value := range []string{"", "one", "two\x00é"} {
		check(t, p.SetSetting(t.Context(), "k", value))
		if got, ok, err := p.Setting(t.Context(), "k"); got != value || !ok || err != nil {
			t.Errorf("got %q %v %v, want %q", got, ok, err, value)
		}
	}
	if _, ok, err := p.store.Profile("branch").Setting(t.Context(), "k"); ok || err != nil {
		t.Error("another profile's setting", err)
	}
	check(t, p.RemoveSetting(t.Context(), "k"))
	check(t, p.RemoveSetting(t.Context(), "k"))
	if _, ok, err := p.Setting(t.Context(), "k"); ok || err != nil {
		t.Error("the setting is still there", err)
	}
}

func TestProductIDs(t *testing.T) {
	p := newProfile(t)
	check(t, p.RememberProducts(t.Context(), map[string]int{"MBX": 12, "mbx": 13}))
	check(t, p.RememberProducts(t.Context(), map[string]int{"MBX": 14, "NEW": 1}))
	wantSame(t, must[map[string]int](t)(p.ProductIDs(t.Context())), map[string]int{"MBX": 14, "mbx": 13, "NEW": 1})
	wantSame(t, must[map[string]int](t)(p.store.Profile("branch").ProductIDs(t.Context())), map[string]int{})
}

func TestPlans(t *testing.T) {
	p := newProfile(t)
	check(t, p.SavePlan(t.Context(), newRun("x").Plan, "digest"))
	if err := p.SavePlan(t.Context(), newRun("x").Plan, "digest"); !errors.Is(err, ErrExists) {
		t.Errorf("saved twice: %v", err)
	}
	if err := p.SavePlan(t.Context(), &plan.Plan{}, ""); !errors.Is(err, ErrInvalid) {
		t.Errorf("saved without id: %v", err)
	}
	other := p.store.Profile("branch")
	if _, ok, err := other.LoadPlan(t.Context(), "plan-x"); ok || err != nil {
		t.Errorf("another profile has the plan: %v", err)
	}
	for who, err := range map[string]error{
		"another profile": other.MarkApplied(t.Context(), "plan-x", "r1"),
		"an unknown plan": p.MarkApplied(t.Context(), "plan-y", "r1"),
	} {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v", who, err)
		}
	}
	if err := p.MarkApplied(t.Context(), "plan-x", ""); !errors.Is(err, ErrInvalid) {
		t.Errorf("applied by nothing: %v", err)
	}
	check(t, p.MarkApplied(t.Context(), "plan-x", "r1"))
	var applied *AppliedError
	if err := p.MarkApplied(t.Context(), "plan-x", "r2"); !errors.As(err, &applied) || applied.RunID != "r1" || applied.PlanID != "plan-x" {
		t.Errorf("applied twice: %v", err)
	}
	if saved, ok, err := p.LoadPlan(t.Context(), "plan-x"); saved.AppliedBy != "r1" || !ok || err != nil {
		t.Errorf("loaded %+v, %v", saved, err)
	}
}

// TestReadersDoNotWait: a history is read while a large run is stored, and shows whole runs only.
func TestReadersDoNotWait(t *testing.T) {
	path := newPath(t)
	p := openStore(t, path).Profile("default")
	reader := openStore(t, path).Profile("default") // as another process would
	check(t, p.SetSetting(t.Context(), "k", "v"))
	stop, done := make(chan struct{}), make(chan error, 4)
	for _, from := range []*Profile{p, reader, p, reader} {
		go func() { done <- readUntil(stop, from) }()
	}
	for i := range 3 {
		run := newRun(fmt.Sprint("r", i))
		for n := range 1000 {
			run.Plan.Changes = append(run.Plan.Changes, update(n))
		}
		run.Outcomes = make([]syncer.Outcome, len(run.Plan.Changes))
		check(t, p.Begin(t.Context(), run))
		check(t, p.Finish(t.Context(), run, syncer.OwnershipChange{}))
	}
	close(stop)
	for range cap(done) {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func readUntil(stop chan struct{}, p *Profile) error {
	for {
		select {
		case <-stop:
			return nil
		default:
		}
		runs, err := p.Runs(background(), 0)
		if err != nil {
			return err
		}
		for _, summary := range runs {
			run, err := p.Run(background(), summary.ID)
			if err != nil {
				return err
			}
			if len(run.Outcomes) != 1000 {
				return fmt.Errorf("run %s has %d outcomes", summary.ID, len(run.Outcomes))
			}
		}
	}
}

// TestWritersTakeTurns: two processes and several goroutines write at once, and none is turned away.
func TestWritersTakeTurns(t *testing.T) {
	path := newPath(t)
	stores := []*Profile{openStore(t, path).Profile("a"), openStore(t, path).Profile("b")}
	for _, p := range stores {
		check(t, p.Begin(t.Context(), newRun("r1")))
	}
	const each = 25
	done := make(chan error, 8)
	for worker := range cap(done) {
		go func() {
			p := stores[worker%2]
			for n := range each {
				id, err := p.Intend(background(), editIntent("r1", worker*each+n))
				if err == nil {
					err = p.Settle(background(), id, syncer.Settlement{End: syncer.Done, Owned: owned(worker*each+n, "1")})
				}
				if err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range cap(done) {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	for _, p := range stores {
		if all := must[[]plan.Owned](t)(p.Owned(t.Context())); len(all) != 4*each {
			t.Errorf("%d owned, want %d", len(all), 4*each)
		}
	}
}

// TestBusyDatabase: a program that holds the database for good is told apart from damage.
func TestBusyDatabase(t *testing.T) {
	path := newPath(t)
	p := openStore(t, path).Profile("default")
	holder := openStore(t, path)
	tx, err := holder.writer.BeginTx(t.Context(), nil)
	check(t, err)
	_, err = p.store.writer.ExecContext(t.Context(), "PRAGMA busy_timeout = 50")
	check(t, err)
	start := time.Now()
	err = p.SetSetting(t.Context(), "k", "v")
	check(t, tx.Rollback())
	wantCode(t, err, CodeBusy)
	t.Logf("turned away after %v", time.Since(start))
	check(t, p.ReplaceSetup(t.Context(), &setup.Document{}))
}

func TestErrorText(t *testing.T) {
	p := newProfile(t)
	check(t, p.store.Close())
	err := p.SetSetting(t.Context(), "k", "v")
	wantCode(t, err, CodeFailed)
	if want := "keep a setting in " + p.store.Path() + ": sql: database is closed"; err.Error() != want {
		t.Errorf("got %q, want %q", err, want)
	}
}
