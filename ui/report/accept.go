package report

import (
	"strings"

	"cwsync/syncer/plan"
)

// acceptHint says how the row may be released; empty when it may not, or when its whole source is held, where the source says it.
func (r *row) acceptHint() string {
	if r.action != plan.Hold {
		return ""
	}
	if byKey, _ := plan.Acceptable(r.code); !byKey {
		return ""
	}
	return acceptWith(r.Key.String())
}

func acceptWith(key string) string {
	if Plain(key) != key {
		return "accept it in the wizard: its key has characters that cannot be shown"
	}
	return "accept with --accept " + quoted(key)
}

// quoted is an argument as a shell takes it: as it is, in double quotes that every shell knows, or in those of POSIX.
func quoted(s string) string {
	switch {
	case s != "" && strings.IndexFunc(s, func(r rune) bool { return !isBare(r) }) < 0:
		return s
	case !strings.ContainsAny(s, "\"$`\\!"):
		return `"` + s + `"`
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

func isBare(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_@%+=:,./-", r)
}
