package match

import (
	"context"
	"fmt"
	"slices"
	"testing"
)

func findNames(t *testing.T, query string, favoured int, entries ...Entry) []string {
	t.Helper()
	var found []string
	for _, hit := range NewNamesFinder(entries).FindFavouring(t.Context(), query, 0, favoured) {
		found = append(found, entries[hit.Index].Name)
	}
	return found
}

func TestNamesComeInTheOrderOfHowTheyFit(t *testing.T) {
	entries := []Entry{
		{"VOIP-LINE", "Business phone line"}, {"OMNIBUS", "Tickets"}, {"PPE-BUS", "Proofpoint Essentials Business"}, {"PPE-BUSP", "Proofpoint Essentials Business+"},
		{"BX-UXS", "Gaps"}, {"BUS-LINE", "Phone line"}, {"M365BUS", "Office"},
	}
	for _, c := range []struct {
		name, query string
		favoured    int
		want        []string
	}{
		{"name, word of the name, other word, within, scattered", "bus", -1, []string{"BUS-LINE", "PPE-BUS", "PPE-BUSP", "M365BUS", "VOIP-LINE", "OMNIBUS", "BX-UXS"}},
		{"the favoured one comes first among its equals", "bus", 3, []string{"BUS-LINE", "PPE-BUSP", "PPE-BUS", "M365BUS", "VOIP-LINE", "OMNIBUS", "BX-UXS"}},
		{"but not before what fits better", "bus", 0, []string{"BUS-LINE", "PPE-BUS", "PPE-BUSP", "M365BUS", "VOIP-LINE", "OMNIBUS", "BX-UXS"}},
		{"several words are as good as the worst", "bus li", -1, []string{"BUS-LINE", "VOIP-LINE"}},
		{"a digit begins a word", "365", -1, []string{"M365BUS"}},
		{"capitals do not matter", "PPE-B", -1, []string{"PPE-BUS", "PPE-BUSP"}},
		{"no words: by name", " ", -1, []string{"BUS-LINE", "BX-UXS", "M365BUS", "OMNIBUS", "PPE-BUS", "PPE-BUSP", "VOIP-LINE"}},
	} {
		got := findNames(t, c.query, c.favoured, entries...)
		if len(got) < len(c.want) || !slices.Equal(got[:len(c.want)], c.want) {
			t.Errorf("%s: %q gave %q", c.name, c.query, got)
		}
	}
}

func TestNamesWithAccentsAndWithoutAny(t *testing.T) {
	entries := []Entry{{"", "Büro"}, {"BÜRO-2", "x"}, {"zz", "Großes Büro"}, {"株-01", "株式会社"}}
	if got := findNames(t, "buro", -1, entries...); !slices.Equal(got, []string{"BÜRO-2", "", "zz"}) {
		t.Errorf("%q", got)
	}
	if got := findNames(t, "株", -1, entries...); !slices.Equal(got, []string{"株-01"}) {
		t.Errorf("%q", got)
	}
	if got := findNames(t, "会社", -1, entries...); !slices.Equal(got, []string{"株-01"}) {
		t.Errorf("within a word: %q", got)
	}
}

func TestNamesKeepTheirPositions(t *testing.T) {
	hits := NewNamesFinder([]Entry{{"ZZ", "bus"}, {"AA-BUS", ""}}).Find(t.Context(), "bus", 0)
	if len(hits) != 2 || hits[0].Index != 1 || !slices.Equal(hits[0].Positions, []int{3, 4, 5}) || hits[1].Index != 0 || !slices.Equal(hits[1].Positions, []int{3, 4, 5}) {
		t.Errorf("%+v", hits)
	}
}

func TestNamesInParallelAreTheSame(t *testing.T) {
	entries := make([]Entry, 3*alone)
	for i := range entries {
		entries[i] = Entry{fmt.Sprintf("PRD-%d", i*7919%len(entries)), "of the catalog"}
	}
	finder := NewNamesFinder(entries)
	all := finder.FindFavouring(t.Context(), "prd", 0, 5)
	if len(all) != len(entries) || all[0].Index != 5 {
		t.Fatalf("%d found, the first is %d", len(all), all[0].Index)
	}
	for i := 2; i < len(all); i++ {
		if entries[all[i-1].Index].Name > entries[all[i].Index].Name && all[i-1].Score == all[i].Score {
			t.Fatalf("%q comes before %q", entries[all[i-1].Index].Name, entries[all[i].Index].Name)
		}
	}
	for i, hit := range finder.FindFavouring(t.Context(), "prd", 50, 5) {
		if hit.Index != all[i].Index {
			t.Errorf("with a limit, %d is %d", i, hit.Index)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if hits := finder.Find(ctx, "p", 0); hits != nil {
		t.Errorf("%d after the end", len(hits))
	}
}

// BenchmarkFindNames is one typed text in 50,000 products.
func BenchmarkFindNames(b *testing.B) {
	entries := make([]Entry, 50_000)
	for i := range entries {
		entries[i] = Entry{fmt.Sprintf("PRD-%05d", i), fmt.Sprintf("Product number %d of the premium business catalog north", i)}
	}
	finder := NewNamesFinder(entries)
	texts := make([]string, len(entries))
	for i := range entries {
		texts[i] = entries[i].Name + " " + entries[i].More
	}
	plain := NewFinder(texts)
	for _, query := range []string{"p", "c", "n", "bus", "business", "prem north"} {
		b.Run("plain "+query, func(b *testing.B) {
			for b.Loop() {
				if hits := plain.Find(b.Context(), query, 1001); len(hits) == 0 {
					b.Fatal("nothing is found")
				}
			}
		})
		b.Run(query, func(b *testing.B) {
			for b.Loop() {
				if hits := finder.FindFavouring(b.Context(), query, 1001, 4711); len(hits) == 0 {
					b.Fatal("nothing is found")
				}
			}
		})
	}
	b.Run("new", func(b *testing.B) {
		for b.Loop() {
			NewNamesFinder(entries)
		}
	})
}
