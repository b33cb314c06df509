package match

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"cwsync/syncer/billing"
)

// shop is the products that may be suggested, by everything that a service is looked up by. Indexes are into products.
type shop struct {
	products []billing.Product // by id
	terms    [][]string        // words of each description
	parts    [][]string        // words of each identifier, vendor SKU and part number
	byTerm   map[string][]int32
	byPart   map[string][]int32
	byCode   map[string][]int32 // squashed identifier, vendor SKU, part number
	byFirst  map[rune][]string  // distinct runs of identifier parts by their first letter
	byRun    map[string][]int32 // a run of identifier parts → products
	grams    *grams             // of descriptions
	shared   []float64          // scratch: the weight of the words that each product has
}

func newShop(ctx context.Context, products []billing.Product) *shop {
	s := &shop{byTerm: map[string][]int32{}, byPart: map[string][]int32{}, byCode: map[string][]int32{}, byFirst: map[rune][]string{}, byRun: map[string][]int32{}}
	for _, product := range products {
		if product.Class != billing.BundleClass && !product.Inactive {
			s.products = append(s.products, product)
		}
	}
	slices.SortFunc(s.products, func(a, b billing.Product) int { return cmp.Or(a.ID-b.ID, strings.Compare(a.Identifier, b.Identifier)) })
	texts := make([]string, len(s.products))
	s.shared = make([]float64, len(s.products))
	s.terms, s.parts = make([][]string, len(s.products)), make([][]string, len(s.products))
	for i := range s.products {
		if i%checkEvery == 0 && ctx.Err() != nil {
			return s
		}
		product := &s.products[i]
		s.terms[i] = termsOf(product.Description)
		texts[i] = strings.Join(s.terms[i], " ")
		for _, term := range s.terms[i] {
			add(s.byTerm, term, i)
		}
		s.addCodes(i, product)
	}
	for first := range s.byFirst {
		slices.Sort(s.byFirst[first])
		s.byFirst[first] = slices.Compact(s.byFirst[first])
	}
	s.grams = newGrams(texts)
	return s
}

func (s *shop) addCodes(at int, product *billing.Product) {
	for _, code := range []string{product.Identifier, product.VendorSKU, product.PartNumber} {
		if code == "" {
			continue
		}
		parts := termsOf(code)
		s.parts[at] = append(s.parts[at], parts...)
		add(s.byCode, strings.Join(parts, ""), at)
		for _, part := range parts {
			add(s.byPart, part, at)
		}
	}
	for _, run := range runsOf(termsOf(product.Identifier)) {
		if _, known := s.byRun[run]; !known {
			first, _ := utf8.DecodeRuneInString(run)
			s.byFirst[first] = append(s.byFirst[first], run)
		}
		add(s.byRun, run, at)
	}
}

// add puts a product into an index once.
func add(index map[string][]int32, key string, at int) {
	if list := index[key]; len(list) == 0 || list[len(list)-1] != int32(at) {
		index[key] = append(list, int32(at))
	}
}

// runsOf are one to three neighbouring parts of an identifier, joined: PPE-BUS+ has ppe, bus, plus, ppebus, busplus, ppebusplus.
func runsOf(parts []string) []string {
	const longest = 3
	var runs []string
	for i := range parts {
		for n := 1; n <= longest && i+n <= len(parts); n++ {
			if run := strings.Join(parts[i:i+n], ""); len(run) <= scoredRunes {
				runs = append(runs, run)
			}
		}
	}
	return runs
}
