package plan_test

import (
	"testing"

	"cwsync/syncer/billing"
)

func TestStoryAdoptionThenDriftThenAccept(t *testing.T) {
	tell(t, []step{
		{
			day:   "2026-11-01",
			log:   "a line that somebody keyed in by hand last year is taken over, and differs a little",
			given: func(w *world) { w.line(5, "10"); w.counts("1001", "mbx", "12") },
			rows: `
				1001/mbx update usage_rose #5 adopts quantity 10→12 delta 8 USD
					usage rose from 10 to 12`,
		},
		{
			day:   "2026-11-08",
			log:   "somebody sets it to eleven in ConnectWise: that is not what was written, nor what is used",
			given: func(w *world) { w.personSets(5, "11") },
			rows: `
				1001/mbx hold drift_quantity #5 wanted quantity 12 delta 4 USD
					somebody changed the quantity from 12 to 11, usage says 12: accept to write it`,
		},
		{
			day:   "2026-11-09",
			log:   "the technician asked around, and the source is right",
			given: func(w *world) { w.accept("mail/1001/mbx") },
			rows: `
				1001/mbx update usage_rose #5 quantity 11→12 delta 4 USD accepted
					somebody changed it from 12 to 11; put back to what the usage says`,
		},
		{
			day:   "2026-11-15",
			log:   "somebody corrects it before the run does: no drift, because it is just what is wanted",
			given: func(w *world) { w.counts("1001", "mbx", "14"); w.personSets(5, "14") },
			rows: `
				1001/mbx none unchanged #5
					unchanged`,
		},
		{
			day:   "2026-11-16",
			log:   "one fewer: measured against what was found, not against what was once written",
			given: func(w *world) { w.counts("1001", "mbx", "13") },
			rows: `
				1001/mbx update usage_fell #5 quantity 14→13 delta -4 USD
					usage fell from 14 to 13`,
		},
		{
			day:   "2026-11-20",
			log:   "from now on the source always wins",
			given: func(w *world) { w.mail().OnDrift = billing.DriftOverwrite; w.personSets(5, "12") },
			rows: `
				1001/mbx update usage_rose #5 quantity 12→13 delta 4 USD
					somebody changed it from 13 to 12; put back to what the usage says`,
			ledger: `811 #5 MBX 13 from 2026-01-01, 1001/mbx's`,
		},
	})
}

func TestStoryCancelledByAPersonAndOpenedAgain(t *testing.T) {
	tell(t, []step{
		{
			day:   "2026-11-01",
			log:   "four mailboxes",
			given: func(w *world) { w.counts("1001", "mbx", "4") },
			rows: `
				1001/mbx create new_line quantity 4 from 2026-11-01 delta 16 USD
					no addition yet: created, effective 2026-11-01`,
		},
		{
			day:   "2026-11-10",
			log:   "somebody cancels the line for the end of the month: it is open until then and goes on",
			given: func(w *world) { w.personCancels(101, "2026-11-30"); w.counts("1001", "mbx", "5") },
			rows: `
				1001/mbx update usage_rose #101 quantity 4→5 delta 4 USD
					usage rose from 4 to 5`,
		},
		{
			day: "2026-11-30",
			log: "its last day: over, although people still use it",
			rows: `
				1001/mbx hold drift_cancelled #101 wanted quantity 5 wanted from 2026-11-30 delta 20 USD
					somebody cancelled our addition 101 on 2026-11-30: accept to let go of it; a new line is opened`,
		},
		{
			day:   "2026-12-01",
			log:   "it was a mistake: opened again, and all is as before",
			given: func(w *world) { w.personCancels(101, "") },
			rows: `
				1001/mbx none unchanged #101
					unchanged`,
		},
		{
			day:   "2026-12-10",
			log:   "cancelled once more, and this time meant; people use it all the same, so a new line is accepted",
			given: func(w *world) { w.personCancels(101, "2026-12-09"); w.accept("mail/1001/mbx") },
			rows: `
				1001/mbx create new_line quantity 5 from 2026-12-10 delta 20 USD releases [101] accepted
					its addition is gone: a new line is opened, effective 2026-12-10`,
		},
		{
			day:   "2026-12-11",
			log:   "the old line is opened again: it is nobody's now, and the new one goes on",
			given: func(w *world) { w.personCancels(101, ""); w.counts("1001", "mbx", "6") },
			rows: `
				1001/mbx update usage_rose #102 quantity 5→6 delta 4 USD
					usage rose from 5 to 6`,
			ledger: `
				811 #101 MBX 5 from 2026-11-01
				811 #102 MBX 6 from 2026-12-10, 1001/mbx's`,
		},
	})
}

