package cwsim

import (
	"slices"
	"strings"
	"testing"
)

const newProduct = `"type":{"name":"service"},"subcategory":{"name":"Email"},"customerDescription":"For customers"`

func TestPostCatalog(t *testing.T) {
	r := newRig(t)
	m := r.want(201, "POST", "/procurement/catalog", `{"identifier":"NEW","description":"New one",`+newProduct+
		`,"productClass":"Agreement","price":3.456,"unitOfMeasure":{"id":3}}`).object(t)
	if m["price"] != 3.456 || m["cost"] != 0.0 || m["productClass"] != "Agreement" || m["inactiveFlag"] != false {
		t.Errorf("%v", m)
	}
	if cat := m["category"].(map[string]any); cat["name"] != "Cloud" {
		t.Errorf("the category comes with the subcategory: %v", cat)
	}
	m = r.want(201, "POST", "/procurement/catalog", `{"identifier":"NEW2","description":"New two",`+newProduct+`}`).object(t)
	if unit := m["unitOfMeasure"].(map[string]any); m["productClass"] != "NonInventory" || unit["name"] != "Each" {
		t.Errorf("%v", m)
	}
	if p, ok := r.w.Product("new2"); !ok || p.UpdatedBy != apiMember || p.Subcategory != "Email" {
		t.Errorf("%+v", p)
	}
}

func TestPostCatalogRefused(t *testing.T) {
	r := newRig(t)
	for name, tc := range map[string]struct{ body, items string }{
		"taken":               {`{"identifier":"MBX-BASIC","description":"x",` + newProduct + `}`, "ObjectExists:identifier"},
		"taken in lower case": {`{"identifier":"mbx-basic","description":"x",` + newProduct + `}`, "ObjectExists:identifier"},
		"nothing":             {`{}`, "MissingRequiredField:identifier MissingRequiredField:description MissingRequiredField:subcategory MissingRequiredField:type MissingRequiredField:customerDescription"},
		"empty":               {`{"identifier":"","description":"x",` + newProduct + `}`, "MissingRequiredField:identifier"},
		"long":                {`{"identifier":"` + strings.Repeat("x", 76) + `","description":"` + strings.Repeat("x", 61) + `",` + newProduct + `}`, "MaxLengthField:identifier MaxLengthField:description"},
		"wrong class":         {`{"identifier":"N","description":"x","productClass":"Licence",` + newProduct + `}`, "OutOfRange:productClass"},
		"unknown type":        {`{"identifier":"N","description":"x","type":{"name":"X"},"subcategory":{"id":1},"customerDescription":"x"}`, "NotFound:type"},
		"other branch":        {`{"identifier":"N","description":"x","category":{"name":"Backup"},` + newProduct + `}`, "InvalidObject:subcategory"},
	} {
		got := r.want(400, "POST", "/procurement/catalog", tc.body)
		code, message, items := got.errorItems(t)
		if code != "InvalidObject" || message != "CatalogItem object is invalid" || strings.Join(items, " ") != tc.items {
			t.Errorf("%s: %s", name, got.body)
		}
	}
}

func TestPatchCatalog(t *testing.T) {
	r := newRig(t)
	r.want(200, "PATCH", "/procurement/catalog/5001", `[{"op":"replace","path":"price","value":4.99},{"op":"replace","path":"identifier","value":"MBX"}]`)
	line := r.want(200, "GET", r.addition(r.line), "").object(t)
	if p := line["product"].(map[string]any); p["identifier"] != "MBX" || line["unitPrice"] != 4.5 {
		t.Errorf("a line shows the new identifier and keeps its price: %v", line)
	}
	got := r.want(400, "PATCH", "/procurement/catalog/5001", `[{"op":"replace","path":"identifier","value":"gb"}]`)
	if _, _, items := got.errorItems(t); !slices.Equal(items, []string{"ObjectExists:identifier"}) {
		t.Errorf("%s", got.body)
	}
	if _, ok := r.w.Product("MBX-BASIC"); ok {
		t.Error("the old identifier is still found")
	}
	r.want(409, "DELETE", "/procurement/catalog/5001", "")
	r.want(204, "DELETE", "/procurement/catalog/5002", "")
}

func TestCatalogInfoAndPricing(t *testing.T) {
	r := newRig(t)
	m := r.want(200, "GET", "/procurement/catalog/5001/info", "").object(t)
	if _, ok := m["subcategory"]; ok || m["identifier"] != "MBX-BASIC" || m["price"] != 4.5 {
		t.Errorf("%v", m)
	}
	if got := r.want(200, "GET", "/procurement/catalog/info?pageSize=1", "").list(t); len(got) != 1 || got[0]["subcategory"] != nil {
		t.Errorf("%v", got)
	}
	m = r.want(200, "POST", "/procurement/catalog/5002/pricing", `{"company":{"id":250},"quantity":3}`).object(t)
	if m["price"] != 0.125 || m["quantity"] != 3.0 {
		t.Errorf("%v", m)
	}
	r.want(404, "GET", "/procurement/catalog/999/info", "")
	r.want(404, "POST", "/procurement/catalog/999/pricing", `{}`)
}

func TestProductsAreFoundInALargeCatalog(t *testing.T) {
	w := Generate(1, Size{Products: 5000})
	s := NewServer(w)
	r := &rig{t: t, w: w, s: s, base: "http://sim/v2026_4/apis/3.0"}
	r.client = newRigClient(s)
	got := r.get("/procurement/catalog?conditions=id%20in%20(9999,5001,12)&pageSize=1000").ids(t)
	if !slices.Equal(got, []int{5001, 9999}) {
		t.Errorf("%v", got)
	}
}
