package report

import (
	"strings"

	"cwsync/syncer"
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

// CommandHint is the hint of a problem with the flags that help where it is met on the command line. The problem itself names none: the wizard
// shows it too, where flags are of no use.
func CommandHint(p *syncer.Problem) string {
	switch {
	case p.Hint == "":
		return ""
	case p.Code == "busy":
		return p.Hint + ", or give --lock-wait to wait here"
	case p.Code == "throttled":
		return p.Hint + "; --max-rpm lowers what this program asks of it"
	}
	return p.Hint
}

// planWarnings are the warnings of a plan, with one for each acceptance that met nothing.
func planWarnings(p *plan.Plan) []string {
	warnings := joined(p.Warnings, nil)
	for _, entry := range p.Unused {
		warnings = append(warnings, "--accept "+entry+": nothing that may be accepted is held under this name")
	}
	return warnings
}

// acceptedCodes are the reasons to hold a whole source that a reviewer accepted, as people read them.
func acceptedCodes(p *plan.Plan, source string) []string {
	var codes []string
	for _, entry := range p.Accepted {
		if code, ok := strings.CutPrefix(entry, source+":"); ok && !strings.Contains(code, "/") {
			codes = append(codes, words(plan.Code(code)))
		}
	}
	return codes
}