func TestStoryOurOwnCancelOpenedAgainByAPerson(t *testing.T) {
	tell(t, []step{
		{
			day: "2026-11-01",
			log: "three mailboxes; zero usage ends lines",
			given: func(w *world) {
				w.mail().OnZero = billing.ZeroCancel
				w.counts("1001", "mbx", "3")
			},
			rows: `
				1001/mbx create new_line quantity 3 from 2026-11-01 delta 12 USD
					no addition yet: created, effective 2026-11-01`,
		},
		{
			day:   "2026-11-10",
			log:   "none left",
			given: func(w *world) { w.counts("1001", "mbx", "0") },
			rows: `
				1001/mbx cancel usage_zero #101 until 2026-11-10 delta -12 USD
					no usage any more: the addition ends on 2026-11-10`,
		},
		{
			day:   "2026-11-12",
			log:   "somebody opens the line again although nothing is used: it is taken over and ended again",
			given: func(w *world) { w.personCancels(101, "") },
			rows: `
				1001/mbx cancel usage_zero #101 adopts until 2026-11-12 delta -12 USD
					no usage any more: the addition ends on 2026-11-12`,
		},
		{
			day:   "2026-11-15",
			log:   "opened again because usage is expected, and it comes: the line goes on",
			given: func(w *world) { w.personCancels(101, ""); w.counts("1001", "mbx", "2") },
			rows: `
				1001/mbx update usage_fell #101 adopts quantity 3→2 delta -4 USD
					usage fell from 3 to 2`,
			ledger: `811 #101 MBX 2 from 2026-11-01, 1001/mbx's`,
		},
	})
}

func TestStoryDeletedAndReplacedByAPerson(t *testing.T) {
	tell(t, []step{
		{
			day:   "2026-11-01",
			log:   "four mailboxes",
			given: func(w *world) { w.counts("1001", "mbx", "4") },
			rows: `
				1001/mbx create new_line quantity 4 from 2026-11-01 delta 16 USD
					no addition yet: created, effective 2026-11-01`,
		},
		{
			day: "2026-11-10",
			log: "somebody deletes the line and keys in two of its own",
			given: func(w *world) {
				w.personDeletes(101)
				w.line(201, "3")
				w.line(202, "1")
			},
			rows: `
				1001/mbx hold ambiguous_lines #101
					2 open additions of MBX could be the one (201 of 3, 202 of 1): choose one in the set-up under additions`,
		},
		{
			day:   "2026-11-11",
			log:   "accepted, but which of the two?",
			given: func(w *world) { w.accept("mail/1001/mbx") },
			rows: `
				1001/mbx hold ambiguous_lines #101
					2 open additions of MBX could be the one (201 of 3, 202 of 1): choose one in the set-up under additions`,
		},
		{
			day: "2026-11-12",
			log: "the set-up names one, and the deletion is accepted again",
			given: func(w *world) {
				w.linked().Additions = map[string]int{"mbx": 201}
				w.accept("mail/1001/mbx")
			},
			rows: `
				1001/mbx update usage_rose #201 adopts quantity 3→4 delta 4 USD releases [101] accepted
					usage rose from 3 to 4`,
		},
		{
			day:   "2026-11-13",
			log:   "the set-up names the other one by mistake: ours goes on",
			given: func(w *world) { w.linked().Additions = map[string]int{"mbx": 202} },
			rows: `
				1001/mbx none unchanged #201
					unchanged
					! the set-up names addition 202, but addition 201 is ours already and goes on: cancel it in ConnectWise to use the other`,
		},
		{
			day:   "2026-11-14",
			log:   "somebody cancels ours to have the other: accepted, the named one is taken",
			given: func(w *world) { w.personCancels(201, "2026-11-13"); w.accept("mail/1001/mbx") },
			rows: `
				1001/mbx update usage_rose #202 adopts quantity 1→4 delta 12 USD releases [201] accepted
					usage rose from 1 to 4`,
			ledger: `
				811 #201 MBX 4 from 2026-01-01 until 2026-11-13
				811 #202 MBX 4 from 2026-01-01, 1001/mbx's`,
		},
	})
}

func TestStoryLinesThatAreNotOursStay(t *testing.T) {
	tell(t, []step{
		{
			day: "2026-11-01",
			log: "a free line, a one-off and a line of next month stand where ours should go",
			given: func(w *world) {
				w.line(21, "1").Bill = billing.NoCharge
				oneOff := w.line(22, "1")
				oneOff.Effective, oneOff.Cancelled = date("2026-10-25"), date("2026-11-20")
				w.line(23, "9").Effective = date("2026-12-01")
				w.counts("1001", "mbx", "4")
			},
			rows: `
				1001/mbx hold ambiguous_lines
					the agreement has open additions of MBX (21 of 1, 22 of 1, 23 of 9), but none that may be adopted (billable, in effect, no one-off, not another line's): choose one in the set-up under additions, or end them`,
		},
		{
			day:   "2026-11-20",
			log:   "the one-off is over; still nothing that may be taken",
			given: func(w *world) { w.counts("1001", "mbx", "5") },
			rows: `
				1001/mbx hold ambiguous_lines
					the agreement has open additions of MBX (21 of 1, 23 of 9), but none that may be adopted (billable, in effect, no one-off, not another line's): choose one in the set-up under additions, or end them`,
		},
		{
			day:   "2026-12-01",
			log:   "next month's line is in effect, and the only one that fits",
			given: func(w *world) { w.counts("1001", "mbx", "8") },
			rows: `
				1001/mbx update usage_fell #23 adopts quantity 9→8 delta -4 USD
					usage fell from 9 to 8`,
		},
		{
			day:   "2026-12-02",
			log:   "somebody adds a further line: ours is known and goes on",
			given: func(w *world) { w.line(24, "2"); w.counts("1001", "mbx", "9") },
			rows: `
				1001/mbx update usage_rose #23 quantity 8→9 delta 4 USD
					usage rose from 8 to 9`,
			ledger: `
				811 #21 MBX 1 from 2026-01-01
				811 #22 MBX 1 from 2026-10-25 until 2026-11-20
				811 #23 MBX 9 from 2026-12-01, 1001/mbx's
				811 #24 MBX 2 from 2026-01-01`,
		},
	})
}

