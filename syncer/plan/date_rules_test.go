package plan_test

import (
	"testing"

	"cwsync/syncer/billing"
)

func TestEffectiveDate(t *testing.T) {
	given := func(change func(a *billing.Agreement), more ...func(w *world)) func(w *world) {
		return func(w *world) {
			w.current.Products[0].Price = dec("0")
			w.uses("1001", "mbx", "3")
			w.edit(811, change)
			for _, m := range more {
				m(w)
			}
		}
	}
	next := func(day string, prorates bool) func(a *billing.Agreement) {
		return func(a *billing.Agreement) { a.NextInvoice, a.Prorates = date(day), prorates }
	}
	starts := func(day string, first func(a *billing.Agreement)) func(a *billing.Agreement) {
		return func(a *billing.Agreement) { first(a); a.BillStart = date(day) }
	}
	from := func(day string) string { return "1001/mbx create new_line quantity 3 from " + day }
	ended := func(day string) func(w *world) {
		return func(w *world) { w.owns(5, "1001", "mbx", 811, 7, "1").Ended = date(day) }
	}
	checkRules(t, []rule{
		{"not invoiced", given(next("2026-11-01", false)), from("2026-11-21")},
		{"next invoice today: not invoiced", given(next("2026-11-21", false)), from("2026-11-21")},
		{"next invoice tomorrow: invoiced", given(next("2026-11-22", false)), from("2026-11-22")},
		{"invoiced, not prorated: the next invoice date", given(next("2026-12-01", false)), from("2026-12-01")},
		{"invoiced, prorated: today", given(next("2026-12-01", true)), from("2026-11-21")},
		{"never invoiced", given(func(a *billing.Agreement) { a.Prorates = false }), from("2026-11-21")},
		{"billing starts later", given(starts("2026-12-15", next("", false))), from("2026-12-15")},
		{"billing started", given(starts("2026-11-15", next("", false))), from("2026-11-21")},
		{"billing starts later than the next invoice", given(starts("2026-12-15", next("2026-12-01", false))), from("2026-12-15")},
		{"billing starts before the next invoice, not prorated", given(starts("2026-11-25", next("2026-12-01", false))),
			from("2026-12-01")},
		{"billing starts before the next invoice, prorated", given(starts("2026-11-25", next("2026-12-01", true))),
			from("2026-11-25")},
		{"after a line of ours that ended", given(next("", true), ended("2026-11-30")), from("2026-12-01")},
		{"after a line of ours that ended long ago", given(next("", true), ended("2026-10-31")), from("2026-11-21")},
		{"after the last of several that ended", given(next("", true), ended("2026-11-25"), ended("2026-11-28"), ended("2026-10-01")),
			from("2026-11-29")},
		{"a line that ended on another product does not matter", given(next("", true), func(w *world) {
			w.owns(5, "1001", "mbx", 811, 8, "1").Ended = date("2026-11-30")
		}), from("2026-11-21")},
		{"on the last day of the agreement", given(func(a *billing.Agreement) { next("2026-12-01", false)(a); a.End = date("2026-12-01") }), from("2026-12-01")},
		{"after the last day of the agreement", given(func(a *billing.Agreement) { next("2026-12-01", false)(a); a.End = date("2026-11-30") }),
			"1001/mbx hold agreement_closed"},
	})
}

func TestCancelDate(t *testing.T) {
	given := func(next string, prorates bool, effective string) func(w *world) {
		return func(w *world) {
			w.mail().OnZero = billing.ZeroCancel
			w.edit(811, func(a *billing.Agreement) { a.NextInvoice, a.Prorates = date(next), prorates })
			w.uses("1001", "mbx", "0")
			addition := w.ours(5, "1001", "mbx", "2")
			addition.Effective, addition.UnitPrice = date(effective), dec("0")
		}
	}
	until := func(day string) string { return "1001/mbx cancel usage_zero #5 until " + day }
	checkRules(t, []rule{
		{"not invoiced: today", given("2026-11-01", false, "2026-01-01"), until("2026-11-21")},
		{"next invoice today: today", given("2026-11-21", false, "2026-01-01"), until("2026-11-21")},
		{"next invoice tomorrow: today is the day before it", given("2026-11-22", false, "2026-01-01"), until("2026-11-21")},
		{"invoiced, not prorated: the day before the next invoice", given("2026-12-01", false, "2026-01-01"), until("2026-11-30")},
		{"invoiced, prorated: today", given("2026-12-01", true, "2026-01-01"), until("2026-11-21")},
		{"never before the line takes effect", given("2026-12-01", true, "2026-11-25"), until("2026-11-25")},
		{"never before the line takes effect, not prorated", given("2026-12-01", false, "2026-12-01"), until("2026-12-01")},
	})
}

