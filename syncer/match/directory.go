package match

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"cwsync/syncer/billing"
)

// directory is ConnectWise's companies by everything that a customer is looked up by. Indexes are into companies.
type directory struct {
	companies  []billing.Company // visible ones, by id
	forms      []form
	hidden     map[string][]billing.Company // by equal name
	equal      map[string][]int
	near       map[string][]int // both spellings of umlauts
	identifier map[string][]int
	start      map[string][]int // by the first words of a longer name
	sorted     map[string][]int // by the words in alphabetical order
	grams      *grams
	agreements *shelf
}

func newDirectory(ctx context.Context, companies []billing.Company, agreements *shelf) *directory {
	d := &directory{hidden: map[string][]billing.Company{}, equal: map[string][]int{}, near: map[string][]int{}, identifier: map[string][]int{},
		start: map[string][]int{}, sorted: map[string][]int{}, agreements: agreements}
	ordered := slices.Clone(companies)
	slices.SortFunc(ordered, func(a, b billing.Company) int {
		return cmp.Or(a.ID-b.ID, strings.Compare(a.Name, b.Name), strings.Compare(a.Identifier, b.Identifier))
	})
	var texts []string
	for i, company := range ordered {
		if i%checkEvery == 0 && ctx.Err() != nil {
			return d
		}
		f := formOf(company.Name)
		if company.Deleted || company.Hidden {
			if f.equal != "" {
				d.hidden[f.equal] = append(d.hidden[f.equal], company)
			}
			continue
		}
		d.add(company, f)
		texts = append(texts, f.text)
	}
	for _, index := range []map[string][]int{d.near, d.identifier, d.sorted} {
		d.trim(index)
	}
	d.grams = newGrams(texts)
	return d
}

// trim keeps, of very many companies that are like in the same way, the first ones, those with a running agreement of the type before others:
// nobody chooses among more, and looking at all of them for each customer would take minutes.
func (d *directory) trim(index map[string][]int) {
	for key, same := range index {
		if len(same) > maxSame {
			slices.SortStableFunc(same, func(a, b int) int { return -compareBool(d.has(a), d.has(b)) })
			index[key] = same[:maxSame]
		}
	}
}

func (d *directory) add(company billing.Company, f form) {
	at := len(d.companies)
	d.companies, d.forms = append(d.companies, company), append(d.forms, f)
	put(d.equal, f.equal, at)
	if f.equal != "" {
		put(d.near, f.near, at)
		if f.wide != f.near {
			put(d.near, f.wide, at)
		}
	}
	put(d.identifier, squashed(company.Identifier), at)
	plain := strings.Fields(f.text)
	for n := 1; n < min(len(plain), maxStartWords); n++ {
		put(d.start, strings.Join(plain[:n], " "), at)
	}
	if len(plain) > 1 {
		slices.Sort(plain)
		put(d.sorted, strings.Join(plain, " "), at)
	}
}

func put(index map[string][]int, key string, at int) {
	if key != "" {
		index[key] = append(index[key], at)
	}
}

// Bounds of what a shared beginning means.
const (
	maxStartWords  = 6    // a beginning is looked at up to this many words
	minStart       = 4    // letters of a beginning that says something
	maxSame        = 50   // companies that are like in the same way
	maxSameStart   = 20   // companies; a beginning that more of them share says nothing
	likenessWanted = 8    // names compared for likeness
	scoreStart     = 0.70 // of a shared beginning, and what the share of the name that it makes up adds
	scoreStartMore = 0.25
	scoreSorted    = 0.92
	scoreOwnID     = 0.95
	scoreDomain    = 0.90
	scoreAlikeMost = 0.96 // names that are only spelled alike
	scoreDigits    = 0.75 // at most, where the names differ in a number
)

// like is a company that may be the customer, by a name that is not equal.
type like struct {
	at    int
	score float64
	why   string
}

