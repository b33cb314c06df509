package cwclient

import (
	"regexp"
	"strings"
	"unicode"
)

// Longest texts kept from a server's error, in characters.
const (
	maxMessage = 500
	maxWord    = 100
)

// escapes finds terminal control sequences: CSI, OSC, and any other introduced by ESC or its C1 forms.
var escapes = regexp.MustCompile("(?:\x1b\\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\x1b\\]|\u009d)[^\x07\x1b\u009c]*(?:\x07|\x1b\\\\|\u009c)?|\x1b.?")

// plain makes text of a server harmless: one line, valid UTF-8, no control, escape, format or bidirectional
// characters, at most limit characters.
func plain(s string, limit int) string {
	if len(s) > 16*limit {
		s = s[:16*limit]
	}
	s = strings.ToValidUTF8(s, "")
	s = escapes.ReplaceAllString(s, "")
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.In(r, unicode.Zl, unicode.Zp):
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs):
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > limit {
		return string(runes[:limit-1]) + "…"
	}
	return s
}
