package store

import (
	"context"
	"database/sql"
	"errors"

	"cwsync/store/db"
)

// update runs work in one transaction that is on disk when it returns; an error undoes all of it.
func (s *Store) update(ctx context.Context, op string, work func(*db.Queries) error) error {
	return s.wrap(ctx, op, transact(ctx, s.writer, nil, work))
}

// view runs work on one state of the database, whatever is written meanwhile.
func (s *Store) view(ctx context.Context, op string, work func(*db.Queries) error) error {
	return s.wrap(ctx, op, transact(ctx, s.reader, &sql.TxOptions{ReadOnly: true}, work))
}

func transact(ctx context.Context, pool *sql.DB, options *sql.TxOptions, work func(*db.Queries) error) error {
	tx, err := pool.BeginTx(ctx, options)
	if err != nil {
		return err
	}
	prepared := &preparing{Tx: tx, statements: map[string]*sql.Stmt{}}
	if err := errors.Join(work(db.New(prepared)), prepared.close()); err != nil {
		if undo := tx.Rollback(); undo != nil && !errors.Is(undo, sql.ErrTxDone) {
			return errors.Join(err, undo)
		}
		return err
	}
	return tx.Commit()
}

// preparing is a transaction that parses each statement once: a run of many rows uses a few statements for all of them.
type preparing struct {
	*sql.Tx
	statements map[string]*sql.Stmt
}

func (p *preparing) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if statement := p.statements[query]; statement != nil {
		return statement, nil
	}
	statement, err := p.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	p.statements[query] = statement
	return statement, nil
}

func (p *preparing) close() error {
	var all []error
	for _, statement := range p.statements {
		all = append(all, statement.Close())
	}
	return errors.Join(all...)
}

// ExecContext runs a statement without rows. It is short and not interrupted, which would cost as much again as the statement itself; the
// transaction is what ctx ends.
func (p *preparing) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	statement, err := p.prepare(ctx, query) //nolint:sqlclosecheck // close closes it with the others
	if err != nil {
		return nil, err
	}
	return statement.ExecContext(context.WithoutCancel(ctx), args...)
}

// QueryContext runs a statement with rows.
func (p *preparing) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	statement, err := p.prepare(ctx, query) //nolint:sqlclosecheck // close closes it with the others
	if err != nil {
		return nil, err
	}
	return statement.QueryContext(ctx, args...)
}

// QueryRowContext runs a statement with one row, as ExecContext does.
func (p *preparing) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	statement, err := p.prepare(ctx, query) //nolint:sqlclosecheck // close closes it with the others
	if err != nil {
		return p.Tx.QueryRowContext(ctx, query, args...) // fails in the same way, and can say so
	}
	return statement.QueryRowContext(context.WithoutCancel(ctx), args...)
}
