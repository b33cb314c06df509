package setup

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
)

// The generators below draw any valid document, with the strangest texts that are allowed.

func drawText(t *rapid.T, label string) string {
	text := rapid.OneOf(
		rapid.SampledFrom([]string{"yes", "null", "~", "true", "007", "1e3", "0x10", "-", "- a", "a: b", "#x", "a #b", "'", "\"", "\\", "{}", "[x]", "&a", "*a", "!x", "%", "@", "`", "|", ">", "?", "=", "<<",
			"2026-11-21", ".inf", "ü株😀", "a\\nb", "…", "\u00a0x\u00a0", "a\u200db", "\U000e0001", "e\u0301"}),
		rapid.String(),
		rapid.StringMatching(`[a-z]{1,8}`),
	).Draw(t, label)
	text = strings.TrimSpace(strings.ToValidUTF8(text, ""))
	if source.IDProblem(text) != "" {
		return "plain"
	}
	return text
}

func drawDecimal(t *rapid.T, label string, least, most int64) decimal.Decimal {
	whole := rapid.Int64Range(least, most-1).Draw(t, label)
	places := rapid.Int32Range(0, 6).Draw(t, label+" places")
	value, err := billing.ParseDecimal(decimal.New(whole, 0).StringFixed(places))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func drawIDs(t *rapid.T, label string, most int) []string {
	return rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) string { return drawText(t, label) }), 0, most, rapid.ID[string]).Draw(t, label)
}

// some draws a part of ids; nil when it is empty.
func some(t *rapid.T, label string, ids []string) []string {
	var part []string
	for _, id := range ids {
		if rapid.Bool().Draw(t, label) {
			part = append(part, id)
		}
	}
	return part
}

func pick[T any](t *rapid.T, label string, from ...T) T {
	return rapid.SampledFrom(from).Draw(t, label)
}

func drawDocument(t *rapid.T) *Document {
	d := &Document{
		Version:    1,
		Connection: Connection{Site: pick(t, "site", "cw.example.com", "https://cw.example.com:8443/x", "http://[::1]:80"), Company: "acme", ClientID: "01234567-89ab-CDEF-0123-456789abcdef"},
		Defaults: Defaults{ProductClass: drawText(t, "class"), ProductType: drawText(t, "type"), Category: drawText(t, "category"),
			Subcategory: drawText(t, "subcategory"), Unit: drawText(t, "unit")},
		Guards: billing.Guards{DropPercent: drawDecimal(t, "drop", 0, 1000), DropUnits: drawDecimal(t, "units", 0, 1000), RisePercent: drawDecimal(t, "rise", 0, 1000),
			RiseUnits: drawDecimal(t, "units", 0, 1000), MissingPercent: drawDecimal(t, "missing", 0, 100), MaxAge: billing.Duration(rapid.Int64Range(1, int64(1000*time.Hour)).Draw(t, "age"))},
	}
	d.Connection.CAFile = pick(t, "ca", "", "/etc/ca file.pem")
	d.Connection.TimeZone = pick(t, "zone", "", "Europe/Berlin", "UTC")
	if rapid.Bool().Draw(t, "delta") {
		d.Guards.MaxMonthlyDelta = decimal.NewNullDecimal(drawDecimal(t, "delta", 0, 100000))
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "alerts") {
		alert := Alert{Name: fmt.Sprintf("alert-%d", i), On: []string{pick(t, "on", alertMoments()...)}, Kind: "mail"}
		if rapid.Bool().Draw(t, "options") {
			alert.Options = map[string]any{"subject": drawText(t, "value"), "tags": []any{drawText(t, "value"), "x"}, "size": 3, "plain": true}
		}
		d.Alerts = append(d.Alerts, alert)
	}
	if rapid.Bool().Draw(t, "monitor") {
		d.Alerts = append(d.Alerts, Alert{Name: "monitor", Kind: "file", Options: map[string]any{"path": "/x.prom"}})
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "sources") {
		d.Sources = append(d.Sources, drawSource(t, i))
	}
	return d
}

// drawPath draws standard input for the first source only: it can be read once.
func drawPath(t *rapid.T, i int) string {
	if i > 0 {
		return pick(t, "path", "/a b/c.csv", "/ü/x: y.csv")
	}
	return pick(t, "path", "-", "/a b/c.csv", "/ü/x: y.csv")
}

func drawSource(t *rapid.T, i int) billing.Source {
	s := billing.Source{
		Name: fmt.Sprintf("source%d", i), Kind: "csv", Options: map[string]any{"path": drawPath(t, i)},
		Sync: rapid.Bool().Draw(t, "sync"), Complete: rapid.Bool().Draw(t, "complete"), OnMissing: billing.MissingHold,
		OnZero: pick(t, "zero", billing.ZeroZero, billing.ZeroCancel), OnDrift: pick(t, "drift", billing.DriftHold, billing.DriftOverwrite),
		Write:    rapid.Permutation([]billing.Field{"quantity", "price", "cost", "taxable"}).Draw(t, "write")[:rapid.IntRange(1, 4).Draw(t, "fields")],
		PricePer: pick(t, "per", billing.PerMonth, billing.PerCycle), BillStatus: []billing.Status{pick(t, "status", billing.StatusActive, billing.StatusTrial)},
		MarkupPercent: drawDecimal(t, "markup", -100, 10000),
	}
	if s.Complete {
		s.OnMissing = pick(t, "missing", billing.MissingHold, billing.MissingZero, billing.MissingCancel)
	}
	if rapid.Bool().Draw(t, "columns") {
		s.Options["columns"] = map[string]any{"quantity": drawText(t, "column")}
	}
	ids := drawIDs(t, "service", 4)
	for j, id := range ids {
		s.Services = append(s.Services, drawService(t, id, ids[:j], j))
	}
	for _, id := range drawIDs(t, "customer", 4) {
		s.Customers = append(s.Customers, drawCustomer(t, id, ids))
	}
	return s
}

