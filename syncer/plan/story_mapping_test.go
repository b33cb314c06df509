package plan_test

import (
	"testing"

	"cwsync/syncer/billing"
)

func TestStoryCustomerMovesToAnotherOpenAgreement(t *testing.T) {
	tell(t, []step{
		{
			day:   "2026-11-01",
			log:   "eight mailboxes",
			given: func(w *world) { w.counts("1001", "mbx", "8") },
			rows: `
				1001/mbx create new_line quantity 8 from 2026-11-01 delta 32 USD
					no addition yet: created, effective 2026-11-01`,
		},
		{
			day: "2026-11-20",
			log: "a new contract: linked to agreement 812, and the old one still runs",
			given: func(w *world) {
				w.agreement(812, 250)
				w.linked().Agreement = 812
			},
			rows: `
				1001/mbx hold mapping_changed #101 wanted quantity 8 wanted from 2026-11-20 delta 32 USD
					addition 101 on agreement 811 is ours, but the line is mapped elsewhere now: accept to end it; a new line is opened`,
		},
		{
			day:   "2026-11-21",
			log:   "the reviewer accepts and leaves it out again",
			given: func(w *world) { w.accept("mail/1001/mbx"); w.leaveOut("mail/1001/mbx") },
			rows: `
				1001/mbx skip left_out #101 wanted quantity 8 wanted from 2026-11-21 delta 32 USD
					left out by the reviewer`,
		},
		{
			day:   "2026-11-22",
			log:   "accepted: the old line ends first, then the new one begins",
			given: func(w *world) { w.accept("mail/1001/mbx") },
			rows: `
				1001/mbx cancel mapping_changed #101 until 2026-11-22 delta -32 USD accepted
					the line is mapped elsewhere now: this addition ends on 2026-11-22
				1001/mbx create new_line quantity 8 from 2026-11-22 delta 32 USD step 1 accepted
					no addition yet: created, effective 2026-11-22`,
			total: `USD 0`,
			ledger: `
				811 #101 MBX 8 from 2026-11-01 until 2026-11-22, was 1001/mbx's
				812 #102 MBX 8 from 2026-11-22, 1001/mbx's`,
		},
		{
			day:   "2026-12-01",
			log:   "and grows there",
			given: func(w *world) { w.counts("1001", "mbx", "9") },
			rows: `
				1001/mbx update usage_rose #102 quantity 8→9 delta 4 USD
					usage rose from 8 to 9`,
		},
	})
}

func TestStoryCustomerMovesAwayFromAClosedAgreement(t *testing.T) {
	tell(t, []step{
		{
			day:   "2026-11-01",
			log:   "eight mailboxes",
			given: func(w *world) { w.counts("1001", "mbx", "8") },
			rows: `
				1001/mbx create new_line quantity 8 from 2026-11-01 delta 32 USD
					no addition yet: created, effective 2026-11-01`,
		},
		{
			day: "2026-12-01",
			log: "the agreement ended with November; nothing can be written there",
			given: func(w *world) {
				w.edit(811, func(a *billing.Agreement) { a.End = date("2026-11-30") })
				w.counts("1001", "mbx", "9")
			},
			rows: `
				1001/mbx hold agreement_closed #101
					the agreement ended on 2026-11-30: link the customer to a running one`,
		},
		{
			day: "2026-12-02",
			log: "its successor has the line already, keyed in by the account manager",
			given: func(w *world) {
				w.agreement(812, 250)
				w.linked().Agreement = 812
				w.lineOn(812, 300, 7, "8")
			},
			rows: `
				1001/mbx hold mapping_changed #101 wanted quantity 9 delta 4 USD
					addition 101 on agreement 811 is ours, but the line is mapped elsewhere now: accept to let go of it as it is (its agreement ended on 2026-11-30); goes on with addition 300`,
		},
		{
			day:   "2026-12-03",
			log:   "accepted: the old line stays as it is, and only the ownership moves",
			given: func(w *world) { w.accept("mail/1001/mbx") },
			rows: `
				1001/mbx update usage_rose #300 adopts quantity 8→9 delta 4 USD releases [101] accepted
					usage rose from 8 to 9`,
			ledger: `
				811 #101 MBX 8 from 2026-11-01
				812 #300 MBX 9 from 2026-01-01, 1001/mbx's`,
		},
	})
}

