package cwsim

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestEditsByAPerson(t *testing.T) {
	r := newRig(t)
	before := r.w.Snapshot()
	err := r.w.EditAddition(r.line, func(a *AdditionRecord) { a.Quantity, a.Cancelled = dec("99.5"), "2026-03-12" })
	if err != nil {
		t.Fatal(err)
	}
	m := r.want(200, "GET", r.addition(r.line), "").object(t)
	if m["quantity"] != 99.5 || m["cancelledDate"] != "2026-03-12T00:00:00Z" || m["_info"].(map[string]any)["updatedBy"] != person {
		t.Errorf("%v", m)
	}
	if r.w.Snapshot()[r.line] == before[r.line] {
		t.Error("the snapshot does not show it")
	}
	for _, tc := range []struct {
		err  error
		want string
	}{
		{r.w.EditAddition(1, func(*AdditionRecord) {}), "edit addition: no addition 1"},
		{r.w.EditAddition(r.line, func(a *AdditionRecord) { a.Product = 1 }), "no product 1"},
		{r.w.DeleteAddition(1), "delete addition: no addition 1"},
		{r.w.CancelAgreement(1, testToday), "edit agreements: no record 1"},
		{r.w.SetProrate(1, true), "edit agreements: no record 1"},
		{r.w.DeleteAgreement(1), "delete agreement: no agreement 1"},
		{r.w.MoveAgreement(r.fixed, 1), "edit companies: no record 1"},
		{r.w.EditProduct(1, dec("1"), dec("1"), false, false), "edit catalog: no record 1"},
	} {
		if tc.err == nil || !strings.Contains(tc.err.Error(), tc.want) {
			t.Errorf("%v, want %s", tc.err, tc.want)
		}
	}
	if err := r.w.DeleteAddition(r.line); err != nil {
		t.Fatal(err)
	}
	if _, ok := r.w.Addition(r.line); ok {
		t.Error("still there")
	}
}

func TestAgreementStatusFollowsTheCalendar(t *testing.T) {
	r := newRig(t)
	id := r.w.AddAgreement(AgreementSpec{Company: r.companyID, Start: "2026-04-01", End: "2026-05-31"})
	status := func() any {
		return r.want(200, "GET", fmt.Sprintf("/finance/agreements/%d", id), "").object(t)["agreementStatus"]
	}
	for day, want := range map[string]string{"2026-03-31": "Inactive", "2026-04-01": "Active", "2026-05-31": "Active", "2026-06-01": "Expired"} {
		r.w.SetToday(day)
		if got := status(); got != want || r.w.Today() != day {
			t.Errorf("%s: %v, want %s", day, got, want)
		}
	}
	if err := r.w.CancelAgreement(id, "2026-05-01"); err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]string{"2026-04-30": "Active", "2026-05-01": "Cancelled"} {
		r.w.SetToday(day)
		if got := status(); got != want {
			t.Errorf("%s, cancelled on 1 May: %v, want %s", day, got, want)
		}
	}
}

func TestInvoiceMovesTheNextInvoiceDate(t *testing.T) {
	r := newRig(t)
	for cycle, want := range map[string]string{
		"Monthly": "2026-05-01", "BiMonthly": "2026-06-01", "Quarterly": "2026-07-01", "SemiAnnual": "2026-10-01",
		"Yearly": "2027-04-01", "Weekly": "2026-04-08", "BiWeekly": "2026-04-15",
	} {
		id := r.w.AddAgreement(AgreementSpec{Company: r.companyID, Cycle: cycle})
		if _, err := r.w.Invoice(id); err != nil {
			t.Fatal(err)
		}
		m := r.want(200, "GET", fmt.Sprintf("/finance/agreementrecap/%d", id), "").object(t)
		if m["nextInvoiceDate"] != want+"T00:00:00Z" || m["lastInvoiceDate"] != "2026-04-01T00:00:00Z" {
			t.Errorf("%s: %v", cycle, m)
		}
	}
	id := r.want(201, "POST", fmt.Sprintf("/finance/agreements/%d/invoice", r.fixed), "").body
	if m := r.want(200, "GET", "/finance/invoices/"+id, "").object(t); m["total"] != 31.5 || m["type"] != "Agreement" {
		t.Errorf("%v", m)
	}
	one := r.w.AddAgreement(AgreementSpec{Company: r.companyID, Cycle: "NotRecurring"})
	if _, err := r.w.Invoice(one); err == nil {
		t.Error("an agreement that does not recur was invoiced")
	}
	r.want(400, "POST", fmt.Sprintf("/finance/agreements/%d/invoice", one), "")
	r.want(404, "POST", "/finance/agreements/9/invoice", "")
}

func TestNextInvoiceDateIsInListsAndUnset(t *testing.T) {
	r := newRig(t)
	path := fmt.Sprintf("/finance/agreements/%d", r.fixed)
	if m := r.want(200, "GET", path, "").object(t); m["nextInvoiceDate"] != "2026-04-01T00:00:00Z" {
		t.Errorf("%v", m["nextInvoiceDate"])
	}
	if err := r.w.SetNextInvoice(r.fixed, ""); err != nil {
		t.Fatal(err)
	}
	if m := r.want(200, "GET", path, "").object(t); m["nextInvoiceDate"] != nil {
		t.Errorf("%v", m["nextInvoiceDate"])
	}
}

