package plan_test

import (
	"testing"

	"cwsync/syncer/billing"
)

// mergeTwo makes services mbx and shared of source mail share product MBX.
func mergeTwo(w *world, how billing.Merge) {
	w.service("shared", "MBX").Merge = how
	w.mbx().Merge = how
}

// twoCustomers links customer 1002 to the agreement of 1001.
func twoCustomers(w *world, how billing.Merge) {
	w.customer("1002", 250, 811)
	w.mbx().Merge = how
}

func TestMergedLines(t *testing.T) {
	checkRules(t, []rule{
		{"sum over services", func(w *world) {
			mergeTwo(w, billing.MergeSum)
			w.uses("1001", "shared", "7")
			w.uses("1001", "mbx", "5")
			w.ours(5, "1001", "mbx", "10")
		}, `1001/mbx update usage_rose #5 quantity 10→12 delta 8 USD
			1001/shared skip merged_into into 1001/mbx`},
		{"max over services", func(w *world) {
			mergeTwo(w, billing.MergeMax)
			w.uses("1001", "mbx", "5")
			w.uses("1001", "shared", "7")
			w.ours(5, "1001", "mbx", "10")
		}, `1001/mbx update usage_fell #5 quantity 10→7 delta -12 USD
			1001/shared skip merged_into into 1001/mbx`},
		{"sum over customers", func(w *world) {
			twoCustomers(w, billing.MergeSum)
			w.uses("1002", "mbx", "7")
			w.uses("1001", "mbx", "5")
		}, `1001/mbx create new_line quantity 12 from 2026-11-21 delta 48 USD
			1002/mbx skip merged_into into 1001/mbx`},
		{"sum over customers and services", func(w *world) {
			twoCustomers(w, billing.MergeSum)
			mergeTwo(w, billing.MergeSum)
			w.uses("1002", "mbx", "1")
			w.uses("1002", "shared", "2")
			w.uses("1001", "mbx", "3")
			w.uses("1001", "shared", "4")
		}, `1001/mbx create new_line quantity 10 from 2026-11-21 delta 40 USD
			1001/shared skip merged_into into 1001/mbx
			1002/mbx skip merged_into into 1001/mbx
			1002/shared skip merged_into into 1001/mbx`},
		{"merged first, then the quantity rule once", func(w *world) {
			mergeTwo(w, billing.MergeSum)
			for _, s := range []string{"mbx", "shared"} {
				w.service(s, "").Quantity = billing.QuantityRule{DivideBy: dec("2"), Included: dec("1"), Minimum: dec("0"), Round: billing.RoundUp}
			}
			w.uses("1001", "mbx", "3")
			w.uses("1001", "shared", "4")
		}, `1001/mbx create new_line quantity 3 from 2026-11-21 delta 12 USD
			1001/shared skip merged_into into 1001/mbx`},
		{"one member zero", func(w *world) {
			mergeTwo(w, billing.MergeSum)
			w.uses("1001", "mbx", "0")
			w.uses("1001", "shared", "4")
		}, `1001/mbx create new_line quantity 4 from 2026-11-21 delta 16 USD
			1001/shared skip merged_into into 1001/mbx`},
		{"all members zero obey on_zero", func(w *world) {
			mergeTwo(w, billing.MergeSum)
			w.mail().OnZero = billing.ZeroCancel
			w.uses("1001", "mbx", "0")
			w.uses("1001", "shared", "0")
			w.ours(5, "1001", "mbx", "4")
		}, `1001/mbx cancel usage_zero #5 until 2026-11-21 delta -16 USD
			1001/shared skip merged_into into 1001/mbx`},
		{"a member of another agreement is another line", func(w *world) {
			twoCustomers(w, billing.MergeSum)
			w.agreement(812, 250)
			w.customer("1002", 0, 0).Agreement = 812
			w.uses("1001", "mbx", "5")
			w.uses("1002", "mbx", "7")
		}, `1001/mbx create new_line quantity 5 from 2026-11-21 delta 20 USD
			1002/mbx create new_line quantity 7 from 2026-11-21 delta 28 USD`},
	})
}

