package setup

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	_ "time/tzdata" // the names of time zones, whatever the machine has

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
)

type noSource struct{}

func (noSource) Read(context.Context) (billing.Usage, error) { return billing.Usage{}, nil }

// testCatalogue holds kinds with every type of option, so that this package's tests need no real kind.
func testCatalogue(t testing.TB) *source.Catalogue {
	t.Helper()
	open := func(source.Config) (source.Source, error) { return noSource{}, nil }
	catalogue, err := source.NewCatalogue(
		source.Kind{Name: "csv", Summary: "a file", Open: open, Fields: []source.Field{
			{Name: "path", Type: source.TypePath, Required: true, Help: "the file"},
			{Name: "columns", Type: source.TypeMap, Choices: source.ColumnNames()},
			{Name: "decimal", Type: source.TypeChoice, Choices: source.NumberForms(), Default: "point"},
			{Name: "encoding", Type: source.TypeText, Default: "utf-8"},
		}, Validate: func(options source.Options) []source.OptionError {
			if options.Text("encoding", "") == "utf-9" {
				return []source.OptionError{{Option: "encoding", Message: "is unknown"}}
			}
			return nil
		}},
		source.Kind{Name: "http", Summary: "an address", Network: true, Open: open, Fields: []source.Field{
			{Name: "url", Type: source.TypeText, Required: true, Help: "the address"},
			{Name: "token", Type: source.TypeText, Secret: true},
			{Name: "pages", Type: source.TypeNumber},
			{Name: "follow", Type: source.TypeBool},
			{Name: "wait", Type: source.TypeDuration},
			{Name: "headers", Type: source.TypeMap},
			{Name: "tags", Type: source.TypeList},
		}},
	)
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err = catalogue.WithAlerts(
		source.AlertKind{Kind: source.Kind{Name: "mail", Summary: "a letter", Fields: []source.Field{
			{Name: "address", Type: source.TypeText, Secret: true},
			{Name: "subject", Type: source.TypeText},
			{Name: "size", Type: source.TypeNumber},
			{Name: "plain", Type: source.TypeBool},
			{Name: "tags", Type: source.TypeList},
		}}},
		source.AlertKind{Kind: source.Kind{Name: "file", Summary: "a file", Fields: []source.Field{
			{Name: "path", Type: source.TypePath, Required: true, Help: "where it is written"},
		}}, EveryRun: true},
	)
	if err != nil {
		t.Fatal(err)
	}
	return catalogue
}

func parse(t testing.TB, text string) (*Document, error) {
	t.Helper()
	return Parse([]byte(text), "setup.yaml", testCatalogue(t))
}

