package cwclient

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
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"
)

// Most bytes of one answer, unpacked. A page of 1,000 records is 1 to 3 MB.
const (
	maxAnswer      = 64 << 20
	maxErrorAnswer = 1 << 20
)

// sender is the innermost handler: one HTTP exchange including the body, within one time-out.
type sender struct {
	client  *http.Client
	timeout time.Duration
	sent    func(method string) // counts requests
}

// do sends the request and reads the whole answer. Whatever goes wrong is an *Error that says whether a byte
// of the request may have left. A cancel is heard before a write is sent; once it is on its way it runs to its
// end or its own time-out, because a write that is cut off is one of which nobody knows whether it happened.
func (s *sender) do(ctx context.Context, q *call) (*answer, error) {
	if err := ctx.Err(); err != nil {
		return nil, q.fail(nil, err)
	}
	if !q.reads() {
		ctx = context.WithoutCancel(ctx)
	}
	try, cancel := context.WithTimeoutCause(ctx, s.timeout, errTimeout)
	defer cancel()
	wire := &wireTrace{}
	req, err := s.request(httptrace.WithClientTrace(try, wire.hooks()), q)
	if err != nil {
		return nil, q.fail(ErrInvalid, err)
	}
	resp, err := s.client.Do(req)
	if err != nil {
		e := s.failure(ctx, try, q, err)
		e.Sent = !wire.nothingSent(err, try.Err() != nil)
		if e.Sent {
			s.sent(q.method)
		}
		return nil, e
	}
	s.sent(q.method)
	defer func() { _ = resp.Body.Close() }()
	a := &answer{status: resp.StatusCode, header: resp.Header, at: time.Now(), tls: resp.TLS}
	a.requestID = q.safe(resp.Header.Get("x-cw-request-id"), maxWord)
	if err := a.read(resp); err != nil {
		e := s.failure(ctx, try, q, err)
		e.Sent, e.Status, e.RequestID = true, a.status, a.requestID
		return nil, e
	}
	return a, nil
}

// request builds the HTTP request. A write keeps GetBody, and that is safe: net/http replays a request that has
// a body, no Idempotency-Key and another method than GET only if not one byte of it was written to the
// connection (a kept-alive connection that turned out dead). TestPostIsNotReplayed holds that.
func (s *sender) request(ctx context.Context, q *call) (*http.Request, error) {
	var body io.Reader
	if q.body != nil {
		body = bytes.NewReader(q.body)
	}
	req, err := http.NewRequestWithContext(ctx, q.method, q.url(), body)
	if err != nil {
		return nil, errors.New("the address is not valid")
	}
	maps.Copy(req.Header, q.header)
	return req, nil
}

// errTooBig marks an answer beyond the bounds.
var errTooBig = fmt.Errorf("the answer is larger than %d MiB", maxAnswer>>20)

// read takes in the body. The bound counts unpacked bytes; of an error's body only the start matters.
func (a *answer) read(resp *http.Response) error {
	limit := int64(maxAnswer)
	if a.status < 200 || a.status > 299 {
		limit = maxErrorAnswer
	}
	var buf bytes.Buffer
	if n := resp.ContentLength; n > 0 {
		buf.Grow(int(min(n, limit, 4<<20)) + bytes.MinRead)
	}
	n, err := io.Copy(&buf, io.LimitReader(resp.Body, limit+1))
	a.body = buf.Bytes()
	switch {
	case limit == maxErrorAnswer:
		a.body = a.body[:min(n, limit)]
		return nil // the status says what matters, even where the text is incomplete
	case n > limit:
		return errTooBig
	case err != nil:
		return err
	case resp.ContentLength > n:
		return io.ErrUnexpectedEOF
	}
	return nil
}

// failure puts a failed exchange into its class.
func (s *sender) failure(ctx, try context.Context, q *call, err error) *Error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err // the wrapper repeats the address with its conditions
	}
	var network net.Error
	switch {
	case ctx.Err() != nil:
		return q.fail(nil, ctx.Err())
	case errors.Is(err, errTooBig):
		return q.fail(ErrNonsense, err)
	case isTLS(err):
		return q.fail(ErrTLS, err)
	case try.Err() != nil, errors.As(err, &network) && network.Timeout():
		return q.fail(ErrUnavailable, fmt.Errorf("%w after %v", errTimeout, s.timeout))
	case errors.Is(err, io.ErrUnexpectedEOF):
		return q.fail(ErrUnavailable, errCutShort)
	}
	return q.fail(ErrUnavailable, err)
}

// isTLS tells a failed handshake or certificate from a network fault.
func isTLS(err error) bool {
	if errors.Is(err, http.ErrSchemeMismatch) {
		return true
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return true
	}
	if _, ok := errors.AsType[tls.AlertError](err); ok {
		return true
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && (op.Op == "remote error" || op.Op == "local error") {
		return true // an alert of the other side, or ours
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return true
	}
	_, ok := errors.AsType[x509.HostnameError](err)
	return ok
}

// wireTrace watches how far a request came. net/http asks for a connection anew before a replay, and it
// replays a write only when nothing was written: so each GetConn starts from nothing.
type wireTrace struct {
	asked   atomic.Bool
	gotConn atomic.Bool
	wrote   atomic.Bool
}

// hooks are the trace's callbacks.
func (w *wireTrace) hooks() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn:      func(string) { w.asked.Store(true); w.gotConn.Store(false); w.wrote.Store(false) },
		GotConn:      func(httptrace.GotConnInfo) { w.gotConn.Store(true) },
		WroteHeaders: func() { w.wrote.Store(true) },
	}
}

// nothingSent is true only where it is certain. The transport's write buffer is larger than any head of ours,
// so nothing leaves before WroteHeaders; but after a cancel or a time-out the writing goroutine may still be on
// its way, so from the moment the request has a connection the answer is no. A foreign transport that does not
// report to the trace is believed only when it failed to dial.
func (w *wireTrace) nothingSent(err error, stopped bool) bool {
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" && !w.gotConn.Load() {
		return true
	}
	if !w.asked.Load() {
		return false
	}
	return !w.gotConn.Load() || !w.wrote.Load() && !stopped
}
