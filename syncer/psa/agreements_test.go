package psa

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"cwsync/cwclient/cwsim"
	"cwsync/syncer/billing"
)

func TestServerIsAskedOnce(t *testing.T) {
	w := cwsim.NewWorld("2026-03-16")
	w.SetTimeZone("Eastern Standard Time")
	p, server := overSim(t, w)
	for range 3 {
		got, err := p.Server(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got.TimeZone != "Eastern Standard Time" || got.Version == "" {
			t.Errorf("server %+v", got)
		}
	}
	if n := countPath(server, http.MethodGet, "/system/info"); n != 1 {
		t.Errorf("asked %d times, want once", n)
	}
}

func TestServerIsAskedAgainAfterAFailure(t *testing.T) {
	p, server := overSim(t, cwsim.NewWorld("2026-03-16"))
	server.Fail(cwsim.Fault{Path: "/system/info", Kind: cwsim.FaultStatus, Status: 503})
	if _, err := p.Server(t.Context()); billing.ClassOf(err) != billing.ClassUnavailable {
		t.Fatalf("want unavailable, got %v", err)
	}
	if _, err := p.Server(t.Context()); err != nil {
		t.Errorf("the second time: %v", err)
	}
}

func TestAgreementIsTranslated(t *testing.T) {
	w := newSmall(t, func(a *cwsim.AgreementSpec) {
		a.Cycle, a.Start, a.BillStart, a.NextInvoice = "Quarterly", "2025-03-01", "2025-04-01", "2026-04-01"
	})
	p, _ := overSim(t, w.World)
	got, err := p.Agreements(t.Context(), []int{811})
	if err != nil || len(got) != 1 {
		t.Fatalf("got %v, %v", got, err)
	}
	want := billing.Agreement{
		ID: 811, Name: "Cloud", TypeID: got[0].TypeID, TypeName: "Cloud Services", CompanyID: w.company, CompanyName: "Contoso",
		Start: day("2025-03-01"), BillStart: day("2025-04-01"), NextInvoice: day("2026-04-01"), Status: "Active",
		Cycle: billing.Cycle{Name: "Quarterly", PeriodsPerYear: 4}, Prorates: true, Currency: "USD",
	}
	if got[0] != want || got[0].TypeID == 0 {
		t.Errorf("got  %+v\nwant %+v", got[0], want)
	}
}

func TestAgreementsAskNothingForNoIDs(t *testing.T) {
	p, server := overSim(t, cwsim.NewWorld("2026-03-16"))
	got, err := p.Agreements(t.Context(), []int{0, -1})
	if err != nil || got != nil || len(server.Log()) != 0 {
		t.Errorf("got %v, %v and %d requests", got, err, len(server.Log()))
	}
}

func TestAbsentAgreementsAreAbsent(t *testing.T) {
	w := newSmall(t, nil)
	p, _ := overSim(t, w.World)
	got, err := p.Agreements(t.Context(), []int{99999, 811, 5})
	if err != nil || len(got) != 1 || got[0].ID != 811 {
		t.Errorf("got %v, %v", got, err)
	}
}

var idsAsked = regexp.MustCompile(`id in \(([0-9,]+)\)`)

// asksOf is how often each id was asked for in lists of agreements.
func asksOf(t *testing.T, server *cwsim.Server) map[int]int {
	t.Helper()
	asks := map[int]int{}
	for _, request := range server.Log() {
		if request.Path != "/finance/agreements" {
			continue
		}
		query := strings.NewReplacer("%20", " ", "%28", "(", "%29", ")", "%2C", ",").Replace(request.Query)
		match := idsAsked.FindStringSubmatch(query)
		if match == nil {
			t.Fatalf("a list of agreements without ids: %s", query)
		}
		for text := range strings.SplitSeq(match[1], ",") {
			id, err := strconv.Atoi(text)
			if err != nil {
				t.Fatal(err)
			}
			asks[id]++
		}
	}
	return asks
}

func TestEachAgreementIsAskedForOnce(t *testing.T) {
	w := cwsim.Generate(1, cwsim.Size{Companies: 3, Agreements: 900, Products: 1})
	p, server := overSim(t, w)
	var ids []int
	for id := 1700; id > 800; id-- {
		ids = append(ids, id, id)
	}
	got, err := p.Agreements(t.Context(), ids)
	if err != nil || len(got) != 900 {
		t.Fatalf("%d agreements, %v", len(got), err)
	}
	if !slices.IsSortedFunc(got, func(a, b billing.Agreement) int { return a.ID - b.ID }) {
		t.Error("not in ascending order of id")
	}
	for id, n := range asksOf(t, server) {
		if n != 1 {
			t.Errorf("id %d was asked for %d times", id, n)
		}
	}
	if n := countPath(server, http.MethodGet, "/finance/agreements"); n < 2 || n > 6 {
		t.Errorf("%d lists for 900 ids", n)
	}
	if _, err := p.Agreements(t.Context(), ids[:2]); err != nil {
		t.Fatal(err)
	}
	if n := countPath(server, http.MethodGet, "/finance/billingCycles"); n != 1 {
		t.Errorf("billing cycles were read %d times, want once", n)
	}
}

func TestChildTakesItsParentsNextInvoiceDate(t *testing.T) {
	w := newSmall(t, func(a *cwsim.AgreementSpec) { a.NextInvoice = "2026-05-01" })
	for id := 900; id < 903; id++ {
		w.AddAgreement(cwsim.AgreementSpec{ID: id, Company: w.company, Parent: 811})
	}
	own := w.AddAgreement(cwsim.AgreementSpec{ID: 950, Company: w.company, Parent: 811, NextInvoice: "2026-06-01"})
	for _, c := range []struct {
		name string
		ids  []int
	}{{"parent not asked for", []int{900, 901, 902, own}}, {"parent asked for", []int{900, 811, own}}} {
		t.Run(c.name, func(t *testing.T) {
			p, server := overSim(t, w.World)
			got, err := p.Agreements(t.Context(), c.ids)
			if err != nil || len(got) != len(c.ids) {
				t.Fatalf("got %v, %v", got, err)
			}
			for _, agreement := range got {
				want := day("2026-05-01")
				if agreement.ID == own {
					want = day("2026-06-01")
				}
				if agreement.NextInvoice != want {
					t.Errorf("agreement %d: next invoice %s, want %s", agreement.ID, agreement.NextInvoice, want)
				}
			}
			if n := asksOf(t, server)[811]; n != 1 {
				t.Errorf("the parent was asked for %d times, want once", n)
			}
		})
	}
}

func TestParentIsNotAskedForWithoutNeed(t *testing.T) {
	w := newSmall(t, nil)
	own := w.AddAgreement(cwsim.AgreementSpec{Company: w.company, Parent: 811, NextInvoice: "2026-06-01"})
	p, server := overSim(t, w.World)
	if _, err := p.Agreements(t.Context(), []int{own}); err != nil {
		t.Fatal(err)
	}
	if n := asksOf(t, server)[811]; n != 0 {
		t.Errorf("the parent was asked for %d times", n)
	}
}

func TestOnlyWhatWasAskedForIsGiven(t *testing.T) {
	p := overPaths(t, map[string]string{
		"/finance/billingCycles": `[]`, "/finance/agreements": `[{"id":5},{"id":6,"company":{"id":250}}]`, "/procurement/catalog": `[{"id":5},{"id":6,"identifier":"F"}]`,
	})
	agreements, err := p.Agreements(t.Context(), []int{6})
	if err != nil || len(agreements) != 1 || agreements[0].ID != 6 {
		t.Errorf("got %v, %v", agreements, err)
	}
	products, err := p.ProductsByID(t.Context(), []int{6})
	if err != nil || len(products) != 1 || products[0].ID != 6 {
		t.Errorf("got %v, %v", products, err)
	}
}

func TestMissingParentLeavesNoNextInvoiceDate(t *testing.T) {
	p := overPaths(t, map[string]string{
		"/finance/billingCycles": `[]`,
		"/finance/agreements":    `[{"id":5,"name":"child","company":{"id":250},"parentAgreement":{"id":77}}]`,
	})
	got, err := p.Agreements(t.Context(), []int{5})
	if err != nil || len(got) != 1 || !got[0].NextInvoice.IsZero() {
		t.Errorf("got %+v, %v", got, err)
	}
}

// agreementWith reads one agreement whose record has these fields.
func agreementWith(t *testing.T, fields string) (billing.Agreement, error) {
	t.Helper()
	p := overPaths(t, map[string]string{
		"/finance/billingCycles": `[{"id":1,"name":"Monthly","billingOptions":"Monthly"},{"id":8,"name":"Once","billingOptions":"NotRecurring"}]`,
		"/finance/agreements":    `[{"id":5,"company":{"id":250},` + fields + `}]`,
	})
	got, err := p.Agreements(t.Context(), []int{5})
	if err != nil {
		return billing.Agreement{}, err
	}
	return got[0], nil
}

func TestNextInvoiceDateForms(t *testing.T) {
	for wire, want := range map[string]string{
		"":                          "",
		"2026-04-01":                "2026-04-01",
		"2026-04-01T00:00:00Z":      "2026-04-01",
		"2026-04-01T00:00:00":       "2026-04-01",
		"2026-04-01T23:59:59Z":      "2026-04-01",
		"2026-04-01T00:00:00-05:00": "2026-04-01",
		"2026-04-01T23:00:00+11:00": "2026-04-01",
	} {
		got, err := agreementWith(t, fmt.Sprintf(`"nextInvoiceDate":%q`, wire))
		if err != nil || got.NextInvoice.String() != want {
			t.Errorf("%q: got %s, %v", wire, got.NextInvoice, err)
		}
	}
	for _, wire := range []string{"soon", "04/01/2026", "2026-02-30", "2026-04-01T99:00:00Z", "20260401"} {
		_, err := agreementWith(t, fmt.Sprintf(`"nextInvoiceDate":%q`, wire))
		failure := failureOf(t, err)
		if failure.Class != billing.ClassNonsense || !strings.Contains(failure.Message, "nextInvoiceDate of agreement 5") {
			t.Errorf("%q: %+v", wire, failure)
		}
	}
}

func TestEndDateCountsOnlyWithoutTheNoEndFlag(t *testing.T) {
	with, err := agreementWith(t, `"endDate":"2026-12-31T00:00:00Z","noEndingDateFlag":false`)
	if err != nil || with.End != day("2026-12-31") {
		t.Errorf("end %s, %v", with.End, err)
	}
	without, err := agreementWith(t, `"endDate":"2026-12-31T00:00:00Z","noEndingDateFlag":true`)
	if err != nil || !without.End.IsZero() {
		t.Errorf("end %s although there is none, %v", without.End, err)
	}
}

func TestAgreementsWithoutCompanyMakeNoSense(t *testing.T) {
	for _, fields := range []string{`"name":"none"`, `"company":null`, `"company":{"name":"Contoso"}`, `"company":{"id":0}`} {
		p := overPaths(t, map[string]string{"/finance/billingCycles": `[]`, "/finance/agreements": `[{"id":5,` + fields + `}]`})
		_, err := p.Agreements(t.Context(), []int{5})
		if failure := failureOf(t, err); failure.Class != billing.ClassNonsense || failure.Message != "agreement 5 has no company" {
			t.Errorf("%s: got %+v", fields, failure)
		}
	}
}

func TestCyclesOfAgreements(t *testing.T) {
	for fields, want := range map[string]billing.Cycle{
		`"billingCycle":{"id":1,"name":"Monthly"}`:                        {Name: "Monthly", PeriodsPerYear: 12},
		`"billingCycle":{"id":8,"name":"Once"}`:                           {Name: "Once", NotRecurring: true},
		`"billingCycle":{"id":1,"name":"Monthly"},"billOneTimeFlag":true`: {Name: "Monthly", NotRecurring: true},
		`"billingCycle":{"id":99,"name":"Odd"}`:                           {Name: "Odd"},
		`"name":"none"`:                                                   {},
	} {
		got, err := agreementWith(t, fields)
		if err != nil || got.Cycle != want {
			t.Errorf("%s: got %+v, %v", fields, got.Cycle, err)
		}
	}
}

func TestPeriodsPerYear(t *testing.T) {
	for option, want := range map[string]int{
		"Weekly": 52, "BiWeekly": 26, "Monthly": 12, "BiMonthly": 6, "Quarterly": 4, "SemiAnnual": 2, "Yearly": 1,
		"NotRecurring": 0, "": 0, "Fortnightly": 0,
	} {
		if got := periodsPerYear(option); got != want {
			t.Errorf("%s: %d, want %d", option, got, want)
		}
	}
}

func TestCyclesAreReadAgainAfterAFailure(t *testing.T) {
	w := newSmall(t, nil)
	p, server := overSim(t, w.World)
	server.Deny("System", "Table Setup", cwsim.KindInquire)
	_, err := p.Agreements(t.Context(), []int{811})
	failure := failureOf(t, err)
	if failure.Class != billing.ClassPermission || failure.Right != "System > Table Setup: Inquire All" {
		t.Errorf("got %+v", failure)
	}
	server.SetRight("System", "Table Setup", cwsim.KindInquire, cwsim.LevelAll)
	if got, err := p.Agreements(t.Context(), []int{811}); err != nil || got[0].Cycle.PeriodsPerYear != 12 {
		t.Errorf("the second time: %v, %v", got, err)
	}
}

func TestWaitingForTheCyclesEndsWithTheContext(t *testing.T) {
	o := newOnce(func(context.Context) (int, error) { return 1, nil })
	o.turn <- struct{}{} // somebody reads, for ever
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := o.get(ctx)
	if failure := cyclesTask.failure(err); failure.Class != billing.ClassCancelled {
		t.Errorf("got %+v", failure)
	}
}
