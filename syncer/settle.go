package syncer

import (
	"context"
	"slices"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	"github.com/shopspring/decimal"
)

// readBacks is how many read-backs must find no trace of a lost write before it counts as not done.
const readBacks = 2

// trace is what a read-back finds of a write.
type trace int

const (
	noTrace    trace = iota // as before the write
	found                   // done
	several                 // more than one line could be the one: a person must look
	superseded              // the line was changed since by somebody else; our write no longer matters
)

// settleOpen reads back every write whose end is not known, and records what it finds. One that accept tells of counts as not done where there is
// no trace of it. It gives the keys of those that this used up.
func (e *Engine) settleOpen(ctx context.Context, run *Run, accept func(Intent) bool) (used []string, err error) {
	intents, err := e.Book.OpenIntents(ctx)
	if err != nil || len(intents) == 0 {
		return nil, err
	}
	owned, err := e.ownedByAddition(ctx)
	if err != nil {
		return nil, err
	}
	byAgreement := map[int][]billing.Addition{}
	e.observe(Event{Stage: StageSettle, Total: len(intents)})
	for i, intent := range intents {
		accepted := accept(intent)
		settlement, err := e.settleOne(ctx, intent, byAgreement, owned, accepted)
		if err != nil {
			return nil, err
		}
		if err := e.Journal.Settle(context.WithoutCancel(ctx), intent.ID, settlement); err != nil {
			return nil, err
		}
		if settlement.End != Lost {
			run.Warnings = append(run.Warnings, settledText(intent, settlement))
			if accepted {
				used = append(used, intent.Key.String())
			}
		}
		if settlement.Owned != nil {
			owned[settlement.Owned.AdditionID] = *settlement.Owned
		}
		e.observe(Event{Stage: StageSettle, Done: i + 1, Total: len(intents)})
	}
	return used, nil
}

// acceptedIn tells which unknown writes the reviewer of a plan counted as not done: none that came after the plan, which they cannot have meant.
func acceptedIn(made *plan.Plan) func(Intent) bool {
	return func(intent Intent) bool {
		return slices.Contains(made.Accepted, intent.Key.String()) && !intent.At.After(made.Created)
	}
}

// noteSettled moves accepted keys that settling an unknown write has used up to where the plan tells what was accepted.
func noteSettled(made *plan.Plan, used []string) {
	made.Unused = slices.DeleteFunc(made.Unused, func(entry string) bool { return slices.Contains(used, entry) })
	made.Accepted = append(made.Accepted, used...)
	slices.Sort(made.Accepted)
	made.Accepted = slices.Compact(made.Accepted)
}

// settleOne reads back one write. What was read of an agreement is kept for the next.
func (e *Engine) settleOne(
	ctx context.Context, intent Intent, byAgreement map[int][]billing.Addition, owned map[int]plan.Owned, accepted bool,
) (Settlement, error) {
	if intent.Kind.OfProduct() {
		what, product, err := e.lookForProduct(ctx, intent)
		if err != nil {
			return Settlement{}, err
		}
		settlement := e.judge(intent, what, accepted)
		if what == superseded {
			settlement.Message = "somebody else changed the product or created one of its identifier, so the write no longer matters"
		}
		if what == found {
			settlement.Product = ownProduct(intent, product)
		}
		return settlement, nil
	}
	additions, read := byAgreement[intent.AgreementID]
	if !read {
		var err error
		if additions, err = e.Ledger.Additions(ctx, intent.AgreementID, false); err != nil {
			return Settlement{}, err
		}
		byAgreement[intent.AgreementID] = additions
	}
	what, addition := lookFor(intent, additions, owned)
	settlement := e.judge(intent, what, accepted)
	if what == found {
		settlement.Owned, settlement.AdditionID = ownedAfter(intent, addition), addition.ID
	}
	return settlement, nil
}

