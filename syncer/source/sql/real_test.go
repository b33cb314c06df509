package sql

import (
	"context"
	stdsql "database/sql"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
)

// server is a real database that a test may fill.
type server struct {
	dialect, address, password string
	db                         *stdsql.DB
}

// realServer skips where no database was started for tests: bash .ci/databases starts two.
func realServer(t *testing.T, dialect, variable string) *server {
	t.Helper()
	address := os.Getenv(variable)
	if address == "" {
		t.Skipf("%s names no database; .ci/databases starts one and runs a command beside it", variable)
	}
	s := &server{dialect: dialect, address: address, password: "only-for-tests"}
	if dialect == postgres {
		s.db, _ = openPostgres(address)
	} else {
		s.db, _ = openMySQL(address)
	}
	if s.db == nil {
		t.Fatalf("%s holds no address", variable)
	}
	t.Cleanup(func() { s.db.Close() })
	return s
}

func (s *server) exec(t *testing.T, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if _, err := s.db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

func (s *server) count(t *testing.T, query string) (n int) {
	t.Helper()
	if err := s.db.QueryRowContext(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func (s *server) read(ctx context.Context, t *testing.T, query string, more ...any) (billing.Usage, error) {
	t.Helper()
	options := source.Options{"dialect": s.dialect, "query": query}
	for i := 0; i+1 < len(more); i += 2 {
		options[more[i].(string)] = more[i+1]
	}
	return newReader(t, options, s.address).Read(ctx)
}

// refusesToWrite runs queries that write by way of what the lexer cannot know, and counts afterwards.
func (s *server) refusesToWrite(t *testing.T, queries map[string]string) {
	t.Helper()
	for query, want := range queries {
		usage, err := s.read(t.Context(), t, query)
		if err == nil || !strings.Contains(err.Error(), want) || usage.Lines != nil {
			t.Errorf("%s: %v, %v; want %s", query, usage.Lines, err, want)
		}
	}
	if n := s.count(t, "SELECT COUNT(*) FROM written"); n != 0 {
		t.Errorf("%d rows were written", n)
	}
}

func (s *server) wrongPassword(t *testing.T) {
	t.Helper()
	wrong := *s
	wrong.address = strings.Replace(s.address, s.password, "hush-hush", 1)
	_, err := wrong.read(t.Context(), t, "SELECT 1")
	if billing.ClassOf(err) != billing.ClassAuth {
		t.Errorf("class %v: %v", billing.ClassOf(err), err)
	}
	leaks(t, "wrong password", err)
	if strings.Contains(chain(err), s.password) {
		t.Errorf("%v shows the password", err)
	}
}

// ends wants that a query that takes for ever stops at the time limit and with the caller; where running counts it, on the server too.
func (s *server) ends(t *testing.T, sleep, running string) {
	t.Helper()
	_, err := s.read(t.Context(), t, sleep, "time_limit", "200ms")
	if err == nil || !strings.Contains(err.Error(), "took longer than 200ms") || billing.ClassOf(err) != billing.ClassUnavailable {
		t.Error(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := s.read(ctx, t, sleep); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	for range 100 {
		if running == "" || s.count(t, running) == 0 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Error("the query still runs")
}

func checkExact(t *testing.T, usage billing.Usage, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	first, second := usage.Lines[0], usage.Lines[1]
	if first.CustomerID != "9007199254740993" || first.CustomerName != "Müller" || first.ServiceID != "mbx" || first.Quantity.String() != "12345678901234567.891" ||
		first.Price.Decimal.String() != "2.35" || first.Counts["active"].String() != "0.1" || first.Counts["licensed"].String() != "2147483648" || first.Period != "2026-11-01" {
		t.Errorf("%+v", first)
	}
	if !first.AsOf.Equal(time.Date(2026, 11, 20, 5, 30, 0, 0, time.UTC)) {
		t.Errorf("a moment without a zone is as the clock on the wall showed it: %v", first.AsOf)
	}
	if second.Price.Valid || second.Counts != nil || second.CustomerName != "" || !second.Quantity.IsZero() {
		t.Errorf("NULL is nothing: %+v", second)
	}
}

var counts = []any{"counts", map[string]any{"active": "active", "licensed": "licensed"}}

func TestRealPostgres(t *testing.T) {
	s := realServer(t, postgres, "CWSYNC_TEST_POSTGRES")
	s.exec(t,
		`CREATE TABLE usage (customer_id bigint, customer_name text, service_id varchar(20), quantity numeric, price numeric(10,2), active real, licensed bigint, as_of timestamp, period date)`,
		`INSERT INTO usage VALUES (9007199254740993, 'Müller', 'mbx', 12345678901234567.891, 2.35, 0.1, 2147483648, '2026-11-20 06:30', '2026-11-01'), (2, NULL, 'mbx', 0.00, NULL, NULL, NULL, NULL, NULL)`,
		`CREATE TABLE written (n integer)`, `CREATE SEQUENCE numbers`,
		`CREATE FUNCTION write() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN INSERT INTO written VALUES (1); RETURN 1; END $$`)
	usage, err := s.read(t.Context(), t, `SELECT * FROM usage ORDER BY customer_id DESC`, counts...)
	checkExact(t, usage, err)

	s.refusesToWrite(t, map[string]string{
		`SELECT 'c' AS customer_id, 's' AS service_id, write() AS quantity`:                                                   "read-only transaction",
		`SELECT 'c' AS customer_id, 's' AS service_id, nextval('numbers') AS quantity`:                                        "read-only transaction",
		`WITH w AS (UPDATE written SET n = 1 RETURNING n) SELECT 'c' AS customer_id, 's' AS service_id, n AS quantity FROM w`: "read-only transaction",
		`SELECT *, set_config('transaction_read_only', 'off', false) FROM usage FOR UPDATE`:                                   "read-only transaction",
	})
	for _, c := range []struct{ query, want string }{
		{`SELECT 'c' AS customer_id, 's' AS service_id, 'NaN'::numeric AS quantity`, `item 1: quantity "NaN" is not a decimal number`},
		{`SELECT 'c' AS customer_id, 's' AS service_id, 1::float8 / 3 AS quantity`, "which is not exact"},
		{`SELECT 'c' AS customer_id, 's' AS service_id, true AS quantity`, "quantity is a truth value"},
		{`SELECT 'c' AS customer_id, 's' AS service_id, 1 / (g - 900) AS quantity FROM generate_series(1, 1000) AS g`, "division by zero"},
		{`SELECT * FROM nothing`, `relation "nothing" does not exist`},
	} {
		if usage, err := s.read(t.Context(), t, c.query, "merge", "sum"); err == nil || !strings.Contains(err.Error(), c.want) || usage.Lines != nil {
			t.Errorf("%s: %v", c.query, err)
		}
	}
	usage, err = s.read(t.Context(), t, `SELECT gen_random_uuid() AS customer_id, 's' AS service_id, 1::smallint AS quantity, now() AS as_of`)
	if err == nil && len(usage.Lines) == 1 && len(usage.Lines[0].CustomerID) != 36 {
		t.Errorf("%v", usage.Lines)
	}
	s.wrongPassword(t)
	s.ends(t, `SELECT pg_sleep(60)`, `SELECT COUNT(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active'`)
}

func TestRealMariaDB(t *testing.T) {
	s := realServer(t, mysql, "CWSYNC_TEST_MARIADB")
	s.exec(t,
		"CREATE TABLE `usage` (customer_id bigint, customer_name text, service_id varchar(20), quantity decimal(30,3), price decimal(10,2), active float, licensed bigint unsigned, as_of datetime, period date)",
		"INSERT INTO `usage` VALUES (9007199254740993, 'Müller', 'mbx', 12345678901234567.891, 2.35, 0.1, 2147483648, '2026-11-20 06:30', '2026-11-01'), (2, NULL, 'mbx', 0.00, NULL, NULL, NULL, NULL, NULL)",
		"CREATE TABLE written (n integer) ENGINE=MyISAM", "CREATE SEQUENCE numbers",
		"CREATE FUNCTION put() RETURNS integer MODIFIES SQL DATA BEGIN INSERT INTO written VALUES (1); RETURN 1; END")
	usage, err := s.read(t.Context(), t, "SELECT * FROM `usage` ORDER BY customer_id DESC", counts...)
	checkExact(t, usage, err)

	s.refusesToWrite(t, map[string]string{
		"SELECT 'c' AS customer_id, 's' AS service_id, put() AS quantity":              "READ ONLY transaction",
		"SELECT 'c' AS customer_id, 's' AS service_id, NEXTVAL(numbers) AS quantity":   "READ ONLY transaction",
		"SELECT 'c' AS customer_id, 's' AS service_id, n AS quantity FROM nothing":     "doesn't exist",
		"SELECT 'c' AS customer_id, 's' AS service_id, 1 AS quantity UNION SELECT 'x'": "different number of columns",
	})
	for _, c := range []struct{ query, want string }{
		{"SELECT 'c' AS customer_id, 's' AS service_id, 1e0 / 3 AS quantity", "which is not exact"},
		{"SELECT x'ff' AS customer_id, 's' AS service_id, 1 AS quantity", "is not text in a known encoding"},
		{"SELECT 'c' AS customer_id, 's' AS service_id, '0000-00-00' AS as_of, 1 AS quantity", `as_of "0000-00-00" is not a moment`},
	} {
		if usage, err := s.read(t.Context(), t, c.query); err == nil || !strings.Contains(err.Error(), c.want) || usage.Lines != nil {
			t.Errorf("%s: %v", c.query, err)
		}
	}
	s.wrongPassword(t)
	s.ends(t, "SELECT SLEEP(60)", "")
}
