package match

import (
	"slices"
	"strings"

	"github.com/adrg/strutil/metrics"
)

// scoredRunes bounds how much of a text is looked at for likeness, which costs the square of it. Equality looks at all.
const scoredRunes = 80

func cut(text string) string {
	count := 0
	for i := range text {
		if count == scoredRunes {
			return text[:i]
		}
		count++
	}
	return text
}

// grams finds texts that share many pairs of letters with a query, without comparing it to each.
type grams struct {
	texts    []string
	postings map[uint64][]int32 // pair of runes → texts that have it
	sizes    []int32            // distinct pairs of each text
	shared   []int32            // scratch: pairs in common with the query
	touched  []int32            // scratch: texts with any
	pairs    []uint64           // scratch
}

func newGrams(texts []string) *grams {
	g := &grams{postings: map[uint64][]int32{}, texts: make([]string, len(texts)), sizes: make([]int32, len(texts)), shared: make([]int32, len(texts))}
	for i, text := range texts {
		g.texts[i] = cut(text)
		g.pairs = pairsOf(g.texts[i], g.pairs[:0])
		g.sizes[i] = int32(len(g.pairs))
		for _, pair := range g.pairs {
			g.postings[pair] = append(g.postings[pair], int32(i))
		}
	}
	return g
}

// pairsOf are the distinct pairs of neighbouring runes, the ends of the text counting as spaces, sorted.
func pairsOf(text string, into []uint64) []uint64 {
	if text == "" {
		return into
	}
	before := ' '
	for _, r := range text {
		into = append(into, uint64(before)<<32|uint64(r))
		before = r
	}
	into = append(into, uint64(before)<<32|uint64(' '))
	slices.Sort(into)
	return slices.Compact(into)
}

// alike is one text and how like the query it is, 0 to 1.
type alike struct {
	index int
	score float64
}

// nearest gives the texts most like the query, best first, at most limit. Of those that share the most pairs it takes the mean of that share and
// of Jaro-Winkler: the one alone thinks too much of a common beginning, the other too little.
func (g *grams) nearest(query string, limit int) []alike {
	query = cut(query)
	g.pairs = pairsOf(query, g.pairs[:0])
	for _, pair := range g.pairs {
		for _, at := range g.postings[pair] {
			if g.shared[at] == 0 {
				g.touched = append(g.touched, at)
			}
			g.shared[at]++
		}
	}
	found := g.most(2 * limit)
	jaro := metrics.NewJaroWinkler()
	for i := range found {
		found[i].score = (found[i].score + jaro.Compare(query, g.texts[found[i].index])) / 2
	}
	slices.SortFunc(found, byScore)
	return found[:min(limit, len(found))]
}

// most takes the texts that share the most pairs with the query and clears the scratch.
func (g *grams) most(limit int) []alike {
	var best []alike // sorted
	for _, at := range g.touched {
		one := alike{int(at), 2 * float64(g.shared[at]) / float64(g.sizes[at]+int32(len(g.pairs)))}
		g.shared[at] = 0
		if len(best) == limit && byScore(best[limit-1], one) <= 0 {
			continue
		}
		place, _ := slices.BinarySearchFunc(best, one, byScore)
		if len(best) < limit {
			best = append(best, one)
		}
		copy(best[place+1:], best[place:])
		best[place] = one
	}
	g.touched = g.touched[:0]
	return best
}

func byScore(a, b alike) int {
	switch {
	case a.score > b.score:
		return -1
	case a.score < b.score:
		return 1
	}
	return a.index - b.index
}

// squashed is a text without anything but its letters, digits and signs, without accents.
func squashed(text string) string { return bare(strings.Join(words(text), "")) }
