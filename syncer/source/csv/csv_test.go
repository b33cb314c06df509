package csv

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
)

const usageFolder = "../../../testdata/usage"

var now = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func read(ctx context.Context, t testing.TB, options source.Options, stdin string) (billing.Usage, error) {
	t.Helper()
	if err := Kind().Check(options); err != nil {
		t.Fatal(err)
	}
	config := source.Config{Name: "mail", Options: options, Now: func() time.Time { return now }, Stdin: strings.NewReader(stdin)}
	reader, err := Kind().Open(config)
	if err != nil {
		t.Fatal(err)
	}
	return reader.Read(ctx)
}

func readText(t testing.TB, text string, more ...any) (billing.Usage, error) {
	t.Helper()
	options := source.Options{"path": "-"}
	for i := 0; i+1 < len(more); i += 2 {
		options[more[i].(string)] = more[i+1]
	}
	return read(t.Context(), t, options, text)
}

func readFile(t testing.TB, name string, more ...any) (billing.Usage, error) {
	t.Helper()
	options := source.Options{"path": filepath.Join(usageFolder, name)}
	for i := 0; i+1 < len(more); i += 2 {
		options[more[i].(string)] = more[i+1]
	}
	return read(t.Context(), t, options, "")
}

func TestRealExport(t *testing.T) {
	usage, err := readFile(t, "mailsecurity-2026-11.csv")
	if err != nil {
		t.Fatal(err)
	}
	if len(usage.Lines) != 85 {
		t.Errorf("%d lines", len(usage.Lines))
	}
	customers, statuses, zero, total := map[string]string{}, map[billing.Status]int{}, 0, decimal.Zero
	for _, line := range usage.Lines {
		customers[line.CustomerID] = line.CustomerName
		statuses[line.Status]++
		total = total.Add(line.Quantity)
		if line.Quantity.IsZero() {
			zero++
		}
	}
	if len(customers) != 40 || zero == 0 || statuses[billing.StatusTrial] == 0 || statuses[billing.StatusSuspended] == 0 || statuses[billing.StatusClosed] == 0 {
		t.Errorf("%d customers, %d zero counts, statuses %v", len(customers), zero, statuses)
	}
	for id, name := range map[string]string{"1002": "Fabrikam, Inc.", "1003": "Müller & Söhne GmbH", "1010": "株式会社サンプル", "1017": `The "Quiet" Studio`,
		"1028": "Margie's Travel Branch Office"} {
		if customers[id] != name {
			t.Errorf("customer %s is %q, want %q", id, customers[id], name)
		}
	}
	info, err := os.Stat(filepath.Join(usageFolder, "mailsecurity-2026-11.csv"))
	if err != nil || !usage.AsOf.Equal(info.ModTime()) {
		t.Errorf("without as_of the file's time counts: %v, %v", usage.AsOf, err)
	}
	data, err := os.ReadFile(filepath.Join(usageFolder, "mailsecurity-2026-11.csv"))
	sum := sha256.Sum256(data)
	if err != nil || usage.Digest != hex.EncodeToString(sum[:]) {
		t.Errorf("digest %s, %v", usage.Digest, err)
	}
}

// same compares all that a line says, but not its place.
func same(t *testing.T, got, want []billing.UsageLine) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d lines, want %d", len(got), len(want))
	}
	for i := range want {
		a, b := got[i], want[i]
		if a.CustomerID != b.CustomerID || a.ServiceID != b.ServiceID || !a.Quantity.Equal(b.Quantity) || a.CustomerName != b.CustomerName || a.Status != b.Status ||
			!a.Cost.Decimal.Equal(b.Cost.Decimal) {
			t.Errorf("line %d is %+v, want %+v", i, a, b)
		}
	}
}

func TestEveryFormGivesTheSameUsage(t *testing.T) {
	want, err := readFile(t, "mailsecurity-2026-11.csv")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"mailsecurity-2026-11-bom.csv", "mailsecurity-2026-11-utf16.csv"} {
		got, err := readFile(t, name)
		if err != nil {
			t.Fatal(err)
		}
		same(t, got.Lines, want.Lines)
	}
}

