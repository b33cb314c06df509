package cwclient

import "fmt"

// MaxPageSize is the most records that ConnectWise gives in one page.
const MaxPageSize = 1000

// ListOptions narrow a list. The zero value reads everything.
type ListOptions struct {
	// Conditions filters on the server.
	Conditions Condition
	// IDs, unless nil, keeps only these records; All then asks chunk by chunk (see IDChunks), and asks
	// nothing if it is empty.
	IDs []int
	// Page is the page for List, from 1; 0 means 1. All begins at 1 whatever it says.
	Page int
	// PageSize is the number of records in a page, 1 to 1,000; 0 means 1,000.
	PageSize int
	// KeepRaw keeps each complete record in Raw, for those types that have it.
	KeepRaw bool
}

// pageSize is the size to ask for.
func (o ListOptions) pageSize() int {
	if o.PageSize <= 0 || o.PageSize > MaxPageSize {
		return MaxPageSize
	}
	return o.PageSize
}

// condition is the whole filter.
func (o ListOptions) condition() Condition {
	if o.IDs == nil {
		return o.Conditions
	}
	return And(o.Conditions, InIDs("id", o.IDs))
}

// Page is one page of a list, in ascending order of id.
type Page[T any] struct {
	Items []T
	Next  int // number of the next page, 0 after the last

	ids   []int
	links pageLinks
}

// pageRun follows one list from page to page and makes sure that it is read whole. Pages are asked for in
// ascending order of id, so:
//
//   - ids rise strictly, over all pages: a page that repeats, or a server that ignores the order, is an error
//   - a page before the last one is full. A server may cap the size, but then its link says so
//   - rel=next must name the following page, and that page must not be empty
//   - rel=last, once given, is a promise: a list that ends before it is short
//   - without rel=next a page that is not full is the last one. A full one is the last only if rel=last says so;
//     if there is none either, the following page is asked for, and may be empty
//
// So requests equal pages, save for a list that exactly fills its pages on a server that sends no rel=last.
type pageRun struct {
	size     int
	page     int // last page seen
	lastID   int
	promised int  // page number of rel=last
	expected bool // rel=next named the page to come
}

// follow checks a page and tells the number of the next one, 0 at the end, or what is wrong.
func (r *pageRun) follow(ids []int, links pageLinks) (next int, problem string) {
	r.page++
	if problem := r.checkIDs(ids); problem != "" {
		return 0, problem
	}
	if links.last.page > 0 {
		r.promised = links.last.page
	}
	if links.next.there {
		return r.followLink(len(ids), links.next)
	}
	if r.promised > r.page {
		return 0, fmt.Sprintf("the list ended at page %d of %d", r.page, r.promised)
	}
	r.expected = false
	if len(ids) < r.size || r.promised == r.page {
		return 0, ""
	}
	return r.page + 1, ""
}

// checkIDs looks at one page by itself and against the pages before it.
func (r *pageRun) checkIDs(ids []int) string {
	if len(ids) > r.size {
		return fmt.Sprintf("page %d has %d records where at most %d were asked for", r.page, len(ids), r.size)
	}
	if len(ids) == 0 && r.expected {
		return fmt.Sprintf("page %d is empty though the page before named it", r.page)
	}
	for _, id := range ids {
		if id <= r.lastID {
			return fmt.Sprintf("page %d repeats or is out of order: id %d after %d", r.page, id, r.lastID)
		}
		r.lastID = id
	}
	return ""
}

// followLink goes where rel=next points, if that is the following page.
func (r *pageRun) followLink(n int, next link) (int, string) {
	if next.page != r.page+1 {
		return 0, fmt.Sprintf("page %d names page %d as the next one", r.page, next.page)
	}
	if n < r.size {
		if next.size != n || n == 0 {
			return 0, fmt.Sprintf("page %d is short: %d of %d records, and more pages follow", r.page, n, r.size)
		}
		r.size = n // the server caps the page size and says so
	}
	r.expected = true
	return next.page, ""
}
