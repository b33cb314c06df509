package http

import (
	"fmt"
	nethttp "net/http"
	"slices"
	"strings"
	"testing"

	"cwsync/syncer/billing"
)

// forms are the ways in which the vendor gives its lines three at a time.
func forms() map[string]func(v *vendor, w nethttp.ResponseWriter, r *nethttp.Request) {
	return map[string]func(v *vendor, w nethttp.ResponseWriter, r *nethttp.Request){
		"none": func(v *vendor, w nethttp.ResponseWriter, _ *nethttp.Request) { say(w, v.part(0, v.lines)) },
		"page": func(v *vendor, w nethttp.ResponseWriter, r *nethttp.Request) {
			say(w, v.part(3*number(r, "page")-3, 3))
		},
		"page 0": func(v *vendor, w nethttp.ResponseWriter, r *nethttp.Request) {
			say(w, map[string]any{"content": v.part(3*number(r, "nr"), 3), "page": map[string]any{"totalElements": v.lines}})
		},
		"offset": func(v *vendor, w nethttp.ResponseWriter, r *nethttp.Request) {
			say(w, map[string]any{"content": v.part(number(r, "offset"), 3), "total": fmt.Sprint(v.lines)})
		},
		"token": func(v *vendor, w nethttp.ResponseWriter, r *nethttp.Request) {
			answer := map[string]any{"content": v.part(number(r, "page_token"), 3)}
			if end := number(r, "page_token") + 3; end < v.lines {
				answer["next"] = end
			}
			say(w, answer)
		},
		"next": func(v *vendor, w nethttp.ResponseWriter, r *nethttp.Request) {
			answer := map[string]any{"content": v.part(number(r, "from"), 3), "next": nil}
			if end := number(r, "from") + 3; end < v.lines {
				answer["next"] = fmt.Sprintf("%s/more?from=%d", v.URL, end)
			}
			say(w, answer)
		},
		"next relative": func(v *vendor, w nethttp.ResponseWriter, r *nethttp.Request) {
			answer := map[string]any{"content": v.part(number(r, "from"), 3)}
			if end := number(r, "from") + 3; end < v.lines {
				answer["next"] = fmt.Sprintf("?from=%d", end)
			}
			say(w, answer)
		},
		"link": func(v *vendor, w nethttp.ResponseWriter, r *nethttp.Request) {
			w.Header().Add("Link", `</first>; rel="first", </last?from=9>; title="a, b"; rel=last`)
			if end := number(r, "from") + 3; end < v.lines {
				w.Header().Add("Link", fmt.Sprintf(`</more?from=%d>; foo=bar; rel="prefetch next"`, end))
			}
			say(w, v.part(number(r, "from"), 3))
		},
	}
}

// formOptions are the options that read each form.
func formOptions(form string) []any {
	switch form {
	case "page 0":
		return []any{"paging", "page", "page_param", "nr", "first_page", 0, "records", ".content[]", "total", ".page.totalElements", "unique", "id"}
	case "offset":
		return []any{"paging", "offset", "size_param", "limit", "page_size", 50, "records", ".content[]", "total", ".total"} // the vendor gives fewer than asked
	case "token":
		return []any{"paging", "token", "records", ".content[]", "next", ".next"}
	case "next", "next relative":
		return []any{"paging", "next", "records", ".content[]", "next", ".next"}
	}
	return []any{"paging", form}
}

func TestEachFormOfPages(t *testing.T) {
	for form, handle := range forms() {
		for _, lines := range []int{0, 1, 3, 7, 9} {
			v := newVendor(t, lines, handle)
			usage, err := read(t, v.URL+"/list?kind=mail", formOptions(form)...)
			if err != nil || len(usage.Lines) != lines {
				t.Errorf("%s, %d lines: %d, %v", form, lines, len(usage.Lines), err)
				continue
			}
			for i, line := range usage.Lines {
				if line.CustomerID != fmt.Sprint("c", i+1) || line.Quantity.String() != fmt.Sprint(i+10) || !usage.AsOf.Equal(now) || usage.Digest == "" {
					t.Errorf("%s, %d lines: line %d is %+v", form, lines, i+1, line)
				}
			}
			if asked := v.requests()[0]; !strings.HasPrefix(asked, "GET /list?") || !strings.Contains(asked, "kind=mail") {
				t.Errorf("%s: asked %s", form, asked)
			}
		}
	}
}

