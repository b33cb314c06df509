package cwsim

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// description loads the published description of the API, which lies beside the
// project and is not part of it.
func description(t *testing.T) *openapi3.T {
	t.Helper()
	const file = "../../../shared/connectwise/openapi-subset.json"
	if _, err := os.Stat(file); err != nil {
		if os.Getenv("CI") == "" {
			t.Skipf("the published description of the API is not here: %v", err)
		}
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

var parameter = regexp.MustCompile(`\{[A-Za-z]+\}`)

// operation of the description for a route such as "GET /finance/agreements/#".
func described(doc *openapi3.T, key string) *openapi3.Operation {
	method, pattern, _ := strings.Cut(key, " ")
	for path, item := range doc.Paths.Map() {
		if parameter.ReplaceAllString(path, "#") == pattern {
			return item.GetOperation(method)
		}
	}
	return nil
}

// beyond says that a path is none of the description's, which leaves the service desk out.
func beyond(path string) bool { return strings.HasPrefix(path, "/service/") }

// conforms checks an answer against the schema of its status, and that it has no
// property that the description does not know: that would be a wrong name.
func conforms(t *testing.T, doc *openapi3.T, key string, got reply) {
	t.Helper()
	op := described(doc, key)
	if op == nil {
		t.Errorf("%s is not in the description", key)
		return
	}
	res := op.Responses.Status(got.status)
	if res == nil {
		t.Errorf("%s: status %d is not in the description: %.300s", key, got.status, got.body)
		return
	}
	media := res.Value.Content.Get("application/json")
	if media == nil {
		if got.body != "" {
			t.Errorf("%s: a body where none is described: %s", key, got.body)
		}
		return
	}
	var data any
	if err := json.Unmarshal([]byte(got.body), &data); err != nil {
		t.Errorf("%s: %v: %s", key, err, got.body)
		return
	}
	if err := media.Schema.Value.VisitJSON(data, openapi3.VisitAsResponse(), openapi3.EnableFormatValidation()); err != nil {
		t.Errorf("%s: %.400v", key, err)
	}
	for _, name := range unknownNames(media.Schema.Value, data, "") {
		t.Errorf("%s: the description has no property %s", key, name)
	}
}

// unknownNames lists the properties of data that the schema does not name.
func unknownNames(schema *openapi3.Schema, data any, at string) []string {
	var out []string
	switch v := data.(type) {
	case []any:
		for _, e := range v {
			if schema.Items != nil {
				out = append(out, unknownNames(schema.Items.Value, e, at)...)
			}
		}
	case map[string]any:
		for name, e := range v {
			switch p := schema.Properties[name]; {
			case p != nil:
				out = append(out, unknownNames(p.Value, e, at+"/"+name)...)
			case schema.AdditionalProperties.Schema == nil && len(schema.Properties) > 0:
				out = append(out, at+"/"+name)
			}
		}
	}
	return out
}

// contractRig has a record of every kind, with every field that can be set set.
func contractRig(t *testing.T) *rig {
	t.Helper()
	r := newRig(t)
	line := fmt.Sprintf("%s/%d", r.additions(r.prorated), r.w.AddAddition(AdditionSpec{
		Agreement: r.prorated, Product: r.gb, Quantity: dec("1.5"), Cancelled: "2026-05-31", SerialNumber: "S-1",
	}))
	r.want(200, "PATCH", line, `[{"op":"replace","path":"customFields","value":[{"id":3,"caption":"Source","type":"Text","entryMethod":"EntryField","value":"mail"}]}]`)
	r.w.AddAgreement(AgreementSpec{Company: r.companyID, Parent: r.fixed, Currency: "EUR", End: "2027-01-01", Cancelled: "2026-02-01"})
	r.w.AddCompany(CompanySpec{Name: "Gone", Deleted: true})
	if _, err := r.w.Invoice(r.fixed); err != nil {
		t.Fatal(err)
	}
	r.want(201, "POST", "/finance/agreements/801/adjustments", `{"amount":5,"description":"x","effectiveDate":"2026-03-01T00:00:00Z"}`)
	r.want(201, "POST", "/system/callbacks", `{"url":"https://example.com","objectId":1,"type":"agreement","level":"owner"}`)
	r.want(201, "POST", "/system/userDefinedFields", `{"podId":1,"caption":"Source","sequenceNumber":1,"fieldTypeIdentifier":"Text"}`)
	return r
}

// first is an address that exists for a pattern: parents are known, and the last
// number is that of the first record in the list.
func (r *rig) first(pattern string) string {
	r.t.Helper()
	parent := "801"
	switch {
	case strings.HasPrefix(pattern, "/company/companies/#/"):
		parent = "250"
	case strings.HasPrefix(pattern, "/procurement/categories/#/"):
		parent = "1"
	}
	list, one := strings.CutSuffix(pattern, "/#")
	list = strings.Replace(list, "#", parent, 1)
	if !one {
		return list
	}
	if strings.HasSuffix(list, "subcategories") || strings.HasSuffix(list, "agreementrecap") {
		list += "/"
	}
	ids := r.want(200, "GET", list, "").ids(r.t)
	if len(ids) == 0 {
		r.t.Fatalf("nothing in %s", list)
	}
	return strings.TrimSuffix(list, "/") + fmt.Sprintf("/%d", ids[0])
}

func TestEveryGETConforms(t *testing.T) {
	doc := description(t)
	for _, shape := range []Shape{{}, {DotZero: true}} {
		r := contractRig(t)
		r.w.SetShape(shape)
		for key := range r.s.routes {
			pattern, ok := strings.CutPrefix(key, "GET ")
			if !ok || beyond(pattern) {
				continue
			}
			path := "/procurement/catalog/5001/info"
			if pattern != "/procurement/catalog/#/info" {
				path = r.first(pattern)
			}
			conforms(t, doc, key, r.want(200, "GET", path, ""))
		}
	}
}

func TestWritesConform(t *testing.T) {
	doc := description(t)
	for _, w := range []struct{ key, path, body string }{
		{"POST /finance/agreements/#/additions", "/finance/agreements/802/additions",
			`{"product":{"id":5001},"billCustomer":"Billable","quantity":1.5,"effectiveDate":"2026-03-10T00:00:00Z"}`},
		{"PATCH /finance/agreements/#/additions/#", "/finance/agreements/801/additions/30001", `[{"op":"replace","path":"quantity","value":3}]`},
		{"PUT /finance/agreements/#/additions/#", "/finance/agreements/801/additions/30001",
			`{"product":{"id":5001},"billCustomer":"NoCharge","effectiveDate":"2025-03-01T00:00:00Z"}`},
		{"DELETE /finance/agreements/#/additions/#", "/finance/agreements/802/additions/30002", ""},
		{"POST /procurement/catalog", "/procurement/catalog", `{"identifier":"N","description":"x",` + newProduct + `}`},
		{"PATCH /procurement/catalog/#", "/procurement/catalog/5001", `[{"op":"replace","path":"price","value":3.5}]`},
		{"POST /procurement/catalog/#/pricing", "/procurement/catalog/5001/pricing", `{"quantity":1,"date":"2026-03-10"}`},
		{"POST /finance/agreements", "/finance/agreements", `{"name":"N","type":{"id":1},"company":{"id":250},"contact":{"id":1401}}`},
		{"PATCH /finance/agreements/#", "/finance/agreements/801", `[{"op":"replace","path":"prorateFlag","value":true}]`},
		{"POST /finance/agreements/#/invoice", "/finance/agreements/802/invoice", ""},
		{"POST /company/companies", "/company/companies", `{"identifier":"N","name":"New"}`},
		{"POST /procurement/unitOfMeasures", "/procurement/unitOfMeasures", `{"name":"Seat"}`},
		{"POST /procurement/categories/#/subcategories/", "/procurement/categories/1/subcategories/", `{"name":"Voice"}`},
	} {
		r := contractRig(t)
		got := r.do(strings.Fields(w.key)[0], w.path, w.body)
		if got.status > 299 {
			t.Errorf("%s: %d %s", w.key, got.status, got.body)
		}
		conforms(t, doc, w.key, got)
	}
}

func TestErrorsConform(t *testing.T) {
	doc := description(t)
	key := "PATCH /finance/agreements/#/additions/#"
	for status := range map[int]bool{400: true, 401: true, 403: true, 404: true, 429: true, 500: true} {
		r := contractRig(t)
		r.s.Fail(Fault{Kind: FaultStatus, Status: status})
		conforms(t, doc, key, r.do("PATCH", r.addition(r.line), `[]`))
	}
	r := contractRig(t)
	conforms(t, doc, key, r.want(400, "PATCH", r.addition(r.line), `[{"op":"replace","path":"quantity","value":"x"}]`))
	conforms(t, doc, key, r.want(400, "PATCH", r.addition(r.line), `[{"op":"replace","path":"nosuch","value":1}]`))
	conforms(t, doc, key, r.want(404, "PATCH", r.addition(1), `[]`))
}

// TestEveryFieldIsDescribed looks at names that no answer happens to show.
func TestEveryFieldIsDescribed(t *testing.T) {
	doc := description(t)
	w := NewWorld(testToday)
	for _, col := range collections() {
		if beyond(col.path) {
			continue
		}
		op := described(doc, "GET "+col.path)
		if op == nil {
			t.Errorf("GET %s is not in the description", col.path)
			continue
		}
		schema := op.Responses.Status(200).Value.Content.Get("application/json").Schema.Value.Items.Value
		for _, f := range w.tables[col.table].res.fields {
			p := schema.Properties[f.name]
			if f.name[0] == '.' || !col.only.has(f.name) {
				continue
			}
			if p == nil {
				t.Errorf("%s: the description has no property %s", col.path, f.name)
				continue
			}
			if limit := p.Value.MaxLength; limit != nil && f.kind == kindText && int(*limit) != f.max {
				t.Errorf("%s: %s holds %d characters, described are %d", col.path, f.name, f.max, *limit)
			}
			if len(p.Value.Enum) != len(f.enum) && len(p.Value.Enum) > 0 && f.derive == nil {
				t.Errorf("%s: %s has %d values, described are %d", col.path, f.name, len(f.enum), len(p.Value.Enum))
			}
		}
		for _, name := range schema.Required {
			if i, ok := w.tables[col.table].res.index[name]; !ok || !w.tables[col.table].res.fields[i].required {
				t.Errorf("%s: %s is required in the description", col.path, name)
			}
		}
	}
}
