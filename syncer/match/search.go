package match

import (
	"slices"
)

// Bounds of what is looked at closely for one service.
const (
	maxBest  = 2000 // products that share the most words with it
	maxOther = 60   // products that share fewer
	maxAlike = 20   // products spelled alike
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

// sharing gives the products that have the most of the service's words, by their weight.
func (s *shop) sharing(w *want) []int32 {
	shared := map[int32]float64{}
	for i, term := range w.terms {
		list := slices.Concat(s.byTerm[term], s.byPart[term])
		slices.Sort(list)
		for _, at := range slices.Compact(list) {
			shared[at] += w.weights[i]
		}
	}
	most := 0.0
	for _, weight := range shared {
		most = max(most, weight)
	}
	var best, others []int32
	for at, weight := range shared {
		if weight > most-1e-9 {
			best = append(best, at)
		} else {
			others = append(others, at)
		}
	}
	return append(s.shortest(best, maxBest, nil), s.shortest(others, maxOther, shared)...)
}

// shortest takes those of greatest weight, of equal ones those that say the least besides.
func (s *shop) shortest(list []int32, most int, weights map[int32]float64) []int32 {
	if len(list) <= most {
		return list
	}
	slices.SortFunc(list, func(a, b int32) int {
		if d := weights[a] - weights[b]; d > 1e-9 || d < -1e-9 {
			if d > 0 {
				return -1
			}
			return 1
		}
		if d := len(s.terms[a]) - len(s.terms[b]); d != 0 {
			return d
		}
		return int(a) - int(b)
	})
	return list[:most]
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
