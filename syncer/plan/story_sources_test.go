package plan_test

import (
	"slices"
	"testing"

	"cwsync/syncer/billing"
)

// webToo adds a second source on the same agreement: sites of product SITE at 1.00.
func (w *world) webToo() {
	w.product(9, "SITE", "1")
	w.service("web:site", "SITE")
	w.customer("web:w1", 250, 811)
}

func TestStoryTwoSourcesOnOneAgreement(t *testing.T) {
	tell(t, []step{
		{
			day: "2026-11-01",
			log: "mailboxes and sites are billed on one agreement",
			given: func(w *world) {
				w.webToo()
				w.counts("1001", "mbx", "8")
				w.counts("web:w1", "site", "20")
			},
			rows: `
				1001/mbx create new_line quantity 8 from 2026-11-01 delta 32 USD
					no addition yet: created, effective 2026-11-01
				web/w1/site create new_line quantity 20 from 2026-11-01 delta 20 USD
					no addition yet: created, effective 2026-11-01`,
			total: `USD 52`,
		},
		{
			day: "2026-11-02",
			log: "the web export cannot be read: its line is held, the mailboxes go on",
			given: func(w *world) {
				w.counts("1001", "mbx", "9")
				w.sources["web"].Problem = "sites.csv, line 3: quantity is negative"
			},
			rows: `
				source web is held: source_failed
					sites.csv, line 3: quantity is negative
				1001/mbx update usage_rose #101 quantity 8→9 delta 4 USD
					usage rose from 8 to 9
				web/w1/site hold source_failed #102
					sites.csv, line 3: quantity is negative`,
		},
		{
			day: "2026-11-03",
			log: "it is repaired; now the mail export is empty, as when a report is sent before it is filled",
			given: func(w *world) {
				w.sources["web"].Problem = ""
				w.counts("web:w1", "site", "22")
				w.silent("1001", "mbx")
			},
			rows: `
				source mail is held: source_empty
					the source gave no usage lines at all: nothing is changed until it gives some
				1001/mbx hold source_empty #101
					the source gave no usage lines at all: nothing is changed until it gives some
				web/w1/site update usage_rose #102 quantity 20→22 delta 2 USD
					usage rose from 20 to 22`,
		},
		{
			day:   "2026-11-04",
			log:   "all is well",
			given: func(w *world) { w.counts("1001", "mbx", "9") },
			rows: `
				1001/mbx none unchanged #101
					unchanged
				web/w1/site none unchanged #102
					unchanged`,
			ledger: `
				811 #101 MBX 9 from 2026-11-01, 1001/mbx's
				811 #102 SITE 22 from 2026-11-01, web/w1/site's`,
		},
		{
			day: "2026-11-05",
			log: "the web source is taken out of the set-up while its line bills on",
			given: func(w *world) {
				delete(w.sources, "web")
				w.names = []string{"mail"}
			},
			rows: `
				1001/mbx none unchanged #101
					unchanged
				web/w1/site hold unlinked_customer #102
					source web is no longer in the set-up, and our addition still bills 22: put it right, or accept to leave the addition to itself`,
		},
		{
			day:   "2026-11-06",
			log:   "accepted: left to itself",
			given: func(w *world) { w.accept("web/w1/site") },
			rows: `
				1001/mbx none unchanged #101
					unchanged
				web/w1/site skip unlinked_customer releases [102] accepted
					source web is no longer in the set-up; accepted: the addition is no longer ours and stays as it is`,
			ledger: `
				811 #101 MBX 9 from 2026-11-01, 1001/mbx's
				811 #102 SITE 22 from 2026-11-01`,
		},
	})
}

