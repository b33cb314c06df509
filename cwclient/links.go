package cwclient

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// link is what the client believes of an address in a Link header: page numbers, never the address itself,
// which may name another host or scheme.
type link struct {
	there bool
	page  int // 0 when the address has none
	size  int // its pageSize, 0 when it has none
}

// pageLinks are the links of a page that matter.
type pageLinks struct {
	next link
	last link
}

// parseLinks reads Link headers (RFC 8288) by rel, wherever in the header each stands.
func parseLinks(header http.Header) pageLinks {
	var links pageLinks
	for _, text := range header.Values("Link") {
		for text != "" {
			_, rest, found := strings.Cut(text, "<")
			if !found {
				break
			}
			address, after, found := strings.Cut(rest, ">")
			if !found {
				break
			}
			var params string
			params, text = splitParams(after)
			for _, rel := range rels(params) {
				switch rel {
				case "next":
					links.next = newLink(address)
				case "last":
					links.last = newLink(address)
				}
			}
		}
	}
	return links
}

// splitParams cuts at the comma that ends a link's parameters, which is one outside quotes.
func splitParams(text string) (params, rest string) {
	quoted := false
	for i, r := range text {
		switch {
		case r == '"':
			quoted = !quoted
		case r == ',' && !quoted:
			return text[:i], text[i+1:]
		}
	}
	return text, ""
}

// rels are the relation names among a link's parameters, in lower case.
func rels(params string) []string {
	for param := range strings.SplitSeq(params, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(param), "=")
		if strings.EqualFold(strings.TrimSpace(name), "rel") {
			return strings.Fields(strings.ToLower(strings.Trim(strings.TrimSpace(value), `"'`)))
		}
	}
	return nil
}

// newLink takes the page numbers out of an address.
func newLink(address string) link {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return link{there: true}
	}
	number := func(name string) int {
		n, err := strconv.Atoi(u.Query().Get(name))
		if err != nil || n < 0 {
			return 0
		}
		return n
	}
	return link{there: true, page: number("page"), size: number("pageSize")}
}
