package match

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// form is a company's name taken apart: what must be equal, and what may differ between two spellings of one company.
type form struct {
	equal string   // the words; names are equal when these are. Empty for a name that no other may equal
	core  []string // the words without article and legal form, "and" as "&"
	near  string   // core without spaces and accents
	wide  string   // core without spaces, umlauts written out
	text  string   // core with spaces and without accents
	ands  string   // how "and" is written, each time
	legal string   // the legal form as it is written
	canon string   // the legal form in full
	the   bool
}

func formOf(name string) form {
	all := words(name)
	if len(all) == 0 {
		return form{}
	}
	f := form{equal: strings.Join(all, " ")}
	if strings.ContainsRune(f.equal, utf8.RuneError) {
		f.equal = "" // two unreadable names may differ in what cannot be read
	}
	rest := splitAffixes(all)
	if len(rest) > 1 && rest[0] == "the" {
		f.the, rest = true, rest[1:]
	}
	rest, legal := stripLegal(rest)
	f.legal, f.canon = strings.Join(legal, " "), canonical(legal)
	f.core = make([]string, len(rest))
	for i, word := range rest {
		if isAnd(word) {
			f.ands += word + " "
			word = "&"
		}
		f.core[i] = word
	}
	for len(f.core) > 1 && f.core[len(f.core)-1] == "&" {
		f.core = f.core[:len(f.core)-1] // that of "& Co"
	}
	f.text = bare(strings.Join(f.core, " "))
	f.near = strings.ReplaceAll(f.text, " ", "")
	f.wide = expanded(strings.Join(f.core, ""))
	return f
}

func isAnd(word string) bool {
	return word == "&" || word == "+" || word == "and" || word == "und" || word == "et"
}

// What a difference of two spellings costs.
const (
	costSpelling = 0.03 // "&" for "and", Ltd for Limited or for nothing
	costOther    = 0.08 // another legal form: perhaps another company
	costSmall    = 0.02 // spaces, accents, "The"
	costUnnamed  = 0.01
)

// difference says in words what two spellings of one core differ in, and what they score.
func difference(a, b *form) (what string, score float64) {
	var names []string
	score = 1
	note := func(name string, cost float64) {
		names = append(names, name)
		score -= cost
	}
	if a.ands != b.ands && a.ands != "" && b.ands != "" {
		note(`"&"`, costSpelling)
	}
	switch {
	case a.legal == b.legal:
	case a.canon == b.canon || a.legal == "" || b.legal == "":
		note("the legal form", costSpelling)
	default:
		note("another legal form", costOther)
	}
	if a.the != b.the {
		note(`"The"`, costSmall)
	}
	switch aCore, bCore := strings.Join(a.core, ""), strings.Join(b.core, ""); {
	case aCore != bCore:
		note("accents", costSmall)
	case !slices.Equal(a.core, b.core):
		note("spaces", costSmall)
	}
	if len(names) == 0 {
		note("signs", costUnnamed)
	}
	return "same name but for " + listed(names), score
}

// listed joins as people do: a, b and c.
func listed(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
