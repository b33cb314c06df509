package psa

import (
	"testing"

	"cwsync/cwclient/cwsim"
	"cwsync/syncer/billing"
)

func TestCompaniesByID(t *testing.T) {
	world := cwsim.NewWorld("2026-03-16")
	first := world.AddCompany(cwsim.CompanySpec{Name: "Contoso"})
	gone := world.AddCompany(cwsim.CompanySpec{Name: "Gone", Deleted: true})
	world.AddCompany(cwsim.CompanySpec{Name: "Another"})
	p, server := overSim(t, world)
	found, err := p.CompaniesByID(t.Context(), []int{gone, 99999, first, gone, 0, -1})
	if err != nil || len(found) != 2 || found[0].ID != first || found[0].Deleted || found[0].Name != "Contoso" || found[1].ID != gone || !found[1].Deleted {
		t.Errorf("%v, %+v", err, found)
	}
	if n := countPath(server, "GET", "/company/companies"); n != 1 {
		t.Errorf("%d requests", n)
	}
	if found, err = p.CompaniesByID(t.Context(), nil); err != nil || len(found) != 0 {
		t.Errorf("of none: %v, %+v", err, found)
	}
	server.Deny("Companies", "Company Maintenance", cwsim.KindInquire)
	_, err = p.CompaniesByID(t.Context(), []int{first})
	if failure := failureOf(t, err); failure.Class != billing.ClassPermission || failure.Right != rightReadCompanies {
		t.Errorf("got %+v", failure)
	}
}

// TestCompaniesOfAServerThatIgnoresConditions: only those that were asked for are taken.
func TestCompaniesOfAServerThatIgnoresConditions(t *testing.T) {
	p := overPaths(t, map[string]string{"/company/companies": `[{"id":1,"name":"One"},{"id":2,"name":"Two"},{"id":3,"name":"Three"}]`})
	found, err := p.CompaniesByID(t.Context(), []int{2})
	if err != nil || len(found) != 1 || found[0].ID != 2 {
		t.Errorf("%v, %+v", err, found)
	}
}
