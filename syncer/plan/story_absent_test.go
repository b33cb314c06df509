package plan_test

import (
	"testing"

	"cwsync/syncer/billing"
)

func TestStoryOfAnExportThatLosesOneOfTwo(t *testing.T) {
	const absent = `mail/1002/mbx is part of this merged line and not in the usage; the source does not list everything, so the whole line stays` +
		` as it is: set complete: true if an absent line means that the usage ended, or take what is gone out of the set-up`
	tell(t, []step{
		{
			day: "2026-11-01",
			log: "two customers share one line of an export that does not list everything",
			given: func(w *world) {
				twoCustomers(w, billing.MergeSum)
				w.counts("1001", "mbx", "20")
				w.counts("1002", "mbx", "25")
			},
			rows: `
				1001/mbx create new_line quantity 45 from 2026-11-01 delta 180 USD
					no addition yet: created, effective 2026-11-01
					= sum of 2 lines = 45
				1002/mbx skip merged_into into 1001/mbx
					part of mail/1001/mbx`,
		},
		{
			day:   "2026-11-02",
			log:   "the second is not in the file: nobody knows what it counts, so the line stays",
			given: func(w *world) { w.silent("1002", "mbx") },
			rows: `
				1001/mbx skip not_in_usage #101
					` + absent + `
					! the addition goes on billing 45 while a part of it is not in the usage`,
			ledger: `811 #101 MBX 45 from 2026-11-01, 1001/mbx's`,
		},
		{
			day:   "2026-11-03",
			log:   "nor is it forgotten on the next day",
			given: func(w *world) { w.counts("1001", "mbx", "22") },
			rows: `
				1001/mbx skip not_in_usage #101
					` + absent + `
					! the addition goes on billing 45 while a part of it is not in the usage`,
		},
		{
			day: "2026-11-04",
			log: "it is back, and a third one is new; the first is not in the file instead",
			given: func(w *world) {
				w.counts("1002", "mbx", "25")
				w.customer("1003", 250, 811)
				w.counts("1003", "mbx", "1")
			},
			rows: `
				1001/mbx update usage_rose #101 quantity 45→48 delta 12 USD
					usage rose from 45 to 48
					= sum of 3 lines = 48
				1002/mbx skip merged_into into 1001/mbx
					part of mail/1001/mbx
				1003/mbx skip merged_into into 1001/mbx
					part of mail/1001/mbx`,
		},
		{
			day:   "2026-11-05",
			log:   "the one that carries the line and the new one are absent",
			given: func(w *world) { w.silent("1001", "mbx"); w.silent("1003", "mbx") },
			rows: `
				1002/mbx skip not_in_usage #101
					mail/1001/mbx and 1 more are part of this merged line and not in the usage; the source does not list everything, so the whole line stays as it is: set complete: true if an absent line means that the usage ended, or take what is gone out of the set-up
					! the addition goes on billing 48 while a part of it is not in the usage`,
		},
		{
			day:   "2026-11-06",
			log:   "the third one has left for good and is taken out of the set-up; the first is back",
			given: func(w *world) { w.mail().Customers = w.mail().Customers[:2]; w.counts("1001", "mbx", "22") },
			rows: `
				1001/mbx update usage_fell #101 quantity 48→47 delta -4 USD
					usage fell from 48 to 47
					= sum of 2 lines = 47
				1002/mbx skip merged_into into 1001/mbx
					part of mail/1001/mbx`,
		},
		{
			day:   "2026-11-07",
			log:   "the export is said to list everything: now an absent one has ended, as far as the guards let it",
			given: func(w *world) { w.mail().Complete = true; w.silent("1002", "mbx") },
			rows: `
				1001/mbx hold guard_drop #101 wanted quantity 22 delta -100 USD
					falls by 53 %: nothing is written until you accept it`,
		},
		{
			log:   "and is accepted",
			given: func(w *world) { w.accept("mail/1001/mbx") },
			rows: `
				1001/mbx update usage_fell #101 quantity 47→22 delta -100 USD accepted
					usage fell from 47 to 22`,
		},
		{
			day:   "2026-11-08",
			log:   "what ended is forgotten: the line is the first one's alone",
			given: func(w *world) { w.mail().Complete = false; w.counts("1001", "mbx", "21") },
			rows: `
				1001/mbx update usage_fell #101 quantity 22→21 delta -4 USD
					usage fell from 22 to 21`,
			ledger: `811 #101 MBX 21 from 2026-11-01, 1001/mbx's`,
		},
	})
}
