package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
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

// faultRig is the whole program but its command line, over a simulated ConnectWise: customers 1 to n are linked to agreements 801 to 800+n. Each
// has a foreign line; the first and third have a line that is adopted, the others none. Usage wants 12, 3 and 6 by turns.
type faultRig struct {
	t        *testing.T
	world    *cwsim.World
	server   *cwsim.Server
	site     string
	folder   string
	profile  *store.Profile
	setup    *setup.Document
	later    atomic.Int64 // what the clock is ahead, in nanoseconds
	timeout  time.Duration
	retryFor time.Duration
	observe  func(syncer.Event)
	foreign  map[int]string         // JSON of each line that is not ours
	ours     []cwsim.AdditionRecord // the lines that are adopted, as they were
}

// patient is long enough for the largest answer on a slow machine.
const patient = 45 * time.Second

func newFaultRig(t *testing.T, customers int) *faultRig {
	t.Helper()
	r := &faultRig{t: t, world: cwsim.NewWorld(time.Now().UTC().Format(time.DateOnly)), folder: t.TempDir(), timeout: patient, retryFor: time.Nanosecond}
	mailbox := r.world.AddProduct(cwsim.ProductSpec{Identifier: "MBX", Price: decimal.New(45, -1)})
	other := r.world.AddProduct(cwsim.ProductSpec{Identifier: "OTHER", Price: decimal.New(3, 0)})
	for n := 1; n <= customers; n++ {
		company := r.world.AddCompany(cwsim.CompanySpec{Name: fmt.Sprintf("Customer %d", n), Identifier: fmt.Sprintf("C%d", n)})
		agreement := r.world.AddAgreement(cwsim.AgreementSpec{ID: 800 + n, Company: company, Prorate: true, Currency: "USD"})
		r.world.AddAddition(cwsim.AdditionSpec{Agreement: agreement, Product: other, Quantity: decimal.New(int64(n), 0)})
		if n%2 == 1 {
			id := r.world.AddAddition(cwsim.AdditionSpec{Agreement: agreement, Product: mailbox, Quantity: decimal.New(5, 0), Description: "Mailboxes"})
			line, _ := r.world.Addition(id)
			r.ours = append(r.ours, line)
		}
	}
	r.foreign = r.world.Snapshot()
	for _, line := range r.ours {
		delete(r.foreign, line.ID)
	}
	r.server = cwsim.NewServer(r.world)
	listener := httptest.NewServer(r.server)
	listener.Config.ErrorLog = log.New(io.Discard, "", 0) // faults break connections on purpose
	t.Cleanup(listener.Close)
	r.site = listener.URL
	opened, err := store.Open(t.Context(), store.Options{Path: r.database()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = opened.Close() })
	r.profile = opened.Profile("default")
	r.importSetup(customers)
	return r
}

func (r *faultRig) database() string { return filepath.Join(r.folder, "cwsync.db") }

var wantedQuantities = []string{"6", "3", "8"}

func (r *faultRig) importSetup(customers int) {
	r.t.Helper()
	keys := r.server.Credentials()
	text := fmt.Sprintf("version: 1\nconnection: {site: %q, company: %q, client_id: %q}\nsources:\n- name: mail\n  kind: csv\n  options: {path: usage.csv}\n"+
		"  services: [{id: mbx, product: MBX}]\n  customers:\n", r.site, keys.Company, keys.ClientID)
	usage := "customer_id,service_id,quantity\n"
	for n := 1; n <= customers; n++ {
		text += fmt.Sprintf("  - {id: \"%03d\", company: %d, agreement: %d}\n", n, 249+n, 800+n)
		usage += fmt.Sprintf("%03d,mbx,%s\n", n, wantedQuantities[(n-1)%3])
	}
	r.writeUsage(usage)
	kinds, err := catalogue()
	if err == nil {
		r.setup, err = setup.Parse([]byte(text), filepath.Join(r.folder, "setup.yaml"), kinds)
	}
	if err == nil {
		err = r.profile.ReplaceSetup(r.t.Context(), r.setup)
	}
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *faultRig) writeUsage(text string) {
	r.t.Helper()
	if err := os.WriteFile(filepath.Join(r.folder, "usage.csv"), []byte(text), 0o600); err != nil {
		r.t.Fatal(err)
	}
}

