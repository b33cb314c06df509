package cwsim

import (
	"context"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestGenerateIsDeterministic(t *testing.T) {
	size := Size{Companies: 7, Agreements: 20, AdditionsPerAgreement: 3, Products: 11}
	a, b, c := Generate(1, size).Snapshot(), Generate(1, size).Snapshot(), Generate(2, size).Snapshot()
	if !maps.Equal(a, b) {
		t.Error("one seed, two worlds")
	}
	if maps.Equal(a, c) {
		t.Error("two seeds, one world")
	}
	if len(a) != 60 {
		t.Errorf("%d additions, want 60", len(a))
	}
}

func TestGenerateSizes(t *testing.T) {
	w := Generate(3, Size{Companies: 3, Agreements: 8, AdditionsPerAgreement: 5, Products: 5})
	for name, want := range map[string]int{tCompanies: 3, tAgreements: 8, tAdditions: 40, tCatalog: 5} {
		if got := len(w.tables[name].rows); got != want {
			t.Errorf("%s: %d, want %d", name, got, want)
		}
	}
	products := map[int]bool{}
	for _, line := range w.Additions(801) {
		products[line.Product] = true
	}
	if len(products) != 5 {
		t.Errorf("the lines of one agreement have %d products, want 5", len(products))
	}
	Generate(1, Size{})
	Generate(1, Size{Companies: 1, Agreements: 1, AdditionsPerAgreement: 1})
}

func TestGenerateIsQuick(t *testing.T) {
	began := time.Now()
	Generate(1, Size{Companies: 10_000, Agreements: 10_000, AdditionsPerAgreement: 10, Products: 50_000})
	if d := time.Since(began); d > time.Minute { // 0.8 s where it was measured; far off means quadratic
		t.Errorf("took %v", d)
	}
}

// TestDemoHasEveryKind looks for what the demo is there to show, on days that
// are at the edges of months and years.
func TestDemoHasEveryKind(t *testing.T) {
	for _, today := range []string{"2026-03-10", "2026-01-31", "2024-02-29", "2026-12-01", "2027-01-01"} {
		w := DemoOn(today)
		agreements := map[string]int{}
		for _, a := range w.tables[tAgreements].rows {
			agreements[agreementStatus(w, a).(string)]++
			agreements[w.cycleOf(a)]++
			if a.flag("prorateFlag") {
				agreements["prorated"]++
			}
			if a.ref("parentAgreement") != 0 {
				agreements["child"]++
			}
		}
		for _, kind := range []string{"Active", "Expired", "Cancelled", "Inactive", "Monthly", "Quarterly", "Yearly", "NotRecurring", "prorated", "child"} {
			if agreements[kind] == 0 {
				t.Errorf("%s: no agreement is %s", today, kind)
			}
		}
		checkDemoLines(t, w)
		if n := len(w.tables[tCatalog].rows); n < 55 {
			t.Errorf("%d products", n)
		}
	}
	w := DemoOn("2026-03-10")
	id, ok := w.CompanyNamed("Contoso")
	if agreements := w.Agreements(id); !ok || len(agreements) != 2 || agreements[0].Type != "Cloud Services" || agreements[1].Name != "Cloud DR" {
		t.Errorf("Contoso %d has %+v", id, agreements)
	}
	if _, ok := w.CompanyNamed("Nobody"); ok || len(w.Agreements(0)) < 12 {
		t.Errorf("%d agreements in all", len(w.Agreements(0)))
	}
	if today := Demo().Today(); len(today) != 10 {
		t.Errorf("today is %q", today)
	}
}

// checkDemoLines looks for every kind of line, none of which breaks a rule.
func checkDemoLines(t *testing.T, w *World) {
	t.Helper()
	today := w.Today()
	lines := map[string]int{}
	open := map[[2]int]int{}
	for _, rec := range w.tables[tAdditions].rows {
		a := w.additionRecord(rec)
		lines[a.Bill]++
		switch {
		case a.Cancelled != "" && a.Cancelled < today:
			lines["ended"]++
		case a.Effective > today:
			lines["future"]++
		default:
			open[[2]int{a.Agreement, a.Product}]++
		}
		if items := w.examine(rec, rec); len(items) > 0 {
			t.Errorf("%s: line %d breaks a rule: %v", today, a.ID, items)
		}
	}
	for _, n := range open {
		if n > 1 {
			lines["several"]++
		}
	}
	for _, kind := range []string{"Billable", "DoNotBill", "ended", "future", "several"} {
		if lines[kind] == 0 {
			t.Errorf("%s: no line is %s", today, kind)
		}
	}
}

func open(t *testing.T, address string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(t.Context(), "GET", address, http.NoBody)
	if err != nil {
		return nil, err
	}
	return http.DefaultClient.Do(req)
}

func TestListenAndServe(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := NewServer(NewWorld(testToday))
	site, ended := make(chan string, 1), make(chan error, 1)
	go func() { ended <- ListenAndServe(ctx, ":0", s, func(at string) { site <- at }) }()
	at := <-site
	if !strings.HasPrefix(at, "http://127.0.0.1:") {
		t.Errorf("it listens on %s", at)
	}
	s.Fail(Fault{Path: "/login/companyinfo/hang", Kind: FaultHang})
	hung := make(chan error, 1)
	go func() {
		res, err := open(t, at+"/login/companyinfo/hang")
		if err == nil {
			_ = res.Body.Close()
		}
		hung <- err
	}()
	res, err := open(t, at+"/login/companyinfo/"+s.Credentials().Company)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil || !strings.Contains(string(body), `"Codebase":"v2026_4/"`) {
		t.Errorf("%s %v", body, err)
	}
	_ = res.Body.Close()
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("ended with %v", err)
	}
	if err := <-hung; err == nil {
		t.Error("a request that hung was answered")
	}
	if res, err := open(t, at); err == nil {
		_ = res.Body.Close()
		t.Error("it still listens")
	}
}

