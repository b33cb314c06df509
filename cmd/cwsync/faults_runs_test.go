package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"cwsync/cwclient/cwsim"
	"cwsync/syncer"

	"github.com/shopspring/decimal"
)

// TestAThrottledWriteIsSentAgain because it was refused.
func TestAThrottledWriteIsSentAgain(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"PATCH", "POST"} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			r := newFaultRig(t, 3)
			r.retryFor = 20 * time.Second
			r.server.Fail(cwsim.Fault{Method: method, Kind: cwsim.FaultStatus, Status: 429, RetryAfter: "1"})
			if _, code := r.sync(t.Context()); code != syncer.ExitDone {
				t.Errorf("exit %d", code)
			}
			r.ends()
		})
	}
}

// TestCancelWhileAThrottledWriteWaits does not wait for the pause to end, and sends nothing more.
func TestCancelWhileAThrottledWriteWaits(t *testing.T) {
	t.Parallel()
	r := newFaultRig(t, 3)
	r.retryFor = 5 * time.Minute
	ctx, cancel := context.WithCancel(t.Context())
	r.server.Fail(cwsim.Fault{Method: "PATCH", Kind: cwsim.FaultStatus, Status: 429, RetryAfter: "60"})
	r.server.Fail(cwsim.Fault{Method: "PATCH", Kind: cwsim.FaultEdit, Edit: func(*cwsim.World) { time.AfterFunc(100*time.Millisecond, cancel) }})
	began := time.Now()
	run, code := r.sync(ctx)
	if code != syncer.ExitCancelled || len(r.server.Writes()) != 1 || time.Since(began) > 10*time.Second {
		t.Errorf("exit %d after %v, %d writes, %s", code, time.Since(began), len(r.server.Writes()), problems(run))
	}
	r.ends()
}

// TestCancelLetsAWriteInFlightFinish: what was sent is answered and recorded, and only then the run ends.
func TestCancelLetsAWriteInFlightFinish(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"PATCH", "POST"} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			r := newFaultRig(t, 3)
			ctx, cancel := context.WithCancel(t.Context())
			r.server.Fail(cwsim.Fault{Method: method, Kind: cwsim.FaultEdit, Edit: func(*cwsim.World) { cancel() }})
			r.server.Fail(cwsim.Fault{Method: method, Kind: cwsim.FaultSlow, Delay: 300 * time.Millisecond})
			run, code := r.sync(ctx)
			sent := map[string]int{"PATCH": 1, "POST": 2}[method] // customer 1 is before customer 2
			if code != syncer.ExitCancelled || len(r.server.Writes()) != sent || run.Counts().Applied != sent {
				t.Errorf("exit %d, %d writes, %s", code, len(r.server.Writes()), problems(run))
			}
			r.ends()
		})
	}
}

// TestPeopleWorkAtTheSameTime: a person edits between reading and writing, and ConnectWise changes more than it was asked to.
func TestPeopleWorkAtTheSameTime(t *testing.T) {
	t.Parallel()
	edit := func(id int, change func(*cwsim.AdditionRecord)) func(*cwsim.World) {
		return func(w *cwsim.World) {
			if err := w.EditAddition(id, change); err != nil {
				panic(err)
			}
		}
	}
	t.Run("an edit between read and write", func(t *testing.T) {
		r := newFaultRig(t, 3)
		id := r.ours[0].ID
		r.server.Fail(cwsim.Fault{Kind: cwsim.FaultEdit, Method: "GET", Path: "/finance/agreements/801/additions", After: 1,
			Edit: edit(id, func(a *cwsim.AdditionRecord) { a.Quantity = decimal.New(9, 0) })})
		run, code := r.sync(t.Context())
		line, _ := r.world.Addition(id)
		if code != syncer.ExitHeld || run.Outcomes[0].Code != "changed_meanwhile" || line.Quantity.String() != "9" {
			t.Errorf("exit %d, line %+v", code, line)
		}
		r.ends()
	})
	t.Run("a PATCH changes a wrong field", func(t *testing.T) {
		r := newFaultRig(t, 3)
		id := r.ours[0].ID
		r.server.Fail(cwsim.Fault{Kind: cwsim.FaultWrongField, Method: "PATCH", Edit: edit(id, func(a *cwsim.AdditionRecord) { a.Price = decimal.New(99, 0) })})
		run, code := r.sync(t.Context())
		if code != syncer.ExitDone || len(run.Outcomes[0].Warnings) != 1 || !strings.Contains(run.Outcomes[0].Warnings[0], "unitPrice") {
			t.Errorf("exit %d, %s", code, problems(run))
		}
		r.keepsPromises("the price, by the fault")
	})
	t.Run("somebody opens the line that is lost", func(t *testing.T) {
		r := newFaultRig(t, 2)
		r.server.Fail(cwsim.Fault{Kind: cwsim.FaultReset, Method: "POST"})
		if _, code := r.sync(t.Context()); code != syncer.ExitUnknown {
			t.Fatalf("exit %d", code)
		}
		r.world.AddAddition(cwsim.AdditionSpec{Agreement: 802, Product: 5001, Quantity: decimal.New(3, 0)})
		r.later.Add(int64(6 * time.Minute))
		r.ends()
	})
}

