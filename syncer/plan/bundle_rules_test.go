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

// TestBundlesThatAreMerged: several bundles that share one product have one quantity, and that is what they cover.
func TestBundlesThatAreMerged(t *testing.T) {
	suites := func(w *world, how billing.Merge, rule billing.QuantityRule) {
		bundle(w)
		w.service("suite2", "SUITE").Includes = []string{"mbx"}
		for _, id := range []string{"suite", "suite2"} {
			w.service(id, "").Merge, w.service(id, "").Quantity = how, rule
		}
		w.uses("1001", "mbx", "15")
		w.uses("1001", "suite", "3")
		w.uses("1001", "suite2", "4")
	}
	one := billing.QuantityRule{DivideBy: dec("1")}
	least := billing.QuantityRule{DivideBy: dec("1"), Minimum: dec("10")}
	suite := func(member, quantity, delta string) string {
		return "1001/mbx create new_line quantity " + member + "\n1001/suite create new_line quantity " + quantity + " from 2026-11-21 delta " + delta +
			" USD\n1001/suite2 skip merged_into into 1001/suite"
	}
	checkRules(t, []rule{
		{"by their sum", func(w *world) { suites(w, billing.MergeSum, one) }, suite("8 from 2026-11-21 delta 32 USD", "7", "63")},
		{"by the largest", func(w *world) { suites(w, billing.MergeMax, one) }, suite("11 from 2026-11-21 delta 44 USD", "4", "36")},
		{"a minimum covers once", func(w *world) { suites(w, billing.MergeSum, least) }, suite("5 from 2026-11-21 delta 20 USD", "10", "90")},
		{"included units are taken off once", func(w *world) {
			suites(w, billing.MergeSum, billing.QuantityRule{DivideBy: dec("1"), Included: dec("2")})
		}, suite("10 from 2026-11-21 delta 40 USD", "5", "45")},
		{"rounded once", func(w *world) {
			suites(w, billing.MergeSum, billing.QuantityRule{DivideBy: dec("2"), Round: billing.RoundUp})
		}, suite("11 from 2026-11-21 delta 44 USD", "4", "36")},
		{"a merged member: each line of it is covered by itself", func(w *world) {
			bundle(w)
			mergeTwo(w, billing.MergeSum)
			w.service("suite", "").Includes = []string{"mbx", "shared"}
			w.uses("1001", "mbx", "12")
			w.uses("1001", "shared", "7")
			w.uses("1001", "suite", "5")
		}, `1001/mbx create new_line quantity 9 from 2026-11-21 delta 36 USD
			1001/shared skip merged_into into 1001/mbx
			1001/suite create new_line quantity 5 from 2026-11-21 delta 45 USD`},
		{"a merged member, the largest, with a minimum", func(w *world) {
			bundle(w)
			mergeTwo(w, billing.MergeMax)
			for _, id := range []string{"mbx", "shared"} {
				w.service(id, "").Quantity.Minimum = dec("8")
			}
			w.uses("1001", "mbx", "12")
			w.uses("1001", "shared", "6")
			w.uses("1001", "suite", "5")
		}, `1001/mbx create new_line quantity 8 from 2026-11-21 delta 32 USD
			1001/shared skip merged_into into 1001/mbx
			1001/suite create new_line quantity 5 from 2026-11-21 delta 45 USD`},
		{"covered as a whole, a merged member obeys on_zero and no minimum", func(w *world) {
			bundle(w)
			mergeTwo(w, billing.MergeSum)
			w.service("suite", "").Includes = []string{"mbx", "shared"}
			for _, id := range []string{"mbx", "shared"} {
				w.service(id, "").Quantity.Minimum = dec("2")
			}
			w.uses("1001", "mbx", "4")
			w.uses("1001", "shared", "3")
			w.uses("1001", "suite", "5")
			w.ours(5, "1001", "mbx", "3")
		}, `1001/mbx update usage_zero #5 quantity 3→0 delta -12 USD
			1001/shared skip merged_into into 1001/mbx
			1001/suite create new_line quantity 5 from 2026-11-21 delta 45 USD`},
		{"shared by customers: each covers what it counts, and no minimum twice", func(w *world) {
			bundle(w)
			twoCustomers(w, billing.MergeSum)
			w.service("suite", "").Merge, w.service("suite", "").Quantity = billing.MergeSum, least
			w.uses("1001", "mbx", "12")
			w.uses("1002", "mbx", "12")
			w.uses("1001", "suite", "3")
			w.uses("1002", "suite", "4")
		}, `1001/mbx create new_line quantity 17 from 2026-11-21 delta 68 USD
			1001/suite create new_line quantity 10 from 2026-11-21 delta 90 USD
			1002/mbx skip merged_into into 1001/mbx
			1002/suite skip merged_into into 1001/suite`},
		{"of a merging service that no other customer uses, the minimum covers", func(w *world) {
			bundle(w)
			w.service("suite", "").Merge, w.service("suite", "").Quantity = billing.MergeSum, least
			w.uses("1001", "mbx", "12")
			w.uses("1001", "suite", "3")
		}, `1001/mbx create new_line quantity 2 from 2026-11-21 delta 8 USD
			1001/suite create new_line quantity 10 from 2026-11-21 delta 90 USD`},
		{"two bundles of two products cover each by itself", func(w *world) {
			suites(w, billing.MergeNone, least)
			w.product(9, "SUITE2", "1")
			w.service("suite2", "").Product = billing.ProductRef{Identifier: "SUITE2"}
			w.counts("1001", "mbx", "25")
		}, `1001/mbx create new_line quantity 5 from 2026-11-21 delta 20 USD
			1001/suite create new_line quantity 10 from 2026-11-21 delta 90 USD
			1001/suite2 create new_line quantity 10 from 2026-11-21 delta 10 USD`},
	})
}