func TestOtherRecordsShowAChangedName(t *testing.T) {
	r := newRig(t)
	r.get("/finance/agreements") // what is encoded now must not be served again
	if err := r.w.RenameCompany(r.companyID, "Contoso <Ltd> \"é\""); err != nil {
		t.Fatal(err)
	}
	for _, m := range r.get("/finance/agreements").list(t) {
		if name := m["company"].(map[string]any)["name"]; name != "Contoso <Ltd> \"é\"" {
			t.Errorf("%v", name)
		}
	}
}

func TestDeletedCompaniesAndProspectsAreListed(t *testing.T) {
	r := newRig(t)
	r.w.AddCompany(CompanySpec{Name: "Contoso", Identifier: "Contoso-old", Deleted: true})
	r.w.AddCompany(CompanySpec{Name: "Maybe", Type: "Prospect"})
	if got := r.get("/company/companies").list(t); len(got) != 3 || got[1]["deletedFlag"] != true || got[1]["dateDeleted"] == nil {
		t.Errorf("%v", got)
	}
	if got := r.get("/company/companies?conditions=deletedFlag=false").list(t); len(got) != 2 {
		t.Errorf("%d without the deleted one", len(got))
	}
}

func TestVersionsAlwaysAdvance(t *testing.T) {
	r := newRig(t)
	at := time.Date(2026, 3, 10, 12, 0, 0, 999, time.UTC)
	r.w.SetClock(func() time.Time { return at })
	var last string
	for range 3 {
		m := r.want(200, "PATCH", r.addition(r.line), `[{"op":"replace","path":"quantity","value":1}]`).object(t)
		now := m["_info"].(map[string]any)["lastUpdated"].(string)
		if now <= last {
			t.Errorf("%s after %s although the clock stands still", now, last)
		}
		last = now
	}
	if last != "2026-03-10T12:00:02Z" {
		t.Errorf("last version %s", last)
	}
}

func TestShapes(t *testing.T) {
	r := newRig(t)
	r.w.SetShape(Shape{EmptyDates: true, DotZero: true, UnknownFields: true})
	body := r.get(r.addition(r.line)).body
	for _, want := range []string{`"cancelledDate":""`, `"quantity":7.0,`, `"unitPrice":4.5,`, `"simulatedStatus":{`, `"agreementId":801,`} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in %s", want, body)
		}
	}
	r.w.SetShape(Shape{})
	if body := r.get(r.addition(r.line)).body; strings.Contains(body, "cancelledDate") || strings.Contains(body, "7.0") {
		t.Errorf("%s", body)
	}
}

func TestAgreementsByTheAPI(t *testing.T) {
	r := newRig(t)
	m := r.want(201, "POST", "/finance/agreements", `{"name":"New","type":{"name":"Backup"},"company":{"identifier":"contoso"},
		"contact":{"id":1401},"billingCycle":{"name":"Quarterly"},"startDate":"2026-03-01T00:00:00Z"}`).object(t)
	if m["noEndingDateFlag"] != true || m["billStartDate"] != "2026-03-01T00:00:00Z" || m["agreementStatus"] != "Active" {
		t.Errorf("%v", m)
	}
	got := r.want(400, "POST", "/finance/agreements", `{"name":"New","type":{"name":"Backup"},"company":{"id":250}}`)
	if _, _, items := got.errorItems(t); strings.Join(items, " ") != "MissingRequiredField:contact" {
		t.Errorf("%s", got.body)
	}
	got = r.want(400, "PATCH", "/finance/agreements/801", `[{"op":"replace","path":"endDate","value":"2001-01-01T00:00:00Z"}]`)
	if _, _, items := got.errorItems(t); strings.Join(items, " ") != "OutOfRange:endDate" {
		t.Errorf("%s", got.body)
	}
	if err := r.w.DeleteAgreement(r.fixed); err != nil {
		t.Fatal(err)
	}
	r.want(404, "GET", r.addition(r.line), "")
	if len(r.w.Additions(r.fixed)) != 0 {
		t.Error("the lines of a deleted agreement are still there")
	}
}

func TestAddedLinesKeepWhatTheSpecSays(t *testing.T) {
	r := newRig(t)
	price, taxable := dec("1.23"), true
	id := r.w.AddAddition(AdditionSpec{ID: 40000, Agreement: r.fixed, Product: r.mail, Quantity: dec("0"), Price: &price,
		Taxable: &taxable, Bill: "NoCharge", Effective: "2026-01-15T06:30:00Z", Cancelled: "2026-02-01",
		Description: "Own", InvoiceText: "Own text", LessIncluded: dec("2")})
	a, ok := r.w.Addition(id)
	if !ok || id != 40000 || !a.Price.Equal(price) || !a.Cost.Equal(dec("2")) || !a.Taxable || a.Bill != "NoCharge" ||
		a.Effective != "2026-01-15T06:30:00Z" || a.Cancelled != "2026-02-01" || a.Description != "Own" ||
		a.InvoiceText != "Own text" || !a.Quantity.IsZero() || !a.LessIncluded.Equal(dec("2")) || a.Unit != "User" {
		t.Errorf("%+v", a)
	}
	sparse := r.w.AddAddition(AdditionSpec{Agreement: r.fixed, Product: r.mail, Quantity: dec("1"), Sparse: true})
	if m := r.want(200, "GET", r.addition(sparse), "").object(t); sparse != 40001 || m["lessIncluded"] != nil || m["unitPrice"] != 4.5 {
		t.Errorf("%d %v", sparse, m)
	}
}
