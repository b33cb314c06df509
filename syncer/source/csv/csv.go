// Package csv is the kind of source that reads usage from a CSV file: an export of a vendor's portal, of a report, or of a spreadsheet.
//
// It never guesses at a number or an encoding, and never gives part of a file: any line that is wrong refuses the whole, with its place.
package csv

import (
	"context"
	stdcsv "encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
)

// Bounds of one file.
const (
	maxBytes  = 256 << 20
	maxLines  = 1_000_000
	maxRecord = 4 << 20 // bytes of one line with all its quoted breaks; more is a quote that never closes
)

// Kind describes the csv kind for the catalogue.
func Kind() source.Kind {
	fields := append(source.InputFields(),
		source.Field{Name: "columns", Type: source.TypeMap, Choices: source.ColumnNames(), Help: "which column of the file holds customer_id, service_id, quantity, ..."},
		source.Field{Name: "counts", Type: source.TypeMap, Help: "further counts: the name of a basis, and the column that holds it"},
		source.Field{Name: "encoding", Type: source.TypeText, Default: source.UTF8, Help: "such as windows-1252; a byte order mark outranks it"},
		source.Field{Name: "delimiter", Type: source.TypeText, Help: "one character, or tab; empty: found in the header row"},
		source.Field{Name: "decimal", Type: source.TypeChoice, Choices: source.NumberForms(), Default: string(source.NumbersPoint), Help: "point: 1234.5, comma: 1.234,5, grouped: 1,234.5"},
		source.Field{Name: "merge", Type: source.TypeChoice, Choices: []string{source.MergeRefuse, source.MergeSum}, Default: source.MergeRefuse, Help: "sum adds lines of one customer and service"},
	)
	return source.Kind{Name: "csv", Summary: "a CSV file, or the newest one of a folder", Fields: fields, Validate: validate, Open: open}
}

func validate(options source.Options) []source.OptionError {
	problems := source.CheckInput(options)
	encoding := options.Text("encoding", source.UTF8)
	if err := source.CheckEncoding(encoding); err != nil {
		problems = append(problems, source.OptionError{Option: "encoding", Message: fmt.Sprintf("%q %v", encoding, err)})
	}
	if delimiter := options.Text("delimiter", ","); delimiterRune(delimiter) == 0 {
		problems = append(problems, source.OptionError{Option: "delimiter", Message: fmt.Sprintf("%q is not one character or the word tab", delimiter)})
	}
	return problems
}

// delimiterRune is the delimiter that an option names, or 0 for what cannot be one.
func delimiterRune(option string) rune {
	if option == "tab" {
		return '\t'
	}
	r, size := utf8.DecodeRuneInString(option)
	if size != len(option) || r == utf8.RuneError || r == '"' || r == '\r' || r == '\n' || r == 0 {
		return 0
	}
	return r
}

type reader struct {
	config source.Config
}

func open(config source.Config) (source.Source, error) {
	return &reader{config: config}, nil
}

