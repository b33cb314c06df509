package match

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/junegunn/fzf/src/algo"
)

// Entry is a text with a name at its beginning, such as a product: its identifier, and what else is known of it.
type Entry struct{ Name, More string }

// NewNamesFinder prepares entries for finding. Of such a Finder those come first whose name begins with what is typed, then those with a word
// of the name that does, then those with another word that does, then those that have it within a word, then the rest; among them the best score, then the favoured entry, then the
// first by name. Several words are as good as the worst of them.
func NewNamesFinder(entries []Entry) *Finder {
	order := make([]int, len(entries))
	wordeds := make([]worded, len(entries))
	for i := range entries {
		order[i], wordeds[i] = i, newWorded(entries[i])
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(strings.Compare(wordeds[a].text, wordeds[b].text), a-b) })
	texts, words := make([]string, len(entries)), make([]worded, len(entries))
	for i, at := range order {
		texts[i], words[i] = entries[at].Name+" "+entries[at].More, wordeds[at]
	}
	f := NewFinder(texts)
	f.words, f.given = words, order
	return f
}

// FindFavouring is Find with one entry, by its place among those that were given, that comes before others which are just as good. It says
// nothing to a Finder without names.
func (f *Finder) FindFavouring(ctx context.Context, query string, limit, favoured int) []Hit {
	return f.find(ctx, query, limit, favoured)
}

// fitness is how words fit an entry, the best first.
type fitness int

const (
	beginsName fitness = iota
	beginsNameWord
	beginsWord
	within // side by side, but not where a word begins
	scattered
)

// worded is a text as its words are looked up: folded as patterns are, with the places in bytes where words begin.
type worded struct {
	text   string
	begins []uint16
	name   int // bytes of the text that are its name
}

// fitness is that of the word that fits worst.
func (w *worded) fitness(patterns []string) fitness {
	worst := beginsName
	for _, pattern := range patterns {
		worst = max(worst, w.fits(pattern))
	}
	return worst
}

// fits looks for the first word that begins with the pattern.
func (w *worded) fits(pattern string) fitness {
	for _, at := range w.begins {
		if strings.HasPrefix(w.text[at:], pattern) {
			switch {
			case at == 0:
				return beginsName
			case int(at) < w.name:
				return beginsNameWord
			}
			return beginsWord
		}
	}
	if strings.Contains(w.text, pattern) {
		return within
	}
	return scattered
}

// newWorded folds an entry. A word begins at a letter or digit after something else, and between letters and digits; a name begins with anything.
func newWorded(entry Entry) worded {
	name := queried(entry.Name)
	w := worded{text: name + " " + queried(entry.More), name: len(name)}
	w.text = w.text[:min(len(w.text), maxText)]
	before := 0
	for at, r := range w.text {
		kind := kindOf(r)
		if kind != before && kind != 0 || at == 0 {
			w.begins = append(w.begins, uint16(at))
		}
		before = kind
	}
	return w
}

// queried is a text as patternsOf folds queries: lower case, without accents.
func queried(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return strings.ToLower(text)
	}
	runes := []rune(text)
	for i, r := range runes {
		runes[i] = unicode.To(unicode.LowerCase, r)
	}
	return string(algo.NormalizeRunes(runes))
}

// kindOf tells letters, digits and all else apart.
func kindOf(r rune) int {
	switch {
	case 'a' <= r && r <= 'z':
		return 1
	case '0' <= r && r <= '9':
		return 2
	case r < utf8.RuneSelf:
		return 0
	case unicode.IsLetter(r), unicode.IsMark(r):
		return 1
	case unicode.IsDigit(r):
		return 2
	}
	return 0
}