func TestListenAndServeFails(t *testing.T) {
	s := NewServer(NewWorld(testToday))
	if err := ListenAndServe(t.Context(), "nonsense", s, nil); err == nil {
		t.Error("an address without a port was taken")
	}
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	if err := ListenAndServe(t.Context(), taken.Addr().String(), s, nil); err == nil {
		t.Error("a taken port was taken again")
	}
}

func TestRequestsAtOnce(t *testing.T) {
	r := newRig(t)
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			for range 50 {
				_, err1 := r.send(r.request("GET", r.additions(r.fixed), ""))
				_, err2 := r.send(r.request("PATCH", r.addition(r.line), setNine))
				r.w.Snapshot()
				err3 := r.w.EditAddition(r.line, func(a *AdditionRecord) { a.Quantity = a.Quantity.Add(dec("1")) })
				if err := errors.Join(err1, err2, err3); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if n := len(r.s.Log()); n != 1600 {
		t.Errorf("%d requests logged", n)
	}
}

func BenchmarkRequests(b *testing.B) {
	w := Generate(1, Size{Companies: 1000, Agreements: 10_000, AdditionsPerAgreement: 10, Products: 1000})
	s := NewServer(w)
	r := &rig{w: w, s: s, client: newRigClient(s), base: "http://sim/v2026_4/apis/3.0"}
	b.SetParallelism(8)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			path := "/finance/agreements/" + itoa(801+i%199) + "/additions?pageSize=1000&orderBy=id%20asc"
			req, err := http.NewRequestWithContext(b.Context(), "GET", r.base+path, http.NoBody)
			if err != nil {
				b.Fatal(err)
			}
			c := s.Credentials()
			req.SetBasicAuth(c.Company+"+"+c.PublicKey, c.PrivateKey)
			req.Header.Set("clientId", c.ClientID)
			if got, err := r.send(req); err != nil || got.status != 200 {
				b.Fatal(got.status, err)
			}
		}
	})
}

func BenchmarkCatalogPage(b *testing.B) {
	w := Generate(1, Size{Products: 50_000})
	s := NewServer(w)
	client := newRigClient(s)
	for b.Loop() {
		req, err := http.NewRequestWithContext(b.Context(), "GET",
			"http://sim/v2026_4/apis/3.0/procurement/catalog?pageSize=1000&page=40&orderBy=id%20asc&conditions=inactiveFlag%3Dfalse", http.NoBody)
		if err != nil {
			b.Fatal(err)
		}
		c := s.Credentials()
		req.SetBasicAuth(c.Company+"+"+c.PublicKey, c.PrivateKey)
		req.Header.Set("clientId", c.ClientID)
		res, err := client.Do(req)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, res.Body); err != nil {
			b.Fatal(err)
		}
		_ = res.Body.Close()
	}
}
