package match

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/junegunn/fzf/src/algo"
	"github.com/junegunn/fzf/src/util"
)

// prepare fills fzf's own tables, once in the life of the process.
var prepare sync.Once

// Finder finds texts by what somebody types. It may be used by several goroutines at once.
type Finder struct {
	texts []util.Chars
	words []worded // of each text, if they have names
	given []int    // of each text, its place among those that were given; nil: the same
}

// Bounds of the Finder.
const (
	maxQuery   = 64        // runes of a query that are looked at; what is longer is typed by nobody
	maxText    = 2000      // runes of a text that are looked at
	slab16     = 64 * 1024 // fzf's working memory; above it fzf takes its simpler way
	slab32     = 4 * 1024
	checkEvery = 512  // texts between two looks at the context
	alone      = 4096 // texts that are not worth a second goroutine
)

// NewFinder prepares texts for finding.
func NewFinder(texts []string) *Finder {
	prepare.Do(func() { algo.Init("default") })
	f := &Finder{texts: make([]util.Chars, len(texts))}
	for i, text := range texts {
		f.texts[i] = util.ToChars([]byte(text))
		if f.texts[i].Length() > maxText {
			f.texts[i] = util.RunesToChars(f.texts[i].ToRunes()[:maxText])
		}
	}
	return f
}

// Len is the number of texts.
func (f *Finder) Len() int { return len(f.texts) }

// Find gives the texts that have all words of the query, each word's letters in order but not necessarily side by side, without regard to case
// and accents: best first, of equals the shorter and then the earlier one. limit 0 or less gives all. A query without words finds everything in
// the order of the texts. When ctx is done before the search is, the answer is nil: ask ctx.Err.
func (f *Finder) Find(ctx context.Context, query string, limit int) []Hit {
	return f.find(ctx, query, limit, -1)
}

func (f *Finder) find(ctx context.Context, query string, limit, favoured int) []Hit {
	patterns := patternsOf(query)
	shares := sharesOf(len(f.texts))
	found := make([][]uint64, len(shares))
	each(shares, func(i int, share span) { found[i] = f.search(ctx, patterns, share, limit, favoured) })
	ranks := slices.Concat(found...)
	if len(shares) > 1 {
		slices.Sort(ranks)
	}
	hits := make([]Hit, len(first(ranks, limit)))
	each(sharesOf(len(hits)), func(_ int, share span) { f.locate(ctx, hits, ranks, patterns, share) })
	if ctx.Err() != nil {
		return nil
	}
	return hits
}

// patternsOf are the words of a query as fzf wants them: lower case, without accents.
func patternsOf(query string) [][]rune {
	var patterns [][]rune
	left := maxQuery
	for word := range strings.FieldsSeq(query) {
		runes := []rune(word)
		runes = runes[:min(left, len(runes))]
		if left -= len(runes); len(runes) == 0 {
			break
		}
		for i, r := range runes {
			runes[i] = unicode.To(unicode.LowerCase, r)
		}
		patterns = append(patterns, algo.NormalizeRunes(runes))
	}
	return patterns
}

// span is a run of texts, end not included.
type span struct{ from, to int }

// sharesOf parts a number of things among the processors.
func sharesOf(count int) []span {
	n := min(runtime.GOMAXPROCS(0), 1+count/alone)
	shares := make([]span, n)
	for i := range shares {
		shares[i] = span{count * i / n, count * (i + 1) / n}
	}
	return shares
}

// each works on all shares at once and waits for them.
func each(shares []span, do func(i int, share span)) {
	var work sync.WaitGroup
	for i, share := range shares[1:] {
		work.Go(func() { do(i+1, share) })
	}
	do(0, shares[0])
	work.Wait()
}

func first(ranks []uint64, limit int) []uint64 {
	if limit > 0 && len(ranks) > limit {
		return ranks[:limit]
	}
	return ranks
}

// A rank is all that hits are ordered by in one number, so that lower is better and sorting is fast: how the words fit the name, score, what
// decides between equals, and place.
const (
	placeBits = 32
	tieBits   = 15
	scoreBits = 14
	mostScore = 1<<scoreBits - 1 // maxQuery runes come to far less
	mostTie   = 1<<tieBits - 1
)

func rank(fits fitness, score, tie, place int) uint64 {
	return uint64(fits)<<(scoreBits+tieBits+placeBits) | uint64(mostScore-min(score, mostScore))<<(tieBits+placeBits) |
		uint64(min(tie, mostTie))<<placeBits | uint64(place)
}

// unrank gives the score and the place that a rank was made of.
func unrank(rank uint64) (score, place int) {
	return mostScore - int(rank>>(tieBits+placeBits)&mostScore), int(rank & (1<<placeBits - 1))
}

// search ranks the hits within a share, best first, at most limit.
func (f *Finder) search(ctx context.Context, patterns [][]rune, share span, limit, favoured int) []uint64 {
	slab := util.MakeSlab(slab16, slab32)
	words := make([]string, len(patterns))
	for i, pattern := range patterns {
		words[i] = string(pattern)
	}
	var ranks []uint64
	for i := share.from; i < share.to; i++ {
		if i%checkEvery == 0 && ctx.Err() != nil {
			return nil
		}
		switch score, ok := f.match(i, patterns, slab); {
		case !ok:
		case len(patterns) == 0:
			ranks = append(ranks, rank(0, 0, 0, i))
		case f.words == nil:
			ranks = append(ranks, rank(0, score, f.texts[i].Length(), i))
		case f.given[i] == favoured:
			ranks = append(ranks, rank(f.words[i].fitness(words), score, 0, i))
		default:
			ranks = append(ranks, rank(f.words[i].fitness(words), score, 1, i))
		}
	}
	slices.Sort(ranks)
	return first(ranks, limit)
}

func (f *Finder) match(at int, patterns [][]rune, slab *util.Slab) (score int, ok bool) {
	for _, pattern := range patterns {
		result, _ := algo.FuzzyMatchV2(false, true, true, &f.texts[at], pattern, false, slab)
		if result.Start < 0 {
			return 0, false
		}
		score += result.Score
	}
	return score, true
}

// locate fills in the hits of a share and where the words are in them.
func (f *Finder) locate(ctx context.Context, hits []Hit, ranks []uint64, patterns [][]rune, share span) {
	slab := util.MakeSlab(slab16, slab32)
	for i := share.from; i < share.to; i++ {
		if i%checkEvery == 0 && ctx.Err() != nil {
			return
		}
		score, place := unrank(ranks[i])
		hits[i] = Hit{Index: place, Score: score}
		if f.given != nil {
			hits[i].Index = f.given[place]
		}
		for n, pattern := range patterns {
			_, where := algo.FuzzyMatchV2(false, true, true, &f.texts[place], pattern, true, slab)
			switch {
			case where == nil:
			case n == 0:
				hits[i].Positions = *where
			default:
				hits[i].Positions = append(hits[i].Positions, *where...)
			}
		}
		slices.Sort(hits[i].Positions)
		hits[i].Positions = slices.Compact(hits[i].Positions)
	}
}
