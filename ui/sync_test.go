package ui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	tea "charm.land/bubbletea/v2"
)

var (
	errRefused = &billing.Failure{Class: billing.ClassRejected, Op: "create an addition on agreement 1003", Message: "2026-11-21 is already invoiced and the agreement does not prorate",
		Hint: `tick "prorate" on the agreement, or it takes effect on 2026-12-01`}
	errLost = &billing.Failure{Class: billing.ClassUnavailable, Op: "edit addition 7001", Message: "the connection broke", Unknown: true}
)

// begin confirms the plan and gives the command of the run without running it.
func (r *reviewRig) begin() tea.Cmd {
	r.t.Helper()
	r.open()
	r.desk.plan = r.review.state.page
	r.here = placeSync
	return r.sync.enter()
}

func TestSyncWritesWhatWasConfirmed(t *testing.T) {
	r := newReviewRig(t, ordinary()...).open()
	r.to("Fabrikam & Co", "Business")
	press(t, r.app, "a")
	r.yes()
	press(t, r.app, "enter")
	r.yes()
	if r.billing.writes != 5 || r.sync.run == nil || r.sync.run.ExitCode != syncer.ExitDone || r.sync.mark() != markDone {
		t.Fatalf("%d writes, run %+v", r.billing.writes, r.sync.run)
	}
	r.has("Done: 5 changes written", "5 applied", "exit code 0: done", "cwsync history r-20261121-090000-", " --profile contoso-msp shows it again")
	if r.review.mark() != markDone {
		t.Error("the review does not count as done after its sync")
	}
	press(t, r.app, "r")
	if r.here != placeReview || r.review.state.page.sum.Pending() != 0 {
		t.Error("the next review reads anew and has nothing to write")
	}
	r.hasNot("no longer count") // what was accepted is written
	if r.review.state.decided.count() != 0 || r.restarted().open().review.state.decided.count() != 0 {
		t.Error("what was carried out is still decided")
	}
}

func TestSyncWithoutAPlanDoesNothing(t *testing.T) {
	r := newReviewRig(t, ordinary()...)
	driveApp(t, r.app, send(gotoMsg{placeSync}))
	r.has("Nothing is to be written yet", "t shows what to give a scheduler", "t run it every day")
	press(t, r.app, "t")
	r.has("cwsync schedule add", "t the summary")
	press(t, r.app, "esc")
	r.has("Nothing is to be written yet")
	press(t, r.app, "up", "down", "t", "end", "enter")
	if r.billing.writes != 0 || r.here != placeReview {
		t.Error("it wrote, or enter does not go to Review")
	}
}

func TestSyncShowsErrorsWithWhatToDo(t *testing.T) {
	r := newReviewRig(t, ordinary()...)
	r.billing.onWrite = func(n int) (bool, error) {
		if n == 2 {
			return false, errRefused
		}
		return true, nil
	}
	driveApp(t, r.app, r.begin())
	driveApp(t, r.app, send(tea.WindowSizeMsg{Width: 80, Height: 50}))
	r.has("3 applied · 1 failed · 1 held", "already invoiced", `tick "prorate"`, "exit code 3: some lines were written, some not")
	if r.sync.mark() != markAttention {
		t.Error("the step is not marked")
	}
}

func TestCtrlCStopsBetweenTwoWrites(t *testing.T) {
	r := newReviewRig(t, ordinary()...)
	r.profile.site.Engine.Workers = 1
	cmd := r.begin()
	writes := 0
	r.billing.seen = func(context.Context) {
		if writes++; writes == 2 {
			r.sync.cancel() // as ctrl+c does, while the second write is about to be sent
		}
	}
	driveApp(t, r.app, cmd)
	if r.billing.writes != 1 || r.sync.run.ExitCode != syncer.ExitCancelled || r.desk.writing {
		t.Fatalf("%d writes, exit %d", r.billing.writes, r.sync.run.ExitCode)
	}
	r.has("Stopped between two writes: 1 change written", "3 not tried", "exit code 130")
}

func TestCtrlCIsForTheRunWhileOneGoesOn(t *testing.T) {
	r := newReviewRig(t, ordinary()...)
	cmd := r.begin()
	for range 3 { // however often: the write in flight is waited for
		press(t, r.app, "ctrl+c")
	}
	if r.quitting || !r.sync.stopping {
		t.Fatal("the wizard leaves, or does not stop")
	}
	r.has("waiting for the writes in flight")
	driveApp(t, r.app, cmd)
	if r.billing.writes != 0 || r.sync.feed != nil {
		t.Errorf("%d writes after ctrl+c", r.billing.writes)
	}
	press(t, r.app, "ctrl+c")
	r.has("press ctrl+c again to leave")
}

