package sql

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"strings"
	"unicode/utf8"

	mysqldriver "github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
	mssql "github.com/microsoft/go-mssqldb"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
)

// fault turns what a database says into an error for people that names no secret.
type fault struct {
	reader *reader
	caller context.Context // ends when somebody stops us
	ctx    context.Context // ends at the time limit too
	hidden []string
}

// of explains an error of doing something. What is explained already stays as it is.
func (f *fault) of(doing string, err error) error {
	_, one := errors.AsType[*source.ReadError](err)
	_, many := errors.AsType[*source.ReadErrors](err)
	switch {
	case one || many:
		return err
	case f.caller.Err() != nil:
		return f.caller.Err()
	case errors.Is(context.Cause(f.ctx), errTimeLimit):
		message := fmt.Sprintf("took longer than %s", f.reader.limit)
		return f.as(f.passing(), doing, message, "make the query faster, or raise options.time_limit")
	}
	class, hint := f.class(err)
	return f.as(class, doing, f.clean(err.Error()), hint)
}

// passing is the class of what may pass by itself: of a file nothing does.
func (f *fault) passing() billing.Class {
	if f.reader.dialect == sqlite {
		return billing.ClassUnset
	}
	return billing.ClassUnavailable
}

func (f *fault) as(class billing.Class, doing, message, hint string) error {
	if class == billing.ClassUnset {
		return &source.ReadError{Source: f.reader.config.Name, File: "database", Message: "cannot " + doing + ": " + message, Hint: hint}
	}
	return &billing.Failure{Class: class, Op: doing, Message: message, Hint: hint}
}

// class says what kind of failure it is, and what to do about it.
func (f *fault) class(err error) (billing.Class, string) {
	if f.reader.dialect == sqlite {
		return billing.ClassUnset, ""
	}
	signIn := "check user and password in the secret source." + f.reader.config.Name + "." + addressField
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch {
		case pg.Code == "28P01" || pg.Code == "28000" || pg.Code == "3D000":
			return billing.ClassAuth, signIn
		case strings.HasPrefix(pg.Code, "53") || strings.HasPrefix(pg.Code, "57P") || strings.HasPrefix(pg.Code, "08"):
			return billing.ClassUnavailable, ""
		}
		return billing.ClassUnset, readOnlyHint(pg.Code == "25006")
	}
	if my, ok := errors.AsType[*mysqldriver.MySQLError](err); ok {
		switch my.Number {
		case 1044, 1045, 1049, 1698:
			return billing.ClassAuth, signIn
		case 1040, 1053, 1203:
			return billing.ClassUnavailable, ""
		}
		return billing.ClassUnset, readOnlyHint(my.Number == 1792)
	}
	if ms, ok := errors.AsType[mssql.Error](err); ok {
		switch ms.Number {
		case 18456, 18452, 18486, 18487, 18488, 4060:
			return billing.ClassAuth, signIn
		case 40197, 40501, 40613:
			return billing.ClassUnavailable, ""
		}
		return billing.ClassUnset, ""
	}
	if unreachable(err) {
		return billing.ClassUnavailable, "check host and port in the secret source." + f.reader.config.Name + "." + addressField + ", and that the database can be reached from here"
	}
	return billing.ClassUnset, ""
}

func readOnlyHint(refused bool) string {
	if refused {
		return "the query writes, by way of a function or of a lock; it must only read"
	}
	return ""
}

func unreachable(err error) bool {
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, mysqldriver.ErrInvalidConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// clean is one harmless line without any secret.
func (f *fault) clean(text string) string {
	const most = 400
	for _, hidden := range f.hidden {
		text = strings.ReplaceAll(text, hidden, "***")
	}
	text = source.CleanName(text)
	if utf8.RuneCountInString(text) > most {
		text = string([]rune(text)[:most]) + "…"
	}
	return text
}

// reason is what the operating system said, without the path that the message has already.
func reason(err error) string {
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		err = pathError.Err
	}
	return err.Error()
}
