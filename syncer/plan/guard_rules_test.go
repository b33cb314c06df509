package plan_test

import (
	"testing"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

// changes is a line of ours that goes from one quantity to another.
func changes(from, to string) func(w *world) {
	return func(w *world) {
		w.uses("1001", "mbx", to)
		w.ours(5, "1001", "mbx", from).UnitPrice = dec("0")
	}
}

func TestGuardDrop(t *testing.T) {
	held := func(to string) string { return "1001/mbx hold guard_drop #5 wanted quantity " + to }
	falls := func(from, to string) string { return "1001/mbx update usage_fell #5 quantity " + from + "→" + to }
	checkRules(t, []rule{
		{"exactly the percent and more than the units", changes("20", "10"), held("10")},
		{"one below the percent", changes("21", "11"), falls("21", "11")},
		{"exactly the percent and exactly the units", changes("10", "5"), held("5")},
		{"exactly the units and more than the percent", changes("6", "1"), held("1")},
		{"one below the units", changes("5", "1"), falls("5", "1")},
		{"a fraction below the units", changes("9.98", "4.99"), falls("9.98", "4.99")},
		{"to zero", changes("10", "0"), "1001/mbx hold guard_drop #5 wanted quantity 0"},
		{"to zero below the units", changes("4", "0"), "1001/mbx update usage_zero #5 quantity 4→0"},
		{"a cancel is a fall to zero", func(w *world) {
			w.mail().OnZero = billing.ZeroCancel
			changes("10", "0")(w)
		}, "1001/mbx hold guard_drop #5 wanted until 2026-11-21"},
		{"a cancel below the units", func(w *world) {
			w.mail().OnZero = billing.ZeroCancel
			changes("4", "0")(w)
		}, "1001/mbx cancel usage_zero #5 until 2026-11-21"},
		{"against ConnectWise's quantity now, not what we wrote", func(w *world) {
			w.mail().OnDrift = billing.DriftOverwrite
			changes("6", "5")(w)
			w.current.Owned[0].Quantity = dec("100")
		}, falls("6", "5")},
		{"accepted", func(w *world) { changes("20", "10")(w); w.accept("mail/1001/mbx") }, falls("20", "10") + " accepted"},
		{"another key accepted", func(w *world) { changes("20", "10")(w); w.accept("mail/1001/other", "mail:guard_drop") },
			held("10")},
		{"percent of zero holds every fall of the units", func(w *world) {
			w.policy.Guards.DropPercent = dec("0")
			changes("1000", "995")(w)
		}, held("995")},
		{"units of zero hold every fall of the percent", func(w *world) {
			w.policy.Guards.DropUnits = dec("0")
			changes("1", "0.5")(w)
		}, held("0.5")},
		{"adoption is guarded", func(w *world) {
			w.uses("1001", "mbx", "10")
			w.line(9, "20").UnitPrice = dec("0")
		}, "1001/mbx hold guard_drop #9 adopts wanted quantity 10"},
		{"adoption accepted", func(w *world) {
			w.uses("1001", "mbx", "10")
			w.line(9, "20").UnitPrice = dec("0")
			w.accept("mail/1001/mbx")
		}, "1001/mbx update usage_fell #9 adopts quantity 20→10 accepted"},
		{"no change pending, no guard", changes("20", "20"), "1001/mbx none unchanged #5"},
	})
}

func TestGuardRise(t *testing.T) {
	held := func(to string) string { return "1001/mbx hold guard_rise #5 wanted quantity " + to }
	rises := func(from, to string) string { return "1001/mbx update usage_rose #5 quantity " + from + "→" + to }
	checkRules(t, []rule{
		{"exactly the percent and more than the units", changes("30", "60"), held("60")},
		{"one below the percent", changes("30", "59"), rises("30", "59")},
		{"exactly the percent and exactly the units", changes("20", "40"), held("40")},
		{"exactly the units and more than the percent", changes("1", "21"), held("21")},
		{"one below the units", changes("1", "20"), rises("1", "20")},
		{"from zero: any percent is reached", changes("0", "20"), held("20")},
		{"from zero, one below the units", changes("0", "19"), rises("0", "19")},
		{"a new line is not guarded", func(w *world) { w.uses("1001", "mbx", "1000") },
			"1001/mbx create new_line quantity 1000 from 2026-11-21 delta 4000 USD"},
		{"accepted", func(w *world) { changes("30", "60")(w); w.accept("mail/1001/mbx") }, rises("30", "60") + " accepted"},
		{"adoption is guarded", func(w *world) {
			w.uses("1001", "mbx", "100")
			w.line(9, "1").UnitPrice = dec("0")
		}, "1001/mbx hold guard_rise #9 adopts wanted quantity 100"},
		{"a rise and a fall have their own limits", func(w *world) {
			w.policy.Guards.DropPercent, w.policy.Guards.DropUnits = dec("1"), dec("1")
			changes("30", "31")(w)
		}, rises("30", "31")},
	})
}

// tenLines are lines of ours of ten customers, the first gone of them zero now.
func tenLines(w *world, gone int) {
	w.policy.Guards.MissingPercent = dec("30")
	for i := range 10 {
		id := string(rune('a' + i))
		w.agreement(900+i, 250)
		w.customer(id, 250, 900+i)
		w.owns(50+i, id, "mbx", 900+i, 7, "2")
		w.lineOn(900+i, 50+i, 7, "2")
		if i < gone {
			w.uses(id, "mbx", "0")
		} else {
			w.uses(id, "mbx", "2")
		}
	}
}

func heldBy(w *world) plan.Code {
	p := w.plan()
	return p.Sources[0].Held
}

// shareCase is a world and the guard that holds its source, if any.
type shareCase struct {
	name  string
	given func(w *world)
	want  plan.Code
}

func checkShares(t *testing.T, cases []shareCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			c.given(w)
			if got := heldBy(w); got != c.want {
				t.Errorf("held by %q, wanted %q", got, c.want)
			}
		})
	}
}

