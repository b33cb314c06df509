package source

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// decoder reads JSON values with exact numbers, refusing equal keys of one object and what is nested too deeply.
type decoder struct {
	data   []byte
	tokens *json.Decoder
	starts []int // the byte at which each document starts that is no list, and each element of one that is
	nested bool  // a list has lists among its elements
}

// JSONError is what is wrong with a JSON text.
type JSONError struct {
	Message string
	Offset  int // the byte at which it is, from 0
}

func (e *JSONError) Error() string { return e.Message }

// maxDepth is how deeply lists and objects may be nested.
const maxDepth = 100

// Documents are the values of a JSON text: one, or one after the other as in JSON lines. Numbers are json.Number, exact.
type Documents struct {
	Values []any
	Starts []int // the byte at which each value starts that is no list, and each element of one that is; nil where lists lie in lists
}

// DecodeJSON reads all values of a text. What it refuses is a *JSONError: what encoding/json refuses, two equal keys of one object, what is nested more
// than 100 deep, and text that is not UTF-8, which encoding/json would change in silence.
func DecodeJSON(ctx context.Context, data []byte) (Documents, error) {
	if at := invalidUTF8(data); at >= 0 {
		return Documents{}, &JSONError{Message: "the text is not valid UTF-8", Offset: at}
	}
	values := newDecoder(data)
	var documents Documents
	for {
		if err := ctx.Err(); err != nil {
			return Documents{}, err
		}
		value, err := values.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Documents{}, err
		}
		documents.Values = append(documents.Values, value)
	}
	if !values.nested {
		documents.Starts = values.starts
	}
	return documents, nil
}

func newDecoder(data []byte) *decoder {
	tokens := json.NewDecoder(bytes.NewReader(data))
	tokens.UseNumber()
	return &decoder{data: data, tokens: tokens}
}

// next reads one value; io.EOF when there is none left.
func (d *decoder) next() (any, error) {
	start := d.here()
	token, err := d.tokens.Token()
	if err != nil {
		return nil, d.explain(err, true)
	}
	if token != json.Delim('[') {
		d.starts = append(d.starts, start)
	}
	return d.value(token, 0)
}

func (d *decoder) value(token json.Token, depth int) (any, error) {
	if depth > maxDepth {
		return nil, d.fail(fmt.Sprintf("nested more than %d deep", maxDepth))
	}
	delim, opened := token.(json.Delim)
	switch {
	case !opened:
		return token, nil
	case delim == '[':
		return d.list(depth)
	}
	return d.object(depth)
}

func (d *decoder) list(depth int) (any, error) {
	list := []any{}
	for {
		start := 0
		if depth == 0 {
			start = d.ahead()
		}
		token, err := d.tokens.Token()
		if err != nil {
			return nil, d.explain(err, false)
		}
		if token == json.Delim(']') {
			return list, nil
		}
		if depth == 0 {
			d.starts = append(d.starts, start)
			d.nested = d.nested || token == json.Delim('[')
		}
		element, err := d.value(token, depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, element)
	}
}

func (d *decoder) object(depth int) (any, error) {
	object := map[string]any{}
	for {
		token, err := d.tokens.Token()
		if err != nil {
			return nil, d.explain(err, false)
		}
		key, ok := token.(string)
		if !ok { // the decoder gives nothing but a key or the end here
			return object, nil
		}
		if _, twice := object[key]; twice {
			return nil, d.fail(fmt.Sprintf("the key %q is there twice in one object", key))
		}
		if token, err = d.tokens.Token(); err != nil {
			return nil, d.explain(err, false)
		}
		if object[key], err = d.value(token, depth+1); err != nil {
			return nil, err
		}
	}
}

func (d *decoder) fail(message string) error {
	return &JSONError{Message: message, Offset: int(d.tokens.InputOffset())}
}

// explain places what encoding/json found; between values an end is an end.
func (d *decoder) explain(err error, between bool) error {
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF) && between:
		return io.EOF
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return &JSONError{Message: "the text ends within a value; it is cut short", Offset: len(d.data)}
	case errors.As(err, &syntax):
		return &JSONError{Message: syntax.Error(), Offset: d.here()} // its own offset counts from different points
	}
	return d.fail(err.Error())
}

// here is where the value or mark starts that could not be read.
func (d *decoder) here() int { return d.skipped(int(d.tokens.InputOffset())) }

// ahead is where the next value starts, behind the comma that parts it from the one before.
func (d *decoder) ahead() int {
	at := d.here()
	if at < len(d.data) && d.data[at] == ',' {
		return d.skipped(at + 1)
	}
	return at
}

// skipped is the first byte from at on that is no white space.
func (d *decoder) skipped(at int) int {
	for at < len(d.data) && strings.IndexByte(" \t\r\n", d.data[at]) >= 0 {
		at++
	}
	return at
}
