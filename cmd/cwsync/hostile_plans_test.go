//go:build unix

package main

import (
	"os"
	"strings"

	"cwsync/syncer"
)

// hostilePlans are plan files: only one that this profile's store made, byte for byte, is applied; anything else is refused whole.
func hostilePlans() []hostileRow {
	apply := []string{"apply", "plan.json"}
	alter := func(old, now string) func(*hostileRig) {
		return func(h *hostileRig) {
			text, err := os.ReadFile(h.path("plan.json"))
			h.must(err)
			altered := strings.Replace(string(text), old, now, 1)
			if altered == string(text) {
				h.t.Fatalf("%q is not in the plan", old)
			}
			h.write("plan.json", altered)
		}
	}
	whole := func(text string) func(*hostileRig) { return func(h *hostileRig) { h.write("plan.json", text) } }
	rows := []hostileRow{
		{name: "cut short", make: func(h *hostileRig) { h.must(os.Truncate(h.path("plan.json"), 400)) }, says: "not JSON, or only a part"},
		{name: "empty", make: whole(""), says: "not JSON"},
		{name: "a web page", make: whole("<html>"), says: "not JSON"},
		{name: "nested a million deep", make: whole(strings.Repeat("[", 1<<20)), says: "not JSON"},
		{name: "a list", make: whole("[]"), says: "not a plan"},
		{name: "a run", make: alter(`"kind": "plan"`, `"kind": "run"`), says: `"run"`},
		{name: "of a newer format", make: alter(`"format_version": 1`, `"format_version": 2`), says: "format_version"},
		{name: "another quantity", make: alter(`"quantity": "7"`, `"quantity": "700"`), says: "altered"},
		{name: "another digest", make: alter(`"setup_digest": "`, `"setup_digest": "0`), says: "altered"},
		{name: "another action", make: alter(`"action": "update"`, `"action": "obliterate"`), says: "altered"},
		{name: "one space more", make: alter("\n", " \n"), says: "altered"},
		{name: "a line that came back", make: alter(`"plan_id"`, `"plan_id": "plan-0", "plan_id"`), says: "altered"},
		{name: "an id that is not known here", make: alter(`"plan_id": "`, `"plan_id": "x`), says: "plan"},
		{name: "an id that harms", make: alter(`"plan_id": "`, `"plan_id": "\u001b[2J\u202e`), says: "plan_id"},
		{name: "of another profile", make: alter(`"profile": "default"`, `"profile": "branch"`), says: "branch"},
		{name: "made over into another profile", args: []string{"apply", "plan.json", "--profile", "json"}, make: alter(`"profile": "default"`, `"profile": "json"`), says: "plan"},
		{name: "applied to another profile", args: []string{"apply", "plan.json", "--profile", "json"}, says: "profile default"},
	}
	for i := range rows {
		rows[i].exit = syncer.ExitStale
	}
	rows = append(rows,
		hostileRow{name: "no file", exit: syncer.ExitUsage, make: func(h *hostileRig) { h.remove("plan.json") }, says: "plan.json"},
		hostileRow{name: "a folder", exit: syncer.ExitUsage, make: func(h *hostileRig) { h.remove("plan.json"); h.folderAt("plan.json") }, says: "plan.json"},
		hostileRow{name: "1 GB", exit: syncer.ExitUsage, make: func(h *hostileRig) { h.sparse("plan.json", 1<<30) }, says: "larger than 256 MiB"},
		hostileRow{name: "applied to another database", exit: syncer.ExitUsage, args: []string{"apply", "plan.json", "--db", "other.db"}, says: "set-up"},
	)
	for i := range rows {
		if rows[i].args == nil {
			rows[i].args = apply
		}
	}
	return rows
}
