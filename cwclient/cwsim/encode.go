package cwsim

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// Shape is how the answers look where ConnectWise servers are known to differ.
// The zero value is the plainest form.
type Shape struct {
	EmptyDates    bool // unset dates come as "" instead of being left out
	DotZero       bool // whole doubles come as 1.0 instead of 1
	UnknownFields bool // records carry properties that no published description has
	CloudAsText   bool // discovery says "True" instead of true
}

// selection is the tree of a fields parameter; nil selects all.
type selection map[string]selection

func parseSelection(fields string) selection {
	if strings.TrimSpace(fields) == "" {
		return nil
	}
	sel := selection{}
	for f := range strings.SplitSeq(fields, ",") {
		at := sel
		for _, part := range strings.FieldsFunc(strings.TrimSpace(f), func(r rune) bool { return r == '/' || r == '.' }) {
			if at[part] == nil {
				at[part] = selection{}
			}
			at = at[part]
		}
	}
	return sel
}

func (s selection) has(name string) bool {
	if s == nil {
		return true
	}
	_, ok := s[name]
	return ok
}

// under is the selection inside a property: all of it where nothing was named.
func (s selection) under(name string) selection {
	if sub := s[name]; len(sub) > 0 {
		return sub
	}
	return nil
}

// value is what a field holds now, computed where the field is derived.
func (w *World) value(rec *record, i int) any {
	if f := rec.res.fields[i]; f.derive != nil {
		return f.derive(w, rec)
	}
	return rec.vals[i]
}

// encode is the record's JSON. Whole records are kept until something changes.
func (w *World) encode(dst []byte, rec *record, sel selection) []byte {
	if sel != nil {
		return w.appendRecord(dst, rec, sel)
	}
	if e := rec.json.Load(); e != nil && e.gen == w.gen {
		return append(dst, e.body...)
	}
	body := w.appendRecord(nil, rec, nil)
	rec.json.Store(&encoded{gen: w.gen, body: body})
	return append(dst, body...)
}

func (w *World) appendRecord(dst []byte, rec *record, sel selection) []byte {
	dst = append(dst, '{')
	start := len(dst)
	key := func(name string) {
		if len(dst) > start {
			dst = append(dst, ',')
		}
		dst = append(appendString(dst, name), ':')
	}
	for i, f := range rec.res.fields {
		if f.name[0] == '.' || !sel.has(f.name) {
			continue // a leading dot marks what only the server knows
		}
		v := w.value(rec, i)
		switch {
		case v != nil:
			key(f.name)
			dst = w.appendValue(dst, f, v, sel.under(f.name))
		case f.kind == kindDate && w.shape.EmptyDates:
			key(f.name)
			dst = append(dst, '"', '"')
		}
	}
	if w.shape.UnknownFields && sel == nil {
		key("simulatedStatus")
		dst = append(dst, `{"name":"Active","levels":[1,2.5,null,"x"]}`...)
	}
	if !rec.res.noInfo && sel.has("_info") {
		key("_info")
		dst = rec.info.append(dst)
	}
	return append(dst, '}')
}

func (in info) append(dst []byte) []byte {
	dst = append(dst, `{"lastUpdated":`...)
	dst = append(appendString(dst, in.updated), `,"updatedBy":`...)
	dst = append(appendString(dst, in.updatedBy), `,"dateEntered":`...)
	dst = append(appendString(dst, in.entered), `,"enteredBy":`...)
	return append(appendString(dst, in.enteredBy), '}')
}

func (w *World) appendValue(dst []byte, f *field, v any, sel selection) []byte {
	switch v := v.(type) {
	case string:
		return appendString(dst, v)
	case int:
		return strconv.AppendInt(dst, int64(v), 10)
	case bool:
		return strconv.AppendBool(dst, v)
	case decimal.Decimal:
		dst = append(dst, v.String()...)
		if w.shape.DotZero && v.IsInteger() {
			dst = append(dst, ".0"...)
		}
		return dst
	case ref:
		return w.appendReference(dst, f.to, int(v), sel)
	case []ref:
		dst = append(dst, '[')
		for i, id := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = w.appendReference(dst, f.to, int(id), sel)
		}
		return append(dst, ']')
	case []int:
		body, _ := json.Marshal(v) // a list of integers cannot fail
		return append(dst, body...)
	case json.RawMessage:
		return append(dst, v...)
	}
	return append(dst, "null"...)
}

// appendReference writes the short form in which a record shows another one.
func (w *World) appendReference(dst []byte, name string, id int, sel selection) []byte {
	t := w.tables[name]
	target := t.byID[id]
	if target == nil {
		return append(strconv.AppendInt(append(dst, `{"id":`...), int64(id), 10), '}')
	}
	dst = append(dst, '{')
	start := len(dst)
	for _, rf := range t.res.reference {
		if !sel.has(rf.name) {
			continue
		}
		v, f := w.lookup(target, rf.path)
		if v == nil {
			continue
		}
		if len(dst) > start {
			dst = append(dst, ',')
		}
		dst = append(appendString(dst, rf.name), ':')
		dst = w.appendValue(dst, f, v, nil)
	}
	return append(dst, '}')
}

// lookup follows a path such as name or type/name.
func (w *World) lookup(rec *record, path string) (any, *field) {
	head, rest, deeper := strings.Cut(path, "/")
	i, ok := rec.res.index[head]
	if !ok {
		return nil, nil
	}
	f := rec.res.fields[i]
	v := w.value(rec, i)
	if !deeper {
		return v, f
	}
	id, ok := v.(ref)
	if !ok {
		return nil, f
	}
	if next := w.tables[f.to].byID[int(id)]; next != nil {
		return w.lookup(next, rest)
	}
	return nil, f
}

// appendString writes a JSON string; plain text takes the short way.
func appendString(dst []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			body, _ := json.Marshal(s) // a string cannot fail
			return append(dst, body...)
		}
	}
	dst = append(dst, '"')
	dst = append(dst, s...)
	return append(dst, '"')
}
