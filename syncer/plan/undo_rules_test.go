package plan_test

import (
	"strings"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

// undoRule is one case of taking a run back: the world before the run, what happened since, and the rows of the undo.
type undoRule struct {
	name  string
	run   func(w *world)
	since func(w *world)
	want  string
}

// takeBack plans and applies a run, lets things happen, and plans its undo.
func takeBack(t *testing.T, run, since func(w *world)) (*world, plan.Past, plan.Plan) {
	t.Helper()
	w := newWorld()
	run(w)
	p := w.plan()
	apply(w, &p)
	w.last = &p
	past := w.pastOf(&p)
	w.policy.Accept = nil
	if since != nil {
		since(w)
	}
	return w, past, plan.Undo(past, w.current, w.policy)
}

// Runs that the cases take back.
func rise(w *world) { w.uses("1001", "mbx", "12"); w.ours(5, "1001", "mbx", "10") }

func opens(w *world) { w.uses("1001", "mbx", "12") }

func ends(w *world) {
	w.mail().OnZero = billing.ZeroCancel
	w.uses("1001", "mbx", "0")
	w.ours(5, "1001", "mbx", "3")
}

func newRates(w *world) {
	w.writes(billing.FieldPrice, billing.FieldCost, billing.FieldTaxable)
	w.mbx().Price, w.mbx().Taxable = billing.PriceRule{From: billing.PriceSource}, billing.TaxableYes
	line := w.uses("1001", "mbx", "10")
	line.Price, line.Cost = some("5"), some("3.5")
	w.ours(5, "1001", "mbx", "10")
}

func dates(w *world) {
	w.mbx().Change = billing.Dated
	rise(w)
}

func moves(w *world) {
	w.agreement(812, 250)
	w.linked().Agreement = 812
	w.uses("1001", "mbx", "12")
	w.ours(5, "1001", "mbx", "12")
	w.accept("mail/1001/mbx")
}

// mergedRise raises a line that bills two customers together.
func mergedRise(w *world) {
	twoCustomers(w, billing.MergeSum)
	w.uses("1001", "mbx", "5")
	w.uses("1002", "mbx", "7")
	w.ours(5, "1001", "mbx", "10")
	w.share(5, "mail/1001/mbx", "mail/1002/mbx")
}

// joins has the line of a customer end and go into that of another one.
func joins(w *world) {
	w.agreement(812, 250)
	twoCustomers(w, billing.MergeSum)
	w.uses("1001", "mbx", "5")
	w.uses("1002", "mbx", "7")
	w.ours(5, "1001", "mbx", "5")
	w.owns(6, "1002", "mbx", 812, 7, "7")
	w.lineOn(812, 6, 7, "7")
	w.accept("mail/1001/mbx", "mail/1002/mbx")
}

func undoRules() []undoRule {
	five := func(change func(a *billing.Addition)) func(w *world) {
		return func(w *world) { change(w.find(811, 5)) }
	}
	const back = "1001/mbx update undone #5 quantity 12→10 delta -8 USD"
	const ended = "1001/mbx cancel undone #101 quantity 12→0 until 2026-11-21 delta -48 USD"
	const again = "1001/mbx update undone #5 delta 12 USD"
	return []undoRule{
		{"a rise", rise, nil, back},
		{"already as it was", rise, five(func(a *billing.Addition) { a.Quantity = dec("10") }), "1001/mbx none unchanged #5"},
		{"an equal quantity written in another way", rise, five(func(a *billing.Addition) { a.Quantity = dec("12.0000001") }),
			"1001/mbx update undone #5 quantity 12.0000001→10 delta -8.0000004 USD"},
		{"changed by a person since", rise, five(func(a *billing.Addition) { a.Quantity, a.UpdatedBy = dec("15"), "jdoe" }),
			"1001/mbx hold drift_quantity #5 wanted quantity 10 delta -20 USD"},
		{"changed by a person since, and accepted", rise, func(w *world) {
			w.find(811, 5).Quantity = dec("15")
			w.accept("mail/1001/mbx")
		}, "1001/mbx update undone #5 quantity 15→10 delta -20 USD accepted"},
		{"changed by a later run", rise, func(w *world) {
			w.find(811, 5).Quantity = dec("15")
			w.current.Owned[0].Quantity = dec("15")
			w.accept("mail/1001/mbx")
		}, "1001/mbx hold changed_meanwhile #5 wanted quantity 10 delta -20 USD"},
		{"another field changed since, which the run did not write", rise, five(func(a *billing.Addition) { a.UnitPrice = dec("9") }),
			"1001/mbx update undone #5 quantity 12→10 delta -18 USD"},
		{"ended by a person since", rise, five(func(a *billing.Addition) { a.Cancelled = date("2026-11-20") }),
			"1001/mbx hold changed_meanwhile #5 wanted quantity 10 delta 40 USD"},
		{"given an end to come by a later run of ours", rise, func(w *world) {
			w.find(811, 5).Cancelled, w.current.Owned[0].Ended = date("2026-11-30"), date("2026-11-30")
		}, "1001/mbx hold changed_meanwhile #5 wanted quantity 10 delta -8 USD"},
		{"given an end to come by a later run of ours, and a person took it away", rise, func(w *world) {
			w.current.Owned[0].Ended = date("2026-11-30")
		}, "1001/mbx hold changed_meanwhile #5 wanted quantity 10 delta -8 USD"},
		{"given an end to come by a person", rise, five(func(a *billing.Addition) { a.Cancelled = date("2026-11-30") }), back},
		{"deleted since", rise, func(w *world) { w.current.Additions[811] = nil }, "1001/mbx hold changed_meanwhile #5"},
		{"another product since", rise, five(func(a *billing.Addition) { a.ProductID = 8 }), "1001/mbx hold changed_meanwhile #5 wanted quantity 10"},
		{"no longer ours", rise, func(w *world) { w.current.Owned = nil }, "1001/mbx hold changed_meanwhile #5 wanted quantity 10"},
		{"of another line by now", rise, func(w *world) { w.current.Owned[0].Key = key("mail/1002/mbx") }, "1001/mbx hold changed_meanwhile #5 wanted quantity 10"},
		{"carried by another member by now", rise, func(w *world) {
			w.current.Owned[0].Key, w.current.Owned[0].Members = key("mail/1000/mbx"), []billing.Key{key("mail/1000/mbx"), key("mail/1001/mbx")}
		}, "1000/mbx update undone #5 quantity 12→10 delta -8 USD"},
		{"the agreement is closed", rise, func(w *world) { w.edit(811, func(a *billing.Agreement) { a.Cancelled = true }) },
			"1001/mbx hold agreement_closed #5 wanted quantity 10"},
		{"the agreement is gone", rise, func(w *world) { delete(w.current.Agreements, 811) }, "1001/mbx hold agreement_missing #5 wanted quantity 10"},
		{"the agreement is another company's", rise, func(w *world) { w.edit(811, func(a *billing.Agreement) { a.CompanyID = 251 }) },
			"1001/mbx hold agreement_other_company #5 wanted quantity 10"},
		{"an unknown write on the agreement", rise, func(w *world) { waits(w, "mail/1002/mbx", 811) },
			"1001/mbx hold previous_unknown #5 wanted quantity 10 delta -8 USD"},
		{"a guard would hold it", func(w *world) {
			w.uses("1001", "mbx", "134")
			w.ours(5, "1001", "mbx", "10")
			w.accept("mail/1001/mbx")
		}, nil,
			"1001/mbx update undone #5 quantity 134→10 delta -496 USD"},
		{"left out", rise, func(w *world) { w.policy.LeftOut = []string{"mail/1001/mbx"} }, "1001/mbx skip left_out #5 wanted quantity 10 delta -8 USD"},
		{"a member is left out", mergedRise, func(w *world) { w.policy.LeftOut = []string{"mail/1002/mbx"} },
			"1001/mbx skip left_out #5 wanted quantity 10 delta -8 USD"},
		{"another customer is asked for", rise, func(w *world) { w.policy.Customers = []string{"1002"} }, ""},
		{"a merged line, and another of its customers is asked for", mergedRise, func(w *world) { w.policy.Customers = []string{"1002"} },
			"1001/mbx update undone #5 quantity 12→10 delta -8 USD"},
		{"a merged line, and one of its customers is asked for, whose own line went into it", joins, func(w *world) { w.policy.Customers = []string{"1001"} },
			"1001/mbx update undone #5 quantity 12→5 delta -28 USD\n1002/mbx update undone #6 delta 28 USD"},
		{"a merged line, and the line that went into it cannot be opened again", joins, func(w *world) { w.find(812, 6).Cancelled = date("2026-12-31") },
			"1001/mbx hold changed_meanwhile #5 wanted quantity 5 delta -28 USD\n1002/mbx hold changed_meanwhile #6 delta 0"},
		{"a merged line that was changed since, and the line that went into it", joins, func(w *world) { w.find(811, 5).Quantity = dec("20") },
			"1001/mbx hold drift_quantity #5 wanted quantity 5 delta -60 USD\n1002/mbx hold changed_meanwhile #6 delta 28 USD"},
		{"another source is asked for", rise, func(w *world) { w.policy.Sources = []string{"backup"} }, ""},

		{"price, cost and tax", newRates, nil, "1001/mbx update undone #5 price 5→4 cost 3.5→3 taxable false delta -10 USD"},
		{"a price that a person changed since", newRates, five(func(a *billing.Addition) { a.UnitPrice = dec("6") }),
			"1001/mbx hold drift_price #5 wanted price 4 wanted cost 3 wanted taxable false delta -20 USD"},

		{"a new line", opens, nil, ended},
		{"a new line that ended already", opens, func(w *world) {
			line := w.find(811, 101)
			line.Quantity, line.Cancelled = dec("0"), line.Effective
		}, "1001/mbx none unchanged #101"},
		{"a new line that a person ended", opens, func(w *world) { w.find(811, 101).Cancelled = date("2026-11-30") },
			"1001/mbx hold changed_meanwhile #101 wanted quantity 0 wanted until 2026-11-21 delta -48 USD"},
		{"a new line that a person changed", opens, func(w *world) { w.find(811, 101).Quantity = dec("13") },
			"1001/mbx hold drift_quantity #101 wanted quantity 0 wanted until 2026-11-21 delta -52 USD"},
		{"a new line that a person moved", opens, func(w *world) { w.find(811, 101).Effective = date("2026-11-01") },
			"1001/mbx hold changed_meanwhile #101 wanted quantity 0 wanted until 2026-11-21 delta -48 USD"},
		{"a new line that is effective later", func(w *world) { opens(w); w.invoiced() }, nil,
			"1001/mbx cancel undone #101 quantity 12→0 until 2026-12-01 delta -48 USD"},

		{"an end", ends, nil, again},
		{"an end that a person took away", ends, five(func(a *billing.Addition) { a.Cancelled = billing.Date{} }), "1001/mbx none unchanged #5"},
		{"an end that a person moved", ends, five(func(a *billing.Addition) { a.Cancelled = date("2026-12-31") }), "1001/mbx hold changed_meanwhile #5 delta 0"},
		{"an end, and a person changed what it ended", ends, five(func(a *billing.Addition) { a.Quantity = dec("5") }),
			"1001/mbx hold drift_quantity #5 delta 20 USD"},
		{"an end, and a person changed what it ended, and that is accepted", ends, func(w *world) {
			w.find(811, 5).Quantity = dec("5")
			w.accept("mail/1001/mbx")
		}, "1001/mbx update undone #5 delta 20 USD accepted"},
		{"an end where there was a later one", func(w *world) { ends(w); w.find(811, 5).Cancelled = date("2027-06-30") }, nil,
			"1001/mbx update undone #5 was until 2026-11-21 until 2027-06-30 delta 12 USD"},
		{"an end, and a new line since", ends, func(w *world) { w.ours(6, "1001", "mbx", "3") }, "1001/mbx hold changed_meanwhile #5 delta 12 USD"},
		{"an end, and somebody's line since", ends, func(w *world) { w.line(6, "3") }, "1001/mbx hold changed_meanwhile #5 delta 12 USD"},
		{"an end, and a line since that was taken back before it began", ends, func(w *world) {
			line := w.line(6, "0")
			line.Effective, line.Cancelled = date("2026-11-22"), date("2026-11-22")
			w.owns(6, "1001", "mbx", 811, 7, "0").Ended = date("2026-11-22")
		}, again},
		{"an end, and somebody's line that was there before", func(w *world) { ends(w); w.line(6, "3") }, nil, again},
		{"an end, and the line is on another agreement now", ends, func(w *world) {
			w.agreement(812, 250)
			w.owns(9, "1001", "mbx", 812, 7, "3")
			w.lineOn(812, 9, 7, "3")
		}, "1001/mbx hold changed_meanwhile #5 delta 12 USD"},

		{"a dated change", dates, nil,
			"1001/mbx update undone #5 delta 40 USD\n1001/mbx cancel undone #101 quantity 12→0 until 2026-11-21 delta -48 USD step 1"},
		{"a dated change whose old line is back already", dates, five(func(a *billing.Addition) { a.Cancelled = billing.Date{} }),
			"1001/mbx none unchanged #5\n" + ended},
		{"a dated change whose new line was changed", dates, func(w *world) { w.find(811, 101).Quantity = dec("13") },
			"1001/mbx hold drift_quantity #101 wanted quantity 0 wanted until 2026-11-21 delta -52 USD\n1001/mbx hold changed_meanwhile #5 delta 40 USD"},
		{"a mapping that moved", moves, nil,
			"1001/mbx update undone #5 delta 48 USD\n1001/mbx cancel undone #101 quantity 12→0 until 2026-11-21 delta -48 USD step 1"},

		{"a product that was created", newArchive(), nil,
			"/arc skip new_product\n1001/arc cancel undone #101 quantity 3→0 until 2026-11-21 delta -7.5 USD"},
		{"a product that follows the usage", updatesArchive, nil, "/arc update undone price 3→2"},
		{"a product that somebody changed since", updatesArchive, func(w *world) { w.productCalled("ARC").Price = dec("4") },
			"/arc hold drift_price wanted price 2"},
		{"a product that a later run of ours changed", updatesArchive, func(w *world) {
			w.productCalled("ARC").Price, w.current.OwnProducts[0].Price = dec("4"), some("4")
			w.accept("mail//arc")
		}, "/arc hold changed_meanwhile wanted price 2"},
		{"a product that is no longer ours", updatesArchive, func(w *world) { w.current.OwnProducts = nil }, "/arc hold changed_meanwhile"},
		{"a product of an unknown write", updatesArchive, func(w *world) {
			w.current.Unknown = []plan.Unknown{{Key: key("mail//arc"), Identifier: "arc"}}
		}, "/arc hold previous_unknown"},
		{"a product, and single customers are asked for", updatesArchive, func(w *world) { w.policy.Customers = []string{"1001"} }, ""},
	}
}

// updatesArchive has the usage name another price for a product of ours.
func updatesArchive(w *world) {
	w.product(9, "ARC", "2")
	w.service("arc", "ARC").UpdateProduct = true
	w.current.OwnProducts = []plan.OwnProduct{{ID: 9, Identifier: "ARC", Price: some("2")}}
	w.uses("1001", "arc", "3").Price = some("3")
	w.owns(8, "1001", "arc", 811, 9, "3")
	w.lineOn(811, 8, 9, "3")
}

func TestUndoRules(t *testing.T) {
	for _, r := range undoRules() {
		t.Run(r.name, func(t *testing.T) {
			_, _, p := takeBack(t, r.run, r.since)
			checkRows(t, &p, strings.ReplaceAll(r.want, " delta 0", ""))
			for i := range p.Changes {
				if c := &p.Changes[i]; c.Reason == "" || (c.Action.Writes() && !c.OfProduct() && c.Terms == "") {
					t.Errorf("%s says %q, terms %q", show(c), c.Reason, c.Terms)
				}
			}
		})
	}
}

// TestUndoIsDone applies each undo that holds nothing: taking it back again finds nothing to do, the next run leaves what was taken back alone, and
// the undo of the undo puts everything there again.
func TestUndoIsDone(t *testing.T) {
	for _, r := range undoRules() {
		if strings.Contains(r.want, "hold") || !strings.Contains(r.want, " undone ") {
			continue
		}
		t.Run(r.name, func(t *testing.T) {
			w, past, undo := takeBack(t, r.run, r.since)
			before := w.ledger()
			w.undoes(&undo)
			again := plan.Undo(past, w.current, w.policy)
			for i := range again.Changes {
				if again.Changes[i].Action.Writes() {
					t.Errorf("taken back twice: %s", show(&again.Changes[i]))
				}
			}
			w.policy = newWorld().policy
			next := w.plan()
			for i := range next.Changes {
				if c := &next.Changes[i]; c.Action.Writes() {
					t.Errorf("the next run would: %s", show(c))
				}
			}
			back := plan.Undo(w.pastOf(&undo), w.current, w.policy)
			apply(w, &back)
			if after := w.ledger(); after != before {
				t.Errorf("after the undo of the undo\n%s\nbefore\n%s\n%s", after, before, told(&back))
			}
		})
	}
}

// TestUndoOfAReopeningThatWasUsed: a line that an undo opened again and that a later run wrote since is not ended by taking that undo back.
func TestUndoOfAReopeningThatWasUsed(t *testing.T) {
	w, _, undo := takeBack(t, ends, nil)
	w.undoes(&undo)
	past := w.pastOf(&undo)
	w.sources["mail"].Usage.Lines[0].Quantity = dec("7")
	next := w.plan()
	apply(w, &next)
	checkRows(t, &next, "1001/mbx update usage_rose #5 quantity 3→7 delta 16 USD")
	again := plan.Undo(past, w.current, w.policy)
	checkRows(t, &again, "1001/mbx hold changed_meanwhile #5 wanted until 2026-11-21 delta -28 USD")
}

func TestUndoWarnsOfInvoices(t *testing.T) {
	const warning = "the agreement is invoiced up to 2026-11-30, so this line may be on an invoice that was made since: undo never changes an invoice"
	for name, c := range map[string]struct {
		run, since func(w *world)
		warns      bool
	}{
		"not invoiced":               {rise, nil, false},
		"invoiced since":             {rise, (*world).invoiced, true},
		"invoiced before the run":    {func(w *world) { rise(w); w.invoiced() }, nil, false},
		"changed but not invoiced":   {rise, func(w *world) { w.edit(811, func(a *billing.Agreement) { a.Prorates = false }) }, false},
		"invoiced to before the run": {rise, func(w *world) { w.edit(811, func(a *billing.Agreement) { a.NextInvoice = date("2026-11-01") }) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, p := takeBack(t, c.run, c.since)
			if warned := len(p.Changes[0].Warnings) == 1 && p.Changes[0].Warnings[0] == warning; warned != c.warns || len(p.Changes[0].Warnings) > 1 {
				t.Errorf("warnings %q", p.Changes[0].Warnings)
			}
		})
	}
}

// TestUndoOfUnknownWrites holds what the run may have written, and waits until it is settled.
func TestUndoOfUnknownWrites(t *testing.T) {
	w, past, _ := takeBack(t, rise, nil)
	past.Writes[0].Unknown = true
	p := plan.Undo(past, w.current, w.policy)
	checkRows(t, &p, "1001/mbx hold previous_unknown #5")
	if nothing := plan.Undo(plan.Past{RunID: "r-2"}, w.current, w.policy); len(nothing.Changes) != 0 || len(nothing.Warnings) != 1 {
		t.Errorf("a run that wrote nothing: %+v", nothing)
	}
}

func TestUndoNeeds(t *testing.T) {
	w, past, _ := takeBack(t, moves, nil)
	w.owns(9, "1001", "mbx", 813, 7, "3")
	w.owns(10, "1002", "mbx", 814, 7, "3")
	if scope := plan.UndoNeeds(past, w.current.Owned, w.policy); len(scope.Agreements) != 3 || scope.Agreements[2] != 813 || len(scope.Products) != 0 {
		t.Errorf("needs %+v", scope)
	}
	w, past, _ = takeBack(t, updatesArchive, nil)
	if scope := plan.UndoNeeds(past, w.current.Owned, w.policy); len(scope.Agreements) != 0 || len(scope.Products) != 1 {
		t.Errorf("needs %+v", scope)
	}
}
