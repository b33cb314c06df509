package cwsim

import (
	"github.com/shopspring/decimal"
)

// recapResource shows agreements as the invoice state of each. Its records share
// the ids of the agreements and store nothing of their own.
func recapResource() *resource {
	of := func(get func(w *World, agreement *record) any) func(*World, *record) any {
		return func(w *World, rec *record) any { return get(w, w.tables[tAgreements].byID[rec.id]) }
	}
	textOf := func(name string) func(*World, *record) any {
		return of(func(_ *World, a *record) any {
			if s := a.text(name); s != "" {
				return s
			}
			return nil
		})
	}
	nothing := func(*World, *record) any { return decimal.Zero }
	r := newResource("agreementRecap", "",
		derived(kindNumber, "adjustmentAmount", nothing),
		derived(kindText, "agreementStatus", of(agreementStatus)),
		derived(kindText, "name", textOf("name")),
		derived(kindText, "companyName", of(func(w *World, a *record) any {
			return w.tables[tCompanies].byID[a.ref("company")].text("name")
		})),
		derived(kindText, "isUnlimited", func(*World, *record) any { return "No" }),
		derived(kindText, "lastInvoiceDate", textOf(".lastInvoice")),
		derived(kindText, "lastInvoiceNumber", textOf(".lastInvoiceNumber")),
		derived(kindNumber, "nextInvoiceAmount", of(nextInvoiceAmount)),
		derived(kindText, "nextInvoiceDate", textOf(".nextInvoice")),
		derived(kindNumber, "availableAmount", nothing), derived(kindNumber, "usedAmount", nothing),
		derived(kindInt, "unbilledPeriods", of(unbilledPeriods)),
	)
	r.noInfo = true
	return r
}

func nextInvoiceAmount(w *World, a *record) any {
	total := decimal.Zero
	for _, line := range w.tables[tAdditions].children[a.id] {
		if end := line.day("cancelledDate"); line.text("billCustomer") == "Billable" && (end == "" || end > a.day(".nextInvoice")) {
			total = total.Add(amount(line, "quantity").Sub(amount(line, "lessIncluded")).Mul(amount(line, "unitPrice")))
		}
	}
	return total
}

// unbilledPeriods is 1 while the period of today has no invoice.
func unbilledPeriods(w *World, a *record) any {
	if next := a.day(".nextInvoice"); next != "" && next <= w.today {
		return 1
	}
	return 0
}

func (c *call) recaps() (answer, *problem) {
	res := recapResource()
	agreements := c.w.tables[tAgreements].rows
	rows := make([]*record, 0, len(agreements))
	for _, a := range agreements {
		rows = append(rows, recapOf(res, a))
	}
	return c.list(rows, res)
}

func (c *call) recap() (answer, *problem) {
	a := c.w.tables[tAgreements].byID[c.ids[0]]
	if a == nil {
		return answer{}, noRecord(recapResource(), c.ids[0])
	}
	return c.whole(200, recapOf(recapResource(), a)), nil
}

func recapOf(res *resource, agreement *record) *record {
	rec := newRecord(res)
	rec.set("id", agreement.id)
	rec.info = agreement.info
	return rec
}
