package cwclient

import (
	"context"
	"crypto/tls"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"
)

// Reach is what one anonymous request found out about the way to the site.
type Reach struct {
	Host            string        // that was asked, with a port unless it is the default one
	Latency         time.Duration // from the request on the wire to the first byte of the answer
	TLS             string        // such as "TLS 1.3"; empty without TLS
	CertificateEnds time.Time     // last moment of the host's certificate; zero without TLS
	Date            time.Time     // the server's clock, in whole seconds; zero where no Date header tells it
	At              time.Time     // when the answer came, by this machine's clock
}

// Probe sends one request without credentials to the configured site, once and whatever became of earlier ones, and says how it went. Any
// answer counts, also a redirect, a refusal or a web page: Discover tells whether ConnectWise is there. Errors are of type *Error.
func (c *Client) Probe(ctx context.Context) (Reach, error) {
	d := c.discovery
	q := &call{
		op: "reach the site", method: http.MethodGet, base: d.origin.String() + "/", anonymous: true,
		path: "login/companyinfo/" + url.PathEscape(d.company),
	}
	var clock stopwatch
	start := time.Now()
	a, err := c.reach(httptrace.WithClientTrace(ctx, clock.hooks()), q)
	if err != nil {
		return Reach{}, err
	}
	reach := Reach{Host: d.origin.host, Latency: clock.between(start, a.at), At: a.at}
	if date, err := http.ParseTime(a.header.Get("Date")); err == nil {
		reach.Date = date
	}
	if a.tls != nil {
		reach.TLS = tls.VersionName(a.tls.Version)
		if len(a.tls.PeerCertificates) > 0 {
			reach.CertificateEnds = a.tls.PeerCertificates[0].NotAfter
		}
	}
	return reach, nil
}

// stopwatch takes the time of one exchange, without what it takes to connect. Its hooks run in goroutines of net/http.
type stopwatch struct {
	wrote, first atomic.Pointer[time.Time]
}

// hooks are the trace's callbacks.
func (s *stopwatch) hooks() *httptrace.ClientTrace {
	stop := func(at *atomic.Pointer[time.Time]) {
		now := time.Now()
		at.Store(&now)
	}
	return &httptrace.ClientTrace{
		WroteRequest:         func(httptrace.WroteRequestInfo) { stop(&s.wrote) },
		GotFirstResponseByte: func() { stop(&s.first) },
	}
}

// between is the time from request to answer; where a transport does not report to the trace, that of the whole call.
func (s *stopwatch) between(start, end time.Time) time.Duration {
	wrote, first := s.wrote.Load(), s.first.Load()
	if wrote == nil || first == nil || first.Before(*wrote) {
		return end.Sub(start)
	}
	return first.Sub(*wrote)
}
