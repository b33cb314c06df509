package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"

	"cwsync/store/db"
	"cwsync/syncer"

	"github.com/shopspring/decimal"
)

// Begin records a run and its plan. ErrExists: this profile has a run of this id.
func (p *Profile) Begin(ctx context.Context, run *syncer.Run) error {
	return p.update(ctx, "record the start of a run", func(q *db.Queries, id int64) error {
		if run.ID == "" || run.Plan == nil {
			return fmt.Errorf("a run without id or plan %w", ErrInvalid)
		}
		_, err := q.RunState(ctx, db.RunStateParams{ProfileID: id, ID: run.ID})
		if err == nil {
			return fmt.Errorf("run %s is %w", run.ID, ErrExists)
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		seq, err := p.addRun(ctx, q, id, run)
		if err != nil {
			return err
		}
		return addChanges(ctx, q, seq, run.Plan.Changes)
	})
}

func (p *Profile) addRun(ctx context.Context, q *db.Queries, profile int64, run *syncer.Run) (int64, error) {
	head, err := pack(storedHead(run.Plan))
	if err != nil {
		return 0, err
	}
	summary := run.Plan.Summary()
	delta, err := jsonText(summary.MonthlyDelta)
	if err != nil {
		return 0, err
	}
	return q.AddRun(ctx, db.AddRunParams{
		ProfileID: profile, ID: run.ID, PlanID: run.Plan.ID, Program: p.store.program, Undoes: cmp.Or(run.Undoes, run.Plan.Undoes), Started: timeText(run.Started),
		Creates: int64(summary.Create), Updates: int64(summary.Update), Cancels: int64(summary.Cancel), Nones: int64(summary.None),
		Holds: int64(summary.Hold), Skips: int64(summary.Skip), Changes: int64(len(run.Plan.Changes)),
		MonthlyDelta: delta, Head: head,
	})
}

// Intend records a write before it is sent and gives its number; the record is on disk when Intend returns. *OpenIntentError: an earlier
// edit of this addition, an earlier create of this key, or an earlier write to this product has no known end. ErrNotFound, ErrFinished: of the run.
func (p *Profile) Intend(ctx context.Context, intent syncer.Intent) (number int64, err error) {
	err = p.update(ctx, "record a write before it is sent", func(q *db.Queries, id int64) error {
		if err := checkIntent(&intent); err != nil {
			return err
		}
		run, err := openRun(ctx, q, id, intent.RunID)
		if err != nil {
			return err
		}
		if err := refuseSecond(ctx, q, id, &intent); err != nil {
			return err
		}
		number, err = p.addIntent(ctx, q, id, run.Seq, &intent)
		return err
	})
	return number, err
}

func checkIntent(intent *syncer.Intent) error {
	switch {
	case intent.Kind == syncer.IntentCreate && intent.AdditionID == 0:
	case intent.Kind == syncer.IntentEdit && intent.AdditionID > 0:
	case intent.Kind == syncer.IntentCreateProduct && intent.Identifier != "" && intent.ProductID == 0:
	case intent.Kind == syncer.IntentEditProduct && intent.Identifier != "" && intent.ProductID > 0:
	default:
		return fmt.Errorf("a write of kind %q to addition %d %w", intent.Kind, intent.AdditionID, ErrInvalid)
	}
	return nil
}

// openRun gives a run that is not finished.
func openRun(ctx context.Context, q *db.Queries, profile int64, id string) (run db.RunStateRow, err error) {
	run, err = q.RunState(ctx, db.RunStateParams{ProfileID: profile, ID: id})
	switch {
	case errors.Is(err, sql.ErrNoRows):
		err = fmt.Errorf("run %q is %w", id, ErrNotFound)
	case err == nil && run.Finished.Valid:
		err = fmt.Errorf("run %s: %w", id, ErrFinished)
	}
	return run, err
}

func refuseSecond(ctx context.Context, q *db.Queries, profile int64, intent *syncer.Intent) error {
	refused := &OpenIntentError{}
	var err error
	switch {
	case intent.Kind.OfProduct():
		var row db.OpenProductRow
		row, err = q.OpenProduct(ctx, db.OpenProductParams{ProfileID: profile, Identifier: intent.Identifier})
		refused.IntentID, refused.RunID = row.ID, row.RunID
	case intent.Kind == syncer.IntentEdit:
		var row db.OpenEditRow
		row, err = q.OpenEdit(ctx, db.OpenEditParams{ProfileID: profile, AdditionID: int64(intent.AdditionID)})
		refused.IntentID, refused.RunID = row.ID, row.RunID
	default:
		var row db.OpenCreateRow
		row, err = q.OpenCreate(ctx, db.OpenCreateParams{ProfileID: profile, Key: keyText(intent.Key)})
		refused.IntentID, refused.RunID = row.ID, row.RunID
	}
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return refused
}

func (p *Profile) addIntent(ctx context.Context, q *db.Queries, profile, run int64, intent *syncer.Intent) (int64, error) {
	known, err := jsonText(intent.Known)
	if err != nil {
		return 0, err
	}
	members, err := membersText(intent.Members)
	if err != nil {
		return 0, err
	}
	previous, err := optionalText(storeOwned(intent.Previous))
	if err != nil {
		return 0, err
	}
	at := intent.At
	if at.IsZero() {
		at = p.store.now()
	}
	takesBack, err := optionalText(storeTakenBack(intent.TakesBack))
	if err != nil {
		return 0, err
	}
	return q.AddIntent(ctx, db.AddIntentParams{
		ProfileID: profile, RunSeq: run, Key: keyText(intent.Key), Kind: string(intent.Kind), AgreementID: int64(intent.AgreementID),
		ProductID: int64(intent.ProductID), AdditionID: int64(intent.AdditionID), Version: intent.Version, Known: known,
		Quantity: nullDecimalText(intent.Quantity), UnitPrice: nullDecimalText(intent.UnitPrice), UnitCost: nullDecimalText(intent.UnitCost),
		Taxable: nullFlag(intent.Taxable), Identifier: intent.Identifier, Effective: intent.Effective.String(), Cancelled: intent.Cancelled.String(), Reopens: flag(intent.Reopens), TakesBack: takesBack,
		Members: members, Previous: previous, Recorded: timeText(at), EmptyReads: int64(intent.EmptyReads),
	})
}

// Settle records what became of a write, together with the ownership that follows from it. Settling once more in the same way changes
// nothing; in another way it is a *SettledError, unless the write was unknown so far. ErrNotFound: no such write in this profile.
//
// A done write of an undo also records what it took back, beside what earlier undos did, and any done write of an ordinary run to the line or
// product forgets all of that. An undo of an undo forgets what that one had taken back: what usage had asked for is there again.
func (p *Profile) Settle(ctx context.Context, intentID int64, settlement syncer.Settlement) error {
	return p.update(ctx, "record the end of a write", func(q *db.Queries, id int64) error {
		row, err := q.IntentToSettle(ctx, db.IntentToSettleParams{ProfileID: id, ID: intentID})
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("write %d is %w", intentID, ErrNotFound)
		}
		if err != nil {
			return err
		}
		if err := checkSettlement(&row, &settlement); err != nil {
			return err
		}
		owned, err := optionalText(storeOwned(settlement.Owned))
		if err != nil {
			return err
		}
		if isFinal(row.State) {
			return sameSettlement(intentID, &row, &settlement, owned)
		}
		if err := p.settle(ctx, q, intentID, &row, &settlement, owned); err != nil {
			return err
		}
		if settlement.Owned != nil {
			if err := p.own(ctx, q, id, row.RunSeq, *settlement.Owned); err != nil {
				return err
			}
		}
		if settlement.Product != nil {
			if err := p.ownProduct(ctx, q, id, row.RunSeq, settlement.Product); err != nil {
				return err
			}
		}
		if settlement.End != syncer.Done {
			return nil
		}
		return noteUndo(ctx, q, id, &row)
	})
}

