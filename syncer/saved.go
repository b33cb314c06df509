package syncer

import (
	"context"
	"fmt"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

// ApplySaved applies a saved plan exactly, or refuses it whole. fileDigest is the SHA-256, hexadecimal, of the plan file that was given.
func (e *Engine) ApplySaved(ctx context.Context, id, fileDigest string) (*Run, error) {
	return e.locked(ctx, func(run *Run) error {
		saved, ok, err := e.Plans.LoadPlan(ctx, id)
		if err != nil {
			return err
		}
		if err := e.known(saved, ok, id, fileDigest); err != nil {
			return err
		}
		if _, err := e.settleOpen(ctx, run, nil); err != nil {
			return err
		}
		if err := e.stillTrue(ctx, saved.Plan); err != nil {
			return err
		}
		run.Plan, run.Undoes = saved.Plan, saved.Plan.Undoes
		return e.Plans.MarkApplied(ctx, id, run.ID)
	})
}

// known refuses a plan that this profile's store did not make, that was altered, used before, made for another set-up, or is too old.
func (e *Engine) known(saved SavedPlan, ok bool, id, fileDigest string) error {
	const again = "make a new plan with --sync --dry-run --out"
	switch {
	case !ok:
		return stale("plan "+id+" was not made by this profile on this machine", again)
	case saved.FileDigest != fileDigest:
		return stale("the file of plan "+id+" was altered since it was saved", again)
	case saved.AppliedBy != "":
		return stale("plan "+id+" was applied before, by run "+saved.AppliedBy, again)
	}
	return e.fresh(saved.Plan, again)
}

// fresh refuses a plan of another profile or set-up, and one that is too old.
func (e *Engine) fresh(made *plan.Plan, again string) error {
	if made.Profile != e.Profile {
		return stale("plan "+made.ID+" is one of profile "+made.Profile, again)
	}
	if made.SetupDigest != e.Setup.Digest() {
		return stale("the set-up was changed since plan "+made.ID+" was made", again)
	}
	if age := e.Now().Sub(made.Created); age > time.Duration(e.Setup.Guards.MaxAge) {
		return stale(fmt.Sprintf("plan %s is %s old, and may be at most %s old", made.ID, billing.Duration(age.Truncate(time.Minute)), e.Setup.Guards.MaxAge), again)
	}
	return nil
}

// stillTrue reads every agreement that the plan touches and refuses the plan when one line of it is no longer as it was.
func (e *Engine) stillTrue(ctx context.Context, saved *plan.Plan) error {
	open, err := e.Book.OpenIntents(ctx)
	if err != nil {
		return err
	}
	waiting := agreementsOf(open)
	owned, err := e.ownedByAddition(ctx)
	if err != nil {
		return err
	}
	var ids []int
	seen := map[int]bool{}
	for i := range saved.Changes {
		if change := &saved.Changes[i]; touches(change, owned) && !seen[change.Agreement.ID] {
			seen[change.Agreement.ID] = true
			ids = append(ids, change.Agreement.ID)
		}
	}
	additions, err := e.readAdditions(ctx, ids)
	if err != nil {
		return err
	}
	for i := range saved.Changes {
		change := &saved.Changes[i]
		if !touches(change, owned) {
			continue
		}
		book := &ledger{additions: additions[change.Agreement.ID]}
		why := book.asSaved(change, saved.Today)
		if why == "" {
			why = stillOurs(change, owned)
		}
		if waiting[change.Agreement.ID] {
			why = "an earlier write on its agreement may or may not have happened"
		}
		if why != "" {
			return stale("plan "+saved.ID+" no longer fits: "+change.Key.String()+": "+why, "make a new plan with --sync --dry-run --out")
		}
	}
	return nil
}

// asSaved is asPlanned, and for a line of ours that is left as it is only that nobody changed it: such a row does not list what else is open.
func (l *ledger) asSaved(change *plan.Change, today billing.Date) (why string) {
	if change.Action.Writes() || change.Adopts {
		_, why = l.asPlanned(change, today)
		return why
	}
	for i := range l.additions {
		if l.additions[i].ID == change.Addition.ID && (l.mine[change.Addition.ID] || l.additions[i].Version == change.Addition.Version) {
			return ""
		}
	}
	return fmt.Sprintf("addition %d is not as it was when the plan was made", change.Addition.ID)
}

// touches reports whether applying the row changes an addition or what is known of its ownership.
func touches(change *plan.Change, owned map[int]plan.Owned) bool {
	_, learned := learns(change, owned)
	return change.Action.Writes() || (change.Action == plan.None && change.Adopts) || learned
}
