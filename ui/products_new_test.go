package ui

import (
	"strings"
	"testing"
)

func TestProductsCreatesAProductAfterAQuestion(t *testing.T) {
	profile := vendorProfile(t)
	catalog := profile.site.Catalog.(*fakeCatalog)
	a, p := openProducts(t, profile)
	goTo(t, p, "business_plus")
	press(t, a, "n")
	if p.draft == nil {
		t.Fatal("there is no form")
	}
	press(t, a, "up", "end") // the button is the last line
	for range 12 {
		press(t, a, "down")
	}
	press(t, a, "enter")
	if len(catalog.created) > 0 || a.question == nil || !strings.Contains(strings.Join(a.question.lines, "\n"), "writes to ConnectWise") {
		t.Fatalf("asked %+v, created %v", a.question, catalog.created)
	}
	answer(t, a, "y")
	if len(catalog.created) != 1 {
		t.Fatalf("created %v", catalog.created)
	}
	got := catalog.created[0]
	if got.Identifier != "business_plus" || got.Description != "Business+" || got.TypeID != 2 || got.CategoryID != 5 || got.SubcategoryID != 51 || got.UnitID != 73 ||
		!got.Price.Decimal.Equal(dec("6.25")) || !got.Cost.Decimal.Equal(dec("2.10")) || got.Class != "Agreement" {
		t.Errorf("%+v", got)
	}
	if service := serviceOf(p.desk, "business_plus"); service.Product.Identifier != "business_plus" || p.form != nil {
		t.Errorf("%+v", service)
	}
	if len(p.desk.products) != len(vendorProducts())+1 {
		t.Error("the new product is not in the list")
	}
	requireValid(t, p.desk, profile)
}

func TestProductsNewProductSaysWhatIsWrong(t *testing.T) {
	_, p := openProducts(t, vendorProfile(t))
	draft := p.state.draft("archive", vendorTables(), p.desk.document.Defaults)
	for _, c := range []struct{ name, value, want string }{
		{"identifier", "ppe-adv", "in the catalog already"}, {"identifier", "", "must not be empty"}, {"identifier", strings.Repeat("x", 76), "76 characters"},
		{"description", strings.Repeat("ü", 61), "61 characters"}, {"price", "-1", "must not be negative"}, {"cost", "one", `"one" is`}, {"type", "", "choose one"},
	} {
		before := draft.values[c.name]
		draft.set(c.name, c.value)
		if _, err := draft.product(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s=%q: %v, want %s", c.name, c.value, err, c.want)
		}
		draft.set(c.name, before)
	}
	draft.set("category", "6")
	if product, err := draft.product(); err != nil || product.SubcategoryID != 61 {
		t.Errorf("the subcategory stays in another category: %+v, %v", product, err)
	}
}
