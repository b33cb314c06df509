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
					addition 101 on agreement 811 is ours, but the line is mapped elsewhere now: accept to end it and go on with the new mapping`,
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
					addition 101 on agreement 811 is ours, but the line is mapped elsewhere now: accept to end it and go on with the new mapping`,
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

func TestStoryCustomerIDRenamedAtTheVendor(t *testing.T) {
	tell(t, []step{
		{
			day:   "2026-11-01",
			log:   "eight mailboxes of customer 1001",
			given: func(w *world) { w.mail().Complete = true; w.counts("1001", "mbx", "8") },
			rows: `
				1001/mbx create new_line quantity 8 from 2026-11-01 delta 32 USD
					no addition yet: created, effective 2026-11-01`,
		},
		{
			day:   "2026-11-10",
			log:   "the vendor calls the customer C-1001 from now on: the old name is gone, the new one unknown",
			given: func(w *world) { w.renames("1001", "C-1001") },
			rows: `
				1001/mbx hold not_in_usage #101 wanted quantity 0 delta -32 USD
					no longer in the usage of a complete source: accept to write zero, or set on_missing
				C-1001/mbx skip unlinked_customer
					the customer is not linked to a company and an agreement`,
		},
		{
			day:   "2026-11-11",
			log:   "the new name is linked beside the old one: no second line beside the one that is there",
			given: func(w *world) { w.customer("C-1001", 250, 811) },
			rows: `
				1001/mbx hold not_in_usage #101 wanted quantity 0 delta -32 USD
					no longer in the usage of a complete source: accept to write zero, or set on_missing
				C-1001/mbx hold ambiguous_lines
					the agreement has open additions of MBX (101 of 8), but none that may be adopted (billable, in effect, no one-off, not another line's): choose one in the set-up under additions, or end them`,
		},
		{
			day:   "2026-11-12",
			log:   "the old link is removed from the set-up; the old line is let go of",
			given: func(w *world) { w.mail().Customers = w.mail().Customers[1:]; w.accept("mail/1001/mbx") },
			rows: `
				1001/mbx skip unlinked_customer releases [101] accepted
					the customer is not linked to a company and an agreement; accepted: the addition is no longer ours and stays as it is
				C-1001/mbx hold ambiguous_lines
					the agreement has open additions of MBX (101 of 8), but none that may be adopted (billable, in effect, no one-off, not another line's): choose one in the set-up under additions, or end them`,
		},
		{
			day: "2026-11-13",
			log: "and taken over under the new name",
			rows: `
				C-1001/mbx none unchanged #101 adopts
					unchanged`,
			ledger: `811 #101 MBX 8 from 2026-11-01, C-1001/mbx's`,
		},
	})
}

func TestStoryCustomerIDRenamedWithinAMergedLine(t *testing.T) {
	tell(t, []step{
		{
			day: "2026-11-01",
			log: "two branches share one line",
			given: func(w *world) {
				twoCustomers(w, billing.MergeSum)
				w.counts("1001", "mbx", "8")
				w.counts("1002", "mbx", "4")
			},
			rows: `
				1001/mbx create new_line quantity 12 from 2026-11-01 delta 48 USD
					no addition yet: created, effective 2026-11-01
					= sum of 2 lines = 12
				1002/mbx skip merged_into into 1001/mbx
					part of mail/1001/mbx`,
		},
		{
			day: "2026-11-10",
			log: "the first branch gets another name at the vendor and in the set-up: the merged line keeps its addition",
			given: func(w *world) {
				w.renames("1001", "3001")
				w.linked().ID = "3001"
			},
			rows: `
				1002/mbx none unchanged #101
					unchanged
					= sum of 2 lines = 12
				3001/mbx skip merged_into into 1002/mbx
					part of mail/1002/mbx`,
		},
		{
			day: "2026-11-11",
			log: "a second run finds nothing to do",
			rows: `
				1002/mbx none unchanged #101
					unchanged
					= sum of 2 lines = 12
				3001/mbx skip merged_into into 1002/mbx
					part of mail/1002/mbx`,
			ledger: `811 #101 MBX 12 from 2026-11-01, 1002/mbx's`,
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
				! --accept mail/1001/mbx: nothing that may be accepted is held under this name`,
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
				! --accept mail/1002/mbx: nothing that may be accepted is held under this name`,
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
