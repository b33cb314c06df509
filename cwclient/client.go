package cwclient

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"
)

// Config says which ConnectWise to talk to, and as whom.
type Config struct {
	// Site is a host or an address as a person typed it: scheme, path and slashes do not matter, and a cloud
	// host of the browser is turned into that of its API. No scheme means https; http is taken for loopback
	// addresses alone.
	Site string
	// Company is the login company id.
	Company string
	// ClientID is the integration's GUID of developer.connectwise.com.
	ClientID string
	// PublicKey and PrivateKey are those of an API member. Discovery alone works without.
	PublicKey  string
	PrivateKey string
	// CAFile is a PEM file of further authorities to trust besides the system's; empty for none.
	CAFile string
	// UserAgent is sent with each request; empty means cwsync.
	UserAgent string
}

// String names site and company, never a key.
func (cfg Config) String() string { return "connectwise " + cfg.Company + " at " + cfg.Site }

// GoString is String: no verb prints a key.
func (cfg Config) GoString() string { return cfg.String() }

// LogValue is String: no logger prints a key.
func (cfg Config) LogValue() slog.Value { return slog.StringValue(cfg.String()) }

// check finds what no request could be made with.
func (cfg Config) check() error {
	if cfg.Company == "" {
		return errors.New("company is empty")
	}
	// The user name of basic authentication ends at the first colon.
	if strings.Contains(cfg.Company+cfg.PublicKey, ":") {
		return errors.New("company and public key must not contain a colon")
	}
	for _, text := range []string{cfg.Company, cfg.ClientID, cfg.PublicKey, cfg.PrivateKey, cfg.UserAgent} {
		if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return errors.New("company, client id, keys and user agent must not contain control characters")
		}
	}
	return nil
}

// settings are what the options change.
type settings struct {
	concurrency int
	maxRPM      int
	timeout     time.Duration
	retryFor    time.Duration
	log         *slog.Logger
	transport   http.RoundTripper
	known       Known
}

// Known is what an earlier client found out. It saves the next one a request, and the way from 4 requests in flight to more; what proves stale is
// found out anew.
type Known struct {
	SiteURL  string `json:"site_url"`  // as the site named it; believed as far as in a fresh answer
	Codebase string `json:"codebase"`  // ends in a slash
	InFlight int    `json:"in_flight"` // requests that went well side by side; 0: not known
}

// Option changes how a Client behaves.
type Option func(*settings)

// WithConcurrency bounds the requests in flight (default 16, at least 1); the client adapts below it.
func WithConcurrency(n int) Option { return func(s *settings) { s.concurrency = max(n, 1) } }

// WithMaxRPM bounds the requests in any 60 seconds (default 900); 0 is no limit.
func WithMaxRPM(n int) Option { return func(s *settings) { s.maxRPM = max(n, 0) } }

// WithTimeout bounds one try of a request, from connecting to the last byte of the answer (default 60 s); 0 or
// less leaves the default.
func WithTimeout(d time.Duration) Option {
	return func(s *settings) {
		if d > 0 {
			s.timeout = d
		}
	}
}

// WithRetryFor bounds all tries of one request: no try starts later than this after the first (default
// 5 min); 0 allows one try.
func WithRetryFor(d time.Duration) Option { return func(s *settings) { s.retryFor = d } }

// WithLogger sets where requests (debug) and pauses (info) are logged; default nowhere.
func WithLogger(log *slog.Logger) Option { return func(s *settings) { s.log = log } }

// WithTransport replaces the HTTP transport, for tests. It must not follow redirects or repeat writes; unless it
// reports to net/http/httptrace, every failed request counts as sent.
func WithTransport(rt http.RoundTripper) Option { return func(s *settings) { s.transport = rt } }

// WithKnown starts with what an earlier client of the same site and company discovered; the zero value is nothing.
func WithKnown(known Known) Option { return func(s *settings) { s.known = known } }

// Client talks to one ConnectWise as one API member. It is safe for concurrent use.
type Client struct {
	Agreements *AgreementsClient
	Additions  *AdditionsClient
	Catalog    *CatalogClient
	Companies  *CompaniesClient
	Contacts   *ContactsClient
	Setup      *SetupClient
	System     *SystemClient
	Tickets    *TicketsClient

	do        handler // the whole chain
	reach     handler // the chain for Probe: one try, and any answer is good
	discovery *discovery
	slots     *slots
	http      *http.Client
	shared    *sharing

	mu   sync.Mutex
	sent map[string]int
}

