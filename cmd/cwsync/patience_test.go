package main

import (
	"net/http"
	"testing"
	"time"

	"cwsync/cwclient/cwsim"
	"cwsync/syncer"
)

// TestPatience: how long a whole run waits, on a simulated clock. The run changes one line of agreement 801 and opens two of 802.
func TestPatience(t *testing.T) {
	t.Parallel()
	const reading, writing = "/finance/agreements/801/additions", "/finance/agreements/801/additions/*"
	throttled := func(wait string) cwsim.Fault {
		return cwsim.Fault{Method: "PATCH", Path: writing, Kind: cwsim.FaultStatus, Status: 429, RetryAfter: wait}
	}
	always := func(method, path string, fault cwsim.Fault) cwsim.Fault {
		fault.Method, fault.Path, fault.Times = method, path, -1
		return fault
	}
	start := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // of each simulated clock
	for name, c := range map[string]struct {
		fault       cwsim.Fault
		retryFor    time.Duration
		exit        int
		least, most time.Duration
	}{
		"the site is gone for good":               {always("GET", reading, cwsim.Fault{Kind: cwsim.FaultReset}), 5 * time.Minute, 75, 4 * time.Minute, 5 * time.Minute},
		"gone for good, and little patience":      {always("GET", reading, cwsim.Fault{Kind: cwsim.FaultReset}), 20 * time.Second, 75, 5 * time.Second, 20 * time.Second},
		"reading never ends":                      {always("GET", reading, cwsim.Fault{Kind: cwsim.FaultHang}), 5 * time.Minute, 75, 4 * time.Minute, 6 * time.Minute},
		"an answer comes byte by byte":            {always("GET", reading, cwsim.Fault{Kind: cwsim.FaultDrip, Delay: time.Second}), 5 * time.Minute, 75, 4 * time.Minute, 6 * time.Minute},
		"a read that hangs once":                  {cwsim.Fault{Method: "GET", Path: reading, Kind: cwsim.FaultHang}, 5 * time.Minute, 0, time.Minute, 62 * time.Second},
		"a write that hangs once":                 {cwsim.Fault{Method: "PATCH", Path: writing, Kind: cwsim.FaultHang}, 5 * time.Minute, 0, time.Minute, 62 * time.Second},
		"wait of 20 s":                            {throttled("20"), 5 * time.Minute, 0, 20 * time.Second, 23 * time.Second},
		"wait until a date":                       {throttled(start.Add(40 * time.Second).Format(http.TimeFormat)), 5 * time.Minute, 0, 39 * time.Second, 43 * time.Second},
		"a date that is past":                     {throttled(start.Add(-time.Hour).Format(http.TimeFormat)), 5 * time.Minute, 0, time.Second, 2 * time.Second},
		"no wait given":                           {throttled(""), 5 * time.Minute, 0, 30 * time.Second, 33 * time.Second},
		"a wait that is no number":                {throttled("soon"), 5 * time.Minute, 0, 30 * time.Second, 33 * time.Second},
		"a wait below zero":                       {throttled("-5"), 5 * time.Minute, 0, time.Second, 2 * time.Second},
		"an absurd wait":                          {throttled("99999999999"), 5 * time.Minute, 75, 0, time.Second},
		"a wait just beyond the patience":         {throttled("301"), 5 * time.Minute, 75, 0, time.Second},
		"no wait given, beyond the patience":      {throttled(""), 29 * time.Second, 75, 0, time.Second},
		"throttled again and again while writing": {always("PATCH", writing, throttled("50")), 5 * time.Minute, 75, 4 * time.Minute, 5 * time.Minute},
	} {
		inModel(t, name, func(t *testing.T, m *model) {
			m.retryFor = c.retryFor
			m.watch.arm(c.fault)
			began := time.Now()
			end := m.sync(fall{})
			took := time.Since(began)
			if end.exit != c.exit || took < c.least || took > c.most {
				t.Errorf("exit %d after %v, want %d after %v to %v: %v %s", end.exit, took, c.exit, c.least, c.most, end.err, problems(end.run))
			}
			m.wantAll(t)
		})
	}
}

// TestPatienceWithTheLock: a run waits for another one as long as it is told to, and no longer.
func TestPatienceWithTheLock(t *testing.T) {
	for name, c := range map[string]struct {
		wait, held, took time.Duration
		exit             int
	}{
		"no waiting":            {0, time.Hour, 0, syncer.ExitBusy},
		"not long enough":       {time.Minute, time.Hour, time.Minute, syncer.ExitBusy},
		"the other one is done": {time.Hour, 10 * time.Minute, 10 * time.Minute, syncer.ExitDone},
	} {
		inModel(t, name, func(t *testing.T, m *model) {
			unlock, err := m.watcher.Profile("default").Lock(t.Context(), 0)
			must(err)
			time.AfterFunc(c.held, func() { must(unlock()) })
			m.lockWait = c.wait
			began := time.Now()
			end := m.sync(fall{})
			if took := (time.Since(began)).Round(time.Second); end.exit != c.exit || took != c.took {
				t.Errorf("exit %d after %v, want %d after %v", end.exit, took, c.exit, c.took)
			}
			time.Sleep(c.held)
			m.wantAll(t)
		})
	}
}
