package cwsim

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var linkPattern = regexp.MustCompile(`<([^>]*)>; rel="([a-z]+)"`)

// links is the Link header by rel.
func (r reply) links() map[string]string {
	out := map[string]string{}
	for _, m := range linkPattern.FindAllStringSubmatch(r.header.Get("Link"), -1) {
		out[m[2]] = m[1]
	}
	return out
}

func (r *rig) addProducts(n int) {
	for i := range n {
		r.w.AddProduct(ProductSpec{Identifier: fmt.Sprintf("P-%d", i), Price: dec(fmt.Sprint(i))})
	}
}

func TestPageSizes(t *testing.T) {
	r := newRig(t)
	r.addProducts(1100)
	for query, want := range map[string]int{
		"": 25, "?pageSize=3": 3, "?pageSize=1000": 1000, "?pageSize=5000": 1000, "?page=2&pageSize=1000": 102,
		"?page=3&pageSize=1000": 0, "?page=1": 25,
	} {
		if got := len(r.get("/procurement/catalog" + query).list(t)); got != want {
			t.Errorf("%q: %d records, want %d", query, got, want)
		}
	}
	for _, query := range []string{"?pageSize=0", "?pageSize=x", "?page=0", "?page=-1", "?page=1.5"} {
		r.want(400, "GET", "/procurement/catalog"+query, "")
	}
}

func TestNavigablePaging(t *testing.T) {
	r := newRig(t)
	r.addProducts(5) // 7 in all
	rels := func(path string) string {
		var out []string
		for rel := range r.get(path).links() {
			out = append(out, rel)
		}
		slices.Sort(out)
		return strings.Join(out, " ")
	}
	for path, want := range map[string]string{
		"/procurement/catalog?pageSize=3":        "last next",
		"/procurement/catalog?pageSize=3&page=2": "first last next prev",
		"/procurement/catalog?pageSize=3&page=3": "first prev",
		"/procurement/catalog?pageSize=7":        "",
		"/procurement/catalog?conditions=id=1":   "",
	} {
		if got := rels(path); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	var ids []int
	next := "/procurement/catalog?pageSize=3&orderBy=id+desc&conditions=" + url.QueryEscape("id > 5001")
	for pages := 0; next != ""; pages++ {
		if pages > 3 {
			t.Fatal("the links do not end")
		}
		got := r.want(200, "GET", next, "")
		ids = append(ids, got.ids(t)...)
		next = got.links()["next"]
	}
	if want := []int{5007, 5006, 5005, 5004, 5003, 5002}; !slices.Equal(ids, want) {
		t.Errorf("following next: %v, want %v", ids, want)
	}
}

func TestForwardOnlyPaging(t *testing.T) {
	r := newRig(t)
	r.addProducts(4) // 6 in all
	forward := func(path string) reply {
		req := r.request("GET", path, "")
		req.Header.Set("pagination-type", "forward-only")
		got, err := r.send(req)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	var ids []int
	pages, next := 0, "/procurement/catalog?pageSize=3&page=9"
	for ; next != "" && pages < 5; pages++ {
		got := forward(next)
		ids = append(ids, got.ids(t)...)
		if links := got.links(); len(links) > 1 {
			t.Errorf("a forward link is the only one: %v", links)
		}
		next = got.links()["next"]
	}
	if want := []int{5001, 5002, 5003, 5004, 5005, 5006}; !slices.Equal(ids, want) || pages != 3 {
		t.Errorf("%v in %d pages, want %v in 3, the last one empty", ids, pages, want)
	}
	if got := forward("/procurement/catalog?pageSize=3&pageId=5004").ids(t); !slices.Equal(got, []int{5005, 5006}) {
		t.Errorf("pageId is the id before the first: %v", got)
	}
	if got := forward("/procurement/catalog?orderBy=id"); got.status != 400 {
		t.Errorf("orderBy with forward only: status %d", got.status)
	}
	if got := forward("/procurement/catalog?pageId=x"); got.status != 400 {
		t.Errorf("pageId that is no number: status %d", got.status)
	}
	if got := forward("/system/mySecurity"); got.status != 400 {
		t.Errorf("an endpoint without forward only: status %d", got.status)
	}
}

func TestLinkBase(t *testing.T) {
	r := newRig(t, WithLinkBase("http://elsewhere.example/"))
	next := r.get("/procurement/catalog?pageSize=1").links()["next"]
	if !strings.HasPrefix(next, "http://elsewhere.example/v2026_4/apis/3.0/procurement/catalog?") {
		t.Errorf("next is %q", next)
	}
}

func TestFields(t *testing.T) {
	r := newRig(t)
	for fields, want := range map[string]string{
		"id":                                  `{"id":30001}`,
		"id,product/identifier":               `{"id":30001,"product":{"identifier":"MBX-BASIC"}}`,
		"product.id, quantity":                `{"product":{"id":5001},"quantity":7}`,
		"id,nosuch":                           `{"id":30001}`,
		"id,product":                          `{"id":30001,"product":{"id":5001,"identifier":"MBX-BASIC","serializedFlag":false}}`,
		"cancelledDate,unitPrice,unitCost,id": `{"id":30001,"unitPrice":4.5,"unitCost":2}`,
	} {
		path := fmt.Sprintf("/finance/agreements/%d/additions", r.fixed)
		query := "?fields=" + url.QueryEscape(fields)
		if got := r.get(path + query).body; got != "["+want+"]" {
			t.Errorf("%s: %s, want %s", fields, got, want)
		}
		if got := r.get(fmt.Sprintf("%s/%d%s", path, r.line, query)).body; got != want {
			t.Errorf("%s, one: %s, want %s", fields, got, want)
		}
	}
}

func TestURLLength(t *testing.T) {
	r := newRig(t)
	long := "/procurement/catalog?conditions=" + url.QueryEscape("id in ("+strings.Repeat("5001,", 600)+"5002)")
	if got := r.get(long); got.status != 414 {
		t.Errorf("status %d, want 414", got.status)
	}
	r = newRig(t, WithMaxURL(100_000))
	if got := r.get(long); !slices.Equal(got.ids(t), []int{5001, 5002}) {
		t.Errorf("with a larger limit: %s", got.body)
	}
}
