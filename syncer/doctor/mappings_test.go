package doctor_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"cwsync/syncer/billing"
	"cwsync/syncer/doctor"
)

// records is a ConnectWise of fixed records.
type records struct {
	products   []billing.Product
	agreements map[int]billing.Agreement
	companies  []billing.Company
	problem    string
	zoneErr    error
	err        error
	asked      []string
}

func (r *records) FindProducts(_ context.Context, ids []int, identifiers []string) ([]billing.Product, error) {
	r.asked = append(r.asked, identifiers...)
	if slices.Contains(ids, 0) {
		panic("no product has the id 0")
	}
	return r.products, r.err
}

func (r *records) FindAgreements(_ context.Context, ids []int) (map[int]billing.Agreement, error) {
	if slices.Contains(ids, 803) {
		panic("a customer that is switched off is looked at")
	}
	return r.agreements, r.err
}

func (r *records) FindCompanies(context.Context, []int) ([]billing.Company, error) {
	return r.companies, r.err
}

func (r *records) DefaultsProblem(context.Context) (string, error) { return r.problem, r.err }

func (r *records) calendar(context.Context) (billing.Date, string, error) {
	return billing.NewDate(2026, 3, 16), "Europe/Berlin", r.zoneErr
}

// soundRecords are those that the test's document points at.
func soundRecords() *records {
	monthly := billing.Cycle{Name: "Monthly", PeriodsPerYear: 12}
	return &records{
		products: []billing.Product{{ID: 5, Identifier: "ADV"}, {ID: 7, Identifier: "BUS"}},
		agreements: map[int]billing.Agreement{
			801: {ID: 801, Name: "Cloud", CompanyID: 250, Cycle: monthly}, 802: {ID: 802, Name: "Cloud 2", CompanyID: 251, Cycle: monthly},
		},
		companies: []billing.Company{{ID: 250}, {ID: 251}},
	}
}

