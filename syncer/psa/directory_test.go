package psa

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"cwsync/cwclient/cwsim"
	"cwsync/syncer/billing"
)

func names[T any](list []T, name func(T) string) string {
	var all []string
	for _, item := range list {
		all = append(all, name(item))
	}
	return strings.Join(all, ", ")
}

func TestCompaniesAreReadWholeAndMarked(t *testing.T) {
	p, _ := overSim(t, cwsim.DemoOn("2026-03-16"))
	companies, err := p.Companies(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.IsSortedFunc(companies, func(a, b billing.Company) int { return a.ID - b.ID }) || len(companies) < 16 {
		t.Errorf("%d companies, or not in order", len(companies))
	}
	hidden := slices.DeleteFunc(slices.Clone(companies), func(c billing.Company) bool { return !c.Hidden })
	if got := names(hidden, func(c billing.Company) string { return c.Identifier }); got != "Contoso-old, BlueYonderAirlines, FourthCoffee, DistributorOne" {
		t.Errorf("hidden: %s", got)
	}
	at := slices.IndexFunc(companies, func(c billing.Company) bool { return c.Identifier == "Contoso-old" })
	if old := companies[at]; !old.Deleted || old.Name != "Contoso" || old.Status != "Active" || !slices.Equal(old.Types, []string{"Former Client"}) {
		t.Errorf("got %+v", old)
	}
}

func TestWhichCompaniesAreHidden(t *testing.T) {
	const tables = `[{"id":1,"name":"Live"},{"id":2,"name":"Asleep","inactiveFlag":true}]`
	const types = `[{"id":1,"name":"Kunde"},{"id":2,"name":"Prospect"},{"id":3,"name":"Lieferant","vendorFlag":true},{"id":4,"name":"FORMER customer"}]`
	for name, c := range map[string]struct {
		company string
		hidden  bool
	}{
		"no types":            {`"status":{"id":1}`, false},
		"own word":            {`"types":[{"id":1,"name":"Kunde"}]`, false},
		"prospect":            {`"types":[{"id":2,"name":"Prospect"}]`, true},
		"prospect and client": {`"types":[{"id":2,"name":"Prospect"},{"id":1,"name":"Kunde"}]`, false},
		"vendor by its flag":  {`"types":[{"id":3,"name":"Lieferant"}]`, true},
		"former":              {`"types":[{"id":4,"name":"FORMER customer"}]`, true},
		"status by its flag":  {`"status":{"id":2,"name":"Asleep"},"types":[{"id":1,"name":"Kunde"}]`, true},
		"lead":                {`"leadFlag":true`, true},
		"deleted":             {`"deletedFlag":true`, true},
	} {
		t.Run(name, func(t *testing.T) {
			p := overPaths(t, map[string]string{
				"/company/companies": `[{"id":5,"identifier":"X","name":"X Ltd",` + c.company + `}]`, "/statuses": tables, "/types": types,
			})
			companies, err := p.Companies(t.Context())
			if err != nil || len(companies) != 1 || companies[0].Hidden != c.hidden {
				t.Errorf("got %+v, %v", companies, err)
			}
		})
	}
}

func TestCompaniesWithoutTheirTables(t *testing.T) {
	p, server := overSim(t, cwsim.DemoOn("2026-03-16"))
	for _, path := range []string{"/company/companies/statuses", "/company/companies/types"} {
		server.Fail(cwsim.Fault{Path: path, Kind: cwsim.FaultStatus, Status: http.StatusForbidden, Times: -1})
	}
	companies, err := p.Companies(t.Context())
	if err != nil || len(companies) < 16 {
		t.Errorf("%d companies, %v", len(companies), err)
	}
	server.ClearFaults()
	server.Fail(cwsim.Fault{Path: "/company/companies/types", Kind: cwsim.FaultStatus, Status: http.StatusBadGateway, Times: -1})
	if _, err := p.Companies(t.Context()); billing.ClassOf(err) != billing.ClassUnavailable {
		t.Errorf("with a server that fails: %v", err)
	}
}

func TestCompaniesMayNotBeRead(t *testing.T) {
	p, server := overSim(t, cwsim.DemoOn("2026-03-16"))
	server.Deny("Companies", "Company Maintenance", cwsim.KindInquire)
	_, err := p.Companies(t.Context())
	if failure := failureOf(t, err); failure.Class != billing.ClassPermission || failure.Right != "Companies > Company Maintenance: Inquire All" {
		t.Errorf("got %+v", failure)
	}
}

func TestAgreementTypes(t *testing.T) {
	p := overPaths(t, map[string]string{"/finance/agreements/types": `[{"id":3,"name":"Cloud"},{"id":4,"name":"Old","inactiveFlag":true},{"id":9,"name":"Support"}]`})
	types, err := p.AgreementTypes(t.Context())
	if err != nil || !slices.Equal(types, []billing.AgreementType{{ID: 3, Name: "Cloud"}, {ID: 9, Name: "Support"}}) {
		t.Errorf("got %+v, %v", types, err)
	}
}

func TestAgreementsOfType(t *testing.T) {
	p, server := overSim(t, cwsim.DemoOn("2026-03-16"))
	types, err := p.AgreementTypes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	cloud := types[slices.IndexFunc(types, func(a billing.AgreementType) bool { return a.Name == "Cloud Services" })].ID
	agreements, err := p.AgreementsOfType(t.Context(), cloud)
	if err != nil {
		t.Fatal(err)
	}
	child := billing.Agreement{}
	for _, a := range agreements {
		if a.TypeID != cloud || a.CompanyID == 0 || a.CompanyName == "" {
			t.Errorf("got %+v", a)
		}
		if a.ParentID != 0 {
			child = a
		}
	}
	// The parent is of another type, and was read for its date alone.
	if child.NextInvoice != day("2026-05-01") || child.Cycle.PeriodsPerYear != 4 {
		t.Errorf("the child has %+v", child)
	}
	if len(agreements) < 10 || !slices.IsSortedFunc(agreements, func(a, b billing.Agreement) int { return a.ID - b.ID }) {
		t.Errorf("%d agreements, or not in order", len(agreements))
	}
	if n := countPath(server, http.MethodGet, "/finance/agreements"); n != 3 { // the types, the list, the parent
		t.Errorf("%d requests", n)
	}
}

func TestAgreementsOfCompany(t *testing.T) {
	w := cwsim.DemoOn("2026-03-16")
	p, _ := overSim(t, w)
	companies, err := p.Companies(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	of := func(identifier string) []billing.Agreement {
		t.Helper()
		at := slices.IndexFunc(companies, func(c billing.Company) bool { return c.Identifier == identifier })
		agreements, err := p.AgreementsOfCompany(t.Context(), companies[at].ID)
		if err != nil {
			t.Fatal(err)
		}
		return agreements
	}
	name := func(a billing.Agreement) string { return a.Name }
	if got := names(of("Contoso"), name); got != "Cloud Services, Cloud DR" {
		t.Errorf("Contoso has %s", got)
	}
	closed := of("Northwind")
	if got := names(closed, name); got != "Support, Migration project" || closed[0].End.IsZero() || !closed[1].Cycle.NotRecurring {
		t.Errorf("Northwind has %+v", closed)
	}
	if got := of("BlueYonderAirlines"); len(got) != 0 {
		t.Errorf("a prospect has %+v", got)
	}
}

func TestAllAgreements(t *testing.T) {
	p, server := overSim(t, cwsim.DemoOn("2026-03-16"))
	agreements, err := p.AllAgreements(t.Context())
	if err != nil || !slices.IsSortedFunc(agreements, func(a, b billing.Agreement) int { return a.ID - b.ID }) {
		t.Fatalf("%d agreements, or not in order, %v", len(agreements), err)
	}
	all := names(agreements, func(a billing.Agreement) string { return a.Name })
	for _, name := range []string{"Cloud Services", "Cloud DR", "Support", "Migration project"} { // of two types, closed and not recurring ones too
		if !strings.Contains(all, name) {
			t.Errorf("%s is not among %s", name, all)
		}
	}
	child := agreements[slices.IndexFunc(agreements, func(a billing.Agreement) bool { return a.ParentID != 0 })]
	if child.NextInvoice != day("2026-05-01") { // its parent's
		t.Errorf("the child has %+v", child)
	}
	if n := countPath(server, http.MethodGet, "/finance/agreements"); n != 1 { // the parents are among them
		t.Errorf("%d requests", n)
	}
	server.Deny("Finance", "Agreements", cwsim.KindInquire)
	_, err = p.AllAgreements(t.Context())
	if failure := failureOf(t, err); failure.Class != billing.ClassPermission || failure.Right != "Finance > Agreements: Inquire All" {
		t.Errorf("got %+v", failure)
	}
}

func TestServerThatIgnoresTheCondition(t *testing.T) {
	p := overPaths(t, map[string]string{
		"/finance/billingCycles": `[]`,
		"/finance/agreements": `[{"id":1,"name":"A","type":{"id":7},"company":{"id":20}},{"id":2,"name":"B","type":{"id":8},"company":{"id":21}},
			{"id":3,"name":"C","type":{"id":7},"company":{"id":21}}]`,
	})
	name := func(a billing.Agreement) string { return a.Name }
	if got, err := p.AgreementsOfType(t.Context(), 7); err != nil || names(got, name) != "A, C" {
		t.Errorf("of the type: %+v, %v", got, err)
	}
	if got, err := p.AgreementsOfCompany(t.Context(), 21); err != nil || names(got, name) != "B, C" {
		t.Errorf("of the company: %+v, %v", got, err)
	}
}

func TestAgreementsOfNothing(t *testing.T) {
	p, server := overSim(t, cwsim.DemoOn("2026-03-16"))
	for _, id := range []int{0, -1} {
		if _, err := p.AgreementsOfType(t.Context(), id); err == nil {
			t.Errorf("type %d: no error", id)
		}
		if _, err := p.AgreementsOfCompany(t.Context(), id); err == nil {
			t.Errorf("company %d: no error", id)
		}
	}
	if n := len(server.Log()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}
