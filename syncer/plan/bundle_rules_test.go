package plan_test

import (
	"testing"

	"cwsync/syncer/billing"
)

// bundle makes service suite (product SUITE) contain mbx.
func bundle(w *world) {
	w.product(8, "SUITE", "9")
	w.service("suite", "SUITE").Includes = []string{"mbx"}
}

func TestBundles(t *testing.T) {
	suite := "1001/suite create new_line quantity 5 from 2026-11-21 delta 45 USD"
	checkRules(t, []rule{
		{"a member bills what exceeds the bundle", func(w *world) {
			bundle(w)
			w.uses("1001", "mbx", "12")
			w.uses("1001", "suite", "5")
		}, "1001/mbx create new_line quantity 7 from 2026-11-21 delta 28 USD\n" + suite},
		{"a member within the bundle bills nothing", func(w *world) {
			bundle(w)
			w.uses("1001", "mbx", "4")
			w.uses("1001", "suite", "5")
		}, "1001/mbx none unchanged\n" + suite},
		{"covered usage counts as zero", func(w *world) {
			bundle(w)
			w.uses("1001", "mbx", "4")
			w.uses("1001", "suite", "5")
			w.ours(5, "1001", "mbx", "3")
		}, "1001/mbx update usage_zero #5 quantity 3→0 delta -12 USD\n" + suite},
		{"a customer without the bundle bills all", func(w *world) {
			bundle(w)
			w.uses("1001", "mbx", "12")
			w.customer("1002", 250, 811)
			w.uses("1002", "suite", "5")
		}, `1001/mbx create new_line quantity 12 from 2026-11-21 delta 48 USD
			1002/suite create new_line quantity 5 from 2026-11-21 delta 45 USD`},
		{"the bundle's quantity is the billed one", func(w *world) {
			bundle(w)
			w.service("suite", "").Quantity.DivideBy = dec("2")
			w.uses("1001", "mbx", "12")
			w.uses("1001", "suite", "10")
		}, "1001/mbx create new_line quantity 7 from 2026-11-21 delta 28 USD\n" + suite},
		{"two bundles add up", func(w *world) {
			bundle(w)
			w.product(9, "PRO", "1")
			w.service("pro", "PRO").Includes = []string{"mbx"}
			w.uses("1001", "mbx", "12")
			w.uses("1001", "pro", "3")
			w.uses("1001", "suite", "5")
		}, "1001/mbx create new_line quantity 4 from 2026-11-21 delta 16 USD\n1001/pro create new_line quantity 3 from 2026-11-21 delta 3 USD\n" + suite},
		{"nested bundles", func(w *world) {
			bundle(w)
			w.product(9, "PRO", "1")
			w.service("pro", "PRO").Includes = []string{"suite"}
			w.uses("1001", "mbx", "12")
			w.uses("1001", "pro", "3")
			w.uses("1001", "suite", "8")
		}, "1001/mbx create new_line quantity 4 from 2026-11-21 delta 16 USD\n1001/pro create new_line quantity 3 from 2026-11-21 delta 3 USD\n" + suite},
		{"a bundle that contains both covers once", func(w *world) {
			bundle(w)
			w.product(9, "PRO", "1")
			w.service("pro", "PRO").Includes = []string{"suite", "mbx"}
			w.uses("1001", "mbx", "12")
			w.uses("1001", "pro", "3")
			w.uses("1001", "suite", "8")
		}, "1001/mbx create new_line quantity 4 from 2026-11-21 delta 16 USD\n1001/pro create new_line quantity 3 from 2026-11-21 delta 3 USD\n" + suite},
		{"bundles that contain each other end", func(w *world) {
			bundle(w)
			w.mbx().Includes = []string{"suite"}
			w.uses("1001", "mbx", "5")
			w.uses("1001", "suite", "5")
		}, `1001/mbx create new_line quantity 5 from 2026-11-21 delta 20 USD
			1001/suite none unchanged`},
		{"a switched-off bundle covers, because it goes on billing", func(w *world) {
			bundle(w)
			w.service("suite", "").Sync = false
			w.uses("1001", "mbx", "12")
			w.uses("1001", "suite", "5")
		}, `1001/mbx create new_line quantity 7 from 2026-11-21 delta 28 USD
			1001/suite skip sync_off`},
		{"a bundle on trial covers nothing", func(w *world) {
			bundle(w)
			w.uses("1001", "mbx", "12")
			w.uses("1001", "suite", "5").Status = billing.StatusTrial
		}, `1001/mbx create new_line quantity 12 from 2026-11-21 delta 48 USD
			1001/suite skip status_not_billed`},
		{"a bundle of zero covers nothing, not even its minimum", func(w *world) {
			bundle(w)
			w.service("suite", "").Quantity.Minimum = dec("5")
			w.uses("1001", "mbx", "12")
			w.uses("1001", "suite", "0")
		}, `1001/mbx create new_line quantity 12 from 2026-11-21 delta 48 USD
			1001/suite none unchanged`},
	})
}
