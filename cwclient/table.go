package cwclient

import (
	"context"
	"iter"
)

// Table is a list of ConnectWise that is only ever read whole: set-up tables and the like. All errors are of
// type *Error.
type Table[T any] struct {
	records *collection[T]
}

// newTable makes a table.
func newTable[T any](c *Client, many, path string, id func(*T) int) *Table[T] {
	return &Table[T]{records: &collection[T]{c: c, one: "record of " + many, many: many, path: path, id: id}}
}

// List reads one page, in ascending order of id.
func (t *Table[T]) List(ctx context.Context, opts ListOptions) (Page[T], error) {
	return t.records.listOne(ctx, opts)
}

// All ranges over all records in ascending order of id. It can be ranged over again, and asks anew each time. An
// error comes once and last.
func (t *Table[T]) All(ctx context.Context, opts ListOptions) iter.Seq2[T, error] {
	return t.records.all(ctx, opts)
}

// Get reads one record by its id.
func (t *Table[T]) Get(ctx context.Context, id int) (T, error) { return t.records.get(ctx, id) }
