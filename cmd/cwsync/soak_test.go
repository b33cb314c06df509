package main

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"cwsync/cwclient/cwsim"
	"cwsync/syncer"

	"github.com/shopspring/decimal"
)

// The size of the soak. As it stands it shows that the soak itself works; docs/SAFETY.md says how the real one is run.
var (
	soakRuns       = flag.Int("soak.runs", 6, "runs one after another")
	soakAgreements = flag.Int("soak.agreements", 30, "agreements of the soak")
)

// soak is a model of many agreements with one line each, where one request in twenty goes wrong.
type soak struct {
	*model
	lock   sync.Mutex
	dice   *rand.Rand
	faults map[cwsim.FaultKind]int // how often each was met
	calm   bool
	sent   map[string]int // requests by method
	wants  []int          // by agreement
}

// TestSoak lets many runs follow each other while usage moves, people edit, every kind of fault happens, and some runs are killed or meet a full
// disk. In the end nothing is lost and nothing is double, and neither memory nor open files have grown.
func TestSoak(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSoak(t, *soakAgreements)
		foreign := s.world.Snapshot()
		codes := map[int]int{}
		for n := range *soakRuns {
			codes[s.once(n)]++
			if every := max(*soakRuns/8, 1); n%every == every-1 {
				t.Logf("run %3d: %s", n+1, s.resources())
			}
		}
		s.calmDown(t)
		s.compare(t, foreign)
		t.Logf("%d runs of %d agreements: %v requests, faults by kind %v, runs by exit code (-1: killed) %v",
			*soakRuns, *soakAgreements, s.sent, s.faults, codes)
	})
}

func newSoak(t *testing.T, agreements int) *soak {
	t.Helper()
	s := &soak{model: &model{world: cwsim.NewWorld(time.Now().UTC().Format(time.DateOnly)), workers: 32}, dice: rand.New(rand.NewPCG(1, 2)), faults: map[cwsim.FaultKind]int{}, sent: map[string]int{}}
	mailbox := s.world.AddProduct(cwsim.ProductSpec{Identifier: "MBX", Price: decimal.New(45, -1)})
	other := s.world.AddProduct(cwsim.ProductSpec{Identifier: modelOther, Price: decimal.New(3, 0)})
	var text strings.Builder
	text.WriteString("  services: [{id: mbx, product: MBX}]\n  customers:\n")
	for n := range agreements {
		company := s.world.AddCompany(cwsim.CompanySpec{Name: fmt.Sprintf("Customer %d", n), Identifier: fmt.Sprintf("C%d", n)})
		s.world.AddAgreement(cwsim.AgreementSpec{ID: 801 + n, Company: company, Prorate: true, Currency: "USD"})
		s.world.AddAddition(cwsim.AdditionSpec{Agreement: 801 + n, Product: other, Quantity: decimal.New(int64(n), 0)})
		if n%2 == 0 {
			s.world.AddAddition(cwsim.AdditionSpec{Agreement: 801 + n, Product: mailbox, Quantity: decimal.New(9, 0)})
		}
		fmt.Fprintf(&text, "  - {id: \"%d\", company: %d, agreement: %d}\n", n, company, 801+n)
		s.wants = append(s.wants, 10)
	}
	s.start(t, text.String())
	s.network = s
	return s
}

// once is one run of the soak. It gives the exit code.
func (s *soak) once(n int) int {
	text := "customer_id,service_id,quantity\nelsewhere,mbx,1\n"
	for i := range s.wants {
		if s.dice.IntN(20) == 0 {
			s.wants[i] = 10 + s.dice.IntN(9) // small enough for the guards
		}
		text += fmt.Sprintf("%d,mbx,%d\n", i, s.wants[i])
	}
	s.putUsage(text)
	for range 1 + len(s.wants)/500 {
		s.person()
	}
	var down fall
	switch {
	case n%7 == 3:
		down = fall{at: s.dice.IntN(max(len(s.wants)/6, 8)), how: fallKill, after: n%2 == 0}
	case n%11 == 5:
		down = fall{at: s.dice.IntN(max(len(s.wants)/6, 8)), how: fallDisk}
	}
	end := s.sync(down, s.held...)
	s.server.ClearFaults()
	for method, count := range s.server.Count() {
		s.sent[method] += count
	}
	s.server.ResetLog() // it would grow with every write
	time.Sleep(time.Duration(1+s.dice.IntN(10)) * time.Minute)
	must(s.restartStore())
	s.world.SetToday(time.Now().UTC().Format(time.DateOnly))
	return end.exit
}

// restartStore: every run of the program opens the store anew.
func (s *soak) restartStore() error {
	err := s.store.Close()
	s.openStore()
	return err
}

// person edits a line of somebody's at random.
func (s *soak) person() {
	if lines := s.lines(801+s.dice.IntN(len(s.wants)), s.product("MBX")); len(lines) > 0 {
		must(s.world.EditAddition(lines[0].ID, func(a *cwsim.AdditionRecord) { a.Quantity = decimal.New(int64(10+s.dice.IntN(9)), 0) }))
	}
}

