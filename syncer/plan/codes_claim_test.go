package plan_test

import (
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

func claimCodes() []codeCase {
	return []codeCase{
		{
			code: plan.AmbiguousLines,
			when: "because several could be the one",
			given: func(w *world) {
				w.uses("1001", "mbx", "12")
				w.line(8, "1")
				w.line(9, "2.5")
			},
			rows: `
				1001/mbx hold ambiguous_lines
					2 open additions of MBX could be the one (8 of 1, 9 of 2.5): choose one in the set-up under additions`,
			leftOut: `
				1001/mbx skip left_out
					left out by the reviewer`,
		},
		{
			code: plan.AmbiguousLines,
			when: "because none may be adopted",
			given: func(w *world) {
				w.uses("1001", "mbx", "12")
				w.line(8, "1").Bill = billing.NoCharge
			},
			rows: `
				1001/mbx hold ambiguous_lines
					the agreement has open additions of MBX (8 of 1), but none that may be adopted (billable, in effect, no one-off, not another line's): choose one in the set-up under additions, or end them`,
			leftOut: `
				1001/mbx skip left_out
					left out by the reviewer`,
		},
		{
			code: plan.AmbiguousLines,
			when: "because the set-up names one that is not open",
			given: func(w *world) {
				w.uses("1001", "mbx", "12")
				w.line(8, "1")
				w.linked().Additions = map[string]int{"mbx": 77}
			},
			rows: `
				1001/mbx hold ambiguous_lines
					the set-up names addition 77, which is not an open addition of this product on this agreement: name another one under additions`,
			leftOut: `
				1001/mbx skip left_out
					left out by the reviewer`,
		},
		{
			code: plan.AmbiguousLines,
			when: "because the set-up names one of another line",
			given: func(w *world) {
				w.uses("1001", "mbx", "12")
				w.uses("1002", "mbx", "1")
				w.ours(8, "1002", "mbx", "0")
				w.linked().Additions = map[string]int{"mbx": 8}
			},
			rows: `
				1001/mbx hold ambiguous_lines
					the set-up names addition 8, which belongs to mail/1002/mbx: name another one under additions
				1002/mbx skip unlinked_customer #8
					the customer is not linked to a company and an agreement`,
			leftOut: `
				1001/mbx skip left_out
					left out by the reviewer
				1002/mbx skip unlinked_customer #8
					the customer is not linked to a company and an agreement`,
		},
		{
			code: plan.AmbiguousLines,
			when: "because two are ours",
			given: func(w *world) {
				w.uses("1001", "mbx", "12")
				w.ours(5, "1001", "mbx", "10").Effective = date("2026-11-15")
				w.owns(6, "1001", "mbx", 811, 7, "10").Created = false
				w.line(6, "10").Effective = date("2026-11-15")
			},
			rows: `
				1001/mbx hold ambiguous_lines #6
					additions 6 and 5 are both ours for this line and both are open: cancel one of them in ConnectWise`,
			leftOut: `
				1001/mbx skip left_out #6
					left out by the reviewer`,
		},
	}
}

func mergeCodes() []codeCase {
	return []codeCase{
		{
			code: plan.ClaimedTwice,
			given: func(w *world) {
				twoCustomers(w, billing.MergeNone)
				w.uses("1001", "mbx", "5")
				w.uses("1002", "mbx", "7")
			},
			rows: `
				1001/mbx hold claimed_twice
					mail/1001/mbx and mail/1002/mbx both bill MBX on this agreement: map one of them elsewhere, or merge them
				1002/mbx hold claimed_twice
					mail/1001/mbx and mail/1002/mbx both bill MBX on this agreement: map one of them elsewhere, or merge them`,
			leftOut: `
				1001/mbx skip left_out
					left out by the reviewer
				1002/mbx hold claimed_twice
					mail/1001/mbx and mail/1002/mbx both bill MBX on this agreement: map one of them elsewhere, or merge them`,
		},
		{
			code: plan.MergedInto,
			given: func(w *world) {
				twoCustomers(w, billing.MergeSum)
				w.uses("1001", "mbx", "5")
				w.uses("1002", "mbx", "7")
			},
			key: "mail/1002/mbx",
			rows: `
				1001/mbx create new_line quantity 12 from 2026-11-21 delta 48 USD
					no addition yet: created, effective 2026-11-21
					= sum of 2 lines = 12
				1002/mbx skip merged_into into 1001/mbx
					part of mail/1001/mbx`,
			leftOut: `
				1001/mbx skip left_out wanted quantity 12 wanted from 2026-11-21 delta 48 USD
					left out by the reviewer
					= sum of 2 lines = 12
				1002/mbx skip merged_into into 1001/mbx
					part of mail/1001/mbx`,
		},
		{
			code: plan.LeftOut,
			given: func(w *world) {
				billsTo("10", "12")(w)
				w.policy.LeftOut = []string{"mail/1001/mbx"}
			},
			rows: `
				1001/mbx skip left_out #5 wanted quantity 12 delta 8 USD
					left out by the reviewer`,
		},
	}
}
