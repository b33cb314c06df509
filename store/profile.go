package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"

	"cwsync/store/db"
	"cwsync/syncer"
)

var profileName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// Profile is what the store keeps for one profile. It is what the engine knows of the store.
type Profile struct {
	store *Store
	name  string
	err   error // of a name that cannot be one; every method gives it
	known ownership
}

var (
	_ syncer.Book    = (*Profile)(nil)
	_ syncer.Journal = (*Profile)(nil)
	_ syncer.Shelf   = (*Profile)(nil)
	_ syncer.Plans   = (*Profile)(nil)
	_ syncer.Locker  = (*Profile)(nil)
	_ syncer.Setups  = (*Profile)(nil)
)

// Profile gives the profile of this name: 1 to 64 letters, digits, dashes and underscores; with any other name all its methods give
// ErrInvalid. Nothing is stored before the first write.
func (s *Store) Profile(name string) *Profile {
	p := &Profile{store: s, name: name}
	if !profileName.MatchString(name) {
		p.err = fmt.Errorf("profile name %q: %w: it takes 1 to 64 letters, digits, dashes and underscores", name, ErrInvalid)
	}
	return p
}

// update runs work with the profile's number, which the first write makes.
func (p *Profile) update(ctx context.Context, op string, work func(q *db.Queries, id int64) error) error {
	if p.err != nil {
		return p.store.wrap(ctx, op, p.err)
	}
	return p.store.update(ctx, op, func(q *db.Queries) error {
		id, err := q.ProfileID(ctx, p.name)
		if errors.Is(err, sql.ErrNoRows) {
			id, err = q.AddProfile(ctx, db.AddProfileParams{Name: p.name, Created: timeText(p.store.now())})
		}
		if err != nil {
			return err
		}
		return work(q, id)
	})
}

// view runs work with the profile's number; a profile that nothing was stored for has 0, which nothing belongs to.
func (p *Profile) view(ctx context.Context, op string, work func(q *db.Queries, id int64) error) error {
	if p.err != nil {
		return p.store.wrap(ctx, op, p.err)
	}
	return p.store.view(ctx, op, func(q *db.Queries) error {
		id, err := q.ProfileID(ctx, p.name)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		return work(q, id)
	})
}

// Setting gives a value that SetSetting kept; ok is false when there is none.
func (p *Profile) Setting(ctx context.Context, name string) (value string, ok bool, err error) {
	err = p.view(ctx, "read a setting", func(q *db.Queries, id int64) error {
		value, err = q.Setting(ctx, db.SettingParams{ProfileID: id, Name: name})
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		ok = err == nil
		return err
	})
	return value, ok, err
}

// SetSetting keeps a value of the program's own, such as what discovery said last. It is no place for a secret.
func (p *Profile) SetSetting(ctx context.Context, name, value string) error {
	return p.update(ctx, "keep a setting", func(q *db.Queries, id int64) error {
		return q.SetSetting(ctx, db.SetSettingParams{ProfileID: id, Name: name, Value: value})
	})
}

// RemoveSetting forgets a value; one that is not there is no error.
func (p *Profile) RemoveSetting(ctx context.Context, name string) error {
	return p.update(ctx, "forget a setting", func(q *db.Queries, id int64) error {
		return q.RemoveSetting(ctx, db.RemoveSettingParams{ProfileID: id, Name: name})
	})
}
