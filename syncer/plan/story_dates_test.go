package plan_test

import (
	"testing"

	"cwsync/syncer/billing"
)

// invoicedUntil makes agreement 811 one that is invoiced on the first of each month, here up to the given next date, and does not prorate.
func (w *world) invoicedUntil(next string) {
	w.edit(811, func(a *billing.Agreement) { a.NextInvoice, a.Prorates = date(next), false })
}

func TestStoryUsageReturnsBeforeTheCancelDate(t *testing.T) {
	tell(t, []step{
		{
			day: "2026-11-05",
			log: "November is invoiced, so a new line begins with December",
			given: func(w *world) {
				w.mail().OnZero = billing.ZeroCancel
				w.invoicedUntil("2026-12-01")
				w.counts("1001", "mbx", "4")
			},
			rows: `
				1001/mbx create new_line quantity 4 from 2026-12-01 delta 16 USD
					no addition yet: created, effective 2026-12-01`,
		},
		{
			day:   "2026-12-10",
			log:   "December is invoiced; all mailboxes are gone: the line ends with the month",
			given: func(w *world) { w.invoicedUntil("2027-01-01"); w.counts("1001", "mbx", "0") },
			rows: `
				1001/mbx cancel usage_zero #101 until 2026-12-31 delta -16 USD
					no usage any more: the addition ends on 2026-12-31`,
		},
		{
			day:   "2026-12-20",
			log:   "they come back before the line has ended: a new line after it, without a gap and without charging December twice",
			given: func(w *world) { w.counts("1001", "mbx", "5") },
			rows: `
				1001/mbx create new_line quantity 5 from 2027-01-01 delta 20 USD
					no addition yet: created, effective 2027-01-01`,
		},
		{
			day: "2026-12-21",
			log: "nothing new",
			rows: `
				1001/mbx none unchanged #102
					unchanged`,
			ledger: `
				811 #101 MBX 4 from 2026-12-01 until 2026-12-31, was 1001/mbx's
				811 #102 MBX 5 from 2027-01-01, 1001/mbx's`,
		},
		{
			day:   "2027-01-01",
			log:   "the new line is in effect, and January not yet invoiced",
			given: func(w *world) { w.counts("1001", "mbx", "6") },
			rows: `
				1001/mbx update usage_rose #102 quantity 5→6 delta 4 USD
					usage rose from 5 to 6`,
		},
	})
}

func TestStoryUsageReturnsAfterTheCancelDate(t *testing.T) {
	tell(t, []step{
		{
			day: "2026-11-05",
			log: "a line of an agreement that prorates",
			given: func(w *world) {
				w.mail().OnZero = billing.ZeroCancel
				w.counts("1001", "mbx", "4")
			},
			rows: `
				1001/mbx create new_line quantity 4 from 2026-11-05 delta 16 USD
					no addition yet: created, effective 2026-11-05`,
		},
		{
			day:   "2026-11-20",
			log:   "all gone: it ends today",
			given: func(w *world) { w.counts("1001", "mbx", "0") },
			rows: `
				1001/mbx cancel usage_zero #101 until 2026-11-20 delta -16 USD
					no usage any more: the addition ends on 2026-11-20`,
		},
		{
			day:   "2026-11-20",
			log:   "back in the afternoon: from tomorrow, because today is billed already",
			given: func(w *world) { w.counts("1001", "mbx", "4") },
			rows: `
				1001/mbx create new_line quantity 4 from 2026-11-21 delta 16 USD
					no addition yet: created, effective 2026-11-21`,
		},
		{
			day:   "2026-12-05",
			log:   "gone again",
			given: func(w *world) { w.counts("1001", "mbx", "0") },
			rows: `
				1001/mbx cancel usage_zero #102 until 2026-12-05 delta -16 USD
					no usage any more: the addition ends on 2026-12-05`,
		},
		{
			day:   "2027-02-01",
			log:   "back two months later: a third line from that day",
			given: func(w *world) { w.counts("1001", "mbx", "2") },
			rows: `
				1001/mbx create new_line quantity 2 from 2027-02-01 delta 8 USD
					no addition yet: created, effective 2027-02-01`,
			ledger: `
				811 #101 MBX 4 from 2026-11-05 until 2026-11-20, was 1001/mbx's
				811 #102 MBX 4 from 2026-11-21 until 2026-12-05, was 1001/mbx's
				811 #103 MBX 2 from 2027-02-01, 1001/mbx's`,
		},
	})
}

