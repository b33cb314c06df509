//go:build unix

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/alert"
)

// alertRig is a profile whose next run changes three lines, and a channel that its alerts go to.
type alertRig struct {
	*hostileRig
	lock  sync.Mutex
	got   []string // method, path and body of each request
	saw   []string // what the command had said by then
	out   said
	fails bool
}

// said is an output that can be looked at while it is written.
type said struct {
	lock sync.Mutex
	text strings.Builder
}

func (s *said) Write(p []byte) (int, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.text.Write(p)
}

func (s *said) String() string {
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.text.String()
}

// newAlertRig has these alerts; their secrets are the channel's address.
func newAlertRig(t *testing.T, alerts string) *alertRig {
	t.Helper()
	r := &alertRig{hostileRig: newHostileRig(t)}
	channel := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body)
		r.lock.Lock()
		defer r.lock.Unlock()
		r.got, r.saw = append(r.got, request.Method+" "+request.URL.Path+" "+string(body)), append(r.saw, r.out.String())
		if r.fails {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	t.Cleanup(channel.Close)
	t.Setenv("CWSYNC_ALERT_OPS", channel.URL+"/hook")
	t.Setenv("CWSYNC_ALERT_WATCH", channel.URL+"/watch")
	r.write("setup.yaml", r.setup()+"alerts:\n"+alerts)
	if code, out, errs := r.run("", "setup", "import", "setup.yaml"); code != 0 {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	r.server.ResetLog()
	return r
}

// command runs the program and gives its exit code, output and errors; the channel can see the output meanwhile.
func (r *alertRig) command(args ...string) (code int, out, errs string) {
	r.out = said{}
	var stderr strings.Builder
	code = execute(r.t.Context(), args, streams{in: strings.NewReader(""), out: &r.out, err: &stderr})
	return code, r.out.String(), stderr.String()
}

const opsAlert = "- {name: ops, on: [held, failed, done], kind: webhook}\n"

func TestARunIsTold(t *testing.T) {
	r := newAlertRig(t, opsAlert+"- {name: watch, kind: healthchecks}\n")
	code, out, errs := r.command("--sync", "--json")
	if code != 0 || errs != "" {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	slices.Sort(r.got)
	if len(r.got) != 3 || r.got[0] != "GET /watch/0 " || r.got[1] != "GET /watch/start " {
		t.Fatalf("%q", r.got)
	}
	var document struct {
		RunID   string         `json:"run_id"`
		Ends    []string       `json:"ends"`
		Summary map[string]int `json:"summary"`
		Text    string         `json:"text"`
	}
	var run struct {
		RunID string `json:"run_id"`
	}
	if err := json.Unmarshal([]byte(strings.TrimPrefix(r.got[2], "POST /hook ")), &document); err != nil {
		t.Fatal(err)
	}
	r.must(json.Unmarshal([]byte(out), &run))
	if document.RunID != run.RunID || run.RunID == "" || !slices.Equal(document.Ends, []string{"done"}) || document.Summary["applied"] != 3 ||
		!strings.Contains(document.Text, "cwsync history "+run.RunID) {
		t.Errorf("%s", r.got[2])
	}
	if !slices.Contains(r.saw, out) {
		t.Error("the report is not out before the alert")
	}
	if code, out, _ := r.command("history", run.RunID); code != 0 {
		t.Errorf("what the alert names is not in the history: %s", out)
	}
}

// TestWhatIsNoRunIsNotTold: nothing is sent for what a person does at the keyboard, nor by the demo.
func TestWhatIsNoRunIsNotTold(t *testing.T) {
	r := newAlertRig(t, opsAlert+"- {name: watch, kind: healthchecks}\n")
	for _, args := range [][]string{{"--sync", "--dry-run"}, {"--sync", "--dry-run", "--out", "p.json"}, {"history"}, {"demo", "--sync"}, {"apply", "nosuch.json"}, {"--sync", "--nosuch"}} {
		r.command(args...)
	}
	if len(r.got) != 0 {
		t.Errorf("%q", r.got)
	}
	if r.command("apply", "p.json"); len(r.got) != 3 {
		t.Errorf("an applied plan: %q", r.got)
	}
}

// TestRunsThatNeverBeganAreTold: also when nothing of ConnectWise can be had.
func TestRunsThatNeverBeganAreTold(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(r *alertRig)
		exit  int
		says  string
	}{
		"a missing secret": {func(r *alertRig) { r.t.Setenv("CWSYNC_CONNECTION_PUBLIC_KEY", "") }, 12, "secret connection.public_key"},
		"an outage": {func(r *alertRig) {
			r.instead("/finance/agreements/801/additions", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502) })
		}, 75, "try again"},
		"usage that cannot be read": {func(r *alertRig) { r.remove("usage.csv") }, 1, "usage.csv"},
		"an unknown source":         {nil, 10, "nosuch"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newAlertRig(t, opsAlert+"- {name: watch, kind: healthchecks}\n")
			args := []string{"--sync", "--retry-for", "1ms"}
			if c.spoil != nil {
				c.spoil(r)
			} else {
				args = append(args, "--source", "nosuch")
			}
			code, out, errs := r.command(args...)
			slices.Sort(r.got)
			if code != c.exit || len(r.got) != 3 || r.got[0] != fmt.Sprintf("GET /watch/%d ", c.exit) || !strings.Contains(r.got[2], c.says) ||
				!strings.Contains(r.got[2], `"ends":["failed"`) {
				t.Errorf("exit %d, %q\n%s%s", code, r.got, out, errs)
			}
		})
	}
}

