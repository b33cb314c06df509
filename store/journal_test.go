package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

func TestIntentRoundTrip(t *testing.T) {
	p, _ := begun(t)
	var want []syncer.Intent
	edit := filled[syncer.Intent](t)
	edit.RunID, edit.Kind, edit.Lost = "r1", syncer.IntentEdit, time.Time{} // it is only about to be sent
	for _, intent := range []syncer.Intent{edit, createIntent("r1", 2), {RunID: "r1", Kind: syncer.IntentEdit, AdditionID: 5, At: started}} {
		intent.ID = must[int64](t)(p.Intend(t.Context(), intent))
		want = append(want, intent)
	}
	wantSame(t, must[[]syncer.Intent](t)(p.OpenIntents(t.Context())), want)
	if want[0].ID >= want[1].ID || want[1].ID >= want[2].ID {
		t.Error("numbers do not grow")
	}
}

func TestIntendRefuses(t *testing.T) {
	tests := []struct {
		name   string
		intent syncer.Intent
		want   error
	}{
		{"a run that is not there", editIntent("r9", 1), ErrNotFound},
		{"no run", editIntent("", 1), ErrNotFound},
		{"an edit of nothing", syncer.Intent{RunID: "r1", Kind: syncer.IntentEdit}, ErrInvalid},
		{"a create of something", syncer.Intent{RunID: "r1", Kind: syncer.IntentCreate, AdditionID: 4}, ErrInvalid},
		{"a create of a product without identifier", syncer.Intent{RunID: "r1", Kind: syncer.IntentCreateProduct}, ErrInvalid},
		{"a change of no product", syncer.Intent{RunID: "r1", Kind: syncer.IntentEditProduct, Identifier: "MBX"}, ErrInvalid},
		{"an unknown kind", syncer.Intent{RunID: "r1", Kind: "delete", AdditionID: 4}, ErrInvalid},
	}
	p, _ := begun(t)
	for _, test := range tests {
		if _, err := p.Intend(t.Context(), test.intent); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
	}
	if open := must[[]syncer.Intent](t)(p.OpenIntents(t.Context())); len(open) != 0 {
		t.Errorf("refused writes were recorded: %v", open)
	}
}

