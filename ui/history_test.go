package ui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/plan"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

func TestHistoryIsOfferedWhereThereIsOne(t *testing.T) {
	a := startOf(t, startProfile(t, madeRun("r-1", time.Hour, syncer.ExitDone)))
	if press(t, a, "h"); a.onPage().name != pageStart {
		t.Error("h opens a history that nobody can look into")
	}
	r := newHistoryRig(t, pastRunsOf()...)
	requireSees(t, r.app, "cwsync History contoso-msp", "esc back")
	press(t, r.app, "esc")
	requireSees(t, r.app, "h history")
}

// A thousand runs cost no more on the screen than those that fit.
func TestHistoryIsWindowed(t *testing.T) {
	var runs []*syncer.Run
	for i := range 1200 {
		runs = append(runs, madeRun(fmt.Sprintf("r-%04d", i), time.Duration(i)*time.Hour, syncer.ExitDone, goodLines()[:1]...))
	}
	r := newHistoryRig(t, runs...)
	requireSees(t, r.app, "[all 1,000]", "the newest 1,000 runs; cwsync history lists more", "▸ ✓ 08:59 today")
	press(t, r.app, "pgdown", "down", "end")
	requireSees(t, r.app, "▸ ✓ 2026-10-10 17:59")
	if strings.Contains(see(t, r.app), "08:59 today") {
		t.Error("the first run is on the screen still")
	}
	press(t, r.app, "home", "up")
	requireSees(t, r.app, "▸ ✓ 08:59 today")
}

func TestHistoryFilters(t *testing.T) {
	r := newHistoryRig(t, pastRunsOf()...)
	press(t, r.app, "down", "down", "down", "f")
	requireSees(t, r.app, "[held 1]", "▸ ! 05:59 today")
	press(t, r.app, "f")
	requireSees(t, r.app, "[failed 3]", "failed in part, 2 applied, 1 failed")
	press(t, r.app, "end", "f")
	requireSees(t, r.app, "[all 8]", "▸ ✗ 2026-11-17 05:59") // the cursor stays on its run
}

// The search goes through the store with the filter, and a change leads to why, and its run to all of the run.
func TestHistorySearch(t *testing.T) {
	r := newHistoryRig(t, pastRunsOf()...)
	press(t, r.app, "/")
	typeText(t, r.app, " contoso ")
	press(t, r.app, "enter")
	requireSees(t, r.app, `"contoso" in all that was written, failed or held`, "3 changes in 3 runs", "▸ ! Contoso Archive 10 → 12")
	press(t, r.app, "f")
	requireSees(t, r.app, `"contoso" in what was held`, "1 change in 1 run")
	press(t, r.app, "f", "f")
	want := []PastFilter{{Words: "contoso", Limit: pastChanges}, {Words: "contoso", Held: true, Limit: pastChanges}, {Words: "contoso", Failed: true, Limit: pastChanges}}
	for i, filter := range want {
		if r.past.asked[i] != filter {
			t.Errorf("asked for %+v, want %+v", r.past.asked[i], filter)
		}
	}
	press(t, r.app, "w")
	requireSees(t, r.app, "History · mail/Contoso/Archive", "Rules of the set-up")
	press(t, r.app, "esc", "up", "enter")
	requireSees(t, r.app, "History · run r-20261121-060000-ab12e5c8", "changes and held 20")
	press(t, r.app, "esc")
	requireSees(t, r.app, "3 changes in 3 runs")
	press(t, r.app, "esc")
	requireSees(t, r.app, "[all 8]", "▸ ! 05:59 today")
	press(t, r.app, "/")
	typeText(t, r.app, "x")
	press(t, r.app, "backspace", "enter")
	requireSees(t, r.app, "[all 8]")
}

// A change of a run that is older than the list is found all the same, and its run can be opened.
func TestHistoryFindsOlderRuns(t *testing.T) {
	r := newHistoryRig(t, pastRunsOf()...)
	r.history.list.show(r.history.list.runs[:1])
	press(t, r.app, "/")
	typeText(t, r.app, "business")
	press(t, r.app, "enter", "end", "up")
	requireSees(t, r.app, "▸ · 05:59 yesterday run r-20261120-060000-7d21e5c8")
	press(t, r.app, "enter")
	requireSees(t, r.app, "History · run r-20261120-060000-7d21e5c8")
}

