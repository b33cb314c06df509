package sql

import (
	"strings"
	"testing"
	"time"
)

// TestValues holds what the drivers give for the types of each database, and what becomes of it.
func TestValues(t *testing.T) {
	wall := time.Date(2026, 11, 20, 6, 30, 0, 0, time.UTC)
	away := time.Date(2026, 11, 20, 6, 30, 0, 0, time.FixedZone("", -5*3600))
	for _, c := range []struct {
		dialect, kind string
		value         any
		id            bool
		want, problem string
	}{
		{sqlServer, "DECIMAL", []byte("12345678901234567.891"), false, "12345678901234567.891", ""},
		{sqlServer, "MONEY", []byte("2.3500"), false, "2.3500", ""},
		{sqlServer, "INT", int64(7), true, "7", ""},
		{sqlServer, "DECIMAL", []byte("1001"), true, "1001", ""},
		{sqlServer, "DECIMAL", []byte("1001.00"), true, "", "is the number 1001.00; an id must be text or a whole number"},
		{sqlServer, "NVARCHAR", "Müller", false, "Müller", ""},
		{sqlServer, "UNIQUEIDENTIFIER", []byte{0xff, 0x19, 0x96, 0x6f, 0x86, 0x8b, 0xd0, 0x11, 0xb4, 0x2d, 0x00, 0xc0, 0x4f, 0xc9, 0x64, 0xff}, true, "6F9619FF-8B86-11D0-B42D-00C04FC964FF", ""},
		{sqlServer, "DATETIME2", wall, false, "2026-11-20 06:30:00", ""},
		{sqlServer, "DATETIMEOFFSET", away, false, "2026-11-20T06:30:00-05:00", ""},
		{sqlServer, "DATE", wall, false, "2026-11-20", ""},
		{sqlServer, "REAL", float64(float32(0.1)), false, "0.1", ""},
		{sqlServer, "BIT", true, false, "", "is a truth value where text or a number is needed"},
		{postgres, "NUMERIC", "0.1000000000000000055", false, "0.1000000000000000055", ""},
		{postgres, "TIMESTAMP", wall, false, "2026-11-20 06:30:00", ""},
		{postgres, "TIMESTAMPTZ", away, false, "2026-11-20T06:30:00-05:00", ""},
		{postgres, "FLOAT4", float64(float32(0.1)), false, "0.1", ""},
		{postgres, "FLOAT8", 2.35, false, "2.35", ""},
		{postgres, "FLOAT8", 1.0 / 3, false, "", "is the floating-point number 0.3333333333333333, which is not exact"},
		{postgres, "FLOAT8", 1e15, false, "1000000000000000", ""},
		{postgres, "FLOAT8", 0.000125, false, "0.000125", ""},
		{mysql, "DECIMAL", []byte("3.10"), false, "3.10", ""},
		{mysql, "BIGINT", uint64(18446744073709551615), false, "18446744073709551615", ""},
		{mysql, "FLOAT", float32(1.5), false, "1.5", ""},
		{mysql, "VARCHAR", []byte("C-1"), true, "C-1", ""},
		{mysql, "BLOB", []byte{0xff}, true, "", "is not text in a known encoding"},
		{sqlite, "", 3.5, false, "3.5", ""},
		{sqlite, "", complex(1, 2), false, "", "is of the type"},
	} {
		column := newColumn(c.dialect, "x", c.kind, true, c.id)
		cell, problem := column.cell(c.value)
		if cell.Text != c.want || cell.Present != (c.problem == "") || !strings.Contains(problem, c.problem) || (problem == "") != (c.problem == "") {
			t.Errorf("%s %s %v: %q, %q; want %q, %q", c.dialect, c.kind, c.value, cell.Text, problem, c.want, c.problem)
		}
	}
	if cell, problem := new(column).cell(nil); cell.Present || problem != "" {
		t.Error("NULL is nothing")
	}
}