func TestMissingShare(t *testing.T) {
	checkShares(t, []shareCase{
		{"exactly the percent zero", func(w *world) { tenLines(w, 3) }, ""},
		{"more than the percent zero", func(w *world) { tenLines(w, 4) }, plan.MissingShare},
		{"absent lines of a source that lists not everything do not count", func(w *world) {
			tenLines(w, 0)
			lines := &w.sources["mail"].Usage.Lines
			*lines = (*lines)[4:]
		}, ""},
		{"absent lines of a complete source count", func(w *world) {
			tenLines(w, 0)
			w.mail().Complete = true
			lines := &w.sources["mail"].Usage.Lines
			*lines = (*lines)[4:]
		}, plan.MissingShare},
		{"absent and zero add up", func(w *world) {
			tenLines(w, 2)
			w.mail().Complete = true
			lines := &w.sources["mail"].Usage.Lines
			*lines = (*lines)[:8]
		}, plan.MissingShare},
		{"closed lines that on_missing ends count", func(w *world) {
			tenLines(w, 0)
			w.mail().Complete, w.mail().OnMissing = true, billing.MissingZero
			for i := range 4 {
				w.sources["mail"].Usage.Lines[i].Status = billing.StatusClosed
			}
		}, plan.MissingShare},
		{"closed lines beyond a filter count, although their agreements are not read", func(w *world) {
			tenLines(w, 0)
			w.mail().Complete = true
			w.mail().OnMissing = billing.MissingZero
			for i := range 4 {
				w.sources["mail"].Usage.Lines[i].Status = billing.StatusClosed
				delete(w.current.Agreements, 900+i)
				delete(w.current.Additions, 900+i)
			}
			w.policy.Customers = []string{"j"}
		}, plan.MissingShare},
		{"closed lines that are held do not count", func(w *world) {
			tenLines(w, 0)
			for i := range 4 {
				w.sources["mail"].Usage.Lines[i].Status = billing.StatusClosed
			}
		}, ""},
		{"lines that were zero last time do not count", func(w *world) {
			tenLines(w, 4)
			for i := range 4 {
				w.current.Owned[i].Quantity = dec("0")
			}
		}, ""},
	})
}