func TestStoryClaimedTwiceResolvedByASwitch(t *testing.T) {
	tell(t, []step{
		{
			day: "2026-11-01",
			log: "the mailboxes of one customer",
			given: func(w *world) {
				w.counts("1001", "mbx", "8")
			},
			rows: `
				1001/mbx create new_line quantity 8 from 2026-11-01 delta 32 USD
					no addition yet: created, effective 2026-11-01`,
		},
		{
			day: "2026-11-10",
			log: "a new source counts the same mailboxes and bills the same product on the same agreement",
			given: func(w *world) {
				w.service("cloud:box", "MBX")
				w.customer("cloud:c1", 250, 811)
				w.counts("cloud:c1", "box", "8")
			},
			rows: `
				cloud/c1/box hold claimed_twice
					cloud/c1/box and mail/1001/mbx both bill MBX on this agreement: map one of them elsewhere, or merge them
				1001/mbx hold claimed_twice #101
					cloud/c1/box and mail/1001/mbx both bill MBX on this agreement: map one of them elsewhere, or merge them`,
		},
		{
			day:   "2026-11-11",
			log:   "a run of the new source alone does not see the other side's usage, and holds its hands off the other's line",
			given: func(w *world) { w.onlySource("cloud") },
			rows: `
				cloud/c1/box hold claimed_twice
					source mail, which was not read, may bill MBX on this agreement too (mail/1001/mbx): plan both sources together, or map one of them elsewhere`,
		},
		{
			day:   "2026-11-12",
			log:   "the old source is switched off for this service; its line bills on and is in the new one's way",
			given: func(w *world) { w.linked().ServicesOff = []string{"mbx"} },
			rows: `
				cloud/c1/box hold ambiguous_lines
					the agreement has open additions of MBX (101 of 8), but none that may be adopted (billable, in effect, no one-off, not another line's): choose one in the set-up under additions, or end them
				1001/mbx skip sync_off #101
					switched off: this service of this customer
					! the addition goes on billing 8 while the switch is off`,
		},
		{
			day: "2026-11-13",
			log: "it is unmapped instead, and let go of",
			given: func(w *world) {
				w.linked().ServicesOff = nil
				w.mbx().Product = billing.ProductRef{}
				w.accept("mail/1001/mbx")
			},
			rows: `
				cloud/c1/box hold ambiguous_lines
					the agreement has open additions of MBX (101 of 8), but none that may be adopted (billable, in effect, no one-off, not another line's): choose one in the set-up under additions, or end them
				1001/mbx skip unmapped_service releases [101] accepted
					the service is not mapped to a product; accepted: the addition is no longer ours and stays as it is`,
		},
		{
			day:   "2026-11-14",
			log:   "so that the new source takes it over",
			given: func(w *world) { w.counts("cloud:c1", "box", "9") },
			rows: `
				cloud/c1/box update usage_rose #101 adopts quantity 8→9 delta 4 USD
					usage rose from 8 to 9
				1001/mbx skip unmapped_service
					the service is not mapped to a product`,
			ledger: `811 #101 MBX 9 from 2026-11-01, cloud/c1/box's`,
		},
	})
}

func TestStoryCompleteSourceHeldThenReleased(t *testing.T) {
	tell(t, slices.Concat(customersMissing(), customersLeft()))
}

func customersMissing() []step {
	return []step{
		{
			day: "2026-11-01",
			log: "three customers of a source that lists everything; absent lines are zeroed",
			given: func(w *world) {
				w.policy.Guards.MissingPercent = dec("30")
				w.mail().Complete, w.mail().OnMissing = true, billing.MissingZero
				for i, id := range []string{"a", "b", "c"} {
					w.agreement(901+i, 250)
					w.customer(id, 250, 901+i)
					w.counts(id, "mbx", "4")
				}
			},
			rows: `
				a/mbx create new_line quantity 4 from 2026-11-01 delta 16 USD
					no addition yet: created, effective 2026-11-01
				b/mbx create new_line quantity 4 from 2026-11-01 delta 16 USD
					no addition yet: created, effective 2026-11-01
				c/mbx create new_line quantity 4 from 2026-11-01 delta 16 USD
					no addition yet: created, effective 2026-11-01`,
		},
		{
			day: "2026-11-02",
			log: "two of the three are missing and the third grew: the whole source is held",
			given: func(w *world) {
				w.silent("a", "mbx")
				w.silent("b", "mbx")
				w.counts("c", "mbx", "5")
			},
			rows: `
				source mail is held: missing_share
					2 of the 3 lines billed last time are zero or gone, more than 30 %: look whether the source is complete, or accept it
				a/mbx hold missing_share #101 wanted quantity 0 delta -16 USD
					2 of the 3 lines billed last time are zero or gone, more than 30 %: look whether the source is complete, or accept it
				b/mbx hold missing_share #102 wanted quantity 0 delta -16 USD
					2 of the 3 lines billed last time are zero or gone, more than 30 %: look whether the source is complete, or accept it
				c/mbx hold missing_share #103 wanted quantity 5 delta 4 USD
					2 of the 3 lines billed last time are zero or gone, more than 30 %: look whether the source is complete, or accept it`,
		},
		{
			log:   "a run of one customer is held as well: what counts as missing is not narrowed",
			given: func(w *world) { w.only("c") },
			rows: `
				source mail is held: missing_share
					2 of the 3 lines billed last time are zero or gone, more than 30 %: look whether the source is complete, or accept it
				c/mbx hold missing_share #103 wanted quantity 5 delta 4 USD
					2 of the 3 lines billed last time are zero or gone, more than 30 %: look whether the source is complete, or accept it`,
		},
		{
			log:   "accepting the lines does not help, the source is meant",
			given: func(w *world) { w.accept("mail/a/mbx", "mail/b/mbx") },
			rows: `
				source mail is held: missing_share
					2 of the 3 lines billed last time are zero or gone, more than 30 %: look whether the source is complete, or accept it
				a/mbx hold missing_share #101 wanted quantity 0 delta -16 USD
					2 of the 3 lines billed last time are zero or gone, more than 30 %: look whether the source is complete, or accept it
				b/mbx hold missing_share #102 wanted quantity 0 delta -16 USD
					2 of the 3 lines billed last time are zero or gone, more than 30 %: look whether the source is complete, or accept it
				c/mbx hold missing_share #103 wanted quantity 5 delta 4 USD
					2 of the 3 lines billed last time are zero or gone, more than 30 %: look whether the source is complete, or accept it
				! accepted for nothing: mail/a/mbx
				! accepted for nothing: mail/b/mbx`,
		},
	}
}