func TestGermanExport(t *testing.T) {
	columns := map[string]any{"customer_id": "Kundennummer", "customer_name": "Kunde", "domain": "Domäne", "service_id": "Artikel", "service_name": "Bezeichnung",
		"quantity": "Menge", "unit": "Einheit", "cost": "EK-Preis", "currency": "Währung", "status": "Status"}
	usage, err := readFile(t, "mailsecurity-2026-11-semicolon.csv", "columns", columns, "encoding", "windows-1252", "decimal", "comma")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, line := range usage.Lines {
		found[line.CustomerName+"/"+line.ServiceID] = line.Quantity.String() + " " + line.Currency + " " + line.Cost.Decimal.String()
	}
	if got := found["Contoso Ltd/msec-archive"]; got != "4.5 EUR 1.8" {
		t.Errorf("4,5 is read as %s", got)
	}
	if got := found["Fabrikam, Inc./msec-awareness"]; got != "1000 EUR 0.7" {
		t.Errorf("1.000 is read as %s", got)
	}
	if _, ok := found["Müller & Söhne GmbH/msec-essentials"]; !ok {
		t.Errorf("umlauts are lost: %v", found)
	}
}

func TestBrokenFiles(t *testing.T) {
	for _, c := range []struct {
		file string
		want []string
	}{
		{"empty.csv", []string{"empty.csv: no header row: the file is empty"}},
		{"blank-lines.csv", []string{"blank-lines.csv: no header row"}},
		{"no-header.csv", []string{`no-header.csv:1: no header row with "customer_id", "service_id", "quantity"; the first line holds "1001", "msec-essentials", "12"`}},
		{"missing-column.csv", []string{`missing-column.csv:1: no header row with "service_id"; the first line holds "customer_id", "customer_name", "quantity"`}},
		{"near-header.csv", []string{`near-header.csv:1: no header row with "customer_id", "service_id"`}},
		{"twin-header.csv", []string{`twin-header.csv:1: the column "quantity" is there 2 times`}},
		{"negative.csv", []string{`negative.csv:3:22: quantity "-1" is negative`}},
		{"numbers.csv", []string{`:2:5: quantity "NaN"`, `:3:5: quantity "1e3"`, `:4:5: quantity "0x10"`, `:5:5: quantity "1,000"`, ":6:5: quantity is empty",
			`:7:5: quantity "+5"`, `:8:5: quantity "1."`, `:9:5: quantity "Infinity"`, `:10:5: quantity "twelve"`}},
		{"empty-id.csv", []string{"empty-id.csv:3:1: customer_id is empty", "empty-id.csv:4:6: service_id is empty"}},
		{"duplicate.csv", []string{`duplicate.csv:4: customer "1001" and service "msec-essentials" are already on line 2`}},
		{"short-row.csv", []string{"short-row.csv:3: has 2 fields where the header row has 3", "short-row.csv:4: has 4 fields"}},
		{"open-quote.csv", []string{"the quoted field that starts on line 2 does not end properly"}},
		{"bare-quote.csv", []string{"bare-quote.csv:2:11: a quote within a field that is not quoted"}},
		{"latin1.csv", []string{"latin1.csv:2:25: the text is not valid UTF-8"}},
		{"utf16-without-mark.csv", []string{"utf16-without-mark.csv:1:1: the text holds a NUL character"}},
		{"nul.csv", []string{"nul.csv:2:6: the text holds a NUL character"}},
		{"bidi-id.csv", []string{`bidi-id.csv:2:1: customer_id "10\u202e01" holds the character U+202E`}},
		{"status.csv", []string{`status.csv:2:25: status "gone" is none of`}},
		{"as-of.csv", []string{`as-of.csv:2:10: as_of "2999-01-01" is in the future`, `as-of.csv:3:10: as_of "yesterday" is not a moment`}},
		{"currency.csv", []string{`currency.csv:2:10: currency "Dollar"`}},
		{"login-page.csv", []string{"login-page.csv:1: no header row with"}},
		{"spreadsheet.csv", []string{"spreadsheet.csv:1:1: the text"}},
	} {
		usage, err := readFile(t, "broken/"+c.file)
		var problem *source.ReadError
		if err == nil || !errors.As(err, &problem) || usage.Lines != nil || usage.Digest != "" {
			t.Errorf("%s: %v, %v", c.file, usage, err)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v\nwant %s", c.file, err, want)
			}
		}
	}
}

func TestHints(t *testing.T) {
	for file, want := range map[string]string{
		"near-header.csv":        `set options.columns: {customer_id: "Customer ID", service_id: "Service ID"}`,
		"numbers.csv":            "",
		"latin1.csv":             "set options.encoding to the file's encoding, such as windows-1252",
		"utf16-without-mark.csv": "it may be UTF-16: set options.encoding to utf-16le or utf-16be",
		"duplicate.csv":          "set options.merge to sum if the quantities are to be added",
		"missing-column.csv":     "say in options.columns which column holds what",
	} {
		_, err := readFile(t, "broken/"+file)
		var problem *source.ReadError
		if !errors.As(err, &problem) || problem.Hint != want {
			t.Errorf("%s: hint %q, want %q", file, problem.Hint, want)
		}
	}
}

