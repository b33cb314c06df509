//go:build unix

package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"cwsync/cwclient/cwsim"
	"cwsync/store"
	"cwsync/syncer"
	"cwsync/syncer/doctor"
	"cwsync/syncer/setup"
)

// examinedDocument is what the tests look at of the doctor's document.
type examinedDocument struct {
	Kind   string
	Exit   int `json:"exit_code"`
	Checks []examinedCheck
}

type examinedCheck struct {
	Name, Group, Status, Detail, Hint string
	Findings                          []string
	Exit                              int `json:"exit_code"`
	Right                             *struct{ Module, Function, Level string }
}

// named is the check of this name; none is fatal.
func (d *examinedDocument) named(t *testing.T, name string) examinedCheck {
	t.Helper()
	at := slices.IndexFunc(d.Checks, func(c examinedCheck) bool { return c.Name == name })
	if at < 0 {
		t.Fatalf("no check %q in %+v", name, d.Checks)
	}
	return d.Checks[at]
}

// with are the checks of a status.
func (d *examinedDocument) with(status string) []examinedCheck {
	return slices.DeleteFunc(slices.Clone(d.Checks), func(c examinedCheck) bool { return c.Status != status })
}

// newDoctorRig is a profile that synced once, whose set-up also creates and changes products.
func newDoctorRig(t *testing.T, options ...cwsim.Option) *hostileRig {
	t.Helper()
	h := newHostileRig(t, options...)
	h.importSetup(strings.Replace(h.setup(), "{id: mbx, product: MBX}", "{id: mbx, product: MBX, create_product: true, update_product: true}", 1))
	return h
}