// sync is one run as the program does it, with a client of its own; it gives the exit code too where no run came about.
func (r *faultRig) sync(ctx context.Context, accept ...string) (run *syncer.Run, code int) {
	r.t.Helper()
	keys := r.server.Credentials()
	client, err := cwclient.New(cwclient.Config{
		Site: r.site, Company: keys.Company, ClientID: keys.ClientID, PublicKey: keys.PublicKey, PrivateKey: keys.PrivateKey,
	}, cwclient.WithMaxRPM(0), cwclient.WithTimeout(r.timeout), cwclient.WithRetryFor(r.retryFor))
	if err != nil {
		r.t.Fatal(err)
	}
	defer client.Close()
	kinds, err := catalogue()
	if err != nil {
		r.t.Fatal(err)
	}
	connectwise := psa.New(client)
	engine := &syncer.Engine{
		Profile: "default", Setup: r.setup, Catalogue: kinds, Secret: func(context.Context, string) (string, error) { return "", errors.New("none") },
		Ledger: connectwise, Catalog: connectwise, Writer: connectwise,
		Book: r.profile, Journal: r.profile, Plans: r.profile, Setups: r.profile, Locker: r.profile,
		Now: func() time.Time { return time.Now().Add(time.Duration(r.later.Load())) }, Zone: psa.ZoneOf, NewID: newID,
		SettleFor: 5 * time.Minute, Workers: 1, Requests: client.Requests, Observe: r.observe,
	}
	run, err = engine.Sync(ctx, syncer.Request{Accept: accept})
	if err != nil {
		return nil, stopOf(err).Exit
	}
	return run, run.ExitCode
}

// keepsPromises checks what must hold at any moment: one line of ours per customer, foreign lines byte for byte, and on ours only the quantity.
func (r *faultRig) keepsPromises(allow ...string) {
	r.t.Helper()
	now := r.world.Snapshot()
	for id, record := range r.foreign {
		if now[id] != record {
			r.t.Errorf("the foreign line %d became\n%s\nfrom\n%s", id, now[id], record)
		}
	}
	for i := range r.setup.Sources[0].Customers {
		if n := len(r.lines(i + 1)); n > 1 {
			r.t.Errorf("customer %d is billed by %d lines", i+1, n)
		}
	}
	for _, before := range r.ours {
		after, _ := r.world.Addition(before.ID)
		after.Quantity, after.Updated, after.UpdatedBy = before.Quantity, before.Updated, before.UpdatedBy
		if fmt.Sprint(after) != fmt.Sprint(before) && len(allow) == 0 {
			r.t.Errorf("more than the quantity of line %d changed:\n%+v\nfrom\n%+v", before.ID, after, before)
		}
	}
}

// lines are those of the product on customer n's agreement.
func (r *faultRig) lines(n int) []cwsim.AdditionRecord {
	return slices.DeleteFunc(r.world.Additions(800+n), func(a cwsim.AdditionRecord) bool { return a.ProductIdentifier != "MBX" })
}

// ends runs until a run has nothing to do any more, at most four times, and checks that ConnectWise has what usage wants then.
func (r *faultRig) ends() {
	r.t.Helper()
	code, writes := -1, -1
	for range 4 {
		r.later.Add(int64(6 * time.Minute))
		r.server.ResetLog()
		_, code = r.sync(r.t.Context())
		if writes = len(r.server.Writes()); code == syncer.ExitDone && writes == 0 {
			break
		}
	}
	if code != syncer.ExitDone || writes != 0 {
		r.t.Errorf("the last run: exit %d, %d writes", code, writes)
	}
	r.keepsPromises()
	for i := range r.setup.Sources[0].Customers {
		lines := r.lines(i + 1)
		if want := wantedQuantities[i%3]; len(lines) != 1 || lines[0].Quantity.String() != want {
			r.t.Errorf("customer %d has %+v, want %s", i+1, lines, want)
		}
	}
}

const additionsPath = "/finance/agreements/*/additions"

