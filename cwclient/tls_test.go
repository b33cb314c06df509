package cwclient

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// tlsSite is a site with these settings, and the file of the authority that signed its certificate.
func tlsSite(t *testing.T, settings *tls.Config) (site, authority string) {
	t.Helper()
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, companyInfo) }))
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.TLS = settings
	srv.StartTLS()
	t.Cleanup(srv.Close)
	authority = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(authority, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	return srv.URL, authority
}

// TestTLSVersions: nothing older than TLS 1.2 is spoken, whatever the other side wants.
func TestTLSVersions(t *testing.T) {
	for version, good := range map[uint16]bool{tls.VersionTLS10: false, tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		site, authority := tlsSite(t, &tls.Config{MinVersion: version, MaxVersion: version})
		cfg := testConfig()
		cfg.Site, cfg.CAFile = site, authority
		c, err := New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Discover(t.Context())
		c.Close()
		if !good {
			sentError(t, err, ErrTLS, false, true)
		} else if err != nil {
			t.Errorf("%s: %v", tls.VersionName(version), err)
		}
	}
}

// TestCertificateOfAnotherHost: an authority that is trusted is trusted for the names in its certificates alone.
func TestCertificateOfAnotherHost(t *testing.T) {
	site, authority := tlsSite(t, nil)
	cfg := testConfig()
	cfg.Site, cfg.CAFile = strings.Replace(site, "127.0.0.1", "localhost", 1), authority
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_, err = c.Discover(t.Context())
	sentError(t, err, ErrTLS, false, true)
}

// TestTrustedRoots: without a file of authorities the system's count, and with one the system's and those of the file.
func TestTrustedRoots(t *testing.T) {
	if roots, err := trustedRoots(""); roots != nil || err != nil { // crypto/tls takes the system's then
		t.Errorf("%v, %v", roots, err)
	}
	_, authority := tlsSite(t, nil)
	text, err := os.ReadFile(authority)
	if err != nil {
		t.Fatal(err)
	}
	want, err := x509.SystemCertPool()
	if err != nil {
		t.Fatal(err)
	}
	before := want.Clone()
	want.AppendCertsFromPEM(text)
	if roots, err := trustedRoots(authority); err != nil || !roots.Equal(want) || roots.Equal(before) {
		t.Errorf("the roots are others: %v", err)
	}
}
