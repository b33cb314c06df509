package doctor_test

import (
	"context"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"cwsync/cwclient"
	"cwsync/cwclient/cwsim"
	"cwsync/syncer/billing"
	"cwsync/syncer/doctor"
	"cwsync/syncer/psa"
)

// everything is a set-up that also creates and changes products.
func everything() doctor.Needs { return doctor.Needs{CreateProducts: true, UpdateProducts: true} }

// sim is a simulated ConnectWise on loopback.
type sim struct {
	*cwsim.Server
	site string
}

func newSim(t *testing.T, opts ...cwsim.Option) sim {
	t.Helper()
	server := cwsim.NewServer(cwsim.NewWorld("2026-03-16"), opts...)
	return sim{server, listen(t, server).URL}
}

// listen serves until the test ends; faults break connections on purpose, which is not to be told.
func listen(t *testing.T, handler http.Handler) *httptest.Server {
	t.Helper()
	listener := httptest.NewUnstartedServer(handler)
	listener.Config.ErrorLog = log.New(io.Discard, "", 0)
	listener.Start()
	t.Cleanup(listener.Close)
	return listener
}

func listenTLS(t *testing.T, handler http.Handler) *httptest.Server {
	t.Helper()
	listener := httptest.NewUnstartedServer(handler)
	listener.Config.ErrorLog = log.New(io.Discard, "", 0)
	listener.StartTLS()
	t.Cleanup(listener.Close)
	return listener
}

// caFile is the certificate of a test server as a file.
func caFile(t *testing.T, server *httptest.Server) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(path, block, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// config is the right one.
func (s sim) config() cwclient.Config {
	keys := s.Credentials()
	return cwclient.Config{Site: s.site, Company: keys.Company, ClientID: keys.ClientID, PublicKey: keys.PublicKey, PrivateKey: keys.PrivateKey}
}

// probe makes the outside world of a config, as the program does; it does not wait for another try.
func probe(t *testing.T, config cwclient.Config) doctor.Probe {
	t.Helper()
	client, err := cwclient.New(config, cwclient.WithMaxRPM(0), cwclient.WithRetryFor(time.Nanosecond), cwclient.WithTimeout(10*time.Second))
	if err != nil {
		return doctor.Probe{Problem: err}
	}
	t.Cleanup(client.Close)
	p := psa.New(client)
	return doctor.Probe{Site: p, Access: p}
}

// find is the check of this name; none is fatal.
func find(t *testing.T, checks []doctor.Check, name string) doctor.Check {
	t.Helper()
	for _, check := range checks {
		if check.Name == name {
			return check
		}
	}
	t.Fatalf("no check %q in %+v", name, checks)
	return doctor.Check{}
}

// not is the checks that are not of these statuses.
func not(checks []doctor.Check, statuses ...doctor.Status) []doctor.Check {
	var rest []doctor.Check
	for _, check := range checks {
		found := false
		for _, status := range statuses {
			found = found || check.Status == status
		}
		if !found {
			rest = append(rest, check)
		}
	}
	return rest
}

// world is an outside world of fixed answers; a nil error is a good one.
type world struct {
	reach    billing.Reach
	site     billing.Site
	member   billing.Member
	rights   []billing.Right
	rightErr error
	readErr  error
	signErr  error
	reads    []billing.Function
	calls    int
}

func (w *world) probe() doctor.Probe { return doctor.Probe{Site: w, Access: w} }

func (w *world) Reach(context.Context) (billing.Reach, error)   { w.calls++; return w.reach, nil }
func (w *world) Discover(context.Context) (billing.Site, error) { w.calls++; return w.site, nil }
func (w *world) SignIn(context.Context) (billing.Server, error) {
	w.calls++
	return billing.Server{}, w.signErr
}
func (w *world) Member(context.Context) (billing.Member, error) { w.calls++; return w.member, nil }
func (w *world) Rights(context.Context) ([]billing.Right, error) {
	w.calls++
	return w.rights, w.rightErr
}
func (w *world) TryRead(_ context.Context, f billing.Function) error {
	w.calls++
	w.reads = append(w.reads, f)
	return w.readErr
}

// well is a world where nothing is wrong.
func well() *world {
	now := time.Date(2026, 3, 16, 8, 0, 0, 0, time.UTC)
	w := &world{
		reach: billing.Reach{Host: "cw.example.com", Latency: 84 * time.Millisecond, TLS: "TLS 1.3",
			CertificateEnds: now.Add(61*24*time.Hour + time.Hour), ServerTime: now, At: now},
		site: billing.Site{Company: "acme", Host: "cw.example.com", Codebase: "v2026_4", Version: "v2026.4", Cloud: true},
	}
	for _, function := range []billing.Function{billing.Agreements, billing.ProductCatalog, billing.CompanyMaintenance, billing.TableSetup} {
		w.rights = append(w.rights, billing.Right{Function: function, Add: "All", Edit: "All", Delete: "None", Inquire: "All"})
	}
	return w
}
