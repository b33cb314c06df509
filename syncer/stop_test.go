package syncer

import (
	"context"
	"strings"
	"testing"
)

func TestTheStoreFailsWhileWriting(t *testing.T) {
	setUp := func(t *testing.T) *rig {
		r := newRig(t, 3)
		r.serial()
		for n := 1; n <= 3; n++ {
			r.line(n, "10", true)
			r.uses(n, "12")
		}
		return r
	}
	t.Run("at the first intent", func(t *testing.T) {
		r := setUp(t)
		r.store.fail["intend"] = errDisk
		run := r.sync()
		wantExit(t, run, ExitStore)
		wantStatuses(t, run, "1 failed", "2 skipped", "3 skipped")
		if r.world.writes != 0 {
			t.Error("a write left without its intent")
		}
	})
	t.Run("at a later intent", func(t *testing.T) {
		r := setUp(t)
		r.world.onWrite = func(write) (bool, error) { r.store.fail["intend"] = errDisk; return true, nil }
		run := r.sync()
		wantExit(t, run, ExitPartial)
		wantStatuses(t, run, "1 applied", "2 failed", "3 skipped")
		if r.world.writes != 1 || run.Problem == nil || !strings.Contains(run.Problem.Message, errDisk.Error()) {
			t.Errorf("writes %d, problem %+v", r.world.writes, run.Problem)
		}
	})
	t.Run("at the outcome", func(t *testing.T) {
		r := setUp(t)
		r.store.fail["settle"] = errDisk
		run := r.sync()
		wantExit(t, run, ExitUnknown)
		wantStatuses(t, run, "1 unknown", "2 skipped", "3 skipped")
		r.quantity(10, "12")
		r.owns(10, "10", true, "")
		// The next run finds it.
		delete(r.store.fail, "settle")
		next := r.sync()
		wantExit(t, next, ExitDone)
		r.owns(10, "12", true, "")
		if r.calls.count("send edit 10") != 1 {
			t.Error("the write was sent twice")
		}
	})
	t.Run("at the end", func(t *testing.T) {
		r := setUp(t)
		r.store.fail["finish"] = errDisk
		run := r.sync()
		wantExit(t, run, ExitStore)
		wantStatuses(t, run, "1 applied", "2 applied", "3 applied")
		r.owns(30, "12", true, "") // each with its own write
		if run.Problem == nil || !strings.Contains(run.Problem.Message, "could not be recorded") {
			t.Errorf("problem %+v", run.Problem)
		}
	})
	t.Run("at the end of a run that failed already", func(t *testing.T) {
		r := setUp(t)
		r.store.fail["finish"] = errDisk
		r.world.onWrite = func(w write) (bool, error) {
			if w.n == 2 {
				return false, errThrottled
			}
			return true, nil
		}
		run := r.sync()
		wantExit(t, run, ExitPartial)
		if run.Problem.Code != "throttled" || len(run.Warnings) != 1 {
			t.Errorf("problem %+v, warnings %q", run.Problem, run.Warnings)
		}
	})
	t.Run("while a failed run is recorded", func(t *testing.T) {
		r := setUp(t)
		r.world.onRead = func(int, bool) error { return errKeys }
		r.store.fail["begin"] = errDisk
		stop := r.stops(Request{})
		if stop.Exit != ExitCredentials || !strings.Contains(stop.Problem.Message, "unauthorized") || !strings.Contains(stop.Problem.Message, errDisk.Error()) {
			t.Errorf("%+v", stop)
		}
	})
}

func TestCancelledBetweenTwoWrites(t *testing.T) {
	r := newRig(t, 4)
	r.serial()
	for n := 1; n <= 4; n++ {
		r.line(n, "10", true)
		r.uses(n, "12")
	}
	ctx, cancel := context.WithCancel(t.Context())
	r.Observe = func(event Event) {
		if event.Change != nil {
			cancel()
		}
	}
	run, err := r.Sync(ctx, Request{})
	if err != nil {
		t.Fatal(err)
	}
	wantExit(t, run, ExitCancelled)
	wantStatuses(t, run, "1 applied", "2 skipped", "3 skipped", "4 skipped")
	if len(r.store.journal) != 1 {
		t.Errorf("%d intents were recorded", len(r.store.journal))
	}
	if len(r.store.finished) != 1 || r.store.finished[0].ExitCode != ExitCancelled || run.Problem.Code != "cancelled" || r.store.locked {
		t.Errorf("the end is recorded as %+v", r.store.finished)
	}
	r.owns(10, "12", true, "")
	r.Observe = nil
	next := r.sync()
	wantExit(t, next, ExitDone)
	wantStatuses(t, next, "1 unchanged", "2 applied", "3 applied", "4 applied")
}

