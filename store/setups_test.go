package store

import (
	"errors"
	"fmt"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/setup"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

func TestSetupRoundTripOfEveryField(t *testing.T) {
	p := newProfile(t)
	document := filled[setup.Document](t)
	check(t, p.ReplaceSetup(t.Context(), &document))
	got, ok, err := p.LoadSetup(t.Context())
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	wantSame(t, got, &document)
}

func TestSetupRoundTripOfAny(t *testing.T) {
	p := newProfile(t)
	rapid.Check(t, func(t *rapid.T) {
		document := anyDocument(t)
		if err := p.ReplaceSetup(background(), document); err != nil {
			t.Fatal(err)
		}
		got, ok, err := p.LoadSetup(background())
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		wantSame(t, got, document)
		digest, ok, err := p.SetupDigest(background())
		if err != nil || !ok || digest != got.Digest() {
			t.Fatalf("digest %q, %v, %v, want %q", digest, ok, err, got.Digest())
		}
	})
}

func TestNoSetup(t *testing.T) {
	p := newProfile(t)
	for _, write := range []bool{false, true} { // a profile that was never written, and one that was
		if write {
			check(t, p.SetSetting(t.Context(), "k", "v"))
		}
		if document, ok, err := p.LoadSetup(t.Context()); document != nil || ok || err != nil {
			t.Errorf("a set-up from nowhere: %v %v %v", document, ok, err)
		}
		if digest, ok, err := p.SetupDigest(t.Context()); digest != "" || ok || err != nil {
			t.Errorf("a digest from nowhere: %v %v %v", digest, ok, err)
		}
	}
}

func TestReplaceSetupKeepsTheRest(t *testing.T) {
	p, _ := begun(t)
	check(t, own(t, p, "r1", 1, owned(1, "12.5")))
	check(t, p.store.Profile("branch").ReplaceSetup(t.Context(), &setup.Document{Version: 7}))
	first, second := filled[setup.Document](t), setup.Document{Version: 1}
	check(t, p.ReplaceSetup(t.Context(), &first))
	check(t, p.ReplaceSetup(t.Context(), &second))
	got, _, err := p.LoadSetup(t.Context())
	check(t, err)
	wantSame(t, got, &second)
	if len(must[[]RunSummary](t)(p.Runs(t.Context(), 0))) != 1 {
		t.Error("the history is gone")
	}
	if owned, err := p.Owned(t.Context()); err != nil || len(owned) != 1 {
		t.Error("the ownership is gone", err)
	}
	if other, _, err := p.store.Profile("branch").LoadSetup(t.Context()); err != nil || other.Version != 7 {
		t.Error("another profile's set-up was touched", err)
	}
	var rows int
	const left = "SELECT (SELECT count(*) FROM sources) + (SELECT count(*) FROM mappings) + (SELECT count(*) FROM links) + (SELECT count(*) FROM alerts)"
	check(t, p.store.reader.QueryRowContext(t.Context(), left).Scan(&rows))
	if rows != 0 {
		t.Errorf("%d rows of the old set-up are left", rows)
	}
}

func TestReplaceSetupIsAllOrNothing(t *testing.T) {
	document := func(change func(*setup.Document)) *setup.Document {
		d := filled[setup.Document](t)
		change(&d)
		return &d
	}
	tests := map[string]*setup.Document{
		"none": nil,
		"an option that would come back as something else": document(func(d *setup.Document) { d.Sources[1].Options["x"] = 1.5 }),
		"such an option deep inside":                       document(func(d *setup.Document) { d.Alerts[1].Options["x"] = map[string]any{"y": []any{1.5}} }),
		"a number too large":                               document(func(d *setup.Document) { d.Alerts[1].Options["x"] = uint64(1) << 63 }),
		"a source twice":                                   document(func(d *setup.Document) { d.Sources[1].Name = d.Sources[0].Name }),
		"a service twice": document(func(d *setup.Document) {
			d.Sources[1].Services[1].ID = d.Sources[1].Services[0].ID
		}),
		"a customer twice": document(func(d *setup.Document) {
			d.Sources[1].Customers[1].ID = d.Sources[1].Customers[0].ID
		}),
	}
	p := newProfile(t)
	before := &setup.Document{Version: 1, Sources: []billing.Source{{Name: "old"}}}
	check(t, p.ReplaceSetup(t.Context(), before))
	for name, broken := range tests {
		if err := p.ReplaceSetup(t.Context(), broken); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
		got, _, err := p.LoadSetup(t.Context())
		check(t, err)
		wantSame(t, got, before)
	}
}

func TestOptionsOfOtherTypes(t *testing.T) {
	text := must[string](t)(optionsText(map[string]any{"list": []string{"a"}, "map": map[string]string{"b": "c"}, "n": int64(-5), "u": uint64(7), "nothing": nil}))
	want := map[string]any{"list": []any{"a"}, "map": map[string]any{"b": "c"}, "n": -5, "u": 7, "nothing": nil}
	wantSame(t, must[map[string]any](t)(parseOptions(text)), want)
}

func anyText(t *rapid.T, name string) string {
	return rapid.OneOf(rapid.SampledFrom([]string{"", "a", "é日本", "<&>\u2028", "a\x00b", `"\`, "1.0", "null"}), rapid.String()).Draw(t, name)
}

func anyTexts(t *rapid.T, name string) []string {
	if rapid.Bool().Draw(t, name+" nil") {
		return nil
	}
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string { return anyText(t, name) }), 0, 3).Draw(t, name)
}

func anyDecimal(t *rapid.T, name string) decimal.Decimal {
	return decimal.New(rapid.Int64().Draw(t, name), rapid.Int32Range(-12, 3).Draw(t, name+" exponent"))
}

func anyNullDecimal(t *rapid.T, name string) decimal.NullDecimal {
	if rapid.Bool().Draw(t, name+" absent") {
		return decimal.NullDecimal{}
	}
	return decimal.NewNullDecimal(anyDecimal(t, name))
}

func anyOption(t *rapid.T, depth int) any {
	kinds := 3
	if depth > 0 {
		kinds = 5
	}
	switch rapid.IntRange(1, kinds).Draw(t, "kind") {
	case 1:
		return anyText(t, "text")
	case 2:
		return rapid.Bool().Draw(t, "switch")
	case 3:
		return rapid.Int().Draw(t, "number")
	case 4:
		list := make([]any, rapid.IntRange(0, 3).Draw(t, "length"))
		for i := range list {
			list[i] = anyOption(t, depth-1)
		}
		return list
	}
	return anyMap(t, func() any { return anyOption(t, depth-1) })
}

func anyMap[V any](t *rapid.T, value func() V) map[string]V {
	all := map[string]V{}
	for range rapid.IntRange(0, 3).Draw(t, "entries") {
		all[anyText(t, "name")] = value()
	}
	return all
}

func anyMapOrNil[V any](t *rapid.T, value func() V) map[string]V {
	if rapid.Bool().Draw(t, "nil map") {
		return nil
	}
	return anyMap(t, value)
}

func anyOptions(t *rapid.T) map[string]any {
	return anyMapOrNil(t, func() any { return anyOption(t, 2) })
}

func anyDocument(t *rapid.T) *setup.Document {
	d := &setup.Document{
		Version:    rapid.Int().Draw(t, "version"),
		Connection: setup.Connection{Site: anyText(t, "site"), Company: anyText(t, "company"), ClientID: anyText(t, "client"), CAFile: anyText(t, "ca"), TimeZone: anyText(t, "zone")},
		Defaults:   setup.Defaults{ProductClass: anyText(t, "class"), ProductType: anyText(t, "type"), Category: anyText(t, "category"), Subcategory: anyText(t, "sub"), Unit: anyText(t, "unit")},
		Guards: billing.Guards{
			DropPercent: anyDecimal(t, "g1"), DropUnits: anyDecimal(t, "g2"), RisePercent: anyDecimal(t, "g3"), RiseUnits: anyDecimal(t, "g4"),
			MissingPercent: anyDecimal(t, "g5"), MaxAge: billing.Duration(rapid.Int64().Draw(t, "age")), MaxMonthlyDelta: anyNullDecimal(t, "g6"),
		},
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "alerts") {
		d.Alerts = append(d.Alerts, setup.Alert{
			Name: fmt.Sprint(anyText(t, "alert"), i), On: anyTexts(t, "on"), Kind: anyText(t, "alert kind"), Options: anyOptions(t),
		})
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "sources") {
		d.Sources = append(d.Sources, anySource(t, i))
	}
	return d
}

func anySource(t *rapid.T, i int) billing.Source {
	s := billing.Source{
		Name: fmt.Sprint(anyText(t, "source"), i), Kind: anyText(t, "source kind"), Options: anyOptions(t), Sync: rapid.Bool().Draw(t, "s1"),
		Complete: rapid.Bool().Draw(t, "s2"), OnMissing: billing.OnMissing(anyText(t, "missing")), OnZero: billing.OnZero(anyText(t, "zero")),
		OnDrift: billing.OnDrift(anyText(t, "drift")), PricePer: billing.PricePer(anyText(t, "per")), MarkupPercent: anyDecimal(t, "markup"),
		Write:      rapid.SampledFrom([][]billing.Field{nil, {}, {billing.FieldQuantity, billing.FieldPrice}}).Draw(t, "write"),
		BillStatus: rapid.SampledFrom([][]billing.Status{nil, {}, {billing.StatusTrial}}).Draw(t, "bill"),
	}
	for n := range rapid.IntRange(0, 3).Draw(t, "services") {
		s.Services = append(s.Services, billing.Service{
			ID: fmt.Sprint(anyText(t, "service"), n), Name: anyText(t, "name"), Product: billing.ProductRef{Identifier: anyText(t, "p"), ID: rapid.Int().Draw(t, "pid")},
			CreateProduct: rapid.Bool().Draw(t, "b1"), UpdateProduct: rapid.Bool().Draw(t, "b2"), Deprecated: rapid.Bool().Draw(t, "b3"),
			Sync: rapid.Bool().Draw(t, "b4"), Merge: billing.Merge(anyText(t, "merge")), Includes: anyTexts(t, "includes"), Basis: anyText(t, "basis"),
			Taxable: billing.Taxable(anyText(t, "tax")), Price: billing.PriceRule{From: billing.PriceFrom(anyText(t, "from")), Percent: anyNullDecimal(t, "percent")},
			Quantity: billing.QuantityRule{
				DivideBy: anyDecimal(t, "q1"), Included: anyDecimal(t, "q2"), Minimum: anyDecimal(t, "q3"), Round: billing.Rounding(anyText(t, "round")),
			},
			Change: billing.ChangeMode(anyText(t, "change")),
		})
	}
	for n := range rapid.IntRange(0, 3).Draw(t, "customers") {
		s.Customers = append(s.Customers, billing.Customer{
			ID: fmt.Sprint(anyText(t, "customer"), n), Name: anyText(t, "name"), Company: rapid.Int().Draw(t, "co"), Agreement: rapid.Int().Draw(t, "ag"),
			Sync: rapid.Bool().Draw(t, "b5"), ServicesOff: anyTexts(t, "off"), DiscountPercent: anyDecimal(t, "discount"),
			Prices:    anyMapOrNil(t, func() decimal.Decimal { return anyDecimal(t, "price") }),
			Additions: anyMapOrNil(t, func() int { return rapid.Int().Draw(t, "addition") }),
		})
	}
	return s
}
