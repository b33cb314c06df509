package syncer

import (
	"context"

	"cwsync/syncer/plan"

	"golang.org/x/sync/errgroup"
)

// ApplyMade applies a plan that a person has just reviewed, under the profile's lock. Each agreement is read anew before anything of it is written
// or taken note of; lines that are no longer as they were planned are held. The unknown writes that its reviewer accepted count as not done where a
// read-back finds no trace of them. An error means that nothing was written.
func (e *Engine) ApplyMade(ctx context.Context, made *plan.Plan) (*Run, error) {
	return e.locked(ctx, func(run *Run) error {
		if err := e.fresh(made, "read usage and ConnectWise again"); err != nil {
			return err
		}
		if _, err := e.settleOpen(ctx, run, acceptedIn(made)); err != nil {
			return err
		}
		run.Plan, run.Undoes, run.reviewed = made, made.Undoes, true
		return nil
	})
}

// readNoted reads the agreements of rows that are taken note of without a write, as far as the run has not read them.
func (a *application) readNoted(ctx context.Context) {
	var group errgroup.Group
	group.SetLimit(a.workers())
	seen := map[int]bool{}
	for i := range a.run.Plan.Changes {
		row := &a.run.Plan.Changes[i]
		if id := row.Agreement.ID; !row.Action.Writes() && touches(row, a.owned) && !seen[id] {
			seen[id] = true
			group.Go(func() error {
				if ctx.Err() == nil && a.why() == nil {
					if _, err := a.ledger(ctx, id); err != nil {
						a.stop(err)
					}
				}
				return nil
			})
		}
	}
	_ = group.Wait() // what failed keeps the row from being taken note of
}
