package plan_test

import (
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

func TestSwitches(t *testing.T) {
	given := func(change func(w *world)) func(w *world) {
		return func(w *world) {
			w.uses("1001", "mbx", "12")
			w.ours(5, "1001", "mbx", "10")
			change(w)
		}
	}
	off := "1001/mbx skip sync_off #5"
	checkRules(t, []rule{
		{"source", given(func(w *world) { w.mail().Sync = false }), off},
		{"customer", given(func(w *world) { w.linked().Sync = false }), off},
		{"service", given(func(w *world) { w.mbx().Sync = false }), off},
		{"service of one customer", given(func(w *world) { w.linked().ServicesOff = []string{"mbx"} }), off},
		{"another service of the customer", given(func(w *world) { w.linked().ServicesOff = []string{"other"} }),
			"1001/mbx update usage_rose #5 quantity 10→12 delta 8 USD"},
		{"accept releases nothing", given(func(w *world) { w.mbx().Sync = false; w.accept("mail/1001/mbx") }), off},
		{"before all else", given(func(w *world) {
			w.mbx().Sync = false
			w.linked().Agreement = 0
			w.mbx().Product = billing.ProductRef{}
		}), off},
		{"absent from a complete source", func(w *world) {
			w.stays()
			w.mail().Complete = true
			w.mail().OnMissing = billing.MissingCancel
			w.linked().Sync = false
			w.ours(5, "1001", "mbx", "10")
		}, off + "\nother/mbx skip unlinked_customer"},
		{"without a line of ours", func(w *world) { w.mbx().Sync = false; w.uses("1001", "mbx", "12") }, "1001/mbx skip sync_off"},
	})
}

func TestSwitchWarnsWhileOurAdditionBills(t *testing.T) {
	for _, c := range []struct {
		name, has string
		merged    bool
		want      int
	}{{"with a quantity", "10", false, 1}, {"with zero", "0", false, 0}, {"of a merged line", "10", true, 1}} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			w.uses("1001", "mbx", "12")
			w.ours(5, "1001", "mbx", c.has)
			if c.merged {
				mergeTwo(w, billing.MergeSum)
				w.uses("1001", "shared", "1")
				w.service("shared", "").Sync = false
			} else {
				w.mbx().Sync = false
			}
			p := w.plan()
			if got := len(p.Changes[0].Warnings); got != c.want {
				t.Errorf("warnings %q", p.Changes[0].Warnings)
			}
		})
	}
}

func TestUnlinkedAndUnmapped(t *testing.T) {
	given := func(has string, change func(w *world)) func(w *world) {
		return func(w *world) {
			w.uses("1001", "mbx", "12")
			w.ours(5, "1001", "mbx", has)
			change(w)
		}
	}
	noCompany := func(w *world) { w.linked().Company = 0 }
	noAgreement := func(w *world) { w.linked().Agreement = 0 }
	noCustomer := func(w *world) { w.mail().Customers = nil }
	noProduct := func(w *world) { w.mbx().Product = billing.ProductRef{} }
	noService := func(w *world) { w.mail().Services = nil }
	accepted := func(change func(w *world)) func(w *world) {
		return func(w *world) { change(w); w.accept("mail/1001/mbx") }
	}
	checkRules(t, []rule{
		{"no company", given("10", noCompany), "1001/mbx hold unlinked_customer #5"},
		{"no agreement", given("10", noAgreement), "1001/mbx hold unlinked_customer #5"},
		{"customer out of the set-up", given("10", noCustomer), "1001/mbx hold unlinked_customer #5"},
		{"no product", given("10", noProduct), "1001/mbx hold unmapped_service #5"},
		{"service out of the set-up", given("10", noService), "1001/mbx hold unmapped_service #5"},
		{"our addition is zero: skip", given("0", noAgreement), "1001/mbx skip unlinked_customer #5"},
		{"our addition is zero and the service unmapped: skip", given("0", noProduct), "1001/mbx skip unmapped_service #5"},
		{"our addition is cancelled: skip", given("10", func(w *world) { noAgreement(w); w.current.Additions[811][0].Cancelled = today }),
			"1001/mbx skip unlinked_customer #5"},
		{"our addition is gone: skip", given("10", func(w *world) { noAgreement(w); w.current.Additions[811] = nil }),
			"1001/mbx skip unlinked_customer #5"},
		{"accepted: ownership ends, the line stays", given("10", accepted(noAgreement)),
			"1001/mbx skip unlinked_customer releases [5] accepted"},
		{"unmapped, accepted", given("10", accepted(noProduct)), "1001/mbx skip unmapped_service releases [5] accepted"},
		{"accepted and left out: ours as before", given("10", func(w *world) {
			accepted(noProduct)(w)
			w.policy.LeftOut = []string{"mail/1001/mbx"}
		}), "1001/mbx skip left_out #5"},
		{"nothing of ours: skip", func(w *world) { w.uses("1001", "mbx", "12"); noAgreement(w) },
			"1001/mbx skip unlinked_customer"},
		{"a customer that the set-up does not know: skip", func(w *world) { w.uses("9", "mbx", "12") },
			"9/mbx skip unlinked_customer"},
		{"a service that the set-up does not know: skip", func(w *world) { w.uses("1001", "new", "12") },
			"1001/new skip unmapped_service"},
		{"absent and unlinked: held while it bills", func(w *world) {
			w.stays()
			w.ours(5, "1001", "mbx", "10")
			noAgreement(w)
		}, `1001/mbx hold unlinked_customer #5
			other/mbx skip unlinked_customer`},
		{"the source is out of the set-up", func(w *world) { w.stays(); w.ours(5, "gone:1", "x", "10") },
			`gone/1/x hold unlinked_customer #5
			other/mbx skip unlinked_customer`},
		{"the source is out of the set-up, accepted", func(w *world) {
			w.stays()
			w.ours(5, "gone:1", "x", "10")
			w.accept("gone/1/x")
		}, `gone/1/x skip unlinked_customer releases [5] accepted
			other/mbx skip unlinked_customer`},
	})
}