func mustParse(t testing.TB, text string) *Document {
	t.Helper()
	document, err := parse(t, text)
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// head is the least that a document needs; it has six lines.
const head = `version: 1
connection:
  site: cw.example.com
  company: acme
  client_id: 00000000-0000-0000-0000-000000000000
sources:
`

func TestTheContractsSampleIsUnderstoodAsPrinted(t *testing.T) {
	text, err := os.ReadFile("testdata/contract.yaml")
	if err != nil {
		t.Fatal(err)
	}
	document, err := Parse(text, filepath.Join("testdata", "contract.yaml"), testCatalogue(t))
	if err != nil {
		t.Fatal(err)
	}
	folder, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	s := document.Sources[0]
	if s.Options["path"] != filepath.Join(folder, "usage.csv") || s.Services[0].Product.Identifier != "MBX-BASIC" || s.Customers[0].Agreement != 811 ||
		document.Guards.MaxAge.String() != "26h" || document.Guards.MaxMonthlyDelta.Valid {
		t.Errorf("%+v", document)
	}
	// The sample shows every default, so a document with nothing but its names, ids and addresses is the same.
	short := mustParseIn(t, filepath.Join("testdata", "x.yaml"), head+`  - name: mail
    kind: csv
    options: {path: usage.csv}
    services:
      - {id: mbx-basic, name: Basic mailbox, product: MBX-BASIC}
    customers:
      - {id: "1001", name: Contoso, company: 250, agreement: 811}
`)
	if export(t, short) != export(t, document) || short.Digest() != document.Digest() {
		t.Errorf("the defaults are not those of the sample:\n%s", export(t, short))
	}
}

func mustParseIn(t testing.TB, file, text string) *Document {
	t.Helper()
	document, err := Parse([]byte(text), file, testCatalogue(t))
	if err != nil {
		t.Fatal(err)
	}
	return document
}

func export(t testing.TB, document *Document) string {
	t.Helper()
	text, err := document.Export()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheUsageSampleIsASetUp(t *testing.T) {
	file := filepath.Join("..", "..", "testdata", "usage", "setup.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	document := mustParseIn(t, file, string(text))
	s := document.Sources[0]
	if len(s.Services) != 5 || len(s.Customers) != 10 {
		t.Errorf("%d services, %d customers", len(s.Services), len(s.Customers))
	}
	if _, err := os.Stat(s.Options["path"].(string)); err != nil {
		t.Error(err)
	}
}

func TestShorthandsAndExactValues(t *testing.T) {
	document := mustParse(t, strings.Replace(head, "sources:", "guards: {drop_percent: 0.10, max_monthly_delta: 1500.00, max_age: 90m}\nsources:", 1)+`  - name: mail
    kind: csv
    options: {path: -, columns: {quantity: 2026, customer_id: "Customer ID"}}
    services:
      - {id: 007, product: {id: 12}}
      - {id: b, product: ""}
      - {id: c, product: {identifier: X}, price: {from: markup, percent: "15.50"}}
      - {id: d, product:}
    customers:
      - {id: 0042, name: "", prices: {007: 1.250, b: "3"}, additions: {b: 9}}
`)
	s := document.Sources[0]
	if s.Services[0].ID != "007" || s.Customers[0].ID != "0042" || s.Services[0].Product.ID != 12 || !s.Services[1].Product.IsZero() ||
		s.Services[2].Product.Identifier != "X" || !s.Services[3].Product.IsZero() || s.Options["path"] != "-" {
		t.Errorf("%+v", s)
	}
	columns, _ := s.Options["columns"].(map[string]any)
	if columns["quantity"] != "2026" || s.Customers[0].Additions["b"] != 9 {
		t.Errorf("%+v", s)
	}
	text := export(t, document)
	for _, want := range []string{`drop_percent: "0.10"`, `max_monthly_delta: "1500.00"`, `max_age: "90m"`, `{from: markup, percent: "15.50"}`, `"007": "1.250"`} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not in\n%s", want, text)
		}
	}
}

func TestDigestIsOfTheMeaning(t *testing.T) {
	a := mustParse(t, head+"  - {name: mail, kind: csv, options: {path: x}, markup_percent: 1.50}\n")
	b := mustParse(t, "# other\n"+head+"  - name: mail\n    kind: csv\n    options:\n      path: x\n    markup_percent: '1.5'\n    sync: true\n")
	c := mustParse(t, head+"  - {name: mail, kind: csv, options: {path: x}, markup_percent: 1.51}\n")
	if a.Digest() != b.Digest() || len(a.Digest()) != 64 {
		t.Errorf("%s and %s", a.Digest(), b.Digest())
	}
	if a.Digest() == c.Digest() {
		t.Error("another markup, the same digest")
	}
}

func TestRelativePaths(t *testing.T) {
	text := strings.Replace(head, "  company", "  ca_file: ca.pem\n  company", 1) + "  - {name: mail, kind: csv, options: {path: ../usage}}\n"
	working, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for file, folder := range map[string]string{"": working, "-": working, "a/setup.yaml": filepath.Join(working, "a"), "/etc/cwsync/setup.yaml": "/etc/cwsync"} {
		document := mustParseIn(t, file, text)
		if got := document.Connection.CAFile; got != filepath.Join(folder, "ca.pem") {
			t.Errorf("%q: ca_file %s", file, got)
		}
		if got := document.Sources[0].Options["path"]; got != filepath.Join(filepath.Dir(folder), "usage") {
			t.Errorf("%q: path %s", file, got)
		}
	}
}

func TestAnEmptySetUpIsFine(t *testing.T) {
	for _, end := range []string{"", " []", " # none yet"} {
		document := mustParse(t, strings.TrimSuffix(head, "\n")+end+"\n")
		if document.Sources != nil || document.Alerts != nil {
			t.Errorf("%+v", document)
		}
	}
}

func TestAlertsKeepTheirOptions(t *testing.T) {
	document := mustParse(t, strings.Replace(head, "sources:", `alerts:
  - name: ops
    on: [held, failed]
    kind: mail
    options: {subject: Billing, size: 25, plain: true, tags: [a, b]}
  - {name: monitor, kind: file, options: {path: x.prom}}
  - {name: full, on: [held, partial, failed, unknown, done], kind: file, options: {path: /y.prom}}
sources:`, 1))
	options := source.Options(document.Alerts[0].Options)
	if options.Text("subject", "") != "Billing" || options.Number("size", 0) != 25 || !options.Bool("plain", false) || len(options.List("tags")) != 2 {
		t.Errorf("%#v", options)
	}
	if path := document.Alerts[1].Options["path"].(string); !filepath.IsAbs(path) || document.Alerts[1].On != nil {
		t.Errorf("%+v: a path is relative to the document, and what hears of every run has no `on`", document.Alerts[1])
	}
	if again := mustParse(t, export(t, document)); export(t, again) != export(t, document) {
		t.Error("alerts change on the way")
	}
}

func TestOptionsOfEveryType(t *testing.T) {
	document := mustParse(t, head+`  - name: api
    kind: http
    options: {url: "https://api.example.com", pages: 3, follow: true, wait: 30s, headers: {Accept: json, X: 1}, tags: [a, 2]}
`)
	options := source.Options(document.Sources[0].Options)
	if options.Number("pages", 0) != 3 || !options.Bool("follow", false) || options.Duration("wait", 0).Seconds() != 30 || options.Map("headers")["X"] != "1" ||
		options.List("tags")[1] != "2" {
		t.Errorf("%#v", options)
	}
}
