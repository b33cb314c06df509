package psa

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"cwsync/cwclient/cwsim"
	"cwsync/syncer/billing"
)

func TestContactsOfTheDemo(t *testing.T) {
	p, server := overSim(t, cwsim.DemoOn("2026-03-16"))
	companies, err := p.Companies(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	contacts, err := p.Contacts(t.Context())
	if err != nil || len(contacts) != len(companies) {
		t.Fatalf("%d contacts of %d companies, %v", len(contacts), len(companies), err)
	}
	if !slices.IsSortedFunc(contacts, func(a, b billing.Contact) int { return a.CompanyID - b.CompanyID }) {
		t.Error("they are not in the order of companies")
	}
	first := contacts[0]
	if first.CompanyID != companies[0].ID || first.Name != "Sam Taylor" || first.Email != "sam.taylor@"+strings.ToLower(companies[0].Identifier)+".example" ||
		first.Phone != "813-555-0100 ext. 12" {
		t.Errorf("got %+v", first)
	}
	if n := countPath(server, http.MethodGet, "/company/contacts"); n != 1 {
		t.Errorf("%d requests", n)
	}
}

func TestWhichContactIsChosen(t *testing.T) {
	const email = `{"communicationType":"Email","value":" a@x.example "}`
	for name, c := range map[string]struct {
		contacts string
		want     []billing.Contact
	}{
		"none": {``, []billing.Contact{}},
		"the default one": {`{"id":1,"firstName":"A","company":{"id":7}},{"id":2,"firstName":"B","lastName":"C","company":{"id":7},"defaultFlag":true}`,
			[]billing.Contact{{CompanyID: 7, Name: "B C"}}},
		"else the first": {`{"id":1,"lastName":"A","company":{"id":7}},{"id":2,"firstName":"B","company":{"id":7}}`, []billing.Contact{{CompanyID: 7, Name: "A"}}},
		"no inactive one, though the server gives it": {`{"id":1,"firstName":"A","company":{"id":7},"defaultFlag":true,"inactiveFlag":true},{"id":2,"firstName":"B","company":{"id":7}}`,
			[]billing.Contact{{CompanyID: 7, Name: "B"}}},
		"none of no company":        {`{"id":1,"firstName":"A"}`, []billing.Contact{}},
		"in the order of companies": {`{"id":1,"firstName":"A","company":{"id":9}},{"id":2,"firstName":"B","company":{"id":7}}`, []billing.Contact{{CompanyID: 7, Name: "B"}, {CompanyID: 9, Name: "A"}}},
		"the default address, else the first": {`{"id":1,"company":{"id":7},"communicationItems":[{"communicationType":"Fax","value":"1"},` + email + `,{"communicationType":"Email","value":"b@x.example","defaultFlag":true},
			{"communicationType":"Phone","value":""},{"communicationType":"phone","value":"555","extension":"9"},{"communicationType":"Phone","value":"556"}]}`,
			[]billing.Contact{{CompanyID: 7, Email: "b@x.example", Phone: "555 ext. 9"}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := overPaths(t, map[string]string{"/company/contacts": "[" + c.contacts + "]"}).Contacts(t.Context())
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func TestContactsMayNotBeRead(t *testing.T) {
	p, server := overSim(t, cwsim.DemoOn("2026-03-16"))
	server.Deny("Companies", "Contacts", cwsim.KindInquire)
	_, err := p.Contacts(t.Context())
	if failure := failureOf(t, err); failure.Class != billing.ClassPermission || failure.Right != "Companies > Contacts: Inquire All" {
		t.Errorf("got %+v", failure)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Contacts(ctx); billing.ClassOf(err) != billing.ClassCancelled {
		t.Errorf("after the end: %v", err)
	}
}
