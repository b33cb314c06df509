package cwclient

import (
	"crypto/tls"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

// trusted writes the certificate of a test server where CAFile can name it.
func trusted(t *testing.T, server *httptest.Server) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(path, block, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestProbeTellsOfTheWay(t *testing.T) {
	var seen []*http.Request
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r)
		w.Header().Set("Date", "Mon, 16 Mar 2026 08:00:07 GMT")
		_, _ = io.WriteString(w, companyInfo)
	}))
	server.TLS = &tls.Config{MaxVersion: tls.VersionTLS12}
	server.StartTLS()
	defer server.Close()
	cfg := testConfig()
	cfg.Site, cfg.CAFile = server.URL, trusted(t, server)
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for try := range 2 { // the second one over the connection of the first
		before := time.Now()
		reach, err := c.Probe(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if reach.Host != server.Listener.Addr().String() || reach.TLS != "TLS 1.2" {
			t.Errorf("try %d: host %q, %q", try, reach.Host, reach.TLS)
		}
		if want := server.Certificate().NotAfter; !reach.CertificateEnds.Equal(want) {
			t.Errorf("try %d: certificate ends %v, want %v", try, reach.CertificateEnds, want)
		}
		if want := time.Date(2026, 3, 16, 8, 0, 7, 0, time.UTC); !reach.Date.Equal(want) {
			t.Errorf("try %d: date %v, want %v", try, reach.Date, want)
		}
		if reach.Latency <= 0 || reach.Latency > time.Since(before) || reach.At.Before(before) {
			t.Errorf("try %d: latency %v, at %v", try, reach.Latency, reach.At)
		}
	}
	for _, r := range seen {
		if r.Header.Get("Authorization") != "" || r.Header.Get("clientId") != "" {
			t.Error("a probe carried credentials")
		}
	}
}

func TestProbeTakesAnyAnswer(t *testing.T) {
	for name, answer := range map[string]func(*http.Request) *http.Response{
		"web page": func(r *http.Request) *http.Response { return reply(r, 200, "<html>", "Content-Type", "text/html") },
		"redirect": func(r *http.Request) *http.Response {
			return reply(r, 302, "", "Location", "https://elsewhere.example/")
		},
		"refusal":   func(r *http.Request) *http.Response { return reply(r, 403, `{"code":"Security"}`) },
		"server":    func(r *http.Request) *http.Response { return reply(r, 503, "") },
		"throttled": func(r *http.Request) *http.Response { return reply(r, 429, "", "Retry-After", "3600") },
		"bad date":  func(r *http.Request) *http.Response { return reply(r, 200, "{}", "Date", "yesterday") },
	} {
		t.Run(name, func(t *testing.T) {
			requests := 0
			c := newTest(t, roundTrip(func(r *http.Request) (*http.Response, error) { requests++; return answer(r), nil }))
			reach, err := c.Probe(t.Context())
			if err != nil || reach.Host != "api-na.myconnectwise.net" || !reach.Date.IsZero() || reach.TLS != "" {
				t.Errorf("got %+v, %v", reach, err)
			}
			if requests != 1 {
				t.Errorf("%d requests were sent, want 1", requests)
			}
		})
	}
}

// TestProbeTriesOnce: a person waits for it, so it does not use up the time that other reads may take.
func TestProbeTriesOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests, start := 0, time.Now()
		c := newTest(t, roundTrip(func(*http.Request) (*http.Response, error) { requests++; return nil, errors.New("no route to host") }))
		_, err := c.Probe(t.Context())
		if !errors.Is(err, ErrUnavailable) || requests != 1 || time.Since(start) != 0 {
			t.Errorf("%v after %d requests and %v", err, requests, time.Since(start))
		}
	})
}

func TestProbeWithoutTrust(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // it complains of our hanging up
	server.StartTLS()
	defer server.Close()
	_, err := newAt(t, server.URL).Probe(t.Context())
	if !errors.Is(err, ErrTLS) {
		t.Errorf("got %v, want ErrTLS", err)
	}
}

func TestLatencyWithoutConnecting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s stopwatch
		start := time.Now()
		time.Sleep(3 * time.Second) // connecting
		if got := s.between(start, time.Now()); got != 3*time.Second {
			t.Errorf("without marks: %v, want the whole time", got)
		}
		s.hooks().WroteRequest(struct{ Err error }{})
		time.Sleep(40 * time.Millisecond)
		s.hooks().GotFirstResponseByte()
		time.Sleep(time.Second) // the body
		if got := s.between(start, time.Now()); got != 40*time.Millisecond {
			t.Errorf("got %v, want 40ms", got)
		}
	})
}

func TestMyMember(t *testing.T) {
	c := newTest(t, api(func(r *http.Request) (*http.Response, error) {
		return reply(r, 200, `{"id":101,"identifier":"cwsync","securityRole":{"id":2,"name":"API"}}`), nil
	}))
	me, err := c.System.MyMember(t.Context())
	if err != nil || me.Identifier != "cwsync" || me.SecurityRole.Name != "API" {
		t.Errorf("got %+v, %v", me, err)
	}
}
