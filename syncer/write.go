package syncer

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	"github.com/shopspring/decimal"
)

// applyRow writes one row: intent on disk, write, outcome on disk.
func (a *application) applyRow(ctx context.Context, book *ledger, row *plan.Change) Outcome {
	if book.unknown {
		return Outcome{Status: Held, Code: plan.PreviousUnknown, Reason: "another write on this agreement may or may not have happened"}
	}
	change, missing := a.withProduct(row)
	if missing != nil {
		return *missing
	}
	before, why := book.asPlanned(change, a.run.Plan.Today)
	if why == "" {
		why = stillOurs(change, a.owned)
	}
	if why != "" {
		return notAsPlanned(why)
	}
	intent := a.intent(book, change, before)
	id, err := a.Journal.Intend(context.WithoutCancel(ctx), intent)
	if err != nil {
		a.stop(err)
		return Outcome{Status: Failed, Problem: &StopOf(labelled(err)).Problem}
	}
	intent.ID = id
	result, err := a.send(ctx, intent, before, change)
	if isUnknown(err) {
		result, err = a.readBack(ctx, &intent, before, change, err)
	}
	outcome := a.record(ctx, book, intent, result, err)
	if change != row {
		outcome.ProductID = change.Product.ID
	}
	return outcome
}

// asPlanned checks that the line and the open additions of its product are as the plan saw them, our own writes of this run apart.
func (l *ledger) asPlanned(change *plan.Change, today billing.Date) (before *billing.Addition, why string) {
	expected := make(map[int]string, len(change.Open))
	for _, open := range change.Open {
		expected[open.ID] = open.Version
	}
	for i := range l.additions {
		addition := &l.additions[i]
		if addition.ID == change.Addition.ID {
			before = addition
			if addition.Version != change.Addition.Version && !l.mine[addition.ID] {
				return nil, fmt.Sprintf("somebody changed addition %d after the plan was made", addition.ID)
			}
		}
		if addition.ProductID != change.Product.ID || l.mine[addition.ID] || !addition.OpenOn(today) {
			continue
		}
		version, planned := expected[addition.ID]
		if !planned || version != addition.Version {
			return nil, fmt.Sprintf("addition %d of the same product was opened or changed after the plan was made", addition.ID)
		}
		delete(expected, addition.ID)
	}
	for id := range expected {
		if !l.mine[id] {
			return nil, fmt.Sprintf("addition %d of the same product was ended or deleted after the plan was made", id)
		}
	}
	if before == nil && change.Action != plan.Create {
		return nil, fmt.Sprintf("addition %d is no longer there", change.Addition.ID)
	}
	return before, ""
}

// stillOurs says why a line that the plan took for ours may not be written.
func stillOurs(change *plan.Change, owned map[int]plan.Owned) (why string) {
	if _, ours := owned[change.Addition.ID]; ours || change.Adopts || change.Action == plan.Create {
		return ""
	}
	return fmt.Sprintf("addition %d is no longer ours", change.Addition.ID)
}

func (a *application) intent(book *ledger, change *plan.Change, before *billing.Addition) Intent {
	intent := Intent{
		RunID: a.run.ID, Key: change.Key, Kind: IntentEdit, AgreementID: change.Agreement.ID, ProductID: change.Product.ID,
		Members: change.Members, Quantity: change.After.Quantity, UnitPrice: change.After.UnitPrice, UnitCost: change.After.UnitCost,
		Taxable: change.After.Taxable, Effective: change.After.Effective, Cancelled: change.After.Cancelled, Reopens: change.Reopens(), At: a.Now().UTC(),
	}
	if change.Action == plan.Create {
		intent.Kind = IntentCreate
		for i := range book.additions {
			if book.additions[i].ProductID == change.Product.ID {
				intent.Known = append(intent.Known, book.additions[i].ID)
			}
		}
		return intent
	}
	intent.AdditionID, intent.Version = before.ID, before.Version
	if owned, ours := a.owned[before.ID]; ours {
		intent.Previous = &owned
	}
	if a.run.Undoes != "" {
		intent.TakesBack = takenBack(change, before, intent.Previous)
	}
	return intent
}

// takenBack is what an undo takes back of a line: what we wrote there last, and for the rest what it has; no quantity where it had been ended.
func takenBack(change *plan.Change, line *billing.Addition, previous *plan.Owned) *plan.Values {
	taxable := line.Taxable
	back := &plan.Values{
		Quantity: decimal.NewNullDecimal(line.Quantity), UnitPrice: decimal.NewNullDecimal(line.UnitPrice), UnitCost: decimal.NewNullDecimal(line.UnitCost),
		Taxable: &taxable,
	}
	if previous != nil {
		back.Quantity = decimal.NewNullDecimal(previous.Quantity)
		back.UnitPrice, back.UnitCost = either(previous.UnitPrice, back.UnitPrice), either(previous.UnitCost, back.UnitCost)
	}
	if change.Reopens() {
		back.Quantity = decimal.NewNullDecimal(decimal.Zero)
	}
	return back
}

