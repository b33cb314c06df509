// Package sql is the kind of source that reads usage by one query from a database: SQL Server, PostgreSQL, MySQL or MariaDB, or an SQLite file.
//
// It never writes: one SELECT runs in a transaction that the server holds to reading, or that is rolled back where the server has no such
// thing. It never turns an exact number into a float, never shows the database's address, and never gives part of a result.
package sql

import (
	"context"
	"crypto/sha256"
	stdsql "database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
)

// Names of the dialects.
const (
	sqlServer = "sqlserver"
	postgres  = "postgres"
	mysql     = "mysql" // MariaDB too
	sqlite    = "sqlite"
)

// Bounds of one reading.
const (
	defaultTime = 5 * time.Minute
	defaultRows = 1_000_000
	mostRows    = 2_000_000
)

// addressField is the secret that holds the database's address.
const addressField = "address"

// place names what was read, for messages.
const place = "query"

// Kind describes the sql kind for the catalogue.
func Kind() source.Kind {
	return source.Kind{
		Name: "sql", Summary: "one query of a database: SQL Server, PostgreSQL, MySQL, MariaDB or an SQLite file", Network: true,
		Fields: []source.Field{
			{Name: "dialect", Type: source.TypeChoice, Required: true, Choices: []string{sqlServer, postgres, mysql, sqlite}, Help: "which database it is; mysql is MariaDB too"},
			{Name: addressField, Type: source.TypeText, Secret: true, Help: "where it is and who reads, such as sqlserver://user:password@host?database=name, " +
				"postgres://user:password@host/name?sslmode=verify-full or user:password@tcp(host:3306)/name?tls=true; use a login that may only read; not for sqlite"},
			{Name: "path", Type: source.TypePath, Help: "the file of an sqlite database"},
			{Name: "query", Type: source.TypeText, Required: true, Help: "one SELECT whose columns are named customer_id, service_id, quantity, ..."},
			{Name: "columns", Type: source.TypeMap, Choices: source.ColumnNames(), Help: "which column of the query holds customer_id, service_id, quantity, ..."},
			{Name: "counts", Type: source.TypeMap, Help: "further counts: the name of a basis, and the column that holds it"},
			{Name: "merge", Type: source.TypeChoice, Choices: []string{source.MergeRefuse, source.MergeSum}, Default: source.MergeRefuse, Help: "sum adds rows of one customer and service"},
			{Name: "time_limit", Type: source.TypeDuration, Default: "5m", Help: "how long connecting and reading may take"},
			{Name: "max_rows", Type: source.TypeNumber, Default: defaultRows, Help: "a query that gives more is an error"},
		},
		Validate: validate, Needs: needs, Open: open,
	}
}

func validate(options source.Options) []source.OptionError {
	var problems []source.OptionError
	wrong := func(option, message string) {
		problems = append(problems, source.OptionError{Option: option, Message: message})
	}
	dialect := options.Text("dialect", "")
	if dialect == sqlite && options.Text("path", "") == "" {
		wrong("path", "missing; name the file of the sqlite database")
	}
	if dialect == sqlite && options.Text("path", "") == source.StandardInput {
		wrong("path", "a database cannot be read from standard input")
	}
	if dialect != sqlite && options.Text("path", "") != "" {
		wrong("path", "is for sqlite alone; the address of the database is a secret")
	}
	if problem := checkStatement(dialect, options.Text("query", "")); problem != "" {
		wrong("query", problem)
	}
	if rows := options.Number("max_rows", defaultRows); rows < 1 || rows > mostRows {
		wrong("max_rows", fmt.Sprintf("must be a whole number from 1 to %d", mostRows))
	}
	return problems
}

// needs: a file has no address.
func needs(options source.Options) []string {
	if options.Text("dialect", "") == sqlite {
		return nil
	}
	return []string{addressField}
}

type reader struct {
	config  source.Config
	dialect string
	limit   time.Duration
}

func open(config source.Config) (source.Source, error) {
	return &reader{config: config, dialect: config.Options.Text("dialect", ""), limit: config.Options.Duration("time_limit", defaultTime)}, nil
}

// errTimeLimit is why the context of a reading ended that took too long.
var errTimeLimit = errors.New("time limit")

// Read runs the query and reads its whole result. Errors are *source.ReadError or *source.ReadErrors for what is wrong with the query or its
// result, and *billing.Failure for a database that is out of reach or refuses us.
func (r *reader) Read(ctx context.Context) (billing.Usage, error) {
	var usage billing.Usage
	err := r.run(ctx, func(ctx context.Context, rows *stdsql.Rows) error {
		t := &table{config: r.config, dialect: r.dialect, rows: rows, digest: sha256.New()}
		if err := t.read(ctx); err != nil {
			return err
		}
		var err error
		usage, err = t.lines.Usage(r.config.Now(), hex.EncodeToString(t.digest.Sum(nil)))
		return err
	})
	return usage, err
}