func isFinal(state string) bool {
	return state == string(syncer.Done) || state == string(syncer.Rejected)
}

func checkSettlement(row *db.IntentToSettleRow, settlement *syncer.Settlement) error {
	switch settlement.End {
	case syncer.Done, syncer.Rejected, syncer.Lost:
	default:
		return fmt.Errorf("the end %q of a write %w", settlement.End, ErrInvalid)
	}
	if row.Kind == string(syncer.IntentCreate) && settlement.End == syncer.Done && settlement.AdditionID <= 0 {
		return fmt.Errorf("a create that is done without its addition %w", ErrInvalid)
	}
	if row.Kind == string(syncer.IntentCreateProduct) && settlement.End == syncer.Done && (settlement.Product == nil || settlement.Product.ID <= 0) {
		return fmt.Errorf("a product that is created without its id %w", ErrInvalid)
	}
	if settlement.Owned != nil && settlement.Owned.AdditionID <= 0 {
		return fmt.Errorf("ownership of addition %d %w", settlement.Owned.AdditionID, ErrInvalid)
	}
	return nil
}

func settledAddition(row *db.IntentToSettleRow, settlement *syncer.Settlement) int64 {
	if row.Kind == string(syncer.IntentCreate) && settlement.End == syncer.Done {
		return int64(settlement.AdditionID)
	}
	return row.AdditionID
}

