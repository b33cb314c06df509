package http

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	nethttp "net/http"
	"net/url"
	"strconv"

	"github.com/itchyny/gojq"
	"golang.org/x/sync/errgroup"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
)

// maxPages is how many pages one list may have.
const maxPages = 20_000

// parentField is where a record that a detail call gave holds the record that it was made for.
const parentField = "_parent"

// page is one page of a list.
type page struct {
	address  *url.URL
	op       string // for messages
	document any
	header   nethttp.Header
	records  []any
}

// list reads all pages of a list. The records are those of the source's jq expression.
func (w *wire) list(ctx context.Context, address *url.URL) ([]any, error) {
	at := w.firstPage(address)
	seen := newSeen(w.unique)
	progress := progress{}
	all := []any{}
	for number := 1; at != nil; number++ {
		p, err := w.page(ctx, at, fmt.Sprintf("read %s (page %d)", display(at), number), w.method)
		if err != nil {
			return nil, err
		}
		if err := seen.page(p, number); err != nil {
			return nil, err
		}
		if all = append(all, p.records...); len(all) > source.MaxItems || number > maxPages {
			return nil, p.fail(billing.ClassNonsense, fmt.Sprintf("the list has more than %d records or %d pages", source.MaxItems, maxPages), "")
		}
		if at, err = w.following(ctx, p, &progress); err != nil {
			return nil, err
		}
		if at != nil && seen.address(at) {
			return nil, p.fail(billing.ClassNonsense, "leads to a page that was read before: the list would never end", "check the paging options")
		}
	}
	return all, nil
}

// page reads one page and finds its records.
func (w *wire) page(ctx context.Context, at *url.URL, op, method string) (*page, error) {
	c := &call{op: op, method: method, address: at, header: w.headers}
	if method == nethttp.MethodPost {
		c.body = []byte(w.content)
	}
	a, err := w.send(ctx, c)
	if err != nil {
		return nil, err
	}
	p := &page{address: at, op: op, header: a.header}
	documents, err := source.DecodeJSON(ctx, bytes.TrimPrefix(a.body, []byte("\xef\xbb\xbf")))
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		problem := p.fail(billing.ClassNonsense, "the answer is not JSON: "+err.Error()+placeIn(a.body, err), "")
		return nil, problem
	case len(documents.Values) != 1:
		return nil, p.fail(billing.ClassNonsense, fmt.Sprintf("the answer holds %d JSON documents instead of one", len(documents.Values)), "")
	}
	p.document = documents.Values[0]
	p.records, err = w.records.Run(ctx, p.document, source.MaxItems)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, p.fail(billing.ClassNonsense, "options.records: "+err.Error(), "the answer is of another shape than options.records says")
	}
	return p, nil
}

// placeIn says where in an answer a syntax error is.
func placeIn(body []byte, err error) string {
	syntax, ok := errors.AsType[*source.JSONError](err)
	if !ok {
		return ""
	}
	before := body[:min(max(syntax.Offset, 0), len(body))]
	return fmt.Sprintf(", at line %d, column %d", bytes.Count(before, []byte("\n"))+1, len(before)-bytes.LastIndexByte(before, '\n'))
}

func (p *page) fail(class billing.Class, message, hint string) *trouble {
	return (&call{op: p.op}).fail(class, message, hint)
}