func drawService(t *rapid.T, id string, earlier []string, j int) billing.Service {
	s := billing.Service{
		ID: id, Name: source.CleanName(drawText(t, "name")), CreateProduct: rapid.Bool().Draw(t, "create"), UpdateProduct: rapid.Bool().Draw(t, "update"),
		Deprecated: rapid.Bool().Draw(t, "deprecated"), Sync: rapid.Bool().Draw(t, "sync"), Merge: pick(t, "merge", billing.MergeNone, billing.MergeSum, billing.MergeMax),
		Includes: some(t, "includes", earlier), Basis: drawText(t, "basis"), Taxable: pick(t, "taxable", billing.TaxableProduct, billing.TaxableYes, billing.TaxableNo),
		Price: billing.PriceRule{From: pick(t, "from", billing.PriceKeep, billing.PriceSource, billing.PriceCatalog, billing.PriceMarkup)},
		Quantity: billing.QuantityRule{DivideBy: drawDecimal(t, "divide", 1, 1000), Included: drawDecimal(t, "included", 0, 1000), Minimum: drawDecimal(t, "minimum", 0, 1000),
			Round: pick(t, "round", billing.RoundNone, billing.RoundUp, billing.RoundDown, billing.RoundHalfUp)},
		Change: pick(t, "change", billing.InPlace, billing.Dated),
	}
	switch rapid.IntRange(0, 2).Draw(t, "product") {
	case 1:
		s.Product.Identifier = fmt.Sprintf("%d %s", j, drawText(t, "identifier"))
		if len([]rune(s.Product.Identifier)) > source.MaxText {
			s.Product.Identifier = ""
		}
	case 2:
		s.Product.ID, s.CreateProduct = j+1, false
	}
	if s.Price.From == billing.PriceMarkup && rapid.Bool().Draw(t, "percent") {
		s.Price.Percent = decimal.NewNullDecimal(drawDecimal(t, "percent", -100, 10000))
	}
	return s
}

func drawCustomer(t *rapid.T, id string, services []string) billing.Customer {
	c := billing.Customer{ID: id, Name: source.CleanName(drawText(t, "name")), Sync: rapid.Bool().Draw(t, "sync"), ServicesOff: some(t, "off", services), DiscountPercent: drawDecimal(t, "discount", 0, 100)}
	if rapid.Bool().Draw(t, "linked") {
		c.Company, c.Agreement = rapid.IntRange(1, 1<<30).Draw(t, "company"), rapid.IntRange(1, 1<<30).Draw(t, "agreement")
	}
	for _, service := range some(t, "prices", services) {
		if c.Prices == nil {
			c.Prices = map[string]decimal.Decimal{}
		}
		c.Prices[service] = drawDecimal(t, "price", 0, 1000)
	}
	for _, service := range some(t, "additions", services) {
		if c.Additions == nil {
			c.Additions = map[string]int{}
		}
		c.Additions[service] = rapid.IntRange(1, 1000).Draw(t, "addition")
	}
	return c
}

func TestWhatIsExportedIsReadBackTheSame(t *testing.T) {
	catalogue := testCatalogue(t)
	rapid.Check(t, func(t *rapid.T) {
		document := drawDocument(t)
		text, err := document.Export()
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse(text, "setup.yaml", catalogue)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if !reflect.DeepEqual(again, document) {
			t.Fatalf("%+v\nbecomes\n%+v\n%s", document, again, text)
		}
		second, err := again.Export()
		if err != nil || string(second) != string(text) {
			t.Fatalf("%v\n%s\nbecomes\n%s", err, text, second)
		}
		if again.Digest() != document.Digest() {
			t.Fatal("the digest changes")
		}
	})
}

func TestExportRefusesWhatYAMLCannotHold(t *testing.T) {
	document := mustParse(t, head)
	document.Connection.Company = "a\xff"
	if _, err := document.Export(); err == nil {
		t.Error("invalid UTF-8 is exported")
	}
	document = mustParse(t, head)
	document.Alerts = []Alert{{Name: "a", Kind: "x", Options: map[string]any{"f": 1.5}}}
	if _, err := document.Export(); err == nil || document.Digest() != "" {
		t.Error("a float is exported")
	}
}

func BenchmarkParse10000Customers(b *testing.B) {
	var text strings.Builder
	text.WriteString(head + "  - name: mail\n    kind: csv\n    options: {path: x}\n    customers:\n")
	for i := range 10_000 {
		fmt.Fprintf(&text, "      - {id: \"%d\", name: Customer number %d, company: %d, agreement: %d}\n", i, i, i+1, i+1)
	}
	full := export(b, mustParse(b, text.String()))
	b.SetBytes(int64(len(full)))
	for b.Loop() {
		mustParse(b, full)
	}
}
