package http

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	nethttp "net/http"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
)

// Bounds of one answer, unpacked, and of all answers of one reading.
const (
	maxAnswer      = 16 << 20
	maxErrorAnswer = 64 << 10
	maxAll         = 64 << 20
	maxRequests    = 200_000
)

// wire is one reading's way to the vendor.
type wire struct {
	*settings
	source   string
	client   *nethttp.Client
	close    func()
	secrets  secrets
	tokens   *tokens // nil where none is asked for
	pace     pace
	most     int64 // bytes of all answers together
	bytes    atomic.Int64
	requests atomic.Int64
}

// call is one request.
type call struct {
	op      string // "read https://host/path (page 2)"
	method  string
	address *url.URL
	header  nethttp.Header
	body    []byte
}

// answer is what came of one request that went well.
type answer struct {
	header nethttp.Header
	body   []byte
}

// trouble is a request that did not go well.
type trouble struct {
	*billing.Failure
	status int
	again  bool // it may go better next time
}

func (t *trouble) Unwrap() error { return t.Failure }

// connect gathers the secrets and opens nothing yet.
func (r *reader) connect(ctx context.Context) (*wire, error) {
	w := &wire{settings: r.settings, source: r.config.Name, most: r.most, close: func() {}}
	if r.settings.perMinute > 0 {
		w.pace.gap = time.Minute / time.Duration(r.settings.perMinute)
	}
	var err error
	if w.secrets, err = r.secrets(ctx); err != nil {
		return nil, err
	}
	trip := r.trip
	if trip == nil {
		transport, err := r.transport()
		if err != nil {
			return nil, err
		}
		trip, w.close = transport, transport.CloseIdleConnections
	}
	w.client = &nethttp.Client{Transport: trip, CheckRedirect: func(*nethttp.Request, []*nethttp.Request) error { return nethttp.ErrUseLastResponse }}
	if r.settings.auth == authOAuth2 || r.settings.auth == authToken {
		w.tokens = &tokens{fetch: w.fetchToken}
	}
	return w, nil
}

