package main

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cwsync/cwclient/cwsim"
	"cwsync/syncer"
)

// The first run of the model changes one line and opens two. Its points: the catalog ids are remembered, the run begins, then intent, write and
// outcome of each line, and the run ends.
const (
	pointRemember = 0
	pointBegin    = 1
	pointFinish   = 11
	points        = 12
)

func pointName(at int) string {
	switch at {
	case pointRemember:
		return "the catalog ids"
	case pointBegin:
		return "the begin of the run"
	case pointFinish:
		return "the end of the run"
	}
	return fmt.Sprintf("%s %d", []string{"intent", "write", "outcome"}[partOf(at)], (at-2)/3+1)
}

// partOf is 0 for an intent, 1 for a write, 2 for an outcome, and -1 for the rest of the run.
func partOf(at int) int {
	if at <= pointBegin || at == pointFinish {
		return -1
	}
	return (at - 2) % 3
}

// inModel plays one case on a simulated clock, with the rules as they are by default.
func inModel(t *testing.T, name string, play func(t *testing.T, m *model)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			m := newModel(t, modelRules{onZero: "zero", onDrift: "hold"})
			play(t, m)
			if len(m.watch.broken) > 0 {
				t.Error(strings.Join(m.watch.broken, "\n"))
			}
		})
	})
}

// wantAll checks that all is as wanted, by one line each, without a question to anybody: the next run writes nothing and ends with 0.
func (m *model) wantAll(t *testing.T) {
	t.Helper()
	m.comesToRest()
	for n, line := range modelLines {
		if lines := m.lines(line.agreement, m.product(line.product)); len(lines) != 1 || lines[0].Quantity.String() != m.usage[n] {
			t.Errorf("%s has %+v, want one of %s", line.key(), lines, m.usage[n])
		}
	}
	if end := m.sync(fall{}); end.exit != syncer.ExitDone || end.writes != 0 {
		t.Errorf("the last run: exit %d, %d writes", end.exit, end.writes)
	}
}

// TestKilledAtEveryPoint kills a run right before and right after each of its points: kill -9, so that nothing of it reaches disk or network any more.
func TestKilledAtEveryPoint(t *testing.T) {
	for at := range points {
		for word, after := range map[string]bool{"before ": false, "after ": true} {
			inModel(t, word+pointName(at), func(t *testing.T, m *model) {
				m.sync(fall{at: at, how: fallKill, after: after})
				if !m.fell {
					t.Fatal("the run did not come that far")
				}
				next := m.sync(fall{})
				done := syncer.ExitDone
				if isIntent, isWrite := partOf(at) == 0, partOf(at) == 1; isIntent && after || isWrite && !after {
					done = syncer.ExitUnknown // it was not sent: no trace of it, and that must be seen twice
				}
				if next.exit != done {
					t.Errorf("the next run: exit %d, want %d; %v", next.exit, done, problems(next.run))
				}
				m.wantAll(t)
			})
		}
	}
}

// TestDiskFullAtEveryPoint: from a point on nothing can be recorded. A write whose intent is not on disk does not leave.
func TestDiskFullAtEveryPoint(t *testing.T) {
	exits := map[int]int{
		pointRemember: syncer.ExitStore, pointBegin: syncer.ExitStore,
		2: syncer.ExitStore, 4: syncer.ExitUnknown, // nothing written; written, and the outcome is not recorded
		5: syncer.ExitPartial, 7: syncer.ExitUnknown, 8: syncer.ExitPartial, 10: syncer.ExitUnknown, pointFinish: syncer.ExitStore,
	}
	for at, exit := range exits {
		inModel(t, pointName(at), func(t *testing.T, m *model) {
			end := m.sync(fall{at: at, how: fallDisk})
			if end.exit != exit || !m.fell {
				t.Errorf("exit %d, want %d: %v %s", end.exit, exit, end.err, problems(end.run))
			}
			if sent := max(0, (at-2+1)/3); end.writes != sent {
				t.Errorf("%d writes left, want %d", end.writes, sent)
			}
			m.wantAll(t)
		})
	}
}

