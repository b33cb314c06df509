package syncer

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"cwsync/syncer/plan"
	"cwsync/syncer/setup"
)

// entry is one write in the fake journal.
type entry struct {
	Intent
	end        End // empty: no outcome yet
	settlement Settlement
}

// fakeStore is a store in memory. Its fail map makes single calls fail, by name.
type fakeStore struct {
	ownProducts []plan.OwnProduct
	calls       *calls

	mu          sync.Mutex
	document    *setup.Document
	olderDigest string // in front of the digest: one that an older program made
	owned       map[int]plan.Owned
	undone      []plan.Undone
	journal     []entry
	products    map[string]int
	plans       map[string]*SavedPlan
	begun       []*Run
	finished    []*Run
	changes     []OwnershipChange
	busy        string // who holds the lock; empty: nobody
	locked      bool
	fail        map[string]error
}

var errDisk = errors.New("no space left on device")

func (s *fakeStore) failing(call string) error { return s.fail[call] }

func (s *fakeStore) Owned(context.Context) ([]plan.Owned, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []plan.Owned
	for _, id := range slices.Sorted(maps.Keys(s.owned)) {
		all = append(all, s.owned[id])
	}
	return all, s.failing("owned")
}

// PastRun gives a run that was begun, as the journal knows it now; one that was never finished has a negative exit code.
func (s *fakeStore) PastRun(_ context.Context, id string) (*Run, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := slices.IndexFunc(s.begun, func(r *Run) bool { return r.ID == id })
	if at < 0 {
		return nil, false, s.failing("past run")
	}
	past := *s.begun[at]
	past.Outcomes = slices.Clone(past.Outcomes)
	if !slices.ContainsFunc(s.finished, func(r *Run) bool { return r.ID == id }) {
		past.ExitCode = -1
	}
	for i := range past.Outcomes {
		for j := range s.journal {
			if e := &s.journal[j]; past.Outcomes[i].Status == Unknown && e.RunID == id && e.Key == past.Plan.Changes[i].Key && e.end == Done {
				past.Outcomes[i].Status = Applied
			}
		}
	}
	return &past, true, s.failing("past run")
}

func (s *fakeStore) Undone(context.Context) ([]plan.Undone, error) {
	return s.undone, s.failing("undone")
}

func (s *fakeStore) OpenIntents(ctx context.Context) ([]Intent, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var open []Intent
	for i := range s.journal {
		if s.journal[i].end == "" || s.journal[i].end == Lost {
			open = append(open, s.journal[i].Intent)
		}
	}
	return open, s.failing("open")
}

func (s *fakeStore) ProductIDs(context.Context) (map[string]int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.products), nil
}

func (s *fakeStore) Begin(ctx context.Context, run *Run) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.failing("begin"); err != nil {
		return err
	}
	s.calls.note("begin")
	s.begun = append(s.begun, run)
	return nil
}

func (s *fakeStore) Intend(ctx context.Context, intent Intent) (int64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.failing("intend"); err != nil {
		return 0, err
	}
	for i := range s.journal {
		other := &s.journal[i]
		open := other.end == "" || other.end == Lost
		if open && other.Kind == intent.Kind && ((intent.Kind == IntentEdit && other.AdditionID == intent.AdditionID) ||
			(intent.Kind == IntentCreate && other.Key == intent.Key) || (intent.Kind.OfProduct() && other.Identifier == intent.Identifier)) {
			return 0, errors.New("an earlier write of this line has no known end")
		}
	}
	intent.ID = int64(len(s.journal) + 1)
	s.journal = append(s.journal, entry{Intent: intent})
	s.calls.note("intend %d", intent.ID)
	return intent.ID, nil
}

func (s *fakeStore) Settle(ctx context.Context, id int64, settlement Settlement) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.failing("settle"); err != nil {
		return err
	}
	s.calls.note("settle %d %s", id, settlement.End)
	one := &s.journal[id-1]
	one.end, one.settlement = settlement.End, settlement
	if settlement.End == Lost {
		one.EmptyReads, one.Lost = settlement.EmptyReads, settlement.At
	}
	if settlement.Owned != nil {
		s.owned[settlement.Owned.AdditionID] = *settlement.Owned
	}
	if own := settlement.Product; own != nil {
		s.ownProducts = append(s.ownProducts, *own)
	}
	return nil
}

func (s *fakeStore) Finish(ctx context.Context, run *Run, ownership OwnershipChange) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.failing("finish"); err != nil {
		return err
	}
	s.calls.note("finish")
	s.finished = append(s.finished, run)
	s.changes = append(s.changes, ownership)
	for _, id := range ownership.Released {
		delete(s.owned, id)
	}
	for _, owned := range ownership.Owned {
		s.owned[owned.AdditionID] = owned
	}
	return nil
}

func (s *fakeStore) SavePlan(_ context.Context, saved *plan.Plan, digest string) error {
	s.plans[saved.ID] = &SavedPlan{Plan: saved, FileDigest: digest}
	return nil
}

func (s *fakeStore) LoadPlan(_ context.Context, id string) (SavedPlan, bool, error) {
	saved, ok := s.plans[id]
	if !ok {
		return SavedPlan{}, false, s.failing("load plan")
	}
	return *saved, true, s.failing("load plan")
}

func (s *fakeStore) MarkApplied(_ context.Context, id, run string) error {
	s.plans[id].AppliedBy = run
	return s.failing("mark")
}

func (s *fakeStore) RememberProducts(_ context.Context, ids map[string]int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.Copy(s.products, ids)
	return nil
}

// SetupDigest gives none where the fake says that an older program stored the set-up.
func (s *fakeStore) SetupDigest(context.Context) (string, bool, error) {
	if s.document == nil {
		return "", false, nil
	}
	return s.olderDigest + s.document.Digest(), true, s.failing("read the digest")
}

func (s *fakeStore) LoadSetup(context.Context) (*setup.Document, bool, error) {
	return s.document, s.document != nil, s.failing("load setup")
}

func (s *fakeStore) ReplaceSetup(_ context.Context, document *setup.Document) error {
	s.document = document
	return nil
}

func (s *fakeStore) Lock(context.Context, time.Duration) (func() error, error) {
	if s.busy != "" {
		return nil, &BusyError{Holder: s.busy}
	}
	s.calls.note("lock")
	s.locked = true
	return func() error { s.calls.note("unlock"); s.locked = false; return s.failing("unlock") }, nil
}
