// Package exec is the kind of source that reads usage from what a program prints: a script of one's own, or a vendor's command-line tool.
//
// It never uses a shell, never passes on the environment of this program, never gives a secret as an argument or shows one in an error, never
// takes what a program printed that failed or did not end, and leaves no process behind.
package exec

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
)

// Formats of what a program prints.
const (
	formatCSV  = "csv"
	formatJSON = "json"
)

// Bounds of one run.
const (
	defaultTime   = 5 * time.Minute
	defaultOutput = 64  // MiB
	mostOutput    = 256 // MiB
)

// Kind describes the exec kind for the catalogue.
func Kind() source.Kind {
	fields := []source.Field{
		{Name: "command", Type: source.TypeList, Required: true, Help: "the program and its arguments, one by one; no shell reads them"},
		{Name: "format", Type: source.TypeChoice, Choices: []string{formatCSV, formatJSON}, Default: formatCSV, Help: "what the program prints"},
		{Name: "folder", Type: source.TypePath, Help: "where the program runs; empty: where cwsync does"},
		{Name: "env", Type: source.TypeMap, Help: "the program's environment, beside " + strings.Join(inherited, ", ") + "; it gets nothing else"},
		{Name: "secret_env", Type: source.TypeMap, Choices: secretFields(), Help: "which secrets the program gets, and in which environment variables, such as token: API_TOKEN"},
		{Name: "time_limit", Type: source.TypeDuration, Default: "5m", Help: "how long the program may run"},
		{Name: "output_limit", Type: source.TypeNumber, Default: defaultOutput, Help: "the most that the program may print, in MiB"},
	}
	for _, name := range secretFields() {
		fields = append(fields, source.Field{Name: name, Type: source.TypeText, Secret: true, Help: "given to the program in the environment variable that secret_env names; not needed where it names none"})
	}
	return source.Kind{
		Name: "exec", Summary: "what a program of yours prints, as CSV or JSON", Fields: append(fields, textFields()...),
		Validate: validate, Needs: needs, Open: open,
	}
}

// secretFields are the secrets that a program can be given.
func secretFields() []string { return []string{"user", "password", "token"} }

// textFields are the options of CSV and of JSON text, each once.
func textFields() []source.Field {
	fields := source.CSVFields()
	for _, field := range source.JSONFields() {
		known := slices.ContainsFunc(fields, func(f source.Field) bool { return f.Name == field.Name })
		if !known {
			fields = append(fields, field)
		}
	}
	for i := range fields {
		switch fields[i].Name {
		case "columns":
			fields[i].Help = "which column or field holds customer_id, service_id, quantity, ..."
		case "counts":
			fields[i].Help = "further counts: the name of a basis, and the column or field that holds it"
		case "items":
			fields[i].Help = "for json: " + fields[i].Help
		case "delimiter", "decimal":
			fields[i].Help = "for csv: " + fields[i].Help
		}
	}
	return fields
}

func validate(options source.Options) []source.OptionError {
	var problems []source.OptionError
	wrong := func(option, format string, args ...any) {
		problems = append(problems, source.OptionError{Option: option, Message: fmt.Sprintf(format, args...)})
	}
	command := options.List("command")
	switch {
	case len(command) == 0 || strings.TrimSpace(command[0]) == "":
		wrong("command", "must name a program")
	case slices.ContainsFunc(command, func(word string) bool { return strings.ContainsRune(word, 0) }):
		wrong("command", "must not contain a NUL character")
	}
	if options.Text("folder", "") == source.StandardInput {
		wrong("folder", "must be a folder")
	}
	if limit := options.Number("output_limit", defaultOutput); limit < 1 || limit > mostOutput {
		wrong("output_limit", "must be a whole number from 1 to %d", mostOutput)
	}
	given := map[string]string{}
	for _, option := range []string{"env", "secret_env"} {
		texts := options.Map(option)
		for _, key := range slices.Sorted(maps.Keys(texts)) {
			name := key
			if option == "secret_env" {
				name = texts[key]
			}
			if name == "" || strings.ContainsAny(name, "=\x00 \t\r\n") || strings.ContainsRune(texts[key], 0) {
				wrong(option+"."+key, "%q is no name of an environment variable", name)
			}
			if first, twice := given[name]; twice {
				wrong(option+"."+key, "the environment variable %q is set by %s already", name, first)
			}
			given[name] = option + "." + key
		}
	}
	if options.Text("format", formatCSV) == formatCSV {
		return append(problems, source.CheckCSV(options)...)
	}
	return append(problems, source.CheckJSON(options)...)
}

// needs are the secrets that the program is given.
func needs(options source.Options) []string {
	return slices.Sorted(maps.Keys(options.Map("secret_env")))
}

type reader struct {
	config source.Config
	json   *source.JSONReader // nil: CSV
}

func open(config source.Config) (source.Source, error) {
	r := &reader{config: config}
	if config.Options.Text("format", formatCSV) == formatCSV {
		return r, nil
	}
	var err error
	r.json, err = source.NewJSONReader(config)
	return r, err
}

// Read runs the program and reads all that it prints. Errors are *source.ReadError or *source.ReadErrors, and what the context or a missing secret
// says.
func (r *reader) Read(ctx context.Context) (billing.Usage, error) {
	var usage billing.Usage
	err := r.run(ctx, func(ctx context.Context, out io.Reader) error {
		digest := sha256.New()
		lines, err := r.lines(ctx, io.TeeReader(out, digest))
		if err == nil {
			usage, err = lines.Usage(r.config.Now(), hex.EncodeToString(digest.Sum(nil)))
		}
		return err
	})
	if err != nil {
		return billing.Usage{}, err
	}
	return usage, nil
}

func (r *reader) lines(ctx context.Context, out io.Reader) (*source.Lines, error) {
	if r.json != nil {
		return r.json.Read(ctx, r.name(), out)
	}
	return source.ReadCSV(ctx, r.config, r.name(), out)
}

// Header gives the names of the columns of CSV that the program prints, whether or not they are those that the options ask for.
func (r *reader) Header(ctx context.Context) ([]string, error) {
	if r.json != nil {
		return nil, errors.New("JSON has no header row")
	}
	var names []string
	err := r.run(ctx, func(ctx context.Context, out io.Reader) (err error) {
		if names, err = source.CSVHeader(ctx, r.config, r.name(), out); err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, out) // a program that cannot print ends in an error
		return err
	})
	return names, err
}

// name is the program's, for messages.
func (r *reader) name() string { return filepath.Base(r.config.Options.List("command")[0]) }

func (r *reader) fail(message, hint string) error {
	return &source.ReadError{Source: r.config.Name, File: r.name(), Message: message, Hint: hint}
}