func TestNothingButAHeader(t *testing.T) {
	usage, err := readFile(t, "broken/header-only.csv")
	if err != nil || len(usage.Lines) != 0 || usage.Digest == "" || usage.AsOf.IsZero() {
		t.Errorf("%+v, %v", usage, err)
	}
}

func TestAcceptedForms(t *testing.T) {
	const header = "customer_id,service_id,quantity\n"
	for _, c := range []struct {
		name, text string
		options    []any
	}{
		{"comma", header + "1,a,5\n", nil},
		{"no last line break", header + "1,a,5", nil},
		{"semicolon", "customer_id;service_id;quantity\n1;a;5\n", nil},
		{"tab", "customer_id\tservice_id\tquantity\n1\ta\t5\n", nil},
		{"bar", "customer_id|service_id|quantity\n1|a|5\n", nil},
		{"declared delimiter", "customer_id^service_id^quantity\n1^a^5\n", []any{"delimiter", "^"}},
		{"declared tab", "customer_id\tservice_id\tquantity\n1\ta\t5\n", []any{"delimiter", "tab"}},
		{"commas in a semicolon header", "\"a,b,c,d\";customer_id;service_id;quantity\nx;1;a;5\n", nil},
		{"quoted header", "\"customer_id\",\"service_id\",\"quantity\"\n\"1\",\"a\",\"5\"\n", nil},
		{"capitals and spaces in the header", " Customer_ID , SERVICE_ID,Quantity \n1,a,5\n", nil},
		{"blank lines", "\n" + header + "\n1,a,5\n\n", nil},
		{"mark and CRLF", "\xef\xbb\xbfcustomer_id,service_id,quantity\r\n1,a,5\r\n", nil},
		{"other columns", "note,customer_id,service_id,quantity,note\nx,1,a,5,y\n", nil},
		{"quoted line break", "customer_id,service_id,quantity,customer_name\n1,a,5,\"x\ny\"\n", nil},
		{"spaces around values", header + " 1 ,a , 5 \n", nil},
		{"own names", "Kunde,Dienst,Menge\n1,a,5\n", []any{"columns", map[string]any{"customer_id": "kunde", "service_id": "Dienst", "quantity": "Menge"}}},
		{"one column twice used", "customer_id,service_id,quantity\n1,a,5\n", []any{"columns", map[string]any{"service_name": "service_id"}}},
		{"decimal comma", "customer_id;service_id;quantity\n1;a;5,0\n", []any{"decimal", "comma"}},
		{"grouped", header + "1,a,\"5.0\"\n", []any{"decimal", "grouped"}},
		{"merged", header + "1,a,2\n1,a,3\n", []any{"merge", "sum"}},
	} {
		usage, err := readText(t, c.text, c.options...)
		if err != nil || len(usage.Lines) != 1 {
			t.Errorf("%s: %v, %v", c.name, usage.Lines, err)
			continue
		}
		line := usage.Lines[0]
		if line.CustomerID != "1" || line.ServiceID != "a" || !line.Quantity.Equal(decimal.New(5, 0)) || !usage.AsOf.Equal(now) {
			t.Errorf("%s: %+v", c.name, line)
		}
	}
}

func TestCountsByBasis(t *testing.T) {
	usage, err := readText(t, "customer_id,service_id,quantity,Active Users,licensed\n1,a,5,4,7\n2,a,5,,8\n",
		"counts", map[string]any{"active": "active users", "licensed": "Licensed"})
	if err != nil {
		t.Fatal(err)
	}
	if c := usage.Lines[0].Counts; len(c) != 2 || c["active"].String() != "4" || c["licensed"].String() != "7" {
		t.Errorf("%v", c)
	}
	if c := usage.Lines[1].Counts; len(c) != 1 || c["licensed"].String() != "8" {
		t.Errorf("an empty count is absent: %v", c)
	}
	_, err = readText(t, "customer_id,service_id,quantity\n1,a,5\n", "counts", map[string]any{"active": "active users"})
	if err == nil || !strings.Contains(err.Error(), `"active users"`) {
		t.Errorf("a declared count that is not there: %v", err)
	}
	_, err = readText(t, "customer_id,service_id,quantity,n\n1,a,5,-1\n", "counts", map[string]any{"active": "n"})
	if err == nil || !strings.Contains(err.Error(), `:2:7: count active "-1" is negative`) {
		t.Errorf("a negative count: %v", err)
	}
}

