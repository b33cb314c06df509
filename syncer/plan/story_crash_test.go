package plan_test

import (
	"testing"

	"cwsync/syncer/billing"
)

func TestStoryLostCreateThatDidArrive(t *testing.T) {
	tell(t, []step{
		{
			day: "2026-11-01",
			log: "the network breaks while the first of two lines is opened",
			given: func(w *world) {
				w.product(8, "OTHER", "1")
				w.service("other", "OTHER")
				w.counts("1001", "mbx", "4")
				w.counts("1001", "other", "7")
			},
			lost: "mail/1001/mbx",
			rows: `
				1001/mbx create new_line quantity 4 from 2026-11-01 delta 16 USD
					no addition yet: created, effective 2026-11-01
				1001/other create new_line quantity 7 from 2026-11-01 delta 7 USD
					no addition yet: created, effective 2026-11-01`,
		},
		{
			day:   "2026-11-02",
			log:   "nobody knows whether it is there: nothing more is written on this agreement, and above all no second line",
			given: func(w *world) { w.arrives() },
			rows: `
				1001/mbx hold previous_unknown #101 adopts
					an earlier write of this line may or may not have happened: a later run settles it, or look at the agreement and accept
				1001/other hold previous_unknown wanted quantity 7 wanted from 2026-11-02 delta 7 USD
					an earlier write on this agreement may or may not have happened: a later run settles it`,
		},
		{
			log:   "accepting does not write it either: a read-back decides",
			given: func(w *world) { w.accept("mail/1001/mbx") },
			rows: `
				1001/mbx hold previous_unknown #101 adopts
					an earlier write of this line may or may not have happened: a later run settles it, or look at the agreement and accept
				1001/other hold previous_unknown wanted quantity 7 wanted from 2026-11-02 delta 7 USD
					an earlier write on this agreement may or may not have happened: a later run settles it`,
		},
		{
			day:   "2026-11-03",
			log:   "the read-back finds it: it is ours, and usage went on meanwhile",
			given: func(w *world) { w.settles(); w.counts("1001", "mbx", "5") },
			rows: `
				1001/mbx update usage_rose #101 quantity 4→5 delta 4 USD
					usage rose from 4 to 5
				1001/other create new_line quantity 7 from 2026-11-03 delta 7 USD
					no addition yet: created, effective 2026-11-03`,
			ledger: `
				811 #101 MBX 5 from 2026-11-01, 1001/mbx's
				811 #102 OTHER 7 from 2026-11-03, 1001/other's`,
		},
	})
}

func TestStoryLostCreateThatNeverArrived(t *testing.T) {
	tell(t, []step{
		{
			day:   "2026-11-01",
			log:   "the network breaks while a line is opened",
			given: func(w *world) { w.counts("1001", "mbx", "4") },
			lost:  "mail/1001/mbx",
			rows: `
				1001/mbx create new_line quantity 4 from 2026-11-01 delta 16 USD
					no addition yet: created, effective 2026-11-01`,
		},
		{
			day: "2026-11-02",
			log: "not settled yet",
			rows: `
				1001/mbx hold previous_unknown wanted quantity 4 wanted from 2026-11-02 delta 16 USD
					an earlier write of this line may or may not have happened: a later run settles it, or look at the agreement and accept`,
		},
		{
			day:   "2026-11-03",
			log:   "two read-backs found nothing: opened now, and once",
			given: func(w *world) { w.settles() },
			rows: `
				1001/mbx create new_line quantity 4 from 2026-11-03 delta 16 USD
					no addition yet: created, effective 2026-11-03`,
			ledger: `811 #101 MBX 4 from 2026-11-03, 1001/mbx's`,
		},
	})
}

