package psa

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"cwsync/cwclient/cwsim"
	"cwsync/syncer/billing"
)

func TestAdditionIsTranslated(t *testing.T) {
	w := newSmall(t, nil)
	id := w.AddAddition(cwsim.AdditionSpec{
		Agreement: 811, Product: w.product, Quantity: dec("12.5"), LessIncluded: dec("2"), Bill: "NoCharge",
		Effective: "2026-01-05", Cancelled: "2026-06-30",
	})
	price, cost := dec("4.25"), dec("3.1")
	if err := w.EditAddition(id, func(a *cwsim.AdditionRecord) {
		a.Price, a.Cost, a.Taxable, a.Description = price, cost, false, "Mail"
	}); err != nil {
		t.Fatal(err)
	}
	p, _ := overSim(t, w.World)
	got, err := p.Additions(t.Context(), 811, false)
	if err != nil || len(got) != 2 {
		t.Fatalf("got %v, %v", got, err)
	}
	a := got[1]
	if a.ID != id || a.AgreementID != 811 || a.ProductID != w.product || a.ProductIdentifier != "PPE-BUS" || a.Bill != billing.NoCharge ||
		a.Effective != day("2026-01-05") || a.Cancelled != day("2026-06-30") || a.Taxable || a.Description != "Mail" || a.UpdatedBy == "" {
		t.Errorf("got %+v", a)
	}
	for name, same := range map[string]bool{
		"quantity": a.Quantity.Equal(dec("12.5")), "lessIncluded": a.LessIncluded.Equal(dec("2")),
		"unitPrice": a.UnitPrice.Equal(price), "unitCost": a.UnitCost.Equal(cost), "no record": a.Record == nil,
	} {
		if !same {
			t.Errorf("%s is wrong: %+v", name, a)
		}
	}
}

func TestRecordIsKeptWhereAskedFor(t *testing.T) {
	w := newSmall(t, nil)
	w.SetShape(cwsim.Shape{UnknownFields: true})
	p, _ := overSim(t, w.World)
	if record := w.line(t, p).Record; !bytes.Contains(record, []byte("simulatedStatus")) || !bytes.Contains(record, []byte("sequenceNumber")) {
		t.Errorf("the record is not whole: %s", record)
	}
}

func TestAdditionsOfAllPages(t *testing.T) {
	w := cwsim.Generate(1, cwsim.Size{Companies: 1, Agreements: 1, AdditionsPerAgreement: 2300, Products: 10})
	p, _ := overSim(t, w)
	got, err := p.Additions(t.Context(), 801, false)
	if err != nil || len(got) != 2300 {
		t.Errorf("%d additions, %v", len(got), err)
	}
}

func TestEmptyAndSparseFieldsAreNone(t *testing.T) {
	w := newSmall(t, nil)
	w.SetShape(cwsim.Shape{EmptyDates: true, DotZero: true})
	p, _ := overSim(t, w.World)
	if a := w.line(t, p); !a.Cancelled.IsZero() || a.Effective.IsZero() || !a.Quantity.Equal(dec("5")) {
		t.Errorf("got %+v", a)
	}
}

func TestUnknownAgreementHasNoAdditions(t *testing.T) {
	w := newSmall(t, nil)
	p, server := overSim(t, w.World)
	got, err := p.Additions(t.Context(), 4711, true)
	if err != nil || len(got) != 0 {
		t.Errorf("got %v, %v", got, err)
	}
	if asks := asksOf(t, server); asks[4711] != 1 {
		t.Errorf("that it does not exist was asked %d times, want once", asks[4711])
	}
}

func TestNotFoundOfAnExistingAgreementIsNoEmptyList(t *testing.T) {
	w := newSmall(t, nil)
	p, server := overSim(t, w.World)
	server.Fail(cwsim.Fault{Path: "/finance/agreements/811/additions", Kind: cwsim.FaultStatus, Status: 404, Times: -1})
	_, err := p.Additions(t.Context(), 811, false)
	if failure := failureOf(t, err); failure.Class != billing.ClassNonsense {
		t.Errorf("got %+v", failure)
	}
}

func TestRefusedKeysThatLookLikeNotFoundAreNoEmptyList(t *testing.T) {
	w := newSmall(t, nil)
	server := cwsim.NewServer(w.World, cwsim.WithAuthStyle(cwsim.AuthNotFound))
	keys := server.Credentials()
	keys.PrivateKey = "wrong"
	p := New(newClient(t, serve(t, server), keys))
	_, err := p.Additions(t.Context(), 811, false)
	failure := failureOf(t, err)
	if failure.Class != billing.ClassNonsense || !strings.Contains(failure.Hint, "keys") {
		t.Errorf("got %+v", failure)
	}
}

