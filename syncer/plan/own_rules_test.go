package plan_test

import (
	"testing"

	"cwsync/syncer/billing"
)

func TestAdoption(t *testing.T) {
	adopts := "1001/mbx update usage_rose #9 adopts quantity 10→12 delta 8 USD"
	held := "1001/mbx hold ambiguous_lines"
	given := func(change func(a *billing.Addition)) func(w *world) {
		return func(w *world) {
			w.uses("1001", "mbx", "12")
			change(w.line(9, "10"))
		}
	}
	same := func(*billing.Addition) {}
	checkRules(t, []rule{
		{"the only open line is adopted", given(same), adopts},
		{"equal or not", func(w *world) { given(same)(w); w.sources["mail"].Usage.Lines[0].Quantity = dec("10") },
			"1001/mbx none unchanged #9 adopts"},
		{"cancelled later than today is open", given(func(a *billing.Addition) { a.Cancelled = date("2026-11-22") }), adopts},
		{"cancelled today is closed: a new line", given(func(a *billing.Addition) { a.Cancelled = today }),
			"1001/mbx create new_line quantity 12 from 2026-11-21 delta 48 USD"},
		{"in effect from today", given(func(a *billing.Addition) { a.Effective = today }), adopts},
		{"not in effect yet", given(func(a *billing.Addition) { a.Effective = date("2026-11-22") }), held},
		{"no charge", given(func(a *billing.Addition) { a.Bill = billing.NoCharge }), held},
		{"do not bill", given(func(a *billing.Addition) { a.Bill = billing.DoNotBill }), held},
		{"a one-off ends within one period", given(func(a *billing.Addition) { a.Effective, a.Cancelled = date("2026-11-10"), date("2026-12-09") }),
			held},
		{"a one-off ends exactly one period later", given(func(a *billing.Addition) { a.Effective, a.Cancelled = date("2026-11-10"), date("2026-12-10") }),
			held},
		{"longer than one period is no one-off", given(func(a *billing.Addition) { a.Effective, a.Cancelled = date("2026-11-10"), date("2026-12-11") }),
			adopts},
		{"a period of a year", func(w *world) {
			w.edit(811, func(a *billing.Agreement) { a.Cycle.PeriodsPerYear = 1 })
			given(func(a *billing.Addition) { a.Effective, a.Cancelled = date("2026-03-01"), date("2027-03-01") })(w)
		}, held},
		{"a period of a week", func(w *world) {
			w.edit(811, func(a *billing.Agreement) { a.Cycle.PeriodsPerYear = 52 })
			given(func(a *billing.Addition) {
				a.Effective = date("2026-11-20")
				a.Cancelled = date("2026-11-28")
				a.UnitPrice = dec("0")
			})(w)
		}, "1001/mbx update usage_rose #9 adopts quantity 10→12"},
		{"a period of two weeks", func(w *world) {
			w.edit(811, func(a *billing.Agreement) { a.Cycle.PeriodsPerYear = 26 })
			given(func(a *billing.Addition) { a.Effective, a.Cancelled = date("2026-11-20"), date("2026-12-04") })(w)
		}, held},
		{"a period of a quarter at the end of a month", func(w *world) {
			w.edit(811, func(a *billing.Agreement) { a.Cycle.PeriodsPerYear = 4 })
			given(func(a *billing.Addition) { a.Effective, a.Cancelled = date("2026-11-30"), date("2027-02-28") })(w)
		}, held},
		{"several adoptable", func(w *world) { given(same)(w); w.line(8, "1") }, held},
		{"one adoptable among others is the only one", func(w *world) { given(same)(w); w.line(8, "1").Bill = billing.NoCharge },
			adopts},
		{"closed lines do not matter", func(w *world) { given(same)(w); w.line(8, "1").Cancelled = date("2026-10-31") }, adopts},
		{"another product does not matter", func(w *world) {
			w.uses("1001", "mbx", "12")
			w.product(8, "OTHER", "1")
			w.lineOn(811, 9, 8, "10")
		}, "1001/mbx create new_line quantity 12 from 2026-11-21 delta 48 USD"},
		{"another agreement does not matter", func(w *world) {
			w.uses("1001", "mbx", "12")
			w.lineOn(812, 9, 7, "10")
		}, "1001/mbx create new_line quantity 12 from 2026-11-21 delta 48 USD"},
		{"a line of another key", func(w *world) {
			w.uses("1001", "mbx", "12")
			w.ours(9, "1001", "old", "10")
		}, held + "\n1001/old hold unmapped_service #9"},
		{"ambiguous cannot be accepted", func(w *world) {
			given(same)(w)
			w.line(8, "1")
			w.accept("mail/1001/mbx")
		}, held},
		{"product by id", func(w *world) {
			w.mbx().Product = billing.ProductRef{ID: 7}
			given(same)(w)
		}, adopts},
	})
}