func TestStoryLostUpdateOnASharedAgreement(t *testing.T) {
	tell(t, []step{
		{
			day: "2026-11-01",
			log: "two customers on two agreements, one of them with two services",
			given: func(w *world) {
				w.product(8, "OTHER", "1")
				w.service("other", "OTHER")
				w.agreement(812, 250)
				w.customer("1002", 250, 812)
				w.counts("1001", "mbx", "4")
				w.counts("1001", "other", "7")
				w.counts("1002", "mbx", "2")
			},
			rows: `
				1001/mbx create new_line quantity 4 from 2026-11-01 delta 16 USD
					no addition yet: created, effective 2026-11-01
				1001/other create new_line quantity 7 from 2026-11-01 delta 7 USD
					no addition yet: created, effective 2026-11-01
				1002/mbx create new_line quantity 2 from 2026-11-01 delta 8 USD
					no addition yet: created, effective 2026-11-01`,
		},
		{
			day: "2026-11-05",
			log: "the answer to the second update on 811 is lost; 812 was not reached",
			given: func(w *world) {
				w.counts("1001", "mbx", "5")
				w.counts("1001", "other", "8")
				w.counts("1002", "mbx", "3")
			},
			lost: "mail/1001/other",
			rows: `
				1001/mbx update usage_rose #101 quantity 4→5 delta 4 USD
					usage rose from 4 to 5
				1001/other update usage_rose #102 quantity 7→8 delta 1 USD
					usage rose from 7 to 8
				1002/mbx update usage_rose #103 quantity 2→3 delta 4 USD
					usage rose from 2 to 3`,
		},
		{
			day:   "2026-11-06",
			log:   "811 waits as a whole, 812 goes on",
			given: func(w *world) { w.counts("1001", "mbx", "6") },
			rows: `
				1001/mbx hold previous_unknown #101 wanted quantity 6 delta 4 USD
					an earlier write on this agreement may or may not have happened: a later run settles it
				1001/other hold previous_unknown #102 wanted quantity 8 delta 1 USD
					an earlier write of this line may or may not have happened: a later run settles it, or look at the agreement and accept
				1002/mbx update usage_rose #103 quantity 2→3 delta 4 USD
					usage rose from 2 to 3`,
		},
		{
			day:   "2026-11-07",
			log:   "the update was not done: the rest is written now",
			given: func(w *world) { w.settles() },
			rows: `
				1001/mbx update usage_rose #101 quantity 5→6 delta 4 USD
					usage rose from 5 to 6
				1001/other update usage_rose #102 quantity 7→8 delta 1 USD
					usage rose from 7 to 8
				1002/mbx none unchanged #103
					unchanged`,
			ledger: `
				811 #101 MBX 6 from 2026-11-01, 1001/mbx's
				811 #102 OTHER 8 from 2026-11-01, 1001/other's
				812 #103 MBX 3 from 2026-11-01, 1002/mbx's`,
		},
	})
}

func TestStoryDatedChangeCutShort(t *testing.T) {
	tell(t, []step{
		{
			day:   "2026-11-01",
			log:   "a line with dated changes",
			given: func(w *world) { w.mbx().Change = billing.Dated; w.counts("1001", "mbx", "10") },
			rows: `
				1001/mbx create new_line quantity 10 from 2026-11-01 delta 40 USD
					no addition yet: created, effective 2026-11-01`,
		},
		{
			day:   "2026-11-10",
			log:   "the answer to the opening of the new line is lost; the old one was not reached",
			given: func(w *world) { w.counts("1001", "mbx", "12") },
			lost:  "mail/1001/mbx",
			rows: `
				1001/mbx create usage_rose quantity 12 price 4 cost 3 taxable false from 2026-11-10 delta 48 USD
					usage rose from 10 to 12: a new line from 2026-11-10
				1001/mbx cancel usage_rose #101 until 2026-11-09 delta -40 USD step 1
					the new line takes its place: this one ends on 2026-11-09`,
		},
		{
			day:   "2026-11-11",
			log:   "the new line is there, and the old one as well: nothing is done about either until that is known",
			given: func(w *world) { w.arrives() },
			rows: `
				1001/mbx hold previous_unknown #101 wanted quantity 12 wanted price 4 wanted cost 3 wanted taxable false wanted from 2026-11-11 delta 8 USD
					an earlier write of this line may or may not have happened: a later run settles it, or look at the agreement and accept`,
		},
		{
			day:   "2026-11-12",
			log:   "settled: both are ours, and the old one ends on the day before the new one began",
			given: func(w *world) { w.settles() },
			rows: `
				1001/mbx cancel usage_rose #101 until 2026-11-09 delta -40 USD
					addition 102 took its place in an earlier run that did not end this one: it ends on 2026-11-09
				1001/mbx none unchanged #102 step 1
					unchanged`,
		},
		{
			day: "2026-11-13",
			log: "all as it should have been",
			rows: `
				1001/mbx none unchanged #102
					unchanged`,
			ledger: `
				811 #101 MBX 10 from 2026-11-01 until 2026-11-09, was 1001/mbx's
				811 #102 MBX 12 from 2026-11-10, 1001/mbx's`,
		},
	})
}

func TestStoryUndoOfARise(t *testing.T) {
	tell(t, []step{
		{
			day:   "2026-11-01",
			log:   "ten mailboxes",
			given: func(w *world) { w.counts("1001", "mbx", "10") },
			rows: `
				1001/mbx create new_line quantity 10 from 2026-11-01 delta 40 USD
					no addition yet: created, effective 2026-11-01`,
		},
		{
			day:   "2026-11-10",
			log:   "sixteen",
			given: func(w *world) { w.counts("1001", "mbx", "16") },
			rows: `
				1001/mbx update usage_rose #101 quantity 10→16 delta 24 USD
					usage rose from 10 to 16`,
		},
		{
			day:   "2026-11-11",
			log:   "that was a mistake of the vendor, and the technician takes the run back; the vendor still says sixteen",
			given: func(w *world) { w.takesBack() },
			rows: `
				1001/mbx hold undone #101 wanted quantity 16 delta 24 USD
					an undo took this back, and neither usage nor mapping changed since: accept to write it again`,
		},
		{
			day:   "2026-11-12",
			log:   "the vendor says twelve: usage changed, so it is written",
			given: func(w *world) { w.counts("1001", "mbx", "12") },
			rows: `
				1001/mbx update usage_rose #101 quantity 10→12 delta 8 USD
					usage rose from 10 to 12`,
		},
		{
			day:   "2026-11-13",
			log:   "sixteen again, and right this time: the mark is gone since the line was written",
			given: func(w *world) { w.counts("1001", "mbx", "16") },
			rows: `
				1001/mbx update usage_rose #101 quantity 12→16 delta 16 USD
					usage rose from 12 to 16`,
		},
	})
}