// settledProduct is the product of a write, once it is known.
func settledProduct(row *db.IntentToSettleRow, settlement *syncer.Settlement) int64 {
	if row.Kind == string(syncer.IntentCreateProduct) && settlement.End == syncer.Done {
		return int64(settlement.Product.ID)
	}
	return row.ProductID
}

func sameSettlement(id int64, row *db.IntentToSettleRow, settlement *syncer.Settlement, owned string) error {
	same := row.State == string(settlement.End) && row.AdditionID == settledAddition(row, settlement) && row.ProductID == settledProduct(row, settlement) && row.Owned == owned
	if same {
		return nil
	}
	return &SettledError{IntentID: id, End: syncer.End(row.State)}
}

func (p *Profile) settle(
	ctx context.Context, q *db.Queries, id int64, row *db.IntentToSettleRow, settlement *syncer.Settlement, owned string,
) error {
	at := settlement.At
	if at.IsZero() {
		at = p.store.now()
	}
	reads := row.EmptyReads
	if settlement.End == syncer.Lost {
		reads = int64(settlement.EmptyReads)
	}
	return q.SettleIntent(ctx, db.SettleIntentParams{
		State: string(settlement.End), Settled: sql.NullString{String: timeText(at), Valid: true},
		AdditionID: settledAddition(row, settlement), ProductID: settledProduct(row, settlement), EmptyReads: reads, Message: settlement.Message, Owned: owned, ID: id,
	})
}

// noteUndo keeps the marks of what was taken back with the write that made or ended them, so that a crash cannot part the two.
func noteUndo(ctx context.Context, q *db.Queries, profile int64, row *db.IntentToSettleRow) error {
	marks, err := takesBackUsage(ctx, q, profile, row.Undoes)
	if err != nil {
		return err
	}
	if !marks && row.Undoes != "" { // what other undos took back stays as they left it
		return q.ForgetUndoneBy(ctx, db.ForgetUndoneByParams{ProfileID: profile, Key: row.Key, RunID: row.Undoes})
	}
	if !marks {
		return q.ForgetUndone(ctx, db.ForgetUndoneParams{ProfileID: profile, Key: row.Key})
	}
	back, err := parseOptional[storedValues](row.TakesBack)
	if err != nil {
		return err
	}
	if back != nil {
		return q.SetUndone(ctx, db.SetUndoneParams{
			ProfileID: profile, Key: row.Key, AgreementID: row.AgreementID, ProductID: row.ProductID, Quantity: back.Quantity.Decimal.String(),
			UnitPrice: nullDecimalText(back.UnitPrice), UnitCost: nullDecimalText(back.UnitCost), Taxable: nullFlag(back.Taxable), RunSeq: row.RunSeq,
		})
	}
	previous, err := parseOptional[storedOwned](row.Previous)
	if err != nil {
		return err
	}
	mark := db.SetUndoneParams{
		ProfileID: profile, Key: row.Key, AgreementID: row.AgreementID, ProductID: row.ProductID, Quantity: decimal.Zero.String(), RunSeq: row.RunSeq,
	}
	if previous == nil { // the undo opened a line: what it took back is that there was none
		return q.SetUndoneOnce(ctx, db.SetUndoneOnceParams{
			ProfileID: mark.ProfileID, Key: mark.Key, AgreementID: mark.AgreementID, ProductID: mark.ProductID, Quantity: mark.Quantity, RunSeq: mark.RunSeq,
		})
	}
	mark.Quantity = previous.Quantity.String()
	return q.SetUndone(ctx, mark)
}

// takesBackUsage reports whether a run that undoes another one takes back what usage had asked for: that of an undo puts it there again.
func takesBackUsage(ctx context.Context, q *db.Queries, profile int64, undoes string) (marks bool, err error) {
	for seen := map[string]bool{}; undoes != "" && !seen[undoes]; marks = !marks {
		seen[undoes] = true
		run, err := q.RunState(ctx, db.RunStateParams{ProfileID: profile, ID: undoes})
		if errors.Is(err, sql.ErrNoRows) {
			return !marks, nil
		}
		if err != nil {
			return false, err
		}
		undoes = run.Undoes
	}
	return marks, nil
}