// passing are the faults that a read is tried again after; the others end a run, so that they are met more seldom.
var (
	passing = []cwsim.Fault{
		{Kind: cwsim.FaultReset}, {Kind: cwsim.FaultResetAfter}, {Kind: cwsim.FaultCut}, {Kind: cwsim.FaultHang}, {Kind: cwsim.FaultHangAfter},
		{Kind: cwsim.FaultSlow, Delay: 5 * time.Second}, {Kind: cwsim.FaultDrip, Delay: time.Millisecond}, {Kind: cwsim.FaultStatus, Status: 500},
		{Kind: cwsim.FaultProxy, Status: 502}, {Kind: cwsim.FaultProxy, Status: 503}, {Kind: cwsim.FaultStatus, Status: 429, RetryAfter: "2"},
		{Kind: cwsim.FaultStatusAfter, Status: 504},
	}
	ending = []cwsim.Fault{
		{Kind: cwsim.FaultHTML}, {Kind: cwsim.FaultGarbage}, {Kind: cwsim.FaultRedirect, Location: "/elsewhere"}, {Kind: cwsim.FaultStatus, Status: 401},
		{Kind: cwsim.FaultStatus, Status: 403}, {Kind: cwsim.FaultShortPage}, {Kind: cwsim.FaultHuge}, {Kind: cwsim.FaultGzipBomb},
		{Kind: cwsim.FaultRepeatPage},
	}
	refusing = []cwsim.Fault{
		{Kind: cwsim.FaultStatus, Status: 400}, {Kind: cwsim.FaultStatus, Status: 409}, {Kind: cwsim.FaultHTML}, {Kind: cwsim.FaultGarbage},
		{Kind: cwsim.FaultCommitLater, Delay: time.Second}, {Kind: cwsim.FaultCommitLater, Delay: time.Minute},
		{Kind: cwsim.FaultCommitLater, Delay: 4 * time.Minute},
	}
)

// RoundTrip implements http.RoundTripper.
func (s *soak) RoundTrip(r *http.Request) (*http.Response, error) {
	if s.dead.Load() {
		return nil, errReset
	}
	s.misfortune(r)
	if r.Method == http.MethodGet {
		return s.server.Transport().RoundTrip(r)
	}
	before, after := s.pass(false)
	if before != nil {
		return nil, errReset
	}
	answer, err := s.server.Transport().RoundTrip(r)
	if after != nil {
		s.dead.Store(true)
		if answer != nil {
			err = errors.Join(errReset, answer.Body.Close())
		}
		return nil, errors.Join(errReset, err)
	}
	return answer, err
}

// misfortune arms a fault for one request in twenty.
func (s *soak) misfortune(r *http.Request) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.calm {
		return
	}
	_, path, ok := strings.Cut(r.URL.Path, "apis/3.0")
	if !ok {
		return
	}
	among := passing
	if r.Method != http.MethodGet {
		among = slices.Concat(refusing, passing)
	}
	switch dice := s.dice.IntN(20 * len(s.wants)); {
	case dice == 0 && r.Method == http.MethodGet:
		among = ending
	case dice >= len(s.wants):
		return
	}
	fault := among[s.dice.IntN(len(among))]
	fault.Method, fault.Path = r.Method, path
	s.faults[fault.Kind]++
	s.server.Fail(fault)
}

// calmDown ends all trouble and runs until nothing is left to do.
func (s *soak) calmDown(t *testing.T) {
	t.Helper()
	s.calm = true
	end := result{}
	for range 5 {
		time.Sleep(6 * time.Minute)
		if end = s.sync(fall{}, s.held...); end.exit == syncer.ExitDone && end.run.Counts().Applied == 0 {
			return
		}
	}
	t.Errorf("it does not come to rest: exit %d, %v, %+v, held %v", end.exit, end.err, end.run.Counts(), s.held)
}

// compare looks at every line of ConnectWise.
func (s *soak) compare(t *testing.T, foreign map[int]string) {
	t.Helper()
	now, mailbox := s.world.Snapshot(), s.product("MBX")
	for id, before := range foreign {
		if line, _ := s.world.Addition(id); line.Product != mailbox && now[id] != before {
			t.Errorf("the foreign line %d became\n%s\nfrom\n%s", id, now[id], before)
		}
	}
	for i, want := range s.wants {
		if lines := s.lines(801+i, mailbox); len(lines) != 1 || lines[0].Quantity.IntPart() != int64(want) {
			t.Errorf("customer %d has %+v, want one line of %d", i, lines, want)
		}
	}
}

// resources are what must not grow. The simulated ConnectWise is in the same process: it keeps its log of requests small.
func (s *soak) resources() string {
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	handles := "unknown"
	if open, err := os.ReadDir("/proc/self/fd"); err == nil {
		handles = fmt.Sprint(len(open))
	}
	var size int64
	if info, err := os.Stat(s.database()); err == nil {
		size = info.Size()
	}
	return fmt.Sprintf("heap %.1f MB, %d goroutines, %s open files, database %.1f MB", float64(memory.HeapAlloc)/1e6, runtime.NumGoroutine(), handles, float64(size)/1e6)
}
