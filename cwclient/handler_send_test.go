package cwclient

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// serve starts a server that answers discovery, and everything else with the handler.
func serve(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isDiscovery(r) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, companyInfo)
			return
		}
		h(w, r)
	}))
	t.Cleanup(srv.Close)
	return srv
}

// rawServer speaks HTTP/1.1 by hand: the function gets each request of a connection in turn, and says with false
// that the connection is to be closed.
func rawServer(t *testing.T, answer func(r *http.Request, w io.Writer) bool) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				in := bufio.NewReader(conn)
				for {
					r, err := http.ReadRequest(in)
					if err != nil {
						return
					}
					_, _ = io.Copy(io.Discard, r.Body)
					if isDiscovery(r) {
						_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(companyInfo), companyInfo)
						continue
					}
					if !answer(r, conn) {
						return
					}
				}
			}()
		}
	}()
	return "http://" + ln.Addr().String()
}

// sentError is an error of a write, with what it must say about whether it happened.
func sentError(t *testing.T, err error, class error, rejected, notSent bool) {
	t.Helper()
	e, ok := errors.AsType[*Error](err)
	if !ok || !errors.Is(err, class) || e.Rejected() != rejected || e.NotSent() != notSent {
		t.Errorf("got %v (rejected %v, not sent %v); want %v, %v, %v", err, ok && e.Rejected(), ok && e.NotSent(), class, rejected, notSent)
	}
}

// The server closes the kept-alive connection when the write arrives: nobody may send it again.
func TestPostIsNotReplayed(t *testing.T) {
	for _, method := range []string{"POST", "PATCH"} {
		t.Run(method, func(t *testing.T) {
			var writes atomic.Int32
			site := rawServer(t, func(r *http.Request, w io.Writer) bool {
				if r.Method == method {
					writes.Add(1)
					return false
				}
				_, _ = io.WriteString(w, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")
				return true
			})
			c := newAt(t, site, WithRetryFor(10*time.Second))
			if _, err := collect(c.Additions.All(t.Context(), 1, ListOptions{})); err != nil {
				t.Fatal(err)
			}
			var err error
			if method == "POST" {
				_, err = c.Additions.Create(t.Context(), 1, AdditionCreate{ProductID: 1})
			} else {
				_, err = c.Additions.Patch(t.Context(), 1, 1, []PatchOp{Replace("quantity", 1)})
			}
			sentError(t, err, ErrUnavailable, false, false)
			if n := writes.Load(); n != 1 {
				t.Errorf("the server got it %d times", n)
			}
		})
	}
}

// The connection died while idle: the write reaches the server once, or surely not at all.
func TestWriteOnADeadIdleConnection(t *testing.T) {
	var writes atomic.Int32
	srv := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			writes.Add(1)
			_, _ = io.WriteString(w, `{"id":1}`)
			return
		}
		_, _ = io.WriteString(w, `[]`)
	})
	c := newAt(t, srv.URL)
	for range 20 {
		if _, err := collect(c.Additions.All(t.Context(), 1, ListOptions{})); err != nil {
			t.Fatal(err)
		}
		before := writes.Load()
		srv.CloseClientConnections()
		_, err := c.Additions.Create(t.Context(), 1, AdditionCreate{ProductID: 1})
		got := writes.Load() - before
		e, isError := errors.AsType[*Error](err)
		switch {
		case err == nil && got == 1, isError && e.NotSent() && got == 0, isError && !e.NotSent() && got <= 1:
		default:
			t.Fatalf("the server got it %d times, and the client says %v", got, err)
		}
	}
}

func TestNotSent(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	site := "http://" + ln.Addr().String()
	_ = ln.Close() // nobody listens there now
	c := newAt(t, site)
	c.discovery.base = site + "/v4_6_release/apis/3.0/" // as found before the server went away
	_, err = c.Additions.Create(t.Context(), 1, AdditionCreate{ProductID: 1})
	sentError(t, err, ErrUnavailable, false, true)
	if n := c.Requests()["POST"]; n != 0 {
		t.Errorf("counted %d requests that never left", n)
	}

	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = c.Additions.Create(stopped, 1, AdditionCreate{ProductID: 1})
	sentError(t, err, context.Canceled, false, true)
}

