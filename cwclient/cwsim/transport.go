package cwsim

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"syscall"
)

// Transport is an http.RoundTripper that leads straight to the server, without
// a socket: for tests with a simulated clock and for benchmarks. Whatever the
// host of the request, it arrives here. A broken connection is a *net.OpError
// around syscall.ECONNRESET, a body cut short ends in io.ErrUnexpectedEOF.
func (s *Server) Transport() http.RoundTripper { return transport{s} }

type transport struct{ s *Server }

// RoundTrip runs the handler and hands over the answer as soon as it starts.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx := r.Context()
	in := r.Clone(ctx)
	in.Header = make(http.Header, len(r.Header))
	for name, values := range r.Header {
		in.Header[http.CanonicalHeaderKey(name)] = values // as a server reads them, however the client spells them
	}
	in.RequestURI = r.URL.RequestURI()
	in.Host = r.Host
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	if in.Body == nil {
		in.Body = http.NoBody
	}
	reader, writer := io.Pipe()
	rw := &pipeWriter{header: http.Header{}, body: writer, started: make(chan struct{})}
	go rw.run(t.s, in)
	select {
	case <-rw.started:
	case <-ctx.Done():
		_ = reader.CloseWithError(ctx.Err()) // the handler's writes fail from here on
		return nil, ctx.Err()
	}
	if rw.err != nil {
		return nil, rw.err
	}
	stop := make(chan struct{})
	go func() {
		select {
		case <-ctx.Done():
			_ = reader.CloseWithError(ctx.Err())
		case <-stop:
		}
	}()
	res := &http.Response{
		Status: fmt.Sprintf("%d %s", rw.status, http.StatusText(rw.status)), StatusCode: rw.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: rw.sent, Request: r,
		Body: &pipeBody{PipeReader: reader, stop: stop}, ContentLength: -1,
	}
	if n, err := strconv.ParseInt(rw.sent.Get("Content-Length"), 10, 64); err == nil {
		res.ContentLength = n
	}
	return res, nil
}

// pipeBody ends the handler when it is closed.
type pipeBody struct {
	*io.PipeReader
	once sync.Once
	stop chan struct{}
}

func (b *pipeBody) Close() error {
	b.once.Do(func() { close(b.stop) })
	return b.PipeReader.Close()
}

// pipeWriter is the http.ResponseWriter of a request without a socket.
type pipeWriter struct {
	header, sent http.Header
	status       int
	body         *io.PipeWriter
	started      chan struct{}
	begun        bool
	err          error
}

func (p *pipeWriter) Header() http.Header { return p.header }

func (p *pipeWriter) WriteHeader(status int) {
	if p.begun {
		return
	}
	p.begun, p.status, p.sent = true, status, p.header.Clone()
	close(p.started)
}

func (p *pipeWriter) Write(b []byte) (int, error) {
	p.WriteHeader(http.StatusOK)
	if len(b) == 0 {
		return 0, nil
	}
	return p.body.Write(b)
}

// Flush does nothing: the pipe holds nothing back.
func (p *pipeWriter) Flush() {}

func (p *pipeWriter) run(s *Server, r *http.Request) {
	defer func() {
		aborted := recover()
		if aborted != nil && !isAbort(aborted) {
			panic(aborted)
		}
		switch {
		case aborted == nil:
			p.WriteHeader(http.StatusOK)
			_ = p.body.Close() // a pipe's Close never fails
		case p.begun:
			_ = p.body.CloseWithError(io.ErrUnexpectedEOF)
		default:
			p.begun = true
			p.err = &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
			close(p.started)
		}
	}()
	s.ServeHTTP(p, r)
}

func isAbort(v any) bool {
	err, ok := v.(error)
	return ok && errors.Is(err, http.ErrAbortHandler)
}
