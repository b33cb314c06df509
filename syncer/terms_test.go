package syncer

import (
	"context"
	"slices"
	"strings"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

// refused applies the plan and wants it refused whole, for a reason that says why.
func (r *rig) refused(id, why string) {
	r.t.Helper()
	run, err := r.ApplySaved(r.t.Context(), id, "digest")
	if run != nil || err == nil {
		r.t.Fatalf("run %+v", run)
	}
	if stop := StopOf(err); stop.Exit != ExitStale || stop.Problem.Code != "stale" || !strings.Contains(stop.Problem.Message, why) {
		r.t.Errorf("exit %d %+v, want one that says %q", stop.Exit, stop.Problem, why)
	}
	if r.world.writes != 0 || r.store.locked || r.store.plans[id].AppliedBy != "" {
		r.t.Errorf("%d writes, locked %v, used by %q", r.world.writes, r.store.locked, r.store.plans[id].AppliedBy)
	}
}

// agreement changes one as people do in ConnectWise.
func (r *rig) agreement(id int, change func(*billing.Agreement)) {
	agreement := r.world.agreements[id]
	change(&agreement)
	r.world.agreements[id] = agreement
}

func TestASavedPlanIsRefusedWhenItsAgreementChanged(t *testing.T) {
	const other = "the agreement was changed after the plan was made"
	for name, c := range map[string]struct {
		change func(*billing.Agreement)
		why    string
	}{
		"cancelled":                    {func(a *billing.Agreement) { a.Cancelled = true }, other},
		"expired":                      {func(a *billing.Agreement) { a.Status = "Expired" }, other},
		"given an end":                 {func(a *billing.Agreement) { a.End = day("2027-11-01") }, other},
		"given another start":          {func(a *billing.Agreement) { a.Start = day("2021-01-01") }, other},
		"billed from a later day":      {func(a *billing.Agreement) { a.BillStart = day("2026-12-01") }, other},
		"invoiced since":               {func(a *billing.Agreement) { a.NextInvoice = day("2026-12-01") }, other},
		"prorated no more":             {func(a *billing.Agreement) { a.Prorates = false }, other},
		"billed in another rhythm":     {func(a *billing.Agreement) { a.Cycle.PeriodsPerYear = 4 }, other},
		"made one that does not recur": {func(a *billing.Agreement) { a.Cycle.NotRecurring = true }, other},
		"in another currency":          {func(a *billing.Agreement) { a.Currency = "EUR" }, other},
		"moved to another company":     {func(a *billing.Agreement) { a.CompanyID = 999 }, "moved to another company"},
	} {
		for row, agreement := range map[string]int{"of a row that changes": 801, "of a row that creates": 802, "of a row that adopts": 803} {
			t.Run(name+" "+row, func(t *testing.T) {
				r := saved(t)
				r.agreement(agreement, c.change)
				r.refused("p-1", c.why)
			})
		}
	}
}

func TestASavedPlanIsRefusedWhenItsAgreementIsGone(t *testing.T) {
	r := saved(t)
	delete(r.world.agreements, 802)
	r.refused("p-1", "mail/2/mbx: agreement 802 is no longer there")
}

func TestASavedPlanIsRefusedWhenItsProductChanged(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*billing.Product)
		why    string
	}{
		"inactive":         {func(p *billing.Product) { p.Inactive = true }, "product MBX was changed"},
		"a bundle":         {func(p *billing.Product) { p.Class = billing.BundleClass }, "product MBX was changed"},
		"renamed":          {func(p *billing.Product) { p.Identifier = "MBX-OLD" }, "product MBX was changed"},
		"gone":             {func(p *billing.Product) { p.ID = 99 }, "product MBX is no longer in ConnectWise's catalog"},
		"of another price": {func(p *billing.Product) { p.Price = dec("9") }, "mail/2/mbx: product MBX was changed"}, // of the new line
	} {
		t.Run(name, func(t *testing.T) {
			r := saved(t)
			c.change(&r.world.products[0])
			r.refused("p-1", c.why)
		})
	}
}

func TestASavedPlanIsAppliedWhateverElseChanged(t *testing.T) {
	r := saved(t)
	r.agreement(801, func(a *billing.Agreement) { a.Name, a.CompanyName, a.TypeName = "Renamed", "Renamed", "Other" })
	r.agreement(804, func(a *billing.Agreement) { a.Cancelled = true }) // nothing is done there
	r.world.products[0].Description, r.world.products[0].Cost = "other words", dec("1")
	run, err := r.ApplySaved(t.Context(), "p-1", "digest")
	if err != nil {
		t.Fatal(err)
	}
	wantExit(t, run, ExitDone)
}

