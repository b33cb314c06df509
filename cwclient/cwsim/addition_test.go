package cwsim

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func (r *rig) additions(agreement int) string {
	return fmt.Sprintf("/finance/agreements/%d/additions", agreement)
}
func (r *rig) addition(id int) string { return fmt.Sprintf("%s/%d", r.additions(r.fixed), id) }

func TestPostAdditionTakesTheCatalogsDefaults(t *testing.T) {
	r := newRig(t)
	got := r.want(201, "POST", r.additions(r.prorated), `{"product":{"identifier":"gb"},"billCustomer":"Billable","quantity":2.5}`)
	m := got.object(t)
	for field, want := range map[string]any{
		"id": 30002.0, "quantity": 2.5, "lessIncluded": 0.0, "unitPrice": 0.125, "unitCost": 0.05, "description": "Storage",
		"invoiceDescription": "Storage", "uom": "Each", "taxableFlag": true, "effectiveDate": "2026-03-10T00:00:00Z",
		"agreementId": float64(r.prorated), "sequenceNumber": 1.0, "extPrice": 0.3125, "billedQuantity": 2.5,
		"margin": 0.1875, "agreementStatus": "Active", "purchaseItemFlag": false,
	} {
		if m[field] != want {
			t.Errorf("%s: %v, want %v", field, m[field], want)
		}
	}
	if _, ok := m["cancelledDate"]; ok {
		t.Error("a null date is left out")
	}
	if loc := got.header.Get("Location"); !strings.HasSuffix(loc, r.additions(r.prorated)+"/30002") {
		t.Errorf("Location %q", loc)
	}
	if in := m["_info"].(map[string]any); in["updatedBy"] != apiMember || in["enteredBy"] != apiMember {
		t.Errorf("_info %v", in)
	}
}

func TestPostAdditionKeepsWhatItNames(t *testing.T) {
	r := newRig(t)
	m := r.want(201, "POST", r.additions(r.prorated), `{"id":7,"agreementId":999,"extPrice":1,"product":{"id":5002},
		"billCustomer":"NoCharge","unitPrice":0,"unitCost":0.0000014,"description":"Own","taxableFlag":false,"uom":"TB",
		"serialNumber":"S1","effectiveDate":"2026-03-01T00:00:00Z","nosuch":{"x":1},"lessIncluded":3,"quantity":1}`).object(t)
	for field, want := range map[string]any{
		"id": 30002.0, "agreementId": float64(r.prorated), "extPrice": 0.0, "unitPrice": 0.0, "unitCost": 0.000001,
		"description": "Own", "taxableFlag": false, "uom": "TB", "serialNumber": "S1", "billedQuantity": 0.0,
	} {
		if m[field] != want {
			t.Errorf("%s: %v, want %v", field, m[field], want)
		}
	}
}