func TestPickedAddition(t *testing.T) {
	pick := func(id int) func(w *world) {
		return func(w *world) {
			w.linked().Additions = map[string]int{"mbx": id}
			w.uses("1001", "mbx", "12")
			w.line(8, "1")
			w.line(9, "10")
		}
	}
	held := "1001/mbx hold ambiguous_lines"
	checkRules(t, []rule{
		{"picks one of several", pick(9), "1001/mbx update usage_rose #9 adopts quantity 10→12 delta 8 USD"},
		{"picks another", pick(8), "1001/mbx update usage_rose #8 adopts quantity 1→12 delta 44 USD"},
		{"picks one that would not be adopted by itself", func(w *world) { pick(9)(w); w.current.Additions[811][1].Bill = billing.NoCharge },
			"1001/mbx update usage_rose #9 adopts quantity 10→12"},
		{"picks a closed one", func(w *world) { pick(9)(w); w.current.Additions[811][1].Cancelled = today }, held},
		{"picks one that is not there", pick(77), held},
		{"picks one that another key owns", func(w *world) {
			pick(9)(w)
			w.owns(9, "1001", "old", 811, 7, "10")
		}, held + "\n1001/old hold unmapped_service #9"},
		{"for another service", func(w *world) { pick(9)(w); w.linked().Additions = map[string]int{"old": 9} }, held},
		{"of any member of a merged line", func(w *world) {
			mergeTwo(w, billing.MergeSum)
			pick(9)(w)
			w.linked().Additions = map[string]int{"shared": 9}
			w.uses("1001", "shared", "1")
		}, `1001/mbx update usage_rose #9 adopts quantity 10→13 delta 12 USD
			1001/shared skip merged_into into 1001/mbx`},
		{"does not move what is ours already", func(w *world) {
			pick(9)(w)
			w.owns(8, "1001", "mbx", 811, 7, "1")
		}, "1001/mbx update usage_rose #8 quantity 1→12 delta 44 USD"},
	})
}