func TestStoryDatedChangesOnAnAgreementThatStopsProrating(t *testing.T) {
	tell(t, []step{
		{
			day:   "2026-11-01",
			log:   "changes are to be dated",
			given: func(w *world) { w.mbx().Change = billing.Dated; w.counts("1001", "mbx", "10") },
			rows: `
				1001/mbx create new_line quantity 10 from 2026-11-01 delta 40 USD
					no addition yet: created, effective 2026-11-01`,
		},
		{
			log:   "two more on the same day: the line is not old enough to be dated",
			given: func(w *world) { w.counts("1001", "mbx", "12") },
			rows: `
				1001/mbx update usage_rose #101 quantity 10→12 delta 8 USD
					usage rose from 10 to 12`,
		},
		{
			day:   "2026-11-10",
			log:   "one more, and now the old line ends the day before the new one",
			given: func(w *world) { w.counts("1001", "mbx", "13") },
			rows: `
				1001/mbx create usage_rose quantity 13 price 4 cost 3 taxable false from 2026-11-10 delta 52 USD
					usage rose from 12 to 13: a new line from 2026-11-10
				1001/mbx cancel usage_rose #101 until 2026-11-09 delta -48 USD step 1
					the new line takes its place: this one ends on 2026-11-09`,
		},
		{
			day: "2026-11-15",
			log: "November is invoiced and the agreement prorates no longer: a dated change would be lost",
			given: func(w *world) {
				w.invoicedUntil("2026-12-01")
				w.counts("1001", "mbx", "15")
			},
			rows: `
				1001/mbx hold not_prorated #102 wanted quantity 15 delta 8 USD
					a dated change needs an agreement that prorates: tick prorate on it, or accept to change the quantity in place`,
		},
		{
			log:   "accepted: in place",
			given: func(w *world) { w.accept("mail/1001/mbx") },
			rows: `
				1001/mbx update usage_rose #102 quantity 13→15 delta 8 USD accepted
					usage rose from 13 to 15`,
		},
		{
			day:   "2026-11-16",
			log:   "zero is written in place, dated or not",
			given: func(w *world) { w.counts("1001", "mbx", "0"); w.accept("mail/1001/mbx") },
			rows: `
				1001/mbx update usage_zero #102 quantity 15→0 delta -60 USD accepted
					no usage any more: the addition goes from 15 to 0`,
		},
		{
			day: "2026-12-03",
			log: "it prorates again; usage returns to the line that has zero, which is old by now",
			given: func(w *world) {
				w.edit(811, func(a *billing.Agreement) { a.Prorates, a.NextInvoice = true, date("2027-01-01") })
				w.counts("1001", "mbx", "3")
			},
			rows: `
				1001/mbx create usage_rose quantity 3 price 4 cost 3 taxable false from 2026-12-03 delta 12 USD
					usage rose from 0 to 3: a new line from 2026-12-03
				1001/mbx cancel usage_rose #102 until 2026-12-02 step 1
					the new line takes its place: this one ends on 2026-12-02`,
			ledger: `
				811 #101 MBX 12 from 2026-11-01 until 2026-11-09, was 1001/mbx's
				811 #102 MBX 0 from 2026-11-10 until 2026-12-02, was 1001/mbx's
				811 #103 MBX 3 from 2026-12-03, 1001/mbx's`,
		},
	})
}