func TestStatus(t *testing.T) {
	given := func(status billing.Status, change ...func(w *world)) func(w *world) {
		return func(w *world) {
			w.uses("1001", "mbx", "12").Status = status
			w.ours(5, "1001", "mbx", "4")
			for _, c := range change {
				c(w)
			}
		}
	}
	missing := func(rule billing.OnMissing) func(w *world) {
		return func(w *world) { w.mail().Complete, w.mail().OnMissing = true, rule }
	}
	accept := func(w *world) { w.accept("mail/1001/mbx") }
	zero := func(w *world) { w.current.Additions[811][0].Quantity = dec("0") }
	bills := "1001/mbx update usage_rose #5 quantity 4→12 delta 32 USD"
	held := "1001/mbx hold status_not_billed #5"
	checkRules(t, []rule{
		{"active", given(billing.StatusActive), bills},
		{"suspended is billed by default", given(billing.StatusSuspended), bills},
		{"suspended, where only active is billed", given(billing.StatusSuspended, func(w *world) {
			w.mail().BillStatus = []billing.Status{billing.StatusActive}
		}), held},
		{"trial", given(billing.StatusTrial), held},
		{"trial, where it is billed", given(billing.StatusTrial, func(w *world) {
			w.mail().BillStatus = append(w.mail().BillStatus, billing.StatusTrial)
		}), bills},
		{"trial, our addition is zero", given(billing.StatusTrial, zero), "1001/mbx skip status_not_billed #5"},
		{"trial, on_missing cancel does not decide", given(billing.StatusTrial, missing(billing.MissingCancel)), held},
		{"trial, accepted: ownership ends, the line stays", given(billing.StatusTrial, accept),
			"1001/mbx skip status_not_billed releases [5] accepted"},
		{"trial without a line of ours", func(w *world) { w.uses("1001", "mbx", "3").Status = billing.StatusTrial },
			"1001/mbx skip status_not_billed"},
		{"trial, a line that is not ours stays", func(w *world) { w.uses("1001", "mbx", "3").Status = billing.StatusTrial; w.line(9, "3") },
			"1001/mbx skip status_not_billed"},
		{"closed, on_missing hold", given(billing.StatusClosed, missing(billing.MissingHold)), held},
		{"closed, on_missing hold, accepted: ownership ends", given(billing.StatusClosed, missing(billing.MissingHold), accept),
			"1001/mbx skip status_not_billed releases [5] accepted"},
		{"closed, on_missing zero", given(billing.StatusClosed, missing(billing.MissingZero)),
			"1001/mbx update usage_ended #5 quantity 4→0 delta -16 USD"},
		{"closed, on_missing cancel", given(billing.StatusClosed, missing(billing.MissingCancel)),
			"1001/mbx cancel usage_ended #5 until 2026-11-21 delta -16 USD"},
		{"closed, on_missing means nothing where the source is not complete", given(billing.StatusClosed, func(w *world) { w.mail().OnMissing = billing.MissingCancel }),
			held},
		{"closed, our addition is zero already", given(billing.StatusClosed, missing(billing.MissingZero), zero),
			"1001/mbx skip status_not_billed #5"},
		{"closed, the end is guarded", given(billing.StatusClosed, missing(billing.MissingCancel), func(w *world) {
			w.current.Additions[811][0].Quantity, w.current.Owned[0].Quantity = dec("5"), dec("5")
		}), "1001/mbx hold guard_drop #5 wanted until 2026-11-21 delta -20 USD"},
		{"closed, without a line of ours another's stays", func(w *world) {
			missing(billing.MissingCancel)(w)
			w.uses("1001", "mbx", "3").Status = billing.StatusClosed
			w.line(9, "3")
		}, "1001/mbx skip status_not_billed"},
		{"closed, where closed is billed", given(billing.StatusClosed, missing(billing.MissingCancel), func(w *world) {
			w.mail().BillStatus = append(w.mail().BillStatus, billing.StatusClosed)
		}), bills},
	})
}

