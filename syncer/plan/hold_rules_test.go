package plan_test

import (
	"strings"
	"testing"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

func key(text string) billing.Key {
	k, err := billing.ParseKey(text)
	if err != nil {
		panic(err)
	}
	return k
}

// waits says that a write of key on an agreement is unknown.
func waits(w *world, text string, agreement int) {
	w.current.Unknown = append(w.current.Unknown, plan.Unknown{Key: key(text), AgreementID: agreement, Since: now})
}

func TestPreviousUnknown(t *testing.T) {
	given := func(usage string, change ...func(w *world)) func(w *world) {
		return func(w *world) {
			w.uses("1001", "mbx", usage)
			w.ours(5, "1001", "mbx", "10")
			for _, c := range change {
				c(w)
			}
		}
	}
	own := func(w *world) { waits(w, "mail/1001/mbx", 811) }
	neighbour := func(w *world) { waits(w, "mail/1001/other", 811) }
	accept := func(w *world) { w.accept("mail/1001/mbx") }
	moved := func(w *world) { w.agreement(812, 250); w.linked().Agreement = 812 }
	held := "1001/mbx hold previous_unknown #5 wanted quantity 12 delta 8 USD"
	checkRules(t, []rule{
		{"the line itself", given("12", own), held},
		{"another line on its agreement", given("12", neighbour), held},
		{"another agreement", given("12", func(w *world) { waits(w, "mail/1001/other", 812) }),
			"1001/mbx update usage_rose #5 quantity 10→12 delta 8 USD"},
		{"the line itself, nothing pending", given("10", own), "1001/mbx hold previous_unknown #5"},
		{"another line, nothing pending", given("10", neighbour), "1001/mbx none unchanged #5"},
		{"accept does not plan it: a read-back settles it first", given("12", own, accept), held},
		{"accepting a line beside it does not release it", given("12", neighbour, accept), held},
		{"a new line", func(w *world) { w.uses("1001", "mbx", "12"); own(w) },
			"1001/mbx hold previous_unknown wanted quantity 12 wanted from 2026-11-21 delta 48 USD"},
		{"a new line elsewhere, while the key waits on its old agreement", func(w *world) {
			w.uses("1001", "mbx", "12")
			own(w)
			moved(w)
		},
			"1001/mbx hold previous_unknown wanted quantity 12 wanted from 2026-11-21 delta 48 USD"},
		{"adoption of an equal line", func(w *world) {
			w.uses("1001", "mbx", "12")
			w.line(9, "12")
			neighbour(w)
		}, "1001/mbx hold previous_unknown #9 adopts"},
		{"an old line that would end", given("12", accept, moved, neighbour),
			"1001/mbx hold previous_unknown #5 wanted quantity 12 wanted from 2026-11-21 delta 48 USD"},
		{"a guard is named first, and both must be settled", given("100", own),
			"1001/mbx hold guard_rise #5 wanted quantity 100 delta 360 USD"},
		{"guard accepted, still unknown", given("100", own, accept),
			"1001/mbx hold previous_unknown #5 wanted quantity 100 delta 360 USD"},
		{"letting go of it", given("12", own, accept, func(w *world) { w.linked().Agreement = 0 }),
			"1001/mbx hold previous_unknown #5"},
		{"switched off: left alone", given("12", own, func(w *world) { w.mbx().Sync = false }), "1001/mbx skip sync_off #5"},
		{"a member of a merged line", func(w *world) {
			mergeTwo(w, billing.MergeSum)
			w.uses("1001", "mbx", "5")
			w.uses("1001", "shared", "7")
			w.ours(5, "1001", "mbx", "12")
			waits(w, "mail/1001/shared", 811)
		}, `1001/mbx hold previous_unknown #5
			1001/shared skip merged_into into 1001/mbx`},
	})
}

func TestUndone(t *testing.T) {
	undone := func(quantity string, agreement, product int) func(w *world) {
		return func(w *world) {
			w.current.Undone = append(w.current.Undone, plan.Undone{Key: key("mail/1001/mbx"), AgreementID: agreement, ProductID: product, Quantity: dec(quantity)})
		}
	}
	given := func(usage string, change ...func(w *world)) func(w *world) {
		return func(w *world) {
			w.uses("1001", "mbx", usage)
			w.ours(5, "1001", "mbx", "10")
			for _, c := range change {
				c(w)
			}
		}
	}
	rises := "1001/mbx update usage_rose #5 quantity 10→12 delta 8 USD"
	held := "1001/mbx hold undone #5 wanted quantity 12 delta 8 USD"
	checkRules(t, []rule{
		{"usage as it was", given("12", undone("12", 811, 7)), held},
		{"usage as it was, written in another way", given("12", undone("12.0000001", 811, 7)), held},
		{"usage changed", given("12", undone("13", 811, 7)), rises},
		{"another agreement since", given("12", undone("12", 812, 7)), rises},
		{"another product since", given("12", undone("12", 811, 8)), rises},
		{"accepted", given("12", undone("12", 811, 7), func(w *world) { w.accept("mail/1001/mbx") }), rises + " accepted"},
		{"a new line that was taken back", func(w *world) { w.uses("1001", "mbx", "12"); undone("12", 811, 7)(w) },
			"1001/mbx hold undone wanted quantity 12 wanted from 2026-11-21 delta 48 USD"},
		{"an end that was taken back", func(w *world) {
			w.mail().OnZero = billing.ZeroCancel
			w.uses("1001", "mbx", "0")
			w.ours(5, "1001", "mbx", "3")
			undone("0", 811, 7)(w)
		}, "1001/mbx hold undone #5 wanted until 2026-11-21 delta -12 USD"},
		{"nothing pending", given("10", undone("10", 811, 7)), "1001/mbx none unchanged #5"},
		{"a merged line that another member carried then", func(w *world) {
			mergeTwo(w, billing.MergeSum)
			w.uses("1001", "mbx", "5")
			w.uses("1001", "shared", "7")
			w.ours(5, "1001", "mbx", "10")
			w.current.Undone = []plan.Undone{{Key: key("mail/1001/shared"), AgreementID: 811, ProductID: 7, Quantity: dec("12")}}
		}, held + "\n1001/shared skip merged_into into 1001/mbx"},
	})
}

func TestLeftOut(t *testing.T) {
	leave := func(w *world) { w.policy.LeftOut = []string{"mail/1001/mbx"} }
	checkRules(t, []rule{
		{"a change", func(w *world) {
			leave(w)
			w.uses("1001", "mbx", "12")
			w.ours(5, "1001", "mbx", "10")
		},
			"1001/mbx skip left_out #5 wanted quantity 12 delta 8 USD"},
		{"a new line", func(w *world) { leave(w); w.uses("1001", "mbx", "12") },
			"1001/mbx skip left_out wanted quantity 12 wanted from 2026-11-21 delta 48 USD"},
		{"a held line", func(w *world) {
			leave(w)
			w.uses("1001", "mbx", "1")
			w.ours(5, "1001", "mbx", "10")
		},
			"1001/mbx skip left_out #5 wanted quantity 1 delta -36 USD"},
		{"an adoption of an equal line", func(w *world) {
			leave(w)
			w.uses("1001", "mbx", "12")
			w.line(9, "12")
		},
			"1001/mbx skip left_out #9 adopts"},
		{"letting go of a deleted line", func(w *world) {
			leave(w)
			w.accept("mail/1001/mbx")
			w.uses("1001", "mbx", "0")
			w.owns(5, "1001", "mbx", 811, 7, "10")
		}, "1001/mbx skip left_out #5"},
		{"a line that would not change", func(w *world) {
			leave(w)
			w.uses("1001", "mbx", "10")
			w.ours(5, "1001", "mbx", "10")
		},
			"1001/mbx none unchanged #5"},
		{"a skipped line", func(w *world) {
			leave(w)
			w.mbx().Sync = false
			w.uses("1001", "mbx", "10")
		}, "1001/mbx skip sync_off"},
		{"the carrier of a merged line", func(w *world) {
			leave(w)
			mergeTwo(w, billing.MergeSum)
			w.uses("1001", "mbx", "5")
			w.uses("1001", "shared", "7")
		}, `1001/mbx skip left_out wanted quantity 12 wanted from 2026-11-21 delta 48 USD
			1001/shared skip merged_into into 1001/mbx`},
		{"a member of a merged line", func(w *world) {
			w.policy.LeftOut = []string{"mail/1001/shared"}
			mergeTwo(w, billing.MergeSum)
			w.uses("1001", "mbx", "5")
			w.uses("1001", "shared", "7")
		}, `1001/mbx skip left_out wanted quantity 12 wanted from 2026-11-21 delta 48 USD
			1001/shared skip merged_into into 1001/mbx`},
	})
}

func TestAcceptThatMeetsNothingWarns(t *testing.T) {
	w := newWorld()
	w.uses("1001", "mbx", "12")
	w.ours(5, "1001", "mbx", "3")
	w.policy.Guards.RiseUnits = dec("1")
	waits(w, "mail/1001/other", 900)
	w.accept("mail/1001/mbx", "mail/1001/typo", "mail:usage_stale", "mail:guard_rise", "nonsense")
	made := w.plan()
	if got := strings.Join(made.Unused, " "); got != "mail/1001/typo mail:usage_stale mail:guard_rise nonsense" {
		t.Errorf("unused %q", got)
	}
	if got := strings.Join(made.Accepted, " "); got != "mail/1001/mbx" {
		t.Errorf("accepted %q", got)
	}
}

func TestReasonsSayWhatToDo(t *testing.T) {
	for _, c := range []struct {
		name  string
		given func(w *world)
		want  string
	}{
		{"guard", changes("20", "10"), "falls by 50 %: nothing is written until you accept it"},
		{"guard from nothing", changes("0", "30"), "rises by 30 units from nothing: nothing is written until you accept it"},
		{"rose", changes("10", "12.5"), "usage rose from 10 to 12.5"},
		{"fell", changes("10", "9"), "usage fell from 10 to 9"},
		{"zero", changes("3", "0"), "no usage any more: the addition goes from 3 to 0"},
		{"unchanged", changes("3", "3"), "unchanged"},
		{"created", func(w *world) { w.uses("1001", "mbx", "3") }, "no addition yet: created, effective 2026-11-21"},
		{"ambiguous", func(w *world) {
			w.uses("1001", "mbx", "3")
			w.line(8, "1")
			w.line(9, "2.5")
		},
			"2 open additions of MBX could be the one (8 of 1, 9 of 2.5): choose one in the set-up under additions"},
		{"many ambiguous", func(w *world) {
			w.uses("1001", "mbx", "3")
			for i := range 7 {
				w.line(10+i, "1")
			}
		}, "7 open additions of MBX could be the one (10 of 1, 11 of 1, 12 of 1, 13 of 1, 14 of 1, …): choose one in the set-up under additions"},
		{"none adoptable", func(w *world) { w.uses("1001", "mbx", "3"); w.line(8, "1").Bill = billing.NoCharge },
			"the agreement has open additions of MBX (8 of 1), but none that may be adopted (billable, in effect, no one-off, not another line's): choose one in the set-up under additions, or end them"},
		{"picked one of another", func(w *world) {
			w.linked().Additions = map[string]int{"mbx": 5}
			w.uses("1001", "mbx", "3")
			w.ours(5, "2000", "old", "1")
		}, "the set-up names addition 5, which belongs to mail/2000/old: name another one under additions"},
		{"switched off", func(w *world) { w.linked().Sync = false; w.uses("1001", "mbx", "3") }, "switched off: the customer"},
		{"switched-off source", func(w *world) { w.mail().Sync = false; w.uses("1001", "mbx", "3") }, "switched off: the source"},
		{"switched-off service", func(w *world) { w.mbx().Sync = false; w.uses("1001", "mbx", "3") }, "switched off: the service"},
		{"services_off", func(w *world) { w.linked().ServicesOff = []string{"mbx"}; w.uses("1001", "mbx", "3") },
			"switched off: this service of this customer"},
		{"bundle class", func(w *world) { w.current.Products[0].Class = "Bundle"; w.uses("1001", "mbx", "3") },
			"product MBX is a bundle, which cannot be an addition: map the service to another product"},
		{"product by id", func(w *world) { w.mbx().Product = billing.ProductRef{ID: 99}; w.uses("1001", "mbx", "3") },
			"product 99 is not in ConnectWise's catalog: create it or map the service to another"},
		{"trial", func(w *world) { w.uses("1001", "mbx", "3").Status = billing.StatusTrial },
			"the usage is trial, which is not billed"},
		{"agreement ended", func(w *world) {
			w.edit(811, func(a *billing.Agreement) { a.End = date("2026-10-31") })
			w.uses("1001", "mbx", "3")
		}, "the agreement ended on 2026-10-31: link the customer to a running one"},
		{"other company", func(w *world) { w.linked().Company = 9; w.uses("1001", "mbx", "3") },
			"agreement agreement 811 belongs to company 250, not to the company that customer 1001 is linked to: link the customer anew"},
		{"source gone", func(w *world) { w.ours(5, "a:1", "x", "1"); w.stays() },
			"source a is no longer in the set-up, and our addition still bills 1: put it right, or accept to leave the addition to itself"},
		{"monthly delta", func(w *world) { w.uses("1001", "mbx", "3"); w.policy.Guards.MaxMonthlyDelta = some("1") },
			"the monthly value moves by 12.00 USD, more than 1: look at the changes first, or accept them"},
		{"stale", func(w *world) {
			w.uses("1001", "mbx", "3")
			w.sources["mail"].Usage.AsOf = now.Add(-30*time.Hour - time.Second)
		}, "the usage is from 2026-11-19 23:59 UTC, 30 hours old, and may be at most 26h old: get a newer one, or accept it"},
		{"missing share", func(w *world) {
			w.policy.Guards.MissingPercent = dec("30")
			w.uses("1001", "mbx", "0")
			w.ours(5, "1001", "mbx", "3")
		}, "1 of the 1 lines billed last time are zero or gone, more than 30 %: look whether the source is complete, or accept it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			c.given(w)
			p := w.plan()
			if got := p.Changes[0].Reason; got != c.want {
				t.Errorf("reason: %s\nwanted: %s", got, c.want)
			}
		})
	}
}