// TestWriteUnderWayIsNotCutOff: a cancel while the server works on a write is heard after its answer, a read is cut off at once.
func TestWriteUnderWayIsNotCutOff(t *testing.T) {
	arrived, goOn := make(chan struct{}), make(chan struct{})
	srv := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			_, _ = io.WriteString(w, `null`)
			return
		}
		_, _ = io.Copy(io.Discard, r.Body)
		close(arrived)
		<-goOn
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"id":7}`)
	})
	c := newAt(t, srv.URL)
	c.discovery.base = srv.URL + "/v4_6_release/apis/3.0/"
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-arrived; cancel(); close(goOn) }()
	addition, err := c.Additions.Create(ctx, 1, AdditionCreate{ProductID: 1})
	if err != nil || addition.ID != 7 {
		t.Errorf("got %+v, %v; want the answer", addition, err)
	}
}

func TestWriteWithoutAnswerIsUnknown(t *testing.T) {
	srv := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	})
	c := newAt(t, srv.URL, WithTimeout(200*time.Millisecond))
	_, err := c.Additions.Create(t.Context(), 1, AdditionCreate{ProductID: 1})
	sentError(t, err, ErrUnavailable, false, false)
}

func TestForeignTransportIsNotBelieved(t *testing.T) {
	c := newTest(t, api(func(*http.Request) (*http.Response, error) { return nil, errors.New("broken") }))
	_, err := c.Additions.Create(t.Context(), 1, AdditionCreate{ProductID: 1})
	sentError(t, err, ErrUnavailable, false, false)
}

func TestTimeoutOfAWriteIsUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newTest(t, api(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}), WithTimeout(7*time.Second))
		start := time.Now()
		_, err := c.Additions.Create(t.Context(), 1, AdditionCreate{ProductID: 1})
		sentError(t, err, ErrUnavailable, false, false)
		if d := time.Since(start); d != 7*time.Second || !strings.Contains(err.Error(), "timed out after 7s") {
			t.Errorf("after %v: %v", d, err)
		}
	})
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	var strangers atomic.Int32
	stranger := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { strangers.Add(1) }))
	defer stranger.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		var requests atomic.Int32
		srv := serve(t, func(w http.ResponseWriter, r *http.Request) {
			requests.Add(1)
			http.Redirect(w, r, stranger.URL+"/steal?x=1", status)
		})
		c := newAt(t, srv.URL)
		_, err := c.System.Info(t.Context())
		if !errors.Is(err, ErrRedirect) || !errors.Is(err, ErrNonsense) || !strings.Contains(err.Error(), stranger.URL) {
			t.Errorf("%d: got %v", status, err)
		}
		_, err = c.Additions.Create(t.Context(), 1, AdditionCreate{ProductID: 1})
		sentError(t, err, ErrRedirect, false, false)
		if requests.Load() != 2 || strangers.Load() != 0 {
			t.Errorf("%d: %d requests, %d to the stranger", status, requests.Load(), strangers.Load())
		}
	}
}

func TestAnswersCutShort(t *testing.T) {
	tests := map[string]string{
		"less than announced": "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n[{\"id\":1}",
		"in the middle of a chunk": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" +
			"50\r\n[{\"id\":1}",
		"no last chunk":           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n[{\"id\":1}]\r\n",
		"whole in HTTP, not JSON": "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\n[{\"id\":1}",
		"nothing":                 "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
		"no answer":               "",
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			var reads atomic.Int32
			var always atomic.Bool
			site := rawServer(t, func(r *http.Request, w io.Writer) bool {
				if r.Method == http.MethodPost {
					_, _ = io.WriteString(w, strings.Replace(text, `[{"id":1}`, `{"id":1,"`, 1))
					return false
				}
				if reads.Add(1) > 1 && !always.Load() {
					_, _ = io.WriteString(w, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n[{\"id\":1}]")
					return true
				}
				_, _ = io.WriteString(w, text)
				return false
			})
			got, err := collect(newAt(t, site).Agreements.All(t.Context(), ListOptions{}))
			if err != nil || len(got) != 1 || reads.Load() != 2 {
				t.Errorf("got %v, %v after %d reads; want a second try", got, err, reads.Load())
			}
			always.Store(true)
			_, err = collect(newAt(t, site, WithRetryFor(1)).Agreements.All(t.Context(), ListOptions{}))
			if !errors.Is(err, ErrUnavailable) || errors.Is(err, ErrNonsense) {
				t.Errorf("got %v", err)
			}
			_, err = newAt(t, site).Additions.Create(t.Context(), 1, AdditionCreate{ProductID: 1})
			sentError(t, err, ErrUnavailable, false, false)
		})
	}
}