func TestMonthlyValue(t *testing.T) {
	cycle := func(periods int) func(w *world) {
		return func(w *world) {
			w.uses("1001", "mbx", "13")
			w.ours(5, "1001", "mbx", "10")
			w.edit(811, func(a *billing.Agreement) { a.Cycle.PeriodsPerYear = periods })
		}
	}
	worth := func(delta string) string {
		return "1001/mbx update usage_rose #5 quantity 10→13 delta " + delta + " USD"
	}
	with := func(change func(a *billing.Addition)) func(w *world) {
		return func(w *world) { cycle(12)(w); change(&w.current.Additions[811][0]) }
	}
	nothing := "1001/mbx update usage_rose #5 quantity 10→13"
	checkRules(t, []rule{
		{"monthly", cycle(12), worth("12")},
		{"quarterly", cycle(4), worth("4")},
		{"yearly", cycle(1), worth("1")},
		{"twice a year", cycle(2), worth("2")},
		{"weekly", cycle(52), worth("52")},
		{"every two weeks", cycle(26), worth("26")},
		{"of an unknown rhythm", cycle(0), nothing},
		{"a fraction of a cent is kept", func(w *world) {
			cycle(1)(w)
			w.current.Additions[811][0].UnitPrice = dec("1")
		}, worth("0.25")},
		{"not billed", with(func(a *billing.Addition) { a.Bill = billing.DoNotBill }), nothing},
		{"no charge", with(func(a *billing.Addition) { a.Bill = billing.NoCharge }), nothing},
		{"free units do not change a difference", with(func(a *billing.Addition) { a.LessIncluded = dec("2") }), worth("12")},
		{"free units reduce what an end is worth", func(w *world) {
			w.mail().OnZero, w.policy.Guards.DropUnits = billing.ZeroCancel, dec("100")
			w.uses("1001", "mbx", "0")
			w.ours(5, "1001", "mbx", "10").LessIncluded = dec("2")
		}, "1001/mbx cancel usage_zero #5 until 2026-11-21 delta -32 USD"},
		{"a new line is worth its catalog price", func(w *world) { w.uses("1001", "mbx", "13") },
			"1001/mbx create new_line quantity 13 from 2026-11-21 delta 52 USD"},
		{"a new line on a yearly agreement", func(w *world) {
			w.uses("1001", "mbx", "12")
			w.edit(811, func(a *billing.Agreement) { a.Cycle.PeriodsPerYear = 1 })
		}, "1001/mbx create new_line quantity 12 from 2026-11-21 delta 4 USD"},
	})
}

func TestSummaryCountsAndAddsUp(t *testing.T) {
	w := newWorld()
	w.agreement(812, 250)
	w.edit(812, func(a *billing.Agreement) { a.Currency = "EUR" })
	for i, quantity := range []string{"1", "2", "3", "4"} {
		id := string(rune('a' + i))
		w.product(20+i, "P"+id, "10")
		w.service("s"+id, "P"+id)
		w.uses("1001", "s"+id, quantity)
	}
	w.customer("1002", 250, 812)
	w.uses("1002", "sa", "5")
	w.uses("1003", "sa", "5")
	w.lineOn(811, 30, 21, "2")   // none, adopts
	w.lineOn(811, 31, 22, "300") // hold
	w.lineOn(811, 32, 23, "5")   // update, 4.00 each
	p := w.plan()
	sum := p.Summary()
	if sum.Create != 2 || sum.Update != 1 || sum.Cancel != 0 || sum.None != 1 || sum.Hold != 1 || sum.Skip != 1 || sum.Pending() != 3 {
		t.Errorf("summary %+v", sum)
	}
	if usd, eur := sum.MonthlyDelta["USD"], sum.MonthlyDelta["EUR"]; len(sum.MonthlyDelta) != 2 || usd.String() != "6" || eur.String() != "50" {
		t.Errorf("monthly delta %v", sum.MonthlyDelta)
	}
	if !p.Held() {
		t.Error("a plan with a held line is not held")
	}
}

