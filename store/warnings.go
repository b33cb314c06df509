package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"cwsync/store/db"
)

// AddWarnings keeps what went wrong after a run had ended, such as an alert that could not be sent. ErrNotFound: this profile has no such run.
func (p *Profile) AddWarnings(ctx context.Context, run string, warnings []string) error {
	return p.update(ctx, "record warnings of a run", func(q *db.Queries, id int64) error {
		text, err := q.Warnings(ctx, db.WarningsParams{ProfileID: id, ID: run})
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("run %q is %w", run, ErrNotFound)
		}
		if err != nil {
			return err
		}
		var kept []string
		if text != "" {
			if kept, err = parseJSON[[]string](text); err != nil {
				return err
			}
		}
		all, err := jsonText(append(kept, warnings...))
		if err != nil {
			return err
		}
		return q.SetWarnings(ctx, db.SetWarningsParams{Warnings: all, ProfileID: id, ID: run})
	})
}

// SwapSetting replaces a value of the program's own where it still is before ("" for one that is not there), and tells whether it did: of two programs
// at the same time one succeeds.
func (p *Profile) SwapSetting(ctx context.Context, name, before, after string) (swapped bool, err error) {
	err = p.update(ctx, "keep a setting", func(q *db.Queries, id int64) error {
		swapped = false
		now, err := q.Setting(ctx, db.SettingParams{ProfileID: id, Name: name})
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if now != before {
			return nil
		}
		swapped = true
		return q.SetSetting(ctx, db.SetSettingParams{ProfileID: id, Name: name, Value: after})
	})
	return swapped && err == nil, err
}