func (h *hostileRig) importSetup(text string) {
	h.t.Helper()
	h.write("setup.yaml", text)
	if code, out, errs := h.run("", "setup", "import", "setup.yaml"); code != 0 {
		h.t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
}

// examine runs the doctor and gives its document, which every end of it has.
func (h *hostileRig) examine(args ...string) *examinedDocument {
	h.t.Helper()
	code, out, errs := h.run("", append([]string{"doctor", "--json"}, args...)...)
	var document examinedDocument
	if err := json.Unmarshal([]byte(out), &document); err != nil || document.Kind != "doctor" || document.Exit != code || errs != "" {
		h.t.Fatalf("exit %d, %v\n%s%s", code, err, out, errs)
	}
	return &document
}

// neededRights are those of the rig's set-up, as the simulation and the checks name them.
func neededRights() []struct{ module, function, kind, level, check string } {
	return []struct{ module, function, kind, level, check string }{
		{"Finance", "Agreements", cwsim.KindInquire, "Inquire All", "agreements: inquire"},
		{"Finance", "Agreements", cwsim.KindAdd, "Add All", "agreements: add"},
		{"Finance", "Agreements", cwsim.KindEdit, "Edit All", "agreements: edit"},
		{"Procurement", "Product Catalog", cwsim.KindInquire, "Inquire All", "product catalog: inquire"},
		{"Procurement", "Product Catalog", cwsim.KindAdd, "Add All", "product catalog: add"},
		{"Procurement", "Product Catalog", cwsim.KindEdit, "Edit All", "product catalog: edit"},
		{"Companies", "Company Maintenance", cwsim.KindInquire, "Inquire All", "company maintenance: inquire"},
		{"System", "Table Setup", cwsim.KindInquire, "Inquire All", "table setup: inquire"},
	}
}

// TestDoctorFindsNothing: with all rights nothing fails, whether the list of rights may be read or not, and nothing is written.
func TestDoctorFindsNothing(t *testing.T) {
	h := newDoctorRig(t)
	h.server.ResetLog()
	for _, listed := range []bool{true, false} {
		if !listed {
			h.server.Fail(cwsim.Fault{Path: "/system/mySecurity", Kind: cwsim.FaultStatus, Status: http.StatusForbidden, Times: -1})
		}
		document := h.examine()
		if document.Exit != 0 || len(document.with("fail")) > 0 {
			t.Errorf("exit %d: %+v", document.Exit, document.with("fail"))
		}
		for _, check := range document.with("warn") {
			if check.Name != "free disk" && check.Name != "schedule" { // which are this machine's own affair
				t.Errorf("to look at: %+v", check)
			}
		}
		rights := 0
		for _, check := range document.Checks {
			if check.Right != nil {
				rights++
			}
		}
		if rights != len(neededRights()) {
			t.Errorf("%d rights", rights)
		}
	}
	if writes := h.server.Writes(); len(writes) != 0 {
		t.Errorf("written: %+v", writes)
	}
}

// TestDoctorNamesEachRight: each right that is taken away, or goes no further than one's own records, is found, and no other.
func TestDoctorNamesEachRight(t *testing.T) {
	h := newDoctorRig(t)
	for _, right := range neededRights() {
		for _, level := range []string{cwsim.LevelNone, cwsim.LevelMy} {
			t.Run(right.check+" "+level, func(t *testing.T) {
				h.t = t
				h.server.SetRight(right.module, right.function, right.kind, level)
				defer h.server.SetRight(right.module, right.function, right.kind, cwsim.LevelAll)
				document := h.examine("--no-sources")
				failed := document.with("fail")
				if document.Exit != 12 || len(failed) != 1 || failed[0].Name != right.check || failed[0].Right == nil || *failed[0].Right != struct{ Module, Function, Level string }{right.module, right.function, right.level} {
					t.Fatalf("exit %d, failed: %+v", document.Exit, failed)
				}
				word := strings.TrimSuffix(right.level, " All")
				if want := "System > Security Roles > API cwsync > " + right.module + " > " + right.function + ": set " + word + " to All"; failed[0].Hint != want {
					t.Errorf("hint %q, want %q", failed[0].Hint, want)
				}
				if want := right.module + " > " + right.function + ": " + word + " is " + level; !strings.HasPrefix(failed[0].Detail, want) {
					t.Errorf("detail %q", failed[0].Detail)
				}
			})
		}
	}
}

// TestDoctorWithoutTheListOfRights: what can be read without harm is tried; what cannot be known says so and where to look.
func TestDoctorWithoutTheListOfRights(t *testing.T) {
	h := newDoctorRig(t)
	h.server.Fail(cwsim.Fault{Path: "/system/mySecurity", Kind: cwsim.FaultStatus, Status: http.StatusForbidden, Times: -1})
	for _, right := range neededRights() {
		t.Run(right.check, func(t *testing.T) {
			h.t = t
			h.server.SetRight(right.module, right.function, right.kind, cwsim.LevelNone)
			defer h.server.SetRight(right.module, right.function, right.kind, cwsim.LevelAll)
			document := h.examine("--no-sources")
			failed, check := document.with("fail"), document.named(t, right.check)
			switch {
			case right.kind != cwsim.KindInquire:
				if document.Exit != 0 || len(failed) > 0 || check.Status != "skip" || !strings.Contains(check.Hint, right.module+" > "+right.function) {
					t.Errorf("exit %d, %+v, failed: %+v", document.Exit, check, failed)
				}
			case document.Exit != 12 || len(failed) != 1 || failed[0].Name != right.check || !strings.HasSuffix(failed[0].Hint, right.function+": set Inquire to All"):
				t.Errorf("exit %d, failed: %+v", document.Exit, failed)
			}
		})
	}
}

// TestDoctorSeesOnlyItsOwn: without the list of rights nobody knows that agreements are hidden, but what is missing then says so.
func TestDoctorSeesOnlyItsOwn(t *testing.T) {
	h := newDoctorRig(t)
	h.server.Fail(cwsim.Fault{Path: "/system/mySecurity", Kind: cwsim.FaultStatus, Status: http.StatusForbidden, Times: -1})
	h.server.SetRight("Finance", "Agreements", cwsim.KindInquire, cwsim.LevelMy)
	document := h.examine("--no-sources")
	if check := document.named(t, "agreements: inquire"); check.Status != "ok" || !strings.Contains(check.Detail, "nobody knows whether it is My or All") {
		t.Errorf("got %+v", check)
	}
	if check := document.named(t, "agreements of mail"); document.Exit != 10 || check.Status != "fail" || !strings.Contains(check.Hint, "set Inquire of Finance > Agreements to All") {
		t.Errorf("exit %d, %+v", document.Exit, check)
	}
}

// TestDoctorOfTheConnection: whatever stands between here and ConnectWise is one check that fails, with the code of the trouble.
func TestDoctorOfTheConnection(t *testing.T) {
	fault := func(f cwsim.Fault) func(*hostileRig) {
		return func(h *hostileRig) { f.Times = -1; h.server.Fail(f) }
	}
	change := func(old, now string) func(*hostileRig) {
		return func(h *hostileRig) { h.importSetup(strings.Replace(h.setup(), old, now, 1)) }
	}
	const login = "/login/companyinfo/"
	for name, c := range map[string]struct {
		make       func(h *hostileRig)
		check      string
		exit       int
		says, hint string
	}{
		"redirect":           {fault(cwsim.Fault{Path: login, Kind: cwsim.FaultRedirect, Location: "https://elsewhere.example/"}), "discovery", 1, "", "portal"},
		"a page":             {fault(cwsim.Fault{Path: login, Kind: cwsim.FaultHTML}), "discovery", 1, "", "log-in page"},
		"an outage":          {fault(cwsim.Fault{Path: "/system/info", Kind: cwsim.FaultStatus, Status: 503}), "credentials", 75, "", "later"},
		"throttled":          {fault(cwsim.Fault{Path: "/system/info", Kind: cwsim.FaultStatus, Status: 429, RetryAfter: "60"}), "credentials", 75, "", "try later"},
		"nobody listens":     {func(h *hostileRig) { h.importSetup(strings.Replace(h.setup(), h.site, "http://127.0.0.1:1", 1)) }, "reachable", 75, "refused", "connection.site"},
		"an unknown company": {func(h *hostileRig) { change(h.server.Credentials().Company, "nobody")(h) }, "discovery", 12, "not known", "connection.company"},
		"an unknown client id": {func(h *hostileRig) {
			change(h.server.Credentials().ClientID, "11111111-2222-3333-4444-555555555555")(h)
		}, "client id", 12, "", "connection.client_id"},
		"a wrong key":               {func(h *hostileRig) { h.t.Setenv("CWSYNC_CONNECTION_PRIVATE_KEY", "wrong") }, "credentials", 12, "the keys are not accepted", "connection.private_key"},
		"a file of no authority":    {change("connection: {", "connection: {ca_file: none.pem, "), "reachable", 10, "none.pem", ""},
		"https of a server without": {func(h *hostileRig) { change("http://", "https://")(h) }, "reachable", 1, "", "connection.site"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHostileRig(t)
			c.make(h)
			document := h.examine("--retry-for", "1ms")
			failed := document.with("fail")
			if document.Exit != c.exit || len(failed) != 1 || failed[0].Name != c.check || !strings.Contains(failed[0].Detail, c.says) || !strings.Contains(failed[0].Hint, c.hint) {
				t.Fatalf("exit %d, want %d for %s alone: %+v", document.Exit, c.exit, c.check, failed)
			}
			if check := document.named(t, "products of mail"); check.Status != "skip" || !strings.Contains(check.Detail, "first mend “"+c.check+"”") {
				t.Errorf("what builds on it: %+v", check)
			}
			if check := document.named(t, "source mail"); check.Status != "ok" {
				t.Errorf("what does not build on it: %+v", check)
			}
		})
	}
}

