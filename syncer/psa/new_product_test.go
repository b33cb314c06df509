package psa

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"cwsync/cwclient/cwsim"
	"cwsync/syncer/billing"
)

func TestAllProducts(t *testing.T) {
	w := cwsim.NewWorld("2026-03-16")
	for i := range 2300 {
		w.AddProduct(cwsim.ProductSpec{Identifier: fmt.Sprintf("P-%04d", i), Inactive: i == 5, Class: map[bool]string{true: "Bundle"}[i == 6]})
	}
	p, server := overSim(t, w)
	var told []int
	products, err := p.AllProducts(t.Context(), func(n int) { told = append(told, n) })
	if err != nil || len(products) != 2300 || products[7].Identifier != "P-0007" || !products[5].Inactive || products[6].Class != billing.BundleClass {
		t.Fatalf("%d products, %v", len(products), err)
	}
	if !slices.Equal(told, []int{1000, 2000, 2300}) {
		t.Errorf("progress %v", told)
	}
	if n := countPath(server, http.MethodGet, "/procurement/catalog"); n != 3 {
		t.Errorf("%d requests", n)
	}
	server.Fail(cwsim.Fault{Path: "/procurement/catalog", Query: "page=2", Kind: cwsim.FaultStatus, Status: 503, Times: -1})
	if products, err := p.AllProducts(t.Context(), nil); products != nil || billing.ClassOf(err) != billing.ClassUnavailable {
		t.Errorf("of a list that breaks off: %d products, %v", len(products), err)
	}
}

func TestProductTables(t *testing.T) {
	p := overPaths(t, map[string]string{
		"/procurement/types":          `[{"id":1,"name":"Service","defaultFlag":true},{"id":2,"name":"Old","inactiveFlag":true}]`,
		"/procurement/categories":     `[{"id":4,"name":"Cloud"},{"id":5,"name":"Old","inactiveFlag":true}]`,
		"/procurement/subcategories/": `[{"id":6,"name":"Email","category":{"id":4,"name":"Cloud"}},{"id":7,"name":"Old","inactiveFlag":true,"category":{"id":4}}]`,
		"/procurement/unitOfMeasures": `[{"id":8,"name":"Each","defaultFlag":true},{"id":9,"name":"Old","inactiveFlag":true}]`,
	})
	got, err := p.ProductTables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := billing.ProductTables{
		Types: []billing.TableEntry{{ID: 1, Name: "Service", Default: true}}, Categories: []billing.TableEntry{{ID: 4, Name: "Cloud"}},
		Subcategories: []billing.Subcategory{{TableEntry: billing.TableEntry{ID: 6, Name: "Email"}, CategoryID: 4}},
		Units:         []billing.TableEntry{{ID: 8, Name: "Each", Default: true}},
	}
	if !slices.Equal(got.Types, want.Types) || !slices.Equal(got.Categories, want.Categories) ||
		!slices.Equal(got.Subcategories, want.Subcategories) || !slices.Equal(got.Units, want.Units) {
		t.Errorf("got %+v", got)
	}
}

func TestProductTablesMayNotBeRead(t *testing.T) {
	p, server := overSim(t, cwsim.NewWorld("2026-03-16"))
	server.Deny("System", "Table Setup", cwsim.KindInquire)
	_, err := p.ProductTables(t.Context())
	if failure := failureOf(t, err); failure.Right != "System > Table Setup: Inquire All" {
		t.Errorf("got %+v", failure)
	}
}

// newProduct is one that the simulation takes.
func newProduct(t *testing.T, p *PSA) billing.NewProduct {
	t.Helper()
	tables, err := p.ProductTables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	email := slices.IndexFunc(tables.Subcategories, func(s billing.Subcategory) bool { return s.Name == "Email" })
	return billing.NewProduct{
		Identifier: "ARC-1", Description: "Archive", CustomerDescription: "Archive of mail\nten years", Class: "Agreement",
		TypeID: tables.Types[0].ID, CategoryID: tables.Subcategories[email].CategoryID, SubcategoryID: tables.Subcategories[email].ID,
		UnitID: tables.Units[0].ID, Price: some("4.5000001"), Cost: some("0"),
	}
}

