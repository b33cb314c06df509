package plan_test

import (
	"testing"

	"cwsync/syncer/billing"
)

// TestAMergedLineWhoseFirstMemberMoves: what it shared goes on with the others, as when any other member moves.
func TestAMergedLineWhoseFirstMemberMoves(t *testing.T) {
	shared := func(w *world) {
		twoCustomers(w, billing.MergeSum)
		w.agreement(812, 250)
		w.uses("1001", "mbx", "3")
		w.uses("1002", "mbx", "7")
		w.ours(5, "1001", "mbx", "10")
		w.share(5, "mail/1001/mbx", "mail/1002/mbx")
	}
	agreement := func(w *world) { shared(w); w.linked().Agreement = 812 }
	service := func(w *world) {
		mergeTwo(w, billing.MergeSum)
		w.product(8, "NEW", "5")
		w.uses("1001", "mbx", "3")
		w.uses("1001", "shared", "7")
		w.ours(5, "1001", "mbx", "10")
		w.share(5, "mail/1001/mbx", "mail/1001/shared")
		w.mbx().Product = billing.ProductRef{Identifier: "NEW"}
	}
	const opens = "1001/mbx create new_line quantity 3 from 2026-11-21 delta 12 USD\n"
	const falls = "1002/mbx update usage_fell #5 quantity 10→7 delta -12 USD"
	checkRules(t, []rule{
		{"to another agreement", agreement, opens + falls},
		{"to another product", service, "1001/mbx create new_line quantity 3 from 2026-11-21 delta 15 USD\n1001/shared update usage_fell #5 quantity 10→7 delta -12 USD"},
		{"not the first one", func(w *world) { shared(w); w.customer("1002", 0, 0).Agreement = 812 },
			"1001/mbx hold guard_drop #5 wanted quantity 3 delta -28 USD\n1002/mbx create new_line quantity 7 from 2026-11-21 delta 28 USD"},
		{"and a line of its own is there: adopted", func(w *world) { agreement(w); w.lineOn(812, 9, 7, "2") },
			"1001/mbx update usage_rose #9 adopts quantity 2→3 delta 4 USD\n" + falls},
		{"the rest is held: it is billed where it was", func(w *world) { agreement(w); w.counts("1002", "mbx", "2") },
			"1001/mbx hold claimed_twice wanted quantity 3 wanted from 2026-11-21 delta 12 USD\n1002/mbx hold guard_drop #5 wanted quantity 2 delta -32 USD"},
		{"the rest is left out: likewise", func(w *world) { agreement(w); w.policy.LeftOut = []string{"mail/1002/mbx"} },
			"1001/mbx hold claimed_twice wanted quantity 3 wanted from 2026-11-21 delta 12 USD\n1002/mbx skip left_out #5 wanted quantity 7 delta -12 USD"},
		{"the rest is held and accepted", func(w *world) { agreement(w); w.counts("1002", "mbx", "2"); w.accept("mail/1002/mbx") },
			opens + "1002/mbx update usage_fell #5 quantity 10→2 delta -32 USD accepted"},
		{"a filter on the one that moves takes both", func(w *world) { agreement(w); w.only("1001") }, opens + falls},
		{"a filter on the one that stays takes both", func(w *world) { agreement(w); w.only("1002") }, opens + falls},
		{"a filter on another takes neither", func(w *world) { agreement(w); w.only("1003") }, ""},
		{"all of them: the line ends as any other", func(w *world) { agreement(w); w.customer("1002", 0, 0).Agreement = 812 },
			"1001/mbx hold mapping_changed #5 wanted quantity 10 wanted from 2026-11-21 delta 40 USD\n1002/mbx skip merged_into into 1001/mbx"},
		{"the others are absent: nothing is known of them", func(w *world) { agreement(w); w.silent("1002", "mbx") },
			"1001/mbx hold mapping_changed #5 wanted quantity 3 wanted from 2026-11-21 delta 12 USD"},
		{"an earlier run opened its new line and died", func(w *world) {
			agreement(w)
			w.owns(6, "1001", "mbx", 812, 7, "3")
			w.lineOn(812, 6, 7, "3").Effective = date("2026-11-20")
		}, "1001/mbx none unchanged #6\n" + falls},
		{"likewise, and the rest is held: what is there stays", func(w *world) {
			agreement(w)
			w.owns(6, "1001", "mbx", 812, 7, "3")
			w.lineOn(812, 6, 7, "3").Effective = date("2026-11-20")
			w.counts("1002", "mbx", "2")
		}, "1001/mbx none unchanged #6\n1002/mbx hold guard_drop #5 wanted quantity 2 delta -32 USD"},
		{"it moves into another merged line", func(w *world) {
			agreement(w)
			w.customer("1003", 250, 812)
			w.uses("1003", "mbx", "1")
			w.owns(6, "1003", "mbx", 812, 7, "1")
			w.lineOn(812, 6, 7, "1")
		}, "1001/mbx update usage_rose #6 quantity 1→4 delta 12 USD\n" + falls + "\n1003/mbx skip merged_into into 1001/mbx"},
		{"it moves to where another line claims the product", func(w *world) {
			agreement(w)
			w.service("shared", "MBX").Merge = billing.MergeMax
			w.uses("1001", "shared", "1")
		}, "1001/mbx hold claimed_twice\n1001/shared hold claimed_twice\n" + falls},
		{"its addition was cancelled by a person", func(w *world) { agreement(w); w.current.Additions[811][0].Cancelled = date("2026-11-20") },
			"1001/mbx create new_line quantity 3 from 2026-11-21 delta 12 USD\n1002/mbx hold drift_cancelled #5 wanted quantity 7 wanted from 2026-11-21 delta 28 USD"},
	})
}

func TestStoryFirstMemberOfAMergedLineMovesAway(t *testing.T) {
	tell(t, []step{
		{
			day: "2026-11-01",
			log: "two customers share a line",
			given: func(w *world) {
				twoCustomers(w, billing.MergeSum)
				w.counts("1001", "mbx", "3")
				w.counts("1002", "mbx", "7")
			},
			rows: `
				1001/mbx create new_line quantity 10 from 2026-11-01 delta 40 USD
					no addition yet: created, effective 2026-11-01
					= sum of 2 lines = 10
				1002/mbx skip merged_into into 1001/mbx
					part of mail/1001/mbx`,
		},
		{
			day:   "2026-11-10",
			log:   "the first gets an agreement of its own",
			given: func(w *world) { w.agreement(812, 250); w.linked().Agreement = 812 },
			rows: `
				1001/mbx create new_line quantity 3 from 2026-11-10 delta 12 USD
					no addition yet: created, effective 2026-11-10
				1002/mbx update usage_fell #101 quantity 10→7 delta -12 USD
					usage fell from 10 to 7`,
			total: `USD 0`,
			ledger: `
				811 #101 MBX 7 from 2026-11-01, 1002/mbx's
				812 #102 MBX 3 from 2026-11-10, 1001/mbx's`,
		},
		{
			day:   "2026-11-20",
			log:   "each goes its own way",
			given: func(w *world) { w.counts("1001", "mbx", "4"); w.counts("1002", "mbx", "8") },
			rows: `
				1001/mbx update usage_rose #102 quantity 3→4 delta 4 USD
					usage rose from 3 to 4
				1002/mbx update usage_rose #101 quantity 7→8 delta 4 USD
					usage rose from 7 to 8`,
		},
	})
}
