package plan_test

import (
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

// letGo is a reason to let go of our addition 5. Addition 9 is the one that the line goes on with.
type letGo struct {
	code   plan.Code
	given  func(w *world)
	on     int    // agreement of addition 9
	reason string // up to what the line goes on with
	ended  string // the row that ends addition 5 when accepted
	lets   string // what the other row does about addition 5 when accepted
}

func letGos() []letGo {
	return []letGo{
		{
			code: plan.MappingChanged, on: 812,
			given: func(w *world) {
				w.agreement(812, 250)
				w.linked().Agreement = 812
				w.ours(5, "1001", "mbx", "12")
			},
			reason: "addition 5 on agreement 811 is ours, but the line is mapped elsewhere now: accept to end it",
			ended:  "1001/mbx cancel mapping_changed #5 until 2026-11-21 delta -48 USD accepted",
			lets:   " step 1",
		},
		{
			code: plan.DriftProduct, on: 811,
			given: func(w *world) {
				w.product(8, "OTHER", "1")
				w.owns(5, "1001", "mbx", 811, 7, "12")
				w.lineOn(811, 5, 8, "12")
			},
			reason: "somebody pointed our addition 5 to product OTHER: accept to let go of it",
			lets:   " releases [5]",
		},
		{
			code: plan.DriftCancelled, on: 811,
			given: func(w *world) {
				w.ours(5, "1001", "mbx", "12").Cancelled = date("2026-11-20")
			},
			reason: "somebody cancelled our addition 5 on 2026-11-20: accept to let go of it",
			lets:   " releases [5]",
		},
		{
			code: plan.DriftDeleted, on: 811,
			given:  func(w *world) { w.owns(5, "1001", "mbx", 811, 7, "12") },
			reason: "somebody deleted our addition 5: accept to let go of it",
			lets:   " releases [5]",
		},
	}
}

// furtherHold is a hold that accepting the first one releases too.
type furtherHold struct {
	name    string
	has     string // addition 9
	usage   string
	given   func(w *world, on int)
	reason  string
	updates string
}

func furtherHolds() []furtherHold {
	return []furtherHold{
		{
			name: "guard_drop", has: "134", usage: "12",
			reason:  "; falls by 91 %: nothing is written until you accept it",
			updates: "1001/mbx update usage_fell #9 adopts quantity 134→12 delta -488 USD",
		},
		{
			name: "guard_rise", has: "5", usage: "30",
			reason:  "; rises by 500 %: nothing is written until you accept it",
			updates: "1001/mbx update usage_rose #9 adopts quantity 5→30 delta 100 USD",
		},
		{
			name: "undone", has: "10", usage: "12",
			given: func(w *world, on int) {
				w.current.Undone = []plan.Undone{{Key: key("mail/1001/mbx"), AgreementID: on, ProductID: 7, Quantity: dec("12")}}
			},
			reason:  "; an undo took this back, and neither usage nor mapping changed since: accept to write it again",
			updates: "1001/mbx update usage_rose #9 adopts quantity 10→12 delta 8 USD",
		},
		{
			name: "not_prorated", has: "10", usage: "12",
			given: func(w *world, on int) {
				w.mbx().Change = billing.Dated
				w.edit(on, func(a *billing.Agreement) { a.Prorates = false })
			},
			reason:  "; a dated change needs an agreement that prorates: tick prorate on it, or accept to change the quantity in place",
			updates: "1001/mbx update usage_rose #9 adopts quantity 10→12 delta 8 USD",
		},
		{
			name: "guard_drop and undone", has: "134", usage: "12",
			given: func(w *world, on int) {
				w.current.Undone = []plan.Undone{{Key: key("mail/1001/mbx"), AgreementID: on, ProductID: 7, Quantity: dec("12")}}
			},
			reason: "; falls by 91 %: nothing is written until you accept it" +
				"; an undo took this back, and neither usage nor mapping changed since: accept to write it again",
			updates: "1001/mbx update usage_fell #9 adopts quantity 134→12 delta -488 USD",
		},
	}
}

// TestAHoldShowsAllThatAcceptingItReleases: a guard of the line that a row would go on with is no surprise after the acceptance.
func TestAHoldShowsAllThatAcceptingItReleases(t *testing.T) {
	for _, first := range letGos() {
		for _, further := range furtherHolds() {
			t.Run(string(first.code)+" and "+further.name, func(t *testing.T) {
				w := newWorld()
				first.given(w)
				w.uses("1001", "mbx", further.usage)
				w.lineOn(first.on, 9, 7, further.has)
				if further.given != nil {
					further.given(w, first.on)
				}
				p := w.plan()
				checkSound(t, w, &p)
				if len(p.Changes) != 1 {
					t.Fatalf("rows:\n%s", told(&p))
				}
				c := &p.Changes[0]
				if want := first.reason + "; goes on with addition 9" + further.reason; c.Reason != want {
					t.Errorf("reason %q\nwanted %q", c.Reason, want)
				}
				if c.Action != plan.Hold || c.Code != first.code || c.Addition.ID != 5 || !c.After.IsZero() || len(c.Releases) > 0 {
					t.Errorf("got %s", show(c))
				}
				if got, want := values("", c.Before, c.Wanted), " quantity "+further.has+"→"+further.usage; got != want {
					t.Errorf("before and wanted:%s, not%s", got, want)
				}
				w.accept("mail/1001/mbx")
				accepted := w.plan()
				checkSound(t, w, &accepted)
				checkText(t, "accepted", "rows", rows(&accepted), first.ended+"\n"+further.updates+first.lets+" accepted")
			})
		}
	}
}

// TestAHoldSaysWhatTakesThePlaceOfTheOldLine: another addition, a new line or nothing.
func TestAHoldSaysWhatTakesThePlaceOfTheOldLine(t *testing.T) {
	for _, first := range letGos() {
		for name, c := range map[string]struct {
			given  func(w *world)
			reason string
		}{
			"an equal line": {func(w *world) { w.uses("1001", "mbx", "12"); w.lineOn(first.on, 9, 7, "12") }, "; goes on with addition 9"},
			"a new line":    {func(w *world) { w.uses("1001", "mbx", "12") }, "; a new line is opened"},
			"a new line that an undo took back": {func(w *world) {
				w.uses("1001", "mbx", "12")
				w.current.Undone = []plan.Undone{{Key: key("mail/1001/mbx"), AgreementID: first.on, ProductID: 7, Quantity: dec("12")}}
			}, "; a new line is opened; an undo took this back, and neither usage nor mapping changed since: accept to write it again"},
			"nothing": {func(w *world) { w.uses("1001", "mbx", "0") }, "; nothing takes its place"},
		} {
			t.Run(string(first.code)+" and "+name, func(t *testing.T) {
				w := newWorld()
				first.given(w)
				c.given(w)
				p := w.plan()
				checkSound(t, w, &p)
				if row := p.Changes[0]; row.Action != plan.Hold || row.Code != first.code || row.Reason != first.reason+c.reason {
					t.Errorf("got %s\n%s", show(&row), row.Reason)
				}
			})
		}
	}
}

// TestOtherHoldsThatOneAcceptanceReleasesAreAllTold: where two holds meet, both are told, and the first gives the code.
func TestOtherHoldsThatOneAcceptanceReleasesAreAllTold(t *testing.T) {
	w := newWorld()
	w.owns(5, "1001", "mbx", 811, 7, "12")
	w.line(5, "134")
	w.uses("1001", "mbx", "12")
	p := w.plan()
	checkText(t, "drift and guard", "rows", told(&p), `
		1001/mbx hold drift_quantity #5 wanted quantity 12 delta -488 USD
			somebody changed the quantity from 12 to 134, usage says 12: accept to write it; falls by 91 %: nothing is written until you accept it`)

	w = newWorld()
	twoCustomers(w, billing.MergeSum)
	w.agreement(812, 250)
	w.uses("1001", "mbx", "5")
	w.uses("1002", "mbx", "7")
	for id, customer := range map[int]string{5: "1001", 6: "1002"} {
		w.owns(id, customer, "mbx", 812, 7, "5")
		w.lineOn(812, id, 7, "5")
	}
	p = w.plan()
	checkText(t, "both members of a merged line moved", "rows", told(&p), `
		1001/mbx hold mapping_changed #5 wanted quantity 12 wanted from 2026-11-21 delta 48 USD
			addition 5 on agreement 812 is ours, but the line is mapped elsewhere now: accept to end it; mail/1002/mbx is part of this merged line: addition 6 on agreement 812 is ours, but the line is mapped elsewhere now: accept mail/1002/mbx to end it; a new line is opened
			= sum of 2 lines = 12
		1002/mbx hold mapping_changed #6 into 1001/mbx
			addition 6 on agreement 812 is ours, but the line is mapped elsewhere now: accept to end it; goes on as part of mail/1001/mbx`)
}

// TestAnOldLineThatIsNotEndedIsSaidToStay: nothing is written to it, and the hold says why.
func TestAnOldLineThatIsNotEndedIsSaidToStay(t *testing.T) {
	for name, c := range map[string]struct {
		given func(w *world)
		why   string
	}{
		"agreement cancelled": {func(w *world) { w.edit(811, func(a *billing.Agreement) { a.Cancelled = true }) }, "its agreement is cancelled"},
		"agreement ended":     {func(w *world) { w.edit(811, func(a *billing.Agreement) { a.End = date("2026-11-20") }) }, "its agreement ended on 2026-11-20"},
		"agreement gone":      {func(w *world) { delete(w.current.Agreements, 811) }, "its agreement is gone"},
		"line deleted":        {func(w *world) { w.personDeletes(5) }, "somebody deleted our addition 5"},
		"line cancelled":      {func(w *world) { w.personCancels(5, "2026-11-20") }, "somebody cancelled our addition 5 on 2026-11-20"},
		"line about to end": {func(w *world) {
			w.invoiced()
			w.personCancels(5, "2026-11-25")
		}, "it ends on 2026-11-25 by itself"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			letGos()[0].given(w)
			w.uses("1001", "mbx", "12")
			c.given(w)
			p := w.plan()
			want := "addition 5 on agreement 811 is ours, but the line is mapped elsewhere now: accept to let go of it as it is (" + c.why + "); a new line is opened"
			if row := p.Changes[0]; row.Code != plan.MappingChanged || row.Reason != want {
				t.Errorf("reason %q\nwanted %q", row.Reason, want)
			}
		})
	}
}

// TestEveryAdditionThatAnAcceptanceEndsIsNamed: a key that owns two, because a dated change was cut short, has both told.
func TestEveryAdditionThatAnAcceptanceEndsIsNamed(t *testing.T) {
	w := newWorld()
	letGos()[0].given(w)
	w.ours(6, "1001", "mbx", "3")
	w.uses("1001", "mbx", "12")
	p := w.plan()
	checkText(t, "held", "rows", told(&p), `
		1001/mbx hold mapping_changed #6 wanted quantity 12 wanted from 2026-11-21 delta 48 USD
			addition 6 on agreement 811 is ours, but the line is mapped elsewhere now: accept to end it; addition 5 on agreement 811 is ours, but the line is mapped elsewhere now: accept to end it; a new line is opened`)
	w.accept("mail/1001/mbx")
	p = w.plan()
	checkText(t, "accepted", "rows", rows(&p), `
		1001/mbx cancel mapping_changed #6 until 2026-11-21 delta -12 USD accepted
		1001/mbx cancel mapping_changed #5 until 2026-11-21 delta -48 USD step 1 accepted
		1001/mbx create new_line quantity 12 from 2026-11-21 delta 48 USD step 1 accepted`)
}
