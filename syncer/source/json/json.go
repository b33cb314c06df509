// Package json is the kind of source that reads usage from a JSON file: one document, or one after the other as in JSON lines. A jq
// expression may say where the items are and reshape them.
//
// It never turns a number into a float, never takes the last of two equal keys, and never gives part of a file.
package json

import (
	"context"
	"errors"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
)

// maxBytes bounds one file, which is held in memory whole.
const maxBytes = 64 << 20

// Kind describes the json kind for the catalogue.
func Kind() source.Kind {
	return source.Kind{Name: "json", Summary: "a JSON or JSON lines file, or the newest one of a folder", Fields: append(source.InputFields(), source.JSONFields()...), Validate: validate, Open: open}
}

func validate(options source.Options) []source.OptionError {
	return append(source.CheckInput(options), source.CheckJSON(options)...)
}

type reader struct {
	config source.Config
	text   *source.JSONReader
}

func open(config source.Config) (source.Source, error) {
	text, err := source.NewJSONReader(config)
	if err != nil {
		return nil, err
	}
	return &reader{config: config, text: text}, nil
}

// Read reads the whole file.
func (r *reader) Read(ctx context.Context) (usage billing.Usage, err error) {
	in, err := source.OpenInput(ctx, r.config, maxBytes)
	if err != nil {
		return billing.Usage{}, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	lines, err := r.text.Read(ctx, in.Name, in)
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
	return lines.Usage(age, in.Digest())
}