// TestFaultsWhileReading makes each kind of fault last while ConnectWise is read: the documented exit code, and nothing is written.
func TestFaultsWhileReading(t *testing.T) {
	t.Parallel()
	brief := 150 * time.Millisecond
	for name, c := range map[string]struct {
		fault cwsim.Fault
		exit  int
		brief bool
	}{
		"reset":                   {cwsim.Fault{Kind: cwsim.FaultReset}, 75, false},
		"reset after":             {cwsim.Fault{Kind: cwsim.FaultResetAfter}, 75, false},
		"cut":                     {cwsim.Fault{Kind: cwsim.FaultCut}, 75, false},
		"hang":                    {cwsim.Fault{Kind: cwsim.FaultHang}, 75, true},
		"slow":                    {cwsim.Fault{Kind: cwsim.FaultSlow, Delay: time.Minute}, 75, true},
		"endless":                 {cwsim.Fault{Kind: cwsim.FaultDrip, Delay: 20 * time.Millisecond}, 75, true},
		"429 without a wait":      {cwsim.Fault{Kind: cwsim.FaultStatus, Status: 429}, 75, false},
		"429 with a long wait":    {cwsim.Fault{Kind: cwsim.FaultStatus, Status: 429, RetryAfter: "600"}, 75, false},
		"429 of a proxy":          {cwsim.Fault{Kind: cwsim.FaultProxy, Status: 429}, 75, false},
		"500":                     {cwsim.Fault{Kind: cwsim.FaultStatus, Status: 500}, 75, false},
		"502 of a proxy":          {cwsim.Fault{Kind: cwsim.FaultProxy, Status: 502}, 75, false},
		"503":                     {cwsim.Fault{Kind: cwsim.FaultStatus, Status: 503}, 75, false},
		"redirect":                {cwsim.Fault{Kind: cwsim.FaultRedirect, Location: "https://login.example/"}, 1, false},
		"web page":                {cwsim.Fault{Kind: cwsim.FaultHTML}, 1, false},
		"garbage":                 {cwsim.Fault{Kind: cwsim.FaultGarbage}, 1, false},
		"too large":               {cwsim.Fault{Kind: cwsim.FaultHuge}, 1, false},
		"too large once unpacked": {cwsim.Fault{Kind: cwsim.FaultGzipBomb}, 1, false},
		"401":                     {cwsim.Fault{Kind: cwsim.FaultStatus, Status: 401}, 12, false},
		"403":                     {cwsim.Fault{Kind: cwsim.FaultStatus, Status: 403}, 12, false},
		"404":                     {cwsim.Fault{Kind: cwsim.FaultStatus, Status: 404}, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := newFaultRig(t, 3)
			if c.brief {
				r.timeout = brief
			}
			c.fault.Method, c.fault.Path, c.fault.Times = "GET", additionsPath, -1
			r.server.Fail(c.fault)
			run, code := r.sync(t.Context())
			if code != c.exit || run != nil || len(r.server.Writes()) != 0 {
				t.Errorf("exit %d, want %d; %d writes, run %+v", code, c.exit, len(r.server.Writes()), run)
			}
			r.keepsPromises()
			r.server.ClearFaults()
			r.timeout = patient
			if _, code := r.sync(t.Context()); code != syncer.ExitDone {
				t.Errorf("the next run: exit %d", code)
			}
			r.keepsPromises()
		})
	}
}

// TestFaultsThatPassWhileReading are met once, and the client tries again within its patience.
func TestFaultsThatPassWhileReading(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]cwsim.Fault{
		"reset": {Kind: cwsim.FaultReset}, "cut": {Kind: cwsim.FaultCut}, "503": {Kind: cwsim.FaultStatus, Status: 503},
		"429 with a wait": {Kind: cwsim.FaultStatus, Status: 429, RetryAfter: "1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newFaultRig(t, 3)
			r.retryFor = 20 * time.Second
			fault.Path = additionsPath
			r.server.Fail(fault)
			if _, code := r.sync(t.Context()); code != syncer.ExitDone || r.server.Pending() != 0 {
				t.Errorf("exit %d, %d faults left", code, r.server.Pending())
			}
			r.ends()
		})
	}
}

// TestListsThatLie are answers that look whole and are not.
func TestListsThatLie(t *testing.T) {
	t.Parallel()
	t.Run("a page comes twice", func(t *testing.T) {
		r := newFaultRig(t, 1)
		for n := range 1000 {
			r.world.AddProduct(cwsim.ProductSpec{Identifier: fmt.Sprintf("MORE-%d", n)})
		}
		r.server.Fail(cwsim.Fault{Kind: cwsim.FaultRepeatPage, Path: "/procurement/catalog", Times: -1})
		if _, code := r.sync(t.Context()); code != syncer.ExitFailed || len(r.server.Writes()) != 0 {
			t.Errorf("exit %d", code)
		}
	})
	t.Run("lines are missing from the first reading", func(t *testing.T) {
		r := newFaultRig(t, 3)
		r.server.Fail(cwsim.Fault{Kind: cwsim.FaultShortPage, Path: "/finance/agreements/801/additions"})
		run, code := r.sync(t.Context())
		if code != syncer.ExitHeld || run.Outcomes[0].Code != "changed_meanwhile" {
			t.Errorf("exit %d", code)
		}
		r.keepsPromises()
		r.ends()
	})
	t.Run("a line of ours is missing", func(t *testing.T) {
		r := newFaultRig(t, 1)
		r.ends()
		r.server.Fail(cwsim.Fault{Kind: cwsim.FaultShortPage, Path: additionsPath})
		run, code := r.sync(t.Context())
		if code != syncer.ExitHeld || run.Plan.Changes[0].Code != "drift_deleted" {
			t.Errorf("exit %d", code)
		}
		r.ends()
	})
}

