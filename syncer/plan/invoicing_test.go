package plan_test

import (
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
)

// TestEveryRowSaysWhenItsAgreementIsInvoiced: cycle, next invoice date, and whether today is invoiced already.
func TestEveryRowSaysWhenItsAgreementIsInvoiced(t *testing.T) {
	at := func(cycle, next string, invoiced bool) plan.Invoicing {
		return plan.Invoicing{Cycle: cycle, Next: date(next), Invoiced: invoiced}
	}
	billed := func(cycle, next string) func(w *world) {
		return func(w *world) {
			w.edit(811, func(a *billing.Agreement) { a.Cycle.Name, a.NextInvoice = cycle, date(next) })
		}
	}
	for _, c := range []struct {
		name  string
		given func(w *world)
		want  []plan.Invoicing // of each row
	}{
		{"a change", func(w *world) { billsTo("10", "12")(w); billed("Monthly", "2026-12-01")(w) }, []plan.Invoicing{at("Monthly", "2026-12-01", true)}},
		{"nothing to do", func(w *world) { billsTo("10", "10")(w); billed("Annual", "2026-11-22")(w) }, []plan.Invoicing{at("Annual", "2026-11-22", true)}},
		{"the next invoice is today's", func(w *world) { billsTo("10", "12")(w); billed("Monthly", "2026-11-21")(w) }, []plan.Invoicing{at("Monthly", "2026-11-21", false)}},
		{"it is overdue", func(w *world) { billsTo("10", "12")(w); billed("Quarterly", "2026-10-01")(w) }, []plan.Invoicing{at("Quarterly", "2026-10-01", false)}},
		{"it never was invoiced", func(w *world) { billsTo("10", "12")(w); billed("Monthly", "")(w) }, []plan.Invoicing{at("Monthly", "", false)}},
		{"a new line", func(w *world) { w.uses("1001", "mbx", "3"); billed("Monthly", "2026-12-01")(w) }, []plan.Invoicing{at("Monthly", "2026-12-01", true)}},
		{"a line that ends", func(w *world) {
			billsTo("4", "0")(w)
			billed("Monthly", "2026-12-01")(w)
			w.mail().OnZero = billing.ZeroCancel
		}, []plan.Invoicing{at("Monthly", "2026-12-01", true)}},
		{"a held line", func(w *world) { billsTo("10", "90")(w); billed("Monthly", "2026-12-01")(w) }, []plan.Invoicing{at("Monthly", "2026-12-01", true)}},
		{"a skipped line of ours", func(w *world) {
			billsTo("10", "12")(w)
			billed("Monthly", "2026-12-01")(w)
			w.linked().Sync = false
		}, []plan.Invoicing{at("Monthly", "2026-12-01", true)}},
		{"a line of ours that is no longer linked", func(w *world) {
			billsTo("10", "12")(w)
			billed("Monthly", "2026-12-01")(w)
			w.mail().Customers = nil
		}, []plan.Invoicing{at("Monthly", "2026-12-01", true)}},
		{"both rows of a dated change", func(w *world) {
			dated("10", "12")(w)
			billed("Monthly", "2026-12-01")(w)
		}, []plan.Invoicing{at("Monthly", "2026-12-01", true), at("Monthly", "2026-12-01", true)}},
		{"each row its own agreement", func(w *world) {
			billsTo("10", "12")(w)
			billed("Monthly", "2026-12-01")(w)
			w.agreement(812, 250)
			w.edit(812, func(a *billing.Agreement) { a.Cycle.Name, a.NextInvoice = "Annual", date("2026-06-01") })
			w.linked().Agreement = 812
			acceptMbx(w)
		}, []plan.Invoicing{at("Monthly", "2026-12-01", true), at("Annual", "2026-06-01", false)}},
		{"an agreement that is gone", func(w *world) { billsTo("10", "12")(w); delete(w.current.Agreements, 811) }, []plan.Invoicing{{}}},
		{"no agreement at all", func(w *world) { w.uses("9", "mbx", "12") }, []plan.Invoicing{{}}},
		{"a product's own row is of no agreement", newArchive(), []plan.Invoicing{{}, at("Monthly", "", false)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			c.given(w)
			p := w.plan()
			if len(p.Changes) != len(c.want) {
				t.Fatalf("rows:\n%s", rows(&p))
			}
			for i := range p.Changes {
				if got := p.Changes[i].Invoicing; got != c.want[i] {
					t.Errorf("%s: %+v, wanted %+v", show(&p.Changes[i]), got, c.want[i])
				}
			}
		})
	}
}

// TestDatesOfEveryAgreement is the whole rule of dates: today invoiced or not × the agreement prorates or not × its billing starts later or not,
// for a line that begins and for one that ends.
func TestDatesOfEveryAgreement(t *testing.T) {
	for _, c := range []struct {
		next      string
		prorates  bool
		starts    string
		from      string // a new line
		until     string // a line from 1 January that ends
		untilLate string // a line from 15 December that ends
	}{
		{"2026-11-01", false, "2026-01-01", "2026-11-21", "2026-11-21", "2026-12-15"},
		{"2026-11-01", true, "2026-01-01", "2026-11-21", "2026-11-21", "2026-12-15"},
		{"2026-11-01", false, "2026-12-10", "2026-12-10", "2026-11-21", "2026-12-15"},
		{"2026-11-01", true, "2026-12-10", "2026-12-10", "2026-11-21", "2026-12-15"},
		{"2026-12-01", false, "2026-01-01", "2026-12-01", "2026-11-30", "2026-12-15"},
		{"2026-12-01", true, "2026-01-01", "2026-11-21", "2026-11-21", "2026-12-15"},
		{"2026-12-01", false, "2026-12-10", "2026-12-10", "2026-11-30", "2026-12-15"},
		{"2026-12-01", true, "2026-12-10", "2026-12-10", "2026-11-21", "2026-12-15"},
		{"2027-01-01", false, "2026-12-10", "2027-01-01", "2026-12-31", "2026-12-31"}, // the invoiced period reaches further than the start
	} {
		given := func() *world {
			w := newWorld()
			w.edit(811, func(a *billing.Agreement) {
				a.NextInvoice, a.Prorates, a.BillStart = date(c.next), c.prorates, date(c.starts)
			})
			return w
		}
		w := given()
		w.uses("1001", "mbx", "3")
		p := w.plan()
		if got := p.Changes[0].After.Effective.String(); got != c.from {
			t.Errorf("%+v: begins on %s", c, got)
		}
		for effective, want := range map[string]string{"2026-01-01": c.until, "2026-12-15": c.untilLate} {
			w = given()
			w.mail().OnZero = billing.ZeroCancel
			billsTo("4", "0")(w)
			w.current.Additions[811][0].Effective = date(effective)
			p = w.plan()
			if got := p.Changes[0].After.Cancelled.String(); got != want {
				t.Errorf("%+v: a line from %s ends on %s, wanted %s", c, effective, got, want)
			}
		}
	}
}
