package plan_test

import (
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

func unbilledCodes() []codeCase {
	return []codeCase{
		{
			code: plan.UnlinkedCustomer,
			given: func(w *world) {
				w.linked().Agreement = 0
				billsTo("10", "12")(w)
			},
			rows: `
				1001/mbx hold unlinked_customer #5
					the customer is not linked to a company and an agreement, and our addition still bills 10: put it right, or accept to leave the addition to itself`,
			accepted: `
				1001/mbx skip unlinked_customer releases [5] accepted
					the customer is not linked to a company and an agreement; accepted: the addition is no longer ours and stays as it is`,
			leftOut: `
				1001/mbx skip left_out #5
					left out by the reviewer`,
		},
		{
			code:  plan.UnlinkedCustomer,
			when:  "of whom nothing is ours",
			given: func(w *world) { w.uses("1002", "mbx", "3") },
			key:   "mail/1002/mbx",
			rows: `
				1002/mbx skip unlinked_customer
					the customer is not linked to a company and an agreement`,
		},
		{
			code: plan.UnlinkedCustomer,
			when: "of a source that is out of the set-up",
			given: func(w *world) {
				w.ours(5, "gone:1", "x", "10")
				w.stays()
			},
			key: "gone/1/x",
			rows: `
				gone/1/x hold unlinked_customer #5
					source gone is no longer in the set-up, and our addition still bills 10: put it right, or accept to leave the addition to itself
				other/mbx skip unlinked_customer
					the customer is not linked to a company and an agreement`,
			accepted: `
				gone/1/x skip unlinked_customer releases [5] accepted
					source gone is no longer in the set-up; accepted: the addition is no longer ours and stays as it is
				other/mbx skip unlinked_customer
					the customer is not linked to a company and an agreement`,
			leftOut: `
				gone/1/x skip left_out #5
					left out by the reviewer
				other/mbx skip unlinked_customer
					the customer is not linked to a company and an agreement`,
		},
	}
}

func unmappedCodes() []codeCase {
	return []codeCase{
		{
			code: plan.UnmappedService,
			given: func(w *world) {
				w.mbx().Product = billing.ProductRef{}
				billsTo("10", "12")(w)
			},
			rows: `
				1001/mbx hold unmapped_service #5
					the service is not mapped to a product, and our addition still bills 10: put it right, or accept to leave the addition to itself`,
			accepted: `
				1001/mbx skip unmapped_service releases [5] accepted
					the service is not mapped to a product; accepted: the addition is no longer ours and stays as it is`,
			leftOut: `
				1001/mbx skip left_out #5
					left out by the reviewer`,
		},
		{
			code:  plan.UnmappedService,
			when:  "of which nothing is ours",
			given: func(w *world) { w.uses("1001", "new", "3") },
			key:   "mail/1001/new",
			rows: `
				1001/new skip unmapped_service
					the service is not mapped to a product`,
		},
		{
			code: plan.StatusNotBilled,
			given: func(w *world) {
				billsTo("10", "12")(w)
				w.sources["mail"].Usage.Lines[0].Status = billing.StatusTrial
			},
			rows: `
				1001/mbx hold status_not_billed #5
					the usage is trial, which is not billed, and our addition still bills 10: put it right, or accept to leave the addition to itself`,
			accepted: `
				1001/mbx skip status_not_billed releases [5] accepted
					the usage is trial, which is not billed; accepted: the addition is no longer ours and stays as it is`,
			leftOut: `
				1001/mbx skip left_out #5
					left out by the reviewer`,
		},
		{
			code:  plan.StatusNotBilled,
			when:  "of which nothing is ours",
			given: func(w *world) { w.uses("1001", "mbx", "3").Status = billing.StatusClosed },
			rows: `
				1001/mbx skip status_not_billed
					the usage is closed, which is not billed`,
		},
	}
}

func absentCodes() []codeCase {
	return []codeCase{
		{
			code: plan.NotInUsage,
			when: "of a source that does not list everything",
			given: func(w *world) {
				w.ours(5, "1001", "mbx", "3")
				w.stays()
			},
			rows: `
				1001/mbx skip not_in_usage #5
					not in the usage; the source does not list everything, so the addition stays
				other/mbx skip unlinked_customer
					the customer is not linked to a company and an agreement`,
		},
		{
			code: plan.NotInUsage,
			when: "of a source that lists everything",
			given: func(w *world) {
				w.mail().Complete = true
				w.ours(5, "1001", "mbx", "3")
				w.stays()
			},
			rows: `
				1001/mbx hold not_in_usage #5 wanted quantity 0 delta -12 USD
					no longer in the usage of a complete source: accept to write zero, or set on_missing
				other/mbx skip unlinked_customer
					the customer is not linked to a company and an agreement`,
			accepted: `
				1001/mbx update usage_ended #5 quantity 3→0 delta -12 USD accepted
					the usage ended: the addition goes from 3 to 0
				other/mbx skip unlinked_customer
					the customer is not linked to a company and an agreement`,
			leftOut: `
				1001/mbx skip left_out #5 wanted quantity 0 delta -12 USD
					left out by the reviewer
				other/mbx skip unlinked_customer
					the customer is not linked to a company and an agreement`,
		},
	}
}

func switchCodes() []codeCase {
	return []codeCase{
		{
			code:  plan.SyncOff,
			when:  "source",
			given: func(w *world) { w.mail().Sync = false; billsTo("10", "12")(w) },
			rows: `
				1001/mbx skip sync_off #5
					switched off: the source
					! the addition goes on billing 10 while the switch is off`,
		},
		{
			code:  plan.SyncOff,
			when:  "customer",
			given: func(w *world) { w.linked().Sync = false; billsTo("10", "12")(w) },
			rows: `
				1001/mbx skip sync_off #5
					switched off: the customer
					! the addition goes on billing 10 while the switch is off`,
		},
		{
			code:  plan.SyncOff,
			when:  "service",
			given: func(w *world) { w.mbx().Sync = false; billsTo("10", "12")(w) },
			rows: `
				1001/mbx skip sync_off #5
					switched off: the service
					! the addition goes on billing 10 while the switch is off`,
		},
		{
			code:  plan.SyncOff,
			when:  "service of one customer, whose line has nothing",
			given: func(w *world) { w.linked().ServicesOff = []string{"mbx"}; billsTo("0", "12")(w) },
			rows: `
				1001/mbx skip sync_off #5
					switched off: this service of this customer`,
		},
		{
			code: plan.SyncOff,
			when: "member of a merged line",
			given: func(w *world) {
				twoCustomers(w, billing.MergeSum)
				w.customer("1002", 0, 0).Sync = false
				w.uses("1002", "mbx", "7")
				billsTo("10", "12")(w)
			},
			rows: `
				1001/mbx skip sync_off #5
					mail/1002/mbx is part of this merged line and switched off
					! the addition goes on billing 10 while the switch is off
				1002/mbx skip sync_off
					switched off: the customer`,
		},
	}
}

// onAgreement is a line that would rise, on an agreement that something is wrong with.
func onAgreement(change func(a *billing.Agreement)) func(w *world) {
	return func(w *world) {
		billsTo("10", "12")(w)
		w.edit(811, change)
	}
}

func agreementCodes() []codeCase {
	return []codeCase{
		{
			code:  plan.AgreementClosed,
			when:  "cancelled",
			given: onAgreement(func(a *billing.Agreement) { a.Cancelled = true }),
			rows: `
				1001/mbx hold agreement_closed #5
					the agreement is cancelled: link the customer to a running one`,
			leftOut: `
				1001/mbx skip left_out #5
					left out by the reviewer`,
		},
		{
			code:  plan.AgreementClosed,
			when:  "ended",
			given: onAgreement(func(a *billing.Agreement) { a.End = date("2026-11-20") }),
			rows: `
				1001/mbx hold agreement_closed #5
					the agreement ended on 2026-11-20: link the customer to a running one`,
			leftOut: `
				1001/mbx skip left_out #5
					left out by the reviewer`,
		},
		{
			code: plan.AgreementClosed,
			when: "ended by the day on which a new line would take effect",
			given: func(w *world) {
				w.uses("1001", "mbx", "3")
				w.edit(811, func(a *billing.Agreement) {
					a.NextInvoice, a.Prorates, a.End = date("2026-12-01"), false, date("2026-11-30")
				})
			},
			rows: `
				1001/mbx hold agreement_closed
					a new line would take effect on 2026-12-01, and the agreement ends on 2026-11-30: extend the agreement, or link the customer to one that goes on`,
			leftOut: `
				1001/mbx skip left_out
					left out by the reviewer`,
		},
		{
			code:  plan.AgreementClosed,
			when:  "not started",
			given: onAgreement(func(a *billing.Agreement) { a.Start = date("2026-11-22") }),
			rows: `
				1001/mbx hold agreement_closed #5
					the agreement starts on 2026-11-22: link the customer to a running one`,
			leftOut: `
				1001/mbx skip left_out #5
					left out by the reviewer`,
		},
		{
			code:  plan.AgreementClosed,
			when:  "expired",
			given: onAgreement(func(a *billing.Agreement) { a.Status = "Expired" }),
			rows: `
				1001/mbx hold agreement_closed #5
					the agreement is expired: link the customer to a running one`,
			leftOut: `
				1001/mbx skip left_out #5
					left out by the reviewer`,
		},
		{
			code:  plan.AgreementClosed,
			when:  "inactive",
			given: onAgreement(func(a *billing.Agreement) { a.Status = "Inactive" }),
			rows: `
				1001/mbx hold agreement_closed #5
					the agreement is inactive: link the customer to a running one`,
			leftOut: `
				1001/mbx skip left_out #5
					left out by the reviewer`,
		},
	}
}

func wrongAgreementCodes() []codeCase {
	return []codeCase{
		{
			code:  plan.AgreementNotRecurring,
			given: onAgreement(func(a *billing.Agreement) { a.Cycle = billing.Cycle{NotRecurring: true} }),
			rows: `
				1001/mbx hold agreement_not_recurring #5
					the agreement does not recur, so usage cannot be billed on it: link the customer to another one`,
			leftOut: `
				1001/mbx skip left_out #5
					left out by the reviewer`,
		},
		{
			code: plan.AgreementMissing,
			given: func(w *world) {
				w.uses("1001", "mbx", "12")
				w.current.Agreements = nil
			},
			rows: `
				1001/mbx hold agreement_missing
					the linked agreement does not exist in ConnectWise: link the customer to another one`,
			leftOut: `
				1001/mbx skip left_out
					left out by the reviewer`,
		},
		{
			code: plan.AgreementOtherCompany,
			given: onAgreement(func(a *billing.Agreement) {
				a.CompanyID = 251
				a.CompanyName = "Fabrikam"
				a.Name = "Cloud"
			}),
			rows: `
				1001/mbx hold agreement_other_company #5
					agreement Cloud belongs to Fabrikam, not to the company that customer 1001 is linked to: link the customer anew`,
			leftOut: `
				1001/mbx skip left_out #5
					left out by the reviewer`,
		},
	}
}
