package plan_test

import (
	"slices"
	"strings"
	"testing"

	"cwsync/syncer/billing"
)

// Every warning of the planner, word for word: those of a row first, those of a whole plan below.

// warningCase is a world and the warnings of its rows, each with its key in front.
type warningCase struct {
	name  string
	given func(w *world)
	want  []string
}

func switchWarnings() []warningCase {
	return []warningCase{
		{
			name: "a switch is off while our addition bills",
			given: func(w *world) {
				billsTo("10", "12")(w)
				w.mbx().Sync = false
			},
			want: []string{"1001/mbx: the addition goes on billing 10 while the switch is off"},
		},
		{
			name: "a switch is off while our addition bills a fraction",
			given: func(w *world) {
				billsTo("0.25", "12")(w)
				w.linked().Sync = false
			},
			want: []string{"1001/mbx: the addition goes on billing 0.25 while the switch is off"},
		},
		{
			name: "a switch is off and our addition has zero",
			given: func(w *world) {
				billsTo("0", "12")(w)
				w.mbx().Sync = false
			},
		},
		{
			name: "a switch is off and our addition is cancelled",
			given: func(w *world) {
				billsTo("10", "12")(w)
				w.mbx().Sync = false
				w.current.Additions[811][0].Cancelled = today
			},
		},
		{
			name: "a switch is off and nothing is ours",
			given: func(w *world) {
				w.uses("1001", "mbx", "12")
				w.line(9, "10")
				w.mbx().Sync = false
			},
		},
		{
			name: "the source is off and the line absent",
			given: func(w *world) {
				w.ours(5, "1001", "mbx", "10")
				w.mail().Sync = false
			},
			want: []string{"1001/mbx: the addition goes on billing 10 while the switch is off"},
		},
		{
			name: "one member of a merged line is off: said once, at the line that carries it",
			given: func(w *world) {
				mergeTwo(w, billing.MergeSum)
				w.service("shared", "").Sync = false
				w.uses("1001", "shared", "2")
				billsTo("10", "12")(w)
			},
			want: []string{"1001/mbx: the addition goes on billing 10 while the switch is off"},
		},
	}
}

func otherLineWarnings() []warningCase {
	return []warningCase{
		{
			name: "the set-up names another addition than the one that is ours",
			given: func(w *world) {
				billsTo("10", "12")(w)
				w.line(9, "1")
				w.linked().Additions = map[string]int{"mbx": 9}
			},
			want: []string{"1001/mbx: the set-up names addition 9, but addition 5 is ours already and goes on: cancel it in ConnectWise to use the other"},
		},
		{
			name: "the set-up names just the one that is ours",
			given: func(w *world) {
				billsTo("10", "12")(w)
				w.linked().Additions = map[string]int{"mbx": 5}
			},
		},
		{
			name: "another one of a merged line was cancelled by a person",
			given: func(w *world) {
				twoCustomers(w, billing.MergeSum)
				w.uses("1002", "mbx", "7")
				billsTo("10", "5")(w)
				w.ours(6, "1002", "mbx", "7").Cancelled = date("2026-11-20")
			},
			want: []string{"1001/mbx: somebody cancelled our addition 6 on 2026-11-20; it is no longer ours"},
		},
		{
			name: "another one of a merged line was deleted by a person",
			given: func(w *world) {
				twoCustomers(w, billing.MergeSum)
				w.uses("1002", "mbx", "7")
				billsTo("10", "5")(w)
				w.owns(6, "1002", "mbx", 811, 7, "7")
			},
			want: []string{"1001/mbx: somebody deleted our addition 6; it is no longer ours"},
		},
		{
			name: "another one of a merged line was pointed elsewhere by a person",
			given: func(w *world) {
				w.product(8, "OTHER", "1")
				twoCustomers(w, billing.MergeSum)
				w.uses("1002", "mbx", "7")
				billsTo("10", "5")(w)
				w.owns(6, "1002", "mbx", 811, 7, "7")
				w.lineOn(811, 6, 8, "7")
			},
			want: []string{"1001/mbx: somebody pointed our addition 6 to product OTHER; it is no longer ours"},
		},
		{
			name: "an ordinary change warns of nothing",
			given: func(w *world) {
				billsTo("10", "12")(w)
			},
		},
	}
}

