package cwsim

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// act carries the fault out and returns the status that was sent, 0 for none.
func (f *armed) act(rw http.ResponseWriter, c *call) int {
	switch f.Kind {
	case FaultStatus, FaultProxy, FaultRedirect, FaultHTML:
		return f.reply(rw, c, f.refusal())
	case FaultStatusAfter:
		f.s.answer(c)
		return f.reply(rw, c, f.refusal())
	case FaultReset:
		breakOff(rw)
	case FaultResetAfter:
		f.s.answer(c)
		breakOff(rw)
	case FaultCommitLater:
		time.AfterFunc(f.Delay, func() { f.s.answer(c) })
		breakOff(rw)
	case FaultHang, FaultHangAfter:
		if f.Kind == FaultHangAfter {
			f.s.answer(c)
		}
		<-c.r.Context().Done()
		breakOff(rw)
	case FaultHuge, FaultGzipBomb:
		return f.flood(rw)
	}
	return f.distort(rw, c)
}

// distort answers the request and damages the answer on its way.
func (f *armed) distort(rw http.ResponseWriter, c *call) int {
	if f.Kind == FaultRepeatPage {
		c.query.Del("page")
		c.query.Del("pageId")
	}
	a := f.s.answer(c)
	switch f.Kind {
	case FaultSlow:
		if !wait(c.r, f.Delay) {
			breakOff(rw)
		}
	case FaultGarbage:
		a.status, a.body = http.StatusOK, []byte(orElse(f.Body, `{"id": 12, "name": "Con`+"\x00"+`}]`))
		a.set("Content-Type", "application/json")
	case FaultShortPage:
		a.body = halfOf(a.body)
		a.header.Del("Link")
	case FaultWrongField:
		f.Edit(f.s.w)
		if c.r.Method != http.MethodGet {
			a = f.s.reread(c, a)
		}
	case FaultCut:
		f.s.cut(rw, c, a)
	case FaultDrip:
		f.s.drip(rw, c, a, f.Delay)
		return a.status
	}
	return f.reply(rw, c, a)
}

func (f *armed) reply(rw http.ResponseWriter, c *call, a answer) int {
	f.s.send(rw, c.r, a)
	return a.status
}

// refusal is the answer of kinds that never reach the simulated ConnectWise.
func (f *armed) refusal() answer {
	switch f.Kind {
	case FaultHTML:
		return htmlPage(http.StatusOK, orElse(f.Body, "<h1>Sign in</h1>"))
	case FaultProxy:
		a := htmlPage(f.Status, orElse(f.Body, fmt.Sprintf("<h1>%d %s</h1><hr>proxy", f.Status, http.StatusText(f.Status))))
		if f.RetryAfter != "" {
			a.set("Retry-After", f.RetryAfter)
		}
		return a
	case FaultRedirect:
		a := answer{status: f.Status}
		if a.status == 0 {
			a.status = http.StatusFound
		}
		a.set("Location", f.Location)
		return a
	}
	a := statusAnswer(f.Status, f.RetryAfter)
	if f.Body != "" {
		a.body = []byte(f.Body)
	}
	return a
}

func htmlPage(status int, body string) answer {
	a := answer{status: status, body: []byte("<!DOCTYPE html><html><body>" + body + "</body></html>")}
	a.set("Content-Type", "text/html; charset=utf-8")
	return a
}

// statusAnswer is ConnectWise's own answer of a status.
func statusAnswer(status int, retryAfter string) answer {
	p := &problem{status: status, code: "ConnectWiseApi", message: http.StatusText(status)}
	switch status {
	case http.StatusTooManyRequests:
		return tooMany(retryAfter)
	case http.StatusUnauthorized:
		return AuthUnauthorized.refuse()
	case http.StatusForbidden:
		p = noRight()
	case http.StatusNotFound:
		p = noEndpoint()
	case http.StatusConflict:
		p.message = "The record is in use by another user."
	case http.StatusInternalServerError:
		p.code, p.message = "Unknown", "An error occurred while processing the request.\r\nQuery read timeout..."
	}
	a := answer{status: status, body: p.body()}
	if retryAfter != "" {
		a.set("Retry-After", retryAfter)
	}
	return a
}

// breakOff ends the connection without another byte; it does not return.
func breakOff(rw http.ResponseWriter) {
	if h, ok := rw.(http.Hijacker); ok {
		if conn, _, err := h.Hijack(); err == nil {
			if tcp, ok := conn.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0) // a reset instead of an orderly end, where it works
			}
			_ = conn.Close() // it is broken on purpose
		}
	}
	panic(http.ErrAbortHandler)
}

// cut sends the head and half of the body, then breaks off.
func (s *Server) cut(rw http.ResponseWriter, c *call, a answer) {
	whole := len(a.body)
	a.body = a.body[:whole/2]
	rw.Header().Set("Content-Length", fmt.Sprint(whole))
	s.send(rw, c.r, a)
	_ = http.NewResponseController(rw).Flush() // the half must leave before the end
	panic(http.ErrAbortHandler)
}

// drip sends the body byte by byte.
func (s *Server) drip(rw http.ResponseWriter, c *call, a answer, pause time.Duration) {
	body := a.body
	rw.Header().Set("Content-Length", fmt.Sprint(len(body)))
	rw.Header().Set("Content-Type", contentType(c.r, a, s.opts.version))
	a.body = nil
	s.send(rw, c.r, a)
	for i := range body {
		if !wait(c.r, pause) {
			breakOff(rw)
		}
		if _, err := rw.Write(body[i : i+1]); err != nil {
			return
		}
		_ = http.NewResponseController(rw).Flush() // best effort, as all of this
	}
}

// flood sends far more than anyone asked for, until the client hangs up.
func (f *armed) flood(rw http.ResponseWriter) int {
	size := f.Size
	if size == 0 {
		size = 4 << 30
	}
	rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	out := io.Writer(rw)
	if f.Kind == FaultGzipBomb {
		rw.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(rw)
		defer func() { _ = z.Close() }() // the client has hung up by then
		out = z
	}
	rw.WriteHeader(http.StatusOK)
	chunk := bytes.Repeat([]byte(`{"id":1,"name":"                    "},`), 1<<10)
	_, err := out.Write([]byte("["))
	for sent := int64(0); sent < size && err == nil; sent += int64(len(chunk)) {
		_, err = out.Write(chunk)
	}
	if err == nil {
		_, _ = out.Write([]byte(`{"id":1}]`)) // nobody can have read this far
	}
	return http.StatusOK
}

// reread gives the record as it is now in the place of the answer to a write.
func (s *Server) reread(c *call, a answer) answer {
	if a.status != http.StatusOK {
		return a
	}
	r := c.r.Clone(c.r.Context())
	r.Method = http.MethodGet
	again := *c
	again.r = r
	return s.answer(&again)
}

// halfOf is the first half of a JSON list.
func halfOf(body []byte) []byte {
	var rows []json.RawMessage
	if json.Unmarshal(body, &rows) != nil {
		return body
	}
	out, err := json.Marshal(rows[:len(rows)/2])
	if err != nil {
		return body
	}
	return out
}