// TestFaultsWhileWriting meets each kind of fault once, at the first PATCH and at the first POST. Customers 1 and 3 need a PATCH, 2 a POST, one after
// the other. What a client makes of the largest answers does not depend on the method, and they take long: one method each.
func TestFaultsWhileWriting(t *testing.T) {
	t.Parallel()
	const notTried = -1
	brief := 150 * time.Millisecond
	for name, c := range map[string]struct {
		fault       cwsim.Fault
		patch, post int // exit codes
		brief       bool
	}{
		"reset before":            {cwsim.Fault{Kind: cwsim.FaultReset}, 0, 6, false},
		"reset after":             {cwsim.Fault{Kind: cwsim.FaultResetAfter}, 0, 0, false},
		"done later":              {cwsim.Fault{Kind: cwsim.FaultCommitLater, Delay: 300 * time.Millisecond}, 0, 6, false},
		"cut":                     {cwsim.Fault{Kind: cwsim.FaultCut}, 0, 0, false},
		"hang before":             {cwsim.Fault{Kind: cwsim.FaultHang}, 0, 6, true},
		"hang after":              {cwsim.Fault{Kind: cwsim.FaultHangAfter}, 0, 0, true},
		"endless":                 {cwsim.Fault{Kind: cwsim.FaultDrip, Delay: 20 * time.Millisecond}, 0, 0, true},
		"500 before":              {cwsim.Fault{Kind: cwsim.FaultStatus, Status: 500}, 0, 6, false},
		"500 after":               {cwsim.Fault{Kind: cwsim.FaultStatusAfter, Status: 500}, 0, 0, false},
		"502 of a proxy":          {cwsim.Fault{Kind: cwsim.FaultProxy, Status: 502}, 0, 6, false},
		"503 of a proxy":          {cwsim.Fault{Kind: cwsim.FaultProxy, Status: 503}, 0, 6, false},
		"503 with a wait":         {cwsim.Fault{Kind: cwsim.FaultStatus, Status: 503, RetryAfter: "60"}, 0, 6, false},
		"504 after":               {cwsim.Fault{Kind: cwsim.FaultStatusAfter, Status: 504}, 0, 0, false},
		"408 of a proxy":          {cwsim.Fault{Kind: cwsim.FaultProxy, Status: 408}, 0, 6, false},
		"404 of a proxy":          {cwsim.Fault{Kind: cwsim.FaultProxy, Status: 404}, 0, 6, false},
		"429 of a proxy":          {cwsim.Fault{Kind: cwsim.FaultProxy, Status: 429}, 75, 3, false},
		"slow beyond the timeout": {cwsim.Fault{Kind: cwsim.FaultSlow, Delay: time.Minute}, 0, 0, true},
		"redirect":                {cwsim.Fault{Kind: cwsim.FaultRedirect, Location: "/elsewhere"}, 0, 6, false},
		"web page":                {cwsim.Fault{Kind: cwsim.FaultHTML}, 0, 6, false},
		"garbage":                 {cwsim.Fault{Kind: cwsim.FaultGarbage}, 0, 0, false},
		"too large":               {cwsim.Fault{Kind: cwsim.FaultHuge}, notTried, 6, false},
		"too large once unpacked": {cwsim.Fault{Kind: cwsim.FaultGzipBomb}, 0, notTried, false},
		"400":                     {cwsim.Fault{Kind: cwsim.FaultStatus, Status: 400}, 3, 3, false},
		"403":                     {cwsim.Fault{Kind: cwsim.FaultStatus, Status: 403}, 3, 3, false},
		"404":                     {cwsim.Fault{Kind: cwsim.FaultStatus, Status: 404}, 3, 3, false},
		"409":                     {cwsim.Fault{Kind: cwsim.FaultStatus, Status: 409}, 3, 3, false},
		"401":                     {cwsim.Fault{Kind: cwsim.FaultStatus, Status: 401}, 12, 3, false},
		"429 without a wait":      {cwsim.Fault{Kind: cwsim.FaultStatus, Status: 429}, 75, 3, false},
		"429 with a long wait":    {cwsim.Fault{Kind: cwsim.FaultStatus, Status: 429, RetryAfter: "600"}, 75, 3, false},
	} {
		for method, exit := range map[string]int{"PATCH": c.patch, "POST": c.post} {
			if exit == notTried {
				continue
			}
			t.Run(method+" "+name, func(t *testing.T) {
				r := newFaultRig(t, 3)
				if c.brief {
					r.timeout = brief
				}
				fault := c.fault
				fault.Method = method
				r.server.Fail(fault)
				run, code := r.sync(t.Context())
				if code != exit || r.server.Pending() != 0 {
					t.Errorf("exit %d, want %d; %d faults left; %s", code, exit, r.server.Pending(), problems(run))
				}
				r.keepsPromises()
				if fault.Kind == cwsim.FaultCommitLater {
					time.Sleep(fault.Delay + 50*time.Millisecond) // the fault's own delay is in real time
				}
				r.timeout = patient
				r.ends()
			})
		}
	}
}

func problems(run *syncer.Run) string {
	if run == nil {
		return "no run"
	}
	text, _ := json.Marshal(run.Outcomes)
	return string(text)
}
