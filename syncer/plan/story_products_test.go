package plan_test

import (
	"slices"
	"testing"

	"cwsync/syncer/billing"
)

func TestStoryProductRemapWithAMerge(t *testing.T) {
	tell(t, slices.Concat(tariffsClash(), tariffsMerge()))
}

func tariffsClash() []step {
	return []step{
		{
			day: "2026-11-01",
			log: "two tariffs, each with a product of its own",
			given: func(w *world) {
				w.product(8, "PLUS", "6")
				w.service("plus", "PLUS")
				w.counts("1001", "mbx", "8")
				w.counts("1001", "plus", "3")
			},
			rows: `
				1001/mbx create new_line quantity 8 from 2026-11-01 delta 32 USD
					no addition yet: created, effective 2026-11-01
				1001/plus create new_line quantity 3 from 2026-11-01 delta 18 USD
					no addition yet: created, effective 2026-11-01`,
		},
		{
			day: "2026-11-10",
			log: "the dearer tariff is mapped to the first product without saying that the two merge",
			given: func(w *world) {
				w.service("plus", "").Product = billing.ProductRef{Identifier: "MBX"}
			},
			rows: `
				1001/mbx hold claimed_twice #101
					mail/1001/mbx and mail/1001/plus both bill MBX on this agreement: map one of them elsewhere, or merge them
				1001/plus hold claimed_twice #102
					mail/1001/mbx and mail/1001/plus both bill MBX on this agreement: map one of them elsewhere, or merge them`,
		},
	}
}

func tariffsMerge() []step {
	return []step{
		{
			day: "2026-11-11",
			log: "they merge, and the old line of the second one still has to end",
			given: func(w *world) {
				w.mbx().Merge = billing.MergeSum
				w.service("plus", "").Merge = billing.MergeSum
			},
			rows: `
				1001/mbx hold mapping_changed #101 wanted quantity 11 delta 12 USD
					mail/1001/plus is part of this merged line: addition 102 on agreement 811 is ours, but the line is mapped elsewhere now: accept mail/1001/plus to end it
					= sum of 2 lines = 11
				1001/plus hold mapping_changed #102 into 1001/mbx
					addition 102 on agreement 811 is ours, but the line is mapped elsewhere now: accept to end it; goes on as part of mail/1001/mbx`,
		},
		{
			day:   "2026-11-12",
			log:   "accepting the first does not speak for the second",
			given: func(w *world) { w.accept("mail/1001/mbx") },
			rows: `
				1001/mbx hold mapping_changed #101 wanted quantity 11 delta 12 USD
					mail/1001/plus is part of this merged line: addition 102 on agreement 811 is ours, but the line is mapped elsewhere now: accept mail/1001/plus to end it
					= sum of 2 lines = 11
				1001/plus hold mapping_changed #102 into 1001/mbx
					addition 102 on agreement 811 is ours, but the line is mapped elsewhere now: accept to end it; goes on as part of mail/1001/mbx
				! accepted for nothing: mail/1001/mbx`,
		},
		{
			day:   "2026-11-13",
			log:   "accepting the second does",
			given: func(w *world) { w.accept("mail/1001/plus") },
			rows: `
				1001/mbx update usage_rose #101 quantity 8→11 delta 12 USD
					usage rose from 8 to 11
					= sum of 2 lines = 11
				1001/plus cancel mapping_changed #102 until 2026-11-13 delta -18 USD accepted
					the line is mapped elsewhere now: this addition ends on 2026-11-13
				1001/plus skip merged_into into 1001/mbx step 1 accepted
					part of mail/1001/mbx`,
			total: `USD -6`,
			ledger: `
				811 #101 MBX 11 from 2026-11-01, 1001/mbx's
				811 #102 PLUS 3 from 2026-11-01 until 2026-11-13, was 1001/plus's`,
		},
		{
			day: "2026-11-20",
			log: "parted again: the second one needs a line of its own, and none is in the way",
			given: func(w *world) {
				w.mbx().Merge = billing.MergeNone
				w.service("plus", "").Merge = billing.MergeNone
				w.service("plus", "").Product = billing.ProductRef{Identifier: "PLUS"}
			},
			rows: `
				1001/mbx update usage_fell #101 quantity 11→8 delta -12 USD
					usage fell from 11 to 8
				1001/plus create new_line quantity 3 from 2026-11-20 delta 18 USD
					no addition yet: created, effective 2026-11-20`,
			ledger: `
				811 #101 MBX 8 from 2026-11-01, 1001/mbx's
				811 #102 PLUS 3 from 2026-11-01 until 2026-11-13, was 1001/plus's
				811 #103 PLUS 3 from 2026-11-20, 1001/plus's`,
		},
	}
}