// judge decides what became of a write of an earlier run.
func (e *Engine) judge(intent Intent, what trace, accepted bool) Settlement {
	now := e.Now().UTC()
	since := intent.Lost // a write may have been sent long after it was recorded, where it had to wait
	if since.IsZero() {
		since = intent.At
	}
	settlement := Settlement{End: Lost, At: now, EmptyReads: intent.EmptyReads}
	switch what {
	case found:
		settlement.End, settlement.Message = Done, "found by a read-back"
	case superseded:
		settlement.End, settlement.Message = Rejected, "the line was changed since, so the write no longer matters"
	case several:
		settlement.Message = "more than one new line could be the one"
	case noTrace:
		settlement.EmptyReads++
		if accepted || (now.Sub(since) >= e.SettleFor && settlement.EmptyReads >= readBacks) {
			settlement.End, settlement.Message = Rejected, "no trace of it in ConnectWise"
		}
	}
	if settlement.End == Lost && !intent.Lost.IsZero() {
		settlement.At = intent.Lost
	}
	return settlement
}

// lookFor looks for a write in what ConnectWise has now.
func lookFor(intent Intent, additions []billing.Addition, owned map[int]plan.Owned) (trace, *billing.Addition) {
	if intent.Kind == IntentEdit {
		return lookForEdit(intent, additions)
	}
	var match *billing.Addition
	for i := range additions {
		addition := &additions[i]
		if _, ours := owned[addition.ID]; ours || addition.ProductID != intent.ProductID || slices.Contains(intent.Known, addition.ID) {
			continue
		}
		if !billing.Same(addition.Quantity, intent.Quantity.Decimal) || addition.Effective != intent.Effective {
			continue
		}
		if match != nil {
			return several, nil
		}
		match = addition
	}
	if match == nil {
		return noTrace, nil
	}
	return found, match
}

func lookForEdit(intent Intent, additions []billing.Addition) (trace, *billing.Addition) {
	for i := range additions {
		addition := &additions[i]
		if addition.ID != intent.AdditionID {
			continue
		}
		sameQuantity := !intent.Quantity.Valid || billing.Same(addition.Quantity, intent.Quantity.Decimal)
		sameCancel := (intent.Cancelled.IsZero() && !intent.Reopens) || addition.Cancelled == intent.Cancelled
		switch {
		case sameQuantity && sameCancel && sameRates(&intent, addition):
			return found, addition
		case addition.Version == intent.Version:
			return noTrace, addition
		}
		return superseded, addition
	}
	return superseded, nil
}

// sameRates reports whether the line has the price, cost and tax flag that were written.
func sameRates(intent *Intent, addition *billing.Addition) bool {
	return has(intent.UnitPrice, addition.UnitPrice) && has(intent.UnitCost, addition.UnitCost) &&
		(intent.Taxable == nil || *intent.Taxable == addition.Taxable)
}

// has reports whether an amount is as it was written; one that was not written may be any.
func has(written decimal.NullDecimal, now decimal.Decimal) bool {
	return !written.Valid || billing.Same(written.Decimal, now)
}

// ownedAfter is the ownership once the write is done.
func ownedAfter(intent Intent, addition *billing.Addition) *plan.Owned {
	owned := &plan.Owned{
		Key: intent.Key, AdditionID: addition.ID, AgreementID: intent.AgreementID, ProductID: intent.ProductID,
		Members: intent.Members, Quantity: addition.Quantity, Created: intent.Kind == IntentCreate, Ended: intent.Cancelled,
	}
	if intent.Quantity.Valid {
		owned.Quantity = intent.Quantity.Decimal
	}
	if intent.Reopens { // it goes on, even where it has an end that is not ours
		owned.Ended = billing.Date{}
	}
	owned.UnitPrice, owned.UnitCost = intent.UnitPrice, intent.UnitCost
	if before := intent.Previous; before != nil {
		owned.Created = before.Created
		owned.UnitPrice, owned.UnitCost = either(owned.UnitPrice, before.UnitPrice), either(owned.UnitCost, before.UnitCost)
	}
	return owned
}

func (e *Engine) ownedByAddition(ctx context.Context) (map[int]plan.Owned, error) {
	all, err := e.Book.Owned(ctx)
	if err != nil {
		return nil, err
	}
	return byAddition(all), nil
}

func byAddition(all []plan.Owned) map[int]plan.Owned {
	byID := make(map[int]plan.Owned, len(all))
	for _, owned := range all {
		byID[owned.AdditionID] = owned
	}
	return byID
}

func settledText(intent Intent, settlement Settlement) string {
	what := "an earlier write of " + intent.Key.String() + " that was unknown "
	if settlement.End == Done {
		return what + "is in ConnectWise"
	}
	return what + "did not happen: " + settlement.Message
}
