package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"sync"

	"cwsync/store/db"
	"cwsync/syncer"
	"cwsync/syncer/plan"
)

// ownership is what Owned read last. A run asks more than once, and there are as many additions as lines.
type ownership struct {
	lock    sync.Mutex
	read    bool
	version int64
	owned   []plan.Owned
}

// Owned gives the additions that are ours, and those that our own cancel ended, by addition id.
func (p *Profile) Owned(ctx context.Context) (owned []plan.Owned, err error) {
	err = p.view(ctx, "read what is owned", func(q *db.Queries, id int64) error {
		version, err := q.OwnershipVersion(ctx, id)
		if errors.Is(err, sql.ErrNoRows) {
			return nil // a profile that nothing was stored for
		}
		if err != nil {
			return err
		}
		p.known.lock.Lock()
		defer p.known.lock.Unlock()
		if !p.known.read || p.known.version != version {
			p.known.read = false
			if p.known.owned, err = readOwned(ctx, q, id); err != nil {
				return err
			}
			p.known.read, p.known.version = true, version
		}
		owned = slices.Clone(p.known.owned)
		return nil
	})
	return owned, err
}

func readOwned(ctx context.Context, q *db.Queries, profile int64) ([]plan.Owned, error) {
	rows, err := q.Owned(ctx, profile)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	owned := make([]plan.Owned, len(rows))
	for i := range rows {
		if owned[i], err = ownedOf(&rows[i]); err != nil {
			return nil, err
		}
	}
	return owned, nil
}

func ownedOf(row *db.OwnedRow) (plan.Owned, error) {
	one := plan.Owned{
		AdditionID: int(row.AdditionID), AgreementID: int(row.AgreementID), ProductID: int(row.ProductID), Created: row.Created != 0,
	}
	var err error
	if one.Key, err = parseKey(row.Key); err != nil {
		return one, err
	}
	if one.Members, err = parseMembers(row.Members); err != nil {
		return one, err
	}
	if one.Quantity, err = parseDecimal(row.Quantity); err != nil {
		return one, err
	}
	if one.UnitPrice, err = parseNullDecimal(row.UnitPrice); err != nil {
		return one, err
	}
	if one.UnitCost, err = parseNullDecimal(row.UnitCost); err != nil {
		return one, err
	}
	one.Ended, err = parseDate(row.Ended)
	return one, err
}

// OwnProducts gives the products that runs of this profile created, by id.
func (p *Profile) OwnProducts(ctx context.Context) (products []plan.OwnProduct, err error) {
	err = p.view(ctx, "read which products are ours", func(q *db.Queries, id int64) error {
		rows, err := q.OwnProducts(ctx, id)
		if err != nil {
			return err
		}
		for _, row := range rows {
			one := plan.OwnProduct{ID: int(row.ProductID), Identifier: row.Identifier}
			if one.Price, err = parseNullDecimal(row.Price); err != nil {
				return err
			}
			if one.Cost, err = parseNullDecimal(row.Cost); err != nil {
				return err
			}
			products = append(products, one)
		}
		return nil
	})
	return products, err
}

// ownProduct records a product as ours and under which id its identifier is found.
func (p *Profile) ownProduct(ctx context.Context, q *db.Queries, profile, run int64, product *plan.OwnProduct) error {
	err := q.OwnProduct(ctx, db.OwnProductParams{
		ProfileID: profile, ProductID: int64(product.ID), Identifier: product.Identifier, Price: nullDecimalText(product.Price),
		Cost: nullDecimalText(product.Cost), RunSeq: run, Changed: timeText(p.store.now()),
	})
	if err != nil {
		return err
	}
	return q.RememberProduct(ctx, db.RememberProductParams{ProfileID: profile, Identifier: product.Identifier, ProductID: int64(product.ID)})
}

// Undone gives the lines that an undo put back and that no ordinary run has written since, by key, of one key in the order of the undos.
func (p *Profile) Undone(ctx context.Context) (undone []plan.Undone, err error) {
	err = p.view(ctx, "read what was undone", func(q *db.Queries, id int64) error {
		rows, err := q.Undone(ctx, id)
		if err != nil {
			return err
		}
		for _, row := range rows {
			one := plan.Undone{AgreementID: int(row.AgreementID), ProductID: int(row.ProductID)}
			if one.Key, err = parseKey(row.Key); err != nil {
				return err
			}
			if one.Quantity, err = parseDecimal(row.Quantity); err != nil {
				return err
			}
			if one.UnitPrice, err = parseNullDecimal(row.UnitPrice); err != nil {
				return err
			}
			if one.UnitCost, err = parseNullDecimal(row.UnitCost); err != nil {
				return err
			}
			one.Taxable = parseNullFlag(row.Taxable)
			undone = append(undone, one)
		}
		return nil
	})
	return undone, err
}

