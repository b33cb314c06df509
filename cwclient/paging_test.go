package cwclient

import (
	"errors"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// collect ranges over a list to its end.
func collect[T any](seq iter.Seq2[T, error]) (items []T, err error) {
	for item, e := range seq {
		if e != nil {
			return items, e
		}
		items = append(items, item)
	}
	return items, nil
}

func TestAllReadsEveryPage(t *testing.T) {
	tests := map[string]struct {
		n, size, requests int
		noLast            bool
	}{
		"nothing":                            {n: 0, size: 10, requests: 1},
		"one short page":                     {n: 3, size: 10, requests: 1},
		"three pages":                        {n: 25, size: 10, requests: 3},
		"full pages, the last one promised":  {n: 20, size: 10, requests: 2},
		"full pages, the end not announced":  {n: 20, size: 10, requests: 3, noLast: true},
		"short last page, end not announced": {n: 25, size: 10, requests: 3, noLast: true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := &pager{n: tt.n, noLast: tt.noLast}
			c := newTest(t, api(func(r *http.Request) (*http.Response, error) { return p.serve(r), nil }))
			got, err := collect(c.Agreements.All(t.Context(), ListOptions{PageSize: tt.size}))
			if err != nil || len(got) != tt.n {
				t.Fatalf("got %d records, %v; want %d", len(got), err, tt.n)
			}
			if len(p.seen) != tt.requests {
				t.Errorf("sent %d requests, want %d: %v", len(p.seen), tt.requests, p.seen)
			}
			if !strings.Contains(p.seen[0], "orderBy=id%20asc") {
				t.Errorf("no stable order: %s", p.seen[0])
			}
		})
	}
}

func TestAllCanBeRangedTwice(t *testing.T) {
	p := &pager{n: 25}
	c := newTest(t, api(func(r *http.Request) (*http.Response, error) { return p.serve(r), nil }))
	seq := c.Companies.All(t.Context(), ListOptions{PageSize: 10})
	first, err1 := collect(seq)
	second, err2 := collect(seq)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	ids := func(all []Company) (ids []int) {
		for _, c := range all {
			ids = append(ids, c.ID)
		}
		return ids
	}
	if !slices.Equal(ids(first), ids(second)) || len(first) != 25 {
		t.Errorf("passes differ: %d and %d records", len(first), len(second))
	}
}

func TestBreakStopsRequests(t *testing.T) {
	p := &pager{n: 100}
	c := newTest(t, api(func(r *http.Request) (*http.Response, error) { return p.serve(r), nil }))
	for item, err := range c.Agreements.All(t.Context(), ListOptions{PageSize: 10}) {
		if err != nil {
			t.Fatal(err)
		}
		if item.ID == 12 {
			break
		}
	}
	if len(p.seen) != 2 {
		t.Errorf("sent %d requests, want 2", len(p.seen))
	}
}

func TestErrorComesOnceAndLast(t *testing.T) {
	p := &pager{n: 30}
	c := newTest(t, api(func(r *http.Request) (*http.Response, error) {
		if r.URL.Query().Get("page") == "2" {
			return reply(r, 403, `{"code":"Security","message":"no"}`), nil
		}
		return p.serve(r), nil
	}))
	var items, failures int
	for _, err := range c.Agreements.All(t.Context(), ListOptions{PageSize: 10}) {
		if err != nil {
			failures++
			continue
		}
		if failures > 0 {
			t.Error("a record after the error")
		}
		items++
	}
	if items != 10 || failures != 1 {
		t.Errorf("got %d records and %d errors, want 10 and 1", items, failures)
	}
}

