package plan_test

import (
	"slices"
	"testing"

	"cwsync/syncer/billing"
)

func TestStoryOneLineFromItsFirstMailboxToItsEnd(t *testing.T) {
	tell(t, []step{
		{
			day:   "2026-09-01",
			log:   "the first mailboxes",
			given: func(w *world) { w.counts("1001", "mbx", "3") },
			rows: `
				1001/mbx create new_line quantity 3 from 2026-09-01 delta 12 USD
					no addition yet: created, effective 2026-09-01`,
			ledger: `811 #101 MBX 3 from 2026-09-01, 1001/mbx's`,
		},
		{
			day: "2026-09-02",
			log: "nothing new",
			rows: `
				1001/mbx none unchanged #101
					unchanged`,
		},
		{
			day:   "2026-10-01",
			log:   "the company grows",
			given: func(w *world) { w.counts("1001", "mbx", "11") },
			rows: `
				1001/mbx update usage_rose #101 quantity 3→11 delta 32 USD
					usage rose from 3 to 11`,
		},
		{
			day:   "2026-10-15",
			log:   "some leave",
			given: func(w *world) { w.counts("1001", "mbx", "9") },
			rows: `
				1001/mbx update usage_fell #101 quantity 11→9 delta -8 USD
					usage fell from 11 to 9`,
		},
		{
			day:   "2026-11-01",
			log:   "a merger: so many at once that a person must look first",
			given: func(w *world) { w.counts("1001", "mbx", "40") },
			rows: `
				1001/mbx hold guard_rise #101 wanted quantity 40 delta 124 USD
					rises by 344 %: nothing is written until you accept it`,
		},
		{
			log:   "the technician looked and lets it pass",
			given: func(w *world) { w.accept("mail/1001/mbx") },
			rows: `
				1001/mbx update usage_rose #101 quantity 9→40 delta 124 USD accepted
					usage rose from 9 to 40`,
		},
		{
			day:   "2026-12-01",
			log:   "all have left; a fall to nothing is looked at as well",
			given: func(w *world) { w.counts("1001", "mbx", "0") },
			rows: `
				1001/mbx hold guard_drop #101 wanted quantity 0 delta -160 USD
					falls by 100 %: nothing is written until you accept it`,
		},
		{
			day:   "2026-12-02",
			log:   "accepted: the line stays with zero, ready for the next one",
			given: func(w *world) { w.accept("mail/1001/mbx") },
			rows: `
				1001/mbx update usage_zero #101 quantity 40→0 delta -160 USD accepted
					no usage any more: the addition goes from 40 to 0`,
			ledger: `811 #101 MBX 0 from 2026-09-01, 1001/mbx's`,
		},
		{
			day:   "2027-01-04",
			log:   "one is back: the same line goes on",
			given: func(w *world) { w.counts("1001", "mbx", "1") },
			rows: `
				1001/mbx update usage_rose #101 quantity 0→1 delta 4 USD
					usage rose from 0 to 1`,
		},
	})
}

func TestStoryMergedLineWithAMinimumAndADivisor(t *testing.T) {
	tell(t, slices.Concat(tariffsOfStorage(), tariffsAtZero()))
}

