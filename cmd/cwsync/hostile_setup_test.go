//go:build unix

package main

import (
	"strings"

	"cwsync/syncer"
)

// hostileSetups are set-up documents: one that is not right in every place changes nothing of the set-up that is there.
func hostileSetups() []hostileRow {
	laughs := "a: &a [x, x, x, x, x, x, x, x, x]\n"
	for c := 'b'; c <= 'i'; c++ {
		laughs += string(c) + ": &" + string(c) + " [" + strings.Repeat("*"+string(c-1)+", ", 8) + "*" + string(c-1) + "]\n"
	}
	args := []string{"setup", "import", "hostile.yaml"}
	rows := []hostileRow{
		{name: "no file", args: args, says: "hostile.yaml"},
		{name: "a folder", args: args, make: func(h *hostileRig) { h.folderAt("hostile.yaml") }, says: "hostile.yaml"},
		{name: "a device without end", args: args, make: func(h *hostileRig) { h.link("/dev/zero", "hostile.yaml") }, says: "larger than 8 MiB"},
		{name: "1 GB", args: args, make: func(h *hostileRig) { h.sparse("hostile.yaml", 1<<30) }, says: "larger than 8 MiB"},
		{name: "aliases of aliases from standard input", args: []string{"setup", "import", "-"}, stdin: laughs, says: "anchors and aliases"},
	}
	for _, c := range []struct{ name, text, says string }{
		{"nothing", "", "hostile.yaml:1:1"},
		{"aliases of aliases", laughs, "hostile.yaml:1:4: anchors and aliases are not understood"},
		{"an alias to itself", "version: &a [*a]\n", "anchors"},
		{"tabs", "version: 1\nconnection:\n\tsite: x\n", "hostile.yaml:3"},
		{"nested a million deep", strings.Repeat("[", 1<<20), "nested more than 30 deep"},
		{"a tag", "version: !!python/object/apply:os.system [id]\n", "tags are not understood"},
		{"two documents", "version: 1\n---\nversion: 1\n", "a second YAML document"},
		{"another encoding", "\xff\xfev\x00", "UTF-16"},
		{"an escape sequence", "version: 1\n# \x1b[2J\n", "U+001B"},
		{"a web page", "<!DOCTYPE html>\n<html>\n", "hostile.yaml:1:1"},
		{"a private key", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjE\n", "hostile.yaml:1"},
	} {
		rows = append(rows, hostileRow{name: c.name, args: args, says: c.says, make: func(h *hostileRig) { h.write("hostile.yaml", c.text) }})
	}
	for _, c := range []struct{ name, old, now, says string }{
		{"version 2", "version: 1", "version: 2", "hostile.yaml:1"},
		{"a version that is a text", "version: 1", "version: one", "hostile.yaml:1"},
		{"a key twice", "version: 1", "version: 1\nversion: 1", "hostile.yaml:2"},
		{"an unknown key", "version: 1", "version: 1\nverify_tls: false", "verify_tls"},
		{"no verification", "connection: {", "connection: {insecure: true, ", "insecure"},
		{"a secret in it", "connection: {", "connection: {private_key: x, ", "private_key"},
		{"a password in the address", "site: \"http://", "site: \"https://user:hunter2@", "connection.site"},
		{"plain http to a stranger", "site: \"http://127.0.0.1", "site: \"http://cw.example.com", "connection.site"},
		{"a list for a text", "kind: csv", "kind: [csv]", "hostile.yaml:5"},
		{"an unknown kind", "kind: csv", "kind: shell", "shell"},
		{"an unknown option", "options: {path: usage.csv}", "options: {path: usage.csv, exec: rm}", "exec"},
		{"a number for a list", "services: [{id: mbx, product: MBX}]", "services: 7", "services"},
		{"a service twice", "services: [{id: mbx, product: MBX}]", "services: [{id: mbx, product: MBX}, {id: mbx, product: MBX}]", "mbx"},
		{"a name of 1 MB", "name: mail", "name: " + strings.Repeat("m", 1<<20), "sources[0].name"},
		{"a name with a way out", "name: mail", "name: ../../etc", "sources[0].name"},
		{"a quantity without end", "services: [{id: mbx, product: MBX}]", "services: [{id: mbx, product: MBX, quantity: {divide_by: 1e400}}]", "divide_by"},
		{"division by nothing", "services: [{id: mbx, product: MBX}]", "services: [{id: mbx, product: MBX, quantity: {divide_by: 0}}]", "divide_by"},
		{"a company less than 1", "company: 250", "company: -250", "company"},
		{"a company without end", "company: 250", "company: 99999999999999999999", "company"},
		{"an id with a line break", "id: mbx", "id: \"m\\nbx\"", "services[0].id"},
		{"an id that turns round", "id: mbx", "id: \"m\\u202ebx\"", "services[0].id"},
		{"an age less than nothing", "version: 1", "version: 1\nguards: {max_age: -26h}", "max_age"},
		{"a percentage that is none", "version: 1", "version: 1\nguards: {drop_percent: NaN}", "drop_percent"},
	} {
		rows = append(rows, hostileRow{name: c.name, args: args, says: c.says, make: func(h *hostileRig) {
			text := strings.Replace(h.setup(), c.old, c.now, 1)
			if text == h.setup() {
				h.t.Fatalf("%q is not in the set-up", c.old)
			}
			h.write("hostile.yaml", text)
		}})
	}
	for i := range rows {
		rows[i].exit = syncer.ExitUsage
	}
	return rows
}