// TestAFailedAlertIsAWarning: neither report nor exit code know of it; standard error, the log file and the run in the history do.
func TestAFailedAlertIsAWarning(t *testing.T) {
	r := newAlertRig(t, opsAlert+"- {name: lost, on: [done], kind: slack}\n")
	r.fails = true
	code, out, errs := r.command("--sync")
	if code != 0 || strings.Contains(out, "alert") || strings.Count(errs, "an alert was not sent") != 2 || !strings.Contains(errs, "answered with status 500") ||
		strings.Contains(errs, "/hook") {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
	file, err := os.ReadFile(r.path("cwsync.log"))
	if err != nil || strings.Count(string(file), "an alert was not sent") != 2 {
		t.Errorf("%v\n%s", err, file)
	}
	_, out, _ = r.command("history", "--json", "--limit", "1")
	var history struct {
		Runs []struct {
			RunID string `json:"run_id"`
		} `json:"runs"`
	}
	r.must(json.Unmarshal([]byte(out), &history))
	code, out, _ = r.command("history", history.Runs[0].RunID, "--json")
	var run struct {
		ExitCode int      `json:"exit_code"`
		Warnings []string `json:"warnings"`
	}
	r.must(json.Unmarshal([]byte(out), &run))
	if code != 0 || run.ExitCode != syncer.ExitDone || len(run.Warnings) != 2 || run.Warnings[0] != "alert ops (webhook) was not sent: answered with status 500" ||
		!strings.HasPrefix(run.Warnings[1], "alert lost (slack) was not sent: secret") {
		t.Errorf("%d %+v", code, run)
	}
}

// TestOneTicketForManyNights: runs that are held append to one ticket; a closed one is followed by a new one.
func TestOneTicketForManyNights(t *testing.T) {
	r := newAlertRig(t, "- {name: desk, on: [held, failed], kind: ticket, options: {board: Billing, company: 250}}\n")
	r.write("usage.csv", "customer_id,service_id,quantity\n1,mbx,600\n2,mbx,6\n3,mbx,6\n") // the first is held
	night := func() {
		t.Helper()
		if code, out, errs := r.command("--sync"); code != syncer.ExitHeld || errs != "" {
			t.Fatalf("exit %d\n%s%s", code, out, errs)
		}
	}
	night()
	night()
	tickets := r.world.Tickets()
	if len(tickets) != 1 || len(tickets[0].Notes) != 2 || tickets[0].Board != "Billing" || tickets[0].Company != 250 || tickets[0].CustomerVisible ||
		tickets[0].Summary != "cwsync default: 1 line is held [cwsync default/desk]" || !strings.Contains(tickets[0].Notes[1], "guard rise") {
		t.Errorf("%+v", tickets)
	}
	r.must(r.world.CloseTicket(tickets[0].ID))
	night()
	if tickets = r.world.Tickets(); len(tickets) != 2 || len(tickets[0].Notes) != 2 || len(tickets[1].Notes) != 1 {
		t.Errorf("%+v", tickets)
	}
	r.server.Deny("Service Desk", "Service Tickets", "edit")
	if code, _, errs := r.command("--sync"); code != syncer.ExitHeld || !strings.Contains(errs, "Service Desk > Service Tickets: Edit All") {
		t.Errorf("exit %d\n%s", code, errs)
	}
}

func TestMetricsOfARun(t *testing.T) {
	r := newAlertRig(t, "- {name: metrics, kind: textfile, options: {path: cwsync.prom}}\n")
	if code, out, errs := r.command("--sync"); code != 0 || errs != "" {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	text, err := os.ReadFile(r.path("cwsync.prom"))
	if err != nil || !strings.Contains(string(text), `cwsync_last_run_lines{profile="default",status="applied"} 3`) || !strings.Contains(string(text), `currency="USD"} 27`) {
		t.Errorf("%v\n%s", err, text)
	}
}

// TestTheLogFile: what makes one, who may read it, and whose lines it has.
func TestTheLogFile(t *testing.T) {
	r := newAlertRig(t, "[]\n")
	for _, args := range [][]string{{"version"}, {"help"}, {"completion", "bash"}, {"history"}, {"demo", "--sync"}, {"setup", "export"}} {
		_ = os.Remove(r.path("cwsync.log")) // that of what was done before
		r.command(args...)
		if _, err := os.Stat(r.path("cwsync.log")); err == nil {
			t.Errorf("%s leaves a log file", args)
		}
	}
	_, out, _ := r.command("--sync", "--json", "--log-format", "json", "--log-level", "error")
	var run struct {
		RunID string `json:"run_id"`
	}
	r.must(json.Unmarshal([]byte(out), &run))
	text, err := os.ReadFile(r.path("cwsync.log"))
	r.must(err)
	for line := range strings.Lines(string(text)) {
		var entry map[string]any
		if err := json.Unmarshal([]byte(line), &entry); err != nil || entry["run"] != run.RunID {
			t.Errorf("%v: %s", err, line)
		}
	}
	if info, err := os.Stat(r.path("cwsync.log")); err != nil || info.Mode().Perm() != 0o600 || !strings.Contains(string(text), `"msg":"run ended","exit":0`) {
		t.Errorf("%v %v\n%s", info, err, text)
	}
	r.remove("cwsync.log")
	r.must(os.Mkdir(r.path("cwsync.log"), 0o700))
	r.write("usage.csv", "customer_id,service_id,quantity\n1,mbx,7\n2,mbx,8\n3,mbx,10\n")
	code, out, errs := r.command("--sync")
	if code != 0 || !strings.Contains(out, "1 applied") || strings.Count(errs, "the log file cannot be written") != 1 {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
}

// TestTheDoctorTestsAlerts: a test looks like no run, opens no ticket, and says what is wrong with each channel.
func TestTheDoctorTestsAlerts(t *testing.T) {
	r := newAlertRig(t, opsAlert+"- {name: watch, kind: healthchecks}\n- {name: desk, on: [held], kind: ticket, options: {board: Accounting}}\n"+
		"- {name: board, on: [held], kind: ticket, options: {board: Billing, company: 250}}\n"+
		"- {name: haste, on: [held], kind: ticket, options: {board: Billing, priority: High}}\n- {name: lost, on: [held], kind: slack}\n")
	if r.command("doctor", "--no-sources"); len(r.got) != 0 {
		t.Errorf("unasked: %q", r.got)
	}
	_, out, _ := r.command("doctor", "--no-sources", "--test-alerts", "--json")
	var document examinedDocument
	r.must(json.Unmarshal([]byte(out), &document))
	for name, want := range map[string][2]string{
		"ops": {"ok", ""}, "watch": {"ok", "logged"}, "board": {"ok", "no ticket was opened"}, "haste": {"fail", `no active priority "High"`}, "desk": {"fail", `no active board "Accounting"`}, "lost": {"fail", "secret alert.lost"},
	} {
		if check := document.named(t, "alert "+name); check.Status != want[0] || !strings.Contains(check.Detail, want[1]) || check.Status == "fail" && check.Hint == "" {
			t.Errorf("%s: %+v", name, check)
		}
	}
	slices.Sort(r.got)
	if len(r.got) != 2 || r.got[0] != "GET /watch/log " || !strings.Contains(r.got[1], `"test":true`) || len(r.world.Tickets()) != 0 {
		t.Errorf("%q %+v", r.got, r.world.Tickets())
	}
	r.server.Deny("Service Desk", "Service Tickets", "add")
	code, out, _ := r.command("doctor", "--no-sources", "--json")
	r.must(json.Unmarshal([]byte(out), &document))
	if check := document.named(t, "service tickets: add"); code != 0 || check.Status != "warn" || check.Right.Level != "Add All" || !strings.Contains(check.Hint, "Service Desk > Service Tickets") {
		t.Errorf("exit %d: %+v", code, check)
	}
	if check := document.named(t, "log"); check.Detail != r.path("cwsync.log") {
		t.Errorf("%+v", check)
	}
}

// TestStoppedWhileAlertsAreSent: the run is over, and so is the wait for a channel that never answers; the run's exit code stays.
func TestStoppedWhileAlertsAreSent(t *testing.T) {
	r := newAlertRig(t, opsAlert)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	channel := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		_, _ = io.ReadAll(request.Body) // else nobody notices that the other side is gone
		stop()
		<-request.Context().Done()
	}))
	defer channel.Close()
	t.Setenv("CWSYNC_ALERT_OPS", channel.URL)
	r.write("usage.csv", "customer_id,service_id,quantity\n1,mbx,600\n2,mbx,6\n3,mbx,6\n") // the first is held
	var out, errs strings.Builder
	began := time.Now()
	code := execute(ctx, []string{"--sync"}, streams{in: strings.NewReader(""), out: &out, err: &errs})
	if took := time.Since(began); code != syncer.ExitHeld || took > alert.DefaultLimit/2 || !strings.Contains(errs.String(), "it was stopped before it was done") {
		t.Errorf("exit %d after %s\n%s%s", code, took, out.String(), errs.String())
	}
}
