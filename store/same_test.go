package store

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

// fill gives every field of value, however deep, a value of its own that is not the zero value, so that a field that is not stored shows.
func fill(t testing.TB, value reflect.Value, n *int) {
	t.Helper()
	*n++
	switch value.Interface().(type) {
	case time.Time:
		value.Set(reflect.ValueOf(started.Add(time.Duration(*n) * time.Minute)))
		return
	case decimal.Decimal:
		value.Set(reflect.ValueOf(decimal.New(int64(*n), -3)))
		return
	case billing.Date:
		value.Set(reflect.ValueOf(billing.NewDate(2026, time.January, 1).AddDays(*n)))
		return
	}
	switch value.Kind() {
	case reflect.String:
		value.SetString(fmt.Sprintf("text %d/%%<é>", *n))
	case reflect.Int, reflect.Int64:
		value.SetInt(int64(*n))
	case reflect.Bool:
		value.SetBool(true)
	case reflect.Pointer:
		value.Set(reflect.New(value.Type().Elem()))
		fill(t, value.Elem(), n)
	case reflect.Slice:
		value.Set(reflect.MakeSlice(value.Type(), 2, 2))
		for i := range value.Len() {
			fill(t, value.Index(i), n)
		}
	case reflect.Map:
		fillMap(t, value, n)
	case reflect.Interface:
		value.Set(reflect.ValueOf([]any{fmt.Sprintf("text %d", *n), *n, true, map[string]any{"inner": *n}}))
	case reflect.Struct:
		for field, inner := range value.Fields() {
			if field.IsExported() { // what a package keeps to itself while it works is not stored
				fill(t, inner, n)
			}
		}
	default:
		t.Fatalf("a field of type %v has no value here: teach fill", value.Type())
	}
}

func fillMap(t testing.TB, value reflect.Value, n *int) {
	t.Helper()
	value.Set(reflect.MakeMap(value.Type()))
	for i := range 2 {
		element := reflect.New(value.Type().Elem()).Elem()
		fill(t, element, n)
		value.SetMapIndex(reflect.ValueOf(fmt.Sprintf("name %d.%d", *n, i)), element)
	}
}

func filled[T any](t testing.TB) T {
	t.Helper()
	var value T
	n := 0
	fill(t, reflect.ValueOf(&value).Elem(), &n)
	return value
}

// wantSame compares by meaning: decimals by their value, times by their instant, everything else exactly; nil and empty lists differ.
func wantSame(t interface{ Errorf(string, ...any) }, got, want any) {
	if where := difference("", reflect.ValueOf(got), reflect.ValueOf(want)); where != "" {
		t.Errorf("not the same at %s", where)
	}
}

func difference(path string, a, b reflect.Value) string {
	switch {
	case a.IsValid() != b.IsValid():
		return fmt.Sprintf("%s: %v, want %v", path, a, b)
	case !a.IsValid():
		return ""
	case a.Type() != b.Type():
		return fmt.Sprintf("%s: %v, want %v", path, a.Type(), b.Type())
	}
	if same, known := sameMeaning(a, b); known {
		if same {
			return ""
		}
		return fmt.Sprintf("%s: %v, want %v", path, a, b)
	}
	switch a.Kind() {
	case reflect.Pointer, reflect.Interface:
		return difference(path, a.Elem(), b.Elem())
	case reflect.Struct:
		for i := range a.NumField() {
			if !a.Type().Field(i).IsExported() {
				continue
			}
			if where := difference(path+"."+a.Type().Field(i).Name, a.Field(i), b.Field(i)); where != "" {
				return where
			}
		}
	case reflect.Slice:
		for i := range a.Len() {
			if where := difference(fmt.Sprintf("%s[%d]", path, i), a.Index(i), b.Index(i)); where != "" {
				return where
			}
		}
	default: // a map
		for _, name := range b.MapKeys() {
			if where := difference(fmt.Sprintf("%s[%q]", path, name), a.MapIndex(name), b.MapIndex(name)); where != "" {
				return where
			}
		}
	}
	return ""
}

// sameMeaning compares what can be compared without looking at its parts; known is false when the parts decide.
func sameMeaning(a, b reflect.Value) (same, known bool) {
	switch x := a.Interface().(type) {
	case decimal.Decimal:
		return x.Equal(b.Interface().(decimal.Decimal)), true
	case time.Time:
		return x.Equal(b.Interface().(time.Time)), true
	case billing.Date:
		return x == b.Interface().(billing.Date), true
	}
	switch a.Kind() {
	case reflect.Pointer, reflect.Interface:
		return a.IsNil() && b.IsNil(), a.IsNil() || b.IsNil()
	case reflect.Slice, reflect.Map:
		return false, a.Len() != b.Len() || a.IsNil() != b.IsNil()
	case reflect.Struct:
		return false, false
	default:
		return a.Equal(b), true
	}
}

func TestDifference(t *testing.T) {
	type pair struct {
		List []int
		At   *time.Time
	}
	same := []struct{ a, b any }{{dec("1.50"), dec("1.5")}, {started, started.Local()}, {pair{}, pair{}}}
	for _, test := range same {
		if where := difference("", reflect.ValueOf(test.a), reflect.ValueOf(test.b)); where != "" {
			t.Errorf("%v and %v differ at %s", test.a, test.b, where)
		}
	}
	other := []struct{ a, b any }{{dec("1.5"), dec("1.51")}, {pair{List: []int{}}, pair{}}, {pair{At: &started}, pair{}}, {map[string]int{"a": 1}, map[string]int{"b": 1}}}
	for _, test := range other {
		if difference("", reflect.ValueOf(test.a), reflect.ValueOf(test.b)) == "" {
			t.Errorf("%v and %v are said to be the same", test.a, test.b)
		}
	}
}