func TestStoryPricesSetByHandStay(t *testing.T) {
	tell(t, []step{
		{
			day:   "2026-11-01",
			log:   "a line at the catalog's price",
			given: func(w *world) { w.counts("1001", "mbx", "10") },
			rows: `
				1001/mbx create new_line quantity 10 from 2026-11-01 delta 40 USD
					no addition yet: created, effective 2026-11-01`,
		},
		{
			day:   "2026-11-05",
			log:   "the account manager gives a special price: no drift, because prices are not ours to write",
			given: func(w *world) { w.person(101, func(a *billing.Addition) { a.UnitPrice = dec("2.5") }) },
			rows: `
				1001/mbx none unchanged #101
					unchanged`,
		},
		{
			day:   "2026-11-06",
			log:   "two more are worth the special price",
			given: func(w *world) { w.counts("1001", "mbx", "12") },
			rows: `
				1001/mbx update usage_rose #101 quantity 10→12 delta 5 USD
					usage rose from 10 to 12`,
			total: `USD 5`,
		},
		{
			day:   "2026-11-10",
			log:   "dated from now on: the new line keeps price, cost and tax of the old one",
			given: func(w *world) { w.mbx().Change = billing.Dated; w.counts("1001", "mbx", "13") },
			rows: `
				1001/mbx create usage_rose quantity 13 price 2.5 cost 3 taxable false from 2026-11-10 delta 32.5 USD
					usage rose from 12 to 13: a new line from 2026-11-10
				1001/mbx cancel usage_rose #101 until 2026-11-09 delta -30 USD step 1
					the new line takes its place: this one ends on 2026-11-09`,
			total: `USD 2.5`,
		},
		{
			day: "2026-11-12",
			log: "made free of charge for a while: a new line would be charged again",
			given: func(w *world) {
				w.person(102, func(a *billing.Addition) { a.Bill = billing.NoCharge })
				w.counts("1001", "mbx", "14")
			},
			rows: `
				1001/mbx hold not_prorated #102 wanted quantity 14
					a new dated line would be billed, and this one is NoCharge: make it billable, or accept to change the quantity in place`,
		},
		{
			log:   "accepted: in place, and worth nothing",
			given: func(w *world) { w.accept("mail/1001/mbx") },
			rows: `
				1001/mbx update usage_rose #102 quantity 13→14 accepted
					usage rose from 13 to 14`,
		},
	})
}

func TestStoryOurLineEndsBesideOneOfSomebodyElse(t *testing.T) {
	tell(t, []step{
		{
			day: "2026-11-01",
			log: "four mailboxes; zero usage ends lines",
			given: func(w *world) {
				w.mail().OnZero = billing.ZeroCancel
				w.counts("1001", "mbx", "4")
			},
			rows: `
				1001/mbx create new_line quantity 4 from 2026-11-01 delta 16 USD
					no addition yet: created, effective 2026-11-01`,
		},
		{
			day: "2026-11-05",
			log: "the account manager adds a line of the same product for something else",
			given: func(w *world) {
				w.line(300, "2")
			},
			rows: `
				1001/mbx none unchanged #101
					unchanged`,
		},
		{
			day:   "2026-11-10",
			log:   "no usage any more: ours ends",
			given: func(w *world) { w.counts("1001", "mbx", "0") },
			rows: `
				1001/mbx cancel usage_zero #101 until 2026-11-10 delta -16 USD
					no usage any more: the addition ends on 2026-11-10`,
		},
		{
			day: "2026-11-11",
			log: "and the other one stays",
			rows: `
				1001/mbx none unchanged
					no usage, and no addition that bills it`,
			ledger: `
				811 #101 MBX 4 from 2026-11-01 until 2026-11-10, was 1001/mbx's
				811 #300 MBX 2 from 2026-01-01`,
		},
		{
			day:   "2026-11-20",
			log:   "usage returns: the only line there is taken over, as it would be for a new customer",
			given: func(w *world) { w.counts("1001", "mbx", "3") },
			rows: `
				1001/mbx update usage_rose #300 adopts quantity 2→3 delta 4 USD
					usage rose from 2 to 3`,
			ledger: `
				811 #101 MBX 4 from 2026-11-01 until 2026-11-10, was 1001/mbx's
				811 #300 MBX 3 from 2026-01-01, 1001/mbx's`,
		},
	})
}