func TestSenselessAdditions(t *testing.T) {
	for name, c := range map[string]struct{ record, says string }{
		"no date":                              {`{"id":9,"product":{"id":12},"quantity":5,"effectiveDate":"soon"}`, "effectiveDate of addition 9"},
		"another's":                            {`{"id":9,"agreementId":812}`, "addition 9 belongs to agreement 812"},
		"without an id":                        {`{"quantity":1}`, "no id"},
		"cancelled on no day":                  {`{"id":9,"product":{"id":12},"quantity":5,"cancelledDate":"2026-13-01T00:00:00Z"}`, "cancelledDate of addition 9"},
		"no product":                           {`{"id":9,"quantity":5}`, "addition 9 has no product"},
		"product null":                         {`{"id":9,"product":null,"quantity":5}`, "addition 9 has no product"},
		"product without id":                   {`{"id":9,"product":{"identifier":"MBX"},"quantity":5}`, "addition 9 has no product"},
		"product 0":                            {`{"id":9,"product":{"id":0},"quantity":5,"billCustomer":"NoCharge"}`, "addition 9 has no product"},
		"no quantity":                          {`{"id":9,"product":{"id":12},"billCustomer":"Billable"}`, "addition 9 has no quantity"},
		"quantity null":                        {`{"id":9,"product":{"id":12},"billCustomer":"Billable","quantity":null}`, "addition 9 has no quantity"},
		"quantity of a billed line that ended": {`{"id":9,"product":{"id":12},"billCustomer":"Billable","cancelledDate":"2020-01-31T00:00:00Z"}`, "addition 9 has no quantity"},
		"quantity of who knows what":           {`{"id":9,"product":{"id":12}}`, "addition 9 has no quantity"},
		"one of several":                       {`{"id":8,"product":{"id":12},"quantity":5},{"id":9,"quantity":5}`, "addition 9 has no product"},
	} {
		t.Run(name, func(t *testing.T) {
			p := overPaths(t, map[string]string{"/additions": "[" + c.record + "]"})
			_, err := p.Additions(t.Context(), 811, false)
			failure := failureOf(t, err)
			if failure.Class != billing.ClassNonsense || failure.Unknown || !strings.Contains(failure.Message, c.says) {
				t.Errorf("got %+v", failure)
			}
		})
	}
}

func TestNoQuantityOfALineThatBillsNothingIsZero(t *testing.T) {
	for _, bill := range []string{"NoCharge", "DoNotBill"} {
		p := overPaths(t, map[string]string{"/additions": `[{"id":9,"product":{"id":12},"billCustomer":"` + bill + `","quantity":null}]`})
		got, err := p.Additions(t.Context(), 811, false)
		if err != nil || len(got) != 1 || !got[0].Quantity.IsZero() || string(got[0].Bill) != bill {
			t.Errorf("%s: got %+v, %v", bill, got, err)
		}
	}
}

// versionOf is the version of a record with these fields besides a complete line.
func versionOf(t *testing.T, change string) string {
	t.Helper()
	fields := map[string]string{
		"id": `9`, "product": `{"id":12}`, "quantity": `5`, "lessIncluded": `0`, "unitPrice": `4.5`, "unitCost": `3`,
		"billCustomer": `"Billable"`, "effectiveDate": `"2026-01-01T00:00:00Z"`, "taxableFlag": `false`,
		"_info": `{"lastUpdated":"2026-03-01T08:00:00Z"}`,
	}
	if change != "" {
		name, value, _ := strings.Cut(change, "=")
		fields[name] = value
	}
	var parts []string
	for name, value := range fields {
		parts = append(parts, fmt.Sprintf("%q:%s", name, value))
	}
	p := overPaths(t, map[string]string{"/additions": "[{" + strings.Join(parts, ",") + "}]"})
	got, err := p.Additions(t.Context(), 811, false)
	if err != nil {
		t.Fatal(err)
	}
	return got[0].Version
}

func TestVersionMovesWithEachBilledField(t *testing.T) {
	plain := versionOf(t, "")
	if !strings.HasPrefix(plain, "2026-03-01T08:00:00Z.") || len(plain) != len("2026-03-01T08:00:00Z.")+8 {
		t.Errorf("version %q", plain)
	}
	seen := map[string]string{plain: "plain"}
	for _, change := range []string{
		"id=10", `product={"id":13}`, "quantity=6", "lessIncluded=1", "unitPrice=4.500001", "unitCost=2.5", `billCustomer="NoCharge"`,
		`effectiveDate="2026-01-02T00:00:00Z"`, `cancelledDate="2026-01-01T00:00:00Z"`, "taxableFlag=true",
		`_info={"lastUpdated":"2026-03-01T08:00:01Z"}`,
	} {
		got := versionOf(t, change)
		if before, twice := seen[got]; twice {
			t.Errorf("%s has the version of %s", change, before)
		}
		seen[got] = change
	}
}