func TestIntendRefusesRunOfOtherProfile(t *testing.T) {
	p, _ := begun(t)
	other := p.store.Profile("branch")
	if _, err := other.Intend(t.Context(), editIntent("r1", 1)); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

// TestOneOpenIntent: a second write to a line waits until the end of the first is known.
func TestOneOpenIntent(t *testing.T) {
	for _, intent := range []syncer.Intent{editIntent("r1", 1), createIntent("r1", 2), productIntent("r1"), editProductIntent("r1")} {
		for _, end := range []syncer.End{"", syncer.Lost, syncer.Done, syncer.Rejected} {
			t.Run(fmt.Sprintf("%s %s", intent.Kind, end), func(t *testing.T) {
				p, _ := begun(t)
				first := must[int64](t)(p.Intend(t.Context(), intent))
				if end != "" {
					check(t, p.Settle(t.Context(), first, syncer.Settlement{End: end, AdditionID: 9, Product: &plan.OwnProduct{ID: 12}}))
				}
				check(t, p.Begin(t.Context(), newRun("r2", update(1), create(2))))
				again := intent
				again.RunID = "r2"
				_, err := p.Intend(t.Context(), again)
				if end == syncer.Done || end == syncer.Rejected {
					check(t, err)
					return
				}
				var open *OpenIntentError
				if !errors.As(err, &open) || open.IntentID != first || open.RunID != "r1" {
					t.Errorf("got %v", err)
				}
				check(t, p.store.Profile("branch").Begin(t.Context(), newRun("r1")))
				other := intent
				_, err = p.store.Profile("branch").Intend(t.Context(), other)
				check(t, err) // profiles do not touch each other
			})
		}
	}
}

// TestOneOpenIntentInTheTables: the tables refuse it too, should the check before ever fail.
func TestOneOpenIntentInTheTables(t *testing.T) {
	p, _ := begun(t)
	for _, intent := range []syncer.Intent{editIntent("r1", 1), createIntent("r1", 2), productIntent("r1")} {
		must[int64](t)(p.Intend(t.Context(), intent))
	}
	for _, kind := range []string{"create", "edit", "create_product"} {
		_, err := p.store.writer.ExecContext(t.Context(), `INSERT INTO journal (profile_id, run_seq, key, kind, agreement_id, product_id,
			addition_id, version, known, identifier, effective, cancelled, members, previous, recorded) SELECT profile_id, run_seq, key, kind,
			agreement_id, product_id, addition_id, version, known, identifier, effective, cancelled, members, previous, recorded FROM journal WHERE kind = ?`, kind)
		if !isConstraint(err) {
			t.Errorf("a second open %s was stored: %v", kind, err)
		}
	}
}

func TestSettleCreate(t *testing.T) {
	p, _ := begun(t)
	id := must[int64](t)(p.Intend(t.Context(), createIntent("r1", 2)))
	own := owned(2, "3")
	own.Created = true
	check(t, p.Settle(t.Context(), id, syncer.Settlement{End: syncer.Done, At: started, AdditionID: 1002, Owned: own, Message: "ok"}))
	wantSame(t, must[[]plan.Owned](t)(p.Owned(t.Context())), []plan.Owned{*own})
	if open := must[[]syncer.Intent](t)(p.OpenIntents(t.Context())); len(open) != 0 {
		t.Errorf("still open: %v", open)
	}
	writes := must[[]Write](t)(p.WritesOfAddition(t.Context(), 1002, 0))
	if len(writes) != 1 || writes[0].End != syncer.Done || writes[0].Message != "ok" || !writes[0].Settled.Equal(started) {
		t.Errorf("writes %+v", writes)
	}
}

func TestSettleTogetherWithOwnership(t *testing.T) {
	p, _ := begun(t)
	id := must[int64](t)(p.Intend(t.Context(), editIntent("r1", 1)))
	_, err := p.store.writer.ExecContext(t.Context(), "CREATE TRIGGER refuse BEFORE INSERT ON owned_additions BEGIN SELECT RAISE(ABORT, 'no'); END")
	check(t, err)
	if err := p.Settle(t.Context(), id, syncer.Settlement{End: syncer.Done, Owned: owned(1, "12.5")}); err == nil {
		t.Fatal("ownership could not be stored, and nobody says so")
	}
	if open := must[[]syncer.Intent](t)(p.OpenIntents(t.Context())); len(open) != 1 {
		t.Error("the write is settled without its ownership")
	}
}

func TestSettleReplacesOwnershipOfAddition(t *testing.T) {
	p, _ := begun(t)
	check(t, own(t, p, "r1", 1, owned(1, "10")))
	taken := owned(7, "12.5") // another key
	taken.AdditionID, taken.Created, taken.Ended = 1001, true, billing.NewDate(2026, time.November, 30)
	check(t, own(t, p, "r1", 1, taken))
	wantSame(t, must[[]plan.Owned](t)(p.Owned(t.Context())), []plan.Owned{*taken})
	check(t, own(t, p, "r1", 1, nil)) // nil leaves it
	wantSame(t, must[[]plan.Owned](t)(p.Owned(t.Context())), []plan.Owned{*taken})
}

// own edits line n and settles that with this ownership.
func own(t *testing.T, p *Profile, run string, n int, after *plan.Owned) error {
	t.Helper()
	id := must[int64](t)(p.Intend(t.Context(), editIntent(run, n)))
	return p.Settle(t.Context(), id, syncer.Settlement{End: syncer.Done, Owned: after})
}

func TestSettleAgain(t *testing.T) {
	done := syncer.Settlement{End: syncer.Done, At: started, AdditionID: 1002, Owned: owned(2, "3")}
	other := done
	other.AdditionID = 1003
	tests := []struct {
		name          string
		first, second syncer.Settlement
		wantErr       bool
	}{
		{"done twice alike", done, done, false},
		{"done with another addition", done, other, true},
		{"done with other ownership", done, syncer.Settlement{End: syncer.Done, AdditionID: 1002, Owned: owned(2, "4")}, true},
		{"done, then rejected", done, syncer.Settlement{End: syncer.Rejected}, true},
		{"done, then unknown", done, syncer.Settlement{End: syncer.Lost}, true},
		{"rejected twice", syncer.Settlement{End: syncer.Rejected}, syncer.Settlement{End: syncer.Rejected}, false},
		{"rejected, then done", syncer.Settlement{End: syncer.Rejected}, done, true},
		{"unknown, then done", syncer.Settlement{End: syncer.Lost}, done, false},
		{"unknown, then rejected", syncer.Settlement{End: syncer.Lost, EmptyReads: 1}, syncer.Settlement{End: syncer.Rejected}, false},
		{"unknown twice", syncer.Settlement{End: syncer.Lost, EmptyReads: 1}, syncer.Settlement{End: syncer.Lost, EmptyReads: 2}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, _ := begun(t)
			id := must[int64](t)(p.Intend(t.Context(), createIntent("r1", 2)))
			check(t, p.Settle(t.Context(), id, test.first))
			before := must[[]plan.Owned](t)(p.Owned(t.Context()))
			err := p.Settle(t.Context(), id, test.second)
			if !test.wantErr {
				check(t, err)
				return
			}
			var settled *SettledError
			if !errors.As(err, &settled) || settled.End != test.first.End || settled.IntentID != id {
				t.Errorf("got %v", err)
			}
			wantSame(t, must[[]plan.Owned](t)(p.Owned(t.Context())), before)
		})
	}
}