func tariffsOfStorage() []step {
	rule := billing.QuantityRule{DivideBy: dec("10"), Minimum: dec("3"), Round: billing.RoundUp}
	return []step{
		{
			day: "2026-11-01",
			log: "storage of two tariffs is one line: per started ten, at least three",
			given: func(w *world) {
				mergeTwo(w, billing.MergeSum)
				w.mbx().Quantity = rule
				w.service("shared", "").Quantity = rule
				w.counts("1001", "mbx", "4")
				w.counts("1001", "shared", "5")
			},
			rows: `
				1001/mbx create new_line quantity 3 from 2026-11-01 delta 12 USD
					no addition yet: created, effective 2026-11-01
					= sum of 2 lines = 9 ÷ 10, at least 3, rounded up = 3
				1001/shared skip merged_into into 1001/mbx
					part of mail/1001/mbx`,
		},
		{
			day:   "2026-11-05",
			log:   "together they reach the third ten exactly, which the minimum covers",
			given: func(w *world) { w.counts("1001", "shared", "26") },
			rows: `
				1001/mbx none unchanged #101
					unchanged
					= sum of 2 lines = 30 ÷ 10, at least 3, rounded up = 3
				1001/shared skip merged_into into 1001/mbx
					part of mail/1001/mbx`,
		},
		{
			day:   "2026-11-06",
			log:   "one more begins the fourth ten",
			given: func(w *world) { w.counts("1001", "mbx", "5") },
			rows: `
				1001/mbx update usage_rose #101 quantity 3→4 delta 4 USD
					usage rose from 3 to 4
					= sum of 2 lines = 31 ÷ 10, at least 3, rounded up = 4
				1001/shared skip merged_into into 1001/mbx
					part of mail/1001/mbx`,
		},
		{
			day:   "2026-11-10",
			log:   "the first tariff goes to zero; the other carries on alone within the line",
			given: func(w *world) { w.counts("1001", "mbx", "0") },
			rows: `
				1001/mbx update usage_fell #101 quantity 4→3 delta -4 USD
					usage fell from 4 to 3
					= sum of 2 lines = 26 ÷ 10, at least 3, rounded up = 3
				1001/shared skip merged_into into 1001/mbx
					part of mail/1001/mbx`,
		},
	}
}

func tariffsAtZero() []step {
	return []step{
		{
			day: "2026-11-20",
			log: "both zero: on_zero decides and not the minimum",
			given: func(w *world) {
				w.counts("1001", "shared", "0")
			},
			rows: `
				1001/mbx update usage_zero #101 quantity 3→0 delta -12 USD
					no usage any more: the addition goes from 3 to 0
					= sum of 2 lines = 0
				1001/shared skip merged_into into 1001/mbx
					part of mail/1001/mbx`,
		},
		{
			day:   "2026-11-25",
			log:   "somebody gave the second tariff another rule: not one line any more, so nothing is guessed",
			given: func(w *world) { w.service("shared", "").Quantity.Minimum = dec("1"); w.counts("1001", "mbx", "12") },
			rows: `
				1001/mbx hold claimed_twice #101
					mail/1001/mbx and mail/1001/shared both bill MBX on this agreement: map one of them elsewhere, or give them equal rules for quantity, price, tax and change
				1001/shared hold claimed_twice
					mail/1001/mbx and mail/1001/shared both bill MBX on this agreement: map one of them elsewhere, or give them equal rules for quantity, price, tax and change`,
		},
		{
			day: "2026-11-26",
			log: "the rules are made equal again",
			given: func(w *world) {
				w.service("shared", "").Quantity.Minimum = dec("3")
			},
			rows: `
				1001/mbx update usage_rose #101 quantity 0→3 delta 12 USD
					usage rose from 0 to 3
					= sum of 2 lines = 12 ÷ 10, at least 3, rounded up = 3
				1001/shared skip merged_into into 1001/mbx
					part of mail/1001/mbx`,
			ledger: `811 #101 MBX 3 from 2026-11-01, 1001/mbx's`,
		},
	}
}

func TestStoryLargestOfSeveralCounts(t *testing.T) {
	tell(t, []step{
		{
			day: "2026-11-01",
			log: "two customers share one agreement, and the larger one pays for both",
			given: func(w *world) {
				twoCustomers(w, billing.MergeMax)
				w.counts("1001", "mbx", "5")
				w.counts("1002", "mbx", "8")
			},
			rows: `
				1001/mbx create new_line quantity 8 from 2026-11-01 delta 32 USD
					no addition yet: created, effective 2026-11-01
					= largest of 2 lines = 8
				1002/mbx skip merged_into into 1001/mbx
					part of mail/1001/mbx`,
		},
		{
			day:   "2026-11-02",
			log:   "the smaller one grows, which changes nothing",
			given: func(w *world) { w.counts("1001", "mbx", "7") },
			rows: `
				1001/mbx none unchanged #101
					unchanged
					= largest of 2 lines = 8
				1002/mbx skip merged_into into 1001/mbx
					part of mail/1001/mbx`,
		},
		{
			day:   "2026-11-03",
			log:   "the smaller one becomes the larger",
			given: func(w *world) { w.counts("1001", "mbx", "9") },
			rows: `
				1001/mbx update usage_rose #101 quantity 8→9 delta 4 USD
					usage rose from 8 to 9
					= largest of 2 lines = 9
				1002/mbx skip merged_into into 1001/mbx
					part of mail/1001/mbx`,
		},
		{
			day:   "2026-11-04",
			log:   "the export lists everything, and the first customer is gone: its line is carried by the other, and stays the same addition",
			given: func(w *world) { w.mail().Complete = true; w.silent("1001", "mbx") },
			rows: `
				1002/mbx update usage_fell #101 quantity 9→8 delta -4 USD
					usage fell from 9 to 8`,
		},
		{
			day:   "2026-11-05",
			log:   "and comes back as the first of the line",
			given: func(w *world) { w.counts("1001", "mbx", "10") },
			rows: `
				1001/mbx update usage_rose #101 quantity 8→10 delta 8 USD
					usage rose from 8 to 10
					= largest of 2 lines = 10
				1002/mbx skip merged_into into 1001/mbx
					part of mail/1001/mbx`,
			ledger: `811 #101 MBX 10 from 2026-11-01, 1001/mbx's`,
		},
	})
}

