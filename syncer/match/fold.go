package match

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// unspoken goes before compatibility forms are unified, which would make letters or spaces of it.
var unspoken = strings.NewReplacer("´", "", "`", "", "’", "", "‘", "", "®", "", "™", "", "©", "", "℠", "")

// words are the words of a name as far as they matter to equality: compatibility forms unified (NFKC), case folded, without white space,
// punctuation and invisible characters. Signs that carry meaning (&, +, #, @, %, *) are words of their own. A name that is not valid UTF-8, or
// was not where it comes from, has a U+FFFD in a word.
func words(name string) []string {
	return strings.Fields(spaced(folded(name)))
}

func folded(name string) string {
	if isASCII(name) {
		return strings.ToLower(strings.ReplaceAll(name, "`", ""))
	}
	name = strings.ToValidUTF8(name, string(utf8.RuneError))
	name = norm.NFKC.String(unspoken.Replace(name))
	return norm.NFKC.String(cases.Fold().String(name))
}

// spaced puts spaces where a name has punctuation, and around signs. Apostrophes and points join what they stand in, save for a point
// between digits.
func spaced(name string) string {
	var b strings.Builder
	b.Grow(len(name) + 8)
	runes := []rune(name)
	for i, r := range runes {
		switch {
		case r < utf8.RuneSelf && (r >= 'a' && r <= 'z' || r >= '0' && r <= '9'):
			b.WriteByte(byte(r))
		case r == '.' && i > 0 && i+1 < len(runes) && unicode.IsDigit(runes[i-1]) && unicode.IsDigit(runes[i+1]):
			b.WriteRune(r)
		case r == '.' || r == '\'' || unicode.Is(unicode.Cf, r):
		case strings.ContainsRune("&+#@%*", r):
			b.WriteByte(' ')
			b.WriteRune(r)
			b.WriteByte(' ')
		case r == '|' || unicode.IsPunct(r) || unicode.IsSpace(r) || unicode.IsControl(r):
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// wide are letters that are written as two where the keyboard lacks them, and that have no accent to drop or an accent that counts as a letter.
var (
	wide   = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "å", "aa", "ø", "oe", "æ", "ae", "œ", "oe")
	narrow = strings.NewReplacer("ø", "o", "æ", "ae", "œ", "oe", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "ı", "i")
)

// bare drops accents: müller is muller.
func bare(folded string) string {
	if isASCII(folded) {
		return folded
	}
	var b strings.Builder
	for _, r := range norm.NFD.String(narrow.Replace(folded)) {
		// Marks of scripts in which they are letters (kana, Indic) stay: only those on Latin, Greek and Cyrillic letters are accents.
		if r >= 0x300 && r <= 0x36f {
			continue
		}
		b.WriteRune(r)
	}
	return norm.NFC.String(b.String())
}

// expanded writes umlauts out: müller is mueller.
func expanded(folded string) string {
	if isASCII(folded) {
		return folded
	}
	return bare(wide.Replace(folded))
}

const shownRunes = 60 // longest name within a reason

// shown is a name from outside for a reason: one line, without control and invisible characters, not longer than shownRunes.
func shown(name string) string {
	var b strings.Builder
	count, gap := 0, false
	for _, r := range name {
		switch {
		case unicode.IsSpace(r):
			gap = true
			continue
		case r == utf8.RuneError || !unicode.IsPrint(r):
			r = utf8.RuneError
		}
		if count >= shownRunes-1 {
			b.WriteRune('…')
			break
		}
		if gap && count > 0 {
			b.WriteByte(' ')
			count++
		}
		gap = false
		b.WriteRune(r)
		count++
	}
	return b.String()
}

func quoted(name string) string { return `"` + shown(name) + `"` }
