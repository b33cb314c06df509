package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cwsync/cwclient"
	"cwsync/cwclient/cwsim"
	"cwsync/store"
	"cwsync/syncer"
	"cwsync/syncer/psa"
	"cwsync/syncer/setup"

	"github.com/shopspring/decimal"
)

// BenchmarkSync500 is a nightly run of 500 agreements with 10 additions each at 50 ms a request, with nothing to write. The metric "ratio" is
// its time over requests × latency ÷ 16, the least that 16 requests in flight can do; the promise is at most 1.1. The latency is what a request
// really took at the server, from its arrival to the end of its answer ("ms/request"): a timer here may ring a millisecond late.
func BenchmarkSync500(b *testing.B) { benchmarkSync(b, 500, 50*time.Millisecond, 900, 0) }

// BenchmarkSync500Changing changes one line in ten on the way.
func BenchmarkSync500Changing(b *testing.B) { benchmarkSync(b, 500, 50*time.Millisecond, 0, 10) }

// BenchmarkSync10000 is 10,000 agreements with 10 additions each at 150 ms a request and --max-rpm 0; the promise is at most 105 s.
func BenchmarkSync10000(b *testing.B) { benchmarkSync(b, 10_000, 150*time.Millisecond, 0, 0) }

// benchmarkSync times whole runs after a first one that adopted every line. changeEvery makes every n-th line differ; 0: none.
func benchmarkSync(b *testing.B, agreements int, latency time.Duration, maxRPM, changeEvery int) {
	bench := newBench(b, agreements, maxRPM, func(handler http.Handler) string {
		listener := httptest.NewServer(handler)
		b.Cleanup(listener.Close)
		return listener.URL
	})
	bench.run(b) // adopts
	bench.server.Latency(latency)
	bench.latency.reset()
	var requests int
	var spent time.Duration
	for b.Loop() {
		if changeEvery > 0 {
			b.StopTimer()
			bench.round++
			bench.writeUsage(b, changeEvery)
			b.StartTimer()
		}
		began := time.Now()
		run := bench.run(b)
		spent += time.Since(began)
		requests += count(run.Requests)
	}
	took := bench.latency.mean()
	b.ReportMetric(float64(spent)/(float64(requests)*float64(took)/16), "ratio")
	b.ReportMetric(took.Seconds()*1000, "ms/request")
	b.ReportMetric(float64(requests)/float64(b.N), "requests/run")
	b.ReportMetric(spent.Seconds()/float64(b.N), "s/run")
}

// timedHandler measures how long requests take at the server.
type timedHandler struct {
	next     http.Handler
	requests atomic.Int64
	spent    atomic.Int64 // ns
}

func (h *timedHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	h.next.ServeHTTP(w, r)
	h.spent.Add(int64(time.Since(began)))
	h.requests.Add(1)
}

func (h *timedHandler) reset() { h.requests.Store(0); h.spent.Store(0) }

func (h *timedHandler) mean() time.Duration {
	return time.Duration(h.spent.Load() / max(h.requests.Load(), 1))
}

type syncBench struct {
	server  *cwsim.Server
	latency *timedHandler // before the server
	store   *store.Store
	profile *store.Profile
	setup   *setup.Document
	site    string
	usage   string // file
	maxRPM  int
	round   int
	lines   []benchLine
	known   cwclient.Known // as the program remembers it between runs
	options []cwclient.Option
}

type benchLine struct {
	customer, service string
	quantity          decimal.Decimal
}

const benchProducts = 200

// newBench makes the simulated ConnectWise, which serve gives a site, and a profile that bills all of its additions.
func newBench(b testing.TB, agreements, maxRPM int, serve func(http.Handler) (site string)) *syncBench {
	b.Helper()
	world := cwsim.Generate(1, cwsim.Size{Companies: agreements, Agreements: agreements, AdditionsPerAgreement: 10, Products: benchProducts})
	server := cwsim.NewServer(world, cwsim.WithLogSize(1))
	latency := &timedHandler{next: server}
	opened, err := store.Open(b.Context(), store.Options{Path: filepath.Join(b.TempDir(), "bench.db"), Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = opened.Close() })
	bench := &syncBench{
		server: server, latency: latency, store: opened, profile: opened.Profile("default"), site: serve(latency), usage: filepath.Join(b.TempDir(), "usage.csv"), maxRPM: maxRPM,
	}
	bench.makeSetup(b, agreements)
	bench.writeUsage(b, 0)
	return bench
}