func TestCreateProduct(t *testing.T) {
	w := cwsim.NewWorld("2026-03-16")
	p, server := overSim(t, w)
	ask := newProduct(t, p)
	made, err := p.CreateProduct(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	if made.ID == 0 || made.Identifier != "ARC-1" || made.Description != "Archive" || made.Class != "Agreement" || !made.Price.Equal(dec("4.5")) {
		t.Errorf("got %+v", made)
	}
	record, ok := w.Product("ARC-1")
	if !ok || record.ID != made.ID || record.Subcategory != "Email" || record.Taxable || !record.Price.Equal(dec("4.5")) {
		t.Errorf("ConnectWise has %+v", record)
	}
	if n := countPath(server, http.MethodPost, "/procurement/catalog"); n != 1 {
		t.Errorf("%d writes", n)
	}
	least := billing.NewProduct{Identifier: "ARC-2", Description: "Archive", TypeID: ask.TypeID, SubcategoryID: ask.SubcategoryID}
	if _, err := p.CreateProduct(t.Context(), least); err != nil {
		t.Errorf("with the least: %v", err)
	}
	longest := ask
	longest.Identifier, longest.Description = strings.Repeat("é", 75), strings.Repeat("青", 60)
	if _, err := p.CreateProduct(t.Context(), longest); err != nil {
		t.Errorf("with the longest texts: %v", err)
	}
}

func TestProductThatExists(t *testing.T) {
	p, _ := overSim(t, cwsim.NewWorld("2026-03-16"))
	ask := newProduct(t, p)
	if _, err := p.CreateProduct(t.Context(), ask); err != nil {
		t.Fatal(err)
	}
	_, err := p.CreateProduct(t.Context(), ask)
	failure := failureOf(t, err)
	if failure.Class != billing.ClassRejected || failure.Unknown || !strings.Contains(failure.Hint, "exists already") {
		t.Errorf("got %+v", failure)
	}
}

func TestProductThatConnectWiseCouldNotTake(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*billing.NewProduct)
		says   string
	}{
		"no identifier":          {func(n *billing.NewProduct) { n.Identifier = "" }, "the identifier is empty"},
		"blank identifier":       {func(n *billing.NewProduct) { n.Identifier = "  " }, "the identifier is empty"},
		"space around":           {func(n *billing.NewProduct) { n.Identifier = "A " }, "ends with a space"},
		"long identifier":        {func(n *billing.NewProduct) { n.Identifier = strings.Repeat("a", 76) }, "has 76 characters, and ConnectWise takes 75"},
		"no description":         {func(n *billing.NewProduct) { n.Description = "" }, "the description is empty"},
		"long description":       {func(n *billing.NewProduct) { n.Description = strings.Repeat("青", 61) }, "takes 60"},
		"long text on invoices":  {func(n *billing.NewProduct) { n.CustomerDescription = strings.Repeat("a", 6001) }, "takes 6000"},
		"blank text on invoices": {func(n *billing.NewProduct) { n.CustomerDescription = " " }, "customer description is empty"},
		"line break":             {func(n *billing.NewProduct) { n.Description = "a\nb" }, "cannot be printed"},
		"escape":                 {func(n *billing.NewProduct) { n.Identifier = "a\x1b[2J" }, "cannot be printed"},
		"broken text":            {func(n *billing.NewProduct) { n.Description = "a\xff" }, "cannot be printed"},
		"bundle":                 {func(n *billing.NewProduct) { n.Class = "Bundle" }, "no product class"},
		"class in small letters": {func(n *billing.NewProduct) { n.Class = "service" }, "no product class"},
		"no type":                {func(n *billing.NewProduct) { n.TypeID = 0 }, "type is missing"},
		"no subcategory":         {func(n *billing.NewProduct) { n.SubcategoryID = 0 }, "subcategory is missing"},
		"negative price":         {func(n *billing.NewProduct) { n.Price = some("-1") }, "0 or more"},
		"negative cost":          {func(n *billing.NewProduct) { n.Cost = some("-0.01") }, "0 or more"},
	} {
		t.Run(name, func(t *testing.T) {
			p, server := overSim(t, cwsim.NewWorld("2026-03-16"))
			ask := newProduct(t, p)
			c.change(&ask)
			_, err := p.CreateProduct(t.Context(), ask)
			failure := failureOf(t, err)
			if !strings.Contains(failure.Message, c.says) || failure.Unknown || strings.ContainsAny(failure.Error(), "\x1b\n") {
				t.Errorf("got %q", failure)
			}
			if n := countPath(server, http.MethodPost, "/"); n != 0 {
				t.Errorf("%d writes were sent", n)
			}
		})
	}
}

func TestProductThatFails(t *testing.T) {
	for name, c := range map[string]struct {
		spoil   func(*cwsim.Server)
		class   billing.Class
		unknown bool
		right   string
		hint    string
	}{
		"no right": {func(s *cwsim.Server) { s.Deny("Procurement", "Product Catalog", cwsim.KindAdd) }, billing.ClassPermission, false,
			"Procurement > Product Catalog: Add All", "Add All"},
		"answer lost": {func(s *cwsim.Server) {
			s.Fail(cwsim.Fault{Method: http.MethodPost, Path: "/procurement", Kind: cwsim.FaultResetAfter})
		}, billing.ClassUnavailable, true, "", "look in the catalog"},
		"no such type": {func(*cwsim.Server) {}, billing.ClassRejected, false, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			p, server := overSim(t, cwsim.NewWorld("2026-03-16"))
			ask := newProduct(t, p)
			if name == "no such type" {
				ask.TypeID = 9999
			}
			c.spoil(server)
			_, err := p.CreateProduct(t.Context(), ask)
			failure := failureOf(t, err)
			if failure.Class != c.class || failure.Unknown != c.unknown || failure.Right != c.right || !strings.Contains(failure.Hint, c.hint) {
				t.Errorf("got %+v", failure)
			}
			if n := countPath(server, http.MethodPost, "/procurement/catalog"); n != 1 {
				t.Errorf("%d writes", n)
			}
		})
	}
}

// TestProductThatIsAnother: an answer that speaks of another product says nothing of ours, and no line may be opened on it.
func TestProductThatIsAnother(t *testing.T) {
	p := overAnswer(t, http.StatusCreated, "application/json", `{"id":12,"identifier":"OTHER","price":1,"cost":1}`)
	_, err := p.CreateProduct(t.Context(), billing.NewProduct{Identifier: "ARC-1", Description: "Archive", TypeID: 1, SubcategoryID: 1})
	if failure := failureOf(t, err); !failure.Unknown || !strings.Contains(failure.Message, `"OTHER"`) {
		t.Errorf("got %+v", failure)
	}
}
