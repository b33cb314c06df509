package ui

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
	"cwsync/ui/theme"

	tea "charm.land/bubbletea/v2"
)

// manyLines are n lines of usage, ten for each customer, all of which change.
func manyLines(n int) []fakeLine {
	lines := make([]fakeLine, n)
	for i := range lines {
		lines[i] = fakeLine{fmt.Sprintf("Customer %05d", i/10), fmt.Sprintf("Service %d", i%10), "6", "5", true}
	}
	return lines
}

// bigReview is a review of 10,000 changes on a screen of 120×40.
func bigReview(b *testing.B) (*desk, *reviewStep, *fakeBilling) {
	b.Helper()
	profile := newFakeProfile("big")
	world := newFakeBilling(profile, manyLines(10_000)...)
	d := &desk{ctx: b.Context(), profile: profile.open(), theme: theme.Dark(), now: testNow, document: profile.setups.newest(), site: profile.site, saver: &saver{}}
	engine := world.engine(b, profile)
	engine.Workers = 8
	engine.Setup, d.site.Engine = d.document, engine
	draft, err := engine.Prepare(b.Context(), syncer.Request{})
	if err != nil {
		b.Fatal(err)
	}
	r := newReview(d).(*reviewStep)
	d.draft = draft
	r.state.show(newPlanPage(draft.Plan(nil, nil)))
	return d, r, world
}

// BenchmarkReviewArrow is an arrow key and the screen that follows, among 10,000 lines; the promise is 16 ms.
func BenchmarkReviewArrow(b *testing.B) {
	_, r, _ := bigReview(b)
	keys := []tea.KeyPressMsg{{Code: tea.KeyDown}, {Code: tea.KeyDown}, {Code: tea.KeyPgDown}, {Code: tea.KeyUp}, {Code: tea.KeyEnd}, {Code: tea.KeyHome}}
	r.why = whyBeside
	for i := 0; b.Loop(); i++ {
		r.update(keys[i%len(keys)])
		_, _ = r.view(120, 35), r.keys()
		_, _ = r.status(), r.mark()
	}
}

// BenchmarkReviewSearch is a letter of a search through 10,000 lines and the screen that follows; the promise is 50 ms.
func BenchmarkReviewSearch(b *testing.B) {
	_, r, _ := bigReview(b)
	r.update(tea.KeyPressMsg{Code: '/', Text: "/"})
	for i := 0; b.Loop(); i++ {
		if i%2 == 0 {
			r.update(tea.KeyPressMsg{Code: '7', Text: "7"})
		} else {
			r.update(tea.KeyPressMsg{Code: tea.KeyBackspace})
		}
		_ = r.view(120, 35)
	}
}

// BenchmarkReviewPlan is what a command does after a line was left out or accepted, for 10,000 lines.
func BenchmarkReviewPlan(b *testing.B) {
	d, _, _ := bigReview(b)
	for b.Loop() {
		newPlanPage(d.draft.Plan([]string{"mail/1001/s11"}, []string{"mail/1002/s11"}))
	}
}

// BenchmarkSyncAlone and BenchmarkSyncWatched write 10,000 lines, without a screen and with one of 120×40 that draws as often as the program would.
// Each write takes what the quickest store and server take together.
func BenchmarkSyncAlone(b *testing.B) { benchmarkSync(b, false) }

func BenchmarkSyncWatched(b *testing.B) { benchmarkSync(b, true) }

func benchmarkSync(b *testing.B, watched bool) {
	d, r, world := bigReview(b)
	page := r.state.page
	additions := world.additions
	world.seen = func(context.Context) { time.Sleep(time.Millisecond) }
	draws := 0
	for b.Loop() {
		world.additions = copyAdditions(additions)
		s := newSync(d).(*syncStep)
		s.made, s.feed = page, newFeed(time.Now)
		var observe func(syncer.Event)
		ended := make(chan struct{})
		if watched {
			observe = s.feed.observe
			go func() {
				defer close(ended)
				for msg := s.news()(); msg != nil; msg = s.news()() {
					s.update(msg)
					_ = s.view(120, 35)
					draws++
				}
			}()
		} else {
			close(ended)
		}
		engine, err := engineFor(d.site, d.document, observe)
		if err != nil {
			b.Fatal(err)
		}
		run, err := engine.ApplyMade(b.Context(), page.plan)
		if err != nil || run.ExitCode != syncer.ExitDone || run.Counts().Applied != 10_000 {
			b.Fatalf("%v, %+v", err, run)
		}
		s.feed.end()
		<-ended
	}
	b.ReportMetric(float64(draws)/b.Elapsed().Seconds(), "draws/s")
}

// BenchmarkObserve is what a run pays for each line that lands, however slow the screen is.
func BenchmarkObserve(b *testing.B) {
	f := newFeed(time.Now)
	change, outcome := &plan.Change{}, &syncer.Outcome{Status: syncer.Applied}
	for i := 0; b.Loop(); i++ {
		f.observe(syncer.Event{Stage: syncer.StageApply, Done: i, Total: i, Change: change, Outcome: outcome})
	}
}

func copyAdditions(additions map[int][]billing.Addition) map[int][]billing.Addition {
	copied := make(map[int][]billing.Addition, len(additions))
	for id, lines := range additions {
		copied[id] = slices.Clone(lines)
	}
	return copied
}