func TestPostAdditionRefused(t *testing.T) {
	r := newRig(t)
	bundle := r.w.AddProduct(ProductSpec{Identifier: "BNDL", Class: "Bundle"})
	expired := r.w.AddAgreement(AgreementSpec{Company: r.companyID, End: "2026-02-28", Prorate: true})
	cancelled := r.w.AddAgreement(AgreementSpec{Company: r.companyID, Cancelled: "2026-03-01", Prorate: true})
	late := r.w.AddAgreement(AgreementSpec{Company: r.companyID, BillStart: "2026-03-05", Prorate: true})
	child := r.w.AddAgreement(AgreementSpec{Company: r.companyID, Parent: r.fixed})
	body := func(extra string) string {
		return fmt.Sprintf(`{"product":{"id":%d},"billCustomer":"Billable","quantity":1%s}`, r.mail, extra)
	}
	for name, tc := range map[string]struct {
		agreement  int
		body, item string
		reason     string // part of the body
	}{
		"no product":           {r.prorated, `{"billCustomer":"Billable"}`, "MissingRequiredField:product", ""},
		"no billCustomer":      {r.prorated, `{"product":{"id":5001},"billableOption":"Billable"}`, "MissingRequiredField:billCustomer", ""},
		"unknown product":      {r.prorated, `{"product":{"id":5999},"billCustomer":"Billable"}`, "NotFound:product", ""},
		"unknown identifier":   {r.prorated, `{"product":{"identifier":"X"},"billCustomer":"Billable"}`, "NotFound:product", ""},
		"bundle":               {r.prorated, fmt.Sprintf(`{"product":{"id":%d},"billCustomer":"Billable"}`, bundle), "InvalidObject:product", "bundle"},
		"wrong enum":           {r.prorated, `{"product":{"id":5001},"billCustomer":"billable"}`, "OutOfRange:billCustomer", ""},
		"quantity as text":     {r.prorated, body(`,"unitPrice":"4.50"`), "InvalidObject:unitPrice", ""},
		"long serial number":   {r.prorated, body(`,"serialNumber":"` + strings.Repeat("ä", 51) + `"`), "MaxLengthField:serialNumber", "50"},
		"long invoice text":    {r.prorated, body(`,"invoiceDescription":"` + strings.Repeat("x", 6001) + `"`), "MaxLengthField:invoiceDescription", "6000"},
		"milliseconds":         {r.prorated, body(`,"effectiveDate":"2026-03-10T00:00:00.000Z"`), "InvalidObject:effectiveDate", "Unsupported format"},
		"not a date":           {r.prorated, body(`,"effectiveDate":"10.03.2026"`), "InvalidObject:effectiveDate", ""},
		"before billing start": {late, body(`,"effectiveDate":"2026-03-04T00:00:00Z"`), "OutOfRange:effectiveDate", "billing start"},
		"invoiced period":      {r.fixed, body(`,"effectiveDate":"2026-03-31T00:00:00Z"`), "OutOfRange:effectiveDate", "Next Invoice Date (2026-04-01)"},
		"invoiced by default":  {r.fixed, body(``), "OutOfRange:effectiveDate", "Prorate the agreement"},
		"child of invoiced":    {child, body(`,"effectiveDate":"2026-03-31T00:00:00Z"`), "OutOfRange:effectiveDate", "Next Invoice Date (2026-04-01)"},
		"expired agreement":    {expired, body(``), "InvalidObject:agreementId", "Expired"},
		"cancelled agreement":  {cancelled, body(``), "InvalidObject:agreementId", "Cancelled"},
		"ends before it starts": {r.prorated, body(`,"effectiveDate":"2026-03-10T00:00:00Z","cancelledDate":"2026-03-09T00:00:00Z"`),
			"OutOfRange:cancelledDate", "effectiveDate"},
	} {
		t.Run(name, func(t *testing.T) {
			before := len(r.w.Snapshot())
			got := r.do("POST", r.additions(tc.agreement), tc.body)
			if got.status != 400 {
				t.Fatalf("status %d: %s", got.status, got.body)
			}
			code, message, items := got.errorItems(t)
			if code != "InvalidObject" || message != "Addition object is invalid" || !slices.Equal(items, []string{tc.item}) {
				t.Errorf("%s, want %s", got.body, tc.item)
			}
			if !strings.Contains(got.body, tc.reason) {
				t.Errorf("%s does not say %q", got.body, tc.reason)
			}
			if len(r.w.Snapshot()) != before {
				t.Error("a refused line was kept")
			}
		})
	}
	r.want(404, "POST", r.additions(9999), body(``))
	r.want(400, "POST", r.additions(r.prorated), `[`)
	r.want(400, "POST", r.additions(r.prorated), `[]`)
	r.want(400, "POST", r.additions(r.prorated), body(``)+`{}`)
}

