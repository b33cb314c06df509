package cwsim

import "github.com/shopspring/decimal"

// kind is how a field is stored and what it looks like in JSON.
type kind uint8

const (
	kindText   kind = iota + 1 // string
	kindInt                    // int
	kindNumber                 // decimal.Decimal, a double in JSON
	kindFlag                   // bool
	kindDate                   // string: 2006-01-02T15:04:05Z
	kindRef                    // ref
	kindRefs                   // []ref
	kindRaw                    // json.RawMessage: an array or object kept as it came
)

// ref is the id of a record in the table that the field names.
type ref int

// field is one property of a resource. A stored value is nil for null, else of
// the type that its kind says.
type field struct {
	name     string
	kind     kind
	max      int      // longest text in characters, 0 for no limit
	enum     []string // the only texts allowed, nil for any
	to       string   // table that a reference points into
	required bool
	readOnly bool                      // kept by the server: ignored when written
	derive   func(*World, *record) any // computed at each read instead of stored
	def      any                       // value of a new record that does not name the field
}

// refField is one property of the short form in which other records show this one.
type refField struct {
	name string
	path string // where it comes from, as in conditions: name, or type/name
}

// resource describes the records of one table.
type resource struct {
	name      string // as error messages call it
	table     string
	fields    []*field
	index     map[string]int
	reference []refField
	noInfo    bool   // the records carry no _info
	parent    string // field that holds the id of the record above
	unique    string // text field that no two records share, letter case aside

	// fill completes a new record, or one whose reference changed; named says
	// which fields the request set itself. before is nil for a new record.
	fill func(w *World, before, after *record, named map[string]bool)
	// check applies the rules of the trade; before is nil for a new record.
	check func(w *World, before, after *record) []item
	// keep says why a record must not be deleted, or "".
	keep func(w *World, rec *record) string
}

func text(name string, limit int) *field { return &field{name: name, kind: kindText, max: limit} }
func integer(name string) *field         { return &field{name: name, kind: kindInt} }
func number(name string) *field          { return &field{name: name, kind: kindNumber} }
func flag(name string) *field            { return &field{name: name, kind: kindFlag} }
func date(name string) *field            { return &field{name: name, kind: kindDate} }
func link(name, table string) *field     { return &field{name: name, kind: kindRef, to: table} }
func links(name, table string) *field    { return &field{name: name, kind: kindRefs, to: table} }
func customFields() *field               { return &field{name: "customFields", kind: kindRaw} }

func enum(name string, values ...string) *field {
	return &field{name: name, kind: kindText, enum: values}
}

// derived is a field that is computed at each read.
func derived(k kind, name string, f func(*World, *record) any) *field {
	return &field{name: name, kind: k, readOnly: true, derive: f}
}

func (f *field) must() *field        { f.required = true; return f }
func (f *field) fixed() *field       { f.readOnly = true; return f }
func (f *field) or(value any) *field { f.def = value; return f }

// zero is the number 0 as a default.
func zero() any { return decimal.Zero }

// newResource numbers the fields; every resource begins with its id.
func newResource(name, table string, fields ...*field) *resource {
	r := &resource{name: name, table: table, index: make(map[string]int, len(fields)+1)}
	r.fields = append([]*field{integer("id").fixed()}, fields...)
	for i, f := range r.fields {
		r.index[f.name] = i
	}
	return r
}

// shows sets the short form: plain names, or name=path.
func (r *resource) shows(fields ...refField) *resource {
	r.reference = append([]refField{{"id", "id"}}, fields...)
	return r
}

func same(name string) refField { return refField{name, name} }
