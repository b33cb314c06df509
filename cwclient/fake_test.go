package cwclient

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// testConfig is a cloud company whose keys can be recognised wherever they turn up.
func testConfig() Config {
	return Config{
		Site: "na.myconnectwise.net", Company: "acme", ClientID: "11111111-2222-3333-4444-555555555555",
		PublicKey: "PUBLICKEY", PrivateKey: "PRIVATEKEY",
	}
}

// roundTrip is an http.RoundTripper made of a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// reply makes an answer with a JSON body.
func reply(r *http.Request, status int, body string, header ...string) *http.Response {
	h := http.Header{"Content-Type": {"application/json"}}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return &http.Response{
		StatusCode: status, Header: h, ContentLength: int64(len(body)), Request: r,
		Body: io.NopCloser(strings.NewReader(body)), ProtoMajor: 1, ProtoMinor: 1,
	}
}

const companyInfo = `{"CompanyName":"Acme","Codebase":"v2026_4/","VersionCode":"v2026.4","VersionNumber":"v4.6.1",` +
	`"CompanyID":"acme","IsCloud":true,"SiteUrl":"api-na.myconnectwise.net"}`

// isDiscovery tells the request for company info.
func isDiscovery(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/login/companyinfo/") }

// api answers discovery, and everything else with the function.
func api(f func(*http.Request) (*http.Response, error)) roundTrip {
	return func(r *http.Request) (*http.Response, error) {
		if isDiscovery(r) {
			return reply(r, 200, companyInfo), nil
		}
		return f(r)
	}
}

// newTest makes a client over a fake transport.
func newTest(t *testing.T, rt http.RoundTripper, opts ...Option) *Client {
	t.Helper()
	c, err := New(testConfig(), append([]Option{WithTransport(rt)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// newAt makes a client of a real server.
func newAt(t *testing.T, site string, opts ...Option) *Client {
	t.Helper()
	cfg := testConfig()
	cfg.Site = site
	c, err := New(cfg, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// pager serves records with ids 1 to n of one list, in pages, with Link headers.
type pager struct {
	n      int
	noLast bool
	mu     sync.Mutex
	seen   []string // query of each request
}

// serve is one page.
func (p *pager) serve(r *http.Request) *http.Response {
	p.mu.Lock()
	p.seen = append(p.seen, r.URL.RawQuery)
	p.mu.Unlock()
	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	size, _ := strconv.Atoi(r.URL.Query().Get("pageSize"))
	var items []json.RawMessage
	for id := (page-1)*size + 1; id <= min(page*size, p.n); id++ {
		items = append(items, fmt.Appendf(nil, `{"id":%d}`, id))
	}
	body, _ := json.Marshal(items)
	if items == nil {
		body = []byte("[]")
	}
	resp := reply(r, 200, string(body))
	pages := (p.n + size - 1) / size
	var links []string
	if page < pages {
		links = append(links, pageLink(page+1, size, "next"))
	}
	if !p.noLast {
		links = append(links, pageLink(pages, size, "last"))
	}
	resp.Header.Set("Link", strings.Join(links, ", "))
	return resp
}

// clientIDHeader is the header as ConnectWise spells it, which is not Go's spelling.
var clientIDHeader = "client" + "Id"

// pageLink is one link of another host, whose address must not be used.
func pageLink(page, size int, rel string) string {
	return fmt.Sprintf(`<http://elsewhere.example/x?page=%d&pageSize=%d>; rel="%s"`, page, size, rel)
}
