package match

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"cwsync/syncer/billing"
)

func shuffled[T any](list []T) []T {
	list = slices.Clone(list)
	rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

// drawWorld is a handful of names that are often equal or alike.
func drawWorld(t *rapid.T) (customers []Named, companies []billing.Company, agreements []billing.Agreement) {
	name := rapid.Custom(func(t *rapid.T) string {
		stem := rapid.SampledFrom([]string{"Contoso", "contoso", "Fabrikam", "Fabrikam & Sons", "Fabrikam and Sons", "Müller", "Mueller", "青空商事", "Wide World", "World Wide", "", "Store 1", "Store 2"})
		return stem.Draw(t, "stem") + rapid.SampledFrom([]string{"", "", " Ltd", " Limited", " GmbH", " and Company", "株式会社", " \u200b", "."}).Draw(t, "form")
	})
	for i := range rapid.IntRange(0, 6).Draw(t, "customers") {
		customers = append(customers, Named{ID: fmt.Sprint("c", i), Name: name.Draw(t, "customer")})
	}
	for i := range rapid.IntRange(0, 6).Draw(t, "companies") {
		companies = append(companies, billing.Company{ID: i + 1, Name: name.Draw(t, "company"), Deleted: rapid.IntRange(0, 4).Draw(t, "deleted") == 0})
	}
	for i := range rapid.IntRange(0, 8).Draw(t, "agreements") {
		agreement := cloud(i+1, rapid.IntRange(1, 6).Draw(t, "of"), fmt.Sprint("Cloud ", i))
		agreement.TypeID = rapid.SampledFrom([]int{cloudType, cloudType, supportType}).Draw(t, "type")
		agreement.Cancelled = rapid.IntRange(0, 5).Draw(t, "cancelled") == 0
		agreements = append(agreements, agreement)
	}
	return customers, companies, agreements
}

func TestOrderOfInputsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		customers, companies, agreements := drawWorld(t)
		want := Customers(t.Context(), customers, companies, agreements, cloudType, today)
		if got := Customers(t.Context(), shuffled(customers), shuffled(companies), shuffled(agreements), cloudType, today); !reflect.DeepEqual(got, want) {
			t.Fatalf("another order gave\n%+v\nnot\n%+v", got, want)
		}
	})
}

func TestLinkedOnEqualityAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		customers, companies, agreements := drawWorld(t)
		claimed := map[int]string{}
		proposals := Customers(t.Context(), customers, companies, agreements, cloudType, today)
		if len(proposals) != len(customers) {
			t.Fatalf("%d proposals for %d customers", len(proposals), len(customers))
		}
		for i, p := range proposals {
			if p.Customer != customers[i].ID || p.Reason == "" || p.Score < 0 || p.Score > 1 {
				t.Fatalf("%+v for %+v", p, customers[i])
			}
			if other, twice := claimed[p.Agreement]; twice && p.Agreement != 0 {
				t.Fatalf("agreement %d for %s and %s", p.Agreement, other, p.Customer)
			}
			claimed[p.Agreement] = p.Customer
			for _, candidate := range p.Candidates {
				if companies[candidate.Company-1].Deleted {
					t.Fatalf("a deleted candidate: %+v", p)
				}
			}
			if p.Outcome == Linked {
				checkLinked(t, p, customers[i], companies, agreements)
			}
		}
	})
}

// checkLinked holds a link against the rule, in the rule's own plain words.
func checkLinked(t *rapid.T, p Proposal, customer Named, companies []billing.Company, agreements []billing.Agreement) {
	plain := func(name string) string { return strings.ToLower(strings.Trim(name, " .\u200b")) }
	same := 0
	for _, company := range companies {
		if plain(company.Name) == plain(customer.Name) {
			same++
			if company.ID != p.Company {
				t.Fatalf("%q linked to %d, but %d has the name", customer.Name, p.Company, company.ID)
			}
		}
	}
	open := 0
	for _, agreement := range agreements {
		if agreement.CompanyID == p.Company && agreement.TypeID == cloudType && !agreement.Cancelled {
			open++
			if agreement.ID != p.Agreement {
				t.Fatalf("linked to %d beside %d", p.Agreement, agreement.ID)
			}
		}
	}
	if same != 1 || open != 1 {
		t.Fatalf("%q linked with %d companies of the name and %d agreements", customer.Name, same, open)
	}
}

func TestMatchingStopsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := Customers(ctx, []Named{{ID: "1", Name: "Contoso"}}, []billing.Company{company(1, "Contoso")}, nil, cloudType, today); got != nil {
		t.Errorf("customers: %+v", got)
	}
	if got := Products(ctx, []Named{{ID: "1", Name: "Archive"}}, catalog(), nil); got != nil {
		t.Errorf("products: %+v", got)
	}
}
