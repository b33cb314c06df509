package http

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net"
	nethttp "net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
)

func TestAnswersThatAreNoUsage(t *testing.T) {
	for _, c := range []struct {
		name  string
		class billing.Class
		want  string
		say   func(w nethttp.ResponseWriter)
	}{
		{"a page for people", billing.ClassNonsense, "answered with an HTML page instead of JSON", func(w nethttp.ResponseWriter) {
			_, _ = w.Write([]byte("\n<!DOCTYPE html><title>Sign in</title>"))
		}},
		{"a page by its type", billing.ClassNonsense, "answered with an HTML page", func(w nethttp.ResponseWriter) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write([]byte("please sign in"))
		}},
		{"no JSON", billing.ClassNonsense, "the answer is not JSON: invalid character 'x' looking for beginning of value, at line 2, column 2", func(w nethttp.ResponseWriter) { _, _ = w.Write([]byte("[\n x]")) }},
		{"JSON that ends early", billing.ClassNonsense, "the text ends within a value; it is cut short, at line 1, column 6", func(w nethttp.ResponseWriter) { _, _ = w.Write([]byte("[{\"a\"")) }},
		{"nothing", billing.ClassNonsense, "the answer holds 0 JSON documents", func(w nethttp.ResponseWriter) { w.WriteHeader(nethttp.StatusNoContent) }},
		{"another encoding", billing.ClassNonsense, "the answer is not JSON: the text is not valid UTF-8, at line 1, column 13", func(w nethttp.ResponseWriter) { _, _ = w.Write([]byte("[{\"name\": \"M\xfcller\"}]")) }},
		{"two documents", billing.ClassNonsense, "the answer holds 2 JSON documents", func(w nethttp.ResponseWriter) { _, _ = w.Write([]byte("[] []")) }},
		{"twin keys", billing.ClassNonsense, `the key "a" is there twice`, func(w nethttp.ResponseWriter) { _, _ = w.Write([]byte(`[{"a": 1, "a": 2}]`)) }},
		{"a redirect", billing.ClassNonsense, "answered 302 Found, which is not followed", func(w nethttp.ResponseWriter) {
			w.Header().Set("Location", "https://evil.example/")
			w.WriteHeader(nethttp.StatusFound)
		}},
		{"refused", billing.ClassAuth, "answered 401 Unauthorized: the key *** is not known", func(w nethttp.ResponseWriter) {
			w.WriteHeader(nethttp.StatusUnauthorized)
			_, _ = w.Write([]byte(`{"error": {"message": "the key hush-secret is\nnot known"}}`))
		}},
		{"forbidden", billing.ClassAuth, "answered 403 Forbidden", func(w nethttp.ResponseWriter) { w.WriteHeader(nethttp.StatusForbidden) }},
		{"gone", billing.ClassRejected, "answered 404 Not Found", func(w nethttp.ResponseWriter) { w.WriteHeader(nethttp.StatusNotFound) }},
		{"failing", billing.ClassUnavailable, "answered 503 Service Unavailable", func(w nethttp.ResponseWriter) {
			w.WriteHeader(nethttp.StatusServiceUnavailable)
			_, _ = w.Write([]byte("<html>sorry</html>"))
		}},
		{"throttling", billing.ClassThrottled, "answered 429 Too Many Requests", func(w nethttp.ResponseWriter) { w.WriteHeader(nethttp.StatusTooManyRequests) }},
		{"too large", billing.ClassNonsense, "the answer is larger than 16 MiB", func(w nethttp.ResponseWriter) { _, _ = w.Write(bytes.Repeat([]byte(" "), maxAnswer+1)) }},
		{"too large when unpacked", billing.ClassNonsense, "the answer is larger than 16 MiB", func(w nethttp.ResponseWriter) {
			w.Header().Set("Content-Encoding", "gzip")
			packed := gzip.NewWriter(w)
			_, _ = packed.Write(bytes.Repeat([]byte(" "), maxAnswer+1))
			_ = packed.Close()
		}},
		{"cut short", billing.ClassUnavailable, "the answer was cut short", func(w nethttp.ResponseWriter) {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte("[]"))
		}},
		{"packed and cut short", billing.ClassUnavailable, "the answer was cut short", func(w nethttp.ResponseWriter) {
			w.Header().Set("Content-Encoding", "gzip")
			var packed bytes.Buffer
			writer := gzip.NewWriter(&packed)
			_, _ = writer.Write([]byte("[]"))
			_ = writer.Close()
			_, _ = w.Write(packed.Bytes()[:packed.Len()-6])
		}},
		{"an escape in what it says", billing.ClassRejected, "answered 400 Bad Request: no\ufffd[31m way", func(w nethttp.ResponseWriter) {
			w.WriteHeader(nethttp.StatusBadRequest)
			_, _ = w.Write([]byte(`{"message": "no\u001b[31m way"}`))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := newVendor(t, 0, func(_ *vendor, w nethttp.ResponseWriter, _ *nethttp.Request) { c.say(w) })
			_, err := read(t, v.URL+"/v1/list?x=y", "auth", "bearer")
			fails(t, err, c.class, "read "+v.URL+"/v1/list (page 1): ", c.want)
		})
	}
}

// One page that fails is the whole source that fails.
func TestALaterPageThatFails(t *testing.T) {
	v := newVendor(t, 7, func(v *vendor, w nethttp.ResponseWriter, r *nethttp.Request) {
		if number(r, "page") == 3 {
			w.WriteHeader(nethttp.StatusInternalServerError)
			return
		}
		say(w, v.part(3*number(r, "page")-3, 3))
	})
	_, err := read(t, v.URL, "paging", "page")
	fails(t, err, billing.ClassUnavailable, "(page 3): answered 500")
}