func TestListsThatContradictThemselves(t *testing.T) {
	const ten = `[{"id":1},{"id":2},{"id":3}]`
	tests := map[string]struct {
		pages []string
		links []string
		want  string
	}{
		"a page that repeats": {
			pages: []string{ten, ten}, links: []string{pageLink(2, 3, "next"), ""}, want: "repeats or is out of order",
		},
		"ids that do not rise": {pages: []string{`[{"id":2},{"id":1}]`}, links: []string{""}, want: "out of order"},
		"more than asked for":  {pages: []string{`[{"id":1},{"id":2},{"id":3},{"id":4}]`}, links: []string{""}, want: "at most 3"},
		"a short page in the middle": {
			pages: []string{`[{"id":1},{"id":2}]`}, links: []string{pageLink(2, 3, "next")}, want: "is short",
		},
		"an empty page that was announced": {
			pages: []string{ten, `[]`}, links: []string{pageLink(2, 3, "next"), ""}, want: "is empty",
		},
		"an end before the promised last page": {
			pages: []string{ten, `[{"id":4}]`}, links: []string{pageLink(2, 3, "next") + "," + pageLink(5, 3, "last"), ""},
			want: "ended at page 2 of 5",
		},
		"a short page that denies a promise": {
			pages: []string{`[{"id":1}]`}, links: []string{pageLink(4, 3, "last")}, want: "ended at page 1 of 4",
		},
		"a next page that is not the next": {pages: []string{ten}, links: []string{pageLink(7, 3, "next")}, want: "names page 7"},
		"a next page without a number":     {pages: []string{ten}, links: []string{`<https://x/?a=b>; rel=next`}, want: "names page 0"},
		"a record without an id":           {pages: []string{`[{"id":1},{"name":"x"}]`}, links: []string{""}, want: "has no id"},
		"a null record":                    {pages: []string{`[null]`}, links: []string{""}, want: "has no id"},
		"null instead of a list":           {pages: []string{`null`}, links: []string{""}, want: "does not begin with"},
		"an object instead of a list":      {pages: []string{`{"id":1}`}, links: []string{""}, want: "does not begin with"},
		"something after the list":         {pages: []string{`[] []`}, links: []string{""}, want: "follows the answer"},
		"an id that is no number":          {pages: []string{`[{"id":"x"}]`}, links: []string{""}, want: "its field id cannot be of the form string"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			i := 0
			c := newTest(t, api(func(r *http.Request) (*http.Response, error) {
				i++
				return reply(r, 200, tt.pages[i-1], "Link", tt.links[i-1]), nil
			}))
			_, err := collect(c.Agreements.All(t.Context(), ListOptions{PageSize: 3}))
			if !errors.Is(err, ErrNonsense) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want nonsense: %s", err, tt.want)
			}
		})
	}
}

func TestServerThatCapsThePageSize(t *testing.T) {
	p := &pager{n: 7}
	c := newTest(t, api(func(r *http.Request) (*http.Response, error) {
		q := r.URL.Query()
		q.Set("pageSize", "3") // whatever was asked for
		capped := r.Clone(r.Context())
		capped.URL.RawQuery = q.Encode()
		return p.serve(capped), nil
	}))
	got, err := collect(c.Agreements.All(t.Context(), ListOptions{PageSize: 5}))
	if err != nil || len(got) != 7 {
		t.Errorf("got %d records, %v; want 7", len(got), err)
	}
}

func TestListGivesOnePage(t *testing.T) {
	p := &pager{n: 25}
	c := newTest(t, api(func(r *http.Request) (*http.Response, error) { return p.serve(r), nil }))
	page, err := c.Agreements.List(t.Context(), ListOptions{PageSize: 10, Page: 2})
	if err != nil || len(page.Items) != 10 || page.Items[0].ID != 11 || page.Next != 3 {
		t.Errorf("got %d records from %v, next %d, %v", len(page.Items), page.Items, page.Next, err)
	}
	page, err = c.Agreements.List(t.Context(), ListOptions{PageSize: 10, Page: 3})
	if err != nil || len(page.Items) != 5 || page.Next != 0 {
		t.Errorf("got %d records, next %d, %v", len(page.Items), page.Next, err)
	}
}

func TestAllByIDsAsksInChunks(t *testing.T) {
	var ids []int
	for id := 100_000; id < 101_000; id++ {
		ids = append(ids, id)
	}
	var longest, requests int
	c := newTest(t, api(func(r *http.Request) (*http.Response, error) {
		requests++
		longest = max(longest, len(r.URL.String()))
		cond := r.URL.Query().Get("conditions")
		_, list, _ := strings.Cut(strings.TrimSuffix(cond, ")"), "id in (")
		var records []string
		for id := range strings.SplitSeq(list, ",") {
			records = append(records, `{"id":`+id+`}`)
		}
		return reply(r, 200, "["+strings.Join(records, ",")+"]"), nil
	}))
	got, err := collect(c.Catalog.All(t.Context(), ListOptions{IDs: ids, Conditions: FlagIs("inactiveFlag", false)}))
	if err != nil || len(got) != len(ids) || got[0].ID != ids[0] || got[999].ID != ids[999] {
		t.Fatalf("got %d records, %v", len(got), err)
	}
	if longest >= 1900 || requests > 6 {
		t.Errorf("longest address %d characters in %d requests", longest, requests)
	}
	requests = 0
	if got, err := collect(c.Catalog.All(t.Context(), ListOptions{IDs: []int{}})); err != nil || len(got) != 0 || requests != 0 {
		t.Errorf("no ids: got %d records, %v, %d requests", len(got), err, requests)
	}
}

