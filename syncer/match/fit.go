package match

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/adrg/strutil/metrics"
)

// What a product scores for a service.
const (
	scoreCode     = 1.00 // the identifier itself
	scoreSKU      = 0.99 // the vendor's number for it
	scoreSame     = 0.97 // the description has exactly its words
	scoreAll      = 0.90 // the description has all its words
	scoreAbbr     = 0.03 // more: the identifier abbreviates them
	scoreOnlyAbbr = 0.62 // nothing but that
	scoreClash    = 0.70 // at most, where a number or a "+" differs
	costClash     = 0.20 // of that, at least
	costTrail     = 0.08 // each word behind that the service lacks: it names another product
	costInner     = 0.04 // each word in between
	costFiller    = 0.01 // each word that says little
	costLead      = 0.01 // each word in front that the other services' products lack
	stemmed       = 0.95 // of the weight of a word that is there in another form
	looksLike     = 0.85 // of the likeness of spelling
)

// fit is how a product has the words of a service.
type fit struct {
	terms   []string // of the description, at most 64
	wanted  int      // number of the service's words
	used    uint64   // those of terms that are the service's
	covered float64  // 0 to 1, by weight
	missing []string // the service's words that the product lacks
	stems   bool     // some are there in another form
	abbr    bool     // the identifier abbreviates all words
	exact   bool     // all words are in the description as they are
}

func (s *shop) fit(w *want, at int) fit {
	f := fit{terms: s.terms[at][:min(64, len(s.terms[at]))], wanted: len(w.terms), exact: true}
	missed := 0.0
	for i, term := range w.terms {
		place := f.find(term, func(a, b string) bool { return a == b })
		if place < 0 {
			if place = f.find(term, sameStem); place >= 0 {
				f.stems, f.exact = true, false
				f.covered += w.weights[i] * stemmed
				f.used |= 1 << place
				continue
			}
		}
		switch {
		case place >= 0:
			f.used |= 1 << place
			f.covered += w.weights[i]
		case slices.Contains(s.parts[at], term):
			f.exact = false
			f.covered += w.weights[i]
		default:
			f.exact = false
			f.missing = append(f.missing, term)
			missed += w.weights[i]
		}
	}
	var runs []string
	if len(w.runs) > 0 || len(f.missing) > 0 && len(f.missing) < len(w.terms) {
		runs = runsOf(termsOf(s.products[at].Identifier))
	}
	f.abbr = slices.ContainsFunc(runs, func(run string) bool { return w.runs[run] })
	inner, trail := f.extra()
	if slices.Contains(f.missing, "plus") || slices.ContainsFunc(f.missing, telling) && len(inner)+len(trail) > 0 {
		f.abbr = false // a P is not proof of a "+": it may be that of Premium
		return f
	}
	if len(f.missing) > 0 && len(f.missing) < len(w.terms) && (f.abbr || abbreviated(runs, f.missing)) {
		f.missing = nil
		f.covered += missed * stemmed
	}
	return f
}

// abbreviated reports whether some run stands for all the missing words; a lone word needs three of its letters.
func abbreviated(runs, missing []string) bool {
	return slices.ContainsFunc(runs, func(run string) bool {
		return (len(missing) > 1 || len(run) >= 3) && abbreviates(run, missing)
	})
}

// find is the first place of a word that is not used yet, or -1.
func (f *fit) find(term string, same func(a, b string) bool) int {
	for i, other := range f.terms {
		if f.used&(1<<i) == 0 && same(term, other) {
			return i
		}
	}
	return -1
}

// sameStem reports whether two words are likely forms of one: archive, archiving.
func sameStem(a, b string) bool {
	if telling(a) || telling(b) {
		return false
	}
	shared := 0
	for shared < min(len(a), len(b)) && a[shared] == b[shared] {
		shared++
	}
	for shared > 0 && shared < len(a) && !utf8.RuneStart(a[shared]) {
		shared--
	}
	ends := func(word string) int { return utf8.RuneCountInString(word[shared:]) }
	stem := utf8.RuneCountInString(a[:shared])
	return stem >= 4 && ends(a) <= 3 && ends(b) <= 3 && stem > ends(a)+ends(b)
}

func (f *fit) full() bool { return len(f.missing) == 0 && f.covered > 0 }