func TestPostAdditionAllowed(t *testing.T) {
	r := newRig(t)
	child := r.w.AddAgreement(AgreementSpec{Company: r.companyID, Parent: r.fixed})
	open := r.w.AddAgreement(AgreementSpec{Company: r.companyID, NextInvoice: "2026-03-01"})
	for _, tc := range []struct {
		agreement int
		dates     string
	}{
		{r.fixed, `"effectiveDate":"2026-04-01T00:00:00Z"`},
		{r.fixed, `"effectiveDate":"2026-04-01T00:00:00Z"`}, // a second one of the product
		{r.prorated, `"effectiveDate":"2025-03-01T00:00:00Z"`},
		{child, `"effectiveDate":"2026-04-01T00:00:00Z"`},
		{open, `"effectiveDate":"2026-03-10T00:00:00Z"`},
		{r.prorated, `"effectiveDate":"2026-03-10T00:00:00Z","cancelledDate":"2026-03-10T00:00:00Z"`},
		{r.prorated, `"effectiveDate":"2026-03-10","cancelledDate":""`},
	} {
		r.want(201, "POST", r.additions(tc.agreement), `{"product":{"id":5001},"billCustomer":"DoNotBill",`+tc.dates+`}`)
	}
	if got := r.get(r.additions(r.fixed) + "/count").object(t)["count"]; got != 3.0 {
		t.Errorf("count %v, want 3", got)
	}
}

func TestPatchAddition(t *testing.T) {
	r := newRig(t)
	before, _ := r.w.Addition(r.line)
	m := r.want(200, "PATCH", r.addition(r.line), `[{"op":"replace","path":"quantity","value":8.25},{"op":"add","path":"unitPrice","value":5}]`).object(t)
	if m["quantity"] != 8.25 || m["unitPrice"] != 5.0 || m["extPrice"] != 41.25 || m["margin"] != 24.75 {
		t.Errorf("%v", m)
	}
	after, _ := r.w.Addition(r.line)
	if after.Updated <= before.Updated || after.UpdatedBy != apiMember {
		t.Errorf("version %s by %s, before %s", after.Updated, after.UpdatedBy, before.Updated)
	}
	last := after.Updated
	for range 3 { // the same value again is a write like any other
		r.want(200, "PATCH", r.addition(r.line), `[{"op":"replace","path":"quantity","value":8.25}]`)
		again, _ := r.w.Addition(r.line)
		if again.Updated <= last {
			t.Fatalf("version %s after %s", again.Updated, last)
		}
		last = again.Updated
	}
}

func TestPatchRefused(t *testing.T) {
	r := newRig(t)
	before := r.w.Snapshot()[r.line]
	for body, want := range map[string]string{
		`{"op":"replace","path":"quantity","value":1}`:                               "ConnectWiseApi",
		`[{"op":"replace","path":"/quantity","value":1}]`:                            "ConnectWiseApi",
		`[{"op":"replace","path":"Quantity","value":1}]`:                             "ConnectWiseApi",
		`[{"op":"replace","path":"nosuch","value":1}]`:                               "ConnectWiseApi",
		`[{"op":"test","path":"quantity","value":7}]`:                                "ConnectWiseApi",
		`[{"op":"replace","path":"quantity","value":"1"}]`:                           "InvalidObject",
		`[{"op":"replace","path":"quantity","value":true}]`:                          "InvalidObject",
		`[{"op":"replace","path":"quantity","value":1e99}]`:                          "InvalidObject",
		`[{"op":"replace","path":"taxableFlag","value":"false"}]`:                    "InvalidObject",
		`[{"op":"replace","path":"product","value":5}]`:                              "InvalidObject",
		`[{"op":"replace","path":"product","value":{"id":5999}}]`:                    "InvalidObject",
		`[{"op":"replace","path":"product","value":{"id":"5001"}}]`:                  "InvalidObject",
		`[{"op":"replace","path":"billCustomer","value":"Sometimes"}]`:               "InvalidObject",
		`[{"op":"remove","path":"billCustomer"}]`:                                    "InvalidObject",
		`[{"op":"replace","path":"product","value":null}]`:                           "InvalidObject",
		`[{"op":"replace","path":"cancelledDate","value":"2026-03-10T00:00:00.5Z"}]`: "InvalidObject",
		`[{"op":"replace","path":"quantity","value":2},{"op":"replace","path":"serialNumber","value":"` +
			strings.Repeat("x", 51) + `"}]`: "InvalidObject",
	} {
		got := r.do("PATCH", r.addition(r.line), body)
		if got.status != 400 {
			t.Errorf("%s: status %d", body, got.status)
			continue
		}
		if code, _, _ := got.errorItems(t); code != want {
			t.Errorf("%s: code %s, want %s", body, code, want)
		}
	}
	if after := r.w.Snapshot()[r.line]; after != before {
		t.Errorf("a refused PATCH changed something: %s", after)
	}
}