func TestStoryChildAgreements(t *testing.T) {
	tell(t, []step{
		{
			day: "2026-11-10",
			log: "a child agreement has the invoice date of its parent, which is the next first of the month",
			given: func(w *world) {
				w.agreement(812, 250)
				w.edit(812, func(a *billing.Agreement) {
					a.ParentID = 811
					a.NextInvoice = date("2026-12-01")
					a.Prorates = false
				})
				w.linked().Agreement = 812
				w.counts("1001", "mbx", "5")
			},
			rows: `
				1001/mbx create new_line quantity 5 from 2026-12-01 delta 20 USD
					no addition yet: created, effective 2026-12-01`,
		},
		{
			day: "2026-12-05",
			log: "another customer of the same company is on the parent itself: one product on two agreements is two lines",
			given: func(w *world) {
				w.edit(812, func(a *billing.Agreement) { a.NextInvoice = date("2027-01-01") })
				w.customer("1002", 250, 811)
				w.counts("1002", "mbx", "2")
			},
			rows: `
				1001/mbx none unchanged #101
					unchanged
				1002/mbx create new_line quantity 2 from 2026-12-05 delta 8 USD
					no addition yet: created, effective 2026-12-05`,
		},
		{
			day: "2026-12-10",
			log: "the child is closed; the customer moves up to the parent, where the other line is",
			given: func(w *world) {
				w.edit(812, func(a *billing.Agreement) { a.Cancelled = true })
				w.linked().Agreement = 811
				w.accept("mail/1001/mbx")
			},
			rows: `
				1001/mbx hold claimed_twice #101
					mail/1001/mbx and mail/1002/mbx both bill MBX on this agreement: map one of them elsewhere, or merge them
				1002/mbx hold claimed_twice #102
					mail/1001/mbx and mail/1002/mbx both bill MBX on this agreement: map one of them elsewhere, or merge them
				! accepted for nothing: mail/1001/mbx`,
		},
		{
			day: "2026-12-11",
			log: "the two merge on the parent",
			given: func(w *world) {
				w.mbx().Merge = billing.MergeSum
				w.accept("mail/1001/mbx", "mail/1002/mbx")
			},
			rows: `
				1001/mbx update usage_rose #102 quantity 2→7 delta 20 USD releases [101] accepted
					usage rose from 2 to 7
					= sum of 2 lines = 7
				1002/mbx skip merged_into into 1001/mbx
					part of mail/1001/mbx
				! accepted for nothing: mail/1002/mbx`,
			ledger: `
				811 #102 MBX 7 from 2026-12-05, 1001/mbx's
				812 #101 MBX 5 from 2026-12-01`,
		},
	})
}

func TestStoryCompanyMixUp(t *testing.T) {
	tell(t, []step{
		{
			day:   "2026-11-01",
			log:   "eight mailboxes",
			given: func(w *world) { w.counts("1001", "mbx", "8") },
			rows: `
				1001/mbx create new_line quantity 8 from 2026-11-01 delta 32 USD
					no addition yet: created, effective 2026-11-01`,
		},
		{
			day: "2026-11-05",
			log: "the agreement is handed to another company in ConnectWise",
			given: func(w *world) {
				w.edit(811, func(a *billing.Agreement) { a.CompanyID, a.CompanyName = 251, "Fabrikam" })
				w.counts("1001", "mbx", "9")
			},
			rows: `
				1001/mbx hold agreement_other_company #101
					agreement agreement 811 belongs to Fabrikam, not to the company that customer 1001 is linked to: link the customer anew`,
		},
		{
			day:   "2026-11-06",
			log:   "the customer is unlinked until somebody knows; the line goes on billing and is not forgotten",
			given: func(w *world) { w.linked().Company, w.linked().Agreement = 0, 0 },
			rows: `
				1001/mbx hold unlinked_customer #101
					the customer is not linked to a company and an agreement, and our addition still bills 8: put it right, or accept to leave the addition to itself`,
		},
		{
			day:   "2026-11-07",
			log:   "linked to the right company: it is the same agreement after all",
			given: func(w *world) { w.linked().Company, w.linked().Agreement = 251, 811 },
			rows: `
				1001/mbx update usage_rose #101 quantity 8→9 delta 4 USD
					usage rose from 8 to 9`,
		},
		{
			day:   "2026-11-08",
			log:   "the agreement vanishes from ConnectWise, lines and all",
			given: func(w *world) { delete(w.current.Agreements, 811); delete(w.current.Additions, 811) },
			rows: `
				1001/mbx hold agreement_missing #101
					the linked agreement does not exist in ConnectWise: link the customer to another one`,
		},
	})
}
