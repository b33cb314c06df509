package match

import (
	"math"
	"slices"
)

// Bounds of what is looked at closely for one service.
const (
	maxBest  = 2000 // products that share the most words with it
	maxOther = 60   // products that share fewer
	maxAlike = 20   // products spelled alike
)

// What products are ordered by for one service is packed into one number, so that sorting is fast.
const (
	worst      = 1<<16 - 1
	indexBits  = 32
	lengthBits = 16
)

// search finds the products that may fit, in order.
func (s *shop) search(w *want) []int32 {
	var found []int32
	for _, code := range w.codes {
		found = append(found, s.byCode[code]...)
	}
	for run := range w.runs {
		list := s.byRun[run]
		found = append(found, list[:min(maxBest, len(list))]...)
	}
	found = append(found, s.sharing(w)...)
	for _, near := range s.grams.nearest(w.text, maxAlike) {
		found = append(found, int32(near.index))
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// sharing gives the products that have the most of the service's words, by their weight; of equal ones those that say the least besides.
func (s *shop) sharing(w *want) []int32 {
	var touched []int32
	for i, term := range w.terms {
		list := slices.Concat(s.byTerm[term], s.byPart[term])
		slices.Sort(list)
		for _, at := range slices.Compact(list) {
			if s.shared[at] == 0 {
				touched = append(touched, at)
			}
			s.shared[at] += w.weights[i]
		}
	}
	order := make([]uint64, len(touched)) // what is lacking, length, index: lower is better
	for i, at := range touched {
		lacks := uint64(math.Round((1 - min(1, s.shared[at])) * worst))
		order[i] = lacks<<(indexBits+lengthBits) | uint64(min(worst, len(s.terms[at])))<<indexBits | uint64(at)
		s.shared[at] = 0
	}
	slices.Sort(order)
	var found []int32
	others := 0
	for _, key := range order {
		if key>>(indexBits+lengthBits) != order[0]>>(indexBits+lengthBits) {
			others++
		}
		if others <= maxOther && (others > 0 || len(found) < maxBest) {
			found = append(found, int32(key&(1<<indexBits-1)))
		}
	}
	return found
}

// context are the words that stand before the service's in what fits more than half of the services: the vendor's name, the family.
func (s *shop) context(wants []want, places [][]int32) map[string]bool {
	count, served := map[string]int{}, 0
	for i := range wants {
		own := map[string]bool{}
		fits := false
		for _, at := range places[i] {
			if f := s.fit(&wants[i], int(at)); f.full() && f.clash(&wants[i]) == "" {
				fits = true
				for _, term := range f.lead() {
					own[term] = true
				}
			}
		}
		if fits {
			served++
		}
		for term := range own {
			count[term]++
		}
	}
	if served < 2 {
		return nil
	}
	context := map[string]bool{}
	for term, n := range count {
		if n > 1 && 2*n > served {
			context[term] = true
		}
	}
	return context
}
