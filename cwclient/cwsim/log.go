package cwsim

import (
	"fmt"
	"maps"
	"net/http"
	"time"
)

// Request is one request as the server saw it. Credentials are not kept.
type Request struct {
	Method string
	Path   string // below the API version, such as /finance/agreements/801
	Query  string // as it was sent, still encoded
	Header http.Header
	Body   string
	Status int // of the answer; 0 where none was given
	Time   time.Time
}

// IsWrite tells whether the request could change something.
func (r Request) IsWrite() bool { return r.Method != http.MethodGet && r.Method != http.MethodHead }

// requestLog keeps the last requests, and counts them all.
type requestLog struct {
	ring   []*Request
	next   int
	counts map[string]int
	writes []*Request
}

// maxWrites bounds the log of writes, which is kept apart so that reads do not
// push it out.
const maxWrites = 200_000

func (s *Server) begin(r *http.Request, body []byte) *Request {
	header := r.Header.Clone()
	header.Del("Authorization")
	header.Del("clientId")
	entry := &Request{
		Method: r.Method, Path: apiPath(r.URL.Path), Query: r.URL.RawQuery, Header: header,
		Body: string(body), Time: s.now(),
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	l := &s.log
	if len(l.ring) < s.opts.logSize {
		l.ring = append(l.ring, entry)
	} else {
		l.ring[l.next] = entry
		l.next = (l.next + 1) % len(l.ring)
	}
	if l.counts == nil {
		l.counts = map[string]int{}
	}
	l.counts[r.Method]++
	if entry.IsWrite() && len(l.writes) < maxWrites {
		l.writes = append(l.writes, entry)
	}
	s.inFlight++
	s.most = max(s.most, s.inFlight)
	return entry
}

func (s *Server) end(entry *Request, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	entry.Status = status
	s.inFlight--
}

// Log is the last requests, oldest first: as many as WithLogSize says.
func (s *Server) Log() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Request, 0, len(s.log.ring))
	for i := range s.log.ring {
		out = append(out, *s.log.ring[(s.log.next+i)%len(s.log.ring)])
	}
	return out
}

// Writes is the requests other than GET, oldest first, whatever came of them.
func (s *Server) Writes() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Request, 0, len(s.log.writes))
	for _, r := range s.log.writes {
		out = append(out, *r)
	}
	return out
}

// Count is how many requests of each method came in.
func (s *Server) Count() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]int{}
	maps.Copy(out, s.log.counts)
	return out
}

// MostInFlight is the largest number of requests that were under way at once.
func (s *Server) MostInFlight() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.most
}

// ResetLog forgets all requests and counts so far.
func (s *Server) ResetLog() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log, s.most = requestLog{}, s.inFlight
}

// Limit makes the server answer 429 to all requests beyond perMinute within any
// 60 seconds, refused ones not counted; 0 lifts the limit.
func (s *Server) Limit(perMinute int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.perMinute, s.window = perMinute, nil
}

// throttled counts the request and says whether it is one too many.
func (s *Server) throttled() (answer, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.perMinute == 0 {
		return answer{}, false
	}
	now := s.now()
	for len(s.window) > 0 && now.Sub(s.window[0]) >= time.Minute {
		s.window = s.window[1:]
	}
	if len(s.window) < s.perMinute {
		s.window = append(s.window, now)
		return answer{}, false
	}
	seconds := int(time.Minute-now.Sub(s.window[0]))/int(time.Second) + 1
	return tooMany(fmt.Sprint(seconds)), true
}

// tooMany is the 429, whose body differs from that of other errors; retryAfter
// may be empty for no header.
func tooMany(retryAfter string) answer {
	wait := retryAfter
	if wait == "" {
		wait = "30"
	}
	a := answer{status: http.StatusTooManyRequests,
		body: fmt.Appendf(nil, `{"error":"ConnectWiseAPI","message":"Too many requests. Please try again in %s seconds."}`, wait)}
	if retryAfter != "" {
		a.set("Retry-After", retryAfter)
	}
	return a
}
