package syncer

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	"golang.org/x/sync/errgroup"
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
		if _, err := e.settleOpen(ctx, run, acceptedIn(saved.Plan)); err != nil {
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
		return stale(fmt.Sprintf("plan %s is %s old, and may be at most %s old", made.ID, plan.Age(age), e.Setup.Guards.MaxAge), again)
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
		if change := &saved.Changes[i]; touches(change, owned) && !change.OfProduct() && !seen[change.Agreement.ID] {
			seen[change.Agreement.ID] = true
			ids = append(ids, change.Agreement.ID)
		}
	}
	now, err := e.readTouched(ctx, ids, productsOf(saved.Changes))
	if err != nil {
		return err
	}
	for i := range saved.Changes {
		change := &saved.Changes[i]
		if !touches(change, owned) || change.OfProduct() {
			continue
		}
		why := now.asSaved(change, saved.Today)
		if why == "" {
			why = stillOurs(change, owned)
		}
		if waiting[change.Agreement.ID] {
			why = "an earlier write on its agreement may or may not have happened"
		}
		if why != "" {
			return noLongerFits(saved, change, why)
		}
	}
	return e.productsStillTrue(ctx, saved, open)
}

func noLongerFits(saved *plan.Plan, change *plan.Change, why string) error {
	return stale("plan "+saved.ID+" no longer fits: "+change.Key.String()+": "+why, "make a new plan with --sync --dry-run --out")
}

// productsStillTrue reads the products that the plan writes and refuses it when one of them is no longer as it was.
func (e *Engine) productsStillTrue(ctx context.Context, saved *plan.Plan, open []Intent) error {
	rows := productRows(saved.Changes)
	if len(rows) == 0 {
		return nil
	}
	now, err := e.productsNow(ctx, saved.Changes, rows)
	if err != nil {
		return err
	}
	for _, i := range rows {
		change := &saved.Changes[i]
		why := productAsPlanned(change, now[change.Product.Identifier])
		if slices.ContainsFunc(open, func(intent Intent) bool {
			return intent.Kind.OfProduct() && billing.FoldIdentifier(intent.Identifier) == billing.FoldIdentifier(change.Product.Identifier)
		}) {
			why = "an earlier write to this product may or may not have happened"
		}
		if why != "" {
			return noLongerFits(saved, change, why)
		}
	}
	return nil
}

// touched is what ConnectWise has now of what a saved plan touches.
type touched struct {
	agreements map[int]billing.Agreement
	additions  map[int][]billing.Addition // by agreement
	products   map[int]billing.Product
}

// readTouched reads these agreements with their additions, and these products, side by side.
func (e *Engine) readTouched(ctx context.Context, agreements, products []int) (now touched, err error) {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) { now.agreements, err = e.readAgreements(ctx, agreements); return err })
	group.Go(func() (err error) { now.additions, err = e.readAdditions(ctx, agreements); return err })
	group.Go(func() error {
		if len(products) == 0 {
			return nil
		}
		found, err := e.Catalog.ProductsByID(ctx, products)
		now.products = make(map[int]billing.Product, len(found))
		for _, product := range found {
			now.products[product.ID] = product
		}
		return err
	})
	return now, group.Wait()
}

// productsOf are the products that rows were decided by, ascending.
func productsOf(changes []plan.Change) []int {
	seen := map[int]bool{}
	for i := range changes {
		if changes[i].NeedsProduct() {
			seen[changes[i].Product.ID] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// asSaved is asPlanned, and that agreement and product are what the row was decided by. Of a line of ours that is left as it is it is only that
// nobody changed it: such a row does not list what else is open.
func (t *touched) asSaved(change *plan.Change, today billing.Date) (why string) {
	if change.Action.Writes() || change.Adopts {
		if why = change.TermsChanged(byID(t.agreements, change.Agreement.ID), byID(t.products, change.Product.ID)); why != "" {
			return why
		}
	}
	return (&ledger{additions: t.additions[change.Agreement.ID]}).asSaved(change, today)
}

// asSaved is asPlanned, and of a line of ours that is left as it is only that nobody else changed it: such a row does not list what else is open.
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

// byID is what a map has under an id; nil when it has nothing.
func byID[T any](all map[int]T, id int) *T {
	if one, ok := all[id]; ok {
		return &one
	}
	return nil
}

// touches reports whether applying the row changes an addition or what is known of its ownership.
func touches(change *plan.Change, owned map[int]plan.Owned) bool {
	_, learned := learns(change, owned)
	return change.Action.Writes() || (change.Action == plan.None && change.Adopts) || learned
}
