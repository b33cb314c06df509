//go:build unix

package main

import (
	"os"
	"slices"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/setup"
)

// TestPathsThatARunReads: a unit with a /tmp of its own would not see what lies there, wherever the set-up names it.
func TestPathsThatARunReads(t *testing.T) {
	document := &setup.Document{Connection: setup.Connection{CAFile: "/tmp/ca.pem"}, Sources: []billing.Source{{Options: map[string]any{
		"path": "/tmp/usage.csv", "command": []any{"/tmp/fetch", 1}, "env": map[string]any{"KEYS": "/tmp/keys", "deep": []any{map[string]any{"a": "/tmp/deep"}}},
	}}}}
	want := []string{"/tmp/ca.pem", "/tmp/deep", "/tmp/fetch", "/tmp/keys", "/tmp/usage.csv"}
	if got := slices.Sorted(slices.Values(pathsOf(document))); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	for path, in := range map[string]bool{"/tmp": true, "/tmp/a": true, "/tmpfile": false, "/srv/tmp/a": false, "": false} {
		if anyIn([]string{"/tmp", "/var/tmp"}, nil, path) != in {
			t.Errorf("%q: want %t", path, in)
		}
	}
}

// TestUsersThatAUnitCanName: systemd reads no quotes in User=.
func TestUsersThatAUnitCanName(t *testing.T) {
	for name, plain := range map[string]bool{"ada": true, "_cw-sync.2": true, `CONTOSO\ada`: false, "ada lovelace": false, "%h": false, "-ada": false, "adä": false} {
		if plainUser.MatchString(name) != plain {
			t.Errorf("%q: want %t", name, plain)
		}
	}
	if os.Geteuid() == 0 && ownerOf("/") != "" {
		t.Errorf("root is nobody else: %q", ownerOf("/"))
	}
}
