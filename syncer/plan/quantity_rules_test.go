package plan_test

import (
	"testing"

	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

func TestQuantityOfOneLine(t *testing.T) {
	checkRules(t, []rule{
		{"usage as ConnectWise has it: nothing to do", func(w *world) {
			w.uses("1001", "mbx", "12")
			w.ours(5, "1001", "mbx", "12")
		}, "1001/mbx none unchanged #5"},
		{"equal in another way of writing", func(w *world) {
			w.uses("1001", "mbx", "12.50")
			w.ours(5, "1001", "mbx", "12.5")
		}, "1001/mbx none unchanged #5"},
		{"equal at six decimals", func(w *world) {
			w.uses("1001", "mbx", "0.3333333")
			w.ours(5, "1001", "mbx", "0.333333")
		}, "1001/mbx none unchanged #5"},
		{"different at six decimals", func(w *world) {
			w.uses("1001", "mbx", "0.333334")
			w.ours(5, "1001", "mbx", "0.333333")
		}, "1001/mbx update usage_rose #5 quantity 0.333333→0.333334 delta 0.000004 USD"},
		{"usage rose", func(w *world) {
			w.uses("1001", "mbx", "12")
			w.ours(5, "1001", "mbx", "10")
		}, "1001/mbx update usage_rose #5 quantity 10→12 delta 8 USD"},
		{"usage fell", func(w *world) {
			w.uses("1001", "mbx", "9.5")
			w.ours(5, "1001", "mbx", "10")
		}, "1001/mbx update usage_fell #5 quantity 10→9.5 delta -2 USD"},
		{"no addition: a new line", func(w *world) {
			w.uses("1001", "mbx", "12")
		}, "1001/mbx create new_line quantity 12 from 2026-11-21 delta 48 USD"},
		{"a source that does not write quantities leaves them", func(w *world) {
			w.mail().Write = []billing.Field{billing.FieldPrice}
			w.uses("1001", "mbx", "12")
			w.ours(5, "1001", "mbx", "10")
		}, "1001/mbx none unchanged #5"},
		{"a source that does not write quantities does not cancel", func(w *world) {
			w.mail().Write, w.mail().OnZero = []billing.Field{billing.FieldPrice}, billing.ZeroCancel
			w.uses("1001", "mbx", "0")
			w.ours(5, "1001", "mbx", "10")
		}, "1001/mbx none unchanged #5"},
		{"a source that does not write quantities still opens lines", func(w *world) {
			w.mail().Write = nil
			w.uses("1001", "mbx", "3")
		}, "1001/mbx create new_line quantity 3 from 2026-11-21 delta 12 USD"},
	})
}

func TestZeroUsage(t *testing.T) {
	cancel := func(w *world) { w.mail().OnZero = billing.ZeroCancel }
	checkRules(t, []rule{
		{"on_zero zero writes zero", func(w *world) {
			w.uses("1001", "mbx", "0")
			w.ours(5, "1001", "mbx", "3")
		}, "1001/mbx update usage_zero #5 quantity 3→0 delta -12 USD"},
		{"on_zero cancel ends the line", func(w *world) {
			cancel(w)
			w.uses("1001", "mbx", "0")
			w.ours(5, "1001", "mbx", "3")
		}, "1001/mbx cancel usage_zero #5 until 2026-11-21 delta -12 USD"},
		{"zero already: nothing to do", func(w *world) {
			w.uses("1001", "mbx", "0")
			w.ours(5, "1001", "mbx", "0")
		}, "1001/mbx none unchanged #5"},
		{"on_zero cancel ends a line of zero too", func(w *world) {
			cancel(w)
			w.uses("1001", "mbx", "0")
			w.ours(5, "1001", "mbx", "0")
		}, "1001/mbx cancel usage_zero #5 until 2026-11-21"},
		{"on_zero cancel leaves a line that ends sooner", func(w *world) {
			cancel(w)
			w.invoiced()
			w.uses("1001", "mbx", "0")
			w.ours(5, "1001", "mbx", "3").Cancelled = date("2026-11-25")
		}, "1001/mbx none unchanged #5"},
		{"on_zero cancel leaves a line that ends on the same day", func(w *world) {
			cancel(w)
			w.invoiced()
			w.uses("1001", "mbx", "0")
			w.ours(5, "1001", "mbx", "3").Cancelled = date("2026-11-30")
		}, "1001/mbx none unchanged #5"},
		{"on_zero cancel ends a line sooner than planned", func(w *world) {
			cancel(w)
			w.uses("1001", "mbx", "0")
			w.ours(5, "1001", "mbx", "3").Cancelled = date("2027-06-30")
		}, "1001/mbx cancel usage_zero #5 was until 2027-06-30 until 2026-11-21 delta -12 USD"},
		{"zero never creates", func(w *world) { w.uses("1001", "mbx", "0") }, "1001/mbx none unchanged"},
		{"zero never obeys the minimum", func(w *world) {
			w.mbx().Quantity.Minimum = dec("2")
			w.uses("1001", "mbx", "0")
			w.ours(5, "1001", "mbx", "3")
		}, "1001/mbx update usage_zero #5 quantity 3→0 delta -12 USD"},
		{"zero with a minimum never creates", func(w *world) {
			w.mbx().Quantity.Minimum = dec("2")
			w.uses("1001", "mbx", "0")
		}, "1001/mbx none unchanged"},
		{"a trace of usage is usage: the minimum and the rounding count", func(w *world) {
			w.mbx().Quantity = billing.QuantityRule{DivideBy: dec("1073741824"), Minimum: dec("2"), Round: billing.RoundUp}
			w.uses("1001", "mbx", "1")
		}, "1001/mbx create new_line quantity 2 from 2026-11-21 delta 8 USD"},
		{"a trace of usage that is rounded down to nothing never creates", func(w *world) {
			w.mbx().Quantity = billing.QuantityRule{DivideBy: dec("1073741824"), Round: billing.RoundDown}
			w.uses("1001", "mbx", "1073741823")
		}, "1001/mbx none unchanged"},
		{"bytes of nothing are zero usage", func(w *world) {
			w.mail().OnZero = billing.ZeroCancel
			w.mbx().Quantity = billing.QuantityRule{DivideBy: dec("1073741824"), Minimum: dec("2"), Round: billing.RoundUp}
			w.uses("1001", "mbx", "0")
			w.ours(5, "1001", "mbx", "3")
		}, "1001/mbx cancel usage_zero #5 until 2026-11-21 delta -12 USD"},
		{"a quantity rule that leaves nothing never creates", func(w *world) {
			w.mbx().Quantity.Included = dec("10")
			w.uses("1001", "mbx", "10")
		}, "1001/mbx none unchanged"},
		{"a quantity rule that leaves nothing writes zero, whatever on_zero says", func(w *world) {
			cancel(w)
			w.mbx().Quantity.Included = dec("10")
			w.uses("1001", "mbx", "9")
			w.ours(5, "1001", "mbx", "3")
		}, "1001/mbx update usage_fell #5 quantity 3→0 delta -12 USD"},
		{"zero on a closed agreement without a line of ours", func(w *world) {
			w.edit(811, func(a *billing.Agreement) { a.Cancelled = true })
			w.line(9, "4")
			w.uses("1001", "mbx", "0")
		}, "1001/mbx none unchanged"},
		{"zero adopts the only line and zeroes it", func(w *world) {
			w.line(9, "4")
			w.uses("1001", "mbx", "0")
		}, "1001/mbx update usage_zero #9 adopts quantity 4→0 delta -16 USD"},
	})
}

func TestQuantityRule(t *testing.T) {
	billed := func(usage string, change func(q *billing.QuantityRule)) func(w *world) {
		return func(w *world) {
			change(&w.mbx().Quantity)
			w.uses("1001", "mbx", usage)
			w.policy.Guards.RisePercent = dec("1000000000000000000000000000000")
			w.ours(5, "1001", "mbx", "1").UnitPrice = dec("0")
		}
	}
	to := func(quantity string) string { return "1001/mbx update usage_rose #5 quantity 1→" + quantity }
	round := func(r billing.Rounding) func(q *billing.QuantityRule) {
		return func(q *billing.QuantityRule) { q.Round = r }
	}
	divide := func(by string, r billing.Rounding) func(q *billing.QuantityRule) {
		return func(q *billing.QuantityRule) { q.DivideBy, q.Round = dec(by), r }
	}
	included := func(units string) func(q *billing.QuantityRule) {
		return func(q *billing.QuantityRule) { q.Included = dec(units) }
	}
	least := func(units string, r billing.Rounding) func(q *billing.QuantityRule) {
		return func(q *billing.QuantityRule) { q.Minimum, q.Round = dec(units), r }
	}
	checkRules(t, []rule{
		{"no rounding keeps fractions", billed("12.345678", round(billing.RoundNone)), to("12.345678")},
		{"six decimals, half away from zero", billed("12.3456785", round(billing.RoundNone)), to("12.345679")},
		{"six decimals, below half", billed("12.3456784", round(billing.RoundNone)), to("12.345678")},
		{"rounding empty keeps fractions", billed("12.5", round("")), to("12.5")},
		{"round up", billed("12.01", round(billing.RoundUp)), to("13")},
		{"round up of a whole number", billed("12.000", round(billing.RoundUp)), to("12")},
		{"round down", billed("12.99", round(billing.RoundDown)), to("12")},
		{"round half up, at the half", billed("12.5", round(billing.RoundHalfUp)), to("13")},
		{"round half up, below the half", billed("12.4999999999", round(billing.RoundHalfUp)), to("12")},
		{"divide by 1024", billed("5120", divide("1024", billing.RoundNone)), to("5")},
		{"divide by a fraction", billed("5", divide("0.25", billing.RoundNone)), to("20")},
		{"divide without end", billed("10", divide("3", billing.RoundNone)), to("3.333333")},
		{"divide without end, rounded up", billed("10", divide("3", billing.RoundUp)), to("4")},
		{"divide without a remainder, rounded up", billed("9", divide("3", billing.RoundUp)), to("3")},
		{"divide, rounded down", billed("11", divide("3", billing.RoundDown)), to("3")},
		{"divide to exactly a half, rounded half up", billed("7.5", divide("3", billing.RoundHalfUp)), to("3")},
		{"divide to just below a half, rounded half up", billed("7.4999999999999999999999999999", divide("3", billing.RoundHalfUp)),
			to("2")},
		{"a quotient just above a whole number, rounded up", billed("3000000000000000000000000.0001", divide("3", billing.RoundUp)),
			to("1000000000000000000000001")},
		{"divide_by absent counts as one", billed("12", func(q *billing.QuantityRule) { q.DivideBy = dec("0") }), to("12")},
		{"included units are free", billed("12", included("10")), to("2")},
		{"included after the division", billed("30", func(q *billing.QuantityRule) { q.DivideBy, q.Included = dec("3"), dec("4") }),
			to("6")},
		{"included fractions", billed("12", included("0.5")), to("11.5")},
		{"included before rounding", billed("12.4", func(q *billing.QuantityRule) { q.Included, q.Round = dec("0.5"), billing.RoundUp }),
			to("12")},
		{"minimum", billed("3", least("5", billing.RoundNone)), to("5")},
		{"minimum below usage", billed("7", least("5", billing.RoundNone)), to("7")},
		{"minimum after included", billed("12", func(q *billing.QuantityRule) { q.Included, q.Minimum = dec("11"), dec("3") }),
			to("3")},
		{"minimum where included exceeds usage", billed("2", func(q *billing.QuantityRule) { q.Included, q.Minimum = dec("11"), dec("3") }),
			to("3")},
		{"minimum is rounded too", billed("2", least("2.5", billing.RoundUp)), to("3")},
		{"all together", billed("1000", func(q *billing.QuantityRule) {
			q.DivideBy = dec("7")
			q.Included = dec("100")
			q.Minimum = dec("10")
			q.Round = billing.RoundHalfUp
		}), to("43")},
		{"bytes to gibibytes, rounded up", billed("5368709121", divide("1073741824", billing.RoundUp)), to("6")},
		{"bytes to gibibytes, exactly whole", billed("5368709120", divide("1073741824", billing.RoundUp)), to("5")},
		{"bytes to gibibytes, a byte too few for the next", billed("5905580031", divide("1073741824", billing.RoundHalfUp)), to("5")},
		{"bytes to gibibytes, just half", billed("5905580032", divide("1073741824", billing.RoundHalfUp)), to("6")},
		{"bytes to gibibytes, not rounded", billed("1610612737", divide("1073741824", billing.RoundNone)), to("1.5")},
		{"bytes to gibibytes, six decimals", billed("1610620000", divide("1073741824", billing.RoundNone)), to("1.500007")},
		{"bytes of a petabyte lose nothing", billed("1125899906842625", divide("1073741824", billing.RoundUp)), to("1048577")},
		{"bytes beyond what a float counts", billed("9007199254740993", divide("1073741824", billing.RoundUp)), to("8388609")},
		{"bytes, less what is included, at least a minimum, rounded up", billed("5368709121", func(q *billing.QuantityRule) {
			q.DivideBy, q.Included, q.Minimum, q.Round = dec("1073741824"), dec("2"), dec("3.5"), billing.RoundUp
		}), to("4")},
		{"bytes, one beyond what is included", billed("2147483649", func(q *billing.QuantityRule) {
			q.DivideBy, q.Included, q.Round = dec("1073741824"), dec("1"), billing.RoundUp
		}), to("2")},
		{"very large usage", billed("999999999999999999999999", round(billing.RoundUp)), to("999999999999999999999999")},
	})
}

func TestHowTheQuantityCameAbout(t *testing.T) {
	for _, c := range []struct {
		name  string
		given func(w *world)
		want  string
	}{
		{"plain", func(w *world) { w.uses("1001", "mbx", "12") }, "12"},
		{"fraction", func(w *world) { w.uses("1001", "mbx", "12.50") }, "12.5"},
		{"cut to six decimals", func(w *world) { w.uses("1001", "mbx", "1.2345678") }, "1.2345678 = 1.234568"},
		{"divided", func(w *world) { w.mbx().Quantity.DivideBy = dec("2"); w.uses("1001", "mbx", "12") }, "12 ÷ 2 = 6"},
		{"included", func(w *world) { w.mbx().Quantity.Included = dec("2"); w.uses("1001", "mbx", "12") }, "12 − 2 included = 10"},
		{"minimum", func(w *world) { w.mbx().Quantity.Minimum = dec("20"); w.uses("1001", "mbx", "12") }, "12, at least 20 = 20"},
		{"rounded up", func(w *world) { w.mbx().Quantity.Round = billing.RoundUp; w.uses("1001", "mbx", "1.5") },
			"1.5, rounded up = 2"},
		{"rounded down", func(w *world) { w.mbx().Quantity.Round = billing.RoundDown; w.uses("1001", "mbx", "1.5") },
			"1.5, rounded down = 1"},
		{"rounded half up", func(w *world) { w.mbx().Quantity.Round = billing.RoundHalfUp; w.uses("1001", "mbx", "1.5") },
			"1.5, rounded half up = 2"},
		{"sum", func(w *world) {
			mergeTwo(w, billing.MergeSum)
			w.uses("1001", "mbx", "5")
			w.uses("1001", "shared", "7")
		}, "sum of 2 lines = 12"},
		{"largest", func(w *world) {
			mergeTwo(w, billing.MergeMax)
			w.uses("1001", "mbx", "5")
			w.uses("1001", "shared", "7")
		}, "largest of 2 lines = 7"},
		{"covered by a bundle", func(w *world) {
			bundle(w)
			w.uses("1001", "mbx", "12")
			w.uses("1001", "suite", "5")
		}, "12 − 5 in bundles = 7"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			c.given(w)
			p := w.plan()
			if got := p.Changes[0].How; got != c.want {
				t.Errorf("how: %q, wanted %q", got, c.want)
			}
		})
	}
}

