package cwsim

import (
	"net/url"
	"slices"
	"strings"
	"testing"
)

// conditionWorld is six products 5001 to 5006 whose fields differ.
func conditionRig(t *testing.T) *rig {
	t.Helper()
	r := newRig(t) // MBX-BASIC 5001 4.5, GB 5002 0.125 taxable
	r.w.AddProduct(ProductSpec{Identifier: "MBX-PREM", Description: "It's premium", Price: dec("9"), Subcategory: "Office", Inactive: true})
	r.w.AddProduct(ProductSpec{Identifier: "100% ÖL", Description: "[oil]", Price: dec("-1.5"), Unit: "GB"})
	r.w.AddProduct(ProductSpec{Identifier: "bundle", Class: "Bundle", Price: dec("4.50"), Subcategory: "Server"})
	r.w.AddProduct(ProductSpec{Identifier: "and", Description: "or"})
	return r
}

func TestConditions(t *testing.T) {
	r := conditionRig(t)
	for _, tc := range []struct {
		condition string
		want      []int
	}{
		{`id=5001`, []int{5001}},
		{`id != 5001`, []int{5002, 5003, 5004, 5005, 5006}},
		{`id<5003`, []int{5001, 5002}},
		{`id <= 5003`, []int{5001, 5002, 5003}},
		{`id>5004`, []int{5005, 5006}},
		{`id>=5004`, []int{5004, 5005, 5006}},
		{`id in (5005,5001, 7,5001)`, []int{5001, 5005}},
		{`id not in (5005,5001)`, []int{5002, 5003, 5004, 5006}},
		{`not id in (5005,5001)`, []int{5002, 5003, 5004, 5006}},
		{`id in (5001,5002) and id in (5002,5003)`, []int{5002}},
		{`id in (5001,5002) or id in (5003)`, []int{5001, 5002, 5003}},
		{`id in (5001) or identifier='GB'`, []int{5001, 5002}},
		{`id > 5001 and id > 5004`, []int{5005, 5006}},
		{`id > 5004 or id = 5001`, []int{5001, 5005, 5006}},
		{`not (id > 5001)`, []int{5001}},
		{`identifier = 'GB'`, []int{5002}},
		{`identifier="gb"`, []int{5002}},
		{`identifier = "mbx-basic" or identifier = 'GB'`, []int{5001, 5002}},
		{`identifier in ("GB", 'bundle')`, []int{5002, 5005}},
		{`identifier like 'MBX'`, nil},
		{`identifier like 'MBX*'`, []int{5001, 5003}},
		{`identifier like 'mbx%'`, []int{5001, 5003}},
		{`identifier like '*BASIC'`, []int{5001}},
		{`identifier like 'M*-*C'`, []int{5001}},
		{`identifier like '*B*'`, []int{5001, 5002, 5003, 5005}},
		{`identifier not like '*B*'`, []int{5004, 5006}},
		{`description like '[[]oil]'`, []int{5004}},
		{`identifier contains 'undl'`, []int{5005}},
		{`identifier contains 'öl'`, []int{5004}},
		{`identifier not contains 'B'`, []int{5004, 5006}},
		{`description = "It's premium"`, []int{5003}},
		{`identifier = 'and' and description = 'or'`, []int{5006}},
		{`price = 4.5`, []int{5001, 5005}},
		{`price = 4.500`, []int{5001, 5005}},
		{`price < 0`, []int{5004}},
		{`price = -1.5`, []int{5004}},
		{`price >= 4.5 and price < 9`, []int{5001, 5005}},
		{`inactiveFlag = true`, []int{5003}},
		{`inactiveFlag=False and taxableFlag=TRUE`, []int{5002}},
		{`subcategory/id = 6`, []int{5005}},
		{`subcategory/name = 'Office'`, []int{5003}},
		{`category/name like 'Hard*'`, []int{5005}},
		{`unitOfMeasure/name = 'GB' or unitOfMeasure/name="User"`, []int{5001, 5004}},
		{`productClass = 'Bundle'`, []int{5005}},
		{`vendor = null and id < 5003`, []int{5001, 5002}},
		{`vendor != null`, nil},
		{`manufacturerPartNumber = null and id=5001`, []int{5001}},
		{`manufacturerPartNumber != 'x'`, nil},
		{`not manufacturerPartNumber = 'x'`, nil},
		{`manufacturerPartNumber = 'x' or id = 5001`, []int{5001}},
		{`id=5001 or id=5002 and identifier='nothing'`, []int{5001}},
		{`(id=5001 or id=5002) and identifier='nothing'`, nil},
		{`((id=5001))`, []int{5001}},
		{`ID=5001`, nil}, // refused: names are case-sensitive
		{`lastUpdated > [2026-01-01T00:00:00Z] and id=5001`, []int{5001}},
		{`_info/lastUpdated > [2030-01-01]`, nil},
		{` id = 5001 `, []int{5001}},
		{"id\t=\r\n5001", []int{5001}},
	} {
		got := r.get("/procurement/catalog?conditions=" + url.QueryEscape(tc.condition))
		if tc.condition == `ID=5001` {
			if got.status != 400 {
				t.Errorf("%s: status %d", tc.condition, got.status)
			}
			continue
		}
		if got.status != 200 {
			t.Errorf("%s: status %d: %s", tc.condition, got.status, got.body)
			continue
		}
		if ids := got.ids(t); !slices.Equal(ids, tc.want) {
			t.Errorf("%s: %v, want %v", tc.condition, ids, tc.want)
		}
		count := r.get("/procurement/catalog/count?conditions=" + url.QueryEscape(tc.condition)).object(t)["count"]
		if int(count.(float64)) != len(tc.want) {
			t.Errorf("%s: count %v, want %d", tc.condition, count, len(tc.want))
		}
	}
}

