package http

import (
	"context"
	"fmt"
	nethttp "net/http"
	"net/url"
	"strconv"
	"strings"

	"cwsync/syncer/billing"
)

// progress is how far a list was read.
type progress struct {
	pages   int
	records int
	total   int // as the first page said; meaningful where options.total is set
}

// firstPage is the address of the first page.
func (w *wire) firstPage(address *url.URL) *url.URL {
	at := address
	if w.sizeParam != "" {
		at = with(at, w.sizeParam, strconv.Itoa(w.pageSize))
	}
	switch w.paging {
	case pagingPage:
		at = with(at, w.pageParam, strconv.Itoa(w.firstNumber))
	case pagingOffset:
		at = with(at, w.pageParam, "0")
	}
	return at
}

// following is the address of the page after p; nil when p is the last.
func (w *wire) following(ctx context.Context, p *page, done *progress) (*url.URL, error) {
	done.pages++
	done.records += len(p.records)
	if w.total != nil {
		if err := w.checkTotal(ctx, p, done); err != nil {
			return nil, err
		}
	}
	switch w.paging {
	case pagingPage, pagingOffset:
		return w.numbered(p, done)
	case pagingToken:
		token, err := w.nextText(ctx, p)
		if err == nil && token != "" {
			return with(p.address, w.pageParam, token), nil
		}
		return nil, orShort(err, w, p, done)
	case pagingNext:
		link, err := w.nextText(ctx, p)
		if err == nil && link != "" {
			return w.linked(p, link)
		}
		return nil, orShort(err, w, p, done)
	case pagingLink:
		if link := nextLink(p.header); link != "" {
			return w.linked(p, link)
		}
	}
	return nil, w.whole(p, done)
}

// orShort is err, or what is wrong with a list that ends here.
func orShort(err error, w *wire, p *page, done *progress) error {
	if err != nil {
		return err
	}
	return w.whole(p, done)
}

// whole refuses a list that ends with fewer or more records than it said.
func (w *wire) whole(p *page, done *progress) error {
	if w.total == nil || done.records == done.total {
		return nil
	}
	return p.fail(billing.ClassNonsense, fmt.Sprintf("the list ends with %d records where it said that there are %d", done.records, done.total), "check options.total, options.records and the paging options")
}

// numbered is the page after p by its number or by the records so far. Without a total the list ends at an empty page: one that is only short
// may be as much as the vendor gives at a time.
func (w *wire) numbered(p *page, done *progress) (*url.URL, error) {
	switch {
	case w.total != nil && done.records >= done.total, len(p.records) == 0:
		return nil, w.whole(p, done)
	case w.paging == pagingOffset:
		return with(p.address, w.pageParam, strconv.Itoa(done.records)), nil
	}
	return with(p.address, w.pageParam, strconv.Itoa(w.firstNumber+done.pages)), nil
}

// checkTotal reads how many records there are in all, which must not change from page to page.
func (w *wire) checkTotal(ctx context.Context, p *page, done *progress) error {
	value, err := w.total.First(ctx, p.document)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return p.fail(billing.ClassNonsense, "options.total: "+err.Error(), "")
	}
	total, err := strconv.Atoi(numberText(value))
	if err != nil || total < 0 {
		return p.fail(billing.ClassNonsense, "options.total gives no whole number", "the answer is of another shape than options.total says")
	}
	if done.pages > 1 && total != done.total {
		return p.fail(billing.ClassUnavailable, fmt.Sprintf("the list said that it has %d records and now says %d: it changed while it was read", done.total, total), "run again")
	}
	done.total = total
	return nil
}

// nextText is what the jq expression next gives; empty on the last page.
func (w *wire) nextText(ctx context.Context, p *page) (string, error) {
	value, err := w.next.First(ctx, p.document)
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil {
		return "", p.fail(billing.ClassNonsense, "options.next: "+err.Error(), "")
	}
	text := numberText(value)
	if text == "" && value != nil && value != "" && value != false {
		return "", p.fail(billing.ClassNonsense, "options.next gives neither text nor a number", "")
	}
	return text, nil
}

// linked is the page that a link leads to, on the same origin.
func (w *wire) linked(p *page, link string) (*url.URL, error) {
	u, err := resolve(p.address, link)
	if err != nil {
		return nil, p.fail(billing.ClassNonsense, "the link to the next page "+err.Error(), "")
	}
	return u, nil
}

// nextLink is the address that the Link header calls next; empty when there is none.
func nextLink(header nethttp.Header) string {
	for _, line := range header.Values("Link") {
		for line != "" {
			_, rest, found := strings.Cut(line, "<")
			if !found {
				break
			}
			address, rest, closed := strings.Cut(rest, ">")
			if !closed {
				break
			}
			params := rest
			if end := strings.Index(rest, "<"); end >= 0 {
				params, line = rest[:end], rest[end:]
			} else {
				line = ""
			}
			if saysNext(params) {
				return address
			}
		}
	}
	return ""
}

// saysNext reads the parameters of one link.
func saysNext(params string) bool {
	for param := range strings.FieldsFuncSeq(params, func(r rune) bool { return r == ';' || r == ',' }) {
		name, value, _ := strings.Cut(strings.TrimSpace(param), "=")
		if !strings.EqualFold(strings.TrimSpace(name), "rel") {
			continue
		}
		for word := range strings.FieldsSeq(strings.Trim(strings.TrimSpace(value), `"`)) {
			if strings.EqualFold(word, "next") {
				return true
			}
		}
	}
	return false
}