func TestMappings(t *testing.T) {
	lost := &billing.Failure{Class: billing.ClassUnavailable, Message: "gone", Hint: "later"}
	agreement := func(id int, change func(*billing.Agreement)) func(*records) {
		return func(r *records) {
			a := r.agreements[id]
			change(&a)
			r.agreements[id] = a
		}
	}
	for name, c := range map[string]struct {
		change   func(*records)
		check    string
		status   doctor.Status
		exit     int
		says     string
		findings int
	}{
		"time zone":            {nil, "time zone", doctor.OK, 0, "it is 2026-03-16 in Europe/Berlin", 0},
		"a zone nobody knows":  {func(r *records) { r.zoneErr = &doctor.Fault{Message: "no such zone", Exit: 10} }, "time zone", doctor.Fail, 10, "no such zone", 0},
		"defaults":             {nil, "product defaults", doctor.OK, 0, "products can be created", 0},
		"defaults not there":   {func(r *records) { r.problem = "no category Cloud" }, "product defaults", doctor.Fail, 10, "products cannot be created: no category Cloud", 0},
		"products":             {nil, "products of mail", doctor.OK, 0, "3 mapped services, each with a product", 0},
		"a product is missing": {func(r *records) { r.products = r.products[1:] }, "products of mail", doctor.Fail, 10, "service adv: product ADV is not in ConnectWise's catalog", 0},
		"by id":                {func(r *records) { r.products = r.products[:1] }, "products of mail", doctor.Fail, 10, "service bus: product 7 is not in", 0},
		"inactive":             {func(r *records) { r.products[0].Inactive = true }, "products of mail", doctor.Fail, 10, "service adv: product ADV is inactive", 0},
		"a bundle":             {func(r *records) { r.products[1].Class = billing.BundleClass }, "products of mail", doctor.Fail, 10, "service bus: product 7 is a bundle", 0},
		"in other letters": {func(r *records) { r.products = append(r.products, billing.Product{ID: 8, Identifier: "new"}) }, "products of mail", doctor.Fail, 10,
			"service new: product NEW cannot be created: the catalog has product \"new\"", 0},
		"two of them": {func(r *records) { r.products = nil }, "products of mail", doctor.Fail, 10, "2 of 3 mapped services cannot be billed", 2},
		"agreements":  {nil, "agreements of mail", doctor.OK, 0, "2 linked customers, each with an agreement", 0},
		"gone":        {func(r *records) { delete(r.agreements, 801) }, "agreements of mail", doctor.Fail, 10, "customer 1 (Contoso): agreement 801 does not exist", 0},
		"of another company": {agreement(802, func(a *billing.Agreement) { a.CompanyID, a.CompanyName = 9, "Fabrikam" }), "agreements of mail", doctor.Fail, 10,
			"customer 2: agreement 802 belongs to company 9 (Fabrikam), not to 251", 0},
		"cancelled":     {agreement(801, func(a *billing.Agreement) { a.Cancelled = true }), "agreements of mail", doctor.Warn, 0, "agreement 801 (Cloud) is cancelled", 0},
		"ended":         {agreement(801, func(a *billing.Agreement) { a.End = billing.NewDate(2026, 3, 15) }), "agreements of mail", doctor.Warn, 0, "ended on 2026-03-15", 0},
		"ends today":    {agreement(801, func(a *billing.Agreement) { a.End = billing.NewDate(2026, 3, 16) }), "agreements of mail", doctor.OK, 0, "each with", 0},
		"not recurring": {agreement(801, func(a *billing.Agreement) { a.Cycle.NotRecurring = true }), "agreements of mail", doctor.Warn, 0, "does not recur", 0},
		"ended and gone": {func(r *records) {
			delete(r.agreements, 801)
			agreement(802, func(a *billing.Agreement) { a.Cancelled = true })(r)
		}, "agreements of mail", doctor.Fail, 10, "2 of 2 linked customers", 2},
		"companies":         {nil, "companies of mail", doctor.OK, 0, "2 linked customers, each with a company", 0},
		"a deleted company": {func(r *records) { r.companies[0].Deleted = true }, "companies of mail", doctor.Warn, 0, "customer 1 (Contoso): company 250 is deleted", 0},
		"no such company":   {func(r *records) { r.companies = r.companies[:1] }, "companies of mail", doctor.Warn, 0, "customer 2: company 251 does not exist", 0},
		"no company at all": {func(r *records) { r.companies = nil }, "companies of mail", doctor.Warn, 0, "2 of 2 linked customers", 2},
		"products lost":     {func(r *records) { r.err = lost }, "products of mail", doctor.Fail, 75, "gone", 0},
		"agreements lost":   {func(r *records) { r.err = lost }, "agreements of mail", doctor.Fail, 75, "gone", 0},
		"companies lost":    {func(r *records) { r.err = lost }, "companies of mail", doctor.Fail, 75, "gone", 0},
		"defaults lost":     {func(r *records) { r.err = lost }, "product defaults", doctor.Fail, 75, "gone", 0},
		"nothing mapped":    {nil, "products of backup", doctor.Skip, 0, "no service is mapped", 0},
		"nobody linked":     {nil, "agreements of backup", doctor.Skip, 0, "no customer is linked", 0},
		"no companies":      {nil, "companies of backup", doctor.Skip, 0, "no customer is linked", 0},
	} {
		t.Run(name, func(t *testing.T) {
			r := soundRecords()
			if c.change != nil {
				c.change(r)
			}
			checks := doctor.Run(t.Context(), doctor.MappingSteps(parsed(t), r, r.calendar), nil)
			check := find(t, checks, c.check)
			if check.Status != c.status || check.Exit != c.exit || !strings.Contains(check.Detail, c.says) || len(check.Findings) != c.findings || check.Group != doctor.GroupMappings {
				t.Errorf("got %+v", check)
			}
			if (check.Status == doctor.Fail && check.Exit == 10 && c.check != "time zone" || check.Status == doctor.Warn) && check.Hint == "" {
				t.Error("it does not say what to do")
			}
			if missing := strings.Contains(check.Detail+strings.Join(check.Findings, ""), "agreement 801 does not exist"); missing != strings.Contains(check.Hint, "set Inquire of Finance > Agreements to All") {
				t.Errorf("an agreement that is not seen may be hidden: hint %q", check.Hint)
			}
			if slices.Contains(r.asked, "OFF") {
				t.Error("a service that is switched off is looked at")
			}
		})
	}
}

// TestMappingsWaitForTheirRights: what may not be read, or only in part, is not judged.
func TestMappingsWaitForTheirRights(t *testing.T) {
	document := parsed(t)
	for check, rights := range map[string][]int{"products of mail": {1}, "agreements of mail": {0, 3}, "companies of mail": {2}, "product defaults": {3}, "time zone": nil} {
		for right := range well().rights {
			w := well()
			w.rights[right].Inquire = billing.LevelMy
			if right == 3 { // the tables are tried where the list is not clear
				w.rights[right].Inquire, w.readErr = billing.LevelNone, &billing.Failure{Class: billing.ClassPermission, Message: "no"}
			}
			r := soundRecords()
			steps := append(doctor.ConnectionSteps(w.probe(), doctor.NeedsOf(document)), doctor.MappingSteps(document, r, r.calendar)...)
			checks := doctor.Run(t.Context(), steps, nil)
			want := doctor.OK
			if slices.Contains(rights, right) {
				want = doctor.Skip
			}
			if got := find(t, checks, check); got.Status != want {
				t.Errorf("without %s: %s ends with %s, want %s: %s", w.rights[right].Function, check, got.Status, want, got.Detail)
			}
		}
	}
}

// TestSourcesThatAreOffAreNotCompared: no run reads them.
func TestSourcesThatAreOffAreNotCompared(t *testing.T) {
	r := soundRecords()
	for _, name := range doctor.Names(doctor.MappingSteps(parsed(t), r, r.calendar)) {
		if strings.HasSuffix(name, " old") {
			t.Errorf("there is a step %q", name)
		}
	}
}