func TestStoryDatedLineOfAHeldSource(t *testing.T) {
	tell(t, []step{
		{
			day: "2026-11-01",
			log: "a merged line with dated changes",
			given: func(w *world) {
				mergeTwo(w, billing.MergeSum)
				w.mbx().Change = billing.Dated
				w.service("shared", "").Change = billing.Dated
				w.counts("1001", "mbx", "2")
				w.counts("1001", "shared", "3")
			},
			rows: `
				1001/mbx create new_line quantity 5 from 2026-11-01 delta 20 USD
					no addition yet: created, effective 2026-11-01
					= sum of 2 lines = 5
				1001/shared skip merged_into into 1001/mbx
					part of mail/1001/mbx`,
		},
		{
			day: "2026-11-09",
			log: "one more, but the export is a week old",
			given: func(w *world) {
				w.counts("1001", "mbx", "3")
				w.sources["mail"].Usage.AsOf = w.policy.Now.AddDate(0, 0, -7)
			},
			rows: `
				source mail is held: usage_stale
					the usage is from 2026-11-02 06:00 UTC, 7 days old, and may be at most 26h old: get a newer one, or accept it
				1001/mbx hold usage_stale #101 wanted quantity 6 wanted price 4 wanted cost 3 wanted taxable false wanted from 2026-11-09 delta 4 USD
					the usage is from 2026-11-02 06:00 UTC, 7 days old, and may be at most 26h old: get a newer one, or accept it
					= sum of 2 lines = 6
				1001/shared skip merged_into into 1001/mbx
					part of mail/1001/mbx`,
		},
		{
			day: "2026-11-10",
			log: "a fresh export: old and new line in one go",
			rows: `
				1001/mbx create usage_rose quantity 6 price 4 cost 3 taxable false from 2026-11-10 delta 24 USD
					usage rose from 5 to 6: a new line from 2026-11-10
					= sum of 2 lines = 6
				1001/mbx cancel usage_rose #101 until 2026-11-09 delta -20 USD step 1
					the new line takes its place: this one ends on 2026-11-09
				1001/shared skip merged_into into 1001/mbx
					part of mail/1001/mbx`,
			ledger: `
				811 #101 MBX 5 from 2026-11-01 until 2026-11-09, was 1001/mbx's
				811 #102 MBX 6 from 2026-11-10, 1001/mbx's`,
		},
	})
}

func TestStoryTurnOfTheYear(t *testing.T) {
	tell(t, []step{
		{
			day: "2026-12-31",
			log: "the last day of the year is invoiced",
			given: func(w *world) {
				w.mail().OnZero = billing.ZeroCancel
				w.invoicedUntil("2027-01-01")
				w.counts("1001", "mbx", "4")
			},
			rows: `
				1001/mbx create new_line quantity 4 from 2027-01-01 delta 16 USD
					no addition yet: created, effective 2027-01-01`,
		},
		{
			day:   "2027-01-01",
			log:   "the next invoice is today: today is not invoiced yet",
			given: func(w *world) { w.counts("1001", "mbx", "0") },
			rows: `
				1001/mbx cancel usage_zero #101 until 2027-01-01 delta -16 USD
					no usage any more: the addition ends on 2027-01-01`,
		},
		{
			day:   "2027-01-02",
			log:   "January is invoiced in the meantime; the ended line has no row of its own, and new usage waits for February",
			given: func(w *world) { w.invoicedUntil("2027-02-01"); w.counts("1001", "mbx", "4") },
			rows: `
				1001/mbx create new_line quantity 4 from 2027-02-01 delta 16 USD
					no addition yet: created, effective 2027-02-01`,
		},
		{
			day:   "2027-01-31",
			log:   "zero on the last day of an invoiced month: the line cannot end before it begins",
			given: func(w *world) { w.counts("1001", "mbx", "0") },
			rows: `
				1001/mbx cancel usage_zero #102 until 2027-02-01 delta -16 USD
					no usage any more: the addition ends on 2027-02-01`,
			ledger: `
				811 #101 MBX 4 from 2027-01-01 until 2027-01-01, was 1001/mbx's
				811 #102 MBX 4 from 2027-02-01 until 2027-02-01, was 1001/mbx's`,
		},
	})
}