func TestHeld(t *testing.T) {
	w := newWorld()
	w.uses("1001", "mbx", "3")
	if p := w.plan(); p.Held() {
		t.Error("a plan that creates one line is held")
	}
	w.sources["mail"].Problem, w.sources["mail"].Usage = "no such file", billing.Usage{}
	if p := w.plan(); !p.Held() {
		t.Error("a plan with a failed source and no rows is not held")
	}
}

// dated is a line of ours with dated changes that goes from one quantity to another.
func dated(from, to string, change ...func(w *world)) func(w *world) {
	return func(w *world) {
		w.mbx().Change = billing.Dated
		w.uses("1001", "mbx", to)
		w.ours(5, "1001", "mbx", from).Taxable = true
		for _, c := range change {
			c(w)
		}
	}
}

func firstLine(change func(a *billing.Addition)) func(w *world) {
	return func(w *world) { change(&w.current.Additions[811][0]) }
}

func acceptMbx(w *world) { w.accept("mail/1001/mbx") }

func noProrate(w *world) { w.edit(811, func(a *billing.Agreement) { a.Prorates = false }) }

// datedRise is the row that opens the new line.
func datedRise(quantity, day, delta string) string {
	return "1001/mbx create usage_rose quantity " + quantity + " price 4 cost 3 taxable true from " + day + " delta " + delta + " USD"
}

const (
	riseInPlace     = "1001/mbx update usage_rose #5 quantity 10→12 delta 8 USD"
	riseNotProrated = "1001/mbx hold not_prorated #5 wanted quantity 12 delta 8 USD"
)

func TestDatedChange(t *testing.T) {
	checkRules(t, []rule{
		{"a new line first, then the end of the old one the day before", dated("10", "12"),
			datedRise("12", "2026-11-21", "48") + "\n1001/mbx cancel usage_rose #5 until 2026-11-20 delta -40 USD step 1"},
		{"falling", dated("10", "9"),
			`1001/mbx create usage_fell quantity 9 price 4 cost 3 taxable true from 2026-11-21 delta 36 USD
			1001/mbx cancel usage_fell #5 until 2026-11-20 delta -40 USD step 1`},
		{"the price of the old line, not the catalog's", dated("10", "12", firstLine(func(a *billing.Addition) {
			a.UnitPrice = dec("7.5")
			a.UnitCost = dec("1.25")
			a.Taxable = false
		})),
			`1001/mbx create usage_rose quantity 12 price 7.5 cost 1.25 taxable false from 2026-11-21 delta 90 USD
			1001/mbx cancel usage_rose #5 until 2026-11-20 delta -75 USD step 1`},
		{"unchanged", dated("12", "12"), "1001/mbx none unchanged #5"},
		{"a new key has only its new line", func(w *world) { w.mbx().Change = billing.Dated; w.uses("1001", "mbx", "3") },
			"1001/mbx create new_line quantity 3 from 2026-11-21 delta 12 USD"},
		{"invoiced and prorated: today all the same", dated("10", "12", func(w *world) { w.edit(811, func(a *billing.Agreement) { a.NextInvoice = date("2026-12-01") }) }),
			datedRise("12", "2026-11-21", "48") + "\n1001/mbx cancel usage_rose #5 until 2026-11-20 delta -40 USD step 1"},
		{"billing starts later", dated("10", "12", func(w *world) { w.edit(811, func(a *billing.Agreement) { a.BillStart = date("2026-12-01") }) }),
			datedRise("12", "2026-12-01", "48") + "\n1001/mbx cancel usage_rose #5 until 2026-11-30 delta -40 USD step 1"},
		{"effective today: in place", dated("10", "12", firstLine(func(a *billing.Addition) { a.Effective = today })), riseInPlace},
		{"effective tomorrow: in place", dated("10", "12", firstLine(func(a *billing.Addition) { a.Effective = date("2026-11-22") })),
			riseInPlace},
		{"effective today on an agreement that does not prorate: in place", dated("10", "12", noProrate, firstLine(func(a *billing.Addition) { a.Effective = today })),
			riseInPlace},
		{"effective yesterday: dated", dated("10", "12", firstLine(func(a *billing.Addition) { a.Effective = date("2026-11-20") })),
			datedRise("12", "2026-11-21", "48") + "\n1001/mbx cancel usage_rose #5 until 2026-11-20 delta -40 USD step 1"},
		{"not prorated: held", dated("10", "12", noProrate), riseNotProrated},
		{"not prorated, accepted: in place", dated("10", "12", noProrate, acceptMbx), riseInPlace + " accepted"},
	})
}

