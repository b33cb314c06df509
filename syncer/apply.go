package syncer

import (
	"context"
	"slices"
	"sync"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	"golang.org/x/sync/errgroup"
)

// application is one run while it is applied.
type application struct {
	*Engine
	run     *Run
	owned   map[int]plan.Owned // by addition, as it was before the run
	waiting map[int]bool       // agreements with a write of an earlier run that may or may not have happened
	unsure  map[string]bool    // likewise identifiers of products, folded

	lock    sync.Mutex
	ledgers map[int]*ledger    // by agreement
	made    map[string]Outcome // by identifier: what became of the products that the run was to create or change; complete before the first line is written
	done    int
	total   int
	stopped error // why nothing more is written; nil while writing goes on
}

// ledger is one agreement as the run knows it: read anew before its first write, then kept up with our own writes.
type ledger struct {
	additions []billing.Addition
	mine      map[int]bool // written by this run
	unknown   bool         // a write may or may not have happened
}

// apply writes what the plan of the run says and records the end. An error is that of the store, and means that nothing was sent; everything
// else is in the run.
func (e *Engine) apply(ctx context.Context, run *Run) error {
	if run.owned == nil {
		owned, err := e.ownedByAddition(ctx)
		if err != nil {
			return err
		}
		run.owned = owned
	}
	open, err := e.Book.OpenIntents(ctx)
	if err != nil {
		return err
	}
	run.Outcomes = make([]Outcome, len(run.Plan.Changes))
	if err := e.Journal.Begin(ctx, run); err != nil {
		return err
	}
	a := &application{Engine: e, run: run, owned: run.owned, waiting: agreementsOf(open), unsure: identifiersOf(open), ledgers: map[int]*ledger{}, total: run.Plan.Summary().Pending()}
	e.observe(Event{Stage: StageApply, Total: a.total})
	a.applyProducts(ctx)
	for _, rows := range inOrder(run.Plan.Changes) {
		a.applyRows(ctx, rows)
	}
	if run.reviewed {
		a.readNoted(ctx)
	}
	a.end(context.WithoutCancel(ctx)) // the end is recorded although the person may have cancelled
	return nil
}

func agreementsOf(intents []Intent) map[int]bool {
	agreements := make(map[int]bool, len(intents))
	for _, intent := range intents {
		if intent.Kind.OfProduct() {
			continue
		}
		agreements[intent.AgreementID] = true
	}
	return agreements
}

func identifiersOf(intents []Intent) map[string]bool {
	identifiers := map[string]bool{}
	for _, intent := range intents {
		if intent.Kind.OfProduct() {
			identifiers[billing.FoldIdentifier(intent.Identifier)] = true
		}
	}
	return identifiers
}

// inOrder gives the rows that write, in groups of which each waits for the one before: a row of a later step waits for the row right before it,
// which may be on another agreement and may wait itself.
func inOrder(changes []plan.Change) [][]int {
	var groups [][]int
	depth := 0
	for i := range changes {
		if depth++; i == 0 || changes[i].Step == 0 {
			depth = 0
		}
		if !changes[i].Action.Writes() || changes[i].OfProduct() {
			continue // products come before all lines
		}
		for len(groups) <= depth {
			groups = append(groups, nil)
		}
		groups[depth] = append(groups[depth], i)
	}
	return groups
}

// end settles the outcome of every row and records the run.
func (a *application) end(ctx context.Context) {
	for i := range a.run.Outcomes {
		if a.run.Outcomes[i].Status == "" {
			a.run.Outcomes[i] = a.rest(i)
		}
	}
	open, err := a.Book.OpenIntents(ctx)
	if err != nil {
		a.stop(err)
	}
	stop := a.why()
	if stop != nil {
		a.run.Problem = &StopOf(stop).Problem
	}
	a.run.ExitCode = a.run.exitCode(stop, len(open) > 0)
	if err := a.finish(ctx, a.run, a.run.ownership(a.owned)); err != nil {
		a.notRecorded(labelled(err))
	}
}

// notRecorded tells of a run whose end is not on disk. Its writes are, each with what came of it.
func (a *application) notRecorded(err error) {
	problem := StopOf(err).Problem
	problem.Message = "the end of the run could not be recorded: " + problem.Message
	if a.run.Problem != nil {
		a.run.Warnings = append(a.run.Warnings, problem.Message)
	} else {
		a.run.Problem = &problem
	}
	if !slices.Contains([]int{ExitUnknown, ExitCancelled, ExitPartial}, a.run.ExitCode) {
		a.run.ExitCode = ExitStore
	}
}

// rest is the outcome of a row that writes nothing. One that would change what is ours comes to nothing where the row that it waits for did, and
// where the agreement was read anew and the line is no longer as it was planned.
func (a *application) rest(i int) Outcome {
	row := &a.run.Plan.Changes[i]
	outcome := Outcome{Status: resting(row.Action)}
	if outcome.Status == Held {
		return outcome
	}
	if (row.Adopts || len(row.Releases) > 0) && a.waitsInVain(i) {
		return notAsPlanned(beforeNotDone)
	}
	if why := a.noLonger(row); why != "" {
		return notAsPlanned(why)
	}
	return outcome
}

// noLonger says why a row that writes nothing may not be taken note of; empty when it may.
func (a *application) noLonger(row *plan.Change) (why string) {
	book := a.ledgers[row.Agreement.ID]
	switch {
	case a.run.reviewed && !touches(row, a.owned):
		return ""
	case a.run.reviewed && book == nil:
		return "its agreement could not be read again"
	case a.run.reviewed:
		return book.asSaved(row, a.run.Plan.Today)
	case row.Adopts && book != nil:
		_, why = book.asPlanned(row, a.run.Plan.Today)
	}
	return why
}

const beforeNotDone = "the row before it was not done, so this one waits for the next run"

func notAsPlanned(why string) Outcome {
	return Outcome{Status: Held, Code: plan.ChangedMeanwhile, Reason: why}
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

// applyRows writes rows that wait for no other of them, agreement by agreement, several agreements side by side.
func (a *application) applyRows(ctx context.Context, rows []int) {
	var order []int
	byAgreement := map[int][]int{}
	for _, i := range rows {
		agreement := a.run.Plan.Changes[i].Agreement.ID
		if byAgreement[agreement] == nil {
			order = append(order, agreement)
		}
		byAgreement[agreement] = append(byAgreement[agreement], i)
	}
	var group errgroup.Group
	group.SetLimit(a.workers())
	for _, agreement := range order {
		group.Go(func() error {
			a.applyAgreement(ctx, agreement, byAgreement[agreement])
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
	if a.waitsInVain(i) {
		held := notAsPlanned(beforeNotDone)
		return &held
	}
	return a.withoutProduct(i)
}

// withoutProduct says why a row waits where one that waits for it needs a product that was not created: an old line goes on until the new one can
// take its place.
func (a *application) withoutProduct(i int) *Outcome {
	for j := i + 1; j < len(a.run.Plan.Changes) && a.run.Plan.Changes[j].Step > 0; j++ {
		if _, missing := a.withProduct(&a.run.Plan.Changes[j]); missing != nil {
			return missing
		}
	}
	return nil
}

// waitsInVain reports whether the row that this one waits for was not done.
func (a *application) waitsInVain(i int) bool {
	return i > 0 && a.run.Plan.Changes[i].Step > 0 && a.outcome(i-1).Status != Applied
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
	book = &ledger{additions: additions, mine: map[int]bool{}, unknown: a.waiting[agreement]}
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
		a.stopped = labelled(err)
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