func customersLeft() []step {
	return []step{
		{
			log:   "the technician asked: they did leave",
			given: func(w *world) { w.accept("mail:missing_share") },
			rows: `
				a/mbx update usage_ended #101 quantity 4→0 delta -16 USD
					the usage ended: the addition goes from 4 to 0
				b/mbx update usage_ended #102 quantity 4→0 delta -16 USD
					the usage ended: the addition goes from 4 to 0
				c/mbx update usage_rose #103 quantity 4→5 delta 4 USD
					usage rose from 4 to 5`,
			ledger: `
				901 #101 MBX 0 from 2026-11-01, a/mbx's
				902 #102 MBX 0 from 2026-11-01, b/mbx's
				903 #103 MBX 5 from 2026-11-01, c/mbx's`,
		},
		{
			day:   "2026-11-03",
			log:   "what is zero already counts no more",
			given: func(w *world) { w.counts("c", "mbx", "6") },
			rows: `
				a/mbx none unchanged #101
					unchanged
				b/mbx none unchanged #102
					unchanged
				c/mbx update usage_rose #103 quantity 5→6 delta 4 USD
					usage rose from 5 to 6`,
		},
		{
			day:   "2026-11-04",
			log:   "one of them is back, and absent lines are cancelled from now on: the other's zero line ends",
			given: func(w *world) { w.mail().OnMissing = billing.MissingCancel; w.counts("a", "mbx", "1") },
			rows: `
				a/mbx update usage_rose #101 quantity 0→1 delta 4 USD
					usage rose from 0 to 1
				b/mbx cancel usage_ended #102 until 2026-11-04
					the usage ended: the addition ends on 2026-11-04
				c/mbx none unchanged #103
					unchanged`,
		},
	}
}

func TestStoryFiltersInBetween(t *testing.T) {
	tell(t, []step{
		{
			day: "2026-11-01",
			log: "two customers and two sources; the first run is for one customer only",
			given: func(w *world) {
				w.webToo()
				w.agreement(812, 250)
				w.customer("1002", 250, 812)
				w.counts("1001", "mbx", "3")
				w.counts("1002", "mbx", "4")
				w.counts("web:w1", "site", "5")
				w.only("1002")
			},
			rows: `
				1002/mbx create new_line quantity 4 from 2026-11-01 delta 16 USD
					no addition yet: created, effective 2026-11-01`,
		},
		{
			log:   "then one for the web alone",
			given: func(w *world) { w.onlySource("web") },
			rows: `
				web/w1/site create new_line quantity 5 from 2026-11-01 delta 5 USD
					no addition yet: created, effective 2026-11-01`,
		},
		{
			day:   "2026-11-02",
			log:   "then all: only what is left",
			given: func(w *world) { w.counts("1002", "mbx", "5") },
			rows: `
				1001/mbx create new_line quantity 3 from 2026-11-02 delta 12 USD
					no addition yet: created, effective 2026-11-02
				1002/mbx update usage_rose #101 quantity 4→5 delta 4 USD
					usage rose from 4 to 5
				web/w1/site none unchanged #102
					unchanged`,
		},
		{
			day:   "2026-11-03",
			log:   "a run for a customer of the web, while mail has changes that wait",
			given: func(w *world) { w.counts("1001", "mbx", "4"); w.only("w1") },
			rows: `
				web/w1/site none unchanged #102
					unchanged`,
		},
		{
			day: "2026-11-04",
			log: "the wait is over",
			rows: `
				1001/mbx update usage_rose #103 quantity 3→4 delta 4 USD
					usage rose from 3 to 4
				1002/mbx none unchanged #101
					unchanged
				web/w1/site none unchanged #102
					unchanged`,
			ledger: `
				811 #102 SITE 5 from 2026-11-01, web/w1/site's
				811 #103 MBX 4 from 2026-11-02, 1001/mbx's
				812 #101 MBX 5 from 2026-11-01, 1002/mbx's`,
		},
	})
}
