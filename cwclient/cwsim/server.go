package cwsim

import (
	"bytes"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Credentials are what a client needs besides the address.
type Credentials struct {
	Company    string // login company id, letter case matters
	ClientID   string // GUID for the clientId header
	PublicKey  string
	PrivateKey string
}

// Server answers for one World. It is an http.Handler; make it with NewServer.
type Server struct {
	w      *World
	opts   options
	routes map[string]route

	mu        sync.Mutex
	codebase  string // current, ends in /
	gone      map[string]int
	rights    []*rightOf
	faults    []*armed
	latency   time.Duration
	perMinute int
	window    []time.Time // of the requests of the last 60 s, if limited
	log       requestLog
	inFlight  int
	most      int
}

// NewServer makes a server over a world, by default like one of the vendor's
// cloud at version 2026.4 with random credentials.
func NewServer(w *World, opts ...Option) *Server {
	s := &Server{w: w, opts: defaultOptions(), codebase: "v2026_4/", gone: map[string]int{}, rights: functions()}
	for _, o := range opts {
		o(s)
	}
	if s.opts.onPremise {
		s.codebase = routerCodebase
	}
	s.routes = newRoutes()
	return s
}

// World is the state behind the server.
func (s *Server) World() *World { return s.w }

// Credentials are the ones that this server accepts.
func (s *Server) Credentials() Credentials { return s.opts.credentials }

func randomCredentials() Credentials {
	return Credentials{
		Company: "msp" + strings.ToLower(rand.Text()[:6]), PublicKey: rand.Text()[:16], PrivateKey: rand.Text()[:16],
		ClientID: fmt.Sprintf("%x-%x-%x-%x-%x", []byte(rand.Text()[:4]), []byte(rand.Text()[:2]),
			[]byte(rand.Text()[:2]), []byte(rand.Text()[:2]), []byte(rand.Text()[:6])),
	}
}

// answer is a whole response before it is sent.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a *answer) set(name, value string) {
	if a.header == nil {
		a.header = http.Header{}
	}
	a.header.Set(name, value)
}

func (a *answer) link(value string) {
	if value != "" {
		a.set("Link", value)
	}
}

// call is one request on its way to an answer.
type call struct {
	s       *Server
	w       *World
	r       *http.Request
	query   url.Values
	path    string // below the version: /finance/agreements/5
	ids     []int  // the numbers in the path
	body    []byte
	only    selection // of the /info forms
	ownOnly bool      // the right's level is My
}

const maxRequestBody = 4 << 20

// ServeHTTP answers one request: it is logged, delayed and limited, then meets
// the faults that are armed for it, and only then the simulated ConnectWise.
func (s *Server) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxRequestBody))
	if err != nil {
		return // the client is gone
	}
	entry := s.begin(r, body)
	status := 0
	defer func() { s.end(entry, status) }()
	began, delay := time.Now(), s.delay()
	if !wait(r, delay/2) {
		return
	}
	c := &call{s: s, w: s.w, r: r, query: r.URL.Query(), path: apiPath(r.URL.Path), body: body}
	fault := s.meet(c)
	if fault == nil {
		if a, over := s.throttled(); over {
			status = a.status
			s.send(rw, r, a)
			return
		}
		a := s.answer(c)
		status = a.status
		if wait(r, delay-time.Since(began)) {
			s.send(rw, r, a)
		}
		return
	}
	status = fault.act(rw, c) //nolint:contextcheck // what it reads anew is the request's own body
}

// answer is what the simulated ConnectWise says.
func (s *Server) answer(c *call) answer {
	if company, ok := strings.CutPrefix(c.r.URL.Path, "/login/companyinfo/"); ok {
		return s.companyInfo(c, company)
	}
	if len(c.r.RequestURI) > s.opts.maxURL {
		return answer{status: http.StatusRequestURITooLong, body: []byte("Request URL Too Long")}
	}
	if a, ok := s.admit(c); !ok {
		return a
	}
	a, bad := s.dispatch(c)
	if bad != nil {
		return answer{status: bad.status, body: bad.body()}
	}
	return a
}