func TestStoryLeapDay(t *testing.T) {
	tell(t, []step{
		{
			day: "2028-02-01",
			log: "a line from the first of February",
			given: func(w *world) {
				w.mail().OnZero = billing.ZeroCancel
				w.counts("1001", "mbx", "4")
			},
			rows: `
				1001/mbx create new_line quantity 4 from 2028-02-01 delta 16 USD
					no addition yet: created, effective 2028-02-01`,
		},
		{
			day:   "2028-02-20",
			log:   "February is invoiced and not prorated: the line ends on its 29th day",
			given: func(w *world) { w.invoicedUntil("2028-03-01"); w.counts("1001", "mbx", "0") },
			rows: `
				1001/mbx cancel usage_zero #101 until 2028-02-29 delta -16 USD
					no usage any more: the addition ends on 2028-02-29`,
		},
		{
			day:   "2028-02-29",
			log:   "back on that day: a new line from the first of March",
			given: func(w *world) { w.counts("1001", "mbx", "2") },
			rows: `
				1001/mbx create new_line quantity 2 from 2028-03-01 delta 8 USD
					no addition yet: created, effective 2028-03-01`,
			ledger: `
				811 #101 MBX 4 from 2028-02-01 until 2028-02-29, was 1001/mbx's
				811 #102 MBX 2 from 2028-03-01, 1001/mbx's`,
		},
		{
			day: "2028-03-10",
			log: "a one-off from 31 January to 29 February is none of our lines' business, and neither is it open",
			given: func(w *world) {
				w.invoicedUntil("2028-03-01")
				oneOff := w.line(50, "1")
				oneOff.Effective, oneOff.Cancelled = date("2028-01-31"), date("2028-02-29")
				w.counts("1001", "mbx", "3")
			},
			rows: `
				1001/mbx update usage_rose #102 quantity 2→3 delta 4 USD
					usage rose from 2 to 3`,
		},
	})
}

func TestStoryBillingStartsLater(t *testing.T) {
	tell(t, []step{
		{
			day: "2026-11-21",
			log: "the agreement is signed and bills from mid-December",
			given: func(w *world) {
				w.edit(811, func(a *billing.Agreement) { a.Start, a.BillStart = date("2026-11-01"), date("2026-12-15") })
				w.counts("1001", "mbx", "3")
			},
			rows: `
				1001/mbx create new_line quantity 3 from 2026-12-15 delta 12 USD
					no addition yet: created, effective 2026-12-15`,
		},
		{
			day:   "2026-12-01",
			log:   "more, before billing began: in place",
			given: func(w *world) { w.mbx().Change = billing.Dated; w.counts("1001", "mbx", "5") },
			rows: `
				1001/mbx update usage_rose #101 quantity 3→5 delta 8 USD
					usage rose from 3 to 5`,
		},
		{
			day: "2026-12-10",
			log: "all of it is called off: it ends on the day on which it would have begun",
			given: func(w *world) {
				w.mail().OnZero = billing.ZeroCancel
				w.counts("1001", "mbx", "0")
				w.accept("mail/1001/mbx")
			},
			rows: `
				1001/mbx cancel usage_zero #101 until 2026-12-15 delta -20 USD accepted
					no usage any more: the addition ends on 2026-12-15`,
		},
		{
			day:   "2026-12-12",
			log:   "and wanted after all",
			given: func(w *world) { w.counts("1001", "mbx", "5") },
			rows: `
				1001/mbx create new_line quantity 5 from 2026-12-16 delta 20 USD
					no addition yet: created, effective 2026-12-16`,
			ledger: `
				811 #101 MBX 5 from 2026-12-15 until 2026-12-15, was 1001/mbx's
				811 #102 MBX 5 from 2026-12-16, 1001/mbx's`,
		},
	})
}