func TestDatedChangeThatIsZeroHeldOrMerged(t *testing.T) {
	checkRules(t, []rule{
		{"zero is written in place", dated("4", "0"), "1001/mbx update usage_zero #5 quantity 4→0 delta -16 USD"},
		{"zero on an agreement that does not prorate is not held", dated("4", "0", noProrate),
			"1001/mbx update usage_zero #5 quantity 4→0 delta -16 USD"},
		{"zero with on_zero cancel", dated("4", "0", func(w *world) { w.mail().OnZero = billing.ZeroCancel }),
			"1001/mbx cancel usage_zero #5 until 2026-11-21 delta -16 USD"},
		{"guarded as a whole", dated("10", "40", firstLine(func(a *billing.Addition) { a.UnitPrice = dec("0") })),
			"1001/mbx hold guard_rise #5 wanted quantity 40 wanted price 0 wanted cost 3 wanted taxable true wanted from 2026-11-21"},
		{"guard accepted", dated("10", "40", acceptMbx),
			`1001/mbx create usage_rose quantity 40 price 4 cost 3 taxable true from 2026-11-21 delta 160 USD accepted
			1001/mbx cancel usage_rose #5 until 2026-11-20 delta -40 USD step 1 accepted`},
		{"in a held source nothing is opened and nothing ended", dated("10", "12", func(w *world) { w.policy.Guards.MaxAge, w.policy.Now = 1, now.Add(2) }),
			"1001/mbx hold usage_stale #5 wanted quantity 12 wanted price 4 wanted cost 3 wanted taxable true wanted from 2026-11-21 delta 8 USD"},
		{"left out nothing is opened and nothing ended", dated("10", "12", func(w *world) { w.policy.LeftOut = []string{"mail/1001/mbx"} }),
			"1001/mbx skip left_out #5 wanted quantity 12 wanted price 4 wanted cost 3 wanted taxable true wanted from 2026-11-21 delta 8 USD"},
		{"free units would be lost: held", dated("10", "12", firstLine(func(a *billing.Addition) { a.LessIncluded = dec("1") })),
			riseNotProrated},
		{"free units would be lost, accepted: in place", dated("10", "12", acceptMbx, firstLine(func(a *billing.Addition) { a.LessIncluded = dec("1") })),
			riseInPlace + " accepted"},
		{"a line that is not billed would be billed: held", dated("10", "12", firstLine(func(a *billing.Addition) { a.Bill = billing.NoCharge })),
			"1001/mbx hold not_prorated #5 wanted quantity 12"},
		{"a planned end would be lost: held", dated("10", "12", firstLine(func(a *billing.Addition) { a.Cancelled = date("2027-06-30") })),
			riseNotProrated},
		{"an adopted line", func(w *world) {
			w.mbx().Change = billing.Dated
			w.uses("1001", "mbx", "12")
			w.line(9, "10")
		}, `1001/mbx create usage_rose quantity 12 price 4 cost 3 taxable false from 2026-11-21 delta 48 USD
			1001/mbx cancel usage_rose #9 adopts until 2026-11-20 delta -40 USD step 1`},
		{"a moved mapping and an adopted line: all three rows", dated("10", "12", acceptMbx, func(w *world) {
			w.agreement(812, 250)
			w.linked().Agreement = 812
			w.lineOn(812, 9, 7, "11")
		}), `1001/mbx cancel mapping_changed #5 until 2026-11-21 delta -40 USD accepted
			1001/mbx create usage_rose quantity 12 price 4 cost 3 taxable false from 2026-11-21 delta 48 USD step 1 accepted
			1001/mbx cancel usage_rose #9 adopts until 2026-11-20 delta -44 USD step 1 accepted`},
		{"a merged line", func(w *world) {
			mergeTwo(w, billing.MergeSum)
			w.mbx().Change, w.service("shared", "").Change = billing.Dated, billing.Dated
			w.uses("1001", "mbx", "5")
			w.uses("1001", "shared", "7")
			w.ours(5, "1001", "mbx", "10").Taxable = true
		}, datedRise("12", "2026-11-21", "48") + "\n1001/mbx cancel usage_rose #5 until 2026-11-20 delta -40 USD step 1\n1001/shared skip merged_into into 1001/mbx"},
	})
}

