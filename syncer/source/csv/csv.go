// Package csv is the kind of source that reads usage from a CSV file: an export of a vendor's portal, of a report, or of a spreadsheet.
//
// It never guesses at a number or an encoding, and never gives part of a file: any line that is wrong refuses the whole, with its place.
package csv

import (
	"context"
	"errors"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
)

// maxBytes bounds one file.
const maxBytes = 256 << 20

// Kind describes the csv kind for the catalogue.
func Kind() source.Kind {
	return source.Kind{Name: "csv", Summary: "a CSV file, or the newest one of a folder", Fields: append(source.InputFields(), source.CSVFields()...), Validate: validate, Open: open}
}

func validate(options source.Options) []source.OptionError {
	return append(source.CheckInput(options), source.CheckCSV(options)...)
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
	lines, err := source.ReadCSV(ctx, r.config, in.Name, in)
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

// Header reads the header row alone: the names as the file writes them, whether or not they are those that the options ask for. A wizard
// matches columns by it. Errors are *source.ReadError.
func (r *reader) Header(ctx context.Context) (names []string, err error) {
	in, err := source.OpenInput(ctx, r.config, maxBytes)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	return source.CSVHeader(ctx, r.config, in.Name, in)
}
