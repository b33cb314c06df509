package sql

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	mssql "github.com/microsoft/go-mssqldb"

	"cwsync/syncer/source"
)

// column is one column of a result, and how its values are to be understood.
type column struct {
	name    string
	kind    string // the database's name of its type, in capitals; empty where it has none
	dialect string
	used    bool // for something
	id      bool
}

func newColumn(dialect, name, kind string, used, id bool) column {
	return column{name: name, kind: strings.ToUpper(kind), dialect: dialect, used: used, id: id}
}

// numbers are the types of exact numbers that may have a fraction. Drivers give their values as text.
var numbers = []string{"DECIMAL", "NUMERIC", "MONEY", "SMALLMONEY"}

// cell is a value as text, exactly; the second text says why it cannot be one.
func (c *column) cell(value any) (source.Cell, string) {
	var text string
	switch value := value.(type) {
	case nil:
		return source.Cell{}, ""
	case string:
		text = value
	case []byte:
		text = c.bytes(value)
	case int64:
		text = strconv.FormatInt(value, 10)
	case uint64:
		text = strconv.FormatUint(value, 10)
	case float32:
		return c.float(float64(value), 32)
	case float64:
		return c.float(value, c.bits())
	case time.Time:
		text = c.moment(value)
	case bool:
		return source.Cell{}, "is a truth value where text or a number is needed"
	default:
		return source.Cell{}, fmt.Sprintf("is of the type %s, which cannot be read", c.kind)
	}
	if !utf8.ValidString(text) {
		return source.Cell{}, "is not text in a known encoding"
	}
	if c.id && slices.Contains(numbers, c.kind) && strings.Contains(text, ".") {
		return source.Cell{}, "is the number " + text + "; an id must be text or a whole number"
	}
	return source.Cell{Text: text, Present: true}, ""
}

// hint is what to do about a value that cannot be read.
func (c *column) hint(value any) string {
	switch value.(type) {
	case float32, float64:
		return "round it in the query to an exact type, such as CAST(" + c.name + " AS DECIMAL(18,2)); on SQLite ROUND(" + c.name + ", 2)"
	case bool, []byte:
		return "turn it into text in the query"
	}
	return ""
}

// bytes is text that a driver gave as bytes: numbers, texts of MySQL, and the unique identifiers of SQL Server, in its own order of bytes.
func (c *column) bytes(value []byte) string {
	if c.dialect == sqlServer && c.kind == "UNIQUEIDENTIFIER" {
		var id mssql.UniqueIdentifier
		if err := id.Scan(value); err == nil {
			return id.String()
		}
	}
	return string(value)
}

// bits is the precision of a floating-point column.
func (c *column) bits() int {
	if c.kind == "FLOAT4" || c.dialect == sqlServer && c.kind == "REAL" {
		return 32
	}
	return 64
}

// float is a floating-point number in its shortest form. That is what was put in, as long as the type can hold so many digits exactly; with more it
// is what arithmetic left behind, and no amount that anybody may be billed.
func (c *column) float(value float64, bits int) (source.Cell, string) {
	digits := 15
	if bits == 32 {
		digits = 6
	}
	text := strconv.FormatFloat(value, 'f', -1, bits)
	switch {
	case math.IsNaN(value) || math.IsInf(value, 0):
		return source.Cell{}, "is " + text + ", which is no number"
	case c.id:
		return source.Cell{}, "is a floating-point number; an id must be text or a whole number"
	case significant(text) > digits:
		return source.Cell{}, "is the floating-point number " + text + ", which is not exact"
	}
	return source.Cell{Text: text, Present: true}, ""
}

// significant counts the digits that matter.
func significant(text string) int {
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(text, "-"), ".")
	if fraction == "" {
		return len(strings.TrimRight(whole, "0"))
	}
	return len(strings.TrimLeft(whole+fraction, "0"))
}

// zoned are the types of moments that know their zone; SQLite's are in UTC.
var zoned = []string{"TIMESTAMPTZ", "DATETIMEOFFSET"}

// moment is a date or a moment as text. One without a zone is as the clock on the wall showed it.
func (c *column) moment(value time.Time) string {
	switch {
	case c.kind == "DATE":
		return value.Format(time.DateOnly)
	case slices.Contains(zoned, c.kind) || c.dialect == sqlite:
		return value.Format(time.RFC3339)
	}
	return value.Format(time.DateTime)
}
