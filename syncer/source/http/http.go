// Package http is the kind of source that reads usage from a vendor's web interface that answers JSON: a list in pages, a further call for each of
// its records where the list does not say all, and lists of names beside it. A jq expression makes usage lines of what was read.
//
// It never sends credentials to another origin than the one that the set-up names, never follows a redirect, never takes a page for the whole, and
// never gives part of a source.
package http

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	nethttp "net/http"

	"github.com/itchyny/gojq"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
)

// Kind describes the http kind for the catalogue.
func Kind() source.Kind {
	return source.Kind{
		Name: "http", Summary: "a vendor's web interface that answers JSON", Fields: fields(), Network: true,
		Validate: func(options source.Options) []source.OptionError {
			_, problems := newSettings(options)
			return problems
		},
		Needs: func(options source.Options) []string {
			var names []string
			if auth := options.Text("auth", authNone); auth != authNone && auth != authHeader {
				names = append(names, fieldSecret)
			}
			if options.Text("key_header", "") != "" {
				names = append(names, fieldKey)
			}
			return names
		},
		Open: open,
	}
}

type reader struct {
	config   source.Config
	settings *settings
	trip     nethttp.RoundTripper // nil: the network
	most     int64                // bytes of all answers together
}

func open(config source.Config) (source.Source, error) {
	s, problems := newSettings(config.Options)
	if len(problems) > 0 {
		return nil, fmt.Errorf("options.%w", problems[0])
	}
	return &reader{config: config, settings: s, most: maxAll}, nil
}

// Read reads all pages and what belongs to them. Errors are *billing.Failure for what went wrong on the way, and *source.ReadError or
// *source.ReadErrors for what is wrong with what came.
func (r *reader) Read(ctx context.Context) (billing.Usage, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	w, err := r.connect(ctx)
	if err != nil {
		return billing.Usage{}, err
	}
	defer w.close()
	usage, err := r.read(ctx, w)
	if err != nil {
		return billing.Usage{}, w.secrets.conceal(err)
	}
	return usage, nil
}

func (r *reader) read(ctx context.Context, w *wire) (billing.Usage, error) {
	began := r.config.Now()
	s := r.settings
	records, err := w.list(ctx, s.address)
	if err != nil {
		return billing.Usage{}, err
	}
	for _, step := range s.detail {
		if records, err = w.details(ctx, step, records); err != nil {
			return billing.Usage{}, err
		}
	}
	names := make([]any, len(s.lookups))
	for i, lookup := range s.lookups {
		found, err := w.list(ctx, lookup.address)
		if err != nil {
			return billing.Usage{}, err
		}
		names[i] = found
	}
	items, err := r.items(ctx, records, names)
	if err != nil {
		return billing.Usage{}, err
	}
	lines, err := source.ReadItems(ctx, r.config, display(s.address), nil, items)
	if err != nil {
		return billing.Usage{}, err
	}
	digest, err := digestOf(items)
	if err != nil {
		return billing.Usage{}, err
	}
	return lines.Usage(began, digest)
}

// items makes items of the records by the jq expression.
func (r *reader) items(ctx context.Context, records, names []any) ([]any, error) {
	fail := func(message, hint string) error {
		return &source.ReadError{Source: r.config.Name, File: display(r.settings.address), Message: message, Hint: hint}
	}
	items, err := r.settings.items.Run(ctx, records, source.MaxItems, names...)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, fail("options.items: "+err.Error(), "")
	case len(items) == 0 && len(records) > 0:
		return nil, fail(fmt.Sprintf("options.items gives nothing of %d records", len(records)), "let it give the objects that are billed, such as .[]")
	}
	return items, nil
}

func digestOf(items []any) (string, error) {
	text, err := gojq.Marshal(items)
	if err != nil {
		return "", errors.New("what was read cannot be written as JSON")
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}
