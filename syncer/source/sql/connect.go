package sql

import (
	"context"
	stdsql "database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	mysqldriver "github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/stdlib"
	mssql "github.com/microsoft/go-mssqldb"
	"github.com/microsoft/go-mssqldb/msdsn"
	_ "modernc.org/sqlite" // the driver of files

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
)

// connect prepares a connection without using it yet, and gives the texts that no message may show.
func (r *reader) connect(ctx context.Context) (*stdsql.DB, []string, error) {
	if r.dialect == sqlite {
		db, err := r.openFile()
		return db, nil, err
	}
	address, err := r.config.Secret(ctx, addressField)
	if err != nil {
		return nil, nil, err
	}
	var db *stdsql.DB
	var password string
	switch r.dialect {
	case postgres:
		db, password = openPostgres(address)
	case mysql:
		db, password = openMySQL(address)
	default:
		db, password = openSQLServer(address)
	}
	if db == nil { // what the driver says of it may hold the password
		return nil, nil, &billing.Failure{Class: billing.ClassAuth, Op: "connect to the database",
			Message: "the secret source." + r.config.Name + "." + addressField + " is no address of the dialect " + r.dialect, Hint: "write it as " + forms()[r.dialect]}
	}
	db.SetMaxOpenConns(1)
	return db, hiddenTexts(address, password), nil
}

// forms are how the address of each dialect looks.
func forms() map[string]string {
	return map[string]string{
		postgres:  "postgres://user:password@host:5432/name?sslmode=verify-full", // #nosec G101 -- a form, with words in place of values
		mysql:     "user:password@tcp(host:3306)/name?tls=true",
		sqlServer: "sqlserver://user:password@host:1433?database=name&encrypt=true",
	}
}

// hiddenTexts are an address and its password in every form that a message could repeat.
func hiddenTexts(address, password string) []string {
	hidden := []string{address}
	if password != "" {
		hidden = append(hidden, password, url.QueryEscape(password), url.PathEscape(password), (&url.URL{User: url.UserPassword("", password)}).User.String()[1:])
	}
	return hidden
}

// openFile opens an SQLite file that is there, for reading.
func (r *reader) openFile() (*stdsql.DB, error) {
	path := r.config.Options.Text("path", "")
	fail := func(message string) error {
		return &source.ReadError{Source: r.config.Name, File: path, Message: message}
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, fail("cannot be read: " + reason(err))
	case !info.Mode().IsRegular():
		return nil, fail("is not a regular file")
	}
	whole, err := filepath.Abs(path)
	if err != nil {
		return nil, fail("cannot be read: " + reason(err))
	}
	whole = filepath.ToSlash(whole)
	if !strings.HasPrefix(whole, "/") {
		whole = "/" + whole // a drive letter
	}
	db, err := stdsql.Open("sqlite", "file://"+(&url.URL{Path: whole}).EscapedPath()+"?mode=ro&_pragma=busy_timeout(5000)&_pragma=query_only(1)")
	if err != nil {
		return nil, fail("cannot be opened: " + err.Error())
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// openPostgres takes an address as a URL or as key=value pairs; nil: it is neither.
func openPostgres(address string) (db *stdsql.DB, password string) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, ""
	}
	// One statement a query, whatever the address says, and nothing kept on the server between two.
	config.DefaultQueryExecMode = pgx.QueryExecModeDescribeExec
	config.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, DeadlineDelay: time.Second} // a query that nobody waits for ends
	}
	return stdlib.OpenDB(*config), config.Password
}

// openMySQL takes an address in the driver's own form or as a URL; nil: it is neither.
func openMySQL(address string) (db *stdsql.DB, password string) {
	config, err := parseMySQL(address)
	if err != nil {
		return nil, ""
	}
	config.MultiStatements, config.ParseTime, config.InterpolateParams = false, false, false
	config.AllowAllFiles, config.Logger = false, &mysqldriver.NopLogger{}
	connector, err := mysqldriver.NewConnector(config)
	if err != nil {
		return nil, ""
	}
	return stdsql.OpenDB(connector), config.Passwd
}

func parseMySQL(address string) (*mysqldriver.Config, error) {
	scheme, _, isURL := strings.Cut(address, "://")
	if !isURL || scheme != "mysql" && scheme != "mariadb" {
		return mysqldriver.ParseDSN(address)
	}
	parsed, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	host, port := parsed.Hostname(), parsed.Port()
	if port == "" {
		port = "3306"
	}
	config, err := mysqldriver.ParseDSN(fmt.Sprintf("tcp(%s)/%s?%s", joinHost(host, port), strings.TrimPrefix(parsed.EscapedPath(), "/"), parsed.RawQuery))
	if err != nil {
		return nil, err
	}
	config.User = parsed.User.Username()
	config.Passwd, _ = parsed.User.Password()
	return config, nil
}

func joinHost(host, port string) string {
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return host + ":" + port
}

// openSQLServer takes an address as a URL or as key=value pairs; nil: it is neither.
func openSQLServer(address string) (db *stdsql.DB, password string) {
	config, err := msdsn.Parse(address)
	if err != nil || config.Host == "" || config.ChangePassword != "" {
		return nil, ""
	}
	config.LogFlags = 0 // its log would show queries
	return stdsql.OpenDB(mssql.NewConnectorConfig(config)), config.Password
}