func TestMergedLinesAreHeldWhole(t *testing.T) {
	checkRules(t, []rule{
		{"a trial member is not counted", func(w *world) {
			mergeTwo(w, billing.MergeSum)
			w.uses("1001", "mbx", "5").Status = billing.StatusTrial
			w.uses("1001", "shared", "7")
		}, `1001/mbx skip status_not_billed
			1001/shared create new_line quantity 7 from 2026-11-21 delta 28 USD`},
		{"guards look at the merged quantity", func(w *world) {
			mergeTwo(w, billing.MergeSum)
			w.uses("1001", "mbx", "4")
			w.uses("1001", "shared", "1")
			w.ours(5, "1001", "mbx", "10")
		}, `1001/mbx hold guard_drop #5 wanted quantity 5 delta -20 USD
			1001/shared skip merged_into into 1001/mbx`},
		{"accepting the carrier releases the merged line", func(w *world) {
			mergeTwo(w, billing.MergeSum)
			w.uses("1001", "mbx", "4")
			w.uses("1001", "shared", "1")
			w.ours(5, "1001", "mbx", "10")
			w.accept("mail/1001/mbx")
		}, `1001/mbx update usage_fell #5 quantity 10→5 delta -20 USD accepted
			1001/shared skip merged_into into 1001/mbx`},
		{"accepting another member releases nothing", func(w *world) {
			mergeTwo(w, billing.MergeSum)
			w.uses("1001", "mbx", "4")
			w.uses("1001", "shared", "1")
			w.ours(5, "1001", "mbx", "10")
			w.accept("mail/1001/shared")
		}, `1001/mbx hold guard_drop #5 wanted quantity 5 delta -20 USD
			1001/shared skip merged_into into 1001/mbx`},
		{"the currency of every member counts", func(w *world) {
			mergeTwo(w, billing.MergeSum)
			w.uses("1001", "mbx", "4").Currency = "USD"
			w.uses("1001", "shared", "1").Currency = "EUR"
		}, `1001/mbx hold currency_differs
			1001/shared skip merged_into into 1001/mbx`},
		{"members in different currencies on an agreement that names none", func(w *world) {
			mergeTwo(w, billing.MergeSum)
			w.edit(811, func(a *billing.Agreement) { a.Currency = "" })
			w.uses("1001", "mbx", "4").Currency = "USD"
			w.uses("1001", "shared", "1").Currency = "EUR"
		}, `1001/mbx hold currency_differs
			1001/shared skip merged_into into 1001/mbx`},
		{"members of whom one names no currency", func(w *world) {
			mergeTwo(w, billing.MergeSum)
			w.edit(811, func(a *billing.Agreement) { a.Currency = "" })
			w.uses("1001", "mbx", "4")
			w.uses("1001", "shared", "1").Currency = "EUR"
		}, `1001/mbx create new_line quantity 5 from 2026-11-21 delta 20
			1001/shared skip merged_into into 1001/mbx`},
		{"the company of every member counts", func(w *world) {
			twoCustomers(w, billing.MergeSum)
			w.customer("1002", 0, 0).Company = 251
			w.uses("1001", "mbx", "4")
			w.uses("1002", "mbx", "1")
		}, `1001/mbx hold agreement_other_company
			1002/mbx skip merged_into into 1001/mbx`},
	})
}

