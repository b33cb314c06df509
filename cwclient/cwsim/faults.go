package cwsim

import (
	"path"
	"slices"
	"strings"
	"time"
)

// FaultKind is what goes wrong.
type FaultKind uint8

// The kinds of faults. A request is "done" when the simulated ConnectWise has
// carried it out, with whatever it changed.
const (
	FaultStatus      FaultKind = iota + 1 // answers Status with ConnectWise's body for it; not done. 429 uses RetryAfter
	FaultProxy                            // answers Status with a proxy's HTML page; not done
	FaultStatusAfter                      // done, but Status is answered
	FaultReset                            // the connection breaks; not done
	FaultResetAfter                       // done, then the connection breaks without an answer
	FaultCommitLater                      // the connection breaks; done Delay later
	FaultCut                              // done; the body ends in the middle
	FaultHang                             // no answer until the client gives up; not done
	FaultHangAfter                        // done; no answer until the client gives up
	FaultSlow                             // done; the answer starts after Delay
	FaultDrip                             // done; the body comes byte by byte, Delay between them
	FaultHTML                             // 200 with a log-in page instead of JSON; not done
	FaultGarbage                          // done; 200 with something that is no JSON
	FaultHuge                             // a JSON list of Size bytes, default 4 GiB; not done
	FaultGzipBomb                         // a small compressed answer that unpacks to Size bytes, default 4 GiB; not done
	FaultRedirect                         // Status (default 302) to Location; not done
	FaultRepeatPage                       // the first page, whatever page was asked for
	FaultShortPage                        // half of the page's records, and no Link
	FaultEdit                             // Edit runs just before the request, which then goes on as if nothing were
	FaultWrongField                       // Edit runs after the request was done and before it is answered
)

// Fault is something that goes wrong on demand. Where several match a request
// the first one armed acts, save for FaultEdit, which lets others act too.
type Fault struct {
	Method string // GET, POST, ...; "" for any
	// Path below the API version, as a prefix (/finance/agreements), or as a
	// pattern of the whole path in which * is one part (/finance/agreements/*/additions);
	// outside the API the whole path (/login/companyinfo/).
	Path  string
	Query string // a part of the decoded query, such as page=2
	After int    // so many matching requests pass first
	Times int    // how often it acts: 0 once, -1 for ever
	Kind  FaultKind

	Status     int
	RetryAfter string        // header of a 429 or 503, as it is; "" for none
	Body       string        // instead of the body that the kind has
	Delay      time.Duration // FaultCommitLater, FaultSlow, FaultDrip
	Size       int64         // bytes
	Location   string        // of a redirect; a path is resolved by the client
	Edit       func(*World)  // FaultEdit, FaultWrongField
}

// armed is a fault with its counters.
type armed struct {
	Fault
	seen, acted int
	s           *Server
}

// Fail arms a fault. A kind outside the list panics.
func (s *Server) Fail(f Fault) {
	if f.Kind < FaultStatus || f.Kind > FaultWrongField {
		panic("cwsim: unknown kind of fault")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &armed{Fault: f, s: s})
}

// ClearFaults disarms all faults.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// Pending is how many armed faults have not acted as often as they should.
func (s *Server) Pending() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, f := range s.faults {
		if f.Times >= 0 && f.acted < max(1, f.Times) {
			n++
		}
	}
	return n
}

// meet finds the fault that acts on a request, after running edits.
func (s *Server) meet(c *call) *armed {
	s.mu.Lock()
	var act *armed
	var edits []func(*World)
	for _, f := range s.faults {
		if !f.matches(c) || act != nil && f.Kind != FaultEdit {
			continue
		}
		if f.seen++; f.seen <= f.After || f.Times >= 0 && f.acted >= max(1, f.Times) {
			continue
		}
		f.acted++
		if f.Kind == FaultEdit {
			edits = append(edits, f.Edit)
			continue
		}
		act = f
	}
	s.mu.Unlock()
	for _, edit := range edits {
		edit(s.w)
	}
	return act
}

func (f *armed) matches(c *call) bool {
	if f.Method != "" && f.Method != c.r.Method {
		return false
	}
	if f.Query != "" && !slices.ContainsFunc(queryParts(c), func(part string) bool { return strings.Contains(part, f.Query) }) {
		return false
	}
	if !strings.Contains(f.Path, "*") {
		return strings.HasPrefix(c.path, f.Path)
	}
	ok, err := path.Match(f.Path, c.path)
	return ok && err == nil
}

// queryParts is the decoded query as name=value.
func queryParts(c *call) []string {
	var parts []string
	for name, values := range c.query {
		for _, v := range values {
			parts = append(parts, name+"="+v)
		}
	}
	return parts
}
