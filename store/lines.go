package store

import (
	"context"
	"fmt"
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

// LinesOfKey gives what runs said of a key, newest run first; at most limit, or all when limit is 0 or less.
func (p *Profile) LinesOfKey(ctx context.Context, key billing.Key, limit int) (lines []Line, err error) {
	err = p.view(ctx, "read the history of a line", func(q *db.Queries, id int64) error {
		rows, err := q.ChangesOfKey(ctx, db.ChangesOfKeyParams{ProfileID: id, Key: keyText(key), Limit: most(limit)})
		if err != nil {
			return err
		}
		lines, err = linesOf(ctx, q, rows)
		return err
	})
	return lines, err
}

// LinesOfAddition is LinesOfKey for the lines that concerned an addition.
func (p *Profile) LinesOfAddition(ctx context.Context, addition, limit int) (lines []Line, err error) {
	err = p.view(ctx, "read the history of an addition", func(q *db.Queries, id int64) error {
		found, err := q.ChangesOfAddition(ctx, db.ChangesOfAdditionParams{ProfileID: id, AdditionID: int64(addition), Most: most(limit)})
		if err != nil {
			return err
		}
		rows := make([]db.ChangesOfKeyRow, len(found))
		for i, row := range found {
			rows[i] = db.ChangesOfKeyRow(row)
		}
		lines, err = linesOf(ctx, q, rows)
		return err
	})
	return lines, err
}

func linesOf(ctx context.Context, q *db.Queries, rows []db.ChangesOfKeyRow) ([]Line, error) {
	var lines []Line
	for i := range rows {
		line, err := lineOf(ctx, q, &rows[i])
		if err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	return lines, nil
}

func lineOf(ctx context.Context, q *db.Queries, row *db.ChangesOfKeyRow) (line Line, err error) {
	line = Line{RunID: row.RunID, ExitCode: exitCode(row.ExitCode), Undoes: row.Undoes}
	if line.Started, err = parseTime(row.Started); err != nil {
		return line, err
	}
	first := row.Position - row.Position%bodyRows
	body, err := q.ChangeBody(ctx, db.ChangeBodyParams{RunSeq: row.RunSeq, First: first})
	if err != nil {
		return line, err
	}
	stored, err := unpack[[]storedChange](body)
	if err != nil {
		return line, err
	}
	place := int(row.Position - first)
	if place >= len(stored) {
		return line, fmt.Errorf("%w: run %s ends before row %d", errStored, row.RunID, row.Position)
	}
	if line.Change, err = stored[place].change(); err != nil {
		return line, err
	}
	outcomes := make([]syncer.Outcome, 1)
	if outcomes[0], err = outcomeOf(row.Status, row.CreatedID, row.HeldCode, row.Outcome); err != nil {
		return line, err
	}
	err = settleOutcomes(ctx, q, row.RunSeq, []plan.Change{line.Change}, outcomes)
	line.Outcome = outcomes[0]
	return line, err
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
