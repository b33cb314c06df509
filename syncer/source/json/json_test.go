package json

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

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
	reader, err := Kind().Open(source.Config{Name: "mail", Options: options, Now: func() time.Time { return now }, Stdin: strings.NewReader(stdin)})
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

// vendorOptions read the vendor's own shape: customers with packages inside.
func vendorOptions() source.Options {
	return source.Options{
		"path":    filepath.Join(usageFolder, "mailsecurity-2026-11.json"),
		"items":   ".data[] | . as $c | .packages[] | . + {eid: $c.eid, customer: $c.name, state: $c.state}",
		"columns": map[string]any{"customer_id": "eid", "customer_name": "customer", "service_id": "sku", "service_name": "label", "quantity": "active_users", "status": "state", "cost": "unit_cost"},
	}
}

func TestRealExport(t *testing.T) {
	usage, err := read(t.Context(), t, vendorOptions(), "")
	if err != nil {
		t.Fatal(err)
	}
	first := usage.Lines[0]
	if len(usage.Lines) != 85 || first.CustomerID != "MS-1001" || first.ServiceID != "msec-advanced" || first.Quantity.String() != "5" ||
		first.Counts["licensed"].String() != "7" || first.Cost.Decimal.String() != "2.35" || usage.Digest == "" {
		t.Errorf("%d lines, the first %+v", len(usage.Lines), first)
	}
}

func TestAcceptedForms(t *testing.T) {
	const item = `{"customer_id": "1", "service_id": "a", "quantity": 5}`
	for _, c := range []struct {
		name, text string
		options    []any
	}{
		{"list", "[" + item + "]", nil},
		{"lone object", item, nil},
		{"lines", item + "\n", nil},
		{"mark", "\xef\xbb\xbf[" + item + "]", nil},
		{"utf-16", "\xff\xfe" + utf16le(item), nil},
		{"items", `{"data": [` + item + `]}`, []any{"items", ".data[]"}},
		{"items that are lists", `{"data": [` + item + `]}`, []any{"items", ".data"}},
		{"quantity as text", `[{"customer_id": "1", "service_id": "a", "quantity": "5.0"}]`, nil},
		{"number as id", `[{"customer_id": 1, "service_id": "a", "quantity": 5}]`, nil},
		{"nulls", `[{"customer_id": "1", "service_id": "a", "quantity": 5, "price": null, "status": null, "counts": null}]`, nil},
		{"own names", `[{"c": "1", "s": "a", "q": 5}]`, []any{"columns", map[string]any{"customer_id": "c", "service_id": "s", "quantity": "q"}}},
		{"merged", "[" + item + `,{"customer_id": "1", "service_id": "a", "quantity": -0}]`, []any{"merge", "sum"}},
	} {
		usage, err := readText(t, c.text, c.options...)
		if err != nil || len(usage.Lines) != 1 {
			t.Errorf("%s: %v, %v", c.name, usage.Lines, err)
			continue
		}
		line := usage.Lines[0]
		if line.CustomerID != "1" || line.ServiceID != "a" || line.Quantity.StringFixed(0) != "5" || line.Price.Valid || !usage.AsOf.Equal(now) {
			t.Errorf("%s: %+v", c.name, line)
		}
	}
}

func utf16le(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteByte(s[i])
		b.WriteByte(0)
	}
	return b.String()
}

func TestNumbersStayExact(t *testing.T) {
	usage, err := readText(t, `[{"customer_id": 9007199254740993, "service_id": "a", "quantity": 12345678901234567.891, "cost": 0.1000000000000000055}]`)
	if err != nil {
		t.Fatal(err)
	}
	line := usage.Lines[0]
	if line.CustomerID != "9007199254740993" || line.Quantity.String() != "12345678901234567.891" || line.Cost.Decimal.String() != "0.1000000000000000055" {
		t.Errorf("%+v", line)
	}
}