func TestReturningUsage(t *testing.T) {
	ended := func(last string) func(w *world) {
		return func(w *world) {
			w.uses("1001", "mbx", "12")
			w.ours(5, "1001", "mbx", "10").Cancelled = date(last)
			w.current.Owned[0].Ended = date(last)
		}
	}
	checkRules(t, []rule{
		{"after our own cancel: a new line", ended("2026-11-10"),
			"1001/mbx create new_line quantity 12 from 2026-11-21 delta 48 USD"},
		{"our own cancel today: a new line from tomorrow", ended("2026-11-21"),
			"1001/mbx create new_line quantity 12 from 2026-11-22 delta 48 USD"},
		{"our own cancel in the future: a new line after it, nothing ambiguous", ended("2026-11-30"),
			"1001/mbx create new_line quantity 12 from 2026-12-01 delta 48 USD"},
		{"still no usage: nothing", func(w *world) {
			ended("2026-11-30")(w)
			w.sources["mail"].Usage.Lines[0].Quantity = dec("0")
		}, "1001/mbx none unchanged"},
		{"still no usage: a line of somebody else that stood beside ours is not ended as well", func(w *world) {
			ended("2026-11-10")(w)
			w.mail().OnZero = billing.ZeroCancel
			w.sources["mail"].Usage.Lines[0].Quantity = dec("0")
			w.line(9, "4")
		}, "1001/mbx none unchanged"},
		{"still no usage: several lines of others are nobody's question", func(w *world) {
			ended("2026-11-10")(w)
			w.sources["mail"].Usage.Lines[0].Quantity = dec("0")
			w.line(8, "4")
			w.line(9, "4")
		}, "1001/mbx none unchanged"},
		{"still no usage: ours that a person opened again is ended again", func(w *world) {
			ended("2026-11-10")(w)
			w.mail().OnZero = billing.ZeroCancel
			w.sources["mail"].Usage.Lines[0].Quantity = dec("0")
			w.current.Additions[811][0].Cancelled = billing.Date{}
			w.policy.Guards.DropUnits = dec("100")
		}, "1001/mbx cancel usage_zero #5 adopts until 2026-11-21 delta -40 USD"},
		{"reopened by a person: adopted", func(w *world) {
			ended("2026-11-10")(w)
			w.current.Additions[811][0].Cancelled = billing.Date{}
		}, "1001/mbx update usage_rose #5 adopts quantity 10→12 delta 8 USD"},
		{"ended line beside another open one: that is adopted", func(w *world) {
			ended("2026-11-30")(w)
			w.line(9, "12")
		}, "1001/mbx none unchanged #9 adopts"},
		{"an ended line has no row of its own", func(w *world) {
			w.stays()
			w.ours(5, "1001", "mbx", "10").Cancelled = date("2026-11-10")
			w.current.Owned[0].Ended = date("2026-11-10")
		}, "other/mbx skip unlinked_customer"},
	})
}

func TestDrift(t *testing.T) {
	drifted := func(wrote, has, wants string) func(w *world) {
		return func(w *world) {
			w.uses("1001", "mbx", wants)
			w.ours(5, "1001", "mbx", has)
			w.current.Owned[0].Quantity = dec(wrote)
		}
	}
	checkRules(t, []rule{
		{"quantity", drifted("10", "11", "12"), "1001/mbx hold drift_quantity #5 wanted quantity 12 delta 4 USD"},
		{"quantity, usage as before", drifted("10", "11", "10"),
			"1001/mbx hold drift_quantity #5 wanted quantity 10 delta -4 USD"},
		{"quantity changed to just what we want", drifted("10", "12", "12"), "1001/mbx none unchanged #5"},
		{"quantity accepted", func(w *world) { drifted("10", "11", "12")(w); w.accept("mail/1001/mbx") },
			"1001/mbx update usage_rose #5 quantity 11→12 delta 4 USD accepted"},
		{"on_drift overwrite", func(w *world) { drifted("10", "11", "12")(w); w.mail().OnDrift = billing.DriftOverwrite },
			"1001/mbx update usage_rose #5 quantity 11→12 delta 4 USD"},
		{"on_drift overwrite is guarded", func(w *world) { drifted("10", "30", "12")(w); w.mail().OnDrift = billing.DriftOverwrite },
			"1001/mbx hold guard_drop #5 wanted quantity 12 delta -72 USD"},
		{"one accept releases drift and guard", func(w *world) { drifted("10", "30", "12")(w); w.accept("mail/1001/mbx") },
			"1001/mbx update usage_fell #5 quantity 30→12 delta -72 USD accepted"},
		{"drift below six decimals is none", drifted("10", "10.0000001", "12"),
			"1001/mbx update usage_rose #5 quantity 10.0000001→12 delta 7.9999996 USD"},
		{"drift of a line that ends", func(w *world) {
			w.mail().OnZero = billing.ZeroCancel
			drifted("3", "4", "0")(w)
		}, "1001/mbx hold drift_quantity #5 wanted until 2026-11-21 delta -16 USD"},
		{"somebody zeroed a line that ends: just what we want", func(w *world) {
			w.mail().OnZero = billing.ZeroCancel
			drifted("3", "0", "0")(w)
		}, "1001/mbx cancel usage_zero #5 until 2026-11-21"},
		{"nothing to say where quantities are not written", func(w *world) {
			w.mail().Write = []billing.Field{billing.FieldCost}
			drifted("10", "11", "12")(w)
		}, "1001/mbx none unchanged #5"},
	})
}