func TestADeclaredColumnMustExist(t *testing.T) {
	_, err := readText(t, "customer_id,service_id,quantity\n1,a,5\n", "columns", map[string]any{"price": "Preis"})
	if err == nil || !strings.Contains(err.Error(), `"Preis"`) {
		t.Error(err)
	}
}

func TestPlacesAfterQuotedLineBreaks(t *testing.T) {
	_, err := readText(t, "customer_id,service_id,quantity,customer_name\n1,a,5,\"x\n\ny\"\n2,a,-1,z\n")
	if err == nil || !strings.HasPrefix(err.Error(), "standard input:5:5: quantity") {
		t.Error(err)
	}
}

func TestALineWithoutEndIsStopped(t *testing.T) {
	text := "customer_id,service_id,quantity\n1,\"" + strings.Repeat("x", 16<<20)
	_, err := readText(t, text)
	if err == nil || !strings.Contains(err.Error(), "a line is longer than 4 MiB") {
		t.Error(err)
	}
}

func TestManyFieldsAreBounded(t *testing.T) {
	_, err := readText(t, strings.Repeat("x,", 1<<20)+"\n")
	if err == nil || len(err.Error()) > 5000 {
		t.Errorf("%d characters of error", len(err.Error()))
	}
}

// waits gives a text and then nothing more, without an end; it says when it is waited for.
type waits struct {
	text    io.Reader
	waiting chan struct{}
	release chan struct{}
}

func (w *waits) Read(p []byte) (int, error) {
	if n, err := w.text.Read(p); err == nil {
		return n, nil
	}
	close(w.waiting)
	<-w.release
	return 0, io.EOF
}

func TestReadingStopsInTheMiddle(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	in := &waits{text: strings.NewReader(manyLines(5000)), waiting: make(chan struct{}), release: make(chan struct{})}
	t.Cleanup(func() { close(in.release) })
	go func() { <-in.waiting; cancel() }()
	reader, err := Kind().Open(source.Config{Name: "mail", Options: source.Options{"path": "-"}, Now: func() time.Time { return now }, Stdin: in})
	if err != nil {
		t.Fatal(err)
	}
	if usage, err := reader.Read(ctx); !errors.Is(err, context.Canceled) || usage.Lines != nil {
		t.Errorf("%v, %v", usage, err)
	}
}

func TestReadingStopsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := read(ctx, t, source.Options{"path": filepath.Join(usageFolder, "mailsecurity-2026-11.csv")}, "")
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestOptionsThatMakeNoSense(t *testing.T) {
	for _, c := range []struct {
		options source.Options
		want    string
	}{
		{source.Options{}, "path: missing"},
		{source.Options{"path": "x", "delimiter": ";;"}, `delimiter: ";;" is not one character`},
		{source.Options{"path": "x", "delimiter": "\""}, "delimiter:"},
		{source.Options{"path": "x", "encoding": "utf-9"}, `encoding: "utf-9" is no known encoding`},
		{source.Options{"path": "x", "decimal": "dot"}, `decimal: "dot" is none of point, comma, grouped`},
		{source.Options{"path": "x", "merge": "max"}, `merge: "max" is none of none, sum`},
		{source.Options{"path": "x", "columns": map[string]any{"customer": "x"}}, `columns.customer: unknown key`},
		{source.Options{"path": "x", "pattern": "["}, "pattern:"},
		{source.Options{"path": "x", "pattern": "a/b"}, "pattern:"},
		{source.Options{"path": "-", "pattern": "*.csv"}, "pattern: has no meaning"},
	} {
		if err := Kind().Check(c.options); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, want %s", c.options, err, c.want)
		}
	}
}

// manyLines is a file of n lines.
func manyLines(n int) string {
	var b strings.Builder
	b.WriteString("customer_id,service_id,quantity,customer_name,status,cost,currency\n")
	for i := range n {
		id := strconv.Itoa(i)
		b.WriteString(id + ",mbx-basic," + strconv.Itoa(i%500) + ",Customer number " + id + ",active,1.25,USD\n")
	}
	return b.String()
}

func BenchmarkRead100000(b *testing.B) {
	path := filepath.Join(b.TempDir(), "usage.csv")
	text := manyLines(100_000)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		usage, err := read(b.Context(), b, source.Options{"path": path}, "")
		if err != nil || len(usage.Lines) != 100_000 {
			b.Fatal(len(usage.Lines), err)
		}
	}
}
