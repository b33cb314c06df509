package store

import (
	"encoding/json"
	"reflect"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// wantJSON holds the hand-written encoding to that of encoding/json, which the golden names are of.
func wantJSON(t interface {
	Errorf(string, ...any)
	Fatal(...any)
}, change *plan.Change,
) {
	stored := storeChange(change)
	got, err := appendChange([]byte("["), &stored)
	if err != nil {
		t.Fatal(err)
	}
	want, err := json.Marshal(stored)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != "["+string(want) {
		t.Errorf("got  %s\nwant [%s", got, want)
	}
}

func TestAppendChange(t *testing.T) {
	whole := filled[plan.Change](t)
	wantJSON(t, &whole)
	wantJSON(t, &plan.Change{})
	usual := update(1)
	wantJSON(t, &usual)
}

// TestAppendEachField has one field set at a time: a field that is left out, or that is written although it is zero, shows.
func TestAppendEachField(t *testing.T) {
	whole := reflect.ValueOf(filled[plan.Change](t))
	for i := range whole.NumField() {
		var change plan.Change
		reflect.ValueOf(&change).Elem().Field(i).Set(whole.Field(i))
		wantJSON(t, &change)
	}
	for _, part := range []func(c *plan.Change) *plan.Values{
		func(c *plan.Change) *plan.Values { return &c.Before },
		func(c *plan.Change) *plan.Values { return &c.After },
		func(c *plan.Change) *plan.Values { return &c.Wanted },
	} {
		values := reflect.ValueOf(filled[plan.Values](t))
		for i := range values.NumField() {
			var change plan.Change
			reflect.ValueOf(part(&change)).Elem().Field(i).Set(values.Field(i))
			wantJSON(t, &change)
		}
	}
}

func TestAppendOddValues(t *testing.T) {
	wantJSON(t, &plan.Change{Warnings: []string{}, Open: []plan.Addition{}, Releases: []int{}})
	wantJSON(t, &plan.Change{Open: []plan.Addition{{}}, Before: plan.Values{Taxable: new(bool)}})
	wantJSON(t, &plan.Change{Customer: plan.Named{Name: "x"}, Company: plan.Numbered{Name: "x"}, Product: plan.Product{Identifier: "x"}})
	for _, text := range []string{"0", "-0", "-5", "0.00", "1.50", "1e3", "999999999999999999", "1000000000000000000", "-9223372036854775808", "123456789012345678901234567890.5"} {
		wantJSON(t, &plan.Change{Quantity: nullDec(text), MonthlyDelta: dec(text)})
	}
	wantJSON(t, &plan.Change{Quantity: decimal.NullDecimal{Decimal: dec("7")}}) // no value, and yet not the zero one
	wantJSON(t, &plan.Change{Quantity: decimal.NullDecimal{Valid: true}})
}

func TestAppendAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })).Draw(t, "text")
		wantJSON(t, &plan.Change{Key: billing.Key{Customer: text}, Reason: text, Warnings: []string{text}})
	})
}

// TestParseKeyAsBilling: what is read faster here is read in the same way.
func TestParseKeyAsBilling(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.StringMatching(`[a-c/% ~0-9é\x00-\x20]{0,12}`), rapid.Map(rapid.Custom(anyKey), billing.Key.String)).Draw(t, "key")
		want, err := billing.ParseKey(text)
		if got, ok := parsePlainKey(text); ok && (err != nil || got != want) {
			t.Errorf("%q is read as %+v, not as %+v, %v", text, got, want, err)
		}
		if got, gotErr := parseKey(text); err == nil && (gotErr != nil || got != want) {
			t.Errorf("%q is read as %+v, %v, not as %+v", text, got, gotErr, want)
		}
	})
}

func anyKey(t *rapid.T) billing.Key {
	part := func(name string) string { return rapid.StringMatching(`[a-c/%é \x7f]{0,4}`).Draw(t, name) }
	return billing.Key{Source: part("source"), Customer: part("customer"), Service: part("service")}
}
