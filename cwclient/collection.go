package cwclient

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"
)

// collection is a list resource of the API with what the client must know of its records.
type collection[T any] struct {
	c    *Client
	one  string // "agreement"
	many string // "agreements"
	path string // below the base

	id   func(*T) int              // the record's id
	pack func(*T, *sharing)        // shares memory with equal values; nil for none
	keep func(*T, json.RawMessage) // stores the complete record; nil where the type has no place for it
}

// list reads one page.
func (k *collection[T]) list(ctx context.Context, opts ListOptions) (Page[T], error) {
	var page Page[T]
	q := &call{op: "list " + k.many, method: http.MethodGet, path: k.path}
	cond := opts.condition()
	switch {
	case cond.err != nil:
		return page, q.fail(ErrInvalid, cond.err)
	case cond.length() > maxCondition:
		return page, q.fail(ErrInvalid, errors.New("the conditions are too long for one request"))
	}
	q.query = url.Values{
		"orderBy":  {"id asc"},
		"page":     {strconv.Itoa(max(opts.Page, 1))},
		"pageSize": {strconv.Itoa(opts.pageSize())},
	}
	if cond.text != "" {
		q.query.Set("conditions", cond.text)
	}
	q.decode = func(body []byte, header http.Header) (err error) {
		page, err = k.decodePage(body, opts.KeepRaw)
		page.links = parseLinks(header)
		return err
	}
	if _, err := k.c.do(ctx, q); err != nil {
		return Page[T]{}, err
	}
	return page, nil
}

// listOne is list with the checks that a page allows by itself.
func (k *collection[T]) listOne(ctx context.Context, opts ListOptions) (Page[T], error) {
	page, err := k.list(ctx, opts)
	if err != nil {
		return page, err
	}
	run := pageRun{size: opts.pageSize(), page: max(opts.Page, 1) - 1}
	next, problem := run.follow(page.ids, page.links)
	if problem != "" {
		return Page[T]{}, k.senseless(problem)
	}
	page.Next = next
	return page, nil
}

// all ranges over all records in ascending order of id. An error comes once and last.
func (k *collection[T]) all(ctx context.Context, opts ListOptions) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		if opts.IDs == nil {
			k.pages(ctx, opts, yield)
			return
		}
		for _, chunk := range IDChunks(opts.IDs, opts.Conditions) {
			part := opts // a copy: ranging a second time must start anew
			part.IDs = chunk
			if !k.pages(ctx, part, yield) {
				return
			}
		}
	}
}

// pages reads page after page; false means that the range has ended.
func (k *collection[T]) pages(ctx context.Context, opts ListOptions, yield func(T, error) bool) bool {
	var none T
	run := pageRun{size: opts.pageSize()}
	for next := 1; next != 0; {
		opts.Page = next
		page, err := k.list(ctx, opts)
		if err != nil {
			yield(none, err)
			return false
		}
		var problem string
		if next, problem = run.follow(page.ids, page.links); problem != "" {
			yield(none, k.senseless(problem))
			return false
		}
		for _, item := range page.Items {
			if !yield(item, nil) {
				return false
			}
		}
	}
	return true
}

// senseless is the error of a list that contradicts itself.
func (k *collection[T]) senseless(problem string) error {
	q := &call{op: "list " + k.many, method: http.MethodGet, path: k.path}
	return q.nonsense(&answer{status: http.StatusOK}, problem)
}

// count asks how many records there are.
func (k *collection[T]) count(ctx context.Context, opts ListOptions) (int, error) {
	var wire struct {
		Count *int `json:"count"`
	}
	q := &call{op: "count " + k.many, method: http.MethodGet, path: k.path + "/count"}
	cond := opts.condition()
	switch {
	case cond.err != nil:
		return 0, q.fail(ErrInvalid, cond.err)
	case cond.length() > maxCondition:
		return 0, q.fail(ErrInvalid, errors.New("the conditions are too long for one request"))
	case cond.text != "":
		q.query = url.Values{"conditions": {cond.text}}
	}
	q.decode = func(body []byte, _ http.Header) error {
		if err := json.Unmarshal(body, &wire); err != nil {
			return err
		}
		if wire.Count == nil || *wire.Count < 0 {
			return errors.New("the answer has no count")
		}
		return nil
	}
	if _, err := k.c.do(ctx, q); err != nil {
		return 0, err
	}
	return *wire.Count, nil
}

