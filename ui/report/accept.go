package report

import (
	"strings"

	"cwsync/syncer/plan"
	"cwsync/ui/theme"
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

// acceptLead stands before what is to be copied.
const acceptLead = "accept with "

func acceptWith(key string) string {
	if Plain(key) != key {
		return "accept it in the wizard: its key has characters that cannot be shown"
	}
	return acceptLead + "--accept " + quoted(key)
}

// accept writes how to release something. What is to be copied is never broken: where it does not fit behind its lead it gets a line of its own,
// even one that is wider than the page.
func (t *page) accept(at int, hint string) {
	argument, copied := strings.CutPrefix(hint, acceptLead)
	switch {
	case !copied:
		t.paragraph(at, theme.Dim, hint)
	case at+cells(hint) <= t.width:
		t.line(piece{spaces(at), theme.Normal}, piece{hint, theme.Dim})
	default:
		t.line(piece{spaces(at), theme.Normal}, piece{strings.TrimSpace(acceptLead), theme.Dim})
		t.line(piece{spaces(min(at, max(t.width-cells(argument), 0))), theme.Normal}, piece{argument, theme.Dim})
	}
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