// admit checks codebase, client id and keys, in the order of the real gateway.
func (s *Server) admit(c *call) (answer, bool) {
	codebase, _, ok := strings.Cut(strings.TrimPrefix(c.r.URL.Path, "/"), "apis/3.0/")
	company, public, private, basic := basicAuth(c.r)
	s.mu.Lock()
	current, status := s.codebase, s.gone[codebase]
	s.mu.Unlock()
	if !ok || codebase != current && codebase != routerCodebase {
		if status == http.StatusNotFound {
			return answer{status: status, body: noEndpoint().body()}, false
		}
		return cannotRoute(), false
	}
	want := s.opts.credentials
	if basic && company != want.Company {
		return cannotRoute(), false
	}
	if !basic || !equal(public, want.PublicKey) || !equal(private, want.PrivateKey) {
		return s.opts.auth.refuse(), false
	}
	// Undocumented: status and body of a request without a known client id.
	switch id := c.r.Header.Get("clientId"); {
	case id == "":
		p := badRequest("The clientId header is required. Register at https://developer.connectwise.com/ClientID.")
		return answer{status: p.status, body: p.body()}, false
	case !strings.EqualFold(id, want.ClientID):
		p := &problem{status: 401, code: "UserNotAuthenticated", message: "The clientId is not valid."}
		return answer{status: p.status, body: p.body()}, false
	}
	return answer{}, true
}

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// basicAuth splits company+public:private.
func basicAuth(r *http.Request) (company, public, private string, ok bool) {
	user, private, ok := r.BasicAuth()
	if !ok {
		return "", "", "", false
	}
	company, public, ok = strings.Cut(user, "+")
	return company, public, private, ok
}

// cannotRoute is the gateway's own answer: text, not JSON.
func cannotRoute() answer {
	a := answer{status: http.StatusBadRequest, body: []byte("Cannot route. Codebase/company is invalid")}
	a.set("Content-Type", "text/plain; charset=utf-8")
	return a
}

// apiPath is the path below the version, or the whole path outside the API.
func apiPath(path string) string {
	if _, rest, ok := strings.Cut(path, "apis/3.0/"); ok {
		return "/" + rest
	}
	return path
}

// send writes an answer with the headers that every answer carries.
func (s *Server) send(rw http.ResponseWriter, r *http.Request, a answer) {
	h := rw.Header()
	h.Set("x-cw-request-id", rand.Text())
	h.Set("x-server-name", "SIM-WEB-01")
	h.Set("api-current-version", s.opts.version)
	h.Set("Date", s.now().UTC().Format(http.TimeFormat))
	h.Set("Cache-Control", "no-cache")
	if len(a.body) > 0 {
		h.Set("Content-Type", contentType(r, a, s.opts.version))
	}
	maps.Copy(h, a.header)
	rw.WriteHeader(a.status)
	_, _ = io.Copy(rw, bytes.NewReader(a.body)) // a client that went away is no error here
}

// contentType repeats the pinned version where the client pinned one.
func contentType(r *http.Request, a answer, version string) string {
	if b := bytes.TrimSpace(a.body); b[0] != '{' && b[0] != '[' && b[0] != 'n' && !isDigit(b[0]) {
		return "text/plain; charset=utf-8"
	}
	if strings.Contains(r.Header.Get("Accept"), "vnd.connectwise.com+json") {
		return "application/vnd.connectwise.com+json; version=" + version
	}
	return "application/json; charset=utf-8"
}

func (s *Server) scheme(r *http.Request) string {
	if r.TLS != nil {
		return "https"
	}
	return "http"
}

func (s *Server) now() time.Time { return s.opts.clock() }

func (s *Server) delay() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.latency
}

// wait sleeps for d or until the client gives up, and says which.
func wait(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return r.Context().Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}
