package plan_test

import (
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

// twoSources: mail and backup both bill product MBX on agreement 811; only mail's usage is known.
func twoSources(w *world) {
	w.uses("1001", "mbx", "12")
	w.source("backup")
	w.service("backup:bkp", "MBX")
	w.customer("backup:b1", 250, 811)
	w.sources["backup"].NotRead = true
}

// failed makes the other source one that was asked and could not be read.
func failed(w *world) {
	w.sources["backup"].NotRead, w.sources["backup"].Problem = false, "connection refused"
}

func TestWhatAnUnreadSourceMayBillIsNotTakenOver(t *testing.T) {
	const (
		held    = "1001/mbx hold claimed_twice"
		creates = "1001/mbx create new_line quantity 12 from 2026-11-21 delta 48 USD"
	)
	with := func(changes ...func(w *world)) func(w *world) {
		return func(w *world) {
			twoSources(w)
			for _, change := range changes {
				change(w)
			}
		}
	}
	checkRules(t, []rule{
		{"filtered: no new line", with(), held},
		{"failed: no new line", with(failed), held},
		{"empty: no new line", with(func(w *world) { w.sources["backup"].NotRead = false }), held},
		{"filtered: no adoption", with(func(w *world) { w.line(9, "10") }), held},
		{"filtered: no adoption of an equal line", with(func(w *world) { w.line(9, "12") }), held},
		{"failed: no adoption", with(failed, func(w *world) { w.line(9, "10") }), held},
		{"several lines: the claim is told", with(func(w *world) { w.line(8, "1"); w.line(9, "10") }), held},
		{"nobody can accept it", with(func(w *world) { w.accept("mail/1001/mbx") }), held},
		{"a line that is ours goes on", with(func(w *world) { w.ours(5, "1001", "mbx", "10") }), "1001/mbx update usage_rose #5 quantity 10→12 delta 8 USD"},
		{"a line that is ours goes on where the other failed", with(failed, func(w *world) { w.ours(5, "1001", "mbx", "10") }),
			"1001/mbx update usage_rose #5 quantity 10→12 delta 8 USD"},
		{"ours is deleted: nothing takes its place yet", with(func(w *world) {
			w.owns(5, "1001", "mbx", 811, 7, "12")
			w.accept("mail/1001/mbx")
		}), "1001/mbx hold claimed_twice #5"},
		{"ours is elsewhere: it stays where it is", with(func(w *world) {
			w.agreement(812, 250)
			w.owns(5, "1001", "mbx", 812, 7, "12")
			w.lineOn(812, 5, 7, "12")
			w.accept("mail/1001/mbx")
		}), "1001/mbx hold claimed_twice #5"},
		{"zero usage opens nothing", with(func(w *world) { w.counts("1001", "mbx", "0") }), "1001/mbx none unchanged"},
		{"zero usage ends nothing that is not ours", with(func(w *world) { w.counts("1001", "mbx", "0"); w.line(9, "3") }), held},
		{"a member of a merged line", with(func(w *world) {
			twoCustomers(w, billing.MergeSum)
			w.uses("1002", "mbx", "3")
		}), held + "\n1002/mbx skip merged_into into 1001/mbx"},
		{"mapped by id", with(func(w *world) { w.service("backup:bkp", "").Product = billing.ProductRef{ID: 7} }), held},

		{"the other source is off", with(func(w *world) { w.source("backup").Sync = false }), creates},
		{"the other source is off and was read in vain", with(failed, func(w *world) { w.source("backup").Sync = false }), creates},
		{"its service is off", with(func(w *world) { w.service("backup:bkp", "").Sync = false }), creates},
		{"its customer is off", with(func(w *world) { w.customer("backup:b1", 0, 0).Sync = false }), creates},
		{"this service of this customer is off", with(func(w *world) { w.customer("backup:b1", 0, 0).ServicesOff = []string{"bkp"} }), creates},
		{"its customer is not linked", with(func(w *world) { w.customer("backup:b1", 0, 0).Agreement = 0 }), creates},
		{"its customer is on another agreement", with(func(w *world) { w.customer("backup:b1", 0, 0).Agreement = 812 }), creates},
		{"its service is another product", with(func(w *world) {
			w.product(8, "BKP", "1")
			w.service("backup:bkp", "").Product = billing.ProductRef{Identifier: "BKP"}
		}), creates},
		{"its service is not mapped", with(func(w *world) { w.service("backup:bkp", "").Product = billing.ProductRef{} }), creates},
		{"it was read and does not bill it", with(func(w *world) {
			w.sources["backup"].NotRead = false
			w.uses("backup:other", "bkp", "1")
		}), "backup/other/bkp skip unlinked_customer\n" + creates},
		{"both read: both held", with(func(w *world) {
			w.sources["backup"].NotRead = false
			w.uses("backup:b1", "bkp", "1")
		}), "backup/b1/bkp hold claimed_twice\n" + held},
	})
}

func TestWhatAnUnreadSourceMayBillIsSaid(t *testing.T) {
	for name, c := range map[string]struct {
		given func(w *world)
		want  string
	}{
		"filtered": {func(*world) {}, "source backup, which was not read, may bill MBX on this agreement too (backup/b1/bkp): plan both sources together, or map one of them elsewhere"},
		"failed":   {failed, "source backup, which could not be read, may bill MBX on this agreement too (backup/b1/bkp): put that source right, or map one of them elsewhere"},
		"empty": {func(w *world) { w.sources["backup"].NotRead = false },
			"source backup, which gave no usage, may bill MBX on this agreement too (backup/b1/bkp): put that source right, or map one of them elsewhere"},
		"several: the first by name": {func(w *world) {
			w.service("backup:abc", "MBX")
			w.customer("backup:a1", 250, 811)
			w.service("archive:x", "MBX")
			w.customer("archive:c9", 250, 811)
			w.customer("archive:c1", 250, 811)
			w.sources["archive"].NotRead = true
		}, "source archive, which was not read, may bill MBX on this agreement too (archive/c1/x): plan both sources together, or map one of them elsewhere"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			twoSources(w)
			c.given(w)
			p := w.plan()
			checkSound(t, w, &p)
			if row := p.Changes[0]; row.Code != plan.ClaimedTwice || row.Reason != c.want {
				t.Errorf("got %s\n%s\nwanted %s", show(&row), row.Reason, c.want)
			}
		})
	}
}

