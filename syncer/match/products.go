package match

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"cwsync/syncer/billing"
)

const (
	maxChoices    = 5
	worthOffering = 0.50 // a product below it is not offered
	clearly       = 0.02 // what the best choice must be ahead of the next to be suggested
)

// Products suggests a product for each service, sorted by service id. Bundles and inactive products are never offered; a product that taken
// says is mapped already is marked, and suggested only to the service that has it. No product is suggested twice. Give it all services of a
// source at once: what their products have in common, such as the vendor's name, then tells a service's product from its namesakes. When
// ctx is done before the work is, the answer is nil: ask ctx.Err.
func Products(ctx context.Context, services []Named, products []billing.Product, taken map[int]string) []Suggestion {
	s := newShop(ctx, products)
	ordered := slices.Clone(services)
	slices.SortFunc(ordered, func(a, b Named) int { return cmp.Or(strings.Compare(a.ID, b.ID), strings.Compare(a.Name, b.Name)) })
	wants := make([]want, len(ordered))
	places := make([][]int32, len(ordered))
	for i, service := range ordered {
		if ctx.Err() != nil {
			return nil
		}
		wants[i] = s.want(service)
		places[i] = s.search(&wants[i])
	}
	family := s.context(wants, places)
	suggestions := make([]Suggestion, len(ordered))
	for i := range ordered {
		if ctx.Err() != nil {
			return nil
		}
		suggestions[i] = s.suggest(&wants[i], places[i], family, taken)
	}
	s.share(suggestions)
	return suggestions
}

// suggest scores what was found for one service.
func (s *shop) suggest(w *want, places []int32, context map[string]bool, taken map[int]string) Suggestion {
	suggestion := Suggestion{Service: w.id}
	for _, at := range places {
		score, why := s.score(w, int(at), context)
		if score = round(score); score < worthOffering {
			continue
		}
		product := &s.products[at]
		choice := Choice{Product: product.ID, Identifier: product.Identifier, Score: score, Why: why, TakenBy: taken[product.ID]}
		suggestion.Choices = insertChoice(suggestion.Choices, choice)
	}
	suggestion.decide()
	return suggestion
}

// insertChoice keeps the best choices in order; of equal ones the lower product id comes first.
func insertChoice(best []Choice, one Choice) []Choice {
	place, _ := slices.BinarySearchFunc(best, one, func(a, b Choice) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), a.Product-b.Product)
	})
	if place >= maxChoices {
		return best
	}
	best = slices.Insert(best, place, one)
	return best[:min(maxChoices, len(best))]
}

// decide says whether the best choice is one to suggest.
func (g *Suggestion) decide() {
	if len(g.Choices) == 0 {
		g.Reason = "no product is named like it"
		return
	}
	best := &g.Choices[0]
	is := fmt.Sprintf("%s (%.2f)", shown(best.Identifier), best.Score)
	switch {
	case best.Score < Likely:
		g.Reason = fmt.Sprintf("no product is named like it; nearest %s: %s", is, best.Why)
	case best.TakenBy != "" && best.TakenBy != g.Service:
		g.Reason = fmt.Sprintf("%s fits best, but %s is mapped to it", is, quoted(best.TakenBy))
	case len(g.Choices) > 1 && round(best.Score-g.Choices[1].Score) < clearly:
		second := &g.Choices[1]
		g.Reason = fmt.Sprintf("%s and %s (%.2f) fit alike", is, shown(second.Identifier), second.Score)
	default:
		g.Product, g.Reason = best.Product, is+": "+best.Why
	}
}

// share leaves a product that is suggested to several services to the one that it fits best.
func (s *shop) share(suggestions []Suggestion) {
	claims := map[int][]int{}
	for i := range suggestions {
		if product := suggestions[i].Product; product != 0 {
			claims[product] = append(claims[product], i)
		}
	}
	for _, all := range claims {
		slices.SortStableFunc(all, func(a, b int) int {
			return cmp.Compare(suggestions[b].Choices[0].Score, suggestions[a].Choices[0].Score)
		})
		for place, i := range all {
			if len(all) == 1 || place == 0 && suggestions[i].Choices[0].Score > suggestions[all[1]].Choices[0].Score {
				continue
			}
			other := all[0]
			if place == 0 {
				other = all[1]
			}
			one := &suggestions[i]
			one.Product = 0
			one.Reason = fmt.Sprintf("%s (%.2f) fits, but it fits %s as well", shown(one.Choices[0].Identifier), one.Choices[0].Score,
				quoted(suggestions[other].Service))
		}
	}
}
