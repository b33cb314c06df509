package store

import (
	"context"
	"crypto/sha256"

	"cwsync/store/db"
	"cwsync/syncer/plan"
)

// The changes of a run go into bodies of many rows each. Where one body ends and the next begins follows from the keys alone, so that a line that
// comes, goes or changes alters its own body and no other, and the runs of a profile share most of theirs.
const (
	bodyShare   = 31  // one key in so many begins a body: few enough that a changed line stores little, enough to shrink well
	maxBodyRows = 512 // whatever the keys are
)

// quiet reports whether a row says nothing that its line's history should tell: the line stays as it is, and so does what is ours.
func quiet(c *plan.Change) bool {
	return c.Action == plan.None && !c.Adopts && !c.Accepted && len(c.Releases) == 0 && len(c.Warnings) == 0
}

// keyHash is FNV-1a of a key's text. It is on the disks of users: it never changes.
func keyHash(key string) uint64 {
	const offset, prime = 14695981039346656037, 1099511628211
	hash := uint64(offset)
	for i := range len(key) {
		hash = (hash ^ uint64(key[i])) * prime
	}
	return hash
}

// addChanges records the changes of a run.
func addChanges(ctx context.Context, q *db.Queries, run int64, changes []plan.Change) error {
	if err := addBodies(ctx, q, run, changes); err != nil {
		return err
	}
	for first := 0; first < len(changes); {
		next, tell := first, false
		for ; next < len(changes) && changes[next].Key == changes[first].Key; next++ { // the rows of one key are told together
			tell = tell || !quiet(&changes[next])
		}
		for ; tell && first < next; first++ {
			if err := addChange(ctx, q, run, first, &changes[first]); err != nil {
				return err
			}
		}
		first = next
	}
	return nil
}

func addChange(ctx context.Context, q *db.Queries, run int64, position int, c *plan.Change) error {
	return q.AddChange(ctx, db.AddChangeParams{
		RunSeq: run, Position: int64(position), KeyHash: int64(keyHash(keyText(c.Key))), AdditionID: int64(c.Addition.ID),
	})
}

func addBodies(ctx context.Context, q *db.Queries, run int64, changes []plan.Change) error {
	b := bodyWriter{q: q, run: run}
	for i := range changes {
		if err := b.add(ctx, &changes[i]); err != nil {
			return err
		}
	}
	return b.flush(ctx)
}

// bodyWriter gathers changes and stores a body whenever it is complete.
type bodyWriter struct {
	q           *db.Queries
	run         int64
	first, rows int    // of the body that is being made
	text        []byte // its JSON
	least, most string // its keys
	packer      packer
}

func (b *bodyWriter) add(ctx context.Context, c *plan.Change) error {
	stored := storeChange(c)
	if keyHash(stored.Key)%bodyShare == 0 || b.rows == maxBodyRows {
		if err := b.flush(ctx); err != nil {
			return err
		}
	}
	if b.rows == 0 {
		b.text, b.least, b.most = append(b.text[:0], '['), stored.Key, stored.Key
	} else {
		b.text = append(b.text, ',')
	}
	b.least, b.most = min(b.least, stored.Key), max(b.most, stored.Key)
	b.rows++
	var err error
	b.text, err = appendChange(b.text, &stored)
	return err
}

// flush stores what was gathered, unless the very same is stored already.
func (b *bodyWriter) flush(ctx context.Context) error {
	if b.rows == 0 {
		return nil
	}
	b.text = append(b.text, ']')
	digest := sha256.Sum256(b.text)
	row := db.AddRunBodyParams{RunSeq: b.run, First: int64(b.first), Digest: digest[:]}
	shared, err := b.q.AddRunBody(ctx, row)
	if err != nil {
		return err
	}
	if shared == 0 {
		if err := b.store(ctx, row.Digest); err != nil {
			return err
		}
		if _, err := b.q.AddRunBody(ctx, row); err != nil {
			return err
		}
	}
	b.first, b.rows = b.first+b.rows, 0
	return nil
}

func (b *bodyWriter) store(ctx context.Context, digest []byte) error {
	body, err := b.packer.pack(b.text)
	if err != nil {
		return err
	}
	return b.q.AddBody(ctx, db.AddBodyParams{Digest: digest, FirstKey: b.least, LastKey: b.most, Body: body})
}