func (s *syncBench) makeSetup(b testing.TB, agreements int) {
	b.Helper()
	var text strings.Builder
	keys := s.server.Credentials()
	fmt.Fprintf(&text, "version: 1\nconnection: {site: %q, company: %q, client_id: %q}\nsources:\n- name: bench\n  kind: csv\n  options: {path: %q}\n  services:\n",
		s.site, keys.Company, keys.ClientID, s.usage)
	for i := range benchProducts {
		fmt.Fprintf(&text, "  - {id: SKU-%d, product: SKU-%d}\n", i+1, i+1)
	}
	text.WriteString("  customers:\n")
	for i := range agreements {
		fmt.Fprintf(&text, "  - {id: c%d, company: %d, agreement: %d}\n", i, 250+i, 801+i)
		for _, addition := range s.server.World().Additions(801 + i) {
			s.lines = append(s.lines, benchLine{fmt.Sprintf("c%d", i), addition.ProductIdentifier, addition.Quantity})
		}
	}
	kinds, err := catalogue()
	if err != nil {
		b.Fatal(err)
	}
	if s.setup, err = setup.Parse([]byte(text.String()), "bench.yaml", kinds); err != nil {
		b.Fatal(err)
	}
	if err := s.profile.ReplaceSetup(b.Context(), s.setup); err != nil {
		b.Fatal(err)
	}
}

func (s *syncBench) writeUsage(b testing.TB, changeEvery int) {
	b.Helper()
	var text strings.Builder
	text.WriteString("customer_id,service_id,quantity\n")
	for i, line := range s.lines {
		quantity := line.quantity
		if changeEvery > 0 && i%changeEvery == 0 {
			quantity = quantity.Add(decimal.NewFromInt(int64(s.round%2 + 1)))
		}
		fmt.Fprintf(&text, "%s,%s,%s\n", line.customer, line.service, quantity)
	}
	if err := os.WriteFile(s.usage, []byte(text.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	if err := os.Chtimes(s.usage, time.Time{}, time.Now()); err != nil { // the clock may be a fake one
		b.Fatal(err)
	}
}

// run is one whole run of the engine, with a client of its own as each run of the program has.
func (s *syncBench) run(b testing.TB) *syncer.Run {
	b.Helper()
	keys := s.server.Credentials()
	client, err := cwclient.New(cwclient.Config{
		Site: s.site, Company: keys.Company, ClientID: keys.ClientID, PublicKey: keys.PublicKey, PrivateKey: keys.PrivateKey,
	}, append(s.options, cwclient.WithKnown(s.known), cwclient.WithMaxRPM(s.maxRPM), cwclient.WithLogger(slog.New(slog.NewTextHandler(io.Discard, nil))))...)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { s.known = client.Known(); client.Close() }()
	kinds, err := catalogue()
	if err != nil {
		b.Fatal(err)
	}
	connectwise := psa.New(client)
	engine := &syncer.Engine{
		Profile: "default", Setup: s.setup, Catalogue: kinds,
		Secret: func(context.Context, string) (string, error) { return "", nil },
		Ledger: connectwise, Catalog: connectwise, Writer: connectwise,
		Book: s.profile, Journal: s.profile, Plans: s.profile, Setups: s.profile, Locker: s.profile,
		Now: time.Now, Zone: psa.ZoneOf, NewID: newID, SettleFor: 5 * time.Minute, Workers: 32, Requests: client.Requests,
	}
	run, err := engine.Sync(b.Context(), syncer.Request{})
	if err != nil {
		b.Fatal(err)
	}
	if run.ExitCode != syncer.ExitDone {
		b.Fatalf("exit code %d: %+v", run.ExitCode, run.Counts())
	}
	return run
}

func count(requests map[string]int) int {
	total := 0
	for _, n := range requests {
		total += n
	}
	return total
}
