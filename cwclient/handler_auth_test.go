package cwclient

import (
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
)

func TestHeaders(t *testing.T) {
	var discovery, read, write http.Header
	rt := roundTrip(func(r *http.Request) (*http.Response, error) {
		switch {
		case isDiscovery(r):
			discovery = r.Header
			return reply(r, 200, companyInfo), nil
		case r.Method == http.MethodGet:
			read = r.Header
			return reply(r, 200, `{"id":1}`), nil
		}
		write = r.Header
		return reply(r, 200, `{"id":1}`), nil
	})
	c := newTest(t, rt)
	if _, err := c.Agreements.Get(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Additions.Patch(t.Context(), 1, 1, []PatchOp{Replace("quantity", 1)}); err != nil {
		t.Fatal(err)
	}
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte("acme+PUBLICKEY:PRIVATEKEY"))
	want := map[string]string{
		"Authorization": basic, "Accept": "application/vnd.connectwise.com+json; version=2026.4", "User-Agent": "cwsync",
	}
	for name, value := range want {
		if got := read.Get(name); got != value {
			t.Errorf("%s is %q, want %q", name, got, value)
		}
	}
	if got := read[clientIDHeader]; len(got) != 1 || got[0] != testConfig().ClientID {
		t.Errorf("clientId is %v", got)
	}
	if read.Get("Content-Type") != "" || write.Get("Content-Type") != "application/json" {
		t.Errorf("content types %q and %q", read.Get("Content-Type"), write.Get("Content-Type"))
	}
	for _, name := range []string{"Idempotency-Key", "X-Idempotency-Key", "Cookie"} {
		if write.Get(name) != "" {
			t.Errorf("%s was sent", name)
		}
	}
	if discovery.Get("Authorization") != "" || discovery[clientIDHeader] != nil {
		t.Errorf("discovery carries credentials: %v", discovery)
	}
}

func TestMissingKeysAreNotSent(t *testing.T) {
	for _, drop := range []func(*Config){
		func(c *Config) { c.ClientID = "" }, func(c *Config) { c.PublicKey = "" }, func(c *Config) { c.PrivateKey = "" },
	} {
		cfg := testConfig()
		drop(&cfg)
		c, err := New(cfg, WithTransport(api(func(*http.Request) (*http.Response, error) { return nil, errors.New("sent") })))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Discover(t.Context()); err != nil {
			t.Errorf("discovery needs no keys: %v", err)
		}
		_, err = c.Additions.Create(t.Context(), 1, AdditionCreate{ProductID: 1})
		sentError(t, err, ErrAuth, false, true)
	}
}

func TestConfigThatCannotWork(t *testing.T) {
	for name, spoil := range map[string]func(*Config){
		"no site":                 func(c *Config) { c.Site = "" },
		"no company":              func(c *Config) { c.Company = "" },
		"colon in the company":    func(c *Config) { c.Company = "a:b" },
		"colon in the public key": func(c *Config) { c.PublicKey = "a:b" },
		"line break in a key":     func(c *Config) { c.ClientID = "a\r\nX: y" },
	} {
		cfg := testConfig()
		spoil(&cfg)
		if _, err := New(cfg); err == nil || strings.Contains(err.Error(), "KEY") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestConfigIsNeverPrintedWithKeys(t *testing.T) {
	var log strings.Builder
	cfg := testConfig()
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "cfg", cfg)
	for _, text := range []string{fmt.Sprint(cfg), fmt.Sprintf("%+v", cfg), fmt.Sprintf("%#v", cfg), fmt.Sprintf("%q", cfg), log.String()} {
		if strings.Contains(text, "PRIVATEKEY") || strings.Contains(text, "PUBLICKEY") {
			t.Errorf("a key is in %s", text)
		}
	}
}
