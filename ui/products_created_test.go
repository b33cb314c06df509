package ui

import (
	"testing"

	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"
	"cwsync/syncer/setup"
)

func TestProductsUpdateProductIsASettingOfCreatedOnesAlone(t *testing.T) {
	profile := vendorProfile(t)
	a, p := openProducts(t, profile)
	offered := func(id string) bool {
		for _, one := range p.state.settings(id) {
			if one.name == "update_product" {
				return true
			}
		}
		return false
	}
	if offered("business") {
		t.Error("offered for a product that cwsync did not create")
	}
	if err := p.state.set("business", "update_product", "yes"); err != nil || serviceOf(p.desk, "business").UpdateProduct {
		t.Errorf("set for a product that cwsync did not create: %v", err)
	}
	openDraft(t, a, p, "archive", "")
	takeIt(t, a)
	if !offered("archive") {
		t.Fatal("not offered for a new product")
	}
	for _, value := range []string{"yes", "no"} {
		if err := p.state.set("archive", "update_product", value); err != nil || serviceOf(p.desk, "archive").UpdateProduct != (value == "yes") {
			t.Errorf("%s: %v", value, err)
		}
		requireValid(t, p.desk, vendorProfileOf(p))
	}
}

// Once a sync has created it, the catalog is read again and the product is like any other.
func TestProductsNewProductIsOrdinaryAfterTheSync(t *testing.T) {
	profile := vendorProfile(t)
	catalog := profile.site.Catalog.(*fakeCatalog)
	a, p := openProducts(t, profile)
	openDraft(t, a, p, "archive", "MBX-NEW")
	takeIt(t, a)
	ended := func(changes ...plan.Change) {
		s := &syncStep{desk: p.desk}
		s.feed = newFeed(testNow)
		s.ended(syncEndMsg{run: &syncer.Run{Plan: &plan.Plan{Changes: changes}}})
	}
	key := billing.Key{Source: "mail", Customer: "1001", Service: "archive"}
	ended(plan.Change{Key: key, Action: plan.Create}, plan.Change{Key: billing.Key{Source: "mail", Service: "archive"}, Action: plan.Hold})
	if !p.desk.read[readProducts] {
		t.Error("a sync without a product of its own has the catalog read again")
	}
	ended(plan.Change{Key: billing.Key{Source: "mail", Service: "archive"}, Action: plan.Create})
	catalog.products = append(catalog.products, billing.Product{ID: 4711, Identifier: "MBX-NEW", Description: "Archive", Class: "Agreement", Price: dec("2")})
	driveApp(t, a, p.enter())
	row, _ := p.markedRow()
	text, _ := serviceText(row, 0)
	if row.created != "" || row.mark != serviceMapped || text != "MBX-NEW  Archive" || p.state.owned()[target{product: 4711}] == nil {
		t.Errorf("%q, %+v", text, row)
	}
}

// vendorProfileOf is a profile that has stored what is on the desk.
func vendorProfileOf(p *products) *fakeProfile {
	profile := newFakeProfile("contoso")
	profile.kinds = p.desk.profile.Kinds
	profile.setups.stored = []*setup.Document{p.desk.document.Clone()}
	return profile
}