func TestPagesAreAskedForOnceInOrder(t *testing.T) {
	v := newVendor(t, 7, forms()["offset"])
	if _, err := read(t, v.URL+"/list", formOptions("offset")...); err != nil {
		t.Fatal(err)
	}
	want := []string{"GET /list?limit=50&offset=0", "GET /list?limit=50&offset=3", "GET /list?limit=50&offset=6"}
	if got := v.requests(); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestEqualReadingsHaveEqualDigests(t *testing.T) {
	v := newVendor(t, 7, forms()["page"])
	first, err := read(t, v.URL, formOptions("page")...)
	if err != nil {
		t.Fatal(err)
	}
	second, _ := read(t, v.URL, formOptions("page")...)
	v.lines = 6
	third, _ := read(t, v.URL, formOptions("page")...)
	if first.Digest != second.Digest || first.Digest == third.Digest {
		t.Errorf("%s, %s, %s", first.Digest, second.Digest, third.Digest)
	}
}

// A list that is not what it says is an error, never a smaller list.
func TestListsThatLie(t *testing.T) {
	total := func(of func(page int) int, from func(page int) int) func(v *vendor, w nethttp.ResponseWriter, r *nethttp.Request) {
		return func(v *vendor, w nethttp.ResponseWriter, r *nethttp.Request) {
			page := number(r, "page")
			say(w, map[string]any{"content": v.part(from(page), 3), "total": of(page)})
		}
	}
	inOrder := func(page int) int { return 3*page - 3 }
	paged := []any{"paging", "page", "records", ".content[]", "total", ".total"}
	for _, c := range []struct {
		name    string
		handle  func(v *vendor, w nethttp.ResponseWriter, r *nethttp.Request)
		options []any
		class   billing.Class
		want    string
	}{
		{"the count shrinks", total(func(page int) int { return 9 - page }, inOrder), paged, billing.ClassUnavailable, "(page 2): the list said that it has 8 records and now says 7"},
		{"the count is too large", total(func(int) int { return 9 }, inOrder), paged, billing.ClassNonsense, "the list ends with 7 records where it said that there are 9"},
		{"the count is too small", total(func(int) int { return 2 }, inOrder), paged, billing.ClassNonsense, "the list ends with 3 records where it said that there are 2"},
		{"no count", func(v *vendor, w nethttp.ResponseWriter, _ *nethttp.Request) {
			say(w, map[string]any{"content": v.part(0, 3)})
		}, paged, billing.ClassNonsense, "options.total gives no whole number"},
		{"one page for ever", total(func(int) int { return 9 }, func(int) int { return 0 }), paged, billing.ClassNonsense, "(page 2): is the same as page 1"},
		{"one page for ever, no count", func(v *vendor, w nethttp.ResponseWriter, _ *nethttp.Request) { say(w, v.part(0, 3)) }, []any{"paging", "page"}, billing.ClassNonsense, "is the same as page 1"},
		{"a record slips", total(func(int) int { return 7 }, func(page int) int { return 2*page - 2 }), paged, billing.ClassUnavailable, "(page 2): record 1 was on page 1 already"},
		{"a record is there twice", func(_ *vendor, w nethttp.ResponseWriter, _ *nethttp.Request) {
			say(w, []any{map[string]any{"id": 1}, map[string]any{"id": 1, "x": 2}})
		}, []any{"unique", "id"}, billing.ClassUnavailable, "record 2 was on page 1 already"},
		{"no id", func(_ *vendor, w nethttp.ResponseWriter, _ *nethttp.Request) { say(w, []any{map[string]any{"key": 1}}) }, []any{"unique", "id"}, billing.ClassNonsense, "record 1 has no text or number in the field id"},
		{"a link in circles", func(v *vendor, w nethttp.ResponseWriter, r *nethttp.Request) {
			from := number(r, "from")
			say(w, map[string]any{"content": v.part(from, 1), "next": fmt.Sprintf("?from=%d", (from+1)%3)})
		}, []any{"paging", "next", "records", ".content[]", "next", ".next"}, billing.ClassNonsense, "(page 3): leads to a page that was read before"},
		{"one token for ever", func(v *vendor, w nethttp.ResponseWriter, _ *nethttp.Request) {
			say(w, map[string]any{"content": []any{map[string]any{"nr": len(v.requests())}}, "next": "again"})
		}, []any{"paging", "token", "records", ".content[]", "next", ".next"}, billing.ClassNonsense, "(page 2): leads to a page that was read before"},
		{"a Link header to itself", func(v *vendor, w nethttp.ResponseWriter, r *nethttp.Request) {
			w.Header().Set("Link", "<"+r.URL.RequestURI()+">; rel=next")
			say(w, []any{map[string]any{"nr": len(v.requests())}})
		}, []any{"paging", "link"}, billing.ClassNonsense, "(page 1): leads to a page that was read before"},
		{"an offset that is not looked at", func(v *vendor, w nethttp.ResponseWriter, _ *nethttp.Request) { say(w, v.part(0, 3)) },
			[]any{"paging", "offset"}, billing.ClassNonsense, "(page 2): is the same as page 1"},
		{"a link elsewhere", func(v *vendor, w nethttp.ResponseWriter, _ *nethttp.Request) {
			say(w, map[string]any{"content": v.part(0, 1), "next": "https://evil.example/list"})
		}, []any{"paging", "next", "records", ".content[]", "next", ".next"}, billing.ClassNonsense, "the link to the next page is on another host"},
		{"a Link header elsewhere", func(v *vendor, w nethttp.ResponseWriter, _ *nethttp.Request) {
			w.Header().Set("Link", `<//evil.example/list>; rel=next`)
			say(w, v.part(0, 1))
		}, []any{"paging", "link"}, billing.ClassNonsense, "the link to the next page is on another host"},
		{"a token that is none", func(v *vendor, w nethttp.ResponseWriter, _ *nethttp.Request) {
			say(w, map[string]any{"content": v.part(0, 1), "next": []int{1}})
		}, []any{"paging", "token", "records", ".content[]", "next", ".next"}, billing.ClassNonsense, "options.next gives neither text nor a number"},
		{"another shape", func(_ *vendor, w nethttp.ResponseWriter, _ *nethttp.Request) { say(w, map[string]any{"error": "no"}) }, []any{"records", ".data[]"}, billing.ClassNonsense, "options.records: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := newVendor(t, 7, c.handle)
			_, err := read(t, v.URL+"/list?from=0", c.options...)
			fails(t, err, c.class, "read "+v.URL+"/list", c.want)
		})
	}
}