func TestLeavingDuringARunAsks(t *testing.T) {
	r := newReviewRig(t, ordinary()...)
	cmd := r.begin()
	press(t, r.app, "esc")
	r.has("A sync is going on. Go back?")
	r.clock.pass(time.Second)
	press(t, r.app, "enter")
	if r.here != placeSync {
		t.Fatal("the safe answer leaves")
	}
	press(t, r.app, "esc")
	r.yes()
	if r.here != placeReview || r.sync.stopping {
		t.Fatal("it does not go back, or stops the run")
	}
	press(t, r.app, "r", "enter")
	if r.review.reading != nil || r.question != nil {
		t.Error("it reads or asks while a sync goes on")
	}
	driveApp(t, r.app, cmd)
	if r.billing.writes != 4 || r.sync.run == nil {
		t.Errorf("the run did not go on: %d writes", r.billing.writes)
	}
}

func TestSyncThatCannotBegin(t *testing.T) {
	r := newReviewRig(t, ordinary()...)
	r.billing.busy = "process 4711 on host-a since 2026-11-21 06:00:03"
	driveApp(t, r.app, r.begin())
	r.has("another run of this profile", "process 4711", "r goes back to Review")
	if r.sync.mark() != markAttention || r.desk.writing {
		t.Error("the step is not marked, or counts as writing")
	}
	r = newReviewRig(t, ordinary()...)
	cmd := r.begin()
	r.profile.setups.stored[0].Sources[0].Complete = true // by another program
	driveApp(t, r.app, cmd)
	if r.billing.writes != 0 || r.sync.stop == nil || r.sync.stop.Exit != syncer.ExitStale {
		t.Errorf("%d writes, %+v", r.billing.writes, r.sync.stop)
	}
	r = newReviewRig(t, ordinary()...)
	cmd = r.begin()
	r.desk.runs.wait()
	driveApp(t, r.app, cmd)
	if r.billing.writes != 0 {
		t.Error("a run began while the program ends")
	}
}

func TestTheProgramWaitsForTheRun(t *testing.T) {
	r := newReviewRig(t, ordinary()...)
	r.profile.site.Engine.Workers = 1
	inWrite, goOn := make(chan struct{}), make(chan struct{})
	r.billing.seen = func(context.Context) {
		if inWrite != nil {
			close(inWrite)
			inWrite = nil
			<-goOn
		}
	}
	entered := inWrite
	cmd := r.begin()
	ended := make(chan struct{})
	go func() { driveApp(t, r.app, cmd); close(ended) }()
	<-entered
	waited := make(chan struct{})
	go func() { r.desk.runs.wait(); close(waited) }()
	select {
	case <-waited:
		t.Error("it does not wait for the write in flight")
	case <-time.After(20 * time.Millisecond):
	}
	close(goOn)
	<-waited
	<-ended
}

func TestAFeedTellsAtMostTwentyTimesASecondAndNeverHoldsUpTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFeed(time.Now)
		change := &plan.Change{}
		told := 0
		done := make(chan struct{})
		go func() {
			defer close(done)
			for {
				msg := f.next(func(shot snapshot) tea.Msg { return shot })()
				if msg == nil {
					return
				}
				if told++; told > 3 {
					time.Sleep(300 * time.Millisecond) // a slow terminal
				}
			}
		}()
		began := time.Now()
		for i := range 10_000 {
			f.observe(syncer.Event{Stage: syncer.StageApply, Done: i + 1, Total: 10_000, Change: change, Outcome: &syncer.Outcome{Status: syncer.Applied}})
			time.Sleep(time.Millisecond)
		}
		if took := time.Since(began); took != 10*time.Second {
			t.Errorf("the run took %s", took)
		}
		f.end()
		<-done
		if told == 0 || told > 200 {
			t.Errorf("told %d times in 10 s", told)
		}
		if shot := f.take(); shot.counts.Applied != 10_000 || len(shot.landed) != keptLanded || shot.done != 10_000 {
			t.Errorf("%+v", shot.counts)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		f := newFeed(time.Now)
		for range 30 { // nothing happens: it tells all the same, so that the time goes on
			if f.next(func(shot snapshot) tea.Msg { return shot })() == nil {
				t.Fatal("it ends")
			}
		}
		if took := time.Since(f.began); took < 20*time.Second || took > 40*time.Second {
			t.Errorf("30 idle news took %s", took)
		}
		f.end()
	})
}

func TestAFeedKeepsTheLastLinesAndTheErrors(t *testing.T) {
	f := newFeed(testNow)
	for i := range 1000 {
		outcome := &syncer.Outcome{Status: syncer.Applied}
		if i%100 == 7 {
			outcome = &syncer.Outcome{Status: syncer.Failed, Problem: &syncer.Problem{Message: fmt.Sprint(i)}}
		}
		f.observe(syncer.Event{Stage: syncer.StageApply, Done: 1000 - i, Total: 1000, Change: &plan.Change{Step: i}, Outcome: outcome})
	}
	shot := f.take()
	if shot.done != 1000 || len(shot.errors) != 10 || shot.counts.Failed != 10 || shot.counts.Applied != 990 {
		t.Errorf("done %d, errors %d, %+v", shot.done, len(shot.errors), shot.counts)
	}
	steps := make([]int, 0, keptLanded)
	for _, row := range shot.landed {
		steps = append(steps, row.change.Step)
	}
	if len(steps) != keptLanded || !slices.IsSorted(steps) || steps[keptLanded-1] != 999 {
		t.Errorf("landed %v", steps)
	}
}

