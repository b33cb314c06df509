package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"

	"cwsync/store/db"
	"cwsync/syncer"
	"cwsync/syncer/plan"
)

// finder finds single changes in the bodies of runs.
type finder struct {
	q       *db.Queries
	profile int64
	bodyID  int64 // of the body that was read last: runs that follow each other mostly share it
	body    []storedChange
	without map[int64]bool // bodies in which newestQuiet found nothing
}

// history makes lines of what was told, which is newest first, after those of the newest run that had nothing to tell of key, if that is newer.
// Both funcs pick the changes that belong to it; an empty key has no such run.
func (f *finder) history(ctx context.Context, rows []db.ChangesOfKeyRow, key string, limit int, told, quiet func(*plan.Change) bool) ([]Line, error) {
	var lines []Line
	newest := int64(0)
	for i := range rows {
		if limit > 0 && len(lines) == limit {
			break
		}
		line, err := f.line(ctx, &rows[i], nil)
		if err != nil {
			return nil, err
		}
		if !told(&line.Change) {
			continue
		}
		newest = max(newest, rows[i].RunSeq)
		lines = append(lines, line)
	}
	if key == "" {
		return lines, nil
	}
	first, err := f.newestQuiet(ctx, key, newest, quiet)
	if err != nil {
		return nil, err
	}
	lines = append(first, lines...)
	if limit > 0 {
		lines = lines[:min(limit, len(lines))]
	}
	return lines, nil
}

// line makes a line of a row; stored is its change where that was read already.
func (f *finder) line(ctx context.Context, row *db.ChangesOfKeyRow, stored *storedChange) (line Line, err error) {
	line = Line{RunID: row.RunID, ExitCode: exitCode(row.ExitCode), Undoes: row.Undoes}
	if line.Started, err = parseTime(row.Started); err != nil {
		return line, err
	}
	if stored != nil {
		line.Change, err = stored.change()
	} else {
		line.Change, err = f.change(ctx, row.RunSeq, row.Position)
	}
	if err != nil {
		return line, err
	}
	outcomes := make([]syncer.Outcome, 1)
	if outcomes[0], err = outcomeOf(row.Status, row.CreatedID, row.HeldCode, row.Outcome); err != nil {
		return line, err
	}
	err = settleOutcomes(ctx, f.q, row.RunSeq, []plan.Change{line.Change}, outcomes)
	line.Outcome = outcomes[0]
	return line, err
}

// change gives the change at a position of a run.
func (f *finder) change(ctx context.Context, run, position int64) (plan.Change, error) {
	at, err := f.q.BodyAt(ctx, db.BodyAtParams{RunSeq: run, Position: position})
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return plan.Change{}, err
	}
	if err == nil {
		if err := f.read(ctx, at.BodyID); err != nil {
			return plan.Change{}, err
		}
		if place := position - at.First; place < int64(len(f.body)) {
			return f.body[place].change()
		}
	}
	return plan.Change{}, fmt.Errorf("%w: run number %d ends before row %d", errStored, run, position)
}

func (f *finder) read(ctx context.Context, body int64) error {
	if f.bodyID == body {
		return nil
	}
	packed, err := f.q.Body(ctx, body)
	if err != nil {
		return err
	}
	f.body, err = unpack[[]storedChange](packed)
	if err == nil {
		f.bodyID = body
	}
	return err
}

// newestQuiet gives the lines of a key in the newest run that has one, among the runs after since.
func (f *finder) newestQuiet(ctx context.Context, key string, since int64, mine func(*plan.Change) bool) ([]Line, error) {
	f.without = map[int64]bool{}
	for before := int64(math.MaxInt64); ; {
		run, err := f.q.RunBefore(ctx, db.RunBeforeParams{ProfileID: f.profile, Seq: before})
		if errors.Is(err, sql.ErrNoRows) || (err == nil && run.Seq <= since) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		if lines, err := f.quietLines(ctx, &run, key, mine); err != nil || lines != nil {
			return lines, err
		}
		before = run.Seq
	}
}

func (f *finder) quietLines(ctx context.Context, run *db.RunBeforeRow, key string, mine func(*plan.Change) bool) ([]Line, error) {
	started, err := parseTime(run.Started)
	if err != nil {
		return nil, err
	}
	bodies, err := f.q.BodiesAround(ctx, db.BodiesAroundParams{RunSeq: run.Seq, Key: key})
	if err != nil {
		return nil, err
	}
	var lines []Line
	for _, body := range bodies {
		if f.without[body] {
			continue
		}
		found := len(lines)
		if err := f.read(ctx, body); err != nil {
			return nil, err
		}
		for i := range f.body {
			if f.body[i].Key != key {
				continue
			}
			change, err := f.body[i].change()
			if err != nil {
				return nil, err
			}
			if mine(&change) {
				lines = append(lines, Line{
					RunID: run.ID, Started: started, ExitCode: exitCode(run.ExitCode), Undoes: run.Undoes, Change: change,
					Outcome: quietOutcome(run.Finished),
				})
			}
		}
		f.without[body] = len(lines) == found
	}
	return lines, nil
}
