package sql

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	mysqldriver "github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
	mssql "github.com/microsoft/go-mssqldb"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
)

// password has characters that addresses escape.
const password = "hush/ %4&Käse"

// chain is all that an error says, at any depth and with all its fields.
func chain(err error) string {
	var text strings.Builder
	for ; err != nil; err = errors.Unwrap(err) {
		fmt.Fprintf(&text, "%v %+v %#v\n", err, err, err)
	}
	return text.String()
}

func leaks(t *testing.T, name string, err error) {
	t.Helper()
	said := chain(err)
	for _, part := range []string{password, url.QueryEscape(password), url.PathEscape(password), "hush"} {
		if strings.Contains(said, part) {
			t.Errorf("%s: %s shows the password", name, said)
		}
	}
}

func TestAddressesThatAreNone(t *testing.T) {
	for _, c := range []struct{ dialect, address string }{
		{postgres, "postgres://me:" + password + "@host:port/name"},
		{postgres, "host=x port=hush password=" + password},
		{mysql, "me:" + password + "@tcp(host"},
		{mysql, "me:" + password + "@tcp(host)/name?tls=nosuch"},
		{mysql, "mysql://me:" + password + "@ho st/name"},
		{mysql, "mysql://me:hush@host/name?timeout=hush"},
		{sqlServer, "sqlserver://me:" + password + "@host:port"},
		{sqlServer, "server=x;password=hush;encrypt=hush"},
		{sqlServer, "sqlserver://me:hush@host?change+password=hush2"},
	} {
		_, err := newReader(t, source.Options{"dialect": c.dialect, "query": "SELECT 1"}, c.address).Read(t.Context())
		if billing.ClassOf(err) != billing.ClassAuth || !strings.Contains(err.Error(), "the secret source.cloud.address is no address of the dialect "+c.dialect) {
			t.Errorf("%s %s: %v", c.dialect, c.address, err)
		}
		leaks(t, c.dialect, err)
	}
}

func TestOutOfReach(t *testing.T) {
	user := url.UserPassword("me", password).String()
	for dialect, address := range map[string]string{
		postgres:  "postgres://" + user + "@127.0.0.1:1/name?sslmode=disable",
		mysql:     "me:" + password + "@tcp(127.0.0.1:1)/name",
		sqlServer: "sqlserver://" + user + "@127.0.0.1:1?database=name&dial+timeout=1",
	} {
		_, err := newReader(t, source.Options{"dialect": dialect, "query": "SELECT 1", "time_limit": "20s"}, address).Read(t.Context())
		if billing.ClassOf(err) != billing.ClassUnavailable || !strings.Contains(err.Error(), "refused") {
			t.Errorf("%s: %v", dialect, err)
		}
		leaks(t, dialect, err)
	}
}

func TestNoSecret(t *testing.T) {
	if _, err := newReader(t, source.Options{"dialect": mysql, "query": "SELECT 1"}, "").Read(t.Context()); err == nil || !strings.Contains(err.Error(), "no secret address") {
		t.Error(err)
	}
}

// TestWhatServersSay sorts the servers' own errors, which may repeat an address, into what to do about them.
func TestWhatServersSay(t *testing.T) {
	address := "postgres://me:hush@host/name"
	for _, c := range []struct {
		err   error
		class billing.Class
		want  string
	}{
		{&pgconn.PgError{Code: "28P01", Message: "password authentication failed for " + address}, billing.ClassAuth, "check user and password"},
		{&pgconn.PgError{Code: "57P03", Message: "the database system is starting up"}, billing.ClassUnavailable, "starting up"},
		{&pgconn.PgError{Code: "25006", Message: "cannot execute nextval() in a read-only transaction"}, billing.ClassUnset, "it must only read"},
		{&pgconn.PgError{Code: "42P01", Message: "relation \"x\" does not exist\n\x1b[31m"}, billing.ClassUnset, "does not exist"},
		{&mysqldriver.MySQLError{Number: 1045, Message: "Access denied for user 'hush'"}, billing.ClassAuth, "check user and password"},
		{&mysqldriver.MySQLError{Number: 1040, Message: "Too many connections"}, billing.ClassUnavailable, "Too many connections"},
		{&mysqldriver.MySQLError{Number: 1792, Message: "Cannot execute statement in a READ ONLY transaction"}, billing.ClassUnset, "it must only read"},
		{mssql.Error{Number: 18456, Message: "Login failed for user 'me'."}, billing.ClassAuth, "check user and password"},
		{mssql.Error{Number: 40613, Message: "Database is not currently available"}, billing.ClassUnavailable, "not currently available"},
		{mssql.Error{Number: 208, Message: "Invalid object name 'x'."}, billing.ClassUnset, "Invalid object name"},
		{mysqldriver.ErrInvalidConn, billing.ClassUnavailable, "check host and port"},
		{errors.New(strings.Repeat("x", 5000)), billing.ClassUnset, "xxx…"},
	} {
		f := &fault{reader: &reader{config: source.Config{Name: "cloud"}, dialect: postgres, limit: time.Minute}, caller: t.Context(), ctx: t.Context(), hidden: hiddenTexts(address, "hush")}
		err := f.of("run the query", c.err)
		said := err.Error()
		if failure, ok := errors.AsType[*billing.Failure](err); ok {
			said += failure.Hint
		}
		if problem, ok := errors.AsType[*source.ReadError](err); ok {
			said += problem.Hint
		}
		if billing.ClassOf(err) != c.class || !strings.Contains(said, c.want) || strings.ContainsAny(said, "\n\x1b") || len(said) > 600 {
			t.Errorf("%v: %v %s", c.err, billing.ClassOf(err), said)
		}
		leaks(t, c.want, err)
	}
}