// Read reads the whole file.
func (r *reader) Read(ctx context.Context) (usage billing.Usage, err error) {
	in, err := source.OpenInput(ctx, r.config, maxBytes)
	if err != nil {
		return billing.Usage{}, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	bounded := &bounded{in: in, config: r.config, file: in.Name}
	text, err := source.Decode(bounded, r.config.Options.Text("encoding", source.UTF8))
	if err != nil {
		return billing.Usage{}, err
	}
	now := r.config.Now()
	t := &table{ctx: ctx, config: r.config, file: in.Name, now: now, bounded: bounded}
	if err := t.read(text); err != nil {
		return billing.Usage{}, err
	}
	if err := in.Settled(); err != nil {
		return billing.Usage{}, err
	}
	age := in.ModTime
	if age.IsZero() {
		age = now
	}
	return t.lines.Usage(age, in.Digest())
}

// table is one reading of one file.
type table struct {
	ctx     context.Context
	config  source.Config
	file    string
	now     time.Time
	bounded *bounded
	lines   *source.Lines
	layout  *layout
	csv     *stdcsv.Reader
}

func (t *table) read(text peeker) error {
	names, err := t.names(text)
	if err != nil {
		return err
	}
	t.layout, err = newLayout(names, t.config.Options)
	if missing, ok := errors.AsType[*layoutError](err); ok {
		return t.fail(1, 0, missing.message, missing.hint)
	}
	if err != nil {
		return err
	}
	t.lines = source.NewLines(source.Rules{
		Source:  t.config.Name,
		File:    t.file,
		Numbers: source.Numbers(t.config.Options.Text("decimal", string(source.NumbersPoint))),
		Merge:   t.config.Options.Text("merge", source.MergeRefuse),
		Bases:   t.layout.bases,
		Now:     t.now,
	})
	return t.body()
}

// names finds the delimiter and reads the header row.
func (t *table) names(text peeker) ([]string, error) {
	t.csv = stdcsv.NewReader(text)
	t.csv.FieldsPerRecord = -1
	t.csv.ReuseRecord = true
	if option := t.config.Options.Text("delimiter", ""); option != "" {
		t.csv.Comma = delimiterRune(option)
	} else {
		comma, err := t.guess(text)
		if err != nil {
			return nil, err
		}
		t.csv.Comma = comma
	}
	header, err := t.csv.Read()
	switch {
	case errors.Is(err, io.EOF):
		return nil, t.fail(0, 0, "no header row: the file is empty", "")
	case err != nil:
		return nil, t.syntax(err)
	}
	for i, name := range header {
		if message := badText(name); message != "" {
			line, column := t.csv.FieldPos(i)
			return nil, t.fail(line, column, message, encodingHint(name))
		}
	}
	return header, nil
}

func (t *table) body() error {
	row := source.Row{Counts: make([]source.Cell, len(t.layout.bases))}
	for {
		if err := t.ctx.Err(); err != nil {
			return err
		}
		t.bounded.since = 0
		record, err := t.csv.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return t.syntax(err)
		}
		if t.lines.Rows() >= maxLines {
			return t.fail(0, 0, fmt.Sprintf("has more than %d lines", maxLines), "")
		}
		t.add(record, &row)
	}
}

// add checks one record and passes it on.
func (t *table) add(record []string, row *source.Row) {
	line, _ := t.csv.FieldPos(0)
	if len(record) != t.layout.width {
		t.lines.Fail(line, 0, fmt.Sprintf("has %d fields where the header row has %d", len(record), t.layout.width), "")
		return
	}
	for i, text := range record {
		if message := badText(text); message != "" {
			at, column := t.csv.FieldPos(i)
			t.lines.Fail(at, column, message, encodingHint(text))
			return
		}
	}
	row.Place = line
	for _, use := range t.layout.uses {
		row.Set(use.column, t.cell(record, use.index))
	}
	for i, index := range t.layout.counts {
		row.Counts[i] = t.cell(record, index)
	}
	t.lines.Add(row)
}

func (t *table) cell(record []string, index int) source.Cell {
	_, column := t.csv.FieldPos(index)
	return source.Cell{Text: record[index], Column: column, Present: true}
}

// badText says why a field cannot come from a text file, or "".
func badText(text string) string {
	switch {
	case !utf8.ValidString(text):
		return "the text is not valid UTF-8"
	case strings.IndexByte(text, 0) >= 0:
		return "the text holds a NUL character"
	}
	return ""
}

func encodingHint(text string) string {
	if strings.IndexByte(text, 0) >= 0 {
		return "it may be UTF-16: set options.encoding to utf-16le or utf-16be"
	}
	return "set options.encoding to the file's encoding, such as windows-1252"
}

// syntax says in plain words what encoding/csv found; errors of reading pass as they are.
func (t *table) syntax(err error) error {
	var parse *stdcsv.ParseError
	if !errors.As(err, &parse) {
		return err
	}
	switch {
	case errors.Is(parse.Err, stdcsv.ErrBareQuote):
		return t.fail(parse.Line, parse.Column, "a quote within a field that is not quoted", "quote the whole field and double the quote inside")
	case errors.Is(parse.Err, stdcsv.ErrQuote):
		return t.fail(parse.Line, parse.Column, fmt.Sprintf("the quoted field that starts on line %d does not end properly", parse.StartLine), "")
	}
	return t.fail(parse.Line, parse.Column, parse.Err.Error(), "")
}

func (t *table) fail(line, column int, message, hint string) error {
	return &source.ReadError{Source: t.config.Name, File: t.file, Line: line, Column: column, Message: message, Hint: hint}
}

// bounded stops a record that grows without end, which would otherwise be held in memory whole.
type bounded struct {
	in     io.Reader
	config source.Config
	file   string
	since  int // bytes since the last record
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.since > maxRecord {
		return 0, &source.ReadError{Source: b.config.Name, File: b.file, Message: fmt.Sprintf("a line is longer than %d MiB", maxRecord>>20), Hint: "a quote may be left open"}
	}
	n, err := b.in.Read(p)
	b.since += n
	return n, err
}
