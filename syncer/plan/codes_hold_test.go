package plan_test

import (
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

func productCodes() []codeCase {
	return []codeCase{
		{
			code:  plan.ProductMissing,
			given: func(w *world) { billsTo("10", "12")(w); w.current.Products = nil },
			rows: `
				1001/mbx hold product_missing #5
					product MBX is not in ConnectWise's catalog: create it or map the service to another`,
			leftOut: `
				1001/mbx skip left_out #5
					left out by the reviewer`,
		},
		{
			code:  plan.ProductMissing,
			when:  "by its id",
			given: func(w *world) { billsTo("10", "12")(w); w.mbx().Product = billing.ProductRef{ID: 99} },
			rows: `
				1001/mbx hold product_missing #5
					product 99 is not in ConnectWise's catalog: create it or map the service to another`,
			leftOut: `
				1001/mbx skip left_out #5
					left out by the reviewer`,
		},
		{
			code:  plan.ProductMissing,
			when:  "because it is a bundle",
			given: func(w *world) { billsTo("10", "12")(w); w.current.Products[0].Class = billing.BundleClass },
			rows: `
				1001/mbx hold product_missing #5
					product MBX is a bundle, which cannot be an addition: map the service to another product`,
			leftOut: `
				1001/mbx skip left_out #5
					left out by the reviewer`,
		},
		{
			code:  plan.ProductInactive,
			given: func(w *world) { billsTo("10", "12")(w); w.current.Products[0].Inactive = true },
			rows: `
				1001/mbx hold product_inactive #5
					product MBX is inactive in ConnectWise's catalog: activate it or map the service to another`,
			leftOut: `
				1001/mbx skip left_out #5
					left out by the reviewer`,
		},
		{
			code: plan.CurrencyDiffers,
			given: func(w *world) {
				billsTo("10", "12")(w)
				w.sources["mail"].Usage.Lines[0].Currency = "EUR"
			},
			rows: `
				1001/mbx hold currency_differs #5
					the usage is in EUR (mail/1001/mbx, line 2) and the agreement in USD: link the customer to an agreement in EUR, or put the currency of the usage right`,
			leftOut: `
				1001/mbx skip left_out #5
					left out by the reviewer`,
		},
		{
			code: plan.IncludedTwice,
			given: func(w *world) {
				billsTo("10", "14")(w)
				w.mbx().Quantity.Included = dec("2")
				w.current.Additions[811][0].LessIncluded = dec("3")
			},
			rows: `
				1001/mbx hold included_twice #5 wanted quantity 12 delta 8 USD
					the set-up includes 2 and ConnectWise's line 3 free units: take one of them away
					= 14 − 2 included = 12; 3 of them free by ConnectWise's lessIncluded`,
			leftOut: `
				1001/mbx skip left_out #5 wanted quantity 12 delta 8 USD
					left out by the reviewer
					= 14 − 2 included = 12; 3 of them free by ConnectWise's lessIncluded`,
		},
	}
}

// datedOn is a dated change of a line that something keeps from being dated.
func datedOn(change func(agreement *billing.Agreement, line *billing.Addition)) func(w *world) {
	return func(w *world) {
		w.mbx().Change = billing.Dated
		billsTo("10", "12")(w)
		w.edit(811, func(a *billing.Agreement) { change(a, &w.current.Additions[811][0]) })
	}
}

func waitingCodes() []codeCase {
	return []codeCase{
		{
			code:  plan.NotProrated,
			given: datedOn(func(a *billing.Agreement, _ *billing.Addition) { a.Prorates = false }),
			rows: `
				1001/mbx hold not_prorated #5 wanted quantity 12 delta 8 USD
					a dated change needs an agreement that prorates: tick prorate on it, or accept to change the quantity in place`,
			accepted: `
				1001/mbx update usage_rose #5 quantity 10→12 delta 8 USD accepted
					usage rose from 10 to 12`,
			leftOut: `
				1001/mbx skip left_out #5 wanted quantity 12 delta 8 USD
					left out by the reviewer`,
		},
		{
			code:  plan.NotProrated,
			when:  "because of free units",
			given: datedOn(func(_ *billing.Agreement, line *billing.Addition) { line.LessIncluded = dec("1") }),
			rows: `
				1001/mbx hold not_prorated #5 wanted quantity 12 delta 8 USD
					a new dated line would lose the 1 free units of this one: take them away, or accept to change the quantity in place
					= 12; 1 of them free by ConnectWise's lessIncluded`,
			accepted: `
				1001/mbx update usage_rose #5 quantity 10→12 delta 8 USD accepted
					usage rose from 10 to 12; 1 of them free by ConnectWise's lessIncluded
					= 12; 1 of them free by ConnectWise's lessIncluded`,
			leftOut: `
				1001/mbx skip left_out #5 wanted quantity 12 delta 8 USD
					left out by the reviewer
					= 12; 1 of them free by ConnectWise's lessIncluded`,
		},
		{
			code:  plan.NotProrated,
			when:  "because of a planned end",
			given: datedOn(func(_ *billing.Agreement, line *billing.Addition) { line.Cancelled = date("2027-06-30") }),
			rows: `
				1001/mbx hold not_prorated #5 wanted quantity 12 delta 8 USD
					a new dated line would lose the end of this one on 2027-06-30: take the end away, or accept to change the quantity in place`,
			accepted: `
				1001/mbx update usage_rose #5 quantity 10→12 delta 8 USD accepted
					usage rose from 10 to 12`,
			leftOut: `
				1001/mbx skip left_out #5 wanted quantity 12 delta 8 USD
					left out by the reviewer`,
		},
		{
			code:  plan.NotProrated,
			when:  "because it is not billed",
			given: datedOn(func(_ *billing.Agreement, line *billing.Addition) { line.Bill = billing.DoNotBill }),
			rows: `
				1001/mbx hold not_prorated #5 wanted quantity 12
					a new dated line would be billed, and this one is DoNotBill: make it billable, or accept to change the quantity in place`,
			accepted: `
				1001/mbx update usage_rose #5 quantity 10→12 accepted
					usage rose from 10 to 12`,
			leftOut: `
				1001/mbx skip left_out #5 wanted quantity 12
					left out by the reviewer`,
		},
		{
			code:  plan.PreviousUnknown,
			given: func(w *world) { billsTo("10", "12")(w); waits(w, "mail/1001/mbx", 811) },
			rows: `
				1001/mbx hold previous_unknown #5 wanted quantity 12 delta 8 USD
					an earlier write of this line may or may not have happened: a later run settles it, or look at the agreement and accept`,
			accepted: `
				1001/mbx hold previous_unknown #5 wanted quantity 12 delta 8 USD
					an earlier write of this line may or may not have happened: a later run settles it, or look at the agreement and accept`,
			leftOut: `
				1001/mbx skip left_out #5 wanted quantity 12 delta 8 USD
					left out by the reviewer`,
		},
		{
			code:  plan.PreviousUnknown,
			when:  "of another line on the agreement",
			given: func(w *world) { billsTo("10", "12")(w); waits(w, "mail/1002/mbx", 811) },
			rows: `
				1001/mbx hold previous_unknown #5 wanted quantity 12 delta 8 USD
					an earlier write on this agreement may or may not have happened: a later run settles it`,
			leftOut: `
				1001/mbx skip left_out #5 wanted quantity 12 delta 8 USD
					left out by the reviewer`,
		},
	}
}

func sourceCodes() []codeCase {
	return []codeCase{
		{
			code: plan.SourceFailed,
			given: func(w *world) {
				w.ours(5, "1001", "mbx", "10")
				w.sources["mail"].Problem = "usage.csv, line 7: the quantity is empty"
			},
			rows: `
				source mail is held: source_failed
					usage.csv, line 7: the quantity is empty
				1001/mbx hold source_failed #5
					usage.csv, line 7: the quantity is empty`,
			leftOut: `
				source mail is held: source_failed
					usage.csv, line 7: the quantity is empty
				1001/mbx skip left_out #5
					left out by the reviewer`,
		},
		{
			code: plan.SourceFailed,
			when: "because a count is missing",
			given: func(w *world) {
				billsTo("10", "12")(w)
				w.mbx().Basis = "peak"
			},
			rows: `
				source mail is held: source_failed
					line 2: service mbx is billed by the count "peak", which the line does not have: choose another basis or put the source right
				1001/mbx hold source_failed #5
					line 2: service mbx is billed by the count "peak", which the line does not have: choose another basis or put the source right`,
			leftOut: `
				source mail is held: source_failed
					line 2: service mbx is billed by the count "peak", which the line does not have: choose another basis or put the source right
				1001/mbx skip left_out #5
					left out by the reviewer`,
		},
		{
			code:  plan.SourceEmpty,
			given: func(w *world) { w.ours(5, "1001", "mbx", "10") },
			rows: `
				source mail is held: source_empty
					the source gave no usage lines at all: nothing is changed until it gives some
				1001/mbx hold source_empty #5
					the source gave no usage lines at all: nothing is changed until it gives some`,
			leftOut: `
				source mail is held: source_empty
					the source gave no usage lines at all: nothing is changed until it gives some
				1001/mbx skip left_out #5
					left out by the reviewer`,
		},
		{
			code: plan.UsageStale,
			given: func(w *world) {
				billsTo("10", "12")(w)
				w.sources["mail"].Usage.AsOf = w.policy.Now.AddDate(0, 0, -2)
			},
			rows: `
				source mail is held: usage_stale
					the usage is from 2026-11-19 06:00 UTC, 2 days old, and may be at most 26h old: get a newer one, or accept it
				1001/mbx hold usage_stale #5 wanted quantity 12 delta 8 USD
					the usage is from 2026-11-19 06:00 UTC, 2 days old, and may be at most 26h old: get a newer one, or accept it`,
			released: `
				1001/mbx update usage_rose #5 quantity 10→12 delta 8 USD
					usage rose from 10 to 12`,
			leftOut: `
				source mail is held: usage_stale
					the usage is from 2026-11-19 06:00 UTC, 2 days old, and may be at most 26h old: get a newer one, or accept it
				1001/mbx skip left_out #5 wanted quantity 12 delta 8 USD
					left out by the reviewer`,
		},
	}
}

func missingCodes() []codeCase {
	return []codeCase{
		{
			code: plan.MissingShare,
			given: func(w *world) {
				w.policy.Guards.MissingPercent = dec("30")
				billsTo("3", "0")(w)
			},
			rows: `
				source mail is held: missing_share
					1 of the 1 lines billed last time are zero or gone, more than 30 %: look whether the source is complete, or accept it
				1001/mbx hold missing_share #5 wanted quantity 0 delta -12 USD
					1 of the 1 lines billed last time are zero or gone, more than 30 %: look whether the source is complete, or accept it`,
			released: `
				1001/mbx update usage_zero #5 quantity 3→0 delta -12 USD
					no usage any more: the addition goes from 3 to 0`,
			leftOut: `
				source mail is held: missing_share
					1 of the 1 lines billed last time are zero or gone, more than 30 %: look whether the source is complete, or accept it
				1001/mbx skip left_out #5 wanted quantity 0 delta -12 USD
					left out by the reviewer`,
		},
		{
			code: plan.MissingShare,
			when: "because lines are gone",
			given: func(w *world) {
				w.policy.Guards.MissingPercent = dec("30")
				w.mail().Complete = true
				w.mail().OnMissing = billing.MissingCancel
				w.ours(5, "1001", "mbx", "3")
				w.stays()
			},
			rows: `
				source mail is held: missing_share
					1 of the 1 lines billed last time are zero or gone, more than 30 %: look whether the source is complete, or accept it
				1001/mbx hold missing_share #5 wanted until 2026-11-21 delta -12 USD
					1 of the 1 lines billed last time are zero or gone, more than 30 %: look whether the source is complete, or accept it
				other/mbx skip unlinked_customer
					the customer is not linked to a company and an agreement`,
			released: `
				1001/mbx cancel usage_ended #5 until 2026-11-21 delta -12 USD
					the usage ended: the addition ends on 2026-11-21
				other/mbx skip unlinked_customer
					the customer is not linked to a company and an agreement`,
			leftOut: `
				source mail is held: missing_share
					1 of the 1 lines billed last time are zero or gone, more than 30 %: look whether the source is complete, or accept it
				1001/mbx skip left_out #5 wanted until 2026-11-21 delta -12 USD
					left out by the reviewer
				other/mbx skip unlinked_customer
					the customer is not linked to a company and an agreement`,
		},
	}
}

func moneyCodes() []codeCase {
	return []codeCase{
		{
			code: plan.MaxMonthlyDelta,
			given: func(w *world) {
				billsTo("10", "12")(w)
				w.policy.Guards.MaxMonthlyDelta = some("7.99")
			},
			rows: `
				source mail is held: max_monthly_delta
					the monthly value moves by 8.00 USD, more than 7.99: look at the changes first, or accept them
				1001/mbx hold max_monthly_delta #5 wanted quantity 12 delta 8 USD
					the monthly value moves by 8.00 USD, more than 7.99: look at the changes first, or accept them`,
			released: `
				1001/mbx update usage_rose #5 quantity 10→12 delta 8 USD
					usage rose from 10 to 12`,
			leftOut: `
				1001/mbx skip left_out #5 wanted quantity 12 delta 8 USD
					left out by the reviewer`,
		},
		{
			code: plan.MaxMonthlyDelta,
			when: "downwards, of an agreement without a currency",
			given: func(w *world) {
				billsTo("10", "8")(w)
				w.policy.Guards.MaxMonthlyDelta = some("7.99")
				w.edit(811, func(a *billing.Agreement) { a.Currency = "" })
			},
			rows: `
				source mail is held: max_monthly_delta
					the monthly value moves by -8.00, more than 7.99: look at the changes first, or accept them
				1001/mbx hold max_monthly_delta #5 wanted quantity 8 delta -8
					the monthly value moves by -8.00, more than 7.99: look at the changes first, or accept them`,
			released: `
				1001/mbx update usage_fell #5 quantity 10→8 delta -8
					usage fell from 10 to 8`,
			leftOut: `
				1001/mbx skip left_out #5 wanted quantity 8 delta -8
					left out by the reviewer`,
		},
	}
}
