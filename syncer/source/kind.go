package source

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"cwsync/syncer/billing"
)

// FieldType is what the value of an option looks like in the set-up document.
type FieldType string

// The types of options. The Go value of a checked option is a string for text, choice, path and duration, an int for number, a bool for
// bool, a list of strings for list, and a map of string to string for map; lists and maps may also be []any and map[string]any of strings.
const (
	TypeText     FieldType = "text"
	TypeNumber   FieldType = "number" // whole, 0 or more
	TypeBool     FieldType = "bool"
	TypeChoice   FieldType = "choice"
	TypeList     FieldType = "list"
	TypeMap      FieldType = "map"
	TypePath     FieldType = "path"     // a file or folder; "-" is standard input where the kind says so
	TypeDuration FieldType = "duration" // a positive span such as 30s
)

// Field is one option, or one secret, that a kind of source asks for. A wizard can draw a form from it.
type Field struct {
	Name     string
	Type     FieldType
	Secret   bool     // kept with the secrets as source.<source name>.<Name>, never among the options
	Required bool     // must be given and not be empty
	Default  any      // what an absent option means, in the Go type of Type; nil: empty
	Choices  []string // for TypeChoice; for TypeMap the keys that are allowed, where it is not nil
	Help     string   // one line for people
}

// Kind is one kind of source, such as csv.
type Kind struct {
	Name     string // lower-case letters and digits
	Summary  string // one line for people
	Fields   []Field
	Network  bool                                // reads over the network, so that a failure may pass by itself
	Validate func(options Options) []OptionError // what the types cannot say; nil: nothing more; called with checked options only
	Needs    func(options Options) []string      // the secret fields that these options need; nil: all of them
	Open     func(Config) (Source, error)        // makes a reader of the options; no I/O yet
}

// Config is what a kind needs to open one source.
type Config struct {
	Name    string  // the source's name in the set-up
	Options Options // checked by Kind.Check
	Secret  func(ctx context.Context, field string) (string, error)
	Now     func() time.Time
	Stdin   io.Reader // for kinds that can read standard input; nil: there is none
}

// Secrets lists the secret fields that a source with these options needs, in the order of Fields.
func (k Kind) Secrets(options Options) []Field {
	var secrets []Field
	for _, field := range k.Fields {
		if field.Secret && (k.Needs == nil || slices.Contains(k.Needs(options), field.Name)) {
			secrets = append(secrets, field)
		}
	}
	return secrets
}

// Source reads usage. Read gives all of it or an error, never a part.
type Source interface {
	Read(ctx context.Context) (billing.Usage, error)
}

// Catalogue is the set of kinds that this program knows.
type Catalogue struct {
	kinds   map[string]Kind
	presets func() ([]Preset, error)
	alerts  []AlertKind
}

// NewCatalogue gathers kinds; a kind without a name, fields or opener, and two of one name, are errors.
func NewCatalogue(kinds ...Kind) (*Catalogue, error) {
	catalogue := &Catalogue{kinds: make(map[string]Kind, len(kinds))}
	for _, kind := range kinds {
		if kind.Name == "" || kind.Open == nil {
			return nil, fmt.Errorf("source kind %q has no name or cannot be opened", kind.Name)
		}
		if _, known := catalogue.kinds[kind.Name]; known {
			return nil, fmt.Errorf("source kind %q is declared twice", kind.Name)
		}
		catalogue.kinds[kind.Name] = kind
	}
	return catalogue, nil
}

// Lookup finds a kind by name.
func (c *Catalogue) Lookup(name string) (Kind, bool) {
	kind, ok := c.kinds[name]
	return kind, ok
}

// Kinds lists all kinds by name.
func (c *Catalogue) Kinds() []Kind {
	kinds := make([]Kind, 0, len(c.kinds))
	for _, kind := range c.kinds {
		kinds = append(kinds, kind)
	}
	slices.SortFunc(kinds, func(a, b Kind) int { return strings.Compare(a.Name, b.Name) })
	return kinds
}

// Names lists the names of all kinds, sorted.
func (c *Catalogue) Names() []string {
	var names []string
	for _, kind := range c.Kinds() {
		names = append(names, kind.Name)
	}
	return names
}
