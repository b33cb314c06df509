package match

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

// idle are words that say nothing about what is sold.
var idle = map[string]bool{"&": true, "and": true, "for": true, "of": true, "the": true, "with": true, "per": true, "a": true, "und": true, "für": true, "fur": true, "mit": true}

// filler are words that sellers add without meaning another product.
var filler = map[string]bool{"user": true, "users": true, "seat": true, "seats": true, "licence": true, "licences": true, "license": true, "licenses": true,
	"monthly": true, "month": true, "subscription": true, "service": true, "each": true, "benutzer": true, "lizenz": true, "lizenzen": true, "monatlich": true}

// termsOf are the words of a product or service that count, without accents. A "+" behind a word is the word plus; between two words it is "and".
func termsOf(text string) []string {
	var terms []string
	padded := strings.ReplaceAll(text, " + ", " & ")
	for _, word := range words(padded) {
		if word == "+" {
			word = "plus"
		}
		if word = bare(word); !idle[word] && word != "" {
			terms = append(terms, word)
		}
	}
	return terms
}

// telling reports whether a word tells products of one family apart: a number, a "+".
func telling(term string) bool {
	return term == "plus" || strings.ContainsFunc(term, unicode.IsDigit)
}

// want is what is looked for.
type want struct {
	id      string
	terms   []string
	weights []float64 // of terms: a word that few products have says more; they sum up to 1
	text    string
	codes   []string
	runs    map[string]bool // runs of identifier parts that abbreviate all of terms
}

func (s *shop) want(service Named) want {
	w := want{id: service.ID, terms: termsOf(service.Name), runs: map[string]bool{}}
	for _, text := range []string{service.ID, service.Name} {
		code := strings.Join(termsOf(text), "")
		if utf8.RuneCountInString(code) >= 3 && strings.ContainsFunc(code, unicode.IsLetter) {
			w.codes = append(w.codes, code)
		}
	}
	if len(w.terms) == 0 {
		w.terms = termsOf(service.ID)
	}
	const most = 12
	w.terms = w.terms[:min(most, len(w.terms))]
	w.text = strings.Join(w.terms, " ")
	sum := 0.0
	for _, term := range w.terms {
		weight := math.Log(1 + float64(len(s.products)+1)/float64(len(s.byTerm[term])+1))
		w.weights = append(w.weights, weight)
		sum += weight
	}
	for i := range w.weights {
		w.weights[i] /= sum
	}
	if len(w.terms) > 0 {
		first, _ := utf8.DecodeRuneInString(w.terms[0])
		for _, run := range s.byFirst[first] {
			if abbreviates(run, w.terms) {
				w.runs[run] = true
			}
		}
	}
	return w
}

// abbreviates reports whether a run is made of beginnings of all the words, in order: busp of business plus, e3 of e3, p2 of plan 2. A number
// is never shortened, and one letter stands for no single word.
func abbreviates(run string, terms []string) bool {
	if len(terms) == 0 || len(terms) == 1 && utf8.RuneCountInString(run) < 2 {
		return false
	}
	reached := make([]bool, len(run)+1) // places in run to which the words so far can lead
	reached[0] = true
	for _, term := range terms {
		next := make([]bool, len(run)+1)
		for from, ok := range reached {
			if ok {
				reach(run, from, term, next)
			}
		}
		reached = next
	}
	return reached[len(run)]
}

// reach marks the places to which one word's beginning leads.
func reach(run string, from int, term string, next []bool) {
	if strings.ContainsFunc(term, unicode.IsDigit) {
		if strings.HasPrefix(run[from:], term) {
			next[from+len(term)] = true
		}
		return
	}
	for n := 0; n < len(term) && from+n < len(run) && run[from+n] == term[n]; n++ {
		if at := from + n + 1; at == len(run) || utf8.RuneStart(run[at]) {
			next[at] = true
		}
	}
}