func TestDatedChangeThatWasCutShort(t *testing.T) {
	// An earlier run opened line 6 on 15 November and did not come to ending line 5.
	given := func(usage string, change ...func(w *world)) func(w *world) {
		return func(w *world) {
			w.mbx().Change = billing.Dated
			w.uses("1001", "mbx", usage)
			w.ours(6, "1001", "mbx", "12").Effective = date("2026-11-15")
			w.ours(5, "1001", "mbx", "10")
			for _, c := range change {
				c(w)
			}
		}
	}
	ends := "1001/mbx cancel usage_rose #5 until 2026-11-14 delta -40 USD\n"
	checkRules(t, []rule{
		{"the old line ends the day before the new one", given("12"), ends + "1001/mbx none unchanged #6 step 1"},
		{"in whatever order the store gives them", given("12", func(w *world) {
			w.current.Owned[0], w.current.Owned[1] = w.current.Owned[1], w.current.Owned[0]
		}), ends + "1001/mbx none unchanged #6 step 1"},
		{"a source that is held ends nothing", given("12", func(w *world) { w.policy.Guards.MaxAge, w.policy.Now = 1, now.Add(2) }),
			"1001/mbx hold usage_stale #6"},
		{"left out, nothing ends", given("12", func(w *world) { w.policy.LeftOut = []string{"mail/1001/mbx"} }),
			"1001/mbx skip left_out #6"},
		{"an agreement that waits ends nothing", given("12", func(w *world) { waits(w, "mail/9/x", 811) }),
			"1001/mbx hold previous_unknown #6"},
		{"the old line was cancelled by a person: let go of", given("12", func(w *world) { w.current.Additions[811][1].Cancelled = date("2026-11-14") }),
			"1001/mbx none unchanged #6 releases [5]"},
		{"the old line was deleted: let go of", given("12", func(w *world) { w.current.Additions[811] = w.current.Additions[811][:1] }),
			"1001/mbx none unchanged #6 releases [5]"},
		{"both from one day: a person must look", given("12", func(w *world) { w.current.Additions[811][1].Effective = date("2026-11-15") }),
			"1001/mbx hold ambiguous_lines #6"},
		{"the new one was not created by us: a person must look", given("12", func(w *world) { w.current.Owned[0].Created = false }),
			"1001/mbx hold ambiguous_lines #6"},
		{"the new one is gone: the old one goes on", given("10", func(w *world) { w.current.Additions[811] = w.current.Additions[811][1:] }),
			"1001/mbx none unchanged #5 releases [6]"},
		{"the old line is elsewhere: a person must look", given("12", func(w *world) {
			w.agreement(812, 250)
			w.current.Owned[1].AgreementID = 812
			w.current.Additions[811] = w.current.Additions[811][:1]
			w.lineOn(812, 5, 7, "10")
		}), "1001/mbx hold ambiguous_lines #6"},
		{"the mapping moved, accepted: both end", given("12", func(w *world) {
			w.agreement(812, 250)
			w.linked().Agreement = 812
			w.accept("mail/1001/mbx")
		}), `1001/mbx cancel mapping_changed #6 until 2026-11-21 delta -48 USD accepted
			1001/mbx cancel mapping_changed #5 until 2026-11-21 delta -40 USD step 1 accepted
			1001/mbx create new_line quantity 12 from 2026-11-21 delta 48 USD step 1 accepted`},
	})
}