func TestDriftThatEndsOwnership(t *testing.T) {
	product := func(w *world) {
		w.product(8, "OTHER", "1")
		w.uses("1001", "mbx", "12")
		w.ours(5, "1001", "mbx", "10").ProductID = 8
	}
	cancelled := func(w *world) {
		w.uses("1001", "mbx", "12")
		w.ours(5, "1001", "mbx", "10").Cancelled = date("2026-11-20")
	}
	deleted := func(w *world) {
		w.uses("1001", "mbx", "12")
		w.owns(5, "1001", "mbx", 811, 7, "10")
	}
	accepted := func(given func(w *world)) func(w *world) {
		return func(w *world) { given(w); w.accept("mail/1001/mbx") }
	}
	creates := "1001/mbx create new_line quantity 12 from 2026-11-21 delta 48 USD releases [5] accepted"
	gone := func(given func(w *world), onMissing billing.OnMissing) func(w *world) {
		return func(w *world) {
			given(w)
			w.sources["mail"].Usage.Lines = nil
			w.stays()
			w.mail().Complete, w.mail().OnMissing = true, onMissing
		}
	}
	other := "\nother/mbx skip unlinked_customer"
	checkRules(t, []rule{
		{"pointed elsewhere", product, "1001/mbx hold drift_product #5 wanted quantity 12 wanted from 2026-11-21 delta 48 USD"},
		{"cancelled", cancelled, "1001/mbx hold drift_cancelled #5 wanted quantity 12 wanted from 2026-11-21 delta 48 USD"},
		{"cancelled for today", func(w *world) { cancelled(w); w.current.Additions[811][0].Cancelled = today },
			"1001/mbx hold drift_cancelled #5 wanted quantity 12 wanted from 2026-11-21 delta 48 USD"},
		{"cancelled for tomorrow is open", func(w *world) { cancelled(w); w.current.Additions[811][0].Cancelled = date("2026-11-22") },
			"1001/mbx update usage_rose #5 quantity 10→12 delta 8 USD"},
		{"deleted", deleted, "1001/mbx hold drift_deleted #5 wanted quantity 12 wanted from 2026-11-21 delta 48 USD"},
		{"pointed elsewhere, accepted", accepted(product), creates},
		{"cancelled, accepted", accepted(cancelled), creates},
		{"deleted, accepted", accepted(deleted), creates},
		{"accepted, another line is adopted", func(w *world) { accepted(deleted)(w); w.line(9, "12") },
			"1001/mbx none unchanged #9 adopts releases [5] accepted"},
		{"not accepted, the held row names ours", func(w *world) { deleted(w); w.line(9, "10") },
			"1001/mbx hold drift_deleted #5 wanted quantity 12 delta 8 USD"},
		{"accepted, but others are ambiguous", func(w *world) {
			accepted(deleted)(w)
			w.line(8, "1")
			w.line(9, "12")
		},
			"1001/mbx hold ambiguous_lines #5"},
		{"unchanged usage: held all the same", func(w *world) { deleted(w); w.sources["mail"].Usage.Lines[0].Quantity = dec("10") },
			"1001/mbx hold drift_deleted #5 wanted quantity 10 wanted from 2026-11-21 delta 40 USD"},
		{"absent and cancelled by a person: held until accepted", gone(cancelled, billing.MissingZero),
			"1001/mbx hold drift_cancelled #5" + other},
		{"absent and cancelled, accepted: let go of", gone(accepted(cancelled), billing.MissingZero),
			"1001/mbx none unchanged releases [5] accepted" + other},
		{"absent and deleted, accepted: no other line is touched", func(w *world) {
			gone(accepted(deleted), billing.MissingCancel)(w)
			w.line(9, "3")
		}, "1001/mbx none unchanged releases [5] accepted" + other},
		{"absent and pointed elsewhere stays drift", gone(product, billing.MissingHold), "1001/mbx hold drift_product #5" + other},
	})
}