func TestFiltersAndSwitchesOfMergedLines(t *testing.T) {
	both := func(w *world) {
		twoCustomers(w, billing.MergeSum)
		w.uses("1001", "mbx", "5")
		w.uses("1002", "mbx", "7")
		w.ours(5, "1001", "mbx", "10")
	}
	whole := `1001/mbx update usage_rose #5 quantity 10→12 delta 8 USD
			1002/mbx skip merged_into into 1001/mbx`
	checkRules(t, []rule{
		{"a filter on the first member takes the whole line", func(w *world) { both(w); w.policy.Customers = []string{"1001"} },
			whole},
		{"a filter on another member takes the whole line", func(w *world) { both(w); w.policy.Customers = []string{"1002"} },
			whole},
		{"a filter on neither takes nothing", func(w *world) { both(w); w.policy.Customers = []string{"1003"} }, ""},
		{"a switched-off carrier skips the whole line", func(w *world) { both(w); w.linked().Sync = false },
			`1001/mbx skip sync_off #5
			1002/mbx skip sync_off`},
		{"a switched-off member skips the whole line", func(w *world) { both(w); w.customer("1002", 0, 0).Sync = false },
			`1001/mbx skip sync_off #5
			1002/mbx skip sync_off`},
		{"services_off of a member skips the whole line", func(w *world) { both(w); w.customer("1002", 0, 0).ServicesOff = []string{"mbx"} },
			`1001/mbx skip sync_off #5
			1002/mbx skip sync_off`},
		{"a switched-off service skips the whole line", func(w *world) {
			mergeTwo(w, billing.MergeSum)
			w.service("shared", "").Sync = false
			w.uses("1001", "mbx", "5")
			w.uses("1001", "shared", "7")
		}, `1001/mbx skip sync_off
			1001/shared skip sync_off`},
		{"a switched-off line that does not merge does not stop others", func(w *world) {
			w.service("shared", "MBX").Sync = false
			w.uses("1001", "mbx", "5")
			w.uses("1001", "shared", "7")
		}, `1001/mbx create new_line quantity 5 from 2026-11-21 delta 20 USD
			1001/shared skip sync_off`},
		{"a switched-off line of another source does not stop this one", func(w *world) {
			w.service("web:site", "MBX").Merge = billing.MergeSum
			w.customer("web:1", 250, 811).Sync = false
			w.mbx().Merge = billing.MergeSum
			w.uses("1001", "mbx", "5")
			w.uses("web:1", "site", "7")
		}, `1001/mbx create new_line quantity 5 from 2026-11-21 delta 20 USD
			web/1/site skip sync_off`},
		{"all switched off", func(w *world) { both(w); w.mbx().Sync = false },
			`1001/mbx skip sync_off #5
			1002/mbx skip sync_off`},
	})
}

