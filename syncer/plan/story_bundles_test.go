package plan_test

import (
	"slices"
	"testing"

	"cwsync/syncer/billing"
)

func TestStoryBundleThatCoversAndLetsGo(t *testing.T) {
	tell(t, slices.Concat(suiteCovers(), suiteLetsGo()))
}

func suiteCovers() []step {
	return []step{
		{
			day:   "2026-11-01",
			log:   "ten mailboxes, no suite yet",
			given: func(w *world) { bundle(w); w.counts("1001", "mbx", "10") },
			rows: `
				1001/mbx create new_line quantity 10 from 2026-11-01 delta 40 USD
					no addition yet: created, effective 2026-11-01`,
		},
		{
			day:   "2026-11-02",
			log:   "four of them move to the suite, which contains a mailbox each",
			given: func(w *world) { w.counts("1001", "suite", "4") },
			rows: `
				1001/mbx update usage_fell #101 quantity 10→6 delta -16 USD
					usage fell from 10 to 6
					= 10 − 4 in bundles = 6
				1001/suite create new_line quantity 4 from 2026-11-02 delta 36 USD
					no addition yet: created, effective 2026-11-02`,
		},
		{
			day:   "2026-11-03",
			log:   "the suite covers them all: nothing of the mailboxes is billed beside it",
			given: func(w *world) { w.counts("1001", "suite", "10") },
			rows: `
				1001/mbx hold guard_drop #101 wanted quantity 0 delta -24 USD
					falls by 100 %: nothing is written until you accept it
					= 10 − 10 in bundles = 0
				1001/suite update usage_rose #102 quantity 4→10 delta 54 USD
					usage rose from 4 to 10`,
		},
		{
			log:   "accepted",
			given: func(w *world) { w.accept("mail/1001/mbx") },
			rows: `
				1001/mbx update usage_zero #101 quantity 6→0 delta -24 USD accepted
					no usage any more: the addition goes from 6 to 0
					= 10 − 10 in bundles = 0
				1001/suite none unchanged #102
					unchanged`,
		},
	}
}

func suiteLetsGo() []step {
	return []step{
		{
			day:   "2026-11-10",
			log:   "somebody switches the suite off in the set-up: its line goes on billing, so it goes on covering",
			given: func(w *world) { w.service("suite", "").Sync = false },
			rows: `
				1001/mbx none unchanged #101
					unchanged
					= 10 − 10 in bundles = 0
				1001/suite skip sync_off #102
					switched off: the service
					! the addition goes on billing 10 while the switch is off`,
		},
		{
			day: "2026-11-11",
			log: "switched on again, and on trial: a suite that is not billed covers nothing",
			given: func(w *world) {
				w.service("suite", "").Sync = true
				w.counts("1001", "suite", "10").Status = billing.StatusTrial
			},
			rows: `
				1001/mbx update usage_rose #101 quantity 0→10 delta 40 USD
					usage rose from 0 to 10
				1001/suite hold status_not_billed #102
					the usage is trial, which is not billed, and our addition still bills 10: put it right, or accept to leave the addition to itself`,
		},
		{
			day: "2026-11-20",
			log: "the suite is bought, and billed as a minimum of twelve: twelve mailboxes are covered",
			given: func(w *world) {
				w.counts("1001", "suite", "10").Status = billing.StatusActive
				w.service("suite", "").Quantity.Minimum = dec("12")
				w.counts("1001", "mbx", "14")
			},
			rows: `
				1001/mbx hold guard_drop #101 wanted quantity 2 delta -32 USD
					falls by 80 %: nothing is written until you accept it
					= 14 − 12 in bundles = 2
				1001/suite update usage_rose #102 quantity 10→12 delta 18 USD
					usage rose from 10 to 12
					= 10, at least 12 = 12`,
		},
		{
			day:   "2026-12-01",
			log:   "no suite any more: its minimum covers nothing",
			given: func(w *world) { w.counts("1001", "suite", "0"); w.accept("mail/1001/suite", "mail/1001/mbx") },
			rows: `
				1001/mbx update usage_rose #101 quantity 10→14 delta 16 USD
					usage rose from 10 to 14
				1001/suite update usage_zero #102 quantity 12→0 delta -108 USD accepted
					no usage any more: the addition goes from 12 to 0
				! accepted for nothing: mail/1001/mbx`,
			ledger: `
				811 #101 MBX 14 from 2026-11-01, 1001/mbx's
				811 #102 SUITE 0 from 2026-11-02, 1001/suite's`,
		},
	}
}

func TestStoryBundleWhoseMemberIsCancelledAtZero(t *testing.T) {
	tell(t, []step{
		{
			day: "2026-11-01",
			log: "three mailboxes; zero usage ends lines here",
			given: func(w *world) {
				bundle(w)
				w.mail().OnZero = billing.ZeroCancel
				w.counts("1001", "mbx", "3")
			},
			rows: `
				1001/mbx create new_line quantity 3 from 2026-11-01 delta 12 USD
					no addition yet: created, effective 2026-11-01`,
		},
		{
			day:   "2026-11-10",
			log:   "a suite for each of them: covered usage is zero usage, and the mailbox line ends",
			given: func(w *world) { w.counts("1001", "suite", "3") },
			rows: `
				1001/mbx cancel usage_zero #101 until 2026-11-10 delta -12 USD
					no usage any more: the addition ends on 2026-11-10
					= 3 − 3 in bundles = 0
				1001/suite create new_line quantity 3 from 2026-11-10 delta 27 USD
					no addition yet: created, effective 2026-11-10`,
		},
		{
			day: "2026-11-11",
			log: "the ended line is done with",
			rows: `
				1001/mbx none unchanged
					no usage, and no addition that bills it
				1001/suite none unchanged #102
					unchanged`,
		},
		{
			day:   "2026-11-12",
			log:   "a fourth mailbox, without a suite: a new line",
			given: func(w *world) { w.counts("1001", "mbx", "4") },
			rows: `
				1001/mbx create new_line quantity 1 from 2026-11-12 delta 4 USD
					no addition yet: created, effective 2026-11-12
					= 4 − 3 in bundles = 1
				1001/suite none unchanged #102
					unchanged`,
			ledger: `
				811 #101 MBX 3 from 2026-11-01 until 2026-11-10, was 1001/mbx's
				811 #102 SUITE 3 from 2026-11-10, 1001/suite's
				811 #103 MBX 1 from 2026-11-12, 1001/mbx's`,
		},
	})
}
