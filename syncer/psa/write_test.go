package psa

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"cwsync/cwclient/cwsim"
	"cwsync/syncer/billing"

	"github.com/shopspring/decimal"
)

func TestCreateAddition(t *testing.T) {
	w := newSmall(t, nil)
	p, server := overSim(t, w.World)
	no := false
	for _, c := range []struct {
		name string
		give billing.NewAddition
		body string
	}{
		{"catalog decides", billing.NewAddition{Quantity: dec("7"), Effective: day("2026-03-16")},
			`{"product":{"id":%d},"quantity":7,"billCustomer":"Billable","effectiveDate":"2026-03-16T00:00:00Z"}`},
		{"all set", billing.NewAddition{Quantity: dec("7.50"), Effective: day("2026-04-01"), UnitPrice: some("4.10"), UnitCost: some("0"), Taxable: &no},
			`{"product":{"id":%d},"quantity":7.5,"unitPrice":4.1,"unitCost":0,"billCustomer":"Billable","effectiveDate":"2026-04-01T00:00:00Z","taxableFlag":false}`},
		{"six places", billing.NewAddition{Quantity: dec("0.33333350"), Effective: day("2026-03-16"), UnitPrice: some("1.9999995")},
			`{"product":{"id":%d},"quantity":0.333334,"unitPrice":2,"billCustomer":"Billable","effectiveDate":"2026-03-16T00:00:00Z"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			server.ResetLog()
			c.give.AgreementID, c.give.ProductID = w.agreement, w.product
			got, err := p.CreateAddition(t.Context(), c.give)
			if err != nil {
				t.Fatal(err)
			}
			writes := server.Writes()
			if len(writes) != 1 || writes[0].Method != http.MethodPost || writes[0].Body != fmt.Sprintf(c.body, w.product) {
				t.Errorf("sent %+v", writes)
			}
			a := got.Addition
			if a.ID <= w.addition || a.AgreementID != w.agreement || a.ProductID != w.product || a.Effective != c.give.Effective ||
				!billing.Same(a.Quantity, c.give.Quantity) || a.Version == "" || len(got.Unexpected) > 0 || got.At.IsZero() {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestCreateNamesWhatIsNotAsAskedFor(t *testing.T) {
	yes := true
	asked := billing.NewAddition{AgreementID: 811, ProductID: 12, Quantity: dec("5"), Effective: day("2026-03-16"),
		UnitPrice: some("4.5"), UnitCost: some("3"), Taxable: &yes}
	fields := func() map[string]any {
		return map[string]any{"id": 9, "agreementId": 811, "product": map[string]any{"id": 12}, "quantity": 5.0, "unitPrice": 4.5, "unitCost": 3,
			"billCustomer": "Billable", "effectiveDate": "2026-03-16T00:00:00Z", "taxableFlag": true, "lessIncluded": 0}
	}
	for name, c := range map[string]struct {
		value any
		want  []string
	}{
		"serialNumber":  {"x", nil},
		"product":       {map[string]any{"id": 13}, []string{"product"}},
		"quantity":      {1, []string{"quantity"}},
		"effectiveDate": {"2026-04-01T00:00:00Z", []string{"effectiveDate"}},
		"cancelledDate": {"2026-04-01T00:00:00Z", []string{"cancelledDate"}},
		"unitPrice":     {5, []string{"unitPrice"}},
		"unitCost":      {nil, []string{"unitCost"}},
		"taxableFlag":   {false, []string{"taxableFlag"}},
		"billCustomer":  {"DoNotBill", []string{"billCustomer"}},
		"lessIncluded":  {2, []string{"lessIncluded"}},
	} {
		t.Run(name, func(t *testing.T) {
			answer := fields()
			answer[name] = c.value
			body, err := json.Marshal(answer)
			if err != nil {
				t.Fatal(err)
			}
			got, err := overAnswer(t, http.StatusCreated, "application/json", string(body)).CreateAddition(t.Context(), asked)
			if err != nil || !slices.Equal(got.Unexpected, c.want) {
				t.Errorf("got %v, %v, want %v", got.Unexpected, err, c.want)
			}
		})
	}
}

func TestCreateAnsweredWithoutSenseMayHaveHappened(t *testing.T) {
	for name, body := range map[string]string{
		"no id":              `{"product":{"id":12},"quantity":5}`,
		"another agreement":  `{"id":9,"agreementId":4,"product":{"id":12},"quantity":5}`,
		"date of no sense":   `{"id":9,"product":{"id":12},"quantity":5,"effectiveDate":"soon"}`,
		"no product":         `{"id":9,"quantity":5}`,
		"no quantity":        `{"id":9,"product":{"id":12},"billCustomer":"Billable"}`,
		"a list":             `[]`,
		"broken":             `{"id":9,}`,
		"ends in the middle": `{"id":9,"quan`,
	} {
		t.Run(name, func(t *testing.T) {
			p := overAnswer(t, http.StatusCreated, "application/json", body)
			_, err := p.CreateAddition(t.Context(), billing.NewAddition{AgreementID: 811, ProductID: 12, Quantity: dec("5"), Effective: day("2026-03-16")})
			if failure := failureOf(t, err); !failure.Unknown || failure.Op != "create an addition of product 12 on agreement 811" {
				t.Errorf("got %+v", failure)
			}
		})
	}
}

func TestEditWritesTheSetFieldsOnly(t *testing.T) {
	yes := true
	for _, c := range []struct {
		name string
		edit billing.AdditionEdit
		body string
	}{
		{"quantity", billing.AdditionEdit{Quantity: some("8.0")}, `[{"op":"replace","path":"quantity","value":8}]`},
		{"zero", billing.AdditionEdit{Quantity: some("0")}, `[{"op":"replace","path":"quantity","value":0}]`},
		{"six places", billing.AdditionEdit{Quantity: some("8.12345650")}, `[{"op":"replace","path":"quantity","value":8.123457}]`},
		{"cancel", billing.AdditionEdit{Cancelled: day("2026-03-31")}, `[{"op":"replace","path":"cancelledDate","value":"2026-03-31T00:00:00Z"}]`},
		{"the end is taken away", billing.AdditionEdit{Reopen: true}, `[{"op":"remove","path":"cancelledDate"}]`},
		{"price, cost and tax", billing.AdditionEdit{UnitPrice: some("3.21"), UnitCost: some("3.1000004"), Taxable: &yes},
			`[{"op":"replace","path":"unitPrice","value":3.21},{"op":"replace","path":"unitCost","value":3.1},{"op":"replace","path":"taxableFlag","value":true}]`},
		{"both", billing.AdditionEdit{Quantity: some("0"), Cancelled: day("2026-03-31")},
			`[{"op":"replace","path":"quantity","value":0},{"op":"replace","path":"cancelledDate","value":"2026-03-31T00:00:00Z"}]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newSmall(t, nil)
			w.SetShape(cwsim.Shape{EmptyDates: true, DotZero: true, UnknownFields: true})
			p, server := overSim(t, w.World)
			before := w.line(t, p)
			got, err := p.EditAddition(t.Context(), before, c.edit)
			if err != nil {
				t.Fatal(err)
			}
			writes := server.Writes()
			if len(writes) != 1 || writes[0].Method != http.MethodPatch || writes[0].Body != c.body {
				t.Errorf("sent %+v", writes)
			}
			a := got.Addition
			if a.ID != w.addition || a.Version == before.Version || len(got.Unexpected) > 0 || got.At.IsZero() || a.Record == nil {
				t.Errorf("got %+v", got)
			}
			if now := w.line(t, p); now.Version != a.Version {
				t.Errorf("read again it has version %s, the answer said %s", now.Version, a.Version)
			}
		})
	}
}

func TestEditOfASparseRecordIsNoSurprise(t *testing.T) {
	w := newSmall(t, nil)
	w.addition = w.AddAddition(cwsim.AdditionSpec{Agreement: 811, Product: w.product, Quantity: dec("5"), Sparse: true})
	p, _ := overSim(t, w.World)
	got, err := p.EditAddition(t.Context(), w.line(t, p), billing.AdditionEdit{Quantity: some("6")})
	if err != nil || len(got.Unexpected) > 0 {
		t.Errorf("got %+v, %v", got.Unexpected, err)
	}
}

func TestEditNamesFieldsThatChangedUnasked(t *testing.T) {
	w := newSmall(t, nil)
	p, server := overSim(t, w.World)
	before := w.line(t, p)
	server.Fail(cwsim.Fault{Method: http.MethodPatch, Kind: cwsim.FaultWrongField, Edit: func(world *cwsim.World) {
		if err := world.EditAddition(w.addition, func(a *cwsim.AdditionRecord) {
			a.Price, a.Description = dec("9"), "changed"
		}); err != nil {
			t.Error(err)
		}
	}})
	got, err := p.EditAddition(t.Context(), before, billing.AdditionEdit{Quantity: some("8")})
	if err != nil || !slices.Equal(got.Unexpected, []string{"description", "unitPrice"}) {
		t.Errorf("got %v, %v", got.Unexpected, err)
	}
}

// patched is a PSA whose PATCH gives the record with these fields changed, whatever was sent, and the line before it.
func patched(t *testing.T, changes map[string]any) (*PSA, billing.Addition) {
	t.Helper()
	record := map[string]any{"id": 9, "agreementId": 811, "product": map[string]any{"id": 12, "_info": map[string]any{"href": "a"}}, "quantity": 5,
		"unitPrice": 4.5, "effectiveDate": "2026-01-01T00:00:00Z", "billCustomer": "Billable", "customFields": []any{map[string]any{"id": 1, "value": 2}}}
	raw, err := json.Marshal(record)
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(record, changes)
	body, err := json.Marshal(record)
	if err != nil {
		t.Fatal(err)
	}
	before := billing.Addition{ID: 9, AgreementID: 811, ProductID: 12, Quantity: dec("5"), Record: raw}
	return overAnswer(t, http.StatusOK, "application/json", string(body)), before
}

func TestEditComparesTheAnswerFieldByField(t *testing.T) {
	for name, c := range map[string]struct {
		changes map[string]any
		want    []string
	}{
		"nothing else": {nil, nil},
		"derived": {map[string]any{"billedQuantity": 8, "extPrice": 36, "extCost": 1, "margin": 2, "prorateCost": 1, "proratePrice": 1,
			"extendedProrateCost": 1, "extendedProratePrice": 1, "prorateCurrentPeriodFlag": true, "agreementStatus": "Expired",
			"additionStatus": "Cancelled", "_info": map[string]any{"lastUpdated": "x"}}, nil},
		"empties are one":      {map[string]any{"cancelledDate": "", "serialNumber": nil}, nil},
		"numbers at six":       {map[string]any{"unitPrice": json.Number("4.50000001")}, nil},
		"a reference's own":    {map[string]any{"product": map[string]any{"id": 12, "_info": map[string]any{"href": "b"}}}, nil},
		"seventh digit counts": {map[string]any{"unitPrice": json.Number("4.500001")}, []string{"unitPrice"}},
		"a reference":          {map[string]any{"product": map[string]any{"id": 13}}, []string{"product"}},
		"a list":               {map[string]any{"customFields": []any{map[string]any{"id": 1, "value": 3}}}, []string{"customFields"}},
		"a date":               {map[string]any{"effectiveDate": "2026-02-01T00:00:00Z"}, []string{"effectiveDate"}},
		"cancelled unasked":    {map[string]any{"cancelledDate": "2026-02-01T00:00:00Z"}, []string{"cancelledDate"}},
		"gone":                 {map[string]any{"billCustomer": nil}, []string{"billCustomer"}},
		"another kind":         {map[string]any{"unitPrice": "4.5"}, []string{"unitPrice"}},
		"new and unknown":      {map[string]any{"a new one": 1}, []string{`"a new one"`}},
		"endless number":       {map[string]any{"unitPrice": json.Number("1e30")}, []string{"unitPrice"}},
	} {
		t.Run(name, func(t *testing.T) {
			if c.changes == nil {
				c.changes = map[string]any{}
			}
			c.changes["quantity"] = 8
			p, before := patched(t, c.changes)
			got, err := p.EditAddition(t.Context(), before, billing.AdditionEdit{Quantity: some("8")})
			if err != nil || !slices.Equal(got.Unexpected, c.want) {
				t.Errorf("got %v, %v, want %v", got.Unexpected, err, c.want)
			}
		})
	}
}

func TestFalse200(t *testing.T) {
	for name, c := range map[string]struct {
		changes map[string]any
		edit    billing.AdditionEdit
		unknown bool
		says    string
	}{
		"quantity stays":     {nil, billing.AdditionEdit{Quantity: some("8")}, false, "quantity is 5"},
		"price stays":        {nil, billing.AdditionEdit{UnitPrice: some("8")}, false, "unitPrice is"},
		"cost stays":         {nil, billing.AdditionEdit{UnitCost: some("8")}, false, "unitCost is"},
		"tax flag stays":     {nil, billing.AdditionEdit{Taxable: new(true)}, false, "taxableFlag is false"},
		"cancel stays":       {nil, billing.AdditionEdit{Cancelled: day("2026-03-31")}, false, "cancelledDate is empty"},
		"derived only":       {map[string]any{"margin": 7}, billing.AdditionEdit{Quantity: some("8")}, false, "quantity is 5"},
		"cut to whole units": {map[string]any{"quantity": 8}, billing.AdditionEdit{Quantity: some("8.5")}, true, "quantity is 8"},
		"half of it": {map[string]any{"quantity": 0}, billing.AdditionEdit{Quantity: some("0"), Cancelled: day("2026-03-31")}, true,
			"cancelledDate is empty"},
		"something else": {map[string]any{"unitPrice": 8}, billing.AdditionEdit{Quantity: some("8")}, true, "fields changed: unitPrice"},
	} {
		t.Run(name, func(t *testing.T) {
			p, before := patched(t, c.changes)
			_, err := p.EditAddition(t.Context(), before, c.edit)
			failure := failureOf(t, err)
			class, code := billing.ClassRejected, "not_applied"
			if c.unknown {
				class, code = billing.ClassNonsense, "partly_applied"
			}
			if failure.Unknown != c.unknown || failure.Class != class || failure.Code != code || !strings.Contains(failure.Message, c.says) || failure.Hint == "" {
				t.Errorf("got %+v", failure)
			}
		})
	}
}

func TestEditAnsweredWithAnotherLineMakesNoSense(t *testing.T) {
	for name, changes := range map[string]map[string]any{
		"another id": {"id": 10, "quantity": 8}, "another agreement": {"agreementId": 812, "quantity": 8},
	} {
		t.Run(name, func(t *testing.T) {
			p, before := patched(t, changes)
			_, err := p.EditAddition(t.Context(), before, billing.AdditionEdit{Quantity: some("8")})
			if failure := failureOf(t, err); failure.Class != billing.ClassNonsense || !failure.Unknown {
				t.Errorf("got %+v", failure)
			}
		})
	}
}

func TestMisusedEditsSendNothing(t *testing.T) {
	p := over(t, func(r *http.Request) (*http.Response, error) {
		t.Errorf("%s %s was sent", r.Method, r.URL.Path)
		return nil, io.EOF
	})
	for name, c := range map[string]struct {
		before billing.Addition
		edit   billing.AdditionEdit
	}{
		"no record":     {billing.Addition{ID: 9, AgreementID: 811}, billing.AdditionEdit{Quantity: some("8")}},
		"nothing set":   {billing.Addition{ID: 9, AgreementID: 811, Record: []byte(`{}`)}, billing.AdditionEdit{}},
		"broken record": {billing.Addition{ID: 9, AgreementID: 811, Record: []byte(`{`)}, billing.AdditionEdit{Quantity: some("8")}},
	} {
		_, err := p.EditAddition(t.Context(), c.before, c.edit)
		if failure := failureOf(t, err); failure.Unknown || failure.Class != billing.ClassUnset {
			t.Errorf("%s: got %+v", name, failure)
		}
	}
}

func TestOthersStayAsTheyAre(t *testing.T) {
	w := newSmall(t, nil)
	other := w.AddAddition(cwsim.AdditionSpec{Agreement: 811, Product: w.product, Quantity: dec("3"), Cancelled: "2026-12-31"})
	p, _ := overSim(t, w.World)
	before, snapshot := w.line(t, p), w.Snapshot()[other]
	if _, err := p.EditAddition(t.Context(), before, billing.AdditionEdit{Quantity: some("6")}); err != nil {
		t.Fatal(err)
	}
	if now := w.Snapshot()[other]; now != snapshot {
		t.Errorf("another line changed: %s", now)
	}
}

func TestWireDecimals(t *testing.T) {
	for give, want := range map[string]string{
		"1": "1", "1.500": "1.5", "0.0000005": "0.000001", "0.0000004": "0", "1.2345675": "1.234568", "100": "100", "12345678.123456": "12345678.123456",
	} {
		if got := wire(decimal.RequireFromString(give)).String(); got != want {
			t.Errorf("%s: got %s, want %s", give, got, want)
		}
	}
}

func TestNoSecretInAnyFailure(t *testing.T) {
	w := newSmall(t, nil)
	server := cwsim.NewServer(w.World)
	keys := server.Credentials()
	keys.PublicKey, keys.PrivateKey = "pubpubpub", "privprivpriv"
	p := New(newClient(t, serve(t, server), keys))
	_, err := p.Agreements(t.Context(), []int{811})
	failure := failureOf(t, err)
	for _, secret := range []string{keys.PublicKey, keys.PrivateKey} {
		if text := fmt.Sprintf("%+v %v", *failure, failure.Err); bytes.Contains([]byte(text), []byte(secret)) {
			t.Errorf("a key in %s", text)
		}
	}
}
