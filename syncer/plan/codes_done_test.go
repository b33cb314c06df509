package plan_test

import (
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

// billsTo is a line of ours that has one quantity, and usage of another.
func billsTo(has, usage string) func(w *world) {
	return func(w *world) {
		w.uses("1001", "mbx", usage)
		w.ours(5, "1001", "mbx", has)
	}
}

func doneCodes() []codeCase {
	return []codeCase{
		{
			code:  plan.Unchanged,
			given: billsTo("10", "10"),
			rows: `
				1001/mbx none unchanged #5
					unchanged`,
		},
		{
			code: plan.Unchanged,
			when: "while a line of somebody else is adopted",
			given: func(w *world) {
				w.uses("1001", "mbx", "10")
				w.line(5, "10")
			},
			rows: `
				1001/mbx none unchanged #5 adopts
					unchanged`,
			leftOut: `
				1001/mbx skip left_out #5 adopts
					left out by the reviewer`,
		},
		{
			code:  plan.Unchanged,
			when:  "because there is neither usage nor a line",
			given: func(w *world) { w.uses("1001", "mbx", "0") },
			rows: `
				1001/mbx none unchanged
					no usage, and no addition that bills it`,
		},
		{
			code: plan.Unchanged,
			when: "because the quantity rule leaves nothing",
			given: func(w *world) {
				w.mbx().Quantity.Included = dec("5")
				w.uses("1001", "mbx", "4")
			},
			rows: `
				1001/mbx none unchanged
					nothing to bill, and no addition that bills it
					= 4 − 5 included = 0`,
		},
		{
			code: plan.Unchanged,
			when: "because the source does not write quantities",
			given: func(w *world) {
				w.mail().Write = nil
				billsTo("10", "12")(w)
			},
			rows: `
				1001/mbx none unchanged #5
					the quantity differs, but the source does not write quantities`,
		},
		{
			code: plan.Unchanged,
			when: "because the source does not write quantities, at zero",
			given: func(w *world) {
				w.mail().Write = nil
				w.mail().OnZero = billing.ZeroCancel
				billsTo("10", "0")(w)
			},
			rows: `
				1001/mbx none unchanged #5
					no usage, but the source does not write quantities, so the addition stays`,
		},
	}
}

func changeCodes() []codeCase {
	return []codeCase{
		{
			code:  plan.UsageRose,
			given: billsTo("10", "12"),
			rows: `
				1001/mbx update usage_rose #5 quantity 10→12 delta 8 USD
					usage rose from 10 to 12`,
			leftOut: `
				1001/mbx skip left_out #5 wanted quantity 12 delta 8 USD
					left out by the reviewer`,
		},
		{
			code:  plan.UsageFell,
			given: billsTo("10", "8"),
			rows: `
				1001/mbx update usage_fell #5 quantity 10→8 delta -8 USD
					usage fell from 10 to 8`,
			leftOut: `
				1001/mbx skip left_out #5 wanted quantity 8 delta -8 USD
					left out by the reviewer`,
		},
		{
			code:  plan.NewLine,
			given: func(w *world) { w.uses("1001", "mbx", "3") },
			rows: `
				1001/mbx create new_line quantity 3 from 2026-11-21 delta 12 USD
					no addition yet: created, effective 2026-11-21`,
			leftOut: `
				1001/mbx skip left_out wanted quantity 3 wanted from 2026-11-21 delta 12 USD
					left out by the reviewer`,
		},
	}
}

func endCodes() []codeCase {
	return []codeCase{
		{
			code:  plan.UsageZero,
			given: billsTo("3", "0"),
			rows: `
				1001/mbx update usage_zero #5 quantity 3→0 delta -12 USD
					no usage any more: the addition goes from 3 to 0`,
			leftOut: `
				1001/mbx skip left_out #5 wanted quantity 0 delta -12 USD
					left out by the reviewer`,
		},
		{
			code: plan.UsageZero,
			when: "cancelled",
			given: func(w *world) {
				w.mail().OnZero = billing.ZeroCancel
				billsTo("3", "0")(w)
			},
			rows: `
				1001/mbx cancel usage_zero #5 until 2026-11-21 delta -12 USD
					no usage any more: the addition ends on 2026-11-21`,
			leftOut: `
				1001/mbx skip left_out #5 wanted until 2026-11-21 delta -12 USD
					left out by the reviewer`,
		},
		{
			code: plan.Unchanged,
			when: "because the line ends by itself in time",
			given: func(w *world) {
				w.mail().OnZero = billing.ZeroCancel
				w.invoiced()
				billsTo("3", "0")(w)
				w.current.Additions[811][0].Cancelled = date("2026-11-25")
			},
			rows: `
				1001/mbx none unchanged #5
					no usage, and the addition already ends on 2026-11-25`,
		},
	}
}

func usageEndCodes() []codeCase {
	return []codeCase{
		{
			code: plan.UsageEnded,
			given: func(w *world) {
				w.mail().Complete = true
				w.mail().OnMissing = billing.MissingZero
				w.ours(5, "1001", "mbx", "3")
				w.stays()
			},
			rows: `
				1001/mbx update usage_ended #5 quantity 3→0 delta -12 USD
					the usage ended: the addition goes from 3 to 0
				other/mbx skip unlinked_customer
					the customer is not linked to a company and an agreement`,
			leftOut: `
				1001/mbx skip left_out #5 wanted quantity 0 delta -12 USD
					left out by the reviewer
				other/mbx skip unlinked_customer
					the customer is not linked to a company and an agreement`,
		},
		{
			code: plan.UsageEnded,
			when: "cancelled",
			given: func(w *world) {
				w.mail().Complete = true
				w.mail().OnMissing = billing.MissingCancel
				w.ours(5, "1001", "mbx", "3")
				w.stays()
			},
			rows: `
				1001/mbx cancel usage_ended #5 until 2026-11-21 delta -12 USD
					the usage ended: the addition ends on 2026-11-21
				other/mbx skip unlinked_customer
					the customer is not linked to a company and an agreement`,
			leftOut: `
				1001/mbx skip left_out #5 wanted until 2026-11-21 delta -12 USD
					left out by the reviewer
				other/mbx skip unlinked_customer
					the customer is not linked to a company and an agreement`,
		},
		{
			code: plan.UsageEnded,
			when: "because the customer is closed",
			given: func(w *world) {
				w.mail().Complete = true
				w.mail().OnMissing = billing.MissingCancel
				w.ours(5, "1001", "mbx", "3")
				w.uses("1001", "mbx", "3").Status = billing.StatusClosed
			},
			rows: `
				1001/mbx cancel usage_ended #5 until 2026-11-21 delta -12 USD
					the usage ended: the addition ends on 2026-11-21`,
			leftOut: `
				1001/mbx skip left_out #5 wanted until 2026-11-21 delta -12 USD
					left out by the reviewer`,
		},
	}
}
