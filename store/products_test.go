package store

import (
	"errors"
	"testing"

	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

var productKey = billing.Key{Source: "mail", Service: "mbx"}

func productIntent(run string) syncer.Intent {
	return syncer.Intent{RunID: run, Key: productKey, Kind: syncer.IntentCreateProduct, Identifier: "MBX", UnitPrice: nullDec("4.5"), At: started}
}

func editProductIntent(run string) syncer.Intent {
	return syncer.Intent{
		RunID: run, Key: productKey, Kind: syncer.IntentEditProduct, Identifier: "MBX", ProductID: 12, Version: "4.5|0", UnitCost: nullDec("3"), At: started,
	}
}

// TestProductsOfOurs: a product that was created is ours, its id is known from then on, and what a later write leaves alone stays as it was.
func TestProductsOfOurs(t *testing.T) {
	p := newProfile(t)
	row := plan.Change{Key: productKey, Action: plan.Create, Code: plan.NewProduct, Product: plan.Product{Identifier: "MBX"}}
	run := newRun("r1", row)
	check(t, p.Begin(t.Context(), run))
	id := must[int64](t)(p.Intend(t.Context(), productIntent("r1")))
	if err := p.Settle(t.Context(), id, syncer.Settlement{End: syncer.Done}); !errors.Is(err, ErrInvalid) {
		t.Errorf("done without a product: %v", err)
	}
	lost := syncer.Settlement{End: syncer.Lost, At: started, EmptyReads: 1}
	check(t, p.Settle(t.Context(), id, lost))
	open := must[[]syncer.Intent](t)(p.OpenIntents(t.Context()))
	if len(open) != 1 || open[0].Kind != syncer.IntentCreateProduct || open[0].Identifier != "MBX" || open[0].EmptyReads != 1 {
		t.Errorf("open %+v", open)
	}
	done := syncer.Settlement{End: syncer.Done, Product: &plan.OwnProduct{ID: 12, Identifier: "MBX", Price: nullDec("4.5")}}
	check(t, p.Settle(t.Context(), id, done))
	check(t, p.Settle(t.Context(), id, done)) // once more in the same way changes nothing
	var settled *SettledError
	other := syncer.Settlement{End: syncer.Done, Product: &plan.OwnProduct{ID: 13, Identifier: "MBX"}}
	if err := p.Settle(t.Context(), id, other); !errors.As(err, &settled) {
		t.Errorf("settled in another way: %v", err)
	}
	edit := must[int64](t)(p.Intend(t.Context(), editProductIntent("r1")))
	check(t, p.Settle(t.Context(), edit, syncer.Settlement{End: syncer.Done, Product: &plan.OwnProduct{ID: 12, Identifier: "MBX", Cost: nullDec("3")}}))
	wantSame(t, must[[]plan.OwnProduct](t)(p.OwnProducts(t.Context())), []plan.OwnProduct{{ID: 12, Identifier: "MBX", Price: nullDec("4.5"), Cost: nullDec("3")}})
	if ids := must[map[string]int](t)(p.ProductIDs(t.Context())); ids["MBX"] != 12 {
		t.Errorf("known ids %v", ids)
	}
	if undone := must[[]plan.Undone](t)(p.Undone(t.Context())); len(undone) != 0 {
		t.Errorf("undone %v", undone)
	}
	if others := must[[]plan.OwnProduct](t)(p.store.Profile("branch").OwnProducts(t.Context())); len(others) != 0 {
		t.Errorf("another profile has %v", others)
	}
	run.Outcomes = []syncer.Outcome{{Status: syncer.Applied, ProductID: 12}}
	check(t, p.Finish(t.Context(), run, syncer.OwnershipChange{}))
}

// TestProductOfACrashedRun: what the journal learned of a product's write is told where the run itself never did.
func TestProductOfACrashedRun(t *testing.T) {
	p := newProfile(t)
	row := plan.Change{Key: productKey, Action: plan.Create, Code: plan.NewProduct, Product: plan.Product{Identifier: "MBX"}}
	check(t, p.Begin(t.Context(), newRun("r1", row)))
	id := must[int64](t)(p.Intend(t.Context(), productIntent("r1")))
	check(t, p.Settle(t.Context(), id, syncer.Settlement{End: syncer.Done, Product: &plan.OwnProduct{ID: 12, Identifier: "MBX"}}))
	lines := must[[]Line](t)(p.LinesOfKey(t.Context(), productKey, 0))
	if len(lines) != 1 || lines[0].Outcome.Status != syncer.Applied || lines[0].Outcome.ProductID != 12 {
		t.Errorf("lines %+v", lines)
	}
}