func TestStoryOfPeaksAndAverages(t *testing.T) {
	tell(t, []step{
		{
			day: "2026-11-01",
			log: "the vendor counts a peak beside the usual number, and the usual number is billed",
			given: func(w *world) {
				w.counts("1001", "mbx", "10").Counts = counts("peak", "14")
			},
			rows: `
				1001/mbx create new_line quantity 10 from 2026-11-01 delta 40 USD
					no addition yet: created, effective 2026-11-01`,
		},
		{
			day:   "2026-11-02",
			log:   "from now on the peak is billed",
			given: func(w *world) { w.mbx().Basis = "peak" },
			rows: `
				1001/mbx update usage_rose #101 quantity 10→14 delta 16 USD
					usage rose from 10 to 14`,
		},
		{
			day:   "2026-11-03",
			log:   "the vendor forgets to give the peak: the source was not read whole, so nothing moves",
			given: func(w *world) { w.counts("1001", "mbx", "10").Counts = nil },
			rows: `
				source mail is held: source_failed
					line 2: service mbx is billed by the count "peak", which the line does not have: choose another basis or put the source right
				1001/mbx hold source_failed #101
					line 2: service mbx is billed by the count "peak", which the line does not have: choose another basis or put the source right`,
		},
		{
			day:   "2026-11-04",
			log:   "it is there again, and lower",
			given: func(w *world) { w.counts("1001", "mbx", "10").Counts = counts("peak", "12.5") },
			rows: `
				1001/mbx update usage_fell #101 quantity 14→12.5 delta -6 USD
					usage fell from 14 to 12.5`,
		},
		{
			day: "2026-11-05",
			log: "half a mailbox is not sold, and the first two are part of the contract",
			given: func(w *world) {
				w.mbx().Quantity.Included = dec("2")
				w.mbx().Quantity.Round = billing.RoundUp
			},
			rows: `
				1001/mbx update usage_fell #101 quantity 12.5→11 delta -6 USD
					usage fell from 12.5 to 11
					= 12.5 − 2 included, rounded up = 11`,
		},
		{
			day:   "2026-11-06",
			log:   "a person gives the same two units free in ConnectWise: they would be free twice",
			given: func(w *world) { w.person(101, func(a *billing.Addition) { a.LessIncluded = dec("2") }) },
			rows: `
				1001/mbx hold included_twice #101
					the set-up includes 2 and ConnectWise's line 2 free units: take one of them away
					= 12.5 − 2 included, rounded up = 11; 2 of them free by ConnectWise's lessIncluded`,
		},
		{
			day: "2026-11-07",
			log: "the set-up includes none any more; ConnectWise's own free units are left alone",
			given: func(w *world) {
				w.mbx().Quantity.Included = dec("0")
			},
			rows: `
				1001/mbx update usage_rose #101 quantity 11→13 delta 8 USD
					usage rose from 11 to 13; 2 of them free by ConnectWise's lessIncluded
					= 12.5, rounded up = 13; 2 of them free by ConnectWise's lessIncluded`,
			total: `USD 8`,
		},
	})
}
