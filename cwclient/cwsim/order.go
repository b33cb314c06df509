package cwsim

import (
	"fmt"
	"slices"
	"strings"
)

// sorter orders records as an orderBy says; nil keeps the order of ids.
type sorter func(a, b *record) int

// parseOrder reads "name asc, type/name desc".
func (w *World) parseOrder(res *resource, orderBy string) (sorter, error) {
	if strings.TrimSpace(orderBy) == "" {
		return nil, nil
	}
	type key struct {
		get  getter
		sign int
	}
	var keys []key
	byID := false
	for i, part := range strings.Split(orderBy, ",") {
		words := strings.Fields(part)
		if len(words) == 0 || len(words) > 2 {
			return nil, fmt.Errorf("orderBy is not valid: %q", part)
		}
		k := key{sign: 1}
		if len(words) == 2 {
			switch strings.ToLower(words[1]) {
			case "asc":
			case "desc":
				k.sign = -1
			default:
				return nil, fmt.Errorf("orderBy knows asc and desc, not %q", words[1])
			}
		}
		get, f, err := w.getter(res, words[0])
		if err != nil {
			return nil, err
		}
		if f.kind == kindRef || f.kind == kindRefs || f.kind == kindRaw {
			return nil, fmt.Errorf("cannot order by %s", words[0])
		}
		byID = byID || i == 0 && words[0] == "id" && k.sign == 1
		k.get = get
		keys = append(keys, k)
	}
	if byID {
		return nil, nil // ids are unique: what follows cannot matter
	}
	return func(a, b *record) int {
		for _, k := range keys {
			if c := k.sign * compareNullFirst(k.get(a), k.get(b)); c != 0 {
				return c
			}
		}
		return a.id - b.id
	}, nil
}

func compareNullFirst(a, b any) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	}
	return compareValues(a, b)
}

// pick is the rows that match, ordered by id.
func (f filter) pick(rows []*record) []*record {
	if f.match == nil {
		return rows
	}
	var out []*record
	if f.ids != nil {
		for _, id := range f.ids {
			if i := position(rows, id); i < len(rows) && rows[i].id == id && f.match(rows[i]) == yes {
				out = append(out, rows[i])
			}
		}
		return out
	}
	for _, rec := range rows[position(rows, f.after+1):] {
		if f.match(rec) == yes {
			out = append(out, rec)
		}
	}
	return out
}

// sorted is the rows in the order of the sorter, the argument left as it is.
func (s sorter) sorted(rows []*record) []*record {
	if s == nil {
		return rows
	}
	return slices.SortedFunc(slices.Values(rows), s)
}
