package cwclient

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

// What an earlier client discovered saves the request, and is not believed for longer than it is true.
func TestKnown(t *testing.T) {
	const gateway = `Cannot route. Codebase/company is invalid`
	tests := map[string]struct {
		known     Known
		old       func(*http.Request) (*http.Response, error) // what an old codebase answers
		used      string
		discovers int
		err       error
	}{
		"still true":         {known: Known{SiteURL: "api-na.myconnectwise.net", Codebase: "v2026_5/"}, used: "api-na.myconnectwise.net/v2026_5/"},
		"another region":     {known: Known{SiteURL: "api-eu.myconnectwise.net", Codebase: "v2026_5/"}, used: "api-eu.myconnectwise.net/v2026_5/"},
		"a stranger's host":  {known: Known{SiteURL: "evil.example.com", Codebase: "v2026_5/"}, used: "api-na.myconnectwise.net/v2026_5/"},
		"stale, 404":         {known: Known{Codebase: "v2026_4/"}, old: status(404, "gone"), used: "api-na.myconnectwise.net/v2026_5/", discovers: 1},
		"stale, gateway":     {known: Known{Codebase: "v2026_4/"}, old: status(400, gateway), used: "api-na.myconnectwise.net/v2026_5/", discovers: 1},
		"nothing known":      {used: "api-na.myconnectwise.net/v2026_5/", discovers: 1},
		"no slash":           {known: Known{Codebase: "v2026_5"}, used: "api-na.myconnectwise.net/v2026_5/", discovers: 1},
		"not a path segment": {known: Known{Codebase: "../x/"}, used: "api-na.myconnectwise.net/v2026_5/", discovers: 1},
		"keys are refused":   {known: Known{Codebase: "v2026_4/"}, old: status(401, `{"code":"Unauthorized","message":"x"}`), used: "api-na.myconnectwise.net/v2026_4/", err: ErrAuth},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			discovers, used := 0, ""
			c := newTest(t, roundTrip(func(r *http.Request) (*http.Response, error) {
				if isDiscovery(r) {
					discovers++
					return reply(r, 200, `{"Codebase":"v2026_5/"}`), nil
				}
				used = r.URL.Host + r.URL.Path
				if tt.old != nil && strings.HasPrefix(r.URL.Path, "/v2026_4/") {
					return tt.old(r)
				}
				return reply(r, 200, `{"id":1}`), nil
			}), WithKnown(tt.known))
			_, err := c.Agreements.Get(t.Context(), 1)
			if !errors.Is(err, tt.err) {
				t.Fatalf("got %v, want %v", err, tt.err)
			}
			if !strings.HasPrefix(used, tt.used) || discovers != tt.discovers {
				t.Errorf("used %s after asking %d times, want %s after %d", used, discovers, tt.used, tt.discovers)
			}
			if tt.discovers > 0 && c.Known() != (Known{Codebase: "v2026_5/", InFlight: c.slots.now()}) {
				t.Errorf("remembers %+v", c.Known())
			}
		})
	}
}

// The gateway's refusal means a wrong company where the codebase was discovered a moment ago: it is not asked for again.
func TestGatewayIsBelievedAfterDiscovery(t *testing.T) {
	discovers := 0
	c := newTest(t, roundTrip(func(r *http.Request) (*http.Response, error) {
		if isDiscovery(r) {
			discovers++
			return reply(r, 200, `{"Codebase":"v2026_5/"}`), nil
		}
		return reply(r, 400, "Cannot route. Codebase/company is invalid"), nil
	}))
	if _, err := c.Agreements.Get(t.Context(), 1); !errors.Is(err, ErrAuth) || discovers != 1 {
		t.Errorf("got %v after asking %d times", err, discovers)
	}
}
