package cwsim

import (
	"net/http"
	"strings"
	"time"
)

// Option changes a server as it is made.
type Option func(*Server)

type options struct {
	credentials Credentials
	version     string
	siteURL     string
	linkBase    string
	onPremise   bool
	auth        AuthStyle
	maxURL      int
	logSize     int
	clock       func() time.Time
}

// routerCodebase is the address that leads to whatever version the tenant has,
// and the only one of a server on one's own premises.
const routerCodebase = "v4_6_release/"

func defaultOptions() options {
	return options{
		credentials: randomCredentials(), version: "2026.4", maxURL: 2000, logSize: 20_000, clock: time.Now,
	}
}

// AuthStyle is how wrong keys are answered: servers differ.
type AuthStyle uint8

// The styles of refusing wrong keys.
const (
	AuthUnauthorized     AuthStyle = iota // 401, code Unauthorized
	AuthNotAuthenticated                  // 401, ConnectWiseApi and UserNotAuthenticated, as older servers do
	AuthNotFound                          // 404, as the cloud may do
	AuthGateway                           // 400 with the gateway's text
)

func (style AuthStyle) refuse() answer {
	p := &problem{status: http.StatusUnauthorized, code: "Unauthorized", message: "Unauthorized"}
	switch style {
	case AuthNotAuthenticated:
		p.code, p.message = "ConnectWiseApi", "UserNotAuthenticated"
	case AuthNotFound:
		p = &problem{status: http.StatusNotFound, code: "ConnectWiseApi", message: "The endpoint does not exist."}
	case AuthGateway:
		return cannotRoute()
	}
	return answer{status: p.status, body: p.body()}
}

// WithCredentials sets credentials instead of random ones; what is empty stays random.
func WithCredentials(c Credentials) Option {
	return func(s *Server) {
		keys := &s.opts.credentials
		keys.Company, keys.ClientID = orElse(c.Company, keys.Company), orElse(c.ClientID, keys.ClientID)
		keys.PublicKey, keys.PrivateKey = orElse(c.PublicKey, keys.PublicKey), orElse(c.PrivateKey, keys.PrivateKey)
	}
}

// WithAuthStyle sets how wrong keys are answered.
func WithAuthStyle(style AuthStyle) Option { return func(s *Server) { s.opts.auth = style } }

// WithOnPremise makes the server one on the provider's own premises: its
// codebase is v4_6_release/ for ever, and it is no cloud.
func WithOnPremise() Option { return func(s *Server) { s.opts.onPremise = true } }

// WithCodebase sets the first codebase, such as v2026_4/.
func WithCodebase(codebase string) Option {
	return func(s *Server) { s.codebase = strings.TrimSuffix(codebase, "/") + "/" }
}

// WithSiteURL sets the API host that discovery names instead of the one that was asked.
func WithSiteURL(host string) Option { return func(s *Server) { s.opts.siteURL = host } }

// WithLinkBase makes Link headers point at another scheme and host.
func WithLinkBase(base string) Option { return func(s *Server) { s.opts.linkBase = base } }

// WithMaxURL sets how long path and query may be together, in bytes; longer
// ones are answered 414. The default is 2000.
func WithMaxURL(n int) Option { return func(s *Server) { s.opts.maxURL = n } }

// WithLogSize sets how many requests Log keeps, at least 1; the default is 20,000.
func WithLogSize(n int) Option { return func(s *Server) { s.opts.logSize = max(1, n) } }

// WithClock sets the clock of the Date header, of the log and of Limit.
func WithClock(clock func() time.Time) Option { return func(s *Server) { s.opts.clock = clock } }

// Latency makes every answer take d from now on, from the request's arrival to the answer's first byte: half of it passes before ConnectWise acts
// and half of it after, as on a way of that length. What it does in between costs nothing more.
func (s *Server) Latency(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.latency = d
}

// MoveCodebase is an upgrade: the API lives at another codebase now, discovery
// says so, and the old address is answered with status 404, or with the
// gateway's text for any other status. On-premises servers have one codebase
// for ever: there it panics.
func (s *Server) MoveCodebase(to string, oldStatus int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.opts.onPremise {
		panic("cwsim: the codebase of a server on premises does not move")
	}
	s.gone[s.codebase] = oldStatus
	s.codebase = strings.TrimSuffix(to, "/") + "/"
	delete(s.gone, s.codebase)
}

// Codebase is the current one, with its slash at the end.
func (s *Server) Codebase() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.codebase
}
