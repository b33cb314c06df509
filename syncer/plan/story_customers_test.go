package plan_test

import (
	"testing"

	"cwsync/syncer/billing"
)

func TestStoryOfACustomerWhoLeaves(t *testing.T) {
	tell(t, []step{
		{
			day:   "2026-11-01",
			log:   "on trial: not billed",
			given: func(w *world) { w.counts("1001", "mbx", "4").Status = billing.StatusTrial },
			rows: `
				1001/mbx skip status_not_billed
					the usage is trial, which is not billed`,
		},
		{
			day:   "2026-11-15",
			log:   "bought",
			given: func(w *world) { w.counts("1001", "mbx", "4").Status = billing.StatusActive },
			rows: `
				1001/mbx create new_line quantity 4 from 2026-11-15 delta 16 USD
					no addition yet: created, effective 2026-11-15`,
		},
		{
			day:   "2026-12-15",
			log:   "suspended for an unpaid bill: billed all the same",
			given: func(w *world) { w.counts("1001", "mbx", "3").Status = billing.StatusSuspended },
			rows: `
				1001/mbx update usage_fell #101 quantity 4→3 delta -4 USD
					usage fell from 4 to 3`,
		},
		{
			day:   "2027-01-10",
			log:   "closed, and the source does not list everything: a person must say what becomes of the line",
			given: func(w *world) { w.counts("1001", "mbx", "3").Status = billing.StatusClosed },
			rows: `
				1001/mbx hold status_not_billed #101
					the usage is closed, which is not billed, and our addition still bills 3: put it right, or accept to leave the addition to itself`,
		},
		{
			day:   "2027-01-11",
			log:   "the source lists everything from now on, and what is gone is cancelled; closed is gone",
			given: func(w *world) { w.mail().Complete, w.mail().OnMissing = true, billing.MissingCancel },
			rows: `
				1001/mbx cancel usage_ended #101 until 2027-01-11 delta -12 USD
					the usage ended: the addition ends on 2027-01-11`,
		},
		{
			day: "2027-01-12",
			log: "it stays closed",
			rows: `
				1001/mbx skip status_not_billed
					the usage is closed, which is not billed`,
			ledger: `811 #101 MBX 3 from 2026-11-15 until 2027-01-11, was 1001/mbx's`,
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
					no longer in the usage of a complete source: accept to write zero, or set on_missing; falls by 100 %: nothing is written until you accept it
				C-1001/mbx skip unlinked_customer
					the customer is not linked to a company and an agreement`,
		},
		{
			day:   "2026-11-11",
			log:   "the new name is linked beside the old one: no second line beside the one that is there",
			given: func(w *world) { w.customer("C-1001", 250, 811) },
			rows: `
				1001/mbx hold not_in_usage #101 wanted quantity 0 delta -32 USD
					no longer in the usage of a complete source: accept to write zero, or set on_missing; falls by 100 %: nothing is written until you accept it
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
