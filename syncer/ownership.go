package syncer

import (
	"slices"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	"github.com/shopspring/decimal"
)

// ownership is what a run learned about ownership beside its writes: of rows that were left as they are, and of lines that were let go of. A row
// that came to nothing changes nothing here either.
func (r *Run) ownership(owned map[int]plan.Owned) OwnershipChange {
	var change OwnershipChange
	written := map[int]bool{}
	for i := range r.Outcomes {
		if row := &r.Plan.Changes[i]; r.Outcomes[i].Status == Applied && row.Addition.ID != 0 {
			written[row.Addition.ID] = true
		}
	}
	for i := range r.Plan.Changes {
		row := &r.Plan.Changes[i]
		if releases(row, r.Outcomes[i].Status) {
			for _, id := range row.Releases {
				if !written[id] { // one that another row took over is ours all the more
					change.Released = append(change.Released, id)
				}
			}
		}
		if r.Outcomes[i].Status != Unchanged {
			continue
		}
		if now, learned := learns(row, owned); learned {
			change.Owned = append(change.Owned, now)
		}
	}
	return change
}

// releases reports whether a row of this outcome lets go of what it names. A write that is unknown may have taken its place already.
func releases(row *plan.Change, status Status) bool {
	switch status {
	case Applied, Unknown, Unchanged:
		return true
	case Skipped:
		return row.Action == plan.Skip
	}
	return false
}

// learns gives the ownership of a line that is as it should be: one that is adopted as it is, one of ours that a person changed to just what we
// want or pointed to just the product that the mapping names now, a merged one of other members than before or that another one carries now, and
// one that our own cancel ended and a person opened again.
func learns(row *plan.Change, owned map[int]plan.Owned) (now plan.Owned, learned bool) {
	if row.Action != plan.None || row.Addition.ID == 0 || !row.Quantity.Valid {
		return now, false
	}
	before, ours := owned[row.Addition.ID]
	if !ours && !row.Adopts {
		return now, false
	}
	now = plan.Owned{
		Key: row.Key, AdditionID: row.Addition.ID, AgreementID: row.Agreement.ID, ProductID: row.Product.ID,
		Members: row.Members, Quantity: row.Quantity.Decimal, UnitPrice: before.UnitPrice, UnitCost: before.UnitCost, Created: before.Created,
	}
	if row.Kept != nil {
		now.UnitPrice, now.UnitCost = either(row.Kept.UnitPrice, before.UnitPrice), either(row.Kept.UnitCost, before.UnitCost)
	}
	return now, !ours || before.Key != now.Key || before.AgreementID != now.AgreementID || before.ProductID != now.ProductID || !slices.Equal(before.Members, now.Members) || !before.Ended.IsZero() ||
		!billing.Same(before.Quantity, now.Quantity) || !sameAmount(before.UnitPrice, now.UnitPrice) || !sameAmount(before.UnitCost, now.UnitCost)
}

// either is the first amount, or the second where there is none.
func either(first, second decimal.NullDecimal) decimal.NullDecimal {
	if first.Valid {
		return first
	}
	return second
}

func sameAmount(x, y decimal.NullDecimal) bool {
	return x.Valid == y.Valid && (!x.Valid || billing.Same(x.Decimal, y.Decimal))
}