func TestHistoryOfARun(t *testing.T) {
	r := newHistoryRig(t, pastRunsOf()...)
	press(t, r.app, "enter", "/")
	typeText(t, r.app, "fabrikam")
	requireSees(t, r.app, "▸ ! Business 100")
	press(t, r.app, "enter", "enter")
	requireSees(t, r.app, "accept with --accept", "To accept it here: go to Review")
	press(t, r.app, "esc", "esc")
	requireSees(t, r.app, "[changes and held 20]")
	press(t, r.app, "space", "a") // nothing can be decided about what is over
	requireSees(t, r.app, "[changes and held 20]")
	press(t, r.app, "end", "enter")
	requireSees(t, r.app, "History · mail/Wingtip/")
}

func TestHistorySaysWhatCannotBeRead(t *testing.T) {
	r := newHistoryRig(t, pastRunsOf()...)
	r.profile.runErr = errors.New("the database is damaged")
	press(t, r.app, "enter")
	requireSees(t, r.app, "✗ the database is damaged", "r reads again")
	r.profile.runErr = nil
	press(t, r.app, "r")
	requireSees(t, r.app, "History · run r-20261121-060000-ab12e5c8")
	r.past.err = errors.New("no such table")
	press(t, r.app, "enter")
	requireSees(t, r.app, "✗ no such table")
	press(t, r.app, "esc")
	requireSees(t, r.app, "[changes and held 20]")
}

func TestHistoryExports(t *testing.T) {
	r := newHistoryRig(t, pastRunsOf()...)
	press(t, r.app, "f", "x", "enter")
	requireSees(t, r.app, "written: contoso-msp-runs.csv")
	if got := r.files["contoso-msp-runs.csv"]; strings.Count(got, "\n") != 2 || !strings.Contains(got, "\nr-20261121-060000-ab12e5c8,2026-11-21T05:59:47") {
		t.Errorf("runs are\n%s", got)
	}
	press(t, r.app, "f", "f", "home", "enter", "f", "x", "enter")
	if got := r.files["contoso-msp-r-20261121-060000-ab12e5c8.csv"]; strings.Count(got, "\n") != 3 || !strings.Contains(got, "Fabrikam & Co") {
		t.Errorf("what is held is\n%s", got)
	}
	press(t, r.app, "x", "enter")
	requireSees(t, r.app, "Replace contoso-msp-r-20261121-060000-ab12e5c8.csv?")
	r.yes()
	requireSees(t, r.app, "written: contoso-msp-r-2026")
	press(t, r.app, "x")
	for range 80 {
		press(t, r.app, "backspace")
	}
	press(t, r.app, "enter")
	requireSees(t, r.app, "✗ nothing was written: the file has no name")
	press(t, r.app, "esc", "/")
	typeText(t, r.app, "contoso")
	press(t, r.app, "enter", "x", "enter")
	if got := r.files["contoso-msp-changes.csv"]; strings.Count(got, "\n") != 4 {
		t.Errorf("what was found is\n%s", got)
	}
	press(t, r.app, "enter", "x", "enter")
	if got := r.files["contoso-msp-line.csv"]; strings.Count(got, "\n") != 2 {
		t.Errorf("the history of the line is\n%s", got)
	}
}

// What a spreadsheet would take for a formula is none in the file, and no name of outside reaches the terminal as it is.
func TestHistoryMakesNamesHarmless(t *testing.T) {
	run := madeRun("r-1", time.Hour, syncer.ExitDone, runLine{customer: "=cmd|' /C calc'!A0\x1b]0;x\x07", service: "\u202eevil", action: plan.Update, code: plan.UsageRose, before: "1", after: "2", status: syncer.Applied})
	r := newHistoryRig(t, run)
	press(t, r.app, "enter")
	for _, names := range [][]string{{"enter"}, {"esc"}, {"x"}, {"enter"}} {
		press(t, r.app, names...)
		if content := ansi.Strip(r.content()); strings.ContainsAny(content, "\x1b\x07\u202e") {
			t.Errorf("harmful: %q", content)
		}
	}
	if got := r.files["contoso-msp-r-1.csv"]; !strings.Contains(got, ",'=cmd|' /C calc'!A0,") {
		t.Errorf("the file has\n%s", got)
	}
}

