//go:build unix

package main

import (
	"os"
	"strings"
	"syscall"

	"cwsync/syncer"
)

// usageHead is the header row of most of these files.
const usageHead = "customer_id,service_id,quantity\n"

// hostileUsage are usage files: no change at all comes of any, for the lines of a source that cannot be read whole are left as they are.
func hostileUsage() []hostileRow {
	rows := []hostileRow{
		{name: "no file", make: func(h *hostileRig) { h.remove("usage.csv") }, says: "usage.csv"},
		{name: "a folder", make: func(h *hostileRig) { h.remove("usage.csv"); h.folderAt("usage.csv") }, says: "usage.csv"},
		{name: "a pipe that nobody writes to", make: func(h *hostileRig) { h.remove("usage.csv"); h.pipe("usage.csv") }, says: "usage.csv"},
		{name: "a device without end", make: func(h *hostileRig) { h.remove("usage.csv"); h.link("/dev/zero", "usage.csv") }, says: "usage.csv"},
		{name: "a link to itself", make: func(h *hostileRig) { h.remove("usage.csv"); h.link("usage.csv", "usage.csv") }, says: "usage.csv"},
		{name: "1 GB", make: func(h *hostileRig) { h.sparse("usage.csv", 1<<30) }, says: "usage.csv"},
	}
	for _, c := range []struct{ name, text, says string }{
		{"empty", "", "usage.csv"},
		{"NUL bytes", strings.Repeat("\x00", 5000), "usage.csv:1"},
		{"a NUL in an id", usageHead + "1\x00,mbx,7\n", "usage.csv:2"},
		{"UTF-16 without a mark", "c\x00u\x00s\x00t\x00o\x00m\x00e\x00r\x00_\x00i\x00d\x00\n\x00", "usage.csv:1"},
		{"another encoding", usageHead + "M\xfcller,mbx,7\n", "usage.csv:2"},
		{"an open quote", usageHead + "1,\"mbx,7\n2,mbx,8\n", "the quoted field that starts on line 2"},
		{"an open quote of 2 MB", usageHead + "1,\"" + strings.Repeat("x", 2<<20), "usage.csv:2"},
		{"a quote within", usageHead + "1,m\"bx\",7\n", "usage.csv:2"},
		{"a column twice", "customer_id,service_id,quantity,quantity\n1,mbx,7,8\n", "usage.csv:1"},
		{"no header row", "1,mbx,7\n", "usage.csv:1"},
		{"a short line", usageHead + "1,mbx\n", "usage.csv:2"},
		{"a long line", usageHead + "1,mbx,7,8,9\n", "usage.csv:2"},
		{"a formula as quantity", usageHead + "1,mbx,=1+1\n", `"=1+1" is not a decimal`},
		{"a command as id", usageHead + "\"=cmd|' /C calc'!A0\x07\",mbx,7\n", "usage.csv:2"},
		{"an escape sequence as id", usageHead + "1\x1b]0;owned\x07,mbx,7\n", "usage.csv:2"},
		{"an escape sequence as quantity", usageHead + "1,mbx,\x1b[2J7\n", "usage.csv:2"},
		{"right to left", usageHead + "1\u202e2,mbx,7\n", "usage.csv:2"},
		{"an invisible space", usageHead + "1\u200b,mbx,7\n", "usage.csv:2"},
		{"10 to the 400", usageHead + "1,mbx,1" + strings.Repeat("0", 400) + "\n", "usage.csv:2"},
		{"an exponent", usageHead + "1,mbx,1e400\n", "usage.csv:2"},
		{"less than nothing", usageHead + "1,mbx,-7\n", "usage.csv:2"},
		{"no number", usageHead + "1,mbx,Infinity\n", "usage.csv:2"},
		{"digits of another script", usageHead + "1,mbx,١٢\n", "usage.csv:2"},
		{"an id of 1 MB", usageHead + strings.Repeat("9", 1<<20) + ",mbx,7\n", "usage.csv:2"},
		{"one customer twice", usageHead + "1,mbx,7\n1,mbx,8\n", "usage.csv:3"},
		{"a date that is none", "customer_id,service_id,quantity,as_of\n1,mbx,7,2026-02-30\n", "usage.csv:2"},
		{"a status that is none", "customer_id,service_id,quantity,status\n1,mbx,7,paused\n", "usage.csv:2"},
		{"100,000 columns", strings.Repeat("x,", 100_000) + "\n", "usage.csv:1"},
		{"a web page", "<!DOCTYPE html><html><title>Log in</title></html>\n", "usage.csv:1"},
		{"a zip archive", "PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00", "usage.csv:1"},
	} {
		rows = append(rows, hostileRow{name: c.name, says: c.says, make: func(h *hostileRig) { h.write("usage.csv", c.text) }})
	}
	for _, c := range []struct{ name, text, says string }{
		{"JSON cut short", `[{"customer_id":"1","service_id":"mbx","quantity":7},{"customer`, "usage.json"},
		{"JSON nested a million deep", strings.Repeat("[", 1<<20), "usage.json"},
		{"JSON nested in itself", strings.Repeat(`{"a":`, 1<<18) + "1", "usage.json"},
		{"JSON that is a number", "7", "usage.json"},
		{"a JSON quantity without end", `[{"customer_id":"1","service_id":"mbx","quantity":1e400}]`, "usage.json"},
		{"a JSON quantity that is a list", `[{"customer_id":"1","service_id":"mbx","quantity":[7]}]`, "usage.json"},
		{"a JSON key twice", `[{"customer_id":"1","service_id":"mbx","quantity":7,"quantity":8}]`, "usage.json"},
		{"JSON with NaN", `[{"customer_id":"1","service_id":"mbx","quantity":NaN}]`, "usage.json"},
	} {
		rows = append(rows, hostileRow{name: c.name, says: c.says, args: []string{"--sync", "--profile", "json"}, make: func(h *hostileRig) { h.write("usage.json", c.text) }})
	}
	for i := range rows {
		rows[i].exit = syncer.ExitFailed
	}
	return rows
}

func (h *hostileRig) remove(name string) { h.must(os.Remove(h.path(name))) }

func (h *hostileRig) folderAt(name string) { h.must(os.Mkdir(h.path(name), 0o700)) }

func (h *hostileRig) pipe(name string) { h.must(syscall.Mkfifo(h.path(name), 0o600)) }

func (h *hostileRig) link(to, name string) { h.must(os.Symlink(to, h.path(name))) }

// sparse makes a file of a size that takes no space.
func (h *hostileRig) sparse(name string, size int64) {
	h.write(name, usageHead)
	h.must(os.Truncate(h.path(name), size))
}

func (h *hostileRig) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}
