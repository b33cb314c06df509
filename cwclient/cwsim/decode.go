package cwsim

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/shopspring/decimal"
)

// decodeBody reads one JSON document, numbers kept as they were written.
func decodeBody(body []byte, into any) *problem {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	err := dec.Decode(into)
	if err == nil {
		if _, err = dec.Token(); err == io.EOF {
			return nil
		}
	}
	return badRequest("The request body is not valid JSON or not of the expected form.")
}

// decode turns a JSON value into what the field stores. nil is null.
func (w *World) decode(f *field, v any) (any, *item) {
	if v == nil {
		return nil, nil
	}
	bad := item{Code: "InvalidObject", Message: "The value of " + f.name + " is not of the expected type.", Field: f.name}
	switch f.kind {
	case kindText:
		if s, ok := v.(string); ok {
			return decodeText(f, s)
		}
	case kindInt, kindNumber:
		if n, ok := v.(json.Number); ok {
			return decodeNumber(f, n, bad)
		}
	case kindFlag:
		if b, ok := v.(bool); ok {
			return b, nil
		}
	case kindDate:
		if s, ok := v.(string); ok {
			return decodeDate(f, s)
		}
	case kindRef:
		if m, ok := v.(map[string]any); ok {
			return w.decodeRef(f, m)
		}
	case kindRefs, kindRaw:
		return w.decodeList(f, v, bad)
	}
	return nil, &bad
}

func decodeText(f *field, s string) (any, *item) {
	if len(f.enum) == 0 {
		return s, nil
	}
	if slices.Contains(f.enum, s) {
		return s, nil
	}
	it := outOfRange(f.name, "The value "+strconv.Quote(s)+" is not allowed for "+f.name+".")
	return nil, &it
}

// decodeNumber keeps six decimals, as many as the database columns hold.
func decodeNumber(f *field, n json.Number, bad item) (any, *item) {
	if f.kind == kindInt {
		i, err := strconv.ParseInt(n.String(), 10, 32)
		if err != nil {
			return nil, &bad
		}
		return int(i), nil
	}
	if len(n) > 40 {
		return nil, &bad
	}
	d, err := decimal.NewFromString(n.String())
	if err != nil || d.Exponent() > 20 || d.Exponent() < -60 || d.Abs().GreaterThan(decimal.New(1, 15)) {
		return nil, &bad
	}
	return d.Round(6), nil
}

// decodeDate takes whole seconds only; "" is no date.
func decodeDate(f *field, s string) (any, *item) {
	if s == "" {
		return nil, nil
	}
	wire, err := parseMoment(s)
	if err != nil {
		return nil, &item{Code: "InvalidObject", Field: f.name,
			Message: "Unsupported format: " + strconv.Quote(s) + " for " + f.name + ". Use yyyy-MM-ddTHH:mm:ssZ."}
	}
	return wire, nil
}

// decodeRef takes {"id":5}, {"identifier":"X"} or {"name":"X"}.
func (w *World) decodeRef(f *field, m map[string]any) (any, *item) {
	lost := notFoundItem(f.name)
	t := w.tables[f.to]
	if v, ok := m["id"]; ok && v != nil {
		n, ok := v.(json.Number)
		if !ok {
			return nil, &lost
		}
		id, err := strconv.Atoi(n.String())
		if err != nil || t.byID[id] == nil {
			return nil, &lost
		}
		return ref(id), nil
	}
	for _, key := range []string{"identifier", "name"} {
		name, ok := m[key].(string)
		if !ok || name == "" {
			continue
		}
		if rec := t.named(name); rec != nil {
			return ref(rec.id), nil
		}
		return nil, &lost
	}
	return nil, &lost
}

func (w *World) decodeList(f *field, v any, bad item) (any, *item) {
	if f.kind == kindRaw {
		body, err := json.Marshal(v)
		if err != nil {
			return nil, &bad
		}
		return json.RawMessage(body), nil
	}
	list, ok := v.([]any)
	if !ok {
		return nil, &bad
	}
	var ids []int
	var refs []ref
	for _, e := range list {
		if m, ok := e.(map[string]any); ok && f.kind == kindRefs {
			r, it := w.decodeRef(f, m)
			if it != nil {
				return nil, it
			}
			refs = append(refs, r.(ref))
			continue
		}
		n, ok := e.(json.Number)
		id, err := strconv.Atoi(n.String())
		if !ok || err != nil || f.kind == kindRefs {
			return nil, &bad
		}
		ids = append(ids, id)
	}
	if f.kind == kindRefs {
		return refs, nil
	}
	return ids, nil
}

// examine finds what is wrong with a whole record, however it came about: a
// PATCH re-validates all of it and not only what it names.
func (w *World) examine(before, after *record) []item {
	var items []item
	for i, f := range after.res.fields {
		v := after.vals[i]
		s, isText := v.(string)
		switch {
		case f.required && (v == nil || isText && s == ""):
			items = append(items, missing(f.name))
		case isText && f.max > 0 && utf8.RuneCountInString(s) > f.max:
			items = append(items, tooLong(f.name, f.max))
		}
	}
	if key := after.res.unique; key != "" {
		if other := w.tables[after.res.table].named(after.text(key)); other != nil && other.id != after.id &&
			after.text(key) != "" {
			items = append(items, item{Code: "ObjectExists", Field: key,
				Message: "A " + after.res.name + " with this " + key + " already exists."})
		}
	}
	if len(items) == 0 && after.res.check != nil {
		items = after.res.check(w, before, after)
	}
	return items
}
