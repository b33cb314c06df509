package plan_test

import (
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

func TestMappingChanged(t *testing.T) {
	agreement := func(w *world) {
		w.agreement(812, 250)
		w.linked().Agreement = 812
		w.uses("1001", "mbx", "12")
		w.ours(5, "1001", "mbx", "10")
	}
	product := func(w *world) {
		w.product(8, "NEW", "5")
		w.mbx().Product = billing.ProductRef{Identifier: "NEW"}
		w.uses("1001", "mbx", "12")
		w.ours(5, "1001", "mbx", "10")
	}
	accepted := func(given func(w *world), more ...func(w *world)) func(w *world) {
		return func(w *world) {
			given(w)
			w.accept("mail/1001/mbx")
			for _, change := range more {
				change(w)
			}
		}
	}
	old := func(change func(a *billing.Agreement)) func(w *world) { return func(w *world) { w.edit(811, change) } }
	held := "1001/mbx hold mapping_changed #5 wanted quantity 12 wanted from 2026-11-21 delta 48 USD"
	ends := "1001/mbx cancel mapping_changed #5 until 2026-11-21 delta -40 USD accepted\n"
	creates := "1001/mbx create new_line quantity 12 from 2026-11-21 delta 48 USD step 1 accepted"
	released := "1001/mbx create new_line quantity 12 from 2026-11-21 delta 48 USD releases [5] accepted"
	checkRules(t, []rule{
		{"another agreement", agreement, held},
		{"another product", product, "1001/mbx hold mapping_changed #5 wanted quantity 12 wanted from 2026-11-21 delta 60 USD"},
		{"another agreement, accepted: ends, then creates", accepted(agreement), ends + creates},
		{"another product, accepted", accepted(product),
			ends + "1001/mbx create new_line quantity 12 from 2026-11-21 delta 60 USD step 1 accepted"},
		{"accepted: ends, then adopts", accepted(agreement, func(w *world) { w.lineOn(812, 9, 7, "12") }),
			ends + "1001/mbx none unchanged #9 adopts step 1 accepted"},
		{"accepted: ends, then adopts and changes", accepted(agreement, func(w *world) { w.lineOn(812, 9, 7, "10") }),
			ends + "1001/mbx update usage_rose #9 adopts quantity 10→12 delta 8 USD step 1 accepted"},
		{"accepted, but the new place is ambiguous: the old line stays", accepted(agreement, func(w *world) { w.lineOn(812, 8, 7, "1"); w.lineOn(812, 9, 7, "2") }),
			"1001/mbx hold ambiguous_lines #5"},
		{"accepted, but the new agreement is closed: the old line stays", accepted(agreement, func(w *world) {
			w.edit(812, func(a *billing.Agreement) { a.Cancelled = true })
		}), "1001/mbx hold agreement_closed #5"},
		{"accepted, left out: the old line stays", accepted(agreement, func(w *world) { w.policy.LeftOut = []string{"mail/1001/mbx"} }),
			"1001/mbx skip left_out #5 wanted quantity 12 wanted from 2026-11-21 delta 48 USD"},
		{"accepted, the source held: the old line stays", accepted(agreement, func(w *world) { w.policy.Guards.MaxAge = 1; w.policy.Now = now.Add(2) }),
			"1001/mbx hold usage_stale #5 wanted quantity 12 wanted from 2026-11-21 delta 48 USD"},
		{"accepted, nothing new to write, the source held: the old line stays", accepted(agreement, func(w *world) {
			w.policy.Guards.MaxAge, w.policy.Now = 1, now.Add(2)
			w.sources["mail"].Usage.Lines[0].Quantity = dec("0")
		}), "1001/mbx hold usage_stale #5"},
		{"accepted, nothing new to write, left out: the old line stays", accepted(agreement, func(w *world) {
			w.policy.LeftOut = []string{"mail/1001/mbx"}
			w.sources["mail"].Usage.Lines[0].Quantity = dec("0")
		}), "1001/mbx skip left_out #5"},
		{"old agreement cancelled, accepted: ownership only", accepted(agreement, old(func(a *billing.Agreement) { a.Cancelled = true })),
			released},
		{"old agreement ended, accepted: ownership only", accepted(agreement, old(func(a *billing.Agreement) { a.End = date("2026-11-20") })),
			released},
		{"old agreement gone, accepted: ownership only", accepted(agreement, func(w *world) { delete(w.current.Agreements, 811) }),
			released},
		{"old line cancelled by a person, accepted: ownership only", accepted(agreement, func(w *world) { w.current.Additions[811][0].Cancelled = today }),
			released},
		{"old line deleted, accepted: ownership only", accepted(agreement, func(w *world) { w.current.Additions[811] = nil }),
			released},
		{"old line about to end, accepted: ownership only", accepted(agreement, func(w *world) {
			w.invoiced()
			w.current.Additions[811][0].Cancelled = date("2026-11-25")
		}), released},
		{"old agreement invoiced and not prorated: ends with the period", accepted(agreement, func(w *world) { w.invoiced() }),
			"1001/mbx cancel mapping_changed #5 until 2026-11-30 delta -40 USD accepted\n" + creates},
		{"one agreement, invoiced and not prorated: no gap and no overlap", accepted(product, func(w *world) { w.invoiced() }),
			`1001/mbx cancel mapping_changed #5 until 2026-11-30 delta -40 USD accepted
			1001/mbx create new_line quantity 12 from 2026-12-01 delta 60 USD step 1 accepted`},
		{"old line not in effect yet: ends on its first day", accepted(agreement, func(w *world) { w.current.Additions[811][0].Effective = date("2026-12-01") }),
			"1001/mbx cancel mapping_changed #5 until 2026-12-01 delta -40 USD accepted\n" + creates},
		{"the old row is in the old agreement's currency", accepted(agreement, old(func(a *billing.Agreement) { a.Currency = "EUR" })),
			"1001/mbx cancel mapping_changed #5 until 2026-11-21 delta -40 EUR accepted\n" + creates},
		{"a person pointed our line to the new product: adopted", accepted(product, func(w *world) { w.current.Additions[811][0].ProductID = 8 }),
			"1001/mbx update usage_rose #5 adopts quantity 10→12 delta 8 USD accepted"},
		{"zero usage, accepted: ends and nothing more", accepted(agreement, func(w *world) { w.sources["mail"].Usage.Lines[0].Quantity = dec("0") }),
			ends + "1001/mbx none unchanged step 1 accepted"},
		{"absent, accepted: ends and touches nothing at the new place", accepted(agreement, func(w *world) {
			w.sources["mail"].Usage.Lines = nil
			w.stays()
			w.mail().Complete, w.mail().OnMissing = true, billing.MissingZero
			w.lineOn(812, 9, 7, "3")
		}), ends + "1001/mbx none unchanged step 1 accepted\nother/mbx skip unlinked_customer"},
	})
}

func TestMappingChangedInAMergedLine(t *testing.T) {
	// Customer 1002's line was on agreement 812 and is merged into 1001's now.
	given := func(w *world) {
		twoCustomers(w, billing.MergeSum)
		w.agreement(812, 250)
		w.uses("1001", "mbx", "5")
		w.uses("1002", "mbx", "7")
		w.ours(5, "1001", "mbx", "5")
		w.owns(6, "1002", "mbx", 812, 7, "7")
		w.lineOn(812, 6, 7, "7")
	}
	held := "1001/mbx hold mapping_changed #5 wanted quantity 12 delta 28 USD\n1002/mbx hold mapping_changed #6 into 1001/mbx"
	checkRules(t, []rule{
		{"a member moved here: all held", given, held},
		{"accepting the carrier releases nothing", func(w *world) { given(w); w.accept("mail/1001/mbx") }, held},
		{"accepting the member ends its line and raises the merged one", func(w *world) { given(w); w.accept("mail/1002/mbx") },
			`1001/mbx update usage_rose #5 quantity 5→12 delta 28 USD
			1002/mbx cancel mapping_changed #6 until 2026-11-21 delta -28 USD accepted
			1002/mbx skip merged_into into 1001/mbx step 1 accepted`},
		{"accepted, but the merged line is held by a guard: the member's line stays", func(w *world) {
			given(w)
			w.accept("mail/1002/mbx")
			w.policy.Guards.RiseUnits = dec("7")
		}, `1001/mbx hold guard_rise #5 wanted quantity 12 delta 28 USD
			1002/mbx skip merged_into #6 into 1001/mbx`},
		{"accepted, but the source is held: the member's line stays", func(w *world) {
			given(w)
			w.accept("mail/1002/mbx")
			w.policy.Guards.MaxAge, w.policy.Now = 1, now.Add(2)
		}, `1001/mbx hold usage_stale #5 wanted quantity 12 delta 28 USD
			1002/mbx hold usage_stale #6 into 1001/mbx`},
		{"accepted, but the carrier is left out: the member's line stays", func(w *world) {
			given(w)
			w.accept("mail/1002/mbx")
			w.policy.LeftOut = []string{"mail/1001/mbx"}
		}, `1001/mbx skip left_out #5 wanted quantity 12 delta 28 USD
			1002/mbx skip left_out #6 into 1001/mbx`},
		{"leaving out the member leaves out the whole line", func(w *world) {
			given(w)
			w.accept("mail/1002/mbx")
			w.policy.LeftOut = []string{"mail/1002/mbx"}
		}, `1001/mbx skip left_out #5 wanted quantity 12 delta 28 USD
			1002/mbx skip left_out #6 into 1001/mbx`},
		{"accepted, but the old agreement waits for an unknown write", func(w *world) {
			given(w)
			w.accept("mail/1002/mbx")
			w.current.Unknown = []plan.Unknown{{Key: billing.Key{Source: "mail", Customer: "9", Service: "x"}, AgreementID: 812}}
		}, `1001/mbx hold previous_unknown #5 wanted quantity 12 delta 28 USD
			1002/mbx skip merged_into #6 into 1001/mbx`},
		{"both moved here, both accepted", func(w *world) {
			twoCustomers(w, billing.MergeSum)
			w.agreement(812, 250)
			w.uses("1001", "mbx", "5")
			w.uses("1002", "mbx", "7")
			w.owns(5, "1001", "mbx", 812, 7, "5")
			w.lineOn(812, 5, 7, "5")
			w.owns(6, "1002", "mbx", 812, 7, "7")
			w.lineOn(812, 6, 7, "7")
			w.accept("mail/1001/mbx", "mail/1002/mbx")
		}, `1001/mbx cancel mapping_changed #5 until 2026-11-21 delta -20 USD accepted
			1001/mbx create new_line quantity 12 from 2026-11-21 delta 48 USD step 1 accepted
			1002/mbx cancel mapping_changed #6 until 2026-11-21 delta -28 USD accepted
			1002/mbx skip merged_into into 1001/mbx step 1 accepted`},
	})
}