// likes finds companies whose names are like the customer's, best first, each once.
func (d *directory) likes(customer Named, f *form) []like {
	best := map[int]like{}
	note := func(at int, score float64, why string) {
		score = min(round(score), 0.99)
		if old, ok := best[at]; !ok || score > old.score {
			best[at] = like{at, score, why}
		}
	}
	if f.equal != "" {
		d.spelled(f, note)
	}
	if name := domainName(customer.Domain); name != "" {
		for _, index := range []map[string][]int{d.near, d.identifier} {
			for _, at := range index[name] {
				note(at, scoreDomain, "named like the domain "+shown(customer.Domain))
			}
		}
	}
	for _, near := range d.grams.nearest(f.text, likenessWanted) {
		score, why := min(near.score, scoreAlikeMost), "spelled alike"
		other := &d.forms[near.index]
		switch {
		case f.equal != "" && (other.near == f.near || other.wide == f.wide):
			continue // what differs is known
		case digits(f.text) != digits(other.text):
			score, why = min(score, scoreDigits), "alike but for a number"
		}
		if old, ok := best[near.index]; ok {
			why = old.why // a rule says more than a likeness
		}
		note(near.index, score, why)
	}
	found := make([]like, 0, len(best))
	for _, one := range best {
		found = append(found, one)
	}
	slices.SortFunc(found, func(a, b like) int {
		return cmp.Or(cmp.Compare(b.score, a.score), -compareBool(d.has(a.at), d.has(b.at)), a.at-b.at)
	})
	return found
}

// spelled finds companies by rules: another spelling of the name, its identifier, the same beginning, the same words.
func (d *directory) spelled(f *form, note func(at int, score float64, why string)) {
	for _, key := range slices.Compact([]string{f.near, f.wide}) {
		for _, at := range d.near[key] {
			why, score := difference(f, &d.forms[at])
			note(at, score, why)
		}
		for _, at := range d.identifier[key] {
			note(at, scoreOwnID, "this name is its identifier")
		}
	}
	letters := utf8.RuneCountInString(f.text)
	if same := d.start[f.text]; letters >= minStart && len(same) <= maxSameStart {
		for _, at := range same {
			more := d.forms[at].text[len(f.text)+1:]
			note(at, startScore(f.text, d.forms[at].text), "begins alike, and goes on with "+quoted(more))
		}
	}
	plain := strings.Fields(f.text)
	for n := 1; n < min(len(plain), maxStartWords); n++ {
		start := strings.Join(plain[:n], " ")
		if utf8.RuneCountInString(start) < minStart {
			continue
		}
		for _, at := range d.near[strings.Join(plain[:n], "")] {
			note(at, startScore(start, f.text), "begins alike, but lacks "+quoted(strings.Join(plain[n:], " ")))
		}
	}
	if len(plain) > 1 {
		slices.Sort(plain)
		for _, at := range d.sorted[strings.Join(plain, " ")] {
			note(at, scoreSorted, "the same words in another order")
		}
	}
}

// startScore is that of a name that is the beginning of another. Two that differ in a number are two companies.
func startScore(start, whole string) float64 {
	score := scoreStart + scoreStartMore*float64(utf8.RuneCountInString(start))/float64(utf8.RuneCountInString(whole))
	if digits(start) != digits(whole) {
		score = min(score, scoreDigits)
	}
	return score
}

// has reports whether a company has a running agreement of the type.
func (d *directory) has(at int) bool { return len(d.agreements.running(d.companies[at].ID)) > 0 }

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func round(score float64) float64 { return math.Round(score*100) / 100 }

// digits are the digits of a text with what separates them.
func digits(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r < '0' || r > '9' }), " ")
}

// domainName is the part of a domain that is a name: contoso of www.contoso.co.uk. Empty where there is none of at least three letters.
func domainName(domain string) string {
	labels := strings.Split(strings.Trim(folded(strings.TrimSpace(domain)), "."), ".")
	if len(labels) < 2 {
		return ""
	}
	labels = labels[:len(labels)-1]
	if last := len(labels) - 1; last > 0 && slices.Contains([]string{"co", "com", "org", "net", "ac", "gov", "edu", "ne", "or", "gv"}, labels[last]) {
		labels = labels[:last]
	}
	name := squashed(labels[len(labels)-1])
	if utf8.RuneCountInString(name) < 3 || slices.Contains([]string{"onmicrosoft", "gmail", "outlook", "hotmail", "yahoo", "example"}, name) {
		return ""
	}
	return name
}