func TestVersionStaysWhereNothingBilledChanged(t *testing.T) {
	plain := versionOf(t, "")
	for _, change := range []string{
		"billedQuantity=5", "extPrice=22.5", "margin=7", "proratePrice=1.2", "extendedProratePrice=3", "prorateCurrentPeriodFlag=true",
		`agreementStatus="Active"`, "quantity=5.0", "quantity=5.0000001", "unitPrice=4.50", `cancelledDate=""`, `cancelledDate=null`,
		`effectiveDate="2026-01-01T05:00:00Z"`,
	} {
		if got := versionOf(t, change); got != plain {
			t.Errorf("%s moves the version from %s to %s", change, plain, got)
		}
	}
}

func TestProductsByID(t *testing.T) {
	w := cwsim.Generate(1, cwsim.Size{Products: 700})
	p, server := overSim(t, w)
	var ids []int
	for id := 5001; id < 5701; id++ {
		ids = append(ids, id, id)
	}
	got, err := p.ProductsByID(t.Context(), append(ids, 99999))
	if err != nil || len(got) != 700 {
		t.Fatalf("%d products, %v", len(got), err)
	}
	first := got[0]
	if first.ID != 5001 || first.Identifier != "SKU-1" || first.Class != "Agreement" || !first.Price.IsPositive() || !first.Cost.IsPositive() || !first.Taxable {
		t.Errorf("got %+v", first)
	}
	if n := countPath(server, http.MethodGet, "/procurement/catalog"); n < 2 || n > 5 {
		t.Errorf("%d requests", n)
	}
}

func TestProductsByIdentifier(t *testing.T) {
	w := cwsim.Generate(1, cwsim.Size{Products: 2100})
	p, server := overSim(t, w)
	got, err := p.ProductsByIdentifier(t.Context(), []string{"SKU-2099", "SKU-7", "sku-8", "SKU-", "", "SKU-7"})
	if err != nil || len(got) != 3 || got[0].Identifier != "SKU-7" || got[1].Identifier != "SKU-8" || got[2].Identifier != "SKU-2099" { // sku-8 in other letters
		t.Errorf("got %v, %v", got, err)
	}
	if n := len(server.Log()); n != 1+3 { // discovery and three pages
		t.Errorf("%d requests", n)
	}
	for _, request := range server.Log() {
		if strings.Contains(request.Query, "conditions") || strings.Contains(request.Query, "SKU") {
			t.Errorf("a name in the query: %s", request.Query)
		}
	}
}

func TestNoIdentifiersAskNothing(t *testing.T) {
	p, server := overSim(t, cwsim.NewWorld("2026-03-16"))
	if got, err := p.ProductsByIdentifier(t.Context(), []string{""}); err != nil || got != nil || len(server.Log()) != 0 {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := p.ProductsByID(t.Context(), nil); err != nil || got != nil || len(server.Log()) != 0 {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestProductsWithoutIdentifierMakeNoSenseWhereTheyMatter(t *testing.T) {
	p := overPaths(t, map[string]string{"/procurement/catalog": `[{"id":1,"identifier":"A"},{"id":2},{"id":3,"identifier":""}]`})
	byID := func(ids ...int) error { _, err := p.ProductsByID(t.Context(), ids); return err }
	named := func(names ...string) error { _, err := p.ProductsByIdentifier(t.Context(), names); return err }
	for name, c := range map[string]struct {
		err  error
		says string
	}{
		"asked for by id":             {byID(1, 2), "product 2 has no identifier"},
		"not asked for by id":         {byID(1), ""},
		"it may be the one not found": {named("A", "B"), "product 2 has no identifier"},
		"all are found":               {named("A"), ""},
	} {
		if c.says == "" {
			if c.err != nil {
				t.Errorf("%s: %v", name, c.err)
			}
			continue
		}
		if failure := failureOf(t, c.err); failure.Class != billing.ClassNonsense || failure.Message != c.says || failure.Op != "read the product catalog" {
			t.Errorf("%s: got %+v", name, failure)
		}
	}
}

func TestTwoProductsOfOneIdentifierMakeNoSense(t *testing.T) {
	p := overPaths(t, map[string]string{"/procurement/catalog": `[{"id":1,"identifier":"A"},{"id":2,"identifier":"A"},{"id":3,"identifier":"B"},{"id":4,"identifier":"B"}]`})
	_, err := p.ProductsByIdentifier(t.Context(), []string{"A"})
	failure := failureOf(t, err)
	if failure.Class != billing.ClassNonsense || !strings.Contains(failure.Message, `products 1 and 2 both have the identifier "A"`) {
		t.Errorf("got %+v", failure)
	}
}
