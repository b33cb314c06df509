//go:build unix

package main

import (
	"database/sql"
	"os"
	"strings"

	"cwsync/syncer"
)

// hostileFlags are command lines that mean nothing: what was meant is not guessed.
func hostileFlags() []hostileRow {
	rows := []hostileRow{
		{name: "unknown", args: []string{"--sync", "--force"}, says: "--force"},
		{name: "a slip", args: []string{"--sync", "--dryrun"}, says: "--dryrun"},
		{name: "no verification", args: []string{"--sync", "--insecure"}, says: "--insecure"},
		{name: "a secret as argument", args: []string{"secret", "set", "connection.private_key", "hunter2"}, says: "the value is never an argument"},
		{name: "that contradict", args: []string{"--sync", "--accessible"}, says: "--accessible"},
		{name: "without --sync", args: []string{"--accept", "mail/1/mbx"}, says: "--accept goes with --sync"},
		{name: "a plan without a dry run", args: []string{"--sync", "--out", "x.json"}, says: "--dry-run"},
		{name: "a time that is none", args: []string{"--sync", "--timeout", "60"}, says: "60"},
		{name: "a time less than nothing", args: []string{"--sync", "--timeout", "-60s"}, says: "more than 0"},
		{name: "a time without end", args: []string{"--sync", "--settle", "99999999999h"}, says: "--settle"},
		{name: "less than no requests", args: []string{"--sync", "--concurrency", "-1"}, says: "--concurrency"},
		{name: "too many requests", args: []string{"--sync", "--concurrency", "1000000"}, says: "--concurrency"},
		{name: "a number without end", args: []string{"--sync", "--max-rpm", strings.Repeat("9", 400)}, says: "--max-rpm"},
		{name: "no profile", args: []string{"--sync", "--profile", ""}, says: "--profile"},
		{name: "a profile with a slash", args: []string{"--sync", "--profile", "../default"}, says: "--profile"},
		{name: "a profile that harms", args: []string{"--sync", "--profile", "a\x1b[2J\u202e"}, says: "--profile"},
		{name: "a profile of 1 MB", args: []string{"--sync", "--profile", strings.Repeat("p", 1<<20)}, says: "--profile"},
		{name: "no database", args: []string{"--sync", "--db", ""}, says: "--db"},
		{name: "a source that is not there", args: []string{"--sync", "--source", "post"}, says: "post"},
		{name: "a customer that is not there", args: []string{"--sync", "--customer", "1\x1b[2J"}, says: "1"},
		{name: "a key that is none", args: []string{"--sync", "--accept", "mail/1"}, says: "mail/1"},
		{name: "a log that is none", args: []string{"--sync", "--log-level", "all\n"}, says: "--log-level"},
		{name: "a command that is none", args: []string{"synch\x1b[2J"}, says: "synch"},
		{name: "an argument too many", args: []string{"apply", "plan.json", "plan.json"}, says: "apply"},
	}
	for i := range rows {
		rows[i].exit = syncer.ExitUsage
	}
	return rows
}

