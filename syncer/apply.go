package syncer

import (
	"context"
	"sync"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	"golang.org/x/sync/errgroup"
)

// application is one run while it is applied.
type application struct {
	*Engine
	run   *Run
	owned map[int]plan.Owned // by addition, as it was before the run

	lock    sync.Mutex
	ledgers map[int]*ledger // by agreement
	done    int
	total   int
	stopped error // why nothing more is written; nil while writing goes on
}

// ledger is one agreement as the run knows it: read anew before its first write, then kept up with our own writes.
type ledger struct {
	additions []billing.Addition
	mine      map[int]bool // written by this run
	unknown   bool         // a write of this run may or may not have happened
	known     []int        // before the run's own writes: ids of all additions
}

// apply writes what the plan of the run says and records the end. The error is that of the store; everything else is in the run.
func (e *Engine) apply(ctx context.Context, run *Run) error {
	owned, err := e.ownedByAddition(ctx)
	if err != nil {
		return err
	}
	run.Outcomes = make([]Outcome, len(run.Plan.Changes))
	if err := e.Journal.Begin(ctx, run); err != nil {
		return err
	}
	a := &application{Engine: e, run: run, owned: owned, ledgers: map[int]*ledger{}, total: run.Plan.Summary().Pending()}
	e.observe(Event{Stage: StageApply, Total: a.total})
	for step := range 2 {
		a.applyStep(ctx, step)
	}
	return a.end(ctx)
}

// end settles the outcome of every row and records the run.
func (a *application) end(ctx context.Context) error {
	for i := range a.run.Plan.Changes {
		if outcome := &a.run.Outcomes[i]; outcome.Status == "" {
			outcome.Status = resting(a.run.Plan.Changes[i].Action)
		}
	}
	// The end is recorded although the person may have cancelled.
	ctx = context.WithoutCancel(ctx)
	open, err := a.Book.OpenIntents(ctx)
	stop := a.why()
	if stop == nil {
		stop = err
	}
	if stop != nil {
		a.run.Problem = &StopOf(stop).Problem
	}
	a.run.ExitCode = a.run.exitCode(stop, len(open) > 0)
	err = a.finish(ctx, a.run, unchangedOwnership(a.run.Plan, a.owned))
	if stop != nil {
		return nil // the run tells why it stopped; a store that failed then fails here as well
	}
	return err
}

// resting is the outcome of a row that is not written.
func resting(action plan.Action) Status {
	switch action {
	case plan.Hold:
		return Held
	case plan.None:
		return Unchanged
	}
	return Skipped
}

// applyStep writes the rows of one step, agreement by agreement, several agreements side by side. The second step belongs to rows that wait
// for another row of their key.
func (a *application) applyStep(ctx context.Context, step int) {
	var order []int
	rows := map[int][]int{}
	for i := range a.run.Plan.Changes {
		change := &a.run.Plan.Changes[i]
		if !change.Action.Writes() || change.Step != step {
			continue
		}
		if rows[change.Agreement.ID] == nil {
			order = append(order, change.Agreement.ID)
		}
		rows[change.Agreement.ID] = append(rows[change.Agreement.ID], i)
	}
	var group errgroup.Group
	group.SetLimit(a.Workers)
	for _, agreement := range order {
		group.Go(func() error {
			a.applyAgreement(ctx, agreement, rows[agreement])
			return nil
		})
	}
	_ = group.Wait() // what failed is in the outcomes
}

// applyAgreement writes the rows of one agreement, one after the other.
func (a *application) applyAgreement(ctx context.Context, agreement int, rows []int) {
	var book *ledger
	for _, i := range rows {
		if reason := a.notNow(ctx, i); reason != nil {
			a.landed(i, *reason)
			continue
		}
		if book == nil {
			var err error
			if book, err = a.ledger(ctx, agreement); err != nil {
				a.stop(err)
				a.landed(i, Outcome{Status: failedOrSkipped(err), Problem: problemOf(err)})
				continue
			}
		}
		a.landed(i, a.applyRow(ctx, book, &a.run.Plan.Changes[i]))
	}
}

// notNow says why a row is not even tried: the run was stopped, or the row that comes before it was not done.
func (a *application) notNow(ctx context.Context, i int) *Outcome {
	if ctx.Err() != nil {
		a.stop(&billing.Failure{Class: billing.ClassCancelled, Message: "stopped between two writes", Hint: "run it again to go on", Err: ctx.Err()})
	}
	if stop := a.why(); stop != nil {
		return &Outcome{Status: Skipped, Problem: &Problem{Code: "not_tried", Message: "not tried: " + stop.Error()}}
	}
	change := &a.run.Plan.Changes[i]
	if change.Step > 0 && a.outcome(i-1).Status != Applied {
		return &Outcome{Status: Held, Code: plan.ChangedMeanwhile, Reason: "the row before it was not done, so this one waits for the next run"}
	}
	return nil
}

// ledger reads an agreement anew before its first write.
func (a *application) ledger(ctx context.Context, agreement int) (*ledger, error) {
	a.lock.Lock()
	book := a.ledgers[agreement]
	a.lock.Unlock()
	if book != nil {
		return book, nil
	}
	additions, err := a.Ledger.Additions(ctx, agreement, true)
	if err != nil {
		return nil, err
	}
	book = &ledger{additions: additions, mine: map[int]bool{}}
	a.lock.Lock()
	a.ledgers[agreement] = book
	a.lock.Unlock()
	return book, nil
}

// stop keeps the first failure after which nothing more is written.
func (a *application) stop(err error) {
	a.lock.Lock()
	defer a.lock.Unlock()
	if a.stopped == nil {
		a.stopped = err
	}
}

func failedOrSkipped(err error) Status {
	if billing.ClassOf(err) == billing.ClassCancelled {
		return Skipped
	}
	return Failed
}

func (a *application) why() error {
	a.lock.Lock()
	defer a.lock.Unlock()
	return a.stopped
}

func (a *application) outcome(i int) Outcome {
	a.lock.Lock()
	defer a.lock.Unlock()
	return a.run.Outcomes[i]
}

func (a *application) landed(i int, outcome Outcome) {
	a.lock.Lock()
	a.run.Outcomes[i] = outcome
	a.done++
	done := a.done
	a.lock.Unlock()
	a.observe(Event{Stage: StageApply, Done: done, Total: a.total, Change: &a.run.Plan.Changes[i], Outcome: &outcome})
}