func TestDoctorOfClocks(t *testing.T) {
	for ahead, want := range map[time.Duration]string{0: "ok", 5 * time.Minute: "warn", -time.Hour: "fail"} {
		h := newHostileRig(t, cwsim.WithClock(func() time.Time { return time.Now().Add(ahead) }))
		document := h.examine()
		if check := document.named(t, "clock"); check.Status != want || (want == "ok") != (check.Hint == "") {
			t.Errorf("%s away: %+v", ahead, check)
		}
		if (document.Exit == 1) != (want == "fail") || document.named(t, "credentials").Status != "ok" {
			t.Errorf("%s away: exit %d", ahead, document.Exit)
		}
	}
}

// TestDoctorOfCertificates: a private authority's certificate that is good, near its end, past it, and of nobody we know.
func TestDoctorOfCertificates(t *testing.T) {
	for name, c := range map[string]struct {
		left   time.Duration
		known  bool
		status string
		exit   int
		says   string
	}{
		"good":         {100 * 24 * time.Hour, true, "ok", 0, "certificate good for 99 days"},
		"near its end": {10 * 24 * time.Hour, true, "warn", 0, "certificate good for 9 days"},
		"past it":      {-time.Hour, true, "fail", 1, "expired"},
		"of nobody":    {100 * 24 * time.Hour, false, "fail", 1, "certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHostileRig(t)
			certificate, authority := certificateUntil(t, time.Now().Add(c.left))
			listener := httptest.NewUnstartedServer(h.server)
			listener.Config.ErrorLog = log.New(io.Discard, "", 0)
			listener.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
			listener.StartTLS()
			defer listener.Close()
			h.write("ca.pem", string(authority))
			text := strings.Replace(h.setup(), h.site, listener.URL, 1)
			if c.known {
				text = strings.Replace(text, "connection: {", "connection: {ca_file: ca.pem, ", 1)
			}
			h.importSetup(text)
			document := h.examine("--retry-for", "1ms")
			check := document.named(t, "reachable")
			if document.Exit != c.exit || check.Status != c.status || !strings.Contains(check.Detail, c.says) || (c.status == "ok") != (check.Hint == "") {
				t.Errorf("exit %d, %+v", document.Exit, check)
			}
		})
	}
}