func TestMissingShareBesideSwitchesFiltersAndAcceptance(t *testing.T) {
	checkShares(t, []shareCase{
		{"switched-off lines do not count", func(w *world) {
			tenLines(w, 4)
			w.customer("a", 0, 0).Sync = false
		}, plan.MissingShare}, // 3 of 9
		{"switched-off lines do not count as gone", func(w *world) {
			tenLines(w, 4)
			w.customer("a", 0, 0).Sync = false
			w.customer("b", 0, 0).Sync = false
		}, ""}, // 2 of 8
		{"a filter of customers does not narrow it", func(w *world) {
			tenLines(w, 4)
			w.policy.Customers = []string{"j"}
		}, plan.MissingShare},
		{"a filter does not widen it", func(w *world) {
			tenLines(w, 3)
			w.policy.Customers = []string{"a", "b", "c"}
		}, ""},
		{"lines that are new do not count", func(w *world) {
			tenLines(w, 3)
			w.uses("1001", "mbx", "0")
		}, ""},
		{"accepted", func(w *world) { tenLines(w, 4); w.accept("mail:missing_share") }, ""},
		{"accepted for another source", func(w *world) { tenLines(w, 4); w.accept("web:missing_share") }, plan.MissingShare},
		{"accepting another code", func(w *world) { tenLines(w, 4); w.accept("mail:usage_stale") }, plan.MissingShare},
		{"accepting a line", func(w *world) { tenLines(w, 4); w.accept("mail/a/mbx") }, plan.MissingShare},
		{"everything gone with a limit of a hundred", func(w *world) { tenLines(w, 10); w.policy.Guards.MissingPercent = dec("100") },
			""},
		{"nothing billed last time", func(w *world) { w.policy.Guards.MissingPercent = dec("0"); w.uses("1001", "mbx", "0") }, ""},
		{"one of one gone with a limit of zero", func(w *world) {
			w.policy.Guards.MissingPercent = dec("0")
			w.uses("1001", "mbx", "0")
			w.ours(5, "1001", "mbx", "2")
		}, plan.MissingShare},
	})
}

func TestUsageStale(t *testing.T) {
	aged := func(age time.Duration) func(w *world) {
		return func(w *world) {
			w.uses("1001", "mbx", "12")
			w.ours(5, "1001", "mbx", "10")
			w.sources["mail"].Usage.AsOf = now.Add(-age)
		}
	}
	rises := "1001/mbx update usage_rose #5 quantity 10→12 delta 8 USD"
	held := "1001/mbx hold usage_stale #5 wanted quantity 12 delta 8 USD"
	checkRules(t, []rule{
		{"exactly max_age", aged(26 * time.Hour), rises},
		{"a moment older", aged(26*time.Hour + time.Nanosecond), held},
		{"from the future", aged(-time.Hour), rises},
		{"of unknown age", func(w *world) { aged(0)(w); w.sources["mail"].Usage.AsOf = time.Time{} }, rises},
		{"no max_age", func(w *world) { aged(9999 * time.Hour)(w); w.policy.Guards.MaxAge = 0 }, rises},
		{"accepted", func(w *world) { aged(27 * time.Hour)(w); w.accept("mail:usage_stale") }, rises},
		{"accepting the line releases nothing", func(w *world) { aged(27 * time.Hour)(w); w.accept("mail/1001/mbx") }, held},
		{"accepted, but another guard of the source holds", func(w *world) {
			aged(27 * time.Hour)(w)
			w.accept("mail:usage_stale")
			w.policy.Guards.MaxMonthlyDelta = some("7.99")
		}, "1001/mbx hold max_monthly_delta #5 wanted quantity 12 delta 8 USD"},
		{"unchanged lines stay unchanged", func(w *world) {
			aged(27 * time.Hour)(w)
			w.sources["mail"].Usage.Lines[0].Quantity = dec("10")
		}, "1001/mbx none unchanged #5"},
		{"adoption of an equal line is held too", func(w *world) {
			w.uses("1001", "mbx", "12")
			w.line(9, "12")
			w.sources["mail"].Usage.AsOf = now.Add(-27 * time.Hour)
		}, "1001/mbx hold usage_stale #9 adopts"},
		{"letting go of a line is held too", func(w *world) {
			aged(27 * time.Hour)(w)
			w.linked().Agreement = 0
			w.accept("mail/1001/mbx")
		}, "1001/mbx hold usage_stale #5"},
		{"other sources go on", func(w *world) {
			aged(27 * time.Hour)(w)
			w.product(9, "SITE", "1")
			w.service("web:site", "SITE")
			w.customer("web:1", 250, 811)
			w.uses("web:1", "site", "3")
		}, held + "\nweb/1/site create new_line quantity 3 from 2026-11-21 delta 3 USD"},
	})
}