func TestAnswerThatNeverEnds(t *testing.T) {
	srv := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "[")
		for r.Context().Err() == nil {
			_, _ = io.WriteString(w, " ")
			_ = http.NewResponseController(w).Flush()
			time.Sleep(5 * time.Millisecond)
		}
	})
	c := newAt(t, srv.URL, WithTimeout(100*time.Millisecond), WithRetryFor(150*time.Millisecond))
	_, err := c.Agreements.List(t.Context(), ListOptions{})
	if !errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), "timed out") {
		t.Errorf("got %v", err)
	}
}

func TestGzipBomb(t *testing.T) {
	srv := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Type", "application/json")
		z := gzip.NewWriter(w)
		spaces := []byte(strings.Repeat(" ", 1<<20))
		for range maxAnswer>>20 + 2 {
			if _, err := z.Write(spaces); err != nil {
				return
			}
		}
		_ = z.Close()
	})
	_, err := newAt(t, srv.URL).Agreements.List(t.Context(), ListOptions{})
	if !errors.Is(err, ErrNonsense) || !strings.Contains(err.Error(), "larger than 64 MiB") {
		t.Errorf("got %v", err)
	}
}

func TestGzipIsUnderstood(t *testing.T) {
	srv := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, `[{"id":1}]`)
		_ = z.Close()
	})
	page, err := newAt(t, srv.URL).Agreements.List(t.Context(), ListOptions{})
	if err != nil || len(page.Items) != 1 {
		t.Errorf("got %v, %v", page, err)
	}
}

func TestTLS(t *testing.T) {
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, companyInfo)
	}))
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	defer srv.Close()
	start := time.Now()
	_, err := newAt(t, srv.URL).Discover(t.Context())
	sentError(t, err, ErrTLS, false, true)
	if !errors.Is(err, ErrNonsense) || time.Since(start) > 10*time.Second {
		t.Errorf("got %v after %v", err, time.Since(start))
	}

	plainText := httptest.NewServer(http.NotFoundHandler())
	defer plainText.Close()
	_, err = newAt(t, strings.Replace(plainText.URL, "http:", "https:", 1)).Discover(t.Context())
	sentError(t, err, ErrTLS, false, true)

	ca := filepath.Join(t.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw})
	if err := os.WriteFile(ca, text, 0o600); err != nil {
		t.Fatal(err)
	}
	cfg := testConfig()
	cfg.Site, cfg.CAFile = srv.URL, ca
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Discover(t.Context()); err != nil {
		t.Errorf("with its authority: %v", err)
	}
}

func TestCAFileThatIsNone(t *testing.T) {
	cfg := testConfig()
	cfg.CAFile = filepath.Join(t.TempDir(), "ca.pem")
	if _, err := New(cfg); err == nil {
		t.Error("a missing file was taken")
	}
	if err := os.WriteFile(cfg.CAFile, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := New(cfg); err == nil {
		t.Error("a file without a certificate was taken")
	}
}

// TestRedirectsThatPointNowhere: an address that makes no sense is a redirect like any other, and is not repeated.
func TestRedirectsThatPointNowhere(t *testing.T) {
	for _, location := range []string{"", "://", "https://%zz", "https://a:b:c/", "https://user:word@evil.example/x", "/elsewhere", "https://a b/", "https://" + strings.Repeat("x", 100_000) + "\x01"} {
		c := newTest(t, api(func(r *http.Request) (*http.Response, error) {
			return reply(r, 302, "moved", "Location", location), nil
		}))
		_, err := c.System.Info(t.Context())
		if !errors.Is(err, ErrRedirect) || len(err.Error()) > 500 || strings.Contains(err.Error(), "word") || strings.Contains(err.Error(), "%zz") {
			t.Errorf("%.100q: %.500v", location, err)
		}
		_, err = c.Additions.Create(t.Context(), 1, AdditionCreate{ProductID: 1})
		sentError(t, err, ErrRedirect, false, false)
	}
}