// certificateUntil is a certificate for loopback that signs itself and ends then, and its PEM.
func certificateUntil(t *testing.T, end time.Time) (tls.Certificate, []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "cwsync test"}, NotBefore: end.Add(-365 * 24 * time.Hour), NotAfter: end,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// TestDoctorOfMappings: what the set-up points at and is no more, as the simulation has it.
func TestDoctorOfMappings(t *testing.T) {
	h := newHostileRig(t)
	deleted := h.world.AddCompany(cwsim.CompanySpec{Name: "Gone", Deleted: true})
	theirs := h.world.AddAgreement(cwsim.AgreementSpec{ID: 899, Company: deleted, Currency: "USD"})
	if err := h.world.CancelAgreement(802, h.world.Today()); err != nil {
		t.Fatal(err)
	}
	if err := h.world.MoveAgreement(803, 251); err != nil {
		t.Fatal(err)
	}
	h.importSetup(strings.Replace(h.setup(), "product: MBX}", "product: MBX}, {id: new, product: NEW}", 1) +
		fmt.Sprintf("  - {id: \"4\", name: Gone, company: %d, agreement: %d}\n  - {id: \"5\", company: 250, agreement: 12345}\n", deleted, theirs))
	document := h.examine()
	if document.Exit != 10 {
		t.Errorf("exit %d", document.Exit)
	}
	if check := document.named(t, "products of mail"); check.Status != "fail" || check.Detail != "service new: product NEW is not in ConnectWise's catalog" {
		t.Errorf("got %+v", check)
	}
	agreements := document.named(t, "agreements of mail")
	for i, want := range []string{"customer 5: agreement 12345 does not exist", "customer 3: agreement 803 belongs to company 251", "customer 2: agreement 802 ("} {
		if agreements.Status != "fail" || len(agreements.Findings) != 3 || !strings.HasPrefix(agreements.Findings[i], want) {
			t.Errorf("want %q: %+v", want, agreements)
		}
	}
	if check := document.named(t, "companies of mail"); check.Status != "warn" || !strings.HasPrefix(check.Detail, fmt.Sprintf("customer 4 (Gone): company %d is deleted", deleted)) {
		t.Errorf("got %+v", check)
	}
}

// TestDoctorAsksOtherParts: the scheduler, the log and the alerts, where they are there to be asked.
func TestDoctorAsksOtherParts(t *testing.T) {
	h := newHostileRig(t)
	h.importSetup(h.setup() + "alerts:\n- {name: ops, on: [held], kind: webhook, options: {}}\n- {name: chat, on: [held], kind: webhook, options: {}}\n")
	ask := func(seams doctorSeams, args ...string) (*examinedDocument, error) {
		var out bytes.Buffer
		a := &app{streams: streams{in: strings.NewReader(""), out: &out, err: io.Discard}, now: time.Now, result: &output{to: &out}, quiet: func() {}, seams: seams}
		root := a.rootCommand()
		root.SetArgs(append([]string{"doctor", "--json"}, args...))
		ended := root.ExecuteContext(t.Context())
		for _, shut := range a.closers {
			if err := shut(); err != nil {
				t.Error(err)
			}
		}
		var document examinedDocument
		if out.Len() > 0 {
			if err := json.Unmarshal(out.Bytes(), &document); err != nil {
				t.Fatal(err)
			}
		}
		return &document, ended
	}
	var sent []string
	seams := doctorSeams{
		logFile: "/var/log/cwsync.log",
		schedule: func(_ context.Context, profile string) (doctor.ScheduleState, error) {
			return doctor.ScheduleState{Present: true, Name: profile + ".timer", Every: time.Hour}, nil
		},
		testAlert: func(_ context.Context, _ *store.Profile, document *setup.Document, alert setup.Alert) error {
			sent = append(sent, document.Connection.Company+" "+alert.Name)
			if alert.Name == "chat" {
				return &syncer.Stop{Exit: syncer.ExitFailed, Problem: syncer.Problem{Message: "no answer", Hint: "look at its address"}}
			}
			return nil
		},
	}
	document, err := ask(seams)
	if err != nil || document.named(t, "log").Detail != "/var/log/cwsync.log" || document.named(t, "schedule").Detail != "default.timer" || len(sent) != 0 {
		t.Errorf("%v, sent %q: %+v", err, sent, document)
	}
	if check := document.named(t, "secret alert.ops"); check.Status != "warn" || check.Exit != 0 {
		t.Errorf("the secret of an alert: %+v", check)
	}
	document, err = ask(seams, "--test-alerts")
	if chat := document.named(t, "alert chat"); !errors.Is(err, exitError(1)) || chat.Status != "fail" || chat.Hint != "look at its address" || document.named(t, "alert ops").Status != "ok" {
		t.Errorf("%v: %+v", err, document.Checks)
	}
	if company := h.server.Credentials().Company; !slices.Equal(sent, []string{company + " ops", company + " chat"}) {
		t.Errorf("sent %q", sent)
	}
	if _, err = ask(doctorSeams{}, "--test-alerts"); stopOf(err).Exit != syncer.ExitUsage {
		t.Errorf("a flag for what is not there: %v", err)
	}
}