func TestWhatCannotBeReached(t *testing.T) {
	v := newVendor(t, 0, nil)
	v.Close()
	_, err := read(t, v.URL)
	fails(t, err, billing.ClassUnavailable, "connection refused")
}

func TestAnAnswerThatNeverEnds(t *testing.T) {
	ended, arrived := make(chan struct{}), make(chan struct{}, 10)
	v := newVendor(t, 0, func(_ *vendor, w nethttp.ResponseWriter, r *nethttp.Request) {
		_, _ = w.Write([]byte("["))
		_ = nethttp.NewResponseController(w).Flush()
		arrived <- struct{}{}
		select {
		case <-r.Context().Done():
		case <-ended:
		}
	})
	t.Cleanup(func() { close(ended) })
	_, err := read(t, v.URL, "timeout", "50ms")
	fails(t, err, billing.ClassUnavailable, "no whole answer within 50ms")
	<-arrived
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-arrived; cancel() }()
	if _, err := readWith(ctx, t, nil, v.URL); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestConnectionsThatAreNotSafe(t *testing.T) {
	v := httptest.NewUnstartedServer(nethttp.HandlerFunc(func(w nethttp.ResponseWriter, _ *nethttp.Request) { _, _ = w.Write([]byte("[]")) }))
	v.Config.ErrorLog = log.New(io.Discard, "", 0)
	v.StartTLS()
	t.Cleanup(v.Close)
	_, err := read(t, v.URL)
	fails(t, err, billing.ClassNonsense, "the connection is not safe", "certificate")
	file := filepath.Join(t.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: v.Certificate().Raw})
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := read(t, v.URL, "ca_file", file); err != nil {
		t.Errorf("with its own authority: %v", err)
	}
	if _, err := read(t, v.URL, "ca_file", file+".not"); err == nil || !strings.Contains(err.Error(), "options.ca_file cannot be read") {
		t.Error(err)
	}
	if err := os.WriteFile(file, []byte("no"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := read(t, v.URL, "ca_file", file); err == nil || !strings.Contains(err.Error(), "holds no certificate") {
		t.Error(err)
	}
	_, port, _ := net.SplitHostPort(v.Listener.Addr().String())
	_, err = read(t, "http://127.0.0.1:"+port)
	if err == nil {
		t.Error("plain text to a TLS port went well")
	}
}

func TestLinesThatAreWrong(t *testing.T) {
	v := newVendor(t, 0, func(_ *vendor, w nethttp.ResponseWriter, _ *nethttp.Request) {
		_, _ = w.Write([]byte(`[{"customer_id": "1", "service_id": "a", "quantity": 1}, {"customer_id": "1", "service_id": "a", "quantity": 1}, {"customer_id": "2", "service_id": "a", "quantity": "hush-key"}, 7]`))
	})
	_, err := read(t, v.URL+"/list", "auth", "header", "key_header", "X-Key")
	var all *source.ReadErrors
	if !errors.As(err, &all) || len(all.Problems) != 3 {
		t.Fatal(err)
	}
	for i, want := range []string{`item 2: customer "1" and service "a" are already on item 1`, `item 3: quantity "***" is not a decimal number`, "item 4: is a number"} {
		if got := all.Problems[i]; !strings.Contains(got.Error(), v.URL+"/list: "+want) || got.Source != "cloud" {
			t.Errorf("%+v\nwant %s", got, want)
		}
	}
	if usage, err := read(t, v.URL+"/list", "items", ".[0:2][]", "merge", "sum"); err != nil || usage.Lines[0].Quantity.String() != "2" {
		t.Errorf("%v, %v", usage, err)
	}
	_, err = read(t, v.URL+"/list", "items", ".[] | objects | select(.closed)")
	if err == nil || !strings.Contains(err.Error(), "/list: options.items gives nothing of 4 records") {
		t.Error(err)
	}
	_, err = read(t, v.URL+"/list", "items", ".[].a.b")
	if err == nil || !strings.Contains(err.Error(), "/list: options.items: ") {
		t.Error(err)
	}
}

func TestNumbersStayExact(t *testing.T) {
	v := newVendor(t, 0, func(_ *vendor, w nethttp.ResponseWriter, _ *nethttp.Request) {
		_, _ = w.Write([]byte(`[{"customer_id": 9007199254740993, "service_id": "a", "quantity": 12345678901234567.891, "cost": 0.1000000000000000055}]`))
	})
	usage, err := read(t, v.URL)
	if err != nil {
		t.Fatal(err)
	}
	line := usage.Lines[0]
	if line.CustomerID != "9007199254740993" || line.Quantity.String() != "12345678901234567.891" || line.Cost.Decimal.String() != "0.1000000000000000055" {
		t.Errorf("%+v", line)
	}
}

func TestAnswersThatAreTooLargeTogether(t *testing.T) {
	padding := bytes.Repeat([]byte(" "), 300<<10)
	v := newVendor(t, 9, func(v *vendor, w nethttp.ResponseWriter, r *nethttp.Request) {
		_, _ = w.Write(padding)
		say(w, v.part(number(r, "page")-1, 1))
	})
	opened, err := Kind().Open(config(t, v.URL, "paging", "page"))
	if err != nil || opened.(*reader).most != 64<<20 {
		t.Fatalf("%+v, %v", opened, err)
	}
	opened.(*reader).most = 1 << 20
	_, err = opened.Read(t.Context())
	fails(t, err, billing.ClassNonsense, "(page 4): the answers are larger than 1 MiB together")
}