func TestLinks(t *testing.T) {
	tests := map[string]struct {
		header     []string
		next, last int
	}{
		"next and last":         {[]string{`<https://h/x?pageSize=25&page=2>; rel="next", <https://h/x?page=4>; rel="last"`}, 2, 4},
		"other order":           {[]string{`<https://h/x?page=1>; rel="first", <https://h/x?page=3>; rel="next"`}, 3, 0},
		"two headers":           {[]string{`<https://h/x?page=9>; rel="last"`, `<https://h/x?page=2>; rel="next"`}, 2, 9},
		"rel in capitals, bare": {[]string{`<https://h/x?page=2>;REL=NEXT`}, 2, 0},
		"several rels":          {[]string{`<https://h/x?page=2>; rel="next last"`}, 2, 2},
		"comma in a title":      {[]string{`<https://h/x?page=2>; title="a, b"; rel="next"`}, 2, 0},
		"comma in the address":  {[]string{`<https://h/x?conditions=id in (1,2)&page=2>; rel="next"`}, 2, 0},
		"empty":                 {[]string{""}, 0, 0},
		"rubbish":               {[]string{`<<>>,;"`, `rel=next`}, 0, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := parseLinks(http.Header{"Link": tt.header})
			if got.next.page != tt.next || got.last.page != tt.last {
				t.Errorf("got next %d last %d, want %d %d", got.next.page, got.last.page, tt.next, tt.last)
			}
		})
	}
}

func TestConditions(t *testing.T) {
	tests := map[string]struct {
		cond Condition
		want string
	}{
		"id":        {IDIs("company/id", 5), "company/id=5"},
		"ids":       {InIDs("id", []int{3, 1}), "id in (3,1)"},
		"flag":      {FlagIs("cancelledFlag", false), "cancelledFlag=false"},
		"after":     {OnOrAfter("effectiveDate", "2026-01-31"), "effectiveDate>=[2026-01-31T00:00:00Z]"},
		"before":    {Before("effectiveDate", "2026-01-31"), "effectiveDate<[2026-01-31T00:00:00Z]"},
		"together":  {And(Condition{}, FlagIs("a", true), IDIs("b", 1)), "a=true and b=1"},
		"none":      {And(), ""},
		"bad field": {IDIs(`x" or 1=1`, 1), ""},
		"bad date":  {Before("x", "yesterday"), ""},
		"no ids":    {InIDs("id", nil), ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			isBad := strings.HasPrefix(name, "bad") || name == "no ids"
			if tt.cond.text != tt.want || (tt.cond.err != nil) != isBad {
				t.Errorf("got %q, %v; want %q", tt.cond.text, tt.cond.err, tt.want)
			}
		})
	}
	cond := And(InIDs("id", []int{1, 22}), FlagIs("a", true), Before("d", "2026-01-31"))
	q := call{query: url.Values{"conditions": {cond.text}}}
	if got, want := cond.length(), len(q.url())-len("?conditions="); got != want {
		t.Errorf("length is %d, on the wire it is %d", got, want)
	}
}

func TestIDChunks(t *testing.T) {
	var ids []int
	for id := 2_000_000_000; id > 2_000_000_000-2500; id-- {
		ids = append(ids, id, id)
	}
	with := FlagIs("inactiveFlag", false)
	var all []int
	for _, chunk := range IDChunks(ids, with) {
		if n := And(with, InIDs("id", chunk)).length(); n > maxCondition {
			t.Errorf("a chunk takes %d characters", n)
		}
		all = append(all, chunk...)
	}
	if len(all) != 2500 || !slices.IsSorted(all) || len(slices.Compact(all)) != 2500 {
		t.Errorf("got %d ids", len(all))
	}
	if IDChunks(nil, Condition{}) != nil {
		t.Error("no ids make no chunk")
	}
}

func TestConditionsThatAreTooLongAreNotSent(t *testing.T) {
	c := newTest(t, api(func(r *http.Request) (*http.Response, error) { t.Error("sent"); return nil, errors.New("sent") }))
	_, err := c.Agreements.List(t.Context(), ListOptions{IDs: make([]int, 2000)})
	if e, ok := errors.AsType[*Error](err); !ok || !e.NotSent() || !errors.Is(err, ErrInvalid) {
		t.Errorf("got %v", err)
	}
	if _, err = c.Agreements.Count(t.Context(), ListOptions{Conditions: IDIs("?", 1)}); !errors.Is(err, ErrInvalid) {
		t.Errorf("got %v", err)
	}
}
