package ui

import (
	"strings"
	"testing"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/billing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

func TestReviewScreens(t *testing.T) {
	t.Run("changes", func(t *testing.T) { requireScreens(t, newReviewRig(t, ordinary()...).open().app) })
	t.Run("why", func(t *testing.T) {
		r := newReviewRig(t, ordinary()...).open()
		r.to("Fabrikam & Co", "Business")
		press(t, r.app, "w")
		requireScreens(t, r.app)
	})
	t.Run("why-whole", func(t *testing.T) {
		r := newReviewRig(t, ordinary()...).open()
		r.to("株式会社サンプルテクノロジー", "Business")
		press(t, r.app, "w", "w")
		requireScreens(t, r.app)
	})
	t.Run("held", func(t *testing.T) {
		r := newReviewRig(t, ordinary()...).open()
		press(t, r.app, "f")
		requireScreens(t, r.app)
	})
	t.Run("decided", func(t *testing.T) {
		r := newReviewRig(t, ordinary()...).open()
		r.to("Fabrikam & Co", "Business")
		press(t, r.app, "a")
		r.yes()
		r.to("Contoso", "Business")
		press(t, r.app, "space")
		requireScreens(t, r.app)
	})
	t.Run("source-held", func(t *testing.T) {
		r := newReviewRig(t, ordinary()...)
		r.billing.usage.AsOf = testNow().Add(-80 * time.Hour)
		requireScreens(t, r.open().app)
	})
	t.Run("search", func(t *testing.T) {
		r := newReviewRig(t, ordinary()...).open()
		press(t, r.app, "/")
		typeText(t, r.app, "arch")
		requireScreens(t, r.app)
	})
	t.Run("save", func(t *testing.T) {
		r := newReviewRig(t, ordinary()...).open()
		press(t, r.app, "s")
		requireScreens(t, r.app)
	})
	t.Run("confirm", func(t *testing.T) {
		r := newReviewRig(t, ordinary()...).open()
		press(t, r.app, "enter")
		requireScreens(t, r.app)
	})
	t.Run("help", func(t *testing.T) {
		r := newReviewRig(t, ordinary()...).open()
		press(t, r.app, "?")
		requireScreens(t, r.app)
	})
	t.Run("narrowed", func(t *testing.T) {
		r := newReviewRig(t, ordinary()...)
		r.desk.only = []string{"1001"}
		requireScreens(t, r.open().app)
	})
	t.Run("unlinked", func(t *testing.T) {
		requireScreens(t, withUnlinked(newReviewRig(t, unlinked()...), "1007", "1008", "1009").open().app)
	})
	t.Run("unlinked-listed", func(t *testing.T) {
		r := withUnlinked(newReviewRig(t, unlinked()...), "1007", "1008", "1009").open()
		press(t, r.app, "o", "end")
		requireScreens(t, r.app)
	})
	t.Run("decisions-dropped", func(t *testing.T) {
		r := newReviewRig(t, ordinary()...).open()
		r.to("Fabrikam & Co", "Business")
		press(t, r.app, "a")
		r.yes()
		r.billing.usage.Lines[2].Quantity = dec("1")
		press(t, r.app, "r")
		requireScreens(t, r.app)
	})
	t.Run("saving", func(t *testing.T) {
		r := newReviewRig(t, ordinary()...).open()
		r.review.save("plan.json")
		requireScreens(t, r.app)
	})
	t.Run("nothing", func(t *testing.T) {
		requireScreens(t, newReviewRig(t, fakeLine{"Wingtip", "Business", "5", "5", true}).open().app)
	})
	t.Run("reading", func(t *testing.T) {
		r := newReviewRig(t, ordinary()...)
		r.review.reading = &reading{feed: newFeed(r.clock.now), cancel: func() {}, shot: snapshot{stage: syncer.StageCurrent, done: 17, total: 41, running: 12 * time.Second}}
		requireScreens(t, r.app)
	})
	t.Run("failed", func(t *testing.T) {
		r := newReviewRig(t, ordinary()...)
		r.billing.readErr = &billing.Failure{Class: billing.ClassUnavailable, Op: "read the agreements of 41 customers", Message: "api-na.myconnectwise.net does not answer: no route to host", Hint: "look at the network, or at status.connectwise.com"}
		driveApp(t, r.app, r.review.enter())
		requireScreens(t, r.app)
	})
}

// hostile are names as nobody should have them.
func hostile() *rapid.Generator[string] {
	parts := []string{"a", "Contoso", " ", "株式会社", "한국어", "é", "é", "👩‍👩‍👧‍👦", "🏳️‍🌈", "\u202eevil", "\x1b[31mred", "\x1b]0;title\x07", "\x00", "\t", "\n", "\u200b", "ﷺ", "﷽", "Ａ", "𝕏", strings.Repeat("long", 30), "กำ", "\xff"}
	return rapid.Map(rapid.SliceOfN(rapid.SampledFrom(parts), 1, 6), func(drawn []string) string { return strings.Join(drawn, "") })
}

func quantities() *rapid.Generator[string] {
	return rapid.SampledFrom([]string{"", "0", "1", "12.5", "99999", "123456789012.25", "0.0001"})
}

func TestNoLineOfReviewAndSyncIsWiderThanTheScreen(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		lines := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) fakeLine {
			return fakeLine{hostile().Draw(rt, "customer"), hostile().Draw(rt, "service"), quantities().Draw(rt, "usage"), quantities().Draw(rt, "has"), rapid.Bool().Draw(rt, "ours")}
		}), 1, 6).Draw(rt, "lines")
		r := newReviewRig(t, lines...)
		r.billing.usage.AsOf = testNow().Add(-time.Duration(rapid.IntRange(0, 50).Draw(rt, "age")) * time.Hour)
		r.open()
		fits := func() {
			for _, width := range []int{60, 79, 111, 112, 200} {
				for _, height := range []int{15, 35} {
					for _, step := range r.steps[placeReview:] {
						body := step.view(width, height)
						if n := strings.Count(body, "\n") + 1; n > height {
							rt.Fatalf("%d lines of %d:\n%s", n, height, body)
						}
						for line := range strings.SplitSeq(body, "\n") {
							if w := ansi.StringWidth(line); w > width-1 { // where the rules end
								rt.Fatalf("%d cells of %d: %q", w, width, line)
							}
							if strings.ContainsAny(line, "\x1b\x07\x00\u202e\t") {
								rt.Fatalf("harmful: %q", line)
							}
						}
					}
				}
			}
		}
		r.review.state.setFilter(filterAll)
		for range rapid.IntRange(0, 6).Draw(rt, "steps") {
			r.review.state.move(rapid.IntRange(-3, 3).Draw(rt, "by"))
			r.review.why = whySize(rapid.IntRange(0, 2).Draw(rt, "why"))
			fits()
		}
		refused := &billing.Failure{Class: billing.ClassRejected, Op: "write", Message: hostile().Draw(rt, "message"), Hint: hostile().Draw(rt, "hint")}
		r.billing.onWrite = func(n int) (bool, error) {
			if n%2 == 0 {
				return false, refused
			}
			return true, nil
		}
		r.desk.plan = r.review.state.page
		cmd := r.sync.enter()
		fits()
		driveApp(t, r.app, cmd)
		fits()
		press(t, r.app, "t")
		fits()
	})
}