func TestSettleUnknownKeepsItOpen(t *testing.T) {
	p, _ := begun(t)
	id := must[int64](t)(p.Intend(t.Context(), createIntent("r1", 2)))
	for reads := 1; reads <= 2; reads++ {
		check(t, p.Settle(t.Context(), id, syncer.Settlement{End: syncer.Lost, At: started.Add(time.Hour), EmptyReads: reads, Message: "no answer"}))
		open := must[[]syncer.Intent](t)(p.OpenIntents(t.Context()))
		if len(open) != 1 || open[0].EmptyReads != reads || open[0].ID != id || !open[0].Lost.Equal(started.Add(time.Hour)) {
			t.Errorf("open: %+v", open)
		}
	}
}

func TestSettleRefuses(t *testing.T) {
	p, _ := begun(t)
	id := must[int64](t)(p.Intend(t.Context(), createIntent("r1", 2)))
	tests := []struct {
		name       string
		id         int64
		settlement syncer.Settlement
		want       error
	}{
		{"no such write", id + 1, syncer.Settlement{End: syncer.Rejected}, ErrNotFound},
		{"no end", id, syncer.Settlement{}, ErrInvalid},
		{"created without addition", id, syncer.Settlement{End: syncer.Done}, ErrInvalid},
		{"ownership of nothing", id, syncer.Settlement{End: syncer.Done, AdditionID: 3, Owned: &plan.Owned{}}, ErrInvalid},
	}
	for _, test := range tests {
		if err := p.Settle(t.Context(), test.id, test.settlement); !errors.Is(err, test.want) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	if err := p.store.Profile("branch").Settle(t.Context(), id, syncer.Settlement{End: syncer.Rejected}); !errors.Is(err, ErrNotFound) {
		t.Errorf("another profile settled it: %v", err)
	}
}

// TestOpenIntentsOfAllRuns: also those of a run that never finished, in the order of recording.
func TestOpenIntentsOfAllRuns(t *testing.T) {
	p, run := begun(t)
	must[int64](t)(p.Intend(t.Context(), editIntent("r1", 1)))
	lost := must[int64](t)(p.Intend(t.Context(), createIntent("r1", 2)))
	check(t, p.Settle(t.Context(), lost, syncer.Settlement{End: syncer.Lost}))
	run.Outcomes = make([]syncer.Outcome, 2)
	check(t, p.Finish(t.Context(), run, syncer.OwnershipChange{}))
	check(t, p.Begin(t.Context(), newRun("r2", update(3))))
	must[int64](t)(p.Intend(t.Context(), editIntent("r2", 3)))
	var got []string
	for _, intent := range must[[]syncer.Intent](t)(p.OpenIntents(t.Context())) {
		got = append(got, intent.RunID+" "+string(intent.Kind))
	}
	if strings.Join(got, ", ") != "r1 edit, r1 create, r2 edit" {
		t.Errorf("open: %v", got)
	}
}

func TestUndoMarks(t *testing.T) {
	p, _ := begun(t)
	check(t, own(t, p, "r1", 1, owned(1, "12.5")))
	if marks := must[[]plan.Undone](t)(p.Undone(t.Context())); len(marks) != 0 {
		t.Errorf("marks of an ordinary run: %v", marks)
	}
	undo := newRun("r2", update(1), create(2))
	undo.Undoes = "r1"
	check(t, p.Begin(t.Context(), undo))
	back := editIntent("r2", 1)
	back.Previous = owned(1, "12.5")
	id := must[int64](t)(p.Intend(t.Context(), back))
	check(t, p.Settle(t.Context(), id, syncer.Settlement{End: syncer.Lost}))
	if marks := must[[]plan.Undone](t)(p.Undone(t.Context())); len(marks) != 0 {
		t.Errorf("marks of an unknown write: %v", marks)
	}
	check(t, p.Settle(t.Context(), id, syncer.Settlement{End: syncer.Done, Owned: owned(1, "10")}))
	id = must[int64](t)(p.Intend(t.Context(), createIntent("r2", 2)))
	check(t, p.Settle(t.Context(), id, syncer.Settlement{End: syncer.Done, AdditionID: 1002}))
	want := []plan.Undone{
		{Key: key(1), AgreementID: 811, ProductID: 12, Quantity: dec("12.5")},
		{Key: key(2), AgreementID: 811, ProductID: 12, Quantity: dec("0")},
	}
	wantSame(t, must[[]plan.Undone](t)(p.Undone(t.Context())), want)
	check(t, p.Begin(t.Context(), newRun("r3", update(1))))
	check(t, own(t, p, "r3", 1, nil)) // written again: the mark is gone
	wantSame(t, must[[]plan.Undone](t)(p.Undone(t.Context())), want[1:])
}

// TestUndoMarkOfDatedLine: an undo that ends the new line and opens one for the old marks what the run had written, in either order.
func TestUndoMarkOfDatedLine(t *testing.T) {
	for _, createFirst := range []bool{true, false} {
		p, _ := begun(t)
		undo := newRun("r2", update(1))
		undo.Undoes = "r1"
		check(t, p.Begin(t.Context(), undo))
		back := editIntent("r2", 1)
		back.Previous = owned(1, "12.5")
		for _, edit := range []bool{!createFirst, createFirst} {
			intent, settlement := createIntent("r2", 1), syncer.Settlement{End: syncer.Done, AdditionID: 77}
			if edit {
				intent, settlement = back, syncer.Settlement{End: syncer.Done}
			}
			id := must[int64](t)(p.Intend(t.Context(), intent))
			check(t, p.Settle(t.Context(), id, settlement))
		}
		wantSame(t, must[[]plan.Undone](t)(p.Undone(t.Context())), []plan.Undone{{Key: key(1), AgreementID: 811, ProductID: 12, Quantity: dec("12.5")}})
	}
}

func TestBeginCancelled(t *testing.T) {
	p := newProfile(t)
	run := nightlyRun("r1", 20_000)
	adopting(run) // each row is written
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	err := p.Begin(ctx, run)
	var failure *Error
	if !errors.Is(err, context.DeadlineExceeded) || errors.As(err, &failure) {
		t.Errorf("got %v, want the end of the context and no *Error", err)
	}
	if runs := must[[]RunSummary](t)(p.Runs(t.Context(), 0)); len(runs) != 0 {
		t.Errorf("a run is there in part: %v", runs)
	}
	check(t, p.Begin(t.Context(), newRun("r1"))) // and the connection is of use
}