// After a sync that goes on while the history is looked at, the list has the run, and what is open stays open.
func TestHistoryIsUpToDateAfterASync(t *testing.T) {
	r := newHistoryRig(t, pastRunsOf()...)
	press(t, r.app, "down", "enter")
	r.profile.runs = append([]*syncer.Run{madeRun("r-new", 0, syncer.ExitDone, goodLines()...)}, r.profile.runs...)
	driveApp(t, r.app, send(syncEndMsg{run: r.profile.runs[0], turn: -1}))
	requireSees(t, r.app, "History · run r-20261120-070000-9f3ae5c8")
	press(t, r.app, "esc")
	requireSees(t, r.app, "▸ ✓ 08:59 today")
}

func TestUndoneOf(t *testing.T) {
	run := func(id, undoes string, applied int) LastRun {
		return LastRun{ID: id, Undoes: undoes, Counts: syncer.Counts{Applied: applied}}
	}
	undone := undoneOf([]LastRun{run("r-6", "r-5", 0), run("r-5", "", 1), run("r-4", "r-3", 1), run("r-3", "r-1", 1), run("r-2", "r-0", 1), run("r-1", "", 1), run("r-0", "", 1)})
	for id, want := range map[string]bool{"r-0": true, "r-1": false, "r-3": true, "r-5": false} {
		if undone[id] != want {
			t.Errorf("%s is undone: %t", id, undone[id])
		}
	}
}

func TestSparkline(t *testing.T) {
	values := func(texts ...string) []decimal.NullDecimal {
		var values []decimal.NullDecimal
		for _, text := range texts {
			value := decimal.NullDecimal{}
			if text != "" {
				value = decimal.NewNullDecimal(dec(text))
			}
			values = append(values, value)
		}
		return values
	}
	for name, c := range map[string]struct {
		values         []decimal.NullDecimal
		width          int
		curve, numbers string
	}{
		"none":        {nil, 9, "", ""},
		"not known":   {values("", ""), 9, "", ""},
		"one":         {values("7"), 9, "▅", "lowest 7, highest 7, last 7, over 1 run"},
		"rising":      {values("0", "1", "2", "3", "4", "5", "6", "7"), 9, "▁▂▃▄▅▆▇█", "lowest 0, highest 7, last 7, over 8 runs"},
		"a gap":       {values("1", "", "2.5"), 9, "▁·█", "lowest 1, highest 2.5, last 2.5, over 2 runs"},
		"too long":    {values("9", "1", "5", "3"), 2, "▅▃", "lowest 1, highest 9, last 3, over 4 runs"},
		"large":       {values("-99999999999999999999", "99999999999999999999"), 9, "▁█", "last 99,999,999,999,999,999,999"},
		"last unsure": {values("4", ""), 9, "▅·", "last 4, over 1 run"},
	} {
		if curve, numbers := sparkline(c.values, c.width); curve != c.curve || !strings.Contains(numbers, c.numbers) {
			t.Errorf("%s: %q and %q", name, curve, numbers)
		}
	}
}

