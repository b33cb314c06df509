package ui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/schedule"

	tea "charm.land/bubbletea/v2"
)

// fakeSchedule is the scheduler of a Linux machine in memory.
type fakeSchedule struct {
	state   schedule.State
	err     error // of the next call but State
	broken  error // of State
	warns   []string
	calls   []string
	hangs   bool // Add waits until its context ends
	hanging chan struct{}
}

func (f *fakeSchedule) State(context.Context) (schedule.State, error) { return f.state, f.broken }

func (f *fakeSchedule) Show(_ context.Context, timing schedule.Timing) (schedule.Text, error) {
	f.calls = append(f.calls, "show "+timing.String())
	entry := schedule.Entry{System: schedule.Systemd, Profile: "contoso", Timing: timing, Program: "/usr/local/bin/cwsync", Folder: "/home/ada/.config/systemd/user", Now: testNow()}
	text, err := entry.Text()
	return text, errors.Join(err, f.err)
}

func (f *fakeSchedule) Add(ctx context.Context, timing schedule.Timing) ([]string, error) {
	f.calls = append(f.calls, "add "+timing.String())
	if f.hangs {
		close(f.hanging)
		<-ctx.Done()
		return nil, ctx.Err()
	}
	if f.err != nil {
		return nil, f.err
	}
	f.state.Present, f.state.Enabled, f.state.Timing, f.state.Next = true, true, timing, timing.Next(testNow(), time.UTC)
	return f.warns, nil
}

func (f *fakeSchedule) Remove(context.Context) (bool, error) {
	f.calls = append(f.calls, "remove")
	removed := f.state.Present
	if f.err == nil {
		f.state.Present = false
	}
	return removed, f.err
}

func newFakeSchedule() *fakeSchedule {
	return &fakeSchedule{state: schedule.State{System: schedule.Systemd, Name: "cwsync-contoso"}}
}

// withEntry is one that has an entry.
func withEntry() *fakeSchedule {
	f := newFakeSchedule()
	code := syncer.ExitHeld
	f.state.Present, f.state.Enabled, f.state.Timing, f.state.LastExit = true, true, schedule.Timing{At: 6 * 60}, &code
	f.state.Next = time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)
	return f
}

// onSchedule is a frame with the page on the screen.
func onSchedule(t *testing.T, f *fakeSchedule) *app {
	t.Helper()
	profile := newFakeProfile("contoso")
	profile.schedule = f
	d := newFakeDesk(t, profile)
	a := newFakeApp(d, placeConnect, idleStep("Connect"))
	a.pages = pagesOf(d, allPages())
	driveApp(t, a, send(openMsg{pageSchedule}))
	return a
}

// wipe empties the marked line.
func wipe(t *testing.T, a *app) { t.Helper(); press(t, a, "ctrl+u") }

func TestScheduleScreens(t *testing.T) {
	t.Run("none", func(t *testing.T) { requireScreens(t, onSchedule(t, newFakeSchedule())) })
	t.Run("there", func(t *testing.T) { requireScreens(t, onSchedule(t, withEntry())) })
	t.Run("switched-off", func(t *testing.T) {
		f := withEntry()
		f.state.Enabled, f.state.Next = false, time.Time{}
		f.state.Problem = "the timer is disabled and inactive, so that it does not run; `cwsync schedule add --profile contoso` switches it on"
		requireScreens(t, onSchedule(t, f))
	})
	t.Run("when", func(t *testing.T) {
		a := onSchedule(t, withEntry())
		press(t, a, "enter")
		requireScreens(t, a)
	})
	t.Run("text", func(t *testing.T) {
		a := onSchedule(t, withEntry())
		press(t, a, "v")
		requireScreens(t, a)
	})
	t.Run("refused", func(t *testing.T) {
		f := newFakeSchedule()
		f.err = &syncer.Stop{Exit: syncer.ExitCredentials, Problem: syncer.Problem{Message: "run by systemd, cwsync does not find connection.private_key, and nothing was installed",
			Hint: "put them into a file for --credentials FILE"}}
		a := onSchedule(t, f)
		press(t, a, "enter", "down", "down", "enter")
		requireScreens(t, a)
	})
}

func TestScheduleIsPutInPlace(t *testing.T) {
	f := newFakeSchedule()
	f.warns = []string{"the timer runs while you are logged in"}
	a := onSchedule(t, f)
	requireSees(t, a, "Not scheduled: a sync runs only when somebody starts it")
	press(t, a, "a", "enter")
	wipe(t, a)
	typeText(t, a, "22:15 utc")
	press(t, a, "enter")
	typeText(t, a, "8h")
	press(t, a, "enter", "enter")
	if got := strings.Join(f.calls, "; "); got != "add every 8h from 22:15 UTC" {
		t.Fatalf("called %q", got)
	}
	requireSees(t, a, "✓ systemd timer cwsync-contoso: every 8h from 22:15 UTC", "next run today 14:15", "the timer runs while you are logged in", "It runs every 8h from 22:15 UTC from now on.")

	press(t, a, "enter") // what is there is what is proposed
	requireSees(t, a, "22:15 UTC", "8h")
	press(t, a, "esc")
	press(t, a, "x")
	requireSees(t, a, "Take the schedule away?")
	press(t, a, "esc")
	if len(f.calls) != 1 {
		t.Fatalf("called %q", f.calls)
	}
	press(t, a, "x")
	later := testNow().Add(time.Minute) // a question takes no key that was typed ahead
	a.desk.now = func() time.Time { return later }
	press(t, a, "y")
	requireSees(t, a, "Not scheduled", "It is taken away.")
	if got := f.calls[len(f.calls)-1]; got != "remove" {
		t.Error(got)
	}
}