func TestStoryUndoOfANewLine(t *testing.T) {
	tell(t, []step{
		{
			day:   "2026-11-01",
			log:   "a new line",
			given: func(w *world) { w.counts("1001", "mbx", "10") },
			rows: `
				1001/mbx create new_line quantity 10 from 2026-11-01 delta 40 USD
					no addition yet: created, effective 2026-11-01`,
		},
		{
			day:   "2026-11-02",
			log:   "taken back: it ended with nothing on its first day and is not opened again",
			given: func(w *world) { w.takesBack() },
			rows: `
				1001/mbx hold undone wanted quantity 10 wanted from 2026-11-02 delta 40 USD
					an undo took this back, and neither usage nor mapping changed since: accept to write it again`,
			ledger: `811 #101 MBX 0 from 2026-11-01 until 2026-11-01, was 1001/mbx's`,
		},
		{
			day: "2026-11-03",
			log: "the customer is linked to another agreement, which is what was wrong: opened there",
			given: func(w *world) {
				w.agreement(812, 250)
				w.linked().Agreement = 812
			},
			rows: `
				1001/mbx create new_line quantity 10 from 2026-11-03 delta 40 USD
					no addition yet: created, effective 2026-11-03`,
			ledger: `
				811 #101 MBX 0 from 2026-11-01 until 2026-11-01, was 1001/mbx's
				812 #102 MBX 10 from 2026-11-03, 1001/mbx's`,
		},
	})
}

func TestStoryUndoOfAMergedLineThatIsAccepted(t *testing.T) {
	tell(t, []step{
		{
			day: "2026-11-01",
			log: "two services on one line",
			given: func(w *world) {
				mergeTwo(w, billing.MergeSum)
				w.counts("1001", "mbx", "5")
				w.counts("1001", "shared", "5")
			},
			rows: `
				1001/mbx create new_line quantity 10 from 2026-11-01 delta 40 USD
					no addition yet: created, effective 2026-11-01
					= sum of 2 lines = 10
				1001/shared skip merged_into into 1001/mbx
					part of mail/1001/mbx`,
		},
		{
			day:   "2026-11-05",
			log:   "twelve",
			given: func(w *world) { w.counts("1001", "shared", "7") },
			rows: `
				1001/mbx update usage_rose #101 quantity 10→12 delta 8 USD
					usage rose from 10 to 12
					= sum of 2 lines = 12
				1001/shared skip merged_into into 1001/mbx
					part of mail/1001/mbx`,
		},
		{
			day: "2026-11-06",
			log: "taken back; the same sum from other parts is the same quantity",
			given: func(w *world) {
				w.takesBack()
				w.counts("1001", "mbx", "6")
				w.counts("1001", "shared", "6")
			},
			rows: `
				1001/mbx hold undone #101 wanted quantity 12 delta 8 USD
					an undo took this back, and neither usage nor mapping changed since: accept to write it again
					= sum of 2 lines = 12
				1001/shared skip merged_into into 1001/mbx
					part of mail/1001/mbx`,
		},
		{
			day:   "2026-11-07",
			log:   "accepting the other member does not speak for the line",
			given: func(w *world) { w.accept("mail/1001/shared") },
			rows: `
				1001/mbx hold undone #101 wanted quantity 12 delta 8 USD
					an undo took this back, and neither usage nor mapping changed since: accept to write it again
					= sum of 2 lines = 12
				1001/shared skip merged_into into 1001/mbx
					part of mail/1001/mbx
				! accepted for nothing: mail/1001/shared`,
		},
		{
			day:   "2026-11-08",
			log:   "accepted",
			given: func(w *world) { w.accept("mail/1001/mbx") },
			rows: `
				1001/mbx update usage_rose #101 quantity 10→12 delta 8 USD accepted
					usage rose from 10 to 12
					= sum of 2 lines = 12
				1001/shared skip merged_into into 1001/mbx
					part of mail/1001/mbx`,
			ledger: `811 #101 MBX 12 from 2026-11-01, 1001/mbx's`,
		},
	})
}