func TestWarningsOfRows(t *testing.T) {
	for _, c := range slices.Concat(switchWarnings(), otherLineWarnings()) {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			c.given(w)
			p := w.plan()
			var got []string
			for i := range p.Changes {
				row := &p.Changes[i]
				for _, warning := range row.Warnings {
					got = append(got, strings.TrimPrefix(row.Key.String(), "mail/")+": "+warning)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("warnings %q, wanted %q", got, c.want)
			}
			if len(p.Warnings) > 0 {
				t.Errorf("the plan warns as well: %q", p.Warnings)
			}
		})
	}
}

func TestAcceptancesThatMeetNothingAreNamed(t *testing.T) {
	for _, c := range []struct {
		name  string
		given func(w *world)
		want  []string
	}{
		{
			name:  "none given",
			given: billsTo("10", "12"),
		},
		{
			name:  "one that is used",
			given: func(w *world) { billsTo("10", "50")(w); w.accept("mail/1001/mbx") },
		},
		{
			name:  "a line that is not held",
			given: func(w *world) { billsTo("10", "12")(w); w.accept("mail/1001/mbx") },
			want:  []string{"mail/1001/mbx"},
		},
		{
			name:  "a line that is not there",
			given: func(w *world) { billsTo("10", "50")(w); w.accept("mail/1001/mbox") },
			want:  []string{"mail/1001/mbox"},
		},
		{
			name:  "a line without its source",
			given: func(w *world) { billsTo("10", "50")(w); w.accept("1001/mbx") },
			want:  []string{"1001/mbx"},
		},
		{
			name:  "a line as a code of a source",
			given: func(w *world) { billsTo("10", "50")(w); w.accept("mail:guard_rise") },
			want:  []string{"mail:guard_rise"},
		},
		{
			name: "a source that could not be read",
			given: func(w *world) {
				w.sources["mail"].Problem = "no such file"
				w.accept("mail:source_failed")
			},
			want: []string{"mail:source_failed"},
		},
		{
			name:  "a source that gave nothing",
			given: func(w *world) { w.accept("mail:source_empty") },
			want:  []string{"mail:source_empty"},
		},
		{
			name:  "a guard of a source that did not stop it",
			given: func(w *world) { billsTo("10", "12")(w); w.accept("mail:usage_stale") },
			want:  []string{"mail:usage_stale"},
		},
		{
			name: "a held line that a filter hides",
			given: func(w *world) {
				billsTo("10", "50")(w)
				w.accept("mail/1001/mbx")
				w.policy.Customers = []string{"1002"}
			},
			want: []string{"mail/1001/mbx"},
		},
		{
			name: "several, each in the order given",
			given: func(w *world) {
				billsTo("10", "50")(w)
				w.accept("zzz", "mail/1001/mbx", "aaa")
			},
			want: []string{"zzz", "aaa"},
		},
		{
			name: "a line whose write is unknown, which a read-back settles before it is planned",
			given: func(w *world) {
				billsTo("10", "12")(w)
				waits(w, "mail/1001/mbx", 811)
				w.accept("mail/1001/mbx")
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			c.given(w)
			made := w.plan()
			if !slices.Equal(made.Unused, c.want) {
				t.Errorf("unused %q, wanted %q", made.Unused, c.want)
			}
			var met []string
			for _, entry := range w.policy.Accept {
				if !slices.Contains(c.want, entry) {
					met = append(met, entry)
				}
			}
			if !slices.Equal(made.Accepted, met) || len(made.Warnings) > 0 {
				t.Errorf("accepted %q, wanted %q; warnings %q", made.Accepted, met, made.Warnings)
			}
		})
	}
}
