package cwsim

import (
	"fmt"

	"github.com/shopspring/decimal"
)

// agreementStatus follows from the agreement's dates and the world's today.
func agreementStatus(w *World, rec *record) any {
	cancelled := rec.day("dateCancelled")
	switch {
	case rec.flag("cancelledFlag") && (cancelled == "" || cancelled <= w.today):
		return "Cancelled"
	case !rec.flag("noEndingDateFlag") && rec.day("endDate") != "" && rec.day("endDate") < w.today:
		return "Expired"
	case rec.day("startDate") > w.today:
		return "Inactive"
	}
	return "Active"
}

func nextInvoiceText(w *World, rec *record) any {
	if s := rec.text(".nextInvoice"); s != "" {
		return s
	}
	return nil
}

// nextInvoice is the day from which nothing is invoiced yet, "" for unknown; a
// child agreement is invoiced with its parent.
func (w *World) nextInvoice(agreement *record) string {
	if day := agreement.day(".nextInvoice"); day != "" {
		return day
	}
	if parent := w.tables[tAgreements].byID[agreement.ref("parentAgreement")]; parent != nil {
		return parent.day(".nextInvoice")
	}
	return ""
}

func fillAgreement(w *World, before, after *record, _ map[string]bool) {
	if before != nil {
		return
	}
	if after.text("startDate") == "" {
		after.set("startDate", wireDate(w.today))
	}
	if after.text("billStartDate") == "" {
		after.set("billStartDate", after.text("startDate"))
	}
	if after.text("endDate") == "" {
		after.set("noEndingDateFlag", true)
	}
	if after.ref("parentAgreement") == 0 {
		after.set(".nextInvoice", after.text("billStartDate"))
	}
}

func checkAgreement(w *World, _, after *record) []item {
	if end := after.day("endDate"); end != "" && end < after.day("startDate") {
		return []item{outOfRange("endDate", "The endDate cannot be less than the startDate.")}
	}
	return nil
}

func amount(rec *record, name string) decimal.Decimal {
	d, _ := rec.stored(name).(decimal.Decimal)
	return d
}

// billedQuantity is what exceeds the included units.
//
// Undocumented: the formula; this one is what the field's name and the use of
// lessIncluded suggest.
func billedQuantity(_ *World, rec *record) any {
	return decimal.Max(decimal.Zero, amount(rec, "quantity").Sub(amount(rec, "lessIncluded")))
}

func extended(price string) func(*World, *record) any {
	return func(_ *World, rec *record) any { return amount(rec, "quantity").Mul(amount(rec, price)) }
}

func margin(_ *World, rec *record) any {
	return amount(rec, "quantity").Mul(amount(rec, "unitPrice").Sub(amount(rec, "unitCost")))
}

// fillAddition takes from the catalog what the request leaves open: for a new
// line, and again whenever the line is pointed to another product.
func fillAddition(w *World, before, after *record, named map[string]bool) {
	fresh := before == nil || before.ref("product") != after.ref("product")
	product := w.tables[tCatalog].byID[after.ref("product")]
	if product != nil {
		copyFrom := func(name string, v any) {
			if after.stored(name) == nil && before == nil || fresh && !named[name] {
				after.set(name, v)
			}
		}
		copyFrom("unitPrice", product.stored("price"))
		copyFrom("unitCost", product.stored("cost"))
		copyFrom("description", product.stored("description"))
		copyFrom("invoiceDescription", product.stored("customerDescription"))
		copyFrom("taxableFlag", product.stored("taxableFlag"))
		if unit := w.tables[tUnits].byID[product.ref("unitOfMeasure")]; unit != nil {
			copyFrom("uom", unit.text("name"))
		}
	}
	if before != nil {
		return
	}
	agreement := w.tables[tAgreements].byID[after.parentID()]
	if after.text("effectiveDate") == "" && agreement != nil {
		after.set("effectiveDate", wireDate(max(w.today, agreement.day("billStartDate"))))
	}
	if after.stored("sequenceNumber") == nil {
		after.set("sequenceNumber", decimal.NewFromInt(int64(len(w.tables[tAdditions].children[after.parentID()])+1)))
	}
}

// checkAddition holds the date rules and what may be on an agreement at all.
func checkAddition(w *World, before, after *record) []item {
	agreement := w.tables[tAgreements].byID[after.parentID()]
	if agreement == nil {
		return []item{notFoundItem("agreementId")}
	}
	if product := w.tables[tCatalog].byID[after.ref("product")]; product.text("productClass") == "Bundle" &&
		(before == nil || before.ref("product") != product.id) {
		return []item{{Code: "InvalidObject", Field: "product", Message: "A bundle cannot be added to an agreement."}}
	}
	if status := agreementStatus(w, agreement); before == nil && (status == "Cancelled" || status == "Expired") {
		return []item{{Code: "InvalidObject", Field: "agreementId",
			Message: fmt.Sprintf("The agreement is %v: additions cannot be added.", status)}}
	}
	effective, cancelled := after.day("effectiveDate"), after.day("cancelledDate")
	if cancelled != "" && cancelled < effective {
		return []item{outOfRange("cancelledDate", "The cancelledDate cannot be less than the effectiveDate.")}
	}
	if before == nil || before.day("effectiveDate") != effective {
		if it := w.checkEffective(agreement, effective); it != nil {
			return []item{*it}
		}
	}
	if cancelled != "" && (before == nil || before.day("cancelledDate") != cancelled) {
		if it := w.checkCancelled(agreement, effective, cancelled); it != nil {
			return []item{*it}
		}
	}
	return nil
}

func (w *World) checkEffective(agreement *record, effective string) *item {
	if start := agreement.day("billStartDate"); effective < start {
		it := outOfRange("effectiveDate", "The effectiveDate cannot be less than the agreement billing start date ("+start+").")
		return &it
	}
	next := w.nextInvoice(agreement)
	if next != "" && effective < next && !agreement.flag("prorateFlag") {
		it := outOfRange("effectiveDate", "The effectiveDate is within a period that was already invoiced. "+
			"Prorate the agreement or move the date on or after the Next Invoice Date ("+next+").")
		return &it
	}
	return nil
}

// checkCancelled refuses an end inside an invoiced period of an agreement that
// does not prorate, save for the period's last day and a line without any life.
func (w *World) checkCancelled(agreement *record, effective, cancelled string) *item {
	next := w.nextInvoice(agreement)
	if next == "" || agreement.flag("prorateFlag") || cancelled >= addDays(next, -1) || cancelled == effective {
		return nil
	}
	it := outOfRange("cancelledDate", "The cancelledDate is within a period that was already invoiced. "+
		"Prorate the agreement or move the date on or after the Next Invoice Date ("+next+").")
	return &it
}

// keepAddition protects what is on an invoice.
//
// Undocumented: what deleting an invoiced line answers; 409 is presumed.
func keepAddition(w *World, rec *record) string {
	agreement := w.tables[tAgreements].byID[rec.parentID()]
	last := agreement.day(".lastInvoice")
	if last != "" && rec.day("effectiveDate") < w.nextInvoice(agreement) && amount(rec, "quantity").IsPositive() &&
		rec.text("billCustomer") == "Billable" {
		return "The addition has been invoiced and cannot be deleted."
	}
	return ""
}
