package plan_test

import (
	"slices"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

func TestSourceNotReadWhole(t *testing.T) {
	failed := func(w *world) {
		w.ours(5, "1001", "mbx", "10")
		w.sources["mail"].Problem = "usage.csv, line 7: quantity is negative"
	}
	empty := func(w *world) { w.ours(5, "1001", "mbx", "10") }
	checkRules(t, []rule{
		{"failed: owned lines are held", failed, "1001/mbx hold source_failed #5"},
		{"empty: owned lines are held", empty, "1001/mbx hold source_empty #5"},
		{"failed and complete with cancel: held all the same", func(w *world) {
			failed(w)
			w.mail().Complete, w.mail().OnMissing = true, billing.MissingCancel
		}, "1001/mbx hold source_failed #5"},
		{"empty and complete with zero: held all the same", func(w *world) {
			empty(w)
			w.mail().Complete, w.mail().OnMissing = true, billing.MissingZero
		}, "1001/mbx hold source_empty #5"},
		{"failed cannot be accepted", func(w *world) { failed(w); w.accept("mail:source_failed", "mail/1001/mbx") },
			"1001/mbx hold source_failed #5"},
		{"empty cannot be accepted", func(w *world) { empty(w); w.accept("mail:source_empty", "mail/1001/mbx") },
			"1001/mbx hold source_empty #5"},
		{"failed with nothing owned: no rows", func(w *world) { w.sources["mail"].Problem = "no such file" }, ""},
		{"switched off: neither failed nor empty", func(w *world) { failed(w); w.mail().Sync = false },
			"1001/mbx skip sync_off #5"},
		{"failed and left out", func(w *world) { failed(w); w.policy.LeftOut = []string{"mail/1001/mbx"} },
			"1001/mbx skip left_out #5"},
		{"other sources go on, but not into its lines", func(w *world) {
			failed(w)
			w.service("web:site", "MBX")
			w.product(9, "SITE", "1")
			w.service("web:page", "SITE")
			w.customer("web:1", 250, 811)
			w.uses("web:1", "site", "3")
			w.uses("web:1", "page", "3")
		}, `1001/mbx hold source_failed #5
			web/1/page create new_line quantity 3 from 2026-11-21 delta 3 USD
			web/1/site hold claimed_twice`},
	})
}

func TestSourceSummaries(t *testing.T) {
	w := newWorld()
	w.uses("1001", "mbx", "3")
	w.uses("1001", "other", "3")
	w.uses("1002", "mbx", "3")
	w.sources["mail"].Usage.Digest = "abc"
	w.source("web")
	w.sources["web"].Problem = "cannot be reached"
	w.source("disk")
	w.sources["disk"].NotRead = true
	w.policy.Sources = []string{"mail", "web"}
	got := w.plan().Sources
	want := []plan.SourceSummary{
		{Name: "mail", AsOf: now, Digest: "abc", Customers: 2, Lines: 3},
		{Name: "web", AsOf: now, Held: plan.SourceFailed, Problem: "cannot be reached"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("sources %+v, wanted %+v", got, want)
	}
}
