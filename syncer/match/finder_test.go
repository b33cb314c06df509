package match

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
)

func find(t *testing.T, query string, limit int, texts ...string) []string {
	t.Helper()
	var found []string
	for _, hit := range NewFinder(texts).Find(t.Context(), query, limit) {
		found = append(found, texts[hit.Index])
	}
	return found
}

func TestFind(t *testing.T) {
	products := []string{"VOIP-LINE Business phone line", "PPE-BUS Proofpoint Essentials Business", "PPE-ADV Proofpoint Essentials Advanced", "Müller Maschinenbau", "青空商事 クラウド"}
	for _, c := range []struct {
		name, query string
		first       string
		count       int
	}{
		{"any case", "BUSINESS", products[0], 2},
		{"letters with gaps", "ppbus", products[1], 1},
		{"several words, in any order", "adv proof", products[2], 1},
		{"one of several words is missing", "adv phone", "", 0},
		{"accents do not matter in texts", "muller", products[3], 1},
		{"accents do not matter in queries", "MÜLLER", products[3], 1},
		{"other scripts", "クラ 青空", products[4], 1},
		{"nothing", "zzz", "", 0},
		{"no words", "  ", products[0], 5},
	} {
		found := find(t, c.query, 0, products...)
		if len(found) != c.count || c.count > 0 && found[0] != c.first {
			t.Errorf("%s: %q gave %q", c.name, c.query, found)
		}
	}
}

func TestBestFirstThenShorterThenEarlier(t *testing.T) {
	got := find(t, "bus", 0, "bus line long", "bus line", "BUS line", "omnibus")
	want := []string{"bus line", "BUS line", "bus line long", "omnibus"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if got := find(t, "bus", 2, "omnibus", "bus line", "bus"); !slices.Equal(got, []string{"bus", "bus line"}) {
		t.Errorf("limited: %q", got)
	}
}

func TestPositions(t *testing.T) {
	hits := NewFinder([]string{"Köln Büro Süd"}).Find(t.Context(), "buro kö", 0)
	if len(hits) != 1 || !slices.Equal(hits[0].Positions, []int{0, 1, 5, 6, 7, 8}) {
		t.Errorf("%+v", hits)
	}
	hits = NewFinder([]string{"bus"}).Find(t.Context(), "bu us", 0)
	if !slices.Equal(hits[0].Positions, []int{0, 1, 2}) {
		t.Errorf("%+v", hits)
	}
}

func TestFindStopsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if hits := NewFinder([]string{"bus"}).Find(ctx, "b", 0); hits != nil {
		t.Errorf("%+v", hits)
	}
}

func TestFindInParallelIsTheSame(t *testing.T) {
	texts := make([]string, 3*alone)
	for i := range texts {
		texts[i] = fmt.Sprintf("product %d %s", i%97, strings.Repeat("x", i%13))
	}
	finder := NewFinder(texts)
	for _, query := range []string{"p", "prod 9", "", "xx"} {
		all := finder.Find(t.Context(), query, 0)
		if !slices.IsSortedFunc(all, func(a, b Hit) int { return b.Score - a.Score }) {
			t.Errorf("%q is not sorted", query)
		}
		few := finder.Find(t.Context(), query, 50)
		if !reflect.DeepEqual(few, all[:50]) {
			t.Errorf("%q: the first 50 differ", query)
		}
		var work sync.WaitGroup
		for range 4 {
			work.Go(func() {
				if again := finder.Find(t.Context(), query, 0); !reflect.DeepEqual(again, all) {
					t.Errorf("%q differs at another time", query)
				}
			})
		}
		work.Wait()
	}
}

func TestHostileQueries(t *testing.T) {
	long := strings.Repeat("ab", 50_000)
	finder := NewFinder([]string{long, "", "\x1b[2J", "\xff\xfe", "İstanbul", strings.Repeat("é", 5000)})
	for _, query := range []string{long, "\x00", "\xff", "i", "İ", strings.Repeat("a ", 1000), "\u202e"} {
		for _, hit := range finder.Find(t.Context(), query, 0) {
			if hit.Score < 0 || !slices.IsSorted(hit.Positions) {
				t.Errorf("%.10q: %+v", query, hit.Index)
			}
		}
	}
	if finder.Len() != 6 {
		t.Errorf("length %d", finder.Len())
	}
	if hits := NewFinder(nil).Find(t.Context(), "a", 0); len(hits) != 0 {
		t.Errorf("%+v", hits)
	}
}