func TestJSONLines(t *testing.T) {
	usage, err := readText(t, `{"customer_id": "1", "service_id": "a", "quantity": 5}`+"\n"+`{"customer_id": "2", "service_id": "a", "quantity": 6}`+"\n")
	if err != nil || len(usage.Lines) != 2 || usage.Lines[1].Place != 2 {
		t.Errorf("%v, %v", usage.Lines, err)
	}
}

func TestNothingInTheList(t *testing.T) {
	usage, err := readText(t, "[]")
	if err != nil || len(usage.Lines) != 0 {
		t.Errorf("%v, %v", usage, err)
	}
}

func TestCounts(t *testing.T) {
	usage, err := readText(t, `[{"customer_id": "1", "service_id": "a", "quantity": 5, "act": 4}]`, "counts", map[string]any{"active": "act"})
	if err != nil || usage.Lines[0].Counts["active"].String() != "4" {
		t.Errorf("declared: %v, %v", usage.Lines, err)
	}
	usage, err = readText(t, `[{"customer_id": "1", "service_id": "a", "quantity": 5, "counts": {"x": 1}}, {"customer_id": "2", "service_id": "a", "quantity": 5}]`)
	if err != nil || usage.Lines[0].Counts["x"].String() != "1" || usage.Lines[1].Counts != nil {
		t.Errorf("object: %v, %v", usage.Lines, err)
	}
}

func TestBrokenFiles(t *testing.T) {
	for file, wants := range map[string][]string{
		"empty.json":     {"empty.json: the file is empty"},
		"truncated.json": {"truncated.json:3:31: the text ends within a value; it is cut short"},
		"twin-key.json":  {`twin-key.json:3:29: the key "quantity" is there twice in one object`},
		"syntax.json":    {"syntax.json:2:16: invalid character '\"' after object key"},
		"items.json": {`items.json:1:2: item 1: quantity "1e3" is not a decimal number`, `item 2: has no field "quantity"; its fields are "customer_id", "service_id"`,
			`item 3: quantity "-1" is negative`, "item 4: customer_id is the number 4.5; write ids as text", "item 5: service_id is a list where text or a number is needed",
			"items.json:6:1: item 6: is a number where an object is needed"},
		"login-page.csv": {"login-page.csv:1:1: invalid character '<'"},
	} {
		usage, err := read(t.Context(), t, source.Options{"path": filepath.Join(usageFolder, "broken", file)}, "")
		var problem *source.ReadError
		if err == nil || !errors.As(err, &problem) || usage.Lines != nil {
			t.Errorf("%s: %v, %v", file, usage, err)
			continue
		}
		for _, want := range wants {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v\nwant %s", file, err, want)
			}
		}
	}
}

func TestPlacesOfItems(t *testing.T) {
	for _, c := range []struct{ name, text, items, want string }{
		{"a list", "[\n  {\"a\": 1},\n  7\n]", "", "standard input:3:3: item 2: is a number"},
		{"one document", "\n 7", "", "standard input:2:2: item 1: is a number"},
		{"JSON lines", "{\"customer_id\": \"1\", \"service_id\": \"a\", \"quantity\": 5}\n7\n", "", "standard input:2:1: item 2: is a number"},
		{"lists one after the other", "[7]\n[ 8 ]", "", "standard input:2:3: item 2: is a number"},
		{"what an expression gives has no place", "{\"data\": [7]}", ".data[]", "standard input: item 1: is a number"},
		{"nor have lists in a list", "[[7, 8]]", "", "standard input: item 1: is a number"},
	} {
		options := []any{}
		if c.items != "" {
			options = append(options, "items", c.items)
		}
		if _, err := readText(t, c.text, options...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v\nwant %s", c.name, err, c.want)
		}
	}
}

