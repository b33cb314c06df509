package ui

import (
	"strings"
	"testing"

	"cwsync/syncer/billing"
)

func TestProductsSearchListsWhatIsMeantFirst(t *testing.T) {
	profile := vendorProfile(t)
	catalog := profile.site.Catalog.(*fakeCatalog)
	catalog.products = append([]billing.Product{{ID: 200, Identifier: "VOIP-LINE", Description: "Business phone line", Class: "Agreement"}}, vendorProducts()...)
	a, p := openProducts(t, profile)
	listed := func() string {
		var names []string
		for i := range p.catalog.listed() {
			names = append(names, p.state.products[p.catalog.place(i)].Identifier)
		}
		return strings.Join(names, " ")
	}
	for service, want := range map[string]string{"business_plus": "BUS-LINE PPE-BUSP PPE-BUS VOIP-LINE", "beginner": "BUS-LINE PPE-BUS PPE-BUSP VOIP-LINE"} {
		goTo(t, p, service)
		press(t, a, "/")
		typeText(t, a, "bus")
		if got := listed(); got != want {
			t.Errorf("for %s: %s, want %s", service, got, want)
		}
		press(t, a, "ctrl+u", "esc", "esc")
	}
}

func TestProductsSaysWhenAllIsMapped(t *testing.T) {
	a, p := openProducts(t, vendorProfile(t))
	if strings.Contains(p.status(), "goes on") {
		t.Errorf("%q", p.status())
	}
	for i := range p.state.source.Services {
		p.state.source.Services[i].Sync = false
	}
	p.state.changed()
	if got := p.status(); got != "all 6 services are mapped or switched off: g goes on" {
		t.Errorf("%q", got)
	}
	p.state.source.Services = p.state.source.Services[:1]
	p.state.source.Services[0].Sync = true
	p.state.changed()
	if got := p.status(); got != "the only service is mapped: g goes on" {
		t.Errorf("%q", got)
	}
	press(t, a, "tab")
	if got := p.status(); got != "" {
		t.Errorf("in the catalog g is no key, and yet: %q", got)
	}
}