func TestAPriceCountsForNewLinesOnly(t *testing.T) {
	r := newRig(t, 1)
	r.line(1, "10", true)
	r.uses(1, "12")
	r.keep()
	r.world.products[0].Price = dec("9") // the line has its own
	run, err := r.ApplySaved(t.Context(), "p-1", "digest")
	if err != nil {
		t.Fatal(err)
	}
	wantExit(t, run, ExitDone)
}

// keep previews and saves the plan "p-1" of the file "digest".
func (r *rig) keep(accept ...string) {
	r.t.Helper()
	made, err := r.Preview(r.t.Context(), Request{Accept: accept})
	if err != nil {
		r.t.Fatal(err)
	}
	if err := r.Plans.SavePlan(r.t.Context(), made, "digest"); err != nil {
		r.t.Fatal(err)
	}
}

// relinked is a rig with a saved plan that ends customer 1's line on agreement 801, whose mapping moved to 802, and opens one there.
func relinked(t *testing.T) *rig {
	t.Helper()
	r := newRig(t, 2)
	r.line(1, "10", true)
	r.uses(1, "10")
	r.Setup.Sources[0].Customers[0].Company, r.Setup.Sources[0].Customers[0].Agreement = 252, 802
	r.keep(key(1).String())
	if rows := r.store.plans["p-1"].Plan.Changes; len(rows) != 2 || rows[0].Action != plan.Cancel || rows[1].Action != plan.Create {
		t.Fatalf("rows %+v", rows)
	}
	return r
}

func TestASavedPlanIsRefusedWhenTheAgreementOfALineThatEndsChanged(t *testing.T) {
	r := relinked(t)
	r.agreement(801, func(a *billing.Agreement) { a.NextInvoice, a.Prorates = day("2026-12-01"), false })
	r.refused("p-1", "mail/1/mbx: the agreement was changed")

	r = relinked(t)
	r.agreement(802, func(a *billing.Agreement) { a.Cancelled = true })
	r.refused("p-1", "mail/1/mbx: the agreement was changed")

	r = relinked(t) // nothing changed
	run, err := r.ApplySaved(t.Context(), "p-1", "digest")
	if err != nil {
		t.Fatal(err)
	}
	wantStatuses(t, run, "1 applied", "1 applied")
}

func TestASavedDatedChangeIsRefusedWhenItsAgreementChanged(t *testing.T) {
	dated := func() *rig {
		r := newRig(t, 1)
		r.Setup.Sources[0].Services[0].Change = billing.Dated
		r.line(1, "10", true)
		r.uses(1, "12")
		r.keep()
		return r
	}
	r := dated()
	rows := r.store.plans["p-1"].Plan.Changes
	if len(rows) != 2 || slices.ContainsFunc(rows, func(c plan.Change) bool { return c.Terms == "" }) {
		t.Fatalf("rows %+v", rows)
	}
	r.agreement(801, func(a *billing.Agreement) { a.Prorates = false })
	r.refused("p-1", "mail/1/mbx: the agreement was changed")

	r = dated()
	r.world.products[0].Price = dec("9") // the new line has the price of the old one
	run, err := r.ApplySaved(t.Context(), "p-1", "digest")
	if err != nil {
		t.Fatal(err)
	}
	wantStatuses(t, run, "1 applied", "1 applied")
}

func TestASavedPlanWithoutTermsIsRefused(t *testing.T) {
	r := saved(t)
	r.store.plans["p-1"].Plan.Changes[0].Terms = ""
	r.refused("p-1", "mail/1/mbx: the agreement was changed")
}

func TestASavedPlanWhoseProductsCannotBeRead(t *testing.T) {
	r := saved(t)
	r.Catalog = noCatalog{}
	_, err := r.ApplySaved(t.Context(), "p-1", "digest")
	if err == nil || StopOf(err).Exit != ExitTryLater || r.world.writes != 0 || r.store.locked {
		t.Errorf("%v", err)
	}
}

type noCatalog struct{ Catalog }

func (noCatalog) ProductsByID(context.Context, []int) ([]billing.Product, error) { return nil, errOut }