func TestBasis(t *testing.T) {
	counted := func(w *world, quantity string, counts map[string]string) {
		line := w.uses("1001", "mbx", quantity)
		line.Counts = map[string]decimal.Decimal{}
		for basis, count := range counts {
			line.Counts[basis] = dec(count)
		}
	}
	checkRules(t, []rule{
		{"no basis: the line's quantity", func(w *world) {
			counted(w, "12", map[string]string{"peak": "20"})
		}, "1001/mbx create new_line quantity 12 from 2026-11-21 delta 48 USD"},
		{"the count of the basis", func(w *world) {
			w.mbx().Basis = "peak"
			counted(w, "12", map[string]string{"peak": "20", "average": "15"})
		}, "1001/mbx create new_line quantity 20 from 2026-11-21 delta 80 USD"},
		{"a count of zero is zero usage", func(w *world) {
			w.mbx().Basis = "peak"
			counted(w, "12", map[string]string{"peak": "0"})
		}, "1001/mbx none unchanged"},
		{"a line without the count: the source is not read whole", func(w *world) {
			w.mbx().Basis = "peak"
			counted(w, "12", map[string]string{"average": "20"})
			w.ours(5, "1001", "mbx", "10")
		}, "1001/mbx hold source_failed #5"},
		{"a service that is off need not have its count", func(w *world) {
			w.mbx().Basis, w.mbx().Sync = "peak", false
			w.uses("1001", "mbx", "12")
		}, "1001/mbx skip sync_off"},
		{"merged lines each by their own basis", func(w *world) {
			mergeTwo(w, billing.MergeSum)
			w.service("shared", "").Basis = "peak"
			counted(w, "12", map[string]string{"peak": "100"})
			w.uses("1001", "shared", "1").Counts = map[string]decimal.Decimal{"peak": dec("3")}
		}, `1001/mbx create new_line quantity 15 from 2026-11-21 delta 60 USD
			1001/shared skip merged_into into 1001/mbx`},
	})
}