func TestScheduleRefusesTimesThatAreNone(t *testing.T) {
	f := newFakeSchedule()
	a := onSchedule(t, f)
	press(t, a, "enter", "enter")
	wipe(t, a)
	typeText(t, a, "25:00")
	press(t, a, "down", "up")
	requireSees(t, a, "there is no 25:00 on a clock")
	press(t, a, "down", "down", "enter")
	requireSees(t, a, "there is no 25:00 on a clock")
	press(t, a, "up", "up", "enter")
	wipe(t, a)
	typeText(t, a, "06:30")
	press(t, a, "down")
	typeText(t, a, "7h")
	press(t, a, "down", "enter")
	requireSees(t, a, "7h does not divide the day evenly")
	if len(f.calls) > 0 {
		t.Errorf("called %q", f.calls)
	}
}

func TestScheduleSaysWhatFailed(t *testing.T) {
	f := newFakeSchedule()
	f.broken = errors.New("the scheduler does not answer")
	a := onSchedule(t, f)
	requireSees(t, a, "✗ the scheduler does not answer")
	f.broken = nil
	press(t, a, "r")
	requireSees(t, a, "Not scheduled")
	f.err = errors.New("no folder can be made")
	press(t, a, "v")
	requireSees(t, a, "✗ no folder can be made")
	f.state.Present = true
	press(t, a, "r", "x")
	later := testNow().Add(time.Minute)
	a.desk.now = func() time.Time { return later }
	press(t, a, "y")
	requireSees(t, a, "✗ no folder can be made")
	if strings.Contains(see(t, a), "taken away.") {
		t.Errorf("it says that it is gone:\n%s", see(t, a))
	}
}

// What the program began it ends before it leaves: half an entry is none.
func TestScheduleIsWaitedFor(t *testing.T) {
	f := newFakeSchedule()
	f.hangs, f.hanging = true, make(chan struct{})
	a := onSchedule(t, f)
	ctx, cancel := context.WithCancel(t.Context())
	a.desk.ctx = ctx
	page := a.pages[len(a.pages)-1].screen.(*schedulePage)
	adding := page.add(usualTiming())
	ended := make(chan tea.Msg, 1)
	go func() { ended <- adding() }()
	<-f.hanging
	requireSees(t, a, "proving that a run finds its keys")
	press(t, a, "x", "v", "enter") // nothing else meanwhile
	cancel()
	a.desk.runs.wait()
	driveApp(t, a, send(<-ended))
	if fmt.Sprint(f.calls) != "[add daily at 06:00]" || adding() != nil {
		t.Errorf("called %q", f.calls)
	}
}

func TestScheduleIsOpenedFromSync(t *testing.T) {
	r := newReviewRig(t, ordinary()...)
	r.desk.profile.Schedule = withEntry()
	r.pages = pagesOf(r.desk, allPages())
	driveApp(t, r.app, r.begin())
	press(t, r.app, "t")
	r.has("systemd timer cwsync-contoso: daily at 06:00")
	press(t, r.app, "esc")
	if !r.at(placeSync) {
		t.Error("esc does not lead back to Sync")
	}
	if pages := pagesOf(newFakeDesk(t, newFakeProfile("demo")), allPages()); slices.ContainsFunc(pages, func(p openPage) bool { return p.name == pageSchedule }) {
		t.Error("a profile without a scheduler has the page")
	}
}

func TestAccessibleSchedule(t *testing.T) {
	f := newFakeSchedule()
	profile := newFakeProfile("contoso")
	profile.schedule = f
	d := newFakeDesk(t, profile)
	out := &listening{}
	p := &prompts{ctx: t.Context(), out: out, now: testNow, done: make(chan doneMsg), over: make(chan struct{}),
		in: newLineReader(strings.NewReader("\n22:15\n7h\n\n22:15\n8h\nv\nx\ny\nq\n"))}
	defer close(p.over)
	p.app = newFakeApp(d, placeConnect, idleStep("Connect"))
	p.app.pages = pagesOf(d, allPages())
	for _, page := range p.app.pages {
		p.pages = append(p.pages, page.lines(p, page.screen))
	}
	if err := p.do(send(openMsg{pageSchedule})); err != nil {
		t.Fatal(err)
	}
	for {
		err := p.current().ask()
		if errors.Is(err, errLeave) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := p.settle(); err != nil {
			t.Fatal(err)
		}
	}
	requireSays(t, out.String(), "Page: Schedule", "Not scheduled", "Time of day, or enter for 06:00:", "Not taken: 7h does not divide the day evenly", "✓ systemd timer cwsync-contoso: every 8h from 22:15",
		"It runs every 8h from 22:15 from now on.", "OnCalendar=*-*-* 06,14,22:15:00", "Take the schedule away?", "It is taken away.")
	if got := strings.Join(f.calls, "; "); got != "add every 8h from 22:15; show every 8h from 22:15; remove" {
		t.Errorf("called %q", got)
	}
}