func TestConditionsRefused(t *testing.T) {
	r := conditionRig(t)
	for _, condition := range []string{
		`id`, `id=`, `=5001`, `id==5001`, `id=5001 and`, `or id=5001`, `id=5001 id=5002`, `(id=5001`, `id=5001)`,
		`id in 5001`, `id in ()`, `id in (5001`, `id in (5001 5002)`, `id in (5001,)`, `id=abc`, `id='5001'`, `id=50.5`,
		`identifier=GB`, `identifier=5`, `identifier='GB`, `identifier='It''s'`, `identifier='It\'s'`, `identifier like 5`,
		`price='4.5'`, `price=4.`, `price=--1`, `price=1e3`, `inactiveFlag=1`, `inactiveFlag='true'`, `inactiveFlag=yes`,
		`price like '4*'`, `nosuch=1`, `subcategory/nosuch=1`, `identifier/name='x'`, `subcategory=1`, `vendor > null`,
		`id ! 5`, `id <> 5`, `id=5001;`, `[2026-01-01]=id`, `lastUpdated > '2026-01-01'`, `lastUpdated > [yesterday]`,
		`lastUpdated > [2026-01-01T00:00:00.123Z]`, `lastUpdated > [2026-01-01`, `not`, `()`, `customFields = null and`,
		strings.Repeat("(", 101) + "id=1" + strings.Repeat(")", 101),
	} {
		got := r.get("/procurement/catalog?conditions=" + url.QueryEscape(condition))
		if got.status != 400 {
			t.Errorf("%s: status %d, want 400", condition, got.status)
			continue
		}
		if code, message, _ := got.errorItems(t); code == "" || !strings.Contains(message, "conditions") {
			t.Errorf("%s: %s", condition, got.body)
		}
	}
}

func TestConditionsOnDates(t *testing.T) {
	r := newRig(t)
	ended := r.w.AddAddition(AdditionSpec{Agreement: r.fixed, Product: r.gb, Quantity: dec("1"), Cancelled: "2026-02-28"})
	path := "/finance/agreements/801/additions?conditions="
	for condition, want := range map[string][]int{
		`cancelledDate = null`:                     {r.line},
		`cancelledDate != null`:                    {ended},
		`cancelledDate > [2026-02-27T00:00:00Z]`:   {ended},
		`cancelledDate = [2026-02-28]`:             {ended},
		`cancelledDate = [2026-02-28T02:00:00+02]`: nil, // refused below
		`cancelledDate != [2020-01-01]`:            {ended},
		`not cancelledDate = [2020-01-01]`:         {ended},
		`product/id = 5002`:                        {ended},
		`product/identifier = 'MBX-BASIC'`:         {r.line},
		`agreementId = 801 and quantity > 1`:       {r.line},
		`extPrice = 31.5`:                          {r.line},
		`agreementStatus = 'Active'`:               {r.line, ended},
	} {
		got := r.get(path + url.QueryEscape(condition))
		if strings.Contains(condition, "+02") {
			if got.status != 400 {
				t.Errorf("%s: status %d, want 400", condition, got.status)
			}
			continue
		}
		if got.status != 200 || !slices.Equal(got.ids(t), want) {
			t.Errorf("%s: %s, want %v", condition, got.body, want)
		}
	}
}

func TestChildConditions(t *testing.T) {
	r := newRig(t)
	vendor := r.w.AddCompany(CompanySpec{Name: "Vendor", Type: "Vendor"})
	got := r.get("/company/companies?childConditions=" + url.QueryEscape(`types/name = 'Vendor'`))
	if !slices.Equal(got.ids(t), []int{vendor}) {
		t.Errorf("types/name: %s", got.body)
	}
	got = r.get("/company/companies?childConditions=" + url.QueryEscape(`types/id = 1 or types/id = 3`))
	if !slices.Equal(got.ids(t), []int{r.companyID, vendor}) {
		t.Errorf("types/id: %s", got.body)
	}
	r.want(400, "GET", "/company/companies?childConditions="+url.QueryEscape(`status/id = 1`), "")
	r.want(400, "GET", "/company/companies?childConditions="+url.QueryEscape(`types/id = 1 name='x'`), "")
	r.want(400, "GET", "/company/companies?conditions="+url.QueryEscape(`types/id = 1`), "")
}

func TestOrderBy(t *testing.T) {
	r := conditionRig(t)
	for orderBy, want := range map[string][]int{
		"":                               {5001, 5002, 5003, 5004, 5005, 5006},
		"id asc":                         {5001, 5002, 5003, 5004, 5005, 5006},
		"id desc":                        {5006, 5005, 5004, 5003, 5002, 5001},
		"identifier":                     {5004, 5006, 5005, 5002, 5001, 5003},
		"price desc, id desc":            {5003, 5005, 5001, 5002, 5006, 5004},
		"subcategory/name, price asc":    {5004, 5006, 5002, 5001, 5003, 5005},
		"inactiveFlag DESC,identifier":   {5003, 5004, 5006, 5005, 5002, 5001},
		"manufacturerPartNumber, id asc": {5001, 5002, 5003, 5004, 5005, 5006},
	} {
		got := r.get("/procurement/catalog?orderBy=" + url.QueryEscape(orderBy))
		if got.status != 200 || !slices.Equal(got.ids(t), want) {
			t.Errorf("%q: %v, want %v", orderBy, got.ids(t), want)
		}
	}
	for _, orderBy := range []string{"nosuch", "id up", "id asc desc", "id,,name", "subcategory", "subcategory/x"} {
		r.want(400, "GET", "/procurement/catalog?orderBy="+url.QueryEscape(orderBy), "")
	}
}