func TestRateAndTimeLeft(t *testing.T) {
	for name, c := range map[string]struct {
		shot snapshot
		rate float64
		left time.Duration
	}{
		"at the beginning": {snapshot{done: 0, total: 28, writing: 5 * time.Second}, 0, 0},
		"too early":        {snapshot{done: 3, total: 28, writing: 500 * time.Millisecond}, 0, 0},
		"half way":         {snapshot{done: 14, total: 28, writing: 7 * time.Second}, 2, 7 * time.Second},
		"done":             {snapshot{done: 28, total: 28, writing: 7 * time.Second}, 4, 0},
	} {
		if rate, left := c.shot.rate(), c.shot.left(); rate != c.rate || left != c.left {
			t.Errorf("%s: %v a second, %s left", name, rate, left)
		}
	}
	for d, want := range map[time.Duration]string{1500 * time.Millisecond: "1.5 s", 9 * time.Second: "9 s", 59 * time.Second: "59 s", 61 * time.Second: "1 min 1 s", 3661 * time.Second: "1 h 1 min"} {
		if got := lasting(d); got != want {
			t.Errorf("%s is %q, want %q", d, got, want)
		}
	}
}

// midway is a run that goes on, as the screen has it.
func (r *reviewRig) midway(problems ...syncer.Outcome) {
	r.t.Helper()
	r.begin() // is never run
	shot := snapshot{stage: syncer.StageApply, total: 28, writing: 3 * time.Second, running: 3 * time.Second}
	changes := r.sync.made.plan.Changes
	for i := range changes {
		if !changes[i].Action.Writes() {
			continue
		}
		row := landed{&changes[i], syncer.Outcome{Status: syncer.Applied}}
		if changes[i].Action == plan.Create {
			row.outcome.AdditionID = 9120
			if len(problems) > 0 {
				row.outcome = problems[0]
				shot.errors = append(shot.errors, row)
				shot.counts.Failed++
			}
		}
		shot.landed = append(shot.landed, row)
	}
	shot.done = 19
	r.sync.shot = shot
}

func TestSyncScreens(t *testing.T) {
	t.Run("nothing", func(t *testing.T) {
		r := newReviewRig(t, ordinary()...)
		r.here = placeSync
		requireScreens(t, r.app)
	})
	t.Run("running", func(t *testing.T) {
		r := newReviewRig(t, ordinary()...)
		r.midway()
		requireScreens(t, r.app)
	})
	t.Run("errors", func(t *testing.T) {
		r := newReviewRig(t, ordinary()...)
		r.midway(syncer.Outcome{Status: syncer.Failed, Problem: &syncer.Problem{Message: errRefused.Error(), Hint: errRefused.Hint}})
		requireScreens(t, r.app)
	})
	t.Run("stopping", func(t *testing.T) {
		r := newReviewRig(t, ordinary()...)
		r.midway()
		r.sync.interrupt()
		requireScreens(t, r.app)
	})
	t.Run("leave", func(t *testing.T) {
		r := newReviewRig(t, ordinary()...)
		r.midway()
		press(t, r.app, "esc")
		requireScreens(t, r.app)
	})
	t.Run("done", func(t *testing.T) {
		r := newReviewRig(t, ordinary()[3:]...)
		r.profile.site.Engine.Workers = 1
		driveApp(t, r.app, r.begin())
		requireScreens(t, r.app)
	})
	t.Run("partial", func(t *testing.T) {
		r := newReviewRig(t, ordinary()...)
		r.profile.site.Engine.Workers = 1
		r.billing.onWrite = func(n int) (bool, error) {
			return n != 2 && n < 4, map[int]error{2: errRefused, 4: errLost, 5: errLost}[n]
		}
		driveApp(t, r.app, r.begin())
		requireScreens(t, r.app)
	})
	t.Run("refused", func(t *testing.T) {
		r := newReviewRig(t, ordinary()...)
		r.billing.busy = "process 4711 on host-a since 2026-11-21 06:00:03"
		driveApp(t, r.app, r.begin())
		requireScreens(t, r.app)
	})
	t.Run("timetable", func(t *testing.T) {
		r := newReviewRig(t, ordinary()...)
		driveApp(t, r.app, r.begin())
		press(t, r.app, "t")
		requireScreens(t, r.app)
	})
}

func TestTheSummaryScrolls(t *testing.T) {
	var lines []fakeLine
	for i := range 30 {
		lines = append(lines, fakeLine{fmt.Sprintf("Customer %02d", i), "Business", "20", "100", true})
	}
	lines = append(lines, fakeLine{"Zulu", "Business", "6", "5", true})
	r := newReviewRig(t, lines...)
	driveApp(t, r.app, r.begin())
	r.has("Done: 1 change written")
	press(t, r.app, "end")
	r.has("Customer 29")
	r.hasNot("Done: 1 change")
	press(t, r.app, "pgup", "pgdown", "home", "up")
	r.has("Done: 1 change written")
	if strings.Count(r.content(), "\n") != r.height-1 {
		t.Error("the frame moved")
	}
}
