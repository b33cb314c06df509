// Package json is the kind of source that reads usage from a JSON file: one document, or one after the other as in JSON lines. A jq
// expression may say where the items are and reshape them.
//
// It never turns a number into a float, never takes the last of two equal keys, and never gives part of a file.
package json

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/itchyny/gojq"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
)

// Bounds of one file.
const (
	maxBytes = 64 << 20
	maxItems = 2_000_000
	maxDepth = 100
)

// everything takes the elements of a list, or the document itself.
const everything = `if type == "array" then .[] else . end`

// Kind describes the json kind for the catalogue.
func Kind() source.Kind {
	fields := append(source.InputFields(),
		source.Field{Name: "items", Type: source.TypeText, Default: everything, Help: "jq expression that gives the items, such as .data[]; lists among its results are taken apart"},
		source.Field{Name: "columns", Type: source.TypeMap, Choices: source.ColumnNames(), Help: "which field of an item holds customer_id, service_id, quantity, ..."},
		source.Field{Name: "counts", Type: source.TypeMap, Help: "further counts: the name of a basis, and the field that holds it; without it, an item's object counts"},
		source.Field{Name: "encoding", Type: source.TypeText, Default: source.UTF8, Help: "such as utf-16le; a byte order mark outranks it"},
		source.Field{Name: "merge", Type: source.TypeChoice, Choices: []string{source.MergeRefuse, source.MergeSum}, Default: source.MergeRefuse, Help: "sum adds items of one customer and service"},
	)
	return source.Kind{Name: "json", Summary: "a JSON or JSON lines file, or the newest one of a folder", Fields: fields, Validate: validate, Open: open}
}

func validate(options source.Options) []source.OptionError {
	problems := source.CheckInput(options)
	encoding := options.Text("encoding", source.UTF8)
	if err := source.CheckEncoding(encoding); err != nil {
		problems = append(problems, source.OptionError{Option: "encoding", Message: fmt.Sprintf("%q %v", encoding, err)})
	}
	if _, err := compile(options); err != nil {
		problems = append(problems, source.OptionError{Option: "items", Message: fmt.Sprintf("is not a jq expression: %v", err)})
	}
	return problems
}

// compile prepares the jq expression; without options it reads no environment, modules or further input.
func compile(options source.Options) (*gojq.Code, error) {
	query, err := gojq.Parse(options.Text("items", everything))
	if err != nil {
		return nil, err
	}
	return gojq.Compile(query)
}

type reader struct {
	config source.Config
	code   *gojq.Code
}

func open(config source.Config) (source.Source, error) {
	code, err := compile(config.Options)
	if err != nil {
		return nil, fmt.Errorf("options.items of source %s is not a jq expression: %w", config.Name, err)
	}
	return &reader{config: config, code: code}, nil
}

// Read reads the whole file.
func (r *reader) Read(ctx context.Context) (usage billing.Usage, err error) {
	in, err := source.OpenInput(ctx, r.config, maxBytes)
	if err != nil {
		return billing.Usage{}, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	text, err := source.Decode(in, r.config.Options.Text("encoding", source.UTF8))
	if err != nil {
		return billing.Usage{}, err
	}
	data, err := io.ReadAll(text)
	if err != nil {
		return billing.Usage{}, err
	}
	if err := in.Settled(); err != nil {
		return billing.Usage{}, err
	}
	age := in.ModTime
	if age.IsZero() {
		age = r.config.Now()
	}
	s := r.newScan(ctx, in.Name, data)
	if err := s.run(); err != nil {
		return billing.Usage{}, err
	}
	return s.lines.Usage(age, in.Digest())
}

// scan is one reading of one file.
type scan struct {
	ctx     context.Context
	config  source.Config
	file    string
	data    []byte
	code    *gojq.Code
	columns map[source.Column]string
	counts  map[string]string // as declared; nil: the object counts
	bases   []string
	starts  []int // the byte at which each item starts; nil: that is not known
	lines   *source.Lines
}

func (r *reader) newScan(ctx context.Context, file string, data []byte) *scan {
	s := &scan{ctx: ctx, config: r.config, file: file, data: data, code: r.code, columns: map[source.Column]string{}}
	declared := r.config.Options.Map("columns")
	for _, column := range source.Columns() {
		s.columns[column] = column.String()
		if name, ok := declared[column.String()]; ok {
			s.columns[column] = name
		}
	}
	s.counts = r.config.Options.Map("counts")
	s.bases = slices.Sorted(maps.Keys(s.counts))
	return s
}

func (s *scan) run() error {
	if at := invalidUTF8(s.data); at >= 0 {
		return s.failAt(at, "the text is not valid UTF-8", "set options.encoding to the file's encoding")
	}
	if len(bytes.TrimSpace(s.data)) == 0 {
		return s.failAt(-1, "the file is empty", "")
	}
	values := newDecoder(s.data)
	var documents []any
	for {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		value, err := values.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if syntax, ok := errors.AsType[*syntaxError](err); ok {
			return s.failAt(syntax.offset, syntax.message, "")
		}
		if err != nil {
			return err
		}
		documents = append(documents, value)
	}
	var items []any
	for _, document := range documents {
		found, err := s.query(document, maxItems-len(items))
		if err != nil {
			return err
		}
		items = append(items, found...)
	}
	if s.config.Options.Text("items", everything) == everything && !values.nested {
		s.starts = values.starts // an expression may give anything in any order
	}
	return s.collect(items)
}

// query runs the jq expression on one document; a list among its results stands for its elements.
func (s *scan) query(document any, most int) ([]any, error) {
	var items []any
	results := s.code.RunWithContext(s.ctx, document)
	for {
		result, more := results.Next()
		if !more {
			return items, nil
		}
		switch result := result.(type) {
		case error:
			if err := s.ctx.Err(); err != nil {
				return nil, err
			}
			return nil, s.failAt(-1, "options.items: "+result.Error(), "")
		case []any:
			items = append(items, result...)
		default:
			items = append(items, result)
		}
		if len(items) > most {
			return nil, s.failAt(-1, fmt.Sprintf("has more than %d items", maxItems), "")
		}
	}
}

func invalidUTF8(data []byte) int {
	if utf8.Valid(data) {
		return -1
	}
	for at := 0; at < len(data); {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return -1
}

// failAt makes an error at a byte of the file; -1 for the whole.
func (s *scan) failAt(offset int, message, hint string) error {
	problem := &source.ReadError{Source: s.config.Name, File: s.file, Message: message, Hint: hint}
	if offset >= 0 {
		problem.Line, problem.Column = s.place(offset)
	}
	return problem
}

// place is the line and the column of a byte of the file, both from 1.
func (s *scan) place(offset int) (line, column int) {
	before := s.data[:min(offset, len(s.data))]
	return bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
}

// where is the place of an item, counted from 1; 0 for what is not known.
func (s *scan) where(item int) (line, column int) {
	if item > len(s.starts) {
		return 0, 0
	}
	return s.place(s.starts[item-1])
}