func TestOwnershipOfAMergedLineSurvivesItsFirstMember(t *testing.T) {
	given := func(w *world) {
		twoCustomers(w, billing.MergeSum)
		w.uses("1002", "mbx", "7")
		w.ours(5, "1001", "mbx", "10")
	}
	checkRules(t, []rule{
		{"absent", given, "1002/mbx skip not_in_usage #5"},
		{"absent from a complete source that cancels", func(w *world) {
			given(w)
			w.mail().Complete, w.mail().OnMissing = true, billing.MissingCancel
		}, "1002/mbx update usage_fell #5 quantity 10→7 delta -12 USD"},
		{"on trial", func(w *world) {
			given(w)
			w.uses("1001", "mbx", "3").Status = billing.StatusTrial
		}, `1001/mbx skip status_not_billed
			1002/mbx update usage_fell #5 quantity 10→7 delta -12 USD`},
		{"closed, where on_missing cancels", func(w *world) {
			given(w)
			w.mail().Complete, w.mail().OnMissing = true, billing.MissingCancel
			w.uses("1001", "mbx", "3").Status = billing.StatusClosed
		}, `1001/mbx skip status_not_billed
			1002/mbx update usage_fell #5 quantity 10→7 delta -12 USD`},
		{"switched off and absent", func(w *world) {
			given(w)
			w.linked().Sync = false
		}, "1002/mbx update usage_fell #5 quantity 10→7 delta -12 USD"},
		{"unlinked", func(w *world) {
			given(w)
			w.linked().Agreement = 0
			w.uses("1001", "mbx", "3")
		}, `1001/mbx skip unlinked_customer
			1002/mbx update usage_fell #5 quantity 10→7 delta -12 USD`},
		{"out of the set-up", func(w *world) {
			given(w)
			w.mail().Customers = w.mail().Customers[1:]
		}, "1002/mbx update usage_fell #5 quantity 10→7 delta -12 USD"},
		{"its service out of the set-up", func(w *world) {
			mergeTwo(w, billing.MergeSum)
			w.ours(5, "1001", "retired", "10")
			w.uses("1001", "shared", "7")
		}, "1001/shared update usage_fell #5 quantity 10→7 delta -12 USD"},
		{"back again: the first carries it", func(w *world) {
			twoCustomers(w, billing.MergeSum)
			w.uses("1001", "mbx", "5")
			w.uses("1002", "mbx", "7")
			w.ours(5, "1002", "mbx", "10")
		}, `1001/mbx update usage_rose #5 quantity 10→12 delta 8 USD
			1002/mbx skip merged_into into 1001/mbx`},
		{"the filter names the one that left", func(w *world) {
			given(w)
			w.mail().Complete, w.mail().OnMissing = true, billing.MissingCancel
			w.policy.Customers = []string{"1001"}
		}, "1002/mbx update usage_fell #5 quantity 10→7 delta -12 USD"},
		{"a line of a service that does not merge is not taken over", func(w *world) {
			mergeTwo(w, billing.MergeSum)
			w.service("old", "").Product = billing.ProductRef{}
			w.ours(5, "1001", "old", "10")
			w.uses("1001", "mbx", "7")
			w.uses("1001", "old", "7")
		}, `1001/mbx hold ambiguous_lines
			1001/old hold unmapped_service #5`},
		{"a switched-off line that merges in another way is not taken over", func(w *world) {
			mergeTwo(w, billing.MergeSum)
			w.service("shared", "").Merge, w.service("shared", "").Sync = billing.MergeMax, false
			w.ours(5, "1001", "shared", "10")
			w.uses("1001", "mbx", "7")
			w.uses("1001", "shared", "7")
		}, `1001/mbx hold ambiguous_lines
			1001/shared skip sync_off #5`},
		{"a line of another source is not taken over", func(w *world) {
			w.mbx().Merge = billing.MergeSum
			w.service("web:site", "MBX").Merge = billing.MergeSum
			w.uses("web:other", "site", "1")
			w.ours(5, "web:1", "site", "10")
			w.uses("1001", "mbx", "7")
		}, `1001/mbx hold ambiguous_lines
			web/1/site hold unlinked_customer #5
			web/other/site skip unlinked_customer`},
	})
}

func TestTwoAdditionsOfOneMergedLine(t *testing.T) {
	given := func(w *world) {
		twoCustomers(w, billing.MergeSum)
		w.uses("1001", "mbx", "5")
		w.uses("1002", "mbx", "7")
		w.ours(5, "1001", "mbx", "5")
	}
	checkRules(t, []rule{
		{"both open: held", func(w *world) {
			given(w)
			w.ours(6, "1002", "mbx", "7")
		}, `1001/mbx hold ambiguous_lines #5
			1002/mbx skip merged_into #6 into 1001/mbx`},
		{"one cancelled by a person: let go of", func(w *world) {
			given(w)
			w.ours(6, "1002", "mbx", "7").Cancelled = date("2026-11-20")
		}, `1001/mbx update usage_rose #5 quantity 5→12 delta 28 USD releases [6]
			1002/mbx skip merged_into into 1001/mbx`},
		{"one deleted: let go of", func(w *world) {
			given(w)
			w.owns(6, "1002", "mbx", 811, 7, "7")
		}, `1001/mbx update usage_rose #5 quantity 5→12 delta 28 USD releases [6]
			1002/mbx skip merged_into into 1001/mbx`},
		{"the one that is mapped here is preferred to one that moved", func(w *world) {
			twoCustomers(w, billing.MergeSum)
			w.agreement(812, 250)
			w.uses("1001", "mbx", "5")
			w.uses("1002", "mbx", "7")
			w.owns(5, "1001", "mbx", 812, 7, "5")
			w.lineOn(812, 5, 7, "5")
			w.ours(6, "1002", "mbx", "7")
		}, `1001/mbx hold mapping_changed #5 wanted quantity 12 delta 20 USD
			1002/mbx skip merged_into #6 into 1001/mbx`},
	})
}
