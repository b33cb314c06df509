package syncer

import (
	"context"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

// What a run looks up in ConnectWise, one thing at a time: for those who examine a set-up without making a plan of it.

// FindProducts reads these products, by id where that is known, else by looking through the catalog; those that do not exist are absent.
func (e *Engine) FindProducts(ctx context.Context, ids []int, identifiers []string) ([]billing.Product, error) {
	return e.readProducts(ctx, plan.Scope{Products: ids, Identifiers: identifiers})
}

// FindAgreements reads these agreements, by id; those that do not exist are absent.
func (e *Engine) FindAgreements(ctx context.Context, ids []int) (map[int]billing.Agreement, error) {
	return e.readAgreements(ctx, ids)
}

// DefaultsProblem says why no product can be created of the set-up's defaults; empty when one can.
func (e *Engine) DefaultsProblem(ctx context.Context) (string, error) {
	template, err := e.readTemplate(ctx)
	if err != nil {
		return "", err
	}
	return template.Problem, nil
}

// Today is the calendar date in the profile's time zone. A zone that is not known is a *Stop.
func (e *Engine) Today(ctx context.Context) (billing.Date, error) { return e.today(ctx, e.Now()) }