func TestAbsent(t *testing.T) {
	given := func(complete bool, rule billing.OnMissing, has string, change ...func(w *world)) func(w *world) {
		return func(w *world) {
			w.stays()
			w.mail().Complete, w.mail().OnMissing = complete, rule
			w.ours(5, "1001", "mbx", has)
			for _, c := range change {
				c(w)
			}
		}
	}
	accept := func(w *world) { w.accept("mail/1001/mbx") }
	other := "\nother/mbx skip unlinked_customer"
	held := "1001/mbx hold not_in_usage #5 wanted quantity 0 delta -16 USD" + other
	checkRules(t, []rule{
		{"of a source that lists not everything", given(false, billing.MissingHold, "4"), "1001/mbx skip not_in_usage #5" + other},
		{"of a source that lists not everything, on_missing means nothing", given(false, billing.MissingCancel, "4"),
			"1001/mbx skip not_in_usage #5" + other},
		{"of a source that lists not everything, accept does nothing", given(false, billing.MissingHold, "4", accept),
			"1001/mbx skip not_in_usage #5" + other},
		{"hold", given(true, billing.MissingHold, "4"), held},
		{"on_missing unset holds", given(true, "", "4"), held},
		{"hold, accepted: zero", given(true, billing.MissingHold, "4", accept),
			"1001/mbx update usage_ended #5 quantity 4→0 delta -16 USD accepted" + other},
		{"hold, accepted: the guard is released too", given(true, billing.MissingHold, "40", accept),
			"1001/mbx update usage_ended #5 quantity 40→0 delta -160 USD accepted" + other},
		{"hold comes before the guard", given(true, billing.MissingHold, "40"),
			"1001/mbx hold not_in_usage #5 wanted quantity 0 delta -160 USD" + other},
		{"hold, our addition is zero already", given(true, billing.MissingHold, "0"), "1001/mbx none unchanged #5" + other},
		{"zero", given(true, billing.MissingZero, "4"), "1001/mbx update usage_ended #5 quantity 4→0 delta -16 USD" + other},
		{"zero is guarded", given(true, billing.MissingZero, "5"),
			"1001/mbx hold guard_drop #5 wanted quantity 0 delta -20 USD" + other},
		{"zero, already", given(true, billing.MissingZero, "0"), "1001/mbx none unchanged #5" + other},
		{"cancel", given(true, billing.MissingCancel, "4"),
			"1001/mbx cancel usage_ended #5 until 2026-11-21 delta -16 USD" + other},
		{"cancel is guarded", given(true, billing.MissingCancel, "5"),
			"1001/mbx hold guard_drop #5 wanted until 2026-11-21 delta -20 USD" + other},
		{"on_zero does not decide", given(true, billing.MissingZero, "4", func(w *world) { w.mail().OnZero = billing.ZeroCancel }),
			"1001/mbx update usage_ended #5 quantity 4→0 delta -16 USD" + other},
		{"drift is held", given(true, billing.MissingZero, "4", func(w *world) { w.current.Owned[0].Quantity = dec("3") }),
			"1001/mbx hold drift_quantity #5 wanted quantity 0 delta -16 USD" + other},
		{"on a closed agreement", given(true, billing.MissingCancel, "4", func(w *world) { w.edit(811, func(a *billing.Agreement) { a.Cancelled = true }) }),
			"1001/mbx hold agreement_closed #5" + other},
		{"its product is gone", given(true, billing.MissingCancel, "4", func(w *world) { w.current.Products = nil }),
			"1001/mbx hold product_missing #5" + other},
		{"of a source that was not asked", given(true, billing.MissingCancel, "4", func(w *world) {
			w.sources["mail"].NotRead, w.sources["mail"].Usage = true, billing.Usage{}
		}), "1001/mbx skip not_in_usage #5"},
	})
}