func TestPatchFalse200(t *testing.T) {
	r := newRig(t)
	before := r.w.Snapshot()[r.line]
	for _, body := range []string{
		`[{"op":"replace","path":"product/id","value":5002}]`,
		`[{"op":"replace","path":"product/identifier","value":"GB"}]`,
		`[{"op":"replace","path":"extPrice","value":1},{"op":"replace","path":"margin","value":1}]`,
		`[{"op":"replace","path":"billedQuantity","value":1}]`,
		`[{"op":"replace","path":"proratePrice","value":1}]`,
		`[{"op":"replace","path":"id","value":1},{"op":"replace","path":"agreementId","value":802}]`,
		`[{"op":"replace","path":"_info","value":{}},{"op":"replace","path":"_info/lastUpdated","value":"x"}]`,
		`[]`,
	} {
		if got := r.want(200, "PATCH", r.addition(r.line), body); got.body != before {
			t.Errorf("%s changed something: %s", body, got.body)
		}
	}
	if after := r.w.Snapshot()[r.line]; after != before {
		t.Errorf("changed: %s", after)
	}
}

func TestPatchProductTakesTheCatalogsDefaultsAgain(t *testing.T) {
	r := newRig(t)
	m := r.want(200, "PATCH", r.addition(r.line), `[{"op":"replace","path":"product","value":{"id":5002}}]`).object(t)
	if m["unitPrice"] != 0.125 || m["unitCost"] != 0.05 || m["description"] != "Storage" || m["quantity"] != 7.0 || m["taxableFlag"] != true {
		t.Errorf("not the catalog's: %v", m)
	}
	m = r.want(200, "PATCH", r.addition(r.line), `[{"op":"replace","path":"product","value":{"identifier":"MBX-BASIC"}},
		{"op":"replace","path":"unitPrice","value":3},{"op":"replace","path":"description","value":"Pinned"}]`).object(t)
	if m["unitPrice"] != 3.0 || m["unitCost"] != 2.0 || m["description"] != "Pinned" {
		t.Errorf("not pinned: %v", m)
	}
}

func TestPatchValidatesTheWholeRecord(t *testing.T) {
	r := newRig(t)
	bad := r.w.AddAddition(AdditionSpec{Agreement: r.fixed, Product: r.mail, Quantity: dec("1"), SerialNumber: strings.Repeat("x", 60)})
	got := r.want(400, "PATCH", r.addition(bad), `[{"op":"replace","path":"quantity","value":2}]`)
	if _, _, items := got.errorItems(t); !slices.Equal(items, []string{"MaxLengthField:serialNumber"}) {
		t.Errorf("%s", got.body)
	}
}

