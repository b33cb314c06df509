package source

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxText is the longest id or name that is taken, in characters.
const MaxText = 1000

// IDProblem says why a text cannot be an id, or "". Ids are opaque: any characters but control and bidirectional ones, line separators and
// the replacement character; not empty, at most MaxText characters, no white space around.
func IDProblem(id string) string {
	switch {
	case id == "":
		return "is empty"
	case !utf8.ValidString(id):
		return "is not valid UTF-8"
	case utf8.RuneCountInString(id) > MaxText:
		return fmt.Sprintf("is longer than %d characters", MaxText)
	case strings.TrimSpace(id) != id:
		return fmt.Sprintf("%s has white space around it", show(id))
	}
	for _, r := range id {
		switch {
		case r == utf8.RuneError:
			return fmt.Sprintf("%s holds U+FFFD, the mark of a wrong encoding", show(id))
		case harmful(r):
			return fmt.Sprintf("%s holds the character U+%04X, which cannot be seen", show(id), r)
		}
	}
	return ""
}

// CleanName makes a name from outside fit for a list: white space of any kind becomes single spaces, control and bidirectional characters
// become U+FFFD, and what is longer than MaxText characters is cut.
func CleanName(name string) string {
	if plainASCII(name) {
		return name
	}
	var runes []rune
	for _, r := range strings.Join(strings.Fields(name), " ") {
		if harmful(r) {
			r = utf8.RuneError
		}
		if len(runes) == MaxText {
			return strings.TrimRight(string(runes[:MaxText-1]), " ") + "…"
		}
		runes = append(runes, r)
	}
	return string(runes)
}

// plainASCII spares CleanName's work for nearly every name.
func plainASCII(s string) bool {
	if len(s) > MaxText || strings.TrimSpace(s) != s || strings.Contains(s, "  ") {
		return false
	}
	for i := range len(s) {
		if s[i] < 0x20 || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// harmful tells characters that hide or reorder text: controls, line and paragraph separators, bidirectional marks, and the invisible
// ones that make two ids look alike.
func harmful(r rune) bool {
	if r < 0x20 || r == 0x7f {
		return true
	}
	if r < 0x80 {
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Bidi_Control) || r == '\u200b' || r == '\u2060' || r == '\ufeff'
}

// show quotes a text from outside for a message, short and harmless.
func show(s string) string {
	const most = 60
	if utf8.RuneCountInString(s) > most {
		s = string([]rune(s)[:most]) + "…"
	}
	return strconv.Quote(s)
}