// TestCancelledAtEveryPoint: Ctrl-C takes effect between two writes, and what was sent is recorded.
func TestCancelledAtEveryPoint(t *testing.T) {
	for at := range points {
		inModel(t, pointName(at), func(t *testing.T, m *model) {
			end := m.sync(fall{at: at, how: fallCancel})
			want, sent := syncer.ExitCancelled, min(max(0, (at+1)/3), 3)
			if partOf(at) == 0 {
				sent-- // recorded, and not sent
			}
			if at >= 9 { // the last write was under way or done: nothing was left to stop
				want = syncer.ExitDone
			}
			if end.exit != want || end.writes != sent {
				t.Errorf("exit %d with %d writes, want %d with %d: %s", end.exit, end.writes, want, sent, problems(end.run))
			}
			m.wantAll(t)
		})
	}
}

// TestAWriteThatComesLongAfterTheReset: ConnectWise carries a write out minutes after the connection broke. Runs follow each other all the time.
func TestAWriteThatComesLongAfterTheReset(t *testing.T) {
	for _, delay := range []time.Duration{time.Second, time.Minute, 4*time.Minute + 30*time.Second} {
		for method, exit := range map[string]int{"PATCH": syncer.ExitDone, "POST": syncer.ExitUnknown} {
			inModel(t, fmt.Sprintf("%s %v later", method, delay), func(t *testing.T, m *model) {
				m.watch.arm(cwsim.Fault{Method: method, Kind: cwsim.FaultCommitLater, Delay: delay})
				if end := m.sync(fall{}); end.exit != exit {
					t.Errorf("exit %d, want %d: %s", end.exit, exit, problems(end.run))
				}
				for range 12 {
					m.passes(30 * time.Second)
					m.sync(fall{})
				}
				if sent := len(m.server.Writes()); sent != map[string]int{"PATCH": 4, "POST": 3}[method] { // the PATCH was sent twice
					t.Errorf("%d writes", sent)
				}
				m.wantAll(t)
			})
		}
	}
}

// TestAPatchThatComesLateAfterANewerOne undoes the newer one, which no client can keep from happening. The next run sees it and asks.
func TestAPatchThatComesLateAfterANewerOne(t *testing.T) {
	inModel(t, "late", func(t *testing.T, m *model) {
		m.watch.arm(cwsim.Fault{Method: "PATCH", Kind: cwsim.FaultCommitLater, Delay: 2 * time.Minute})
		m.sync(fall{})
		m.usage[0] = "4"
		m.passes(time.Minute)
		if end := m.sync(fall{}); end.exit != syncer.ExitDone {
			t.Fatalf("exit %d", end.exit)
		}
		m.passes(2 * time.Minute)
		if end := m.sync(fall{}); end.exit != syncer.ExitHeld || end.run.Plan.Changes[0].Code != "drift_quantity" {
			t.Errorf("exit %d: %+v", end.exit, end.run.Plan.Changes[0])
		}
	})
}

// TestANeverSettledCreate follows the whole life of a create that left no trace: unknown until the settle time and two empty read-backs have passed,
// and then opened once, by a later run.
func TestANeverSettledCreate(t *testing.T) {
	for _, settle := range []time.Duration{time.Minute, 5 * time.Minute, time.Hour} {
		inModel(t, settle.String(), func(t *testing.T, m *model) {
			m.settle = settle
			m.watch.arm(cwsim.Fault{Method: "POST", Kind: cwsim.FaultReset, Path: "/finance/agreements/802/additions"})
			if end := m.sync(fall{}); end.exit != syncer.ExitUnknown || end.writes != 2 {
				t.Fatalf("exit %d, %d writes", end.exit, end.writes)
			}
			m.passes(settle - time.Second)
			if end := m.sync(fall{}); end.exit != syncer.ExitUnknown || end.writes != 0 {
				t.Errorf("a second before: exit %d, %d writes", end.exit, end.writes)
			}
			m.passes(time.Second)
			if end := m.sync(fall{}); end.exit != syncer.ExitDone || end.writes != 2 {
				t.Errorf("then: exit %d, %d writes", end.exit, end.writes)
			}
			m.wantAll(t)
		})
	}
}
