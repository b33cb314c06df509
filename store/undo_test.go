package store

import (
	"testing"

	"cwsync/syncer"
	"cwsync/syncer/plan"
)

// undoing begins a run that takes another one back.
func undoing(t *testing.T, p *Profile, id, of string) {
	t.Helper()
	undo := newRun(id, update(1))
	undo.Undoes = of
	check(t, p.Begin(t.Context(), undo))
}

// done records a write of a run that came to its end.
func done(t *testing.T, p *Profile, intent syncer.Intent) {
	t.Helper()
	id := must[int64](t)(p.Intend(t.Context(), intent))
	check(t, p.Settle(t.Context(), id, syncer.Settlement{End: syncer.Done, Product: &plan.OwnProduct{ID: 12, Identifier: "MBX"}}))
}

// TestUndoRemembersAllThatItTookBack: price, cost and tax flag as well as the quantity, of lines and of products.
func TestUndoRemembersAllThatItTookBack(t *testing.T) {
	p, _ := begun(t)
	undoing(t, p, "r2", "r1")
	yes := true
	line := editIntent("r2", 1)
	line.TakesBack = &plan.Values{Quantity: nullDec("12.5"), UnitPrice: nullDec("5"), UnitCost: nullDec("3.25"), Taxable: &yes}
	done(t, p, line)
	product := editProductIntent("r2")
	product.TakesBack = &plan.Values{UnitPrice: nullDec("6"), UnitCost: nullDec("4")}
	done(t, p, product)
	wantSame(t, must[[]plan.Undone](t)(p.Undone(t.Context())), []plan.Undone{
		{Key: productKey, ProductID: 12, UnitPrice: nullDec("6"), UnitCost: nullDec("4")},
		{Key: key(1), AgreementID: 811, ProductID: 12, Quantity: dec("12.5"), UnitPrice: nullDec("5"), UnitCost: nullDec("3.25"), Taxable: &yes},
	})
	check(t, p.Begin(t.Context(), newRun("r3", update(1))))
	done(t, p, editProductIntent("r3"))
	if marks := must[[]plan.Undone](t)(p.Undone(t.Context())); len(marks) != 1 || marks[0].Key != key(1) {
		t.Errorf("a product that was written again is still marked: %+v", marks)
	}
}

// TestUndoOfAnUndoForgets: what usage had asked for is there again, so there is nothing to remember; taking that back is an undo again.
func TestUndoOfAnUndoForgets(t *testing.T) {
	p, _ := begun(t)
	for _, step := range []struct {
		id, of string
		marks  int
	}{{"r2", "r1", 1}, {"r3", "r2", 0}, {"r4", "r3", 1}, {"r5", "r4", 0}, {"r6", "r9", 1}} {
		undoing(t, p, step.id, step.of)
		intent := editIntent(step.id, 1)
		intent.TakesBack = &plan.Values{Quantity: nullDec("12.5")}
		done(t, p, intent)
		if marks := must[[]plan.Undone](t)(p.Undone(t.Context())); len(marks) != step.marks {
			t.Errorf("after %s, which takes back %s: %+v", step.id, step.of, marks)
		}
	}
}

// TestEveryUndoIsRemembered: taking back two runs one after the other forgets neither, taking back one of these undos leaves the other, and what an
// ordinary run writes forgets all.
func TestEveryUndoIsRemembered(t *testing.T) {
	p, _ := begun(t)
	check(t, p.Begin(t.Context(), newRun("r2", update(1))))
	undo := func(id, of, quantity string, want ...string) {
		t.Helper()
		undoing(t, p, id, of)
		intent := editIntent(id, 1)
		intent.TakesBack = &plan.Values{Quantity: nullDec(quantity)}
		done(t, p, intent)
		var marks []string
		for _, mark := range must[[]plan.Undone](t)(p.Undone(t.Context())) {
			marks = append(marks, mark.Quantity.String())
		}
		wantSame(t, marks, want)
	}
	undo("u2", "r2", "15", "15")
	undo("u1", "r1", "12", "15", "12")
	undo("uu1", "u1", "10", "15")
	undo("u1again", "r1", "12", "15", "12")
	check(t, p.Begin(t.Context(), newRun("r3", update(1))))
	done(t, p, editIntent("r3", 1))
	if marks := must[[]plan.Undone](t)(p.Undone(t.Context())); len(marks) != 0 {
		t.Errorf("after an ordinary write: %+v", marks)
	}
}

func TestPastRun(t *testing.T) {
	p, run := begun(t)
	if past, ok, err := p.PastRun(t.Context(), run.ID); err != nil || !ok || past.ID != run.ID || past.ExitCode != Unfinished {
		t.Errorf("%+v, %v, %v", past, ok, err)
	}
	if _, ok, err := p.PastRun(t.Context(), "r9"); err != nil || ok {
		t.Errorf("a run that is not there: %v, %v", ok, err)
	}
	if _, ok, err := p.store.Profile("branch").PastRun(t.Context(), run.ID); err != nil || ok {
		t.Errorf("a run of another profile: %v, %v", ok, err)
	}
}

// TestProductOfACutOffLine: a line whose product the same run created is found again with that product.
func TestProductOfACutOffLine(t *testing.T) {
	p := newProfile(t)
	row := create(2)
	row.Product = plan.Product{Identifier: "MBX"}
	check(t, p.Begin(t.Context(), newRun("r1", row)))
	id := must[int64](t)(p.Intend(t.Context(), createIntent("r1", 2)))
	check(t, p.Settle(t.Context(), id, syncer.Settlement{End: syncer.Done, AdditionID: 1002}))
	past := must[*syncer.Run](t)(p.Run(t.Context(), "r1"))
	if o := past.Outcomes[0]; o.Status != syncer.Applied || o.AdditionID != 1002 || o.ProductID != 12 {
		t.Errorf("outcome %+v", o)
	}
}