func TestMaxMonthlyDelta(t *testing.T) {
	limit := func(money string) func(w *world) {
		return func(w *world) {
			w.policy.Guards.MaxMonthlyDelta = some(money)
			w.uses("1001", "mbx", "12")
			w.ours(5, "1001", "mbx", "10")
		}
	}
	rises := "1001/mbx update usage_rose #5 quantity 10→12 delta 8 USD"
	held := "1001/mbx hold max_monthly_delta #5 wanted quantity 12 delta 8 USD"
	// second adds a line that falls by 8 in a currency.
	second := func(w *world, currency string) {
		w.agreement(812, 250)
		w.edit(812, func(a *billing.Agreement) { a.Currency = currency })
		w.customer("1002", 250, 812)
		w.uses("1002", "mbx", "8")
		w.owns(6, "1002", "mbx", 812, 7, "10")
		w.lineOn(812, 6, 7, "10")
	}
	checkRules(t, []rule{
		{"exactly the limit", limit("8"), rises},
		{"more than the limit", limit("7.99"), held},
		{"down by more than the limit", func(w *world) {
			limit("7.99")(w)
			w.sources["mail"].Usage.Lines[0].Quantity = dec("8")
		}, "1001/mbx hold max_monthly_delta #5 wanted quantity 8 delta -8 USD"},
		{"no limit", func(w *world) { limit("0")(w); w.policy.Guards.MaxMonthlyDelta.Valid = false }, rises},
		{"accepted", func(w *world) { limit("1")(w); w.accept("mail:max_monthly_delta") }, rises},
		{"ups and downs of one currency make up for each other", func(w *world) { limit("1")(w); second(w, "USD") },
			rises + "\n1002/mbx update usage_fell #6 quantity 10→8 delta -8 USD"},
		{"those of two currencies do not", func(w *world) { limit("1")(w); second(w, "EUR") },
			held + "\n1002/mbx hold max_monthly_delta #6 wanted quantity 8 delta -8 EUR"},
		{"held lines move nothing", func(w *world) {
			limit("8")(w)
			second(w, "USD")
			w.sources["mail"].Usage.Lines[1].Quantity = dec("1")
		}, rises + "\n1002/mbx hold guard_drop #6 wanted quantity 1 delta -36 USD"},
		{"the end of an old line counts", func(w *world) {
			limit("8")(w)
			w.agreement(812, 250)
			w.linked().Agreement = 812
			w.accept("mail/1001/mbx")
		}, `1001/mbx cancel mapping_changed #5 until 2026-11-21 delta -40 USD accepted
			1001/mbx create new_line quantity 12 from 2026-11-21 delta 48 USD step 1 accepted`},
		{"what is left out moves nothing", func(w *world) { limit("0")(w); w.policy.LeftOut = []string{"mail/1001/mbx"} },
			"1001/mbx skip left_out #5 wanted quantity 12 delta 8 USD"},
		{"what is left out does not stop the rest", func(w *world) {
			limit("8")(w)
			second(w, "EUR")
			w.sources["mail"].Usage.Lines[1].Quantity = dec("6")
			w.policy.LeftOut = []string{"mail/1002/mbx"}
		}, rises + "\n1002/mbx skip left_out #6 wanted quantity 6 delta -16 EUR"},
		{"leaving out what made up for the rest holds it", func(w *world) {
			limit("1")(w)
			second(w, "USD")
			w.policy.LeftOut = []string{"mail/1002/mbx"}
		}, held + "\n1002/mbx skip left_out #6 wanted quantity 8 delta -8 USD"},
		{"leaving out a part of a merged line leaves out all of it", func(w *world) {
			limit("0")(w)
			w.mbx().Merge = billing.MergeSum
			w.service("more", "MBX").Merge = billing.MergeSum
			w.uses("1001", "more", "1")
			w.policy.LeftOut = []string{"mail/1001/more"}
		}, "1001/mbx skip left_out #5 wanted quantity 13 delta 12 USD\n1001/more skip merged_into into 1001/mbx"},
		{"the end of an old line that is left out does not count", func(w *world) {
			limit("0")(w)
			w.sources["mail"].Usage.Lines[0].Quantity = dec("0")
			w.agreement(812, 250)
			w.linked().Agreement = 812
			w.accept("mail/1001/mbx")
			w.policy.LeftOut = []string{"mail/1001/mbx"}
		}, "1001/mbx skip left_out #5"},
		{"what a filter leaves out moves nothing", func(w *world) {
			limit("8")(w)
			second(w, "EUR")
			w.sources["mail"].Usage.Lines[1].Quantity = dec("6")
			w.policy.Customers = []string{"1001"}
		}, rises},
		{"an end alone is too much", func(w *world) {
			limit("8")(w)
			w.sources["mail"].Usage.Lines[0].Quantity = dec("0")
			w.agreement(812, 250)
			w.linked().Agreement = 812
			w.accept("mail/1001/mbx")
		}, "1001/mbx hold max_monthly_delta #5"},
	})
}