func (r *reader) transport() (*nethttp.Transport, error) {
	standard, ok := nethttp.DefaultTransport.(*nethttp.Transport)
	if !ok {
		return nil, errors.New("the program's own way to the network was replaced")
	}
	transport := standard.Clone()
	transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	if file := r.settings.caFile; file != "" {
		fail := func(message string, err error) error {
			return &source.ReadError{Source: r.config.Name, File: file, Message: message, Err: err}
		}
		pem, err := os.ReadFile(file)
		if err != nil {
			return nil, fail("options.ca_file cannot be read: "+err.Error(), err)
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(pem) {
			return nil, fail("options.ca_file holds no certificate in PEM", nil)
		}
		transport.TLSClientConfig.RootCAs = pool
	}
	return transport, nil
}

// exchange sends a request until it is answered, refused for good, or the time for all tries is over. Signing is part of each try.
func (w *wire) exchange(ctx context.Context, c *call, sign func(context.Context, *nethttp.Request) error) (*answer, error) {
	began := time.Now()
	for try := 1; ; try++ {
		if err := w.pace.pass(ctx); err != nil {
			return nil, err
		}
		a, err := w.once(ctx, c, sign)
		if err == nil {
			return a, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		problem, ok := errors.AsType[*trouble](err)
		if !ok || !problem.again {
			return nil, err
		}
		wait := max(backoff(try), problem.Wait)
		if time.Since(began)+wait > w.patience {
			return nil, err
		}
		if problem.Class == billing.ClassThrottled {
			w.pace.hold(wait)
		}
		if err := source.Sleep(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// once is one try, within its time-out.
func (w *wire) once(ctx context.Context, c *call, sign func(context.Context, *nethttp.Request) error) (*answer, error) {
	if w.requests.Add(1) > maxRequests {
		return nil, c.fail(billing.ClassNonsense, fmt.Sprintf("more than %d requests are needed to read it", maxRequests), "")
	}
	req, err := nethttp.NewRequestWithContext(ctx, c.method, c.address.String(), bytes.NewReader(c.body))
	if err != nil {
		return nil, c.fail(billing.ClassNonsense, "the address is not valid", "")
	}
	if len(c.body) == 0 {
		req.Body, req.GetBody, req.ContentLength = nil, nil, 0
	}
	maps.Copy(req.Header, c.header)
	if err := sign(ctx, req); err != nil {
		return nil, err
	}
	try, cancel := context.WithTimeout(ctx, w.timeout) // not of the token that signing may ask for
	defer cancel()
	resp, err := w.client.Do(req.WithContext(try))
	if err != nil {
		return nil, c.unsent(ctx, try, err, w.timeout)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := w.body(c, resp)
	if problem := w.refused(c, resp, body); problem != nil {
		return nil, problem
	}
	if err != nil {
		if problem, ok := errors.AsType[*trouble](err); ok {
			return nil, problem
		}
		return nil, c.unsent(ctx, try, err, w.timeout)
	}
	return &answer{header: resp.Header, body: body}, nil
}

// body reads an answer within its bounds.
func (w *wire) body(c *call, resp *nethttp.Response) ([]byte, error) {
	limit := int64(maxAnswer)
	if resp.StatusCode > 299 {
		limit = maxErrorAnswer
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	switch {
	case resp.StatusCode > 299:
		return body[:min(len(body), maxErrorAnswer)], nil // the status says what matters
	case int64(len(body)) > limit:
		return nil, c.fail(billing.ClassNonsense, fmt.Sprintf("the answer is larger than %d MiB", maxAnswer>>20), "ask for smaller pages with size_param and page_size")
	case err != nil:
		return nil, err
	case w.bytes.Add(int64(len(body))) > w.most:
		return nil, c.fail(billing.ClassNonsense, fmt.Sprintf("the answers are larger than %d MiB together", w.most>>20), "")
	}
	return body, nil
}

func (c *call) fail(class billing.Class, message, hint string) *trouble {
	return &trouble{Failure: &billing.Failure{Class: class, Op: c.op, Message: message, Hint: hint}}
}

// unsent puts a failed exchange into its class: the network, or a connection that is not safe.
func (c *call) unsent(ctx, try context.Context, err error, timeout time.Duration) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err // the wrapper repeats the address with its parameters
	}
	var network net.Error
	var problem *trouble
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &problem):
		return problem
	case isTLS(err):
		problem = c.fail(billing.ClassNonsense, "the connection is not safe: "+err.Error(), "a private CA is named in options.ca_file")
	case try.Err() != nil, errors.As(err, &network) && network.Timeout():
		problem = c.fail(billing.ClassUnavailable, fmt.Sprintf("no whole answer within %s", timeout), "try again later, or raise options.timeout")
		problem.again = true
	case errors.Is(err, io.ErrUnexpectedEOF):
		problem = c.fail(billing.ClassUnavailable, "the answer was cut short", "try again later")
		problem.again = true
	default:
		problem = c.fail(billing.ClassUnavailable, err.Error(), "try again later")
		problem.again = true
	}
	problem.Err = err
	return problem
}

// isTLS tells a failed handshake or certificate from a network fault.
func isTLS(err error) bool {
	var certificate *tls.CertificateVerificationError
	var header tls.RecordHeaderError
	var alert tls.AlertError
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	return errors.As(err, &certificate) || errors.As(err, &header) || errors.As(err, &alert) || errors.As(err, &unknown) || errors.As(err, &host) ||
		errors.Is(err, nethttp.ErrSchemeMismatch)
}

// refused says what is wrong with an answer; nil when nothing is.
func (w *wire) refused(c *call, resp *nethttp.Response, body []byte) *trouble {
	status := resp.StatusCode
	said := w.secrets.hide(saidIn(body))
	word := fmt.Sprintf("answered %d %s", status, nethttp.StatusText(status))
	if said != "" {
		word += ": " + said
	}
	var problem *trouble
	switch {
	case status == nethttp.StatusUnauthorized, status == nethttp.StatusForbidden:
		problem = c.fail(billing.ClassAuth, word, "put the secrets of source "+w.source+" right, and the rights of that account")
	case status == nethttp.StatusTooManyRequests:
		problem = c.fail(billing.ClassThrottled, word, "try again later, or set options.per_minute")
		problem.Wait, problem.again = retryAfter(resp.Header.Get("Retry-After"), time.Now(), defaultPause), true
	case status >= 500, status == nethttp.StatusRequestTimeout:
		problem = c.fail(billing.ClassUnavailable, word, "try again later")
		problem.Wait, problem.again = retryAfter(resp.Header.Get("Retry-After"), time.Now(), 0), true
	case status >= 400:
		problem = c.fail(billing.ClassRejected, word, "check the address and the options of source "+w.source)
	case status >= 300:
		problem = c.fail(billing.ClassNonsense, word+", which is not followed", "name the address that it leads to, if it is the vendor's own")
	case isPage(resp.Header, body):
		problem = c.fail(billing.ClassNonsense, "answered with an HTML page instead of JSON", "the address may be that of a page for people, or one that asks to sign in")
	default:
		return nil
	}
	problem.status = status
	return problem
}

// isPage tells a page for people from data.
func isPage(header nethttp.Header, body []byte) bool {
	body = bytes.TrimSpace(body)
	html := strings.HasPrefix(strings.ToLower(header.Get("Content-Type")), "text/html")
	return bytes.HasPrefix(body, []byte("<")) || html && !bytes.HasPrefix(body, []byte("{")) && !bytes.HasPrefix(body, []byte("["))
}
