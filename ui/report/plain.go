package report

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	esc        = 0x1b
	csi8       = 0x9b // the 8-bit form of ESC [
	bell       = 0x07
	st8        = 0x9c // the 8-bit form of ESC \, which ends a string
	zeroJoin   = '\u200d'
	zeroNoJoin = '\u200c'
)

// Plain makes text from outside safe for a terminal or a log. Complete escape sequences go; line breaks and tabs become one space; what is
// left of control, bidirectional and other invisible format characters, and invalid UTF-8, becomes U+FFFD. Joiners stay where they join,
// since scripts and emoji need them. Plain text comes back as it is.
func Plain(s string) string {
	if isPlain(s) {
		return s
	}
	s = stripSequences(s)
	var b strings.Builder
	b.Grow(len(s))
	broken, bare := false, true // broken: within a run of line breaks; bare: nothing yet that a mark could sit on
	for _, r := range s {
		breaks := isBreak(r)
		switch {
		case breaks && !broken:
			b.WriteByte(' ')
		case breaks:
		case !shown(r), bare && sits(r):
			b.WriteRune(utf8.RuneError)
		default:
			b.WriteRune(r)
		}
		broken, bare = breaks, breaks || r == ' '
	}
	return b.String()
}

// CSVCell makes text from outside safe for a cell of a CSV file that somebody opens in a spreadsheet: plain, and with a ' in front of what
// would be taken for a formula. It is for texts; numbers of our own are written as they are.
func CSVCell(s string) string {
	plain := Plain(s)
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(plain, " "))
	if strings.ContainsRune("=+-@＝＋－＠", first) && first != utf8.RuneError || strings.HasPrefix(s, "\t") || strings.HasPrefix(s, "\r") {
		return "'" + plain
	}
	return plain
}

func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

func isBreak(r rune) bool {
	return r >= '\t' && r <= '\r' || r == 0x85 || r == '\u2028' || r == '\u2029'
}

// shown reports whether r may be printed: no control and no format character, save for the two joiners.
func shown(r rune) bool {
	return r == zeroJoin || r == zeroNoJoin || !unicode.In(r, unicode.Cc, unicode.Cf, unicode.Cs)
}

// sits reports whether r belongs on the character before it. Without one it would change the width of whatever stands in front of the text.
func sits(r rune) bool {
	return r == zeroJoin || r == zeroNoJoin || unicode.In(r, unicode.Mn, unicode.Me, unicode.Mc) || r >= 0x1f3fb && r <= 0x1f3ff
}

// stripSequences removes every complete escape sequence. One that never ends is no sequence: only its first character is refused later, so that
// no text is lost to a stray byte.
func stripSequences(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	endless := len(s) // from here on no string sequence ends
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r != esc && r != csi8 {
			b.WriteString(s[i : i+size])
			i += size
			continue
		}
		length := sequence(s[i:], i < endless)
		if length == 0 {
			if r == esc && opensString(s[i+size:]) {
				endless = min(endless, i)
			}
			b.WriteRune(r)
			length = size
		}
		i += length
	}
	return b.String()
}

// sequence is the length in bytes of the complete escape sequence that s begins with, 0 when there is none.
func sequence(s string, mayEnd bool) int {
	if s[0] != esc {
		return controlSequence(s, utf8.RuneLen(csi8))
	}
	switch {
	case strings.HasPrefix(s[1:], "["):
		return controlSequence(s, 2)
	case opensString(s[1:]):
		if mayEnd {
			return stringSequence(s)
		}
		return 0
	}
	i := skip(s, 1, 0x20, 0x2f)
	if i < len(s) && s[i] >= 0x30 && s[i] <= 0x7e {
		return i + 1
	}
	return 0
}

// opensString reports whether s, which follows an ESC, opens a sequence that lasts until its terminator: OSC, DCS, SOS, PM or APC.
func opensString(s string) bool { return s != "" && strings.IndexByte("]PX^_", s[0]) >= 0 }

func controlSequence(s string, start int) int {
	i := skip(s, start, 0x30, 0x3f)
	i = skip(s, i, 0x20, 0x2f)
	if i < len(s) && s[i] >= 0x40 && s[i] <= 0x7e {
		return i + 1
	}
	return 0
}

func stringSequence(s string) int {
	for i, r := range s {
		switch {
		case r == bell || r == st8:
			return i + utf8.RuneLen(r)
		case r == esc && strings.HasPrefix(s[i+1:], `\`):
			return i + 2
		}
	}
	return 0
}

func skip(s string, i int, low, high byte) int {
	for i < len(s) && s[i] >= low && s[i] <= high {
		i++
	}
	return i
}
