package sql

import (
	"strings"
	"testing"
)

func TestOneSelect(t *testing.T) {
	all := []string{sqlServer, postgres, mysql, sqlite}
	for _, c := range []struct {
		query    string
		dialects []string
		want     string // empty: it is taken
	}{
		{"SELECT 1", all, ""},
		{" select 1 ;\n ; -- end", all, ""},
		{"(SELECT 1) UNION (SELECT 2)", all, ""},
		{"/* first; */ SELECT ';', 'it''s; INTO', \"a;b\" FROM t -- ; DELETE", all, ""},
		{"WITH a AS (SELECT 1 AS x), b (y) AS (SELECT 2) SELECT * FROM a, b", all, ""},
		{"SELECT intox, x_into, \"INTO\" FROM t", all, ""},
		{"", all, "must be a SELECT"},
		{"-- nothing", all, "must be a SELECT"},
		{"WITH a AS (SELECT 1)", all, "must be a WITH that ends in a SELECT"},
		{"DELETE FROM t", all, "starts with DELETE"},
		{"EXPLAIN SELECT 1", all, "starts with EXPLAIN"},
		{"CALL p()", all, "starts with CALL"},
		{"PRAGMA query_only = 0", []string{sqlite}, "starts with PRAGMA"},
		{"SELECT 1; DROP TABLE t", all, "holds more than one statement"},
		{"SELECT 1; SELECT 2", all, "holds more than one statement"},
		{"SELECT * INTO copy FROM t", all, "holds INTO"},
		{"SELECT 1 INTO OUTFILE '/tmp/x'", []string{mysql}, "holds INTO"},
		{"SELECT 1 /*! INTO OUTFILE '/tmp/x' */", []string{mysql}, "holds a comment that MySQL runs"},
		{"SELECT 1 /*M! INTO OUTFILE '/tmp/x' */", []string{mysql}, "holds a comment that MySQL runs"},
		{"WITH a AS (SELECT 1) DELETE FROM t", []string{postgres, mysql, sqlite}, "is a WITH that ends in DELETE"},
		{"WITH a AS (SELECT 1) DELETE FROM t", []string{sqlServer}, "holds DELETE"},
		{"SELECT 1 DELETE FROM t", []string{sqlServer}, "holds DELETE"},
		{"SELECT 1 COMMIT", []string{sqlServer}, "holds COMMIT"},
		{"SELECT 1 EXEC p", []string{sqlServer}, "holds EXEC"},
		{"SELECT * FROM OPENROWSET('x', 'y', 'DELETE FROM t')", []string{sqlServer}, "holds OPENROWSET"},
		{"SELECT NEXT VALUE FOR s", []string{sqlServer}, "holds NEXT"},
		{"SELECT a FROM t ORDER BY a OFFSET 0 ROWS FETCH NEXT 5 ROWS ONLY", all, ""},
		{"SELECT [delete], [a]]b;] FROM t", []string{sqlServer}, ""},
		{"SELECT [a;b] FROM t", []string{sqlite}, ""},
		{"SELECT `a;b` FROM t", []string{mysql, sqlite}, ""},
		{"SELECT 'a\\'; DELETE' FROM t", []string{mysql}, ""},
		{"SELECT 'a\\'; DELETE FROM t", []string{postgres, sqlite, sqlServer}, "holds more than one statement"},
		{"SELECT E'a\\'; DELETE' FROM t", []string{postgres}, ""},
		{"SELECT $$a; b$$, $x$;$$;$x$, $1 FROM t", []string{postgres}, ""},
		{"SELECT $$a; b", []string{postgres}, "between dollar signs that does not end"},
		{"SELECT 1 # ; DELETE", []string{mysql}, ""},
		{"SELECT 5--2; DELETE FROM t", []string{mysql}, "holds more than one statement"},
		{"SELECT 1 /* a /* b */ c */", []string{postgres, sqlServer}, ""},
		{"SELECT 1 /* a /* b */ ; DELETE */", []string{mysql, sqlite}, "holds more than one statement"},
		{"SELECT 1 /* a", all, "holds a comment that does not end"},
		{"SELECT 'a", all, "holds a text or a quoted name that does not end"},
		{"SELECT \"a", all, "holds a text or a quoted name that does not end"},
	} {
		for _, dialect := range c.dialects {
			got := checkStatement(dialect, c.query)
			if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
				t.Errorf("%s: %s: %q, want %q", dialect, c.query, got, c.want)
			}
		}
	}
}

// FuzzStatement feeds any text: the lexer comes to an end without a panic.
func FuzzStatement(f *testing.F) {
	for _, query := range []string{"SELECT 1", "SELECT 'a''b' -- c", "WITH a AS (SELECT 1) SELECT $$x$$", "SELECT [a]]b] /* c */", "\\'", "$", "'\\"} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		for _, dialect := range []string{sqlServer, postgres, mysql, sqlite} {
			if problem := checkStatement(dialect, query); problem == "" && !strings.Contains(strings.ToUpper(query), "SELECT") {
				t.Errorf("%s took %q", dialect, query)
			}
		}
	})
}