func TestAgreementProblems(t *testing.T) {
	given := func(change func(a *billing.Agreement)) func(w *world) {
		return func(w *world) {
			w.uses("1001", "mbx", "12")
			w.ours(5, "1001", "mbx", "10")
			w.edit(811, change)
		}
	}
	rises := "1001/mbx update usage_rose #5 quantity 10→12 delta 8 USD"
	shut := "1001/mbx hold agreement_closed #5"
	checkRules(t, []rule{
		{"cancelled", given(func(a *billing.Agreement) { a.Cancelled = true }), shut},
		{"status cancelled", given(func(a *billing.Agreement) { a.Status = "Cancelled" }), shut},
		{"status expired", given(func(a *billing.Agreement) { a.Status = "Expired" }), shut},
		{"status inactive", given(func(a *billing.Agreement) { a.Status = "Inactive" }), shut},
		{"status unknown to old servers", given(func(a *billing.Agreement) { a.Status = "" }), rises},
		{"ended yesterday", given(func(a *billing.Agreement) { a.End = date("2026-11-20") }), shut},
		{"ends today", given(func(a *billing.Agreement) { a.End = today }), rises},
		{"starts tomorrow", given(func(a *billing.Agreement) { a.Start = date("2026-11-22") }), shut},
		{"starts today", given(func(a *billing.Agreement) { a.Start = today }), rises},
		{"not recurring", given(func(a *billing.Agreement) { a.Cycle = billing.Cycle{NotRecurring: true} }),
			"1001/mbx hold agreement_not_recurring #5"},
		{"of another company", given(func(a *billing.Agreement) { a.CompanyID = 251 }),
			"1001/mbx hold agreement_other_company #5"},
		{"gone", func(w *world) {
			w.uses("1001", "mbx", "12")
			w.ours(5, "1001", "mbx", "10")
			w.current.Agreements, w.current.Additions = nil, nil
		}, "1001/mbx hold agreement_missing #5"},
		{"accept releases none of them", func(w *world) {
			given(func(a *billing.Agreement) { a.Cancelled = true })(w)
			w.accept("mail/1001/mbx", "mail:agreement_closed")
		}, shut},
		{"a new line is held too", func(w *world) {
			w.uses("1001", "mbx", "12")
			w.edit(811, func(a *billing.Agreement) { a.Cancelled = true })
		},
			"1001/mbx hold agreement_closed"},
		{"unchanged usage is held too", func(w *world) {
			given(func(a *billing.Agreement) { a.Cancelled = true })(w)
			w.sources["mail"].Usage.Lines[0].Quantity = dec("10")
		}, shut},
	})
}

