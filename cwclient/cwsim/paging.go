package cwsim

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

const (
	defaultPageSize = 25
	maxPageSize     = 1000
)

// paging is what a list request asks for.
type paging struct {
	page, size int
	forward    bool // pages follow ids above after, and pages have no number
	after      int
}

// paging reads the paging parameters.
//
// Undocumented: what a pageSize above 1000 does. It counts as 1000, the choice
// that a client without a look at what came back would miss most.
func (c *call) paging() (paging, *problem) {
	p := paging{page: 1, size: defaultPageSize}
	for name, into := range map[string]*int{"page": &p.page, "pageSize": &p.size} {
		s := c.query.Get(name)
		if s == "" {
			continue
		}
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			return p, badRequest("The value %q is not valid for %s.", s, name)
		}
		*into = n
	}
	p.size = min(p.size, maxPageSize)
	p.forward = strings.EqualFold(c.r.Header.Get("pagination-type"), "forward-only")
	if s := c.query.Get("pageId"); s != "" && p.forward {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 {
			return p, badRequest("The value %q is not valid for pageId.", s)
		}
		p.after = n
	}
	return p, nil
}

// list answers with one page of records.
func (c *call) list(rows []*record, res *resource) (answer, *problem) {
	p, bad := c.paging()
	if bad != nil {
		return answer{}, bad
	}
	rows, bad = c.matching(rows, res)
	if bad != nil {
		return answer{}, bad
	}
	order, err := c.w.parseOrder(res, c.query.Get("orderBy"))
	if err != nil {
		return answer{}, badRequest("%v", err)
	}
	var a answer
	var page []*record
	if p.forward {
		if c.query.Get("orderBy") != "" {
			return answer{}, badRequest("orderBy is not supported with forward only paging.")
		}
		page = rows[position(rows, p.after+1):]
		page = page[:min(p.size, len(page))]
		a.link(c.forwardLink(p, page))
	} else {
		from := min((p.page-1)*p.size, len(rows))
		page = order.sorted(rows)[from:min(from+p.size, len(rows))]
		a.link(c.pageLinks(p, len(rows)))
	}
	a.status, a.body = http.StatusOK, c.encodeList(page)
	return a, nil
}

// matching applies conditions and childConditions.
func (c *call) matching(rows []*record, res *resource) ([]*record, *problem) {
	f, err := c.w.compile(res, c.query.Get("conditions"))
	if err != nil {
		return nil, badRequest("The conditions are not valid: %v.", err)
	}
	child, err := c.w.compileChild(res, c.query.Get("childConditions"))
	if err != nil {
		return nil, badRequest("The childConditions are not valid: %v.", err)
	}
	if c.query.Get("customFieldConditions") != "" {
		return nil, badRequest("The simulation does not know customFieldConditions.")
	}
	rows = child.pick(f.pick(rows))
	if !c.ownOnly {
		return rows, nil
	}
	var own []*record
	for _, rec := range rows {
		if rec.info.enteredBy == apiMember {
			own = append(own, rec)
		}
	}
	return own, nil
}

func (c *call) encodeList(page []*record) []byte {
	sel := c.selection()
	body := append(make([]byte, 0, 16+len(page)*900), '[')
	for i, rec := range page {
		if i > 0 {
			body = append(body, ',')
		}
		body = c.w.encode(body, rec, sel)
	}
	return append(body, ']')
}

// selection is what the request asks for, else all that the address shows.
func (c *call) selection() selection {
	if sel := parseSelection(c.query.Get("fields")); sel != nil {
		return sel
	}
	return c.only
}

// count answers with the number of matching records.
func (c *call) count(rows []*record, res *resource) (answer, *problem) {
	rows, bad := c.matching(rows, res)
	if bad != nil {
		return answer{}, bad
	}
	return answer{status: http.StatusOK, body: fmt.Appendf(nil, `{"count":%d}`, len(rows))}, nil
}

// pageLinks is the Link header: next and prev are absent at the ends.
func (c *call) pageLinks(p paging, total int) string {
	last := max(1, (total+p.size-1)/p.size)
	var links []string
	add := func(rel string, page int) {
		q := c.linkQuery(p)
		q.Set("page", strconv.Itoa(page))
		links = append(links, fmt.Sprintf("<%s?%s>; rel=%q", c.self(), q.Encode(), rel))
	}
	if p.page > 1 {
		add("first", 1)
		add("prev", min(p.page-1, last))
	}
	if p.page < last {
		add("next", p.page+1)
		add("last", last)
	}
	return strings.Join(links, ", ")
}

// forwardLink points at what follows the last id; none after a page that is not full.
func (c *call) forwardLink(p paging, page []*record) string {
	if len(page) < p.size {
		return ""
	}
	q := c.linkQuery(p)
	q.Set("pageId", strconv.Itoa(page[len(page)-1].id))
	return fmt.Sprintf("<%s?%s>; rel=%q", c.self(), q.Encode(), "next")
}

func (c *call) linkQuery(p paging) url.Values {
	q := url.Values{}
	maps.Copy(q, c.query)
	q.Set("pageSize", strconv.Itoa(p.size))
	return q
}

// self is the absolute address of the request without its query.
func (c *call) self() string {
	base := c.s.opts.linkBase
	if base == "" {
		base = c.s.scheme(c.r) + "://" + c.r.Host
	}
	return strings.TrimSuffix(base, "/") + c.r.URL.Path
}