func TestHostileText(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"deep", strings.Repeat("[", 5000) + strings.Repeat("]", 5000), "standard input:1:103: nested more than 100 deep"},
		{"deep objects", strings.Repeat(`{"a":`, 5000), "nested more than 100 deep"},
		{"invalid UTF-8", "[{\"a\": \"\xff\"}]", "standard input:1:9: the text is not valid UTF-8"},
		{"NUL", "[\x00]", "standard input:1:2: invalid character"},
		{"escaped NUL in an id", `[{"customer_id": "1\u0000", "service_id": "a", "quantity": 1}]`, "holds the character U+0000"},
		{"lone surrogate in an id", `[{"customer_id": "1\ud800", "service_id": "a", "quantity": 1}]`, "holds U+FFFD"},
		{"not a number", `[{"customer_id": "1", "service_id": "a", "quantity": NaN}]`, "invalid character 'N'"},
		{"trailing comma", `[{"customer_id": "1"},]`, "invalid character ']'"},
		{"two lists without a break", `[][`, "cut short"},
		{"garbage behind", `[] x`, "standard input:1:4: invalid character 'x'"},
		{"text", `"hello"`, "item 1: is text where an object is needed"},
		{"truth as quantity", `[{"customer_id": "1", "service_id": "a", "quantity": true}]`, "quantity is a truth value"},
		{"exponent", `[{"customer_id": "1", "service_id": "a", "quantity": 1E400}]`, `"1E400" is not a decimal number`},
		{"exponent as id", `[{"customer_id": 1e3, "service_id": "a", "quantity": 1}]`, "customer_id is the number 1e3"},
		{"counts of text", `[{"customer_id": "1", "service_id": "a", "quantity": 1, "counts": 3}]`, "counts is a number"},
		{"control in a count's name", `[{"customer_id": "1", "service_id": "a", "quantity": 1, "counts": {"a\n": 3}}]`, "the name of a count"},
		{"duplicate", `[{"customer_id": "1", "service_id": "a", "quantity": 1},{"customer_id": "1", "service_id": "a", "quantity": 1}]`, "item 2: customer \"1\" and service \"a\" are already on item 1"},
	} {
		usage, err := readText(t, c.text)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, %v, want %s", c.name, usage.Lines, err, c.want)
		}
	}
}

func TestQueriesThatFail(t *testing.T) {
	for _, c := range []struct{ items, want string }{
		{".[", "items: is not a jq expression"},
		{"nosuch(1)", "items: is not a jq expression"},
		{"input", "items: is not a jq expression"},
	} {
		if err := Kind().Check(map[string]any{"path": "x", "items": c.items}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.items, err)
		}
	}
	if _, err := readText(t, "[1]", "items", ".data[]"); err == nil || !strings.Contains(err.Error(), "options.items: ") {
		t.Error(err)
	}
	if _, err := readText(t, "{}", "items", "repeat(.)"); err == nil || !strings.Contains(err.Error(), "has more than 2000000 items") {
		t.Error(err)
	}
	t.Setenv("CWSYNC_CONNECTION_PRIVATE_KEY", "hush")
	if _, err := readText(t, "{}", "items", "error(env | tostring)"); err == nil || strings.Contains(err.Error(), "hush") {
		t.Errorf("the environment is within reach: %v", err)
	}
}

// TestAQueryThatYieldsNothing is told from a source that lists nothing.
func TestAQueryThatYieldsNothing(t *testing.T) {
	for items, text := range map[string]string{
		".data[]?": `{"customers": [{"customer_id": "1"}]}`, "empty": "[1]", ".[] | select(.closed)": `[{"closed": false}]`, ".data[]": `{"data": []}`,
	} {
		usage, err := readText(t, text, "items", items)
		var problem *source.ReadError
		if !errors.As(err, &problem) || problem.Source != "mail" || problem.Error() != "standard input: options.items gives nothing of what is there" || problem.Hint == "" || usage.Lines != nil {
			t.Errorf("%s of %s: %v, %v", items, text, usage, err)
		}
	}
	for _, text := range []string{"[]", "{}", "null", "[]\n[]"} {
		if usage, err := readText(t, text, "items", ".[]?"); err != nil || len(usage.Lines) != 0 {
			t.Errorf("%s: %v, %v", text, usage, err)
		}
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
	in := &waits{text: strings.NewReader(`[{"customer_id": "1", "service_id": "a", "quantity": 5},`), waiting: make(chan struct{}), release: make(chan struct{})}
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
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := read(ctx, t, source.Options{"path": "-", "items": "def f: f; f"}, "{}")
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}
