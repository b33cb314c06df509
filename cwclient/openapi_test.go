package cwclient

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/shopspring/decimal"
)

// description loads the published description of the API, which lies beside the project and not in it.
func description(t *testing.T) *openapi3.T {
	t.Helper()
	file := filepath.Join("..", "..", "shared", "connectwise", "openapi-subset.json")
	if _, err := os.Stat(file); errors.Is(err, os.ErrNotExist) {
		if os.Getenv("CI") == "" {
			t.Skipf("%s is not here; it is needed to check requests against the published description", file)
		}
		t.Fatalf("%s is not here", file)
	}
	doc, err := openapi3.NewLoader().LoadFromFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// referee checks each request against the description and answers with its example.
type referee struct {
	t    *testing.T
	doc  *openapi3.T
	seen []string // method and path template of each request
}

func (f *referee) roundTrip(r *http.Request) (*http.Response, error) {
	f.t.Helper()
	path := strings.TrimPrefix(r.URL.Path, "/v2026_4/apis/3.0")
	template, params := f.match(path)
	item := f.doc.Paths.Value(template)
	if item == nil || item.GetOperation(r.Method) == nil {
		f.t.Errorf("%s %s is not in the description", r.Method, path)
		return reply(r, 404, ""), nil
	}
	op := item.GetOperation(r.Method)
	f.seen = append(f.seen, r.Method+" "+template)
	f.checkQuery(r, op)
	if r.Body != nil {
		body, _ := io.ReadAll(r.Body)
		f.checkBody(r.Method, template, body, op)
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	r.Header.Set("clientId", r.Header[clientIDHeader][0]) // in Go's spelling, for the checker
	input := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, QueryParams: r.URL.Query(),
		Route: routeOf(f.doc, item, op, r.Method, template),
		Options: &openapi3filter.Options{MultiError: true, AuthenticationFunc: func(_ context.Context, in *openapi3filter.AuthenticationInput) error {
			if user, pass, ok := in.RequestValidationInput.Request.BasicAuth(); !ok || user != "acme+PUBLICKEY" || pass != "PRIVATEKEY" {
				return errors.New("no basic credentials")
			}
			return nil
		}},
	}
	if err := openapi3filter.ValidateRequest(r.Context(), input); err != nil {
		f.t.Errorf("%s %s: %v", r.Method, path, err)
	}
	return reply(r, 200, example(f.t, op, params)), nil
}

// match finds the template of a path; literal segments win over parameters.
func (f *referee) match(path string) (string, map[string]string) {
	best, bestParams := "", map[string]string(nil)
	segments := strings.Split(path, "/")
	for _, template := range f.doc.Paths.InMatchingOrder() {
		parts := strings.Split(template, "/")
		params := map[string]string{}
		fits := len(parts) == len(segments)
		for i := 0; fits && i < len(parts); i++ {
			if strings.HasPrefix(parts[i], "{") && segments[i] != "" {
				params[strings.Trim(parts[i], "{}")] = segments[i]
			} else {
				fits = parts[i] == segments[i]
			}
		}
		if fits && (best == "" || len(params) < len(bestParams)) {
			best, bestParams = template, params
		}
	}
	return best, bestParams
}

// checkQuery refuses parameters that the operation does not have; the checker itself lets them pass.
func (f *referee) checkQuery(r *http.Request, op *openapi3.Operation) {
	f.t.Helper()
	for name := range r.URL.Query() {
		if op.Parameters.GetByInAndName("query", name) == nil {
			f.t.Errorf("%s has no parameter %s", op.OperationID, name)
		}
	}
}

// checkBody refuses fields that the record does not have; the checker itself lets them pass.
func (f *referee) checkBody(method, template string, body []byte, op *openapi3.Operation) {
	f.t.Helper()
	schema := op.RequestBody.Value.Content.Get("application/json").Schema.Value
	var names []string
	if method == http.MethodPatch {
		var ops []struct{ Path string }
		if err := json.Unmarshal(body, &ops); err != nil {
			f.t.Error(err)
		}
		for _, op := range ops {
			names = append(names, op.Path)
		}
		record := f.doc.Paths.Value(template).Get.Responses.Status(200).Value.Content.Get("application/json")
		schema = record.Schema.Value
	} else {
		var fields map[string]any
		if err := json.Unmarshal(body, &fields); err != nil {
			f.t.Error(err)
		}
		for name := range fields {
			names = append(names, name)
		}
	}
	for _, name := range names {
		if schema.Properties[name] == nil {
			f.t.Errorf("%s %s: the record has no field %s", method, template, name)
		}
	}
}

// example is the description's own answer, with the id that was asked for.
func example(t *testing.T, op *openapi3.Operation, params map[string]string) string {
	t.Helper()
	resp := op.Responses.Status(200)
	if resp == nil {
		resp = op.Responses.Status(201)
	}
	media := resp.Value.Content.Get("application/json")
	value := media.Example
	if value == nil {
		value = map[string]any{"id": 1.0}
		if media.Schema.Value.Type.Is("array") {
			value = []any{value}
		}
	}
	if record, ok := value.(map[string]any); ok && params["id"] != "" {
		record["id"] = json.RawMessage(params["id"])
	}
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// errorOf drops the value of a request.
func errorOf[T any](_ T, err error) error { return err }

// everyRead sends each reading request that the client can send, with every option.
func everyRead(t *testing.T, c *Client) []error {
	t.Helper()
	ctx := t.Context()
	opts := ListOptions{
		Conditions: And(IDIs("company/id", 5), FlagIs("cancelledFlag", false), OnOrAfter("startDate", "2026-01-01"), Before("startDate", "2027-01-01")),
		IDs:        []int{12, 5}, PageSize: 500, KeepRaw: true,
	}
	return []error{
		errorOf(collect(c.Agreements.All(ctx, opts))), errorOf(c.Agreements.Get(ctx, 12)), errorOf(c.Agreements.Count(ctx, opts)),
		errorOf(collect(c.Agreements.Types.All(ctx, opts))),
		errorOf(collect(c.Agreements.Recaps.All(ctx, opts))), errorOf(c.Agreements.Recaps.Get(ctx, 12)),
		errorOf(collect(c.Additions.All(ctx, 12, opts))), errorOf(c.Additions.Get(ctx, 12, 301)), errorOf(c.Additions.Count(ctx, 12, opts)),
		errorOf(collect(c.Catalog.All(ctx, opts))), errorOf(c.Catalog.Get(ctx, 77)), errorOf(c.Catalog.Count(ctx, opts)),
		errorOf(collect(c.Companies.All(ctx, opts))), errorOf(c.Companies.Get(ctx, 5)), errorOf(c.Companies.Count(ctx, opts)),
		errorOf(collect(c.Companies.Statuses.All(ctx, opts))), errorOf(collect(c.Companies.Types.All(ctx, opts))),
		errorOf(collect(c.Contacts.All(ctx, opts))), errorOf(c.Contacts.Get(ctx, 5)), errorOf(c.Contacts.Count(ctx, opts)),
		errorOf(collect(c.Setup.ProductTypes.All(ctx, opts))), errorOf(collect(c.Setup.Categories.All(ctx, opts))),
		errorOf(collect(c.Setup.Subcategories.All(ctx, opts))), errorOf(collect(c.Setup.UnitsOfMeasure.All(ctx, opts))),
		errorOf(collect(c.Setup.BillingCycles.All(ctx, opts))), errorOf(collect(c.Setup.TaxCodes.All(ctx, opts))),
		errorOf(collect(c.Setup.Currencies.All(ctx, opts))),
		errorOf(c.System.Info(ctx)), errorOf(c.System.MySecurity(ctx)), errorOf(c.System.MyMember(ctx)),
	}
}

// everyWrite sends each writing request that the client can send, with all fields and with the fewest.
func everyWrite(t *testing.T, c *Client) []error {
	t.Helper()
	ctx := t.Context()
	yes := true
	n := NumberOf(decimal.RequireFromString("1.25"))
	addition := AdditionCreate{
		ProductID: 77, Quantity: n.Decimal, UnitPrice: n, UnitCost: n, BillCustomer: NoCharge,
		EffectiveDate: "2026-01-01", CancelledDate: "2026-02-01", TaxableFlag: &yes, InvoiceDescription: "x",
	}
	product := CatalogItemCreate{
		Identifier: "A", Description: "B", CustomerDescription: "C", ProductClass: "Agreement", TypeID: 1, CategoryID: 2,
		SubcategoryID: 3, UnitOfMeasureID: 4, Price: n, Cost: n, TaxableFlag: &yes,
	}
	ops := []PatchOp{
		Replace("quantity", n), Replace("unitPrice", n.Decimal), Replace("unitCost", n), Replace("taxableFlag", true),
		Replace("effectiveDate", Date("2026-01-01")), Replace("cancelledDate", Date("2026-01-01")), Remove("cancelledDate"),
	}
	return []error{
		errorOf(c.Additions.Create(ctx, 12, addition)), errorOf(c.Additions.Create(ctx, 12, AdditionCreate{ProductID: 1})),
		errorOf(c.Additions.Patch(ctx, 12, 301, ops)),
		errorOf(c.Catalog.Create(ctx, product)),
		errorOf(c.Catalog.Create(ctx, CatalogItemCreate{Identifier: "A", Description: "B", TypeID: 1, SubcategoryID: 3})),
		errorOf(c.Catalog.Patch(ctx, 77, []PatchOp{Replace("price", n), Replace("cost", n)})),
	}
}

func TestRequestsAreInTheDescription(t *testing.T) {
	f := &referee{t: t, doc: description(t)}
	c := newTest(t, api(f.roundTrip))
	errs := append(everyRead(t, c), everyWrite(t, c)...)
	for i, err := range errs {
		if err != nil {
			t.Errorf("request %d: %v", i, err)
		}
	}
	if len(f.seen) != len(errs) {
		t.Errorf("%d requests were seen of %d", len(f.seen), len(errs))
	}
	slices.Sort(f.seen)
	if operations := slices.Compact(f.seen); len(operations) != 34 {
		t.Errorf("%d different operations were seen: %v", len(operations), operations)
	}
}

// TestFieldsAreInTheDescription makes sure that each field that the client reads exists, with the kind it reads it as.
func TestFieldsAreInTheDescription(t *testing.T) {
	doc := description(t)
	for schema, record := range map[string]any{
		"Agreement": Agreement{}, "AgreementType": AgreementType{}, "AgreementRecap": AgreementRecap{}, "Addition": Addition{},
		"CatalogItem": CatalogItem{}, "Company": Company{}, "CompanyStatus": CompanyStatus{}, "CompanyType": CompanyType{},
		"Contact": Contact{}, "ContactCommunicationItem": Communication{}, "ProductType": ProductType{}, "Category": Category{},
		"SubCategory": Subcategory{}, "UnitOfMeasure": UnitOfMeasure{}, "BillingCycle": BillingCycle{}, "TaxCode": TaxCode{},
		"FinanceCurrency": Currency{}, "MySecurity": SecurityRight{}, "MyMember": MyMember{}, "CurrencyReference": CurrencyRef{},
		"CompanyReference": CompanyRef{}, "IvItemReference": ProductRef{}, "AgreementTypeReference": Ref{},
	} {
		for _, problem := range fieldProblems(doc.Components.Schemas[schema].Value, reflect.TypeOf(record)) {
			t.Errorf("%s: %s", schema, problem)
		}
	}
}

// fieldProblems compares a wire type with a schema.
func fieldProblems(schema *openapi3.Schema, record reflect.Type) (problems []string) {
	for field := range record.Fields() {
		name := field.Tag.Get("json")
		if name == "-" || name == "_info" {
			continue
		}
		property := schema.Properties[name]
		if property == nil {
			problems = append(problems, fmt.Sprintf("no field %q", name))
			continue
		}
		want := "object"
		switch {
		case field.Type == reflect.TypeFor[Number]():
			want = "number"
		case field.Type.Kind() == reflect.Int:
			want = "integer"
		case field.Type.Kind() == reflect.Bool:
			want = "boolean"
		case field.Type.Kind() == reflect.String:
			want = "string"
		case field.Type.Kind() == reflect.Slice:
			want = "array"
		}
		isWhole := want == "number" && property.Value.Type.Is("integer")
		isObject := want == "object" && len(property.Value.Properties) > 0
		if !property.Value.Type.Is(want) && !isWhole && !isObject {
			problems = append(problems, fmt.Sprintf("field %q is %v, read as %s", name, property.Value.Type, want))
		}
	}
	return problems
}

// routeOf tells the checker which operation a request belongs to.
func routeOf(doc *openapi3.T, item *openapi3.PathItem, op *openapi3.Operation, method, template string) *routers.Route {
	return &routers.Route{Spec: doc, Path: template, PathItem: item, Method: method, Operation: op}
}
