package plan_test

import (
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

func guardCodes() []codeCase {
	return []codeCase{
		{
			code:  plan.GuardDrop,
			given: billsTo("20", "10"),
			rows: `
				1001/mbx hold guard_drop #5 wanted quantity 10 delta -40 USD
					falls by 50 %: nothing is written until you accept it`,
			accepted: `
				1001/mbx update usage_fell #5 quantity 20→10 delta -40 USD accepted
					usage fell from 20 to 10`,
			leftOut: `
				1001/mbx skip left_out #5 wanted quantity 10 delta -40 USD
					left out by the reviewer`,
		},
		{
			code: plan.GuardDrop,
			when: "of a line that would end",
			given: func(w *world) {
				w.mail().OnZero = billing.ZeroCancel
				billsTo("20", "0")(w)
			},
			rows: `
				1001/mbx hold guard_drop #5 wanted until 2026-11-21 delta -80 USD
					falls by 100 %: nothing is written until you accept it`,
			accepted: `
				1001/mbx cancel usage_zero #5 until 2026-11-21 delta -80 USD accepted
					no usage any more: the addition ends on 2026-11-21`,
			leftOut: `
				1001/mbx skip left_out #5 wanted until 2026-11-21 delta -80 USD
					left out by the reviewer`,
		},
		{
			code:  plan.GuardRise,
			given: billsTo("20", "50"),
			rows: `
				1001/mbx hold guard_rise #5 wanted quantity 50 delta 120 USD
					rises by 150 %: nothing is written until you accept it`,
			accepted: `
				1001/mbx update usage_rose #5 quantity 20→50 delta 120 USD accepted
					usage rose from 20 to 50`,
			leftOut: `
				1001/mbx skip left_out #5 wanted quantity 50 delta 120 USD
					left out by the reviewer`,
		},
		{
			code:  plan.GuardRise,
			when:  "from nothing",
			given: billsTo("0", "20"),
			rows: `
				1001/mbx hold guard_rise #5 wanted quantity 20 delta 80 USD
					rises by 20 units from nothing: nothing is written until you accept it`,
			accepted: `
				1001/mbx update usage_rose #5 quantity 0→20 delta 80 USD accepted
					usage rose from 0 to 20`,
			leftOut: `
				1001/mbx skip left_out #5 wanted quantity 20 delta 80 USD
					left out by the reviewer`,
		},
		{
			code: plan.UndoneBefore,
			given: func(w *world) {
				billsTo("10", "12")(w)
				w.current.Undone = []plan.Undone{{Key: key("mail/1001/mbx"), AgreementID: 811, ProductID: 7, Quantity: dec("12")}}
			},
			rows: `
				1001/mbx hold undone #5 wanted quantity 12 delta 8 USD
					an undo took this back, and neither usage nor mapping changed since: accept to write it again`,
			accepted: `
				1001/mbx update usage_rose #5 quantity 10→12 delta 8 USD accepted
					usage rose from 10 to 12`,
			leftOut: `
				1001/mbx skip left_out #5 wanted quantity 12 delta 8 USD
					left out by the reviewer`,
		},
	}
}

func driftCodes() []codeCase {
	return []codeCase{
		{
			code: plan.DriftQuantity,
			given: func(w *world) {
				billsTo("11", "12")(w)
				w.current.Owned[0].Quantity = dec("10")
			},
			rows: `
				1001/mbx hold drift_quantity #5 wanted quantity 12 delta 4 USD
					somebody changed the quantity from 10 to 11, usage says 12: accept to write it`,
			accepted: `
				1001/mbx update usage_rose #5 quantity 11→12 delta 4 USD accepted
					somebody changed it from 10 to 11; set to 12, what the usage says now`,
			leftOut: `
				1001/mbx skip left_out #5 wanted quantity 12 delta 4 USD
					left out by the reviewer`,
		},
		{
			code: plan.DriftProduct,
			given: func(w *world) {
				w.product(8, "OTHER", "1")
				billsTo("10", "12")(w)
				w.current.Additions[811][0].ProductID = 8
				w.current.Additions[811][0].ProductIdentifier = "OTHER"
			},
			rows: `
				1001/mbx hold drift_product #5 wanted quantity 12 wanted from 2026-11-21 delta 48 USD
					somebody pointed our addition 5 to product OTHER: accept to let go of it; a new line is opened`,
			accepted: `
				1001/mbx create new_line quantity 12 from 2026-11-21 delta 48 USD releases [5] accepted
					its addition is gone: a new line is opened, effective 2026-11-21`,
			leftOut: `
				1001/mbx skip left_out #5 wanted quantity 12 wanted from 2026-11-21 delta 48 USD
					left out by the reviewer`,
		},
	}
}

func lostLineCodes() []codeCase {
	return []codeCase{
		{
			code: plan.DriftCancelled,
			given: func(w *world) {
				billsTo("10", "12")(w)
				w.current.Additions[811][0].Cancelled = date("2026-11-20")
			},
			rows: `
				1001/mbx hold drift_cancelled #5 wanted quantity 12 wanted from 2026-11-21 delta 48 USD
					somebody cancelled our addition 5 on 2026-11-20: accept to let go of it; a new line is opened`,
			accepted: `
				1001/mbx create new_line quantity 12 from 2026-11-21 delta 48 USD releases [5] accepted
					its addition is gone: a new line is opened, effective 2026-11-21`,
			leftOut: `
				1001/mbx skip left_out #5 wanted quantity 12 wanted from 2026-11-21 delta 48 USD
					left out by the reviewer`,
		},
		{
			code: plan.DriftDeleted,
			given: func(w *world) {
				w.uses("1001", "mbx", "12")
				w.owns(5, "1001", "mbx", 811, 7, "10")
			},
			rows: `
				1001/mbx hold drift_deleted #5 wanted quantity 12 wanted from 2026-11-21 delta 48 USD
					somebody deleted our addition 5: accept to let go of it; a new line is opened`,
			accepted: `
				1001/mbx create new_line quantity 12 from 2026-11-21 delta 48 USD releases [5] accepted
					its addition is gone: a new line is opened, effective 2026-11-21`,
			leftOut: `
				1001/mbx skip left_out #5 wanted quantity 12 wanted from 2026-11-21 delta 48 USD
					left out by the reviewer`,
		},
		{
			code: plan.DriftDeleted,
			when: "where another line can be adopted",
			given: func(w *world) {
				w.uses("1001", "mbx", "12")
				w.owns(5, "1001", "mbx", 811, 7, "10")
				w.line(9, "11")
			},
			rows: `
				1001/mbx hold drift_deleted #5 wanted quantity 12 delta 4 USD
					somebody deleted our addition 5: accept to let go of it; goes on with addition 9`,
			accepted: `
				1001/mbx update usage_rose #9 adopts quantity 11→12 delta 4 USD releases [5] accepted
					usage rose from 11 to 12`,
			leftOut: `
				1001/mbx skip left_out #5 wanted quantity 12 delta 4 USD
					left out by the reviewer`,
		},
	}
}

func mappingCodes() []codeCase {
	return []codeCase{
		{
			code: plan.MappingChanged,
			given: func(w *world) {
				w.agreement(812, 250)
				w.linked().Agreement = 812
				billsTo("10", "12")(w)
			},
			rows: `
				1001/mbx hold mapping_changed #5 wanted quantity 12 wanted from 2026-11-21 delta 48 USD
					addition 5 on agreement 811 is ours, but the line is mapped elsewhere now: accept to end it; a new line is opened`,
			accepted: `
				1001/mbx cancel mapping_changed #5 until 2026-11-21 delta -40 USD accepted
					the line is mapped elsewhere now: this addition ends on 2026-11-21
				1001/mbx create new_line quantity 12 from 2026-11-21 delta 48 USD step 1 accepted
					no addition yet: created, effective 2026-11-21`,
			leftOut: `
				1001/mbx skip left_out #5 wanted quantity 12 wanted from 2026-11-21 delta 48 USD
					left out by the reviewer`,
		},
		{
			code: plan.MappingChanged,
			when: "away from a closed agreement",
			given: func(w *world) {
				w.agreement(812, 250)
				w.linked().Agreement = 812
				billsTo("10", "12")(w)
				w.edit(811, func(a *billing.Agreement) { a.Cancelled = true })
			},
			rows: `
				1001/mbx hold mapping_changed #5 wanted quantity 12 wanted from 2026-11-21 delta 48 USD
					addition 5 on agreement 811 is ours, but the line is mapped elsewhere now: accept to let go of it as it is (its agreement is cancelled); a new line is opened`,
			accepted: `
				1001/mbx create new_line quantity 12 from 2026-11-21 delta 48 USD releases [5] accepted
					no addition yet: created, effective 2026-11-21`,
			leftOut: `
				1001/mbx skip left_out #5 wanted quantity 12 wanted from 2026-11-21 delta 48 USD
					left out by the reviewer`,
		},
		{
			code: plan.MappingChanged,
			when: "to another product",
			given: func(w *world) {
				w.product(8, "OTHER", "1")
				w.mbx().Product = billing.ProductRef{Identifier: "OTHER"}
				billsTo("10", "12")(w)
			},
			rows: `
				1001/mbx hold mapping_changed #5 wanted quantity 12 wanted from 2026-11-21 delta 12 USD
					addition 5 on agreement 811 is ours, but the line is mapped elsewhere now: accept to end it; a new line is opened`,
			accepted: `
				1001/mbx cancel mapping_changed #5 until 2026-11-21 delta -40 USD accepted
					the line is mapped elsewhere now: this addition ends on 2026-11-21
				1001/mbx create new_line quantity 12 from 2026-11-21 delta 12 USD step 1 accepted
					no addition yet: created, effective 2026-11-21`,
			leftOut: `
				1001/mbx skip left_out #5 wanted quantity 12 wanted from 2026-11-21 delta 12 USD
					left out by the reviewer`,
		},
	}
}

func mergedMappingCodes() []codeCase {
	return []codeCase{
		{
			code: plan.MappingChanged,
			when: "in a merged line, at the line that carries it",
			given: func(w *world) {
				twoCustomers(w, billing.MergeSum)
				w.agreement(812, 250)
				w.uses("1001", "mbx", "5")
				w.uses("1002", "mbx", "7")
				w.owns(6, "1002", "mbx", 812, 7, "7")
				w.lineOn(812, 6, 7, "7")
			},
			key: "mail/1002/mbx",
			rows: `
				1001/mbx hold mapping_changed wanted quantity 12 wanted from 2026-11-21 delta 48 USD
					mail/1002/mbx is part of this merged line: addition 6 on agreement 812 is ours, but the line is mapped elsewhere now: accept mail/1002/mbx to end it; a new line is opened
					= sum of 2 lines = 12
				1002/mbx hold mapping_changed #6 into 1001/mbx
					addition 6 on agreement 812 is ours, but the line is mapped elsewhere now: accept to end it; goes on as part of mail/1001/mbx`,
			accepted: `
				1001/mbx create new_line quantity 12 from 2026-11-21 delta 48 USD
					no addition yet: created, effective 2026-11-21
					= sum of 2 lines = 12
				1002/mbx cancel mapping_changed #6 until 2026-11-21 delta -28 USD accepted
					the line is mapped elsewhere now: this addition ends on 2026-11-21
				1002/mbx skip merged_into into 1001/mbx step 1 accepted
					part of mail/1001/mbx`,
			leftOut: `
				1001/mbx skip left_out wanted quantity 12 wanted from 2026-11-21 delta 48 USD
					left out by the reviewer
					= sum of 2 lines = 12
				1002/mbx skip left_out #6 into 1001/mbx
					left out by the reviewer`,
		},
	}
}
