package cwsim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// getter reads one field of a record.
type getter func(*record) any

var infoField = &field{name: "lastUpdated", kind: kindDate}

// field resolves a name or a slashed path of a condition.
func (p *parser) field(path string) (getter, *field, error) {
	if p.prefix != "" {
		rest, ok := strings.CutPrefix(path, p.prefix+"/")
		if !ok {
			return nil, nil, fmt.Errorf("%s is not part of %s", path, p.prefix)
		}
		path = rest
	}
	return p.w.getter(p.res, path)
}

func (w *World) getter(res *resource, path string) (getter, *field, error) {
	if path == "_info/lastUpdated" || path == "lastUpdated" {
		return func(r *record) any { return r.info.updated }, infoField, nil
	}
	head, rest, deeper := strings.Cut(path, "/")
	i, ok := res.index[head]
	if !ok {
		return nil, nil, fmt.Errorf("%s has no field %s", res.name, path)
	}
	f := res.fields[i]
	if !deeper {
		return func(r *record) any { return w.value(r, i) }, f, nil
	}
	if f.kind != kindRef {
		return nil, nil, fmt.Errorf("%s of %s is not a reference", head, res.name)
	}
	target := w.tables[f.to]
	for _, rf := range target.res.reference {
		if rf.name != rest {
			continue
		}
		if rest == "id" {
			return func(r *record) any {
				if id, ok := w.value(r, i).(ref); ok {
					return int(id)
				}
				return nil
			}, target.res.fields[0], nil
		}
		last := rf.path[strings.LastIndexByte(rf.path, '/')+1:]
		return func(r *record) any {
			v, _ := w.lookup(r, head+"/"+rf.path)
			return v
		}, &field{name: last, kind: kindText}, nil
	}
	return nil, nil, fmt.Errorf("%s has no field %s", res.name, path)
}

// literal reads a value and checks that the field can be compared with it.
func (p *parser) literal(f *field) (any, error) {
	t := p.take()
	bad := fmt.Errorf("%s cannot be compared with the value at position %d", f.name, t.at)
	switch {
	case t.kind == tokWord && strings.EqualFold(t.text, "null"):
		return nil, nil
	case f.kind == kindFlag && t.kind == tokWord:
		if b, err := strconv.ParseBool(strings.ToLower(t.text)); err == nil && len(t.text) > 1 {
			return b, nil
		}
	case f.kind == kindInt && t.kind == tokNumber:
		if n, err := strconv.Atoi(t.text); err == nil {
			return n, nil
		}
	case f.kind == kindNumber && t.kind == tokNumber:
		if d, err := decimal.NewFromString(t.text); err == nil {
			return d, nil
		}
	case f.kind == kindText && t.kind == tokText, f.kind == kindDate && t.kind == tokTime:
		return t.text, nil
	}
	return nil, bad
}

func compareWith(get getter, op string, lit any) (predicate, error) {
	if lit == nil {
		switch op {
		case "=":
			return func(r *record) truth { return toTruth(get(r) == nil) }, nil
		case "!=":
			return func(r *record) truth { return toTruth(get(r) != nil) }, nil
		}
		return nil, fmt.Errorf("null can only be compared with = and !=")
	}
	hold := map[string]func(int) bool{
		"=":  func(c int) bool { return c == 0 },
		"!=": func(c int) bool { return c != 0 },
		"<":  func(c int) bool { return c < 0 },
		"<=": func(c int) bool { return c <= 0 },
		">":  func(c int) bool { return c > 0 },
		">=": func(c int) bool { return c >= 0 },
	}[op]
	return func(r *record) truth {
		v := get(r)
		if v == nil {
			return unknown
		}
		return toTruth(hold(compareValues(v, lit)))
	}, nil
}

func anyOf(get getter, values []any) predicate {
	if ids := onlyIDs(values); ids != nil {
		return func(r *record) truth {
			n, ok := get(r).(int)
			if !ok {
				return unknown
			}
			_, found := slices.BinarySearch(ids, n)
			return toTruth(found)
		}
	}
	return func(r *record) truth {
		v := get(r)
		if v == nil {
			return unknown
		}
		for _, lit := range values {
			if lit != nil && compareValues(v, lit) == 0 {
				return yes
			}
		}
		return no
	}
}

// compareValues orders two values of one kind; text without regard to case, as
// a database with the usual collation does.
func compareValues(a, b any) int {
	switch x := a.(type) {
	case int:
		if y, ok := b.(int); ok {
			return x - y
		}
	case decimal.Decimal:
		if y, ok := b.(decimal.Decimal); ok {
			return x.Cmp(y)
		}
	case bool:
		if y, ok := b.(bool); ok {
			return int(toTruth(x)) - int(toTruth(y))
		}
	case string:
		if y, ok := b.(string); ok {
			if strings.EqualFold(x, y) {
				return 0
			}
			return strings.Compare(strings.ToLower(x), strings.ToLower(y))
		}
	}
	return 1
}

// onlyIDs is the sorted list where all values are integers, else nil.
func onlyIDs(values []any) []int {
	ids := make([]int, 0, len(values))
	for _, v := range values {
		n, ok := v.(int)
		if !ok {
			return nil
		}
		ids = append(ids, n)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func toTruth(b bool) truth {
	if b {
		return yes
	}
	return no
}

func both(a, b filter) filter {
	out := filter{
		match: func(r *record) truth { return min(a.match(r), b.match(r)) },
		ids:   a.ids, after: max(a.after, b.after),
	}
	if out.ids == nil {
		out.ids = b.ids
	}
	return out
}

func either(a, b filter) filter {
	out := filter{match: func(r *record) truth { return max(a.match(r), b.match(r)) }}
	if a.ids != nil && b.ids != nil {
		out.ids = slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(a.ids), b.ids...))))
	}
	return out
}

// likeMatcher understands * and % as any text, and [[] as a literal bracket.
func likeMatcher(pattern string) func(string) bool {
	pattern = strings.ReplaceAll(strings.ToLower(pattern), "[[]", "[")
	parts := strings.FieldsFunc(pattern, isWildcard)
	head := pattern != "" && !isWildcard(rune(pattern[0]))
	tail := pattern != "" && !isWildcard(rune(pattern[len(pattern)-1]))
	whole := !strings.ContainsFunc(pattern, isWildcard)
	return func(s string) bool {
		s = strings.ToLower(s)
		if whole {
			return s == pattern
		}
		return matchParts(s, parts, head, tail)
	}
}

// matchParts looks for the parts in order; head and tail pin the outer ones.
func matchParts(s string, parts []string, head, tail bool) bool {
	for i, part := range parts {
		last := i == len(parts)-1
		switch {
		case i == 0 && head:
			if !strings.HasPrefix(s, part) {
				return false
			}
			s = s[len(part):]
		case last && tail:
			return strings.HasSuffix(s, part)
		default:
			at := strings.Index(s, part)
			if at < 0 {
				return false
			}
			s = s[at+len(part):]
		}
	}
	return true
}

func isWildcard(r rune) bool { return r == '*' || r == '%' }

func containsMatcher(part string) func(string) bool {
	part = strings.ToLower(part)
	return func(s string) bool { return strings.Contains(strings.ToLower(s), part) }
}
