package cwclient

import (
	"strings"
	"sync"

	"github.com/shopspring/decimal"
)

// Bounds of what is remembered: entries, and bytes of one text.
const (
	maxShared     = 1 << 14
	maxSharedText = 256
)

// sharing lets equal texts and numbers of many records use the same memory: a tenant with 100,000 additions has
// few different dates, units, product identifiers and prices. It forgets everything when it is full.
type sharing struct {
	mu      sync.Mutex
	texts   map[string]string
	numbers map[string]decimal.Decimal
}

// newSharing remembers nothing yet.
func newSharing() *sharing {
	return &sharing{texts: map[string]string{}, numbers: map[string]decimal.Decimal{}}
}

// share replaces texts by equal ones that were seen before.
func (s *sharing) share(texts ...*string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.texts) > maxShared {
		clear(s.texts)
	}
	for _, text := range texts {
		if *text == "" || len(*text) > maxSharedText {
			continue
		}
		known, ok := s.texts[*text]
		if !ok {
			known = strings.Clone(*text)
			s.texts[known] = known
		}
		*text = known
	}
}

// shareNumbers replaces numbers by equal ones that were seen before. Decimals are never changed in place.
func (s *sharing) shareNumbers(numbers ...*Number) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.numbers) > maxShared {
		clear(s.numbers)
	}
	for _, n := range numbers {
		if !n.Valid || n.Decimal.IsZero() {
			continue
		}
		key := n.Decimal.String()
		known, ok := s.numbers[key]
		if !ok {
			known = n.Decimal
			s.numbers[key] = known
		}
		n.Decimal = known
	}
}