// get reads one record by its id.
func (k *collection[T]) get(ctx context.Context, id int) (T, error) {
	q := &call{op: "read " + k.one, method: http.MethodGet, path: k.recordPath(id)}
	return k.single(ctx, q, id)
}

// create posts a new record and gives what ConnectWise made of it.
func (k *collection[T]) create(ctx context.Context, record any) (T, error) {
	q := &call{op: "create " + k.one, method: http.MethodPost, path: k.path}
	return k.write(ctx, q, record, 0)
}

// patch changes fields of one record and gives the record as it is now.
func (k *collection[T]) patch(ctx context.Context, id int, ops []PatchOp) (T, error) {
	q := &call{op: "change " + k.one, method: http.MethodPatch, path: k.recordPath(id)}
	if err := checkOps(ops); err != nil {
		var none T
		return none, q.fail(ErrInvalid, err)
	}
	return k.write(ctx, q, ops, id)
}

// write sends a body.
func (k *collection[T]) write(ctx context.Context, q *call, body any, id int) (T, error) {
	text, err := json.Marshal(body)
	if err != nil {
		var none T
		return none, q.fail(ErrInvalid, fmt.Errorf("encode %s: %w", k.one, err))
	}
	q.body = text
	return k.single(ctx, q, id)
}

// single sends a call whose answer is one record; id is the one expected, 0 for any.
func (k *collection[T]) single(ctx context.Context, q *call, id int) (T, error) {
	var rec T
	q.decode = func(body []byte, _ http.Header) error {
		var err error
		if rec, err = k.decodeRecord(body, true); err != nil {
			return err
		}
		if got := k.id(&rec); id != 0 && got != id {
			return fmt.Errorf("asked for id %d and got id %d", id, got)
		}
		return nil
	}
	if _, err := k.c.do(ctx, q); err != nil {
		var none T
		return none, err
	}
	return rec, nil
}

// recordPath is the path of one record. A few list paths end in a slash, see AgreementsClient.
func (k *collection[T]) recordPath(id int) string {
	return join(k.path, strconv.Itoa(id))
}

// join puts a slash between two parts of a path unless it is there.
func join(path, part string) string {
	if path[len(path)-1] == '/' {
		return path + part
	}
	return path + "/" + part
}

// decodePage reads a JSON array of records, element by element.
func (k *collection[T]) decodePage(body []byte, keepRaw bool) (Page[T], error) {
	var page Page[T]
	dec := json.NewDecoder(bytes.NewReader(body))
	if err := opening(dec, '['); err != nil {
		return page, err
	}
	for dec.More() {
		var raw json.RawMessage
		var rec T
		if keepRaw && k.keep != nil {
			if err := dec.Decode(&raw); err != nil {
				return page, err
			}
			if err := json.Unmarshal(raw, &rec); err != nil {
				return page, err
			}
		} else if err := dec.Decode(&rec); err != nil {
			return page, err
		}
		if err := k.finish(&rec, raw); err != nil {
			return page, err
		}
		page.Items = append(page.Items, rec)
		page.ids = append(page.ids, k.id(&rec))
	}
	if _, err := dec.Token(); err != nil {
		return page, err
	}
	return page, ended(dec)
}

// decodeRecord reads a JSON object.
func (k *collection[T]) decodeRecord(body []byte, keepRaw bool) (T, error) {
	var rec T
	if err := opening(json.NewDecoder(bytes.NewReader(body)), '{'); err != nil {
		return rec, err
	}
	if err := json.Unmarshal(body, &rec); err != nil {
		return rec, err
	}
	var raw json.RawMessage
	if keepRaw {
		raw = bytes.Clone(body)
	}
	return rec, k.finish(&rec, raw)
}

// finish checks a record and makes it small. A record without an id is never skipped: it is a lie about what
// there is.
func (k *collection[T]) finish(rec *T, raw json.RawMessage) error {
	if k.id(rec) <= 0 {
		return fmt.Errorf("an item of %s has no id", k.many)
	}
	if k.pack != nil {
		k.pack(rec, k.c.shared)
	}
	if raw != nil && k.keep != nil {
		k.keep(rec, raw)
	}
	return nil
}

// opening reads the first token, which must be this delimiter.
func opening(dec *json.Decoder, want json.Delim) error {
	token, err := dec.Token()
	if err != nil {
		return err
	}
	if token != want {
		return fmt.Errorf("the answer does not begin with %v", want)
	}
	return nil
}

// ended makes sure that nothing follows.
func ended(dec *json.Decoder) error {
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the answer")
	}
	return nil
}