// bounds are the places of the first and the last of the service's words, or -1.
func (f *fit) bounds() (first, last int) {
	first, last = -1, -1
	for i := range f.terms {
		if f.used&(1<<i) != 0 {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	return first, last
}

// lead are the words before the service's.
func (f *fit) lead() []string {
	first, _ := f.bounds()
	return f.terms[:max(first, 0)]
}

// extra are the words between and behind the service's.
func (f *fit) extra() (inner, trail []string) {
	first, last := f.bounds()
	if first < 0 {
		return nil, nil
	}
	for i := first; i <= last; i++ {
		if f.used&(1<<i) == 0 {
			inner = append(inner, f.terms[i])
		}
	}
	return inner, f.terms[last+1:]
}

// clash is the number or "+" in which product and service differ, in words; empty where there is none. A number in front is a family's: Microsoft
// 365 Business Basic is a Business Basic.
func (f *fit) clash(w *want) string {
	for _, term := range f.missing {
		if telling(term) {
			return "it lacks " + quoted(sign(term))
		}
	}
	inner, trail := f.extra()
	for _, term := range slices.Concat(inner, trail) {
		if telling(term) && !slices.Contains(w.terms, term) {
			return "it has " + quoted(sign(term)) + " too"
		}
	}
	return ""
}

// sign is a word as sellers write it.
func sign(term string) string {
	if term == "plus" {
		return "+"
	}
	return term
}

// score is what a product scores for a service, and why.
func (s *shop) score(w *want, at int, context map[string]bool) (float64, string) {
	if score, why := s.scoreCodes(w, at); score > 0 {
		return score, why
	}
	f := s.fit(w, at)
	score, why := f.scoreWords(context)
	if score < Likely {
		text := s.grams.texts[at]
		if near := looksLike * (metrics.NewJaroWinkler().Compare(cut(w.text), text) + dice(cut(w.text), text)) / 2; near > score && f.covered > 0 {
			score, why = near, "spelled alike"
		}
	}
	if f.abbr && score < scoreOnlyAbbr {
		score, why = scoreOnlyAbbr, "only the identifier may stand for it"
	}
	if clash := f.clash(w); clash != "" && score > 0 {
		return max(0, min(score-costClash, scoreClash)), why + ", but " + clash
	}
	return min(score, scoreSKU), why
}

func (s *shop) scoreCodes(w *want, at int) (float64, string) {
	product := &s.products[at]
	for _, code := range w.codes {
		switch code {
		case joined(product.Identifier):
			return scoreCode, "this is its identifier"
		case joined(product.VendorSKU):
			return scoreSKU, "this is its vendor SKU"
		case joined(product.PartNumber):
			return scoreSKU, "this is its part number"
		}
	}
	return 0, ""
}

func joined(code string) string { return strings.Join(termsOf(code), "") }

func (f *fit) scoreWords(context map[string]bool) (float64, string) {
	if f.covered == 0 {
		return 0, "nothing in common"
	}
	inner, trail := f.extra()
	score, why := scoreAll*f.covered, "all words in the description"
	lead := f.lead()
	switch {
	case len(f.missing) == 1 && telling(f.missing[0]) && (f.missing[0] == "plus" || f.wanted > 2):
		score, why = scoreAll, "all other words in the description" // but what is missing costs more than its weight
	case !f.full():
		why = "some words in the description; missing: " + shown(strings.Join(f.missing, " "))
	case f.exact && len(lead)+len(inner)+len(trail) == 0:
		score, why = scoreSame, "the same words in the description"
	case f.used == 0:
		why = "all words in the identifier or part number"
	case f.stems:
		why = "all words in the description, not all in the same form"
	case !f.exact:
		why = "all words in description and identifier"
	}
	if f.abbr {
		score += scoreAbbr
		why += ", and the identifier abbreviates them"
	}
	var more []string
	for _, term := range inner {
		score -= cost(term, costInner)
		more = append(more, sign(term))
	}
	for _, term := range trail {
		score -= cost(term, costTrail)
		more = append(more, sign(term))
	}
	for _, term := range lead {
		if len(context) > 0 && !context[term] {
			score -= costLead
		}
	}
	if len(more) > 0 {
		why += "; it says more: " + shown(strings.Join(more, " "))
	}
	return max(score, 0), why
}

func cost(term string, full float64) float64 {
	if filler[term] {
		return costFiller
	}
	return full
}

// dice is the share of pairs of letters that two texts have in common, 0 to 1.
func dice(a, b string) float64 {
	as, bs := pairsOf(a, nil), pairsOf(b, nil)
	if len(as)+len(bs) == 0 {
		return 0
	}
	shared := 0
	for i, j := 0, 0; i < len(as) && j < len(bs); {
		switch {
		case as[i] == bs[j]:
			shared++
			i++
			j++
		case as[i] < bs[j]:
			i++
		default:
			j++
		}
	}
	return 2 * float64(shared) / float64(len(as)+len(bs))
}