// send sends the write once.
func (a *application) send(ctx context.Context, intent Intent, before *billing.Addition, change *plan.Change) (billing.WriteResult, error) {
	if intent.Kind == IntentCreate {
		return a.Writer.CreateAddition(ctx, billing.NewAddition{
			AgreementID: intent.AgreementID, ProductID: intent.ProductID, Quantity: intent.Quantity.Decimal, Effective: intent.Effective,
			UnitPrice: change.After.UnitPrice, UnitCost: change.After.UnitCost, Taxable: change.After.Taxable,
		})
	}
	return a.Writer.EditAddition(ctx, *before, billing.AdditionEdit{
		Quantity: intent.Quantity, UnitPrice: intent.UnitPrice, UnitCost: intent.UnitCost, Taxable: intent.Taxable, Cancelled: intent.Cancelled,
		Reopen: intent.Reopens && intent.Cancelled.IsZero(),
	})
}

func isUnknown(err error) bool {
	var failure *billing.Failure
	return errors.As(err, &failure) && failure.Unknown
}

// readBack looks for a write whose answer was lost. A lost edit of a line that is still as it was is sent once more: it says what the line should
// be, not by how much, so that sending it twice does no harm. A lost create is never sent again. Read-backs that find no trace are counted in
// intent. Where not even reading works nothing more is written at all.
func (a *application) readBack(ctx context.Context, intent *Intent, before *billing.Addition, change *plan.Change, lost error) (billing.WriteResult, error) {
	reading := context.WithoutCancel(ctx)
	for try := range 2 {
		additions, err := a.Ledger.Additions(reading, intent.AgreementID, true)
		if err != nil {
			a.stop(err)
			return billing.WriteResult{}, lost
		}
		what, addition := lookFor(*intent, additions, a.owned)
		if what == found {
			return billing.WriteResult{Addition: *addition}, nil
		}
		if what == noTrace {
			intent.EmptyReads++
		}
		if what != noTrace || intent.Kind == IntentCreate || try > 0 || ctx.Err() != nil {
			return billing.WriteResult{}, lost
		}
		result, err := a.send(ctx, *intent, before, change)
		if err == nil {
			return result, nil
		}
		if !isUnknown(err) { // refused this time, but the first one may still be on its way
			if stops(err) {
				a.stop(err)
			}
			return billing.WriteResult{}, lost
		}
	}
	return billing.WriteResult{}, lost
}

// stops reports whether a failed write is a reason to write nothing more. One that ConnectWise refused says nothing about others.
func stops(err error) bool {
	class := billing.ClassOf(err)
	return class != billing.ClassRejected && class != billing.ClassPermission
}

// record writes down what became of the write.
func (a *application) record(ctx context.Context, book *ledger, intent Intent, result billing.WriteResult, cause error) Outcome {
	settlement := Settlement{At: a.Now().UTC()}
	outcome := Outcome{}
	switch {
	case cause == nil:
		settlement.End, settlement.Owned = Done, ownedAfter(intent, &result.Addition)
		outcome.Status = Applied
		if intent.Kind == IntentCreate {
			settlement.AdditionID, outcome.AdditionID = result.Addition.ID, result.Addition.ID
		}
		for _, field := range result.Unexpected {
			outcome.Warnings = append(outcome.Warnings, "ConnectWise also changed "+field+", which cwsync did not write: look at the addition")
		}
		book.learn(result.Addition)
	case isUnknown(cause):
		book.unknown = true
		settlement.End, settlement.Message, settlement.EmptyReads = Lost, cause.Error(), intent.EmptyReads
		outcome.Status, outcome.Problem = Unknown, problemOf(cause)
		outcome.Problem.Hint = "a later run settles it by reading the agreement again"
	default:
		settlement.End, settlement.Message = Rejected, cause.Error()
		outcome.Status, outcome.Problem = failedOrSkipped(cause), problemOf(cause)
		if stops(cause) {
			a.stop(cause)
		}
	}
	if err := a.Journal.Settle(context.WithoutCancel(ctx), intent.ID, settlement); err != nil {
		a.stop(err)
		book.unknown = true
		problem := StopOf(labelled(err)).Problem
		problem.Message = "the write was sent, but what became of it could not be recorded: " + problem.Message
		return Outcome{Status: Unknown, Problem: &problem}
	}
	return outcome
}

// learn keeps the agreement up with our own write.
func (l *ledger) learn(addition billing.Addition) {
	l.mine[addition.ID] = true
	at := slices.IndexFunc(l.additions, func(known billing.Addition) bool { return known.ID == addition.ID })
	if at < 0 {
		l.additions = append(l.additions, addition)
		return
	}
	l.additions[at] = addition
}
