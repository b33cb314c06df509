package billing

import (
	"strings"
	"testing"
)

func TestTemplate(t *testing.T) {
	tables := ProductTables{
		Types:      []TableEntry{{ID: 1, Name: "Service"}, {ID: 2, Name: "Hardware"}, {ID: 7, Name: "2"}},
		Categories: []TableEntry{{ID: 4, Name: "Cloud"}, {ID: 5, Name: "Network"}},
		Subcategories: []Subcategory{
			{TableEntry{ID: 6, Name: "Email"}, 4}, {TableEntry{ID: 9, Name: "Email"}, 5}, {TableEntry{ID: 10, Name: "Twice"}, 4}, {TableEntry{ID: 11, Name: "Twice"}, 4},
		},
		Units: []TableEntry{{ID: 8, Name: "Each"}},
	}
	usual := ProductDefaults{Class: "Agreement", Type: "Service", Category: "Cloud", Subcategory: "Email", Unit: "Each"}
	for name, c := range map[string]struct {
		change  func(d *ProductDefaults)
		want    [4]int // type, category, subcategory, unit
		problem string
	}{
		"by name":                 {func(*ProductDefaults) {}, [4]int{1, 4, 6, 8}, ""},
		"capitals aside":          {func(d *ProductDefaults) { d.Class, d.Type, d.Category = "agreement", "SERVICE", "cloud" }, [4]int{1, 4, 6, 8}, ""},
		"by id":                   {func(d *ProductDefaults) { d.Type, d.Category, d.Subcategory, d.Unit = "1", "5", "9", "8" }, [4]int{1, 5, 9, 8}, ""},
		"a name before an id":     {func(d *ProductDefaults) { d.Type = "2" }, [4]int{7, 4, 6, 8}, ""},
		"the category's own":      {func(d *ProductDefaults) { d.Category = "Network" }, [4]int{1, 5, 9, 8}, ""},
		"neither needed":          {func(d *ProductDefaults) { d.Category, d.Unit, d.Subcategory = "", "", "6" }, [4]int{1, 0, 6, 0}, ""},
		"no class":                {func(d *ProductDefaults) { d.Class = "" }, [4]int{1, 4, 6, 8}, ""},
		"a bundle":                {func(d *ProductDefaults) { d.Class = "Bundle" }, [4]int{1, 4, 6, 8}, `"Bundle" is no class`},
		"no such type":            {func(d *ProductDefaults) { d.Type = "Licence" }, [4]int{0, 4, 6, 8}, `no active product type "Licence": set defaults.product_type`},
		"no type":                 {func(d *ProductDefaults) { d.Type = "" }, [4]int{0, 4, 6, 8}, "no product type is set: set defaults.product_type"},
		"of another category":     {func(d *ProductDefaults) { d.Category, d.Subcategory = "Network", "Twice" }, [4]int{1, 5, 0, 8}, `no active subcategory "Twice"`},
		"there twice":             {func(d *ProductDefaults) { d.Subcategory = "Twice" }, [4]int{1, 4, 0, 8}, `2 of subcategory "Twice": set defaults.subcategory to the id`},
		"twice, without category": {func(d *ProductDefaults) { d.Category = "" }, [4]int{1, 0, 0, 8}, `2 of subcategory "Email"`},
	} {
		t.Run(name, func(t *testing.T) {
			defaults := usual
			c.change(&defaults)
			got := tables.Template(defaults)
			if ids := [4]int{got.TypeID, got.CategoryID, got.SubcategoryID, got.UnitID}; ids != c.want {
				t.Errorf("ids %v, wanted %v", ids, c.want)
			}
			if (got.Problem == "") != (c.problem == "") || !strings.Contains(got.Problem, c.problem) {
				t.Errorf("problem %q, wanted %q", got.Problem, c.problem)
			}
			if c.problem == "" && got.Class != "Agreement" {
				t.Errorf("class %q", got.Class)
			}
		})
	}
	if words := tables.Template(usual).Words; words != "class Agreement, type Service, category Cloud, subcategory Email, unit Each" {
		t.Errorf("words %q", words)
	}
}