func TestPatchCancelledDate(t *testing.T) {
	r := newRig(t)
	prorated := r.w.AddAddition(AdditionSpec{Agreement: r.prorated, Product: r.mail, Quantity: dec("1")})
	patch := func(id, agreement int, day string) int {
		return r.do("PATCH", fmt.Sprintf("%s/%d", r.additions(agreement), id),
			`[{"op":"replace","path":"cancelledDate","value":"`+day+`T00:00:00Z"}]`).status
	}
	for _, tc := range []struct {
		name          string
		id, agreement int
		day           string
		want          int
	}{
		{"inside the invoiced period", r.line, r.fixed, "2026-03-10", 400},
		{"two days before the next invoice", r.line, r.fixed, "2026-03-30", 400},
		{"the day before the next invoice", r.line, r.fixed, "2026-03-31", 200},
		{"the next invoice date", r.line, r.fixed, "2026-04-01", 200},
		{"later", r.line, r.fixed, "2026-05-15", 200},
		{"the effective date: never billed", r.line, r.fixed, "2025-03-01", 200},
		{"before the effective date", r.line, r.fixed, "2025-02-28", 400},
		{"inside, prorated", prorated, r.prorated, "2026-03-10", 200},
	} {
		if got := patch(tc.id, tc.agreement, tc.day); got != tc.want {
			t.Errorf("%s: status %d, want %d", tc.name, got, tc.want)
		}
	}
	r.want(200, "PATCH", r.addition(r.line), `[{"op":"remove","path":"cancelledDate"}]`)
	if a, _ := r.w.Addition(r.line); a.Cancelled != "" {
		t.Errorf("cancelled %q after remove", a.Cancelled)
	}
	r.want(200, "PATCH", r.addition(r.line), `[{"op":"replace","path":"quantity","value":0},{"op":"replace","path":"cancelledDate","value":"2025-03-01T00:00:00Z"}]`)
	if got := r.do("PATCH", r.addition(r.line), `[{"op":"replace","path":"effectiveDate","value":"2026-03-05T00:00:00Z"}]`); got.status != 400 {
		t.Errorf("effective date moved into the invoiced period: status %d", got.status)
	}
}

func TestQuantityOfALineOnAClosedAgreement(t *testing.T) {
	r := newRig(t)
	if err := r.w.CancelAgreement(r.fixed, "2026-03-01"); err != nil {
		t.Fatal(err)
	}
	m := r.want(200, "PATCH", r.addition(r.line), `[{"op":"replace","path":"quantity","value":9}]`).object(t)
	if m["agreementStatus"] != "Cancelled" {
		t.Errorf("the answer is 200 although nothing is billed any more: %v", m["agreementStatus"])
	}
}

func TestPutAddition(t *testing.T) {
	r := newRig(t)
	if err := r.w.EditAddition(r.line, func(a *AdditionRecord) { a.SerialNumber, a.LessIncluded = "keep?", dec("2") }); err != nil {
		t.Fatal(err)
	}
	m := r.want(200, "PUT", r.addition(r.line), `{"product":{"id":5001},"billCustomer":"Billable","quantity":3,"effectiveDate":"2025-03-01T00:00:00Z"}`).object(t)
	if m["quantity"] != 3.0 || m["lessIncluded"] != 0.0 {
		t.Errorf("%v", m)
	}
	for _, gone := range []string{"serialNumber", "unitPrice", "description"} {
		if v, ok := m[gone]; ok {
			t.Errorf("%s is still %v after a PUT without it", gone, v)
		}
	}
	r.want(400, "PUT", r.addition(r.line), `{"billCustomer":"Billable"}`)
}

func TestDeleteAddition(t *testing.T) {
	r := newRig(t)
	r.want(204, "DELETE", r.addition(r.line), "")
	r.want(404, "GET", r.addition(r.line), "")
	if _, err := r.w.Invoice(r.fixed); err != nil {
		t.Fatal(err)
	}
	billed := r.w.AddAddition(AdditionSpec{Agreement: r.fixed, Product: r.mail, Quantity: dec("1")})
	if got := r.want(409, "DELETE", r.addition(billed), ""); !strings.Contains(got.body, "invoiced") {
		t.Errorf("%s", got.body)
	}
}

func TestAdditionOfAnotherAgreementIsNotFound(t *testing.T) {
	r := newRig(t)
	for _, method := range []string{"GET", "PATCH", "PUT", "DELETE"} {
		got := r.want(404, method, fmt.Sprintf("%s/%d", r.additions(r.prorated), r.line), `[]`)
		if code, _, _ := got.errorItems(t); code != "NotFound" {
			t.Errorf("%s: %s", method, got.body)
		}
	}
	r.want(404, "GET", r.addition(5001), "")
}