// TestTheSourceFilterDoesNotDecideWhoBills: what a full run holds because two sources claim it, no run of one of them writes.
func TestTheSourceFilterDoesNotDecideWhoBills(t *testing.T) {
	tell(t, []step{
		{
			day: "2026-11-01",
			log: "two sources on one product",
			given: func(w *world) {
				twoSources(w)
				w.sources["backup"].NotRead = false
				w.counts("backup:b1", "bkp", "3")
			},
			rows: `
				backup/b1/bkp hold claimed_twice
					backup/b1/bkp and mail/1001/mbx both bill MBX on this agreement: map one of them elsewhere, or merge them
				1001/mbx hold claimed_twice
					backup/b1/bkp and mail/1001/mbx both bill MBX on this agreement: map one of them elsewhere, or merge them`,
		},
		{
			day:   "2026-11-02",
			log:   "mail alone",
			given: func(w *world) { w.onlySource("mail") },
			rows: `
				1001/mbx hold claimed_twice
					source backup, which was not read, may bill MBX on this agreement too (backup/b1/bkp): plan both sources together, or map one of them elsewhere`,
		},
		{
			day:   "2026-11-03",
			log:   "backup alone",
			given: func(w *world) { w.onlySource("backup") },
			rows: `
				backup/b1/bkp hold claimed_twice
					source mail, which was not read, may bill MBX on this agreement too (mail/1001/mbx): plan both sources together, or map one of them elsewhere`,
		},
	})
}
