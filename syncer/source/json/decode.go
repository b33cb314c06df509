package json

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// decoder reads JSON values with exact numbers, refusing equal keys of one object and what is nested too deeply.
type decoder struct {
	data   []byte
	tokens *stdjson.Decoder
	starts []int // the byte at which each document starts that is no list, and each element of one that is
	nested bool  // a list has lists among its elements
}

// syntaxError is what is wrong with the text, and at which byte.
type syntaxError struct {
	message string
	offset  int
}

func (e *syntaxError) Error() string { return e.message }

func newDecoder(data []byte) *decoder {
	tokens := stdjson.NewDecoder(bytes.NewReader(data))
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
	if token != stdjson.Delim('[') {
		d.starts = append(d.starts, start)
	}
	return d.value(token, 0)
}

func (d *decoder) value(token stdjson.Token, depth int) (any, error) {
	if depth > maxDepth {
		return nil, d.fail(fmt.Sprintf("nested more than %d deep", maxDepth))
	}
	delim, opened := token.(stdjson.Delim)
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
		if token == stdjson.Delim(']') {
			return list, nil
		}
		if depth == 0 {
			d.starts = append(d.starts, start)
			d.nested = d.nested || token == stdjson.Delim('[')
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
	return &syntaxError{message: message, offset: int(d.tokens.InputOffset())}
}

// explain places what encoding/json found; between values an end is an end.
func (d *decoder) explain(err error, between bool) error {
	var syntax *stdjson.SyntaxError
	switch {
	case errors.Is(err, io.EOF) && between:
		return io.EOF
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return &syntaxError{message: "the text ends within a value; the file is cut short", offset: len(d.data)}
	case errors.As(err, &syntax):
		return &syntaxError{message: syntax.Error(), offset: d.here()} // its own offset counts from different points
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
