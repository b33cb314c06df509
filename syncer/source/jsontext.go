package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"
)

// JSONFields are the options of every kind that reads JSON text.
func JSONFields() []Field {
	return append(ItemFields(), encodingField())
}

// CheckJSON validates what JSONFields declare.
func CheckJSON(options Options) []OptionError {
	return append(checkEncodingOption(options), CheckQuery("items", options.Text("items", Everything))...)
}

// JSONReader reads items from JSON text.
type JSONReader struct {
	config Config
	items  *Query
}

// NewJSONReader prepares what the options of JSONFields ask for.
func NewJSONReader(config Config) (*JSONReader, error) {
	items, err := CompileQuery(config.Options.Text("items", Everything))
	if err != nil {
		return nil, fmt.Errorf("options.items of source %s is not a jq expression: %w", config.Name, err)
	}
	return &JSONReader{config: config, items: items}, nil
}

// Read reads the whole text, which it holds in memory. Any problem of an item comes back from the Usage of the lines; what cannot be read
// further is an error here. The name stands for the text in messages.
func (r *JSONReader) Read(ctx context.Context, name string, in io.Reader) (*Lines, error) {
	text, err := Decode(in, r.config.Options.Text("encoding", UTF8))
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(text)
	if err != nil {
		return nil, err
	}
	s := &jsonText{JSONReader: r, file: name, data: data}
	return s.run(ctx)
}

// jsonText is one reading of one text.
type jsonText struct {
	*JSONReader
	file   string
	data   []byte
	starts []int // the byte at which each item starts; nil: that is not known
}

func (s *jsonText) run(ctx context.Context) (*Lines, error) {
	if at := invalidUTF8(s.data); at >= 0 {
		return nil, s.failAt(at, "the text is not valid UTF-8", "set options.encoding to the file's encoding")
	}
	if len(bytes.TrimSpace(s.data)) == 0 {
		return nil, s.failAt(-1, "the file is empty", "")
	}
	documents, err := DecodeJSON(ctx, s.data)
	if syntax, ok := errors.AsType[*JSONError](err); ok {
		return nil, s.failAt(syntax.Offset, syntax.Message, "")
	}
	if err != nil {
		return nil, err
	}
	var items []any
	for _, document := range documents.Values {
		found, err := s.query(ctx, document, MaxItems-len(items))
		if err != nil {
			return nil, err
		}
		items = append(items, found...)
	}
	switch {
	case s.config.Options.Text("items", Everything) == Everything:
		s.starts = documents.Starts // an expression may give anything in any order
	case len(items) == 0 && !slices.ContainsFunc(documents.Values, isNothing):
		return nil, s.failAt(-1, "options.items gives nothing of what is there", "let it give the objects that are billed, such as .data[]")
	}
	return ReadItems(ctx, s.config, s.file, s.where, items)
}

// isNothing reports whether a document lists nothing by itself.
func isNothing(document any) bool {
	switch document := document.(type) {
	case []any:
		return len(document) == 0
	case map[string]any:
		return len(document) == 0
	}
	return document == nil
}

// query runs the jq expression on one document.
func (s *jsonText) query(ctx context.Context, document any, most int) ([]any, error) {
	items, err := s.items.Run(ctx, document, most)
	switch {
	case err == nil:
		return items, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	}
	if _, ok := errors.AsType[*TooManyError](err); ok {
		return nil, s.failAt(-1, (&TooManyError{Most: MaxItems}).Error(), "")
	}
	return nil, s.failAt(-1, "options.items: "+err.Error(), "")
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
func (s *jsonText) failAt(offset int, message, hint string) error {
	problem := &ReadError{Source: s.config.Name, File: s.file, Message: message, Hint: hint}
	if offset >= 0 {
		problem.Line, problem.Column = s.place(offset)
	}
	return problem
}

// place is the line and the column of a byte of the file, both from 1.
func (s *jsonText) place(offset int) (line, column int) {
	before := s.data[:min(offset, len(s.data))]
	return bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
}

// where is the place of an item, counted from 1; 0 for what is not known.
func (s *jsonText) where(item int) (line, column int) {
	if item > len(s.starts) {
		return 0, 0
	}
	return s.place(s.starts[item-1])
}