func TestStoryProductRemapOnAnInvoicedAgreement(t *testing.T) {
	tell(t, []step{
		{
			day: "2026-11-01",
			log: "a line that is in effect since the first",
			given: func(w *world) {
				w.product(8, "PLUS", "6")
				w.counts("1001", "mbx", "8")
			},
			rows: `
				1001/mbx create new_line quantity 8 from 2026-11-01 delta 32 USD
					no addition yet: created, effective 2026-11-01`,
		},
		{
			day: "2026-11-12",
			log: "November is invoiced; the service gets another product, accepted at once: no gap, no overlap",
			given: func(w *world) {
				w.invoicedUntil("2026-12-01")
				w.mbx().Product = billing.ProductRef{ID: 8}
				w.accept("mail/1001/mbx")
			},
			rows: `
				1001/mbx cancel mapping_changed #101 until 2026-11-30 delta -32 USD accepted
					the line is mapped elsewhere now: this addition ends on 2026-11-30
				1001/mbx create new_line quantity 8 from 2026-12-01 delta 48 USD step 1 accepted
					no addition yet: created, effective 2026-12-01`,
			ledger: `
				811 #101 MBX 8 from 2026-11-01 until 2026-11-30, was 1001/mbx's
				811 #102 PLUS 8 from 2026-12-01, 1001/mbx's`,
		},
		{
			day:   "2026-11-20",
			log:   "back to the old product before the new line began: neither the old one nor the new one is lost from sight",
			given: func(w *world) { w.mbx().Product = billing.ProductRef{Identifier: "MBX"} },
			rows: `
				1001/mbx hold mapping_changed #102 wanted quantity 8 wanted from 2026-12-01 delta 32 USD
					addition 102 on agreement 811 is ours, but the line is mapped elsewhere now: accept to end it; a new line is opened`,
		},
		{
			log:   "accepted",
			given: func(w *world) { w.accept("mail/1001/mbx") },
			rows: `
				1001/mbx cancel mapping_changed #102 until 2026-12-01 delta -48 USD accepted
					the line is mapped elsewhere now: this addition ends on 2026-12-01
				1001/mbx create new_line quantity 8 from 2026-12-01 delta 32 USD step 1 accepted
					no addition yet: created, effective 2026-12-01`,
			ledger: `
				811 #101 MBX 8 from 2026-11-01 until 2026-11-30, was 1001/mbx's
				811 #102 PLUS 8 from 2026-12-01 until 2026-12-01, was 1001/mbx's
				811 #103 MBX 8 from 2026-12-01, 1001/mbx's`,
		},
	})
}

func TestStoryProductTakenOffTheCatalog(t *testing.T) {
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
			day:   "2026-11-02",
			log:   "the product is made inactive, so nothing is written on it",
			given: func(w *world) { w.current.Products[0].Inactive = true; w.counts("1001", "mbx", "5") },
			rows: `
				1001/mbx hold product_inactive #101
					product MBX is inactive in ConnectWise's catalog: activate it or map the service to another`,
		},
		{
			day:   "2026-11-03",
			log:   "and deleted",
			given: func(w *world) { w.current.Products = nil },
			rows: `
				1001/mbx hold product_missing #101
					product MBX is not in ConnectWise's catalog: create it or map the service to another`,
		},
		{
			day:   "2026-11-04",
			log:   "there again under another id: for ConnectWise that is another product",
			given: func(w *world) { w.product(70, "MBX", "4") },
			rows: `
				1001/mbx hold mapping_changed #101 wanted quantity 5 wanted from 2026-11-04 delta 20 USD
					addition 101 on agreement 811 is ours, but the line is mapped elsewhere now: accept to end it; a new line is opened`,
		},
		{
			log:   "accepted: the old line ends, a new one begins",
			given: func(w *world) { w.accept("mail/1001/mbx") },
			rows: `
				1001/mbx cancel mapping_changed #101 until 2026-11-04 delta -16 USD accepted
					the line is mapped elsewhere now: this addition ends on 2026-11-04
				1001/mbx create new_line quantity 5 from 2026-11-04 delta 20 USD step 1 accepted
					no addition yet: created, effective 2026-11-04`,
			ledger: `
				811 #101 MBX 4 from 2026-11-01 until 2026-11-04, was 1001/mbx's
				811 #102 MBX 5 from 2026-11-04, 1001/mbx's`,
		},
	})
}

func TestStoryPointedToAnotherProductAndBack(t *testing.T) {
	tell(t, []step{
		{
			day:   "2026-11-01",
			log:   "four mailboxes",
			given: func(w *world) { w.product(8, "PREMIUM", "6"); w.counts("1001", "mbx", "4") },
			rows: `
				1001/mbx create new_line quantity 4 from 2026-11-01 delta 16 USD
					no addition yet: created, effective 2026-11-01`,
		},
		{
			day: "2026-11-05",
			log: "somebody points the line to another product",
			given: func(w *world) {
				w.person(101, func(a *billing.Addition) { a.ProductID, a.ProductIdentifier = 8, "PREMIUM" })
			},
			rows: `
				1001/mbx hold drift_product #101 wanted quantity 4 wanted from 2026-11-05 delta 16 USD
					somebody pointed our addition 101 to product PREMIUM: accept to let go of it; a new line is opened`,
		},
		{
			day:   "2026-11-06",
			log:   "the technician follows in the set-up, which makes the line fit again; it has to be accepted",
			given: func(w *world) { w.mbx().Product = billing.ProductRef{Identifier: "PREMIUM"} },
			rows: `
				1001/mbx hold mapping_changed #101 adopts
					addition 101 on agreement 811 is ours, but the line is mapped elsewhere now: accept to let go of it as it is (somebody pointed our addition 101 to product PREMIUM); goes on with addition 101`,
		},
		{
			log:   "accepted: the same line goes on",
			given: func(w *world) { w.accept("mail/1001/mbx") },
			rows: `
				1001/mbx none unchanged #101 adopts accepted
					unchanged`,
			ledger: `811 #101 PREMIUM 4 from 2026-11-01, 1001/mbx's`,
		},
		{
			day:   "2026-11-07",
			log:   "and follows usage as before",
			given: func(w *world) { w.counts("1001", "mbx", "5") },
			rows: `
				1001/mbx update usage_rose #101 quantity 4→5 delta 4 USD
					usage rose from 4 to 5`,
		},
	})
}