// details makes one call for each record, several at a time, and gives the records of all answers in the order of the records they were made for.
func (w *wire) details(ctx context.Context, step template, records []any) ([]any, error) {
	answers := make([][]any, len(records))
	group, working := errgroup.WithContext(ctx)
	group.SetLimit(w.parallel)
	for i, record := range records {
		group.Go(func() (err error) {
			answers[i], err = w.detailOf(working, step, i, record)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	all := []any{}
	for _, answer := range answers {
		if all = append(all, answer...); len(all) > source.MaxItems {
			return nil, &source.ReadError{Source: w.source, Message: (&source.TooManyError{Most: source.MaxItems}).Error()}
		}
	}
	return all, nil
}

func (w *wire) detailOf(ctx context.Context, step template, at int, record any) ([]any, error) {
	fail := func(message string) error {
		return &source.ReadError{Source: w.source, File: display(w.address), Message: fmt.Sprintf("record %d %s", at+1, message)}
	}
	parent, ok := record.(map[string]any)
	if !ok {
		return nil, fail("is no object, which options.detail needs")
	}
	address, err := step.of(w.address, parent)
	if err != nil {
		return nil, fail(err.Error())
	}
	records, err := w.detailRecords(ctx, step, address)
	if err != nil {
		return nil, err
	}
	for _, child := range records {
		object, ok := child.(map[string]any)
		if !ok {
			return nil, (&call{op: "read " + display(address)}).fail(billing.ClassNonsense, "gives a record that is no object", "check options.records, which is for the answers of options.detail too")
		}
		object[parentField] = parent
	}
	return records, nil
}

func (w *wire) detailRecords(ctx context.Context, step template, address *url.URL) ([]any, error) {
	if step.paged {
		return w.list(ctx, address)
	}
	p, err := w.page(ctx, address, "read "+display(address), nethttp.MethodGet)
	if err != nil {
		return nil, err
	}
	return p.records, nil
}

// seen remembers the pages and records of one list, so that one that is given again is found.
type seen struct {
	unique    string
	addresses map[string]bool
	pages     map[[sha256.Size]byte]int
	records   map[[sha256.Size]byte]int
}

func newSeen(unique string) *seen {
	return &seen{unique: unique, addresses: map[string]bool{}, pages: map[[sha256.Size]byte]int{}, records: map[[sha256.Size]byte]int{}}
}

// address reports whether an address was asked for before.
func (s *seen) address(u *url.URL) bool {
	text := u.String()
	again := s.addresses[text]
	s.addresses[text] = true
	return again
}

// page refuses a page that was there before, and a record that another page had.
func (s *seen) page(p *page, number int) error {
	s.addresses[p.address.String()] = true
	if len(p.records) == 0 {
		return nil
	}
	whole, err := gojq.Marshal(p.records)
	if err != nil {
		return p.fail(billing.ClassNonsense, "holds what is no JSON", "")
	}
	sum := sha256.Sum256(whole)
	if before, again := s.pages[sum]; again {
		return p.fail(billing.ClassNonsense, fmt.Sprintf("is the same as page %d: the list would never end", before), "check the paging options: the vendor may not know the parameter")
	}
	s.pages[sum] = number
	for i, record := range p.records {
		sum, err := s.sum(p, i, record)
		if err != nil {
			return err
		}
		before, again := s.records[sum]
		if again && (before != number || s.unique != "") {
			return p.fail(billing.ClassUnavailable, fmt.Sprintf("record %d was on page %d already: the list changed while it was read", i+1, before), "run again")
		}
		s.records[sum] = number
	}
	return nil
}

// sum is what tells a record from others.
func (s *seen) sum(p *page, at int, record any) (sum [sha256.Size]byte, err error) {
	if s.unique == "" {
		text, err := gojq.Marshal(record)
		if err != nil {
			return sum, p.fail(billing.ClassNonsense, "holds what is no JSON", "")
		}
		return sha256.Sum256(text), nil
	}
	object, _ := record.(map[string]any)
	text, err := fieldText(object, s.unique)
	if err != nil {
		return sum, p.fail(billing.ClassNonsense, fmt.Sprintf("record %d has no text or number in the field %s that options.unique names", at+1, s.unique), "")
	}
	return sha256.Sum256([]byte(text)), nil
}

// numberText is a number as text; empty for what is none.
func numberText(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case json.Number:
		return value.String()
	case int:
		return strconv.Itoa(value)
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	}
	return ""
}