// New makes a client; it sends nothing. An error says what is wrong with the config.
func New(cfg Config, opts ...Option) (*Client, error) {
	site, err := parseSite(cfg.Site)
	if err != nil {
		return nil, err
	}
	if err := cfg.check(); err != nil {
		return nil, err
	}
	if cfg.UserAgent == "" {
		cfg.UserAgent = "cwsync"
	}
	s := settings{
		concurrency: 16, maxRPM: 900, timeout: time.Minute, retryFor: 5 * time.Minute,
		log: slog.New(slog.DiscardHandler),
	}
	for _, opt := range opts {
		opt(&s)
	}
	if s.transport == nil {
		if s.transport, err = newTransport(cfg.CAFile, s.concurrency); err != nil {
			return nil, err
		}
	}
	c := &Client{shared: newSharing(), sent: map[string]int{}}
	c.http = &http.Client{
		Transport: unfollowed{s.transport},
		// No redirect is ever followed: Go would keep the credentials on some of them, and send the client
		// id and the body of a 307 to any host.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	c.chain(cfg, site, s)
	c.services()
	return c, nil
}

// chain puts the handlers together, in the order that the package comment states.
func (c *Client) chain(cfg Config, site origin, s settings) {
	c.slots = newSlots(s.concurrency, s.known.InFlight)
	limit := &limits{slots: c.slots, gate: newGate(s.maxRPM), patience: s.retryFor, log: s.log}
	send := &sender{client: c.http, timeout: s.timeout, sent: c.count}

	h := authHandler(cfg, send.do)
	c.reach = limit.handler(logHandler(s.log, h))
	h = errorHandler(h)
	h = logHandler(s.log, h)
	h = limit.handler(h)
	h = parseHandler(h) // outside the limit: while one answer is taken in, the next request is under way already
	h = retryHandler(s.retryFor, h)
	c.discovery = newDiscovery(site, cfg.Company, h)
	c.discovery.start(s.known)
	c.do = c.discovery.handler(h)
}

// newTransport is net/http's with TLS 1.2 or later, the further authorities, and HTTP/1.1 alone: there a
// connection carries one request at a time, so it is certain which request a broken connection concerns.
func newTransport(caFile string, connections int) (*http.Transport, error) {
	roots, err := trustedRoots(caFile)
	if err != nil {
		return nil, err
	}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: 15 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots},
		TLSHandshakeTimeout: 15 * time.Second,
		Protocols:           protocols,
		MaxIdleConnsPerHost: connections,
		IdleConnTimeout:     30 * time.Second,
		// A hostile header must not fill the memory.
		MaxResponseHeaderBytes: 1 << 20,
		WriteBufferSize:        64 << 10, // more than the head of any request, see wireTrace
	}, nil
}

// unfollowed leaves of a redirect no more than where it points. net/http reads the address before it asks whether to follow it, and would fail
// with all of an address that it cannot read.
type unfollowed struct{ http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (t unfollowed) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.RoundTripper.RoundTrip(r)
	if err == nil && resp.StatusCode >= 300 && resp.StatusCode <= 399 {
		to := ""
		if u, err := url.Parse(resp.Header.Get("Location")); err == nil && checkHost(strings.ToLower(u.Hostname())) == nil {
			to = (&url.URL{Scheme: u.Scheme, Host: u.Host}).String()
		}
		resp.Header.Set("Location", to)
	}
	return resp, err
}

// CloseIdleConnections is for http.Client, which asks its transport for it.
func (t unfollowed) CloseIdleConnections() {
	if closer, ok := t.RoundTripper.(interface{ CloseIdleConnections() }); ok {
		closer.CloseIdleConnections()
	}
}

// trustedRoots are the system's authorities and those of a PEM file; nil means just the system's.
func trustedRoots(caFile string) (*x509.CertPool, error) {
	if caFile == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(caFile)
	if err != nil {
		return nil, fmt.Errorf("read ca file: %w", err)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("ca file %s holds no certificate in PEM form", caFile)
	}
	return roots, nil
}

// count notes a request that was sent.
func (c *Client) count(method string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sent[method]++
}

// Requests counts by method, in capitals, the requests that were really sent: every try, discovery included.
func (c *Client) Requests() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.sent)
}

// Known is what this client uses, for a later one; the zero value before the first discovery.
func (c *Client) Known() Known {
	known := c.discovery.state().seen
	if known != (Known{}) {
		known.InFlight = c.slots.now()
	}
	return known
}

// Discover asks the site for the company's codebase, without credentials, and uses it from now on. It is not
// needed before a request: the first one asks by itself. ErrAuth means that the site does not know the company.
func (c *Client) Discover(ctx context.Context) (Discovery, error) {
	d := c.discovery
	if err := d.enter(ctx, &call{op: "discover"}); err != nil {
		return Discovery{}, err
	}
	defer d.exit()
	return d.round(ctx)
}

// Close drops idle connections. Requests under way go on.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// services makes the typed parts.
func (c *Client) services() {
	c.Agreements = newAgreements(c)
	c.Additions = &AdditionsClient{c: c}
	c.Catalog = newCatalog(c)
	c.Companies = newCompanies(c)
	c.Contacts = newContacts(c)
	c.Setup = newSetup(c)
	c.System = newSystem(c)
	c.Tickets = newTickets(c)
}