func TestCancelledBetweenTwoWritesOfOneAgreement(t *testing.T) {
	r := newRig(t, 1)
	r.twoServices()
	r.uses(1, "3")
	r.usesZip("5")
	ctx, cancel := context.WithCancel(t.Context())
	r.world.onWrite = func(write) (bool, error) { cancel(); return true, nil }
	run, err := r.Sync(ctx, Request{})
	if err != nil {
		t.Fatal(err)
	}
	wantExit(t, run, ExitCancelled)
	wantStatuses(t, run, "1 applied", "1 skipped")
	if len(r.store.journal) != 1 {
		t.Errorf("%d intents were recorded", len(r.store.journal))
	}
}

func TestCancelledWhileTheLastRowLandsIsNotCancelled(t *testing.T) {
	r := newRig(t, 1)
	r.uses(1, "2")
	ctx, cancel := context.WithCancel(t.Context())
	r.world.onWrite = func(write) (bool, error) { cancel(); return true, nil }
	run, err := r.Sync(ctx, Request{})
	if err != nil {
		t.Fatal(err)
	}
	wantExit(t, run, ExitDone)
}

func TestCancelledBeforeAnythingIsWritten(t *testing.T) {
	for name, on := range map[string]Stage{"while usage is read": StageUsage, "while ConnectWise is read": StageCurrent, "right before the first write": StageApply} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, 2)
			r.uses(1, "1")
			ctx, cancel := context.WithCancel(t.Context())
			r.Observe = func(event Event) {
				if event.Stage == on {
					cancel()
				}
			}
			run, err := r.Sync(ctx, Request{})
			code := 0
			if err != nil {
				code = StopOf(err).Exit
			} else {
				code = run.ExitCode
			}
			if code != ExitCancelled || r.world.writes != 0 || r.store.locked {
				t.Errorf("exit %d, %d writes, locked %v: %v", code, r.world.writes, r.store.locked, err)
			}
			if len(r.store.finished) != 1 || r.store.finished[0].ExitCode != ExitCancelled {
				t.Errorf("history %+v", r.store.finished)
			}
		})
	}
}

func TestFailedWrites(t *testing.T) {
	for name, c := range map[string]struct {
		second error // of the second write of four
		exit   int
		want   []string
		code   string
	}{
		"keys refused":              {errKeys, ExitPartial, []string{"1 applied", "2 failed", "3 skipped", "4 skipped"}, "credentials"},
		"throttled beyond patience": {errThrottled, ExitPartial, []string{"1 applied", "2 failed", "3 skipped", "4 skipped"}, "throttled"},
		"right missing":             {errNoRight, ExitPartial, []string{"1 applied", "2 failed", "3 applied", "4 applied"}, "permission"},
		"refused":                   {errRefused, ExitPartial, []string{"1 applied", "2 failed", "3 applied", "4 applied"}, "rejected"},
		"cancelled before it left":  {cancelled(context.Canceled), ExitCancelled, []string{"1 applied", "2 skipped", "3 skipped", "4 skipped"}, "cancelled"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, 4)
			r.serial()
			for n := 1; n <= 4; n++ {
				r.line(n, "10", true)
				r.uses(n, "12")
			}
			r.world.onWrite = func(w write) (bool, error) {
				if w.n == 2 {
					return false, c.second
				}
				return true, nil
			}
			run := r.sync()
			wantExit(t, run, c.exit)
			wantStatuses(t, run, c.want...)
			problem := run.Outcomes[1].Problem
			if problem == nil || problem.Code != c.code {
				t.Fatalf("problem %+v", problem)
			}
			if name == "right missing" && !strings.Contains(problem.Message, errNoRight.Right) {
				t.Errorf("the missing right is not named: %q", problem.Message)
			}
			r.owns(20, "10", true, "")
			if r.store.journal[1].end != Rejected {
				t.Errorf("journal says %q", r.store.journal[1].end)
			}
		})
	}
}

func TestNothingCouldBeWritten(t *testing.T) {
	for name, c := range map[string]struct {
		failure error
		exit    int
	}{
		"every line refused": {errRefused, ExitFailed},
		"no right to write":  {errNoRight, ExitFailed},
		"keys refused":       {errKeys, ExitCredentials},
		"throttled":          {errThrottled, ExitTryLater},
		"out of reach":       {errOut, ExitTryLater},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, 3)
			for n := 1; n <= 3; n++ {
				r.line(n, "10", true)
				r.uses(n, "12")
			}
			r.world.onWrite = func(write) (bool, error) { return false, c.failure }
			wantExit(t, r.sync(), c.exit)
		})
	}
}

func TestAnAgreementThatCannotBeReadAnewStopsTheRun(t *testing.T) {
	r := newRig(t, 3)
	r.serial()
	for n := 1; n <= 3; n++ {
		r.line(n, "10", true)
		r.uses(n, "12")
	}
	r.world.onRead = func(agreement int, record bool) error {
		if record && agreement == 802 {
			return errOut
		}
		return nil
	}
	run := r.sync()
	wantExit(t, run, ExitPartial)
	wantStatuses(t, run, "1 applied", "2 failed", "3 skipped")
}
