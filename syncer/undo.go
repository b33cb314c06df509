package syncer

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	"golang.org/x/sync/errgroup"
)

// PreviewUndo reads ConnectWise and makes the plan that takes a run of this profile back; it writes nothing and takes no lock. It is applied as any
// other plan: by ApplyMade once a person has looked at it, or saved and by ApplySaved. Of ask, sources and customers narrow what is taken back, and
// keys are accepted and left out. The error is a *Stop with ExitUsage where this profile has no such run, and a *BusyError while the run goes on.
func (e *Engine) PreviewUndo(ctx context.Context, runID string, ask Request) (*plan.Plan, error) {
	draft, err := e.PrepareUndo(ctx, runID, ask)
	if err != nil {
		return nil, err
	}
	return draft.Plan(ask.Accept, ask.LeftOut), nil
}

// PrepareUndo is PreviewUndo for a reviewer who may change their mind: it reads once, and what ask accepts and leaves out is left to Plan of the draft.
func (e *Engine) PrepareUndo(ctx context.Context, runID string, ask Request) (*Draft, error) {
	past, err := e.pastRun(ctx, runID, ask)
	if err != nil {
		return nil, labelled(err)
	}
	if past.ExitCode < 0 {
		if err := e.notGoingOn(ctx); err != nil {
			return nil, labelled(err)
		}
	}
	draft, err := e.prepareUndo(ctx, past, ask)
	return draft, labelled(err)
}

// Undo takes a run back at once, under the profile's lock: PreviewUndo and apply in one. Errors are as those of Sync and of PreviewUndo.
func (e *Engine) Undo(ctx context.Context, runID string, ask Request) (*Run, error) {
	if _, err := e.pastRun(ctx, runID, ask); err != nil { // a slip of the fingers is no run
		return nil, labelled(err)
	}
	return e.locked(ctx, func(run *Run) error {
		run.Undoes = runID
		accepted, err := e.settleOpen(ctx, run, func(intent Intent) bool { return slices.Contains(ask.Accept, intent.Key.String()) })
		if err != nil {
			return err
		}
		past, err := e.pastRun(ctx, runID, ask) // with what was settled just now
		if err != nil {
			return err
		}
		draft, err := e.prepareUndo(ctx, past, ask)
		if err != nil {
			return err
		}
		made := draft.Plan(ask.Accept, ask.LeftOut)
		run.owned = byAddition(draft.current.Owned)
		noteSettled(made, accepted)
		run.Plan = made
		return nil
	})
}

// pastRun gives the run that is to be taken back, if it has what the filters ask for.
func (e *Engine) pastRun(ctx context.Context, id string, ask Request) (*Run, error) {
	if e.Past == nil {
		return nil, &Stop{Exit: ExitUsage, Problem: Problem{Code: "usage", Message: "no run can be taken back here"}}
	}
	past, ok, err := e.Past.PastRun(ctx, id)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, &Stop{Exit: ExitUsage, Problem: Problem{Code: "usage", Message: fmt.Sprintf("profile %s has no run %q", e.Profile, id),
			Hint: "`cwsync history` lists the runs"}}
	}
	wrote := func(of func(billing.Key) string, wanted string) bool {
		return slices.ContainsFunc(past.Plan.Changes, func(c plan.Change) bool { return of(c.Key) == wanted })
	}
	for _, name := range ask.Sources {
		if !wrote(func(k billing.Key) string { return k.Source }, name) {
			return nil, notInRun(id, "source", name)
		}
	}
	for _, customer := range ask.Customers {
		if !wrote(func(k billing.Key) string { return k.Customer }, customer) {
			return nil, notInRun(id, "customer", customer)
		}
	}
	return past, nil
}

func notInRun(id, what, name string) *Stop {
	return &Stop{Exit: ExitUsage, Problem: Problem{Code: "usage", Message: fmt.Sprintf("run %s has no line of %s %q", id, what, name),
		Hint: "`cwsync history " + id + "` shows its lines"}}
}

// notGoingOn refuses a run without an end while some run of this profile goes on: it may be the one.
func (e *Engine) notGoingOn(ctx context.Context) error {
	unlock, err := e.Locker.Lock(ctx, 0)
	if err != nil {
		return err
	}
	return unlock()
}

// prepareUndo is PrepareUndo of a run that was read.
func (e *Engine) prepareUndo(ctx context.Context, past *Run, ask Request) (*Draft, error) {
	from := pastOf(past)
	policy := plan.Policy{Now: e.Now(), Guards: e.Setup.Guards, Sources: ask.Sources, Customers: ask.Customers}
	current, err := e.readForUndo(ctx, from, policy)
	if err != nil {
		return nil, err
	}
	return &Draft{engine: e, undoes: &from, current: *current, policy: policy, digest: e.Setup.Digest()}, nil
}

// readForUndo reads what the store remembers and what ConnectWise has, as far as taking the run back needs it.
func (e *Engine) readForUndo(ctx context.Context, from plan.Past, policy plan.Policy) (*plan.Current, error) {
	current := &plan.Current{}
	var err error
	if current.Owned, err = e.Book.Owned(ctx); err != nil {
		return nil, err
	}
	if err := e.recallOpen(ctx, current); err != nil {
		return nil, err
	}
	scope := plan.UndoNeeds(from, current.Owned, policy)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) { current.Today, err = e.today(ctx, policy.Now); return err })
	group.Go(func() (err error) { current.Agreements, err = e.readAgreements(ctx, scope.Agreements); return err })
	group.Go(func() (err error) { current.Additions, err = e.readAdditions(ctx, scope.Agreements); return err })
	group.Go(func() (err error) {
		if len(scope.Products) > 0 {
			current.Products, err = e.Catalog.ProductsByID(ctx, scope.Products)
		}
		return err
	})
	return current, group.Wait()
}

// pastOf is what a run wrote or may have written.
func pastOf(run *Run) plan.Past {
	past := plan.Past{RunID: run.ID, Today: run.Plan.Today}
	for i := range run.Outcomes {
		change, outcome := &run.Plan.Changes[i], &run.Outcomes[i]
		if change.Action.Writes() && (outcome.Status == Applied || outcome.Status == Unknown) {
			past.Writes = append(past.Writes, plan.PastWrite{
				Change: *change, AdditionID: cmp.Or(outcome.AdditionID, change.Addition.ID),
				ProductID: cmp.Or(change.Product.ID, outcome.ProductID), Unknown: outcome.Status == Unknown,
			})
		}
	}
	return past
}
