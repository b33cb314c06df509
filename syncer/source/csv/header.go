package csv

import (
	"context"
	"errors"
	"slices"
	"strings"

	"cwsync/syncer/source"
)

// Header reads the header row alone: the names as the file writes them, whether or not they are those that the options ask for. A wizard
// matches columns by it. Errors are *source.ReadError.
func (r *reader) Header(ctx context.Context) (names []string, err error) {
	in, err := source.OpenInput(ctx, r.config, maxBytes)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	bounded := &bounded{in: in, config: r.config, file: in.Name}
	text, err := source.Decode(bounded, r.config.Options.Text("encoding", source.UTF8))
	if err != nil {
		return nil, err
	}
	t := &table{ctx: ctx, config: r.config, file: in.Name, bounded: bounded}
	header, err := t.names(text)
	if err != nil {
		return nil, err
	}
	names = slices.Clone(header)
	for i := range names {
		names[i] = strings.TrimSpace(names[i])
	}
	return names, nil
}
