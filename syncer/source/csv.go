package source

import (
	"bytes"
	"context"
	stdcsv "encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Bounds of one CSV text.
const (
	maxCSVLines  = 1_000_000
	maxCSVRecord = 4 << 20 // bytes of one line with all its quoted breaks; more is a quote that never closes
)

// CSVFields are the options of every kind that reads CSV text.
func CSVFields() []Field {
	return []Field{
		{Name: "columns", Type: TypeMap, Choices: ColumnNames(), Help: "which column of the file holds customer_id, service_id, quantity, ..."},
		{Name: "counts", Type: TypeMap, Help: "further counts: the name of a basis, and the column that holds it"},
		encodingField(),
		{Name: "delimiter", Type: TypeText, Help: "one character, or tab; empty: found in the header row"},
		{Name: "decimal", Type: TypeChoice, Choices: NumberForms(), Default: string(NumbersPoint), Help: "point: 1234.5, comma: 1.234,5, grouped: 1,234.5"},
		{Name: "merge", Type: TypeChoice, Choices: []string{MergeRefuse, MergeSum}, Default: MergeRefuse, Help: "sum adds lines of one customer and service"},
	}
}

// encodingField is the option of every kind that reads text.
func encodingField() Field {
	return Field{Name: "encoding", Type: TypeText, Default: UTF8, Help: "such as windows-1252 or utf-16le; a byte order mark outranks it"}
}

// CheckCSV validates what CSVFields declare.
func CheckCSV(options Options) []OptionError {
	problems := checkEncodingOption(options)
	if delimiter := options.Text("delimiter", ","); delimiterRune(delimiter) == 0 {
		problems = append(problems, OptionError{Option: "delimiter", Message: fmt.Sprintf("%q is not one character or the word tab", delimiter)})
	}
	return problems
}

func checkEncodingOption(options Options) []OptionError {
	encoding := options.Text("encoding", UTF8)
	if err := CheckEncoding(encoding); err != nil {
		return []OptionError{{Option: "encoding", Message: fmt.Sprintf("%q %v", encoding, err)}}
	}
	return nil
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

// ReadCSV reads CSV text as the options of CSVFields say. The lines are those of the whole text: any problem of a line comes back from their
// Usage, and what cannot be read further is an error here. The name stands for the text in messages.
func ReadCSV(ctx context.Context, config Config, name string, in io.Reader) (*Lines, error) {
	t, text, err := newTable(ctx, config, name, in)
	if err != nil {
		return nil, err
	}
	if err := t.read(text); err != nil {
		return nil, err
	}
	return t.lines, nil
}

// CSVHeader reads the header row of CSV text alone: the names as the text writes them, whether or not they are those that the options ask for.
func CSVHeader(ctx context.Context, config Config, name string, in io.Reader) ([]string, error) {
	t, text, err := newTable(ctx, config, name, in)
	if err != nil {
		return nil, err
	}
	header, err := t.names(text)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(header))
	for i := range header {
		names[i] = strings.TrimSpace(header[i])
	}
	return names, nil
}

// table is one reading of one text.
type table struct {
	ctx     context.Context
	config  Config
	file    string
	bounded *bounded
	lines   *Lines
	layout  *Layout
	csv     *stdcsv.Reader
}

func newTable(ctx context.Context, config Config, name string, in io.Reader) (*table, peeker, error) {
	bounded := &bounded{in: in, config: config, file: name}
	text, err := Decode(bounded, config.Options.Text("encoding", UTF8))
	if err != nil {
		return nil, nil, err
	}
	return &table{ctx: ctx, config: config, file: name, bounded: bounded}, text, nil
}

func (t *table) read(text peeker) error {
	names, err := t.names(text)
	if err != nil {
		return err
	}
	t.layout, err = NewLayout(names, t.config.Options)
	if missing, ok := errors.AsType[*LayoutError](err); ok {
		if missing.Missing != "" {
			return t.fail(1, 0, fmt.Sprintf("no header row with %s; the first line holds %s", missing.Missing, missing.Found), missing.Hint)
		}
		return t.fail(1, 0, missing.Twice, missing.Hint)
	}
	if err != nil {
		return err
	}
	t.lines = NewLines(Rules{
		Source:  t.config.Name,
		File:    t.file,
		Numbers: Numbers(t.config.Options.Text("decimal", string(NumbersPoint))),
		Merge:   t.config.Options.Text("merge", MergeRefuse),
		Bases:   t.layout.Bases,
		Now:     t.config.Now(),
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

// peeker is what guessing needs: to look ahead without taking.
type peeker interface {
	io.Reader
	Peek(n int) ([]byte, error)
}

// guess finds the delimiter: the one with which the header row has most of the columns that are asked for, then most columns.
func (t *table) guess(text peeker) (rune, error) {
	start, err := text.Peek(64 << 10)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	wanted := map[string]bool{}
	for _, name := range ColumnNames() {
		wanted[name] = true
	}
	for _, option := range []string{"columns", "counts"} {
		for _, name := range t.config.Options.Map(option) {
			wanted[fold(name)] = true
		}
	}
	best, most := ',', -1
	for _, comma := range []rune{',', ';', '\t', '|'} {
		reader := stdcsv.NewReader(bytes.NewReader(start))
		reader.Comma, reader.FieldsPerRecord = comma, -1
		names, err := reader.Read()
		if err != nil {
			continue
		}
		score := len(names)
		for _, name := range names {
			if wanted[fold(name)] {
				score += 1000
			}
		}
		if score > most {
			best, most = comma, score
		}
	}
	return best, nil
}

func (t *table) body() error {
	row := Row{Counts: make([]Cell, len(t.layout.Bases))}
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
		if t.lines.Rows() >= maxCSVLines {
			return t.fail(0, 0, fmt.Sprintf("has more than %d lines", maxCSVLines), "")
		}
		t.add(record, &row)
	}
}

// add checks one record and passes it on.
func (t *table) add(record []string, row *Row) {
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
	t.layout.Fill(row, func(field int) Cell { return t.cell(record, field) })
	t.lines.Add(row)
}

func (t *table) cell(record []string, index int) Cell {
	_, column := t.csv.FieldPos(index)
	return Cell{Text: record[index], Column: column, Present: true}
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
	return &ReadError{Source: t.config.Name, File: t.file, Line: line, Column: column, Message: message, Hint: hint}
}

// bounded stops a record that grows without end, which would otherwise be held in memory whole.
type bounded struct {
	in     io.Reader
	config Config
	file   string
	since  int // bytes since the last record
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.since > maxCSVRecord {
		return 0, &ReadError{Source: b.config.Name, File: b.file, Message: fmt.Sprintf("a line is longer than %d MiB", maxCSVRecord>>20), Hint: "a quote may be left open"}
	}
	n, err := b.in.Read(p)
	b.since += n
	return n, err
}
