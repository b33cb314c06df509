package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"cwsync/store/db"
	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

// Line is what one run said of one line and did about it.
type Line struct {
	RunID    string
	Started  time.Time // of the run
	ExitCode int       // of the run; Unfinished when it never finished
	Undoes   string    // the run that it took back
	Change   plan.Change
	Outcome  syncer.Outcome
}

// Write is one write of the journal and what became of it.
type Write struct {
	Intent  syncer.Intent
	End     syncer.End // empty: it was recorded, and nothing is known since
	Settled time.Time  // zero: never
	Message string
}

// LinesOfKey gives what runs said of a key, newest run first; at most limit, or all when limit is 0 or less. Of the runs that left the line as it
// was, which most do, only the newest is given, and that only if nothing was said since.
func (p *Profile) LinesOfKey(ctx context.Context, key billing.Key, limit int) (lines []Line, err error) {
	err = p.view(ctx, "read the history of a line", func(q *db.Queries, id int64) error {
		text := keyText(key)
		rows, err := q.ChangesOfKey(ctx, db.ChangesOfKeyParams{ProfileID: id, KeyHash: int64(keyHash(text))})
		if err != nil {
			return err
		}
		find := finder{q: q, profile: id}
		ofKey := func(c *plan.Change) bool { return c.Key == key } // another key may have the same hash
		lines, err = find.history(ctx, rows, text, limit, ofKey, ofKey)
		return err
	})
	return lines, err
}

// LinesOfAddition is LinesOfKey for the lines that concerned an addition.
func (p *Profile) LinesOfAddition(ctx context.Context, addition, limit int) (lines []Line, err error) {
	err = p.view(ctx, "read the history of an addition", func(q *db.Queries, id int64) error {
		found, err := q.ChangesOfAddition(ctx, db.ChangesOfAdditionParams{ProfileID: id, AdditionID: int64(addition)})
		if err != nil {
			return err
		}
		rows := make([]db.ChangesOfKeyRow, len(found))
		for i, row := range found {
			rows[i] = db.ChangesOfKeyRow(row)
		}
		key, err := q.KeyOfOwned(ctx, db.KeyOfOwnedParams{ProfileID: id, AdditionID: int64(addition)})
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		find := finder{q: q, profile: id}
		all := func(*plan.Change) bool { return true }
		ofAddition := func(c *plan.Change) bool { return c.Addition.ID == addition }
		lines, err = find.history(ctx, rows, key, limit, all, ofAddition)
		return err
	})
	return lines, err
}

// WritesOfKey gives the writes of a key, newest first; at most limit, or all when limit is 0 or less.
func (p *Profile) WritesOfKey(ctx context.Context, key billing.Key, limit int) (writes []Write, err error) {
	err = p.view(ctx, "read the writes of a line", func(q *db.Queries, id int64) error {
		rows, err := q.IntentsOfKey(ctx, db.IntentsOfKeyParams{ProfileID: id, Key: keyText(key), Limit: most(limit)})
		if err != nil {
			return err
		}
		for i := range rows {
			if writes, err = appendWrite(writes, &rows[i].Journal, rows[i].RunID); err != nil {
				return err
			}
		}
		return nil
	})
	return writes, err
}

// WritesOfAddition gives the writes to an addition, newest first; at most limit, or all when limit is 0 or less.
func (p *Profile) WritesOfAddition(ctx context.Context, addition, limit int) (writes []Write, err error) {
	err = p.view(ctx, "read the writes to an addition", func(q *db.Queries, id int64) error {
		rows, err := q.IntentsOfAddition(ctx, db.IntentsOfAdditionParams{ProfileID: id, AdditionID: int64(addition), Limit: most(limit)})
		if err != nil {
			return err
		}
		for i := range rows {
			if writes, err = appendWrite(writes, &rows[i].Journal, rows[i].RunID); err != nil {
				return err
			}
		}
		return nil
	})
	return writes, err
}

func appendWrite(writes []Write, row *db.Journal, run string) ([]Write, error) {
	intent, err := intentOf(row, run)
	if err != nil {
		return nil, err
	}
	write := Write{Intent: intent, Message: row.Message}
	if row.Settled.Valid {
		write.End = syncer.End(row.State)
		if write.Settled, err = parseTime(row.Settled.String); err != nil {
			return nil, err
		}
	}
	return append(writes, write), nil
}
