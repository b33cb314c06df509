package store

import (
	"context"
	"math"
	"strings"
	"time"

	"cwsync/store/db"
	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	"github.com/shopspring/decimal"
)

// ChangeFilter says which changes of past runs are looked for. The zero value looks for all that were written, failed or held.
type ChangeFilter struct {
	Customer string    // the source's id of a customer; empty: any
	Product  string    // the identifier of a product, in any letter case; empty: any
	Since    time.Time // of the start of the run; zero: ever
	Words    string    // each is in the name or id of customer or service, or in the product's identifier, in any letter case; empty: any
	Held     bool      // held lines, with Failed both; neither: all
	Failed   bool      // lines that failed or whose write is unknown
	Limit    int       // at most so many; 0 or less: all
}

const (
	foundAtOnce = 2000 // rows that are read at once
	knownBodies = 256  // bodies that are kept: runs that follow each other share most of theirs
)

// Changes gives changes of past runs that a filter lets through, newest run first, in a run by key. Lines that were left as they are, or skipped, are
// none.
func (p *Profile) Changes(ctx context.Context, filter ChangeFilter) (lines []Line, err error) {
	err = p.view(ctx, "look through the history", func(q *db.Queries, id int64) error {
		look := changeFinder{finder: finder{q: q, profile: id}, filter: &filter, words: strings.Fields(strings.ToLower(filter.Words)), bodies: map[int64][]storedChange{}}
		lines, err = look.all(ctx)
		return err
	})
	return lines, err
}

type changeFinder struct {
	finder
	filter *ChangeFilter
	words  []string // of the filter, in lower case
	bodies map[int64][]storedChange
}

// all reads run after run, some at once: each whole, so that the next reading begins with the run after it.
func (f *changeFinder) all(ctx context.Context) (lines []Line, err error) {
	all := !f.filter.Held && !f.filter.Failed
	for before, rows := int64(math.MaxInt64), int64(foundAtOnce); ; {
		found, err := f.q.ChangesSince(ctx, db.ChangesSinceParams{
			ProfileID: f.profile, Since: sinceText(f.filter.Since), Before: before, Most: rows,
			Applied: flag(all), Held: flag(all || f.filter.Held), Failed: flag(all || f.filter.Failed),
		})
		if err != nil {
			return nil, err
		}
		last := int64(len(found)) < rows
		if !last { // the last run may be cut off
			end := found[len(found)-1].RunSeq
			if end == found[0].RunSeq {
				rows *= 4 // it is larger than what is read at once
				continue
			}
			for found[len(found)-1].RunSeq == end {
				found = found[:len(found)-1]
			}
		}
		for i := range found {
			line, fits, err := f.look(ctx, &found[i])
			if err != nil {
				return nil, err
			}
			if fits {
				lines = append(lines, line)
			}
			if f.filter.Limit > 0 && len(lines) == f.filter.Limit {
				return lines, nil
			}
		}
		if last {
			return lines, nil
		}
		before = found[len(found)-1].RunSeq
	}
}

func (f *changeFinder) look(ctx context.Context, row *db.ChangesSinceRow) (line Line, fits bool, err error) {
	if row.Status != "" && !f.wants(syncer.Status(row.Status)) {
		return line, false, nil
	}
	if f.filter.Customer != "" && !mayHold(row.FirstKey, row.LastKey, f.filter.Customer) {
		return line, false, nil // a body is read for what it may have alone
	}
	if f.bodies[row.BodyID] == nil {
		if err := f.read(ctx, row.BodyID); err != nil {
			return line, false, err
		}
		if len(f.bodies) == knownBodies {
			clear(f.bodies)
		}
		f.bodies[row.BodyID] = f.body
	}
	place := row.Position - row.First
	if place < 0 || place >= int64(len(f.bodies[row.BodyID])) {
		return line, false, errStored
	}
	stored := &f.bodies[row.BodyID][place]
	if f.filter.Product != "" && !strings.EqualFold(stored.Product.Identifier, f.filter.Product) {
		return line, false, nil
	}
	key, err := parseKey(stored.Key)
	if err != nil || (f.filter.Customer != "" && key.Customer != f.filter.Customer) || !f.says(stored, key) {
		return line, false, err
	}
	line, err = f.line(ctx, &db.ChangesOfKeyRow{
		RunID: row.RunID, Started: row.Started, ExitCode: row.ExitCode, Undoes: row.Undoes, RunSeq: row.RunSeq, Position: row.Position,
		CreatedID: row.CreatedID, Status: row.Status, HeldCode: row.HeldCode, Outcome: row.Outcome,
	}, stored)
	return line, err == nil && f.wants(line.Outcome.Status), err
}

// says reports whether a change has all words that are looked for.
func (f *changeFinder) says(stored *storedChange, key billing.Key) bool {
	if len(f.words) == 0 {
		return true
	}
	text := strings.ToLower(strings.Join([]string{stored.Customer.Name, key.Customer, stored.Service.Name, key.Service, stored.Product.Identifier}, "\x00"))
	for _, word := range f.words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// mayHold reports whether a key of the customer may be among keys from first to last. Within a source they are sorted by customer.
func mayHold(first, last, customer string) bool {
	source, _, _ := strings.Cut(first, "/")
	if other, _, _ := strings.Cut(last, "/"); other != source {
		return true
	}
	const afterSlash = "0"
	of := strings.TrimSuffix(keyText(billing.Key{Source: "s", Customer: customer}), "/")[len("s/"):]
	return last >= source+"/"+of+"/" && first < source+"/"+of+afterSlash
}

// wants reports whether lines of this outcome are looked for.
func (f *changeFinder) wants(status syncer.Status) bool {
	held, failed := status == syncer.Held, status == syncer.Failed || status == syncer.Unknown
	if f.filter.Held || f.filter.Failed {
		return (f.filter.Held && held) || (f.filter.Failed && failed)
	}
	return held || failed || status == syncer.Applied
}

// Quantity is how many units the line was billed once the run was over, 0 where the run ended it; absent where there was no line, or where nobody
// knows.
func (l *Line) Quantity() decimal.NullDecimal {
	switch c := &l.Change; {
	case l.Outcome.Status == syncer.Unknown:
		return decimal.NullDecimal{}
	case l.Outcome.Status == syncer.Applied && c.Action == plan.Cancel:
		return decimal.NewNullDecimal(decimal.Zero)
	case l.Outcome.Status == syncer.Applied && c.After.Quantity.Valid:
		return c.After.Quantity
	default:
		return c.Quantity
	}
}