// TestTwoRunsAtOnce lets one of them proceed.
func TestTwoRunsAtOnce(t *testing.T) {
	t.Parallel()
	r := newFaultRig(t, 3)
	second := -1
	r.observe = func(event syncer.Event) {
		if event.Stage == syncer.StageCurrent && event.Done == 0 {
			r.observe = nil
			_, second = r.sync(t.Context())
		}
	}
	if _, first := r.sync(t.Context()); first != syncer.ExitDone || second != syncer.ExitBusy {
		t.Errorf("exit codes %d and %d", first, second)
	}
	r.ends()
}

// TestRequestsAreNoMoreThanNeeded counts them on the server: the pages of agreements and products, one for each agreement in scope, one for each
// write and one to read its agreement anew; beside them discovery, the server's time zone and the billing cycles.
func TestRequestsAreNoMoreThanNeeded(t *testing.T) {
	t.Parallel()
	r := newFaultRig(t, 30)
	const constant, pages = 3, 2
	run, code := r.sync(t.Context())
	if code != syncer.ExitDone {
		t.Fatalf("exit %d", code)
	}
	writes := run.Counts().Applied
	wantCount(t, r, run, map[string]int{"GET": constant + pages + 30 + writes, "PATCH": 15, "POST": 15})
	asked := map[string]int{}
	for _, request := range r.server.Log() {
		asked[request.Method+" "+request.Path+"?"+request.Query]++
	}
	for request, times := range asked {
		if most := map[bool]int{true: 2, false: 1}[strings.Contains(request, "/additions?")]; times > most { // once more before its write
			t.Errorf("%s was asked %d times", request, times)
		}
	}
	r.server.ResetLog()
	run, code = r.sync(t.Context())
	if code != syncer.ExitDone || run.Counts().Unchanged != 30 {
		t.Errorf("exit %d, %+v", code, run.Counts())
	}
	wantCount(t, r, run, map[string]int{"GET": constant + pages + 30})
	r.server.ResetLog()
	r.setup.Connection.TimeZone = "UTC"
	if err := r.profile.ReplaceSetup(t.Context(), r.setup); err != nil {
		t.Fatal(err)
	}
	run, _ = r.sync(t.Context())
	wantCount(t, r, run, map[string]int{"GET": constant + pages + 30 - 1})
}

func wantCount(t *testing.T, r *faultRig, run *syncer.Run, want map[string]int) {
	t.Helper()
	if got := r.server.Count(); fmt.Sprint(got) != fmt.Sprint(want) || fmt.Sprint(run.Requests) != fmt.Sprint(want) {
		t.Errorf("the server saw %v, the run tells %v, want %v", got, run.Requests, want)
	}
}

// TestKilledAtAnyMoment kills the program itself with no chance to tidy up, then lets it run to its end.
func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	r := newFaultRig(t, 40)
	r.server.Latency(4 * time.Millisecond)
	keys := r.server.Credentials()
	command := func() *exec.Cmd {
		cmd := exec.CommandContext(t.Context(), "cwsync", "--sync", "--json", "--db", r.database(), "--settle", "1ms", "--concurrency", "4")
		cmd.Env = append(os.Environ(), "CWSYNC_CONNECTION_PUBLIC_KEY="+keys.PublicKey, "CWSYNC_CONNECTION_PRIVATE_KEY="+keys.PrivateKey)
		return cmd
	}
	killed := 0
	for range 12 {
		cmd := command()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		waitForRequests(r.server, 1+rand.IntN(120))
		_ = cmd.Process.Kill() // it may have ended by itself
		if err := cmd.Wait(); err != nil && cmd.ProcessState.ExitCode() == -1 {
			killed++
		}
		r.server.ResetLog()
		r.keepsPromises()
	}
	t.Logf("%d of 12 runs were killed on the way", killed)
	if killed == 0 {
		t.Error("no run was killed: all were faster")
	}
	for range 5 {
		if err := command().Run(); err == nil {
			break
		}
	}
	r.ends()
}

// waitForRequests waits until the server has seen some requests, or no more come.
func waitForRequests(server *cwsim.Server, wanted int) {
	for range 300 {
		total := 0
		for _, n := range server.Count() {
			total += n
		}
		if total >= wanted {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}