// OpenIntents gives the writes whose end is not known, of all runs, in the order in which they were recorded.
func (p *Profile) OpenIntents(ctx context.Context) (intents []syncer.Intent, err error) {
	err = p.view(ctx, "read the open writes", func(q *db.Queries, id int64) error {
		rows, err := q.OpenIntents(ctx, id)
		if err != nil {
			return err
		}
		for i := range rows {
			intent, err := intentOf(&rows[i].Journal, rows[i].RunID)
			if err != nil {
				return err
			}
			intents = append(intents, intent)
		}
		return nil
	})
	return intents, err
}

func intentOf(row *db.Journal, run string) (intent syncer.Intent, err error) {
	intent = syncer.Intent{
		ID: row.ID, RunID: run, Kind: syncer.IntentKind(row.Kind), AgreementID: int(row.AgreementID), ProductID: int(row.ProductID),
		AdditionID: int(row.AdditionID), Version: row.Version, Identifier: row.Identifier, Taxable: parseNullFlag(row.Taxable), Reopens: row.Reopens != 0,
		EmptyReads: int(row.EmptyReads),
	}
	if intent.Key, err = parseKey(row.Key); err != nil {
		return intent, err
	}
	if intent.Members, err = parseMembers(row.Members); err != nil {
		return intent, err
	}
	if intent.Known, err = parseJSON[[]int](row.Known); err != nil {
		return intent, err
	}
	if intent.Quantity, err = parseNullDecimal(row.Quantity); err != nil {
		return intent, err
	}
	if intent.UnitPrice, err = parseNullDecimal(row.UnitPrice); err != nil {
		return intent, err
	}
	if intent.UnitCost, err = parseNullDecimal(row.UnitCost); err != nil {
		return intent, err
	}
	if intent.Effective, err = parseDate(row.Effective); err != nil {
		return intent, err
	}
	if intent.Cancelled, err = parseDate(row.Cancelled); err != nil {
		return intent, err
	}
	if intent.At, err = parseTime(row.Recorded); err != nil {
		return intent, err
	}
	if row.State == string(syncer.Lost) && row.Settled.Valid {
		if intent.Lost, err = parseTime(row.Settled.String); err != nil {
			return intent, err
		}
	}
	back, err := parseOptional[storedValues](row.TakesBack)
	if err != nil {
		return intent, err
	}
	intent.TakesBack = (*plan.Values)(back)
	previous, err := parseOptional[storedOwned](row.Previous)
	if err != nil {
		return intent, err
	}
	intent.Previous, err = previous.owned()
	return intent, err
}

// ProductIDs gives the catalog ids that RememberProducts kept, by identifier; never nil.
func (p *Profile) ProductIDs(ctx context.Context) (map[string]int, error) {
	ids := map[string]int{}
	err := p.view(ctx, "read the catalog ids", func(q *db.Queries, id int64) error {
		rows, err := q.ProductIDs(ctx, id)
		for _, row := range rows {
			ids[row.Identifier] = int(row.ProductID)
		}
		return err
	})
	return ids, err
}

// RememberProducts keeps the catalog ids of identifiers, in the place of what was known of these.
func (p *Profile) RememberProducts(ctx context.Context, ids map[string]int) error {
	if len(ids) == 0 {
		return nil
	}
	return p.update(ctx, "keep catalog ids", func(q *db.Queries, id int64) error {
		for identifier, product := range ids {
			row := db.RememberProductParams{ProfileID: id, Identifier: identifier, ProductID: int64(product)}
			if err := q.RememberProduct(ctx, row); err != nil {
				return err
			}
		}
		return nil
	})
}

// own records additions as ours, in the place of any earlier record of them, and that ownership is not what it was.
func (p *Profile) own(ctx context.Context, q *db.Queries, profile, run int64, owned ...plan.Owned) error {
	changed := timeText(p.store.now())
	for i := range owned {
		one := &owned[i]
		members, err := membersText(one.Members)
		if err != nil {
			return err
		}
		err = q.Own(ctx, db.OwnParams{
			ProfileID: profile, AdditionID: int64(one.AdditionID), Key: keyText(one.Key), AgreementID: int64(one.AgreementID),
			ProductID: int64(one.ProductID), Members: members, Quantity: one.Quantity.String(),
			UnitPrice: nullDecimalText(one.UnitPrice), UnitCost: nullDecimalText(one.UnitCost), Created: flag(one.Created), Ended: one.Ended.String(),
			RunSeq: run, Changed: changed,
		})
		if err != nil {
			return err
		}
	}
	return q.OwnershipChanged(ctx, profile)
}
