package syncer

import (
	"context"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	"golang.org/x/sync/errgroup"
)

// Preview reads usage and ConnectWise and makes the plan. It writes nothing to ConnectWise.
func (e *Engine) Preview(ctx context.Context, ask Request) (*plan.Plan, error) {
	made, _, err := e.preview(ctx, ask)
	return made, err
}

// preview is Preview, with what the store remembered when the plan was made.
func (e *Engine) preview(ctx context.Context, ask Request) (*plan.Plan, []plan.Owned, error) {
	draft, err := e.Prepare(ctx, ask)
	if err != nil {
		return nil, nil, err
	}
	made := draft.Plan(ask.Accept, ask.LeftOut)
	if err := e.noneUsable(made, ask); err != nil {
		return nil, nil, err
	}
	return made, draft.current.Owned, nil
}

// readCurrent reads what the store remembers and what ConnectWise has, as far as the plan needs it.
func (e *Engine) readCurrent(ctx context.Context, desired plan.Desired, policy plan.Policy) (*plan.Current, error) {
	current := &plan.Current{}
	var err error
	if current.Owned, err = e.Book.Owned(ctx); err != nil {
		return nil, err
	}
	if err = e.checkCustomers(policy, desired, current.Owned); err != nil {
		return nil, err
	}
	if current.Undone, err = e.Book.Undone(ctx); err != nil {
		return nil, err
	}
	if err = e.recallOpen(ctx, current); err != nil {
		return nil, err
	}
	scope := plan.Needs(desired, current.Owned, policy)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) { current.Today, err = e.today(ctx, policy.Now); return err })
	group.Go(func() (err error) {
		if current.Products, err = e.readProducts(ctx, scope); err == nil {
			current.NewProducts, err = e.productTemplate(ctx, desired, scope, current.Products)
		}
		return err
	})
	group.Go(func() (err error) { current.Agreements, err = e.readAgreements(ctx, scope.Agreements); return err })
	group.Go(func() (err error) { current.Additions, err = e.readAdditions(ctx, scope.Agreements); return err })
	return current, group.Wait()
}

// recallOpen fills in the writes whose end is not known and the products that are ours.
func (e *Engine) recallOpen(ctx context.Context, current *plan.Current) error {
	intents, err := e.Book.OpenIntents(ctx)
	if err != nil {
		return err
	}
	for _, intent := range intents {
		current.Unknown = append(current.Unknown, plan.Unknown{Key: intent.Key, AgreementID: intent.AgreementID, Identifier: intent.Identifier, Since: intent.At})
	}
	if e.Shelf != nil {
		current.OwnProducts, err = e.Shelf.OwnProducts(ctx)
	}
	return err
}

// today is the calendar date of now in the profile's time zone.
func (e *Engine) today(ctx context.Context, now time.Time) (billing.Date, error) {
	name := e.Setup.Connection.TimeZone
	if name == "" {
		server, err := e.Ledger.Server(ctx)
		if err != nil {
			return billing.Date{}, err
		}
		name = server.TimeZone
	}
	zone, err := e.Zone(name)
	if err != nil {
		return billing.Date{}, &Stop{Exit: ExitUsage, Err: err, Problem: Problem{Code: "setup_incomplete",
			Message: "the time zone of this profile is not known: " + err.Error(), Hint: "set connection.time_zone in the set-up, such as America/New_York"}}
	}
	return billing.DateOf(now.In(zone)), nil
}

func (e *Engine) readAgreements(ctx context.Context, ids []int) (map[int]billing.Agreement, error) {
	agreements, err := e.Ledger.Agreements(ctx, ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[int]billing.Agreement, len(agreements))
	for _, agreement := range agreements {
		byID[agreement.ID] = agreement
	}
	return byID, nil
}

// readAdditions reads the additions of each agreement once, side by side.
func (e *Engine) readAdditions(ctx context.Context, ids []int) (map[int][]billing.Addition, error) {
	additions := make(map[int][]billing.Addition, len(ids))
	var lock sync.Mutex
	var done atomic.Int64
	e.observe(Event{Stage: StageCurrent, Total: len(ids)})
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(e.workers())
	for _, id := range ids {
		group.Go(func() error {
			found, err := e.Ledger.Additions(ctx, id, false)
			if err != nil {
				return err
			}
			lock.Lock()
			additions[id] = found
			lock.Unlock()
			e.observe(Event{Stage: StageCurrent, Done: int(done.Add(1)), Total: len(ids)})
			return nil
		})
	}
	return additions, group.Wait()
}

// readProducts reads the mapped products: by id where it is known, else by looking through the catalog once and remembering the ids.
func (e *Engine) readProducts(ctx context.Context, scope plan.Scope) ([]billing.Product, error) {
	remembered, err := e.Book.ProductIDs(ctx)
	if err != nil {
		return nil, err
	}
	ids := map[int]bool{}
	for _, id := range scope.Products {
		ids[id] = true
	}
	for _, identifier := range scope.Identifiers {
		if id := remembered[identifier]; id != 0 {
			ids[id] = true
		}
	}
	var products []billing.Product
	if len(ids) > 0 {
		if products, err = e.Catalog.ProductsByID(ctx, slices.Sorted(maps.Keys(ids))); err != nil {
			return nil, err
		}
	}
	missing := unresolved(scope.Identifiers, products)
	if len(missing) == 0 {
		return products, nil
	}
	found, err := e.Catalog.ProductsByIdentifier(ctx, missing)
	if err != nil {
		return nil, err
	}
	learned := make(map[string]int, len(found))
	for _, product := range found {
		if slices.Contains(missing, product.Identifier) {
			learned[product.Identifier] = product.ID
		}
		if !slices.ContainsFunc(products, func(p billing.Product) bool { return p.ID == product.ID }) {
			products = append(products, product)
		}
	}
	return products, e.Plans.RememberProducts(ctx, learned)
}

// unresolved are the identifiers that none of the products has, one that was renamed since it was looked up among them.
func unresolved(identifiers []string, products []billing.Product) []string {
	known := make(map[string]bool, len(products))
	for _, product := range products {
		known[product.Identifier] = true
	}
	var missing []string
	for _, identifier := range identifiers {
		if !known[identifier] {
			missing = append(missing, identifier)
		}
	}
	return missing
}