// Header gives the names of the query's columns, whether or not they are those that the options ask for.
func (r *reader) Header(ctx context.Context) (names []string, err error) {
	err = r.run(ctx, func(_ context.Context, rows *stdsql.Rows) error {
		names, err = rows.Columns()
		return err
	})
	return names, err
}

// run gives the rows of the query to use, and turns what the database says into errors that name no secret.
func (r *reader) run(ctx context.Context, use func(context.Context, *stdsql.Rows) error) error {
	caller := ctx
	ctx, cancel := context.WithTimeoutCause(ctx, r.limit, errTimeLimit)
	defer cancel()
	db, hidden, err := r.connect(ctx)
	if err != nil {
		return err
	}
	defer db.Close() // a pool that only read has nothing to lose
	fault := &fault{reader: r, caller: caller, ctx: ctx, hidden: hidden}
	tx, err := db.BeginTx(ctx, &stdsql.TxOptions{ReadOnly: r.dialect != sqlServer})
	if err != nil {
		return fault.of("connect to the database", err)
	}
	defer func() { _ = tx.Rollback() }() // nothing was written; where something was, this takes it back
	rows, err := tx.QueryContext(ctx, r.config.Options.Text("query", ""))
	if err != nil {
		return fault.of("run the query", err)
	}
	defer rows.Close() // its error is that of rows.Err
	if err := use(ctx, rows); err != nil {
		return fault.of("read the result of the query", err)
	}
	if err := rows.Err(); err != nil {
		return fault.of("read the result of the query", err)
	}
	return nil
}

// table is one reading of one result.
type table struct {
	config  source.Config
	dialect string
	rows    *stdsql.Rows
	layout  *source.Layout
	lines   *source.Lines
	columns []column
	taken   int // rows so far
	digest  hash.Hash
}

func (t *table) read(ctx context.Context) error {
	if err := t.head(); err != nil {
		return err
	}
	values := make([]any, len(t.columns))
	targets := make([]any, len(t.columns))
	for i := range values {
		targets[i] = &values[i]
	}
	row := source.Row{Counts: make([]source.Cell, len(t.layout.Bases))}
	most := t.config.Options.Number("max_rows", defaultRows)
	for t.rows.Next() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if t.taken >= most {
			return t.fail(fmt.Sprintf("gives more than %d rows", most), "sum in the query, or raise options.max_rows")
		}
		if err := t.rows.Scan(targets...); err != nil {
			return err
		}
		t.add(values, &row)
	}
	if err := t.rows.Err(); err != nil {
		return err
	}
	if t.rows.NextResultSet() {
		return t.fail("gives more than one result", "leave one SELECT")
	}
	return nil
}

// head finds the columns that the options ask for.
func (t *table) head() error {
	names, err := t.rows.Columns()
	if err != nil {
		return err
	}
	types, err := t.rows.ColumnTypes()
	if err != nil {
		return err
	}
	t.layout, err = source.NewLayout(names, t.config.Options)
	if missing, ok := errors.AsType[*source.LayoutError](err); ok {
		if missing.Missing != "" {
			return t.fail(fmt.Sprintf("gives no column %s; its columns are %s", missing.Missing, missing.Found), missing.Hint)
		}
		return t.fail(missing.Twice, missing.Hint)
	}
	if err != nil {
		return err
	}
	for i, name := range names {
		used, id := t.layout.Uses(i)
		t.columns = append(t.columns, newColumn(t.dialect, name, types[i].DatabaseTypeName(), used, id))
	}
	t.lines = source.NewLines(source.Rules{
		Source: t.config.Name, File: place, Items: true, Numbers: source.NumbersPoint,
		Merge: t.config.Options.Text("merge", source.MergeRefuse), Bases: t.layout.Bases, Now: t.config.Now(),
	})
	return nil
}

// add turns one row of the result into a line.
func (t *table) add(values []any, row *source.Row) {
	t.taken++
	row.Place = t.taken
	cells := make([]source.Cell, len(values))
	for i, value := range values {
		if !t.columns[i].used {
			continue
		}
		cell, problem := t.columns[i].cell(value)
		if problem != "" {
			t.lines.Fail(row.Place, 0, fmt.Sprintf("%s %s", t.columns[i].name, problem), t.columns[i].hint(value))
			return
		}
		cells[i] = cell
		fmt.Fprintf(t.digest, "%t:%d:%s", cell.Present, len(cell.Text), cell.Text)
	}
	t.layout.Fill(row, func(field int) source.Cell { return cells[field] })
	t.lines.Add(row)
}

func (t *table) fail(message, hint string) error {
	return &source.ReadError{Source: t.config.Name, File: place, Message: message, Hint: hint}
}