// hostileEnvironment is what surrounds the program: its store, its credentials, its variables.
func hostileEnvironment() []hostileRow {
	credentials := func(text string, mode os.FileMode) func(*hostileRig) {
		return func(h *hostileRig) {
			h.write("keys.yaml", text)
			h.must(os.Chmod(h.path("keys.yaml"), mode))
		}
	}
	with := []string{"--sync", "--credentials", "keys.yaml"}
	variable := func(name, value string) func(*hostileRig) { return func(h *hostileRig) { h.t.Setenv(name, value) } }
	good := "connection.public_key: a\nconnection.private_key: b\n"
	return []hostileRow{
		{name: "the store is a folder", exit: syncer.ExitStore, make: func(h *hostileRig) { h.folderAt("d"); h.t.Setenv("CWSYNC_DB", h.path("d")) }, says: "not a file"},
		{name: "the store is below a file", exit: syncer.ExitStore, make: variable("CWSYNC_DB", "usage.csv/x.db"), says: "usage.csv"},
		{name: "the store is no database", exit: syncer.ExitStore, make: variable("CWSYNC_DB", "usage.csv"), says: "usage.csv"},
		{name: "the store is a pipe", exit: syncer.ExitStore, make: func(h *hostileRig) { h.pipe("p"); h.t.Setenv("CWSYNC_DB", h.path("p")) }, says: "not a file"},
		{name: "the store has a name without end", exit: syncer.ExitStore, make: variable("CWSYNC_DB", strings.Repeat("x", 5000)), says: "too long"},
		{name: "the store is cut short", exit: syncer.ExitStore, make: func(h *hostileRig) { h.otherStore(""); h.must(os.Truncate(h.path("other.db"), 40_000)) }, says: "other.db"},
		{name: "the store is damaged", exit: syncer.ExitStore, make: func(h *hostileRig) { h.otherStore(""); h.scramble("other.db") }, says: "other.db"},
		{name: "the store is of a newer program", exit: syncer.ExitStore, make: func(h *hostileRig) {
			h.otherStore("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)")
		}, says: "a newer cwsync made this database"},
		{name: "the store is another program's", exit: syncer.ExitStore, make: func(h *hostileRig) { h.otherStore("PRAGMA application_id = 7") }, says: "another program"},
		{name: "no home", exit: syncer.ExitStore, make: func(h *hostileRig) {
			for _, name := range []string{"CWSYNC_DB", "HOME", "XDG_CONFIG_HOME"} {
				h.t.Setenv(name, "")
			}
		}, says: "HOME"},
		{name: "credentials that others can read", exit: syncer.ExitCredentials, args: with, make: credentials(good, 0o644), says: "keys.yaml"},
		{name: "credentials that the group can read", exit: syncer.ExitCredentials, args: with, make: credentials(good, 0o640), says: "keys.yaml"},
		{name: "credentials that are not there", exit: syncer.ExitCredentials, args: with, says: "keys.yaml"},
		{name: "credentials that are a folder", exit: syncer.ExitCredentials, args: with, make: func(h *hostileRig) { h.folderAt("keys.yaml") }, says: "keys.yaml"},
		{name: "credentials that are a device", exit: syncer.ExitCredentials, args: with, make: func(h *hostileRig) { h.link("/dev/zero", "keys.yaml") }, says: "keys.yaml"},
		{name: "credentials of aliases", exit: syncer.ExitCredentials, args: with, make: credentials("a: &a [x, x]\nb: &b [*a, *a]\nconnection.private_key: *b\n", 0o600), says: "keys.yaml"},
		{name: "credentials that are no map", exit: syncer.ExitCredentials, args: with, make: credentials("hunter2\n", 0o600), says: "no map"},
		{name: "credentials of 1 GB", exit: syncer.ExitCredentials, args: with, make: func(h *hostileRig) { h.sparse("keys.yaml", 1<<30) }, says: "keys.yaml"},
		{name: "a key with a line break", exit: syncer.ExitCredentials, make: variable("CWSYNC_CONNECTION_PRIVATE_KEY", "hunter2\r\nX-Evil: 1"), says: "line break"},
		{name: "a key that is wrong", exit: syncer.ExitCredentials, make: variable("CWSYNC_CONNECTION_PRIVATE_KEY", "hunter2"), says: "connection"},
		{name: "a key with a colon", exit: syncer.ExitUsage, make: variable("CWSYNC_CONNECTION_PUBLIC_KEY", "a:b"), says: "colon"},
		{name: "no keys", exit: syncer.ExitCredentials, make: variable("CWSYNC_CONNECTION_PRIVATE_KEY", ""), says: "connection.private_key"},
		{name: "a secret of nothing", exit: syncer.ExitUsage, args: []string{"secret", "set", "connection.private_key"}, says: "empty"},
		{name: "a secret without end", exit: syncer.ExitUsage, args: []string{"secret", "set", "connection.private_key"}, stdin: strings.Repeat("x", 1<<20), says: "longer"},
		{name: "a secret with a way out", exit: syncer.ExitUsage, args: []string{"secret", "set", "../../passwd"}, stdin: "x", says: "secret"},
	}
}

// otherStore lets the program use a copy of the store, after a statement was carried out in it.
func (h *hostileRig) otherStore(statement string) {
	text, err := os.ReadFile(h.path("cwsync.db"))
	h.must(err)
	h.write("other.db", string(text))
	h.t.Setenv("CWSYNC_DB", h.path("other.db"))
	if statement == "" {
		return
	}
	db, err := sql.Open("sqlite", h.path("other.db"))
	h.must(err)
	defer db.Close()
	_, err = db.ExecContext(h.t.Context(), statement)
	h.must(err)
}

// scramble alters every page of a database but the first, which holds the names of the tables.
func (h *hostileRig) scramble(name string) {
	text, err := os.ReadFile(h.path(name))
	h.must(err)
	for i := 4096; i < len(text); i++ {
		text[i] ^= 0x5a
	}
	h.write(name, string(text))
}
