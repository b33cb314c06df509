package plan_test

import (
	"testing"

	"cwsync/syncer/billing"
)

func TestClaimedTwice(t *testing.T) {
	held := "1001/mbx hold claimed_twice\n1002/mbx hold claimed_twice"
	checkRules(t, []rule{
		{"two customers on one agreement", func(w *world) {
			twoCustomers(w, billing.MergeNone)
			w.uses("1001", "mbx", "5")
			w.uses("1002", "mbx", "7")
		}, held},
		{"two services on one product", func(w *world) {
			w.service("shared", "MBX")
			w.uses("1001", "mbx", "5")
			w.uses("1001", "shared", "7")
		}, `1001/mbx hold claimed_twice
			1001/shared hold claimed_twice`},
		{"two sources, even if both merge", func(w *world) {
			w.mbx().Merge = billing.MergeSum
			w.service("web:site", "MBX").Merge = billing.MergeSum
			w.customer("web:1", 250, 811)
			w.uses("1001", "mbx", "5")
			w.uses("web:1", "site", "7")
		}, `1001/mbx hold claimed_twice
			web/1/site hold claimed_twice`},
		{"one merges and the other does not", func(w *world) {
			w.service("shared", "MBX").Merge = billing.MergeSum
			w.uses("1001", "mbx", "5")
			w.uses("1001", "shared", "7")
		}, `1001/mbx hold claimed_twice
			1001/shared hold claimed_twice`},
		{"one sums and the other takes the largest", func(w *world) {
			mergeTwo(w, billing.MergeSum)
			w.service("shared", "").Merge = billing.MergeMax
			w.uses("1001", "mbx", "5")
			w.uses("1001", "shared", "7")
		}, `1001/mbx hold claimed_twice
			1001/shared hold claimed_twice`},
		{"members with other quantity rules", func(w *world) {
			mergeTwo(w, billing.MergeSum)
			w.service("shared", "").Quantity.Included = dec("1")
			w.uses("1001", "mbx", "5")
			w.uses("1001", "shared", "7")
		}, `1001/mbx hold claimed_twice
			1001/shared hold claimed_twice`},
		{"members with other rounding", func(w *world) {
			mergeTwo(w, billing.MergeSum)
			w.service("shared", "").Quantity.Round = billing.RoundUp
			w.uses("1001", "mbx", "5")
			w.uses("1001", "shared", "7")
		}, `1001/mbx hold claimed_twice
			1001/shared hold claimed_twice`},
		{"a dated member and one in place", func(w *world) {
			mergeTwo(w, billing.MergeSum)
			w.service("shared", "").Change = billing.Dated
			w.uses("1001", "mbx", "5")
			w.uses("1001", "shared", "7")
		}, `1001/mbx hold claimed_twice
			1001/shared hold claimed_twice`},
		{"each names its own addition", func(w *world) {
			twoCustomers(w, billing.MergeNone)
			w.uses("1001", "mbx", "5")
			w.uses("1002", "mbx", "7")
			w.ours(6, "1002", "mbx", "7")
		}, `1001/mbx hold claimed_twice
			1002/mbx hold claimed_twice #6`},
		{"accept releases nothing", func(w *world) {
			twoCustomers(w, billing.MergeNone)
			w.uses("1001", "mbx", "5")
			w.uses("1002", "mbx", "7")
			w.accept("mail/1001/mbx", "mail/1002/mbx")
		}, held},
		{"a filter shows only its own side", func(w *world) {
			twoCustomers(w, billing.MergeNone)
			w.uses("1001", "mbx", "5")
			w.uses("1002", "mbx", "7")
			w.policy.Customers = []string{"1002"}
		}, "1002/mbx hold claimed_twice"},
		{"leaving out one leaves the other held", func(w *world) {
			twoCustomers(w, billing.MergeNone)
			w.uses("1001", "mbx", "5")
			w.uses("1002", "mbx", "7")
			w.policy.LeftOut = []string{"mail/1001/mbx"}
		}, `1001/mbx skip left_out
			1002/mbx hold claimed_twice`},
		{"one usage line twice, which only a faulty reader gives", func(w *world) {
			w.uses("1001", "mbx", "5")
			w.uses("1001", "mbx", "7")
		}, `1001/mbx hold claimed_twice
			1001/mbx hold claimed_twice`},
	})
}