func TestProductAndCurrencyProblems(t *testing.T) {
	given := func(change func(w *world)) func(w *world) {
		return func(w *world) {
			w.uses("1001", "mbx", "12")
			w.ours(5, "1001", "mbx", "10")
			change(w)
		}
	}
	currencies := func(usage, agreement string) func(w *world) {
		return given(func(w *world) {
			w.sources["mail"].Usage.Lines[0].Currency = usage
			w.edit(811, func(a *billing.Agreement) { a.Currency = agreement })
		})
	}
	rises := "1001/mbx update usage_rose #5 quantity 10→12 delta 8 "
	checkRules(t, []rule{
		{"product missing", given(func(w *world) { w.current.Products = nil }), "1001/mbx hold product_missing #5"},
		{"product missing by id", given(func(w *world) { w.mbx().Product = billing.ProductRef{ID: 99} }),
			"1001/mbx hold product_missing #5"},
		{"identifiers are compared exactly", given(func(w *world) { w.mbx().Product.Identifier = "mbx" }),
			"1001/mbx hold product_missing #5"},
		{"product inactive", given(func(w *world) { w.current.Products[0].Inactive = true }), "1001/mbx hold product_inactive #5"},
		{"bundle class is refused", given(func(w *world) { w.current.Products[0].Class = billing.BundleClass }),
			"1001/mbx hold product_missing #5"},
		{"product problems cannot be accepted", given(func(w *world) { w.current.Products = nil; w.accept("mail/1001/mbx") }),
			"1001/mbx hold product_missing #5"},
		{"a missing product holds a new line", func(w *world) { w.uses("1001", "mbx", "3"); w.current.Products = nil },
			"1001/mbx hold product_missing"},
		{"currencies differ", currencies("EUR", "USD"), "1001/mbx hold currency_differs #5"},
		{"currencies equal", currencies("USD", "USD"), rises + "USD"},
		{"currencies in other letters", currencies("usd", "USD"), rises + "USD"},
		{"the usage names none", currencies("", "EUR"), rises + "EUR"},
		{"the agreement names none", currencies("EUR", ""), rises + "EUR"},
		{"currency cannot be accepted", func(w *world) { currencies("EUR", "USD")(w); w.accept("mail/1001/mbx") },
			"1001/mbx hold currency_differs #5"},
	})
}

func TestIncludedTwice(t *testing.T) {
	given := func(free, included string, change ...func(w *world)) func(w *world) {
		return func(w *world) {
			w.mbx().Quantity.Included = dec(included)
			w.uses("1001", "mbx", "14")
			w.ours(5, "1001", "mbx", "10").LessIncluded = dec(free)
			for _, c := range change {
				c(w)
			}
		}
	}
	checkRules(t, []rule{
		{"both", given("2", "2"), "1001/mbx hold included_twice #5 wanted quantity 12 delta 8 USD"},
		{"both, nothing pending", given("2", "4"), "1001/mbx hold included_twice #5"},
		{"only ConnectWise's", given("2", "0"), "1001/mbx update usage_rose #5 quantity 10→14 delta 16 USD"},
		{"only the set-up's", given("0", "2"), "1001/mbx update usage_rose #5 quantity 10→12 delta 8 USD"},
		{"cannot be accepted", given("2", "2", func(w *world) { w.accept("mail/1001/mbx") }),
			"1001/mbx hold included_twice #5 wanted quantity 12 delta 8 USD"},
		{"of a line to adopt", func(w *world) {
			w.mbx().Quantity.Included = dec("2")
			w.uses("1001", "mbx", "14")
			w.line(9, "10").LessIncluded = dec("1")
		}, "1001/mbx hold included_twice #9 adopts wanted quantity 12 delta 8 USD"},
		{"no harm where the line goes to zero", given("2", "2", func(w *world) {
			w.policy.Guards.DropUnits = dec("100")
			w.sources["mail"].Usage.Lines[0].Quantity = dec("0")
		}), "1001/mbx update usage_zero #5 quantity 10→0 delta -40 USD"},
	})
}

func TestAcceptable(t *testing.T) {
	byKey := []plan.Code{"guard_drop", "guard_rise", "drift_quantity", "drift_product", "drift_cancelled", "drift_deleted", "mapping_changed", "undone",
		"unlinked_customer", "unmapped_service", "status_not_billed", "not_in_usage", "not_prorated", "previous_unknown"}
	bySource := []plan.Code{"usage_stale", "missing_share", "max_monthly_delta"}
	never := []plan.Code{"ambiguous_lines", "claimed_twice", "sync_off", "agreement_closed", "agreement_not_recurring", "agreement_missing", "agreement_other_company",
		"product_missing", "product_inactive", "currency_differs", "included_twice", "changed_meanwhile", "merged_into", "left_out", "source_failed", "source_empty",
		"unchanged", "usage_rose", "usage_fell", "usage_zero", "usage_ended", "new_line", "no_such_code", ""}
	check := func(codes []plan.Code, key, source bool) {
		for _, code := range codes {
			if k, s := plan.Acceptable(code); k != key || s != source {
				t.Errorf("%s: by key %t, by source %t", code, k, s)
			}
		}
	}
	check(byKey, true, false)
	check(bySource, false, true)
	check(never, false, false)
}
