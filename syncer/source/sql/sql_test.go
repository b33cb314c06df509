package sql

import (
	"context"
	stdsql "database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
)

var now = time.Date(2026, 11, 21, 12, 0, 0, 0, time.FixedZone("CET", 3600))

func newReader(t testing.TB, options source.Options, address string) source.Source {
	t.Helper()
	if err := Kind().Check(options); err != nil {
		t.Fatal(err)
	}
	secret := func(_ context.Context, field string) (string, error) {
		if field != addressField || address == "" {
			return "", fmt.Errorf("no secret %s", field)
		}
		return address, nil
	}
	reader, err := Kind().Open(source.Config{Name: "cloud", Options: options, Now: func() time.Time { return now }, Secret: secret})
	if err != nil {
		t.Fatal(err)
	}
	return reader
}

// database makes an SQLite file of these statements.
func database(t testing.TB, statements ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a ? b # 100%.db")
	db, err := stdsql.Open("sqlite", "file://"+strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23", " ", "%20").Replace(path))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, statement := range statements {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

const plainUsage = `CREATE TABLE usage (customer_id TEXT, service_id TEXT, quantity INTEGER)`

func readFile(t testing.TB, path, query string, more ...any) (billing.Usage, error) {
	t.Helper()
	options := source.Options{"dialect": "sqlite", "path": path, "query": query}
	for i := 0; i+1 < len(more); i += 2 {
		options[more[i].(string)] = more[i+1]
	}
	return newReader(t, options, "").Read(t.Context())
}

func TestWholeLine(t *testing.T) {
	path := database(t, `CREATE TABLE plans (code TEXT, name TEXT, plan INTEGER, label TEXT, users INTEGER, used DECIMAL(10,2), price DECIMAL(10,2), cost NUMERIC, state TEXT, at DATETIME, on_day DATE)`,
		`INSERT INTO plans VALUES ('C1', '  Müller & Söhne  ', 7, 'Mailbox', 12, 0.1, 2.35, '1.10', 'SUSPENDED', '2026-11-20 06:00:00', '2026-11-01'),
			('C2', NULL, 7, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL)`)
	usage, err := readFile(t, path, `
		-- one row a customer; and plan
		SELECT code, name, plan, label, users, used, price, cost, state, at, on_day, 'eur' AS Currency, 'mailbox' AS unit, 'c.example' AS domain, 'extra' AS other FROM plans;`,
		"columns", map[string]any{"customer_id": "code", "customer_name": "name", "service_id": "plan", "service_name": "label", "quantity": "users", "status": "state", "as_of": "at", "period": "on_day"},
		"counts", map[string]any{"gigabytes": "used"})
	if err != nil {
		t.Fatal(err)
	}
	first, second := usage.Lines[0], usage.Lines[1]
	if first.CustomerID != "C1" || first.CustomerName != "Müller & Söhne" || first.ServiceID != "7" || first.ServiceName != "Mailbox" || first.Quantity.String() != "12" ||
		first.Counts["gigabytes"].String() != "0.1" || first.Price.Decimal.String() != "2.35" || first.Cost.Decimal.String() != "1.1" || first.Currency != "EUR" ||
		first.Status != billing.StatusSuspended || first.Unit != "mailbox" || first.Domain != "c.example" || first.Period != "2026-11-01" || first.Place != 1 ||
		!first.AsOf.Equal(time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v", first)
	}
	if second.CustomerName != "" || second.Price.Valid || second.Cost.Valid || second.Counts != nil || second.Status != billing.StatusActive || !second.Quantity.IsZero() || !second.AsOf.IsZero() {
		t.Errorf("NULL is nothing: %+v", second)
	}
	if !usage.AsOf.Equal(first.AsOf) || len(usage.Digest) != 64 {
		t.Errorf("%v %q", usage.AsOf, usage.Digest)
	}
}

func TestAgeIsTheMomentOfReading(t *testing.T) {
	path := database(t, plainUsage, `INSERT INTO usage VALUES ('C1', 'a', 1)`)
	old := now.AddDate(-1, 0, 0)
	if err := os.Chtimes(path, old, old); err != nil {
		t.Fatal(err)
	}
	usage, err := readFile(t, path, `SELECT * FROM usage`)
	if err != nil || !usage.AsOf.Equal(now) {
		t.Errorf("%v, %v", usage.AsOf, err)
	}
	again, err := readFile(t, path, `SELECT * FROM usage WHERE 1 = 1`)
	if err != nil || again.Digest != usage.Digest {
		t.Errorf("equal results have equal digests: %v", err)
	}
	other, err := readFile(t, path, `SELECT customer_id, service_id, quantity + 1 AS quantity FROM usage`)
	if err != nil || other.Digest == usage.Digest {
		t.Errorf("other results have others: %v", err)
	}
}

func TestQueryWithoutRows(t *testing.T) {
	usage, err := readFile(t, database(t, plainUsage), `SELECT * FROM usage`)
	if err != nil || len(usage.Lines) != 0 {
		t.Errorf("%v, %v", usage.Lines, err)
	}
}

func TestMerge(t *testing.T) {
	path := database(t, plainUsage, `INSERT INTO usage VALUES ('C1', 'a', 1), ('C1', 'a', 2)`)
	if _, err := readFile(t, path, `SELECT * FROM usage`); err == nil || !strings.Contains(err.Error(), `item 2: customer "C1" and service "a" are already on item 1`) {
		t.Error(err)
	}
	usage, err := readFile(t, path, `SELECT * FROM usage`, "merge", "sum")
	if err != nil || usage.Lines[0].Quantity.String() != "3" {
		t.Errorf("%v, %v", usage.Lines, err)
	}
}

func TestBadResults(t *testing.T) {
	path := database(t, plainUsage, `INSERT INTO usage VALUES ('C1', 'a', 1), ('C2', 'a', 1)`)
	for _, c := range []struct{ name, query, want string }{
		{"missing column", `SELECT customer_id, quantity FROM usage`, `query: gives no column "service_id"; its columns are "customer_id", "quantity"`},
		{"twin column", `SELECT customer_id, customer_id, service_id, quantity FROM usage`, `the column "customer_id" is there 2 times`},
		{"negative", `SELECT customer_id, service_id, -quantity AS quantity FROM usage`, `query: item 1: quantity "-1" is negative`},
		{"NULL quantity", `SELECT customer_id, service_id, NULL AS quantity FROM usage`, `item 1: quantity is empty`},
		{"NULL id", `SELECT NULL AS customer_id, service_id, quantity FROM usage`, `item 2: customer_id is empty`},
		{"text quantity", `SELECT customer_id, service_id, 'many' AS quantity FROM usage`, `item 1: quantity "many" is not a decimal number`},
		{"exponent", `SELECT customer_id, service_id, '1e3' AS quantity FROM usage`, `quantity "1e3" is not a decimal number`},
		{"inexact", `SELECT customer_id, service_id, 0.1 + 0.2 AS quantity FROM usage`, `item 1: quantity is the floating-point number 0.30000000000000004, which is not exact`},
		{"infinite", `SELECT customer_id, service_id, 9e999 AS quantity FROM usage`, `quantity is +Inf, which is no number`},
		{"float id", `SELECT 1.5 AS customer_id, service_id, quantity FROM usage`, `customer_id is a floating-point number; an id must be text or a whole number`},
		{"binary", `SELECT x'ff00' AS customer_id, service_id, quantity FROM usage`, `item 1: customer_id is not text in a known encoding`},
		{"no such table", `SELECT * FROM nothing`, `database: cannot run the query: `},
		{"no SQL", `SELECT FROM WHERE`, `database: cannot run the query: `},
		{"status", `SELECT *, 'gone' AS status FROM usage`, `status "gone" is none of`},
	} {
		usage, err := readFile(t, path, c.query)
		if _, ok := errors.AsType[*source.ReadError](err); !ok || usage.Lines != nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, %v\nwant %s", c.name, usage.Lines, err, c.want)
		}
	}
}

func TestTooManyRows(t *testing.T) {
	path := database(t, plainUsage, `INSERT INTO usage VALUES ('C1', 'a', 1), ('C2', 'a', 1), ('C3', 'a', 1)`)
	if usage, err := readFile(t, path, `SELECT * FROM usage`, "max_rows", 2); err == nil || !strings.Contains(err.Error(), "gives more than 2 rows") || usage.Lines != nil {
		t.Error(err)
	}
	if usage, err := readFile(t, path, `SELECT * FROM usage`, "max_rows", 3); err != nil || len(usage.Lines) != 3 {
		t.Error(err)
	}
}

func TestHeaderIsReadWhateverItsNames(t *testing.T) {
	path := database(t, `CREATE TABLE t (code TEXT, n INTEGER)`)
	reader := newReader(t, source.Options{"dialect": "sqlite", "path": path, "query": "SELECT code AS Company, n FROM t"}, "")
	names, err := reader.(interface {
		Header(context.Context) ([]string, error)
	}).Header(t.Context())
	if err != nil || strings.Join(names, ",") != "Company,n" {
		t.Errorf("%q, %v", names, err)
	}
}

// endless is a query that gives one row after the other for ever.
const endless = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT 'C' AS customer_id, 'a' AS service_id, count(i) AS quantity FROM n`

func TestTimeLimit(t *testing.T) {
	path := database(t, plainUsage)
	_, err := readFile(t, path, endless, "time_limit", "50ms")
	if err == nil || !strings.Contains(err.Error(), "took longer than 50ms") {
		t.Error(err)
	}
}

func TestReadingStopsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	reader := newReader(t, source.Options{"dialect": "sqlite", "path": database(t, plainUsage), "query": endless}, "")
	if _, err := reader.Read(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

func TestFilesThatAreNoDatabase(t *testing.T) {
	folder := t.TempDir()
	text := filepath.Join(folder, "usage.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("customer_id,service_id,quantity\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		filepath.Join(folder, "none.db"): "none.db: cannot be read: ", folder: "is not a regular file", text: "file is not a database",
	} {
		if _, err := readFile(t, path, "SELECT 1"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
	}
	if _, err := os.Stat(filepath.Join(folder, "none.db")); !errors.Is(err, os.ErrNotExist) {
		t.Error("a file that was not there is there now")
	}
}

// TestFileIsOpenedForReading tries to write through the reader's own connection.
func TestFileIsOpenedForReading(t *testing.T) {
	path := database(t, plainUsage)
	reader := newReader(t, source.Options{"dialect": "sqlite", "path": path, "query": "SELECT * FROM usage"}, "").(*reader)
	db, _, err := reader.connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, statement := range []string{`INSERT INTO usage VALUES ('C1', 'a', 1)`, `DROP TABLE usage`, `PRAGMA query_only = 0; DELETE FROM usage`} {
		if _, err := db.ExecContext(t.Context(), statement); err == nil || !strings.Contains(err.Error(), "readonly") {
			t.Errorf("%s: %v", statement, err)
		}
	}
}

func TestFields(t *testing.T) {
	for _, c := range []struct {
		name    string
		options source.Options
		want    string
	}{
		{"good", source.Options{"dialect": "postgres", "query": "SELECT 1"}, ""},
		{"no dialect", source.Options{"query": "SELECT 1"}, "dialect: missing"},
		{"no query", source.Options{"dialect": "postgres"}, "query: missing"},
		{"no path", source.Options{"dialect": "sqlite", "query": "SELECT 1"}, "path: missing"},
		{"standard input", source.Options{"dialect": "sqlite", "path": "-", "query": "SELECT 1"}, "path: a database cannot be read from standard input"},
		{"path elsewhere", source.Options{"dialect": "mysql", "path": "x", "query": "SELECT 1"}, "path: is for sqlite alone"},
		{"address in the set-up", source.Options{"dialect": "mysql", "address": "x", "query": "SELECT 1"}, "address: a secret is never in the set-up"},
		{"no rows", source.Options{"dialect": "mysql", "query": "SELECT 1", "max_rows": 0}, "max_rows: must be a whole number from 1 to 2000000"},
		{"time", source.Options{"dialect": "mysql", "query": "SELECT 1", "time_limit": "soon"}, "time_limit: "},
		{"two statements", source.Options{"dialect": "mysql", "query": "SELECT 1; SELECT 2"}, "query: holds more than one statement"},
	} {
		err := Kind().Check(c.options)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	if secrets := Kind().Secrets(source.Options{"dialect": "sqlite"}); len(secrets) != 0 {
		t.Errorf("a file has no address: %v", secrets)
	}
	if secrets := Kind().Secrets(source.Options{"dialect": "mysql"}); len(secrets) != 1 || secrets[0].Name != "address" {
		t.Errorf("%v", secrets)
	}
}