// Whatever names, numbers and sizes there are, the page stays in its place.
func TestNoLineOfHistoryIsWiderThanTheScreen(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		lines := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) runLine {
			status := rapid.SampledFrom([]syncer.Status{syncer.Applied, syncer.Held, syncer.Failed, syncer.Unknown}).Draw(rt, "status")
			return runLine{customer: hostile().Draw(rt, "customer"), service: hostile().Draw(rt, "service"), action: plan.Update, code: plan.UsageRose,
				before: quantities().Draw(rt, "before"), after: quantities().Draw(rt, "after"), delta: "123456789012.25", status: status}
		}), 1, 5).Draw(rt, "lines")
		run := madeRun("r-20261121-060000-ab12e5c8", time.Hour, rapid.SampledFrom([]int{-1, 0, 2, 5, 9}).Draw(rt, "exit"), lines...)
		run.Undoes = rapid.SampledFrom([]string{"", "r-20261120-060000-7d21e5c8"}).Draw(rt, "undoes")
		run.Problem = &syncer.Problem{Message: hostile().Draw(rt, "message"), Hint: hostile().Draw(rt, "hint")}
		r := newHistoryRig(t, run)
		fits := func() {
			for _, width := range []int{60, 79, 112, 200} {
				body := r.history.view(width, 15)
				if n := strings.Count(body, "\n") + 1; n > 15 {
					rt.Fatalf("%d lines:\n%s", n, body)
				}
				for line := range strings.SplitSeq(body, "\n") {
					if w := ansi.StringWidth(line); w > width-1 && !strings.Contains(line, "--accept") {
						rt.Fatalf("%d cells of %d: %q", w, width, line)
					}
					if strings.ContainsAny(line, "\x1b\x07\x00\u202e\t") {
						rt.Fatalf("harmful: %q", line)
					}
				}
			}
		}
		fits()
		press(t, r.app, "enter")
		fits()
		press(t, r.app, "enter")
		fits()
		press(t, r.app, "esc", "esc")
		driveApp(t, r.app, r.history.find("a"))
		fits()
	})
}

// esc ends every wait at once; what still comes of it is dropped, and two ctrl+c leave in the middle of any.
func TestHistoryWaitsCanBeStopped(t *testing.T) {
	stuck := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	waits := map[string]func(r *historyRig) tea.Cmd{
		"the runs": func(r *historyRig) tea.Cmd {
			r.desk.profile.Recent = func(ctx context.Context, _ int) ([]LastRun, error) { return nil, stuck(ctx) }
			return r.history.readRuns()
		},
		"a run": func(r *historyRig) tea.Cmd {
			r.desk.profile.Run = func(ctx context.Context, _ string) (*syncer.Run, error) { return nil, stuck(ctx) }
			return r.history.key("enter")
		},
		"a search": func(r *historyRig) tea.Cmd { r.past.stuck = true; return r.history.find("contoso") },
		"why": func(r *historyRig) tea.Cmd {
			r.past.stuck = true
			return r.history.explain(r.profile.runs[0].Plan.Changes[0].Key)
		},
		"an undo": func(r *historyRig) tea.Cmd { r.billing.wait = make(chan struct{}); return r.history.key("u") },
		"dialing": func(r *historyRig) tea.Cmd { r.profile.dialing, r.desk.site = true, nil; return r.history.key("u") },
		"an export": func(r *historyRig) tea.Cmd {
			r.desk.profile.WriteFile = func(ctx context.Context, _ string, _ []byte, _ bool) error { return stuck(ctx) }
			return r.history.save("file.csv")
		},
	}
	for name, begin := range waits {
		for _, leaves := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s,leaves=%t", name, leaves), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					r := newUndoRig(t)
					before := see(t, r.app)
					work := &underWay{given: make(chan tea.Msg, 100)}
					work.start(begin(r))
					work.deliver(r.app)
					requireSees(t, r.app, "esc stops it")
					if leaves {
						r.Update(keyPress(t, "ctrl+c"))
						if _, cmd := r.Update(keyPress(t, "ctrl+c")); cmd == nil || cmd() != tea.Quit() {
							t.Error("the second ctrl+c does not leave")
						}
					}
					_, cmd := r.Update(keyPress(t, "esc"))
					work.start(cmd)
					if stopped := see(t, r.app); stopped != before && !leaves {
						t.Errorf("esc leads from\n%s\nto\n%s", before, stopped)
					}
					time.Sleep(2 * time.Second) // the news of a reading come once more
					work.deliver(r.app)
					if n := work.running.Load(); n != 0 {
						t.Errorf("%d commands go on", n)
					}
					if now := see(t, r.app); !leaves && name != "an export" && now != before {
						t.Errorf("what was stopped changes the screen from\n%s\nto\n%s", before, now)
					}
				})
			})
		}
	}
}
